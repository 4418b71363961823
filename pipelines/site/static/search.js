// The search page: the form, the address and the results say the same.
"use strict";

(() => {
  const { asked, counted, find, labels, make, number, passageItem, passages } = readout;
  const form = document.getElementById("search");
  const status = document.getElementById("status");
  const results = document.getElementById("results");
  const more = document.getElementById("more");
  const chips = document.getElementById("people");
  const PAGE = 20;
  const FIELDS = ["q", "kind", "topic", "country", "publisher"];
  const PEOPLE = { who: "by", to: "to" };
  const people = new Map(Object.keys(PEOPLE).filter((name) => asked(name)).map((name) => [name, asked(name)]));
  let latest = 0;
  let found = { numbers: [], words: [] };
  let shown = 0;

  function fields() {
    const values = FIELDS.map((name) => [name, form.elements[name].value.trim()]);
    return new Map([...values, ...people].filter(([, value]) => value));
  }

  async function show(turn) {
    const next = found.numbers.slice(shown, shown + PAGE);
    const [rows, names] = await Promise.all([passages(next), labels()]);
    if (turn !== latest) return;
    shown += next.length;
    const items = rows.map((row) => passageItem(row, { words: found.words, labels: names, level: "h2" }));
    results.append(...items);
    more.hidden = shown >= found.numbers.length;
    return items[0];
  }

  async function run() {
    const turn = ++latest;
    const chosen = fields();
    const address = new URLSearchParams([...chosen]).toString();
    history.replaceState(null, "", address ? `?${address}` : location.pathname.split("/").pop());
    const words = readout.engine.parse(chosen.get("q") ?? "");
    const filters = ["topic", "country", "publisher", "who", "to"].filter((name) => chosen.has(name)).map((name) => [name, chosen.get(name)]);
    const started = performance.now();
    try {
      const answer = await readout.engine.search({ words, filters, kind: chosen.get("kind") ?? "" });
      if (turn !== latest) return;
      [found, shown] = [answer, 0];
      const old = [...results.children];
      await show(turn);
      if (turn !== latest) return;
      old.forEach((item) => item.remove());
    } catch (error) {
      status.textContent = error.message;
      return;
    }
    const milliseconds = performance.now() - started;
    results.dataset.milliseconds = milliseconds.toFixed(1);
    status.textContent = told(chosen, milliseconds);
  }

  function told(chosen, milliseconds) {
    const parts = [];
    if (found.passedOver.length) {
      parts.push(`Most passages have ${found.passedOver.map((word) => `“${word}”`).join(", ")}: passed over.`);
    }
    if (!found.numbers.length) parts.push("Nothing found. Try fewer words, or the beginning of a word.");
    else if (!chosen.size) parts.push(`${counted(found.numbers.length, "passage")}, newest first.`);
    else parts.push(`${counted(found.numbers.length, "passage")} in ${Math.round(milliseconds)} ms, newest first.`);
    return parts.join(" ");
  }

  async function drawPeople() {
    chips.replaceChildren();
    for (const [name, id] of people) {
      const leader = await find("leaders", id);
      const button = make("button", { type: "button", class: "chip" }, `${PEOPLE[name]} ${leader?.name ?? id} `, make("span", { "aria-hidden": "true" }, "×"), make("span", { class: "hidden" }, " (remove)"));
      button.addEventListener("click", () => { people.delete(name); drawPeople(); run(); });
      chips.append(button);
    }
    chips.hidden = !people.size;
  }

  let pause;
  form.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(run, 120); });
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(pause); run(); });
  more.addEventListener("click", async () => {
    const first = await show(latest);
    if (first) { first.tabIndex = -1; first.focus(); }
    status.textContent = `${number(shown)} of ${counted(found.numbers.length, "passage")} shown.`;
  });
  for (const name of FIELDS) form.elements[name].value = asked(name);
  drawPeople();
  run();
})();
