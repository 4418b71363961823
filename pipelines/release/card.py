"""Descriptions for people: the dataset card (`README.md`, with the front matter that Hugging Face reads), licences.

Their words are in `templates/`; every number in them comes from the contents.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import jinja2
import polars as pl
import yaml

from pipelines.release.accuracy import extractor_of
from pipelines.release.contents import ABOUT, TITLE, Contents
from pipelines.release.describe import citation_text
from pipelines.release.excerpts import MOST_WORDS
from pipelines.release.licences import table_licences
from schemas.codes import MEASURED_ON

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10**7, "1M<n<10M"))
_SIGNS = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("|", "&#124;"), ("[", "&#91;"), ("`", "&#96;"))


def dataset_card(contents: Contents, has_site: bool) -> str:
    """`README.md`: what is in it, how right it is, how to read it, what is left out, how to cite it."""
    licences = contents.licences
    return _render(
        "README.md.j2",
        contents=contents,
        title=TITLE,
        about=ABOUT,
        front_matter=_front_matter(contents),
        articles=contents.rows("articles"),
        has_site=has_site,
        measured=_measured(contents),
        tenths=contents.calibration.sort("measured_on", "table_name", "decile").to_dicts(),
        passed_on=int(licences.filter(pl.col("is_redistributed")).get_column("articles").sum()),
        most_words=MOST_WORDS,
        citation=citation_text(contents),
    )


def licences_page(contents: Contents) -> str:
    """`LICENSES.md`: what the tables are under, whom to name, and the articles by their licences."""
    tables = dict(table_licences())
    return _render("LICENSES.md.j2", own=tables.pop("*"), tables=tables, articles=contents.licences.to_dicts())


def changelog(sections: Iterable[str], before: str | None) -> str:
    """`CHANGELOG.md`: the newest changes first, then what the release before told."""
    earlier = before.partition("\n")[2].strip("\n") if before else ""
    return "\n".join(["# Changes", "", *sections, *([earlier, ""] if earlier else [])])


def first_release(version: str) -> Sequence[str]:
    """What the changelog says where there is no release before."""
    return (f"## {version}", "", "The first release in this folder.", "")


def cell(text: str) -> str:
    """Text of others in a Markdown table: no cell, tag or link of its own."""
    plain = " ".join(text.split())
    for sign, instead in _SIGNS:
        plain = plain.replace(sign, instead)
    return plain


def _render(template: str, **values: Any) -> str:
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # Markdown; what others wrote goes through `cell`
    )
    pages.filters |= {"number": "{:,}".format, "figure": "{:.3f}".format, "cell": cell}
    return pages.get_template(template).render(**values)


def _front_matter(contents: Contents) -> str:
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
    return str(yaml.safe_dump(about, sort_keys=False, allow_unicode=True, width=100)).strip()


def _measured(contents: Contents) -> dict[str, list[dict[str, Any]]]:
    """By extractor version the sets it was measured on, with their figures; none where it was not measured."""
    shown = contents.accuracy.filter(pl.col("statistic").is_in(["f1", "accuracy"])).sort("measure")
    measured = {}
    for version in map(extractor_of, contents.made_by or ("none: there are no articles",)):
        mine = shown.filter(pl.col("extractor_version") == version)
        measured[version] = [
            {"name": name, "about": about, "figures": mine.filter(pl.col("measured_on") == name).to_dicts()}
            for name, about in (MEASURED_ON.items() if mine.height else ())
        ]
    return measured
