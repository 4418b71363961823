"""Raw: what lies in the folders, before anything is read out of it."""

import hashlib
from pathlib import Path

import dagster as dg
import polars as pl

from pipelines.assets.tables import table_asset
from pipelines.reading import find_files
from pipelines.resources import Workshop
from pipelines.settings import LEXICONS, REFERENCE, Settings

LAYER = "raw"


@table_asset(LAYER)
def raw_files(context: dg.AssetExecutionContext, workshop: Workshop) -> pl.DataFrame:
    """Sidecars (`NAME.meta.json`) are no rows of their own; hidden files are left out."""
    context.add_output_metadata({"folder": dg.MetadataValue.path(workshop.raw)})
    return find_files(workshop.settings.raw)


@table_asset(LAYER)
def reference_files() -> pl.DataFrame:
    """Facts on leaders, countries and topics; `raw/reference/README.md` names the sources."""
    return _csv_files(REFERENCE)


@table_asset(LAYER)
def lexicon_files() -> pl.DataFrame:
    """Cues, firmness, units and the like; `raw/lexicons/README.md` says what each is for."""
    return _csv_files(LEXICONS)


def _csv_files(folder: Path) -> pl.DataFrame:
    """The bundled files, and after them the user's own of the same names, as `own/NAME`."""
    own = Settings.from_environment().reference
    mine = [(f"own/{path.name}", path) for path in sorted((own / folder.name).glob("*.csv"))] if own else []
    rows = []
    for name, path in [*((path.name, path) for path in sorted(folder.glob("*.csv"))), *mine]:
        data = path.read_bytes()
        rows.append({"name": name, "rows": max(data.count(b"\n") - 1, 0), "sha256": hashlib.sha256(data).hexdigest()})
    return pl.DataFrame(rows)
