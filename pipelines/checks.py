"""Asset checks, made from the declarations: one factory for every table, and one rule on inputs.

All of them block: where one fails, nothing downstream runs and nothing is published.
Never here: what a rule is (`schemas/rules.py`); this only asks and shows.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from pipelines.resources import StagedTables
from pipelines.unchanged import verdict_on
from schemas import TABLES, TableSpec
from schemas.rules import TEXTS, Verdict, intake_rule, key_rule, reference_rule, schema_rule, span_rule

_ABOUT = {
    "schema": "Types, NULLs, codes and bounds are as declared (pandera).",
    "primary_key": "Every row has a key, and no two the same.",
    "foreign_keys": "Every id that refers to another table is found there.",
    "spans": "`articles.text[start:end]` is the stored text.",
}


def table_checks(about: TableSpec) -> dg.AssetChecksDefinition:
    """The checks of one table: its schema, its key, and where it has them its foreign keys and its spans."""
    names = ["schema", "primary_key"]
    if about.references:
        names.append("foreign_keys")
    if about.spans:
        names.append("spans")
    others = {str(column.references).split(".")[0] for column in about.references} - {about.name}

    @dg.multi_asset_check(
        name=f"{about.name}_checks",
        specs=[
            dg.AssetCheckSpec(
                name,
                asset=about.name,
                description=_ABOUT[name],
                blocking=True,
                additional_deps=sorted(others | ({"articles"} if about.spans else set()))
                if name not in _ALONE
                else None,
            )
            for name in names
        ],
        can_subset=True,
    )
    def checks(
        context: dg.AssetCheckExecutionContext, staged: dg.ResourceParam[StagedTables]
    ) -> Iterator[dg.AssetCheckResult]:
        frame = cache(lambda: staged.read(about.name))

        def keys(table: str) -> pl.DataFrame:
            return staged.read(table, TABLES[table].key)

        rules: dict[str, tuple[set[str], Callable[[], Verdict]]] = {
            "schema": (set(), lambda: schema_rule(about, frame())),
            "primary_key": (set(), lambda: key_rule(about, frame())),
            "foreign_keys": (others, lambda: reference_rule(about, frame(), keys)),
            "spans": ({"articles"}, lambda: span_rule(about, frame(), staged.read("articles", TEXTS))),
        }
        for key in sorted(context.selected_asset_check_keys, key=lambda key: names.index(key.name)):
            beside, find = rules[key.name]
            yield _result(about.name, key.name, _verdict(key.name, [about.name, *sorted(beside)], find, staged))

    return checks


@dg.asset_check(asset="quarantine", additional_deps=["raw_files", "articles"], blocking=True)
def every_input_accounted_for(staged: dg.ResourceParam[StagedTables]) -> dg.AssetCheckResult:
    """Every file that was found is in `articles` or in `quarantine`: nothing is lost on the way."""
    name = "every_input_accounted_for"

    def find() -> Verdict:
        articles = staged.read("articles", ["source_paths"])
        return intake_rule(staged.read("raw_files"), articles, staged.read("quarantine", ["source_path"]))

    verdict = _verdict(name, ("quarantine", "raw_files", "articles"), find, staged)
    return _result("quarantine", name, verdict)


_ALONE = {"schema", "primary_key"}
"""Checks that need no other table."""

ALL_CHECKS = [*map(table_checks, TABLES.values()), every_input_accounted_for]


def _verdict(name: str, tables: Sequence[str], find: Callable[[], Verdict], staged: StagedTables) -> Verdict:
    """What a rule finds in the first of `tables`, which it reads beside the others."""
    return verdict_on(f"{tables[0]}.{name}", map(staged.existing, tables), find, Path(staged.folder))


def _result(table: str, name: str, verdict: Verdict) -> dg.AssetCheckResult:
    metadata: dict[str, dg.MetadataValue[Any]] = {
        "expected": dg.MetadataValue.text(verdict.expected),
        "found": dg.MetadataValue.text(verdict.found),
        "failures": dg.MetadataValue.int(verdict.failures),
    }
    if verdict.failing:
        metadata["failing"] = dg.MetadataValue.json(dict(verdict.failing))
    return dg.AssetCheckResult(
        asset_key=table,
        check_name=name,
        passed=verdict.passed,
        severity=dg.AssetCheckSeverity.ERROR,
        description=f"expected {verdict.expected}; found {verdict.found}",
        metadata=metadata,
    )
