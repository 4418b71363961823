"""A database may be begun while its tables are still being staged: the same comes out, and nothing half made."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.warehouse.building import Building, build_database
from pipelines.warehouse.publish import publish_database, remove_leftovers, write_table
from schemas import TABLES
from tests.samples import sample


def stage(folder: Path, table: str) -> bool:
    return write_table(sample(table), folder / "stage" / f"{table}.parquet", TABLES[table])


def building(folder: Path) -> Building:
    return Building(TABLES.values(), folder / "stage", folder / "readout.duckdb")


def beside(folder: Path) -> list[str]:
    return [path.name for path in folder.glob(".*")]


def rows(database: Path) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(database, read_only=True) as connection:
        names = connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
        return {
            f"{schema}.{name}": connection.execute(f'FROM "{schema}"."{name}" ORDER BY ALL').fetchall()
            for schema, name in names
        }


@pytest.mark.parametrize("order", [list(TABLES), list(reversed(TABLES))])
def test_tables_that_come_one_by_one_in_any_order_give_what_all_at_once_do(order: list[str], tmp_path: Path) -> None:
    begun = building(tmp_path)
    begun.tables_come_soon()
    for table in order:
        begun.staged(table, stage(tmp_path, table))
    begun.finish()
    build_database(TABLES.values(), tmp_path / "stage", tmp_path / "at once.duckdb")
    assert rows(tmp_path / "readout.duckdb") == rows(tmp_path / "at once.duckdb")
    assert beside(tmp_path) == []


def test_it_is_begun_where_a_table_is_new_and_the_rest_come_soon(tmp_path: Path) -> None:
    begun = building(tmp_path)
    begun.staged("countries", stage(tmp_path, "countries"))
    assert not begun.is_begun
    begun.tables_come_soon()
    assert begun.is_begun
    begun.abandon()


def test_it_is_not_begun_where_nothing_is_new(tmp_path: Path) -> None:
    begun = building(tmp_path)
    begun.tables_come_soon()
    begun.staged("countries", is_new=False)
    assert not begun.is_begun
    begun.abandon()


def test_one_that_is_abandoned_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    for table in TABLES:
        stage(tmp_path, table)
    publish_database(TABLES.values(), tmp_path / "stage", tmp_path / "readout.duckdb")
    before = (tmp_path / "readout.duckdb").read_bytes()
    begun = building(tmp_path)
    begun.tables_come_soon()
    begun.staged("countries", is_new=True)
    begun.abandon()
    assert (tmp_path / "readout.duckdb").read_bytes() == before
    assert beside(tmp_path) == []


def test_tables_that_nobody_staged_in_this_run_are_taken_as_they_lie(tmp_path: Path) -> None:
    for table in TABLES:
        stage(tmp_path, table)
    begun = building(tmp_path)
    begun.tables_come_soon()
    begun.staged("statements", is_new=True)
    assert publish_database(TABLES.values(), tmp_path / "stage", tmp_path / "readout.duckdb", begun=begun)
    assert not publish_database(TABLES.values(), tmp_path / "stage", tmp_path / "readout.duckdb", begun=begun)


def test_a_row_that_breaks_a_constraint_is_told_of_at_the_end(tmp_path: Path) -> None:
    for table in TABLES:
        stage(tmp_path, table)
    write_table(sample("leaders").clear(), tmp_path / "stage" / "leaders.parquet", TABLES["leaders"])
    begun = building(tmp_path)
    begun.tables_come_soon()
    for table in TABLES:
        begun.staged(table, is_new=True)
    with pytest.raises(duckdb.ConstraintException):
        begun.finish()
    assert not (tmp_path / "readout.duckdb").exists()
    assert beside(tmp_path) == []


def test_what_does_not_fit_into_little_memory_is_built_with_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for table in TABLES:
        stage(tmp_path, table)
    within: list[str | None] = []
    make_within = Building._make_within
    monkeypatch.setattr(
        Building, "_make_within", lambda self, memory: within.append(memory) or make_within(self, memory)
    )
    monkeypatch.setattr("pipelines.warehouse.building._MEMORY", "1MB")
    build_database(TABLES.values(), tmp_path / "stage", tmp_path / "readout.duckdb")
    assert within == ["1MB", None]
    assert len(rows(tmp_path / "readout.duckdb")["main.statements"]) == sample("statements").height


def test_what_a_killed_run_sorted_on_disk_is_removed(tmp_path: Path) -> None:
    spilled = tmp_path / ".readout.duckdb.123.tmp"
    spilled.mkdir()
    (spilled / "duckdb_temp_storage-0.tmp").write_bytes(b"rows")
    (tmp_path / ".readout.duckdb.123").write_bytes(b"half a database")
    remove_leftovers(tmp_path / "stage", tmp_path / "parquet", tmp_path / "readout.duckdb")
    assert beside(tmp_path) == []
