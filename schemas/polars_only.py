"""Loading of pandera for polars alone: it takes pandas and hypothesis along wherever it finds them.

No table is a pandas frame, and the locks for deployment have neither: only tools of developers bring them. Loaded for
nothing, they cost every command more than pandera itself does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from types import ModuleType

_UNSEEN = frozenset({"pandas", "hypothesis"})


class _Unseen(MetaPathFinder):
    """Says of these packages what Python says of one that is not installed."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if name in _UNSEEN:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


@contextmanager
def polars_only() -> Iterator[None]:
    """What is imported for the first time while this lasts finds neither, unless they are loaded already."""
    finder = _Unseen()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
