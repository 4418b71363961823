"""Release: what people download and cite. Made when somebody asks for a version, never by a run of the rest."""

import dagster as dg
from pydantic import Field

from pipelines.assets.tables import OWNERS
from pipelines.assets.warehouse import duckdb_database, parquet_files
from pipelines.release.verify import DATABASE
from pipelines.release.versions import Version
from pipelines.resources import Workshop

LAYER = "release"


class ReleaseConfig(dg.Config):
    """Which release to make."""

    version: str = Field(description="YYYY.MM.N, such as 2026.11.0; a release that is there is never made anew")


@dg.asset(
    group_name=LAYER,
    deps=[duckdb_database, parquet_files],
    owners=OWNERS,
    kinds={"parquet", "duckdb"},
    tags={"readout/layer": LAYER},
)
def release_folder(
    context: dg.AssetExecutionContext, config: ReleaseConfig, workshop: Workshop
) -> dg.MaterializeResult[None]:
    """`releases/VERSION/`: the published tables with descriptions, checksums, licences and the record of accuracy.

    Texts whose licence does not let anyone pass them on are left out. The folder is verified before it is there.
    """
    from pipelines.release.build import find_site, make_release  # with its templates: no other job needs them

    settings = workshop.settings
    version = Version.parse(config.version)
    folder = make_release(settings.parquet, settings.releases, version, site=find_site(), progress=context.log.info)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(folder),
            "version": config.version,
            "files": len(files),
            "size (bytes)": sum(path.stat().st_size for path in files if path.name != DATABASE),
            "changes": dg.MetadataValue.md((folder / "CHANGELOG.md").read_text(encoding="utf-8")),
        }
    )
