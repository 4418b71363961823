// What all pages share: loading data, making elements, showing passages.
// A classic script, not a module: browsers load those from a disk, too. Text of articles only ever becomes text nodes.
"use strict";

const readout = (() => {
  const waiting = new Map();
  const loading = new Map();
  const policy = window.trustedTypes?.createPolicy("readout", { createScriptURL: checked });

  function checked(url) {
    if (!/^(data\/[a-z0-9/-]+|duckdb\/[a-z.]+)\.js$/.test(url)) throw new TypeError(`${url} is no script of this site`);
    return url;
  }

  /** The address of one of the site's own scripts, in the form that the page's policy lets through. */
  function scriptUrl(url) {
    return policy ? policy.createScriptURL(url) : checked(url);
  }

  /** Load a script of this site; the promise is kept when it has run. */
  function script(url) {
    return new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.charset = "utf-8";
      element.onload = resolve;
      element.onerror = () => reject(new Error(`${url} could not be loaded. Is the whole folder there?`));
      element.src = scriptUrl(url);
      document.head.append(element);
    });
  }

  /** The data of a shard; loaded once. */
  function load(name) {
    if (!loading.has(name)) {
      loading.set(name, new Promise((resolve, reject) => {
        waiting.set(name, resolve);
        script(`data/${name}.js`).catch(reject);
      }));
    }
    return loading.get(name);
  }

  /** Called by each shard. */
  function take(name, data) {
    waiting.get(name)?.(data);
    waiting.delete(name);
  }

  /** Number of the last of the sorted `firsts` that is not after `key`, or -1. */
  function partOf(firsts, key) {
    let low = 0;
    let high = firsts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (firsts[middle] <= key) low = middle + 1; else high = middle;
    }
    return low - 1;
  }

  /** The entry of a keyed store, or undefined. */
  async function find(store, key) {
    const part = partOf(await load(store), key);
    if (part < 0) return undefined;
    return (await load(`${store}/${part}`)).find((entry) => entry[0] === key)?.[1];
  }

  /** Passages by number, in that order, each with its article. */
  async function passages(numbers) {
    const { shard } = await load("labels");
    const names = new Map(numbers.map((number) => [number, `passages/${Math.floor(number / shard)}`]));
    const parts = new Map();
    await Promise.all([...new Set(names.values())].map(async (name) => parts.set(name, await load(name))));
    return numbers.map((number) => {
      const part = parts.get(names.get(number));
      const passage = part.passages[number % shard];
      return { ...passage, article: part.articles[passage.article] };
    });
  }

  /** An element with attributes and children; strings become text. What is null, undefined or false is left out. */
  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === true) element.setAttribute(key, "");
      else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
    }
    element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
    return element;
  }

  /** Link to a page of this site. */
  function link(page, id, ...children) {
    return make("a", { href: `${page}.html?id=${encodeURIComponent(id)}` }, ...children);
  }

  /** Parts with a separator between them; empty ones are left out. */
  function joined(parts, separator = " · ") {
    const there = parts.filter((part) => part !== null && part !== undefined && part !== false && part !== "");
    return there.flatMap((part, index) => (index ? [separator, part] : [part]));
  }

  const whole = new Intl.NumberFormat("en");
  const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

  function number(value) {
    return whole.format(value);
  }

  function counted(value, one, many = `${one}s`) {
    return `${number(value)} ${value === 1 ? one : many}`;
  }

  /** A day as people write it. */
  function day(iso) {
    return iso ? dayFormat.format(new Date(`${iso}T00:00:00Z`)) : null;
  }

  function party([id, name]) {
    return id ? link("leader", id, name) : make("span", {}, name);
  }

  function parties(all = []) {
    return joined(all.map(party), ", ");
  }

  /** Compared as the index compares: without accents and capitals. */
  function folded(text) {
    return text.normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase();
  }

  /** Text in which `marks` are what was said or promised, and words that fit `words` are highlighted. */
  function marked(text, marks = [], words = []) {
    const hits = [];
    if (words.length) {
      for (const found of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
        const word = folded(found[0]);
        if (words.some((wanted) => (wanted.whole ? word === wanted.word : word.startsWith(wanted.word)))) {
          hits.push([found.index, found.index + found[0].length]);
        }
      }
    }
    const edges = [...new Set([0, text.length, ...marks.flat(), ...hits.flat()])].sort((a, b) => a - b);
    const inside = (spans, start, end) => spans.some((span) => span[0] <= start && end <= span[1]);
    return edges.slice(1).map((end, index) => {
      const start = edges[index];
      let node = document.createTextNode(text.slice(start, end));
      if (inside(hits, start, end)) node = make("mark", {}, node);
      return inside(marks, start, end) ? make("span", { class: "content" }, node) : node;
    });
  }

  const firmness = {
    considering: "may", willing: "is willing to", intended: "intends to", pledged: "pledged to", agreed: "agreed to",
    enacted: "decided to",
  };

  const PROMISING = new Set(["agree", "commit", "decide", "pledge", "promise", "vow"]);

  /** What a commitment does, in words: "intends not to buy". */
  function promise({ act, refrain, action }) {
    const words = firmness[act];
    if (PROMISING.has(action) && /ed to$/.test(words) && !refrain) return words.slice(0, -3);
    if (!refrain) return `${words} ${action}`;
    return words.endsWith(" to") ? `${words.slice(0, -3)} not to ${action}` : `${words} not ${action}`;
  }

  /** Who, to whom, by which words. */
  function heading(passage) {
    const who = passage.who?.length ? parties(passage.who) : [make("span", { class: "soft" }, "Nobody named")];
    const to = passage.to?.length ? [", ", make("span", { class: "soft" }, "to "), ...parties(passage.to)] : [];
    const words = passage.kind === "statement" ? passage.cue : promise(passage);
    return [...who, ...to, words ? [": ", make("i", {}, words)] : []];
  }

  /** One passage as a list item, its topics by their `labels` if given. `from` is false where the page tells already which article it is from. */
  function passageItem(passage, { words = [], labels = null, from = true, level = "h3", also = null } = {}) {
    const { article } = passage;
    return make("li", { class: `passage ${passage.kind}`, id: passage.id },
      make("p", { class: "label" }, ...joined([
        make("b", {}, passage.kind), passage.act, from && day(article.day), from && article.publisher,
      ])),
      make(level, {}, ...heading(passage)),
      passage.text
        ? make("p", { class: "sentence" }, ...marked(passage.text, passage.marks, words))
        : make("p", { class: "soft" }, "The words are left out: their licence does not let them be passed on."),
      details(passage),
      make("p", { class: "from" }, ...joined([
        from && make("a", { href: `article.html?id=${encodeURIComponent(article.id)}#${passage.id}` }, article.title || "Article"),
        ...(from ? article.events.slice(0, 2).map(([id, title]) => link("event", id, title)) : []),
        ...(labels ? passage.topics ?? [] : []).map((topic) => labels.get(topic) ?? topic),
        also,
        make("span", {}, `confidence ${passage.sure.toFixed(2)}`),
      ])));
  }

  function details(passage) {
    const parts = joined([
      passage.object && `what: ${passage.object}`,
      passage.quantity && `how much: ${passage.quantity}`,
      passage.due && `when: ${passage.due}`,
      passage.condition && `on condition: ${passage.condition}`,
      passage.said && `said on ${day(passage.said)}`,
      passage.by?.length ? make("span", {}, "told by ", ...parties(passage.by)) : null,
    ]);
    return parts.length ? make("p", { class: "terms" }, ...parts) : null;
  }

  async function labels() {
    return new Map((await load("labels")).topics);
  }

  /** What the address asks for. */
  function asked(name) {
    return new URLSearchParams(location.search).get(name) ?? "";
  }

  /** Bring what the address points at into view, now that it is there. */
  function aim(element) {
    if (!element) return;
    element.classList.add("aimed");
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "center" });
  }

  /** Fill the page's place with what `draw` makes for the id in the address, or say what is wrong. */
  async function page(store, what, draw) {
    const place = document.getElementById(what);
    const id = asked("id");
    let children;
    try {
      const entry = id ? await find(store, id) : undefined;
      if (entry) {
        children = await draw(entry);
      } else {
        children = [
          make("h1", {}, `No ${what} was asked for that is in this edition`),
          make("p", {}, id ? `There is no ${what} ${id} here.` : `The address must end in ?id=, and the id of ${what === "leader" ? "a leader" : `an ${what}`}.`),
        ];
      }
    } catch (error) {
      children = [make("h1", {}, "The page could not be drawn"), make("p", {}, error.message)];
    }
    place.replaceChildren(...children.flat(Infinity).filter(Boolean));
    place.removeAttribute("aria-busy");
    const title = place.querySelector("h1")?.textContent;
    if (title) document.title = document.title.replace(/^[^·]*/, `${title} `);
    aim(document.getElementById(decodeURIComponent(location.hash.slice(1))));
  }

  return {
    asked, counted, day, find, folded, joined, labels, link, load, make, marked, number, page, partOf, parties, passageItem,
    passages, script, scriptUrl, take,
  };
})();
