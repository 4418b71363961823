"""What assets are given: where staged tables lie, and the stores of what was read and extracted before."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import polars as pl

from pipelines.extracting import SCHEMAS as EXTRACTION_SCHEMAS
from pipelines.extracting import Extracts, load_extractor
from pipelines.reading import SCHEMAS as DOCUMENT_SCHEMAS
from pipelines.settings import Settings
from pipelines.store import KEY, Store
from pipelines.versions import extractor_version, intake_version
from pipelines.warehouse.publish import write_table
from schemas import spec
from schemas.frames import conform

_PREVIEW_ROWS = 5
_PREVIEW_WIDTH = 60


class StagedTables(dg.ConfigurableIOManager):
    """Keeps each asset's frame as one Parquet file in the workshop, with the declared columns, sorted by key."""

    folder: str

    def handle_output(self, context: dg.OutputContext, obj: pl.DataFrame) -> None:
        """Write the frame and say how many rows it has."""
        table = spec(context.asset_key.path[-1])
        frame = conform(table, obj)
        write_table(frame, self.path(table.name), table)
        context.add_output_metadata({"dagster/row_count": frame.height, "preview": dg.MetadataValue.md(preview(frame))})

    def load_input(self, context: dg.InputContext) -> pl.DataFrame:
        """Read the frame of the asset that the input stands for."""
        return self.read(context.asset_key.path[-1])

    def read(self, name: str) -> pl.DataFrame:
        """The staged table of that name. Raises `FileNotFoundError`, saying what to do, where it was not made yet."""
        path = self.path(name)
        if not path.exists():
            raise FileNotFoundError(f"{name} was not made yet: materialize it first, or run `make materialize`")
        return pl.read_parquet(path)

    def path(self, name: str) -> Path:
        """Where the staged table of that name lies."""
        return Path(self.folder) / f"{name}.parquet"


def preview(frame: pl.DataFrame) -> str:
    """The first rows as a Markdown table, long cells cut."""
    lines = [" | ".join(frame.columns), " | ".join("---" for _ in frame.columns)]
    for row in frame.head(_PREVIEW_ROWS).iter_rows():
        lines.append(" | ".join(_cell(value) for value in row))
    return "\n".join(f"| {line} |" for line in lines)


def _cell(value: object) -> str:
    text = " ".join(str("" if value is None else value).split())
    text = text if len(text) <= _PREVIEW_WIDTH else text[: _PREVIEW_WIDTH - 1] + "…"
    return html.escape(text).replace("|", "\\|")


class Workshop(dg.ConfigurableResource[None]):
    """The folders of a run, and what it keeps between runs."""

    raw: str
    warehouse: str

    @property
    def settings(self) -> Settings:
        """The folders, as paths."""
        return Settings(raw=Path(self.raw), warehouse=Path(self.warehouse))

    def documents(self) -> Store:
        """Documents and refusals by input file and version of the reader."""
        return Store(self.settings.store / "documents", intake_version(), DOCUMENT_SCHEMAS)

    def extractions(self) -> Store:
        """Rows by article and extractor version."""
        return Store(self.settings.store / "extractions", extractor_version(), EXTRACTION_SCHEMAS)

    def extracted(self, table: str, keys: pl.DataFrame) -> pl.DataFrame:
        """The rows of one table that extraction gave for the articles in `keys` (see `extracted_articles`)."""
        return self.extractions().scan(table, keys.get_column("extraction_key")).drop(KEY).collect()

    def extractor(self) -> Callable[[], Extracts]:
        """How to load the extractor."""
        return load_extractor

    def prune(self) -> None:
        """Remove what older versions of reading and extraction left in the stores."""
        self.documents().prune()
        self.extractions().prune()
