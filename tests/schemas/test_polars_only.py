"""The declarations are loaded, and tables checked, without what only developers' tools bring."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipelines.settings import ROOT
from schemas.polars_only import polars_only

CHECKED = """
import importlib.util, sys
from schemas import TABLES
from schemas.frames import empty_frame
from schemas.rules import schema_rule

assert schema_rule(TABLES["topics"], empty_frame(TABLES["topics"])).passed
print(*sorted({"pandas", "hypothesis", "pandera"} & sys.modules.keys()), importlib.util.find_spec("hypothesis").name)
"""


def test_tables_are_declared_and_checked_without_pandas_and_hypothesis_though_both_are_there() -> None:
    done = subprocess.run([sys.executable, "-c", CHECKED], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["pandera", "hypothesis"]


def test_what_is_unseen_looks_as_if_it_were_not_installed_and_only_meanwhile() -> None:
    finders = list(sys.meta_path)
    with polars_only():
        hidden = sys.modules.pop("hypothesis", None)
        try:
            with pytest.raises(ModuleNotFoundError, match="No module named 'hypothesis'"):
                __import__("hypothesis")
        finally:
            if hidden is not None:
                sys.modules["hypothesis"] = hidden
    assert sys.meta_path == finders
