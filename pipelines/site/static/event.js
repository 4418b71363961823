// An event's page: the accounts of it next to each other, and what each leaves out.
"use strict";

(() => {
  const { counted, day, joined, labels, link, make, marked, page, passageItem, passages } = readout;
  const REST = "";

  function publisherOf(account) {
    return account.article.publisher ?? "Publisher not named";
  }

  function source(account) {
    return [link("article", account.article.id, account.article.title || "Article"), ...(account.article.day ? [" ", make("span", { class: "soft" }, day(account.article.day))] : [])];
  }

  async function read(account) {
    const rows = await passages(Array.from({ length: account.count ?? 0 }, (_, index) => account.first + index));
    return { ...account, rows, topics: new Set(rows.flatMap((row) => row.topics ?? [])), same: new Set(rows.map((row) => row.same)) };
  }

  /** Topics in the order in which the two accounts come to them, passages without one last. */
  function grouped(sides) {
    const groups = new Map();
    sides.forEach((side, index) => {
      for (const row of side.rows) {
        const topic = row.topics?.find((name) => sides.every(({ topics }) => topics.has(name))) ?? row.topics?.[0] ?? REST;
        if (!groups.has(topic)) groups.set(topic, sides.map(() => []));
        groups.get(topic)[index].push(row);
      }
    });
    const weight = ([topic, rows]) => (topic === REST ? 2 : rows.every((side) => side.length) ? 0 : 1);
    return [...groups].sort((a, b) => weight(a) - weight(b));
  }

  function listed(topics, names) {
    return topics.map((topic) => names.get(topic) ?? topic).join(", ");
  }

  /** Whether an account touches a topic, or one of its children. */
  function touches(side, topic) {
    return [...side.topics].some((own) => own === topic || own.startsWith(`${topic}.`));
  }

  function difference(sides, names) {
    const [left, right] = sides;
    const both = [...new Set([...left.topics, ...right.topics])].filter((topic) => sides.every((side) => touches(side, topic)));
    const only = (one, other) => [...one.topics].filter((topic) => !touches(other, topic));
    const parts = (one, other) => {
      const alone = only(one, other);
      return make("li", {}, make("b", {}, one.label), alone.length ? [" alone tells of ", listed(alone, names), "."] : [" tells of nothing that the other leaves out."]);
    };
    return make("ul", { class: "difference" },
      make("li", {}, make("b", {}, "Both"), both.length ? [" tell of ", listed(both, names), "."] : " share no topic."),
      parts(left, right), parts(right, left));
  }

  function silent(side, topic, names) {
    if (topic === REST) return make("p", { class: "silent" }, "Nothing else.");
    const others = touches(side, topic) ? "nothing else on" : "nothing on";
    return make("p", { class: "silent" }, `${side.label}: ${others} ${names.get(topic) ?? topic}.`);
  }

  function comparison(sides, names) {
    const rows = grouped(sides).map(([topic, parts], index) => {
      const id = `topic-${index}`;
      return make("section", { class: "pair", "aria-labelledby": id }, make("h3", { id }, topic === REST ? "On no topic of the list" : names.get(topic) ?? topic),
        ...parts.map((side, number) => make("div", { class: "side" },
          make("p", { class: "whose" }, sides[number].label),
          side.length
            ? make("ol", { class: "results" }, ...side.map((row) => passageItem(row, {
              labels: null, from: false, level: "h4",
              also: sides.some((other, at) => at !== number && other.same.has(row.same)) ? "in both accounts" : null,
            })))
            : silent(sides[number], topic, names))));
    });
    return make("div", { class: "comparison" },
      make("div", { class: "pair heads" }, ...sides.map((side) => make("div", { class: "side" },
        make("h3", {}, side.label), make("p", {}, ...source(side)),
        make("p", { class: "soft" }, `${counted(side.rows.filter((row) => row.kind === "statement").length, "statement")}, ${counted(side.rows.filter((row) => row.kind === "commitment").length, "commitment")}`)))),
      make("div", { class: "gist" }, difference(sides, names)), ...rows);
  }

  /** The first account, and the first of another publisher if there is one. */
  function twoSides(accounts) {
    return [0, Math.max(accounts.findIndex((account) => account.article.publisher !== accounts[0].article.publisher), 1)];
  }

  function labelled(accounts) {
    const times = new Map();
    for (const account of accounts) times.set(publisherOf(account), (times.get(publisherOf(account)) ?? 0) + 1);
    return accounts.map((account) => ({
      ...account,
      label: times.get(publisherOf(account)) > 1 ? `${publisherOf(account)}: ${account.article.title ?? account.article.id}` : publisherOf(account),
    }));
  }

  async function sideBySide(accounts, names) {
    const place = make("div", {});
    const chosen = twoSides(accounts);
    async function draw() {
      place.replaceChildren(comparison(await Promise.all(chosen.map((number) => read(accounts[number]))), names));
    }
    const choices = accounts.length < 3 ? null : make("form", { class: "filters" }, ...chosen.map((at, side) => {
      const select = make("select", {}, ...accounts.map((account, number) => make("option", { value: number, selected: number === at }, account.label)));
      select.addEventListener("change", () => { chosen[side] = Number(select.value); draw(); });
      return make("label", {}, side ? "next to " : "account ", select);
    }));
    await draw();
    return [choices, place];
  }

  function mention(account) {
    return make("li", {}, make("p", { class: "label" }, publisherOf(account)),
      account.text ? make("p", { class: "sentence" }, ...marked(account.text, account.marks)) : null, make("p", { class: "from" }, ...source(account)));
  }

  page("events", "event", async (event) => {
    const names = await labels();
    const main = labelled(event.accounts.filter((account) => account.main));
    const others = event.accounts.filter((account) => !account.main);
    const parts = [
      make("h1", {}, event.title),
      make("p", { class: "lead" }, ...joined([event.when ?? "date unknown", event.status, event.place ?? event.country])),
      event.participants.length ? make("section", { "aria-labelledby": "who" }, make("h2", { id: "who" }, "Who took part"), make("ul", { class: "plain" },
        ...event.participants.map(([id, name, country]) => make("li", {}, id ? link("leader", id, name) : name,
          id && country ? make("span", { class: "soft" }, ` ${country}`) : null)))) : null,
    ];
    if (main.length > 1) {
      parts.push(make("h2", {}, `${counted(main.length, "account")}, side by side`), await sideBySide(main, names));
    } else if (main.length === 1) {
      const side = await read(main[0]);
      parts.push(make("h2", {}, `Told by ${side.label}`), make("p", {}, ...source(side)),
        side.text ? make("p", { class: "sentence" }, ...marked(side.text, side.marks)) : null,
        side.rows.length ? make("ol", { class: "results" }, ...side.rows.map((row) => passageItem(row, { labels: names, from: false }))) : make("p", { class: "soft" }, "No statement and no commitment."));
    }
    if (others.length) parts.push(make("h2", {}, main.length ? "Also mentioned in" : "Mentioned in"), make("ul", { class: "results" }, ...others.map(mention)));
    return parts;
  });
})();
