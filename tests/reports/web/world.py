"""What a desk is looked at with: pages in the store as a crawl leaves them, a desk at a real port, a real Chromium."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib.util import find_spec
from typing import Any

import pytest

from compliance.checking.render import head_json, page_json
from compliance.checking.session import VERSION, Checked, open_check
from compliance.reading.open import page_of_bytes
from compliance.records import Company
from compliance.register.names import normal_form
from compliance.store import cases, runs, turns
from compliance.store.findings import save_results
from compliance.store.pages import Answer
from compliance.store.runs import NewRequest, NewSite
from compliance.store.session import Store

DAY = date(2026, 11, 23)
SEEN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SAID = "本产品通过ISO9001认证"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
in_chromium = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("playwright") is None, reason="playwright is not installed"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@contextmanager
def checking() -> Iterator[Checked]:
    """A check without a register, for the sample's day."""
    with open_check(register="none", as_of=DAY) as checked:
        yield checked


def keep_pages(store: Store, checked: Checked, pages: Sequence[tuple[str, str, bytes]]) -> None:
    """(address, company, bytes) as received and judged, each company a site of its own; then gathered into cases."""
    sites = [
        NewSite(url.split("/")[2], name, None, None, 0, (NewRequest(f"p{at}", url),))
        for at, (url, name, _) in enumerate(pages)
    ]
    run_id, _ = runs.open_run(store, f"test-{time.monotonic_ns()}", sites, {})
    head = head_json(version=VERSION, rules=checked.book.hash, law=checked.law_hash, as_of=checked.today, register=None)
    results = []
    for site, (url, name, body) in zip(sorted(runs.sites_of(store, run_id), key=lambda s: s.id), pages, strict=True):
        request = turns.claim(store, site.id)
        kind = (("Content-Type", "text/html; charset=utf-8"),)
        answer = Answer("page", url, url, SEEN, 200, kind, body, host=site.host, fingerprint=request.fingerprint)
        turns.finish(store, run_id, request, answer)
        page = page_of_bytes(
            body,
            url=url,
            content_type=kind[0][1],
            captured_at=SEEN,
            company=Company(name=name, uscc=None, source="record"),
        )
        results.append((head, page_json(checked.check(page)), normal_form(name)))
    runs.end_run(store, run_id)
    save_results(store, results)
    cases.gather(store)


@contextmanager
def serving(desk: Any) -> Iterator[str]:
    """The desk at a port of loopback: its address."""
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(desk, port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive() and time.monotonic() < deadline, "the desk did not start"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def chromium() -> Iterator[Any]:
    """A Chromium; its own sandbox is off only for root, who can't have it."""
    from playwright.sync_api import sync_playwright

    arguments = ["--disable-gpu", "--no-first-run", "--disable-background-networking"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


def sign_in_at(page: Any, desk: str, login: str, password: str) -> None:
    """Signs in as a person does."""
    page.goto(f"{desk}/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.click("button.main")
    page.wait_for_url(f"{desk}/")
