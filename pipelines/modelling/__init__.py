"""Rows of single articles to what is the same across them: people, utterances, pledges, events.

Takes frames as extraction left them, and the reference tables; gives frames of the published tables.
Never here: reading text, files of articles, Dagster, or anything that depends on the order of rows or on the clock.
"""
