"""The groups of the asset graph, in the order data flows, and what a newcomer is told of each."""

GROUPS = {
    "raw": "the files that lie in the folders: articles, facts on leaders and countries, lexicons",
    "parsed": "articles, read out of any format, cleaned and dated",
    "extracted": "what each single article says, with its exact place in the text; what was refused, and why",
    "modelled": "the tables that people query: who said what, who promised what, what happened between whom",
    "warehouse": "those tables published, as one DuckDB file and as Parquet files",
    "release": "a version of them to download and cite",
}

PROJECT = "\n\n".join(
    [
        "**Readout turns news about what leaders say and promise into tables.** Each row has its exact place in the "
        "article that it was found in. The graph reads from left to right:",
        "\n".join(f"{number}. **{name}**: {about}" for number, (name, about) in enumerate(GROUPS.items(), 1)),
        "Every table is checked before anything is published; an input that cannot be used is in `quarantine`, with "
        "its remedy. Articles that were extracted before are not extracted again.",
    ]
)
"""What the project does, as the job and its tables say it."""
