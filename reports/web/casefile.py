"""One case (案件): the finding beside the page's snapshot, the register's timeline, the law, what was done, what can be done next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import PurePath
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from compliance.cases.deadlines import default_days
from compliance.cases.workflow import NotAllowed, may, step, workflow
from compliance.store import cases
from compliance.store.cases import Attached, StaleCase
from compliance.store.desk import has_screenshot
from compliance.store.session import Store
from reports.pictures import can_show
from reports.web import uploads
from reports.web.access import Fields, Investigator, Refused, TheStore, Viewer, field
from reports.web.choosing import Chosen, chosen_from, neighbour
from reports.web.evidence_shown import finding_of, places_of
from reports.web.render import page

router = APIRouter()
Json = dict[str, Any]


@router.get("/cases/{case_id}")
def case(request: Request, case_id: str, signed: Viewer, store: TheStore, finding: str = "", at: int = 0) -> Response:
    """The case; `finding` chooses which of its findings is shown, `queue` and `at` say where in the queue it stands."""
    return _shown(request, store, signed.account.login, case_id, finding=finding, at=at)


@router.get("/cases-at")
def case_at(request: Request, signed: Viewer, store: TheStore, at: int = 0) -> Response:
    """The case that stands at a place of the queue."""
    chosen = chosen_from(request.query_params.get("queue", ""))
    found = neighbour(store, chosen, signed.account.login, max(0, min(at, 1_000_000)), "")
    if found is None:
        return RedirectResponse(f"/?{chosen.query}", 303)
    return RedirectResponse(f"/cases/{found[0]}?{chosen_link(chosen, found[1])}", 303)


@router.post("/cases/{case_id}/change")
def change(request: Request, case_id: str, signed: Investigator, form: Fields, store: TheStore) -> Response:
    """A step of the workflow, if the state has it and the role may take it."""
    to, me = field(form, "to", 40), signed.account

    def act(version: int) -> None:
        _may_step(store, case_id, version, me.role, to)
        cases.change(
            store, case_id, to, me.login, field(form, "why"), version, notice_on=_day(form, "notice_on"),
            days=_whole(form, "days"), due_on=_day(form, "due_on"), receiver=field(form, "receiver", 200) or None,
        )  # fmt: skip

    return _done(request, store, case_id, me.login, form, act)


@router.post("/cases/{case_id}/dismiss")
def dismiss(request: Request, case_id: str, signed: Investigator, form: Fields, store: TheStore) -> Response:
    """Sets a finding, a rule, a page or the whole case aside, with reason and evidence."""
    me, scope = signed.account, field(form, "scope", 40)

    def act(version: int) -> None:
        _may_step(store, case_id, version, me.role, "dismissed")
        cases.dismiss(
            store, case_id, me.login, scope=scope, reason=field(form, "reason", 60), why=field(form, "why"),
            expected_version=version, finding_id=field(form, "finding", 80) or None, rule=field(form, "rule", 200) or None,
            page=field(form, "page", 4000) or None, evidence=field(form, "evidence"), review_on=_day(form, "review_on"),
        )  # fmt: skip

    return _done(request, store, case_id, me.login, form, act)


@router.post("/cases/{case_id}/take-back")
def take_back(request: Request, case_id: str, signed: Investigator, form: Fields, store: TheStore) -> Response:
    """Ends a dismissal."""
    number, me = _whole(form, "dismissal") or 0, signed.account.login

    def act(version: int) -> None:
        cases.take_back(store, case_id, number, me, field(form, "why"), version)

    return _done(request, store, case_id, me, form, act, onward=False)


@router.post("/cases/{case_id}/assign")
def assign(request: Request, case_id: str, signed: Investigator, form: Fields, store: TheStore) -> Response:
    """Takes the case, or gives it back."""
    me = signed.account.login
    owner = me if field(form, "owner", 40) == "me" else None
    return _done(
        request, store, case_id, me, form, lambda version: cases.assign(store, case_id, me, owner, version), onward=False
    )  # fmt: skip


@router.post("/cases/{case_id}/note")
def note(request: Request, case_id: str, signed: Investigator, form: Fields, store: TheStore) -> Response:
    """A remark in the history."""
    me = signed.account.login
    return _done(
        request, store, case_id, me, form,
        lambda version: cases.note(store, case_id, me, field(form, "why"), version), onward=False,
    )  # fmt: skip


@router.post("/cases/{case_id}/reply")
def reply(request: Request, case_id: str, signed: Investigator, form: Fields, store: TheStore) -> Response:
    """The company's answer and its documents."""
    me = signed.account.login

    def act(version: int) -> None:
        cases.reply(
            store, case_id, me, sender=field(form, "sender", 200), said=field(form, "said", 50_000),
            expected_version=version, said_on=_day(form, "said_on"), documents=_documents(form),
        )  # fmt: skip

    return _done(request, store, case_id, me, form, act, onward=False)


@router.post("/cases/{case_id}/documents")
def documents(request: Request, case_id: str, signed: Investigator, form: Fields, store: TheStore) -> Response:
    """Documents that the investigator adds."""
    me = signed.account.login

    def act(version: int) -> None:
        cases.add_documents(store, case_id, me, field(form, "why"), _documents(form), version)

    return _done(request, store, case_id, me, form, act, onward=False)


@router.get("/cases/{case_id}/documents/{document}")
def download(case_id: str, document: int, signed: Viewer, store: TheStore) -> Response:
    """A document of the case, to be saved: never shown inside the desk."""
    found = next((one for one in _case(store, case_id)["documents"] if one["id"] == document), None)
    if found is None:
        raise Refused("not_found", 404)
    return uploads.as_download(found["name"], cases.document_body(store, found["sha256"]))


def _shown(
    request: Request, store: Store, me: str, case_id: str, *, finding: str, at: int, status: int = 200,
    fault: str | None = None, stale: StaleCase | None = None, typed: Json | None = None, chosen: Chosen | None = None,
) -> Response:  # fmt: skip
    found = _case(store, case_id)
    chosen = chosen or chosen_from(request.query_params.get("queue", ""))
    at = max(0, min(at, 1_000_000))
    body = next((one for one in found["findings"] if one["id"] == finding), None) or next(
        (one for one in found["findings"] if one["case"]["state"] == "open"), (found["findings"] or [None])[0]
    )
    return page(
        request, "case.html.j2", status, case=found, body=body, shown=finding_of(store, body) if body else None,
        places=(places := places_of(body) if body else []), pictured=bool(places) and has_screenshot(store, places[0]),
        in_picture=bool(body) and can_show(store, body or {}),
        chosen=chosen, at=at, onward=neighbour(store, chosen, me, at, found["id"]), states=workflow().states,
        reasons=workflow().reasons, scopes=workflow().scopes, days=default_days(), fault=fault, stale=stale,
        typed=typed or {}, accepted=uploads.ACCEPTED, may_take=lambda one, role: may(role, one),
        steps=[one for one in workflow().steps if one.from_state == found["state"]],
    )  # fmt: skip


def _done(
    request: Request, store: Store, case_id: str, me: str, form: Fields, act: Callable[[int], None], onward: bool = True
) -> Response:
    """Does the act; then the next case of the queue (or the same one), or the case again with what went wrong and what was typed."""
    chosen, at = chosen_from(field(form, "queue", 4000)), _whole(form, "at") or 0
    again = {"finding": field(form, "finding", 80), "at": at, "chosen": chosen}
    typed = {name: value for name, value in form.items() if isinstance(value, str)}
    try:
        act(_whole(form, "version") or 0)
    except StaleCase as stale:
        return _shown(request, store, me, case_id, status=409, stale=stale, typed=typed, **again)
    except (NotAllowed, uploads.UploadRefused) as fault:
        return _shown(request, store, me, case_id, status=422, fault=str(fault.args[0]), typed=typed, **again)
    except LookupError as missing:
        raise Refused("not_found", 404) from missing
    where = (case_id, at)
    if onward and field(form, "then", 10) == "next":
        found = neighbour(store, chosen, me, at, case_id)
        if found is None:
            return RedirectResponse(f"/?{chosen.query}", 303)
        where = found
    return RedirectResponse(f"/cases/{where[0]}?{chosen_link(chosen, where[1])}", 303)


def _may_step(store: Store, case_id: str, version: int, role: str, to: str) -> None:
    """Raises Refused when the role may not take the step, NotAllowed when there is none. Of a case that was changed meanwhile nothing is
    said here: the store does."""
    found = cases.case_of(store, case_id)
    if found["version"] == version and not may(role, step(found["state"], to)):
        raise Refused("role_too_low")


def chosen_link(chosen: Chosen, at: int) -> str:
    """The queue and the place in it, for the address of a case."""
    return urlencode({"queue": chosen.query, "at": at})


def _case(store: Store, case_id: str) -> Json:
    try:
        return cases.case_of(store, case_id)
    except LookupError as missing:
        raise Refused("not_found", 404) from missing


def _documents(form: Fields) -> list[Attached]:
    files = [one for one in form.getlist("file") if isinstance(one, UploadFile) and one.filename]
    return [uploads.checked(PurePath(one.filename or "").name, one.file.read()) for one in files]


def _day(form: Fields, name: str) -> date | None:
    value = field(form, name, 20)
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as wrong:
        raise NotAllowed(f"{value!r} is not a day; write YYYY-MM-DD") from wrong


def _whole(form: Fields, name: str) -> int | None:
    value = field(form, name, 12)
    if value and not (value.isascii() and value.isdigit()):
        raise NotAllowed(f"{value!r} is not a whole number")
    return int(value) if value else None
