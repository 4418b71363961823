// SQL on the dataset's own Parquet files: DuckDB in a worker, started at the first question.
// Parquet is read by parquet-wasm and handed over as Arrow: DuckDB would load its own reader from elsewhere.
"use strict";

(() => {
  const { counted, make, number } = readout;
  const form = document.getElementById("ask");
  if (!form) return;
  const query = form.elements.query;
  const status = document.getElementById("status");
  const place = document.getElementById("answer");
  const download = document.getElementById("download");
  const tables = form.dataset.tables.trim().split(/\s+/);
  const views = document.getElementById("views").content.textContent;
  const ofViews = [...views.matchAll(/CREATE\s+(?:OR\s+REPLACE\s+)?(?:VIEW|MACRO|FUNCTION)\s+(\w+)/gi)].map((found) => found[1]);
  const MOST = 500;
  const loaded = new Map();
  let engine;
  let answer;

  const LOCKS = [
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
  ];

  /** The database, with nothing in it, and the reader of Parquet. */
  async function start() {
    const base = new URL("duckdb/", location.href);
    await readout.script("duckdb/arrow.js");
    const [duckdb, parquet] = await Promise.all([import(new URL("duckdb.mjs", base)), import(new URL("parquet.mjs", base))]);
    await parquet.default({ module_or_path: new URL("parquet.wasm", base) });
    const database = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), new Worker(readout.scriptUrl("duckdb/duckdb.worker.js")));
    await database.instantiate(new URL("duckdb.wasm", base).href);
    const connection = await database.connect();
    for (const lock of LOCKS) await connection.query(lock);
    return { connection, parquet };
  }

  async function fetchTable({ connection, parquet }, name) {
    const response = await fetch(`${form.dataset.downloads}/${name}.parquet`);
    if (!response.ok) throw new Error(`${name}.parquet is not where this page looks for it (${form.dataset.downloads}/).`);
    const rows = parquet.readParquet(new Uint8Array(await response.arrayBuffer())).intoIPCStream();
    await connection.insertArrowFromIPCStream(rows, { name, create: true });
  }

  function once(name, work) {
    if (!loaded.has(name)) {
      loaded.set(name, work().catch((error) => {
        loaded.delete(name);
        throw error;
      }));
    }
    return loaded.get(name);
  }

  function mentions(sql, name) {
    return new RegExp(`\\b${name}\\b`, "i").test(sql);
  }

  /** The tables that the question, or a view in it, names; all of them where it asks what there is. */
  async function prepare(sql) {
    const everything = /\b(show|information_schema|duckdb_\w+)\b/i.test(sql);
    const withViews = everything || ofViews.some((name) => mentions(sql, name));
    const asked = withViews ? `${sql} ${views}` : sql;
    const wanted = tables.filter((name) => everything || mentions(asked, name));
    for (const name of wanted) {
      if (!loaded.has(name)) status.textContent = `Loading ${name} …`;
      await once(name, () => fetchTable(engine, name));
    }
    if (withViews) await once("views", () => engine.connection.query(views));
  }

  /** A decimal of four 32-bit words, as digits. */
  function decimal(words, scale) {
    let value = 0n;
    for (let index = words.length - 1; index >= 0; index -= 1) value = (value << 32n) | BigInt(words[index]);
    value = BigInt.asIntN(32 * words.length, value);
    const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
    const whole = scale ? `${digits.slice(0, -scale)}.${digits.slice(-scale)}` : digits;
    return value < 0n ? `-${whole}` : whole;
  }

  /** A value as DuckDB would print it. */
  function text(value, type) {
    const { DataType } = globalThis.Arrow;
    if (value === null || value === undefined) return "NULL";
    if (DataType.isDate(type)) return new Date(Number(value)).toISOString().slice(0, 10);
    if (DataType.isTimestamp(type)) return new Date(Number(value)).toISOString().slice(0, 19).replace("T", " ");
    if (DataType.isDecimal(type)) return decimal(value, type.scale);
    if (DataType.isList(type)) return `[${[...value].map((item) => text(item, type.children[0].type)).join(", ")}]`;
    if (DataType.isStruct(type)) return `{${type.children.map((field) => `${field.name}: ${text(value[field.name], field.type)}`).join(", ")}}`;
    return String(value);
  }

  function isNumber(type) {
    const { DataType } = globalThis.Arrow;
    return DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type);
  }

  function* cells(rows) {
    for (const row of rows) yield answer.schema.fields.map((field, index) => [row[index], field.type]);
  }

  function rowsOf(most) {
    const columns = answer.schema.fields.map((_, index) => answer.getChildAt(index));
    return Array.from({ length: Math.min(most, answer.numRows) }, (_, at) => columns.map((column) => column.get(at)));
  }

  function classes(value, type) {
    return [isNumber(type) && "number", value === null && "soft"].filter(Boolean).join(" ") || null;
  }

  function draw() {
    const heads = answer.schema.fields.map(({ name, type }) => make("th", { scope: "col", class: isNumber(type) ? "number" : null }, name));
    const body = [...cells(rowsOf(MOST))].map((row) => make("tr", {}, ...row.map(([value, type]) => (
      make("td", { class: classes(value, type) }, text(value, type))))));
    place.replaceChildren(make("table", {}, make("caption", {}, "Answer"), make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...body)));
  }

  async function run() {
    const sql = query.value.trim();
    if (!sql) return;
    if (location.protocol === "file:") {
      status.textContent = "Browsers do not let a page that was opened from a disk start a database. Serve the folder above this one, for instance by: python -m http.server";
      return;
    }
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      if (!engine) {
        status.textContent = "Starting the database …";
        engine = await start();
      }
      await prepare(sql);
      status.textContent = "Asking …";
      const started = performance.now();
      answer = await engine.connection.query(sql);
      const milliseconds = performance.now() - started;
      draw();
      const shown = answer.numRows > MOST ? ` The first ${number(MOST)} are shown.` : "";
      status.textContent = `${counted(answer.numRows, "row")} in ${Math.round(milliseconds)} ms.${shown}`;
      download.disabled = false;
    } catch (error) {
      place.replaceChildren();
      download.disabled = true;
      status.textContent = error.message;
    } finally {
      button.disabled = false;
    }
  }

  /** The answer as CSV, all of it; empty where NULL. A spreadsheet runs no cell as a formula: as `spreadsheets.py`. */
  function csv() {
    const formula = (value) => /^\s*[=+\-@\t\r\n＝＋－＠|%]/.test(value) && !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value);
    const shown = (value) => (formula(value) ? `'${value}` : value);
    const quoted = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
    const lines = [...cells(rowsOf(answer.numRows))].map((row) => row.map(([value, type]) => (value === null ? "" : quoted(shown(text(value, type))))).join(","));
    return [answer.schema.fields.map(({ name }) => quoted(shown(name))).join(","), ...lines, ""].join("\r\n");
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
  query.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); } });
  download.addEventListener("click", () => {
    const file = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
    make("a", { href: file, download: "answer.csv" }).click();
    URL.revokeObjectURL(file);
  });
  for (const button of document.querySelectorAll("[data-query]")) {
    button.addEventListener("click", () => { query.value = button.dataset.query; query.focus(); run(); });
  }
})();
