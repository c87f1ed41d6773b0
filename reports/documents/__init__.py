"""Documents: one module a format, each Report → bytes or text; imported only when that format is asked for."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.model import Report

FORMATS = ("html", "pdf", "docx", "xlsx", "json", "sarif")
TEMPLATED = ("html", "pdf")


def rendered(report: Report, form: str, templates: Path | None = None) -> bytes:
    """The report in one format as bytes. `templates` is used by HTML and PDF only. Raises needs.NotInstalled when the
    format's library is missing, ValueError for a format that doesn't exist."""
    if form not in FORMATS:
        raise ValueError(f"{form}: no such format; use one of {', '.join(FORMATS)}")
    document = import_module(f"reports.documents.{form}")
    made = document.render(report, templates) if form in TEMPLATED else document.render(report)
    return made.encode("utf-8") if isinstance(made, str) else made
