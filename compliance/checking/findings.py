"""Verdict → Finding: quote, elements with their sources, what is missing, innocent readings, provisions, stable id."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compliance.checking.explain import explanation_of
from compliance.records import Claim, Element, Finding, Occurrence
from compliance.register.names import normal_form
from rules.outcome import ElementResult, Outcome, Verdict

if TYPE_CHECKING:
    from compliance.checking.facts import Case


# What a picture shows when a claim rests on one; the other facts of the claim are the page's.
OFF_THE_PICTURE = frozenset(
    f"claim.{name}"
    for name in (
        "mark_on", "mark_kind", "own_mark", "notice_beside_mark", "certificate_shown", "number_form", "number_given", "body_named",
        "expires", "issued",
    )
)  # fmt: skip


def finding_of(
    case: Case, verdict: Verdict, outcome: Outcome, caps: tuple[str, ...], context: tuple[str, ...] = ()
) -> Finding:
    """One verdict on one case as a finding with a single occurrence. `context`: what stands beside it (`context.context_of`)."""
    claim = case.claim
    return Finding(
        id=finding_id(case, verdict.rule),
        rule=verdict.rule,
        conduct=verdict.conduct,
        outcome=outcome.value,
        claim=claim.id,
        quote=claim.quote,
        title=verdict.title,
        explanation=explanation_of(case, verdict),
        elements=(
            *(e for part in verdict.elements for e in _elements(part, "element", claim)),
            *(e for part in verdict.exceptions for e in _elements(part, "exception", claim)),
        ),
        missing=verdict.missing,
        innocent_readings=verdict.innocent,
        breaches=tuple(p.to_json() for p in verdict.charges.breaches),
        penalties=tuple(p.to_json() for p in verdict.charges.penalties),
        remedy=verdict.remedy,
        occurrences=(Occurrence(page_name(case), claim.id, claim.locator),),
        asks=verdict.asks,
        notes=(*verdict.charges.notes, *context),
        caps=caps,
        rule_source=verdict.source,
        picture=claim.picture,
    )


def page_name(case: Case) -> str:
    """How occurrences name a page: its URL, else its id, else where it was read from."""
    page = case.page
    return page.url or page.id or page.source or page.sha256[:12]


def finding_id(case: Case, rule: str) -> str:
    """Stable over re-crawls and re-wording: company key, rule and claim key; never by position."""
    return _hash(company_key(case), rule, *claim_key(case))


def company_key(case: Case) -> str:
    """USCC, else the normal form of the name, else the host, else the record's id: two unknown firms are never one; else nothing."""
    company = case.company
    if company is not None and company.uscc:
        return company.uscc
    if company is not None and company.name:
        return normal_form(company.name)
    if case.page.url:
        from urllib.parse import urlsplit

        return urlsplit(case.page.url).hostname or case.page.id or ""
    return case.page.id or ""


def claim_key(case: Case) -> tuple[str, ...]:
    """Schemes, number if any, subject and folded subject text. The scheme judged stands in place of the claim's list."""
    claim = case.claim
    number = case.detail.number or ""
    # 公司, 我公司 and 本公司 are one subject: the page's company, which the company key names already
    own = claim.subject == "company" and claim.holder_text is None
    return (case.detail.scheme, number, claim.subject, "" if own else folded(claim.subject_text or ""))


def folded(text: str) -> str:
    """Width, case, blanks and punctuation do not make another subject."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def _hash(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:20]


def _elements(part: ElementResult, kind: str, claim: Claim) -> Iterable[Element]:
    """One line for each fact an element looked at; an unknown fact shows its reason as the value."""
    for used in part.facts:
        value: Any = used.value if used.reason is None else None
        yield Element(
            fact=used.fact,
            value=value.isoformat() if hasattr(value, "isoformat") else value,
            source=used.source or "assumed",
            id=part.id,
            zh=part.zh,
            truth=part.truth,
            kind=kind,
            seen_in="picture" if claim.picture and used.reason is None and used.fact in OFF_THE_PICTURE else "",
        )


def merged(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Schemes of one claim under one rule and outcome become one finding; the same id said twice one with two places."""
    by_claim: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        by_claim.setdefault((finding.claim, finding.rule, finding.outcome), []).append(finding)
    joined = [_joined(group) for group in by_claim.values()]
    by_id: dict[str, Finding] = {}
    for finding in joined:
        by_id[finding.id] = with_occurrences(by_id[finding.id], finding) if finding.id in by_id else finding
    return tuple(by_id.values())


def _joined(group: list[Finding]) -> Finding:
    """Several schemes of one claim: the first speaks, the id covers all."""
    if len(group) == 1:
        return group[0]
    first = group[0]
    return replace(first, id=_hash(*sorted({f.id for f in group})) if len({f.id for f in group}) > 1 else first.id)


def with_occurrences(one: Finding, other: Finding) -> Finding:
    """Two findings with one id: the higher outcome speaks, the places of both are kept in order."""
    speaks = max((one, other), key=lambda f: Outcome(f.outcome).rank)
    places = (*one.occurrences, *(o for o in other.occurrences if o not in one.occurrences))
    return replace(speaks, occurrences=places)
