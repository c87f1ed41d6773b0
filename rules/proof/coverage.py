"""What the examples of a rule exercise (覆盖): each element and exception true, false and unknown; each date at its
edge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.condition import OtherFact, tests_of
from rules.engine import Result, judged
from rules.facts import Facts, Known, Unknown, Vocabulary
from rules.proof.examples import Given
from rules.proof.reach import firing_facts, satisfying
from rules.rule import Clause, Rule

_TRUTHS = (True, False, None)
_WORDS = {True: "true", False: "false", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Covered:
    """One clause: which truths some example gives it, which are lacking."""

    rule: str
    clause: str
    part: str  # element | exception | date
    seen: tuple[str, ...]
    lacking: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """One line of `rules coverage --format json`."""
        return {
            "rule": self.rule,
            "clause": self.clause,
            "part": self.part,
            "seen": list(self.seen),
            "lacking": list(self.lacking),
        }


def coverage_of(given: Given, vocabulary: Vocabulary) -> list[Covered]:
    """The coverage of one rule, clause by clause, then the edges of its comparisons of days."""
    rule = given.rule
    out = []
    for part, clauses in (("element", rule.elements), ("exception", rule.exceptions)):
        for clause in clauses:
            seen = {clause.when.holds(facts.known) for _, facts, _ in given.facts}
            out.append(_covered(rule, clause, part, [_WORDS[t] for t in _TRUTHS if t in seen], vocabulary))
    for clause in (*rule.elements, *rule.exceptions):
        out += _edges(rule, clause, given)
    return out


def _covered(rule: Rule, clause: Clause, part: str, seen: list[str], vocabulary: Vocabulary) -> Covered:
    lacking = [word for word in _WORDS.values() if word not in seen]
    for truth in (True, False):
        # a truth that no value of the facts gives cannot be exercised
        if _WORDS[truth] in lacking and satisfying([(clause, truth)], vocabulary) is None:
            lacking.remove(_WORDS[truth])
    return Covered(rule.id, clause.id, part, tuple(seen), tuple(lacking))


def _edges(rule: Rule, clause: Clause, given: Given) -> list[Covered]:
    out = []
    for test in tests_of(clause.when.tree):
        if test.op not in ("before", "on_or_before", "after", "on_or_after"):
            continue
        seen = set()
        for _, facts, _ in given.facts:
            left = facts.known.get(test.fact)
            right = facts.known.get(test.value.name) if isinstance(test.value, OtherFact) else test.value
            if isinstance(left, date) and isinstance(right, date):
                seen.add((left - right).days)
        wanted = {"before": (-1, 0), "on_or_after": (-1, 0), "after": (0, 1), "on_or_before": (0, 1)}[test.op]
        words = {-1: "the day before", 0: "the day", 1: "the day after"}
        name = f"{clause.id}: {test.fact} {test.op}"
        have = tuple(words[d] for d in (-1, 0, 1) if d in seen)
        out.append(Covered(rule.id, name, "date", have, tuple(words[d] for d in wanted if d not in seen)))
    return out


@dataclass(frozen=True, slots=True)
class Situation:
    """One situation in which a rule speaks: what is open and why, and what it then says."""

    open: str | None  # id of the clause that is open; None: everything is shown
    why: str  # all_shown | data | person
    outcome: str  # an outcome, or none
    zh: str


def situations(rule: Rule, vocabulary: Vocabulary) -> list[Situation]:
    """The table for a lawyer: all shown, then each clause open by itself for want of data, or for want of a person's
    answer."""
    base = firing_facts(rule, vocabulary)
    if base is None:
        return []
    facts = Facts({name: Known(value, vocabulary.kinds[name].who) for name, value in base.items()})
    out = [Situation(None, "all_shown", _said(rule, facts, vocabulary), "要件全部查明，没有例外")]
    for clause in (*rule.elements, *rule.exceptions):
        for why, reason in (("data", "not_stated"), ("person", "ambiguous_reading")):
            changed = facts.changed({name: Unknown(reason) for name in clause.when.facts})
            out.append(Situation(clause.id, why, _said(rule, changed, vocabulary), clause.zh))
    return out


def _said(rule: Rule, facts: Facts, vocabulary: Vocabulary) -> str:
    result = judged(rule, facts, vocabulary)
    return result.outcome.value if isinstance(result, Result) else "none"
