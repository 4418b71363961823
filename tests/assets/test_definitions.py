"""The code location loads as the server loads it, and the asset graph is the map that people know."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.base_asset_graph import BaseAssetNode
from dagster._core.workspace.autodiscovery import loadable_targets_from_python_module

from pipelines.assets.tables import LAYERS
from pipelines.definitions import JOB, LOADED_JOB, MONTHS_JOB, RELEASE_JOB, defs
from schemas import TABLES

SNAPSHOT = Path(__file__).with_name("asset_graph.txt")
NODES: dict[str, BaseAssetNode] = {
    node.key.to_user_string(): node
    for node in sorted(defs.resolve_asset_graph().asset_nodes, key=lambda node: node.key)
}
CHECKS = {(key.asset_key.to_user_string(), key.name) for key in defs.resolve_asset_graph().asset_check_keys}


def test_the_module_that_the_server_is_told_of_holds_the_definitions() -> None:
    [target] = loadable_targets_from_python_module("pipelines.definitions", working_directory=None)
    assert isinstance(target.target_definition, dg.Definitions)
    dg.Definitions.validate_loadable(target.target_definition)


def test_the_graph_is_the_one_in_the_snapshot() -> None:
    lines = []
    for name, node in NODES.items():
        parents = " ".join(sorted(parent.to_user_string() for parent in node.parent_keys))
        lines.append(f"{node.group_name}/{name} <- {parents}".strip())
    assert sorted(lines) == SNAPSHOT.read_text(encoding="utf-8").splitlines(), "a change of the map: is it meant?"


def test_data_goes_down_the_layers_and_never_back_up() -> None:
    layer = {name: LAYERS.index(str(node.group_name)) for name, node in NODES.items()}
    assert not [
        (name, parent.to_user_string())
        for name, node in NODES.items()
        for parent in node.parent_keys
        if layer[parent.to_user_string()] > layer[name]
    ]


def test_every_table_is_an_asset() -> None:
    assert set(TABLES) <= set(NODES)


@pytest.mark.parametrize("name", NODES)
def test_every_asset_says_what_it_is(name: str) -> None:
    node = NODES[name]
    assert node.description
    assert node.owners
    assert node.kinds
    assert node.tags["readout/layer"] == node.group_name
    if name in TABLES:
        assert "One row is" in node.description.replace("**", "")
        schema = node.metadata["dagster/column_schema"]
        assert [column.name for column in schema.columns] == list(TABLES[name].schema)
        assert all(column.description for column in schema.columns)


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_its_checks(table: str) -> None:
    expected = {"schema", "primary_key"}
    expected |= {"foreign_keys"} if TABLES[table].references else set()
    expected |= {"spans"} if TABLES[table].spans else set()
    assert expected <= {name for asset, name in CHECKS if asset == table}


def test_every_check_blocks() -> None:
    graph = defs.resolve_asset_graph()
    assert not [key for key in graph.asset_check_keys if not graph.get_check_spec(key).blocking]


def test_each_job_makes_what_its_name_says_in_one_process() -> None:
    made = {
        name: {key.to_user_string() for key in defs.resolve_job_def(name).asset_layer.executable_asset_keys}
        for name in (JOB, MONTHS_JOB, LOADED_JOB, RELEASE_JOB)
    }
    assert made[RELEASE_JOB] == {"release_folder"}
    assert made[MONTHS_JOB] == {"monthly_extractions"}
    assert made[JOB] == made[LOADED_JOB] == set(NODES) - made[RELEASE_JOB] - made[MONTHS_JOB]
    assert defs.executor is dg.in_process_executor


def test_a_newcomer_is_told_of_each_group_by_the_job() -> None:
    told = str(defs.resolve_job_def(JOB).description)
    assert [layer for layer in LAYERS if f"**{layer}**: " in told] == list(LAYERS)


@pytest.mark.parametrize("name", NODES)
def test_every_asset_leads_to_its_code(name: str) -> None:
    [reference] = NODES[name].metadata["dagster/code_references"].code_references
    assert "/pipelines/assets/" in reference.file_path
    assert reference.line_number > 1
