// Search: which passages have all words and all filters of a question. Knows no page.
"use strict";

readout.engine = (() => {
  const SHORTEST_BEGINNING = 3;

  /** The words of a question; those in quotation marks, and very short ones, stand for themselves only. */
  function parse(text) {
    const words = [];
    text.split(/["“”„]/).forEach((part, index) => {
      for (const [word] of readout.folded(part).matchAll(/[\p{L}\p{N}]+/gu)) {
        words.push({ word, whole: index % 2 === 1 || word.length < SHORTEST_BEGINNING });
      }
    });
    return words;
  }

  /** The terms of the index that fit, each with its list. */
  async function entries(fits, from) {
    const firsts = await readout.load("terms");
    const found = [];
    for (let part = Math.max(readout.partOf(firsts, from), 0); part < firsts.length; part += 1) {
      if (firsts[part] > from && !fits(firsts[part])) break;
      found.push(...(await readout.load(`terms/${part}`)).filter(([term]) => fits(term)));
    }
    return found;
  }

  function mark(place, steps) {
    let number = 0;
    for (const step of steps) {
      number += step;
      place[number] = 1;
    }
  }

  /** One place a passage: 1 where it has the word. */
  async function having(total, fits, from) {
    const place = new Uint8Array(total);
    for (const [, steps] of await entries(fits, from)) mark(place, steps);
    return place;
  }

  /**
   * Numbers of the passages that have all `words` and all `filters` ([column, value]) and are of the `kind`, if given;
   * and the words that were passed over because most passages have them.
   */
  async function search({ words = [], filters = [], kind = "" }) {
    const [{ passages: total }, { common, commitments }] = await Promise.all([readout.load("labels"), readout.load("search")]);
    const everywhere = new Set(common);
    const asked = words.filter(({ word }) => !everywhere.has(word));
    const wanted = [
      ...asked.map(({ word, whole }) => having(total, whole ? (term) => term === word : (term) => term.startsWith(word), word)),
      ...filters.map(([column, value]) => having(total, (term) => term === `=${column}:${value}`, `=${column}:${value}`)),
    ];
    const places = await Promise.all(wanted);
    if (kind) {
      const bits = atob(commitments);
      const flag = kind === "commitment" ? 1 : 0;
      places.push({ length: total, at: (number) => ((bits.charCodeAt(number >> 3) >> (number & 7)) & 1) === flag });
    }
    const numbers = [];
    for (let number = 0; number < total; number += 1) {
      if (places.every((place) => place.at(number))) numbers.push(number);
    }
    return { numbers, words: asked, passedOver: words.filter(({ word }) => everywhere.has(word)).map(({ word }) => word) };
  }

  /** A list that grows by `step` passages at each press of its button, in `place`. */
  function growing(place, numbers, { step = 10, options = {}, status = null } = {}) {
    const list = readout.make("ol", { class: "results" });
    const button = readout.make("button", { type: "button" }, "Show more");
    let shown = 0;
    async function more() {
      const next = numbers.slice(shown, shown + step);
      const first = shown;
      shown += next.length;
      const items = (await readout.passages(next)).map((passage) => readout.passageItem(passage, options));
      list.append(...items);
      button.hidden = shown >= numbers.length;
      button.textContent = `Show more (${readout.number(numbers.length - shown)} left)`;
      if (first) {
        items[0].tabIndex = -1;
        items[0].focus();
      }
      status?.(shown);
    }
    button.addEventListener("click", more);
    place.append(list, readout.make("p", {}, button));
    return more();
  }

  return { parse, search, growing };
})();
