"""Page records on all cores (逐行多进程): `check FILE.jsonl`, the file cut into parts, lines and results in the order of the records.

Standard output and standard error hold what one process would write. A part whose process died is checked here, and so is all
that follows it.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.batch.parts import Part, pages_of, parts_of
from compliance.batch.processes import Pool, can_split
from compliance.batch.ship import settle
from compliance.checking.output import Lines, said
from compliance.checking.session import check_pages, pictures_read
from compliance.reading.open import RECORDS, page_of_text
from compliance.reading.read import read_page

if TYPE_CHECKING:
    from compliance.checking.session import Checked
    from compliance.records import PageResult

WORTH = 4 << 20  # bytes of records for which a second process is started unasked: some hundred milliseconds of work
PART = 1 << 20  # bytes of one part
AHEAD = 3  # parts a process that wait or are done and not yet written: what bounds the memory


@dataclass(frozen=True, slots=True)
class Written:
    """A part's lines and whether a finding reached the floor, or its results; and what else the run has to say."""

    text: str = ""
    reached: bool = False
    results: list[PageResult] = field(default_factory=list)
    faults: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def processes_for(sources: Sequence[str], jobs: int | None) -> int:
    """How many processes `sources` are worth: `jobs`, or one a core that may be used; 1 for little work, for what isn't page records, and
    where processes can't be split off."""
    if (
        jobs == 1
        or not can_split()
        or not all(Path(s).suffix.lower() in RECORDS and Path(s).is_file() for s in sources)
    ):
        return 1
    if jobs is None and sum(Path(s).stat().st_size for s in sources) < WORTH:
        return 1
    return jobs or len(os.sched_getaffinity(0))


def write_lines(sources: Sequence[str], checked: Checked, floor: str | None, pictures: bool, processes: int) -> int:
    """Checks all records and writes their lines; the exit status is that of `write_results`."""
    reached = False
    for one in _in_order(sources, _Work(checked, pictures, Lines(checked, floor)), processes):
        sys.stdout.write(one.text)
        reached |= one.reached
    return said(checked, reached)


def results_of(sources: Sequence[str], checked: Checked, pictures: bool, processes: int) -> Iterator[PageResult]:
    """The results of all records, as `check_sources` gives them but without the pages' own text."""
    for one in _in_order(sources, _Work(checked, pictures), processes):
        yield from one.results


def _in_order(sources: Sequence[str], work: _Work, processes: int) -> Iterator[Written]:
    checked = work.checked
    parts, faults = parts_of(sources, PART)
    for fault in faults:
        checked.fault(fault.source, fault.what, fault.fix)
    for one in _done(parts, work, processes):
        checked.faults += one.faults
        checked.notes += one.notes
        yield one


def _done(parts: Sequence[Part], work: _Work, processes: int) -> Iterator[Written]:
    read_page(
        page_of_text("<p>云岭</p>", html=True)
    )  # loads the gate; what a claim needs is loaded where one is met, on few pages
    settle()
    left = deque(parts)
    sys.stdout.flush()  # what waits to be written must not be split off too
    work.let_go()
    try:
        with Pool(min(processes, len(parts)), work.begin) as pool:
            running = deque(pool.submit(_checked, left[n]) for n in range(min(processes * AHEAD, len(left))))
            while running:
                one = running[0].result()
                running.popleft()
                left.popleft()
                if len(left) > len(running):
                    running.append(pool.submit(_checked, left[len(running)]))
                yield one
    except BrokenProcessPool:
        work.checked.note(f"a process ended before its work was done; {len(left)} part(s) were checked by one process")
    work.begin()
    yield from map(_checked, left)


@dataclass
class _Work:
    """What all parts are checked with."""

    checked: Checked
    pictures: bool
    lines: Lines | None = None  # None: results are wanted

    def let_go(self) -> None:
        """Closes the store, which opens again when asked: a connection must not cross into a process that is split off."""
        store = getattr(self.checked.rows, "store", None)
        if store is not None:
            store.close()

    def begin(self) -> None:
        """In each process, before its first part."""
        global _work
        _work = self


_work: _Work | None = None


def _checked(part: Part) -> Written:
    assert _work is not None
    work, checked = _work, _work.checked
    faults, notes = checked.faults, checked.notes
    checked.faults, checked.notes = [], []
    try:
        with pictures_read(checked, work.pictures):
            results = list(check_pages(pages_of(part), checked))
        if work.lines is None:
            return Written(results=list(map(_light, results)), faults=checked.faults, notes=checked.notes)
        text = "".join(map(work.lines.line, results))
        return Written(text, any(map(work.lines.reaches, results)), faults=checked.faults, notes=checked.notes)
    finally:
        checked.faults, checked.notes = faults, notes


def _light(result: PageResult) -> PageResult:
    """The result without the page's text, which no one asks for any more and which would be most of what goes between processes."""
    return replace(result, page=replace(result.page, html=None, text=None))
