"""Terms (名称): every word that names a scheme, from rules/schemes and from the reader's own spellings.

Files: rules/schemes (names, aliases), lexicon/schemes-words.yaml, lexicon/schemes-not.yaml. A scheme that rules/schemes
knows takes its `about` (what it truly certifies) from there, unless the reader's file says otherwise and why.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from compliance.reading.words import lexicon

# about of a claim whose scheme is never a certification
NOT_CERTIFICATION = frozenset({"licence", "honour", "none"})
_NUMBER = re.compile(
    r"(?:iso|gb|ohsas|ohsms|iatf|fssc|gjb|tl|qs|sa|qc|en|as|ts|yy)[ /\-t]*\d{3,}|^\d{4,5}(?=\D|$)"
)  # numbers of standards are read by their grammar
_SHORT = re.compile(r"[A-Z0-9][A-Za-z0-9\-]{1,5}")  # an acronym: only in these capitals


@dataclass(frozen=True, slots=True)
class Term:
    """Words for one scheme; `caps` only as given. See schemes-words.yaml for the fields."""

    scheme: str
    about: str
    words: tuple[str, ...]
    caps: tuple[str, ...] = ()
    weak: bool = False
    named: bool = False
    state: str | None = None


@lru_cache(maxsize=1)
def terms() -> tuple[Term, ...]:
    """All terms, the reader's own first (their spellings decide where both files name one)."""
    own = [_term(e) for name in ("schemes-words", "schemes-not") for e in lexicon(name)]
    taken = {w.lower() for t in own for w in (*t.words, *t.caps)}
    return (*own, *_from_rules(taken))


@lru_cache(maxsize=512)
def about_of(scheme: str) -> str:
    """The true kind of a scheme: management_system, product … `product` for one that no file knows."""
    return _abouts().get(scheme, "product")


def _term(entry: dict[str, Any]) -> Term:
    words = tuple(w.lower() for w in entry.get("words", ()))
    about = about_of(entry["id"])
    named = about == "management_system" and any("体系" in w or "system" in w for w in words)
    return Term(
        entry["id"],
        about,
        words,
        tuple(entry.get("caps", ())),
        bool(entry.get("weak")),
        named,
        entry.get("state") or _state_of(entry["id"]),
    )


# guidance and reports that pages claim as if they were certificates: the claim is read as made
_READ_AS_HELD = frozenset({"bsci-smeta", "sgs-report", "cfca", "bpa-ni", "bv-factory", "type-test", "drug-gmp"})


@lru_cache(maxsize=1)
def _abouts() -> dict[str, str]:
    found = {scheme.id: scheme.about for scheme in known_schemes()}
    for name in ("schemes-words", "schemes-not"):
        for entry in lexicon(name):
            if "about" in entry and (entry["id"] not in found or "why" in entry):
                found[entry["id"]] = entry["about"]
    found.setdefault("generic-iso", "management_system")
    return found


@lru_cache(maxsize=1)
def known_schemes() -> tuple[Any, ...]:
    """The schemes of rules/schemes."""
    from rules.schemes import load_schemes

    return tuple(load_schemes().all)


def _from_rules(taken: set[str]) -> list[Term]:
    """Names and aliases of rules/schemes; what stands there as `loose` counts only beside a word of certification."""
    found = []
    for scheme in known_schemes():
        loose = {w.lower(): w for w in scheme.loose}
        listed_names = {w.lower(): w for w in (*scheme.names_zh, *scheme.names_en, *scheme.aliases)}
        names = {low: w for low, w in listed_names.items() if low not in loose}
        for listed, weak in ((names, False), (loose, True)):
            fresh = {low: w for low, w in listed.items() if low not in taken and not _NUMBER.search(low)}
            caps = tuple(w for low, w in fresh.items() if _SHORT.fullmatch(w))
            words = tuple(low for low, w in fresh.items() if not _SHORT.fullmatch(w))
            if words or caps:
                named = scheme.about == "management_system" and any("体系" in w or "system" in w for w in words)
                found.append(Term(scheme.id, about_of(scheme.id), words, caps, weak, named, _state_of(scheme.id)))
    return found


def _state_of(scheme: str) -> str | None:
    """not_certification for licences, honours, patents, tests; None for what can be held as a certificate."""
    if scheme in _READ_AS_HELD:
        return None
    if scheme in _never():
        return "not_certification"
    return (
        "not_certification"
        if about_of(scheme) in NOT_CERTIFICATION or _kinds().get(scheme) in ("licence", "honour")
        else None
    )


@lru_cache(maxsize=1)
def _never() -> frozenset[str]:
    """Schemes that the reader's own files call no certification."""
    listed = {e["id"] for e in lexicon("schemes-not")}
    return frozenset(listed | {e["id"] for e in lexicon("schemes-words") if e.get("state") == "not_certification"})


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    return {s.id: s.kind for s in known_schemes()}
