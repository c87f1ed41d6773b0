"""Joins the register's reader and the store: opens a register for checking, imports a file into the store.

`open_register` gives what `--register` names: a file, a database, the store, or nothing. A small file is read into memory, a large one
into a cached SQLite file beside it in the data folder, so that the second run starts at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.records import CertificateRow, Near, RegisterInfo
from compliance.register.cells import code_of, int_of, number_key
from compliance.register.coverage import is_complete
from compliance.register.feeding import feed, size_of
from compliance.register.files import RegisterFileError, open_register_file
from compliance.register.imports import Reading, Reject, certificate_of, plain_batches
from compliance.register.listed import Listed
from compliance.register.memory import MemoryRows
from compliance.register.names import NameForms, forms_of, grams_of, normal_form
from compliance.register.near import candidates, difference, rank, rarest
from compliance.register.packing import Packed
from compliance.register.ports import Query, Rows

if TYPE_CHECKING:
    from compliance.register_rejects import RejectsFile
    from compliance.store.registers import Imported
    from compliance.store.session import Store

MANY = 300  # questions by name from which on all names are read into memory (200 MB a million)
IN_MEMORY = 16 << 20  # bytes of a register file that is read into memory
DEFAULT_SOURCE = "登记数据"
_FILES = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".jsonl", ".ndjson", ".json", ".parquet"}


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an import: counts, the rejects file if there is one, remarks on the whole file."""

    imported: Imported
    origin: str
    snapshot: date
    rejects: Path | None
    remarked: int
    notes: tuple[str, ...]
    snapshot_assumed: bool
    first: tuple[Reject, ...] = ()


def open_register(spec: str | None, store: Store | None = None, complete: Sequence[str] = ()) -> Rows | None:
    """The register that `spec` names: path of a register file, path or URL of a store, `none`; None: the register of `store`.

    Gives None when there is none (`none`, or a store into which nothing was imported). Raises RegisterFileError, StoreError.
    """
    if spec is not None and spec.strip().lower() == "none":
        return None
    if spec is None:
        if store is None:
            from compliance.store.session import open_store

            store = open_store()
        return stored_rows(store)
    if "://" not in spec and Path(spec).suffix.lower() in _FILES:
        return _file_rows(Path(spec), tuple(complete))
    if "://" not in spec and not Path(spec).exists():
        raise RegisterFileError(f"{spec}: no such register file or database; `--register none` uses none")
    from compliance.store.session import open_store

    return stored_rows(open_store(spec))


def stored_rows(store: Store) -> Rows | None:
    """The store's register, None when nothing was imported. Only lists (名录) in it: a register without certificates
    (`listed.has_certificates` tells)."""
    from compliance.store.lists import list_imports

    rows = StoredRows(store)
    return rows if rows.info.source or list_imports(store) else None


def import_register(
    store: Store,
    path: str | Path,
    source: str | None = None,
    snapshot: date | None = None,
    complete: Sequence[str] = (),
    rejects: Path | None = None,
    progress: Callable[[int, int, int], None] | None = None,
) -> Taken:
    """Imports the register file at `path` into `store`. `progress(at, size, rows)` is called now and then.

    Bad rows go to `rejects` (CSV: line, taken, reason, what to do, row). Without `source` and `snapshot` the file's own columns say
    them, else DEFAULT_SOURCE and today. Raises RegisterFileError; a killed import leaves the store as it was.
    """
    from compliance.register_rejects import RejectsFile
    from compliance.store.registers import Origin, import_rows

    path = Path(path)
    today = date.today()
    stream = feed(path, int_of(snapshot or today))
    size = size_of(path)
    first = list(_until_row(stream))
    head = first[-1] if first else Packed()
    day = snapshot or _date(head.snapshot) or today
    origin = Origin(
        source or head.source or DEFAULT_SOURCE, int_of(day) or 0, path.name, _sha256(path), tuple(complete)
    )
    with RejectsFile(rejects) as file:
        done = import_rows(store, _told(chain(first, stream), file, size, progress), origin, _spellings)
        for number, one, other in done.several_holders:
            reason = f"number {number} stands on line {one} too, with another holder; both are in"
            file.write(Reject(other, reason, "ask the source whose it is", True))
    assumed = snapshot is None and head.snapshot is None
    return Taken(done, origin.source, day, file.path, file.remarked, head.notes, assumed, tuple(file.first))


class StoredRows:
    """`ports.Rows` over the store. `prepare` fetches what many questions need at once; asked singly it reads as it goes."""

    def __init__(self, store: Store) -> None:
        from compliance.store.register_reader import RegisterReader

        self.store = store
        self._reader = RegisterReader(store)
        self.info: RegisterInfo = self._reader.info
        self._postings: Any = None
        self._names: tuple[list[str], list[str]] | None = None
        self._former: dict[int, list[tuple[int, str, str]]] = {}
        self._close: dict[str, tuple[Near, ...]] = {}
        self._numbers: dict[str, tuple[CertificateRow, ...]] = {}
        self._codes: dict[str, tuple[CertificateRow, ...]] = {}
        self._normals: dict[str, tuple[CertificateRow, ...]] = {}
        self._keys: dict[str, tuple[CertificateRow, ...]] = {}
        self._lists: dict[str, Listed | None] = {}
        self._compared: dict[tuple[str, int], tuple[Near, ...]] = {}

    def prepare(self, queries: Sequence[Query], near: bool = True) -> None:
        """Fetches the rows of all these questions at once, with `near` the close names too; forgets those of earlier ones."""
        numbers = {number_key(q.number) for q in queries if q.number} - {""}
        codes = {c for q in queries if q.uscc and (c := code_of(q.uscc))}
        forms = {f.normal: f for q in queries if q.name and (f := forms_of(q.name)).normal}
        found = self._reader.certificates("number_key", numbers)
        self._numbers = {n: tuple(found.get(n, ())) for n in numbers}
        by_code = self._reader.certificates("uscc", codes)
        self._codes = {c: tuple(by_code.get(c, ())) for c in codes}
        self._normals = self._named("normal", set(forms))
        self._keys = self._named("key", {f.key for f in forms.values() if not self._normals[f.normal]})
        self._close = {}
        sure = [
            q
            for q in queries
            if not q.name
            or (q.number and self._numbers.get(number_key(q.number)))
            or (q.uscc and self._codes.get(code_of(q.uscc) or ""))
        ]
        if near and len(queries) - len(sure) >= MANY:
            self._names = self._names or self._reader.present_names()
        if near:
            asked = {forms_of(q.name).normal for q in queries if q.name} - {
                forms_of(q.name).normal for q in sure if q.name
            }
            self._prepare_near([forms[n] for n in asked if n in forms])

    def _prepare_near(self, asked: Sequence[NameForms]) -> None:
        if asked:
            index = self._index()
            index.counts(set().union(*map(grams_of, asked)))  # one question for all of them, and one for the lists
            index.lists(sorted({g for f in asked for g in rarest(f, index)}))
        ranked = [(f, self._ranked(f, 10)) for f in asked]
        rows = self._reader.one_each({i for _, chosen in ranked for i in chosen})
        self._close = {f.normal: _near_of(chosen, rows, 10) for f, chosen in ranked}

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
        normal = normal_form(name)
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
        if limit <= 10 and forms.normal in self._close:
            return self._close[forms.normal][:limit]
        chosen = self._ranked(forms, limit)
        return _near_of(chosen, self._reader.one_each(chosen), limit)

    def nearest_of_all(self, name: str, limit: int = 10) -> Sequence[Near]:
        """Close names by comparing with every one (about 0.1 s a million): the last check before an accusation."""
        from rapidfuzz import fuzz, process

        forms = forms_of(name)
        if (forms.normal, limit) in self._compared:
            return self._compared[forms.normal, limit]
        self._names = self._names or self._reader.present_names()
        normals, keys = self._names
        found = process.extract(forms.normal, normals, scorer=fuzz.ratio, limit=limit * 3)
        chosen = _chosen(forms, [(at, normals[at], keys[at]) for _, _, at in found], limit)
        if len(self._compared) > 20_000:
            self._compared.clear()
        near = self._compared[forms.normal, limit] = _near_of(chosen, self._reader.one_each(chosen), limit)
        return near

    def _index(self) -> Any:
        if self._postings is None:
            self._postings = self._reader.postings()
            for one in self._reader.former_names():
                self._former.setdefault(one.id, []).append((one.id, one.normal, one.key))
        return self._postings

    def _ranked(self, forms: NameForms, limit: int) -> dict[int, tuple[float, str]]:
        """The closest organisations: number → score and what differs, the best first."""
        ids = sorted(candidates(forms, self._index()))
        if self._names is not None:
            normals, keys = self._names
            named = [(i, normals[i], keys[i]) for i in ids] + [f for i in ids for f in self._former.get(i, ())]
        else:
            named = [(n.id, n.normal, n.key) for n in self._reader.names(ids)]
        return _chosen(forms, named, limit)

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

    def unread(self, number: str | None, name: str | None) -> str | None:
        """As in ports.Rows."""
        key, normal = number_key(number or ""), normal_form(name or "")
        found = self._reader.unread("number_key", key) if key else None
        return found or (self._reader.unread("normal", normal) if normal else None)

    def complete_for(self, scheme: str | None, on: date, province: str | None = None) -> bool:
        """As in ports.Rows."""
        return is_complete(self.info.complete, scheme, on, province, self.info.snapshot)

    def sole_holder(self) -> str | None:
        """As in ports.Rows."""
        return self._reader.sole_holder() if self.info.rows <= 10_000 else None

    def _named(self, column: str, asked: set[str]) -> dict[str, tuple[CertificateRow, ...]]:
        named = self._reader.named(column, asked)
        ids = {n.id for many in named.values() for n in many}
        rows = self._reader.certificates("organisation_id", ids)
        out = {}
        for key in asked:
            own = list(dict.fromkeys(n.id for n in named.get(key, ())))
            held = [r for i in own for r in rows.get(i, ())]
            if column == "normal" and not held and own:
                for party in ("maker_id", "factory_id"):
                    held += [r for many in self._reader.certificates(party, own).values() for r in many]
            out[key] = tuple(held)
        return out

    def _keep(self, table: dict[str, tuple[CertificateRow, ...]], key: str, rows: Sequence[CertificateRow]) -> None:
        if len(table) > 20_000:
            table.clear()
        table[key] = tuple(rows)


def _chosen(forms: NameForms, named: Sequence[tuple[int, str, str]], limit: int) -> dict[int, tuple[float, str]]:
    ranked = rank(forms, [(at, n, k) for at, (_, n, k) in enumerate(named)], limit * 2 + 2)
    chosen: dict[int, tuple[float, str]] = {}
    for at, score in ranked:
        number, normal, _ = named[at]
        if normal != forms.normal and number not in chosen and len(chosen) < limit + 2:
            chosen[number] = (min(score, 0.99), difference(forms.normal, normal))
    return chosen


def _near_of(chosen: dict[int, tuple[float, str]], rows: dict[int, CertificateRow], limit: int) -> tuple[Near, ...]:
    """Organisations without a row (makers only) fall out."""
    return tuple(Near(rows[i], score, why) for i, (score, why) in chosen.items() if i in rows)[:limit]


def _file_rows(path: Path, complete: tuple[str, ...]) -> Rows:
    if path.is_file() and path.stat().st_size > IN_MEMORY:
        return _cached_rows(path, complete)
    opened = open_register_file(path)
    reading = Reading(opened)
    today = date.today()
    try:
        batches = list(plain_batches(reading, int_of(today)))
    finally:
        opened.close()
    source, day = reading.source or path.name, _date(reading.snapshot) or today
    rejects = [r for _, many in batches for r in many]
    rows = [certificate_of(r, source, day) for many, _ in batches for r in many]
    return MemoryRows(rows, RegisterInfo(source, day, len(rows), complete), rejects)


def _cached_rows(path: Path, complete: tuple[str, ...]) -> Rows:
    from compliance.settings import load_settings
    from compliance.store.session import open_store

    stat = path.stat()
    mark = hashlib.sha256(f"{path.resolve()}\n{stat.st_size}\n{stat.st_mtime_ns}\n{complete}".encode()).hexdigest()[:16]
    store = open_store(load_settings().data / "registers" / f"{path.stem}-{mark}.db")
    rows = StoredRows(store)
    if not rows.info.source:
        import_register(store, path, complete=complete)
        rows = StoredRows(store)
    return rows


def _until_row(stream: Iterator[Packed]) -> Iterator[Packed]:
    """The batches up to the first that has a good row: it says the file's own source and day."""
    for packed in stream:
        yield packed
        if packed.rows:
            return


def _told(
    batches: Iterable[Packed], file: RejectsFile, size: int, progress: Callable[[int, int, int], None] | None
) -> Iterator[Packed]:
    """The batches on their way to the store: rejects are written to the rejects file, progress is told."""
    rows = 0
    for packed in batches:
        for reject in packed.rejects:
            file.write(reject)
        rows += packed.rows
        yield packed
        if progress:
            progress(packed.at, size, rows)


def _spellings(normal: str, key: str) -> tuple[str, ...]:
    """What the name index takes signs from: as `names.grams_of` asks for them."""
    body = normal.replace("(", "").replace(")", "")
    return (body,) if key in body else (body, key)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _date(day: int | None) -> date | None:
    return None if not day else date(day // 10000, day // 100 % 100, day % 100)
