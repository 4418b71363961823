"""Copying a release to where others find it: a folder, an object store, Zenodo, Hugging Face.

The folder goes as it is, and only after it has passed its verification. Nothing here runs unless a person asks for it,
and nothing that is there already is overwritten. Tokens come from the environment and are never told.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import fsspec

from pipelines.release.errors import ReleaseError
from pipelines.release.huggingface import publish_to_hugging_face
from pipelines.release.verify import PACKAGE, SUMS, verify
from pipelines.release.zenodo import publish_to_zenodo

ZENODO, HUGGING_FACE = "zenodo:", "huggingface:"
Progress = Callable[[str], None]


def publish(
    folder: Path,
    target: str,
    endpoint: str | None = None,
    go_public: bool = False,
    progress: Progress = lambda _: None,
) -> str:
    """Verify the release in `folder`, copy it to `target` and say where it is.

    Raises `ReleaseError` where it does not pass, where something is at the target already, and where the token or the
    server refuses.
    """
    progress("verifying")
    problems = verify(folder)
    if problems:
        raise ReleaseError(
            "\n".join([f"{folder} does not pass `readout verify`, nothing was copied:", *map(str, problems)])
        )
    if target.startswith(ZENODO):
        return publish_to_zenodo(folder, version_of(folder), _token("ZENODO_TOKEN"), endpoint, go_public, progress)
    if target.startswith(HUGGING_FACE):
        repository = target.removeprefix(HUGGING_FACE)
        return publish_to_hugging_face(folder, version_of(folder), repository, _token("HF_TOKEN"), endpoint)
    return _copy_to_store(folder, target, progress) if "://" in target else _copy_to_folder(folder, Path(target))


def version_of(folder: Path) -> str:
    """The version that a release says of itself."""
    return str(json.loads((folder / PACKAGE).read_text(encoding="utf-8"))["version"])


def _copy_to_folder(folder: Path, target: Path) -> str:
    """Copied beside, then renamed: who looks sees nothing or all of it."""
    if target.exists():
        raise ReleaseError(
            f"{target} is there already: publish to a folder that is not, such as one named by the version"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        shutil.copytree(folder, beside, dirs_exist_ok=True)
        beside.rename(target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return str(target)


def _copy_to_store(folder: Path, target: str, progress: Progress) -> str:
    """Copied file by file, the checksums last: a release without them is one that was not copied to its end."""
    try:
        store, place = fsspec.url_to_fs(target)
    except (ImportError, ValueError) as error:
        raise ReleaseError(f"{target} cannot be written to: {error}") from error
    if store.exists(place):
        raise ReleaseError(
            f"{target} is there already: publish to a place that is not. "
            f"If it has no {SUMS}, a copy was broken off there: remove it and publish again"
        )
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    for name in sorted(names, key=lambda name: name == SUMS):
        progress(name)
        there = f"{place.rstrip('/')}/{name}"
        store.makedirs(there.rpartition("/")[0], exist_ok=True)
        store.put_file(str(folder / name), there)
        if store.size(there) != (folder / name).stat().st_size:
            raise ReleaseError(f"{target}/{name} did not arrive whole: remove {target} and publish again")
    return target


def _token(name: str) -> str:
    token = os.environ.get(name, "").strip()
    if not token:
        raise ReleaseError(f"{name} is not set: put your token into the environment, never into a file or the command")
    return token
