"""The part of the command line that makes, compares, verifies and publishes releases."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from pipelines.release.errors import ReleaseError
from pipelines.settings import Settings

_RELEASE = """Write WAREHOUSE/releases/VERSION/ from the published tables: Parquet, DuckDB, descriptions for people and
machines, checksums. The folder is built beside, verified, and moved into its place; a release that is there
is never touched. The same tables and version give the same bytes on any day and any machine (of the DuckDB file: the
same rows). Texts whose licence does not let anyone pass them on are left out: raw/release/README.md."""
_DIFF = """Compare two releases row by row, by key: what was added, changed (and in which columns) and deleted. Prints a
summary; with --out, writes one Parquet file a table with the rows, and SUMMARY.md."""
_VERIFY = """Ask of a release whether it is whole and true: the checksums, the declared columns, codes and bounds, keys,
references, that each text stands in its article where it says, that nothing is in it whose licence does not allow it,
and that the DuckDB file holds the same rows. Names each problem with its file and rows; exit code 0 when there is none,
1 when there is."""
_PUBLISH = """Verify a release and copy its folder as it is. TARGET is one of
  a path or an address of fsspec   /srv/www/readout/2026.11.0, s3://bucket/readout/2026.11.0, sftp://host/path
  zenodo:                          a new draft on Zenodo (a zip of the folder, README.md and SHA256SUMS beside it);
                                   the token comes from ZENODO_TOKEN; --go-public publishes the draft, which is for good
  huggingface:OWNER/NAME           a dataset repository, one commit and one tag; the token comes from HF_TOKEN
What is there already is never overwritten."""
_EXAMPLES = """examples:
  readout release 2026.11.0
  readout verify warehouse/releases/2026.11.0
  readout diff warehouse/releases/2026.10.0 warehouse/releases/2026.11.0 --out changes
  readout publish warehouse/releases/2026.11.0 s3://bucket/readout/2026.11.0
"""


def add_commands(commands: Any) -> None:
    """Add `release`, `diff`, `verify` and `publish` to the subparsers `commands`."""
    release = _command(commands, "release", _release, "make a release that people download, cite and verify", _RELEASE)
    release.add_argument("version", metavar="VERSION", help="YYYY.MM.N, such as 2026.11.0")
    release.add_argument(
        "--licences",
        type=Path,
        metavar="FILE",
        help="a CSV of more licences, with the columns of raw/release/licences.csv; its rows win",
    )
    diff = _command(commands, "diff", _diff, "what changed between two releases, row by row", _DIFF)
    diff.add_argument("old", type=Path, metavar="OLD", help="the folder of the earlier release")
    diff.add_argument("new", type=Path, metavar="NEW", help="the folder of the later release")
    diff.add_argument("--out", type=Path, metavar="FOLDER", help="write the rows there; it must not be there yet")
    verify = _command(commands, "verify", _verify, "whether a release is whole and true", _VERIFY)
    verify.add_argument("folder", type=Path, metavar="DIR", help="the folder of the release")
    publish = _command(commands, "publish", _publish, "copy a release to where others find it", _PUBLISH)
    publish.add_argument("folder", type=Path, metavar="DIR", help="the folder of the release")
    publish.add_argument("target", metavar="TARGET", help="where to: see above")
    publish.add_argument("--endpoint", metavar="URL", help="another server that speaks the same API, such as a sandbox")
    publish.add_argument("--go-public", action="store_true", help="Zenodo: publish the draft at once, for good")


def _command(commands: Any, name: str, run: Any, short: str, long: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=short,
        description=long,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    return command


def _release(chosen: argparse.Namespace) -> int:
    from pipelines.release.build import find_site, make_release
    from pipelines.release.licences import Licences
    from pipelines.release.versions import Version

    version = Version.parse(chosen.version)
    settings = Settings.from_environment()
    licences = Licences.load(*([chosen.licences] if chosen.licences else []))
    made = make_release(settings.parquet, settings.releases, version, licences, site=find_site(), progress=_say)
    print(made)
    return 0


def _diff(chosen: argparse.Namespace) -> int:
    from pipelines.release.delta import diff, summary

    print(summary(diff(chosen.old, chosen.new, chosen.out), level=1).rstrip())
    if chosen.out:
        print(f"\nThe rows are in {chosen.out}/<table>.parquet")
    return 0


def _verify(chosen: argparse.Namespace) -> int:
    from pipelines.release.verify import verify

    _check_folder(chosen.folder)
    problems = verify(chosen.folder)
    for problem in problems:
        print(problem)
    if not problems:
        print(f"{chosen.folder} is whole: hashes, schema, keys, references, spans and licences hold")
    return 1 if problems else 0


def _publish(chosen: argparse.Namespace) -> int:
    from pipelines.release.publish import publish

    _check_folder(chosen.folder)
    print(publish(chosen.folder, chosen.target, endpoint=chosen.endpoint, go_public=chosen.go_public, progress=_say))
    return 0


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise ReleaseError(f"there is no folder {folder}: name the folder of a release, warehouse/releases/VERSION")


def _say(what: str) -> None:
    print(f"  {what}", file=sys.stderr, flush=True)
