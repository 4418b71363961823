"""Pairs worth comparing are those that a look at all pairs finds; many rows leave Python's settings as they were."""

from __future__ import annotations

import gc
import random
from datetime import date, timedelta
from itertools import combinations

import pytest

from pipelines.modelling import blocking
from pipelines.modelling.blocking import near_pairs
from pipelines.modelling.collection import without_collection

MONDAY = date(2026, 2, 2)


@pytest.mark.parametrize("at_once", [10, 4_000_000])
@pytest.mark.parametrize("weak", [frozenset(), frozenset("abc")])
@pytest.mark.parametrize(("most_days", "share"), [(0, 0.5), (7, 0.75), (400, 0.5)])
def test_all_near_pairs_are_found_and_no_others(
    most_days: int, share: float, weak: frozenset[str], at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(2026)
    count = 300
    blocks = [frozenset(chance.choices(["Xi", "Trump", "Modi"], k=chance.randrange(3))) for _ in range(count)]
    sets = [frozenset(chance.choices("abcdefghij", k=chance.randrange(7))) for _ in range(count)]
    days = [chance.choice([None, MONDAY + timedelta(days=chance.randrange(-30, 900))]) for _ in range(count)]

    def is_near(one: int, other: int) -> bool:
        first, second = days[one], days[other]
        together = first == second or (first and second and abs((first - second).days) <= most_days)
        smaller = min(len(sets[one]), len(sets[other]))
        common = sets[one] & sets[other]
        alike = not common <= weak and len(common) >= share * smaller
        return bool(blocks[one] & blocks[other] and together and alike)

    expected = [pair for pair in combinations(range(count), 2) if is_near(*pair)]
    assert len(expected) > 50
    monkeypatch.setattr(blocking, "_AT_ONCE", at_once)
    assert near_pairs(blocks, sets, days, most_days, share, weak=weak) == expected
    few = set(range(0, count, 7))
    named = [pair for pair in expected if not few.isdisjoint(pair)]
    assert near_pairs(blocks, sets, days, most_days, share, few, weak) == named


def test_the_search_for_cycles_goes_on_after_a_fault_as_after_a_result() -> None:
    @without_collection
    def share(of: int, among: int) -> float:
        assert not gc.isenabled()
        return of / among

    assert gc.isenabled()
    assert share(1, among=2) == 0.5
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError):
        share(1, among=0)
    assert gc.isenabled()
