"""Groups of what is the same, grown by joining: union-find that knows its members and why each was joined.

Takes numbers and links between them; gives groups. The result depends on the links and their order alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol


class Blocks(Protocol):
    """Whether two groups may be one."""

    def __call__(self, ours: list[int], theirs: list[int]) -> bool: ...


class Groups[Reason]:
    """The numbers 0 to `size` - 1 in groups: at first each in its own."""

    def __init__(self, size: int) -> None:
        self._members: list[list[int]] = [[number] for number in range(size)]
        self._home = list(range(size))
        self._links: list[list[tuple[int, Reason]]] = [[] for _ in range(size)]

    def of(self, number: int) -> list[int]:
        """The members of the group that `number` is in, in no order that matters."""
        return self._members[self._home[number]]

    def name(self, number: int) -> int:
        """A number that all of a group have in common, until it is joined with another."""
        return self._home[number]

    def join(self, one: int, other: int, reason: Reason) -> None:
        """Make one group of the two groups, for a `reason` that holds between the two numbers."""
        ours, theirs = self._home[one], self._home[other]
        if ours == theirs:
            return
        self._links[one].append((other, reason))
        self._links[other].append((one, reason))
        if len(self._members[ours]) < len(self._members[theirs]):
            ours, theirs = theirs, ours
        for member in self._members[theirs]:
            self._home[member] = ours
        self._members[ours] += self._members[theirs]
        self._members[theirs] = []

    def __iter__(self) -> Iterator[list[int]]:
        """The members of each group, sorted, and the groups by their first member."""
        return iter(sorted(sorted(members) for members in self._members if members))

    def paths(self, first: int) -> Iterable[tuple[int, int, Reason]]:
        """For each other member of the group of `first`: the member that it was joined to, and why, going outwards."""
        seen, edge = {first}, [first]
        while edge:
            at = edge.pop()
            for other, reason in self._links[at]:
                if other not in seen:
                    seen.add(other)
                    edge.append(other)
                    yield other, at, reason
