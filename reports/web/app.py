"""The desk as an ASGI application: routers gathered, every route with its role, faults as pages, the guard around all."""

from __future__ import annotations

from importlib import import_module, resources
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from compliance.store.session import Store, StoreError
from reports.web.access import Refused, Viewer, closed
from reports.web.guard import Entrance, Guard, signed_of
from reports.web.passwords import SetUpCode
from reports.web.queue import Gathering
from reports.web.render import page, words_in

PAGES = (
    "entry",
    "admin",
    "queue",
    "evidence_shown",
    "handouts",
    "casefile",
    "views",
)  # modules of reports.web with a `router`
STATIC = {
    "desk.css": "text/css",
    "desk.js": "text/javascript",
    "htmx.min.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
static = APIRouter()


@static.get("/static/{name}")
def static_file(name: str, signed: Viewer) -> Response:
    """Style, script and htmx, as they were shipped with the program."""
    if name not in STATIC:
        raise Refused("not_found", 404)
    content = (resources.files("reports.web") / "static" / name).read_bytes()
    return Response(content, media_type=STATIC[name], headers={"Cache-Control": "private, max-age=3600"})


def make_app(store: Store, entrance: Entrance, code: SetUpCode) -> Any:
    """The whole desk, guard included. Raises TypeError when a route names no role."""
    desk = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, title="certmark")
    desk.state.store, desk.state.entrance, desk.state.code = store, entrance, code
    desk.state.gathering = Gathering()
    for router in (static, *(import_module(f"reports.web.{name}").router for name in PAGES)):
        desk.router.routes += router.routes
    closed(desk.routes)
    desk.add_exception_handler(HTTPException, _http_fault)
    desk.add_exception_handler(RequestValidationError, _bad_address)
    desk.add_exception_handler(StoreError, _store_fault)
    return Guard(desk, store, entrance)


def _http_fault(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    key = fault.key if isinstance(fault, Refused) else {404: "not_found", 405: "not_found"}.get(fault.status_code)
    if key not in words_in("zh").tree["faults"]:  # said by the store or a document's maker, in its own words
        key = None
    return _said(request, fault.status_code, f"faults.{key}" if key else None, str(fault.detail))


def _bad_address(request: Request, fault: Exception) -> Response:
    return _said(request, 422, "faults.bad_address", "")


def _store_fault(request: Request, fault: Exception) -> Response:
    return _said(request, 503, None, str(fault))


def _said(request: Request, status: int, key: str | None, detail: str) -> Response:
    """The fault as a page; before the sign-in in one line."""
    if signed_of(request.scope) is None:
        return PlainTextResponse(f"{status}: {detail}", status)
    return page(request, "fault.html.j2", status, number=status, key=key, detail=detail)
