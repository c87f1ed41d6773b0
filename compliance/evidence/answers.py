"""The register's answers (登记数据应答): kept while a page is judged, and given again, so that the same page meets the same register.

A national register doesn't fit a bundle. What a judgement rests on does: each question that was asked, with the rows it
gave, also the questions that gave none. Rows that are equal are one object, both times.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import date
from functools import lru_cache
from typing import Any

from compliance.records import CertificateRow, Near, RegisterInfo, StateInterval

Json = dict[str, Any]


class AskedRows:
    """A register (`ports.Rows`) that notes every question put to it and what it answered."""

    def __init__(self, rows: Any) -> None:
        self._rows = rows
        self._kept: dict[CertificateRow, int] = {}
        self._list: list[CertificateRow] = []
        self._answers: dict[str, Json] = {}
        self._lists: dict[str, AskedList] = {}

    @property
    def info(self) -> RegisterInfo:
        """As in ports.Rows."""
        found: RegisterInfo = self._rows.info
        return found

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._rows, name)
        if not callable(asked):
            return asked

        def ask(*args: Any, **named: Any) -> Any:
            key = key_of(name, args, named)
            if key not in self._answers:
                self._answers[key] = self._noted(asked(*args, **named))
            return _given(self._answers[key], self._list, self._lists)

        return ask

    def to_json(self) -> Json:
        """`{"info", "rows", "lists", "answers": [{"ask", "args", "named", …}]}`; rows in the order they were first given."""
        answers = [{**json.loads(key), **answer} for key, answer in self._answers.items()]
        lists = {kind: one.to_json() for kind, one in sorted(self._lists.items())}
        rows = [row_json(row) for row in self._list]
        return {"info": self.info.to_json(), "rows": rows, "lists": lists, "answers": answers}

    def _noted(self, answer: Any) -> Json:
        if answer is None or isinstance(answer, str | bool | int | float):
            return {"value": answer}
        if hasattr(answer, "entries"):
            self._lists.setdefault(answer.info.kind, AskedList(answer))
            return {"list": answer.info.kind}
        many = tuple(answer)
        if many and all(isinstance(one, Near) for one in many):
            return {"near": [[self._number(n.row), n.score, n.why] for n in many]}
        return {"rows": [self._number(row) for row in many]}

    def _number(self, row: CertificateRow) -> int:
        if row not in self._kept:
            self._kept[row] = len(self._list)
            self._list.append(row)
        return self._kept[row]


class AskedList:
    """A list (名录) that goes with the register: kept whole, with the answers about rows that could not be read."""

    def __init__(self, listed: Any) -> None:
        self._listed = listed
        self._unread: dict[str, bool] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._listed, name)

    def unread(self, name: str) -> bool:
        """As the list has it."""
        return self._unread.setdefault(name, self._listed.unread(name))

    def to_json(self) -> Json:
        """`{"info", "entries", "unread"}`."""
        info, entries = _list_json(self._listed)
        return {"info": info, "entries": entries, "unread": dict(self._unread)}


class AnsweredList:
    """The same list again; `listed` holds its entries, the rows that could not be read are known from the answers only."""

    def __init__(self, kept: Json, listed: Any) -> None:
        self._kept, self._listed = kept["unread"], listed

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._listed, name)

    def unread(self, name: str) -> bool:
        """As the list had it; for a name nobody asked about then: as its readable rows have it."""
        return bool(self._kept[name] if name in self._kept else self._listed.unread(name))


class AnsweredRows:
    """The answers of a bundle, given again. A question that was not asked then goes to `other`, and is noted in `unasked`.

    `other` makes a register of the bundled rows: it can't know the rows that the bundle lacks. `list_of` makes a list of its entries.
    """

    def __init__(
        self,
        kept: Json,
        other: Callable[[list[CertificateRow], RegisterInfo], Any],
        list_of: Callable[[Json], Any] | None = None,
    ) -> None:
        self.info = info_of(kept["info"])
        self.rows = [row_of(entry) for entry in kept["rows"]]
        self.unasked: list[str] = []
        self._answers = {key_of(a["ask"], a["args"], a["named"]): a for a in kept["answers"]}
        self._known = {a["ask"] for a in kept["answers"]}
        self._other = other(self.rows, self.info)
        self._lists = {k: AnsweredList(one, list_of(one)) for k, one in kept["lists"].items()} if list_of else {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or not (name in self._known or hasattr(self._other, name)):
            raise AttributeError(name)

        def ask(*args: Any, **named: Any) -> Any:
            key = key_of(name, args, named)
            if key in self._answers:
                return _given(self._answers[key], self.rows, self._lists)
            self.unasked.append(f"{name}{args}")
            return getattr(self._other, name)(*args, **named)

        return ask


def key_of(name: str, args: Any, named: Any) -> str:
    """One question as text."""
    return json.dumps({"ask": name, "args": [_plain(a) for a in args], "named": {k: _plain(named[k]) for k in sorted(named)}},
                      ensure_ascii=False)  # fmt: skip


def row_json(row: CertificateRow) -> Json:
    """All fields of a row, those that the contract doesn't show too."""
    out: Json = {}
    for one in fields(CertificateRow):
        value = getattr(row, one.name)
        if one.name == "history":
            value = [[s.state, _plain(s.start), _plain(s.end)] for s in value]
        out[one.name] = list(value) if isinstance(value, tuple) else _plain(value)
    return out


def row_of(entry: Json) -> CertificateRow:
    """The row again. Raises KeyError, TypeError, ValueError when the entry isn't one."""
    values = dict(entry)
    for name in ("issued", "expires", "status_from", "snapshot"):
        values[name] = _day(values[name])
    values["former_names"] = tuple(values["former_names"])
    values["history"] = tuple(StateInterval(state, _day(a), _day(b)) for state, a, b in values["history"])
    return CertificateRow(**values)


def info_of(entry: Json) -> RegisterInfo:
    """The register's own figures again."""
    return RegisterInfo(entry["source"], _day(entry["snapshot"]), entry["rows"], tuple(entry["complete"]))


@lru_cache(maxsize=16)
def _list_json(listed: Any) -> tuple[Json, list[Json]]:
    """A list in plain data, once for all pages of a run."""
    plain = [{k: _plain(v) for k, v in asdict(one).items()} for one in (listed.info, *listed.entries)]
    return plain[0], plain[1:]


def _given(answer: Json, rows: list[CertificateRow], lists: Mapping[str, Any]) -> Any:
    if "value" in answer:
        return answer["value"]
    if "list" in answer:
        return lists[answer["list"]]
    if "near" in answer:
        return tuple(Near(rows[number], score, why) for number, score, why in answer["near"])
    return tuple(rows[number] for number in answer["rows"])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
