"""A stored visit as the record that is checked (网页记录): decoded, with the target's company as its owner."""

from __future__ import annotations

from compliance.reading.fault import Fault
from compliance.records import Company, Page
from compliance.store.pages import StoredVisit
from compliance.stored_page import page_of_stored


def page_of_visit(visit: StoredVisit) -> Page | Fault:
    """The page, or why the document can't be read. The company is the target list's: `record`; without one the page must say it."""
    company = Company(visit.company, visit.uscc, "record") if visit.company or visit.uscc else None
    return page_of_stored(
        visit.body,
        kind=visit.kind,
        url=visit.url,
        content_type=visit.content_type,
        captured_at=visit.captured_at,
        company=company,
    )
