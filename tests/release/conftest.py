"""One release that many tests look at and none changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.release.build import make_release
from pipelines.release.versions import Version
from tests.release.published import publish


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release 2026.11.0 of the published sample; nobody measured its extractor."""
    folder = tmp_path_factory.mktemp("release")
    return make_release(publish(folder / "parquet"), folder / "releases", Version(2026, 11, 0), records=folder)
