"""What kind of page it is (页面类型): it decides who speaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urlsplit

from compliance.reading.blocked import blocked_reason_of
from compliance.reading.data import page_data
from compliance.reading.glance import Glance, glance_of
from compliance.records import Block, Genre, Page

_BODY = 6_000  # characters of the page's text that are looked at, from the beginning; and
_TAIL = 1_500  # so many of its end


@dataclass(frozen=True, slots=True)
class _Cue:
    genre: Genre
    where: str  # title | heading | path | text | typed
    pattern: re.Pattern[str]
    weight: float


@cache
def _cues() -> tuple[_Cue, ...]:
    return tuple(
        _Cue(genre, where, re.compile("|".join(f"(?:{p})" for p in patterns), re.IGNORECASE), weight)
        for genre, places in page_data("genre")["genres"].items()
        for where, groups in places.items()
        for weight, patterns in groups.items()
    )


def genre_of(page: Page, blocks: Sequence[Block] = ()) -> tuple[Genre, str | None]:
    """The genre of `page` and, when it is `blocked`, the reason (captcha, waf, login, empty_shell, parked, soft_404, closed).

    `blocks` are not needed (the words of the page are read directly); the parameter keeps the call the same for all readers.
    Typed text is never `blocked`; it is `other` unless its words decide.
    """
    return genre_of_glance(page, glance_of(page))


def genre_of_glance(page: Page, glance: Glance) -> tuple[Genre, str | None]:
    """The same, of a page that was looked at already."""
    plain = page.html is None
    reason = blocked_reason_of(glance, typed=plain)
    if reason:
        return "blocked", reason
    scores = _scores(page, glance, plain)
    if not scores:
        return "other", None
    # The order of the data decides between equals: the rarer kind stands first.
    best = max(scores, key=lambda g: scores[g])
    needed = page_data("genre")["needed_typed" if plain else "needed"]
    return (best, None) if scores[best] >= needed else ("other", None)


def _scores(page: Page, glance: Glance, plain: bool) -> dict[Genre, float]:
    text = glance.text
    if len(text) > _BODY + _TAIL:
        text = text[:_BODY] + "\n" + text[-_TAIL:]
    places = {
        "title": glance.title,
        "heading": "\n".join(glance.headings),
        "path": _path(page),
        "text": "" if plain else text,
        "typed": text if plain else "",
    }
    scores: dict[Genre, float] = {}
    for cue in _cues():
        place = places[cue.where]
        if not place:
            continue
        if cue.where in ("text", "typed"):
            hits = len({m[0].lower() for m in cue.pattern.finditer(place)})
            gain = cue.weight * min(hits, 4)
        else:
            gain = cue.weight * bool(cue.pattern.search(place))
        if gain:
            scores[cue.genre] = scores.get(cue.genre, 0.0) + gain
    return scores


def _path(page: Page) -> str:
    """The address without its host, or the file's name."""
    if page.url:
        try:
            parts = urlsplit(page.url)
        except ValueError:
            return ""
        return unquote(parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return ""
