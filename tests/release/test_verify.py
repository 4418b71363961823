"""Every kind of damage to a release is found, and told with its file and rows."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.release.build import write_sums
from pipelines.release.verify import DATABASE, SUMS, verify


@pytest.fixture
def copy(release: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(release, tmp_path / "copy"))


def told(folder: Path) -> list[str]:
    return [str(problem) for problem in verify(folder)]


def rewrite(folder: Path, table: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """Change the rows of one table as somebody would who also makes the checksums anew."""
    path = folder / "parquet" / f"{table}.parquet"
    about = pq.read_schema(path).metadata
    changed = change(pl.read_parquet(path)).to_arrow(compat_level=pl.CompatLevel.oldest())
    names = {b"version": about[b"version"]}
    plain = pa.schema([field.with_type(field.type) for field in changed.schema], metadata=names)
    pq.write_table(changed.cast(plain), path, compression="zstd")
    write_sums(folder)


def test_a_release_as_it_was_made_has_no_fault(copy: Path) -> None:
    assert told(copy) == []


def test_a_byte_that_changed_is_found(copy: Path) -> None:
    path = copy / "parquet" / "leaders.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert any(
        re.match(r"parquet/leaders\.parquet: its bytes are not those of SHA256SUMS \(line \d+\)", t) for t in told(copy)
    )


def test_files_that_are_lacking_or_that_nobody_listed_are_found(copy: Path) -> None:
    (copy / "LICENSES.md").unlink()
    (copy / "virus.exe").write_bytes(b"")
    found = told(copy)
    assert any(line.startswith("LICENSES.md: is not there, but in SHA256SUMS") for line in found)
    assert "virus.exe: is not in SHA256SUMS: it does not belong to the release" in found


def test_checksums_that_lead_out_of_the_release_are_not_followed(copy: Path) -> None:
    with (copy / SUMS).open("a", encoding="utf-8") as sums:
        sums.write(f"{'0' * 64}  ../../etc/passwd\nnonsense\n")
    found = told(copy)
    assert any("leads out of the release: ../../etc/passwd" in line for line in found)
    assert any("is no hash, two spaces and a file" in line for line in found)


@pytest.mark.parametrize(
    ("table", "change", "message"),
    [
        (
            "statements",
            {"speech_act": pl.lit("shouting")},
            "speech_act is none of its codes [row 1 (s_1); row 2 (s_2)]",
        ),
        ("statements", {"confidence": pl.lit(1.5)}, "confidence is more than 1 [row 1 (s_1); row 2 (s_2)]"),
        ("statements", {"utterance_id": pl.lit(None, pl.String)}, "utterance_id is NULL [row 1 (s_1); row 2 (s_2)]"),
        ("leaders", {"aliases": pl.lit([None], pl.List(pl.String))}, "aliases has a NULL in its list [row 1 (Q1)]"),
        ("mentions", {"mention_id": pl.lit("m_1")}, "(mention_id) is there twice [row 2 (m_1)]"),
        ("event_mentions", {"event_id": pl.lit("e_9")}, "event_id is not found in events.event_id"),
        ("statements", {"speaker_leader_ids": pl.lit(["Q9"])}, "speaker_leader_ids is not found in leaders.leader_id"),
        (
            "mentions",
            {"start": pl.lit(1, pl.Int64)},
            "text does not stand in articles.text at start, end [row 1 (m_1)]",
        ),
        (
            "mentions",
            {"start": pl.lit(9, pl.Int64)},
            "text does not stand in articles.text at start, end [row 1 (m_1); row 2 (m_2)]",
        ),
        (
            "statements",
            {"cue_text": pl.lit("sang")},
            "cue_text does not stand in articles.text at cue_start, cue_end [row 1",
        ),
        ("commitments", {"text": pl.lit("x")}, "text does not stand in articles.text at spans [row 1 (c_1)]"),
        (
            "articles",
            {"text": pl.lit("secret")},
            "text holds text whose licence does not let it be passed on [row 2 (a_2)]",
        ),
        ("commitments", {"object": pl.lit("a " * 11)}, "object holds text whose licence does not let it be passed on"),
        ("topics", {"label": pl.lit(1)}, "columns are not as declared: found label INTEGER; lacking label VARCHAR"),
    ],
)
def test_rows_that_break_a_rule_are_named(copy: Path, table: str, change: dict[str, pl.Expr], message: str) -> None:
    rewrite(copy, table, lambda rows: rows.with_columns(**change))
    found = [line for line in told(copy) if line.startswith(f"parquet/{table}.parquet: ")]
    assert any(message in line for line in found)


def test_rows_out_of_order_and_too_few_are_found(copy: Path) -> None:
    rewrite(copy, "countries", lambda rows: rows.reverse())
    rewrite(copy, "mentions", lambda rows: rows.head(1))
    found = told(copy)
    assert "parquet/countries.parquet: is not sorted by (country) [row 2 (NOR)]" in found
    assert "parquet/mentions.parquet: has 1 rows where datapackage.json says 2" in found


def test_many_faults_are_counted_and_few_are_named(copy: Path) -> None:
    rewrite(copy, "mentions", lambda rows: pl.concat([rows] * 10).with_columns(confidence=pl.lit(2.0)))
    [line] = [line for line in told(copy) if "confidence is more than 1" in line]
    assert line.count("row ") == 5
    assert line.endswith(" and 15 more]")


def test_a_database_with_other_rows_is_found(copy: Path) -> None:
    with duckdb.connect(copy / DATABASE) as database:
        database.execute("UPDATE leader_terms SET office = 'Queen'")
    assert told(copy) == [f"{DATABASE}: the rows of leader_terms are not those of parquet/leader_terms.parquet"]
    (copy / DATABASE).write_bytes(b"no database")
    assert any(line.startswith(f"{DATABASE}: cannot be read") for line in told(copy))
    (copy / DATABASE).unlink()
    assert told(copy) == [f"{DATABASE}: is not there"]


def test_a_table_that_is_no_parquet_or_of_another_version_is_found(copy: Path) -> None:
    (copy / "parquet" / "topics.parquet").write_bytes(b"no parquet")
    rewrite(copy, "leaders", lambda rows: rows)
    package = json.loads((copy / "datapackage.json").read_text(encoding="utf-8"))
    (copy / "datapackage.json").write_text(json.dumps({**package, "version": "2026.12.0"}), encoding="utf-8")
    found = told(copy)
    assert any(line.startswith("parquet/topics.parquet: cannot be opened") for line in found)
    assert "parquet/leaders.parquet: is of version 2026.11.0, not 2026.12.0" in found


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"resources": [{"name": "../x", "path": "../x"}]}'])
def test_a_package_that_cannot_be_used_is_said_so(copy: Path, text: str) -> None:
    (copy / "datapackage.json").write_text(text, encoding="utf-8")
    write_sums(copy)
    assert any(line.startswith("datapackage.json: cannot be used") for line in told(copy))


def test_a_package_that_says_too_little_is_said_so(copy: Path) -> None:
    package = json.loads((copy / "datapackage.json").read_text(encoding="utf-8"))
    del package["resources"][0]["schema"]["fields"][0]["constraints"]
    (copy / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    write_sums(copy)
    assert told(copy) == [
        "datapackage.json: cannot be used: what it says of topics is not whole (KeyError('constraints'))"
    ]


def test_a_folder_that_is_no_release_is_said_so(tmp_path: Path) -> None:
    assert told(tmp_path) == [
        f"{SUMS}: is not there: this is no release, or one that is not whole",
        "datapackage.json: is not there",
    ]
