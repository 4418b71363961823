"""Bytes to articles: finds the inputs, reads each format, cleans the text, tells date, language and near-duplicates.

Takes the raw directory with its sidecars; gives the `articles` and `quarantine` frames; every input is in one.
Never here: what an article says (that is `extraction`), who is meant in it (`linking`), Dagster, or the wall clock.
"""
