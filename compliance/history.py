"""How long a finding has been there (持续时间), from repeated captures: first shown, last shown, when its words were gone.

Gone from a page is said only of a capture that was seen and judged, or that answered 404 or 410; and removed (已删除) only when the words
themselves stand on none of its pages. A finding that isn't made any more over the same words (a later register, other rules) is said so.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bs4 import BeautifulSoup

from compliance.pictures.records import FIELD_NAMES
from compliance.pictures.wanted import SOURCES
from compliance.reading.fault import Fault
from compliance.store.captures import (
    AddressSeen,
    Capture,
    FindingSeen,
    address_seen,
    captures_of,
    finding_seen,
)
from compliance.store.pages import visits_of
from compliance.store.session import Store
from compliance.stored_page import page_of_stored
from rules.clock import CHINA

Json = dict[str, Any]
LISTED = 400  # captures of one address that are listed: the first ones and the newest; all are counted


@dataclass(frozen=True, slots=True)
class Notice:
    """When the firm was told (通知): a moment, or a day of which the hour isn't known."""

    starts: datetime
    ends: datetime

    @classmethod
    def on(cls, text: str) -> Notice:
        """`2026-11-23` (a day in China) or an ISO 8601 time with its zone. Raises ValueError."""
        try:
            day = date.fromisoformat(text)
        except ValueError:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise ValueError(f"{text!r} names no zone; write 2026-11-23T10:00+08:00, or the day alone") from None
            return cls(moment, moment)
        starts = datetime.combine(day, time(), CHINA)
        return cls(starts, starts + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class _Told:
    """One page: its captures, and what each says of the finding: True shown, False not shown, None nobody could look."""

    seen: AddressSeen
    captures: tuple[Capture, ...]
    shows: tuple[bool | None, ...]
    made: tuple[bool, ...]  # False: judged over these bytes, and the finding wasn't made any more

    def made_last(self) -> bool:
        """Whether the newest capture that shows the words still gave the finding."""
        return next((made for made, shown in zip(self.made[::-1], self.shows[::-1], strict=True) if shown), True)

    def last_shown(self) -> datetime | None:
        return max((c.at for c, shown in self._pairs() if shown), default=None)

    def gone(self) -> Capture | None:
        """The first look after the last sight."""
        last = self.last_shown()
        return next((c for c, shown in self._pairs() if shown is False and last is not None and c.at > last), None)

    def _pairs(self) -> list[tuple[Capture, bool | None]]:
        return list(zip(self.captures, self.shows, strict=True))


def address_json(store: Store, url: str) -> Json:
    """`{"url", "first_seen", "last_seen", "changed_on", "gone_on", "visits", "changes", "captures"}`; times in ISO 8601 or null.

    Raises LookupError when no run ever asked the address.
    """
    captures = captures_of(store, url)
    if not captures:
        raise LookupError(f"no run asked {url!r}; give the whole address as the report shows it")
    return _address(address_seen(store, url), captures) | {"captures": [c.to_json() for c in _listed(captures)]}


def finding_json(store: Store, finding: str, notice: Notice | None = None) -> Json:
    """`{"finding", "rule", "conduct", "outcome", "quote", "first_seen", "last_seen", "captures", "state", "removed", "pages"}`, with
    `notice` where one is given.

    state: still_there (at the last look) | removed | words_still_there (the words stand, the finding isn't made any more) | bytes_not_kept
    (judged without it, and whether the words stood there can't be shown any more) | not_looked_at (since it was last seen nobody could
    look at all its pages). removed: `{"after", "by"}`: the last capture that showed it and the first
    looks at all its pages without its words. A capture's `shows` is null where nobody could look. Raises LookupError.
    """
    seen = finding_seen(store, finding)
    body = json.loads(seen.body)
    pages = [_told(store, seen, url) for url in _urls(seen, body)]
    state, removed = _state(store, pages, body["quote"], _picture_at(body))
    told = {
        "finding": seen.id,
        "rule": body["rule"],
        "conduct": body["conduct"],
        "outcome": seen.outcome,
        "quote": body["quote"],
        "first_seen": seen.first_seen.isoformat(),
        "last_seen": seen.last_seen.isoformat(),
        "captures": len(seen.sights),
        "state": state,
        "removed": {"after": _iso(removed[0]), "by": _iso(removed[1])} if removed else None,
        "pages": [_page_json(page) for page in pages],
    }
    return told | ({"notice": _notice_json(notice, pages, state, removed)} if notice is not None else {})


def _urls(seen: FindingSeen, body: Json) -> list[str]:
    """Every page that ever showed it; of a finding older than the record of sights, those it stood on last."""
    shown = {sight.page for sight in seen.sights} or {o["page"] for o in body["occurrences"] if o["page"]}
    return sorted(shown)


def _told(store: Store, seen: FindingSeen, url: str) -> _Told:
    captures = captures_of(store, url)
    # a finding older than the record of sights: its first and last time are all that is known
    at = {(s.page, s.at) for s in seen.sights} or {(url, seen.first_seen), (url, seen.last_seen)}
    hashes = {s.sha256 for s in seen.sights} | {c.sha256 for c in captures if (c.url, c.at) in at}
    shows = tuple(
        True
        if (c.url, c.at) in at or (c.sha256 and c.sha256 in hashes and not c.gone and not c.blocked)
        else False
        if c.looked
        else None
        for c in captures
    )
    made = tuple((c.url, c.at) in at or not c.judged for c in captures)
    return _Told(address_seen(store, url), captures, shows, made)


def _picture_at(body: Json) -> str | None:
    """Where the picture stands that the finding rests on (a selector); None for words of the page itself."""
    # findings kept before they named their picture: by the fields' names in the quote
    printed = body.get("picture") or body["quote"].startswith(tuple(f"{name}：" for name in FIELD_NAMES.values()))
    at = [o["locator"] for o in body["occurrences"] if printed and o["locator"].get("attribute") in SOURCES]
    return at[0]["selector"] if at else None


def _state(
    store: Store, pages: Sequence[_Told], quote: str, picture: str | None = None
) -> tuple[str, tuple[datetime, datetime] | None]:
    """What the looks after the last sights say; when removed: between which two times."""
    last = [page.last_shown() for page in pages]
    gone = [page.gone() for page in pages]
    if any(look is None and not _unseen_since(page) for look, page in zip(gone, pages, strict=True)):
        return ("still_there" if any(page.made_last() for page in pages) else "words_still_there"), None
    if not pages or any(look is None for look in gone):
        return "not_looked_at", None
    looks = [look for look in gone if look is not None]
    stand = [_shows_words(store, look.visit, quote, picture) for look in looks if not look.gone]
    if any(stand):
        return "words_still_there", None
    if None in stand:
        return "bytes_not_kept", None
    return "removed", (max(day for day in last if day is not None), max(look.at for look in looks))


def _shows_words(store: Store, visit_id: int, quote: str, picture: str | None = None) -> bool | None:
    """Whether the words stand in the page of this visit, white space and tags aside: in its text, or in an attribute. None: the
    bytes are no longer kept, or can't be read any more. Words in a `picture`, which a later look may not have read, may stand there as
    long as some picture stands in its place."""
    for visit in visits_of(store, [visit_id]):
        page = page_of_stored(
            visit.body, kind=visit.kind, url=visit.url, content_type=visit.content_type, captured_at=visit.captured_at
        )
        if isinstance(page, Fault):
            return None
        if picture is not None:
            return BeautifulSoup(page.html or "", "lxml").select_one(picture) is not None
        raw = html.unescape(page.html) if page.html else page.text or ""
        wanted = "".join(quote.split())
        return any(wanted in "".join(text.split()) for text in (raw, re.sub(r"<[^<>]*>", "", raw)))
    return None


def _unseen_since(page: _Told) -> bool:
    """Whether the page was asked after it last showed the finding, and nobody could look; or it has no capture at all."""
    last = page.last_shown()
    return last is None or any(c.at > last for c in page.captures)


def _notice_json(notice: Notice, pages: Sequence[_Told], state: str, removed: tuple[datetime, datetime] | None) -> Json:
    """Where the notice stands between the captures. verdict: removed_after | removed_around (the last sight lies before the notice, the
    first look without it after: on which side it was removed no capture shows) | removed_before | shown_after | not_looked_at_since."""
    shown = sorted(c.at for page in pages for c, shows in zip(page.captures, page.shows, strict=True) if shows)
    before = max((at for at in shown if at < notice.starts), default=None)
    after = [at for at in shown if at >= notice.ends]
    if removed:
        verdict = "removed_around"
        if removed[0] >= notice.ends:
            verdict = "removed_after"
        elif removed[1] < notice.starts:
            verdict = "removed_before"
    else:
        verdict = "shown_after" if after or state == "words_still_there" else "not_looked_at_since"
    return {
        "starts": notice.starts.isoformat(),
        "ends": notice.ends.isoformat(),
        "last_shown_before": _iso(before),
        "first_shown_after": _iso(after[0] if after else None),
        "last_shown_after": _iso(after[-1] if after else None),
        "verdict": verdict,
    }


def _page_json(page: _Told) -> Json:
    gone = page.gone()
    shown = [c.at for c, shows in zip(page.captures, page.shows, strict=True) if shows]
    captures = [c.to_json() | {"shows": shows} for c, shows in zip(page.captures, page.shows, strict=True)]
    return _address(page.seen, page.captures) | {
        "first_shown": _iso(min(shown, default=None)),
        "last_shown": _iso(max(shown, default=None)),
        "shown": len(shown),
        "gone_by": _iso(gone.at) if gone else None,
        "gone_how": (f"status {gone.status}" if gone.gone else "page changed") if gone else None,
        "captures": list(_listed(captures)),
    }


def _address(seen: AddressSeen, captures: Sequence[Capture]) -> Json:
    times = {k: _iso(v) if isinstance(v, datetime) else v for k, v in asdict(seen).items()}
    return times | {"not_listed": max(0, len(captures) - LISTED)}


def _listed(captures: Sequence[Any]) -> list[Any]:
    if len(captures) <= LISTED:
        return list(captures)
    return [*captures[: LISTED // 2], *captures[-LISTED // 2 :]]


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
