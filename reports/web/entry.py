"""The way in (登录): the set-up of the first account, the sign-in with its delays, the sign-out, another password."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from compliance.store import accounts
from compliance.store.accounts import AccountRefused
from compliance.store.session import Store
from reports.web import passwords
from reports.web.access import By, Fields, TheStore, Viewer, field, from_entry
from reports.web.guard import ENTRY_COOKIE, SESSION_COOKIE
from reports.web.render import page

router = APIRouter()
LOGIN = re.compile(r"[^\s:/\\<>\"']{2,40}")
COUNTED = timedelta(minutes=15)  # failed tries older than this are forgotten
FREE_BY_NAME, FREE_BY_ADDRESS = 5, 20  # tries without a delay
LONGEST_DELAY = timedelta(minutes=15)


@router.get("/setup")
def set_up_page(request: Request) -> Response:
    """The set-up of the first account; only while there is none (the guard sees to it)."""
    return _entry(request, "setup.html.j2", login="", name="", fault=None)


@router.post("/setup")
def set_up(request: Request, form: Fields, store: TheStore) -> Response:
    """Makes the first account, an administrator, for whoever has the code from the terminal."""
    from_entry(request, form)
    login, name = field(form, "login", 200).strip(), field(form, "name", 200).strip()
    password = field(form, "password", 2000)

    def again(fault: str, status: int = 422) -> Response:
        return _entry(request, "setup.html.j2", status, login=login, name=name, fault=fault)

    if not request.app.state.code.fits(field(form, "code", 200)):
        return again("code_wrong", 403)
    fault = checked_login(login) or checked_password(password, field(form, "again", 2000), login)
    if fault:
        return again(fault)
    address = request.client.host if request.client else None
    try:
        made = accounts.first_account(store, login, name or login, passwords.hashed(password), _now(), address)
    except AccountRefused:
        return RedirectResponse("/login", 303)
    request.app.state.code.spend()
    return _signed_in(request, store, made, "/")


@router.get("/login")
def sign_in_page(request: Request) -> Response:
    """The sign-in."""
    return _entry(
        request, "login.html.j2", login="", fault=None, wait=0, next=_inside(request.query_params.get("next"))
    )


@router.post("/login")
def sign_in(request: Request, form: Fields, store: TheStore) -> Response:
    """Signs in under a new token, or says no in the same words for a wrong name and a wrong password."""
    from_entry(request, form)
    login, password = field(form, "login", 200), field(form, "password", 2000)
    onward, address, now = _inside(field(form, "next")), request.client.host if request.client else "", _now()

    def again(fault: str, status: int, wait: int = 0) -> Response:
        answer = _entry(request, "login.html.j2", status, login=login, fault=fault, wait=wait, next=onward)
        if wait:
            answer.headers["Retry-After"] = str(wait)
        return answer

    wait = seconds_to_wait(*accounts.tries_since(store, login, address, now - COUNTED), now)
    if wait:
        return again("too_many_tries", 429, wait)
    found = accounts.by_login(store, login)
    right = passwords.fits(found.password if found else None, password)
    if not right or found is None or found.disabled_at is not None:
        accounts.failed_try(store, login, address, now)
        return again("login_wrong", 403)
    if passwords.outdated(found.password):
        accounts.better_hash(store, found.id, passwords.hashed(password))
    return _signed_in(request, store, found, onward)


@router.post("/logout")
def sign_out(request: Request, signed: Viewer, store: TheStore, by: By) -> Response:
    """Ends the session."""
    accounts.sign_out(store, signed, by)
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict")
    return answer


@router.get("/password")
def password_page(request: Request, signed: Viewer) -> Response:
    """Another password."""
    return page(request, "password.html.j2", fault=None, must=signed.account.must_change)


@router.post("/password")
def password(request: Request, signed: Viewer, form: Fields, store: TheStore, by: By) -> Response:
    """Changes the password; every session of the account ends and this one goes on under a new token."""
    account, chosen = signed.account, field(form, "password", 2000)
    must = account.must_change

    def again(fault: str, status: int = 422) -> Response:
        return page(request, "password.html.j2", status, fault=fault, must=must)

    address, now = request.client.host if request.client else "", _now()
    if seconds_to_wait(*accounts.tries_since(store, account.login, address, now - COUNTED), now):
        return again("too_many_tries", 429)
    if not passwords.fits(account.password, field(form, "old", 2000)):
        accounts.failed_try(store, account.login, address, now)
        return again("old_password_wrong", 403)
    fault = checked_password(chosen, field(form, "again", 2000), account.login)
    if not fault and passwords.fits(account.password, chosen):
        fault = "password_same"
    if fault:
        return again(fault)
    accounts.set_password(store, by, account.id, passwords.hashed(chosen), must_change=False)
    return _signed_in(request, store, accounts.account_of(store, account.id), "/")


def checked_login(login: str) -> str | None:
    """Why a name can't be signed in by, as a key of the desk's words; None when it can."""
    return None if LOGIN.fullmatch(accounts.folded(login)) else "login_shape"


def seconds_to_wait(by_name: int, by_address: int, last: datetime | None, now: datetime) -> int:
    """How long the next try must wait: 10 s after the fifth wrong one, twice as long after each more, 15 minutes at most."""
    over = max(by_name - FREE_BY_NAME, by_address - FREE_BY_ADDRESS)
    if over < 0 or last is None:
        return 0
    delay = min(LONGEST_DELAY, timedelta(seconds=10 * 2 ** min(over, 10)))
    return max(0, -int(-(last + delay - now).total_seconds() // 1))


def checked_password(password: str, again: str, login: str) -> str | None:
    """Why a password can't be taken, as a key of the desk's words; None when it can."""
    return passwords.weakness(password, accounts.folded(login)) or (None if password == again else "password_differs")


def _signed_in(request: Request, store: Store, account: accounts.Account, onward: str) -> Response:
    token = secrets.token_urlsafe(32)  # new at every sign-in: one that was planted before is worth nothing
    address = request.client.host if request.client else None
    accounts.sign_in(store, account, token, secrets.token_urlsafe(32), _now(), address)
    answer = RedirectResponse(onward, 303)
    secure = request.app.state.entrance.secure
    answer.set_cookie(SESSION_COOKIE, token, httponly=True, samesite="strict", secure=secure)
    answer.delete_cookie(ENTRY_COOKIE, httponly=True, samesite="strict")
    return answer


def _entry(request: Request, template: str, status: int = 200, **values: object) -> Response:
    """A page before the sign-in: its form's token stands in a cookie of its own."""
    kept = request.cookies.get(ENTRY_COOKIE) or secrets.token_urlsafe(32)
    answer = page(request, template, status, entry=kept, **values)
    answer.set_cookie(
        ENTRY_COOKIE, kept, httponly=True, samesite="strict", secure=request.app.state.entrance.secure, max_age=3600
    )
    return answer


def _inside(where: str | None) -> str:
    """A path of this desk to go on to; anything else is the first page."""
    if not where or not where.startswith("/") or where.startswith(("//", "/\\")) or urlsplit(where).netloc:
        return "/"
    return where if where.isprintable() and not where.startswith("/log") else "/"


def _now() -> datetime:
    return datetime.now(UTC)
