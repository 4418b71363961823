// An article's page: its text, if it may be shown, with what was found in it.
"use strict";

(() => {
  const { counted, day, joined, labels, link, make, number, page, passageItem, passages } = readout;

  /** Paragraphs of the text; offsets of marks point into the whole text. */
  function paragraphs(text, marks) {
    const made = [];
    let start = 0;
    for (const part of text.split(/(\n+)/)) {
      const end = start + part.length;
      if (part.trim()) {
        const own = marks.filter((mark) => mark[0] < end && mark[1] > start);
        made.push(make("p", {}, ...pieces(part, own.map(([from, to, passage, kind]) => [Math.max(from - start, 0), Math.min(to - start, part.length), passage, kind]))));
      }
      start = end;
    }
    return made;
  }

  function pieces(text, marks) {
    const edges = [...new Set([0, text.length, ...marks.flatMap(([from, to]) => [from, to])])].sort((a, b) => a - b);
    return edges.slice(1).map((end, index) => {
      const start = edges[index];
      const over = marks.filter(([from, to]) => from <= start && end <= to);
      const piece = text.slice(start, end);
      if (!over.length) return document.createTextNode(piece);
      const kinds = new Set(over.map((mark) => mark[3]));
      return make("span", { class: `found ${[...kinds].join(" ")}` }, piece);
    });
  }

  page("articles", "article", async (article) => {
    const names = await labels();
    const numbers = Array.from({ length: article.count }, (_, index) => article.first + index);
    const rows = await passages(numbers);
    return [
      make("h1", {}, article.title || "Article without a title"),
      make("p", { class: "lead" }, ...joined([article.publisher, day(article.day), article.authors.join(", "), counted(article.words, "word")])),
      article.events.length ? make("p", {}, "About: ", ...joined(article.events.map(([id, title]) => link("event", id, title)))) : null,
      make("p", { class: "soft" }, ...joined([
        article.url ? make("a", { href: article.url, rel: "noopener noreferrer" }, "Where it was published") : null,
        `Licence: ${article.licence ?? "not named"}`,
      ])),
      article.text
        ? make("section", { "aria-labelledby": "text", class: "text" }, make("h2", { id: "text" }, "Text"),
          make("p", { class: "soft" }, make("span", { class: "found statement" }, "Statements"), " and ", make("span", { class: "found commitment" }, "commitments"), " are underlined."),
          ...paragraphs(article.text, article.marks))
        : make("p", { class: "notice" }, "The text is left out: its licence does not let it be passed on. What was found in it is below."),
      make("section", { "aria-labelledby": "rows" }, make("h2", { id: "rows" }, `Found in it (${number(article.count)})`),
        rows.length ? make("ol", { class: "results" }, ...rows.map((row) => passageItem(row, { labels: names, from: false }))) : make("p", { class: "soft" }, "No statement and no commitment.")),
    ];
  });
})();
