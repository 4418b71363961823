"""How a declared table becomes an asset: description, columns, kinds and tags come from its declaration."""

import inspect
from collections.abc import Callable
from typing import Any

import dagster as dg

from schemas import TableSpec, spec
from schemas.ddl import meaning, sql_type

OWNERS = ["team:readout"]
STAGED = "staged"
"""The key of the IO manager that keeps staged tables."""

LAYERS = ("raw", "parsed", "extracted", "modelled", "warehouse", "release")


def table_asset(layer: str, **options: Any) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """Make the asset of the table that the function is named after. The docstring says what is dropped, and why."""

    def make(function: Callable[..., Any]) -> dg.AssetsDefinition:
        about = spec(function.__name__)
        as_asset: Callable[..., dg.AssetsDefinition] = dg.asset(
            name=about.name, **_declared(about, layer, inspect.getdoc(function) or ""), **options
        )
        return as_asset(function)

    return make


def table_out(name: str, layer: str, told: str) -> dg.AssetOut:
    """One output of a function that makes several tables."""
    return dg.AssetOut(**_declared(spec(name), layer, told))


def _declared(about: TableSpec, layer: str, told: str) -> dict[str, Any]:
    """What an asset says of its table, whichever way it is made."""
    return {
        "description": describe_asset(about, told),
        "group_name": layer,
        "owners": OWNERS,
        "kinds": {"polars", "parquet"},
        "tags": _tags(about, layer),
        "metadata": {"dagster/column_schema": column_schema(about)},
        "io_manager_key": STAGED,
    }


def describe_asset(about: TableSpec, told: str) -> str:
    """Grain, notes, key, and what the asset itself tells."""
    key = ", ".join(f"`{name}`" for name in about.key)
    grain = f"**One row is:** {about.grain[0].lower()}{about.grain[1:]}"
    return "\n\n".join(filter(None, (grain, about.notes, f"**Key:** {key}", told)))


def column_schema(about: TableSpec) -> dg.TableSchema:
    """The columns as the user interface shows them."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=sql_type(column.dtype),
                description=meaning(column),
                constraints=dg.TableColumnConstraints(
                    nullable=column.nullable,
                    unique=about.key == (column.name,),
                    other=[f"→ {column.references}"] if column.references else [],
                ),
            )
            for column in about.columns
        ]
    )


def _tags(about: TableSpec, layer: str) -> dict[str, str]:
    return {"readout/layer": layer, "readout/published": str(about.published).lower()}
