"""The published tables to a static site: pages that people look at before they download.

Takes a folder of Parquet files; gives a folder of pages, styles, scripts and data that any static host, or a browser
that opens the file, shows without a request to anywhere else.
Never here: how a row is made, Dagster, the clock, or a text that is put into a page without being escaped.
"""

from pipelines.site.build import build_site

__all__ = ["build_site"]
