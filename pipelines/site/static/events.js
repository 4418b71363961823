// The list of events of a month.
"use strict";

(() => {
  const { asked, counted, joined, link, load, make } = readout;
  const choice = document.getElementById("months").elements.month;
  const list = document.getElementById("events");
  const status = document.getElementById("status");

  async function run() {
    if (!choice.value) return;
    const events = await load(`months/${choice.value}`);
    list.replaceChildren(...events.map(([id, title, when, state, articles, accounts]) => make("li", {},
      link("event", id, title), " ", make("span", { class: "soft" }, ...joined([
        when, state, counted(articles, "article"), accounts > 1 ? `${accounts} accounts` : null,
      ])))));
    status.textContent = `${counted(events.length, "event")}.`;
  }

  choice.addEventListener("change", () => { history.replaceState(null, "", `?month=${choice.value}`); run(); });
  if ([...choice.options].some((option) => option.value === asked("month"))) choice.value = asked("month");
  run();
})();
