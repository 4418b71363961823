"""Whether a release is what it says: hashes, schema, keys, references, spans, and nothing passed on that may not be.

What must hold is read from the release's own `datapackage.json`, so that any version of this project verifies any
release. Nothing is read into memory as a whole.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.release.engine import engine, one, source
from pipelines.release.excerpts import PASSAGE, WORDS, few_words
from schemas.ddl import literal, quoted

SUMS, DATABASE, PACKAGE = "SHA256SUMS", "readout.duckdb", "datapackage.json"
SHOWN = 5
"""How many rows of one fault are named."""
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
_Tables = Mapping[str, Mapping[str, Any]]
_Rule = Callable[[duckdb.DuckDBPyConnection, str, Mapping[str, Any], _Tables], Iterator["Problem"]]


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: the file, the rows where it lies in rows, and what is wrong."""

    file: str
    what: str
    rows: tuple[str, ...] = ()
    count: int = 0

    def __str__(self) -> str:
        more = f" and {self.count - len(self.rows):,} more" if self.count > len(self.rows) else ""
        where = f" [{'; '.join(self.rows)}{more}]" if self.rows else ""
        return f"{self.file}: {self.what}{where}"


def verify(folder: Path) -> list[Problem]:
    """All that is wrong with a release; nothing where it is whole. Rows are named by number, from 1, and key."""
    problems = list(_hashes(folder))
    package = _package(folder, problems)
    if package is None:
        return problems
    with engine() as connection:
        tables, broken = _tables(connection, folder, package)
        problems += broken
        for name, about in tables.items():
            for rule in (_columns, _count, _values, _keys, _references, _spans, _withheld):
                found = _asked(rule, connection, name, about, tables)
                problems += found
                if rule is _columns and found:
                    break  # where a column is missing, what follows could not even be asked
        problems += _database(connection, folder, tables)
    return problems


def _asked(
    rule: _Rule, connection: duckdb.DuckDBPyConnection, name: str, about: Mapping[str, Any], tables: _Tables
) -> list[Problem]:
    try:
        return list(rule(connection, name, about, tables))
    except duckdb.Error as error:
        return [Problem(_file(name), f"cannot be read: {str(error).splitlines()[0]}")]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [Problem(PACKAGE, f"cannot be used: what it says of {name} is not whole ({error!r})")]


def _hashes(folder: Path) -> Iterator[Problem]:
    path = folder / SUMS
    if not path.is_file():
        yield Problem(SUMS, "is not there: this is no release, or one that is not whole")
        return
    listed = set()
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        found = _LINE.fullmatch(line)
        if found is None:
            yield Problem(SUMS, f"line {number} is no hash, two spaces and a file")
            continue
        name = found[2]
        listed.add(name)
        file = folder / name
        if not file.resolve().is_relative_to(folder.resolve()):
            yield Problem(SUMS, f"line {number} leads out of the release: {name}")
        elif not file.is_file():
            yield Problem(name, f"is not there, but in {SUMS} (line {number})")
        else:
            with file.open("rb") as lines:
                if hashlib.file_digest(lines, "sha256").hexdigest() != found[1]:
                    yield Problem(name, f"its bytes are not those of {SUMS} (line {number}): fetch it anew")
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = file.relative_to(folder).as_posix()
        if name not in listed and name not in (SUMS, DATABASE):
            yield Problem(name, f"is not in {SUMS}: it does not belong to the release")


def _package(folder: Path, problems: list[Problem]) -> Mapping[str, Any] | None:
    try:
        package = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
        for resource in package["resources"]:
            if not re.fullmatch(r"[a-z_]+", resource["name"]) or resource["path"] != _file(resource["name"]):
                raise ValueError(f"the path {resource['path']!r} is not {_file(resource['name'])}")
            if not (resource["schema"]["fields"] and resource["schema"]["primaryKey"]):
                raise ValueError(f"{resource['name']} has no fields or no key")
    except OSError:
        problems.append(Problem(PACKAGE, "is not there"))
    except (ValueError, KeyError, TypeError) as error:
        problems.append(Problem(PACKAGE, f"cannot be used: {error!r}"))
    else:
        return dict(package)
    return None


def _tables(
    connection: duckdb.DuckDBPyConnection, folder: Path, package: Mapping[str, Any]
) -> tuple[dict[str, Mapping[str, Any]], list[Problem]]:
    """The tables that can be opened, each as a view of its name, and what is wrong with the others."""
    tables, problems = {}, []
    for resource in package["resources"]:
        name = resource["name"]
        path = folder / resource["path"]
        if not path.is_file():
            problems.append(Problem(_file(name), "is not there"))
            continue
        try:
            connection.execute(f"CREATE TEMP VIEW {quoted(name)} AS SELECT * FROM {source(path)}")
            told = dict(
                connection.execute(
                    f"SELECT key::VARCHAR, value::VARCHAR FROM parquet_kv_metadata({literal(str(path))}) "
                    "WHERE key::VARCHAR = 'version'"
                ).fetchall()
            )
        except duckdb.Error as error:
            problems.append(Problem(_file(name), f"cannot be opened: {str(error).splitlines()[0]}"))
            continue
        if told.get("version") != package["version"]:
            problems.append(Problem(_file(name), f"is of version {told.get('version')}, not {package['version']}"))
        tables[name] = resource["schema"] | {"rows": resource["rows"]}
    return tables, problems


def _columns(
    connection: duckdb.DuckDBPyConnection, name: str, about: Mapping[str, Any], _: _Tables
) -> Iterator[Problem]:
    """The declared columns, of the declared types, in their order."""
    found = connection.execute(f"SELECT * EXCLUDE (file_row_number) FROM {quoted(name)} LIMIT 0").description or []
    types = [(column[0], str(column[1]).replace('"', "")) for column in found]
    declared = [(field["name"], field["duckdb_type"]) for field in about["fields"]]
    if types != declared:
        wrong = [f"{a} {b}" for a, b in types if (a, b) not in declared] or ["their order"]
        lost = [f"{a} {b}" for a, b in declared if (a, b) not in types]
        yield Problem(_file(name), f"columns are not as declared: found {', '.join(wrong)}; lacking {', '.join(lost)}")


def _count(connection: duckdb.DuckDBPyConnection, name: str, about: Mapping[str, Any], _: _Tables) -> Iterator[Problem]:
    """As many rows as declared."""
    rows = one(connection, f"SELECT count(*) FROM {quoted(name)}")
    if rows != about["rows"]:
        yield Problem(_file(name), f"has {rows:,} rows where {PACKAGE} says {about['rows']:,}")


def _values(
    connection: duckdb.DuckDBPyConnection, name: str, about: Mapping[str, Any], _: _Tables
) -> Iterator[Problem]:
    """NULLs, codes and bounds; no NULL in a list."""
    faults = {}
    for field in about["fields"]:
        column, limits, told = quoted(field["name"]), field["constraints"], field["name"]
        if limits.get("required"):
            faults[f"{told} is NULL"] = f"{column} IS NULL"
        if codes := limits.get("enum"):
            faults[f"{told} is none of its codes"] = f"{column} NOT IN ({', '.join(map(literal, codes))})"
        if "minimum" in limits:
            faults[f"{told} is less than {limits['minimum']:g}"] = f"{column} < {float(limits['minimum'])}"
        if "maximum" in limits:
            faults[f"{told} is more than {limits['maximum']:g}"] = f"{column} > {float(limits['maximum'])}"
        if _is_list(field):
            faults[f"{told} has a NULL in its list"] = f"len(list_filter({column}, lambda x: x IS NULL)) > 0"
    yield from _faulty(connection, name, about, f"{quoted(name)} AS t", faults)


def _keys(connection: duckdb.DuckDBPyConnection, name: str, about: Mapping[str, Any], _: _Tables) -> Iterator[Problem]:
    """No key twice. Rows are sorted by key, so that two of the same lie together."""
    key = ", ".join(map(quoted, about["primaryKey"]))
    rows = (
        f"(SELECT *, lag(row({key})) OVER (ORDER BY file_row_number) AS last FROM "
        f"(SELECT {key}, file_row_number FROM {quoted(name)})) AS t"
    )
    faults = {f"({key}) is there twice": f"row({key}) = last", f"is not sorted by ({key})": f"row({key}) < last"}
    yield from _faulty(connection, name, about, rows, {what.replace('"', ""): wrong for what, wrong in faults.items()})


def _references(
    connection: duckdb.DuckDBPyConnection, name: str, about: Mapping[str, Any], tables: _Tables
) -> Iterator[Problem]:
    """Every value of a referring column, and every element of a referring list, is found where it leads."""
    for field in about["fields"]:
        if "references" not in field:
            continue
        target, _, target_column = field["references"].partition(".")
        if target not in tables:
            yield Problem(_file(name), f"{field['name']} refers to {target}, which is not in the release")
            continue
        column = quoted(field["name"])
        value = f"unnest({column})" if _is_list(field) else column
        key = ", ".join(map(quoted, about["primaryKey"]))
        rows = (
            f"(SELECT {key}, file_row_number, value FROM (SELECT {key}, file_row_number, {value} AS value "
            f"FROM {quoted(name)}) WHERE value IS NOT NULL "
            f"AND value NOT IN (SELECT {quoted(target_column)} FROM {quoted(target)})) AS t"
        )
        yield from _faulty(
            connection, name, about, rows, {f"{field['name']} is not found in {field['references']}": "true"}
        )


def _spans(
    connection: duckdb.DuckDBPyConnection, name: str, about: Mapping[str, Any], tables: _Tables
) -> Iterator[Problem]:
    """`articles.text[start:end]` is the stored text, where the release holds it; offsets are in order anywhere."""
    if not {"articles", "sources"} <= set(tables):
        return
    faults = {}
    for rule in about.get("spans", ()):
        text = f"t.{quoted(rule['text'])}"
        if "spans" in rule:
            spans = f"t.{quoted(rule['spans'])}"
            placed = f"array_to_string(list_transform({spans}, lambda s: a.text[s.start + 1 : s.\"end\"]), ' ')"
            ordered = f'len({spans}) > 0 AND len(list_filter({spans}, lambda s: s.start < 0 OR s.start >= s."end")) = 0'
            inside = f'list_max(list_transform({spans}, lambda s: s."end")) <= length(a.text)'
            absent = "false"
        else:
            start, end = f"t.{quoted(rule['start'])}", f"t.{quoted(rule['end'])}"
            placed = f"a.text[{start} + 1 : {end}]"
            ordered = f"{start} >= 0 AND {start} < {end}"
            inside = f"{end} <= length(a.text)"
            absent = f"{start} IS NULL AND {end} IS NULL"
        right = (
            f"CASE WHEN {absent} THEN {text} IS NULL WHEN NOT coalesce({ordered}, false) THEN false "
            f"WHEN a.is_open THEN coalesce({inside} AND {placed} = {text}, false) ELSE true END"
        )
        places = rule.get("spans") or f"{rule['start']}, {rule['end']}"
        faults[f"{rule['text']} does not stand in articles.text at {places}"] = f"NOT {right}"
    rows = (
        f"{quoted(name)} AS t JOIN (SELECT article_id, text, is_redistributed AS is_open FROM articles "
        "JOIN sources USING (article_id)) AS a USING (article_id)"
    )
    yield from _faulty(connection, name, about, rows, faults)


def _withheld(
    connection: duckdb.DuckDBPyConnection, name: str, about: Mapping[str, Any], tables: _Tables
) -> Iterator[Problem]:
    """No passage of an article whose licence does not allow it, and no more than a few words elsewhere."""
    fields = {field["name"]: field["holds"] for field in about["fields"] if "holds" in field}
    if not fields or "sources" not in tables:
        return
    named = any(field["name"] == "article_id" for field in about["fields"])
    open_articles = "(SELECT article_id, is_redistributed AS is_open FROM sources) USING (article_id)"
    rows = f"{quoted(name)} AS t" + (f" LEFT JOIN {open_articles}" if named else "")
    closed = "NOT coalesce(is_open, false)" if named else "true"
    held = {
        column: f"t.{quoted(column)} <> ''" if kind == PASSAGE else f"NOT {few_words(f't.{quoted(column)}')}"
        for column, kind in fields.items()
        if kind in (PASSAGE, WORDS)
    }
    faults = {
        f"{column} holds text whose licence does not let it be passed on": f"{wrong} AND {closed}"
        for column, wrong in held.items()
    }
    yield from _faulty(connection, name, about, rows, faults)


def _database(connection: duckdb.DuckDBPyConnection, folder: Path, tables: _Tables) -> Iterator[Problem]:
    """The database holds the rows of the Parquet files: the same number, and the same sum of hashes."""
    path = folder / DATABASE
    if not path.is_file():
        yield Problem(DATABASE, "is not there")
        return
    try:
        connection.execute(f"ATTACH {literal(str(path))} AS built (READ_ONLY)")
        for name, about in tables.items():
            columns = ", ".join(quoted(field["name"]) for field in about["fields"])
            sums = [
                connection.execute(f"SELECT count(*), sum(hash({columns})::HUGEINT) FROM {place}").fetchone()
                for place in (quoted(name), f"built.main.{quoted(name)}")
            ]
            if sums[0] != sums[1]:
                yield Problem(DATABASE, f"the rows of {name} are not those of {_file(name)}")
    except duckdb.Error as error:
        yield Problem(DATABASE, f"cannot be read: {str(error).splitlines()[0]}")


def _faulty(
    connection: duckdb.DuckDBPyConnection, name: str, about: Mapping[str, Any], rows: str, faults: Mapping[str, str]
) -> Iterator[Problem]:
    """One problem for each of `faults`, told by what it is and the SQL of a row that has it.

    `rows` is the SQL that gives the rows of the table, called `t`. All faults are counted in one pass; only those that
    there are cost another.
    """
    if not faults:
        return
    key = " || ' ' || ".join(f"coalesce(t.{quoted(column)}::VARCHAR, 'NULL')" for column in about["primaryKey"])
    counts = connection.execute(
        f"SELECT {', '.join(f'count(*) FILTER ({wrong})' for wrong in faults.values())} FROM {rows}"
    ).fetchone() or (0,) * len(faults)
    for (what, wrong), count in zip(faults.items(), counts, strict=True):
        if count:
            named = connection.execute(
                f"SELECT DISTINCT ON (t.file_row_number) 'row ' || (t.file_row_number + 1) || ' (' || {key} || ')' "
                f"FROM {rows} WHERE {wrong} ORDER BY t.file_row_number LIMIT {SHOWN}"
            ).fetchall()
            yield Problem(_file(name), what, tuple(row[0] for row in named), count)


def _is_list(field: Mapping[str, Any]) -> bool:
    return str(field["duckdb_type"]).endswith("[]")


def _file(name: str) -> str:
    return f"parquet/{name}.parquet"
