"""Processes of this machine (本机多进程): Dask's multiprocessing scheduler over processes split off from this one, which has all open.

Dask's distributed scheduler on one machine would start an interpreter of its own for every worker and its keeper, speak TLS with them and
load law, reader and register in each: two to three seconds a worker. Here that is paid once.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any

from compliance.batch.parts import Part
from compliance.batch.ship import Order, opened
from compliance.batch.work import check_part

TRIES = 4  # of a part whose process died
TOGETHER = 2  # of these beside other parts, which may have been what killed it; the last ones it has to itself

Json = dict[str, Any]


def work_here(order: Order, parts: Iterable[Part], each: Callable[[Json], None], workers: int) -> list[Part]:
    """Checks all parts, `each` is told of every one that is done. Gives the parts whose process died every time, mostly none.

    When a process dies, the parts that were at work are begun anew, the others go on. Raises ImportError without Dask, and what `each`
    or a part raises (disk full …); then no process is left.
    """
    from dask.multiprocessing import get

    waiting = {part.number: part for part in parts}
    died: Counter[int] = Counter()
    lost: list[Part] = []
    if can_split():
        opened(order)  # what is open here is open in every process split off from here
    while waiting:
        some = [number for number in waiting if died[number] < TOGETHER] or [min(waiting)]
        running: set[int] = set()

        def began(key: int, *_: Any, at_work: set[int] = running) -> None:
            at_work.add(key)

        def ended(key: int, done: Json, *_: Any, at_work: set[int] = running) -> None:
            at_work.discard(key)
            del waiting[key]
            each(done)

        graph = {number: (partial(check_part, order, waiting[number]),) for number in some}
        try:
            with Pool(min(workers, len(some))) as pool:
                get(
                    graph, some, pool=pool, chunksize=1, optimize_graph=False,
                    callbacks=[(None, None, began, ended, None)],
                )  # fmt: skip
        except BrokenProcessPool:
            died.update(running)
            lost += [waiting.pop(number) for number in running if died[number] >= TRIES]
    return lost


class Pool:
    """The pool of processes; `first` is called in each at its start. Left with an error, it ends what is at work instead of waiting for it: files appear whole or not at all."""

    def __init__(self, workers: int, first: Callable[[], None] | None = None) -> None:
        self._before = set(multiprocessing.active_children())
        context = multiprocessing.get_context("fork" if can_split() else "spawn")
        self._pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(first,))

    def __enter__(self) -> ProcessPoolExecutor:
        return self._pool

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            for process in set(multiprocessing.active_children()) - self._before:
                process.terminate()
        self._pool.shutdown(cancel_futures=True)


def can_split() -> bool:
    """Whether this process may be split: on Linux, and while no other thread of it could hold a lock that is then never given back."""
    return sys.platform == "linux" and threading.active_count() == 1


def _begin(first: Callable[[], None] | None) -> None:
    """In each process at its start: Ctrl-C is the parent's to answer, and nobody works on when the parent was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if first is not None:
        first()


def _end_with_parent() -> None:
    if (parent := multiprocessing.parent_process()) is not None:
        parent.join()
        os._exit(1)
