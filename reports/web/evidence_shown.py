"""A finding of a case with its pages as they were judged, in the reports' words; and the snapshot of each place."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from compliance.reading.open import page_of_bytes
from compliance.store import cases
from compliance.store.desk import page_results, snapshot_of
from compliance.store.pages import StoredVisit, content_of
from compliance.store.session import Store
from reports.finding import finding_shown
from reports.model import FindingShown
from reports.pictures import part_shown
from reports.web import snapshot
from reports.web.access import Refused, TheStore, Viewer
from reports.web.render import language_of, moment, words_in

router = APIRouter()
Json = dict[str, Any]
PACKED = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # documents: shown by the words around the quote


def places_of(body: Json) -> list[str]:
    """The addresses that show the finding, those of its newest look first."""
    told = [str(place["page"]) for place in body["occurrences"]] + [one["page"] for one in body["case"]["facts"]]
    return list(dict.fromkeys(told))


def finding_of(store: Store, body: Json) -> FindingShown:
    """The finding (as `case_of` gives it) in the reports' words, from its pages as last judged. A page that no longer shows it
    leaves the finding as it was last seen."""
    results = page_results(store, places_of(body))
    told = [(page, one) for _, page in results for one in page["findings"] if one["id"] == body["id"]]
    heads = [head for head, page in results if any(page is shown for shown, _ in told)]
    head = heads[0] if heads else {"as_of": None, "register": None}
    pages = {str(name): page for _, page in results for name in (page.get("url"), page.get("id")) if name}
    return finding_shown(told or [(_without_page(body), body)], pages, head)


def _without_page(body: Json) -> Json:
    url = next(iter(places_of(body)), None)
    return {
        "id": None, "url": url, "captured_at": body["case"]["last_seen"], "sha256": None, "company": None, "genre": "other",
        "as_of": None, "claims": [], "findings": [],
    }  # fmt: skip


@router.get("/cases/{case_id}/snapshot/{finding}")
def snapshot_page(
    request: Request, case_id: str, finding: str, signed: Viewer, store: TheStore, place: int = 0
) -> Response:
    """The page that shows the finding, inert, its quote marked; `place` counts the finding's pages from 0."""
    body = _finding(store, case_id, finding)
    places = places_of(body)
    if not 0 <= place < len(places):
        raise Refused("not_found", 404)
    words = words_in(language_of(request))
    results = page_results(store, [places[place]])
    page = results[0][1] if results else {"claims": [], "sha256": None, "findings": []}
    quotes = [one["quote"] for one in page["findings"] if one["id"] == finding] + [body["quote"]]
    visit = snapshot_of(store, places[place], page["sha256"])
    if visit is None:
        shown, note = _around(page, body), words.text("case.snapshot_none")
    else:
        shown, note = _inert(visit, quotes, page, body, words.text("case.picture")), ""
        if page["sha256"] and visit.sha256 != page["sha256"]:
            note = words.text("case.snapshot_other", at=moment(visit.captured_at))
    html = snapshot.document(shown, places[place], note)
    return HTMLResponse(html, headers=snapshot.HEADERS)


@router.get("/cases/{case_id}/screenshot/{finding}")
def screenshot(case_id: str, finding: str, signed: Viewer, store: TheStore, place: int = 0) -> Response:
    """How the page looked in the crawler's browser, as a PNG."""
    places = places_of(_finding(store, case_id, finding))
    visit = snapshot_of(store, places[place], None) if 0 <= place < len(places) else None
    picture = content_of(store, visit.screenshot) if visit and visit.screenshot else None
    if picture is None or not picture.startswith(b"\x89PNG\r\n\x1a\n"):
        raise Refused("not_found", 404)
    return Response(picture, media_type="image/png", headers={"Content-Security-Policy": "sandbox; default-src 'none'"})


@router.get("/cases/{case_id}/picture/{finding}")
def picture(case_id: str, finding: str, signed: Viewer, store: TheStore) -> Response:
    """The part of a picture that the finding rests on, drawn again as a PNG: the received bytes themselves are never sent."""
    part = part_shown(store, _finding(store, case_id, finding))
    if part is None:
        raise Refused("not_found", 404)
    return Response(part, media_type="image/png", headers={"Content-Security-Policy": "sandbox; default-src 'none'"})


def _finding(store: Store, case_id: str, finding: str) -> Json:
    try:
        found = cases.case_of(store, case_id)
    except LookupError as missing:
        raise Refused("not_found", 404) from missing
    body = next((one for one in found["findings"] if one["id"] == finding), None)
    if body is None:
        raise Refused("not_found", 404)
    return dict(body)


def _inert(visit: StoredVisit, quotes: list[str], page: Json, body: Json, picture: str) -> str:
    if visit.body.startswith(PACKED):
        return _around(page, body)
    read = page_of_bytes(visit.body, content_type=visit.content_type)
    if read.html is not None:
        return snapshot.inert(read.html, quotes, picture)[0]
    return snapshot.inert_text(read.text or "", quotes)[0]


def _around(page: Json, body: Json) -> str:
    """The words around the quote, where the page itself can't be shown."""
    claim = next((one for one in page["claims"] if one["id"] == body["claim"]), None)
    return snapshot.inert_text((claim or {}).get("context") or body["quote"], [body["quote"]])[0]
