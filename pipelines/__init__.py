"""The pipeline: Dagster's definitions, and beside them packages of functions that know nothing of Dagster."""

import os

# Before Polars is loaded, whose allocator reads it: what a large table took is given back at once, not when the thread
# that had it takes something again. Over 33,000 documents, that was 700 MB.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:20,muzzy_decay_ms:0")
