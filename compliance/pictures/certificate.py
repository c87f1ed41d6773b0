"""Lines → is there a certificate, can it be read, what does it say (证书识读). Several papers in one picture are kept apart.

A number, a term and the word 认证 also stand on licences, honours and audit reports: a certificate names a standard or a
product rule, and calls itself one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from compliance.pictures.fields import Found, found_in
from compliance.pictures.labels import pattern_of, seen
from compliance.pictures.paper import Paper, papers_of, title_of
from compliance.pictures.records import Field, Line
from rules.schemes.codes import normal_number

READABLE = 10.0  # px of print: of numbers and codes read below it every third is wrong, from 13 one in 47
ALONE = 13.0
NAMES = 8.0  # names and standards survive longer than digits
ENOUGH = 3.5
_ASK = {"number": READABLE, "uscc": READABLE, "issued": READABLE, "expires": READABLE}


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate in a picture. `fields` are unconfirmed; empty when its print is too low (`legible` false)."""

    paper: Paper
    found: Found
    legible: bool
    reason: str | None
    fields: dict[str, Field] = field(default_factory=dict)
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers of a picture: its certificate, if it has just one, and how many others."""

    certificate: Certificate | None
    certificates: int
    others: int


def certificate_in(lines: Sequence[Line], size: tuple[int, int]) -> Papers:
    """The certificate of the picture; None when there is none, or several that say different things."""
    rated: list[tuple[float, Paper, Found]] = []
    others = 0
    for title, group in papers_of(lines):
        paper = Paper(group)
        found = found_in(paper)
        worth = _worth(title, paper, found)
        if worth >= ENOUGH:
            rated.append((worth, paper, found))
        else:
            others += title is not None
    if not rated:
        return Papers(None, 0, others)
    rated.sort(key=lambda r: -r[0])
    if len({_said(found) for _, _, found in rated}) > 1:
        return Papers(None, len(rated), others)
    _, paper, found = rated[0]
    return Papers(_certificate(paper, found, size, others), 1, others)


def _said(found: Found) -> str:
    """What tells two certificates apart: a second page, or the other language, says the same."""
    if found.number is not None:
        return normal_number(found.number.text)
    return found.standard.value if found.standard else ""


def _worth(title: Line | None, paper: Paper, found: Found) -> float:
    """How much speaks for a certificate; ENOUGH makes it one."""
    text = paper.text
    certifying = pattern_of("certifying").search(text) is not None
    if title is None:
        if not certifying or pattern_of("titles", "other").search(text):
            return 0.0
        worth = 0.0
    elif title_of(title) == "other":
        return 0.0
    else:
        words = seen(title).text
        plain = pattern_of("titles", "certificate").search(words) is not None  # else a spoilt title of several words
        telling = re.search("认证|registration|compliance|conformity|approval", words)
        worth = 3.0 if telling or not plain else 1.5
    low = paper.unit < READABLE - 1  # too low to show more than its title
    worth += 1.0 * certifying + 1.5 * (found.standard is not None) + (low - 0.5) * (found.standard is None)
    labelled = found.number is not None and found.number.label is not None
    worth += 1.0 * labelled + 0.5 * (found.hit is not None)
    worth += 0.5 * ((found.term.expires or found.term.issued) is not None)
    return worth + 0.5 * ("认证" in text or "certification" in text)


def _certificate(paper: Paper, found: Found, size: tuple[int, int], others: int) -> Certificate:
    hints = (f"图中另有{others}份文书，证书的内容只取自证书所在部分",) if others else ()
    height = _print_height(paper, found)
    if height < READABLE:
        need = round(size[0] * ALONE / max(height, 1.0) / 10) * 10
        too_low = (
            f"证书文字高约{height:.0f}像素，{READABLE:.0f}像素以下的编号和日期无法可靠识读；"
            f"需要宽约{need}像素以上的原图（现宽{size[0]}像素）"
        )
        return Certificate(paper, found, False, too_low, hints=hints)
    read = found.fields()
    low = [name for name, value in read.items() if value.height < _ASK.get(name, NAMES)]
    fields = {name: value for name, value in read.items() if name not in low}
    return Certificate(paper, found, True, f"文字过低未取：{'、'.join(low)}" if low else None, fields, hints)


def _print_height(paper: Paper, found: Found) -> float:
    """Height of the print that matters: the number, the dates, the code; else of the middle line, px."""
    heights = [v.height for v in (found.number, found.uscc) if v is not None]
    heights += [day.value.height for day in (found.term.issued, found.term.expires) if day is not None]
    return max(heights) if heights else median([line.line.tall for line in paper.lines])
