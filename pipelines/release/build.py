"""Making a release: the folder is built beside its place, verified, and renamed into it.

The same rows, version, records, lock file and release before give the same bytes of every file but the database, whose
rows are the same. Nothing asks the clock: a release is dated by the month of its version.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.release import card, describe
from pipelines.release.accuracy import RECORDS, extractor_of, read_records
from pipelines.release.contents import Contents, File
from pipelines.release.delta import diff, summary
from pipelines.release.engine import arrow_schema, engine, source, write_parquet
from pipelines.release.errors import ReleaseError
from pipelines.release.excerpts import released
from pipelines.release.licences import Licences, table_licences
from pipelines.release.sbom import BROWSER_PACKAGES, SBOM, lock_file, write_sbom
from pipelines.release.verify import DATABASE, SUMS, verify
from pipelines.release.versions import Version, previous_release
from pipelines.warehouse.building import build_database
from schemas import RELEASED, TABLES
from schemas.columns import TableSpec
from schemas.ddl import quoted
from schemas.dictionary import data_dictionary
from schemas.frames import conform

Site = Callable[[Path, Path, str], None]
"""Draws the page to look at before downloading: from the Parquet files, to a folder, under the version."""
_SITE = "pipelines.site"
_BROWSER_DATABASE = Path("site", "duckdb")
"""Where the page has the npm packages that it ships, if npm could fetch them."""


def make_release(
    parquet: Path,
    releases: Path,
    version: Version,
    licences: Licences | None = None,
    records: Path = RECORDS,
    site: Site | None = None,
    progress: Callable[[str], None] = lambda _: None,
    lock: Path | None = None,
) -> Path:
    """Make `releases/VERSION/` of the published files in `parquet`, with a page drawn by `site`, and return it.

    Its SBOM is that of `lock`, which is the lock file of this installation where nothing else is said.
    Raises `ReleaseError` where there is such a release already, where a table or the lock file is missing, and where
    what was built does not pass its own verification.
    """
    target = releases / str(version)
    if target.exists():
        raise ReleaseError(
            f"{target} is there already, and a release is never made anew: name another version, "
            f"such as {version.year:04}.{version.month:02}.{version.number + 1}, or move that folder away"
        )
    missing = [name for name in TABLES if not (parquet / f"{name}.parquet").is_file()]
    if missing:
        raise ReleaseError(f"{parquet} lacks {', '.join(missing)}: run `make materialize` first")
    lock = lock or lock_file()
    before = previous_release(releases, version)
    releases.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".building-", dir=releases))
    try:
        beside.chmod(0o755)
        contents = _write_tables(parquet, beside / "parquet", version, licences or Licences.load(), records, progress)
        if site is not None:
            progress("drawing the page")
            site(beside / "parquet", beside / "site", str(version))
        progress("describing")
        _write_descriptions(beside, contents, before)
        write_sbom(beside / SBOM, lock, BROWSER_PACKAGES if (beside / _BROWSER_DATABASE).is_dir() else None)
        progress("building the database")
        build_database(RELEASED.values(), beside / "parquet", beside / DATABASE)
        write_sums(beside)
        progress("verifying")
        problems = verify(beside)
        if problems:
            raise ReleaseError("\n".join(["the release would not pass `readout verify`:", *map(str, problems)]))
        if target.exists():
            raise ReleaseError(f"{target} was made meanwhile: name another version")
        beside.rename(target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return target


def find_site() -> Site | None:
    """What draws the page; None where the project has no such room."""
    if importlib.util.find_spec(_SITE) is None:
        return None
    draw: Site = importlib.import_module(_SITE).build_site
    return draw


def write_sums(folder: Path) -> None:
    """Write `SHA256SUMS` over all files but itself and the database, as `sha256sum -c` reads it."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    lines = [f"{_sha256(folder / name)}  {name}\n" for name in names if name not in (SUMS, DATABASE)]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def _write_tables(
    parquet: Path,
    target: Path,
    version: Version,
    licences: Licences,
    records: Path,
    progress: Callable[[str], None],
) -> Contents:
    target.mkdir()
    with engine() as connection:
        connection.execute(f"CREATE TEMP VIEW taken AS SELECT * FROM {source(parquet / 'articles.parquet')}")
        connection.register("decided", _decisions(connection, licences).to_arrow())
        connection.execute(
            "CREATE TEMP TABLE sources AS SELECT article_id, url, publisher, licence, licence_id, licence_url, "
            "is_redistributed, redistributed_basis FROM taken JOIN decided ON named IS NOT DISTINCT FROM licence"
        )
        made_by = tuple(row[0] for row in _ask(connection, "SELECT DISTINCT pipeline_version FROM taken ORDER BY 1"))
        files = []
        for table in TABLES.values():
            progress(table.name)
            columns = ", ".join(released(table, "coalesce(is_open, false)"))
            rows = source(parquet / f"{table.name}.parquet")
            if any(column.name == "article_id" for column in table.columns):
                rows += " LEFT JOIN (SELECT article_id, is_redistributed AS is_open FROM sources) USING (article_id)"
            files.append(_write(connection, table, f"SELECT {columns} FROM {rows}", target, version))
        files.append(_write(connection, RELEASED["sources"], "SELECT * FROM sources", target, version))
        measured = read_records(map(extractor_of, made_by), records)
        for name, frame in measured.items():
            connection.register(name, conform(RELEASED[name], frame).to_arrow())
            files.append(_write(connection, RELEASED[name], f"SELECT * FROM {quoted(name)}", target, version))
        days = _ask(connection, "SELECT min(published_on)::VARCHAR, max(published_on)::VARCHAR FROM taken")[0]
        spoken = _ask(connection, "SELECT DISTINCT language FROM taken WHERE language IS NOT NULL ORDER BY 1")
        by_licence = connection.sql(
            "SELECT licence, licence_id, is_redistributed, redistributed_basis, count(*) AS articles, "
            "count(DISTINCT publisher) AS publishers FROM sources GROUP BY ALL ORDER BY articles DESC, licence"
        ).pl()
    return Contents(
        version=version,
        files=tuple(files),
        languages=tuple(row[0] for row in spoken),
        first_day=days[0],
        last_day=days[1],
        licences=by_licence,
        made_by=made_by,
        accuracy=measured["accuracy"],
        calibration=measured["calibration"],
    )


def _decisions(connection: duckdb.DuckDBPyConnection, licences: Licences) -> pl.DataFrame:
    """What is decided on each licence that articles name, and on none."""
    rows = []
    for (named,) in _ask(connection, "SELECT DISTINCT licence FROM taken"):
        licence = licences.find(named)
        passed_on, because = licences.decide(named)
        rows.append(
            {
                "named": named,
                "licence_id": licence.spdx if licence else None,
                "licence_url": licence.url if licence else None,
                "is_redistributed": passed_on,
                "redistributed_basis": because,
            }
        )
    text = pl.String()
    return pl.DataFrame(
        rows,
        schema={
            "named": text,
            "licence_id": text,
            "licence_url": text,
            "is_redistributed": pl.Boolean(),
            "redistributed_basis": text,
        },
    )


def _write(connection: duckdb.DuckDBPyConnection, table: TableSpec, sql: str, target: Path, version: Version) -> File:
    licences = table_licences()
    about = {
        "title": table.name,
        "description": " ".join(filter(None, (table.grain, table.notes))),
        "version": str(version),
        "licence": licences.get(table.name, licences["*"]).spdx,
        "columns": json.dumps({column.name: column.description for column in table.columns}, ensure_ascii=False),
    }
    path = target / f"{table.name}.parquet"
    names = ", ".join(quoted(column.name) for column in table.columns)
    order = ", ".join(map(quoted, table.key))
    reader = connection.sql(f"SELECT {names} FROM ({sql}) ORDER BY {order}").to_arrow_reader(10_000)
    rows = write_parquet(reader, arrow_schema(table, about), table.key, path)
    return File(table, rows, path.stat().st_size, _sha256(path))


def _write_descriptions(folder: Path, contents: Contents, before: Path | None) -> None:
    texts = {
        "README.md": card.dataset_card(contents, has_site=(folder / "site").is_dir()),
        "LICENSES.md": card.licences_page(contents),
        "CITATION.cff": describe.citation(contents),
        "data-dictionary.md": data_dictionary(RELEASED.values()),
        "datapackage.json": _json(describe.data_package(contents)),
        "croissant.json": _json(describe.croissant(contents)),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "CHANGELOG.md").write_text(_changelog(folder, contents, before), encoding="utf-8")


def _changelog(folder: Path, contents: Contents, before: Path | None) -> str:
    if before is None:
        return card.changelog(card.first_release(str(contents.version)), None)
    told = before / "CHANGELOG.md"
    earlier = told.read_text(encoding="utf-8") if told.is_file() else None
    return card.changelog([summary(diff(before, folder))], earlier)


def _json(about: Mapping[str, Any]) -> str:
    return json.dumps(about, ensure_ascii=False, indent=2) + "\n"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _ask(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()
