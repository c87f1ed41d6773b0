"""Headings of a register file (表头) → fields. Which spelling means which field: columns.yaml."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from compliance.register.cells import plain_text
from compliance.register.words import words

CERTIFICATES = "certificates"
_SMALL = frozenset({"of", "the"})  # words of an English heading that tell nothing
_REMARK = re.compile(r"[(\[][^()\[\]]*[)\]]")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which cell holds which field. `at`: field → positions, the leading one first. `unknown`: headings that mean nothing here.
    `missing`: what the file lacks, in words; empty when its rows can be used. `width`: number of headings."""

    at: dict[str, tuple[int, ...]]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    width: int


def columns_of(headings: Sequence[str], kind: str = CERTIFICATES) -> Columns:
    """Finds the field of each heading; `kind`: which list the file holds.

    >>> columns_of(["证书编号", "获证组织名称", "备 注"]).at
    {'number': (0,), 'holder': (1,), 'note': (2,)}
    """
    found: dict[str, list[tuple[int, int]]] = {}
    unknown = []
    for position, heading in enumerate(headings):
        meant = _meaning(heading, kind)
        if meant is None:
            if plain_text(heading):
                unknown.append(plain_text(heading))
            continue
        field, rank = meant
        found.setdefault(field, []).append((rank, position))
    at = {f: tuple(p for _, p in sorted(ranked)) for f, ranked in found.items()}
    missing = tuple(
        " or ".join(_example(f, kind) for f in group)
        for group in _vocabulary(kind)["needed"]
        if not any(f in at for f in group)
    )
    return Columns(at, tuple(unknown), missing, len(headings))


def header_score(cells: Sequence[Any], kind: str = CERTIFICATES) -> int:
    """How many cells of a line are known headings."""
    return sum(_meaning(c, kind) is not None for c in cells if isinstance(c, str) and len(c) < 60)


def headings_met(kind: str = CERTIFICATES) -> str:
    """The leading Chinese heading of the fields a file must have, then of some others: an example for whoever has to mend a file."""
    vocabulary = _vocabulary(kind)
    fields = dict.fromkeys([*(f for group in vocabulary["needed"] for f in group), *vocabulary["fields"]])
    return ", ".join(str(vocabulary["fields"][f][0]) for f in list(fields)[:6])


def _vocabulary(kind: str) -> dict[str, Any]:
    return words("columns") if kind == CERTIFICATES else words("lists")["kinds"][kind]


@cache
def _meanings(kind: str) -> dict[str, tuple[str, int]]:
    table: dict[str, tuple[str, int]] = {}
    common = {} if kind == CERTIFICATES else words("lists")["common"]
    for field, headings in (_vocabulary(kind)["fields"] | common).items():
        for rank, heading in enumerate(headings):
            for folded in (_folded(heading), _words_of(heading)):
                table.setdefault(folded, (field, rank))
    return table


def _folded(heading: str) -> str:
    bare = re.sub(r"[\s_\-*:.#]+", "", plain_text(heading).lower())
    for word, same in (("时间", "日期"), ("全称", "名称")):
        bare = bare.replace(word, same)
    return bare


def _words_of(heading: str) -> str:
    """The words of an English heading in one order: Date of Issue, IssueDate, issue_date → "date issue"; others as folded."""
    text = plain_text(heading)
    if not text.isascii():
        return _folded(heading)
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()
    return " ".join(sorted(w for w in re.findall(r"[a-z0-9]+", apart) if w not in _SMALL))


def _meaning(heading: str, kind: str) -> tuple[str, int] | None:
    folded, meanings = _folded(str(heading)), _meanings(kind)
    return meanings.get(folded) or meanings.get(_REMARK.sub("", folded)) or meanings.get(_words_of(str(heading)))


def _example(field: str, kind: str) -> str:
    return f"{field} ({_vocabulary(kind)['fields'][field][0]})"
