"""Who works on the parts (计算引擎): this process, Dask's processes on this machine, or a Dask cluster. All run `work.check_part`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from compliance.batch.parts import Part
from compliance.batch.ship import Order
from compliance.batch.work import check_part

ENGINES = ("local", "dask")
AHEAD = 1_000  # parts handed over before the first is back: a scheduler of a hundred thousand waiting parts grows slow
RETRIES = 3  # of a part whose worker died
SHOWN = 3  # parts named in a message
PATIENCE = 20  # seconds that a scheduler has to answer

Json = dict[str, Any]


class EngineError(RuntimeError):
    """The engine can't be used, or could not do all parts; the message says why and what to do."""


def chosen(engine: str | None, workers: int | None, scheduler: str | None) -> str:
    """The engine that is meant; raises EngineError when the three don't go together."""
    engine = engine or ("dask" if workers or scheduler else "local")
    if engine not in ENGINES:
        raise EngineError(f"--engine {engine!r} is not one of {', '.join(ENGINES)}")
    if engine == "local" and (workers or scheduler):
        raise EngineError("--workers and --scheduler go with --engine dask")
    return engine


def work_through(
    engine: str,
    order: Order,
    parts: Iterable[Part],
    each: Callable[[Json], None],
    workers: int | None = None,
    scheduler: str | None = None,
) -> None:
    """Checks all parts; `each` is told of every one that is done. `workers`: processes of this machine; `scheduler`: a cluster's address.

    Raises EngineError, after all other parts are done, when a part's worker died again and again.
    """
    lost: list[Part] = []
    if engine == "local":
        for part in parts:
            each(check_part(order, part))
        return
    try:
        if scheduler is not None:
            lost = _work_there(order, parts, each, scheduler)
        else:
            from compliance.batch.processes import work_here

            lost = work_here(order, parts, each, workers or os.cpu_count() or 1)
    except ImportError as error:
        raise EngineError("--engine dask needs an extra: pip install '.[dask]'") from error
    if lost:
        named = "; ".join(_named(part) for part in lost[:SHOWN])
        raise EngineError(
            f"{len(lost)} part(s) ended their worker {RETRIES + 1} times (memory? `dmesg` tells): {named}. All others are done; the same "
            "command tries these again, with --engine local in this process"
        )


def _named(part: Part) -> str:
    first, *more = part.sources
    where = f" bytes {part.start}–{part.stop}" if part.kind == "lines" else f" and {len(more)} more" if more else ""
    return f"part {part.number}: {'visit ' if part.kind == 'visits' else ''}{first}{where}"


def _work_there(order: Order, parts: Iterable[Part], each: Callable[[Json], None], scheduler: str) -> list[Part]:
    """On the workers of a cluster; gives the parts whose worker died every time."""
    lost: list[Part] = []
    with _client(scheduler) as client:
        from distributed import KilledWorker, as_completed

        def submit(part: Part) -> Any:
            key = f"part-{part.number}-{order.mark}"
            future = client.submit(check_part, order, part, key=key, pure=False, retries=RETRIES)
            given[future.key] = part
            return future

        given: dict[Any, Part] = {}
        waiting = iter(parts)
        running = as_completed([submit(part) for part in _some(waiting, AHEAD)], loop=client.loop)
        for future in running:
            part = given.pop(future.key)
            try:
                each(future.result())
            except KilledWorker:
                lost.append(part)
            future.release()
            for another in _some(waiting, 1):
                running.add(submit(another))
    return lost


def _some(parts: Iterator[Part], most: int) -> list[Part]:
    return [part for _, part in zip(range(most), parts, strict=False)]


@contextmanager
def _client(scheduler: str) -> Iterator[Any]:
    from distributed import Client

    try:
        client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise EngineError(f"--scheduler {scheduler}: no scheduler answers there ({error})") from error
    with client:
        yield client
