"""Joins the lists' reader and the store: imports a list file, opens a stored list for look-ups, says which lists are there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.register.cells import code_of, date_of, int_of
from compliance.register.cleaning import Reject
from compliance.register.files import RegisterFileError, open_register_file
from compliance.register.listed import Listed, ListEntry, ListInfo, about_one, same_firms
from compliance.register.lists import entries_of, list_kinds
from compliance.register.names import forms_of
from compliance.register.opened import Opened
from compliance.register.words import words
from rules.clock import today

if TYPE_CHECKING:
    from compliance.register_open import Taken
    from compliance.register_rejects import RejectsFile
    from compliance.store.lists import ListImport, StoredEntry
    from compliance.store.session import Store


def import_list(
    store: Store,
    path: str | Path,
    kind: str,
    source: str | None = None,
    snapshot: date | None = None,
    complete: Sequence[str] = (),
    rejects: Path | None = None,
    progress: Callable[[int, int, int], None] | None = None,
) -> Taken:
    """Imports the list file at `path` into `store`; `kind`: one of `list_kinds()`.

    As `register_open.import_register` does for certificates: bad rows to `rejects`, source and day from the file's own columns, else the
    list's name and today. Raises RegisterFileError; a killed import leaves the store as it was.
    """
    from compliance.register_open import Taken
    from compliance.register_rejects import RejectsFile
    from compliance.store.lists import import_list_rows
    from compliance.store.registers import Origin

    if kind not in list_kinds():
        raise RegisterFileError(f"{kind!r} is no kind of list; kinds: {', '.join(list_kinds())}")
    path = Path(path)
    opened = open_register_file(path, kind)
    assumed = today()
    try:
        read = entries_of(opened, kind, "", snapshot or assumed)
        held: list[ListEntry | Reject] = []
        first = _first(read, held)
        named = first.source if first else ""
        own_day = first.snapshot if first is not None and "snapshot" in opened.columns.at else None
        day = snapshot or own_day or assumed
        origin = Origin(source or named or words("lists")["kinds"][kind]["zh"], int_of(day) or 0, path.name, _sha256(path),
                        tuple(complete), kind)  # fmt: skip
        with RejectsFile(rejects) as file:
            done = import_list_rows(store, _stored(_chain(held, read), kind, file, opened, progress, origin.source, day, assumed if snapshot is None else day), origin)  # fmt: skip
    finally:
        opened.close()
    notes = [*opened.notes]
    if opened.columns.unknown:
        notes.append(f"{path}: columns not used: {', '.join(opened.columns.unknown)}")
    notes += [file.fault] if file.fault else []
    no_day = snapshot is None and own_day is None
    return Taken(done, origin.source, day, file.path, file.remarked, tuple(notes), no_day, tuple(file.first))


def stored_list(store: Store, kind: str) -> Listed | None:
    """The store's list of this kind, None when none was imported."""
    from compliance.store.lists import list_imports, list_rows

    imports = [i for i in list_imports(store) if i.kind == kind]
    if not imports:
        return None
    rows = list_rows(store, kind)
    entries = [_entry(kind, r) for r in rows if r.refused is None]
    return Listed(_info(kind, imports), entries, [r.cells.get("name", "") for r in rows if r.refused])


def stored_list_about(store: Store, kind: str, name: str | None, uscc: str | None) -> Listed | None:
    """The store's list of this kind with the rows of one firm only: a list of a country's firms is too long to be held."""
    from compliance.store.lists import list_imports, list_rows

    imports = [i for i in list_imports(store) if i.kind == kind]
    if not imports:
        return None
    rows = list_rows(store, kind, same_firms(name), code_of(uscc) if uscc else None)
    info = about_one(_info(kind, imports), name, uscc)
    return Listed(
        info, [_entry(kind, r) for r in rows if r.refused is None], [r.cells.get("name", "") for r in rows if r.refused]
    )


def stored_lists(store: Store) -> list[ListInfo]:
    """Which lists are in the store, several sources of one kind together."""
    from compliance.store.lists import list_imports

    imports = list_imports(store)
    return [_info(k, many) for k in list_kinds() if (many := [i for i in imports if i.kind == k])]


def _info(kind: str, imports: Sequence[ListImport]) -> ListInfo:
    """Several sources: joined, with the oldest day and what any of them is complete for."""
    days = [i.snapshot for i in imports if i.snapshot]
    complete = tuple(dict.fromkeys(c for i in imports for c in i.complete))
    return ListInfo(kind, "；".join(i.source for i in imports), date_of(min(days)) if days else None,
                    sum(i.rows for i in imports), complete, sum(i.rejected for i in imports))  # fmt: skip


def _entry(kind: str, row: StoredEntry) -> ListEntry:
    return ListEntry(kind, dict(row.cells), date_of(row.starts), date_of(row.ends), row.state, date_of(row.state_from),
                     row.source or "", date_of(row.seen), row.line)  # fmt: skip


def _first(read: Iterator[ListEntry | Reject], held: list[ListEntry | Reject]) -> ListEntry | None:
    """The first good row, which says the file's own source and day; what was read up to it is kept in `held`."""
    for item in read:
        held.append(item)
        if isinstance(item, ListEntry):
            return item
    return None


def _chain(held: list[ListEntry | Reject], read: Iterator[ListEntry | Reject]) -> Iterator[ListEntry | Reject]:
    yield from held
    yield from read


def _stored(
    read: Iterator[ListEntry | Reject],
    kind: str,
    file: RejectsFile,
    opened: Opened,
    progress: Callable[[int, int, int], None] | None,
    source: str,
    day: date,
    default: date,
) -> Iterator[StoredEntry]:
    """Entries as the store takes them; rejects go to the rejects file, refused rows that name somebody to the store too."""
    from compliance.store.lists import StoredEntry

    keys = words("lists")["kinds"][kind]["key"]
    for count, item in enumerate(read, 1):
        if isinstance(item, Reject):
            file.write(item)
            if not item.kept:
                named = {"name": item.holder} if item.holder else {}
                normal = forms_of(item.holder).normal if item.holder else None
                yield StoredEntry(item.line, "", named, refused=item.reason, normal=normal)
        else:
            own = item.source if item.source not in ("", source) else None
            seen = item.snapshot if item.snapshot not in (day, default) else None
            yield StoredEntry(item.line, _identity(item, keys), item.values, int_of(item.starts), int_of(item.ends), item.state,
                              int_of(item.state_from), own, int_of(seen), None, forms_of(item.get("name")).normal or None,
                              item.get("uscc") or None)  # fmt: skip
        if progress and count % 2000 == 0:
            progress(opened.at(), opened.size, count)
    file.all_read()


def _identity(entry: ListEntry, keys: Sequence[str]) -> str:
    return "\x1f".join(forms_of(entry.get(k)).normal if k == "name" else entry.get(k) for k in keys)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
