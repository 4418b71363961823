"""What changed between two releases: rows added, changed and deleted, by key, in Parquet and in words.

Columns that only one of the two has are named, and do not make a row a changed one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.release.engine import engine, source, write_parquet
from pipelines.release.errors import ReleaseError
from schemas.ddl import literal, quoted

SUMMARY = "SUMMARY.md"
_CHANGE, _COLUMNS = "change", "changed_columns"


@dataclass(frozen=True, slots=True)
class TableDelta:
    """How many rows of one table differ, and in which columns."""

    name: str
    added: int = 0
    changed: int = 0
    deleted: int = 0
    in_columns: tuple[tuple[str, int], ...] = ()
    new_columns: tuple[str, ...] = ()
    lost_columns: tuple[str, ...] = ()
    is_new: bool = False
    is_gone: bool = False

    @property
    def differs(self) -> bool:
        """Whether there is anything to tell."""
        rows = self.added + self.changed + self.deleted
        return bool(rows or self.new_columns or self.lost_columns or self.is_new or self.is_gone)


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed from one release to another."""

    old: str
    new: str
    tables: tuple[TableDelta, ...]


def diff(old: Path, new: Path, out: Path | None = None) -> Delta:
    """Compare two releases; with `out`, write one Parquet file a table there, and `SUMMARY.md`.

    A file holds the added and changed rows as they are now and the deleted ones as they were, with the columns `change`
    and `changed_columns` before them. Raises `ReleaseError` where a folder is no release or `out` is there already.
    """
    (version, before), (newer, after) = _described(old), _described(new)
    if out is not None and out.exists():
        raise ReleaseError(f"{out} is there already: name a folder that is not")
    names = list(dict.fromkeys([*after, *before]))
    beside = out.with_name(f".{out.name}.{os.getpid()}") if out is not None else None
    try:
        if beside is not None:
            beside.mkdir(parents=True)
        with engine() as connection:
            tables = [
                _table(
                    connection,
                    name,
                    (old / "parquet" / f"{name}.parquet") if name in before else None,
                    (new / "parquet" / f"{name}.parquet") if name in after else None,
                    after.get(name) or before[name],
                    beside / f"{name}.parquet" if beside is not None else None,
                )
                for name in names
            ]
        found = Delta(version, newer, tuple(tables))
        if beside is not None and out is not None:
            (beside / SUMMARY).write_text(summary(found, level=1), encoding="utf-8")
            beside.rename(out)
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)
    return found


def summary(delta: Delta, level: int = 2) -> str:
    """The delta in Markdown: rows of each table, and of changed rows the columns in which they changed."""
    lines = [f"{'#' * level} {delta.new}, against {delta.old}", ""]
    told = [table for table in delta.tables if table.differs]
    if not told:
        return "\n".join([*lines, "No row of any table differs.", ""])
    lines += ["| table | added | changed | deleted | changed in |", "|---|---|---|---|---|"]
    for table in told:
        where = ", ".join(f"`{name}` {count:,}" for name, count in table.in_columns)
        lines.append(f"| {table.name} | {table.added:,} | {table.changed:,} | {table.deleted:,} | {where} |")
    lines.append("")
    for table in told:
        lines += [f"- `{table.name}` is a new table."] if table.is_new else []
        lines += [f"- `{table.name}` is gone."] if table.is_gone else []
        lines += [f"- `{table.name}` has a new column `{name}`." for name in table.new_columns]
        lines += [f"- `{table.name}` has lost its column `{name}`." for name in table.lost_columns]
    same = [table.name for table in delta.tables if not table.differs]
    lines += [f"Unchanged: {', '.join(same)}."] if same else []
    return "\n".join([*lines, ""])


def _described(folder: Path) -> tuple[str, dict[str, tuple[str, ...]]]:
    """The version of a release, and the key of each of its tables."""
    path = folder / "datapackage.json"
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
        keys = {entry["name"]: tuple(entry["schema"]["primaryKey"]) for entry in package["resources"]}
        return str(package["version"]), keys
    except FileNotFoundError as error:
        raise ReleaseError(f"{folder} is no release: it has no datapackage.json") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ReleaseError(f"{path} cannot be used ({error!r}): is it the file that the release came with?") from error


def _table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    old: Path | None,
    new: Path | None,
    key: Sequence[str],
    out: Path | None,
) -> TableDelta:
    schemas = [pq.read_schema(path) if path is not None else None for path in (old, new)]
    before, after = ([] if schema is None else schema.names for schema in schemas)
    if old and new and not set(key) <= set(before):
        raise ReleaseError(f"{name} had another key in {old.parent.parent}: its rows cannot be compared")
    shape = _shape(schemas[1] if schemas[1] is not None else schemas[0])
    sql = _query(old, new, before, after, key)
    counted = (
        f"SELECT count(*) FILTER ({_CHANGE} = 'added'), count(*) FILTER ({_CHANGE} = 'changed'), "
        f"count(*) FILTER ({_CHANGE} = 'deleted') FROM {{}}"
    )
    if out is None:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE differing AS SELECT {_CHANGE}, {_COLUMNS} FROM ({sql})")
        rows = "differing"
    else:
        order = ", ".join(map(quoted, key))
        reader = connection.sql(f"{sql} ORDER BY {order}").to_arrow_reader(10_000)
        write_parquet(reader, shape, tuple(key), out)
        rows = f"read_parquet({literal(str(out))})"
    added, changed, deleted = connection.execute(counted.format(rows)).fetchone() or (0, 0, 0)
    columns = connection.execute(
        f"SELECT name, count(*) FROM (SELECT unnest({_COLUMNS}) AS name FROM {rows}) GROUP BY name ORDER BY 2 DESC, 1"
    ).fetchall()
    both = old is not None and new is not None
    return TableDelta(
        name,
        added,
        changed,
        deleted,
        tuple(columns),
        new_columns=tuple(column for column in after if column not in before) if both else (),
        lost_columns=tuple(column for column in before if column not in after) if both else (),
        is_new=old is None,
        is_gone=new is None,
    )


def _shape(schema: pa.Schema) -> pa.Schema:
    told = {"change": "added, changed or deleted", "changed_columns": "The columns in which a changed row differs"}
    first = [
        pa.field(_CHANGE, pa.string(), nullable=False, metadata={"description": told["change"]}),
        pa.field(_COLUMNS, pa.list_(pa.string()), nullable=False, metadata={"description": told["changed_columns"]}),
    ]
    return pa.schema([*first, *(field.with_nullable(True) for field in schema)])


def _query(old: Path | None, new: Path | None, before: list[str], after: list[str], key: Sequence[str]) -> str:
    if old is None or new is None:
        names = ", ".join(map(quoted, after or before))
        change, path = ("added", new) if old is None else ("deleted", old)
        return f"SELECT '{change}' AS {_CHANGE}, []::VARCHAR[] AS {_COLUMNS}, {names} FROM {source(path or Path())}"
    common = [name for name in after if name in before and name not in key]
    differing = ", ".join(
        f"CASE WHEN o.{quoted(name)} IS DISTINCT FROM n.{quoted(name)} THEN {literal(name)} END" for name in common
    )
    columns = f"list_filter([{differing}]::VARCHAR[], lambda name: name IS NOT NULL)" if common else "[]::VARCHAR[]"
    is_new, is_gone = "o.file_row_number IS NULL", "n.file_row_number IS NULL"
    values = ", ".join(
        f"CASE WHEN {is_gone} THEN o.{quoted(name)} ELSE n.{quoted(name)} END AS {quoted(name)}"
        if name in before
        else f"n.{quoted(name)} AS {quoted(name)}"
        for name in after
    )
    match = " AND ".join(f"o.{quoted(name)} = n.{quoted(name)}" for name in key)
    return (
        f"SELECT * FROM (SELECT CASE WHEN {is_new} THEN 'added' WHEN {is_gone} THEN 'deleted' ELSE 'changed' END "
        f"AS {_CHANGE}, CASE WHEN {is_new} OR {is_gone} THEN [] ELSE {columns} END AS {_COLUMNS}, {values} "
        f"FROM {source(old)} AS o FULL JOIN {source(new)} AS n ON {match}) "
        f"WHERE {_CHANGE} <> 'changed' OR len({_COLUMNS}) > 0"
    )
