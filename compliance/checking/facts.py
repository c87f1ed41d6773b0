"""Claim + match + page → facts. The only place facts are made: one module per group, one function per group of facts.

Facts are made once for each scheme of a claim ("one verb, three schemes" is one claim and three sets of facts).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from compliance.checking.facts_certificate import certificate_facts
from compliance.checking.facts_claim import claim_facts
from compliance.checking.facts_page import page_facts
from compliance.checking.facts_scheme import scheme_facts
from compliance.checking.lookup import Lookup
from compliance.records import Claim, Company, Page, Reading, SchemeDetail
from compliance.register.ports import Rows
from rules.facts import Facts
from rules.schemes import Scheme, Schemes


@dataclass(frozen=True, slots=True)
class Case:
    """One scheme of one claim on one page on one day: all that facts are made from."""

    page: Page
    reading: Reading
    company: Company | None
    claim: Claim
    detail: SchemeDetail
    scheme: Scheme | None
    schemes: Schemes
    lookup: Lookup
    on: date
    on_source: str
    medium: str | None
    medium_source: str
    rows: Rows | None = None  # the register with its lists, whatever the claim is looked up in


def facts_of(case: Case) -> Facts:
    """All facts of the vocabulary that the program can know of this case; the rest stay unknown (person, lists)."""
    return Facts(
        page_facts(case) | claim_facts(case.claim, case.detail) | scheme_facts(case) | certificate_facts(case),
    )
