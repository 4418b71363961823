"""Which files are inputs, and which sidecar belongs to which."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.intake.records import InputFile, Reason
from pipelines.intake.sources import find_inputs
from tests.intake.conftest import Put
from tests.intake.texts import LEAD


def by_path(raw: Path) -> dict[str, InputFile]:
    return {file.source_path: file for file in find_inputs(raw)}


def test_inputs_are_found_in_all_folders_sorted_by_path(raw: Path, put: Put) -> None:
    for name in ["b.txt", "a/z.md", "a/b/c.html", "a.JSONL.GZ"]:
        put(name, LEAD)
    assert [(file.source_path, file.format) for file in find_inputs(raw)] == [
        ("a.JSONL.GZ", "jsonl.gz"),
        ("a/b/c.html", "html"),
        ("a/z.md", "md"),
        ("b.txt", "txt"),
    ]


def test_only_those_that_are_asked_for_are_hashed_and_are_what_all_together_are(raw: Path, put: Put) -> None:
    for name in ("a.txt", "b.txt", "b.meta.json", "lost.meta.json", "deep/c.md"):
        put(name, f"{{}} {name}")
    found = find_inputs(raw)
    assert [file.source_path for file in found] == ["a.txt", "b.txt", "deep/c.md", "lost.meta.json"]
    for file in found:
        assert find_inputs(raw, {file.source_path}) == [file]
    assert find_inputs(raw, {"no such file"}) == []


def test_hidden_files_and_folders_are_left_alone(raw: Path, put: Put) -> None:
    put(".DS_Store", "x")
    put(".git/config.txt", "x")
    assert find_inputs(raw) == []


def test_a_sidecar_belongs_to_every_file_of_its_name(raw: Path, put: Put) -> None:
    for name in ["call.v2.txt", "call.v2.html", "call.txt", "call.v2.meta.json"]:
        put(name, "{}")
    sidecars = {name: file.sidecar for name, file in by_path(raw).items()}
    assert sidecars == {"call.txt": None, "call.v2.html": "call.v2.meta.json", "call.v2.txt": "call.v2.meta.json"}


def test_a_sidecar_without_its_article_is_refused(raw: Path, put: Put) -> None:
    put("call.meta.json", "{}")
    refusal = by_path(raw)["call.meta.json"].refusal
    assert refusal is not None
    assert refusal.reason == Reason.SIDECAR_ORPHAN
    assert "call.*" in refusal.detail


def test_an_unknown_format_is_refused_with_the_formats_that_are_read(raw: Path, put: Put) -> None:
    put("call.pdf", "x")
    put("noextension", "x")
    for file in find_inputs(raw):
        assert file.refusal is not None
        assert file.refusal.reason == Reason.UNKNOWN_FORMAT
        assert ".jsonl.gz" in file.refusal.detail


def test_the_key_changes_with_the_bytes_and_with_the_sidecar_and_with_nothing_else(raw: Path, put: Put) -> None:
    path = put("call.txt", LEAD)
    first = by_path(raw)["call.txt"].key
    os.utime(path, (0, 0))
    assert by_path(raw)["call.txt"].key == first
    put("call.meta.json", "{}")
    second = by_path(raw)["call.txt"].key
    put("call.txt", LEAD + " And so on.")
    third = by_path(raw)["call.txt"].key
    assert len({first, second, third}) == 3


def test_links_that_lead_out_of_the_directory_are_refused(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(LEAD)
    (tmp_path / "folder").mkdir()
    (raw / "link.txt").symlink_to(tmp_path / "secret.txt")
    (raw / "folder").symlink_to(tmp_path / "folder")
    (raw / "broken.txt").symlink_to(raw / "nothing.txt")
    reasons = {name: file.refusal.reason for name, file in by_path(raw).items() if file.refusal}
    assert reasons == {
        "broken.txt": Reason.UNREADABLE,
        "folder": Reason.OUTSIDE,
        "link.txt": Reason.OUTSIDE,
    }


def test_a_sidecar_that_is_a_link_out_of_the_directory_is_not_followed(raw: Path, put: Put, tmp_path: Path) -> None:
    put("call.txt", LEAD)
    (tmp_path / "outside.json").write_text('{"title": "Not ours"}')
    (raw / "call.meta.json").symlink_to(tmp_path / "outside.json")
    found = by_path(raw)
    assert found["call.txt"].sidecar is None
    refusal = found["call.meta.json"].refusal
    assert refusal is not None
    assert (refusal.reason, "Not ours" in str(found)) == (Reason.OUTSIDE, False)


@pytest.mark.parametrize("target", ["call.meta.json", "nowhere.json", "..", "/dev/zero"])
def test_a_sidecar_that_leads_nowhere_or_in_circles_is_refused_and_its_article_read(
    raw: Path, put: Put, target: str
) -> None:
    put("call.txt", LEAD)
    (raw / "call.meta.json").symlink_to(target)
    found = by_path(raw)
    assert (found["call.txt"].sidecar, found["call.txt"].refusal) == (None, None)
    refusal = found["call.meta.json"].refusal
    assert refusal is not None
    assert refusal.reason in {Reason.UNREADABLE, Reason.OUTSIDE}


def test_a_folder_that_cannot_be_listed_is_refused_by_name(raw: Path, put: Put) -> None:
    """The system lists no path of more than 4,096 bytes; a folder that is locked is told of in the same way."""
    put("call.txt", LEAD)
    here = os.open(raw, os.O_RDONLY)
    for _ in range(17):
        os.mkdir("d" * 250, dir_fd=here)
        below = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("lost.txt", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    article, folder = find_inputs(raw)
    assert (article.source_path, article.refusal) == ("call.txt", None)
    assert folder.refusal is not None
    assert folder.source_path.startswith("d" * 250 + "/")
    assert folder.refusal.reason == Reason.UNREADABLE
    assert "File name too long" in folder.refusal.detail


def test_a_raw_folder_that_cannot_be_listed_stops_the_reading(raw: Path) -> None:
    with pytest.raises(FileNotFoundError):
        find_inputs(raw / "nowhere")


def test_a_pipe_or_folder_with_an_articles_name_does_not_stop_the_run(raw: Path) -> None:
    os.mkfifo(raw / "pipe.txt")
    (raw / "folder.txt").mkdir()
    (file,) = find_inputs(raw)
    assert file.refusal is not None
    assert file.refusal.reason == Reason.UNREADABLE


@pytest.mark.parametrize("name", ["new\nline.txt", "\u202egpj.txt", "a b;$(x)`.txt", "é.txt", "--help.txt", "#1.txt"])
def test_hostile_names_are_shown_in_printable_characters(raw: Path, put: Put, name: str) -> None:
    path = put(name, LEAD)
    (file,) = find_inputs(raw)
    assert file.source_path.isprintable()
    assert raw / file.native_path == path


def test_a_name_that_is_no_unicode_is_spelled_out(raw: Path) -> None:
    (raw / os.fsdecode(b"caf\xe9.txt")).write_text(LEAD)
    (file,) = find_inputs(raw)
    assert file.source_path == r"caf\udce9.txt"
    file.source_path.encode("utf-8")


def test_no_two_names_are_shown_alike(raw: Path, put: Put) -> None:
    """One that spells out what another holds is another input: else one of them would be lost."""
    names = ["a\nb.txt", "a\\u000ab.txt", "\ue0041.txt", "\U000e0041.txt", "a\\b.txt", "a\\u005cb.txt"]
    for name in names:
        put(name, LEAD)
    assert len(by_path(raw)) == len(names)


@pytest.mark.parametrize("name", ["n" * 251 + ".txt", "é" * 125 + ".html"])
def test_a_name_as_long_as_names_may_be_has_an_article_and_cannot_have_a_sidecar(
    raw: Path, put: Put, name: str
) -> None:
    assert len(name.encode()) == 255
    put(name, LEAD)
    (file,) = find_inputs(raw)
    assert (file.source_path, file.refusal, file.sidecar) == (name, None, None)
