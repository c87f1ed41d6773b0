"""The target list (抓取目标): CSV, XLSX or JSON Lines with Chinese or English headings. A bad row is counted and said, never silent."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zipfile import BadZipFile

import yaml

from compliance.reading.decode import decode
from compliance.reading.uscc import valid_uscc
from crawler.addresses import address_of, host_key

SEVERAL = re.compile(r"[;；\n\s]+")
ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Target:
    """One company and its start addresses, all on the same host. `source`: file and line, for messages."""

    company: str | None
    uscc: str | None
    urls: tuple[str, ...]
    priority: int = 0
    body_code: str | None = None
    source: str = ""

    @property
    def host(self) -> str:
        """The host that is followed, without `www.`."""
        return host_key(urlsplit(self.urls[0]).netloc)


@dataclass(frozen=True, slots=True)
class TargetFault:
    """A row, or a file, that can't be used: where, what is wrong, what to do."""

    source: str
    what: str
    fix: str

    def __str__(self) -> str:
        """One line for standard error."""
        return f"{self.source}: {self.what}; {self.fix}"


class TargetList(NamedTuple):
    """What a target list holds: usable targets, and the rows that aren't."""

    targets: tuple[Target, ...]
    faults: tuple[TargetFault, ...]


def read_targets(path: Path) -> TargetList:
    """The list's targets and its faults. A row with addresses on several hosts becomes several targets."""
    targets: list[Target] = []
    faults: list[TargetFault] = []
    try:
        for line, row in _rows(path):
            where = f"{path}:{line}"
            found = row if isinstance(row, TargetFault) else _targets_of(row, where)
            if isinstance(found, TargetFault):
                faults.append(found)
            else:
                targets += found
    except _Unreadable as error:
        faults.append(TargetFault(error.source, error.what, error.fix))
    return TargetList(_merged(targets), tuple(faults))


def target_of(url: str, company: str | None = None, uscc: str | None = None) -> Target | TargetFault:
    """One target from the command line."""
    row = {"url": url, "company": company or "", "uscc": uscc or ""}
    found = _targets_of(row, "--site")
    return found if isinstance(found, TargetFault) else found[0]


class _Unreadable(Exception):
    def __init__(self, source: str, what: str, fix: str) -> None:
        self.source, self.what, self.fix = source, what, fix


def _targets_of(row: dict[str, str], where: str) -> list[Target] | TargetFault:
    uscc = row.get("uscc", "").strip().upper()
    if uscc and not valid_uscc(uscc):
        return TargetFault(where, f"USCC {uscc!r} fails its check digit", "correct it or leave the cell empty")
    priority = row.get("priority", "").strip()
    if priority and not re.fullmatch(r"-?\d{1,6}(\.0)?", priority):
        return TargetFault(where, f"priority {priority!r} is not a whole number", "write a number or leave it empty")
    written = [u for u in SEVERAL.split(row.get("url", "")) if u]
    if not written:
        return TargetFault(where, "no address", "fill in the column url / 网址")
    by_host: dict[str, list[str]] = {}
    for text in written:
        address = address_of(text if "://" in text else f"http://{text}", "http://invalid.invalid/")
        if address is None or "." not in urlsplit(address).netloc and ":" not in urlsplit(address).netloc:
            return TargetFault(where, f"{text!r} is no http or https address", "write http://… or https://…")
        by_host.setdefault(host_key(urlsplit(address).netloc), []).append(address)
    return [
        Target(
            company=row.get("company", "").strip() or None,
            uscc=uscc or None,
            urls=tuple(dict.fromkeys(urls)),
            priority=int(float(priority or 0)),
            body_code=row.get("body_code", "").strip() or None,
            source=where,
        )
        for urls in by_host.values()
    ]


def _merged(targets: list[Target]) -> tuple[Target, ...]:
    """One target a company and host: a company listed twice is asked once."""
    merged: dict[tuple[str | None, str | None, str], Target] = {}
    for target in targets:
        key = (target.company, target.uscc, target.host)
        before = merged.get(key)
        merged[key] = (
            target
            if before is None
            else Target(
                before.company,
                before.uscc,
                tuple(dict.fromkeys(before.urls + target.urls)),
                max(before.priority, target.priority),
                before.body_code or target.body_code,
                before.source,
            )
        )
    return tuple(merged.values())


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str] | TargetFault]]:
    suffix = path.suffix.lower()
    try:
        if suffix == ".xlsx":
            yield from _headed(path, _xlsx(path))
        elif suffix in (".jsonl", ".ndjson"):
            yield from _jsonl(path)
        else:
            text, _, _ = decode(path.read_bytes(), None, html=False)
            first = text.split("\n", 1)[0]
            comma = max(",\t;", key=first.count)
            reader = csv.reader(io.StringIO(text), delimiter=comma)
            yield from _headed(path, ((reader.line_num, row) for row in reader))
    except OSError as error:
        raise _Unreadable(str(path), f"can't be read: {error.strerror}", "check the path and its rights") from error
    except csv.Error as error:
        raise _Unreadable(str(path), f"not a CSV file: {error}", "save it as CSV in UTF-8 or GB18030") from error


def _headed(path: Path, rows: Iterator[tuple[int, list[Any]]]) -> Iterator[tuple[int, dict[str, str]]]:
    names: list[str | None] | None = None
    for line, cells in rows:
        words = ["" if c is None else str(c) for c in cells]
        if not any(w.strip() for w in words):
            continue
        if names is None:
            names = _names_of(path, line, words)
            continue
        yield line, {name: word for name, word in zip(names, words, strict=False) if name}
    if names is None:
        raise _Unreadable(str(path), "holds no row", "give it a heading line and one row a company")


def _names_of(path: Path, line: int, words: list[str]) -> list[str | None]:
    spelled = {s: name for name, spellings in _columns().items() for s in spellings}
    names = [spelled.get(w.strip().lstrip("\ufeff").lower()) for w in words]
    if "url" not in names:
        raise _Unreadable(
            f"{path}:{line}",
            f"no column of addresses among {', '.join(w.strip() for w in words)!r}",
            "head one column url or 网址",
        )
    return names


@cache
def _columns() -> dict[str, list[str]]:
    return yaml.safe_load((Path(__file__).parent / "targets.yaml").read_text(encoding="utf-8"))["columns"]


def _xlsx(path: Path) -> Iterator[tuple[int, list[Any]]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, ValueError) as error:
        raise _Unreadable(str(path), f"not an XLSX file: {error}", "save it as XLSX or CSV") from error
    sheet = book.worksheets[0]
    for line, row in enumerate(sheet.iter_rows(values_only=True, max_row=ROWS), 1):
        yield line, list(row)
    book.close()


def _jsonl(path: Path) -> Iterator[tuple[int, dict[str, str] | TargetFault]]:
    spelled = {s: name for name, spellings in _columns().items() for s in spellings}
    text, _, _ = decode(path.read_bytes(), None, html=False)
    for line, words in enumerate(text.split("\n"), 1):
        if not words.strip():
            continue
        try:
            record = json.loads(words)
        except (json.JSONDecodeError, RecursionError) as error:
            yield line, TargetFault(f"{path}:{line}", f"not JSON: {error}", "write one object a line")
            continue
        if not isinstance(record, dict):
            yield line, TargetFault(f"{path}:{line}", "not an object", "write one object a line")
            continue
        yield (
            line,
            {
                name: "; ".join(map(str, value)) if isinstance(value, list) else str(value)
                for key, value in record.items()
                if value is not None and (name := spelled.get(key.lower()))
            },
        )
