"""Report → one HTML file that opens from disk: no script, nothing fetched, style inline and pinned by its hash."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.bodyview import BodyReport
from reports.model import Report
from reports.visible import link_of, visible
from reports.wording import load_wording


def render(report: Report, templates: Path | None = None) -> str:
    """The report as HTML text (UTF-8 declared). `templates`: a folder whose files stand before the program's own.
    Raises jinja2.TemplateError, with file and line, for a user's template that can't be used."""
    return _page("report.html.j2", templates, report=report)


def render_self(report: Report, templates: Path | None = None) -> str:
    """The self-check (自查) in plain words: what to write instead."""
    from reports.selfcheck import advice_of

    return _page("self.html.j2", templates, report=report, advice=advice_of(report))


def render_body(body: BodyReport, templates: Path | None = None) -> str:
    """The report of a certification body on its own clients."""
    return _page("body.html.j2", templates, body=body)


def _page(name: str, templates: Path | None, **values: Any) -> str:
    style = style_text()
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return environment(templates).get_template(name).render(style=Markup(style), style_hash=digest, **values)


def style_text() -> str:
    """The style sheet that goes into the page; read from reports/static/report.css."""
    return (resources.files("reports") / "static" / "report.css").read_text("utf-8")


@lru_cache(maxsize=8)
def environment(templates: Path | None = None) -> Environment:
    """Jinja with autoescape always on, unknown names refused, and every printed text made visible."""
    own: BaseLoader = PackageLoader("reports", "templates")
    loader = ChoiceLoader([FileSystemLoader(templates), own]) if templates else own
    made = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printed,
    )
    words = load_wording()
    made.globals.update(
        t=words.text,
        words=words.tree,
        link_of=link_of,
        drawn=Markup,
        outcomes=("violation", "suspected", "needs_review"),
    )
    return made


def _printed(value: Any) -> Any:
    if value is None:
        return ""
    return visible(value) if type(value) is str else value
