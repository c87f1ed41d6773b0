"""Report → SARIF 2.1.0 (OASIS Standard, 27 March 2020), for programs that list findings of many tools.

`level`: violation → error, suspected → warning, needs_review → note. Each rule's outcome wording stands in its message, so that
a level is never read as more than it is.
"""

from __future__ import annotations

import json
from typing import Any

from reports.model import FindingShown, Place, Report
from reports.visible import link_of, visible

LEVELS = {"violation": "error", "suspected": "warning", "needs_review": "note"}
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(report: Report) -> str:
    """One SARIF log with one run; `partialFingerprints` hold the finding's stable id."""
    findings = [finding for company in report.companies for finding in company.findings]
    rules: dict[str, FindingShown] = {}
    for one in findings:
        rules.setdefault(one.rule, one)
    at = {rule: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "certmark",
                "version": visible(report.header.tool.removeprefix("certmark ")),
                "properties": {"rules": report.header.rules, "law": report.header.law},
                "rules": [
                    {
                        "id": visible(rule),
                        "shortDescription": {"text": visible(one.title)},
                        "help": {"text": visible(one.remedy)},
                        "properties": {"conduct": one.conduct},
                    }
                    for rule, one in rules.items()
                ],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, at[one.rule]) for one in findings],
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": "warning", "message": {"text": visible(text)}}
                    for text in (
                        *(f"{page.url}: {page.reason_zh}" for page in report.coverage.blocked),
                        *(f"{page}: {what}" for one in report.coverage.cut for page, what in one.pages),
                        *report.coverage.faults,
                    )
                ],
            }
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _result(one: FindingShown, rule: int) -> dict[str, Any]:
    return {
        "ruleId": visible(one.rule),
        "ruleIndex": rule,
        "level": LEVELS[one.outcome],
        "message": {"text": visible(f"{one.outcome_zh}：{one.title}。{one.explanation}")},
        "locations": [_location(place) for place in (one.place, *one.sightings)],
        "partialFingerprints": {"certmarkFinding/v1": visible(one.id)},
        "properties": {
            "outcome": one.outcome,
            "conduct": one.conduct,
            "missing": [visible(text) for text in one.missing],
            "breaches": [visible(f"{p.title}{p.article}（{p.version}）") for p in one.breaches],
        },
    }


def _location(place: Place) -> dict[str, Any]:
    artifact: dict[str, Any] = (
        {"uri": place.url} if link_of(place.url) else {"description": {"text": visible(place.page)}}
    )
    return {
        "physicalLocation": {"artifactLocation": artifact},
        "message": {"text": visible(place.quote)},
        "logicalLocations": [{"fullyQualifiedName": visible(place.locator)}],
    }
