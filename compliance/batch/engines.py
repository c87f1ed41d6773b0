"""Who works on the parts (计算引擎): this process, or Dask's workers, here or on a cluster that is there. All run `work.check_part`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from compliance.batch.parts import Part
from compliance.batch.ship import Order
from compliance.batch.work import check_part

ENGINES = ("local", "dask")
AHEAD = 1_000  # parts handed over before the first is back: a scheduler of a hundred thousand waiting parts grows slow
# What Dask watches itself by costs a small engine a tenth of its work: less often, and no pages for browsers.
QUIET = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "2s",
    "distributed.admin.tick.limit": "60s",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.admin.low-level-log-length": 100,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}
RETRIES = 3  # of a part whose worker died


class EngineError(RuntimeError):
    """The engine can't be used; the message says why and what to do."""


def results_of(
    engine: str, order: Order, parts: Iterable[Part], workers: int | None = None, scheduler: str | None = None
) -> Iterator[dict[str, Any]]:
    """What became of each part, as they come. `workers`: processes of this machine; `scheduler`: address of a cluster instead."""
    if engine == "local":
        for part in parts:
            yield check_part(order, part)
        return
    with _client(workers or os.cpu_count() or 1, scheduler) as client:
        from distributed import as_completed

        waiting = iter(parts)
        running = as_completed([_submit(client, order, p) for p in _some(waiting, AHEAD)], loop=client.loop)
        for future in running:
            yield future.result()
            future.release()
            for part in _some(waiting, 1):
                running.add(_submit(client, order, part))


def _submit(client: Any, order: Order, part: Part) -> Any:
    return client.submit(check_part, order, part, key=f"part-{part.number}-{order.mark}", pure=False, retries=RETRIES)


def _some(parts: Iterator[Part], most: int) -> list[Part]:
    return [part for _, part in zip(range(most), parts, strict=False)]


@contextmanager
def _client(workers: int, scheduler: str | None) -> Iterator[Any]:
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise EngineError("--engine dask needs an extra: pip install '.[dask]'") from error
    if scheduler is not None:
        try:
            with Client(scheduler, timeout=20, set_as_default=False) as client:
                yield client
        except OSError as error:
            raise EngineError(f"--scheduler {scheduler}: no scheduler answers there ({error})") from error
        return
    # Other users of this machine reach loopback too: the workers speak TLS with certificates of this one run.
    with (
        dask.config.set(QUIET),
        LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
            security=True, silence_logs=40, memory_limit=0,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):  # fmt: skip
        yield client
