"""What the pages are made of: sentences, an index, small files, and the same bytes for the same tables."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.site import build_site, packages
from pipelines.site.build import HERE
from pipelines.site.search_index import differences, filter_postings, word_postings
from pipelines.site.sentences import Sentences
from pipelines.site.shards import Shards, browser_order
from pipelines.warehouse.publish import write_table
from schemas import RELEASED, TABLES
from schemas.frames import rows_frame
from tests.samples import sample
from tests.site.conftest import VERSION

TEXT = (
    "The U.S. president spoke to Mr. Lee. He said: “We will buy ships. We will pay!” Nobody answered.\n\n"
    "A new paragraph has no full stop\n\nThe end."
)


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ("spoke", "The U.S. president spoke to Mr. Lee."),
        ("buy ships", "He said: “We will buy ships."),
        ("ships. We", "He said: “We will buy ships. We will pay!”"),
        ("answered", "Nobody answered."),
        ("no full", "A new paragraph has no full stop"),
        ("end", "The end."),
    ],
)
def test_a_span_is_shown_in_its_sentence(part: str, sentence: str) -> None:
    start = TEXT.index(part)
    shown, [(first, last)] = Sentences(TEXT).around([(start, start + len(part))])
    assert shown == sentence
    assert shown[first:last] == part


def test_speaker_and_cue_widen_the_sentence_only_when_they_are_near() -> None:
    said, cue = TEXT.index("We will pay"), TEXT.index("said")
    assert Sentences(TEXT).around([(said, said + 11)], [(cue, cue + 4)])[0].startswith("He said")
    text = "Ann said. " + "A word. " * 200 + "We will pay."
    assert Sentences(text).around([(len(text) - 12, len(text))], [(0, 3)])[0] == "We will pay."


def test_a_sentence_without_end_is_cut_where_a_word_ends() -> None:
    text = "word " * 400 + "MIDDLE" + " word" * 400
    at = text.index("MIDDLE")
    shown, [(first, last)] = Sentences(text).around([(at, at + 6)])
    assert shown.startswith("… word") and shown.endswith("word …")
    assert shown[first:last] == "MIDDLE"
    assert len(shown) < 700


@given(st.text(min_size=1), st.data())
def test_marks_point_at_the_span_as_a_browser_counts(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    shown, marks = Sentences(text).around([(start, end)])
    if marks and len(text) < 1_000:
        units = shown.encode("utf-16-le", "surrogatepass")
        first, last = marks[0]
        assert text[start:end].startswith(units[2 * first : 2 * last].decode("utf-16-le", "surrogatepass"))


@pytest.mark.parametrize("span", [(5, 5), (-1, 3), (0, 99)])
def test_a_span_outside_its_text_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="outside"):
        Sentences("short text").around([span])


def test_the_index_folds_words_and_counts_in_steps() -> None:
    passages = pl.DataFrame(
        {"number": [0, 1, 4], "words": ["Über Zürich", "zurich; 20%", "ZÜRICH’s"], "topic": [["a"], [], ["a", "b"]]}
    )
    postings, common = word_postings(passages)
    assert common == []
    assert dict(differences(postings)) == {"20": "[1]", "s": "[4]", "uber": "[0]", "zurich": "[0,1,3]"}
    assert dict(differences(filter_postings(passages, ["topic"]))) == {"=topic:a": "[0,4]", "=topic:b": "[4]"}


def test_words_of_most_passages_are_left_out_and_named() -> None:
    passages = pl.DataFrame({"number": range(3_000), "words": ["the ship" if n % 3 else "the" for n in range(3_000)]})
    postings, common = word_postings(passages.with_columns(words=pl.col("words") + pl.format(" w{}", "number")))
    assert common == ["the"]
    assert postings.filter(pl.col("term") == "ship").height == 1


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), unique=True))
def test_a_keyed_store_lists_the_first_key_of_each_part(
    tmp_path_factory: pytest.TempPathFactory, keys: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("store")
    Shards(folder).write_keyed("things", [(key, json.dumps(key)) for key in keys], most=20)
    firsts = _taken(folder / "things.js")
    parts = [_taken(folder / "things" / f"{number}.js") for number in range(len(firsts))]
    assert [part[0][0] for part in parts] == firsts
    assert [entry for part in parts for entry in part] == [[key, key] for key in sorted(keys, key=browser_order)]


def test_the_same_tables_give_the_same_bytes_at_another_place(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        parquet = _tables(tmp_path / name / "parquet")
        build_site(parquet, tmp_path / name / "site", VERSION, sql=False)
        made.append(_hashes(tmp_path / name / "site"))
    assert made[0] == made[1]
    assert len(made[0]) > 20


def test_a_new_site_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    parquet = _tables(tmp_path / "parquet")
    site = tmp_path / "site"
    build_site(parquet, site, "old", sql=False)
    (site / "data" / "stale.js").write_text("")
    build_site(parquet, site, "new", sql=False)
    assert "new" in (site / "index.html").read_text(encoding="utf-8")
    assert not (site / "data" / "stale.js").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["parquet", "site"]


def test_a_build_that_fails_leaves_the_old_site(tmp_path: Path) -> None:
    parquet = _tables(tmp_path / "parquet")
    site = tmp_path / "site"
    build_site(parquet, site, "old", sql=False)
    (parquet / "leaders.parquet").unlink()
    with pytest.raises(FileNotFoundError, match=r"leaders\.parquet"):
        build_site(parquet, site, "new", sql=False)
    assert "old" in (site / "index.html").read_text(encoding="utf-8")


def test_a_release_tells_how_right_its_rows_are_or_that_nobody_measured(tmp_path: Path) -> None:
    parquet = _tables(tmp_path / "parquet")
    about = RELEASED["accuracy"]
    measured = {
        "extractor_version": "0", "measured_on": "gold_dev", "measure": "statements.found", "statistic": "f1",
        "value": 0.876, "low": 0.8, "high": 0.9, "articles": 9, "annotated_rows": 90, "found_rows": 90,
        "right_rows": 80, "is_held_out": True,
    }  # fmt: skip
    pages = []
    for rows in ([measured], []):
        write_table(rows_frame(about, rows), parquet / "accuracy.parquet", about)
        build_site(parquet, tmp_path / "site", VERSION, sql=False)
        pages.append((tmp_path / "site" / "index.html").read_text(encoding="utf-8"))
    assert "0.88" in pages[0] and "0.80–0.90" in pages[0] and "Unmeasured" not in pages[0]
    assert "Unmeasured" in pages[1]
    assert 'href="../parquet/accuracy.parquet"' in pages[1]


def test_a_dataset_without_rows_has_its_pages(tmp_path: Path) -> None:
    for name, table in TABLES.items():
        write_table(sample(name).clear(), tmp_path / "parquet" / f"{name}.parquet", table)
    build_site(tmp_path / "parquet", tmp_path / "site", VERSION, sql=False)
    assert "0 articles" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")


def test_without_npm_the_page_for_queries_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READOUT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(packages.shutil, "which", lambda _: None)
    build_site(_tables(tmp_path / "parquet"), tmp_path / "site", VERSION)
    page = (tmp_path / "site" / "sql.html").read_text(encoding="utf-8")
    assert "no database for the browser: npm is not installed" in page
    assert "sql.js" not in page
    assert not (tmp_path / "site" / "duckdb").exists()


def test_a_package_that_is_not_what_was_pinned_is_refused(tmp_path: Path) -> None:
    for package in packages.pinned():
        (tmp_path / package.archive).write_bytes(b"something else")
    with pytest.raises(ValueError, match=r"not @duckdb/duckdb-wasm .* as pinned"):
        packages.lay_out(tmp_path / "duckdb", tmp_path)


def test_pages_let_nothing_in_from_elsewhere(tmp_path: Path) -> None:
    build_site(_tables(tmp_path / "parquet"), tmp_path / "site", VERSION, sql=False)
    for path in sorted((tmp_path / "site").glob("*.html")):
        page = path.read_text(encoding="utf-8")
        assert "default-src 'none'" in page and "unsafe-inline" not in page
        assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page), path.name
        assert not re.findall(r"<script(?! defer src=\"[a-z]+\.js\"></script>)| on[a-z]+=| style=", page), path.name
    scripts = "".join(path.read_text(encoding="utf-8") for path in (HERE / "static").glob("*.js"))
    assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", scripts)


def test_every_text_has_enough_contrast_in_the_light_and_in_the_dark() -> None:
    css = (HERE / "static" / "readout.css").read_text(encoding="utf-8")
    schemes = [
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", block))
        for block in re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    ]
    assert len(schemes) == 2
    for colours in schemes:
        for ink, paper in [
            *((ink, paper) for ink in ("ink", "soft", "accent", "second") for paper in ("paper", "tint", "field")),
            ("mark-ink", "mark"),
        ]:
            assert _contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2: contrast ratio of two colours."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _taken(path: Path) -> list[list[str]]:
    text = path.read_text(encoding="utf-8")
    return json.loads("[" + text.removeprefix("readout.take(").rstrip()[:-1] + "]")[1]  # type: ignore[no-any-return]


def _tables(folder: Path) -> Path:
    for name, table in TABLES.items():
        write_table(sample(name), folder / f"{name}.parquet", table)
    return folder


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
