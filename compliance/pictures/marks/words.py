"""What marks are recognised by, as data (seen.yaml), and print folded for comparing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from compliance.pictures.records import Box, Line
from rules.schemes.mark import load_marks

SEEN = Path(__file__).with_name("seen.yaml")


@dataclass(frozen=True, slots=True)
class Seen:
    """How one mark is recognised: see the head of seen.yaml. `words`: in the picture near it, `page_words`: in the page's text."""

    mark: str
    confidence: str
    source: str
    shape: str | None
    least: float
    letters: re.Pattern[str] | None
    beside: tuple[re.Pattern[str], ...]
    round: bool
    below: re.Pattern[str] | None
    wide: tuple[float, float]
    tall: float
    also: re.Pattern[str] | None
    stacked: tuple[re.Pattern[str], ...]
    caption: tuple[str, ...]
    hue: str
    together: tuple[str, ...]
    at_least: int
    words: tuple[str, ...]
    page_words: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class EmblemWords:
    """Emblems with a system standard: its pattern, words that name nobody, and which mark each is then taken for."""

    standard: re.Pattern[str]
    plain: re.Pattern[str]
    own: str
    body: str


@dataclass(frozen=True, slots=True)
class Print:
    """A line of print, folded (`text`), its box in px of the prepared picture."""

    text: str
    box: Box
    confidence: float


def folded(text: str) -> str:
    """NFKC, capitals, no white space: as OCR text is compared."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def printed(line: Line, box: Box) -> Print:
    """The line folded, at `box`."""
    return Print(folded(line.text), box, line.confidence)


@cache
def seen() -> tuple[Seen, ...]:
    """All marks that are looked for."""
    known = {mark.id: mark for mark in load_marks().all}
    return tuple(_seen(entry, known[entry["mark"]].words) for entry in _data()["marks"])


@cache
def emblem_words() -> EmblemWords:
    """The `emblems` part of the data."""
    data = _data()["emblems"]
    plain = "|".join(sorted(map(re.escape, data["plain"]), key=len, reverse=True))
    return EmblemWords(
        re.compile(data["standard"]), re.compile(rf"(?:{plain}|[^A-Z一-鿿]|[A-Z](?![A-Z]))*"), data["own"], data["body"]
    )


@cache
def _data() -> dict[str, Any]:
    return yaml.safe_load(SEEN.read_text(encoding="utf-8"))


def _seen(entry: dict[str, Any], words: tuple[str, ...]) -> Seen:
    drawn, letters = entry.get("drawn") or {}, entry.get("letters") or {}
    caption = entry.get("caption") or {}
    low, high = letters.get("wide") or (0.0, 99.0)
    also = entry.get("also")
    page = entry.get("page_words") or words
    return Seen(
        mark=entry["mark"],
        confidence=entry["confidence"],
        source=entry["source"],
        shape=drawn.get("shape"),
        least=float(drawn.get("least", 1.0)),
        letters=re.compile(letters["pattern"]) if letters else None,
        beside=tuple(re.compile(word) for word in letters.get("beside", ())),
        round=bool(letters.get("round", False)),
        below=re.compile(letters["below"]) if "below" in letters else None,
        wide=(float(low), float(high)),
        tall=float(letters.get("tall", 0.0)),
        also=re.compile(also["pattern"]) if also else None,
        stacked=tuple(re.compile(pattern) for pattern in entry.get("stacked", ())),
        caption=tuple(map(folded, caption.get("words", ()))),
        hue=caption.get("hue", ""),
        together=tuple(map(folded, entry.get("words", ()))),
        at_least=int(entry.get("together", 1)),
        words=tuple(folded(word) for word in (*words, *page) if len(word) > 1),
        page_words=tuple(_bounded(word) for word in page),
    )


def _bounded(word: str) -> re.Pattern[str]:
    """A word of the page's text; Latin letters must not go on."""
    body = re.escape(unicodedata.normalize("NFKC", word)).replace(r"\ ", r"\s*")
    front = r"(?<![A-Za-z])" if word[0].isascii() else ""
    # "CE mark" also stands for "CE marking"; a bare "FCC" must end there
    back = r"(?![A-Za-z])" if word[-1].isascii() and " " not in word else ""
    return re.compile(front + body + back, re.IGNORECASE)
