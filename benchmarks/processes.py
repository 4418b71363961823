"""What a command took: clock, processor time and peak memory of its whole tree of processes."""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipelines.versions import extractor_version

RESULTS = Path(__file__).with_name("results")
_SECONDS_BETWEEN_LOOKS = 0.2


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the clock and of the processor, and mebibytes at the peak."""

    clock: float
    processor: float
    peak: float


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Took:
    """Run `command` to its end. Raises `RuntimeError` with what it printed where it fails."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.append(process.stdout.read() if process.stdout else ""))
    reader.start()
    peak, most_resident = 0.0, 0
    while process.poll() is None:
        resident = sum(map(_resident, _tree(process.pid)))
        if resident > most_resident:  # to ask for shares costs a hundred times as much, and halts who is asked
            peak, most_resident = max(peak, memory(process.pid)), resident
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    reader.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{''.join(said)[-2000:]}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(time.perf_counter() - began, used, peak)


def keep(name: str, figures: Mapping[str, Any]) -> None:
    """Append one line to the history of the benchmark `name`: the machine, the versions, the figures."""
    RESULTS.mkdir(exist_ok=True)
    line = {
        "on": time.strftime("%Y-%m-%d"),
        "cores": os.cpu_count(),
        "processor": _processor(),
        "load": round(os.getloadavg()[1], 1),
        "python": platform.python_version(),
        "spacy": version("spacy"),
        "extractor": extractor_version(),
        **figures,
    }
    with (RESULTS / f"{name}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def memory(pid: int) -> float:
    """Mebibytes of a process and all below it; pages that several share count once (proportional set size)."""
    kibibytes = 0
    for current in _tree(pid):
        with suppress(OSError):  # it ended while we looked
            for line in Path(f"/proc/{current}/smaps_rollup").read_text(encoding="utf-8").splitlines():
                if line.startswith("Pss:"):
                    kibibytes += int(line.split()[1])
    return kibibytes / 1024


def _tree(pid: int) -> list[int]:
    found = [pid]
    for process in found:
        found += children(process)
    return found


def _resident(pid: int) -> int:
    """Pages of a process that are in memory, shared ones among them."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    except OSError:
        return 0  # it ended while we looked


def children(pid: int) -> list[int]:
    """The processes that a process started and that still run."""
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text(encoding="utf-8").split())
    except OSError:
        pass  # it ended while we looked
    return found


def python(*arguments: str) -> list[str]:
    """The command that runs this Python with `arguments`."""
    return [sys.executable, *arguments]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
