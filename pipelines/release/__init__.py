"""Published tables to what people download, cite, verify and compare: one folder a version.

Takes the Parquet files of the warehouse; gives a folder that is whole at every moment, and the same bytes for the same
rows and version. Never here: how a row is made, Dagster, the clock, or an upload that nobody asked for.
"""
