"""Conditions of rules (条件): a tree in YAML, compiled once to a three-valued predicate.

`all`, `any`, `not`, and one operator on one fact a line:
`{claim.subject: {is: product}}`, `{certificate.expires: {before: {fact: conduct.date}}}`. Kleene's logic: a fact
that is
unknown makes a test unknown (None), `all` is false as soon as one part is, `any` true as soon as one part is. The
tree stays
beside the predicate, so that tools can count, change and draw it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Any

from rules.facts import Vocabulary, near

Predicate = Callable[[Mapping[str, Any]], bool | None]
_DATE_OPS = {"before": lt, "on_or_before": le, "after": gt, "on_or_after": ge}
OPERATORS = ("is", "is_not", "in", "not_in", *_DATE_OPS, "includes", "is_known")
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class OtherFact:
    """The other side of a comparison of days: `{fact: conduct.date}`."""

    name: str


@dataclass(frozen=True, slots=True)
class Test:
    """One operator on one fact. `value`: bool, str, date, OtherFact, or a tuple of str for `in` and `not_in`."""

    __test__ = False  # not a test of pytest's

    fact: str
    op: str
    value: Any


@dataclass(frozen=True, slots=True)
class All:
    """全部成立."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """任一成立."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """不成立."""

    part: Node


Node = Test | All | AnyOf | Not


@dataclass(frozen=True, slots=True)
class Condition:
    """A tree with its compiled predicate over the known values of Facts (`facts.known`)."""

    tree: Node
    holds: Predicate = field(compare=False, repr=False)
    facts: tuple[str, ...]  # every fact named, in order of appearance

    def __reduce__(self) -> tuple[Any, ...]:
        return condition_of, (self.tree,)  # a predicate cannot be sent to another process, its tree can

    def undecided(self, known: Mapping[str, Any]) -> tuple[str, ...]:
        """The unknown facts that keep the condition from being true or false, in order of appearance; () when
        decided."""
        found = dict.fromkeys(_undecided(self.tree, known))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A mistake in a condition: where in it, what, and what to do."""

    at: tuple[str | int, ...]
    what: str
    fix: str


@lru_cache(maxsize=4096)
def condition_of(tree: Node) -> Condition:
    """The compiled condition of a tree."""
    return Condition(tree, compiled(tree), tuple(dict.fromkeys(t.fact for t in tests_of(tree, others=True))))


def tests_of(node: Node, others: bool = False) -> Iterator[Test]:
    """Every test of a tree in order; with `others`, a compared fact is given as a test of its own."""
    if isinstance(node, Test):
        yield node
        if others and isinstance(node.value, OtherFact):
            yield Test(node.value.name, "is_known", True)
    elif isinstance(node, Not):
        yield from tests_of(node.part, others)
    else:
        for part in node.parts:
            yield from tests_of(part, others)


def compiled(node: Node) -> Predicate:
    """The closure that judges a tree: True, False, or None for unknown."""
    if isinstance(node, Test):
        return _compiled_test(node)
    if isinstance(node, Not):
        inner = compiled(node.part)

        def negated(known: Mapping[str, Any]) -> bool | None:
            truth = inner(known)
            return None if truth is None else not truth

        return negated
    parts = tuple(compiled(part) for part in node.parts)
    if len(parts) == 1:
        return parts[0]
    decisive = isinstance(node, AnyOf)

    def joined(known: Mapping[str, Any]) -> bool | None:
        unknown = False
        for part in parts:
            truth = part(known)
            if truth is decisive:
                return decisive
            unknown = unknown or truth is None
        return None if unknown else not decisive

    return joined


def _compiled_test(test: Test) -> Predicate:
    fact, op, value = test.fact, test.op, test.value
    if op in _DATE_OPS:
        compare = _DATE_OPS[op]
        if isinstance(value, OtherFact):
            other = value.name

            def against_fact(known: Mapping[str, Any]) -> bool | None:
                left, right = known.get(fact), known.get(other)
                return None if left is None or right is None else compare(left, right)

            return against_fact

        def against_day(known: Mapping[str, Any]) -> bool | None:
            left = known.get(fact)
            return None if left is None else compare(left, value)

        return against_day
    if op == "is_known":
        return lambda known: (fact in known) is value
    if op == "includes":

        def included(known: Mapping[str, Any]) -> bool | None:
            members = known.get(fact)
            return None if members is None else value in members

        return included
    wanted = frozenset(value) if isinstance(value, tuple) else frozenset([value])
    positive = op in ("is", "in")

    def member(known: Mapping[str, Any]) -> bool | None:
        found = known.get(fact, _ABSENT)
        return None if found is _ABSENT else (found in wanted) is positive

    return member


def truth_of(node: Node, known: Mapping[str, Any]) -> bool | None:
    """The same truth without compiling: the plain reading of the tree, for proofs and comparison."""
    if isinstance(node, Test):
        return _compiled_test(node)(known)
    if isinstance(node, Not):
        truth = truth_of(node.part, known)
        return None if truth is None else not truth
    truths = [truth_of(part, known) for part in node.parts]
    decisive = isinstance(node, AnyOf)
    if decisive in truths:
        return decisive
    return None if None in truths else not decisive


def within_reach(node: Node, known: Mapping[str, Any], beyond: Callable[[str], bool], want: bool) -> bool:
    """Whether the tree could come out as `want` if every unknown fact came out kindly, but for those `beyond` reach.

    What only a person can know is beyond the reach of more data: `any: [A, B]` with A a matter of data is within it, `all:
    [A, B]` with B a matter for a person is not.
    """
    return _hoped(node, known, beyond, want) is want


def _hoped(node: Node, known: Mapping[str, Any], beyond: Callable[[str], bool], want: bool) -> bool | None:
    if isinstance(node, Test):
        truth = _compiled_test(node)(known)
        if truth is not None:
            return truth
        absent = [t.fact for t in tests_of(node, others=True) if t.fact not in known]
        return None if any(beyond(fact) for fact in absent) else want
    if isinstance(node, Not):
        truth = _hoped(node.part, known, beyond, not want)
        return None if truth is None else not truth
    truths = [_hoped(part, known, beyond, want) for part in node.parts]
    decisive = isinstance(node, AnyOf)
    if decisive in truths:
        return decisive
    return None if None in truths else not decisive


def _undecided(node: Node, known: Mapping[str, Any]) -> Iterator[str]:
    if truth_of(node, known) is not None:
        return
    if isinstance(node, Test):
        yield from (t.fact for t in tests_of(node, others=True) if t.fact not in known)
    elif isinstance(node, Not):
        yield from _undecided(node.part, known)
    else:
        for part in node.parts:
            yield from _undecided(part, known)


def parsed(raw: Any, vocabulary: Vocabulary, may_ask_known: bool = False) -> tuple[Node | None, list[Trouble]]:
    """The tree of a condition as written, or None with every mistake found. `is_known` only where `may_ask_known`."""
    troubles: list[Trouble] = []
    node = _Parser(vocabulary, may_ask_known, troubles).node(raw, ())
    return (None if troubles else node), troubles


@dataclass(slots=True)
class _Parser:
    vocabulary: Vocabulary
    may_ask_known: bool
    troubles: list[Trouble]

    def node(self, raw: Any, at: tuple[str | int, ...]) -> Node | None:
        if not isinstance(raw, dict) or len(raw) != 1:
            what = f"a condition with {len(raw)} entries" if isinstance(raw, dict) else "not a condition"
            return self._wrong(at, what, "write one fact, or `all:`, `any:`, `not:` with its parts")
        ((key, value),) = raw.items()
        here = (*at, key)
        if key in ("all", "any"):
            if not isinstance(value, list) or not value:
                return self._wrong(here, f"`{key}` without a list of conditions", f"write `{key}: [..., ...]`")
            parts = [self.node(part, (*here, i)) for i, part in enumerate(value)]
            good = tuple(part for part in parts if part is not None)
            return All(good) if key == "all" else AnyOf(good)
        if key == "not":
            part = self.node(value, here)
            return None if part is None else Not(part)
        return self._test(key, value, here)

    def _test(self, fact: str, raw: Any, at: tuple[str | int, ...]) -> Node | None:
        if fact not in self.vocabulary.kinds:
            return self._wrong(at, *self.vocabulary.unknown_name(fact))
        if not isinstance(raw, dict) or len(raw) != 1:
            return self._wrong(at, f"`{fact}` needs one operator", f"as `{{{fact}: {{is: ...}}}}`")
        ((op, value),) = raw.items()
        here = (*at, op)
        if op not in OPERATORS:
            return self._wrong(
                here, f"unknown operator `{op}`", near(op, OPERATORS) or "one of " + ", ".join(OPERATORS)
            )
        kind = self.vocabulary.kinds[fact].type
        if op == "is_known":
            if not self.may_ask_known:
                return self._wrong(here, "`is_known` stands only in `when` of charges", "ignorance proves no element")
            return Test(fact, op, value) if isinstance(value, bool) else self._wrong(here, "not a yes or no", "`true`")
        if op in _DATE_OPS:
            return self._comparison(fact, op, value, here)
        if (op == "includes") is not (kind == "set"):
            return self._wrong(here, f"`{op}` does not fit `{fact}`, which is of type {kind}", "see facts.yaml")
        if kind == "date":
            return self._wrong(here, f"`{op}` does not fit a day", "use " + ", ".join(_DATE_OPS))
        if op in ("in", "not_in"):
            if not isinstance(value, list) or not value:
                return self._wrong(here, f"`{op}` needs a list", f"write `{op}: [..., ...]`")
            for i, member in enumerate(value):
                self._check(fact, member, (*here, i))
            if any(not isinstance(member, str | bool) for member in value):
                return None
            if len(set(value)) < len(value):
                return self._wrong(here, "a value given twice", "keep one of them")
            return Test(fact, op, tuple(value))
        self._check(fact, value, here)
        return Test(fact, op, value)

    def _comparison(self, fact: str, op: str, value: Any, at: tuple[str | int, ...]) -> Node | None:
        if self.vocabulary.kinds[fact].type != "date":
            return self._wrong(at, f"`{op}` compares days, `{fact}` is none", "use `is` or `in`")
        if isinstance(value, dict) and list(value) == ["fact"]:
            other = value["fact"]
            if other not in self.vocabulary.kinds:
                return self._wrong((*at, "fact"), *self.vocabulary.unknown_name(str(other)))
            if self.vocabulary.kinds[other].type != "date":
                return self._wrong((*at, "fact"), f"`{other}` is no day", "name a fact of type date")
            return Test(fact, op, OtherFact(other))
        if not isinstance(value, date):
            return self._wrong(at, f"`{value}` is no day", "write 2022-11-01 or {fact: conduct.date}")
        return Test(fact, op, value)

    def _check(self, fact: str, value: Any, at: tuple[str | int, ...]) -> None:
        trouble = self.vocabulary.trouble_of_value(fact, value)
        if trouble:
            self._wrong(at, *trouble)

    def _wrong(self, at: tuple[str | int, ...], what: str, fix: str) -> Node | None:
        self.troubles.append(Trouble(at, what, fix))
        return None


def plain(node: Node) -> Any:
    """The tree as it is written in YAML."""
    if isinstance(node, All):
        return {"all": [plain(part) for part in node.parts]}
    if isinstance(node, AnyOf):
        return {"any": [plain(part) for part in node.parts]}
    if isinstance(node, Not):
        return {"not": plain(node.part)}
    value = node.value
    if isinstance(value, OtherFact):
        value = {"fact": value.name}
    return {node.fact: {node.op: list(value) if isinstance(value, tuple) else value}}
