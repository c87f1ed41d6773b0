"""Page → PageResult: the way of one page, read top to bottom. Plain data in, plain data out; it touches no disk, no network.

`judge(page, register, rule book, day)` of the design is `check_page`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from compliance.checking.caps import capped, caps_of
from compliance.checking.context import context_of
from compliance.checking.facts import Case, facts_of
from compliance.checking.findings import finding_id, finding_of, merged
from compliance.checking.lookup import HOLDS, Lookup, lookup_of, scheme_of
from compliance.checking.tender import opening_day
from compliance.records import Claim, Company, Finding, JudgedClaim, Match, Page, PageResult, Reading, SchemeDetail
from compliance.register.listed import has_certificates
from compliance.register.ports import Rows
from compliance.register.states import state_on
from rules.clock import CHINA, today
from rules.facts import Facts
from rules.outcome import Verdict
from rules.schemes import Schemes

if TYPE_CHECKING:
    from compliance.pictures.shown import Pictures
    from rules.engine import Rulebook

MEDIUM_OF_GENRE = {"shop": "e_shop", "tender": "tender"}
ClaimVerdict = Literal["not_a_claim", "compliant", "unverified", "finding"]
NO_DETAIL = SchemeDetail(scheme="")


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line or the job adds to a page: never guessed from the page itself."""

    as_of: date | None = None
    company: str | None = None
    uscc: str | None = None
    medium: str | None = None
    today: date | None = None  # the day to assume when nothing else says one; None: today in China
    snapshot_days: int = 31
    gate: bool = True
    why: bool = False  # keep the facts of every finding, so that its trace can be shown

    @property
    def bid(self) -> bool:
        """投标文件: the document is the named company's own bid."""
        return self.medium == "tender" and bool(self.company or self.uscc)


def check_page(
    page: Page,
    rows: Rows | None,
    book: Rulebook,
    schemes: Schemes,
    options: Options = Options(),
    pictures: Callable[[Page, Reading], Pictures | None] | None = None,
) -> PageResult:
    """Read one page and judge each of its claims. `pictures`: gives what its pictures show (compliance.pictures), which then counts too.
    The same input gives the same result, byte for byte."""
    return check_together((page,), rows, book, schemes, options, pictures)[0]


def check_together(
    pages: Sequence[Page],
    rows: Rows | None,
    book: Rulebook,
    schemes: Schemes,
    options: Options = Options(),
    pictures: Callable[[Page, Reading], Pictures | None] | None = None,
) -> list[PageResult]:
    """The same of several pages, which is faster than one by one (compliance.reading.read); none has to do with another."""
    from compliance.reading.read import read_pages

    readings = read_pages(pages, gate=options.gate, bid=options.bid)
    if pictures is not None:
        readings = [
            _with_pictures(page, reading, pictures(page, reading), rows, schemes, options)
            for page, reading in zip(pages, readings, strict=True)
        ]
    return [
        judge_reading(page, reading, rows, book, schemes, options)
        for page, reading in zip(pages, readings, strict=True)
    ]


def _with_pictures(
    page: Page, reading: Reading, shown: Pictures | None, rows: Rows | None, schemes: Schemes, options: Options
) -> Reading:
    if shown is None:
        return reading
    from compliance.checking.pictured import with_pictures

    company = company_of(page, reading, rows if has_certificates(rows) else None, options)
    return with_pictures(page, reading, shown, company, rows, schemes)  # lists alone name a body by its number


def judge_reading(
    page: Page, reading: Reading, rows: Rows | None, book: Rulebook, schemes: Schemes, options: Options
) -> PageResult:
    """Judge what was read: register look-up, facts, rules, caps, findings."""
    lists, rows = rows, rows if has_certificates(rows) else None
    company = company_of(page, reading, rows, options)
    on, on_source = day_of(page, options)
    judged: list[JudgedClaim] = []
    findings: list[Finding] = []
    not_judged: list[tuple[str, str, str]] = []
    not_applied: set[str] = set()
    grounds: list[tuple[str, str, Facts]] = []
    for claim in reading.claims:
        medium, medium_source = medium_of(claim, page, reading, options)
        cases = [
            Case(
                page=page,
                reading=reading,
                company=company,
                claim=claim,
                detail=detail,
                scheme=scheme_of(detail.scheme, schemes),
                schemes=schemes,
                lookup=lookup_of(claim, detail, company, rows, schemes, on),
                on=on,
                on_source=on_source,
                medium=medium,
                medium_source=medium_source,
                rows=lists,
            )
            for detail in claim.details or (NO_DETAIL,)
        ]
        found: list[tuple[Case, Verdict]] = []
        for case in cases:
            facts = facts_of(case)
            judgement = book.judge(facts, on)
            found += [(case, verdict) for verdict in judgement.verdicts]
            if options.why:
                grounds += [(finding_id(case, verdict.rule), verdict.rule, facts) for verdict in judgement.verdicts]
            not_judged += [(claim.id, n.rule, n.why) for n in judgement.not_judged]
            not_applied |= {n.rule for n in judgement.not_applied}
        of_claim = [_capped_finding(case, verdict, options) for case, verdict in found]
        findings += of_claim
        judged.append(JudgedClaim(claim, _best_match(cases), _verdict(claim, cases, of_claim)))
    return PageResult(
        page=page,
        company=company,
        reading=reading,
        claims=tuple(judged),
        findings=merged(findings),
        on=on,
        on_source=on_source,
        medium=medium_of(None, page, reading, options)[0],
        not_judged=tuple(not_judged),
        not_applied=tuple(sorted(not_applied)),
        grounds=tuple(grounds),
    )


def company_of(page: Page, reading: Reading, rows: Rows | None, options: Options) -> Company | None:
    """企业: option, then the record, then what the page says of its owner; a typed text takes a register's only holder."""
    if options.company or options.uscc:
        return Company(options.company, options.uscc, "option")
    if page.company is not None:
        return page.company
    owner = reading.owner
    if owner.names or owner.usccs:
        return Company(owner.names[0] if owner.names else None, owner.usccs[0] if owner.usccs else None, "page")
    if page.typed and rows is not None and (sole := rows.sole_holder()):
        return Company(sole, None, "assumed")
    return None


def day_of(page: Page, options: Options) -> tuple[date, Literal["option", "page", "assumed"]]:
    """行为日: `--as-of`, else a bid's day of opening, else the capture day in China, else today (assumed)."""
    if options.as_of is not None:
        return options.as_of, "option"
    if options.bid and (opening := opening_day(page)):
        return opening, "page"
    if page.captured_at is not None:
        return page.captured_at.astimezone(CHINA).date(), "page"
    if options.today is not None:
        return options.today, "assumed"
    return today(), "assumed"


def medium_of(claim: Claim | None, page: Page, reading: Reading, options: Options) -> tuple[str | None, str]:
    """载体 and who says so: option, the claim's own place, the genre, else website; unknown for typed text."""
    if options.medium:
        return options.medium, "page"
    if claim is not None and claim.place:
        return claim.place, "page"
    if reading.genre in MEDIUM_OF_GENRE:
        return MEDIUM_OF_GENRE[reading.genre], "page"
    return (None, "page") if page.typed else ("website", "page")


def _capped_finding(case: Case, verdict: Verdict, options: Options) -> Finding:
    rests = any(f.source == "register" and f.reason is None for e in verdict.elements for f in e.facts)
    outcome, reasons = capped(
        verdict.outcome, caps_of(case, verdict, rests_on_register=rests, snapshot_days=options.snapshot_days)
    )
    notes = context_of(case, verdict, rests_on_register=rests, snapshot_days=options.snapshot_days)
    return finding_of(case, verdict, outcome, reasons, notes)


def _best_match(cases: list[Case]) -> Match | None:
    """The match shown with the claim: the one by number, else the first row found, else what was searched."""
    matches = [(c.lookup.by_number, c.lookup.row is not None, m) for c in cases if (m := c.lookup.as_match())]
    return max(matches, key=lambda t: (t[0], t[1]))[2] if matches else None


def _verdict(claim: Claim, cases: list[Case], findings: list[Finding]) -> ClaimVerdict:
    """finding if any; compliant when each scheme's row was in force and no stated detail differs; else unverified."""
    if findings:
        return "finding"
    if claim.state not in HOLDS:
        return "not_a_claim"
    return "compliant" if cases and all(_in_force(case) for case in cases) else "unverified"


def _in_force(case: Case) -> bool:
    from compliance.checking.differences import difference_of

    found: Lookup = case.lookup
    if found.row is None or found.holder_is_company is False or found.method not in {"number", "uscc", "name"}:
        return False
    difference = difference_of(case.detail, found.row, number_differs=not found.by_number, near=False)
    return state_on(found.row, case.on)[0] == "valid" and difference.degree == "no"
