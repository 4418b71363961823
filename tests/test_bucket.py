"""A store that other machines share: the same parts in a bucket, whole or not at all, and nothing else from there."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path

import fsspec
import polars as pl
import pytest

from pipelines.bucket import Bucket, BucketError, SharedStore
from pipelines.store import KEY, Store

SCHEMAS = {"words": pl.Schema({"word": pl.String})}
FILES = ["keys.parquet", "words.parquet"]


@pytest.fixture(params=["memory", "file"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "file":
        yield f"file://{tmp_path}/bucket/v1"
        return
    yield "memory://bucket/v1"
    memory = fsspec.filesystem("memory")
    if memory.exists("/bucket"):
        memory.rm("/bucket", recursive=True)


def store(folder: Path, address: str) -> SharedStore:
    return SharedStore(folder, Bucket(address), "v1", SCHEMAS)


def words(rows: dict[str, list[str]]) -> dict[str, pl.DataFrame]:
    pairs = [(key, word) for key, found in rows.items() for word in found]
    return {"words": pl.DataFrame(pairs, schema={KEY: pl.String, "word": pl.String}, orient="row")}


def read(found: Store, *keys: str) -> list[str]:
    assert found.missing(keys) == []
    return sorted(found.scan("words", keys).collect().get_column("word"))


def objects(address: str) -> dict[str, bytes]:
    files, place = fsspec.url_to_fs(address)
    return {path.removeprefix(place).strip("/"): files.cat_file(path) for path in files.find(place)}


def change(address: str, name: str, data: bytes | None) -> None:
    files, place = fsspec.url_to_fs(address)
    if data is None:
        files.rm_file(f"{place}/{name}")
    else:
        files.makedirs(f"{place}/{name}".rpartition("/")[0], exist_ok=True)
        files.pipe_file(f"{place}/{name}", data)


def test_what_one_machine_keeps_another_finds(tmp_path: Path, address: str) -> None:
    one, two = store(tmp_path / "one", address), store(tmp_path / "two", address)
    assert one.missing(["a", "b"]) == ["a", "b"]
    one.append(["a"], words({"a": ["x", "y"]}))
    two.append(["b"], words({"b": ["z"]}))
    for found in (store(tmp_path / "one", address), store(tmp_path / "two", address), store(tmp_path / "new", address)):
        assert read(found, "a", "b") == ["x", "y", "z"]


def test_the_bucket_holds_the_bytes_of_a_local_store(tmp_path: Path, address: str) -> None:
    store(tmp_path / "shared", address).append(["a"], words({"a": ["x"]}))
    plain = Store(tmp_path / "plain", "v1", SCHEMAS)
    plain.append(["a"], words({"a": ["x"]}))
    home = tmp_path / "plain" / "v1"
    assert objects(address) == {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*.*")} | {
        str(path.relative_to(home)): path.read_bytes() for path in home.rglob("SHA256SUMS")
    }


def test_a_store_that_was_there_before_the_bucket_fills_it(tmp_path: Path, address: str) -> None:
    Store(tmp_path / "one", "v1", SCHEMAS).append(["a"], words({"a": ["x"]}))
    assert store(tmp_path / "one", address).missing(["a"]) == []
    assert read(store(tmp_path / "two", address), "a") == ["x"]


def test_a_part_without_its_sums_does_not_exist(tmp_path: Path, address: str) -> None:
    store(tmp_path / "one", address).append(["a"], words({"a": ["x"]}))
    [sums] = [name for name in objects(address) if name.endswith("SHA256SUMS")]
    change(address, sums, None)
    assert store(tmp_path / "two", address).missing(["a"]) == ["a"]
    assert store(tmp_path / "one", address).missing(["a"]) == [], "and who has it writes it again"
    assert read(store(tmp_path / "three", address), "a") == ["x"]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("data", [None, b"", b"PAR1 of another kind"])
def test_a_damaged_part_is_not_taken_and_is_written_anew(
    tmp_path: Path, address: str, file: str, data: bytes | None
) -> None:
    store(tmp_path / "one", address).append(["a"], words({"a": ["x"]}))
    [name] = [name for name in objects(address) if name.endswith(file)]
    change(address, name, data)
    two = store(tmp_path / "two", address)
    assert two.missing(["a"]) == ["a"]
    two.append(["a"], words({"a": ["x"]}))
    assert read(store(tmp_path / "three", address), "a") == ["x"]


def test_a_part_that_a_disk_here_spoiled_comes_back_from_the_bucket(tmp_path: Path, address: str) -> None:
    store(tmp_path, address).append(["a"], words({"a": ["x"]}))
    next(tmp_path.glob("v1/part-*/words.parquet")).write_bytes(b"spoiled")
    assert read(store(tmp_path, address), "a") == ["x"]


def test_what_is_dropped_is_dropped_in_both(tmp_path: Path, address: str) -> None:
    store(tmp_path / "one", address).append(["a", "b"], words({"a": ["x"], "b": ["y"]}))
    store(tmp_path / "one", address).drop(["a"])
    for machine in ("one", "two"):
        found = store(tmp_path / machine, address)
        assert found.missing(["a", "b"]) == ["a"]
        assert read(found, "b") == ["y"]
    assert len([name for name in objects(address) if name.endswith("SHA256SUMS")]) == 1


def test_names_in_the_bucket_lead_nowhere_else(tmp_path: Path, address: str) -> None:
    store(tmp_path / "one", address).append(["a"], words({"a": ["x"]}))
    part = next(name.split("/")[0] for name in objects(address))
    for name in ("part-%2e%2e/SHA256SUMS", f"{part[:-1]}g/SHA256SUMS", f"deeper/{part}/SHA256SUMS", "notes.txt"):
        change(address, name, b"")
    change(address, f"{part}/more.parquet", b"not ours")
    two = store(tmp_path / "two", address)
    assert read(two, "a") == ["x"]
    assert sorted(path.name for path in (tmp_path / "two" / "v1").rglob("*")) == sorted([part, "SHA256SUMS", *FILES])


def test_a_bucket_that_is_gone_is_told_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BucketError, match="READOUT_STORE must name a place"):
        Bucket(f"file://{tmp_path}/file/store").check()


@pytest.mark.parametrize("address", ["/mnt/store", "sftp://ann:secret@host/store", "nowhere://store"])
def test_an_address_that_cannot_be_is_refused_and_no_password_is_told(address: str) -> None:
    with pytest.raises(BucketError, match="READOUT_STORE") as refused:
        Bucket(address).check()
    assert "secret" not in str(refused.value)


def test_a_bucket_that_can_be_written_stays_as_it_was(address: str) -> None:
    Bucket(address).check()
    assert objects(address) == {}


def test_workers_are_given_the_address_alone(address: str) -> None:
    assert pickle.loads(pickle.dumps(Bucket(address))) == Bucket(address)


def test_a_bucket_of_s3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("s3fs", reason="s3fs is not installed: it is in requirements-cluster.lock")
    server = pytest.importorskip("moto.server", reason="moto[server] is not installed: it plays S3 on this machine")
    s3 = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    s3.start()
    try:
        host, port = s3.get_host_and_port()
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(BucketError, match="there is no readout"):
            Bucket("s3://readout/store").check()
        fsspec.filesystem("s3").mkdir("readout")
        Bucket("s3://readout/store").check()
        address = "s3://readout/store/v1"
        store(tmp_path / "one", address).append(["a", "b"], words({"a": ["x"], "b": ["y"]}))
        assert read(store(tmp_path / "two", address), "a", "b") == ["x", "y"]
        store(tmp_path / "two", address).drop(["a"])
        shutil.rmtree(tmp_path / "one")
        assert store(tmp_path / "one", address).missing(["a", "b"]) == ["a"]
    finally:
        s3.stop()
