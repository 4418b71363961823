"""What assets are given: where staged tables lie, and the stores of what was read and extracted before."""

from __future__ import annotations

import hashlib
import html
import os
import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
from pydantic import PrivateAttr

from pipelines.bucket import Bucket, SharedStore
from pipelines.charts import PUBLISHED, as_markdown, charts, draw
from pipelines.engines import Engine, engine_from_environment
from pipelines.extracting import SCHEMAS as EXTRACTION_SCHEMAS
from pipelines.extracting import Extracts, get_ready, load_extractor
from pipelines.locking import only_run
from pipelines.modelling.dating import publication
from pipelines.modelling.regrouping import Known
from pipelines.processes import Processes
from pipelines.reading import SCHEMAS as DOCUMENT_SCHEMAS
from pipelines.remembered import recall, remember
from pipelines.settings import Settings
from pipelines.store import KEY, Store
from pipelines.unchanged import is_as_made, made_of, remember_table
from pipelines.versions import extractor_version, intake_version, modelling_version
from pipelines.warehouse.building import Building
from pipelines.warehouse.publish import remove_leftovers, write_table
from schemas import TABLES, spec
from schemas.frames import conform

MADE_OF = "made of"
"""The name of an output's metadata that says what its table was made of (`unchanged.made_of`)."""
COLUMNS = "columns"
"""The name of an input's metadata that says which columns of the table are needed."""
DATABASE, EXTRACTED = dg.AssetKey("duckdb_database"), dg.AssetKey("extracted_articles")
_UNDER_CONSTRUCTION: dict[Path, Building] = {}
"""By the folder of staged tables, the database that the run in this process builds of them: Dagster gives what stages a
table and what publishes it no object in common."""
_PREVIEW_ROWS = 5
_PREVIEW_WIDTH = 60


class StagedTables(dg.ConfigurableIOManager):
    """Keeps each asset's frame as one Parquet file in the workshop, with the declared columns, sorted by key."""

    folder: str

    def handle_output(self, context: dg.OutputContext, obj: pl.DataFrame) -> None:
        """Write the frame and say how many rows it has."""
        table = spec(context.asset_key.path[-1])
        frame = conform(table, obj)
        path = self.path(table.name)
        is_new = write_table(frame, path, table)
        if (building := _UNDER_CONSTRUCTION.get(Path(self.folder))) is not None:
            building.staged(table.name, is_new)
        if MADE_OF in context.output_metadata:
            remember_table(path, str(context.output_metadata[MADE_OF].value))
        context.add_output_metadata(
            {
                "dagster/row_count": frame.height,
                "bytes": path.stat().st_size,
                **self._drawn(table.name, frame),
                "preview": dg.MetadataValue.md(preview(frame)),
            }
        )

    def _drawn(self, table: str, frame: pl.DataFrame) -> dict[str, dg.MetadataValue[Any]]:
        """The table's charts, one under the other. Drawings are kept: where nothing changed, none is drawn again."""
        found = charts(table, frame, partial(self.read, columns=PUBLISHED))
        if not found:
            return {}
        kept = Path(self.folder) / ".charts"
        kept.mkdir(exist_ok=True)
        parts = []
        for number, (title, about) in enumerate(found.items()):
            digest = hashlib.blake2b(repr(about).encode(), digest_size=12).hexdigest()
            drawing = kept / f"{table}-{number}-{digest}.svg"
            if not drawing.exists():
                drawn = draw(about)
                for older in kept.glob(f"{table}-{number}-*"):
                    older.unlink()
                beside = drawing.with_suffix(f".{os.getpid()}")
                beside.write_text(drawn, encoding="utf-8")
                beside.replace(drawing)
            parts.append(f"**{title}**\n\n{as_markdown(title, drawing.read_text(encoding='utf-8'))}")
        return {"charts": dg.MetadataValue.md("\n\n".join(parts))}

    def load_input(self, context: dg.InputContext) -> pl.DataFrame:
        """Read the frame of the asset that the input stands for, or the columns that the input's metadata names."""
        return self.read(context.asset_key.path[-1], (context.definition_metadata or {}).get(COLUMNS))

    def read(self, name: str, columns: Iterable[str] | None = None) -> pl.DataFrame:
        """The staged table of that name, or some columns of it.

        Raises `FileNotFoundError`, saying what to do, where it was not made yet.
        """
        return pl.read_parquet(self.existing(name), columns=None if columns is None else [*columns])

    def existing(self, name: str) -> Path:
        """Where the staged table of that name lies. Raises `FileNotFoundError` as `read` does."""
        path = self.path(name)
        if not path.exists():
            raise FileNotFoundError(f"{name} was not made yet: materialize it first, or run `make materialize`")
        return path

    def path(self, name: str) -> Path:
        """Where the staged table of that name belongs."""
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


def _makes(run: dg.DagsterRun | None, asset: dg.AssetKey) -> bool:
    """Whether a run makes an asset: one that names none makes all of its job."""
    return run is not None and (not run.asset_selection or asset in run.asset_selection)


class Workshop(dg.ConfigurableResource["Workshop"]):
    """The folders of a run, and what it keeps between runs."""

    raw: str
    warehouse: str
    shared_store: str | None = None
    _extracts: bool = PrivateAttr(default=False)
    _engine: Engine | None = PrivateAttr(default=None)
    _stores: dict[tuple[Path, str], Store] = PrivateAttr(default_factory=dict)

    @classmethod
    def over(cls, settings: Settings) -> Workshop:
        """The resource over the folders of `settings`."""
        return cls(raw=str(settings.raw), warehouse=str(settings.warehouse), shared_store=settings.shared_store)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Generator[Workshop]:
        """Hold the warehouse while a run goes on, from the shell or the user interface."""
        self._extracts = _makes(context.run, EXTRACTED)
        with only_run(self.settings.warehouse), self._may_build(context.run):
            try:
                yield self
            finally:
                if isinstance(self._engine, Processes):
                    self._engine.dismiss()

    @contextmanager
    def _may_build(self, run: dg.DagsterRun | None) -> Generator[None]:
        """Have the database built while tables are staged, where the run ends with it."""
        settings = self.settings
        if not _makes(run, DATABASE):
            yield
            return
        building = Building(TABLES.values(), settings.stage, settings.database)
        _UNDER_CONSTRUCTION[settings.stage] = building
        try:
            yield
        finally:
            _UNDER_CONSTRUCTION.pop(settings.stage, None)
            building.abandon()

    def building(self) -> Building | None:
        """The database that this run builds already."""
        return _UNDER_CONSTRUCTION.get(self.settings.stage)

    @property
    def settings(self) -> Settings:
        """The folders, as paths."""
        return Settings(raw=Path(self.raw), warehouse=Path(self.warehouse), shared_store=self.shared_store)

    def documents(self) -> Store:
        """Documents and refusals by input file and version of the reader."""
        folder, version = self.settings.store / "documents", intake_version()
        return self._opened(folder, version, lambda: Store(folder, version, DOCUMENT_SCHEMAS))

    def extractions(self) -> Store:
        """Rows by article and extractor version; where `READOUT_STORE` is set, other machines have them too."""
        folder, version = self.settings.store / "extractions", extractor_version()
        if self.shared_store is None:
            return self._opened(folder, version, lambda: Store(folder, version, EXTRACTION_SCHEMAS))
        bucket = Bucket(f"{self.shared_store.rstrip('/')}/extractions/{version}")
        return self._opened(folder, version, lambda: SharedStore(folder, bucket, version, EXTRACTION_SCHEMAS))

    def _opened(self, folder: Path, version: str, open_store: Callable[[], Store]) -> Store:
        """A store is opened once in a run: to look through all its parts takes a second for every 20,000 articles."""
        if (folder, version) not in self._stores:
            self._stores[folder, version] = open_store()
        return self._stores[folder, version]

    def extracted(self, table: str, keys: pl.DataFrame, columns: Iterable[str] | None = None) -> pl.DataFrame:
        """The rows of one table, or some columns of them, that extraction gave for the articles in `keys` (see
        `extracted_articles`)."""
        rows = self.extractions().scan(table, keys.get_column("extraction_key"))
        return rows.drop(KEY).collect() if columns is None else rows.select(*columns).collect()

    def made_before(
        self, tables: Sequence[str], inputs: Iterable[str], keys: pl.DataFrame
    ) -> tuple[str, list[pl.DataFrame] | None]:
        """What the modelled `tables` are made of now; and the staged ones, where all are as they were made of that.

        They are made of the staged tables `inputs`, of the rows that extraction gave for the articles in `keys`, and of
        the code and the word lists of modelling.
        """
        rows = self.extractions().contents(keys.get_column("extraction_key"))
        files = [self.settings.stage / f"{name}.parquet" for name in (*inputs, *tables)]
        of = made_of(files[: -len(tables)], rows, modelling_version())
        staged = files[-len(tables) :]
        return of, [*map(pl.read_parquet, staged)] if all(is_as_made(file, of) for file in staged) else None

    def recall(self, tables: Sequence[str], marks: pl.DataFrame) -> Known | None:
        """What is known of the modelled `tables` as they were staged last, and which articles changed since."""
        return recall([self.settings.stage / f"{name}.parquet" for name in tables], modelling_version(), marks)

    def remember(self, table: str, of: str, marks: pl.DataFrame, memory: pl.DataFrame) -> None:
        """Keep how the rows of a modelled table, which is made of `of`, were grouped."""
        remember(self.settings.stage / f"{table}.parquet", modelling_version(), of, marks, memory)

    def marks(self, keys: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
        """The mark of each article in `keys`: of its rows, and of when and by whom it was published."""
        stamps = self.extractions().stamps(keys.get_column("extraction_key"))
        stamp = pl.col("extraction_key").replace_strict(stamps, default=None, return_dtype=pl.String)
        about = keys.join(publication(articles), on="article_id", how="left")
        said = ("extraction_key", stamp.alias("stamp"), "published_at", "published_on", "source")
        return about.select("article_id", pl.struct(said).struct.json_encode().alias("mark"))

    def extractor(self) -> Callable[[], Extracts]:
        """How to load the extractor."""
        return load_extractor

    def engine(self) -> Engine:
        """Who extracts, as the environment says. Raises `OSError`, saying what to do, where it says what cannot be."""
        if self._engine is None:
            self._engine = engine_from_environment()
        return self._engine

    def expect_articles(self) -> None:
        """Files are there that were not read before: have the extractor loaded while they are, if the run extracts.

        Not from a script: a process that it starts runs it once more, unless it is written to be.
        """
        is_module = getattr(sys.modules["__main__"], "__spec__", None) is not None
        if self._extracts and is_module:
            get_ready(self.engine(), self.extractor())

    def expect_tables(self) -> None:
        """All articles are extracted: from now on one table comes after the other."""
        if (building := self.building()) is not None:
            building.tables_come_soon()

    def mend(self) -> int:
        """Remove what killed runs left half made; return how many damaged parts of the stores were set aside."""
        settings = self.settings
        remove_leftovers(settings.stage, settings.parquet, settings.database)
        return self.documents().mend() + self.extractions().mend()

    def prune(self) -> None:
        """Remove what older versions of reading and extraction left in the stores."""
        self.documents().prune()
        self.extractions().prune()
