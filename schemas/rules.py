"""What must be true of every table, made from its declaration. Each rule gives what it expected and which rows fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl
from pandera.errors import SchemaError, SchemaErrors

from schemas.columns import Column, SpanRule, TableSpec
from schemas.polars_only import polars_only

SHOWN = 20
"""How many failing keys are named."""

TEXTS = ("article_id", "text")
"""What spans are checked against."""
_ROWS_AT_ONCE = 50_000
"""Rows whose texts are looked up together: memory holds the places of so many, not of a million."""

Tables = Callable[[str], pl.DataFrame]
"""Gives another table by name, its key at least."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule found. `failing` names keys and counts, never text of articles."""

    expected: str
    found: str
    failures: int = 0
    failing: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether nothing fails."""
        return self.failures == 0


def schema_rule(table: TableSpec, frame: pl.DataFrame) -> Verdict:
    """Types, NULLs, codes and bounds, by the table's pandera model; and no NULL inside a list."""
    expected = f"{frame.height} rows of the declared types and codes"
    failing: dict[str, list[str]] = {}
    failures = 0
    try:
        with polars_only():  # pandera loads what it checks with only now
            table.model.validate(frame, lazy=True)
    except SchemaErrors as errors:
        failures += errors.failure_cases.height
        failing |= _cases(table, frame, errors.failure_cases)
    except SchemaError as error:
        failures += 1
        failing["schema"] = [str(error)[:200]]
    for column in table.columns:
        if column.is_list and frame.schema.get(column.name) == column.dtype:
            holed = frame.filter(pl.col(column.name).list.eval(pl.element().is_null()).list.any())
            if holed.height:
                failures += holed.height
                failing[f"{column.name}: NULL inside the list"] = keys(table, holed)
    return Verdict(expected, _found(failures, "values that are not"), failures, failing)


def key_rule(table: TableSpec, frame: pl.DataFrame) -> Verdict:
    """The primary key has no NULL and no double."""
    key = pl.col(table.key[0]) if len(table.key) == 1 else pl.struct(table.key)  # a struct copies what it holds
    bad = frame.filter(pl.any_horizontal(pl.col(table.key).is_null()) | key.is_duplicated())
    failing = {f"({', '.join(table.key)})": keys(table, bad)} if bad.height else {}
    return Verdict(
        f"{frame.height} distinct keys", _found(bad.height, "rows without a key of their own"), bad.height, failing
    )


def reference_rule(table: TableSpec, frame: pl.DataFrame, tables: Tables) -> Verdict:
    """Every value (every element of a list) of a referring column is in the column it refers to."""
    failing: dict[str, list[str]] = {}
    failures = 0
    for column in table.references:
        orphans = _orphans(table, column, frame, tables)
        if orphans.height:
            failures += orphans.height
            failing[f"{column.name} → {column.references}"] = keys(table, orphans)
    names = ", ".join(column.name for column in table.references)
    expected = f"{frame.height} rows whose {names} are found where they lead"
    return Verdict(expected, _found(failures, "values that lead nowhere"), failures, failing)


def span_rule(table: TableSpec, frame: pl.DataFrame, articles: pl.DataFrame) -> Verdict:
    """`articles.text[start:end]` is the stored text, in code points; a list's texts are joined by one space."""
    failing: dict[str, list[str]] = {}
    failures = 0
    texts = articles.select("article_id", _within=pl.col("text"), _length=pl.col("text").str.len_chars())
    for rule in table.spans:
        parts = [*frame.iter_slices(_ROWS_AT_ONCE)] or [frame]
        bad = pl.concat(_misplaced(rule, table, part, texts) for part in parts)
        if bad.height:
            failures += bad.height
            failing[rule.text] = keys(table, bad)
    names = ", ".join(rule.text for rule in table.spans)
    return Verdict(
        f"{frame.height} rows whose {names} stand in articles.text where they say",
        _found(failures, "texts that differ"),
        failures,
        failing,
    )


def intake_rule(inputs: pl.DataFrame, articles: pl.DataFrame, quarantine: pl.DataFrame) -> Verdict:
    """Every input is in `articles` or in `quarantine`. `inputs` has a column `source_path`.

    An input that holds several articles (one a line) is named there with `#` and a number after its path.
    """
    named = pl.concat(
        [articles.get_column("source_paths").explode(), quarantine.get_column("source_path")]
    ).drop_nulls()
    files = named.str.replace(r"#\d+$", "")
    lost = inputs.filter(~pl.col("source_path").is_in(pl.concat([named, files]).unique().implode()))
    failing = {"source_path": lost.get_column("source_path").sort().head(SHOWN).to_list()} if lost.height else {}
    return Verdict(f"{inputs.height} inputs accounted for", _found(lost.height, "inputs lost"), lost.height, failing)


def keys(table: TableSpec, frame: pl.DataFrame) -> list[str]:
    """The keys of the first rows, as text."""
    return [" ".join(map(str, row)) for row in frame.select(table.key).head(SHOWN).iter_rows()]


def _found(failures: int, what: str) -> str:
    return f"{failures} {what}" if failures else "all of them"


def _cases(table: TableSpec, frame: pl.DataFrame, cases: pl.DataFrame) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for case in cases.iter_rows(named=True):
        where = named.setdefault(f"{case['column']}: {case['check']}", [])
        at = case["index"]
        if len(where) < SHOWN:
            where.extend([str(case["failure_case"])] if at is None else keys(table, frame.slice(at, 1)))
    return named


def _orphans(table: TableSpec, column: Column, frame: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    target, _, target_column = (column.references or "").partition(".")
    known = (frame if target == table.name else tables(target)).get_column(target_column).drop_nulls().unique()
    values = frame.select({*table.key, column.name})
    if column.is_list:
        values = values.explode(column.name)
    return values.filter(pl.col(column.name).is_not_null() & ~pl.col(column.name).is_in(known.implode()))


def _misplaced(rule: SpanRule, table: TableSpec, frame: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """The keys of the rows whose text does not stand where they say; one that says neither text nor place is right.

    Takes rows of `table`, and `article_id`, `_within` (the text) and `_length` (its code points) of each article.
    """
    whole = pl.struct(start=str(rule.start), end=str(rule.end))
    rows = frame.select(
        *{*table.key, "article_id"}, _stored=rule.text, _span=pl.col(rule.spans) if rule.spans else whole
    )
    rows = rows.with_row_index("_row")
    places = rows.explode("_span", empty_as_null=True) if rule.spans else rows
    start, end = pl.col("_span").struct.field("start"), pl.col("_span").struct.field("end")
    is_inside = pl.all_horizontal(start >= 0, start < end, end <= pl.col("_length")).fill_null(False)
    found = places.join(texts, on="article_id", how="left", maintain_order="left").select(
        *table.key,
        "_row",
        "_stored",
        _found=pl.when(is_inside).then(pl.col("_within").str.slice(start, end - start)),
        _is_unsaid=pl.col("_stored").is_null() & start.is_null() & end.is_null(),
    )
    if rule.spans:
        pieces = found.group_by("_row").agg(pl.col("_found").str.join(" ", ignore_nulls=False))
        found = rows.join(pieces, on="_row", how="left", maintain_order="left").with_columns(_is_unsaid=pl.lit(False))
    is_there = (pl.col("_found") == pl.col("_stored")).fill_null(False)
    return found.filter(~pl.col("_is_unsaid") & ~is_there).select(table.key)
