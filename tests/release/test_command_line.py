"""`readout release`, `diff`, `verify` and `publish`, as a person types them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.__main__ import main
from tests.release.published import publish


def test_from_published_tables_to_a_release_that_is_verified_compared_and_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("READOUT_WAREHOUSE", str(tmp_path))
    monkeypatch.setattr("pipelines.release.build.find_site", lambda: None)
    publish(tmp_path / "parquet")
    mine = tmp_path / "mine.csv"
    mine.write_text("name,spdx,url,redistributable,because,other_names\nAll rights reserved,,,yes,a contract,\n")
    made = tmp_path / "releases" / "2026.11.0"
    assert main(["release", "2026.11.0", "--licences", str(mine)]) == 0
    assert capsys.readouterr().out == f"{made}\n"
    assert "The texts of 2 of 2 articles are here" in (made / "README.md").read_text(encoding="utf-8")
    assert main(["release", "2026.11.0"]) == 1
    assert "is there already" in capsys.readouterr().err
    assert main(["verify", str(made)]) == 0
    assert "is whole" in capsys.readouterr().out
    assert main(["diff", str(made), str(made), "--out", str(tmp_path / "delta")]) == 0
    assert "No row of any table differs." in capsys.readouterr().out
    assert (tmp_path / "delta" / "statements.parquet").is_file()
    assert main(["publish", str(made), str(tmp_path / "www")]) == 0
    assert (tmp_path / "www" / "SHA256SUMS").is_file()


def test_problems_are_printed_one_a_line_and_the_exit_code_says_so(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = Path(shutil.copytree(release, tmp_path / "broken"))
    (broken / "LICENSES.md").unlink()
    assert main(["verify", str(broken)]) == 1
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("LICENSES.md: is not there")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["release", "11"], "is no version: write YYYY.MM.N"),
        (["verify", "nowhere"], "there is no folder nowhere"),
        (["publish", "nowhere", "there"], "there is no folder nowhere"),
        (["diff", "nowhere", "there"], "nowhere is no release"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert said.startswith("readout: ")
    assert told in said


@pytest.mark.parametrize("command", ["release", "diff", "verify", "publish"])
def test_the_help_of_each_command_shows_how_to_use_it(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as asked:
        main([command, "--help"])
    assert asked.value.code == 0
    told = capsys.readouterr().out
    assert f"readout {command} " in told
    assert "examples:" in told
