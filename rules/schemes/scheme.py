"""认证项目: what a scheme is, its dated editions, and the whole set. Plain frozen data; loading lives in load.py.

Days are `datetime.date`, Chinese calendar, and every end is the last day that still counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

from rules.schemes.editions import EditionMention, Written, mentions_of

Kind = Literal[
    "management_system",
    "product",
    "service",
    "personnel",
    "accreditation",
    "licence",
    "honour",
    "guidance_not_certifiable",
]
About = Literal["management_system", "product", "service", "personnel", "accreditation", "licence", "honour", "none"]
Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Edition:
    """标准版次. `transition_end`: the last day on which certificates of it are recognised; None: current, or not known
    (then `confidence` is low). An end given only by its month or year is its last day, at most medium or low."""

    name: str  # "ISO 9001:2015"
    gb: str | None  # the national number beside it: "GB/T 19001-2016"
    published: str | None  # as far as known: "2015-09-15", "2015-09", "2015"
    transition_end: date | None
    confidence: Confidence
    written: tuple[str, ...] = ()  # other spellings or numbers that mean this edition
    note: str | None = None

    def ended_by(self, on: date) -> bool:
        """True when its last day lies before `on`."""
        return self.transition_end is not None and self.transition_end < on


@dataclass(frozen=True, slots=True)
class MarkEnd:
    """停用的标志或称号: the last day of lawful use. `words`: only where one of them is said; empty: the whole scheme."""

    on: date
    confidence: Confidence
    source: str
    words: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Examples:
    """Invented phrases: `yes` must be read as this scheme, `no` are look-alikes that must not."""

    yes: tuple[str, ...]
    no: tuple[str, ...]


@dataclass(frozen=True)
class Scheme:
    """认证项目 (or licence, honour, guidance standard that is taken for one).

    `about` is the value a claim of it has in the contract, `kind` is finer. `guidance_standard`: a guidance text nobody can
    be certified to (ISO 26000). `family_word`: stands for a family without saying which standard (ISO认证, ISO9000)."""

    id: str
    names_zh: tuple[str, ...]
    names_en: tuple[str, ...]
    aliases: tuple[str, ...]
    loose: tuple[str, ...]  # name it only beside a word of certification
    also: tuple[str, ...]  # other ids of the same scheme
    standards: tuple[str, ...]  # without year: "ISO 9001", "GB/T 19001"
    kind: Kind
    about: About
    certifiable: bool
    guidance_standard: bool
    in_register: bool
    register_category: str | None
    origin: Literal["china", "foreign"]
    family_word: bool
    editions: tuple[Edition, ...]
    mark_ends: tuple[MarkEnd, ...]
    predecessors: tuple[str, ...]
    successors: tuple[str, ...]
    confused_with: tuple[str, ...]
    confused_words: tuple[str, ...]
    typical_subject: str | None
    note: str | None
    confidence: Confidence
    source: str
    examples: Examples
    stands_for: tuple[str, ...] = ()  # ids whose certificate a claim of this really means (ISO9000认证: iso-9001)
    path: str = ""  # of its file, below rules/schemes

    @property
    def mark_end(self) -> date | None:
        """Last day of use of the whole mark or title, None while it lives. See `mark_end_of` for part of a scheme."""
        return next((m.on for m in self.mark_ends if not m.words), None)

    def mark_end_of(self, text: str) -> MarkEnd | None:
        """The end that fits the words of `text`: “有机转换产品” has ended though organic certification lives.

        >>> from rules.schemes import load_schemes
        >>> load_schemes().get("organic").mark_end_of("有机转换产品").on.isoformat()
        '2014-03-31'
        """
        for end in self.mark_ends:
            if end.words and any(word in text for word in end.words):
                return end
        return next((m for m in self.mark_ends if not m.words), None)

    @property
    def last_edition(self) -> Edition | None:
        """The edition whose end is the end of the scheme (OHSAS 18001:2007), None while any edition lives or is open."""
        if not self.editions or not self.successors or any(e.transition_end is None for e in self.editions):
            return None
        return max(self.editions, key=lambda e: e.transition_end or date.min)

    @cached_property
    def _written(self) -> Written:
        return Written.of([(e.name, e.gb, e.written) for e in self.editions], self.standards)

    def edition_mentions(self, text: str) -> tuple[EditionMention, ...]:
        """Each place that names a year or edition of this scheme's standards, also years that were never published
        (`edition` None there), in reading order."""
        return mentions_of(text, self._written)

    def edition_of(self, text: str) -> Edition | None:
        """The edition `text` names; the newest of several (a page that tells of the change is read in its favour); None
        when it names none, or a year that never was one.

        >>> from rules.schemes import load_schemes
        >>> load_schemes().get("iso-9001").edition_of("GB/T19001-2016 idt ISO9001：2015").name
        'ISO 9001:2015'
        """
        found = [m.edition for m in self.edition_mentions(text) if m.edition is not None]
        return self.editions[max(found)] if found else None


@dataclass(frozen=True)
class Schemes:
    """All schemes. `hash`: sha256 of the YAML files that made them. `faults`: files that could not be read, in words."""

    all: tuple[Scheme, ...]  # by id
    families: Mapping[str, tuple[str, ...]]  # "三体系" → ids
    hash: str
    folder: Path
    faults: tuple[str, ...] = ()
    _ids: dict[str, Scheme] = field(default_factory=dict, repr=False, compare=False)
    _names: dict[str, tuple[Scheme, ...]] = field(default_factory=dict, repr=False, compare=False)

    def get(self, scheme_id: str) -> Scheme:
        """The scheme of that id, or of an id it is also known by. KeyError names the nearest ids."""
        try:
            return self._by_id[scheme_id]
        except KeyError:
            import difflib

            near = ", ".join(difflib.get_close_matches(scheme_id, self._by_id, n=3))
            raise KeyError(f"no scheme `{scheme_id}`" + (f"; did you mean {near}?" if near else "")) from None

    def __contains__(self, scheme_id: object) -> bool:
        return scheme_id in self._by_id

    def by_alias(self, name: str) -> tuple[Scheme, ...]:
        """Schemes whose name, alias or standard number (without year) equals `name` after folding; mostly one or none."""
        return self._by_name.get(fold_name(name), ())

    def by_standard(self, text: str) -> tuple[Scheme, ...]:
        """Schemes whose standards are named in `text` (“GB/T 19001-2016/ISO 9001:2015” → iso-9001), in reading order."""
        folded = fold_name(text)
        return tuple(dict.fromkeys(s for m in self._standard_scan.finditer(folded) for s in self.by_alias(m.group(0))))

    @cached_property
    def _by_id(self) -> dict[str, Scheme]:
        return {s.id: s for s in self.all} | {other: s for s in self.all for other in s.also}

    @cached_property
    def _by_name(self) -> dict[str, tuple[Scheme, ...]]:
        names: dict[str, list[Scheme]] = {}
        for scheme in self.all:
            for name in (*scheme.names_zh, *scheme.names_en, *scheme.aliases, *scheme.standards):
                schemes = names.setdefault(fold_name(name), [])
                if scheme not in schemes:
                    schemes.append(scheme)
        return {name: tuple(schemes) for name, schemes in names.items()}

    @cached_property
    def _standard_scan(self) -> re.Pattern[str]:
        names = sorted({fold_name(n) for s in self.all for n in s.standards}, key=len, reverse=True)
        return re.compile("(?<![a-z])(?:" + "|".join(map(re.escape, names)) + r")(?!\d)")


def fold_name(name: str) -> str:
    """Comparison form of a name: NFKC, lower case, no blanks, one kind of dash, no `/` before T of a national standard.

    >>> fold_name("ＧＢ／Ｔ 19001"), fold_name("ISO/IEC 27001")
    ('gbt19001', 'iso27001')
    """
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name).casefold())
    folded = re.sub(r"[‐‑‒–—―－]", "-", folded)
    folded = re.sub(r"(gb|yy|sb)[/-]?t-?(?=\d)", r"\1t", folded)
    return re.sub(r"iso/?(?:iec)?-?(?=\d)", "iso", re.sub(r"iso/?ts-?(?=\d)", "isots", folded))
