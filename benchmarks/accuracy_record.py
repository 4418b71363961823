"""The record of how right an extractor version is: figures with intervals, and confidence by tenths of the rows.

`make accuracy` writes it to `docs/accuracy/VERSION.json`; releases that this version made carry it. Intervals are
percentile bootstraps over articles, because rows of one article are right and wrong together.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import score  # noqa: E402
from pipelines.release.accuracy import write_record  # noqa: E402
from pipelines.versions import extractor_version  # noqa: E402

DRAWS, SEED, TENTHS = 2_000, 20_260_205, 10
Judged = tuple[str, float, bool]
"""A row's article, its confidence, and whether it is right."""
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one article: rows annotated, rows found, rows right; of a column both of the first are the rows compared."""

    annotated: int
    found: int
    right: int


def write(gold: Path, polnear: Path, bundled: Path, polnear_rows: Iterable[Judged]) -> Path:
    """Measure the warehouses made of the annotated articles, and keep the record of this extractor version."""
    accuracy = list(_figures("polnear_dev", True, _polnear_counts(polnear)))
    calibration = list(_tenths("polnear_dev", "statements", polnear_rows))
    for name, warehouse, annotated in (("gold_dev", gold, score.GOLD), ("bundled_gold", bundled, score.BUNDLED_GOLD)):
        files = sorted(annotated.glob("*.yaml"))
        accuracy += _figures(name, False, _table_counts(warehouse, files))
        judged = list(_judged_rows(warehouse, files))
        for table in ("statements", "commitments"):
            rows = [(article, confidence, right) for of, article, confidence, right in judged if of == table]
            calibration += _tenths(name, table, rows)
    return write_record(extractor_version(), {"accuracy": accuracy, "calibration": calibration})


def interval(counts: Sequence[Counts], statistic: str) -> tuple[float, float, float]:
    """A figure over all articles, and the ends of its 95% interval."""
    table = np.array([[c.annotated, c.found, c.right] for c in counts], dtype=np.float64)
    draws = np.random.default_rng(SEED).multinomial(len(counts), np.full(len(counts), 1 / len(counts)), size=DRAWS)
    drawn = _statistic(draws @ table, statistic)
    [value] = _statistic(table.sum(axis=0, keepdims=True), statistic)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return _rounded(value), _rounded(low), _rounded(high)


def tenths(rows: Sequence[Judged]) -> Iterator[tuple[int, list[Judged]]]:
    """The rows sorted by confidence and cut into ten parts of the same size, give or take a row; none is empty."""
    ranked = sorted(rows, key=lambda row: (row[1], row[0], row[2]))
    for number in range(TENTHS):
        part = ranked[number * len(ranked) // TENTHS : (number + 1) * len(ranked) // TENTHS]
        if part:
            yield number + 1, part


def _figures(measured_on: str, held_out: bool, counts: Mapping[str, Sequence[Counts]]) -> Iterator[dict[str, Any]]:
    for measure, by_article in sorted(counts.items()):
        of_column = measure.endswith(":column")
        for statistic in ("accuracy",) if of_column else ("precision", "recall", "f1"):
            value, low, high = interval(by_article, statistic)
            yield {
                "measured_on": measured_on,
                "measure": measure.removesuffix(":column"),
                "statistic": statistic,
                "value": value,
                "low": low,
                "high": high,
                "articles": len(by_article),
                "annotated_rows": sum(c.annotated for c in by_article),
                "found_rows": sum(c.found for c in by_article),
                "right_rows": sum(c.right for c in by_article),
                "is_held_out": held_out,
            }


def _tenths(measured_on: str, table: str, rows: Iterable[Judged]) -> Iterator[dict[str, Any]]:
    for decile, part in tenths(list(rows)):
        confidences = [confidence for _, confidence, _ in part]
        by_article: dict[str, list[bool]] = {}
        for article, _, right in part:
            by_article.setdefault(article, []).append(right)
        counts = [Counts(len(rights), len(rights), sum(rights)) for _, rights in sorted(by_article.items())]
        value, low, high = interval(counts, "accuracy")
        yield {
            "measured_on": measured_on,
            "table_name": table,
            "decile": decile,
            "least_confidence": _rounded(min(confidences)),
            "most_confidence": _rounded(max(confidences)),
            "mean_confidence": _rounded(sum(confidences) / len(confidences)),
            "rows": len(part),
            "right_share": value,
            "low": low,
            "high": high,
        }


def _statistic(sums: Numbers, statistic: str) -> Numbers:
    annotated, found, right = sums.T
    over = {"recall": annotated, "precision": found, "accuracy": found, "f1": (annotated + found) / 2}[statistic]
    share: Numbers = np.divide(right, over, out=np.ones_like(right), where=over > 0)
    return share


def _rounded(value: float) -> float:
    return round(float(value), 4)


def _table_counts(warehouse: Path, files: Sequence[Path]) -> dict[str, list[Counts]]:
    """Counts of each measure of the tables' scorer, article by article."""
    tables = _scorer("score_tables")
    counts: dict[str, list[Counts]] = {}
    for number, file in enumerate(files):
        for measure, told in tables.score(warehouse, [file], []).items():
            if "accuracy" in told:
                measure, one = f"{measure}:column", Counts(told["of"], told["of"], round(told["accuracy"] * told["of"]))
            else:
                one = Counts(told["gold"], told["system"], round(told["p"] * told["system"]))
            by_article = counts.setdefault(measure, [])
            by_article += [Counts(0, 0, 0)] * (number - len(by_article)) + [one]
    for by_article in counts.values():
        by_article += [Counts(0, 0, 0)] * (len(files) - len(by_article))
    return counts


def _polnear_counts(warehouse: Path) -> dict[str, list[Counts]]:
    attributions, polnear = _scorer("score_attributions"), _scorer("score_polnear")
    gold = attributions.load(str(score.POLNEAR))
    system = polnear.system(gold, warehouse)
    counts: dict[str, list[Counts]] = {}
    for name, document in gold.items():
        told = attributions.score({name: document}, {name: system.get(name, {})})
        for measure in ("found", "exact", "complete"):
            right = round(told[f"{measure}_p"] * told["system"])
            counts.setdefault(f"statements.{measure}", []).append(Counts(told["gold"], told["system"], right))
    return counts


def _judged_rows(warehouse: Path, files: Sequence[Path]) -> Iterator[tuple[str, str, float, bool]]:
    """Table, article and confidence of each statement and commitment, and whether it is right.

    A statement is right where its content is found with the right speaker, a commitment where it is found with the
    right committer, firmness, polarity and quantity.
    """
    tables = _scorer("score_tables")
    read = {name: tables.read(warehouse, name) for name in ("articles", "leaders", "statements", "commitments")}
    articles = {Path(row["source_path"]).name: row for row in read["articles"].to_dicts()}
    names = {row["leader_id"]: {row["name"], *row["aliases"]} for row in read["leaders"].to_dicts()}
    for file in files:
        gold = yaml.safe_load(file.read_text(encoding="utf-8"))
        article = articles[gold["article"]]
        people = _People(gold.get("leaders") or [], names)
        for table, spans, words, is_right in (
            ("statements", "content_spans", "content", _is_right_statement),
            ("commitments", "spans", "text", _is_right_commitment),
        ):
            wanted = gold.get(table) or []
            found = read[table].filter(pl.col("article_id") == article["article_id"]).to_dicts()
            pairs = tables.pairs(
                [tables.words(article["text"], tables.locate(article["text"], entry[words])) for entry in wanted],
                [tables.words(article["text"], [(s["start"], s["end"]) for s in row[spans]]) for row in found],
                tables.dice,
            )
            right = {j for i, j in pairs if is_right(wanted[i], found[j], people)}
            for number, row in enumerate(found):
                yield table, gold["article"], row["confidence"], number in right


class _People:
    """Who is who in one annotated article: by QID, and where the annotation knows none by name."""

    def __init__(self, annotated: Sequence[Mapping[str, Any]], names: Mapping[str, set[str]]) -> None:
        self._ids = {leader["name"]: leader.get("qid") or f"local:{leader['name']}" for leader in annotated}
        self._found = {
            leader: local
            for name, local in self._ids.items()
            if local.startswith("local:")
            for leader, known in names.items()
            if name.casefold() in {one.casefold() for one in known}
        }

    def are(
        self, named: Sequence[str] | None, countries: Sequence[str] | None, row: Mapping[str, Any], role: str
    ) -> bool:
        """Whether the row has the same leaders in that role; where none is named, the same countries."""
        found = {self._found.get(leader, leader) for leader in row[f"{role}_leader_ids"]}
        if named:
            return found == {self._ids.get(name, name) for name in named}
        return set(row[f"{role}_countries"]) == set(countries or []) and (role == "committer" or not found)


def _is_right_statement(wanted: Mapping[str, Any], row: Mapping[str, Any], people: _People) -> bool:
    return people.are(wanted.get("leaders"), wanted.get("countries"), row, "speaker")


def _is_right_commitment(wanted: Mapping[str, Any], row: Mapping[str, Any], people: _People) -> bool:
    quantity = wanted.get("quantity") or {}
    value, unit = quantity.get("value"), quantity.get("unit")
    same = row["quantity_value"] is None if value is None else row["quantity_value"] is not None
    if same and value is not None:
        same = abs(row["quantity_value"] - value) <= 1e-6 * abs(value) and row["quantity_unit"] == unit
    return (
        people.are(wanted.get("committer_leaders"), wanted.get("committer_countries"), row, "committer")
        and row["firmness"] == wanted["firmness"]
        and row["polarity"] == wanted.get("polarity", "do")
        and bool(same)
    )


def _scorer(name: str) -> Any:
    """A scorer that lies beside the project."""
    if str(score.SCORERS) not in sys.path:
        sys.path.insert(0, str(score.SCORERS))
    return importlib.import_module(name)
