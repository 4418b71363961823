"""A release: whole, described, without texts that may not be passed on, and the same bytes wherever and whenever."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest
import yaml

from pipelines.release.build import make_release
from pipelines.release.card import cell
from pipelines.release.errors import ReleaseError
from pipelines.release.excerpts import released
from pipelines.release.verify import DATABASE, verify
from pipelines.release.versions import Version
from schemas import RELEASED, TABLES
from schemas.dictionary import data_dictionary
from schemas.frames import rows_frame
from tests.release.published import CLOSED, OPEN, PASSAGE, publish, tables
from tests.samples import TEXT

V0, V1 = Version(2026, 11, 0), Version(2026, 11, 1)


def read(release: Path, table: str) -> pl.DataFrame:
    return pl.read_parquet(release / "parquet" / f"{table}.parquet")


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_release_has_every_file_that_it_should(release: Path) -> None:
    parquet = {f"parquet/{name}.parquet" for name in RELEASED}
    described = {"README.md", "LICENSES.md", "CHANGELOG.md", "data-dictionary.md", "CITATION.cff"}
    machines = {"datapackage.json", "croissant.json", "sbom.cdx.json", "SHA256SUMS", DATABASE}
    assert set(contents(release)) == parquet | described | machines
    assert verify(release) == []


@pytest.mark.parametrize("table", RELEASED)
def test_a_parquet_file_says_what_it_is(release: Path, table: str) -> None:
    file = pq.ParquetFile(release / "parquet" / f"{table}.parquet")
    about = RELEASED[table]
    told = file.schema_arrow.metadata
    assert told[b"version"] == b"2026.11.0"
    assert told[b"title"] == table.encode()
    assert json.loads(told[b"columns"]) == {column.name: column.description for column in about.columns}
    for column in about.columns:
        assert file.schema_arrow.field(column.name).metadata[b"description"].decode() == column.description
        assert file.schema_arrow.field(column.name).nullable == column.nullable
    for group in range(file.num_row_groups):
        row_group = file.metadata.row_group(group)
        assert {row_group.column(n).compression for n in range(row_group.num_columns)} == {"ZSTD"}
        assert len(row_group.sorting_columns) == len(about.key)


@pytest.mark.parametrize("table", TABLES)
def test_rows_of_open_articles_and_all_facts_are_as_they_were_published(release: Path, table: str) -> None:
    before, after = tables()[table], read(release, table)
    if "article_id" in before.columns:
        before, after = (frame.filter(pl.col("article_id") == OPEN) for frame in (before, after))
    assert after.height > 0
    assert after.equals(before)


def test_texts_that_may_not_be_passed_on_are_left_out_and_their_places_stay(release: Path) -> None:
    closed = pl.col("article_id") == CLOSED
    article = read(release, "articles").row(by_predicate=closed, named=True)
    assert article["text"] == ""
    assert (article["title"], article["content_sha256"]) == ("A call", "0" * 64)
    statement = read(release, "statements").row(by_predicate=closed, named=True)
    assert statement["content"] == ""
    assert statement["content_spans"] == [{"start": TEXT.index(PASSAGE), "end": TEXT.index(PASSAGE) + len(PASSAGE)}]
    assert (statement["speaker_text"], statement["cue_text"]) == ("Ann Lee", "said")
    assert read(release, "event_mentions").row(by_predicate=closed, named=True)["text"] == ""
    commitment = read(release, "commitments").row(by_predicate=closed, named=True)
    assert (commitment["text"], commitment["object"], commitment["firmness"]) == ("", "20 ships", "intended")


def test_names_and_amounts_of_many_words_are_left_out_too() -> None:
    ten, eleven = " ".join(["word"] * 10), " ".join(["word"] * 11)
    frame = rows_frame(TABLES["commitments"], [{"object": eleven, "quantity_text": ten, "text": "x", "action": "buy"}])
    with duckdb.connect() as connection:
        connection.register("frame", frame.to_arrow())
        found = {
            is_open: connection.sql(f"SELECT {', '.join(released(TABLES['commitments'], is_open))} FROM frame").pl()
            for is_open in ("true", "false")
        }
    shown = {
        is_open: rows.select("object", "quantity_text", "text", "action").row(0) for is_open, rows in found.items()
    }
    assert shown == {"true": (eleven, ten, "x", "buy"), "false": (None, ten, "", "buy")}


def test_the_sources_say_whose_text_is_there_and_why(release: Path) -> None:
    found = read(release, "sources").select("article_id", "publisher", "licence_id", "is_redistributed").rows()
    assert found == [(OPEN, "The Paper", "CC-BY-4.0", True), (CLOSED, "The Paper", None, False)]
    assert read(release, "sources")["redistributed_basis"].to_list() == [
        "CC BY 4.0: anyone may pass it on who names the source",
        "All rights reserved: its owner keeps all rights",
    ]
    assert "| All rights reserved |" in (release / "LICENSES.md").read_text(encoding="utf-8")


def test_the_database_has_the_rows_keys_and_views_of_the_release(release: Path) -> None:
    with duckdb.connect(release / DATABASE, read_only=True) as database:
        for table in RELEASED:
            rows = database.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert rows == (read(release, table).height,)
        assert database.execute("SELECT content FROM who_said_what WHERE content <> ''").fetchall() == [(PASSAGE,)]


def test_the_same_input_and_version_give_the_same_bytes_elsewhere_and_another_day(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = dt.datetime(2031, 3, 4, tzinfo=dt.UTC).timestamp()
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "time_ns", lambda: int(later * 1e9))
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    elsewhere = tmp_path / "an other place"
    parquet = publish(elsewhere / "in", {name: lambda rows: rows.reverse() for name in TABLES})
    for path in parquet.iterdir():
        os.utime(path, (later, later))
    again = make_release(parquet, elsewhere / "out", V0, records=tmp_path)
    first, second = contents(release), contents(again)
    assert len(first) > len(RELEASED)
    assert {name for name in first if name != DATABASE and first[name] != second.get(name)} == set()
    assert set(first) == set(second)
    with duckdb.connect() as both:
        both.execute(f"ATTACH '{release / DATABASE}' AS a (READ_ONLY); ATTACH '{again / DATABASE}' AS b (READ_ONLY)")
        for table in RELEASED:
            for here, there in (("a", "b"), ("b", "a")):
                assert both.execute(f"FROM {here}.{table} EXCEPT ALL FROM {there}.{table}").fetchall() == []


def test_no_text_of_a_release_knows_where_or_when_it_was_made(release: Path) -> None:
    today = dt.date.today().isoformat()
    for name, data in contents(release).items():
        if name != DATABASE:
            assert str(release.parent).encode() not in data, name
            assert today.encode() not in data, name


def test_a_release_is_never_made_anew(release: Path, tmp_path: Path) -> None:
    before = contents(release)
    with pytest.raises(ReleaseError, match=r"never made anew: name another version, such as 2026\.11\.1"):
        make_release(publish(tmp_path / "parquet"), release.parent, V0)
    assert contents(release) == before


def test_tables_that_were_not_made_yet_are_said_so(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="run `make materialize` first"):
        make_release(tmp_path / "nowhere", tmp_path / "releases", V0)
    assert not (tmp_path / "releases").exists()


def test_a_release_that_would_not_pass_is_not_made_and_leaves_nothing(tmp_path: Path) -> None:
    wrong = publish(
        tmp_path / "parquet", {"mentions": lambda rows: rows.with_columns(text=pl.lit("not what stands there"))}
    )
    with pytest.raises(ReleaseError, match=r"text does not stand in articles\.text at start, end \[row 1 \(m_1\)\]"):
        make_release(wrong, tmp_path / "releases", V0, records=tmp_path)
    assert list((tmp_path / "releases").iterdir()) == []


def test_no_articles_give_a_release_all_the_same(tmp_path: Path) -> None:
    kept = {"topics", "countries"}
    empty = publish(tmp_path / "parquet", {name: lambda rows: rows.clear() for name in TABLES if name not in kept})
    made = make_release(empty, tmp_path / "releases", V0, records=tmp_path)
    assert verify(made) == []
    assert "**Unmeasured.**" in (made / "README.md").read_text(encoding="utf-8")


def test_the_changelog_tells_what_changed_since_the_release_before(tmp_path: Path) -> None:
    make_release(publish(tmp_path / "old"), tmp_path / "releases", V0, records=tmp_path)
    new = publish(tmp_path / "new", {"leaders": lambda rows: rows.with_columns(name=pl.lit("Ann B. Lee"))})
    told = (make_release(new, tmp_path / "releases", V1, records=tmp_path) / "CHANGELOG.md").read_text("utf-8")
    assert told.index("## 2026.11.1, against 2026.11.0") < told.index("## 2026.11.0\n")
    assert "| leaders | 0 | 1 | 0 | `name` 1 |" in told
    assert "The first release in this folder." in told


def test_the_page_is_part_of_the_release_like_any_file(tmp_path: Path) -> None:
    def draw(parquet: Path, out: Path, version: str) -> None:
        out.mkdir()
        rows = pl.read_parquet(parquet / "statements.parquet").height
        (out / "index.html").write_text(f"{version}: {rows} statements", encoding="utf-8")

    made = make_release(publish(tmp_path / "in"), tmp_path / "releases", V0, records=tmp_path, site=draw)
    assert (made / "site" / "index.html").read_text(encoding="utf-8") == "2026.11.0: 2 statements"
    assert "  site/index.html\n" in (made / "SHA256SUMS").read_text(encoding="utf-8")
    assert "](site/index.html)" in (made / "README.md").read_text(encoding="utf-8")


def test_the_card_tells_hugging_face_where_each_table_is(release: Path) -> None:
    _, front, body = (release / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    about = yaml.safe_load(front)
    assert {config["config_name"]: config["data_files"] for config in about["configs"]} == {
        name: f"parquet/{name}.parquet" for name in RELEASED
    }
    assert [config["config_name"] for config in about["configs"] if config.get("default")] == ["statements"]
    assert (release / about["license_link"]).is_file()
    assert about["language"] == ["en"]
    assert "The texts of 1 of 2 articles are here" in body
    assert (
        "**Unmeasured.** There is no record of how right the extractor of this release (0) is.\n\n## What is left out"
        in body
    )
    assert "site/index.html" not in body


def test_the_dictionary_of_a_release_has_its_own_tables_too(release: Path) -> None:
    assert (release / "data-dictionary.md").read_text(encoding="utf-8") == data_dictionary(RELEASED.values())


def test_names_from_articles_stay_text_in_what_people_read() -> None:
    assert cell("<script>|[x](http://evil)` &\n") == "&lt;script&gt;&#124;&#91;x](http://evil)&#96; &amp;"
