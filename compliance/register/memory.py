"""A register held in memory: a file given with `--register`, and tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property

from compliance.records import CertificateRow, Near, RegisterInfo
from compliance.register.cells import code_of, is_damaged, number_key
from compliance.register.coverage import is_complete
from compliance.register.imports import Reject
from compliance.register.listed import Listed
from compliance.register.names import NameForms, forms_of, normal_form
from compliance.register.near import Candidates, MemoryPostings, difference, rank


class MemoryRows:
    """登记数据 over a list of rows. Satisfies `ports.Rows`. `rejects`: rows that were refused, so that they aren't called absent.
    `lists`: the other lists (名录) that go with it."""

    def __init__(
        self,
        rows: Iterable[CertificateRow],
        info: RegisterInfo,
        rejects: Iterable[Reject] = (),
        lists: Iterable[Listed] = (),
    ) -> None:
        self.info = info
        self.notes: tuple[str, ...] = ()  # what the user must know of the file it was read from
        self._lists = {one.info.kind: one for one in lists}
        self._rows = list(rows)
        self._numbers: dict[str, list[CertificateRow]] = {}
        self._codes: dict[str, list[CertificateRow]] = {}
        self._names: dict[str, list[CertificateRow]] = {}
        self._keys: dict[str, list[CertificateRow]] = {}
        self._holders: dict[tuple[str, str | None], CertificateRow] = {}
        for row in self._rows:
            self._take(row)
        self._unread = {number_key(r.number): r for r in rejects if not r.kept and r.number}
        self._unread |= {normal_form(r.holder): r for r in rejects if not r.kept and r.holder}

    def _take(self, row: CertificateRow) -> None:
        self._holders.setdefault((row.holder, row.uscc), row)
        key = number_key(row.number)
        if key and not is_damaged(key):
            self._numbers.setdefault(key, []).append(row)
        if row.uscc:
            self._codes.setdefault(row.uscc, []).append(row)
        for name in dict.fromkeys((row.holder, *row.former_names)):
            forms = forms_of(name)
            _add(self._names, forms.normal, row)
            _add(self._keys, forms.key, row)
        for party in (row.manufacturer, row.factory):
            if party:
                _add(self._names, normal_form(party), row)

    def all(self) -> Sequence[CertificateRow]:
        """Every row, in the order of the file."""
        return self._rows

    def by_number(self, number: str) -> Sequence[CertificateRow]:
        """As in ports.Rows."""
        return tuple(self._numbers.get(number_key(number), ()))

    def by_uscc(self, uscc: str) -> Sequence[CertificateRow]:
        """As in ports.Rows."""
        return tuple(self._codes.get(code_of(uscc) or "", ()))

    def by_name(self, name: str) -> Sequence[CertificateRow]:
        """As in ports.Rows; rows that name it as manufacturer or factory too."""
        return tuple(self._names.get(normal_form(name), ())) if name else ()

    def by_key(self, key: str) -> Sequence[CertificateRow]:
        """As in ports.Rows."""
        return tuple(self._keys.get(key, ()))

    def near_names(self, name: str, limit: int = 10) -> Sequence[Near]:
        """As in ports.Rows."""
        forms = forms_of(name)
        numbers, shared = self._candidates.of(forms)
        at = numbers.tolist()
        normals, keys, _ = self._forms
        return self._near(
            forms, at, rank(forms, [normals[n] for n in at], [keys[n] for n in at], limit + 4, shared), limit
        )

    def nearest_of_all(self, name: str, limit: int = 10) -> Sequence[Near]:
        """As StoredRows has it: every name compared, none left out by the index."""
        forms = forms_of(name)
        normals, keys, _ = self._forms
        return self._near(forms, range(len(normals)), rank(forms, normals, keys, limit + 4), limit)

    def _near(
        self, forms: NameForms, numbers: Sequence[int], ranked: Sequence[tuple[int, float]], limit: int
    ) -> tuple[Near, ...]:
        """The ranked names that aren't the asked one, one for each holder, the closest first."""
        normals, _, rows = self._forms
        out: dict[int, Near] = {}
        for place, score in ranked:
            number = numbers[place]
            row = rows[number]
            if normals[number] != forms.normal and id(row) not in out and len(out) < limit:
                out[id(row)] = Near(row, min(score, 0.99), difference(forms.normal, normals[number]))
        return tuple(sorted(out.values(), key=lambda n: -n.score))

    def listed(self, kind: str) -> Listed | None:
        """As in ports.Rows."""
        return self._lists.get(kind)

    def listed_about(self, kind: str, name: str | None, uscc: str | None) -> Listed | None:
        """As `listed.listed_about`."""
        whole = self._lists.get(kind)
        return whole.about(name, uscc) if whole is not None else None

    def unread(self, number: str | None, name: str | None) -> str | None:
        """As in ports.Rows."""
        found = self._unread.get(number_key(number or "")) or self._unread.get(normal_form(name or ""))
        return f"line {found.line}: {found.reason}" if found else None

    def complete_for(self, scheme: str | None, on: date, province: str | None = None) -> bool:
        """As in ports.Rows."""
        return is_complete(self.info.complete, scheme, on, province, self.info.snapshot)

    def sole_holder(self) -> str | None:
        """As in ports.Rows."""
        holders = {h for h, _ in self._holders}
        return next(iter(holders)) if len(holders) == 1 else None

    @cached_property
    def _forms(self) -> tuple[list[str], list[str], list[CertificateRow]]:
        """Normal form, key and a row of the holder for every name, former ones too; the same place in all lists."""
        pairs = [(forms_of(name), row) for row in self._holders.values() for name in (row.holder, *row.former_names)]
        return [f.normal for f, _ in pairs], [f.key for f, _ in pairs], [r for _, r in pairs]

    @cached_property
    def _candidates(self) -> Candidates:
        normals, _, _ = self._forms
        return Candidates(MemoryPostings(map(forms_of, normals)))


def _add(table: dict[str, list[CertificateRow]], key: str, row: CertificateRow) -> None:
    rows = table.setdefault(key, [])
    if not rows or rows[-1] is not row:
        rows.append(row)
