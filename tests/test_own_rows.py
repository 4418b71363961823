"""A user's own rows: what they add, replace and remove, and what is refused with its line and a remedy."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import own_rows
from pipelines.__main__ import main
from pipelines.linking.reference import load_reference
from pipelines.modelling import coverage
from pipelines.modelling import reference as modelled
from pipelines.own_rows import OwnRows, bundled_rows, current_own_rows, read_own_rows
from pipelines.reference_tables import table_rows
from pipelines.settings import LEXICONS, REFERENCE, ROOT, Settings
from pipelines.versions import extractor_version, intake_version
from schemas.inputs import input_tables

EXAMPLE = ROOT / "docs" / "own-rows"
NAMES = "leader_id,name,country\n"
TREE = "topic_id,parent_id,label,definition\n"
WORDS = "term,topic_id,weight\n"
CUES = "lemma,frame,attribution_type,speech_act\n"
TERMS = "leader_id,office,office_kind,country,start_date,end_date,as_of\n"

Lay = Callable[[str, str], OwnRows]


@pytest.fixture
def lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lay]:
    """Write one file of the user's folder, and read the folder anew."""
    monkeypatch.setenv("READOUT_REFERENCE", str(tmp_path))

    def write(name: str, text: str) -> OwnRows:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        own_rows.own_rows_in.cache_clear()
        return current_own_rows()

    yield write
    own_rows.own_rows_in.cache_clear()


@pytest.mark.parametrize("name", input_tables())
def test_declared_columns_are_those_of_the_bundled_file_and_its_rows_pass(name: str, tmp_path: Path) -> None:
    """What the repository itself writes is no fault when a user writes it; keys are keys."""
    table, rows = input_tables()[name], bundled_rows(name)
    made = {"end_basis", "start_basis", "overlap"}
    assert {column.name for column in table.columns} == set(rows[0]) - made
    few = pl.DataFrame(rows[:150]).drop(made, strict=False).unique(table.key, keep="first", maintain_order=True)
    (tmp_path / name).parent.mkdir()
    few.write_csv(tmp_path / f"{name}.csv")
    assert [refusal.detail for refusal in read_own_rows(tmp_path).refusals] == []


@pytest.mark.parametrize(
    ("name", "text", "line", "reason", "remedy"),
    [
        ("reference/leaders.csv", NAMES + "local:a-b,Ada Bo,NORLAND\n", 2, "unknown_country", "add it to your"),
        ("reference/leaders.csv", NAMES + "local:a-b,,NOR\n", 2, "missing_value", "a new row needs it"),
        ("reference/leaders.csv", NAMES + "Ada Bo,Ada Bo,NOR\n", 2, "bad_id", "local:name-in-small-letters"),
        ("reference/leaders.csv", NAMES + 2 * "local:a-b,Ada Bo,NOR\n", 3, "duplicate_key", "line 2"),
        ("reference/leaders.csv", NAMES + "local:x,Emmanuel Macron,FRA\n", 2, "duplicate_person", "Q3052772"),
        ("reference/leaders.csv", NAMES + '"local:a-b\n', 2, "not_csv", "mend the quotes"),
        ("reference/leaders.csv", NAMES + "local:a-b,Bo, Ada,NOR\n", 2, "wrong_fields", "quote fields"),
        ("reference/leaders.csv", NAMES.replace(",", ";"), 1, "not_csv", "save the file with commas"),
        ("reference/leaders.csv", "name,country\nAda Bo,NOR\n", 1, "missing_column", "leader_id"),
        ("reference/leaders.csv", NAMES[:-1] + ",hat\nlocal:a-b,Ada Bo,NOR,red\n", 1, "unknown_column", "'hat'"),
        ("reference/leader.csv", NAMES, 1, "unknown_file", "docs/own-reference.md"),
        ("reference/leaders.xlsx", "PK", 1, "not_csv", "save it as CSV UTF-8"),
        ("leaders.csv", NAMES, 1, "unknown_file", "reference/leaders.csv; move it there"),
        ("reference/leader_terms.csv", TERMS + "Q1,King,head_of_state,,,,2026\n", 2, "unknown_leader", "'Q1'"),
        ("reference/leader_terms.csv", TERMS + "Q76,King,boss,USA,,,2026\n", 2, "unknown_code", "head_of_state"),
        ("reference/leader_terms.csv", TERMS + "Q76,King,head_of_state,,1.2.2026,,2026\n", 2, "bad_date", "2021-01-20"),
        (
            "reference/leader_terms.csv",
            TERMS + "Q76,King,head_of_state,,2026-01-02,2026-01-01,\n",
            2,
            "end_before_start",
            "2026-01-02",
        ),
        ("reference/leader_terms.csv", TERMS + "Q76,King,head_of_state,,2026-01-02,,\n", 2, "missing_value", "as_of"),
        ("reference/topics.csv", TREE + "sea.deep,planet,a,b\n", 2, "bad_id", "planet.deep"),
        ("reference/countries.csv", "country,remove\nFRA,yes\n", 2, "not_removable", "correct the row"),
        ("lexicons/topics.csv", WORDS + "squid,planet.squid,1\n", 2, "unknown_code", "reference/topics.csv"),
        ("lexicons/topics.csv", WORDS + "squid,planet,much\n", 2, "bad_number", "0.5"),
        ("lexicons/topics.csv", "term,topic_id,remove\nsquid,planet,yes\n", 2, "nothing_to_remove", "take the line"),
        ("lexicons/cues.csv", CUES + "hum,,song,assertive\n", 2, "unknown_code", "belief"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_its_line_and_a_remedy(
    lay: Lay, name: str, text: str, line: int, reason: str, remedy: str
) -> None:
    (refusal,) = lay(name, text).refusals
    assert (refusal.file, refusal.line, refusal.reason) == (name, line, reason)
    assert remedy in refusal.detail


def test_a_bad_row_costs_no_other_row_and_is_kept_for_the_quarantine(lay: Lay) -> None:
    own = lay("reference/leaders.csv", NAMES + "local:a-b,Ada Bo,NORLAND\n\nlocal:c-d,Cy Do,NOR\n")
    assert [row.line for row in own.tables["reference/leaders"]] == [4]
    row = own.refusals[0].as_row()
    assert (row["stage"], row["table_name"], row["source_path"]) == ("reference", "leaders", "reference/leaders.csv")
    assert json.loads(row["row_json"])["name"] == "Ada Bo"


def test_a_row_with_a_known_key_replaces_only_the_columns_that_the_file_has(lay: Lay) -> None:
    before = next(row for row in bundled_rows("reference/leaders") if row["leader_id"] == "Q3052772")
    lay("reference/leaders.csv", "leader_id,aliases\nQ3052772,Manu Macron\n")
    after = [row for row in table_rows(REFERENCE / "leaders.csv") if row["leader_id"] == "Q3052772"]
    assert after == [before | {"aliases": "Manu Macron"}]
    assert load_reference(REFERENCE).by_name["manu", "macron"] == ("Q3052772",)


def test_removing_a_leader_takes_the_terms_along(lay: Lay) -> None:
    lay("reference/leaders.csv", "leader_id,remove\nQ3052772,yes\n")
    reference = load_reference(REFERENCE)
    assert "Q3052772" not in reference.leaders
    assert len(table_rows(REFERENCE / "leader_terms.csv")) < len(bundled_rows("reference/leader_terms"))


def test_a_new_head_ends_the_open_term_of_the_one_before(lay: Lay) -> None:
    lay("reference/leaders.csv", NAMES + "local:ada-bo,Ada Bo,FRA\n")
    lay("reference/leader_terms.csv", TERMS + "local:ada-bo,President,head_of_state,,2026-09-01,,2026-11\n")
    reference = load_reference(REFERENCE)
    assert reference.held_by("head_of_state", "FRA", date(2026, 10, 1)) == ("local:ada-bo",)
    assert reference.held_by("head_of_state", "FRA", date(2026, 8, 1)) == ("Q3052772",)
    frame = modelled.terms(REFERENCE).filter(leader_id="local:ada-bo")
    assert frame.select("rank", "country", "source", "end_basis").rows() == [("1", "FRA", "own rows", "open")]


def test_rows_may_refer_to_rows_of_the_same_folder(lay: Lay) -> None:
    lay("reference/topics.csv", TREE + "sea.deep,sea,Deep,Deep sea\nsea,,Sea,The sea\n")
    own = lay("lexicons/topics.csv", WORDS + "squid,sea.deep,1\n")
    assert own.refusals == ()
    assert table_rows(LEXICONS / "topics.csv")[-1] == {"term": "squid", "topic_id": "sea.deep", "weight": "1"}


def test_a_spreadsheets_byte_order_mark_and_blank_lines_do_no_harm(lay: Lay) -> None:
    own = lay("reference/leaders.csv", "\ufeff" + NAMES + ",,\n local:a-b , Ada Bo ,NOR\n")
    assert (own.refusals, own.tables["reference/leaders"][0].cells["name"]) == ((), "Ada Bo")


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=80))
def test_whatever_a_file_holds_every_line_of_it_counts_or_is_refused(text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "lexicons" / "topics.csv"
        path.parent.mkdir()
        path.write_bytes((WORDS + text).encode("utf-8", errors="surrogatepass"))
        own = read_own_rows(Path(folder))
    assert own.tables or own.refusals or not text.strip(", \t\r\n\ufeff").strip()
    assert all(refusal.line >= 1 and refusal.detail for refusal in own.refusals)


def test_a_link_out_of_the_folder_is_not_followed(
    lay: Lay, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "leaders.csv"
    outside.write_text(NAMES + "local:a-b,Ada Bo,NOR\n", encoding="utf-8")
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "leaders.csv").symlink_to(outside)
    own = read_own_rows(tmp_path)
    assert (dict(own.tables), [refusal.reason for refusal in own.refusals]) == ({}, ["outside_folder"])


@pytest.fixture
def usual_fields() -> Iterator[None]:
    """The longest field that Python's CSV reader takes by itself: a library of other tests lifts that for all."""
    before = csv.field_size_limit(131_072)
    yield
    csv.field_size_limit(before)


@pytest.mark.usefixtures("usual_fields")
def test_a_line_without_end_is_refused_and_costs_no_other_file(lay: Lay) -> None:
    lay("lexicons/topics.csv", WORDS + "squid,planet,1\n")
    own = lay("reference/leaders.csv", NAMES + f"local:a-b,{'Ada ' * 2_500_000},NOR\n")
    assert [(refusal.reason, refusal.line) for refusal in own.refusals] == [("not_csv", 2)]
    assert len(str(own.refusals[0].as_row())) < 1_000
    assert list(own.tables) == ["lexicons/topics"]


def test_versions_change_with_rows_that_count_and_with_no_others(lay: Lay, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = intake_version()
    one = lay("lexicons/topics.csv", WORDS + "squid,planet,1\n") and extractor_version()
    refused = lay("lexicons/topics.csv", WORDS + "squid,planet,1\nclam,moon,1\n") and extractor_version()
    two = lay("lexicons/topics.csv", WORDS + "squid,planet,2\n") and extractor_version()
    assert one == refused != two
    assert intake_version() == reading
    lay("lexicons/link_sections.csv", "heading,language\nFurther clams,en\n")
    assert intake_version() != reading
    monkeypatch.delenv("READOUT_REFERENCE")
    assert extractor_version() not in (one, two)


def test_a_user_fills_a_hole_of_the_coverage(lay: Lay) -> None:
    lay("reference/leaders.csv", NAMES + "local:ada-bo,Ada Bo,TUV\n")
    lay(
        "reference/leader_terms.csv", TERMS + "local:ada-bo,Foreign Minister,foreign_minister,,2001-05-01,2002-01-31,\n"
    )
    terms, leaders = modelled.terms(REFERENCE), modelled.leaders(REFERENCE)
    found = coverage.leader_coverage(terms, leaders, modelled.independent_countries(REFERENCE))
    told = found.filter(country="TUV", office_kind="foreign_minister").filter(pl.col("year") < 2004)
    assert told.select("year", "status", "names").rows() == [
        (2000, "hole", []),
        (2001, "known", ["Ada Bo"]),
        (2002, "known", ["Ada Bo"]),
        (2003, "hole", []),
    ]


ARTICLE = """\
Mirela Dovantis arrived in Helsinki on Tuesday. The Norwegian prime minister said that Norway will lift its ban on \
seabed mining within two years.

Dovantis foregrounded that seabed nodules hold more cobalt than all mines on land.
"""


def test_the_example_of_the_docs_is_laid_over_in_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A leader, an office, a topic and a cue that the repository does not know; and a row that is refused."""
    raw = tmp_path / "articles"
    raw.mkdir()
    (raw / "visit.txt").write_text(ARTICLE, encoding="utf-8")
    (raw / "visit.meta.json").write_text(json.dumps({"published_at": "2026-03-04", "language": "en"}), encoding="utf-8")
    for name, folder in (("RAW", raw), ("WAREHOUSE", tmp_path / "warehouse"), ("REFERENCE", EXAMPLE)):
        monkeypatch.setenv(f"READOUT_{name}", str(folder))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path_factory.mktemp("dagster")))
    assert main(["materialize"]) == 0
    with duckdb.connect(Settings.from_environment().database, read_only=True) as database:
        assert database.execute("SELECT leader_id, name, country FROM leaders").fetchall() == [
            ("local:mirela-dovantis", "Mirela Dovantis", "NOR")
        ]
        assert database.execute("SELECT office, start_date, source FROM leader_terms").fetchall() == [
            ("Prime Minister", date(2026, 1, 10), "own rows")
        ]
        said = "SELECT speaker_leader_ids, attribution_type, speech_act FROM statements WHERE cue_lemma = 'foreground'"
        assert database.execute(said).fetchall() == [(["local:mirela-dovantis"], "belief", "expressive")]
        about = "SELECT DISTINCT topic_id FROM statement_topics WHERE topic_id = 'planet.deep_sea'"
        assert database.execute(about).fetchall() == [("planet.deep_sea",)]
        refused = "SELECT stage, table_name, reason, detail FROM quarantine"
        [(stage, table, reason, detail)] = database.execute(refused).fetchall()
    assert (stage, table, reason) == ("reference", "leader_terms", "end_before_start")
    assert detail.startswith("reference/leader_terms.csv:3: ")


def test_a_folder_that_is_not_there_is_said_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("READOUT_REFERENCE", str(tmp_path / "nowhere"))
    assert main(["materialize"]) == 1
    assert "READOUT_REFERENCE must name the folder with your own rows" in capsys.readouterr().err
