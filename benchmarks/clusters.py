"""Dask and Ray at the same extraction: `python -m benchmarks.clusters --dask PYTHON --ray PYTHON [--every N]`.

Each PYTHON is one of an environment with the packages of requirements.lock and its engine. Every N-th document of
../shared/corpora/whitehouse.tar.xz is cut into parts as a run cuts them; each engine works through them on nodes of
this machine, every node a process of its own, held to one core. The cores may be shared with other work: of the clock
the best round counts, and beside it stands the processor's time, which other work changes less: of two workers that of
the one who had more to do, because the run is over when that one is. A line goes to benchmarks/results/clusters.jsonl.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from benchmarks.nodes import Nodes, on_core
from benchmarks.processes import children, keep, memory
from benchmarks.throughput import CORPUS, sample
from pipelines.engines import Dask
from pipelines.extracting import extract_part, load_extractor
from pipelines.reading import SCHEMAS, count_parsed, find_files, make_articles, read_missing
from pipelines.settings import ROOT
from pipelines.store import Store
from pipelines.versions import extractor_version

EVERY = 360
_PARTS = 16
_TRIES = 8
_PATIENCE = 300
"""Seconds after which an engine that gives nothing has lost its parts."""
_ENVIRONMENT = {
    "PYTHONPATH": str(ROOT),
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
}
_ROWS = {
    "start_tries": "tries until two empty nodes were up",
    "start_seconds": "the last of these, s by the clock",
    "start_processor": "the last of these, s of the processors",
    "idle_mib": "memory of two idle nodes and what runs them, MiB",
    "worker_mib": "memory of a worker that has worked, MiB",
    "load_seconds": "both have loaded the extractor, s",
    "one_clock": "one worker, s by the clock",
    "two_clock": "two workers, s by the clock",
    "efficiency_clock": "efficiency by the clock",
    "one_processor": "one worker, s of the processor",
    "two_processor": "two workers, s of the busier one's processor",
    "efficiency_processor": "efficiency by the processor",
    "shared_processor": "two workers, s of both processors",
    "killed_seconds": "from the kill of a node to the last part, s",
    "killed_again": "parts worked again for it",
    "killed_lost": "parts lost by it",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """What a worker says of one part: who it is, what processor time it took, and a digest of the rows."""

    worker: int
    processor: float
    digest: str


class Cluster(Protocol):
    """An engine whose nodes are processes on this machine."""

    def add(self, core: int) -> None:
        """Start one more node with one worker on that core; return when it is up."""

    def run(self, work: Callable[[pl.DataFrame], Piece], parts: Sequence[pl.DataFrame]) -> Iterator[Piece]:
        """What each part became, as they are done."""

    def kill(self) -> None:
        """Kill the node that was added last, with all its processes, as a power cut would."""

    def close(self) -> None:
        """End what is left."""


class DaskCluster:
    """A scheduler and workers as they are started on machines of their own."""

    def __init__(self, folder: Path) -> None:
        self._nodes = Nodes(folder)

    def add(self, core: int) -> None:
        """See `Cluster`."""
        with on_core(core):
            self._nodes.add()

    def run(self, work: Callable[[pl.DataFrame], Piece], parts: Sequence[pl.DataFrame]) -> Iterator[Piece]:
        """See `Cluster`: by the engine that a run uses."""
        for _, piece in Dask(self._nodes.address).run(work, parts):
            yield piece

    def kill(self) -> None:
        """See `Cluster`."""
        self._nodes.kill()

    def close(self) -> None:
        """See `Cluster`."""
        self._nodes.__exit__(None, None, None)


class RayCluster:
    """Nodes by Ray's own `cluster_utils`: a second `ray start` on one machine is refused."""

    def __init__(self, folder: Path) -> None:
        import ray
        from ray.cluster_utils import Cluster as RayNodes

        self._ray: Any = ray
        self._nodes: Any = RayNodes(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
        self._ray.init(address=self._nodes.address, log_to_driver=False, logging_level="ERROR")
        self._added: list[Any] = []

    def add(self, core: int) -> None:
        """See `Cluster`."""
        with on_core(core):
            self._added.append(self._nodes.add_node(num_cpus=1))
        self._nodes.wait_for_nodes()

    def run(self, work: Callable[[pl.DataFrame], Piece], parts: Sequence[pl.DataFrame]) -> Iterator[Piece]:
        """See `Cluster`: tasks that are tried again wherever there is a place."""
        remote = self._ray.remote(num_cpus=1, max_retries=-1)(_call)
        waiting = [remote.remote(work, part) for part in parts]
        while waiting:
            done, waiting = self._ray.wait(waiting, timeout=_PATIENCE)
            if not done:
                return
            yield self._ray.get(done[0])

    def kill(self) -> None:
        """See `Cluster`."""
        node = self._added.pop()
        raylets = [info.process.pid for infos in node.all_processes.values() for info in infos]
        for pid in [*(child for raylet in raylets for child in children(raylet)), *raylets]:
            os.kill(pid, signal.SIGKILL)
        self._nodes.remove_node(node, allow_graceful=False)

    def close(self) -> None:
        """See `Cluster`."""
        self._ray.shutdown()
        self._nodes.shutdown()


def _call(work: Callable[[pl.DataFrame], Piece], part: pl.DataFrame) -> Piece:
    """Ray takes functions only."""
    return work(part)


CLUSTERS: dict[str, Callable[[Path], Cluster]] = {"ray": RayCluster, "dask": DaskCluster}


def main() -> int:
    """Measure each engine in its own environment, print, keep; return 0."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--dask", help="a Python with dask[distributed]")
    parser.add_argument("--ray", help="a Python with ray")
    parser.add_argument("--every", type=int, default=EVERY, help="only every so-manieth document")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if not CORPUS.exists():
        print(f"skipped: there is no {CORPUS}")
        return 0
    pythons = {name: getattr(options, name) for name in CLUSTERS if getattr(options, name)}
    if not pythons:
        parser.error("name a Python with --dask, with --ray, or both")
    with tempfile.TemporaryDirectory(prefix="readout-clusters-") as scratch:
        articles = articles_of(Path(scratch), options.every)
        words = int(articles.get_column("word_count").sum())
        place = Path(scratch) / "articles.parquet"
        articles.write_parquet(place)
        found = {name: _inside(python, name, place, options.rounds) for name, python in pythons.items()}
    print(f"{articles.height} articles, {words:,} words in {_PARTS} parts; of {options.rounds} rounds the best")
    print("| |", " | ".join(found), "|")
    print("|---|", "---|" * len(found), sep="")
    for key, about in _ROWS.items():
        print(f"| {about} | {' | '.join(f'{figures[key]:,}' for figures in found.values())} |")
    if len({figures.pop("digest") for figures in found.values()}) != 1:
        raise RuntimeError("the engines gave other rows than each other")
    keep("clusters", {"articles": articles.height, "words": words, "rounds": options.rounds, **found})
    return 0


def articles_of(folder: Path, every: int) -> pl.DataFrame:
    """The articles of every so-manieth document of the corpus, as a run reads them."""
    sample(CORPUS, every, folder / "raw")
    store = Store(folder / "store", "documents", SCHEMAS)
    read_missing(store, folder / "raw")
    return make_articles(store, count_parsed(store, find_files(folder / "raw")), "measured").sort("article_id")


def _inside(python: str, name: str, articles: Path, rounds: int) -> dict[str, Any]:
    command = [python, "-c", f"from benchmarks.clusters import measure; measure({name!r}, {str(articles)!r}, {rounds})"]
    environment = {**os.environ, **_ENVIRONMENT}
    made = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment, check=False)
    if made.returncode:
        raise RuntimeError(f"{name} could not be measured: {python} ended with {made.returncode}")
    found: dict[str, Any] = json.loads(made.stdout.splitlines()[-1])
    print(f"{name}: {found}", file=sys.stderr)
    return found


def measure(name: str, articles: str, rounds: int) -> None:
    """Measure one engine, which this Python must have, and print the figures as one line of JSON."""
    frame = pl.read_parquet(articles)
    parts = list(frame.iter_slices(math.ceil(frame.height / _PARTS)))
    with tempfile.TemporaryDirectory(prefix="readout-cluster-") as scratch, ExitStack() as stack:
        log = Path(scratch) / "log"
        work = partial(worked, extractor_version(), log)
        cluster, tries, start, start_processor = _started(name, Path(scratch))
        stack.callback(cluster.close)
        time.sleep(3)
        idle = sum(map(memory, children(os.getpid())))
        began = time.perf_counter()
        while len({piece.worker for piece in cluster.run(work, [parts[0].head(1), parts[1].head(1)])}) < 2:
            pass
        load = time.perf_counter() - began
        two = [_round(cluster, work, parts) for _ in range(rounds)]
        worker = max(memory(pid) for pid in two[-1][1])
        log.write_text("", encoding="utf-8")
        running = cluster.run(work, parts)
        came = [next(running)]
        time.sleep(1)  # so that both are in the middle of a part
        began = time.perf_counter()
        cluster.kill()
        came += running
        killed = time.perf_counter() - began
        worked_at = Counter(log.read_text(encoding="utf-8").split())
        one = [_round(cluster, work, parts) for _ in range(rounds)]
    digests = {digest for *_, digest in (*one, *two)} | {_digest(came)}
    clocks = [min(seconds for seconds, *_ in found) for found in (one, two)]
    busier = [min(max(used.values()) for _, used, _ in found) for found in (one, two)]
    figures = {
        "start_tries": tries,
        "start_seconds": round(start, 1),
        "start_processor": round(start_processor, 1),
        "idle_mib": round(idle),
        "worker_mib": round(worker),
        "load_seconds": round(load, 1),
        "one_clock": round(clocks[0], 1),
        "two_clock": round(clocks[1], 1),
        "efficiency_clock": round(clocks[0] / (2 * clocks[1]), 2),
        "one_processor": round(busier[0], 1),
        "two_processor": round(busier[1], 1),
        "efficiency_processor": round(busier[0] / (2 * busier[1]), 2),
        "shared_processor": round(min(sum(used.values()) for _, used, _ in two), 1),
        "killed_seconds": round(killed, 1),
        "killed_again": sum(worked_at.values()) - len(worked_at),
        "killed_lost": len(parts) - len(came),
        "digest": digests.pop() if len(digests) == 1 else "rows differ from round to round",
    }
    print(json.dumps(figures))


def _started(name: str, folder: Path) -> tuple[Cluster, int, float, float]:
    """A cluster of two nodes; how many tries it took, and the last one's seconds by the clock and of processors."""
    for tries in range(1, _TRIES + 1):
        began = time.perf_counter()
        try:
            place = folder / str(tries)
            place.mkdir()
            cluster = CLUSTERS[name](place)
            cluster.add(0)
            cluster.add(1)
        except Exception as error:  # of any kind: Ray raises a bare Exception where its processes are too slow
            print(f"{name} did not start ({error})", file=sys.stderr)
            for pid in _below(os.getpid()):
                os.kill(pid, signal.SIGKILL)
            continue
        return cluster, tries, time.perf_counter() - began, sum(map(_processor_of, _below(os.getpid())))
    raise RuntimeError(f"{name} did not start in {_TRIES} tries: try when the machine does less")


def _below(pid: int) -> list[int]:
    """All processes below one, the deepest first."""
    return [one for child in children(pid) for one in (*_below(child), child)]


def _processor_of(pid: int) -> float:
    """Seconds of the processor that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def worked(version: str, log: Path, part: pl.DataFrame) -> Piece:
    """Extract a part and say what it took; `log` gets a line when it begins."""
    with log.open("a", encoding="utf-8") as lines:
        lines.write(f"{part.item(0, 'article_id')}\n")
    before = time.process_time()
    frames = extract_part(load_extractor, version, part)
    used = time.process_time() - before
    rows = hashlib.sha256()
    for name in sorted(frames):
        rows.update(frames[name].write_ndjson().encode())
    return Piece(os.getpid(), used, rows.hexdigest())


def _round(
    cluster: Cluster, work: Callable[[pl.DataFrame], Piece], parts: Sequence[pl.DataFrame]
) -> tuple[float, Counter[int], str]:
    """Seconds by the clock, processor time of each worker, and a digest of all rows."""
    began, used = time.perf_counter(), Counter[int]()
    pieces = []
    for piece in cluster.run(work, parts):
        used[piece.worker] += piece.processor  # type: ignore[assignment]
        pieces.append(piece)
    return time.perf_counter() - began, used, _digest(pieces)


def _digest(pieces: Sequence[Piece]) -> str:
    return hashlib.sha256("".join(sorted(piece.digest for piece in pieces)).encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
