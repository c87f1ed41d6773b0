"""The register in the store as `ports.Rows`: many questions at once, close names among a million."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from compliance.collecting import no_collecting
from compliance.records import CertificateRow, Near, RegisterInfo
from compliance.register.cells import code_of, number_key
from compliance.register.coverage import is_complete
from compliance.register.listed import Listed
from compliance.register.match import NEAR, NEAR_A_HIT
from compliance.register.name_lines import NameLines
from compliance.register.names import NameForms, forms_of, moved_place_keys, normal_form, parent_of_branch
from compliance.register.near import Candidates, difference, rank
from compliance.register.nearest import AllNames
from compliance.register.ports import Query
from rules.clock import today

if TYPE_CHECKING:
    from compliance.store.register_reader import Best
    from compliance.store.session import Store

MANY = 100  # questions by name from which on all names are read into memory (0.15 s and 70 MB a million)
FAR = 50  # a name less alike than this, of 100, isn't looked at in the pass over all names


class StoredRows:
    """`ports.Rows` over the store. `prepare` fetches what many questions need at once; asked singly it reads as it goes."""

    def __init__(self, store: Store) -> None:
        from compliance.store.register_reader import RegisterReader

        self.store = store
        self._reader = RegisterReader(store)
        self.info: RegisterInfo = self._reader.info
        self._index: Candidates | None = None
        self._names: tuple[NameLines, NameLines] | None = None
        self._whole: AllNames | None = None
        self._former: dict[int, list[tuple[int, str, str]]] | None = None
        self._close: dict[str, tuple[int, tuple[Near, ...]]] = {}  # how many were looked for, and they
        self._unread: dict[str, str | None] = {}
        self._numbers: dict[str, tuple[CertificateRow, ...]] = {}
        self._codes: dict[str, tuple[CertificateRow, ...]] = {}
        self._normals: dict[str, tuple[CertificateRow, ...]] = {}
        self._keys: dict[str, tuple[CertificateRow, ...]] = {}
        self._lists: dict[str, Listed | None] = {}
        self._kinds: frozenset[str] | None = None  # of lists that are in
        self._compared: dict[tuple[str, int], tuple[Near, ...]] = {}

    def prepare(self, queries: Sequence[Query], near: bool = True, whole: bool = True) -> None:
        """Fetches the rows of all these questions at once, with `near` the close names too; forgets those of earlier ones.

        Without `whole` only those that can be the answer: until the next call a holder's rows aren't all there.
        """
        best = None if whole else _best_of(queries)
        with no_collecting():
            numbers = {number_key(q.number) for q in queries if q.number} - {""}
            codes = {c for q in queries if q.uscc and (c := code_of(q.uscc))}
            forms = {f.normal: f for q in queries if q.name and (f := forms_of(q.name)).normal}
            found = self._reader.certificates("number_key", numbers)
            self._numbers = {n: tuple(found.get(n, ())) for n in numbers}
            by_code = self._reader.certificates("uscc", codes, best)
            self._codes = {c: tuple(by_code.get(c, ())) for c in codes}
            asked = set(forms)
            if near:  # of branches the firm they belong to as well: it is shown among the close ones
                asked |= {parent for normal in forms if (parent := parent_of_branch(normal))}
            self._normals = self._named("normal", asked, best)
            self._keys = self._named("key", {f.key for f in forms.values() if not self._normals[f.normal]}, best)
            self._unread = self._reader.unread_of("number_key", [n for n in numbers if not self._numbers[n]])
            self._unread |= self._reader.unread_of("normal", [n for n in forms if not self._normals[n]])
            self._close = {}
            if near:
                wanted = self._wanted(queries)
                moved = {key for f in wanted for key in moved_place_keys(f)} - self._keys.keys()
                self._keys |= self._named("key", moved, best)
                self._prepare_near(wanted)

    def _wanted(self, queries: Sequence[Query]) -> dict[NameForms, int]:
        """How many close names are asked for: none where the number or the code is there, few where the name is, else ten."""
        wanted: dict[NameForms, int] = {}
        for query in queries:
            if not query.name or (query.number and self._numbers.get(number_key(query.number))):
                continue
            if query.uscc and self._codes.get(code_of(query.uscc) or ""):
                continue
            forms = forms_of(query.name)
            rows = self._normals.get(forms.normal) or self._keys.get(forms.key, ())
            fits = not query.scheme or any(row.scheme == query.scheme for row in rows)
            one = len({row.uscc or row.holder for row in rows}) == 1
            wanted[forms] = max(wanted.get(forms, 0), NEAR_A_HIT if one and fits else NEAR)
        return wanted

    def _prepare_near(self, asked: Mapping[NameForms, int]) -> None:
        if not asked:
            return
        if len(asked) >= MANY:
            self._all_names()
        self._candidates().prepare(asked)
        ranked = [(f, limit, self._ranked(f, limit)) for f, limit in asked.items() if f.normal]
        rows = self._reader.one_each({i for _, _, chosen in ranked for i in chosen})
        self._close = {f.normal: (limit, _near_of(f, chosen, rows, limit)) for f, limit, chosen in ranked}

    def by_number(self, number: str) -> Sequence[CertificateRow]:
        """As in ports.Rows."""
        key = number_key(number)
        if key not in self._numbers:
            self._keep(self._numbers, key, self._reader.certificates("number_key", [key]).get(key, ()))
        return self._numbers[key]

    def by_uscc(self, uscc: str) -> Sequence[CertificateRow]:
        """As in ports.Rows."""
        code = code_of(uscc) or ""
        if code not in self._codes:
            self._keep(self._codes, code, self._reader.certificates("uscc", [code]).get(code, ()))
        return self._codes[code]

    def by_name(self, name: str) -> Sequence[CertificateRow]:
        """As in ports.Rows; rows that name it as manufacturer or factory too."""
        normal = forms_of(name).normal  # kept since the name was last looked at
        if not normal:
            return ()
        if normal not in self._normals:
            self._keep(self._normals, normal, self._named("normal", {normal})[normal])
        return self._normals[normal]

    def by_key(self, key: str) -> Sequence[CertificateRow]:
        """As in ports.Rows."""
        if key not in self._keys:
            self._keep(self._keys, key, self._named("key", {key})[key])
        return self._keys[key]

    def near_names(self, name: str, limit: int = 10) -> Sequence[Near]:
        """As in ports.Rows."""
        forms = forms_of(name)
        fetched, close = self._close.get(forms.normal, (0, ()))
        if limit <= fetched:
            return close[:limit]
        chosen = self._ranked(forms, limit)
        return _near_of(forms, chosen, self._reader.one_each(chosen), limit)

    def nearest_of_all(self, name: str, limit: int = 10) -> Sequence[Near]:
        """Close names by comparing with every one (about 0.03 s a million): the last check before an accusation."""
        forms = forms_of(name)
        if (forms.normal, limit) in self._compared:
            return self._compared[forms.normal, limit]
        import numpy as np

        if self._whole is None:
            self._whole = AllNames(self._all_names()[0])
        owners = np.array([at for at, _ in self._whole.nearest(forms.normal, limit * 3, FAR)], dtype=np.int64)
        named = list(zip(owners.tolist(), *self._named_at(owners), strict=True))
        named += [one for many in self._former_names().values() for one in many]
        chosen = _chosen(forms, [i for i, _, _ in named], [n for _, n, _ in named], [k for _, _, k in named], limit)
        if len(self._compared) > 20_000:
            self._compared.clear()
        near = self._compared[forms.normal, limit] = _near_of(forms, chosen, self._reader.one_each(chosen), limit)
        return near

    def _candidates(self) -> Candidates:
        if self._index is None:
            self._index = Candidates(self._reader.postings())
        return self._index

    def _all_names(self) -> tuple[NameLines, NameLines]:
        """Normal forms and keys of all organisations, at the place of their number; an empty key where it equals the normal form."""
        if self._names is None:
            normals, keys = self._reader.present_names()
            self._names = NameLines(normals), NameLines(keys)
        return self._names

    def _named_at(self, numbers: Any) -> tuple[list[str], list[str]]:
        """Normal forms and keys of the organisations with these numbers."""
        normals, keys = (names.at(numbers) for names in self._all_names())
        return normals, [key or normal for key, normal in zip(keys, normals, strict=True)]

    def _former_names(self) -> dict[int, list[tuple[int, str, str]]]:
        if self._former is None:
            self._former = {}
            for one in self._reader.former_names():
                self._former.setdefault(one[0], []).append(one)
        return self._former

    def _ranked(self, forms: NameForms, limit: int) -> dict[int, tuple[float, str]]:
        """The closest organisations: number → score and normal form, the best first."""
        numbers, shared = self._candidates().of(forms)
        if self._names is None:
            weights = dict(zip(numbers.tolist(), shared.tolist(), strict=True))
            named = self._reader.names(list(weights))
            owners, normals, keys = [n.id for n in named], [n.normal for n in named], [n.key for n in named]
            return _chosen(forms, owners, normals, keys, limit, [weights[i] for i in owners])
        if len(numbers) and numbers.max() >= len(self._names[0]):  # another process has imported since
            within = numbers < len(self._names[0])
            numbers, shared = numbers[within], shared[within]
        owners, (normals, keys) = numbers.tolist(), self._named_at(numbers)
        former = self._former_names()
        if not former.keys().isdisjoint(owners):
            weights = dict(zip(owners, shared.tolist(), strict=True))
            for number, normal, key in [one for i in owners for one in former.get(i, ())]:
                owners.append(number)
                normals.append(normal)
                keys.append(key)
            return _chosen(forms, owners, normals, keys, limit, [weights[i] for i in owners])
        return _chosen(forms, owners, normals, keys, limit, shared)

    def last_organisation(self) -> int:
        """The highest number of an organisation."""
        return self._reader.last_organisation()

    def held_by(self, ids: Sequence[int]) -> dict[int, list[CertificateRow]]:
        """The rows of these organisations, by their number."""
        return self._reader.certificates("organisation_id", ids)

    def listed(self, kind: str) -> Listed | None:
        """As in ports.Rows; read once, at the first question."""
        if kind not in self._lists:
            from compliance.register_lists import stored_list

            self._lists[kind] = stored_list(self.store, kind)
        return self._lists[kind]

    def listed_about(self, kind: str, name: str | None, uscc: str | None) -> Listed | None:
        """As `listed.listed_about`; asked of the store, firm by firm."""
        if self._kinds is None:
            from compliance.store.lists import list_imports

            self._kinds = frozenset(i.kind for i in list_imports(self.store))
        if kind not in self._kinds:
            return None
        asked = f"{kind}\n{name}\n{uscc}"
        if asked not in self._lists:
            from compliance.register_lists import stored_list_about

            if len(self._lists) > 20_000:
                self._lists.clear()
            self._lists[asked] = stored_list_about(self.store, kind, name, uscc)
        return self._lists[asked]

    def unread(self, number: str | None, name: str | None) -> str | None:
        """As in ports.Rows."""
        for column, key in (("number_key", number_key(number or "")), ("normal", normal_form(name or ""))):
            if key and key not in self._unread:
                self._unread |= self._reader.unread_of(column, [key])
            if key and (why := self._unread[key]):
                return why
        return None

    def complete_for(self, scheme: str | None, on: date, province: str | None = None) -> bool:
        """As in ports.Rows."""
        return is_complete(self.info.complete, scheme, on, province, self.info.snapshot)

    def sole_holder(self) -> str | None:
        """As in ports.Rows."""
        return self._reader.sole_holder() if self.info.rows <= 10_000 else None

    def _named(self, column: str, asked: set[str], best: Best | None = None) -> dict[str, tuple[CertificateRow, ...]]:
        """Rows by the holder's present name, then those by a former one; of makers and factories when there is neither."""
        reader = self._reader
        found = reader.certificates(column, asked, best)
        before = reader.named_before(column, asked)
        held = reader.certificates("organisation_id", {i for many in before.values() for i in many}, best)
        for key, many in before.items():
            found.setdefault(key, []).extend(row for i in dict.fromkeys(many) for row in held.get(i, ()))
        if column == "normal" and (missing := [key for key in asked if not found.get(key)]):
            for key, own in reader.named(column, missing).items():
                for party in ("maker_id", "factory_id"):
                    found.setdefault(key, []).extend(
                        r for many in reader.certificates(party, own).values() for r in many
                    )
        return {key: tuple(found.get(key, ())) for key in asked}

    def _keep(self, table: dict[str, tuple[CertificateRow, ...]], key: str, rows: Sequence[CertificateRow]) -> None:
        if len(table) > 20_000:
            table.clear()
        table[key] = tuple(rows)


def _best_of(queries: Sequence[Query]) -> Best | None:
    """The one day all these questions are about, None when there are several."""
    from compliance.store.register_reader import Best

    days = {q.on for q in queries}
    return Best(days.pop() or today(), any(q.scheme for q in queries)) if len(days) == 1 else None


def _chosen(
    forms: NameForms, owners: Sequence[int], normals: Sequence[str], keys: Sequence[str], limit: int, shared: Any = None
) -> dict[int, tuple[float, str]]:
    """Number → (score, normal form) of the nearest organisations, the nearest first; some more than `limit`: not all have rows."""
    if shared is not None:
        import numpy as np

        shared = np.asarray(shared, dtype=np.float32)
    chosen: dict[int, tuple[float, str]] = {}
    for at, score in rank(forms, normals, keys, limit + 4, shared):
        number, normal = owners[at], normals[at]
        if normal != forms.normal and number not in chosen and len(chosen) < limit + 2:
            chosen[number] = (min(score, 0.99), normal)
    return chosen


def _near_of(
    forms: NameForms, chosen: Mapping[int, tuple[float, str]], rows: Mapping[int, CertificateRow], limit: int
) -> tuple[Near, ...]:
    """Organisations without a row (makers only) fall out; those that stay stand by their score."""
    held = [(score, i, normal) for i, (score, normal) in chosen.items() if i in rows][:limit]
    held.sort(key=lambda one: -one[0])
    return tuple(Near(rows[i], score, difference(forms.normal, normal)) for score, i, normal in held)
