"""Fit the confidence of commitments: `python -m training.commitments SHARED [--cross-validate]`.

A logistic regression with a ridge over the observations of `pipelines.extraction.commitments`, on the articles
annotated after the codebook. A row is right where its span shares at least half its words with an annotated one (Dice)
and committer, firmness, polarity and amount are the annotated ones. Holds out an eighth of the articles at a time,
prints how often held-out rows of each confidence are right and, unless `--cross-validate`, writes the weights to
`raw/lexicons/commitment_confidence.csv`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipelines.extraction.commitments import observed_commitments
from pipelines.extraction.dates import find_times
from pipelines.extraction.extractor import Extractor
from pipelines.extraction.parse import parse
from pipelines.extraction.quantities import find_quantities
from pipelines.records import Commitment, Leader
from pipelines.settings import LEXICONS, REFERENCE
from training.confidence import Example, annotated_id, fit, ids_of, matched, read_annotated, report, words_in, write
from training.corpora import locate

WEIGHTS = LEXICONS / "commitment_confidence.csv"


def read_examples(shared: Path, extractor: Extractor) -> Iterator[Example]:
    """Every row that the extraction finds in the annotated articles, judged by their annotations."""
    annotated = list(read_annotated(shared))
    parses = parse(extractor.nlp, (article for article, _ in annotated))
    for (article, gold), (_, doc) in zip(annotated, parses, strict=True):
        linked = extractor.linker.link(doc, article)
        times = find_times(doc, article.published_on)
        (reading,) = extractor.encoder.read([article.text])
        statements = extractor.attribution.find_statements(doc, reading, linked, times)
        rows = observed_commitments(
            doc, article, linked, statements, times, find_quantities(doc), extractor.commitments
        )
        right = judge(article.text, [row for row, _ in rows], gold, linked.leaders)
        for (_, names), good in zip(rows, right, strict=True):
            yield Example(article.article_id, tuple(names), good)


def judge(text: str, rows: Sequence[Commitment], gold: dict[str, Any], leaders: Sequence[Leader]) -> list[bool]:
    """Whether each row is right: matched one to one with an annotated row, best overlap first, and equal to it."""
    wanted = gold.get("commitments") or []
    ids = ids_of(gold)
    found_as = {leader.leader_id: annotated_id(leader, ids) for leader in leaders}
    right = [False] * len(rows)
    of_gold = [words_in(text, locate(text, row["text"])) for row in wanted]
    for i, j in matched(of_gold, [words_in(text, row.spans) for row in rows]):
        right[j] = _same(rows[j], wanted[i], ids, found_as)
    return right


def _same(row: Commitment, gold: dict[str, Any], ids: dict[str, str], found_as: dict[str, str]) -> bool:
    wanted = {ids.get(name, name) for name in gold.get("committer_leaders") or []}
    committer = row.committer_referent
    if wanted:
        who = {found_as.get(i, i) for i in committer.leader_ids} == wanted
    else:
        who = set(committer.countries) == set(gold.get("committer_countries") or [])
    amount = gold.get("quantity")
    if amount is None or row.quantity is None:
        same_amount = amount is None and row.quantity is None
    else:
        value = float(amount["value"])
        same_amount = abs(row.quantity.value - value) <= 1e-6 * abs(value) and row.quantity.unit == amount["unit"]
    firm = row.firmness == gold["firmness"] and row.polarity == gold.get("polarity", "do")
    return who and firm and same_amount


def main() -> int:
    """Fit and write the weights, and print what held-out articles say of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--cross-validate", action="store_true")
    arguments = parser.parse_args()
    examples = list(read_examples(arguments.shared, Extractor.load(REFERENCE, LEXICONS)))
    if not arguments.cross_validate:
        write(fit(examples), examples, WEIGHTS)
    report(examples)
    return 0


if __name__ == "__main__":
    sys.exit(main())
