"""A worker's port for those who watch it (健康检查): /healthz is it alive, /readyz can it work, /metrics what it and the cluster did.

It is opened only when asked for (`--listen`), answers GET alone and shows counts, never a site or a company.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from compliance.cluster import cluster_health, figures_text
from compliance.store.session import Store
from crawler.cluster.log import WorkerLog
from crawler.cluster.worker import SiteWorker

ALIVE = 60.0  # seconds since the queue was last heard of


@contextmanager
def listening(where: str, store: Store, worker: SiteWorker, told: WorkerLog) -> Iterator[int]:
    """Answers at HOST:PORT while the block runs; gives the port. Raises OSError where it can't be opened, ValueError for no address."""
    host, _, port = where.rpartition(":")
    if not host or not port.isdigit():
        raise OSError(f"--listen {where}: write HOST:PORT, as 127.0.0.1:9464")

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            if self.path == "/healthz":
                silent = time.monotonic() - worker.beat_at
                self._answer(200 if silent < ALIVE else 503, json.dumps({"seconds_since_beat": round(silent, 1)}))
            elif self.path == "/readyz":
                health = cluster_health(store)
                self._answer(503 if health["faults"] else 200, json.dumps(health, ensure_ascii=False))
            elif self.path == "/metrics":
                self._answer(200, told.figures.text() + figures_text(store), "text/plain; version=0.0.4; charset=utf-8")
            else:
                self._answer(404, json.dumps({"paths": ["/healthz", "/readyz", "/metrics"]}))

        def _answer(self, status: int, body: str, kind: str = "application/json") -> None:
            data = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Who asks for the figures is no news."""

    server = ThreadingHTTPServer((host, int(port)), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="listen", daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
