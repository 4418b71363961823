"""The web to files: what the feeds in `raw/sources.yaml` list is brought into the raw folder, with sidecars.

Takes checked sources, the raw folder and a folder for its own state; gives files, a log of refusals and a report.
Never here: reading an article out of a file (`intake`), Dagster, a start that nobody asked for.
"""
