"""What the documentation tells to type works, and shows what a reader will see."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT, Bundled
from tests.docs.pages import RUN, Block, Desk, ask, blocks_of, cells, matches, pages

BLOCKS = {page: [block for block in blocks_of(page) if block.language in RUN] for page in pages()}
RUNNABLE = {page: [block for block in blocks if not block.norun] for page, blocks in BLOCKS.items()}
LEFT_OUT = [block for blocks in BLOCKS.values() for block in blocks if block.norun]


@pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page, blocks in RUNNABLE.items() if blocks])
def test_what_a_page_tells_to_type_works(page: Path, bundled: Bundled, tmp_path: Path) -> None:
    blocks = RUNNABLE[page]
    if all(block.language == "sql" for block in blocks):
        for block in blocks:
            ask(bundled.settings.database, block)
    else:
        desk = Desk(tmp_path, bundled)
        for block in blocks:
            desk.type(block)


@pytest.mark.parametrize("block", [pytest.param(block, id=block.place) for block in LEFT_OUT])
def test_a_block_that_is_not_run_says_why(block: Block) -> None:
    pytest.skip(f"{block.place} {block.norun}")


@pytest.mark.parametrize("name", ["README.md", "docs/tutorial.md", "docs/leaders.md"])
def test_pages_with_things_to_type_are_found(name: str) -> None:
    assert RUNNABLE[ROOT / name]


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", index))
    assert linked == {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}


def test_links_between_pages_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"


def test_tests_that_a_page_names_are_there() -> None:
    page = (ROOT / "docs" / "robustness.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page)
    assert len(named) > 30
    for file, test in named:
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), f"docs/robustness.md names {file}::{test}"


@pytest.mark.parametrize(
    ("shown", "told", "same"),
    [
        ("a  b\nc", "a b c\n", True),
        ("a … c", "a b b c", True),
        ("a\n…\nc", "a c", True),
        ("a", "a b", False),
        ("…", "", True),
        ("a.c", "abc", False),
    ],
)
def test_an_ellipsis_stands_for_anything_and_nothing_else_does(shown: str, told: str, same: bool) -> None:
    assert matches(shown, told) is same


def test_a_table_that_shows_other_rows_is_noticed(bundled: Bundled) -> None:
    wrong = Block(ROOT / "README.md", 1, "sql", None, "SELECT 1 AS one", table=cells(["| one |", "|---|", "| 2 |"]))
    with pytest.raises(AssertionError, match=r"README.md:1 gives"):
        ask(bundled.settings.database, wrong)


def test_a_query_without_rows_is_noticed(bundled: Bundled) -> None:
    with pytest.raises(AssertionError, match="has no rows"):
        ask(bundled.settings.database, Block(ROOT / "README.md", 1, "sql", None, "SELECT 1 WHERE false"))


@pytest.mark.parametrize("command", ["false", "curl http://localhost", "echo other"])
def test_a_command_that_fails_or_tells_something_else_is_noticed(
    command: str, bundled: Bundled, tmp_path: Path
) -> None:
    with pytest.raises(AssertionError, match=r"README.md:1 (fails|tells)"):
        Desk(tmp_path, bundled).type(Block(ROOT / "README.md", 1, "sh", None, command, output="this"))


def test_what_a_block_exports_the_next_one_has(bundled: Bundled, tmp_path: Path) -> None:
    desk = Desk(tmp_path, bundled)
    desk.type(Block(ROOT / "README.md", 1, "sh", None, "export WORD='a b'; mkdir x; cd x"))
    desk.type(
        Block(ROOT / "README.md", 2, "sh", None, "echo $WORD; basename() { echo ${1##*/}; }; basename $PWD", "a b x")
    )


@pytest.mark.parametrize("info", ["bash", "console", "sh skip", "sh norun:"])
def test_a_block_that_nobody_would_run_is_refused(info: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"```{info}\nls\n```\n", encoding="utf-8")
    with pytest.raises(ValueError, match=":1: write"):
        blocks_of(page)
