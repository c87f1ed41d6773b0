"""Adapter for `rules test`: one text example of a rule through the real reader, register and engine."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from compliance.checking.check import Options, judge_reading
from compliance.checking.render import finding_json
from compliance.records import CertificateRow, Genre, Page, RegisterInfo
from compliance.register.memory import MemoryRows
from rules.clock import today
from rules.schemes import Schemes, load_schemes

if TYPE_CHECKING:
    from rules.book.model import TextExample
    from rules.engine import Rulebook

SNAPSHOT_SOURCE = "示例登记数据"


@cache
def _book() -> Rulebook:
    from rules.book import load_book
    from rules.law import load_statutes

    return load_book((), load_statutes())


@cache
def _schemes() -> Schemes:
    return load_schemes()


def read_text(example: TextExample, book: Rulebook | None = None) -> list[tuple[str, str, dict[str, Any]]]:
    """(conduct, outcome, finding) of all that the whole checker finds in the example's text.

    Register rows of the example stand in a register whose snapshot is the example's day.
    """
    from compliance.reading.read import read_page

    day = example.on or today()
    page = Page(
        url=None,
        captured_at=datetime.combine(day, time(8), tzinfo=UTC),
        html=None,
        text=example.text,
        sha256=hashlib.sha256(example.text.encode()).hexdigest(),
        source="example",
        typed=True,
    )
    reading = read_page(page)
    if example.genre:
        reading = replace(reading, genre=cast(Genre, example.genre))
    rows = None
    if example.register is not None:
        found = [row_of(entry, day) for entry in example.register]
        rows = MemoryRows(found, RegisterInfo(SNAPSHOT_SOURCE, day, len(found), tuple(example.complete)))
    options = Options(as_of=day, company=example.company, uscc=example.uscc, medium=example.medium)
    result = judge_reading(page, reading, rows, book or _book(), _schemes(), options)
    return [(f.conduct, f.outcome, finding_json(f)) for f in result.findings]


def row_of(entry: dict[str, Any], snapshot: Any) -> CertificateRow:
    """A register row written in an example, by the contract's names; the scheme follows from the standard if not given."""
    from datetime import date

    named = _schemes().by_standard(entry["standard"]) if entry.get("standard") and not entry.get("scheme") else ()

    def day(field: str) -> date | None:
        return date.fromisoformat(str(entry[field])) if entry.get(field) else None

    return CertificateRow(
        number=entry["number"],
        holder=entry["holder"],
        uscc=entry.get("uscc"),
        scheme=entry.get("scheme") or (named[0].id if named else None),
        standard=entry.get("standard"),
        scope=entry.get("scope"),
        body=entry.get("body"),
        body_code=entry.get("body_code"),
        issued=day("issued"),
        expires=day("expires"),
        status=entry.get("status"),
        status_from=day("status_from"),
        province=entry.get("province"),
        source=SNAPSHOT_SOURCE,
        snapshot=snapshot,
        models=entry.get("models"),
    )
