"""认证标志: marks met on pages and packs, one YAML file each in rules/schemes/marks; badges of platforms, which are none.

A mark seen in a picture is a sighting, not a claim: product, picture of the pack and sign belong together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from rules.schemes.compiled import compiled_files
from rules.schemes.files import mark_files, parsed
from rules.schemes.load import HOME, last_day
from rules.schemes.scheme import Confidence, MarkEnd, fold_name

MarkKind = Literal[
    "management_system",
    "product",
    "service",
    "accreditation",
    "licence",
    "registration",
    "declaration",
    "honour",
    "foreign",
    "organisation",
    "own",
]
Place = Literal["product", "packaging", "premises", "document", "report", "web", "advertising"]


@dataclass(frozen=True, slots=True)
class Mark:
    """标志. `places`: where a rightful user may show it; `places_with_notice`: only beside words that say which system
    certification the organisation holds; both empty: nowhere. `withdrawn`: its last day of use, None while it lives."""

    id: str
    name_zh: str
    name_en: str
    kind: MarkKind
    schemes: tuple[str, ...]
    looks_zh: str
    words: tuple[str, ...]  # on it or near it
    places: tuple[Place, ...]
    places_with_notice: tuple[Place, ...]
    may_zh: tuple[str, ...]
    misuse_zh: tuple[str, ...]
    withdrawn: MarkEnd | None
    look_alikes: tuple[str, ...]
    look_alike_words: tuple[str, ...]
    confidence: Confidence
    source: str

    def withdrawn_by(self, on: date) -> bool:
        """True when its last day lies before `on`."""
        return self.withdrawn is not None and self.withdrawn.on < on

    def allowed_at(self, place: Place, notice: bool) -> bool:
        """May a rightful user show it there? `notice`: the words about the system certification stand beside it."""
        return place in self.places or (notice and place in self.places_with_notice)


@dataclass(frozen=True, slots=True)
class Marks:
    """All marks, and the names of badges that are none. `hash`: sha256 of their files."""

    all: tuple[Mark, ...]
    badges: tuple[str, ...]
    hash: str
    faults: tuple[str, ...] = ()

    def get(self, mark_id: str) -> Mark:
        """The mark of that id; KeyError when there is none."""
        for mark in self.all:
            if mark.id == mark_id:
                return mark
        raise KeyError(f"no mark `{mark_id}`; see rules/schemes/marks")

    def of_scheme(self, scheme: str) -> tuple[Mark, ...]:
        """Marks that belong to a scheme."""
        return tuple(mark for mark in self.all if scheme in mark.schemes)

    def is_badge(self, words: str) -> bool:
        """True for the words of a platform's badge (诚信通, 金牌供应商 …).

        >>> load_marks().is_badge("金牌供应商"), load_marks().is_badge("CCC")
        (True, False)
        """
        return fold_name(words) in {fold_name(badge) for badge in self.badges}


def load_marks(folder: Path | None = None) -> Marks:
    """All marks of `folder` (default: the bundled ones, loaded once). A file that can't be read becomes a fault."""
    return _bundled() if folder is None else _load(Path(folder))


@lru_cache(maxsize=1)
def _bundled() -> Marks:
    return _load(HOME)


def _load(folder: Path) -> Marks:
    compiled = compiled_files(folder)
    digest = hashlib.sha256()
    faults: list[str] = []
    marks: list[Mark] = []
    badges: Iterable[str] = ()
    for path in mark_files(folder):
        raw, name = path.read_bytes(), str(path.relative_to(folder))
        digest.update(name.encode() + b"\0" + raw + b"\0")
        data = compiled.get(hashlib.sha256(raw).hexdigest()) or parsed(raw, name, faults)
        if data is None:
            continue
        try:
            if path.parent == folder:
                badges = tuple(data["badges"])
            else:
                marks.append(_mark_of(data))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            faults.append(f"{name}: not a mark file ({type(error).__name__}: {error}); `certmark rules lint` says more")
    return Marks(tuple(sorted(marks, key=lambda m: m.id)), tuple(badges), digest.hexdigest(), tuple(faults))


def _mark_of(data: dict[str, Any]) -> Mark:
    ended = data.get("withdrawn")

    def several(name: str) -> tuple[Any, ...]:
        return tuple(data.get(name) or ())

    return Mark(
        id=data["mark"],
        name_zh=data["name_zh"],
        name_en=data["name_en"],
        kind=data["kind"],
        schemes=several("schemes"),
        looks_zh=data["looks_zh"],
        words=several("words"),
        places=several("places"),
        places_with_notice=several("places_with_notice"),
        may_zh=several("may_zh"),
        misuse_zh=several("misuse_zh"),
        withdrawn=MarkEnd(last_day(ended["last_day"]), ended["confidence"], ended["source"], (), ended.get("note"))
        if ended
        else None,
        look_alikes=several("look_alikes"),
        look_alike_words=several("look_alike_words"),
        confidence=data["confidence"],
        source=data["source"],
    )
