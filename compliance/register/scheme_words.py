"""The register's words for a scheme (认证项目) → scheme id. Words first, the row's standard where a category holds several."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from compliance.register.cells import plain_text
from compliance.register.words import words

_REMARK = re.compile(r"\([^()]*\)")


@lru_cache(maxsize=8192)
def scheme_of(word: str, standard: str = "") -> str | None:
    """The scheme id that `word` (and the standard beside it) means; None when they fit none.

    >>> scheme_of("质量管理体系认证（ISO9001）"), scheme_of("其他管理体系认证", "GB/T 35770-2022"), scheme_of("未知项目")
    ('iso-9001', 'iso-37301', None)
    """
    said, beside = plain_text(word), plain_text(standard)
    found = _by_word(said) if said else None
    if found is None and beside:
        found = _by_standard(beside)
    if found is None and said:
        found = _by_standard(said) or _else(said)
    return found


@cache
def schemes_alike(scheme: str) -> frozenset[str]:
    """`scheme` and those the register files under the same name."""
    return frozenset({scheme}).union(*(set(group) for group in words("scheme_words")["alike"] if scheme in group))


@cache
def _known() -> dict[str, str]:
    """Names and ids of rules/schemes, then the register's own words, which lead."""
    from rules.schemes.load import load_schemes

    known: dict[str, str] = {}
    for scheme in load_schemes().all:
        for name in (scheme.id, *scheme.names_zh, *scheme.names_en, *scheme.aliases):
            known.setdefault(_folded(name), scheme.id)
    return known


@cache
def _own() -> dict[str, str]:
    return {_folded(w): i for w, i in words("scheme_words")["words"].items()}


@cache
def _categories() -> dict[str, str | None]:
    return {_folded(w): i for w, i in words("scheme_words")["by_standard"].items()}


@cache
def _standards() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(rf"(?<!\d)(?:{p})(?!\d)", re.IGNORECASE), i) for p, i in words("scheme_words")["standards"]
    )


def _folded(word: str) -> str:
    return re.sub(r"[\s\-_/·]+", "", plain_text(word)).casefold()


def _by_word(word: str) -> str | None:
    for form in dict.fromkeys((word, _REMARK.sub("", word), word.split("/")[-1])):
        folded = _folded(form)
        for said in (folded, folded + "认证", folded.removesuffix("证书").removesuffix("认证") + "认证"):
            if said in _own():
                return _own()[said]
        if folded in _categories():
            return None
        if folded in _known():
            return _known()[folded]
    return None


def _else(word: str) -> str | None:
    return _categories().get(_folded(_REMARK.sub("", word)))


def _by_standard(text: str) -> str | None:
    hits = [(m.start(), at, i) for at, (p, i) in enumerate(_standards()) if (m := p.search(text))]
    return min(hits)[2] if hits else None
