"""Rows of cells → clean rows, a batch at a time and column by column: rows are millions, different cells few.

Each column runs through a memo of what its cells mean. Rows in which something is odd are done singly (`_one`), with the reason in words;
there a row is refused when its dates can't be right or nothing says what it certifies, and kept with a remark when a number, code or
state word is spoilt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress, count
from operator import attrgetter, itemgetter, lt
from typing import Any

from compliance.register.cells import (
    Memo,
    Odd,
    StateRead,
    code_is_right,
    code_of,
    day_of,
    is_damaged,
    number_key,
    plain_text,
    state_of,
    term_of,
)
from compliance.register.columns import Columns
from compliance.register.events import EVENTS, dated_state, history_of
from compliance.register.opened import Grid
from compliance.register.provinces import province_of
from compliance.register.scheme_words import scheme_of

FIELDS = ("number", "number_key", "holder", "uscc", "scheme", "standard", "scope", "body", "body_code", "issued", "expires", "status",
          "status_from", "province", "former_names", "manufacturer", "factory", "models", "replaced_by", "history", "source", "snapshot",
          "line")  # fmt: skip
PlainRow = tuple[Any, ...]  # values in the order of FIELDS; days YYYYMMDD; `number` None where it equals `number_key`
MODELS_LIMIT = 20_000  # signs of a list of models that are kept
_STATE, _SINCE, _ODD = attrgetter("state"), attrgetter("since"), attrgetter("odd")
_DAYS = frozenset({int, type(None)})
LATE = 100  # YYYYMMDD steps (a month) that a certificate may be issued after the day of the data


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was refused, or (`kept`) taken in with a remark. `number`, `holder`: as far as they could be read."""

    line: int
    reason: str
    fix: str = ""
    kept: bool = False
    raw: str = ""
    number: str | None = None
    holder: str | None = None


class Cleaner:
    """Cleans the rows of one file. `snapshot`: day of the data, YYYYMMDD."""

    def __init__(self, columns: Columns, snapshot: int | None) -> None:
        self._at, self._width, self._snapshot = columns.at, columns.width, snapshot
        self._has_status = "status" in columns.at
        self._has_events = any(e in columns.at for e in EVENTS)
        self._latest = snapshot + LATE if snapshot else 99999999
        self._days, self._terms, self._states = Memo(day_of), Memo(term_of), Memo(state_of)
        self._texts = Memo(lambda c: plain_text(c) or None)
        self._areas = Memo(lambda pair: province_of(*pair))
        self._schemes = Memo(lambda pair: scheme_of(pair[0] or "", pair[1] or ""))
        self._parties = Memo(lambda pair: _party(*pair), bound=3_000_000)
        self._former, self._histories = Memo(_former_names), Memo(history_of)
        self._english = Memo(_english_names)
        self._sources = Memo(lambda c: str(c).strip() or None)

    def clean(self, grid: Grid) -> tuple[list[Sequence[Any]], list[Reject]]:
        """The good rows of a batch as columns in the order of FIELDS (none when no row is good), and rejects; a blank line gives neither."""
        rejects: list[Reject] = []
        raw = grid.columns(self._width)
        if raw is None:
            grid = self._of_one_width(grid, rejects)
            raw = grid.columns(self._width)
        if not grid.lines or raw is None:
            return [], rejects
        read = self._read(raw, len(grid.lines))
        columns = [*read["out"], grid.lines]
        singly = self._singly(read, len(grid.lines))
        if singly:
            columns = self._mended(columns, grid, singly, rejects)
            rejects.sort(key=attrgetter("line"))
        return columns, rejects

    def _mended(
        self, columns: list[Sequence[Any]], grid: Grid, singly: set[int], rejects: list[Reject]
    ) -> list[Sequence[Any]]:
        """The columns with the rows at these places done singly, those refused left out."""
        rows = {at: self._one(grid.lines[at], grid.row(at), rejects) for at in sorted(singly)}
        if len(rows) == len(grid.lines):
            return list(zip(*filter(None, rows.values()), strict=True))
        mended = [list(column) for column in columns]
        for at, row in rows.items():
            for column, value in zip(mended, row or (), strict=False):
                column[at] = value
        kept = [rows.get(at, True) is not None for at in range(len(grid.lines))]
        return list(mended) if all(kept) else [list(compress(column, kept)) for column in mended]

    def _read(self, raw: Sequence[Sequence[Any]], size: int) -> dict[str, Any]:
        """Every field as a column. `out`: the columns of FIELDS without the line."""
        none: Sequence[Any] = [None] * size

        def cells(name: str) -> Sequence[Any] | None:
            places = self._at.get(name)
            if places is None:
                return None
            column: Sequence[Any] = raw[places[0]]
            for other in places[1:]:
                column = [a or b for a, b in zip(column, raw[other], strict=True)]
            return column

        def through(name: str, memo: Memo) -> Sequence[Any]:
            column = cells(name)
            return none if column is None else list(map(memo.__getitem__, column))

        blank: Sequence[Any] = [""] * size
        numbers = _as_text(cells("number") or blank)
        keys = _keys_of(numbers)
        parties = list(
            map(self._parties.__getitem__, zip(cells("holder") or blank, cells("uscc") or blank, strict=True))
        )
        holders, codes, wrong = (list(map(itemgetter(part), parties)) for part in range(3))
        said = list(map(self._states.__getitem__, cells("status") or blank))
        since = through("status_from", self._days)
        if any(map(_SINCE, said)):
            since = [s.since if d is None else d for s, d in zip(said, since, strict=True)]
        standards = through("standard", self._texts)
        schemes = list(map(self._schemes.__getitem__, zip(cells("scheme") or blank, standards, strict=True)))
        areas = list(
            map(self._areas.__getitem__, zip(cells("province") or blank, cells("country") or blank, strict=True))
        )
        told = cells("history")
        histories = [h[0] for h in map(self._histories.__getitem__, told)] if told else [()] * size
        models = cells("models")
        out = [
            none if keys is numbers else [None if n == k else n or None for n, k in zip(numbers, keys, strict=True)],
            keys if all(keys) else [k or None for k in keys], holders, codes, schemes, standards, through("scope", self._texts),
            through("body", self._texts), through("body_code", self._texts), through("issued", self._days), through("expires", self._terms),
            list(map(_STATE, said)), since, areas, self._other_names(cells("former_names"), cells("holder_en"), size),
            through("manufacturer", self._texts), through("factory", self._texts), [_models(m) if m else None for m in models] if models else none,
            through("replaced_by", self._texts), histories, through("source", self._sources), through("snapshot", self._days),
        ]  # fmt: skip
        return {"out": out, "keys": keys, "holders": holders, "codes": codes, "wrong": wrong, "issued": out[9], "expires": out[10],
                "said": said, "since": since, "schemes": schemes, "standards": standards, "told": told}  # fmt: skip

    def _other_names(
        self, former: Sequence[Any] | None, english: Sequence[Any] | None, size: int
    ) -> Sequence[tuple[str, ...]]:
        """Former names, then English ones: one list of other names, told apart by their signs (`CertificateRow.names_en`)."""
        if former is None and english is None:
            return [()] * size
        if english is None:
            return list(map(self._former.__getitem__, former or ()))
        before = map(self._former.__getitem__, former) if former is not None else [()] * size
        return [one + self._english[cell] for one, cell in zip(before, english, strict=True)]

    def _singly(self, c: dict[str, Any], size: int) -> set[int]:
        """Places of the rows in which something is odd. Each test asks the whole column first: most batches hold nothing odd."""
        if self._has_events or not self._has_status:
            return set(range(size))
        holders, codes, schemes, standards, keys = c["holders"], c["codes"], c["schemes"], c["standards"], c["keys"]
        issued, expires, since, latest = c["issued"], c["expires"], c["since"], self._latest
        odd: set[int] = set()
        if any(c["wrong"]):
            odd.update(compress(count(), c["wrong"]))
        if not all(holders):
            odd.update(
                at for at, (holder, code) in enumerate(zip(holders, codes, strict=True)) if not holder and not code
            )
        if any(map(_ODD, c["said"])):
            odd.update(at for at, said in enumerate(c["said"]) if said.odd)
        if not _DAYS.issuperset(map(type, since)):
            odd.update(at for at, day in enumerate(since) if day is not None and day.__class__ is not int)
        if not (
            _all_days(issued) and _all_days(expires) and max(issued) <= latest and not any(map(lt, expires, issued))
        ):
            odd.update(
                at for at, (start, end) in enumerate(zip(issued, expires, strict=True))
                if (end is not None and end.__class__ is not int)
                or (start is not None and (start.__class__ is not int or start > latest or (end is not None and end < start)))
            )  # fmt: skip
        if not all(keys):
            odd.update(at for at, key in enumerate(keys) if not key and schemes[at] is None and standards[at] is None)
        odd.update(
            at for at, key in enumerate(keys) if key and (not key[0].isalnum() or ("E" in key and is_damaged(key)))
        )
        if c["told"] and any(c["told"]):
            odd.update(at for at, cell in enumerate(c["told"]) if cell and self._histories[cell][1])
        return odd

    def _of_one_width(self, grid: Grid, rejects: list[Reject]) -> Grid:
        """Short rows are filled up, blank ones dropped, rows with more cells than headings refused."""
        kept_lines, kept = [], []
        for line, cells in zip(grid.lines, grid.rows, strict=True):
            if len(cells) != self._width:
                if not any(plain_text(c) for c in cells):
                    continue
                if any(plain_text(c) for c in cells[self._width :]):
                    reason = f"{len(cells)} cells under {self._width} headings: a cell holds an unquoted separator, or a column has no heading"
                    rejects.append(
                        _refused(
                            line, cells, reason, "put the cell in quotes, or give the column a heading", None, None
                        )
                    )
                    continue
                cells = cells[: self._width] + [""] * (self._width - len(cells))
            kept_lines.append(line)
            kept.append(cells)
        return Grid(kept_lines, kept)

    def _one(self, line: int, cells: list[Any], rejects: list[Reject]) -> PlainRow | None:
        """One row in which something is odd: refused with the reason, or kept with remarks."""
        if not any(plain_text(c) for c in cells):
            return None
        columns = self._read([[cell] for cell in cells], 1)
        (number, key, holder, code, scheme, standard, scope, body, body_code, issued, expires, state, since, area, former, maker,
         factory, models, replaced_by, history, source, seen) = next(zip(*columns["out"], strict=True))  # fmt: skip
        printed = number if number is not None else key
        said: StateRead = columns["said"][0]
        remarks = []
        if isinstance(expires, tuple):
            issued, expires = (expires[0] if issued is None else issued), expires[1]
        reason = self._reason(issued, expires, holder, code, printed, scheme, standard)
        if reason:
            rejects.append(_refused(line, cells, *reason, printed, holder))
            return None
        if isinstance(since, Odd):
            remarks.append(f"status date: {since.what}; taken as undated")
            since = None
        if said.odd:
            remarks.append(f"{said.odd}; taken as unknown")
        if columns["wrong"][0]:
            remarks.append(f"code {code}: its check digit is wrong, a typing error")
        if key and is_damaged(key):
            remarks.append(
                f"number {printed}: spoilt by a spreadsheet (only 15 digits survive); never matched by number"
            )
            number, key = printed, None
        if self._has_events or columns["told"]:
            events = {n: cells[self._at[n][0]] for n in (*EVENTS, "history") if n in self._at}
            state, since, history, odd = dated_state(said, since, events, self._days)
            remarks += odd
        if not self._has_status and self._snapshot is not None:
            state = "valid" if expires is None or expires >= self._snapshot else "expired"
        seen = None if isinstance(seen, Odd) else seen
        if remarks:
            rejects.append(
                Reject(
                    line,
                    "; ".join(remarks),
                    "the row is in; check the cell",
                    True,
                    _raw(cells),
                    printed,
                    holder or None,
                )
            )
        return (number, key, holder, code, scheme, standard, scope, body, body_code, issued, expires, state, since, area, former, maker,
                factory, models, replaced_by, history, source, seen, line)  # fmt: skip

    def _reason(
        self, issued: Any, expires: Any, holder: str, code: str | None, number: Any, scheme: Any, standard: Any
    ) -> tuple[str, str] | None:
        """Why a row can't be used, and what to do; None when it can."""
        for name, day in (("issued", issued), ("expires", expires)):
            if isinstance(day, Odd):
                return f"{name}: {day.what}", day.fix
        if issued is not None and expires is not None and expires < issued:
            return (
                f"expires ({_shown(expires)}) before it is issued ({_shown(issued)})",
                "ask the source which of the two dates is wrong",
            )
        if issued is not None and issued > self._latest and self._snapshot:
            return (
                f"issued ({_shown(issued)}) after the day of the data ({_shown(self._snapshot)})",
                "correct the date, or give the right --snapshot",
            )
        if not holder and not code:
            return "no holder and no code: nobody to whom the certificate belongs", "fill the holder's name"
        if not number and scheme is None and standard is None:
            return "neither a number nor a scheme: nothing says what is certified", "fill one of them"
        return None


def _as_text(cells: Sequence[Any]) -> Sequence[str]:
    return cells if {str}.issuperset(map(type, cells)) else [c if c.__class__ is str else str(c) for c in cells]


def _all_days(days: Sequence[Any]) -> bool:
    return {int}.issuperset(map(type, days))


def _keys_of(numbers: Sequence[str]) -> Sequence[str]:
    """The numbers as their keys, `numbers` itself where all are written so already: one test for the batch in place of one for each."""
    joined = "\n".join(numbers)
    if joined.isascii() and joined.replace("-", "").replace("/", "").replace("\n", "").isalnum():
        keys = joined.upper()
        split = numbers if keys == joined else keys.split("\n")
        if len(split) == len(numbers):  # no break within a number
            return split
    return list(map(number_key, numbers))


def _party(holder: Any, uscc: Any) -> tuple[str, str | None, bool]:
    """(holder's name, code, whether the code's check digit is wrong)."""
    code = code_of(str(uscc))
    return str(holder).strip() if plain_text(holder) else "", code, code is not None and not code_is_right(code)


def _former_names(cell: Any) -> tuple[str, ...]:
    text = plain_text(cell)
    return tuple(n.strip() for n in text.replace("、", ";").split(";") if n.strip()) if text else ()


def _english_names(cell: Any) -> tuple[str, ...]:
    """Names in a column for English ones; a Chinese sign in it makes it no English name."""
    return tuple(n for n in _former_names(cell) if re.search("[A-Za-z]", n) and not re.search("[\u3400-\u9fff]", n))


def _models(cell: Any) -> str | None:
    return plain_text(cell)[:MODELS_LIMIT] or None


def _refused(line: int, cells: list[Any], reason: str, fix: str, number: str | None, holder: str | None) -> Reject:
    return Reject(line, reason, fix, False, _raw(cells), number or None, holder or None)


def _raw(cells: Sequence[Any]) -> str:
    return "\t".join(map(str, cells))[:2000]


def _shown(day: int) -> str:
    return f"{day // 10000}-{day // 100 % 100:02}-{day % 100:02}"
