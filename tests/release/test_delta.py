"""What changed between two releases: every row by its key, and a summary that a person reads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.release.delta import diff, summary
from pipelines.release.errors import ReleaseError

Rows = Mapping[str, Mapping[str, Any]]


def pretend(folder: Path, version: str, tables: Mapping[str, pl.DataFrame], key: str = "id") -> Path:
    """As much of a release as a comparison reads: the tables, and a package that tells their keys."""
    (folder / "parquet").mkdir(parents=True)
    resources = []
    for name, frame in tables.items():
        frame.write_parquet(folder / "parquet" / f"{name}.parquet")
        resources.append(f'{{"name": "{name}", "schema": {{"primaryKey": ["{key}"]}}}}')
    package = f'{{"version": "{version}", "resources": [{", ".join(resources)}]}}'
    (folder / "datapackage.json").write_text(package, encoding="utf-8")
    return folder


def people(rows: dict[str, tuple[int | None, list[str]]]) -> pl.DataFrame:
    schema = {"id": pl.String(), "age": pl.Int64(), "names": pl.List(pl.String())}
    return pl.DataFrame([(key, age, names) for key, (age, names) in rows.items()], schema=schema, orient="row")


def test_added_changed_and_deleted_rows_are_told_by_key(tmp_path: Path) -> None:
    old = pretend(tmp_path / "a", "2026.10.0", {"p": people({"x": (1, ["X"]), "y": (2, []), "z": (None, ["Z"])})})
    new = pretend(tmp_path / "b", "2026.11.0", {"p": people({"w": (4, []), "y": (3, ["Y"]), "z": (None, ["Z"])})})
    found = diff(old, new, tmp_path / "out")
    rows = pl.read_parquet(tmp_path / "out" / "p.parquet")
    assert rows.rows() == [
        ("added", [], "w", 4, []),
        ("deleted", [], "x", 1, ["X"]),
        ("changed", ["age", "names"], "y", 3, ["Y"]),
    ]
    [table] = found.tables
    assert (table.added, table.changed, table.deleted) == (1, 1, 1)
    assert table.in_columns == (("age", 1), ("names", 1))
    told = (tmp_path / "out" / "SUMMARY.md").read_text(encoding="utf-8")
    assert told == summary(found, level=1)
    assert "| p | 1 | 1 | 1 | `age` 1, `names` 1 |" in told


def test_a_null_that_stays_null_is_no_change_and_one_that_is_filled_is(tmp_path: Path) -> None:
    old = pretend(tmp_path / "a", "2026.10.0", {"p": people({"x": (None, []), "y": (None, [])})})
    new = pretend(tmp_path / "b", "2026.11.0", {"p": people({"x": (None, []), "y": (0, [])})})
    assert [(t.added, t.changed, t.deleted) for t in diff(old, new).tables] == [(0, 1, 0)]


def test_new_and_lost_tables_and_columns_are_named_and_change_no_row(tmp_path: Path) -> None:
    frame = people({"x": (1, [])})
    old = pretend(tmp_path / "a", "2026.10.0", {"p": frame, "gone": frame})
    new = pretend(tmp_path / "b", "2026.11.0", {"p": frame.drop("age").with_columns(size=pl.lit(1)), "fresh": frame})
    told = summary(diff(old, new, tmp_path / "out"))
    for line in (
        "- `p` has a new column `size`.",
        "- `p` has lost its column `age`.",
        "- `fresh` is a new table.",
        "- `gone` is gone.",
        "| p | 0 | 0 | 0 |  |",
        "| fresh | 1 | 0 | 0 |  |",
        "| gone | 0 | 0 | 1 |  |",
    ):
        assert line in told.splitlines()


def test_a_release_differs_in_nothing_from_itself(release: Path) -> None:
    assert "No row of any table differs." in summary(diff(release, release))


ROWS = st.dictionaries(
    st.sampled_from("abcde"), st.tuples(st.none() | st.integers(0, 2), st.lists(st.sampled_from("xy"), max_size=2))
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=ROWS, after=ROWS)
def test_old_rows_and_the_delta_give_the_new_rows(
    before: dict[str, Any], after: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("delta")
    old = pretend(folder / "a", "2026.10.0", {"p": people(before)})
    new = pretend(folder / "b", "2026.11.0", {"p": people(after)})
    diff(old, new, folder / "out")
    made = {key: (age, list(names)) for key, (age, names) in before.items()}
    for change, _, key, age, names in pl.read_parquet(folder / "out" / "p.parquet").iter_rows():
        if change == "deleted":
            del made[key]
        else:
            assert (change == "added") == (key not in before)
            made[key] = (age, names)
    assert made == after


@pytest.mark.parametrize("fault", ["nowhere", "no package", "another key", "there already"])
def test_what_cannot_be_compared_is_said_plainly(fault: str, tmp_path: Path) -> None:
    frame = people({"x": (1, [])})
    old = pretend(tmp_path / "a", "2026.10.0", {"p": frame.rename({"id": "name"})}, key="name")
    new = pretend(tmp_path / "b", "2026.11.0", {"p": frame})
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "datapackage.json").write_text("{}", encoding="utf-8")
    arguments, message = {
        "nowhere": ((tmp_path / "d", new), "is no release: it has no datapackage.json"),
        "no package": ((tmp_path / "c", new), "cannot be used"),
        "another key": ((old, new), "p had another key"),
        "there already": ((new, new, tmp_path / "c"), "is there already: name a folder that is not"),
    }[fault]
    with pytest.raises(ReleaseError, match=message):
        diff(*arguments)
    assert not list(tmp_path.glob(".*"))
