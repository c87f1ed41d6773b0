"""Words printed on certificates, found in a line: which field a label introduces and where it stands (证书栏目字样)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from compliance.pictures.records import Line
from compliance.reading.fold import Folded, fold

# what still belongs to the label: 有效期（至）：, holder of the certificate (misread, too)
_TAIL = re.compile(
    r"(?:\s*(?:[(（][^()（）]{0,12}[)）]))?(?:\s+of\s(?:the\s|this\s)?(?:cert\w*|company|organi[sz]ation|client))?\s*[:：.=_\-—|/]*\s*"
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label in a folded line: `[start, end)` with the colon behind it."""

    field: str
    word: str
    start: int
    end: int
    colon: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """A line with its folded text and the labels in it, none overlapping, in reading order."""

    line: Line
    folded: Folded
    labels: tuple[Label, ...]

    @property
    def text(self) -> str:
        """Folded text, lower case."""
        return self.folded.text

    def raw(self, start: int, end: int) -> str:
        """The printed text of a folded span, trimmed."""
        return self.folded.raw(start, end).strip()


@cache
def words() -> dict[str, Any]:
    """labels.yaml."""
    return yaml.safe_load(Path(__file__).with_name("labels.yaml").read_text(encoding="utf-8"))


@cache
def pattern_of(name: str, part: str | None = None) -> re.Pattern[str]:
    """All words of a list of labels.yaml as one pattern, the longest first; Latin words stand alone."""
    listed = words()[name] if part is None else words()[name][part]
    return re.compile("|".join(_alone(w) for w in sorted(map(str, listed), key=len, reverse=True)))


@cache
def _labels() -> tuple[re.Pattern[str], dict[str, str]]:
    fields = {w.lower(): name for name, lists in words()["labels"].items() for group in lists for w in group}
    ordered = sorted(fields, key=len, reverse=True)
    return re.compile("|".join(f"(?:{_alone(w)})" for w in ordered)), fields


def _alone(word: str) -> str:
    escaped = re.escape(word).replace(r"\ ", r"\s?")
    if word[0].isascii() and word[0].isalnum():
        escaped = r"(?<![a-z])" + escaped
    return escaped + (r"(?![a-z])" if word[-1].isascii() and word[-1].isalnum() else "")


def seen(line: Line) -> Seen:
    """The line with its labels."""
    folded = fold(line.text)
    return Seen(line, folded, tuple(_found(folded.text)))


def _found(text: str) -> Iterator[Label]:
    pattern, fields = _labels()
    last = 0
    for match in pattern.finditer(text):
        tail = _TAIL.match(text, match.end())
        end = tail.end() if tail else match.end()
        colon = any(sign in text[match.start() : end] for sign in ":：")
        word = " ".join(match[0].split())
        between = text[last : match.start()]
        misread = len(word) >= 4 and not word.isascii() and not last and len(between) <= 2  # 让书有效期至
        if not (colon or misread or word.count(" ") > 2 or match.start() == last or not between[-1:].isalnum()):
            continue  # 标准 in the middle of a sentence introduces nothing
        yield Label(_field_of(word, fields), word, match.start(), end, colon)
        last = end


def _field_of(word: str, fields: dict[str, str]) -> str:
    found = fields.get(word)
    return found or next(f for w, f in fields.items() if w.replace(" ", "") == word.replace(" ", ""))
