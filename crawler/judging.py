"""Reading and judging what has come (研判), some pages at a time: one look into the store and one write for all of them.

A page is marked as judged after its result lies in the store: a kill between the two judges it again, to the same result.
"""

from __future__ import annotations

import gc
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from compliance.pictures.wanted import wanted_of
from compliance.reading.fault import Fault
from compliance.records import Page, PageResult
from compliance.store import pages, runs
from compliance.store.pages import Judged, StoredVisit
from compliance.store.session import Store
from crawler.ownership import SiteOwner
from crawler.page import page_of_visit

if TYPE_CHECKING:
    from compliance.checking.session import Checked

Judge = Callable[[Page], PageResult | None]
WARM = "本公司通过ISO9001认证"  # any words that make the reader load its word lists
SOME = 16  # pages judged between two writes
# What reading or judging a page may raise on input nobody has met yet: the page is counted and named, the run goes on.
PAGE_FAULTS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


class Judging:
    """Judges visits in the order they came; counts what was found."""

    def __init__(self, store: Store, judge: Judge | None, on_result: Callable[[PageResult], None] | None) -> None:
        self.queue: deque[int] = deque()
        self.owners: dict[int, SiteOwner] = {}
        self.judged = 0
        self.faults: list[Fault] = []
        self._store, self._judge, self._on_result = store, judge, on_result
        self._keep = _keeper(store, judge)
        self._found: dict[str, str] = {}
        self.notes_pictures = False  # whether visits whose pictures are to be read later are noted
        self.with_pictures: list[int] = []
        self._again = False

    def all(self) -> None:
        """Everything that waits."""
        while self.queue:
            # pictures take seconds a page: then each page is written as it is done
            some = [self.queue.popleft() for _ in range(1 if self._again else min(SOME, len(self.queue)))]
            if self._judge is not None:
                self._some(self._judge, some)

    def warm(self) -> None:
        """Loads what reading needs while the fetching process starts, and tells the collector that it stays: it need not look there again."""
        if self._judge is None:
            return
        from compliance.reading.open import page_of_text
        from compliance.reading.read import read_page

        read_page(page_of_text(WARM))
        gc.collect()
        gc.freeze()

    def again(self, visits: list[int]) -> None:
        """Judge visits once more, with more at hand than the first time: they are not counted twice, and their results say so."""
        notes, self.notes_pictures, self._again = self.notes_pictures, False, True
        try:
            self.queue.extend(visits)
            self.all()
        finally:
            self.notes_pictures, self._again = notes, False

    def outcomes(self) -> dict[str, int]:
        """Outcome → number of distinct findings."""
        return dict(sorted(Counter(self._found.values()).items()))

    def save_owners(self) -> None:
        """What the sites say of their owners, into the store."""
        for site_id, owner in self.owners.items():
            runs.save_owner(self._store, site_id, owner.to_json())

    def _some(self, judge: Judge, visit_ids: list[int]) -> None:
        results: list[tuple[StoredVisit, PageResult | None]] = []
        marks: list[Judged] = []
        for visit in pages.visits_of(self._store, visit_ids):
            page = page_of_visit(visit)
            fault = page if isinstance(page, Fault) else None
            if isinstance(page, Page):
                try:
                    result = judge(page)
                except PAGE_FAULTS as error:
                    fault = Fault(visit.url, f"could not be judged: {type(error).__name__}: {error}", "report it")
                else:
                    if self._again and result is not None:
                        result = replace(result, again=True)
                    results.append((visit, result))
                    marks.append(_mark(visit.id, result))
            if fault is not None:
                self.faults.append(fault)
                marks.append(Judged(visit.id, fault=f"{fault.what}; {fault.fix}"))
        if self._keep is not None:
            self._keep([result for _, result in results if result is not None])
        pages.mark_judged(self._store, marks)
        for visit, result in results:
            self.judged += not self._again
            if result is not None:
                self._count(visit, result)

    def _count(self, visit: StoredVisit, result: PageResult) -> None:
        if self.notes_pictures and wanted_of(result.page, result.reading)[0]:
            self.with_pictures.append(visit.id)
        if not result.reading.coverage.blocked_reason:
            owner = self.owners.setdefault(visit.site_id, SiteOwner(visit.company, visit.uscc))
            owner.add(result.reading.owner)
        for finding in result.findings:
            self._found[finding.id] = finding.outcome
        if self._on_result:
            self._on_result(result)


def _mark(visit_id: int, result: PageResult | None) -> Judged:
    if result is None:
        return Judged(visit_id)
    claims = sum(c.verdict != "not_a_claim" for c in result.claims)
    return Judged(visit_id, blocked=result.reading.coverage.blocked_reason, claims=claims)


def checked_of(judge: Judge | None) -> Checked | None:
    """The run that the judge belongs to, when it is the `check` of one."""
    from compliance.checking.session import Checked

    checked = getattr(judge, "__self__", None)
    return checked if isinstance(checked, Checked) else None


def _keeper(store: Store, judge: Judge | None) -> Callable[[list[PageResult]], None] | None:
    """Writes results into the store, when the judge brings what heads them (tool, register, day)."""
    checked = checked_of(judge)
    if checked is None:
        return None
    from compliance.checking.render import head_json, page_json
    from compliance.checking.session import VERSION
    from compliance.register.names import normal_form
    from compliance.store.findings import save_results

    head = head_json(
        version=VERSION,
        rules=checked.book.hash,
        law=checked.law_hash,
        as_of=checked.today,
        register=checked.rows.info if checked.rows is not None else None,
    )

    def key_of(result: PageResult) -> str:
        company = result.company
        key = (company.uscc or normal_form(company.name or "")) if company else ""
        return key or urlsplit(result.page.url or "").hostname or ""

    def keep(results: list[PageResult]) -> None:
        save_results(store, [(head, page_json(result), key_of(result)) for result in results])

    return keep
