"""The user interface in Debian's Chromium, over the bundled articles: what a newcomer reads there is there.

The whole tour (`python tools/ui_tour.py`) also presses the buttons, and breaks an article; it takes minutes.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.conftest import ROOT, Bundled

_SPEC = importlib.util.spec_from_file_location("ui_tour", ROOT / "tools" / "ui_tour.py")
assert _SPEC and _SPEC.loader
ui_tour = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = ui_tour  # dataclasses look their module up
_SPEC.loader.exec_module(ui_tour)


@pytest.mark.skipif(ui_tour.chromium() is None, reason="there is no chromium: apt install chromium")
def test_an_asset_its_charts_and_its_checks_are_seen(bundled: Bundled, playwright: Playwright, tmp_path: Path) -> None:
    settings = bundled.settings
    home = settings.warehouse.parent / "dagster"
    with (
        ui_tour.serving(tmp_path, settings.raw, settings.warehouse, home, launching=False) as server,
        ui_tour.browsing(server, playwright=playwright) as ui,
    ):
        assert server.newest_run()[1] == "SUCCESS"
        ui_tour.see_graph(ui)
        ui_tour.see_asset(ui, "statements", "modelled", "Open modelled.py")
        ui_tour.see_charts(ui, "statements")
        ui_tour.see_checks(ui, "statements", ("schema", "primary_key", "foreign_keys", "spans"))
