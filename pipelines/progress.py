"""Progress of long work, for people: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

_SECONDS_BETWEEN_LINES = 20.0


@contextmanager
def progress_bar(what: str, total: int, unit: str) -> Iterator[Callable[[int], object]]:
    """A function to call with the number of things done since the last call."""
    if not total:
        yield lambda done: None
        return
    interval = 0.2 if sys.stderr.isatty() else _SECONDS_BETWEEN_LINES
    with tqdm(total=total, desc=what, unit=f" {unit}", mininterval=interval, dynamic_ncols=True) as bar:
        yield bar.update
