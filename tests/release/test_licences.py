"""Which texts a release passes on: a rule that is data, and whose answer to what it does not know is no."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.release.errors import ReleaseError
from pipelines.release.excerpts import held, is_free_text
from pipelines.release.licences import Licences, table_licences
from schemas import RELEASED

LICENCES = Licences.load()
HEAD = "name,spdx,url,redistributable,because,other_names\n"


@pytest.mark.parametrize(
    ("named", "identifier"),
    [
        ("CC BY 4.0", "CC-BY-4.0"),
        ("cc-by-4.0", "CC-BY-4.0"),
        ("CC_BY 4.0 ", "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("http://www.creativecommons.org/licenses/by/4.0/legalcode.en", "CC-BY-4.0"),
        ("http://creativecommons.org/licenses/by/4.0/deed.de", "CC-BY-4.0"),
        ("Creative Commons Attribution 2.5", "CC-BY-2.5"),
        ("CC0", "CC0-1.0"),
        ("CC BY-SA 3.0", "CC-BY-SA-3.0"),
        ("Open Government Licence v3.0", "OGL-UK-3.0"),
    ],
)
def test_a_licence_that_lets_anyone_pass_a_text_on_is_known_however_it_is_written(named: str, identifier: str) -> None:
    licence = LICENCES.find(named)
    assert licence is not None
    assert licence.spdx == identifier
    assert LICENCES.decide(named)[0]


@pytest.mark.parametrize(
    ("named", "because"),
    [
        ("CC BY-NC 4.0", "not for commercial use"),
        ("CC BY-ND 4.0", "not in part"),
        ("CC BY-NC-ND 4.0", "not for commercial use, and not in part"),
        ("All rights reserved", "its owner keeps all rights"),
        (None, "no licence is named"),
        ("", "no licence is named"),
        ("CC BY 4.0 or so", "no licence by the name 'CC BY 4.0 or so' is known"),
        ("not CC0", "no licence by the name 'not CC0' is known"),
        ("CC BY", "no licence by the name 'CC BY' is known"),
        ("https://evil.example/creativecommons.org/licenses/by/4.0/", "no licence by the name"),
    ],
)
def test_any_other_is_not_and_the_reason_is_told(named: str | None, because: str) -> None:
    passed_on, told = LICENCES.decide(named)
    assert not passed_on
    assert because in told


@given(st.text(max_size=40))
def test_a_name_that_nobody_listed_is_never_passed_on(named: str) -> None:
    assume(LICENCES.find(named) is None)
    assert not LICENCES.decide(named)[0]


def test_a_row_of_the_users_own_wins(tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text(HEAD + "All rights reserved,,,yes,we have a contract,\n", encoding="utf-8")
    assert Licences.load(mine).decide("all rights reserved") == (True, "All rights reserved: we have a contract")


@pytest.mark.parametrize("row", ["X,,,maybe,,\n", ",,,yes,,\n", "X,,,yes\n", "X,,,yes,,,extra\n"])
def test_a_row_that_cannot_be_used_is_named_by_file_and_line(row: str, tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text(HEAD + "Good,,,yes,,\n" + row, encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"mine\.csv:3: "):
        Licences.load(mine)


def test_a_file_with_other_columns_is_refused(tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("licence,ok\nX,yes\n", encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"mine\.csv:1: the columns must be"):
        Licences.load(mine)
    with pytest.raises(ReleaseError, match="cannot be read"):
        Licences.load(tmp_path / "nowhere.csv")


@pytest.mark.parametrize("table", RELEASED)
def test_every_column_of_free_text_says_whose_words_it_holds(table: str) -> None:
    about = RELEASED[table]
    free = [column.name for column in about.columns if is_free_text(about, column)]
    assert list(held(about)) == free
    spans = {rule.text for rule in about.spans}
    assert spans <= {name for name, kind in held(about).items() if kind != "fact"}


def test_a_column_that_nobody_declared_stops_the_release() -> None:
    with pytest.raises(ReleaseError, match=r"articles\.source_path must be told to hold fact, words or passage"):
        held(RELEASED["articles"], {})


def test_every_table_has_a_licence() -> None:
    assert {"*"} < set(table_licences()) <= {"*", *RELEASED}
