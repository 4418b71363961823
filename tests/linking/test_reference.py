"""The reference tables: what may stand in them, and how names are found."""

from __future__ import annotations

import itertools
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.linking.gazetteer import split_words
from pipelines.linking.names import Naming, fold, words
from pipelines.linking.reference import Reference, ReferenceTableError, load_reference

FOLDER = Path(__file__).resolve().parents[2] / "raw" / "reference"


@pytest.fixture(scope="module")
def naming() -> Naming:
    return Naming.read(FOLDER)


@pytest.mark.parametrize(
    ("kind", "country", "day", "name"),
    [
        ("head_of_government", "JPN", date(2022, 6, 1), "Fumio Kishida"),
        ("head_of_government", "GBR", date(2023, 3, 13), "Rishi Sunak"),
        ("head_of_government", "DEU", date(2007, 12, 9), "Angela Merkel"),
        ("head_of_state", "RUS", date(2009, 1, 1), "Dmitry Medvedev"),
        ("head_of_state", "CHN", date(2026, 2, 5), "Xi Jinping"),
        ("foreign_minister", "USA", date(2006, 8, 1), "Condoleezza Rice"),
    ],
)
def test_an_office_is_resolved_by_date(reference: Reference, kind: str, country: str, day: date, name: str) -> None:
    assert [reference.leaders[i].name for i in reference.held_by(kind, country, day)] == [name]


def test_a_country_is_led_by_the_office_that_leads_it(reference: Reference) -> None:
    day = date(2022, 2, 26)
    leading = {code: reference.leads(code, day) for code in ("FRA", "DEU", "GBR", "USA")}
    names = {code: reference.leaders[i].name for code, i in leading.items() if i}
    assert names == {"FRA": "Emmanuel Macron", "DEU": "Olaf Scholz", "GBR": "Boris Johnson", "USA": "Joe Biden"}


@pytest.mark.parametrize(
    ("name", "country", "family"),
    [
        ("Xi Jinping", "CHN", "Xi"),
        ("Moon Jae-in", "KOR", "Moon"),
        ("Joseph R. Biden, Jr.", "USA", "Biden"),
        ("Ursula von der Leyen", "DEU", "von der Leyen"),
        ("Andrés Manuel López Obrador", "MEX", "López Obrador"),
        ("Sir Keir Starmer", "GBR", "Starmer"),
    ],
)
def test_family_names_follow_the_habits_of_the_country(naming: Naming, name: str, country: str, family: str) -> None:
    assert naming.family_names(name, country)[0] == family


def test_an_arabic_article_may_be_left_out(naming: Naming) -> None:
    assert naming.family_names("Bashar al-Assad", "SYR") == ("al-Assad", "Assad")


def test_spellings_lead_to_one_person(reference: Reference) -> None:
    spelt = ("Volodymyr Zelenskyy", "Volodymyr Zelensky", "Volodymyr Zelenskiy", "VOLODYMYR ZELENSKYY")
    assert len({reference.by_name[words(name)] for name in spelt}) == 1


def test_the_gazetteer_keeps_us_and_the_us_apart(reference: Reference) -> None:
    text = "The US told us that the U.S. President would come."
    found = [text[h.start : h.end] for h in reference.gazetteer.find(text, split_words(text))]
    assert found == ["US", "U.S.", "President"]


@given(st.text(max_size=80))
def test_words_stand_where_they_say(text: str) -> None:
    split = split_words(text)
    assert all(fold(text[w.start : w.end]) == w.key for w in split)
    assert all(a.end <= b.start for a, b in itertools.pairwise(split))


@pytest.mark.parametrize(
    ("table", "row", "says"),
    [
        ("leaders.csv", "Q12x,Ann Lee,Lee,USA,f,", "leader_id must be"),
        ("leaders.csv", "local:ann-lee,Ann Lee,Lee,Norland,f,", "not in countries.csv"),
        ("leaders.csv", "local:ann-lee,Ann Lee,Lee,USA,woman,", "gender must be"),
        ("leader_terms.csv", "Q6279,Mayor,minister,3,USA,2021-13-01,,,open,,x,2022", "start_date must be a date"),
        (
            "leader_terms.csv",
            "Q6279,Mayor,minister,3,USA,2021-01-01,2020-01-01,source,source,,x,2022",
            "before it starts",
        ),
        ("leader_terms.csv", "Q6279,Mayor,minister", "another number of fields"),
    ],
)
def test_a_bad_row_is_refused_with_file_and_line(tmp_path: Path, table: str, row: str, says: str) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "reference")
    lines = (folder / table).read_text(encoding="utf-8").splitlines()[:3]
    (folder / table).write_text("\n".join([*lines, row, ""]), encoding="utf-8")
    with pytest.raises(ReferenceTableError, match=rf"{table}:4: .*{says}"):
        load_reference(folder)
