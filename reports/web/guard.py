"""What stands before every page: the host asked for, the size sent, who is signed in, and the headers of every answer.

Host names are checked against DNS rebinding. Without an account every address leads to the set-up; without a session to the sign-in.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib import resources
from typing import Any
from urllib.parse import quote, urlsplit

from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from compliance.store import accounts
from compliance.store.accounts import SignedIn
from compliance.store.session import Store

Scope = MutableMapping[str, Any]
SESSION_COOKIE, ENTRY_COOKIE, LANGUAGE_COOKIE = "certmark_session", "certmark_entry", "certmark_language"
OPEN = ("/login", "/setup")  # the only addresses that need no session
UNCHANGED_PASSWORD = ("/password", "/logout", "/static/")  # what may be asked while the given password stands
BY_ITSELF = ("/jobs/live",)  # what pages ask for without anybody's doing: it keeps no session awake
LARGEST = 32 * 1024 * 1024  # bytes of one request
SAFE = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Entrance:
    """How the desk is reached. `names`: host names it answers to; `addresses`: any IP address too; `secure`: through TLS."""

    names: frozenset[str] = frozenset({"localhost", "127.0.0.1", "[::1]"})
    addresses: bool = False
    secure: bool = False

    def knows(self, host: str) -> bool:
        """Whether a Host header names this desk. A name that an attacker points at us is none of ours."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in self.names or f"[{name}]" in self.names:
            return True
        return self.addresses and _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1)
def style() -> tuple[str, str]:
    """(the style sheet, its hash for the policy): the pages before the sign-in carry it inline."""
    text = (resources.files("reports.web") / "static" / "desk.css").read_text("utf-8")
    return text, base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def policy() -> str:
    """The Content-Security-Policy of the desk's own pages."""
    return (
        "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; frame-src 'self'; "
        f"style-src 'self' 'sha256-{style()[1]}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}


class Guard:
    """ASGI middleware around the desk."""

    def __init__(self, app: Any, store: Store, entrance: Entrance, clock: Callable[[], datetime] | None = None) -> None:
        self.app, self.store, self.entrance = app, store, entrance
        self.clock = clock or (lambda: datetime.now(UTC))
        self._set_up = False

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answers at once what may not come through; hands the rest on with `state.signed`."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return  # no websockets here
        headers = Headers(scope=scope)
        answer = self._refused(headers) or await self._asked_in(scope, headers)
        closed = self._closed(send)
        if answer is not None:
            await answer(scope, receive, closed)
            return
        await self.app(scope, _counted(receive), closed)

    def _refused(self, headers: Headers) -> Response | None:
        if not self.entrance.knows(headers.get("host", "")):
            return PlainTextResponse("421: this desk has another name; `certmark review --name HOST` adds one", 421)
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or int(length[:20]) > LARGEST:
            return PlainTextResponse("413: the request is too large", 413)
        return None

    async def _asked_in(self, scope: Scope, headers: Headers) -> Response | None:
        """None: the request may go on. Else where to go first."""
        path, state = scope["path"], scope.setdefault("state", {})
        if not self._set_up:
            self._set_up = await run_sync(accounts.any_account, self.store)
        if not self._set_up:
            return None if path == "/setup" else _go("/setup", headers)
        if path == "/setup":
            return _go("/", headers)
        token = cookie_parser(headers.get("cookie", "")).get(SESSION_COOKIE, "")
        signed = (
            await run_sync(accounts.signed_in, self.store, token, self.clock(), path not in BY_ITSELF)
            if token
            else None
        )
        state["signed"] = signed
        if signed is None:
            return None if path in OPEN else _to_sign_in(scope, headers)
        if path in OPEN:
            return _go("/", headers)
        if signed.account.must_change and not path.startswith(UNCHANGED_PASSWORD):
            return _go("/password", headers)
        return None

    def _closed(self, send: Any) -> Any:
        """`send` with the headers that every answer has; a page may bring a stricter policy of its own."""

        async def sending(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", policy())
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self.entrance.secure:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        return sending


def _go(where: str, headers: Headers) -> Response:
    if headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": where})
    return RedirectResponse(where, 303)


def _to_sign_in(scope: Scope, headers: Headers) -> Response:
    if scope["method"] not in SAFE:
        return PlainTextResponse("401: sign in first / 请先登录", 401, headers={"HX-Redirect": "/login"})
    asked = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope.get("query_string") else "")
    return _go("/login" if asked == "/" else f"/login?next={quote(asked, safe='')}", headers)


def _counted(receive: Any) -> Any:
    """`receive` that stops a body without a stated length at LARGEST."""
    seen = 0

    async def receiving() -> Any:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST:
            raise HTTPException(413, "the request is too large")
        return message

    return receiving


def signed_of(scope: Scope) -> SignedIn | None:
    """Who is signed in; None before the sign-in."""
    found: SignedIn | None = scope.get("state", {}).get("signed")
    return found
