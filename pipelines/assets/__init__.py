"""The asset graph, one file a layer in the order data flows: raw, parsed, extracted, modelled, warehouse.

Takes frames of the assets above; gives frames of the declared tables. Each asset is a few lines over a pure function.
Never here: reading a format, finding a row, deciding what is the same. Those have rooms of their own.
"""

import warnings

import dagster as dg

warnings.filterwarnings("ignore", category=dg.BetaWarning)  # single-run backfills and code references are as of today
