"""Text to rows: attributions, commitments, events, dates, quantities and topics of one article.

Takes an `Article` and its parse; gives records (`pipelines/records.py`). Never here: Dagster, files other than
the lexicons it is handed, or anything that compares two articles (that is `modelling`).
"""
