"""What a report shows, as plain frozen data: every document (HTML, PDF, DOCX, XLSX, JSON) is made from this one model.

`report_of(result)` builds it from the contract's check object. Every `*_zh` is ready to print; raw codes stay beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.law import PenaltyShown, ProvisionShown
from reports.sections import Section


@dataclass(frozen=True, slots=True)
class Counts:
    """Findings per outcome. There is no total on purpose: three types that nothing merges."""

    violation: int = 0
    suspected: int = 0
    needs_review: int = 0

    def of(self, outcome: str) -> int:
        """The count of one outcome. Raises AttributeError for an outcome the contract doesn't know."""
        return int(getattr(self, outcome))

    @property
    def any(self) -> bool:
        """True when at least one finding of any outcome is there."""
        return bool(self.violation or self.suspected or self.needs_review)


@dataclass(frozen=True, slots=True)
class Place:
    """出现位置: one sighting of a finding. `before`, `quote`, `after` are the context with the quote cut out of it."""

    page: str
    url: str | None
    captured_at: str | None
    sha256: str | None
    genre_zh: str
    container_zh: str
    heading: str
    locator: str
    claim: str
    quote: str
    before: str
    after: str
    has_context: bool
    picture: str = ""  # which picture of the page it stands in, its hash and where in it; "" for text


@dataclass(frozen=True, slots=True)
class Span:
    """A state over days; None means open. `left` and `width` place it on a line of 0–1000."""

    state: str
    state_zh: str
    start: str | None
    end: str | None
    text: str
    left: int
    width: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """状态随时间: spans and the day that matters (`mark`, 0–1000; None when the day lies outside what can be drawn)."""

    spans: tuple[Span, ...]
    mark: int | None
    day: str | None
    snapshot: int | None  # where the register's own knowledge ends
    snapshot_day: str | None
    first: str
    last: str
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegisterView:
    """What the register shows on that day: a row with its states, or the places searched. `kind`: row | none | no_register."""

    kind: str
    lead: str
    row: tuple[tuple[str, str, str], ...]  # (field, 中文, value)
    searched: tuple[str, ...]
    near: tuple[str, ...]
    timeline: Timeline | None


@dataclass(frozen=True, slots=True)
class FactShown:
    """事实 an element rests on. `value_zh` and `source_zh` say so when the fact is unknown."""

    fact: str
    fact_zh: str
    value_zh: str
    source: str
    source_zh: str


@dataclass(frozen=True, slots=True)
class ElementShown:
    """要件 with the facts it rests on. `truth`: shown | unknown | not_shown; the last is an exception that doesn't apply,
    because a rule with an element that doesn't hold says nothing."""

    id: str
    zh: str
    facts: tuple[FactShown, ...]
    truth: str
    truth_zh: str


@dataclass(frozen=True, slots=True)
class FindingShown:
    """发现, ready to print."""

    id: str
    anchor: str
    number: str
    rule: str
    rule_source: str | None
    conduct: str
    rule_title: str  # the rule's own title; `title` is the conduct in neutral words
    outcome: str
    outcome_zh: str
    outcome_mark: str
    title: str
    explanation: str
    day: str | None
    day_source_zh: str
    seen: str | None  # first and last time the store saw it
    place: Place
    sightings: tuple[Place, ...]  # all places but the first
    register: RegisterView
    elements: tuple[ElementShown, ...]
    advice: str
    missing: tuple[str, ...]
    innocent: tuple[str, ...]
    asks: tuple[str, ...]
    notes: tuple[str, ...]
    caps: tuple[str, ...]
    breaches: tuple[ProvisionShown, ...]
    penalties: tuple[PenaltyShown, ...]
    remedy: str
    picture: str = ""  # PNG in base64: the page drawn again with the quote marked
    case_zh: str = ""  # where its case stands: "案件c0123：已排除（…）"


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """认证陈述 without a finding."""

    quote: str
    url: str | None
    state_zh: str
    verdict: str
    verdict_zh: str
    number: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """证据: a page or a register row that a finding of the company rests on. `findings`: their numbers."""

    number: str
    kind_zh: str
    what: str
    url: str | None
    when: str
    sha256: str | None
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompanyReport:
    """One company: its pages, findings, other claims. `key` is the USCC, else the name, else the host."""

    key: str
    anchor: str
    name: str
    uscc: str | None
    source_zh: str
    pages: int
    claims: int
    unverified: int
    compliant: int
    unread: int
    urls: tuple[str, ...]
    counts: Counts
    findings: tuple[FindingShown, ...]
    others: tuple[ClaimShown, ...]
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockedPage:
    """未能读取的页面 and why."""

    url: str
    reason_zh: str


@dataclass(frozen=True, slots=True)
class CutShown:
    """What was cut off or not decoded, one kind of it, with the pages: (page, the note)."""

    what: str
    pages: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CoverageShown:
    """没有读到的: nothing is silently clean."""

    blocked: tuple[BlockedPage, ...]
    pictures_seen: int
    pictures_unread: int
    pictures: tuple[tuple[str, int], ...]  # (company, pictures unread)
    cut: tuple[CutShown, ...]
    not_judged: tuple[str, ...]
    not_applied: tuple[str, ...]
    faults: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """True when nothing at all was left unread or unjudged."""
        return not (
            self.blocked or self.pictures_unread or self.cut or self.not_judged or self.not_applied or self.faults
        )


@dataclass(frozen=True, slots=True)
class ConductCounts:
    """情形 with its counts per outcome, and the width of each bar (0–100)."""

    conduct: str
    zh: str
    counts: Counts
    widths: Counts


@dataclass(frozen=True, slots=True)
class Header:
    """What was checked, when, against which register, by which versions; all in words."""

    checked: str
    as_of: str
    captured: str
    register: str
    complete: str
    tool: str
    rules: str
    law: str
    made: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """核查报告. `companies` have findings; `clean` were checked and have none."""

    title: str
    header: Header
    lead: str
    counts: Counts
    companies: tuple[CompanyReport, ...]
    clean: tuple[CompanyReport, ...]
    conducts: tuple[ConductCounts, ...]
    coverage: CoverageShown
    sections: tuple[Section, ...] = ()  # the case, the document's number, plots


def report_of(
    result: dict[str, Any],
    made_at: str | None = None,
    only: str | None = None,
    sections: tuple[Section, ...] = (),
    marks: Mapping[str, str] | None = None,
    pictures: Mapping[str, str] | None = None,
) -> Report:
    """The report of a check result (the contract's object). `made_at` is printed as given; `only` keeps one company
    (its name or USCC); `marks`: finding → where its case stands, in words; `pictures`: finding →
    PNG in base64. Pure: the same result gives the same report. Raises KeyError naming the field when the result
    lacks one that the contract promises."""
    from reports.building import report_from

    return report_from(result, made_at, only, sections, marks or {}, pictures or {})
