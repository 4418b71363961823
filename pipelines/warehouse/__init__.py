"""Staged tables to what readers open: Parquet files, and one DuckDB file with keys, comments and views.

Takes staged Parquet files of the published tables; gives files that are whole at every moment.
Never here: how a row is made, Dagster, or a write into a file that somebody may be reading.
"""
