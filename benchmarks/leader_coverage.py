"""How much the reference knows of who held office, and how much of the facts it has.

    python -m benchmarks.leader_coverage [FACTS_FOLDER]

Prints the table that stands in docs/leaders.md. With the folder of facts (`../shared/reference`), prints too how many
of the facts' rows on heads of state, heads of government and foreign ministers, 2000–2026, are in `leader_terms.csv`.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from pathlib import Path

import polars as pl

from pipelines.linking.build_reference import (
    Corrections,
    Countries,
    FactbookTitles,
    Offices,
    english_date,
    read_csv,
    terms_of_facts,
)
from pipelines.modelling import reference
from pipelines.modelling.coverage import FIRST_YEAR, leader_coverage
from pipelines.settings import REFERENCE
from schemas.codes import OFFICE_SEATS

_SHOWN = (2000, 2005, 2010, 2015, 2020, 2021, 2022, 2023, 2024, 2025, 2026)


def summary() -> str:
    """A Markdown table: of the independent countries, the share whose holder is known, by office and year."""
    terms, leaders = reference.terms(REFERENCE), reference.leaders(REFERENCE)
    found = leader_coverage(terms, leaders, reference.independent_countries(REFERENCE))
    shares = found.group_by("office_kind", "year").agg(
        (pl.col("status") == "known").mean().alias("known"), (pl.col("status") == "inferred").mean().alias("inferred")
    )
    cells = {(kind, year): _share(known, inferred) for kind, year, known, inferred in shares.iter_rows()}
    lines = ["| office | " + " | ".join(map(str, _SHOWN)) + " |", "|---" * (len(_SHOWN) + 1) + "|"]
    lines += [f"| `{kind}` | " + " | ".join(cells[kind, year] for year in _SHOWN) + " |" for kind in OFFICE_SEATS]
    return "\n".join(lines)


def _share(known: float, inferred: float) -> str:
    return f"{known:.0%}" + (f" + {inferred:.0%}" if inferred >= 0.005 else "")


def facts_covered(facts: Path) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Counts of the facts' rows by office and outcome, and the rows that are missing, in words.

    A row is there where the same person holds an office of that kind in that country at an overlapping time.
    """
    countries = Countries(facts, REFERENCE)
    held = defaultdict(list)
    for row in read_csv(REFERENCE / "leader_terms.csv"):
        held[row["country"], row["office_kind"]].append(row)
    counts: Counter[tuple[str, str]] = Counter()
    missing = []
    corrections = Corrections(REFERENCE)
    for term in terms_of_facts(facts / "leaders_terms.csv", countries, Offices(REFERENCE, countries), corrections):
        if term.kind not in OFFICE_SEATS or (term.end and term.end < str(FIRST_YEAR)):
            continue
        there = any(
            row["leader_id"] == term.leader_id
            and not (term.end and row["start_date"] > term.end)
            and not (row["end_date"] and term.start > row["end_date"])
            for row in held[term.country, term.kind]
        )
        counts[term.kind, "there" if there else "missing"] += 1
        if not there:
            missing.append(f"{term.kind} {term.country} {term.name} {term.start} {term.source}")
    titles = FactbookTitles(REFERENCE)
    independent = {row["country"] for row in countries.rows if row["independent"] == "yes"}
    for fact in read_csv(facts / "factbook_executives_2026.csv"):
        country = countries.find(fact["country"])
        if country in independent:
            found = titles.read(fact["raw"], fact["role"])
            kind = found[1] if found else "head_of_state" if fact["role"] == "chief of state" else "head_of_government"
            since = english_date(fact["since"])
            there = found is not None and any(
                not row["end_date"] or row["end_date"] >= "2026-01" for row in held[country, kind]
            )
            if kind in OFFICE_SEATS:
                counts[f"{kind} (Factbook 2026)", "there" if there else "missing"] += 1
                missing += [] if there else [f"{kind} {country} {fact['raw']} {since}"]
    return counts, missing


def main(arguments: list[str]) -> int:
    """The command line."""
    print(summary())
    if arguments:
        counts, missing = facts_covered(Path(arguments[0]))
        for (kind, outcome), number in sorted(counts.items()):
            print(f"{kind}: {number} {outcome}")
        print(*missing, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
