"""Accounts and the audit log (账户与审计), for administrators; supervisors read the log."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from compliance.store import accounts, audit, audit_check
from compliance.store.accounts import ROLES, AccountRefused
from reports.web import passwords
from reports.web.access import Admin, By, Fields, Refused, Supervisor, TheStore, field
from reports.web.entry import checked_login
from reports.web.render import page

router = APIRouter()
ENTRIES = 100  # of the audit log on one page


@router.get("/accounts")
def accounts_page(request: Request, signed: Admin, store: TheStore) -> Response:
    """All accounts, and the form for a new one."""
    return _accounts(request, store)


@router.post("/accounts")
def add(request: Request, signed: Admin, form: Fields, store: TheStore, by: By) -> Response:
    """A new account; its first password is shown once, to be handed over, and must be changed."""
    login, name = field(form, "login", 200).strip(), field(form, "name", 200).strip()
    fault = checked_login(login)
    if fault:
        return _accounts(request, store, 422, fault=fault)
    given = first_password()
    try:
        made = accounts.add_account(
            store, by, login, name or login, field(form, "role", 40), passwords.hashed(given), datetime.now(UTC)
        )
    except AccountRefused as refused:
        return _accounts(request, store, 422, fault=refused.key)
    return _accounts(request, store, given=(made.login, given))


@router.post("/accounts/{account}")
def change(request: Request, account: int, signed: Admin, form: Fields, store: TheStore, by: By) -> Response:
    """Another role, or no sign-in any more; a password given anew."""
    try:
        if field(form, "act", 40) == "password":
            given = first_password()
            accounts.set_password(store, by, account, passwords.hashed(given), must_change=True)
            return _accounts(request, store, given=(accounts.account_of(store, account).login, given))
        accounts.change_account(
            store, by, account, datetime.now(UTC), role=field(form, "role", 40), disabled=bool(field(form, "disabled"))
        )
    except LookupError as missing:
        raise Refused("no_account", 404) from missing
    except AccountRefused as refused:
        return _accounts(request, store, 422, fault=refused.key)
    return RedirectResponse("/accounts", 303)


@router.get("/audit")
def audit_page(
    request: Request,
    signed: Supervisor,
    store: TheStore,
    who: str = "",
    what: str = "",
    before: int | None = None,
    check: bool = False,
) -> Response:
    """The audit log, the newest lines first; `check`: whether every chain of hashes holds."""
    found = audit.audit_of(store, who=who or None, what=what or None, before_id=before, limit=ENTRIES)
    older = found[-1]["id"] if len(found) == ENTRIES else None
    broken = audit_check.broken_lines(store) if check else None
    return page(request, "audit.html.j2", entries=found, older=older, who=who, what=what, check=check, broken=broken)


def first_password() -> str:
    """A password to be handed over and changed at once."""
    return "-".join("".join(secrets.choice(passwords.CODE_SIGNS) for _ in range(5)) for _ in range(4))


def _accounts(
    request: Request, store: TheStore, status: int = 200, fault: str | None = None, given: tuple[str, str] | None = None
) -> Response:
    return page(
        request, "accounts.html.j2", status, accounts=accounts.accounts(store), roles=ROLES, fault=fault, given=given
    )
