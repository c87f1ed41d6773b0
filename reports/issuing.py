"""What `certmark report` takes from the store and gives back to it: a case's report, and documents kept as they went out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from compliance.store.session import Store
from reports.casefile import case_result, case_sections, issue_section
from reports.finding import china_time
from reports.sections import Section
from reports.wording import load_wording

Json = dict[str, Any]
CASES = 100_000  # open cases that the overview looks at
TRIES = 5  # numbers taken by others between asking and keeping


@dataclass
class Source:
    """What a report is made from: the check's result, further parts, where each finding's case stands."""

    result: Json
    sections: tuple[Section, ...] = ()
    marks: dict[str, str] = field(default_factory=dict)
    case: Json | None = None
    pictures: dict[str, str] = field(default_factory=dict)
    dismissed: frozenset[str] = (
        frozenset()
    )  # findings that are set aside: shown and counted in reports, never held against anybody in a letter


@dataclass(frozen=True, slots=True)
class Asked:
    """出具: who receives it, who issues it, which document it takes the place of, and why."""

    receiver: str
    who: str
    replaces: str | None
    why: str


def from_store(store: Store, company: str | None) -> Source:
    """All pages, or those of one company, with the standing of each finding. Raises LookupError."""
    from compliance.store.findings import results

    found = results(store, company=company)
    marks, dismissed = _standing(store)
    return Source(found, () if company else _overview(store, found), marks, dismissed=dismissed)


def _overview(store: Store, found: Json) -> tuple[Section, ...]:
    """Plots over everything in the store, against its own register."""
    from datetime import date

    from compliance.cases.workflow import states_that
    from compliance.register_open import open_register
    from compliance.register_stats import stats_of
    from compliance.store.cases import Filters, Paging, cases_of
    from reports.overview import overview_sections

    rows = open_register(None, store)
    stats = stats_of(rows, date.fromisoformat(found["as_of"])) if rows is not None and found["as_of"] else None
    cases = cases_of(store, Filters(states=states_that(open=True)), Paging(1, CASES))["cases"]
    return overview_sections(found, stats, cases)


def from_case(store: Store, case_id: str, mask: bool) -> Source:
    """One case with its findings, also those that its pages no longer show. Raises LookupError."""
    from compliance.store.captures import captures_of
    from compliance.store.cases import case_of
    from compliance.store.findings import results

    case = case_of(store, case_id)
    whole = results(store, company=case["company"]["key"])
    hashes: dict[str, str | None] = {}
    for one in case["findings"]:
        page = one["occurrences"][0]["page"]
        seen = [c for c in captures_of(store, page) if c.at.isoformat() <= one["case"]["last_seen"] and c.sha256]
        hashes[page] = seen[-1].sha256 if seen else None
    marks, dismissed = _standing(store, case["company"]["key"])
    return Source(case_result(whole, case, hashes), case_sections(case, mask), marks, case, dismissed=dismissed)


def _standing(store: Store, company_key: str | None = None) -> tuple[dict[str, str], frozenset[str]]:
    """(finding → where its case stands, in words; the findings that are set aside). What is set aside is shown, counted and says so."""
    from compliance.cases.workflow import workflow
    from compliance.store.cases import standing_of

    t, flow = load_wording().text, workflow()
    marks, dismissed = {}, set()
    for id_, one in standing_of(store, company_key).items():
        if one["finding_state"] == "dismissed":
            dismissed.add(id_)
            reason, day = flow.reasons[one["reason"]].zh, (china_time(one["at"]) or "")[:10]
            marks[id_] = t("case.mark_dismissed", case=one["case"], reason=reason, who=one["who"], at=day)
        else:
            marks[id_] = t("case.mark", case=one["case"], state=flow.states[one["state"]].zh)
    return marks, frozenset(dismissed)


def issued(
    store: Store,
    asked: Asked,
    kind: str,
    form: str,
    source: Source,
    name: str,
    make: Callable[[str, Json | None], bytes],
) -> bytes:
    """Makes the document with its number in it and keeps it; `make` gets the number and the document replaced. Raises LookupError,
    ValueError."""
    from compliance.store.issued import Issued, NumberTaken, issue, issued_document, next_number

    replaced = issued_document(store, asked.replaces) if asked.replaces else None
    for left in reversed(range(TRIES)):
        number = next_number(store)
        body = make(number, replaced)
        case = source.case
        document = Issued(
            number, kind, form, name, asked.receiver, asked.who, case["id"] if case else (replaced or {}).get("case_id"),
            case["company"]["key"] if case else (replaced or {}).get("company_key"), asked.replaces, asked.why,
        )  # fmt: skip
        try:
            issue(store, document, body)
        except NumberTaken:
            if not left:
                raise
            continue
        return body
    raise AssertionError("unreachable")


def issue_parts(number: str, asked: Asked, replaced: Json | None) -> tuple[Section, ...]:
    """The part of a report that carries its number, receiver and, for a correction, the document it corrects."""
    return (issue_section(number, asked.receiver, replaced, asked.why),)
