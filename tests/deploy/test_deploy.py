"""The deployment is closed to the network, runs without root, keeps what it should, and works."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tools.try_deployment import main, missing

DEPLOY = ROOT / "deploy"
SERVICES = ("webserver", "daemon", "db")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def dockerfile() -> list[str]:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    lines = (DEPLOY / "env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_ports_are_bound_to_the_loopback_unless_told_otherwise(
    compose: dict[str, Any], settings: dict[str, str]
) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports == ["${HOST_ADDRESS:-127.0.0.1}:${HOST_PORT:-3000}:3000"]
    assert settings["HOST_ADDRESS"] == "127.0.0.1"


def test_webserver_daemon_and_postgres_tell_whether_they_are_well(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == set(SERVICES)
    assert all(service["healthcheck"]["test"] for service in compose["services"].values())


def test_images_are_pinned_by_tag(compose: dict[str, Any], dockerfile: list[str]) -> None:
    assert re.fullmatch(r"postgres:\d+-\w+", compose["services"]["db"]["image"])
    assert [line for line in dockerfile if re.match(r"FROM python:3\.\d+-slim-\w+$", line)]


def test_the_image_runs_without_root(dockerfile: list[str], compose: dict[str, Any]) -> None:
    users = [n for n, line in enumerate(dockerfile) if line.startswith("USER")]
    assert [dockerfile[n] for n in users] == ["USER ${UID}"]
    assert not [line for line in dockerfile[users[0] :] if line.startswith("RUN")]
    assert [compose["services"][name]["cap_drop"] for name in ("webserver", "daemon")] == [["ALL"], ["ALL"]]


def test_what_is_copied_into_the_image_is_there_and_reaches_the_builder(dockerfile: list[str]) -> None:
    sent = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    copied = [source for line in dockerfile if line.startswith("COPY") for source in line.split()[1:-1]]
    assert "pipelines" in copied
    for source in copied:
        assert (ROOT / source).exists()
        assert f"!{source}" in sent


def test_no_password_is_in_the_repository(settings: dict[str, str], compose: dict[str, Any]) -> None:
    assert settings["POSTGRES_PASSWORD"] == ""
    assert compose["services"]["db"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert "/deploy/.env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_every_variable_that_is_read_has_a_place_in_the_example(settings: dict[str, str]) -> None:
    read = re.findall(r"(?<!\$)\$\{(\w+)", (DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    read += re.findall(r"\{env: (\w+)\}", (DEPLOY / "dagster.yaml").read_text(encoding="utf-8"))
    assert set(read) == set(settings)


def test_the_webserver_cannot_write_articles_or_tables(compose: dict[str, Any]) -> None:
    data = [volume for volume in compose["services"]["webserver"]["volumes"] if ":/data/" in volume]
    assert len(data) == 2
    assert all(volume.endswith(":ro") for volume in data)


def test_runs_queue_for_the_one_warehouse() -> None:
    dagster = yaml.safe_load((DEPLOY / "dagster.yaml").read_text(encoding="utf-8"))
    assert dagster["concurrency"]["runs"]["max_concurrent_runs"] == 1
    assert dagster["telemetry"]["enabled"] is False


@pytest.mark.parametrize(
    ("lock", "own"),
    [
        ("requirements-deploy.lock", {"dagster-postgres"}),
        ("requirements-cluster.lock", {"dask", "distributed", "s3fs"}),
    ],
)
def test_what_is_deployed_has_the_packages_that_the_tests_ran_with(lock: str, own: set[str]) -> None:
    tested, deployed = (_pins(name) for name in ("requirements.lock", lock))
    assert own <= deployed.keys() - tested.keys()
    assert {name: pin for name, pin in deployed.items() if name in tested and pin != tested[name]} == {}, (
        "run `make lock`"
    )
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text, "a lock names no index"
    assert text.count("--hash=sha256:") >= len(deployed)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {re.split(r"[^\w-]", name)[0] for name in project["dependencies"]} <= deployed.keys(), "run `make lock`"
    assert deployed["dagster-webserver"] == deployed["dagster"]
    assert "pytest" not in deployed


@pytest.mark.skipif(missing() is not None, reason=str(missing()))
def test_webserver_and_daemon_run_the_job_on_postgres(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    assert "SUCCESS" in capsys.readouterr().out


def _pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", text, re.MULTILINE))
