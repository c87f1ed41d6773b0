"""PageResult → the contract's JSON: one object for a check, or one object a page. Key order is fixed; no times of day added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from compliance.checking.findings import with_occurrences
from compliance.records import Claim, Finding, JudgedClaim, PageResult, RegisterInfo

Json = dict[str, Any]
OUTCOMES = ("violation", "suspected", "needs_review")


def page_json(result: PageResult, findings: Sequence[Finding] | None = None) -> Json:
    """One entry of `pages`. `findings`: those to show here when a finding of several pages is shown only once."""
    page, reading = result.page, result.reading
    coverage = reading.coverage
    return {
        "id": page.id,
        "url": page.url,
        "source": page.source,
        "captured_at": page.captured_at.isoformat() if page.captured_at else None,
        "sha256": page.sha256,
        "as_of": result.on.isoformat(),
        "as_of_source": result.on_source,
        "company": result.company.to_json() if result.company else None,
        "owner": {
            "names": list(reading.owner.names),
            "usccs": list(reading.owner.usccs),
            "icp": reading.owner.icp,
            "conflict": reading.owner.conflict,
        },
        "genre": reading.genre,
        "medium": result.medium,
        "language": reading.language,
        "coverage": {
            "blocks": coverage.blocks,
            "pictures_seen": coverage.pictures_seen,
            "pictures_read": coverage.pictures_read,
            "blocked": coverage.blocked,
            "blocked_reason": coverage.blocked_reason,
            "unread": [*coverage.unread, *page.faults],
            **({"pictures": list(coverage.pictures)} if coverage.pictures else {}),
        },
        "claims": [claim_json(judged) for judged in result.claims],
        "findings": [finding_json(f) for f in (result.findings if findings is None else findings)],
        "not_judged": [{"claim": c, "rule": r, "why": w} for c, r, w in result.not_judged],
        "not_applied": list(result.not_applied),
    }


def claim_json(judged: JudgedClaim) -> Json:
    """CLAIM of the contract, with details per scheme, cues, context and region added."""
    claim, match = judged.claim, judged.match
    return {
        "id": claim.id,
        "quote": claim.quote,
        "locator": claim.locator.to_json(),
        "container": claim.container,
        "speaker": claim.speaker,
        "subject": claim.subject,
        "subject_text": claim.subject_text,
        "about": claim.about,
        "schemes": list(claim.schemes),
        **_first_details(claim),
        "state": claim.state,
        "uncertain": dict(claim.uncertain),
        "certificate": match.row.to_json() if match and match.row else None,
        "match": {
            "method": match.method,
            "score": round(match.score, 4),
            "runner_up": match.runner_up,
            "searched": list(match.searched),
            "near": [{"row": n.row.to_json(), "score": round(n.score, 4), "why": n.why} for n in match.near],
        }
        if match
        else {"method": None, "score": 0, "runner_up": None, "searched": [], "near": []},
        "verdict": judged.verdict,
        "details": [_detail(d) for d in claim.details],
        "cues": sorted(claim.cues),
        "holder_text": claim.holder_text,
        "place": claim.place,
        "said_on": _day(claim.said_on),
        "hidden": claim.hidden,
        "region": claim.region,
        "heading": claim.heading,
        "context": claim.context,
        **({"picture": claim.picture.to_json()} if claim.picture else {}),
    }


def _first_details(claim: Claim) -> Json:
    first = claim.first
    return {
        "standard": first("standard"),
        "edition": first("edition"),
        "number": first("number"),
        "body": first("body"),
        "issued": _issued(claim),
        "expires": _day(first("expires")),
        "scope": first("scope"),
    }


def _detail(detail: Any) -> Json:
    return {
        "scheme": detail.scheme,
        "standard": detail.standard,
        "edition": detail.edition,
        "number": detail.number,
        "body": detail.body,
        "issued": _written(detail.issued, detail.issued_precision),
        "expires": _day(detail.expires),
        "scope": detail.scope,
    }


def _issued(claim: Claim) -> str | None:
    """发证或获证时间: the day printed as the certificate's; without one the time at which the words say it was obtained (于2012年通过…).

    Only as much of it as is written: "2012", "2012-06" or "2012-06-18"; no day is made up. Rules know the two apart
    (`claim.issued` is the printed one; see `said_on`).
    """
    printed = next((d for d in claim.details if d.issued is not None), None)
    if printed is not None:
        return _written(printed.issued, printed.issued_precision)
    return _written(claim.said_on, claim.said_precision)


def _written(day: date | None, precision: str) -> str | None:
    """ISO 8601, shortened to what is written: year, month or day."""
    return day.isoformat()[: {"year": 4, "month": 7}.get(precision, 10)] if day else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def finding_json(finding: Finding) -> Json:
    """FINDING of the contract, with `title`, `asks`, `notes` and `caps` added."""
    out: Json = {
        "id": finding.id,
        "occurrences": [
            {"page": o.page, "claim": o.claim, "locator": o.locator.to_json()} for o in finding.occurrences
        ],
        "rule": finding.rule,
        "conduct": finding.conduct,
        "outcome": finding.outcome,
        "claim": finding.claim,
        "title": finding.title,
        "quote": finding.quote,
        "explanation": finding.explanation,
        "elements": [
            {
                "fact": e.fact,
                "value": e.value,
                "source": e.source,
                "id": e.id,
                "zh": e.zh,
                "truth": e.truth,
                "kind": e.kind,
                **({"seen_in": e.seen_in} if e.seen_in else {}),
            }
            for e in finding.elements
        ],
        "missing": list(finding.missing),
        "innocent_readings": list(finding.innocent_readings),
        "asks": list(finding.asks),
        "breaches": list(finding.breaches),
        "penalties": list(finding.penalties),
        "notes": list(finding.notes),
        "caps": list(finding.caps),
        "remedy": finding.remedy,
    }
    if finding.picture:
        out["picture"] = finding.picture.to_json()
    if finding.rule_source:
        out["rule_source"] = finding.rule_source
    return out


def head_json(version: str, rules: str, law: str, as_of: date, register: RegisterInfo | None) -> Json:
    """`tool`, `as_of` and `register` of the contract."""
    return {
        "tool": {"name": "certmark", "version": version, "rules": rules, "law": law},
        "as_of": as_of.isoformat(),
        "register": register.to_json() if register and (register.source or register.rows) else None,
    }


def result_json(head: Json, results: Sequence[PageResult], faults: Iterable[Json] = ()) -> Json:
    """The result of a check. A finding said on several pages stands once, on its first page, with all its places."""
    once = findings_once(results)
    shown: set[str] = set()
    pages = []
    for result in results:
        mine = [once[f.id] for f in result.findings if f.id not in shown]
        shown |= {f.id for f in mine}
        pages.append(page_json(result, mine))
    return {**head, "pages": pages, "summary": summary_json(results, once.values()), "faults": list(faults)}


def findings_once(results: Iterable[PageResult]) -> dict[str, Finding]:
    """Findings of all pages by id, occurrences joined in page order."""
    once: dict[str, Finding] = {}
    for result in results:
        for finding in result.findings:
            known = once.get(finding.id)
            once[finding.id] = with_occurrences(known, finding) if known else replace(finding)
    return once


def summary_json(results: Sequence[PageResult], findings: Iterable[Finding]) -> Json:
    """Counts; the three outcomes are never added up."""
    counts = Counter(f.outcome for f in findings)
    return {
        "pages": len(results),
        "blocked": sum(r.reading.coverage.blocked for r in results),
        "claims": sum(len(r.claims) for r in results),
        "findings": {outcome: counts.get(outcome, 0) for outcome in OUTCOMES},
    }
