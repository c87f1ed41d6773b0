"""What the register shows on the day (登记数据显示的): the matched row and its states over time, or the places searched."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from reports.model import RegisterView, Span, Timeline
from reports.names import scheme_name
from reports.wording import load_wording

ENDED = ("expired", "revoked", "cancelled", "suspended")


def register_view(claim: dict[str, Any] | None, register: dict[str, Any] | None, day: str | None) -> RegisterView:
    """The view for one claim. `register` is the result's register object or None."""
    words = load_wording()
    match = (claim or {}).get("match") or {}
    row = (claim or {}).get("certificate")
    near = tuple(_near(one) for one in match.get("near") or ())
    searched = tuple(match.get("searched") or ())
    if row:
        method = match.get("method")
        lead = (
            words.text("finding.row_found", method=words.label("methods", method))
            if method
            else words.text("finding.row_found_plain")
        )
        return RegisterView("row", lead, _fields(row), searched, near, timeline_of(row, day))
    if register is None:
        return RegisterView("no_register", words.text("finding.no_register"), (), searched, near, None)
    lead = words.text("finding.row_none" if searched else "finding.row_none_nowhere")
    return RegisterView("none", lead, (), searched, near, None)


def _fields(row: dict[str, Any]) -> tuple[tuple[str, str, str], ...]:
    words = load_wording()
    shown = []
    for field, zh in words.tree["row_fields"].items():
        value = row.get(field)
        if value in (None, ""):
            continue
        if field == "status":
            value = words.label("statuses", value)
        elif field == "scheme":
            value = scheme_name(value)
        shown.append((field, zh, str(value)))
    return tuple(shown)


def _near(data: dict[str, Any]) -> str:
    row = data["row"]
    return load_wording().text(
        "finding.near_text", holder=row["holder"], number=row["number"], score=f"{data['score']:.2f}", why=data["why"]
    )


def timeline_of(row: dict[str, Any], day: str | None) -> Timeline | None:
    """States of a row over time, from its `history` when it has one, else from issue, end and status dates. None when the
    row has no usable day. All days are the last or first day itself, both ends included."""
    words = load_wording()
    intervals = _intervals(row)
    on = _day(day)
    snapshot = _day(row.get("snapshot"))
    known = [edge for _, start, end in intervals for edge in (start, end) if edge] + [d for d in (on, snapshot) if d]
    if not intervals or len(known) < 2 or not any(start or end for _, start, end in intervals):
        return None
    first, last = min(known), max(known)
    margin = timedelta(days=max(30, (last - first).days // 20))
    low, high = first - timedelta(days=0 if intervals[0][1] == first else margin.days), last + margin
    whole = max(1, (high - low).days)

    def at(edge: date) -> int:
        return max(0, min(1000, round(1000 * (edge - low).days / whole)))

    spans = []
    for state, start, end in intervals:
        left = at(start) if start else 0
        right = at(end + timedelta(days=1)) if end else 1000
        spans.append(
            Span(
                state=state,
                state_zh=words.label("statuses", state),
                start=start.isoformat() if start else None,
                end=end.isoformat() if end else None,
                text=_span_text(words.label("statuses", state), start, end),
                left=left,
                width=max(6, right - left),
            )
        )
    return Timeline(
        spans=tuple(spans),
        mark=at(on) if on else None,
        day=day,
        snapshot=at(snapshot) if snapshot else None,
        snapshot_day=snapshot.isoformat() if snapshot else None,
        first=low.isoformat(),
        last=high.isoformat(),
        says=tuple(_says(row, on)),
    )


def _span_text(state: str, start: date | None, end: date | None) -> str:
    words = load_wording()
    if start and end:
        return words.text("finding.span", start=start, end=end, state=state)
    if start:
        return words.text("finding.span_open", start=start, state=state)
    return words.text("finding.span_until", end=end, state=state) if end else state


def _intervals(row: dict[str, Any]) -> list[tuple[str, date | None, date | None]]:
    told = [(one["state"], _day(one.get("start")), _day(one.get("end"))) for one in row.get("history") or ()]
    if told:
        return sorted(told, key=lambda one: one[1] or date.min)
    issued, expires, since = _day(row.get("issued")), _day(row.get("expires")), _day(row.get("status_from"))
    status = row.get("status")
    if status in ENDED and since:
        before = [("valid", issued, since - timedelta(days=1))] if issued and issued < since else []
        return [*before, (status, since, None)]
    out: list[tuple[str, date | None, date | None]] = []
    if issued or expires:
        out.append(("valid", issued, expires))
    if expires:
        out.append(("expired", expires + timedelta(days=1), None))
    return out


def _says(row: dict[str, Any], on: date | None) -> list[str]:
    words = load_wording()
    says = []
    issued, expires = _day(row.get("issued")), _day(row.get("expires"))
    if on and issued and on < issued:
        says.append(words.text("finding.day_before", day=on))
    elif on and expires and on > expires:
        says.append(words.text("finding.day_after", day=on, days=(on - expires).days))
    elif on and expires:
        says.append(words.text("finding.day_within", day=on, days=(expires - on).days))
    if row.get("status") in ("suspended", "revoked", "cancelled") and not row.get("status_from"):
        says.append(words.text("finding.status_snapshot"))
    snapshot = _day(row.get("snapshot"))
    if on and snapshot and on > snapshot:
        says.append(words.text("finding.after_snapshot", snapshot=snapshot, days=(on - snapshot).days))
    return says


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10]) if text else None
    except ValueError:  # a register's free text where a day should stand: no picture of it, the row shows it as it is
        return None
