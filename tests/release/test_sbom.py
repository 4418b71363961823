"""The SBOM of a release: every locked package with version and hashes, in CycloneDX, the same bytes each time."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from pip_requirements_parser import RequirementsFile

from pipelines.release.build import make_release
from pipelines.release.errors import ReleaseError
from pipelines.release.sbom import BROWSER_PACKAGES, DEPLOYED_LOCK, LOCK, SBOM, lock_file, read_lock, sbom, write_sbom
from pipelines.release.verify import SUMS, verify
from pipelines.release.versions import Version
from tests.conftest import ROOT
from tests.release.published import publish

V0 = Version(2026, 11, 0)
TWO_PACKAGES = f"""orders==1.0 ; sys_platform == 'win32' \\
    --hash=sha256:{"b" * 64} \\
    --hash=sha256:{"a" * 64}
    # via
    #   -c requirements.lock
    #   readout (pyproject.toml)
    #   ships
ships==2.1+local \\
    --hash=sha256:{"c" * 64}
    # via readout (pyproject.toml:dev)
"""


def listed(release: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((release / SBOM).read_text(encoding="utf-8"))
    return found


def component(found: dict[str, Any], name: str) -> dict[str, Any]:
    (one,) = [item for item in found["components"] if item["name"] == name]
    return dict(one)


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.lock"
    path.write_text(TWO_PACKAGES)
    return path


def test_the_sbom_of_a_release_lists_every_package_of_the_lock_with_version_and_hashes(release: Path) -> None:
    locked = RequirementsFile.from_file(str(LOCK)).requirements
    assert len(locked) > 100
    assert {
        (item["name"], item["version"], *sorted(f"sha256:{hash['content']}" for hash in one["hashes"]))
        for item in listed(release)["components"]
        for one in item["externalReferences"]
    } == {
        (one.name, str(one.specifier).removeprefix("=="), *sorted(h.removeprefix("--hash=") for h in one.hash_options))
        for one in locked
    }


def test_it_is_what_the_standard_asks_for(release: Path, tmp_path: Path) -> None:
    write_sbom(tmp_path / "with_page.json", LOCK, BROWSER_PACKAGES)
    check = JsonStrictValidator(SchemaVersion.V1_6)
    for path in (release / SBOM, tmp_path / "with_page.json"):
        assert check.validate_str(path.read_text(encoding="utf-8")) is None


def test_it_is_listed_in_the_checksums_and_one_that_was_changed_is_found_out(release: Path, tmp_path: Path) -> None:
    assert f"  {SBOM}\n" in (release / SUMS).read_text(encoding="utf-8")
    broken = Path(shutil.copytree(release, tmp_path / "broken"))
    told = (broken / SBOM).read_text(encoding="utf-8")
    (broken / SBOM).write_text(told.replace("pkg:pypi/duckdb@", "pkg:pypi/duckdb2@", 1), encoding="utf-8")
    assert [problem.file for problem in verify(broken)] == [SBOM]


def test_two_releases_by_one_lock_have_the_same_sbom_and_it_knows_no_day_and_no_place(
    release: Path, tmp_path: Path
) -> None:
    again = make_release(publish(tmp_path / "in"), tmp_path / "out", Version(2027, 1, 0), records=tmp_path)
    text = (again / SBOM).read_text(encoding="utf-8")
    assert text == (release / SBOM).read_text(encoding="utf-8")
    assert "timestamp" not in text
    assert "serialNumber" not in text
    assert str(ROOT) not in text


def test_what_needs_what_is_told_and_what_only_checks_the_project_is_marked(lock: Path) -> None:
    found = sbom(lock)
    assert {item["name"]: item["scope"] for item in found["components"]} == {"orders": "required", "ships": "excluded"}
    assert found["dependencies"] == [
        {"ref": "readout", "dependsOn": ["pkg:pypi/orders@1.0", "pkg:pypi/ships@2.1%2Blocal"]},
        {"ref": "pkg:pypi/orders@1.0", "dependsOn": []},
        {"ref": "pkg:pypi/ships@2.1%2Blocal", "dependsOn": ["pkg:pypi/orders@1.0"]},
    ]
    where = {"name": "readout:installed-where", "value": "sys_platform == 'win32'"}
    assert component(found, "orders")["properties"] == [where]


def test_packages_that_make_rows_are_required_also_those_that_others_bring(release: Path) -> None:
    scopes = {item["name"]: item["scope"] for item in listed(release)["components"]}
    assert {scopes[name] for name in ("duckdb", "spacy", "thinc", "onnxruntime")} == {"required"}
    assert {scopes[name] for name in ("pytest", "pluggy", "mypy", "ruff")} == {"excluded"}


def test_the_packages_that_the_page_ships_are_listed_where_it_ships_them(lock: Path, tmp_path: Path) -> None:
    def draw(parquet: Path, out: Path, version: str) -> None:
        (out / "duckdb").mkdir(parents=True)
        (out / "duckdb" / "duckdb.wasm").write_bytes(b"wasm")

    made = make_release(publish(tmp_path / "in"), tmp_path / "out", V0, records=tmp_path, site=draw, lock=lock)
    found = listed(made)
    assert [item["name"] for item in found["components"]] == [
        *("orders", "ships", "@duckdb/duckdb-wasm", "apache-arrow", "parquet-wasm")
    ]
    (digest,) = component(found, "parquet-wasm")["hashes"]
    assert (digest["alg"], len(digest["content"])) == ("SHA-512", 128)
    assert component(found, "@duckdb/duckdb-wasm")["purl"].startswith("pkg:npm/%40duckdb/duckdb-wasm@")


def test_a_deployed_image_tells_by_its_own_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lock_file() == LOCK
    monkeypatch.setattr("pipelines.release.sbom.LOCK", tmp_path / "nothing.lock")
    assert lock_file() == DEPLOYED_LOCK
    assert "dagster-postgres" in {item["name"] for item in sbom(lock_file())["components"]}
    monkeypatch.setattr("pipelines.release.sbom.DEPLOYED_LOCK", tmp_path / "nothing.lock")
    with pytest.raises(ReleaseError, match="restore it from the repository"):
        make_release(publish(tmp_path / "in"), tmp_path / "out", V0)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "names no package"),
        ("orders==1.0\n", "no version or no hash of 'orders==1.0'"),
        (f"orders>=1.0 \\\n    --hash=sha256:{'a' * 64}\n", "no version or no hash"),
        (f"orders==1.0 \\\n    --hash=sha256:{'a' * 64}\n    # via ships\n", "lacks ships"),
    ],
)
def test_what_is_no_whole_lock_is_refused_with_the_remedy(text: str, told: str, lock: Path) -> None:
    lock.write_text(text)
    with pytest.raises(ReleaseError, match=f"{told}.*make lock"):
        read_lock(lock)


def test_the_tool_writes_the_same_without_a_release(tmp_path: Path) -> None:
    script = [sys.executable, str(ROOT / "tools" / "sbom.py"), str(tmp_path / "tool.json")]
    subprocess.run(script, check=True, cwd=tmp_path)
    write_sbom(tmp_path / "here.json", LOCK, BROWSER_PACKAGES)
    assert (tmp_path / "tool.json").read_bytes() == (tmp_path / "here.json").read_bytes()
