"""A version is a month and a number, and releases are ordered by it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.release.errors import ReleaseError
from pipelines.release.versions import Version, previous_release


@given(st.builds(Version, st.integers(1, 9999), st.integers(1, 12), st.integers(0, 999_999)))
def test_a_version_reads_as_it_is_written(version: Version) -> None:
    assert Version.parse(str(version)) == version


@pytest.mark.parametrize(
    "text",
    ["", "2026.11", "2026.1.0", "2026.13.0", "2026.00.0", "2026.11.00", "2026.11.0 ", "v2026.11.0", "２026.11.0"],
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ReleaseError, match=r"write YYYY\.MM\.N, such as 2026\.11\.0"):
        Version.parse(text)


def test_a_release_is_dated_by_its_month() -> None:
    assert Version.parse("2026.11.3").date == dt.date(2026, 11, 1)


def test_the_release_before_is_the_latest_earlier_one_by_number_not_by_name(tmp_path: Path) -> None:
    for name in ("2026.11.2", "2026.11.10", "2026.12.0", ".building-x", "notes"):
        (tmp_path / name).mkdir()
    assert previous_release(tmp_path, Version.parse("2026.11.11")) == tmp_path / "2026.11.10"
    assert previous_release(tmp_path, Version.parse("2026.11.2")) is None
    assert previous_release(tmp_path / "nowhere", Version.parse("2026.11.2")) is None
