"""A worker's desk for one run (工位): a fetching process that is fed with sites, and the judging of what it brings, in a thread of its own.

The store is the queue between the two, as in crawler.run: a kill of either loses nothing. A site is done when its pages are fetched and
judged, the known ones that were not due are judged again, and its web archive is written.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.checking.session import CannotCheck, Checked, open_check
from compliance.pictures.onpage import PagePictures
from compliance.places import Place, PlaceError
from compliance.store import pages, runs
from compliance.store.pictures import judged_pages
from compliance.store.plain import plainly
from compliance.store.session import StoreError, open_store
from crawler.capture.archives import archive_run
from crawler.capture.screenshot import shots_of_run
from crawler.judging import Judging
from crawler.pictures import look_later, look_now, pictures_in
from crawler.run import lines_of, python_path

IDLE = 30.0  # seconds without a site after which a desk is cleared
LOOK = 1.0
Event = dict[str, Any]


class SiteStopped(RuntimeError):
    """The site isn't done: why. It is tried again."""


@dataclass(frozen=True, slots=True)
class RunOrder:
    """What a run's sites need, as the run's row keeps it (JSON). `evidence`: place for web archives, None: none are written."""

    run: str
    settings: dict[str, Any]
    register: str | None = None
    as_of: str | None = None
    evidence: str | None = None
    job: str | None = None
    pictures: bool = True  # read, after a site's pages, the pictures likely to matter

    @classmethod
    def of(cls, run: str, kept: str) -> RunOrder:
        """From the run's row."""
        said = json.loads(kept)
        rest = (said.get(name) for name in ("register", "as_of", "evidence", "job"))
        return cls(run, said.get("scrapy", {}), *rest, pictures=said.get("pictures", True))

    def to_json(self) -> dict[str, Any]:
        """For the run's row."""
        return {
            "scrapy": self.settings,
            "register": self.register,
            "as_of": self.as_of,
            "evidence": self.evidence,
            "job": self.job,
            "pictures": self.pictures,
        }


class Desk:
    """Works on sites of one run. `tell(event)`: what happens, for logs and figures; called in the desk's own thread."""

    def __init__(
        self, store_url: str, order: RunOrder, tell: Callable[[Event], None], result: Callable[[Any], None]
    ) -> None:
        self.order, self.tell, self._result = order, tell, result
        self.open: dict[int, Future[Event]] = {}
        self.tainted: set[int] = set()  # sites that left the fetching process with addresses on their way
        self.closed = False
        self._again: set[int] = set()
        self._pictures: PagePictures | None = (
            None  # reads pictures, after the pages of a site; kept open from site to site
        )
        self._url = store_url
        self._inbox: queue.Queue[Event | None] = queue.Queue()
        self._lock = threading.Lock()
        self._used = time.monotonic()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name=f"desk-{order.run}", daemon=True)
        self._thread.start()

    def visit(self, site_id: int, holder: str, again: bool = False) -> Future[Event]:
        """The site's end, as an event; SiteStopped when it was stopped before. `again`: another worker had it and did not end it."""
        future: Future[Event] = Future()
        with self._lock:
            if self.closed or site_id in self.open or site_id in self.tainted:
                future.set_exception(SiteStopped("the desk is being cleared"))
                return future
            self.open[site_id] = future
            self._used = time.monotonic()
            if again:
                self._again.add(site_id)
        self._inbox.put({"event": "take", "id": site_id, "holder": holder})
        return future

    def leave(self, site_id: int, why: str) -> None:
        """Lets a site go."""
        self._inbox.put({"event": "leave", "id": site_id, "why": why})

    def close(self, why: str) -> None:
        """Lets all sites go and ends the fetching process. Waits for it."""
        with self._lock:
            self.closed = True
        self._inbox.put({"event": "close", "why": why})
        self._thread.join(timeout=30)

    def idle(self) -> bool:
        """Whether nobody needs the desk any more."""
        with self._lock:
            return not self.open and time.monotonic() - self._used > IDLE

    def _run(self) -> None:
        """The thread: what the fetching process says and what the worker asks, in turn."""
        why = "the desk broke off"
        try:
            with ExitStack() as kept:
                store = kept.enter_context(open_store(self._url))
                checked = kept.enter_context(
                    open_check(
                        register=self.order.register,
                        as_of=date.fromisoformat(self.order.as_of) if self.order.as_of else None,
                        store=store if self.order.register is None else None,
                    )
                )
                with plainly(store):
                    why = self._work(store, checked)
        except (StoreError, CannotCheck, PlaceError, OSError) as error:
            why = str(error)
        finally:
            self._end(why)

    def _work(self, store: Any, checked: Checked) -> str:
        judging = Judging(store, checked.check, self._result)
        judging.notes_pictures = self.order.pictures and look_later(store, checked)
        process = self._start()
        judging.warm()
        while True:
            for event in self._events():
                kind = event["event"]
                if kind == "take":
                    # what a worker that died had fetched and not judged comes first
                    judging.queue.extend(pages.pending_visits(store, self.order.run, event["id"]))
                    self._send({"site": event["id"], "holder": event["holder"]})
                elif kind == "leave":
                    self._send({"leave": event["id"], "why": event["why"]})
                elif kind == "close":
                    return str(event["why"])
                elif kind == "end":
                    return event["stopped"] or "the fetching process came to its end"
                elif kind == "gone":
                    return "the fetching process ended without a word"
                elif kind == "visit":
                    if event["pending"]:
                        judging.queue.append(event["id"])
                    self.tell({**event, "run": self.order.run})
                elif kind == "left":
                    self.tainted.add(event["id"])
                    self._fail(event["id"], str(event["reason"]))
                    self.tell({**event, "run": self.order.run})
                elif kind == "site":
                    judging.all()
                    self._complete(store, checked, judging, event)
            judging.all()
            if process.poll() is not None and self._inbox.empty():
                return "the fetching process ended without a word"

    def _events(self) -> list[Event]:
        """All that waits, once something does."""
        found: list[Event] = []
        try:
            found.append(self._inbox.get(timeout=LOOK) or {"event": "gone"})
            while True:
                found.append(self._inbox.get_nowait() or {"event": "gone"})
        except queue.Empty:
            return found

    def _complete(self, store: Any, checked: Checked, judging: Judging, event: Event) -> None:
        """The site is fetched and its pages are judged: what is left to do for it, then its end is told."""
        site_id = event["id"]
        judging.queue.extend(pages.pending_visits(store, self.order.run, site_id))
        judging.queue.extend(pages.carried_visits(store, self.order.run, site_id))
        judging.all()
        if judging.notes_pictures:
            self._look_at_pictures(store, checked, judging, site_id)
        owner = judging.owners.pop(site_id, None)
        if owner is not None:
            runs.save_owner(store, site_id, owner.to_json())
        if self.order.evidence:
            self._keep(store, checked, site_id)
        for fault in judging.faults:
            self.tell({"event": "fault", "run": self.order.run, "what": str(fault)})
        judging.faults.clear()
        self.tell({**event, "run": self.order.run})
        with self._lock:
            future = self.open.pop(site_id, None)
            self._used = time.monotonic()
        if future is not None and not future.done():
            future.set_result(event)

    def _look_at_pictures(self, store: Any, checked: Checked, judging: Judging, site_id: int) -> None:
        """The second look at pages whose pictures are likely to matter; a site that was taken up doesn't know them any more: all."""
        left = judged_pages(store, self.order.run, site_id) if site_id in self._again else []
        visits = sorted({*judging.with_pictures, *left})
        judging.with_pictures = []
        if visits:
            self._pictures = self._pictures or pictures_in(store, checked)
            self.tell({"event": "pictures", "run": self.order.run, "site": site_id, "pages": len(visits)})
            look_now(checked, self._pictures, judging.again, visits)

    def _keep(self, store: Any, checked: Checked, site_id: int) -> None:
        """How the site's pages that speak of certification looked, where this worker has a browser, and its web archive."""
        own = {"CERTMARK_BROWSER": checked.settings.browser}  # each machine has its own
        shots = shots_of_run(store, self.order.run, self.order.settings | own, site_id)
        for fault in shots.faults:
            self.tell({"event": "fault", "run": self.order.run, "what": str(fault)})
        archive_run(store, self.order.run, Place(str(self.order.evidence)), checked.settings.user_agent, site_id)

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = process = subprocess.Popen(
            [sys.executable, "-P", "-m", "crawler.cluster.fetcher"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": python_path(), "PYTHONIOENCODING": "utf-8"},
        )
        settings = self.order.settings | {"CERTMARK_PARENT": os.getpid()}
        self._send({"store": self._url, "run": self.order.run, "settings": settings})
        threading.Thread(target=self._listen, args=(process,), daemon=True).start()
        return process

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        for lines in lines_of(process.stdout.fileno()):
            for line in lines:
                try:
                    self._inbox.put(json.loads(line))
                except json.JSONDecodeError:  # a library that prints: no event of ours
                    print(line, file=sys.stderr)
        self._inbox.put(None)

    def _send(self, line: Event) -> None:
        assert self._process and self._process.stdin
        try:
            self._process.stdin.write(json.dumps(line).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            self._inbox.put(None)

    def _fail(self, site_id: int, why: str) -> None:
        with self._lock:
            future = self.open.pop(site_id, None)
        if future is not None and not future.done():
            future.set_exception(SiteStopped(why))

    def _end(self, why: str) -> None:
        with self._lock:
            self.closed = True
            waiting = list(self.open)
        if self._pictures is not None:
            self._pictures.close()
        if self._process is not None:
            self._process.kill()  # every answer that is in the store stays; what was in flight is asked for again
            self._process.wait()
        for site_id in waiting:
            self._fail(site_id, why)
