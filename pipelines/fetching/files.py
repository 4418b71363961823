"""Articles as files: `SOURCE/NAME.ext` with `SOURCE/NAME.meta.json`, in the raw folder.

Both are written beside their places under hidden names; then the sidecar is renamed, and the article last. The article
is what makes it whole: a kill leaves hidden files and at most a sidecar without article, never an article that lacks
its publisher and licence. The next fetch removes what is left over.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from pipelines.fetching.records import Document, Item
from pipelines.fetching.sources import Source
from pipelines.fetching.state import partial_of
from pipelines.fetching.urls import file_stem
from pipelines.intake.dates import parse_date
from pipelines.intake.sidecars import KEYS
from pipelines.intake.sources import FORMATS, SIDECAR


def store_article(folder: Path, source: Source, item: Item, document: Document) -> Path:
    """Write the article and its sidecar into `folder`, and return the article's path. Raises `OSError`."""
    stem = file_stem(item.key)
    article, sidecar = folder / f"{stem}.{document.extension}", folder / f"{stem}{SIDECAR}"
    folder.mkdir(parents=True, exist_ok=True)
    about = json.dumps(sidecar_of(source, item, document), ensure_ascii=False, indent=2) + "\n"
    for path, data in ((sidecar, about.encode("utf-8", "replace")), (article, document.body)):
        with partial_of(path).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    for path in (sidecar, article):
        partial_of(path).replace(path)
    return article


def sidecar_of(source: Source, item: Item, document: Document) -> dict[str, object]:
    """What the sidecar says, by `intake`'s keys: the file's own sidecar, else the list, else the source's entry.

    A date that `intake` cannot read is left out: the article may state it in a way that can be read.
    """
    dated = item.published_at if item.published_at and parse_date(item.published_at) else None
    known: dict[str, object] = {
        "url": document.url,
        "title": " ".join(item.title.split()) if item.title and document.url else None,
        "publisher": source.publisher,
        "published_at": dated,
        "authors": list(item.authors),
        "language": source.language,
        "licence": source.licence,
    }
    known |= document.said
    return {key: known[key] for key in KEYS if known.get(key)}


def stored_article(folder: Path, key: str) -> Path | None:
    """The file that was written for `key` before, if it is whole and still there."""
    stem = file_stem(key)
    if not (folder / f"{stem}{SIDECAR}").exists():
        return None
    return next((path for known in FORMATS if (path := folder / f"{stem}.{known}").exists()), None)


def sweep(folder: Path) -> None:
    """Remove what a killed fetch left in `folder`: hidden parts, and sidecars whose article never came."""
    for path in folder.glob(".*.partial"):
        path.unlink(missing_ok=True)
    stems = {path.name.partition(".")[0] for path in folder.glob("*") if not path.name.endswith(SIDECAR)}
    for path in folder.glob(f"*{SIDECAR}"):
        if path.name.removesuffix(SIDECAR) not in stems:
            path.unlink(missing_ok=True)
