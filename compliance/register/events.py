"""Dated events of a row (暂停, 恢复, 撤销, 注销 with their dates, 状态历史) → the present state, since when, and the intervals before."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from compliance.register.cells import Odd, StateRead, day_of, plain_text, state_of

Interval = tuple[str, int | None, int | None]  # state, first day, last day
_SPAN = re.compile(r"^(?P<word>[^\d]+?)\s*(?P<start>\d{4}.{4,6}?)?\s*(?:\.\.|至|~|到)\s*(?P<end>\d{4}.{4,6})?$")
EVENTS = ("suspended_on", "reinstated_on", "revoked_on", "cancelled_on")
_ENDS = {"revoked": "revoked_on", "cancelled": "cancelled_on", "suspended": "suspended_on"}


def dated_state(
    said: StateRead, since: int | None, cells: Mapping[str, Any], days: Mapping[Any, Any]
) -> tuple[str | None, int | None, tuple[Interval, ...], list[str]]:
    """(state, since, earlier intervals, what could not be read) of a row with columns for its events.

    >>> dated_state(StateRead("valid"), None, {"suspended_on": "2025-01-10", "reinstated_on": "2025-03-10"},
    ...             {"2025-01-10": 20250110, "2025-03-10": 20250310})
    ('valid', 20250310, (('suspended', 20250110, 20250309),), [])
    """
    odd = [f"{n}: {d.what}" for n, c in cells.items() if n != "history" and isinstance(d := days[c], Odd)]
    on = {n: (None if isinstance(d := days[c], Odd) else d) for n, c in cells.items() if n != "history"}
    history, odd_history = history_of(cells.get("history"))
    state = said.state
    since = since or on.get(_ENDS.get(state or "", "reinstated_on" if state == "valid" else ""))
    suspended, back = on.get("suspended_on"), on.get("reinstated_on")
    if suspended and state != "suspended":
        ends = [d for d in (back, on.get("revoked_on"), on.get("cancelled_on")) if d and d > suspended]
        if ends:
            history = (*history, ("suspended", suspended, _day_before(min(ends))))
    return state, since, history, [*odd, *odd_history]


def history_of(cell: Any) -> tuple[tuple[Interval, ...], list[str]]:
    """Earlier intervals told in one cell: `suspended 2025-01-10..2025-03-09; …` or a JSON list of {state, start, end}.

    >>> history_of("暂停 2025-01-10至2025-03-09")
    ((('suspended', 20250110, 20250309),), [])
    """
    text = plain_text(cell)
    if not text:
        return (), []
    if text.startswith("["):
        return _from_json(text)
    out: list[Interval] = []
    odd: list[str] = []
    for part in re.split(r"[;|]", text):
        found = _SPAN.match(part.strip())
        state = state_of(found["word"]).state if found else None
        start, end = (day_of(found["start"]), day_of(found["end"])) if found else (None, None)
        if state is None or isinstance(start, Odd) or isinstance(end, Odd):
            odd.append(f"history {part.strip()!r} can't be read")
        else:
            out.append((state, start, end))
    return tuple(out), odd


def _from_json(text: str) -> tuple[tuple[Interval, ...], list[str]]:
    try:
        entries = json.loads(text)
        read = [(state_of(e["state"]).state, day_of(e.get("start")), day_of(e.get("end"))) for e in entries]
    except (ValueError, TypeError, KeyError, AttributeError):
        return (), ["history is not a JSON list of {state, start, end}"]
    good = tuple((s, a, b) for s, a, b in read if s and not isinstance(a, Odd) and not isinstance(b, Odd))
    return good, [] if len(good) == len(read) else ["history: an entry has no known state or date"]


def _day_before(day: int) -> int:
    before = date(day // 10000, day // 100 % 100, day % 100) - timedelta(days=1)
    return before.year * 10000 + before.month * 100 + before.day
