"""Kept bytes as the record that is checked (网页记录): a page or a document, the same way after a crawl, from a bundle and in a history."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from compliance.reading.docx import page_of_docx
from compliance.reading.fault import Fault
from compliance.reading.open import page_of_bytes
from compliance.reading.pdf import page_of_pdf
from compliance.records import Company, Page


def page_of_stored(
    body: bytes,
    *,
    kind: str,
    url: str,
    content_type: str | None,
    captured_at: datetime | None,
    company: Company | None = None,
) -> Page | Fault:
    """The page as received, or why the document can't be read. `kind`: as the crawl says it, `document` for PDF and DOCX."""
    if kind != "document":
        return page_of_bytes(
            body, source=url, url=url, content_type=content_type, captured_at=captured_at, company=company
        )
    page = _document(body, url)
    if isinstance(page, Fault):
        return page
    sha256 = hashlib.sha256(body).hexdigest()
    return replace(page, url=url, captured_at=captured_at, company=company, sha256=sha256)


def _document(body: bytes, url: str) -> Page | Fault:
    if body.startswith(b"%PDF"):
        return page_of_pdf(body, url, url=url)
    if body.startswith(b"PK"):
        return page_of_docx(body, url, url=url)
    return Fault(url, "is neither PDF nor DOCX, whatever its name says", "open it by hand")
