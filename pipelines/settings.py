"""Where things lie: the folders of the project, and those that the environment may move."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "raw" / "reference"
LEXICONS = ROOT / "raw" / "lexicons"
SOURCES = ROOT / "raw" / "sources.yaml"


@dataclass(frozen=True, slots=True)
class Settings:
    """The folder that articles come from, and the folder that tables go to."""

    raw: Path
    warehouse: Path
    reference: Path | None = None
    """The folder with a user's own rows of reference data and lexicons, if there is one (`own_rows`)."""
    sources: Path = SOURCES
    """The file that names the feeds (`fetching`)."""
    shared_store: str | None = None
    """The address where the store's parts are too, for other machines (`bucket`)."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """`READOUT_RAW`, `READOUT_WAREHOUSE`, `READOUT_REFERENCE` and `READOUT_SOURCES`, seen from the current folder;
        `READOUT_STORE`, an address.

        Articles, warehouse and feeds are the project's own where nothing else is said; own rows there are none.
        """
        own = environment.get("READOUT_REFERENCE")
        return cls(
            raw=_folder(environment.get("READOUT_RAW"), ROOT / "raw" / "articles"),
            warehouse=_folder(environment.get("READOUT_WAREHOUSE"), ROOT / "warehouse"),
            reference=_folder(own, ROOT) if own else None,
            sources=_folder(environment.get("READOUT_SOURCES"), SOURCES),
            shared_store=environment.get("READOUT_STORE") or None,
        )

    def check(self) -> None:
        """Raise `OSError`, saying what to do, where articles cannot be read or the warehouse cannot be written."""
        if not self.raw.exists():
            raise FileNotFoundError(
                f"there is no folder {self.raw}; READOUT_RAW must name the folder with your articles"
            )
        if not self.raw.is_dir():
            raise NotADirectoryError(f"{self.raw} is a file; READOUT_RAW must name the folder that holds it")
        if self.reference and not self.reference.is_dir():
            raise NotADirectoryError(
                f"there is no folder {self.reference}; READOUT_REFERENCE must name the folder with your own rows, "
                "or not be set"
            )
        try:
            self.warehouse.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.warehouse):
                pass
        except OSError as error:
            raise PermissionError(
                f"the warehouse {self.warehouse} cannot be written ({error.strerror}); "
                "READOUT_WAREHOUSE must name a folder that you may write to"
            ) from error

    @property
    def stage(self) -> Path:
        """The workshop: tables of the run under way, before they are published."""
        return self.warehouse / ".stage"

    @property
    def store(self) -> Path:
        """What was read and extracted before, by content."""
        return self.warehouse / ".store"

    @property
    def fetched(self) -> Path:
        """What is known of each source, and the log of what was refused."""
        return self.warehouse / ".fetch"

    @property
    def parquet(self) -> Path:
        """The published Parquet files."""
        return self.warehouse / "parquet"

    @property
    def database(self) -> Path:
        """The published DuckDB file."""
        return self.warehouse / "readout.duckdb"

    @property
    def releases(self) -> Path:
        """The releases, one folder a version."""
        return self.warehouse / "releases"


def _folder(given: str | None, default: Path) -> Path:
    return Path(given).expanduser().resolve() if given else default
