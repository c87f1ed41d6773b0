"""What every worker needs, as files that nobody changes (随单附件): register, lists, rules, attestations. Written once, opened once a process.

They lie beside the results, in OUT/ship; a worker on another machine copies them to its own disk before it opens them.
"""

from __future__ import annotations

import atexit
import gc
import hashlib
import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from socket import gethostname
from typing import Any

from compliance.checking.session import PAGE_FAULTS, CannotCheck, Checked, open_check
from compliance.collecting import no_collecting
from compliance.evidence.data_files import installed_data
from compliance.places import Place
from compliance.records import Company

GARBAGE = 20_000  # objects made before the collector looks: a page makes thousands, nearly all of them gone with it
REGISTER = "register.db"  # a snapshot of a store's register


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for, as it stands there."""

    register: str | None = None
    as_of: date | None = None
    company: str | None = None
    uscc: str | None = None
    medium: str | None = None
    rules: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    complete: tuple[str, ...] = ()
    builtin: bool = True  # the package's rules too


@dataclass(frozen=True, slots=True)
class Order:
    """附单: all that a worker must know, plain data. `files`: name in the place → sha256; `register`: file's name, REGISTER, or None;
    `rules`: (folder as the user named it, folder in the place); `reader`: `module:function` that gives the pages of a part."""

    out: str
    asked: Asked
    today: date
    register: str | None
    lists: tuple[str, ...]
    complete: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]
    attested: str | None
    files: tuple[tuple[str, str], ...]
    data: str  # hash of the package's own law, rules and words
    imports: str = ""  # mark of the imports that a snapshot holds
    reader: str = "compliance.batch.parts:pages_of"
    store: str | None = None  # address of the store that the pages are in, when they are

    @property
    def mark(self) -> str:
        """Equal for orders that must give the same findings."""
        said = (replace(self.asked, rules=(), register=None), self.today, self.register, self.lists, self.complete)
        files = [pair for pair in self.files if pair[0] != REGISTER]
        return hashlib.sha256(
            repr((said, self.rules, files, self.data, self.imports, self.reader)).encode()
        ).hexdigest()[:16]


def ship(place: Place, asked: Asked, today: date, **more: Any) -> Order:
    """Puts register, lists, rules and attestations beside the results. Raises CannotCheck, StoreError, OSError."""
    from compliance.settings import load_settings

    files: dict[str, str] = {}

    def put(name: str, path: Path) -> str:
        place.put(f"ship/{name}", path)
        with path.open("rb") as file:
            files[name] = hashlib.file_digest(file, "sha256").hexdigest()
        return name

    lists = []
    for one in asked.lists:
        kind, _, file = one.partition("=")
        lists.append(f"{kind}={put(f'lists/{kind}/{Path(file).name}', Path(file))}" if file else one)
    complete = tuple(_complete(one, put) for one in asked.complete)
    rules = []
    for number, folder in enumerate(asked.rules):
        if not Path(folder).is_dir():
            raise CannotCheck(f"--rules {folder}: no such folder")
        for path in sorted(p for p in Path(folder).rglob("*") if p.suffix in (".yaml", ".yml") and p.is_file()):
            put(f"rules/{number}/{path.relative_to(folder).as_posix()}", path)
        rules.append((folder, f"rules/{number}"))
    said = load_settings().data / "law" / "attestations.jsonl"
    attested = put("attestations.jsonl", said) if said.is_file() else None
    register, imports = _register(asked, put)
    if register == REGISTER:  # a snapshot says itself what it is complete for
        complete = tuple(one for one in complete if "=" in one)
    return Order(
        place.address, asked, today, register, tuple(lists), complete, tuple(rules), attested,
        tuple(sorted(files.items())), _data(), imports, **more,
    )  # fmt: skip


def _data() -> str:
    """Equal where law, rules, lexicons and caps of the installed package are."""
    said = hashlib.sha256()
    for name, raw in installed_data().items():
        said.update(name.encode() + hashlib.sha256(raw).digest())
    return said.hexdigest()[:16]


def _complete(said: str, put: Any) -> str:
    """A declaration whose entries stand in a file takes the file with it."""
    kind, named, file = said.partition("=")
    path = Path(file if named else said)
    if not path.is_file():
        return said
    name = put(f"complete/{kind if named else 'register'}/{path.name}", path)
    return f"{kind}={name}" if named else name


def _register(asked: Asked, put: Any) -> tuple[str | None, str]:
    """A register file goes as it is, a store's register as a snapshot: (file's name, mark of the snapshot's imports)."""
    from compliance.register_given import complete_given
    from compliance.register_open import FILES, IN_MEMORY, file_store

    spec = asked.register
    if spec is not None and spec.strip().lower() == "none":
        return None, ""
    file = Path(spec) if spec is not None and "://" not in spec and Path(spec).suffix.lower() in FILES else None
    if spec is not None and "://" not in spec and not Path(spec).exists():
        raise CannotCheck(f"--register {spec}: no such register file or database; `--register none` uses none")
    if file is not None and file.stat().st_size <= IN_MEMORY:
        return str(put(f"register/{file.name}", file)), ""
    declared = complete_given(asked.complete)
    if declared and file is None:
        raise CannotCheck("--complete goes with a register file; a store's register says it at its import")
    from compliance.store.session import open_store
    from compliance.store.snapshot import register_mark, save_snapshot

    with (
        tempfile.TemporaryDirectory(prefix="certmark-") as folder,
        file_store(file, declared) if file is not None else open_store(spec) as store,
    ):
        path = save_snapshot(store, Path(folder, REGISTER))
        return str(put(REGISTER, path)), register_mark(store)


@cache
def opened(order: Order) -> Checked:
    """What the order's pages are checked with, opened once a process and kept until it ends.

    Raises CannotCheck, also where the package that is installed here is not that of the order.
    """
    if order.data != _data():
        raise CannotCheck(
            f"{gethostname()}: other law, rules or words are installed here; install the same release there"
        )
    with no_collecting():  # nothing of what is made here goes again
        checked = _open(order)
    settle()
    return checked


def _open(order: Order) -> Checked:
    folder = _at_hand(order)
    kept = ExitStack()
    atexit.register(kept.close)
    given: dict[str, Any] = {}
    register = order.register
    if register == REGISTER:
        from compliance.store.snapshot import open_snapshot

        given["store"] = kept.enter_context(open_snapshot(folder / REGISTER))
        register = None
    elif register is None:
        register = "none"
    else:
        register = str(folder / register)
    checked = kept.enter_context(
        open_check(
            register=register,
            as_of=order.asked.as_of,
            company=order.asked.company,
            uscc=order.asked.uscc,
            medium=order.asked.medium,
            rules=[str(folder / name) for _, name in order.rules],
            lists=[_inside(folder, one) for one in order.lists],
            complete=[_inside(folder, one) for one in order.complete],
            builtin=order.asked.builtin,
            attested_in=folder / (order.attested or "attestations.jsonl"),
            **given,
        )
    )
    checked.options = replace(checked.options, today=order.today)
    checked.book = _as_named(checked.book, [(str(folder / name), said) for said, name in order.rules])
    _warm(checked)
    if "store" in given:
        given["store"].close()  # opens again when asked: a connection must not cross into a process that is split off
    return checked


def _warm(checked: Checked) -> None:
    """Loads what reading, judging and keeping need: what is not loaded here, every process that is split off would load for itself."""
    import pyarrow.parquet  # noqa: F401

    from compliance.reading.open import page_of_text

    said = "<html><body><p>本公司通过ISO9001质量管理体系认证。</p><p>本产品通过ISO9001认证。</p></body></html>"
    with suppress(*PAGE_FAULTS):  # if it can't be judged, neither can the pages, and each says so
        checked.check(replace(page_of_text(said, html=True), company=Company("示例有限公司", None, "record")))


def settle() -> None:
    """What is there stays: the collector need not look there again after every handful of pages."""
    gc.freeze()
    gc.set_threshold(GARBAGE, 20, 20)


def _at_hand(order: Order) -> Path:
    """The shipped files as a folder of this machine."""
    place = Place(order.out)
    if place.path is not None:
        return place.path / "ship"
    folder = Path(tempfile.gettempdir(), f"certmark-{os.getuid() if hasattr(os, 'getuid') else 0}-{order.mark}")
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, digest in order.files:
        copy = folder / name
        if not copy.is_file() or _digest(copy) != digest:
            place.fetch(f"ship/{name}", copy)
            if _digest(copy) != digest:
                raise CannotCheck(
                    f"{order.out}/ship/{name}: not the file that was shipped; start over in an empty place"
                )
    return folder


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _inside(folder: Path, said: str) -> str:
    """`KIND=name` or `name` with the shipped file's path, where it is one."""
    kind, named, name = said.partition("=")
    path = folder / (name if named else said)
    return (f"{kind}={path}" if named else str(path)) if path.is_file() else said


def _as_named(book: Any, folders: Sequence[tuple[str, str]]) -> Any:
    """The book with the paths of rules as the user named their folders: findings show them."""
    if not folders:
        return book

    def shown(path: str) -> str:
        for shipped, said in folders:
            if path.startswith(shipped):
                return said.rstrip("/") + path[len(shipped) :]
        return path

    return replace(book, rules=tuple(replace(rule, path=shown(rule.path)) for rule in book.rules))
