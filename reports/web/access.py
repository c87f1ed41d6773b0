"""Who may do what (权限): every route names the role it needs; a request that changes something proves where it comes from.

viewer looks; investigator works on cases; supervisor decides for several at once, closes, transfers, exports and steers the crawl
jobs; admin keeps the accounts. Each role includes those before it.
"""

from __future__ import annotations

import secrets
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request
from fastapi.routing import APIRoute
from starlette.datastructures import FormData

from compliance.store.accounts import ROLES, Actor, SignedIn
from compliance.store.session import Store
from reports.web.guard import ENTRY_COOKIE, OPEN, SAFE, signed_of

MOST_FIELDS, MOST_FILES = 2000, 10


class Refused(HTTPException):
    """403, or another status, with its reason: a key of the desk's words, or a sentence of the store's."""

    def __init__(self, key: str, status: int = 403) -> None:
        super().__init__(status, key)
        self.key = key


async def form_of(request: Request) -> FormData:
    """The form that was sent; empty for a request without one."""
    if request.method in SAFE:
        return FormData()
    return await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS)


Fields = Annotated[FormData, Depends(form_of)]


class Needs:
    """The role that a route needs, as its dependency."""

    def __init__(self, role: str) -> None:
        assert role in ROLES
        self.role = role

    def __call__(self, request: Request, form: Fields) -> SignedIn:
        """Who is signed in. Raises Refused: role too low, or a change whose token or origin is wrong."""
        signed = signed_of(request.scope)
        if signed is None:  # the guard stands before; a route that it let through by mistake is still closed
            raise Refused("sign_in_first", 401)
        if request.method not in SAFE:
            same_origin(request)
            sent = request.headers.get("x-csrf-token") or field(form, "csrf")
            if not secrets.compare_digest(sent.encode(), signed.csrf.encode()):
                raise Refused("csrf")
        if not signed.account.at_least(self.role):
            raise Refused("role_too_low")
        return signed


Viewer = Annotated[SignedIn, Depends(Needs("viewer"))]
Investigator = Annotated[SignedIn, Depends(Needs("investigator"))]
Supervisor = Annotated[SignedIn, Depends(Needs("supervisor"))]
Admin = Annotated[SignedIn, Depends(Needs("admin"))]


def from_entry(request: Request, form: Fields) -> FormData:
    """The form of the sign-in or set-up page, from a browser that was shown it: its token stands in a cookie too. Raises Refused."""
    same_origin(request)
    kept = request.cookies.get(ENTRY_COOKIE, "")
    if not kept or not secrets.compare_digest(kept.encode(), field(form, "csrf").encode()):
        raise Refused("csrf")
    return form


def same_origin(request: Request) -> None:
    """Raises Refused when the browser says that the request comes from another site."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if site not in (None, "same-origin", "none"):
        raise Refused("other_origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise Refused("other_origin")


def field(form: FormData, name: str, longest: int = 10_000) -> str:
    """A text field of a form, "" when it isn't there. Raises Refused when a file or a very long text was sent in its place."""
    value: Any = form.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise Refused("field_too_long", 422)
    return value


def actor_of(request: Request) -> Actor:
    """Who is asking, for the audit log."""
    signed = signed_of(request.scope)
    address = request.client.host if request.client else None
    if signed is None:
        return Actor("—", None, address)
    return Actor(signed.account.login, signed.account.role, address)


def store_of(request: Request) -> Store:
    """The store that the desk shows."""
    store: Store = request.app.state.store
    return store


TheStore = Annotated[Store, Depends(store_of)]
By = Annotated[Actor, Depends(actor_of)]


def role_of(route: APIRoute) -> str | None:
    """The role a route needs; None when it names none."""
    waiting = list(route.dependant.dependencies)
    while waiting:
        one = waiting.pop()
        if isinstance(one.call, Needs):
            return one.call.role
        waiting += one.dependencies
    return None


def closed(routes: list[Any]) -> list[Any]:
    """The same routes. Raises TypeError for one that names no role and isn't the sign-in or the set-up."""
    for route in routes:
        if not isinstance(route, APIRoute) or (role_of(route) is None and route.path not in OPEN):
            raise TypeError(f"{getattr(route, 'path', route)}: a route without a role; give it Viewer … Admin")
    return routes
