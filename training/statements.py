"""Fit the confidence of statements: `python -m training.statements DATA.jsonl SHARED --readers FOLD0.onnx FOLD1.onnx`.

A logistic regression with a ridge over the observations of `pipelines.extraction.confidence`. Its examples are rows of
articles that what found them had not learned from: PolNeAR's development part, and the articles annotated after the
codebook, each read by an encoder and a scorer that learned from the other half of these (and from PolNeAR): what
learned from an article is surer of it than of the next one. A row is right where its content shares at least half its
words with an annotated one (Dice) and its speaker is the annotated one (by PolNeAR, whose people are not linked: its
source). Writes `raw/lexicons/statement_confidence.csv`, and what held-out articles say of statements and their
confidence to `training/held_out.json`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipelines.extraction.addressees import Talks
from pipelines.extraction.dates import find_times
from pipelines.extraction.encoder import Encoder
from pipelines.extraction.events import find_events
from pipelines.extraction.extractor import Extractor
from pipelines.extraction.parse import parse
from pipelines.extraction.scorer import AttributionModel
from pipelines.records import Article, Leader, Statement
from pipelines.settings import LEXICONS, REFERENCE
from training.attribution import examples as attributions_in
from training.attribution import fit as fit_scorer
from training.attribution import nominal_cues
from training.confidence import (
    REPEATS,
    Example,
    annotated_id,
    bands_of,
    cross_validate,
    fit,
    ids_of,
    matched,
    read_annotated,
    report,
    words_in,
    write,
)
from training.corpora import locate, read_documents

WEIGHTS = LEXICONS / "statement_confidence.csv"
HELD_OUT = Path(__file__).with_name("held_out.json")
NEWS = "polnear/"
"""What the names of PolNeAR's articles begin with here."""
_F1 = {"found": "found", "exact": "exact", "row": "right"}


def scorers(
    data: Path, extractor: Extractor, readers: Sequence[Encoder]
) -> tuple[dict[str, int], list[AttributionModel]]:
    """The fold of each annotated article, and for each fold a scorer that did not learn from its annotated articles."""
    documents = list(read_documents(data, extractor.nlp))
    cue_words = nominal_cues(document for document in documents if document.corpus == "polnear")
    found = attributions_in(documents, frozenset(cue_words), readers)
    folds = {document.name: document.fold for document in documents if document.corpus == "annotated"}
    models = []
    for fold in range(len(readers)):
        rest = [
            example
            for example, document in zip(found, documents, strict=True)
            if document.corpus == "polnear" or document.fold != fold
        ]
        models.append(fit_scorer(rest, cue_words))
    return folds, models


def read_examples(
    shared: Path,
    extractor: Extractor,
    readers: Sequence[Encoder],
    folds: dict[str, int],
    models: Sequence[AttributionModel],
    counts: Counter[str],
) -> Iterator[Example]:
    """Every statement found in the annotated articles, judged by their annotations; `counts` counts for F1."""
    annotated = list(read_annotated(shared))
    parses = parse(extractor.nlp, (article for article, _ in annotated))
    for (article, gold), (_, doc) in zip(annotated, parses, strict=True):
        fold = folds[article.article_id]
        attribution = replace(extractor.attribution, model=models[fold])
        linked = extractor.linker.link(doc, article)
        times = find_times(doc, article.published_on)
        talks = Talks.of(find_events(doc, article, linked, times), linked.leaders)
        (reading,) = readers[fold].read([article.text])
        rows = attribution.observed_statements(doc, reading, linked, times, talks)
        right = judge(article.text, [row for row, _ in rows], gold, linked.leaders, counts)
        for (_, names), good in zip(rows, right, strict=True):
            yield Example(article.article_id, tuple(names), good)


def read_news(path: Path, extractor: Extractor) -> Iterator[Example]:
    """Every statement found in a part of PolNeAR that nothing learned from, judged by its annotations."""
    with path.open(encoding="utf-8") as lines:
        entries = list(map(json.loads, lines))
    parses = parse(extractor.nlp, (Article(entry["id"], entry["text"], entry["title"]) for entry in entries))
    for entry, (article, doc) in zip(entries, parses, strict=True):
        (reading,) = extractor.encoder.read([article.text])
        rows = extractor.attribution.observed_statements(doc, reading, extractor.linker.link(doc, article))
        marked = [a for a in entry["attributions"] if a.get("content")]
        of_gold = [words_in(article.text, a["content"]) for a in marked]
        of_rows = [words_in(article.text, row.content_spans) for row, _ in rows]
        right = [False] * len(rows)
        for i, j in matched(of_gold, of_rows):
            source = words_in(article.text, marked[i].get("source") or [])
            speaker = rows[j][0].speaker
            said_by = words_in(article.text, [speaker] if speaker else [])
            right[j] = bool(source & said_by) if source else not said_by
        for (_, names), good in zip(rows, right, strict=True):
            yield Example(NEWS + article.article_id, tuple(names), good)


def judge(
    text: str, rows: Sequence[Statement], gold: dict[str, Any], leaders: Sequence[Leader], counts: Counter[str]
) -> list[bool]:
    """Whether each row's content and speaker are right: matched one to one with annotated rows, best overlap first."""
    wanted = gold.get("statements") or []
    ids = ids_of(gold)
    found_as = {leader.leader_id: annotated_id(leader, ids) for leader in leaders}
    right = [False] * len(rows)
    of_gold = [words_in(text, locate(text, row["content"])) for row in wanted]
    of_rows = [words_in(text, row.content_spans) for row in rows]
    for i, j in matched(of_gold, of_rows):
        right[j] = _same_speaker(rows[j], wanted[i], ids, found_as)
        counts["found"] += 1
        whole = rows[j].speech_act == wanted[i]["act"] and rows[j].quote_type == wanted[i]["type"]
        counts["right"] += right[j] and whole
        counts["exact"] += of_gold[i] == of_rows[j]
    counts["gold"] += len(wanted)
    counts["rows"] += len(rows)
    return right


def _same_speaker(row: Statement, gold: dict[str, Any], ids: dict[str, str], found_as: dict[str, str]) -> bool:
    wanted = {ids.get(name, name) for name in gold.get("leaders") or []}
    speaker = row.referent
    if wanted:
        return {found_as.get(i, i) for i in speaker.leader_ids} == wanted
    return not speaker.leader_ids and set(speaker.countries) == set(gold.get("countries") or [])


def main() -> int:
    """Fit and write the weights, and print what held-out articles say of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="what training.encoder_data wrote")
    parser.add_argument("shared", type=Path)
    parser.add_argument("--readers", type=Path, nargs=2, required=True)
    arguments = parser.parse_args()
    extractor = Extractor.load(REFERENCE, LEXICONS)
    readers = [Encoder.load(path) for path in arguments.readers]
    folds, models = scorers(arguments.data, extractor, readers)
    counts: Counter[str] = Counter()
    examples = list(read_examples(arguments.shared, extractor, readers, folds, models, counts))
    examples += read_news(arguments.shared / "eval" / "polnear" / "dev.jsonl", extractor)
    write(fit(examples), examples, WEIGHTS)
    _write_held_out(counts, examples)
    report(examples)
    return 0


def _write_held_out(counts: Counter[str], examples: Sequence[Example]) -> None:
    f1 = {f"{name}_f1": 2 * counts[of] / (counts["gold"] + counts["rows"]) for name, of in _F1.items()}
    told = (
        f"{len({e.article for e in examples if not e.article.startswith(NEWS)})} annotated articles in two halves:"
        " scorer and encoder (of six layers: the teacher of the one that ships) learned from PolNeAR and the other"
        " half. Rules and lexicons were not held out."
    )
    bands: dict[str, list[list[float]]] = {}
    rows = cross_validate(examples)
    for name, own in (("news", True), ("annotated", False)):
        found = [(p, right) for article, p, right in rows if article.startswith(NEWS) is own]
        bands[name] = [[mean, count / REPEATS, share] for mean, count, share in bands_of(found)]
    text = json.dumps({"told": told, **f1, "confidence": bands}, indent=1)
    HELD_OUT.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
