"""docs/commands.md says what the Makefile and the command line say."""

from __future__ import annotations

from pipelines.__main__ import parser
from pipelines.commands_page import commands_page
from tests.conftest import ROOT


def test_the_page_is_what_the_commands_say_of_themselves() -> None:
    page = commands_page(parser(), ROOT / "Makefile")
    assert page == (ROOT / "docs" / "commands.md").read_text(encoding="utf-8"), "run `make docs`"
    assert "| `make materialize` |" in page
    assert "### readout sql" in page
