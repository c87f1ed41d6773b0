"""Import of a register file against SQLModel's `add_all` of the same rows into the same tables: elapsed and processor time, memory, room."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from compliance.register.files import open_register_file
from compliance.register.imports import Reading, plain_batches
from compliance.register.names import key_of, normal_form
from compliance.store.session import open_store

ADD_ALL_ROWS = 40_000  # rows of one stretch of the slow side; it is measured before, while and after
_PROGRAM = (
    "import json, os, sys, time; from compliance.register_open import import_register\n"
    "from compliance.store.session import open_store\n"
    "start = time.time()\n"
    "with open_store(sys.argv[2]) as store: done = import_register(store, sys.argv[1], complete=('all',)).imported\n"
    "took, t = time.time() - start, os.times()\n"
    "print(json.dumps({'rows': done.rows, 'seconds': took, 'cpu': sum(t[:4])}))"
)


class Rate(NamedTuple):
    """Rows a second: by the clock, and of processor time."""

    clock: float
    processor: float


def measure_import(source: Path, database: Path, told: Callable[[str, Any], None]) -> None:
    """Our import in a process of its own between stretches of `add_all`."""
    remove(database)
    slow = [add_all_rate(source, database.with_suffix(".slow")) for _ in range(2)]
    program = subprocess.Popen([sys.executable, "-c", _PROGRAM, source, database], stdout=subprocess.PIPE)
    peak = _Peak(program.pid)
    said, _ = program.communicate()
    peak.stop()
    ours = json.loads(said)
    slow += [add_all_rate(source, database.with_suffix(".slow")) for _ in range(2)]
    clock, processor = median(s.clock for s in slow), median(s.processor for s in slow)
    fast = Rate(ours["rows"] / ours["seconds"], ours["rows"] / ours["cpu"])
    told("rows imported", f"{ours['rows']:,} in {ours['seconds']:.0f} s: {fast.clock:,.0f} rows/s")
    told("processor time of the import, both processes", f"{ours['cpu']:.0f} s: {fast.processor:,.0f} rows/s")
    told(
        "SQLModel add_all, same rows, same tables", f"{clock:,.0f} rows/s; {processor:,.0f} a second of processor time"
    )
    told("import : add_all, by the clock", f"{fast.clock / clock:.1f}×")
    told("import : add_all, by processor time", f"{fast.processor / processor:.1f}×")
    told(
        "peak memory",
        f"{peak.own:.0f} MB of their own in both processes; with mapped pages of the file {peak.whole:.0f} MB",
    )
    size = database.stat().st_size
    told("database", f"{size / 1e9:.2f} GB: {size / ours['rows']:.0f} bytes a row")


def add_all_rate(source: Path, database: Path, rows_taken: int = ADD_ALL_ROWS) -> Rate:
    """Rows a second of the same work with row objects: cleaned rows → SQLModel objects → `add_all`, indexes present."""
    from sqlmodel import Session

    remove(database)
    maker, count = _Objects(), 0
    start, used = time.perf_counter(), time.process_time()
    opened = open_register_file(source)
    with open_store(database) as store, Session(store.engine) as session:
        for rows, _ in plain_batches(Reading(opened), 20261101):
            session.add_all(maker.of(rows))
            session.commit()
            session.expunge_all()
            count += len(rows)
            if count >= rows_taken:
                break
    opened.close()
    rate = Rate(count / (time.perf_counter() - start), count / (time.process_time() - used))
    remove(database)
    return rate


class _Objects:
    """Row objects of clean rows: words and firms once, certificates with their numbers."""

    def __init__(self) -> None:
        self._words: dict[str, int] = {}
        self._firms: dict[Any, int] = {}

    def of(self, rows: Iterable[tuple[Any, ...]]) -> list[Any]:
        from compliance.store.tables import Certificate

        made: list[Any] = []
        for r in rows:
            word = lambda said, made=made: self._word(said, made)  # noqa: E731 - six uses on the next lines
            made.append(Certificate(
                number_key=r[1], number=r[0], organisation_id=self._firm(r[2], r[3], made), scheme_id=word(r[4]), standard_id=word(r[5]),
                scope=r[6], body_id=word(r[7]), body_code_id=word(r[8]), issued=r[9], expires=r[10], status=1, status_from=r[12],
                province_id=word(r[13]), import_id=1, models=r[17], replaced_by=r[18],
            ))  # fmt: skip
        return made

    def _word(self, said: str | None, made: list[Any]) -> int | None:
        from compliance.store.tables import RegisterWord

        if said is not None and said not in self._words:
            self._words[said] = len(self._words) + 1
            made.append(RegisterWord(id=self._words[said], text=said))
        return self._words[said] if said is not None else None

    def _firm(self, name: str, code: str | None, made: list[Any]) -> int:
        from compliance.store.tables import Organisation

        number = self._firms.get((name, code))
        if number is None:
            number = self._firms[name, code] = len(self._firms) + 1
            normal = normal_form(name)
            made.append(Organisation(id=number, name=name, normal=normal, key=key_of(normal)[0], uscc=code))
        return number


class _Peak:
    """The most memory that a process and its children have together, looked at five times a second. Linux only; MB.

    `own`: what is theirs alone; `whole`: with the pages of files that are mapped, which the system may take back."""

    def __init__(self, pid: int) -> None:
        self.own = self.whole = 0.0
        self._pid, self._ended = pid, threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()

    def stop(self) -> None:
        self._ended.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._ended.wait(0.2):
            seen = [_memory(p) for p in (self._pid, *_children(self._pid))]
            self.own = max(self.own, sum(own for own, _ in seen) / 1024)
            self.whole = max(self.whole, sum(own + mapped for own, mapped in seen) / 1024)


def _children(pid: int) -> list[int]:
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _memory(pid: int) -> tuple[int, int]:
    """(own, mapped) KB of a process that may have ended."""
    try:
        lines = [line.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
    except OSError:
        return 0, 0
    of = {line[0]: int(line[1]) for line in lines if line and line[0] in ("RssAnon:", "RssFile:")}
    return of.get("RssAnon:", 0), of.get("RssFile:", 0)


def remove(database: Path) -> None:
    """The database and what SQLite keeps beside it."""
    for old in database.parent.glob(database.name + "*"):
        os.unlink(old)
