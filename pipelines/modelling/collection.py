"""Python's search for cycles among objects, held back while millions of rows are in memory that have none."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps


def without_collection[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """`function`, without the search for cycles while it works: a third of its time where it is given many rows.

    What is used no longer is freed all the same, but for what refers to itself, which waits until the function is done.
    """

    @wraps(function)
    def held_back(*args: P.args, **kwargs: P.kwargs) -> R:
        was_on = gc.isenabled()
        gc.disable()
        try:
            return function(*args, **kwargs)
        finally:
            if was_on:
                gc.enable()

    return held_back
