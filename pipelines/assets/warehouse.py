"""Warehouse: what readers open. Nothing is published before every blocking check has passed."""

import dagster as dg

from pipelines.assets.tables import OWNERS
from pipelines.resources import Workshop
from pipelines.warehouse.publish import publish_database, publish_parquet
from schemas import TABLES

LAYER = "warehouse"


@dg.asset(group_name=LAYER, deps=list(TABLES), owners=OWNERS, kinds={"duckdb"}, tags={"readout/layer": LAYER})
def duckdb_database(workshop: Workshop) -> dg.MaterializeResult[None]:
    """`readout.duckdb`: all tables with keys, foreign keys, checks and comments, and views with names in place of ids.

    It is built beside the old file and swapped in: a reader keeps the file it has open. Where nothing changed, the
    file that is there stays.
    """
    settings = workshop.settings
    rebuilt = publish_database(TABLES.values(), settings.stage, settings.database, begun=workshop.building())
    size = settings.database.stat().st_size
    return dg.MaterializeResult(
        metadata={"path": dg.MetadataValue.path(settings.database), "rebuilt": rebuilt, "size (bytes)": size}
    )


@dg.asset(group_name=LAYER, deps=[duckdb_database], owners=OWNERS, kinds={"parquet"}, tags={"readout/layer": LAYER})
def parquet_files(workshop: Workshop) -> dg.MaterializeResult[None]:
    """One Parquet file a table (zstd, sorted by key), once the database's constraints have taken the same rows.

    Each is moved into its place whole. A table that did not change keeps its file, byte for byte.
    """
    settings = workshop.settings
    changed = publish_parquet(TABLES.values(), settings.stage, settings.parquet)
    workshop.prune()
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(settings.parquet),
            "changed": dg.MetadataValue.json(changed),
            "unchanged": len(TABLES) - len(changed),
        }
    )
