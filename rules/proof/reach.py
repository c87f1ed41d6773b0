"""Which situations a rule can meet: a search over the values its facts can have (可达性)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from rules.condition import OtherFact, tests_of
from rules.facts import Vocabulary
from rules.rule import Clause, Rule

_MIDDLE = date(2026, 1, 1)
_DAY = timedelta(days=1)
_MOST_STEPS = 200_000


def firing_facts(rule: Rule, vocabulary: Vocabulary) -> dict[str, Any] | None:
    """Values of the rule's facts on which every element is true and every exception false; None when there are
    none."""
    wanted = [(c, True) for c in rule.elements] + [(c, False) for c in rule.exceptions]
    return satisfying(wanted, vocabulary)


def exception_facts(rule: Rule, exception: Clause, vocabulary: Vocabulary) -> dict[str, Any] | None:
    """Values on which every element is true and this exception too, so that it alone ends the matter; None when
    there are
    none."""
    wanted = [(c, True) for c in rule.elements] + [(exception, True)]
    return satisfying(wanted, vocabulary)


def satisfying(wanted: Sequence[tuple[Clause, bool]], vocabulary: Vocabulary) -> dict[str, Any] | None:
    """Values that bring every clause to the truth wanted; None when no values do, or none within the bound of the
    search."""
    names = list(dict.fromkeys(name for clause, _ in wanted for name in clause.when.facts))
    values = {name: values_of(name, [c for c, _ in wanted], vocabulary) for name in names}
    checks: list[tuple[Callable[[Mapping[str, Any]], bool | None], bool]] = [(c.when.holds, want) for c, want in wanted]
    steps = 0

    def search(known: dict[str, Any], rest: list[str]) -> dict[str, Any] | None:
        nonlocal steps
        steps += 1
        if steps > _MOST_STEPS or any(holds(known) is (not want) for holds, want in checks):
            return None
        if all(holds(known) is want for holds, want in checks):
            return dict(known)
        if not rest:
            return None
        for value in values[rest[0]]:
            found = search({**known, rest[0]: value}, rest[1:])
            if found is not None:
                return found
        return None

    return search({}, names)


def values_of(name: str, clauses: Sequence[Clause], vocabulary: Vocabulary) -> list[Any]:
    """The values of a fact that can make a difference: all of an enum, both of a bool, the named words of a text
    and one
    other, for days the named ones and their neighbours."""
    kind = vocabulary.kinds[name]
    if kind.type == "bool":
        return [True, False]
    if kind.type == "enum":
        return list(kind.values)
    tests = [t for c in clauses for t in tests_of(c.when.tree) if t.fact == name or _other(t.value) == name]
    if kind.type == "date":
        days = {t.value for t in tests if isinstance(t.value, date)} | {_MIDDLE}
        return sorted({near for day in days for near in (day - _DAY, day, day + _DAY)})
    words: set[str] = set()
    for test in tests:
        words |= set(test.value) if isinstance(test.value, tuple) else {test.value}
    return [*sorted(words), "another"]


def _other(value: Any) -> str | None:
    return value.name if isinstance(value, OtherFact) else None


def single_unknowns(rule: Rule) -> Iterator[Clause]:
    """The clauses in reading order: elements, then exceptions."""
    yield from rule.elements
    yield from rule.exceptions
