"""A whole run over a hostile folder: names of files, leaders and topics that SQL, shells and pages trip over.

Every input ends in `articles` or `quarantine`, every name stays a name, and what is published holds what it should.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import own_rows
from pipelines.__main__ import main
from pipelines.release.build import make_release
from pipelines.release.verify import DATABASE, verify
from pipelines.release.versions import Version
from pipelines.settings import Settings
from pipelines.site import build_site
from pipelines.warehouse.building import build_database
from pipelines.warehouse.publish import write_table
from pipelines.warehouse.questions import queries
from schemas import TABLES
from tests.samples import sample

NAMES: list[bytes] = [
    *(b"it's; DROP TABLE articles; --.txt", b"' OR '1'='1.txt", b'"both" `kinds`.html', b"$(reboot) | tee;.txt"),
    *(b"--help.txt", b"-rf *.txt", b"100%s%n{0}.txt", b"%2e%2e%2fetc%2fpasswd.txt", b"a..%5c..%5cb.txt", b"#1.txt"),
    *("․․∕․․∕etc∕passwd.txt".encode(), "\u202egpj.txt".encode(), "\u2066x\u2069.txt".encode(), b"[red]x[/red].txt"),
    *(b"new\nline.txt", rb"new\u000aline.txt", b"tab\tand\rreturn.txt", b"\x01\x1b[2J\x7f.txt", b"back\\slash.txt"),
    *(b"caf\xe9.txt", b"\xff\xfe\x80.txt", b"\xed\xa0\x80.txt", "\ue0041.txt".encode(), "\U000e0041.txt".encode()),
    *(b"n" * 251 + b".txt", "é".encode() * 125 + b".html", b"=1+1.txt", b"@SUM(A1).txt", b" .txt", b"CON.TXT"),
    *(b"<script>alert(1)<!script>.txt", b"{{7*7}}.txt", b"dir'; --\n\xe9/..x/hidden.txt", b"dir'; --\n\xe9/x.txt"),
]
REFUSED: list[bytes] = [
    b"'; DROP TABLE quarantine; --.pdf",
    b"no\nextension",
    b"'--.meta.json",
    b"x.txt#1",
    b"\xe9.exe",
]
HIDDEN: list[bytes] = [b"dir'; --\n\xe9/..x/hidden.txt"]
LEADER = "Robert'); DROP TABLE leaders; --"
OFFICE = "Prime Minister'; DELETE FROM articles; --"
TOPIC = "Deep sea'); DROP VIEW who_said_what; --"
TITLE = "\"'; DROP TABLE statements; --"
PUBLISHER = "' UNION SELECT * FROM quarantine; --"
SAID = "We will never sell seabed nodules'); DROP TABLE commitments; -- to anybody"
ARTICLE = f"""\
Robert Tavellis arrived in Helsinki on Tuesday. The Norwegian prime minister said: “{SAID}.”

Tavellis said that Norway will lift its ban on seabed mining within two years.
"""
OWN = {
    "reference/leaders.csv": f'leader_id,name,country,gender,aliases\nlocal:bobby,"{LEADER}",NOR,m,Robert Tavellis\n',
    "reference/leader_terms.csv": "leader_id,office,office_kind,start_date,end_date,as_of\n"
    f'local:bobby,"{OFFICE}",head_of_government,2026-01-10,,2026-11\n',
    "reference/topics.csv": f'topic_id,parent_id,label,definition\nplanet.deep_sea,planet,"{TOPIC}","{TOPIC}"\n',
    "lexicons/topics.csv": "term,topic_id,weight\nseabed nodules,planet.deep_sea,3\n'; DROP TABLE topics;--,planet,x\n",
}


@dataclass(frozen=True)
class Ran:
    """What the run left, and what it told."""

    settings: Settings
    told: str


def text_of(number: int) -> str:
    """In German, which no extractor reads: what is looked at here is the name of its file."""
    return f"Die beiden Präsidenten sprachen am Montag {number} Minuten lang am Telefon und wollen sich bald treffen."


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """The run, as a user makes it, with the extractor that ships."""
    folder = tmp_path_factory.mktemp("hostile")
    raw = folder / "it's; -- %s"
    for number, name in enumerate(NAMES + REFUSED):
        path = os.path.join(os.fsencode(raw), name)  # noqa: PTH118  bytes, which pathlib does not take
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        Path(os.fsdecode(path)).write_text(text_of(number), encoding="utf-8")
    (raw / "said.txt").write_text(ARTICLE, encoding="utf-8")
    about = {"title": TITLE, "publisher": PUBLISHER, "authors": [LEADER], "licence": "CC BY 4.0", "url": PUBLISHER}
    (raw / "said.meta.json").write_text(json.dumps({**about, "published_at": "2026-03-04"}), encoding="utf-8")
    for name, rows in OWN.items():
        (folder / "own" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "own" / name).write_text(rows, encoding="utf-8")
    told = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(told):
        patch.setenv("READOUT_RAW", str(raw))
        patch.setenv("READOUT_REFERENCE", str(folder / "own"))
        patch.setenv("READOUT_WAREHOUSE", str(folder / "ware'house; --"))
        patch.setenv("DAGSTER_HOME", str(folder))
        own_rows.own_rows_in.cache_clear()
        assert main(["materialize"]) == 0, told.getvalue()
        yield Ran(Settings.from_environment(), told.getvalue())
    own_rows.own_rows_in.cache_clear()


@pytest.fixture(scope="module")
def surface(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    """The tables, views and macros that a warehouse has whose rows mean no harm."""
    folder = tmp_path_factory.mktemp("harmless")
    for table in TABLES:
        write_table(sample(table), folder / f"{table}.parquet", TABLES[table])
    build_database(TABLES.values(), folder, folder / DATABASE)
    return objects(folder / DATABASE)


def objects(database: Path) -> list[tuple[Any, ...]]:
    kinds = ("tables", "views", "functions")
    sql = [f"SELECT '{kind}', schema_name, {kind[:-1]}_name FROM duckdb_{kind}() WHERE NOT internal" for kind in kinds]
    return ask(database, f"{' UNION ALL '.join(sql)} ORDER BY ALL")


def ask(database: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute(sql, values).fetchall()


def test_every_input_is_in_articles_or_in_quarantine_by_a_name_of_its_own(ran: Ran) -> None:
    read = ask(ran.settings.database, "SELECT unnest(source_paths), text FROM articles WHERE source_path <> 'said.txt'")
    visible = {number for number, name in enumerate(NAMES) if name not in HIDDEN}
    assert {text for _, text in read} == {text_of(number) for number in visible}
    refused = ask(ran.settings.database, "SELECT DISTINCT source_path FROM quarantine WHERE stage = 'intake'")
    assert len(refused) == len(REFUSED)
    shown = [path for path, *_ in [*read, *refused]]
    assert len(set(shown)) == len(shown) == len(visible) + len(REFUSED)
    assert all(path.isprintable() for path in shown)
    assert not set(ran.told) & set("\x01\x1b\x7f\r\t\u202e\u2066"), "a terminal obeys no name"


def test_a_name_is_stored_as_it_is_where_it_can_be_shown(ran: Ran) -> None:
    shown = {path for (path,) in ask(ran.settings.database, "SELECT unnest(source_paths) FROM articles")}
    plain = {name.decode() for name in NAMES if name.isascii() and name.decode().isprintable() and b"\\" not in name}
    assert len(plain) > 15
    assert plain <= shown
    assert {r"caf\udce9.txt", r"\u202egpj.txt", r"new\u000aline.txt", r"new\u005cu000aline.txt"} <= shown


def test_names_that_are_sql_change_nothing_in_the_warehouse(ran: Ran, surface: list[tuple[Any, ...]]) -> None:
    database = ran.settings.database
    assert objects(database) == surface
    assert ask(database, "SELECT name FROM leaders") == [(LEADER,)]
    assert ask(database, "SELECT office FROM leader_terms") == [(OFFICE,)]
    assert ask(database, "SELECT label, definition FROM topics WHERE topic_id = 'planet.deep_sea'") == [(TOPIC, TOPIC)]
    assert ask(database, "SELECT title, publisher, url, authors FROM articles WHERE source_path = 'said.txt'") == [
        (TITLE, PUBLISHER, PUBLISHER, [LEADER])
    ]
    refused = ask(database, "SELECT reason, row_json FROM quarantine WHERE stage = 'reference'")
    assert [(reason, json.loads(row)["term"]) for reason, row in refused] == [("bad_number", "'; DROP TABLE topics;--")]


def test_names_that_are_sql_are_names_in_views_and_questions(ran: Ran) -> None:
    database = ran.settings.database
    said = "SELECT speaker, content, topic_ids FROM who_said_what WHERE quote_type = 'direct'"
    assert ask(database, said) == [(LEADER, f"“{SAID}.”", ["planet.deep_sea"])]
    assert {speaker for speaker, *_ in ask(database, "SELECT speaker FROM said_by($1)", LEADER)} == {LEADER}
    assert ask(database, "SELECT speaker FROM said_by($1, about := $2)", LEADER, TOPIC) == [(LEADER,)]
    assert ask(database, "SELECT office FROM held_office('2026-03-04') WHERE leader = $1", LEADER) == [(OFFICE,)]
    for nobody in ("x' OR '1'='1", "'; DROP TABLE leaders; --", "%", "_", LEADER + "'"):
        assert ask(database, "SELECT * FROM said_by($1)", nobody) == []
        assert ask(database, "SELECT * FROM promises_by($1)", nobody) == []
    for query in queries():
        ask(database, query.sql)


def test_the_command_line_shows_such_names_and_cannot_change_what_is_published(
    ran: Ran, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sql", f"SELECT DISTINCT speaker FROM said_by('{LEADER.replace("'", "''")}')"]) == 0
    assert LEADER in capsys.readouterr().out
    assert main(["sql", f"SELECT DISTINCT speaker FROM said_by('{LEADER}')"]) == 1
    assert main(["sql", "DROP TABLE leaders"]) == 1
    assert "read-only" in capsys.readouterr().err
    assert ask(ran.settings.database, "SELECT count(*) FROM leaders") == [(1,)]


def test_a_release_of_it_is_whole_and_its_page_shows_names_as_text(
    ran: Ran, surface: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    def draw(parquet: Path, out: Path, version: str) -> None:
        build_site(parquet, out, version, sql=False)

    made = make_release(ran.settings.parquet, tmp_path, Version(2026, 11, 0), records=tmp_path, site=draw)
    assert verify(made) == []
    beyond = {(kind, schema, name) for kind, schema, name in objects(made / DATABASE)} - set(surface)
    assert {name for _, _, name in beyond} == {"sources", "accuracy", "calibration"}
    assert ask(made / DATABASE, "SELECT name FROM leaders") == [(LEADER,)]
    pages = "".join(path.read_text(encoding="utf-8") for path in sorted((made / "site").rglob("*.html")))
    assert "<script>alert" not in pages
    assert "Robert&#39;); DROP TABLE leaders; --" in pages
    licences = (made / "LICENSES.md").read_text(encoding="utf-8")
    assert "<script>" not in licences
