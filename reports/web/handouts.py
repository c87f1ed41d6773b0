"""Documents of a case (文书): the report in each format and the letters' drafts, names of persons masked; who took one is logged."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from jinja2 import TemplateError
from starlette.responses import Response

from compliance.store import cases
from compliance.store.audit import record
from compliance.store.session import Store
from reports.documents import FORMATS, letter, rendered
from reports.documents.needs import NotInstalled
from reports.issuing import from_case
from reports.letters import LETTERS, letters_of
from reports.masking import masked
from reports.model import Report, report_of
from reports.web.access import By, Investigator, Refused, Supervisor, TheStore
from reports.web.render import moment
from reports.web.uploads import as_download

router = APIRouter()
Json = dict[str, Any]


@router.get("/cases/{case_id}/report")
def report(case_id: str, signed: Investigator, store: TheStore, by: By, format: str = "html") -> Response:
    """The case's report as a file, in one of the formats of `certmark report`."""
    if format not in FORMATS:
        raise Refused("bad_address", 422)
    found = _found(store, case_id)
    try:
        made = rendered(_report(store, found, names=False), format)
    except (NotInstalled, TemplateError) as fault:
        raise Refused(str(fault), 503) from fault
    return _given(store, by, found["id"], f"report-{found['id']}.{format}", made)


@router.get("/cases/{case_id}/report-in-full")
def report_in_full(case_id: str, signed: Supervisor, store: TheStore, by: By) -> Response:
    """The report with the names of persons unmasked, for those who may see them."""
    found = _found(store, case_id)
    made = rendered(_report(store, found, names=True), "html")
    return _given(store, by, found["id"], f"report-{found['id']}-full.html", made)


@router.get("/cases/{case_id}/letter")
def letter_draft(case_id: str, signed: Investigator, store: TheStore, by: By, kind: str = "rectification") -> Response:
    """The draft of a letter about the case as DOCX."""
    if kind not in LETTERS:
        raise Refused("bad_address", 422)
    found = _found(store, case_id)
    ids = tuple(one["id"] for one in found["findings"] if one["case"]["state"] == "open")
    if not ids:
        raise Refused("not_found", 404)  # all of it is set aside: nothing is held against anybody
    try:
        letters = letters_of(_report(store, found, names=False), kind, ids, due=found["deadline"])
        made = letter.rendered(letters, "docx")
    except (NotInstalled, TemplateError) as fault:
        raise Refused(str(fault), 503) from fault
    return _given(store, by, found["id"], f"{kind}-{found['id']}.docx", made)


def _found(store: Store, case_id: str) -> Json:
    try:
        return cases.case_of(store, case_id)
    except LookupError as missing:
        raise Refused("not_found", 404) from missing


def _report(store: Store, case: Json, *, names: bool) -> Report:
    """The case's report, as `certmark report --case` makes it."""
    try:
        source = from_case(store, case["id"], mask=not names)
    except LookupError as missing:
        raise Refused("not_found", 404) from missing
    result = source.result if names else masked(source.result)
    return report_of(result, moment(datetime.now(UTC)), sections=source.sections, marks=source.marks)


def _given(store: Store, by: Any, case_id: str, name: str, made: bytes) -> Response:
    with store.writing() as connection:
        record(connection, who=by.name, what="exported", details={"file": name, "case": case_id, "address": by.address})
    return as_download(name, made)
