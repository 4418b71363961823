"""Descriptions for people: the dataset card (`README.md`, with the front matter that Hugging Face reads), licences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl
import yaml

from pipelines.release.accuracy import extractor_of
from pipelines.release.contents import ABOUT, TITLE, Contents
from pipelines.release.describe import citation_text
from pipelines.release.excerpts import MOST_WORDS
from pipelines.release.licences import table_licences
from schemas.codes import MEASURED_ON

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10**7, "1M<n<10M"))
_UNMEASURED = "**Unmeasured.** There is no record of how right the extractor of this release ({version}) is."


def dataset_card(contents: Contents) -> str:
    """`README.md`: what is in it, how right it is, how to read it, what is left out, how to cite it."""
    return "\n".join(
        [
            *_front_matter(contents),
            f"# {TITLE}",
            "",
            f"Version {contents.version}. {ABOUT}",
            "",
            *_inside(contents),
            *_reading(contents),
            *_accuracy(contents),
            *_left_out(contents),
            "## Cite",
            "",
            f"> {citation_text(contents)}",
            "",
            "`CITATION.cff` has it for reference managers. Name the version: the rows of another one differ.",
            "",
        ]
    )


def licences_page(contents: Contents) -> str:
    """`LICENSES.md`: what the tables are under, whom to name, and the articles by their licences."""
    licences = table_licences()
    own = licences["*"]
    lines = [
        "# Licences",
        "",
        f"What Readout found out (the rows, ids, codes and offsets): [{own.spdx}]({own.url}), but for these tables.",
        "",
        "| table | licence | to be named |",
        "|---|---|---|",
        *(
            f"| `{name}` | [{one.spdx}]({one.url}) | {one.attribution or ''} |"
            for name, one in licences.items()
            if name != "*"
        ),
        "",
        "Words of articles stay under the licence of their article: `articles.text`, and in the other tables the columns that",
        "`datapackage.json` marks with `holds`. `sources` has publisher, address and licence of each article.",
        "",
        "| licence of articles, as named | identifier | articles | publishers | text in the release | because |",
        "|---|---|---|---|---|---|",
        *(
            f"| {_cell(row['licence'] or 'none')} | {row['licence_id'] or ''} | {row['articles']:,} | {row['publishers']:,}"
            f" | {'yes' if row['is_redistributed'] else 'no'} | {_cell(row['redistributed_basis'])} |"
            for row in contents.licences.to_dicts()
        ),
        "",
    ]
    return "\n".join(lines)


def _front_matter(contents: Contents) -> list[str]:
    statements = contents.rows("statements")
    about = {
        "pretty_name": TITLE,
        "language": list(contents.languages),
        "license": "other",
        "license_name": "see-licenses-md",
        "license_link": "LICENSES.md",
        "size_categories": [next((name for most, name in _SIZES if statements < most), "n>10M")],
        "task_categories": ["text-classification", "token-classification"],
        "tags": ["politics", "quotation-attribution", "event-data", "news", "international-relations"],
        "configs": [
            {
                "config_name": file.table.name,
                "data_files": file.path,
                **({"default": True} if file.table.name == "statements" else {}),
            }
            for file in contents.files
        ],
    }
    return ["---", yaml.safe_dump(about, sort_keys=False, allow_unicode=True, width=100).strip(), "---", ""]


def _inside(contents: Contents) -> list[str]:
    days = f", published from {contents.first_day} to {contents.last_day}" if contents.first_day else ""
    return [
        "## What is in it",
        "",
        f"{contents.rows('articles'):,} articles{days}; made by version {', '.join(contents.made_by) or 'none'} of the pipeline.",
        "",
        "| table | rows | one row is |",
        "|---|---|---|",
        *(f"| [`{f.table.name}`]({f.path}) | {f.rows:,} | {f.table.grain} |" for f in contents.files),
        "",
        "[data-dictionary.md](data-dictionary.md) says what each column means; `datapackage.json` and `croissant.json` say it",
        "to machines. `readout.duckdb` has the same rows with keys, comments and views.",
        "[CHANGELOG.md](CHANGELOG.md) tells what changed since the release before.",
        "",
    ]


def _reading(contents: Contents) -> list[str]:
    return [
        "## Read it",
        "",
        "```sql",
        "-- DuckDB, in this folder or with an address before the path",
        "SELECT speaker_text, cue_text, content, confidence FROM 'parquet/statements.parquet' WHERE confidence >= 0.9;",
        "```",
        "",
        "```python",
        "import polars as pl",
        "",
        'statements = pl.scan_parquet("parquet/statements.parquet").filter(pl.col("confidence") >= 0.9).collect()',
        "```",
        "",
        "`sha256sum -c SHA256SUMS` tells whether the files are whole; `readout verify .` also asks keys, references, spans, and",
        "whether `readout.duckdb` holds the rows of the Parquet files (its own bytes differ from build to build).",
        "",
    ]


def _accuracy(contents: Contents) -> list[str]:
    lines = [
        "## How right it is",
        "",
        "Measured with the extractor that made the rows. In brackets, where 95 of 100 samples of such articles would lie",
        "(bootstrap over articles). `accuracy` and `calibration` have every figure with the rows behind it.",
        "",
    ]
    versions = [extractor_of(version) for version in contents.made_by]
    for version in versions:
        figures = contents.accuracy.filter(pl.col("extractor_version") == version)
        if figures.is_empty():
            lines += [_UNMEASURED.format(version=version), ""]
            continue
        for measured_on, about in MEASURED_ON.items():
            lines += _figures(figures.filter(pl.col("measured_on") == measured_on), measured_on, about)
        lines += _reliability(contents.calibration.filter(pl.col("extractor_version") == version))
    return lines if versions else [*lines, _UNMEASURED.format(version="none: there are no articles"), ""]


def _figures(figures: pl.DataFrame, measured_on: str, about: str) -> list[str]:
    if figures.is_empty():
        return [f"`{measured_on}` ({about}): unmeasured.", ""]
    first = figures.row(0, named=True)
    seen = (
        "neither weights nor rules were made with them in view"
        if first["is_held_out"]
        else "**weights or rules were made with them in view, so these figures flatter**"
    )
    shown = figures.filter(pl.col("statistic").is_in(["f1", "accuracy"])).sort("measure")
    return [
        f"`{measured_on}`: {about}; {first['articles']} articles; {seen}.",
        "",
        "| measure | figure | interval | rows annotated | rows found |",
        "|---|---|---|---|---|",
        *(
            f"| {row['measure']} ({'F1' if row['statistic'] == 'f1' else row['statistic']}) | {row['value']:.3f} "
            f"| {row['low']:.3f} to {row['high']:.3f} | {row['annotated_rows']:,} | {row['found_rows']:,} |"
            for row in shown.iter_rows(named=True)
        ),
        "",
    ]


def _reliability(tenths: pl.DataFrame) -> list[str]:
    if tenths.is_empty():
        return []
    return [
        "What confidence means, by tenths of the measured rows:",
        "",
        "| table, articles | confidence | rows | right | interval |",
        "|---|---|---|---|---|",
        *(
            f"| {row['table_name']}, {row['measured_on']} | {row['mean_confidence']:.2f} | {row['rows']:,} "
            f"| {row['right_share']:.3f} | {row['low']:.3f} to {row['high']:.3f} |"
            for row in tenths.sort("measured_on", "table_name", "decile").iter_rows(named=True)
        ),
        "",
    ]


def _left_out(contents: Contents) -> list[str]:
    held = _total(contents.licences, passed_on=True)
    return [
        "## What is left out",
        "",
        f"The texts of {held:,} of {contents.rows('articles'):,} articles are here: those whose licence lets anyone pass them on, whole",
        "or in part, for any purpose. Of the others, text and passages are left out (NULL, or empty in a column that is never",
        f"NULL); names, cues and amounts of at most {MOST_WORDS} words stay, and so do offsets and hashes: who has the article finds",
        "each passage again. `sources.is_redistributed` tells them apart, [LICENSES.md](LICENSES.md) says why.",
        "",
    ]


def _total(licences: pl.DataFrame, passed_on: bool) -> int:
    return int(licences.filter(pl.col("is_redistributed") == passed_on).get_column("articles").sum())


def _cell(text: str) -> str:
    """Text of others in a Markdown table: no cell, tag or link of its own."""
    plain = " ".join(text.split())
    for sign, instead in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ("|", "&#124;"),
        ("[", "&#91;"),
        ("`", "&#96;"),
    ):
        plain = plain.replace(sign, instead)
    return plain


def changelog(sections: Iterable[str], before: str | None) -> str:
    """`CHANGELOG.md`: the newest changes first, then what the release before told."""
    earlier = before.partition("\n")[2].strip("\n") if before else ""
    return "\n".join(["# Changes", "", *sections, *([earlier, ""] if earlier else [])])


def first_release(version: str) -> Sequence[str]:
    """What the changelog says where there is no release before."""
    return (f"## {version}", "", "The first release in this folder.", "")
