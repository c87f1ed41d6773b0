"""Seconds and memory a picture costs, in the reader's own process and without kept answers."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from compliance.pictures.read import PictureReader


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one picture: seconds on the clock, seconds of processor time (None where the system does not say), peak memory in MB."""

    name: str
    seconds: float
    processor: float | None
    megabytes: float | None


def costs_of(pictures: Iterable[tuple[str, bytes]]) -> list[Cost]:
    """Each picture in one process; the first answer, which includes its start, is asked for once beforehand and not counted."""
    reader, out = PictureReader(), []
    try:
        for at, (name, data) in enumerate(pictures):
            if at == 0:
                reader.read(data, name)
            process = reader._process
            pid = process.pid if process is not None else 0
            _reset_peak(pid)
            before, start = _processor(pid), time.perf_counter()
            reader.read(data, name)
            seconds = time.perf_counter() - start
            after = _processor(pid)
            spent = after - before if after is not None and before is not None else None
            out.append(Cost(name, seconds, spent, _peak(pid)))
    finally:
        reader.close()
    return out


def cost_lines(costs: list[Cost]) -> list[str]:
    """Median and most of each measure."""
    if not costs:
        return []
    lines = [f"cost of {len(costs)} pictures, each read anew in the reader's process (machine shared with other work):"]
    for name, values in (
        ("seconds on the clock", [c.seconds for c in costs]),
        ("seconds of processor", [c.processor for c in costs if c.processor is not None]),
        ("peak memory, MB", [c.megabytes for c in costs if c.megabytes is not None]),
    ):
        if values:
            lines.append(f"  {name:22} median {median(values):7.2f}   most {max(values):7.2f}")
    return lines


def _reset_peak(pid: int) -> None:
    try:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    except OSError:  # not Linux, or not allowed: the peak is then that of the process so far
        return


def _peak(pid: int) -> float | None:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return None


def _processor(pid: int) -> float | None:
    try:
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
