"""Groups of what is the same, grown by joining: union-find that knows its members and why each was joined.

Takes numbers and links between them; gives groups. The result depends on the links and their order alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

MayBeOne = Callable[[Sequence[int], Sequence[int]], bool]
"""Whether nothing speaks against making one group of two."""


class Groups[Reason]:
    """The numbers 0 to `size` - 1 in groups: at first each in its own."""

    def __init__(self, size: int) -> None:
        self._members: list[list[int]] = [[number] for number in range(size)]
        self._home = list(range(size))
        self._links: list[list[tuple[int, Reason]]] = [[] for _ in range(size)]

    def of(self, number: int) -> list[int]:
        """The members of the group that `number` is in, in no order that matters."""
        return self._members[self._home[number]]

    def are_one(self, one: int, other: int) -> bool:
        """Whether two numbers are in one group."""
        return self._home[one] == self._home[other]

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

    def tie(self, links: Sequence[tuple[int, int, Reason]], may_be_one: MayBeOne) -> None:
        """Join along `links` (two numbers and a reason each), but for groups that they tie to several that cannot be
        one: whoever fits two rivals is left with neither."""
        known: dict[tuple[int, int], bool] = {}

        def fits(one: int, other: int) -> bool:
            pair = (one, other) if one < other else (other, one)
            if pair not in known:
                known[pair] = may_be_one(self._members[one], self._members[other])
            return known[pair]

        homes = [(self._home[one], self._home[other]) for one, other, _ in links]
        apart = [
            (pair, link)
            for pair, link in zip(homes, links, strict=True)
            if pair[0] != pair[1] and fits(*pair)
        ]  # fmt: skip
        wanted: dict[int, set[int]] = {}
        for (ours, theirs), _ in apart:
            wanted.setdefault(ours, set()).add(theirs)
            wanted.setdefault(theirs, set()).add(ours)
        torn = {
            name
            for name, others in wanted.items()
            if not all(fits(one, other) for one, other in combinations(sorted(others), 2))
        }
        for pair, (one, other, reason) in apart:
            joined = self._home[one] == self._home[other]
            if not joined and torn.isdisjoint(pair) and may_be_one(self.of(one), self.of(other)):
                self.join(one, other, reason)

    def __iter__(self) -> Iterator[list[int]]:
        """The members of each group, sorted, and the groups by their first member."""
        return iter(sorted(sorted(members) for members in self._members if members))

    def paths(self, first: int) -> Iterator[tuple[int, int, Reason]]:
        """For each other member of the group of `first`: the member that it was joined to, and why, going outwards."""
        seen, edge = {first}, [first]
        while edge:
            at = edge.pop()
            for other, reason in self._links[at]:
                if other not in seen:
                    seen.add(other)
                    edge.append(other)
                    yield other, at, reason
