"""Register files → rows (读入登记数据): good rows as certificates, bad ones as `Reject` with line and reason; nothing vanishes.

`plain_rows` gives tuples in the order of FIELDS: what the store writes, five million at a time. `read_rows` gives the same rows as
CertificateRow. A row is refused when its dates can't be right or nothing says what it certifies; a spoilt number or code, or an unknown
state word, is remarked and the row kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from compliance.records import CertificateRow, StateInterval
from compliance.register.cells import (
    Memo,
    Odd,
    code_is_right,
    code_of,
    date_of,
    day_of,
    int_of,
    is_damaged,
    number_key,
    plain_text,
    state_of,
    term_of,
)
from compliance.register.events import dated_state, history_of
from compliance.register.files import Bad, Opened, RegisterFileError, open_register_file
from compliance.register.provinces import province_of
from compliance.register.scheme_words import scheme_of

FIELDS = ("number", "number_key", "holder", "uscc", "scheme", "standard", "scope", "body", "body_code", "issued", "expires", "status",
          "status_from", "province", "former_names", "manufacturer", "factory", "models", "replaced_by", "history", "source", "snapshot",
          "line")  # fmt: skip
PlainRow = tuple[Any, ...]  # values in the order of FIELDS; days YYYYMMDD; `number` None where it equals `number_key`
MODELS_LIMIT = 20_000  # signs of a list of models that are kept


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


@dataclass
class Reading:
    """What was met while reading: filled as the rows are taken. `source`, `snapshot`: as the file's own columns first say."""

    opened: Opened
    rows: int = 0
    rejected: int = 0
    remarked: int = 0
    source: str | None = None
    snapshot: int | None = None
    notes: list[str] = field(default_factory=list)


def read_rows(
    path: str | Path, source: str | None = None, snapshot: date | None = None
) -> Iterator[CertificateRow | Reject]:
    """The rows of the register file at `path`. Raises RegisterFileError when the whole file can't be used.

    `source`, `snapshot` stand on rows that don't name their own; without them the file's name and today.
    """
    opened = open_register_file(path)
    default = (source or Path(path).name, snapshot or date.today())
    try:
        for row in plain_rows(Reading(opened), int_of(default[1])):
            yield row if isinstance(row, Reject) else certificate_of(row, *default)
    finally:
        opened.close()


def certificate_of(row: PlainRow, source: str, snapshot: date | None) -> CertificateRow:
    """A plain row as a record."""
    (number, key, holder, uscc, scheme, standard, scope, body, body_code, issued, expires, status, status_from, province,
     former, maker, factory, models, replaced_by, history, own_source, seen, _line) = row  # fmt: skip
    return CertificateRow(
        number=number if number is not None else key or "", holder=holder, uscc=uscc, scheme=scheme, standard=standard,
        scope=scope, body=body, body_code=body_code, issued=date_of(issued), expires=date_of(expires), status=status,
        status_from=date_of(status_from), province=province, source=own_source or source,
        snapshot=date_of(seen) if seen else snapshot, former_names=former, manufacturer=maker, factory=factory,
        models=models, replaced_by=replaced_by,
        history=tuple(StateInterval(s, date_of(a), date_of(b)) for s, a, b in history),
    )  # fmt: skip


def plain_rows(reading: Reading, snapshot: int | None = None) -> Iterator[PlainRow | Reject]:
    """The rows of an opened file, cleaned. Each cell's meaning is worked out once (`Memo`): rows are many, meanings few."""
    opened = reading.opened
    at, width = opened.columns.at, opened.columns.width
    reading.notes += [*opened.notes, *_notes_on(opened)]
    days, terms, states = Memo(day_of), Memo(term_of), Memo(state_of)
    texts, areas = Memo(lambda c: plain_text(c) or None), Memo(lambda pair: province_of(*pair))
    parties = Memo(lambda pair: _party(*pair), bound=3_000_000)
    schemes = Memo(lambda pair: scheme_of(*pair))

    def where(name: str) -> int:
        return at[name][0] if name in at else width  # cell `width` is always empty

    number_at, holder_at, uscc_at, scheme_at = where("number"), where("holder"), where("uscc"), where("scheme")
    standard_at, scope_at, body_at, body_code_at = where("standard"), where("scope"), where("body"), where("body_code")
    issued_at, expires_at, status_at, from_at = where("issued"), where("expires"), where("status"), where("status_from")
    area_at, country_at = where("province"), where("country")
    has_status = "status" in at
    events = {
        n: at[n][0] for n in ("suspended_on", "reinstated_on", "revoked_on", "cancelled_on", "history") if n in at
    }
    rare: dict[str, int] = {
        n: at[n][0]
        for n in ("former_names", "manufacturer", "factory", "models", "replaced_by", "source", "snapshot")
        if n in at
    }
    spare = [(p[0], p[1:]) for p in at.values() if len(p) > 1]
    none: tuple[Any, ...] = ((), None, None, None, None)
    history: tuple[Any, ...]

    for item in opened.rows:
        if isinstance(item, Bad):
            reading.rejected += 1
            yield Reject(item.line, item.reason, "correct the line and import again", raw=item.raw)
            continue
        line, cells = item
        if len(cells) != width:
            if not any(plain_text(c) for c in cells):
                continue  # a blank line
            if len(cells) > width and any(plain_text(c) for c in cells[width:]):
                reading.rejected += 1
                yield _refused(line, cells, f"{len(cells)} cells under {width} headings: a cell holds an unquoted separator",
                               "put the cell in quotes", None, None)  # fmt: skip
                continue
            cells = cells[:width] + [""] * (width - len(cells))
        cells.append("")
        for first, others in spare:
            if not cells[first]:
                cells[first] = next((cells[o] for o in others if cells[o]), "")
        printed = cells[number_at]
        if printed.__class__ is not str:
            printed = str(printed)
        key: str | None = number_key(printed)
        holder, uscc, wrong_code = parties[cells[holder_at], cells[uscc_at]]
        issued, expires = days[cells[issued_at]], terms[cells[expires_at]]
        said = states[cells[status_at]]
        since = days[cells[from_at]]
        standard = texts[cells[standard_at]]
        scheme = schemes[cells[scheme_at] or "", standard or ""]
        remarks = None
        if expires.__class__ is tuple:
            issued, expires = (expires[0] if issued is None else issued), expires[1]
        if issued.__class__ is Odd or expires.__class__ is Odd:
            reading.rejected += 1
            odd, name = (issued, "issued") if issued.__class__ is Odd else (expires, "expires")
            yield _refused(line, cells, f"{name}: {odd.what}", odd.fix, printed, holder)
            continue
        if issued is not None:
            if expires is not None and expires < issued:
                reading.rejected += 1
                yield _refused(line, cells, f"expires ({_shown(expires)}) before it is issued ({_shown(issued)})",
                               "ask the source which of the two dates is wrong", printed, holder)  # fmt: skip
                continue
            if snapshot is not None and issued > snapshot + 100:  # a month and more after the data were taken
                reading.rejected += 1
                yield _refused(line, cells, f"issued ({_shown(issued)}) after the day of the data ({_shown(snapshot)})",
                               "correct the date, or give the right --snapshot", printed, holder)  # fmt: skip
                continue
        if not holder and not uscc:
            if not key and not any(plain_text(c) for c in cells):
                continue  # a blank line
            reading.rejected += 1
            yield _refused(
                line,
                cells,
                "no holder and no code: nobody to whom the certificate belongs",
                "fill the holder's name",
                printed,
                None,
            )
            continue
        if not key and scheme is None and standard is None:
            reading.rejected += 1
            yield _refused(
                line,
                cells,
                "neither a number nor a scheme: nothing says what is certified",
                "fill one of them",
                None,
                holder,
            )
            continue
        state, history, replaced = said.state, (), None
        if since.__class__ is Odd:
            remarks = [f"status date: {since.what}; taken as undated"]
            since = None
        if since is None:
            since = said.since
        if said.odd:
            remarks = [*(remarks or ()), f"{said.odd}; taken as unknown"]
        if wrong_code:
            remarks = [*(remarks or ()), f"code {uscc}: its check digit is wrong, a typing error"]
        if key and "E" in key and is_damaged(key):
            remarks = [
                *(remarks or ()),
                f"number {printed}: spoilt by a spreadsheet (only 15 digits survive); never matched by number",
            ]
            key = None
        if events:
            state, since, history, odd_events = dated_state(said, since, {n: cells[p] for n, p in events.items()}, days)
            remarks = [*(remarks or ()), *odd_events] if odd_events else remarks
        if not has_status and snapshot is not None:
            state = "valid" if expires is None or expires >= snapshot else "expired"
        extra, own_source, seen = none, None, None
        if rare:
            extra = _rare(rare, cells)
            if "source" in rare:
                own_source = str(cells[rare["source"]]).strip() or None
                if reading.source is None:
                    reading.source = own_source
            if "snapshot" in rare:
                seen = days[cells[rare["snapshot"]]]
                seen = None if seen.__class__ is Odd else seen
                if reading.snapshot is None:
                    reading.snapshot = seen
            replaced = extra[4]
        reading.rows += 1
        if remarks:
            reading.remarked += 1
            yield Reject(
                line,
                "; ".join(remarks),
                "the row is in; check the cell",
                True,
                _raw(cells),
                printed or None,
                holder or None,
            )
        yield (
            None if printed == key else printed or None, key or None, holder, uscc, scheme, standard, texts[cells[scope_at]] if scope_at != width else None,
            texts[cells[body_at]], texts[cells[body_code_at]], issued, expires, state, since, areas[cells[area_at], cells[country_at]],
            extra[0], extra[1], extra[2], extra[3], replaced, history, own_source, seen, line,
        )  # fmt: skip


def _party(holder: Any, uscc: Any) -> tuple[str, str | None, bool]:
    """(holder's name, code, whether the code's check digit is wrong)."""
    code = code_of(str(uscc))
    return plain_text(holder), code, code is not None and not code_is_right(code)


def _rare(at: dict[str, int], cells: list[Any]) -> tuple[Any, ...]:
    """(former names, manufacturer, factory, models, replaced by) of a row that has such columns."""

    def cell(name: str) -> str | None:
        return (plain_text(cells[at[name]]) or None) if name in at else None

    former = cell("former_names")
    names = (
        tuple(n.strip() for n in former.replace("；", ";").replace("、", ";").split(";") if n.strip()) if former else ()
    )
    models = cell("models")
    return names, cell("manufacturer"), cell("factory"), models[:MODELS_LIMIT] if models else None, cell("replaced_by")


def _refused(line: int, cells: list[Any], reason: str, fix: str, number: str | None, holder: str | None) -> Reject:
    return Reject(line, reason, fix, False, _raw(cells), number or None, holder or None)


def _raw(cells: list[Any]) -> str:
    return "\t".join(str(c) for c in cells[:-1])[:2000]


def _shown(day: int) -> str:
    return f"{day // 10000}-{day // 100 % 100:02}-{day % 100:02}"


def _notes_on(opened: Opened) -> list[str]:
    notes = []
    if opened.columns.unknown:
        notes.append(f"{opened.path}: columns not used: {', '.join(opened.columns.unknown)}")
    if "status" not in opened.columns.at:
        notes.append(f"{opened.path}: has no column of states; states are taken from the dates")
    return notes


__all__ = [
    "FIELDS",
    "PlainRow",
    "Reading",
    "RegisterFileError",
    "Reject",
    "certificate_of",
    "history_of",
    "open_register_file",
    "plain_rows",
    "read_rows",
]
