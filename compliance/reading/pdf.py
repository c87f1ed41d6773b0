"""Text of PDF documents (便携式文档), page by page, by pypdf where it is installed."""

from __future__ import annotations

import hashlib
import io
import logging
from importlib.util import find_spec

from compliance.reading.decode import normal_text
from compliance.reading.fault import Fault
from compliance.reading.limits import LIMITS, Limits
from compliance.records import Page


def page_of_pdf(
    body: bytes, source: str, cut: int = 0, limits: Limits = LIMITS, url: str | None = None
) -> Page | Fault:
    """One page record of the whole document's text, a blank line between its pages. Pages without text (scans) and pages over the
    bound are said in `faults`; a document that can't be opened is a fault."""
    if cut:
        return Fault(
            source, f"the PDF has more than {limits.document} bytes", "split it, or check the pages that matter"
        )
    if find_spec("pypdf") is None:
        return Fault(source, "PDF text cannot be read: pypdf is not installed", "pip install pypdf")
    from pypdf import PdfReader  # its complaints about damaged structures are said in `faults` here, not printed

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(body), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return Fault(source, "the PDF is locked with a password", "unlock it and save it again")
        count = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError) as error:
        # pypdf meets damaged structures with all of these
        return Fault(
            source, f"the PDF is damaged ({type(error).__name__}: {error})", "open it elsewhere and save it again"
        )
    texts: list[str] = []
    empty = broken = size = 0
    for number in range(min(count, limits.pdf_pages)):
        try:
            text = reader.pages[number].extract_text() or ""
        except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError):
            broken += 1
            continue
        empty += not text.strip()
        size += len(text)
        if size > limits.document:
            count_read = number
            return _page(texts, body, source, url, (f"文字过多，只读前{count_read}页，共{count}页",))
        texts.append(text)
    faults: tuple[str, ...] = ()
    if empty:
        faults += (f"PDF有{empty}页没有文字层（多为扫描件），未读",)
    if broken:
        faults += (f"PDF有{broken}页已损坏，未读",)
    if count > limits.pdf_pages:
        faults += (f"PDF共{count}页，只读前{limits.pdf_pages}页",)
    return _page(texts, body, source, url, faults)


def _page(texts: list[str], body: bytes, source: str, url: str | None, faults: tuple[str, ...]) -> Page:
    return Page(
        url=url,
        captured_at=None,
        html=None,
        text=normal_text("\n\n".join(t for t in texts if t.strip())),
        sha256=hashlib.sha256(body).hexdigest(),
        source=source,
        encoding="pdf",
        faults=faults,
    )
