"""Pages that are no pages (未能读到的页面): captcha, fire wall, login, empty shell, parked domain, soft 404, closed site."""

from __future__ import annotations

from functools import cache

from compliance.reading.data import page_data
from compliance.reading.glance import Glance
from compliance.reading.needles import Needled, Sieve

_SHELL_CHARS = 60
_MOST = 2_600  # characters; no such page has more


@cache
def _kinds() -> list[tuple[str, int, Needled | None, Needled | None]]:
    out = []
    for reason, kind in page_data("blocked")["kinds"].items():
        title = Needled("|".join(kind["title"])) if kind.get("title") else None
        text = Needled("|".join(kind["text"])) if kind.get("text") else None
        out.append((reason, kind["at_most"], title, text))
    return out


@cache
def _sieve() -> tuple[Sieve, tuple[int, ...]]:
    """All expressions of all kinds in one pass, and for each the most characters of a page on which it counts."""
    pairs = [(e, at_most) for _, at_most, title, text in _kinds() for e in (title, text) if e is not None]
    return Sieve([e for e, _ in pairs]), tuple(at_most for _, at_most in pairs)


def blocked_reason_of(glance: Glance, typed: bool = False) -> str | None:
    """Why the page is not the page that was asked for, or None. Text without HTML is never blocked.

    The words of each kind count only on pages with no more text than such pages have (`at_most` characters).
    """
    if typed:
        return None
    if len(glance.data) > 4 * _MOST:  # no sign has more bytes
        return None
    size = len(glance.text)
    if size > _MOST:
        return None
    sieve, most = _sieve()  # the title is a part of the text
    if any(size <= most[number] for number, _ in sieve.hits_in(glance.data)):
        text = " ".join(glance.text.split())
        small, small_title = text.lower(), glance.title.lower()
        for reason, at_most, title, words in _kinds():
            if size > at_most:
                continue
            if title is not None and title.stands_in(glance.title, small_title):
                return reason
            if words is not None and words.stands_in(text, small):
                return reason
    if size <= 400 and "password" in glance.inputs and glance.links <= 15:
        return "login"
    body = size - len(glance.title)
    if body <= _SHELL_CHARS and glance.scripts and not glance.pictures and glance.links <= 2:
        return "empty_shell"
    if glance.html and not size and not (glance.pictures or glance.links or glance.frames or glance.frameset):
        return "empty_shell"  # nothing at all came
    return None
