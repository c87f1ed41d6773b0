"""Clean rows packed for the store: words and parties that repeat become numbers, each told once, values stand column by column.

So a batch is small enough to come from another process, and the store writes columns without looking at a single row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from compliance.register.cells import number_key
from compliance.register.cleaning import Reject
from compliance.register.names import key_of, normal_form

Party = tuple[str, str | None]  # name, code
PACKED = ("number", "number_key", "holder", "scheme", "standard", "scope", "body", "body_code", "issued", "expires", "status",
          "status_from", "province", "manufacturer", "factory", "models", "replaced_by", "source", "snapshot", "line")  # fmt: skip


@dataclass
class Packed:
    """A batch. `columns` in the order of PACKED; words and parties in them by number (0: none, then 1, 2 … in the order told by
    `words` and `parties`, over all batches of a file). `history`, `former`: only of the rows that have any, by place."""

    columns: list[Sequence[Any]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    history: list[tuple[int, tuple[Any, ...]]] = field(default_factory=list)
    former: list[tuple[int, tuple[tuple[str, str, str], ...]]] = field(default_factory=list)  # name, normal form, key
    refused: list[tuple[int, str, str | None, str | None]] = field(
        default_factory=list
    )  # line, reason, number key, normal form
    rejects: list[Reject] = field(default_factory=list)
    rows: int = 0
    at: int = 0  # how much of the file is read
    source: str | None = None  # as the file's first row says
    snapshot: int | None = None
    notes: tuple[str, ...] = ()


class _Numbers(dict[Any, int]):
    def __init__(self) -> None:
        super().__init__({None: 0})
        self.new: list[Any] = []

    def __missing__(self, thing: Any) -> int:
        number = self[thing] = len(self)
        self.new.append(thing)
        return number

    def told(self) -> list[Any]:
        """The things met since the last call."""
        new, self.new = self.new, []
        return new


class Packer:
    """Packs the batches of one file, in order."""

    def __init__(self) -> None:
        self._words, self._parties = _Numbers(), _Numbers()

    def pack(self, columns: Sequence[Sequence[Any]], rejects: list[Reject]) -> Packed:
        """One batch; `columns` in the order of FIELDS, none when no row is good."""
        packed = Packed(rejects=rejects, rows=len(columns[0]) if columns else 0)
        packed.refused = [
            (r.line, r.reason, number_key(r.number or "") or None, normal_form(r.holder or "") or None)
            for r in rejects
            if not r.kept
        ]
        if not columns:
            return packed
        (number, key, holder, uscc, scheme, standard, scope, body, body_code, issued, expires, status, since, province, former,
         maker, factory, models, replaced_by, history, source, seen, line) = columns  # fmt: skip
        word, party = self._words.__getitem__, self._parties.__getitem__
        held = list(map(party, zip(holder, uscc, strict=True)))
        packed.columns = [
            number, key, held, list(map(word, scheme)), list(map(word, standard)), scope, list(map(word, body)), list(map(word, body_code)),
            issued, expires, status, since, list(map(word, province)), self._others(maker, holder, held), self._others(factory, holder, held),
            models, replaced_by, list(map(word, source)), seen, line,
        ]  # fmt: skip
        packed.history = [(at, h) for at, h in enumerate(history) if h] if any(history) else []
        named = ((at, names) for at, names in enumerate(former) if names) if any(former) else ()
        packed.former = [(at, tuple((n, *both_forms(n)) for n in names)) for at, names in named]
        packed.words = self._words.told()
        packed.parties = self._parties.told()
        return packed

    def _others(self, named: Sequence[str | None], holder: Sequence[str], held: Sequence[int]) -> list[int]:
        """Makers or factories: the holder itself where it has the same name."""
        party = self._parties
        return [
            0 if n is None else g if n == h else party[n, None] for n, h, g in zip(named, holder, held, strict=True)
        ]


def both_forms(name: str) -> tuple[str, str]:
    """Normal form and key of a name."""
    normal = normal_form(name)
    return normal, key_of(normal)[0]
