"""`register alerts`: watched firms whose certificate is suspended, revoked, cancelled, gone, or ends within N days (预警清单).

A watch list is a text file (one name, code or certificate number a line) or a CSV file with columns for name and code. Each line is matched
as `register lookup` matches: a close name is never watched in place of another, and a line that fits nobody is told.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from compliance.records import CertificateRow, Match
from compliance.register.cells import plain_text
from compliance.register.columns import columns_of
from compliance.register.files import RegisterFileError
from compliance.register.match import match
from compliance.register.ports import Query, Rows
from compliance.register.scheme_words import schemes_alike
from compliance.register.states import SNAPSHOT_DAYS, state_on
from compliance.register_lookup import query_of

FIELDS = ("watched", "holder", "uscc", "number", "scheme", "standard", "body", "what", "day", "days", "in_force_besides", "new",
          "source", "snapshot")  # fmt: skip
ENDED = ("suspended", "revoked", "cancelled")
AT_ONCE = 2000  # watched lines asked together
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Watched:
    """One line of a watch list. `said`: as written there."""

    line: int
    said: str
    query: Query


@dataclass(frozen=True, slots=True)
class Brought:
    """What the newest snapshot of a source brought: `before`: the day of the one before it; (number, holder) of rows that changed state, are
    new, or are gone."""

    before: date | None
    changed: frozenset[tuple[str, str]]
    gone: frozenset[tuple[str, str]]


def watched_in(path: Path) -> list[Watched]:
    """The lines of a watch list; blank ones and those that begin with # are left out. Raises RegisterFileError."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise RegisterFileError(f"{path}: can't be read: {error.strerror}") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            lines = raw.decode(encoding).splitlines()
            break
        except UnicodeDecodeError:
            continue
    else:
        raise RegisterFileError(f"{path}: neither UTF-8 nor GB18030; write a text file with one firm a line")
    found = list(_of_table(lines)) or [
        Watched(n, line.strip(), query_of(line)) for n, line in enumerate(lines, 1) if _says(line)
    ]
    if not found:
        raise RegisterFileError(f"{path}: names nobody; write one name, code or certificate number a line")
    return found


def alerts_of(
    rows: Rows, watched: Sequence[Watched], on: date, within: int, since: date | None = None, brought: dict[str, Brought] | None = None
) -> dict[str, Any]:  # fmt: skip
    """`{"on", "within", "since", "snapshot", "old", "watched", "found", "firms": […], "not_found": […],
    "counts", "left_out", "alerts": […]}`; an alert has FIELDS.

    `what`: suspended, revoked, cancelled, expired, expires, gone. Revoked and cancelled ones from before `since` (a year before `on`), and those
    that ran out longer than `within` days ago, are counted in `left_out`. `old`: days the snapshot lies before `on`, when too many to trust.
    `new`: whether the newest snapshot of the row's source brought it; None when there is none before it.
    """
    since = since or on - YEAR
    alerts: list[dict[str, Any]] = []
    missing: list[dict[str, Any]] = []
    seen: set[tuple[str, str, str]] = set()
    firms: list[dict[str, Any]] = []
    left_out = found = 0
    for one, answer in _answers(rows, watched):
        held = answer.holder_rows
        if answer.row is not None and one.query.number:
            held = (answer.row,)
        if not held:
            missing.append(
                {
                    "line": one.line,
                    "said": one.said,
                    "several_holders": answer.several,
                    "near": [n.row.holder for n in answer.near[:3]],
                }
            )
            continue  # fmt: skip
        found += 1
        firms += [
            {"line": one.line, "said": one.said, "holder": h, "method": answer.method, "score": answer.score}
            for h in _holders(held)
        ]
        for row in held:
            mark = (row.number, row.holder, row.source)
            if mark in seen:
                continue
            seen.add(mark)
            told = _alert(row, answer.holder_rows or held, on, within, brought)
            if told is None:
                continue
            if _is_old(told, on, within, since):
                left_out += 1
            else:
                alerts.append({"watched": one.said, **told})
    day = rows.info.snapshot
    return {
        "on": on.isoformat(), "within": within, "since": since.isoformat(), "snapshot": day.isoformat() if day else None,
        "old": (on - day).days if day and (on - day).days > SNAPSHOT_DAYS else None, "watched": len(watched), "found": found,
        "firms": firms, "not_found": missing, "counts": dict(sorted(Counter(a["what"] for a in alerts).items())), "left_out": left_out,
        "alerts": sorted(alerts, key=lambda a: (_ORDER[a["what"]], a["day"] or "", a["holder"], a["number"])),
    }  # fmt: skip


_ORDER = {"revoked": 0, "cancelled": 1, "suspended": 2, "gone": 3, "expired": 4, "expires": 5}


def _answers(rows: Rows, watched: Sequence[Watched]) -> Iterator[tuple[Watched, Match]]:
    prepare = getattr(rows, "prepare", None)
    for at in range(0, len(watched), AT_ONCE):
        chunk = watched[at : at + AT_ONCE]
        if prepare is not None:
            prepare([w.query for w in chunk], near=False)
        for one in chunk:
            found = match(one.query, rows, near=False)
            yield one, found if found.holder_rows or found.row else match(one.query, rows)


def _alert(
    row: CertificateRow, held: Iterable[CertificateRow], on: date, within: int, brought: dict[str, Brought] | None
) -> dict[str, Any] | None:
    """The alert of one row, None when there is nothing to tell: an ended one whose successor is in force isn't."""
    came = (brought or {}).get(row.source)
    mark = (row.number, row.holder)
    state = state_on(row, on)[0]
    if state is None and row.snapshot is not None and row.snapshot <= on and row.status in ENDED:
        state = row.status  # as the last snapshot had it: `old` says that it is too far back
    if came is not None and mark in came.gone and state == "valid":
        what, day = "gone", None
    elif state in ENDED:
        what, day = str(state), row.status_from if row.status == state else None
    elif state == "expired" and row.expires:
        what, day = "expired", row.expires
    elif state == "valid" and row.expires and row.expires <= on + timedelta(days=within):
        what, day = "expires", row.expires
    else:
        return None
    besides = _in_force(row, held, on, until=day if what == "expires" else None)
    if besides is not None and what in ("expired", "expires"):
        return None  # renewed
    return {
        "holder": row.holder, "uscc": row.uscc, "number": row.number, "scheme": row.scheme, "standard": row.standard, "body": row.body,
        "what": what, "day": day.isoformat() if day else None, "days": (day - on).days if day else None,
        "in_force_besides": besides.number if besides else None, "new": _is_new(what, day, mark, came, within),
        "source": row.source, "snapshot": row.snapshot.isoformat() if row.snapshot else None,
    }  # fmt: skip


def _in_force(
    row: CertificateRow, held: Iterable[CertificateRow], on: date, until: date | None
) -> CertificateRow | None:
    """Another row of the holder for the same scheme in force on the day (and, with `until`, beyond that day)."""
    if row.scheme is None:
        return None
    ids = schemes_alike(row.scheme)
    return next(
        (r for r in held if r is not row and r != row and _one_holder(r, row) and r.scheme in ids and state_on(r, on)[0] == "valid"
         and (until is None or r.expires is None or r.expires > until)), None)  # fmt: skip


def _holders(rows: Iterable[CertificateRow]) -> list[str]:
    return list(dict.fromkeys(r.holder for r in rows))


def _one_holder(one: CertificateRow, other: CertificateRow) -> bool:
    return one.holder == other.holder or (one.uscc is not None and one.uscc == other.uscc)


def _is_new(what: str, day: date | None, mark: tuple[str, str], came: Brought | None, within: int) -> bool | None:
    if came is None or came.before is None:
        return None
    if what in ("expires", "expired"):
        # an end that came near since the snapshot before, or a changed date
        return mark in came.changed or (day is not None and day > came.before + timedelta(days=within))
    return mark in came.changed or mark in came.gone


def _is_old(told: dict[str, Any], on: date, within: int, since: date) -> bool:
    if told["day"] is None:
        return False
    if told["what"] == "expired":
        return bool(told["day"] < (on - timedelta(days=within)).isoformat())
    return told["what"] in ("revoked", "cancelled") and told["day"] < since.isoformat()


def _of_table(lines: Sequence[str]) -> Iterator[Watched]:
    """The lines of a CSV file with headings for name, code or number; nothing when the first line holds no heading."""
    if not lines:
        return
    delimiter = max(",\t;", key=lines[0].count)
    headings = next(csv.reader([lines[0]], delimiter=delimiter), [])
    at = {f: p[0] for f, p in columns_of(headings).at.items() if f in ("holder", "uscc", "number")}
    if not at:
        return
    for number, cells in enumerate(csv.reader(lines[1:], delimiter=delimiter), 2):
        said = {f: plain_text(cells[p]) for f, p in at.items() if p < len(cells) and plain_text(cells[p])}
        if said:
            shown = " ".join(said.values())
            yield Watched(number, shown, Query(said.get("holder"), said.get("uscc"), said.get("number")))


def _says(line: str) -> bool:
    return bool(plain_text(line)) and not line.lstrip().startswith("#")
