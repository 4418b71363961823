// The list of leaders: found by name or country.
"use strict";

(() => {
  const { counted, folded, link, load, make, number } = readout;
  const MOST = 100;
  const field = document.getElementById("q");
  const body = document.getElementById("leaders");
  const status = document.getElementById("status");

  async function run() {
    const people = await load("people");
    const words = folded(field.value).split(/\s+/).filter(Boolean);
    const found = people.filter(([, name, country]) => {
      const text = folded(`${name} ${country ?? ""}`);
      return words.every((word) => text.includes(word));
    });
    body.replaceChildren(...found.slice(0, MOST).map(([id, name, country, said, promised, addressed]) => make("tr", {},
      make("th", { scope: "row" }, link("leader", id, name)), make("td", {}, country ?? ""),
      ...[said, promised, addressed].map((count) => make("td", { class: "number" }, number(count))))));
    status.textContent = found.length > MOST ? `The first ${MOST} of ${number(found.length)}.` : `${counted(found.length, "leader")}.`;
  }

  document.getElementById("find").addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", run);
})();
