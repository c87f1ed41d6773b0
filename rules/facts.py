"""Facts: what is known of one claim on one day, and why the rest is not known. The vocabulary names every fact
there is.

A fact is `Known(value, source)` or `Unknown(reason)`; unknown is never false. Values are bool, str (enum, text),
`date` or
frozenset of str. Names and values come from facts.yaml, reasons from reasons.yaml (术语表).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from rules.source import Fault, Source, SourceError, read_source

Value = bool | str | date | frozenset[str]
SOURCES = ("page", "register", "law", "person", "assumed")
_HERE = Path(__file__).resolve().parent
_TYPES = {"bool", "enum", "date", "text", "set"}


@dataclass(frozen=True, slots=True)
class Known:
    """已知: a value and who gave it: page, register, law, person or assumed."""

    value: Value
    source: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """未知, with the reason (reasons.yaml), which decides between `suspected` and `needs_review`."""

    reason: str


Fact = Known | Unknown


class Facts(Mapping[str, Fact]):
    """事实: an immutable mapping from names of the vocabulary to Known or Unknown.

    A fact that nobody gave is Unknown: `person_only` for `person.*`, else `not_stated`. `known` holds the bare
    values of
    what is known, for the engine. Names and values are not looked up here: `Vocabulary.facts` does that.

    >>> facts = Facts({"claim.subject": Known("product", "page")})
    >>> facts["claim.subject"].value, facts["claim.state"]
    ('product', Unknown(reason='not_stated'))
    """

    __slots__ = ("_facts", "known")

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self._facts: dict[str, Fact] = dict(facts)
        self.known: dict[str, Value] = {name: fact.value for name, fact in self._facts.items() if type(fact) is Known}

    def __getitem__(self, name: str) -> Fact:
        found = self._facts.get(name)
        return found if found is not None else Unknown(absence_of(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def __contains__(self, name: object) -> bool:
        return name in self._facts

    def __hash__(self) -> int:
        return hash(frozenset(self._facts.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Facts) and self._facts == other._facts

    def __repr__(self) -> str:
        return f"Facts({self._facts!r})"

    def with_(self, **changes: Fact) -> Facts:
        """The same facts with some changed; a dot in a name is written `__`: `claim__subject=Unknown(...)`."""
        return self.changed({name.replace("__", "."): fact for name, fact in changes.items()})

    def changed(self, changes: Mapping[str, Fact]) -> Facts:
        """The same facts with some changed."""
        return Facts({**self._facts, **changes})

    def to_json(self) -> dict[str, Any]:
        """By name, sorted: `{"value", "source"}` or `{"unknown": reason}`."""
        out: dict[str, Any] = {}
        for name in sorted(self._facts):
            fact = self._facts[name]
            out[name] = (
                {"unknown": fact.reason}
                if isinstance(fact, Unknown)
                else {"value": plain_of(fact.value), "source": fact.source}
            )
        return out


def absence_of(name: str) -> str:
    """The reason of a fact that nobody gave."""
    return "person_only" if name.startswith("person.") else "not_stated"


def plain_of(value: Value) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value


@dataclass(frozen=True, slots=True)
class FactKind:
    """One line of facts.yaml: the fact's type, its values when it is an enum or a set, who can know it, its Chinese
    name."""

    name: str
    type: str
    values: tuple[str, ...]
    who: str
    zh: str
    means: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of reasons.yaml. `settles`: `person` or `data`."""

    name: str
    settles: str
    zh: str


class VocabularyError(ValueError):
    """facts.yaml, reasons.yaml, or facts that are not of the vocabulary. `faults`: all of them."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """词汇表: every fact a rule may name and every reason a fact may be unknown for."""

    kinds: Mapping[str, FactKind]
    reasons: Mapping[str, Reason]

    def facts(self, given: Mapping[str, Fact]) -> Facts:
        """Facts checked name by name; VocabularyError with everything that is not of the vocabulary."""
        faults = []
        for name, fact in given.items():
            trouble = self.trouble(name, fact)
            if trouble:
                faults.append(Fault(name, 0, 0, trouble[0], trouble[1]))
        if faults:
            raise VocabularyError(faults)
        return Facts(given)

    def trouble(self, name: str, fact: Fact) -> tuple[str, str] | None:
        """What is wrong with one fact and what to do, or None."""
        if name not in self.kinds:
            return self.unknown_name(name)
        if isinstance(fact, Unknown):
            if fact.reason in self.reasons:
                return None
            return f"unknown reason `{fact.reason}`", near(fact.reason, self.reasons) or "reasons.yaml lists them"
        if fact.source not in SOURCES:
            return f"unknown source `{fact.source}`", "one of " + ", ".join(SOURCES)
        return self.trouble_of_value(name, fact.value)

    def unknown_name(self, name: str) -> tuple[str, str]:
        """The message for a name that is not in the vocabulary."""
        return f"unknown fact `{name}`", near(name, self.kinds) or "facts.yaml lists all facts"

    def trouble_of_value(self, name: str, value: Any) -> tuple[str, str] | None:
        """What is wrong with a value for the fact `name` (one member for a set), or None."""
        kind = self.kinds[name]
        if kind.type == "bool":
            return None if isinstance(value, bool) else (f"`{name}` cannot be `{value}`", "`true` or `false`")
        if kind.type == "date":
            return None if isinstance(value, date) else (f"`{name}` cannot be `{value}`", "a day, as 2022-11-01")
        if kind.type == "enum":
            if isinstance(value, str) and value in kind.values:
                return None
            return f"`{name}` cannot be `{value}`", near(str(value), kind.values) or "one of " + ", ".join(kind.values)
        if kind.type == "set":
            members = value if isinstance(value, frozenset) else {value}
            if all(isinstance(m, str) and (not kind.values or m in kind.values) for m in members):
                return None
            return f"`{name}` cannot be `{value}`", "members of " + ", ".join(kind.values)
        return None if isinstance(value, str) and value else (f"`{name}` cannot be `{value}`", "a word")

    def settled_by_person(self, reason: str) -> bool:
        """Whether only a person can settle what is unknown for this reason."""
        found = self.reasons.get(reason)
        return found is not None and found.settles == "person"


def near(word: str, words: Any) -> str:
    """`did you mean …?`, or an empty string when nothing is close."""
    found = difflib.get_close_matches(word, list(words), n=1, cutoff=0.6)
    return f"did you mean `{found[0]}`?" if found else ""


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """The vocabulary of the package."""
    return read_vocabulary(_HERE / "facts.yaml", _HERE / "reasons.yaml")


def read_vocabulary(facts_file: Path, reasons_file: Path) -> Vocabulary:
    """The vocabulary of two files; VocabularyError lists every fault with file, line and column."""
    faults: list[Fault] = []
    reasons = {
        name: Reason(name, line["settles"], line["zh"])
        for name, line in _lines(reasons_file, {"settles", "zh"}, set(), faults, _trouble_of_reason)
    }
    kinds = {
        name: FactKind(
            name, line["type"], tuple(line.get("values", ())), line["who"], line["zh"], line.get("means", "")
        )
        for name, line in _lines(facts_file, {"type", "who", "zh"}, {"values", "means"}, faults, _trouble_of_fact)
    }
    if faults:
        raise VocabularyError(faults)
    return Vocabulary(kinds, reasons)


def _lines(file: Path, needed: set[str], allowed: set[str], faults: list[Fault], trouble_of: Any) -> list[Any]:
    source = read_source(file)
    if isinstance(source, Fault):
        faults.append(source)
        return []
    try:
        data = source.data()
    except SourceError as error:
        faults.append(source.fault(error.what, error.line, error.column, error.fix))
        return []
    good = []
    for name, line in (data or {}).items():
        before = len(faults)
        _check_keys(source, name, line, needed, allowed, faults)
        if len(faults) == before:
            trouble = trouble_of(line)
            if trouble:
                faults.append(source.fault_at((name, *trouble[0]), trouble[1], trouble[2]))
            else:
                good.append((name, line))
    return good


def _check_keys(source: Source, name: str, line: Any, needed: set[str], allowed: set[str], faults: list[Fault]) -> None:
    if not isinstance(line, dict):
        faults.append(source.fault_at((name,), f"`{name}` has no fields", "needs " + ", ".join(sorted(needed))))
        return
    for key in line:
        if key not in needed | allowed:
            faults.append(source.fault_at((name, key), f"unknown field `{key}`", near(key, needed | allowed)))
    for key in sorted(needed - set(line)):
        faults.append(source.fault_at((name,), f"`{name}` lacks `{key}`", f"add `{key}:`"))


def _trouble_of_reason(line: dict[str, Any]) -> tuple[tuple[str, ...], str, str] | None:
    if line["settles"] not in ("person", "data"):
        return ("settles",), f"`settles` cannot be `{line['settles']}`", "`person` or `data`"
    return None


def _trouble_of_fact(line: dict[str, Any]) -> tuple[tuple[str, ...], str, str] | None:
    if line["type"] not in _TYPES:
        return ("type",), f"unknown type `{line['type']}`", near(line["type"], _TYPES) or ", ".join(sorted(_TYPES))
    if line["who"] not in SOURCES[:-1]:
        return ("who",), f"`who` cannot be `{line['who']}`", "one of " + ", ".join(SOURCES[:-1])
    values = line.get("values")
    if line["type"] == "enum" and not values:
        return (), "an enum without values", "add `values: [...]`"
    if values is not None and (line["type"] not in ("enum", "set") or not all(isinstance(v, str) for v in values)):
        return ("values",), "`values` are words of an enum or a set", "quote words like 'no'"
    return None
