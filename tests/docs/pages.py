"""The blocks of code on a page of documentation, and a desk at which they are typed in, as a reader would."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
from markdown_it import MarkdownIt

from pipelines.warehouse.questions import result_table
from tests.conftest import ROOT, Bundled

RUN = ("sh", "sql", "python")
"""Languages whose blocks are run."""
SHOWN = ("", "text", "csv", "json", "yaml")
"""Languages of blocks that show a file or an output."""
_TOOLS = [
    "awk",
    "cat",
    "cp",
    "dirname",
    "echo",
    "env",
    "grep",
    "head",
    "ls",
    "mkdir",
    "mv",
    "rm",
    "rmdir",
    "sed",
    "sh",
    "sort",
    "tail",
    "touch",
    "wc",
]
"""What a page may call beside the project's own commands: nothing that reaches the network or leaves the folder."""
_COPIED = ("Makefile", "dagster.yaml", "pyproject.toml", "pipelines", "schemas", "raw", "docs", "deploy")
_SECONDS = 240


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code: where it stands, its language, why it is not run (or None), and what the page shows below it."""

    page: Path
    line: int
    language: str
    norun: str | None
    text: str
    output: str | None = None
    table: tuple[tuple[str, ...], ...] | None = None

    @property
    def place(self) -> str:
        """`docs/tutorial.md:12`."""
        return f"{self.page.relative_to(ROOT)}:{self.line}" if self.page.is_relative_to(ROOT) else f":{self.line}"


def blocks_of(page: Path) -> list[Block]:
    """All blocks of a page. Raises `ValueError`, saying what to do, where one has a language that nobody knows."""
    text = page.read_text(encoding="utf-8")
    lines = text.splitlines()
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    found = []
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type != "fence" or token.map is None:
            continue
        language, _, marker = token.info.strip().partition(" ")
        block = Block(page, token.map[0] + 1, language, _reason(marker), token.content)
        if language not in RUN + SHOWN:
            raise ValueError(f"{block.place}: write {', '.join(RUN + SHOWN[1:])} in place of {language!r}")
        if marker and not block.norun:
            raise ValueError(f"{block.place}: write `{language} norun: the reason` in place of {token.info!r}")
        output, table = None, None
        if following is not None and following.type == "fence" and following.info.strip() == "text":
            output = following.content
        elif following is not None and following.type == "table_open" and following.map:
            table = cells(lines[following.map[0] : following.map[1]])
        found.append(Block(page, block.line, language, block.norun, block.text, output, table))
    return found


def cells(lines: list[str]) -> tuple[tuple[str, ...], ...]:
    """The cells of a Markdown table, without the line under its head."""
    rows = [tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1])) for line in lines if line]
    return (rows[0], *rows[2:]) if rows else ()


def matches(shown: str, told: str) -> bool:
    """Whether a page shows what was told: `…` stands for anything, and any white space for any other."""
    pattern = r"\s*.*?\s*".join(re.escape(" ".join(part.split())) for part in shown.split("…"))
    return re.fullmatch(pattern, " ".join(told.split())) is not None


class Desk:
    """A copy of the project with the bundled articles' tables in it, and a home that is empty."""

    def __init__(self, folder: Path, bundled: Bundled) -> None:
        self.project, self._state = folder / "readout", folder / "state"
        self.home = folder / "home"
        self.home.mkdir(parents=True)
        self.project.mkdir()
        for name in _COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, self.project / name)
            else:
                shutil.copy2(ROOT / name, self.project / name)
        (self.project / ".venv").symlink_to(sys.prefix)
        shutil.copytree(bundled.settings.warehouse, self.project / "warehouse")
        tools = self.home / "bin"
        tools.mkdir()
        for name in _TOOLS:
            where = shutil.which(name)
            if where:
                (tools / name).symlink_to(where)
        _script(tools / "make", f'{shutil.which("make")} -o .venv/.ready "$@"')
        _script(tools / "readout", f'{sys.executable} -m pipelines "$@"')
        _script(tools / "python", f'{sys.executable} "$@"')
        self._state.write_text(f"export PATH='{tools}' HOME='{self.home}' LANG=C.UTF-8\ncd '{self.project}'\n")

    def type(self, block: Block) -> None:
        """Run a block where the one before left off, and hold what it tells against what the page shows.

        Raises `AssertionError`, naming page and line, where it fails or tells something else.
        """
        if block.language == "sql":
            self._ask(block)
            return
        script = block.text if block.language == "sh" else f"python - <<'PYTHON'\n{block.text}PYTHON"
        words = f". '{self._state}'\nset -eu\n{script}\n{{ export -p; echo \"cd '$PWD'\"; }} >'{self._state}'\n"
        told = subprocess.run(
            ["/bin/sh", "-c", words],
            env={"TMPDIR": os.environ.get("TMPDIR", "/tmp")},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        assert told.returncode == 0, (
            f"{block.place} fails; a block that cannot run here is written ```{block.language} norun: the reason\n"
            f"{told.stdout}{told.stderr}"
        )
        assert block.output is None or matches(block.output, told.stdout), f"{block.place} tells:\n{told.stdout}"

    def _ask(self, block: Block) -> None:
        warehouse = re.search(r"READOUT_WAREHOUSE='?([^'\n]+)", self._state.read_text(encoding="utf-8"))
        folder = Path(warehouse[1]) if warehouse else self.project / "warehouse"
        ask(folder / "readout.duckdb", block)


def ask(database: Path, block: Block) -> None:
    """Run a block of SQL and hold its rows against the table that the page shows, if it shows one.

    Raises `AssertionError`, naming page and line, where rows differ or there are none.
    """
    with duckdb.connect(database, read_only=True) as connection:
        told = result_table(connection, block.text)
    assert told != "No rows.", f"{block.place} has no rows"
    assert block.table is None or block.table == cells(told.splitlines()), f"{block.place} gives:\n{told}"


def pages() -> Iterator[Path]:
    """README.md and all pages of docs/ but those that are made, with their results, and compared elsewhere."""
    made = {"queries.md", "accuracy.md", "data-dictionary.md", "visits.md", "commands.md"}
    yield ROOT / "README.md"
    yield from (path for path in sorted((ROOT / "docs").glob("*.md")) if path.name not in made)


def _reason(marker: str) -> str | None:
    return marker.removeprefix("norun:").strip() or None if marker.startswith("norun:") else None


def _script(path: Path, command: str) -> None:
    path.write_text(f"#!/bin/sh\nexec {command}\n", encoding="utf-8")
    path.chmod(0o755)
