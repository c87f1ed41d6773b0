"""Letters of a company's case (通知拟稿、核实函、移送函): a plain-text template → blocks → HTML or DOCX.

A template is a text file anybody can edit: `# ` title, `## ` heading, `- ` list item, `> ` line at the right, blank line between
paragraphs. Values are folded to one line, so text of a page never becomes a heading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined

from reports.finding import china_time
from reports.model import FindingShown, Report
from reports.visible import visible
from reports.wording import load_wording

LETTERS = ("rectification", "inquiry", "transfer")
MARKS = {"# ": "title", "## ": "heading", "- ": "item", "> ": "right"}


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a letter. `kind`: title | heading | item | right | text."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one addressee."""

    title: str
    blocks: tuple[Block, ...]


def letters_of(
    report: Report,
    letter: str,
    findings: tuple[str, ...] = (),
    templates: Path | None = None,
    due: dict[str, Any] | None = None,
    out: dict[str, Any] | None = None,
) -> tuple[Letter, ...]:
    """The letters of one kind for each company of the report: one a company, inquiries one a certification body.

    `findings` keeps only these ids; `due`: the case's deadline (cases.deadlines), printed in the notice; `out`: {number,
    replaced, why} of a letter that goes out. Raises ValueError for an unknown kind, jinja2.TemplateError for an unusable template.
    """
    if letter not in LETTERS:
        raise ValueError(f"{letter}: no such letter; use one of {', '.join(LETTERS)}")
    made = []
    for company in report.companies:
        chosen = tuple(one for one in company.findings if not findings or one.id in findings)
        for body, group in _addressed(letter, chosen):
            evidence = tuple(e for e in company.evidence if {f.number for f in group} & set(e.findings))
            made.append(
                _letter(
                    letter,
                    templates,
                    report=report,
                    company=company,
                    findings=group,
                    body=body,
                    evidence=evidence,
                    due=due,
                    **({"number": "", "replaced": None, "why": ""} | (out or {})),
                )
            )
    return tuple(made)


def withdrawal(
    number: str, replaced: dict[str, Any], why: str, company: str | None, templates: Path | None = None
) -> Letter:
    """撤回函: the letter that withdraws a document which went out (`replaced`: compliance.store.issued)."""
    return _letter("withdrawal", templates, number=number, replaced=replaced, why=why, company=company)


def _addressed(
    letter: str, findings: tuple[FindingShown, ...]
) -> Iterator[tuple[str | None, tuple[FindingShown, ...]]]:
    """An inquiry names one body only: what concerns another body's clients isn't told to it."""
    if not findings:
        return
    if letter != "inquiry":
        yield None, findings
        return
    groups: dict[str | None, list[FindingShown]] = {}
    for one in findings:
        fields = {field: value for field, _, value in one.register.row}
        groups.setdefault(fields.get("body"), []).append(one)
    for body, group in groups.items():
        yield body, tuple(group)


def _letter(name: str, templates: Path | None, **values: Any) -> Letter:
    own: BaseLoader = PackageLoader("reports", "templates/letters")
    loader = ChoiceLoader([FileSystemLoader([templates, templates / "letters"]), own]) if templates else own
    made = Environment(loader=loader, autoescape=False, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_folded)  # fmt: skip
    made.globals |= {"t": load_wording().text, "day_of": lambda at: (china_time(at) or "")[:10]}
    blocks = tuple(blocks_of(made.get_template(f"{name}.txt.j2").render(**values)))
    return Letter(next((one.text for one in blocks if one.kind == "title"), name), blocks)


def _folded(value: Any) -> Any:
    if value is None:
        return ""
    return " ".join(visible(value).split()) if isinstance(value, str) else value


def blocks_of(text: str) -> Iterator[Block]:
    """Blocks of a letter's text; lines of one paragraph are joined."""
    lines: list[str] = []
    for line in [*text.splitlines(), ""]:
        mark = next((one for one in MARKS if line.startswith(one)), None)
        if (mark or not line.strip()) and lines:
            yield Block("text", "".join(lines))
            lines = []
        if mark:
            yield Block(MARKS[mark], line[len(mark) :].strip())
        elif line.strip():
            lines.append(line.strip())
