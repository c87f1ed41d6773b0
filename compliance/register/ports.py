"""What checking needs of a register. `store.registers` and `register.memory` satisfy it; checking never knows which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from compliance.records import CertificateRow, Match, Near, RegisterInfo
from compliance.register.listed import Listed


@dataclass(frozen=True, slots=True)
class Query:
    """查询: what a claim or a person knows. Any field may be None; `scheme` is a scheme id."""

    name: str | None = None
    uscc: str | None = None
    number: str | None = None
    scheme: str | None = None
    on: date | None = None  # the day whose state matters, to choose among several rows


class Rows(Protocol):
    """登记数据, read only."""

    @property
    def info(self) -> RegisterInfo: ...

    def by_number(self, number: str) -> Sequence[CertificateRow]:
        """Rows whose normalised number equals the normalised `number`."""
        ...

    def by_uscc(self, uscc: str) -> Sequence[CertificateRow]:
        """Rows of the holder (or manufacturer, factory) with this USCC."""
        ...

    def by_name(self, name: str) -> Sequence[CertificateRow]:
        """Rows whose holder's (or former name's) normal form equals that of `name`."""
        ...

    def by_key(self, key: str) -> Sequence[CertificateRow]:
        """Rows whose holder's (or former name's) key without legal form (register.names) equals `key`."""
        ...

    def near_names(self, name: str, limit: int = 10) -> Sequence[Near]:
        """Holders whose name is close: other firms, never the match."""
        ...

    def unread(self, number: str | None, name: str | None) -> str | None:
        """Why a row with this number or holder could not be taken in: its absence then proves nothing. None: no such row."""
        ...

    def complete_for(self, scheme: str | None, on: date, province: str | None = None) -> bool:
        """True only inside what the register was declared complete for."""
        ...

    def listed(self, kind: str) -> Listed | None:
        """名录 of this kind (bodies, gi_users, ccc_catalogue …), None when it was not imported. Ask through `listed.listed_in`, for
        which rows without this method have no lists."""
        return None

    def sole_holder(self) -> str | None:
        """The only holder's name when the register holds rows of a single holder, else None."""
        ...


class Matcher(Protocol):
    """`match(query)` of compliance/register/match.py."""

    def __call__(self, query: Query, rows: Rows) -> Match: ...
