"""A stored visit as the record that is checked (网页记录): decoded, with the target's company as its owner."""

from __future__ import annotations

from compliance.reading.docx import page_of_docx
from compliance.reading.fault import Fault
from compliance.reading.open import page_of_bytes
from compliance.reading.pdf import page_of_pdf
from compliance.records import Company, Page
from compliance.store.pages import StoredVisit


def page_of_visit(visit: StoredVisit) -> Page | Fault:
    """The page, or why the document can't be read. The company is the target list's: `record`; without one the page must say it."""
    company = Company(visit.company, visit.uscc, "record") if visit.company or visit.uscc else None
    if visit.kind == "document":
        page = _document(visit)
        if isinstance(page, Fault):
            return page
        from dataclasses import replace

        return replace(page, url=visit.url, captured_at=visit.captured_at, company=company, sha256=visit.sha256)
    return page_of_bytes(
        visit.body,
        source=visit.url,
        url=visit.url,
        content_type=visit.content_type,
        captured_at=visit.captured_at,
        company=company,
    )


def _document(visit: StoredVisit) -> Page | Fault:
    if visit.body.startswith(b"%PDF"):
        return page_of_pdf(visit.body, visit.url, url=visit.url)
    if visit.body.startswith(b"PK"):
        return page_of_docx(visit.body, visit.url, url=visit.url)
    return Fault(visit.url, "is neither PDF nor DOCX, whatever its name says", "open it by hand")
