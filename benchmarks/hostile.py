"""Hostile input: `python -m benchmarks.hostile [--files 20000] [--seed 2026] [--extract 300]`.

Mutates real files (the bundled articles in every format that is read, with sidecars) by a seeded fuzzer and takes them
all in. A file that crashes the process or keeps it busy past the limit is found out by name; the others go on.
Printed: what became of the files, by format and reason; the slowest; and whether every one is accounted for.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import random
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from html import escape
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Queue
from threading import Thread

from pipelines.intake.articles import take_in
from pipelines.intake.intake import read_file
from pipelines.intake.readers import READERS
from pipelines.intake.records import InputFile, Outcome, ParsedDocument
from pipelines.intake.sources import find_inputs
from pipelines.reading import find_files
from pipelines.records import Article
from pipelines.settings import LEXICONS, REFERENCE, ROOT
from schemas.rules import intake_rule

ARTICLES = ROOT / "raw" / "articles"
FILES, SEED, EXTRACTED = 20_000, 2026, 300
SECONDS_A_FILE = 20
"""Of the processor's time: what else the machine does is not the file's fault."""
_MOST_BYTES = 256 * 1024
_MEMORY = 8 * 1024**3
_WORKERS = 2
_SLOWEST = 5
_SHARE_WITH_SIDECAR, _SHARE_LINKED = 0.2, 0.01
_FATE = {"reader_failed": "CRASH", "hung": "HANG", "died": "CRASH"}

_TOKENS: list[str | bytes] = [
    *(b"\0", b"\x1b[2J", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\r", b"\n\n\n"),
    *("\u202e", "\u2066", "\u200d", "\ufeff", "\ue000", "a\u0301\u0301", "\U000e0041", "İ", "ﷺ"),
    *("<div>", "</p>", "<![CDATA[", "]]>", "<!--", "<script>", "<svg/onload=x>", "&#0;", "&#x110000;", "&lol;"),
    *('<!DOCTYPE a [<!ENTITY b "c">]>', "<?xml version='1.1' encoding='utf-7'?>", "<meta charset=utf-16>"),
    *("'; DROP TABLE articles; --", "=cmd|' /C calc'!A0", "../../../etc/passwd", "%s%n{0}", "{{7*7}}", "[/red]"),
    *('{"a":[', "\\ud800", "1e999999", "9" * 5000, "NaN", "---\n", "&a *a", "!!python/object/apply:os.system"),
    *("Content-Length: -1\r\n", "Content-Encoding: br\r\n", "Content-Type: multipart/mixed; boundary=\r\n"),
    *("WARC/1.1\r\n", "HTTP/1.1 999 \r\n", "=?utf-8?q?=FF?=", "[" * 300, "*" * 300, "9999-99-99T99:99:99Z"),
]
TOKENS = [token if isinstance(token, bytes) else token.encode("utf-8", "surrogatepass") for token in _TOKENS]
"""What has broken readers of such formats before, each short enough to land anywhere in a file."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one file, and the seconds of processor time that it took."""

    outcomes: list[Outcome]
    seconds: float
    ended: str = ""
    """`hung` or `died` where the process did not survive the file; the outcomes are empty then."""


@dataclass(slots=True)
class Tally:
    """What became of all files."""

    files: int = 0
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By format and reason, articles as `article`."""
    failed: list[str] = field(default_factory=list)
    """Files that crashed or hung, each with why."""
    slowest: list[tuple[float, str]] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def add(self, file: InputFile, fate: Fate) -> None:
        """Count one file."""
        self.files += 1
        name = file.format or "other"
        reasons = [fate.ended] if fate.ended else [reason_of(outcome) for outcome in fate.outcomes] or ["lost"]
        self.kinds.update((name, _FATE.get(reason, reason)) for reason in reasons)
        for reason in reasons:
            if reason in _FATE or reason == "lost":
                detail = next((getattr(o, "detail", "") for o in fate.outcomes if reason_of(o) == reason), "")
                self.failed.append(f"{file.source_path}: {reason} {detail}".strip())
        self.slowest = sorted([*self.slowest, (fate.seconds, file.source_path)], reverse=True)[:_SLOWEST]
        self.outcomes += fate.outcomes


def reason_of(outcome: Outcome) -> str:
    """`article`, or why it is none."""
    return "article" if isinstance(outcome, ParsedDocument) else outcome.reason


def write_hostile(folder: Path, files: int, seed: int) -> None:
    """Write `files` mutated files into `folder`, the same for the same seed; sidecars and links come beside them."""
    chance = random.Random(seed)
    seeds = {extension: [make(text) for text in _texts()] for extension, make in _FORMATS.items()}
    sidecars = [path.read_bytes() for path in sorted(ARTICLES.glob("*.meta.json"))]
    for number in range(files):
        extension = chance.choice(sorted(seeds))
        stem = f"{number:05}{_strange(chance)}"
        path = folder / f"{number // 1000:02}" / f"{stem}.{extension}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if chance.random() < _SHARE_LINKED:
            path.symlink_to(chance.choice(["/etc/passwd", "..", "nowhere", path.name, f"../{path.parent.name}"]))
            continue
        path.write_bytes(_mutated_file(extension, chance.choice(seeds[extension]), seeds, chance))
        if chance.random() < _SHARE_WITH_SIDECAR:
            path.with_name(f"{stem}.meta.json").write_bytes(mutate(chance.choice(sidecars), TOKENS, chance))


def mutate(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """`data` with one to eight faults: bytes turned, cut, doubled, moved, repeated, foreign ones put in."""
    for _ in range(chance.choice([1, 1, 1, 2, 2, 4, 8])):
        data = chance.choice(_FAULTS)(data, others, chance)[:_MOST_BYTES]
    return data


def _turn(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    turned = bytearray(data)
    for _turns in range(min(len(data), chance.choice([1, 3, 30]))):
        turned[chance.randrange(len(turned))] = chance.randrange(256)
    return bytes(turned)


def _cut(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    start, end = _slice(data, chance)
    return data[:start] + data[end:]


def _truncate(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _repeat(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    start, end = _slice(data, chance)
    return data[:end] + data[start:end] * chance.choice([1, 2, 50, 2000]) + data[end:]


def _token(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + chance.choice(TOKENS) * chance.choice([1, 1, 1, 5, 500]) + data[place:]


def _splice(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice(others)
    start, end = _slice(other, chance)
    place = chance.randrange(len(data) + 1)
    return data[:place] + other[start:end] + data[place:]


def _recode(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    return data.decode("utf-8", "replace").encode(
        chance.choice(["utf-16", "utf-16-be", "utf-32", "cp1251", "shift_jis", "utf-7", "ebcdic-cp-us"]), "replace"
    )


_FAULTS: list[Callable[[bytes, Sequence[bytes], random.Random], bytes]]
_FAULTS = [_turn, _cut, _truncate, _repeat, _token, _token, _splice, _recode]


def _slice(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.choice([1, 8, 64, 512, 8192]))


def _mutated_file(extension: str, data: bytes, seeds: dict[str, list[bytes]], chance: random.Random) -> bytes:
    """Compressed formats are broken before they are compressed, after, or both: else little gets past gzip."""
    others = chance.choice([TOKENS, seeds[chance.choice(sorted(seeds))]])
    if not extension.endswith(".gz"):
        return mutate(data, others, chance)
    inner = gzip.decompress(data)
    inner = mutate(inner, others, chance) if chance.random() < 0.8 else inner
    packed = gzip.compress(inner, compresslevel=1, mtime=0)
    return mutate(packed, others, chance) if chance.random() < 0.4 else packed


def _strange(chance: random.Random) -> str:
    """An ending of a file name: mostly none, else what shells, SQL, paths, spreadsheets and terminals trip over."""
    names = ["'; DROP TABLE articles; --", "\u202egpj", "a\nb", "$(reboot)", "=1+1", "..", "%2e%2e%2f", "[red]", "#9"]
    return chance.choice(names) if chance.random() < 0.1 else ""


def _texts() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(ARTICLES.glob("*.txt"))]


def _html(text: str) -> bytes:
    first, *rest = [escape(line) for line in text.splitlines() if line.strip()]
    linked = json.dumps({"@type": "NewsArticle", "headline": first, "datePublished": "2026-02-05"})
    return (
        f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{first} | Daily</title>"
        f'<script type="application/ld+json">{linked}</script></head><body><nav><a href=/>Home</a></nav><article>'
        f"<h1>{first}</h1>{''.join(f'<p>{line}</p>' for line in rest)}</article><footer>About</footer></body></html>"
    ).encode()


def _fragment(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


def _markdown(text: str) -> bytes:
    first, *rest = [line for line in text.splitlines() if line.strip()]
    front = f"---\ntitle: {json.dumps(first)}\ndate: 2026-02-05\nauthors: [A. Writer]\n---\n"
    return f"{front}# {first}\n\n{'\n\n'.join(rest)}\n\n- one\n- [two](http://example.org)\n".encode()


def _object(text: str) -> dict[str, object]:
    return {"title": text[:60], "text": text, "date_published": "2026-02-05", "authors": [{"name": "A. Writer"}]}


def _lines(text: str) -> bytes:
    return "".join(json.dumps(_object(f"{text} {number}")) + "\n" for number in range(3)).encode()


def _mail(text: str) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"] = "Readout of a call", "Press Office <press@example.org>"
    message["Date"] = "Thu, 05 Feb 2026 22:10:00 -0500"
    message.set_content(text)
    message.add_alternative(_fragment(text), subtype="html")
    message.set_boundary("=-readout-=")
    return message.as_bytes()


def _rss(text: str) -> bytes:
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        "<title>The Daily</title><item><title>A call</title><link>https://example.org/1</link><pubDate>Thu, 05 Feb "
        f"2026 09:00:00 GMT</pubDate><content:encoded><![CDATA[{_fragment(text)}]]></content:encoded></item>"
        f"<item><title>Two</title><description>{escape(_fragment(text))}</description></item></channel></rss>"
    ).encode()


def _atom(text: str) -> bytes:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>The Daily</title><entry><title>A call</title>'
        f'<published>2026-02-05T09:00:00Z</published><content type="html">{escape(_fragment(text))}</content></entry>'
        "</feed>"
    ).encode()


def _warc(text: str) -> bytes:
    page = _html(text)
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(page), page)
    head = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
        b"WARC-Target-URI: https://example.org/call\r\nWARC-Date: 2026-02-07T10:00:00Z\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n" % len(answer)
    )
    return (head + answer + b"\r\n\r\n") * 2


def _gzip(make: Callable[[str], bytes]) -> Callable[[str], bytes]:
    return lambda text: gzip.compress(make(text), mtime=0)


_FORMATS: dict[str, Callable[[str], bytes]] = {
    "txt": str.encode,
    "md": _markdown,
    "html": _html,
    "htm": _html,
    "json": lambda text: json.dumps([_object(text), _object(text[::-1])]).encode(),
    "jsonl": _lines,
    "jsonl.gz": _gzip(_lines),
    "eml": _mail,
    "xml": _rss,
    "rss": _rss,
    "atom": _atom,
    "warc": _warc,
    "warc.gz": _gzip(_warc),
}
assert set(_FORMATS) == set(READERS), "every format that is read is attacked"


def read_timed(file: InputFile, raw: Path) -> Fate:
    """Read one file in this process, and time it by the processor."""
    began = time.process_time()
    outcomes = read_file(file, raw)
    return Fate(outcomes, time.process_time() - began)


def take_all_in(raw: Path, workers: int = _WORKERS) -> Tally:
    """Read all files under `raw` in processes that may die of one: which file it was is known, the next one goes on."""
    inputs = find_inputs(raw)
    told: Queue[tuple[InputFile, Fate]] = Queue()
    threads = [Thread(target=_oversee, args=(inputs[part::workers], raw, told)) for part in range(workers)]
    for thread in threads:
        thread.start()
    tally = Tally()
    for done in range(1, len(inputs) + 1):
        tally.add(*told.get())
        if done % 1000 == 0:
            print(f"{done:,} of {len(inputs):,} files read", file=sys.stderr)
    for thread in threads:
        thread.join()
    return tally


def _oversee(files: list[InputFile], raw: Path, told: Queue[tuple[InputFile, Fate]]) -> None:
    spawn = multiprocessing.get_context("spawn")
    while files:
        receive, send = spawn.Pipe(duplex=False)
        process = spawn.Process(target=_read_in_child, args=(files, raw, send))
        process.start()
        send.close()
        done = 0
        try:
            while done < len(files):
                told.put((files[done], receive.recv()))
                done += 1
        except EOFError:
            process.join()
            ended = "hung" if process.exitcode == -signal.SIGPROF else "died"
            told.put((files[done], Fate([], SECONDS_A_FILE, ended)))
            done += 1
        process.join()
        files = files[done:]


def _read_in_child(files: list[InputFile], raw: Path, send: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    for file in files:
        signal.setitimer(signal.ITIMER_PROF, SECONDS_A_FILE)  # its signal ends the process, even inside C code
        fate = read_timed(file, raw)
        signal.setitimer(signal.ITIMER_PROF, 0)
        send.send(fate)


def accounted_for(raw: Path, tally: Tally) -> str:
    """What the run's own rule says: every input in articles or in quarantine."""
    articles, quarantine = take_in(tally.outcomes, "hostile")
    return intake_rule(find_files(raw), articles, quarantine).found


def extract_sample(tally: Tally, size: int, seed: int) -> tuple[int, list[str]]:
    """Run the extractor over `size` of the accepted English texts; how many it read, and those that stopped it."""
    from pipelines.extraction.extractor import Extractor

    texts = [o for o in tally.outcomes if isinstance(o, ParsedDocument) and o.language == "en"]
    chosen = random.Random(seed).sample(texts, min(size, len(texts)))
    extractor = Extractor.load(REFERENCE, LEXICONS)
    stopped = []
    for document in chosen:
        about = (document.title, document.published_on, document.publisher, document.url)
        try:
            list(extractor.extract([Article(f"a_{document.content_sha256[:16]}", document.text, *about)]))
        except Exception as error:  # of any kind: that is what is looked for
            stopped.append(f"{document.source_path}: {type(error).__name__}: {error}")
    return len(chosen), stopped


def print_tally(tally: Tally) -> None:
    """Formats down, reasons across."""
    for name, kind in sorted(_totals(tally)):
        print(f"  {name:10} {kind:24} {tally.kinds[name, kind]:>8,}")
    print("slowest, seconds of processor time:")
    for seconds, name in tally.slowest:
        print(f"  {seconds:6.2f}  {name}")
    for line in tally.failed[:40]:
        print(f"FAILED {line}")


def _totals(tally: Tally) -> Iterator[tuple[str, str]]:
    yield from tally.kinds


def main() -> int:
    """Write, read, count; return 0 when nothing crashed, hung or was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--extract", type=int, default=EXTRACTED, help="accepted texts that the extractor reads, too")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder)
        write_hostile(raw, chosen.files, chosen.seed)
        tally = take_all_in(raw)
        accounted = accounted_for(raw, tally)
    print_tally(tally)
    print(f"{tally.files:,} files read (sidecars without an article count): {accounted} accounted for")
    print(f"crashed, hung or lost: {len(tally.failed)}")
    read, stopped = extract_sample(tally, chosen.extract, chosen.seed) if chosen.extract else (0, [])
    print(f"extraction of {read} accepted texts: {len(stopped)} stopped it")
    for line in stopped[:40]:
        print(f"STOPPED {line}")
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"peak memory of a process: {peak / 1024:,.0f} MB")
    return 1 if tally.failed or stopped or accounted != "all of them" else 0


if __name__ == "__main__":
    sys.exit(main())
