"""A release goes as it is, after its verification, only where a person sends it, and over nothing that is there."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import fsspec
import pytest

from pipelines.release.errors import ReleaseError
from pipelines.release.publish import publish
from pipelines.release.verify import SUMS
from tests.release.servers import HuggingFace, Zenodo, serving


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_to_a_folder_it_is_copied_as_it_is_and_never_over_another(release: Path, tmp_path: Path) -> None:
    target = tmp_path / "www" / "2026.11.0"
    assert publish(release, str(target)) == str(target)
    assert contents(target) == contents(release)
    assert [path.name for path in target.parent.iterdir()] == ["2026.11.0"]
    with pytest.raises(ReleaseError, match="is there already"):
        publish(release, str(target))


def test_to_an_object_store_the_checksums_go_last(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = fsspec.filesystem("memory")
    sent: list[str] = []
    put = type(store).put_file

    def noting(self: object, here: str, there: str, **about: object) -> None:
        sent.append(there.removeprefix("/bucket/2026.11.0/"))
        put(self, here, there, **about)

    monkeypatch.setattr(type(store), "put_file", noting)
    try:
        assert publish(release, "memory://bucket/2026.11.0") == "memory://bucket/2026.11.0"
        assert sent[-1] == SUMS
        assert sorted(sent) == sorted(contents(release))
        for name, data in contents(release).items():
            assert store.cat_file(f"/bucket/2026.11.0/{name}") == data
        with pytest.raises(ReleaseError, match="is there already"):
            publish(release, "memory://bucket/2026.11.0")
    finally:
        store.rm("/bucket", recursive=True)


def test_an_address_that_nobody_speaks_is_said_plainly(release: Path) -> None:
    with pytest.raises(ReleaseError, match="cannot be written to"):
        publish(release, "gopher-hole://x/y")


def test_a_release_that_does_not_pass_is_not_copied(release: Path, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(release, tmp_path / "broken"))
    (broken / "README.md").write_text("hello", encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"nothing was copied:\nREADME\.md: its bytes are not those"):
        publish(broken, str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("target", "name"), [("zenodo:", "ZENODO_TOKEN"), ("huggingface:a/b", "HF_TOKEN")])
def test_without_a_token_in_the_environment_nobody_is_asked(
    release: Path, target: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(name, raising=False)
    with serving(Zenodo) as (address, server), pytest.raises(ReleaseError, match=f"{name} is not set"):
        publish(release, target, endpoint=address)
    assert server.asked == []


def test_to_zenodo_a_draft_is_made_and_left_to_the_person(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENODO_TOKEN", Zenodo.token)
    with serving(Zenodo, is_public=False) as (address, server):
        assert publish(release, "zenodo:", endpoint=address) == f"{address}/deposit/7"
    assert not server.is_public
    assert set(server.files) == {"readout-2026.11.0.zip", "README.md", SUMS}
    assert server.files["README.md"] == (release / "README.md").read_bytes()
    with zipfile.ZipFile(io.BytesIO(server.files["readout-2026.11.0.zip"])) as packed:
        found = {name.removeprefix("readout-2026.11.0/"): packed.read(name) for name in packed.namelist()}
    assert found == contents(release)
    assert (server.metadata["version"], server.metadata["publication_date"]) == ("2026.11.0", "2026-11-01")
    assert server.metadata["upload_type"] == "dataset"


def test_to_zenodo_it_goes_public_only_when_asked(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENODO_TOKEN", Zenodo.token)
    with serving(Zenodo, is_public=False) as (address, server):
        told = publish(release, "zenodo:", endpoint=address, go_public=True)
    assert server.is_public
    assert told == "https://doi.org/10.5072/zenodo.7"


def test_a_token_that_is_refused_is_told_without_the_token(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENODO_TOKEN", "wrong-token")
    with serving(Zenodo) as (address, _), pytest.raises(ReleaseError, match=r"401.*who are you") as refused:
        publish(release, "zenodo:", endpoint=address)
    assert "wrong-token" not in str(refused.value)


def test_a_file_that_does_not_arrive_as_it_was_sent_is_noticed(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENODO_TOKEN", Zenodo.token)
    with (
        serving(Zenodo, corrupts=True, is_public=False) as (address, server),
        pytest.raises(ReleaseError, match=r"readout-2026\.11\.0\.zip did not arrive at Zenodo as it was sent"),
    ):
        publish(release, "zenodo:", endpoint=address, go_public=True)
    assert not server.is_public


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the library's own transport
def test_to_hugging_face_it_is_one_commit_and_a_tag(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", HuggingFace.token)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)
    old = {"parquet/gone.parquet": b"of an earlier release"}
    with serving(HuggingFace, files=dict(old), large={}, tags={}, commits=[]) as (address, server):
        told = publish(release, "huggingface:someone/readout", endpoint=address)
        assert told == f"{address}/datasets/someone/readout/tree/2026.11.0"
        assert server.files == contents(release)
        assert server.commits == ["Release 2026.11.0"]
        assert list(server.tags) == ["2026.11.0"]
        with pytest.raises(ReleaseError, match=r"has a tag 2026\.11\.0 already, and a release is never overwritten"):
            publish(release, "huggingface:someone/readout", endpoint=address)
        assert len(server.commits) == 1


def test_a_repository_without_an_owner_is_refused(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", HuggingFace.token)
    with pytest.raises(ReleaseError, match=r"'\.\./x/y' is no OWNER/NAME"):
        publish(release, "huggingface:../x/y")
