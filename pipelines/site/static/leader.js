// A leader's page: what they said, what they promised, to whom.
"use strict";

(() => {
  const { counted, joined, labels, link, make, number, page } = readout;

  function term({ office, start, end }) {
    const years = start || end ? `, ${start ? start.slice(0, 4) : "?"}–${end ? end.slice(0, 4) : ""}` : "";
    return make("li", {}, office, make("span", { class: "soft" }, years));
  }

  function searchLink(parameters, ...children) {
    return make("a", { href: `search.html?${new URLSearchParams(parameters)}` }, ...children);
  }

  function section(title, id, ...children) {
    return make("section", { "aria-labelledby": id }, make("h2", { id }, title), ...children);
  }

  /** All months from the first to the last; those without rows have none. */
  function filled(rows) {
    const counts = new Map(rows.map(([month, ...both]) => [month, both]));
    const all = [];
    let [year, month] = rows[0][0].split("-").map(Number);
    for (let name = rows[0][0]; name <= rows.at(-1)[0];) {
      all.push([name, ...(counts.get(name) ?? [0, 0])]);
      [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
      name = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}`;
    }
    return all;
  }

  /** Bars by month, and the same as a table. */
  function months(counted) {
    if (counted.length < 2) return null;
    const rows = filled(counted);
    const most = Math.max(...rows.map(([, said, promised]) => said + promised));
    const svg = (name, attributes) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      return element;
    };
    const [width, height] = [600, 80];
    const step = Math.min(width / rows.length, 24);
    const chart = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `Statements and commitments by month, ${rows[0][0]} to ${rows.at(-1)[0]}; most in one month: ${most}` });
    rows.forEach(([, said, promised], index) => {
      const scale = height / most;
      const bar = { x: index * step, width: Math.max(step * 0.8, 0.5) };
      chart.append(
        svg("rect", { ...bar, y: height - said * scale, height: said * scale, class: "statements" }),
        svg("rect", { ...bar, y: height - (said + promised) * scale, height: promised * scale, class: "commitments" }));
    });
    return make("figure", { class: "months" }, make("figcaption", {}, `Statements and commitments by month, ${rows[0][0]} to ${rows.at(-1)[0]}`), chart,
      make("details", {}, make("summary", {}, "By month, as a table"), table(["month", "statements", "commitments"], counted)));
  }

  function table(heads, rows) {
    return make("div", { class: "scroll", role: "region", "aria-label": `Table: ${heads[0]}`, tabindex: "0" },
      make("table", {}, make("thead", {}, make("tr", {}, ...heads.map((head, index) => make("th", { scope: "col", class: index ? "number" : null }, head)))),
        make("tbody", {}, ...rows.map(([first, ...counts]) => make("tr", {}, make("th", { scope: "row" }, first),
          ...counts.map((count) => make("td", { class: "number" }, number(count))))))));
  }

  page("leaders", "leader", async (leader) => {
    const names = await labels();
    const lists = [
      ["What they said", "said", leader.said, { filters: [["who", leader.id]], kind: "statement" }, { who: leader.id, kind: "statement" }],
      ["What they promised", "promised", leader.promised, { filters: [["who", leader.id]], kind: "commitment" }, { who: leader.id, kind: "commitment" }],
      ["What others said and promised to them", "addressed", leader.addressed, { filters: [["to", leader.id]] }, { to: leader.id }],
    ];
    const parts = lists.map(([title, id, count, question, address]) => {
      const place = section(`${title} (${number(count)})`, id);
      if (count) place.append(make("p", {}, searchLink(address, "Search in these")));
      else place.append(make("p", { class: "soft" }, "Nothing in this edition."));
      return [place, count, question];
    });
    await Promise.all(parts.map(async ([place, count, question]) => {
      if (!count) return;
      const { numbers } = await readout.engine.search(question);
      await readout.engine.growing(place, numbers, { step: 5, options: { labels: names } });
    }));
    return [
      make("h1", {}, leader.name),
      make("p", { class: "lead" }, ...joined([leader.country, counted(leader.said, "statement"), counted(leader.promised, "commitment"),
        leader.addressed ? `addressed in ${number(leader.addressed)}` : null])),
      leader.aliases.length ? make("p", { class: "soft" }, `Also written: ${leader.aliases.join(", ")}`) : null,
      leader.wikidata ? make("p", { class: "soft" }, "Wikidata: ", make("a", { href: `https://www.wikidata.org/wiki/${encodeURIComponent(leader.wikidata)}`, rel: "noopener noreferrer" }, leader.wikidata)) : null,
      leader.terms.length ? make("details", { open: leader.terms.length < 5 }, make("summary", {}, "Offices"), make("ul", { class: "plain" }, ...leader.terms.map(term))) : null,
      months(leader.months),
      make("div", { class: "columns" },
        leader.to.length ? section("To whom", "to-whom", table(["to", "said", "promised"], leader.to.map(({ to, person, name, said, promised }) => [person ? link("leader", to, name) : name, said, promised]))) : null,
        leader.topics.length ? section("On what", "on-what", table(["topic", "passages"], leader.topics.map(({ topic_id, label, count }) => [searchLink({ who: leader.id, topic: topic_id }, label), count]))) : null),
      parts[0][0], parts[1][0],
      leader.events.length ? section(`Events (${number(leader.all_events)})`, "events", make("ul", { class: "plain ruled" },
        ...leader.events.map(({ id, title, when, status }) => make("li", {}, link("event", id, title), " ", make("span", { class: "soft" }, ...joined([when, status]))))),
        leader.all_events > leader.events.length ? make("p", { class: "soft" }, `The latest ${leader.events.length}.`) : null) : null,
      parts[2][0],
    ];
  });
})();
