"""Pages from templates: the desk's words in Chinese and English, printed text made visible, autoescape always on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml
from fastapi import Request
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from compliance.cases.workflow import workflow
from reports.visible import link_of, visible
from reports.web.guard import LANGUAGE_COOKIE, signed_of, style
from reports.wording import WordingError, load_wording

LANGUAGES = ("zh", "en")
CHINA = timezone(timedelta(hours=8))
OUTCOMES = ("violation", "suspected", "needs_review")
YEAR = 365 * 24 * 3600
NAV = (  # address, word, role
    ("/", "queue", "viewer"),
    ("/companies", "companies", "viewer"),
    ("/rules", "rules", "viewer"),
    ("/jobs", "jobs", "viewer"),
    ("/audit", "audit", "supervisor"),
    ("/accounts", "accounts", "admin"),
)


@dataclass(frozen=True, slots=True)
class Words:
    """The desk's words in one language; what it lacks is the report's Chinese."""

    language: str
    tree: Mapping[str, Any]

    def text(self, key: str, /, **values: object) -> str:
        """The sentence at a dotted key. Raises WordingError when neither the desk nor the reports have it."""
        node: Any = self.tree
        for part in key.split("."):
            node = node.get(part) if isinstance(node, dict) else None
        if isinstance(node, dict) and self.language in node:
            told = str(node[self.language])
            return told.format(**values) if values else told
        return load_wording().text(key, **values)

    def label(self, group: str, code: object) -> str:
        """The word for a code of a group; a code that nobody has named is shown as it is."""
        try:
            return self.text(f"{group}.{code}")
        except WordingError:
            return str(code)


@lru_cache(maxsize=2)
def words_in(language: str) -> Words:
    """The words of one language."""
    text = (resources.files("reports.web") / "words.yaml").read_text("utf-8")
    return Words(language, yaml.safe_load(text))


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Jinja over the desk's templates, and the reports' own for the parts both show."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader("reports.web", "templates"), PackageLoader("reports", "templates")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: "" if value is None else visible(value) if type(value) is str else value,
    )
    made.filters["moment"] = moment
    made.filters["plainly"] = plainly
    made.globals.update(link_of=link_of, outcomes=OUTCOMES, words=load_wording().tree, nav=NAV)
    return made


def moment(when: datetime | str | None) -> str:
    """A time in China standard time, to the minute; "" when there is none."""
    if isinstance(when, str):
        when = datetime.fromisoformat(when)
    return when.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if when else ""


def plainly(value: Any) -> str:
    """Details of an audit line as a person reads them: lists by commas, objects by pairs, what is empty left out."""
    if isinstance(value, dict):
        return "; ".join(f"{key} {plainly(one)}" for key, one in value.items() if one not in (None, "", [], False))
    if isinstance(value, list | tuple):
        return ", ".join(plainly(one) for one in value)
    return str(value)


def language_of(request: Request) -> str:
    """What the address asks for (`?lang=en`), else what was chosen before, else Chinese."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    return asked if asked in LANGUAGES else "zh"


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The page of a template. A language asked for in the address is remembered."""
    language = language_of(request)
    words = words_in(language)
    signed = signed_of(request.scope)
    html = environment().get_template(template).render(
        t=words.text,
        label=words.label,
        language=language,
        other_language=next(one for one in LANGUAGES if one != language),
        account=signed.account if signed else None,
        csrf=signed.csrf if signed else "",
        state=lambda name: getattr(workflow().states[name], language) if name in workflow().states else name,
        colon="：" if language == "zh" else ": ",
        conduct=lambda code: load_wording().label("conducts", code) if language == "zh" else code.replace("_", " "),
        may=signed.account.at_least if signed else (lambda role: False),
        path=request.url.path,
        switch=request.url.include_query_params(lang=next(one for one in LANGUAGES if one != language)).query,
        style=Markup(style()[0]),
        **values,
    )  # fmt: skip
    answer = HTMLResponse(html, status)
    if request.query_params.get("lang") == language:
        answer.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR, httponly=True, samesite="strict")
    return answer
