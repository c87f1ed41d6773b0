"""Lists and declarations given on the command line: `--list KIND=FILE`, `--complete all|FILE` and `--complete KIND=all|FILE`.

A list given so lies over the store's own of that kind for this one run; nothing is imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from compliance.records import RegisterInfo
from compliance.register.coverage import complete_of
from compliance.register.files import RegisterFileError
from compliance.register.listed import Listed, listed_about, listed_in
from compliance.register.lists import list_in_memory, list_kinds
from compliance.register.memory import MemoryRows
from compliance.register.ports import Rows
from rules.clock import today


class GivenRows:
    """A register (`ports.Rows`) with lists laid over its own. `given`: those lists."""

    def __init__(self, rows: Rows | None, lists: Iterable[Listed]) -> None:
        self._rows = rows if rows is not None else MemoryRows([], RegisterInfo("", None, 0))
        self.given = {one.info.kind: one for one in lists}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._rows, name)

    def listed(self, kind: str) -> Listed | None:
        """As in ports.Rows."""
        return self.given.get(kind) or listed_in(self._rows, kind)

    def listed_about(self, kind: str, name: str | None, uscc: str | None) -> Listed | None:
        """As `listed.listed_about`."""
        if kind in self.given:
            return self.given[kind].about(name, uscc)
        return listed_about(self._rows, kind, name, uscc)


def with_lists(rows: Rows | None, lists: Sequence[Listed]) -> Rows | None:
    """The register with these lists; as it was when there are none."""
    return GivenRows(rows, lists) if lists else rows


def lists_of(said: Sequence[str], complete: Sequence[str] = ()) -> list[Listed]:
    """The lists that `--list KIND=FILE` names, declared complete as `--complete KIND=…` says. Raises RegisterFileError."""
    declared = _declared(complete)
    files: dict[str, Path] = {}
    for one in said:
        kind, named, file = one.partition("=")
        if not named or kind not in list_kinds():
            raise RegisterFileError(f"--list {one}: write KIND=FILE; kinds: {', '.join(list_kinds())}")
        if kind in files:
            raise RegisterFileError(f"--list {one}: {kind} is given twice; put the rows into one file, or import both")
        files[kind] = Path(file)
    without = [kind for kind in declared if kind and kind not in files]
    if without:
        raise RegisterFileError(f"--complete {without[0]}=…: no --list {without[0]}=FILE is given")
    return [
        list_in_memory(path, kind, None, None, complete_of(declared[kind]) if kind in declared else ())
        for kind, path in files.items()
    ]


def complete_given(complete: Sequence[str]) -> tuple[str, ...]:
    """What the register itself is declared complete for: the `--complete` that names no list. Raises RegisterFileError."""
    said = _declared(complete).get("")
    return complete_of(said) if said is not None else ()


def said_of(rows: Rows | None) -> list[str]:
    """What the user must know of a register and lists read from files: rows refused, a day that was only assumed."""
    notes = list(getattr(rows, "notes", ()))
    for one in getattr(rows, "given", {}).values():
        notes += [f"{one.info.source}: {one.info.refused} rows refused; `certmark register import` lists each"] * bool(
            one.info.refused
        )
        if one.info.snapshot == today() and not one.dated:
            notes.append(f"{one.info.source}: day of the list not given; today is assumed")
    return notes


def _declared(complete: Sequence[str]) -> dict[str, str]:
    """Kind of list ("" for the register) → what was written."""
    out: dict[str, str] = {}
    for one in complete:
        kind, named, said = one.partition("=")
        if not named or kind not in list_kinds():
            kind, said = "", one
        if kind in out:
            raise RegisterFileError(
                f"--complete {one}: given twice for {kind or 'the register'}; put the entries into one file"
            )
        out[kind] = said
    return out
