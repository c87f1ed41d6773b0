"""The engine: facts in, verdicts out. Nothing is read or written; the same facts give the same bytes.

The meaning is in docs (engine): an element false or an exception true → nothing; an anchor unknown → not judged;
all shown →
`at_most`; something unknown that only a person can settle → needs_review; anything else unknown → suspected; never
above
`at_most`; no provision in force that day → not applied; a rule gives way to those in its `yields_to` that fire too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rules.condition import AnyOf, Not, Test, truth_of, within_reach
from rules.facts import Facts, Known, Unknown, Vocabulary, absence_of
from rules.outcome import Charges, ElementResult, FactUsed, Judgement, NotJudged, Outcome, Verdict
from rules.rule import Clause, Rule
from rules.source import Fault

NO_LAW = "no_provision_in_force"
OUTSIDE_SPAN = "outside_span"
NOT_IN_FORCE = "not_in_force"  # a draft or a retired rule
_ABSENT = object()
_MOST_SHAPES = 20_000  # bound of the index: a hostile input must not fill the memory
_INDEX_FACTS = 12


@dataclass(frozen=True)
class Rulebook:
    """规则库. `rules` sorted by id; `faults`: rule files (or folders) that could not be used; `hash`: of everything that
    decides: vocabulary, reasons, rule files."""

    rules: tuple[Rule, ...]
    vocabulary: Vocabulary
    statutes: Any = None  # None: every rule is taken to have a provision in force, and charges stay empty
    faults: tuple[Fault, ...] = ()
    hash: str = ""
    _days: dict[date, _Day] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rules", tuple(sorted(self.rules, key=lambda rule: rule.id)))

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of this id, or None."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def judge(
        self,
        facts: Facts,
        on: date,
        goods_value: float | None = None,
        advertising_cost: float | None = None,
    ) -> Judgement:
        """What the book says of one set of facts on the day of conduct. Amounts in yuan, for computed fines."""
        day = self.day(on)
        fired: list[tuple[Rule, Verdict]] = []
        not_judged: list[NotJudged] = []
        not_applied = list(day.not_applied)
        for rule in day.candidates(facts.known):
            result = judged(rule, facts, self.vocabulary)
            if isinstance(result, NotJudged):
                not_judged.append(result)
            elif result is not None:
                charges = self._charges(rule, facts, on, goods_value, advertising_cost)
                if charges is None:
                    not_applied.append(NotJudged(rule.id, None, NO_LAW))
                else:
                    fired.append((rule, verdict_of(rule, result, charges)))
        ids = {rule.id for rule, _ in fired}
        return Judgement(
            tuple(verdict for rule, verdict in fired if not ids.intersection(rule.yields_to)),
            tuple(not_judged),
            tuple(sorted(not_applied, key=lambda item: item.rule)),
        )

    def day(self, on: date) -> _Day:
        """The rules that can fire on a day, resolved once."""
        found = self._days.get(on)
        if found is None:
            if len(self._days) >= 400:
                self._days.clear()
            found = self._days[on] = _day_of(self, on)
        return found

    def _charges(
        self, rule: Rule, facts: Facts, on: date, goods_value: float | None, advertising_cost: float | None
    ) -> Charges | None:
        if self.statutes is None:
            return Charges()
        from rules.charges import choose  # the ground floor's other room; not needed to judge without statutes

        charges = choose(rule.charges, facts, on, self.statutes, goods_value, advertising_cost)
        return charges if charges.breaches or charges.penalties else None


@dataclass(frozen=True, slots=True)
class Result:
    """What one rule makes of one set of facts, before the law is asked."""

    outcome: Outcome
    elements: tuple[ElementResult, ...]
    exceptions: tuple[ElementResult, ...]


def judged(rule: Rule, facts: Facts, vocabulary: Vocabulary) -> Result | NotJudged | None:
    """One rule on one set of facts: a result, NotJudged for an unknown anchor, or None (an element false, an exception
    true)."""
    known = facts.known
    truths: list[bool | None] = []
    for clause in rule.elements:
        truth = clause.when.holds(known)
        if truth is False:
            return None
        truths.append(truth)
    excepted: list[bool | None] = []
    for clause in rule.exceptions:
        truth = clause.when.holds(known)
        if truth is True:
            return None
        excepted.append(truth)
    for clause, truth in zip(rule.elements, truths, strict=True):
        if clause.anchor and truth is None:
            return NotJudged(rule.id, clause.id, _reason(clause, facts))
    elements = tuple(_result(c, t, True, facts, vocabulary) for c, t in zip(rule.elements, truths, strict=True))
    exceptions = tuple(_result(c, t, False, facts, vocabulary) for c, t in zip(rule.exceptions, excepted, strict=True))
    open_ = [(c, True) for c, truth in zip(rule.elements, truths, strict=True) if truth is None]
    open_ += [(c, False) for c, truth in zip(rule.exceptions, excepted, strict=True) if truth is None]
    return Result(_capped(_outcome(open_, facts, vocabulary), rule.at_most), elements, exceptions)


def _outcome(undecided: list[tuple[Clause, bool]], facts: Facts, vocabulary: Vocabulary) -> Outcome:
    if not undecided:
        return Outcome.VIOLATION
    if any(_for_person(clause, want, facts, vocabulary) for clause, want in undecided):
        return Outcome.NEEDS_REVIEW
    return Outcome.SUSPECTED


def _capped(outcome: Outcome, at_most: Outcome) -> Outcome:
    return outcome if outcome.rank <= at_most.rank else at_most


def _for_person(clause: Clause, want: bool, facts: Facts, vocabulary: Vocabulary) -> bool:
    """Whether only a person can settle the clause: more data could not bring it to `want` (elements true, exceptions
    false)."""
    tree, known = clause.when.tree, facts.known
    return not within_reach(tree, known, lambda name: vocabulary.settled_by_person(_reason_of(name, facts)), want)


def _reason(clause: Clause, facts: Facts) -> str:
    undecided = clause.when.undecided(facts.known)
    return _reason_of(undecided[0], facts) if undecided else "not_stated"


def _reason_of(name: str, facts: Facts) -> str:
    fact = facts[name]
    return fact.reason if isinstance(fact, Unknown) else absence_of(name)


def _result(clause: Clause, truth: bool | None, want: bool, facts: Facts, vocabulary: Vocabulary) -> ElementResult:
    # the question is put only where nothing but a person's answer would settle it
    ask = clause.ask if truth is None and clause.ask and _for_person(clause, want, facts, vocabulary) else None
    return ElementResult(clause.id, clause.zh, truth, clause.anchor, facts_used(clause, facts), ask)


def facts_used(clause: Clause, facts: Facts) -> tuple[FactUsed, ...]:
    """The facts a clause looked at, with value and source, or the reason why unknown."""
    used = []
    for name in clause.when.facts:
        fact = facts[name]
        if isinstance(fact, Known):
            used.append(FactUsed(name, fact.value, fact.source))
        else:
            used.append(FactUsed(name, None, None, fact.reason))
    return tuple(used)


def verdict_of(rule: Rule, result: Result, charges: Charges) -> Verdict:
    """A result in words: what is missing, what to ask, what could innocently explain it."""
    unknown = [e for e in result.elements if e.truth is None]
    missing = [e.zh for e in unknown]
    missing += [f"例外尚不能排除：{e.zh}" for e in result.exceptions if e.truth is None]
    asks = [e.ask for e in (*result.elements, *result.exceptions) if e.ask]
    return Verdict(
        rule=rule.id,
        conduct=rule.conduct,
        outcome=result.outcome,
        title=rule.title,
        summary=rule.summary,
        elements=result.elements,
        exceptions=result.exceptions,
        missing=(*missing, *rule.to_establish),
        asks=tuple(asks),
        innocent=rule.innocent,
        charges=charges,
        remedy=rule.remedy,
        yields_to=rule.yields_to,
        source=rule.path if rule.own else None,
    )


@dataclass(frozen=True, slots=True)
class Trace:
    """Why a rule said what it said on a set of facts: every clause with its truth, and the outcome or the reason for
    none."""

    rule: str
    outcome: Outcome | None
    because: str  # all_shown | unknown | element_false | exception_true | anchor_unknown
    decided_by: str | None  # the element or exception that decided
    elements: tuple[ElementResult, ...]
    exceptions: tuple[ElementResult, ...]


def trace_of(rule: Rule, facts: Facts, vocabulary: Vocabulary) -> Trace:
    """The whole reckoning of one rule on one set of facts, also where it says nothing."""
    elements = tuple(_result(c, c.when.holds(facts.known), True, facts, vocabulary) for c in rule.elements)
    exceptions = tuple(_result(c, c.when.holds(facts.known), False, facts, vocabulary) for c in rule.exceptions)
    result = judged(rule, facts, vocabulary)
    if isinstance(result, NotJudged):
        return Trace(rule.id, None, "anchor_unknown", result.element, elements, exceptions)
    if result is None:
        false = next((e.id for e in elements if e.truth is False), None)
        if false is not None:
            return Trace(rule.id, None, "element_false", false, elements, exceptions)
        holding = next((e.id for e in exceptions if e.truth is True), None)
        return Trace(rule.id, None, "exception_true", holding, elements, exceptions)
    shown = all(e.truth is not None for e in (*elements, *exceptions))
    return Trace(rule.id, result.outcome, "all_shown" if shown else "unknown", None, elements, exceptions)


@dataclass(slots=True)
class _Day:
    """The rules of one day, with the index: claims of one shape (the same values in the most telling facts) meet
    the same
    few rules. Conditions are monotone (what is false of partly known facts stays false), so nothing is lost by it."""

    rules: tuple[Rule, ...]
    not_applied: tuple[NotJudged, ...]
    telling: tuple[str, ...]
    shapes: dict[tuple[Any, ...], tuple[Rule, ...]]

    def candidates(self, known: Mapping[str, Any]) -> tuple[Rule, ...]:
        """The rules that these facts don't already exclude."""
        shape = tuple([known.get(name, _ABSENT) for name in self.telling])
        found = self.shapes.get(shape)
        if found is None:
            if len(self.shapes) >= _MOST_SHAPES:
                self.shapes.clear()
            part = {n: v for n, v in zip(self.telling, shape, strict=True) if v is not _ABSENT}
            found = tuple(rule for rule in self.rules if _possible(rule, part))
            self.shapes[shape] = found
        return found


def _possible(rule: Rule, known: Mapping[str, Any]) -> bool:
    return all(c.when.holds(known) is not False for c in rule.elements) and not any(
        c.when.holds(known) is True for c in rule.exceptions
    )


def _day_of(book: Rulebook, on: date) -> _Day:
    able: list[Rule] = []
    not_applied: list[NotJudged] = []
    for rule in book.rules:
        why = _why_not(rule, on, book.statutes)
        if why:
            not_applied.append(NotJudged(rule.id, None, why))
        else:
            able.append(rule)
    return _Day(tuple(able), tuple(not_applied), _telling(able), {})


def _why_not(rule: Rule, on: date, statutes: Any) -> str | None:
    if rule.status != "in_force":
        return NOT_IN_FORCE
    if not rule.applies_on(on):
        return OUTSIDE_SPAN
    if statutes is None or any(statutes.provision(key, on) for charge in rule.charges for key in charge.breaches):
        return None
    return NO_LAW


def _telling(rules: list[Rule]) -> tuple[str, ...]:
    """The facts that exclude most rules: those with few values that elements name outside of any alternative."""
    count: dict[str, int] = {}
    for rule in rules:
        for clause in rule.elements:
            for fact in _demanded(clause.when.tree):
                count[fact] = count.get(fact, 0) + 1
    return tuple(sorted(count, key=lambda fact: (-count[fact], fact))[:_INDEX_FACTS])


def _demanded(node: Any) -> list[str]:
    if isinstance(node, Test):
        return [node.fact] if node.op in ("is", "is_not", "in", "not_in") else []
    if isinstance(node, AnyOf | Not):
        return []
    return [fact for part in node.parts for fact in _demanded(part)]


def plainly_judged(rules: tuple[Rule, ...], facts: Facts, vocabulary: Vocabulary) -> list[tuple[str, Outcome]]:
    """The plainest interpreter: every rule, every condition read from its tree. For proofs and the benchmark."""
    out = []
    for rule in rules:
        elements = [truth_of(c.when.tree, facts.known) for c in rule.elements]
        exceptions = [truth_of(c.when.tree, facts.known) for c in rule.exceptions]
        if False in elements or True in exceptions:
            continue
        if any(c.anchor and t is None for c, t in zip(rule.elements, elements, strict=True)):
            continue
        undecided = [(c, True) for c, t in zip(rule.elements, elements, strict=True) if t is None]
        undecided += [(c, False) for c, t in zip(rule.exceptions, exceptions, strict=True) if t is None]
        out.append((rule.id, _capped(_outcome(undecided, facts, vocabulary), rule.at_most)))
    return out
