"""docs/commands.md: what can be typed, as the Makefile and the command line themselves say it.

Takes the parser of the command line and the Makefile; gives the page. Never here: what a command does.
"""

from __future__ import annotations

import argparse
import re
from functools import partial
from pathlib import Path
from typing import Any

_TARGET = re.compile(r"^([a-z]+):.*?## (.*)$", re.MULTILINE)
_WIDTH = 100
_HEAD = """# Commands and settings

Made by `make docs` from the Makefile and the command line's own help. `make X` sets up what is missing first;
`.venv/bin/readout` and `python -m pipelines` are the command line alone.

## Settings

They are read from the environment, by `make`, the command line and Dagster alike.

| variable | what it names | where nothing is said |
|---|---|---|
| `READOUT_RAW` | the folder with articles | `raw/articles/` |
| `READOUT_WAREHOUSE` | the folder that tables go to | `warehouse/` |
| `READOUT_SOURCES` | the file that names [feeds](sources.md) | `raw/sources.yaml` |
| `READOUT_AUTOMATION` | `on`: [runs start by themselves](automation.md) | off |
| `READOUT_WEBHOOK` | the address that [alerts](automation.md) are posted to | none |
| `READOUT_WORKERS` | how many processes extract; with 1, the run itself does | one a core that has 3 GiB |
| `READOUT_ENGINE`, `READOUT_DASK` | `dask` and its scheduler's address: [on a cluster](scale.md) | `local` |
| `READOUT_STORE` | an address (`s3://…`) where the rows of articles are kept too: [many machines](scale.md) | none |
| `READOUT_CACHE` | where the database for a release's page is kept | `~/.cache/readout` |
| `READOUT_REFERENCE` | the folder with [leaders, topics and words of your own](own-reference.md) | none |
| `DAGSTER_HOME` | the folder where Dagster keeps its runs; settings that lie there are kept | `.dagster/` |"""


def commands_page(parser: argparse.ArgumentParser, makefile: Path) -> str:
    """The page, as Markdown. Raises `OSError` where the Makefile cannot be read."""
    targets = _TARGET.findall(makefile.read_text(encoding="utf-8"))
    table = ["| type | to |", "|---|---|", *(f"| `make {name}` | {about} |" for name, about in targets)]
    parts = [_HEAD, "## make", "\n".join(table), "## readout"]
    for name, command in _commands(parser).items():
        formatter: Any = command.formatter_class
        command.formatter_class = partial(formatter, width=_WIDTH)
        parts += [f"### readout {name}", f"```text\n{command.format_help().rstrip()}\n```"]
    return "\n\n".join(parts) + "\n"


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The parsers of all commands, by name; argparse has no public way to them."""
    [commands] = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return dict(commands.choices)
