"""An imported list (名录) as it is asked: approved bodies, users of the geographical-indication mark, the compulsory catalogue.

A list says what it is complete for and of which day it is, as the register does: only inside both does absence say anything. Look-ups
give all entries that fit; what follows from them is for the facts to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from compliance.register.cells import code_of, plain_text
from compliance.register.coverage import is_complete
from compliance.register.names import forms_of, parent_of_branch
from compliance.register.words import words

ABOUT = "："
SHORT = 2  # signs a short name must have at least
_CODE = re.compile(r"CNCA-?(RF|R)-?(\d{4})-?(\d{2,4})")


@dataclass(frozen=True, slots=True)
class ListEntry:
    """名录中的一行. `values`: its cells by field of lists.yaml, blanks left out; days as `date`. `state`: as certificates have, None unknown."""

    kind: str
    values: dict[str, str]
    starts: date | None
    ends: date | None
    state: str | None
    state_from: date | None
    source: str
    snapshot: date | None
    line: int = 0

    def get(self, field: str) -> str:
        """The cell's text, "" when it is blank."""
        return self.values.get(field, "")


@dataclass(frozen=True, slots=True)
class ListInfo:
    """名录 as a whole. `complete`: what it was declared complete for; `snapshot`: the oldest day of its sources. `kind` of a list of which
    only one firm's rows are at hand: the kind, ABOUT, and the firm."""

    kind: str
    source: str
    snapshot: date | None
    rows: int
    complete: tuple[str, ...] = ()
    refused: int = 0

    @property
    def zh(self) -> str:
        """What the list is called."""
        return str(words("lists")["kinds"][self.kind.split(ABOUT)[0]]["zh"])

    def to_json(self) -> dict[str, Any]:
        """As `register stats --format json` shows it."""
        return {"kind": self.kind, "zh": self.zh, "source": self.source,
                "snapshot": self.snapshot.isoformat() if self.snapshot else None, "rows": self.rows,
                "complete": list(self.complete), "refused": self.refused}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """Entries that fit. `several`: they belong to different holders and nothing says whose is meant. `how`: code | uscc | name |
    name_key | branch | short."""

    entries: tuple[ListEntry, ...] = ()
    how: str | None = None
    several: bool = False


class Listed:
    """One kind of list, in memory. `unread`: names of rows that could not be taken in, "" for one without: their absence says nothing.
    `dated`: whether the list's day was told, and not only assumed."""

    def __init__(
        self, info: ListInfo, entries: Iterable[ListEntry], unread: Iterable[str] = (), dated: bool = True
    ) -> None:
        self.info, self.dated = info, dated
        self.entries = tuple(entries)
        unread = list(unread)
        self._unread = {forms_of(n).key for n in unread if n}
        self._nameless = any(not n for n in unread)
        self._names: dict[str, list[ListEntry]] = {}
        self._keys: dict[str, list[ListEntry]] = {}
        self._codes: dict[str, list[ListEntry]] = {}
        self._words: dict[str, list[ListEntry]] = {}
        self._short: dict[str, list[ListEntry]] = {}
        for entry in self.entries:
            self._take(entry)
        day = info.snapshot
        self._keeps_ended = day is not None and any(
            (e.ends is not None and e.ends < day) or e.state in ("revoked", "cancelled") for e in self.entries
        )

    def _take(self, entry: ListEntry) -> None:
        for name in (entry.get("name"), *names_in(entry.get("former_names"))):
            if name:
                forms = forms_of(name)
                self._names.setdefault(forms.normal, []).append(entry)
                self._keys.setdefault(forms.key, []).append(entry)
        for name in names_in(entry.get("short_name")):
            self._short.setdefault(forms_of(name).normal, []).append(entry)
        for code in {code_of(entry.get("uscc")), approval_of(entry.get("code"))} - {None}:
            self._codes.setdefault(str(code), []).append(entry)
        for word in names_in(entry.get("product")):
            self._words.setdefault(word_of(word), []).append(entry)

    def complete_on(self, on: date) -> bool:
        """Whether absence means anything on `on`: declared complete, not newer than the list by more than a month, and not
        older by more than a month unless the list keeps what has ended."""
        if not is_complete(self.info.complete, None, on, None, self.info.snapshot) or self.info.snapshot is None:
            return False
        return (self.info.snapshot - on).days <= 31 or self._keeps_ended

    def unread(self, name: str) -> bool:
        """Whether a row that could not be read may be this one's: it bore this name, or no name could be read."""
        return self._nameless or forms_of(name).key in self._unread

    def by_name(self, name: str, uscc: str | None = None) -> Found:
        """Entries of a firm: by its code, its name, or its name without legal form when that is one firm's."""
        code = code_of(uscc) if uscc else None
        if code and (hits := self._codes.get(code)):
            return Found(tuple(hits), "uscc")
        if not plain_text(name):
            return Found()
        forms = forms_of(name)
        if hits := self._names.get(forms.normal):
            return Found(tuple(hits), "name")
        if forms.form and (hits := self._keys.get(forms.key)):
            return Found(tuple(hits), "name_key", len(_firms(hits)) > 1)
        return Found()

    def body(self, name_or_code: str) -> Found:
        """认证机构: by approval number, name, former name, parent of a branch, or a short name that only one body has."""
        code = approval_of(name_or_code)
        if code is not None:
            return Found(tuple(self._codes.get(code, ())), "code")
        found = self.by_name(name_or_code)
        if found.entries:
            return found
        forms = forms_of(name_or_code)
        parent = parent_of_branch(forms.normal)
        if parent and (hits := self._names.get(parent)):
            return Found(tuple(hits), "branch")
        if hits := self._short.get(forms.normal):
            return Found(tuple(hits), "short", len(_firms(hits)) > 1)
        if forms.form or len(forms.key) < SHORT:
            return Found()
        hits = [e for key, many in self._keys.items() if forms.key in key for e in many]
        return Found(tuple(hits), "short", len(_firms(hits)) > 1) if hits else Found()

    def about(self, name: str | None, uscc: str | None) -> Listed:
        """The list with the rows of one firm only."""
        code = code_of(uscc) if uscc else None
        found = [e for n in same_firms(name) for e in self._names.get(n, ())] + list(self._codes.get(code or "", ()))
        unread = [name or ""] if name and self.unread(name) else []
        return Listed(about_one(self.info, name, uscc), {id(e): e for e in found}.values(), unread)

    def like_a_short_name(self, name: str) -> bool:
        """Whether the name holds a listed name without its legal form, or lies in one: the same body written otherwise, perhaps."""
        key = forms_of(name).key
        return any(len(one) > 3 and (one in key or key in one) for one in self._keys)

    def products(self, word: str, on: date) -> tuple[ListEntry, ...]:
        """Entries whose product is this very word, in effect on `on`."""
        return tuple(e for e in self._words.get(word_of(word), ()) if in_effect(e, on))

    def words_in(self, text: str) -> tuple[str, ...]:
        """Products of the list that stand in the text."""
        folded = word_of(text)
        return tuple(w for w in self._words if w and w in folded)


def listed_in(rows: Any, kind: str) -> Listed | None:
    """The list of this kind that `rows` holds, None when it was not imported or `rows` (or None) knows no lists."""
    ask = getattr(rows, "listed", None)
    return ask(kind) if ask is not None else None


def listed_about(rows: Any, kind: str, name: str | None, uscc: str | None) -> Listed | None:
    """As `listed_in`, with the rows of one firm only: for lists that may name every firm of a country."""
    ask = getattr(rows, "listed_about", None)
    if ask is not None:
        found: Listed | None = ask(kind, name, uscc)
        return found
    whole = listed_in(rows, kind)
    return whole.about(name, uscc) if whole is not None else None


def about_one(info: ListInfo, name: str | None, uscc: str | None) -> ListInfo:
    """The list's figures, its kind saying whose rows are at hand."""
    return replace(info, kind=f"{info.kind}{ABOUT}{uscc or ''}{name or ''}")


def same_firms(name: str | None) -> tuple[str, ...]:
    """Normal forms under which one firm may stand in a list: 有限责任公司 and 有限公司 are one legal form."""
    if not name or not plain_text(name):
        return ()
    normal = forms_of(name).normal
    other = [
        normal[: -len(a)] + b
        for a, b in (("有限责任公司", "有限公司"), ("有限公司", "有限责任公司"))
        if normal.endswith(a)
    ]
    return (normal, *other[:1])


def has_certificates(rows: Any) -> bool:
    """False when there is no register, or one into which only lists were imported."""
    return rows is not None and bool(rows.info.source or rows.info.rows)


def in_effect(entry: ListEntry, on: date) -> bool | None:
    """Whether the entry holds on `on`; None when the list can't say.

    It can't where the state has no date and the day is earlier than the list, where the term ran out after the list was made
    (a renewal would not be in it yet), and before the first day it names (lists often show the newest approval only).
    """
    if entry.state in ("revoked", "cancelled", "suspended", "expired"):
        if entry.state_from is not None:
            if on >= entry.state_from:
                return False
        elif entry.snapshot is None or on < entry.snapshot:
            return None
        else:
            return False
    if entry.ends is not None and on > entry.ends:
        return False if entry.snapshot is not None and entry.snapshot > entry.ends else None
    if entry.starts is not None and on < entry.starts:
        return None if entry.kind != "ccc_catalogue" else False
    return True


def approval_of(text: str) -> str | None:
    """The approval number (批准号) in its one spelling, None when the text is none.

    >>> approval_of("cnca－r－2016－000"), approval_of("CNCA RF 2010 00"), approval_of("示例认证有限公司")
    ('CNCA-R-2016-000', 'CNCA-RF-2010-00', None)
    """
    folded = re.sub(r"[\s‐‑‒–—―－−]+", "-", plain_text(text).upper())
    found = _CODE.search(folded)
    return f"CNCA-{found[1]}-{found[2]}-{found[3]}" if found else None


def names_in(cell: str) -> list[str]:
    """Names put into one cell (、;, / and line breaks between them)."""
    return [n.strip() for n in re.split(r"[、;；,，\n/|]+", cell) if n.strip()] if cell else []


def word_of(text: str) -> str:
    """A product's word made comparable: width, case, blanks."""
    return re.sub(r"[\s·]+", "", plain_text(text)).casefold()


@cache
def field_words() -> dict[str, dict[str, Any]]:
    """Field word (批准领域) → its group of lists.yaml."""
    return {word_of(w): group for group in words("lists")["fields"] for w in group["words"]}


def field_covers(said: Sequence[str], scheme: str, about: str) -> bool | None:
    """Whether approved fields as a list writes them hold the scheme; None when a word isn't known or the scheme stands in no group."""
    groups = []
    for cell in said:
        for word in names_in(cell):
            parts = [field_words().get(word_of(p)) for p in (word, re.sub(r"\([^()]*\)", "", plain_text(word)))]
            groups.append(next((p for p in parts if p), None))
    if any(g and (scheme in g.get("schemes", ()) or g.get("about") == about) for g in groups):
        return True
    named = any(scheme in g.get("schemes", ()) for g in words("lists")["fields"])
    return False if groups and None not in groups and named else None


def _firms(entries: Iterable[ListEntry]) -> set[str]:
    return {e.get("code") or e.get("uscc") or forms_of(e.get("name")).normal for e in entries}
