"""Evidence pictures (证据图片): the kept bytes of a page drawn again offline, harmless, with the quote marked, cut to what stands around it.

Drawn by Chromium from the inert snapshot (reports.web.snapshot): no script runs, nothing is loaded, so the page's own look and pictures
are missing and the caption says so. Needs the extras `browser` and `review` and a Chromium; without them there is no picture and why is said.
"""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any

from compliance.store.session import Store

Json = dict[str, Any]
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
WIDTH, ABOVE, TALLEST, LEAST = 860, 150, 460, 160  # pixels
SECONDS = 15
BESIDE = 0.15  # of a picture's longer side shown around what was seen in it
MOST = 200  # pictures of one report: about a second each
PACKED = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # documents have no page to draw
FLAGS = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
    "--no-pings",
)


class NoPictures(RuntimeError):
    """Why no picture can be drawn, and what to install."""


def part_shown(store: Store, finding: Json) -> bytes | None:
    """For a finding that rests on a picture: PNG of the part it was seen in, outlined, from the kept bytes. None for words of the text,
    when the bytes aren't kept, and without the extra `pictures`."""
    body = _kept(store, finding)
    if body is None:
        return None
    from compliance.pictures.draw import part_of

    x, y, w, h = finding["picture"]["box"]
    return part_of(body, (x, y, w, h), around=BESIDE, outlined=True)


def can_show(store: Store, finding: Json) -> bool:
    """Whether `part_shown` has the bytes, and what it needs to draw them."""
    return _kept(store, finding) is not None


def _kept(store: Store, finding: Json) -> bytes | None:
    from compliance.store.pages import content_of

    seen = finding.get("picture")
    if not seen or not seen["box"] or find_spec("PIL") is None or find_spec("numpy") is None:
        return None
    return content_of(store, seen["sha256"])


def _parts(store: Store, result: Json) -> dict[str, str]:
    """finding → PNG in base64, of those that rest on pictures."""
    told = {f["id"]: f for page in result["pages"] for f in page["findings"]}
    shown = ((id_, part_shown(store, finding)) for id_, finding in list(told.items())[:MOST])
    return {id_: base64.b64encode(part).decode("ascii") for id_, part in shown if part is not None}


def pictures_of(store: Store, result: Json) -> tuple[dict[str, str], int]:
    """(finding → PNG in base64, findings whose page could not be drawn), for the first MOST findings. Raises NoPictures."""
    drawn = _parts(store, result)
    rests = {f["id"] for page in result["pages"] for f in page["findings"] if f.get("picture")}
    if rests and all(f["id"] in rests for page in result["pages"] for f in page["findings"]):
        return drawn, len(rests - drawn.keys())  # no page has to be drawn again
    try:
        from playwright.sync_api import Error, sync_playwright

        from reports.web.snapshot import document
    except ImportError as error:
        raise NoPictures(f"pictures need {error.name}: pip install '.[browser,review]'") from error
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise NoPictures(f"pictures need a Chromium: none of {', '.join(PROGRAMS)} is here")
    missed = len(rests - drawn.keys())
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=program, args=list(FLAGS), chromium_sandbox=not _root()
            )
        except Error as error:
            raise NoPictures(f"{program} doesn't start: {error.message.splitlines()[0]}") from error
        context = browser.new_context(viewport={"width": WIDTH, "height": 800}, java_script_enabled=False, offline=True)
        page = context.new_page()
        page.set_default_timeout(SECONDS * 1000)
        for finding, (url, body) in _inert_pages(store, result):
            if finding in rests:
                continue
            picture = None
            if body:
                try:
                    page.set_content(document(body, url))
                    picture = _cut(page)
                except Error:  # a page that Chromium can't draw in time has no picture; it is counted
                    picture = None
            if picture is None:
                missed += 1
            else:
                drawn[finding] = base64.b64encode(picture).decode("ascii")
        browser.close()
    return drawn, missed


def _cut(page: Any) -> bytes | None:
    """The part of the page around the first mark; None when the quote could not be marked."""
    mark = page.locator("mark").first
    box = mark.bounding_box() if page.locator("mark").count() else None
    if box is None:
        return None
    high = page.locator("html").bounding_box()["height"]
    top = max(box["y"] - ABOVE, 0)
    tall = max(min(box["height"] + 2 * ABOVE, TALLEST, high - top), LEAST)
    cut: bytes = page.screenshot(type="png", full_page=True, clip={"x": 0, "y": top, "width": WIDTH, "height": tall})
    return cut


def _inert_pages(store: Store, result: Json) -> Iterable[tuple[str, tuple[str, str]]]:
    """(finding, (address, harmless body with its quote marked)); an empty body where no bytes are kept or they are no page."""
    from compliance.reading.open import page_of_bytes
    from compliance.store.desk import snapshot_of
    from reports.web.snapshot import inert

    seen: set[str] = set()
    for page in result["pages"]:
        for finding in page["findings"]:
            if finding["id"] in seen or len(seen) >= MOST or not page.get("url"):
                continue
            seen.add(finding["id"])
            visit = snapshot_of(store, page["url"], page.get("sha256"))
            body = ""
            if visit is not None and visit.sha256 == page.get("sha256") and not visit.body.startswith(PACKED):
                read = page_of_bytes(visit.body, content_type=visit.content_type)
                body, marked = inert(read.html, [finding["quote"]]) if read.html is not None else ("", 0)
                body = body if marked else ""
            yield finding["id"], (page["url"], body)


def _root() -> bool:
    import os

    return hasattr(os, "geteuid") and os.geteuid() == 0  # Chromium has no sandbox for root
