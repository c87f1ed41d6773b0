"""Breaking a rule on purpose (变异): every small change of a rule must make one of its examples fail.

A mutant that survives is a missing example: it is listed with the facts that tell the rule from its mutant, ready
to paste.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rules.book.load import rule_of_data
from rules.condition import OPERATORS
from rules.engine import Result, Rulebook, judged
from rules.facts import Facts, Known, Unknown, Vocabulary
from rules.proof.examples import Given, articles_of, differences, fired_in, outcome_in
from rules.rule import Rule
from rules.source import Source

_OPPOSITE = {
    "is": "is_not",
    "is_not": "is",
    "in": "not_in",
    "not_in": "in",
    "before": "on_or_before",
    "on_or_before": "before",
    "after": "on_or_after",
    "on_or_after": "after",
}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: what was changed, in words, and the rule's data after it."""

    what: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no example notices, with facts that tell both rules apart (None when none were found)."""

    rule: str
    path: str
    what: str
    example: str | None
    same: bool = False  # True: no assignment of the rule's facts tells them apart; the changed words do nothing

    def to_json(self) -> dict[str, Any]:
        """One line of `rules mutate --format json`."""
        return {"rule": self.rule, "path": self.path, "what": self.what, "example": self.example, "same": self.same}


@dataclass(frozen=True, slots=True)
class Telling:
    """Facts and day on which rule and mutant differ; `articles`: keys that only the rule cites."""

    facts: Facts
    on: date
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mutation:
    """What became of all mutants of a rule."""

    rule: str
    mutants: int
    survivors: tuple[Survivor, ...]


def mutants_of(data: dict[str, Any], vocabulary: Vocabulary, charges_too: bool = False) -> Iterator[Mutant]:
    """Every mutant of a rule's plain data. `charges_too`: also each condition of its charges, which cases of law
    test."""
    yield from _of_clauses(data, "elements", vocabulary)
    yield from _of_clauses(data, "exceptions", vocabulary)
    for level in ("violation", "suspected", "needs_review"):
        if level != data["at_most"]:
            yield Mutant(f"at_most: {level}", {**data, "at_most": level})
    yield from _of_span(data)
    yield from _of_keys(data)
    if charges_too:
        yield from _of_charges(data, vocabulary)
    for i, name in enumerate(data.get("yields_to", [])):
        yield Mutant(f"yields_to without {name}", _without(data, ("yields_to", i)))


def _of_clauses(data: dict[str, Any], part: str, vocabulary: Vocabulary) -> Iterator[Mutant]:
    for i, clause in enumerate(data.get(part, [])):
        name = f"{part}/{clause['id']}"
        if part == "exceptions" or len(data[part]) > 1:
            yield Mutant(f"{name} dropped", _without(data, (part, i)))
        yield Mutant(f"{name} negated", _with(data, (part, i, "when"), {"not": clause["when"]}))
        if part == "elements":
            yield Mutant(f"{name} anchor flipped", _with(data, (part, i, "anchor"), not clause.get("anchor", False)))
        if "ask_zh" in clause:
            yield Mutant(f"{name} without its question", _without(data, (part, i, "ask_zh")))
        for what, changed in changes_of(clause["when"], vocabulary):
            yield Mutant(f"{name}: {what}", _with(data, (part, i, "when"), changed))


def _of_span(data: dict[str, Any]) -> Iterator[Mutant]:
    for side, day in (data.get("applies") or {}).items():
        if isinstance(day, date):
            for moved in (day - _DAY, day + _DAY):
                yield Mutant(f"applies.{side}: {moved}", _with(data, ("applies", side), moved))


def _of_keys(data: dict[str, Any]) -> Iterator[Mutant]:
    keys: dict[str, int] = {}
    for charge in data["charges"]:
        for part in ("breaches", "penalties"):
            for key in charge.get(part, []):
                keys[key] = keys.get(key, 0) + 1
    for key in keys:
        changed = copy.deepcopy(data)
        for charge in changed["charges"]:
            for part in ("breaches", "penalties"):
                if part in charge:
                    charge[part] = [other for other in charge[part] if other != key]
        yield Mutant(f"charges without {key}", changed)


def _of_charges(data: dict[str, Any], vocabulary: Vocabulary) -> Iterator[Mutant]:
    for i, charge in enumerate(data["charges"]):
        if charge.get("when"):
            yield Mutant(f"charge {i + 1} negated", _with(data, ("charges", i, "when"), {"not": charge["when"]}))
            for what, changed in changes_of(charge["when"], vocabulary):
                yield Mutant(f"charge {i + 1}: {what}", _with(data, ("charges", i, "when"), changed))


def changes_of(raw: Any, vocabulary: Vocabulary) -> Iterator[tuple[str, Any]]:
    """Every single change inside a condition: an operator turned, a value changed or left out, a part dropped, a day
    moved."""
    ((key, value),) = raw.items()
    if key in ("all", "any"):
        if len(value) > 1:
            yield f"{key} turned", {("any" if key == "all" else "all"): value}
            for i in range(len(value)):
                yield f"{key} without part {i + 1}", {key: value[:i] + value[i + 1 :]}
        for i, part in enumerate(value):
            for what, changed in changes_of(part, vocabulary):
                yield what, {key: [*value[:i], changed, *value[i + 1 :]]}
        return
    if key == "not":
        yield "not dropped", value
        for what, changed in changes_of(value, vocabulary):
            yield what, {"not": changed}
        return
    ((op, right),) = value.items()
    if op in _OPPOSITE:
        yield f"{key} {op} → {_OPPOSITE[op]}", {key: {_OPPOSITE[op]: right}}
    yield from _changed_value(key, op, right, vocabulary)


def _changed_value(fact: str, op: str, right: Any, vocabulary: Vocabulary) -> Iterator[tuple[str, Any]]:
    kind = vocabulary.kinds[fact]
    if isinstance(right, bool):
        yield f"{fact} {op} {not right}", {fact: {op: not right}}
    elif isinstance(right, date):
        for moved in (right - _DAY, right + _DAY):
            yield f"{fact} {op} {moved}", {fact: {op: moved}}
    elif isinstance(right, list):
        if len(right) > 1:
            for i, word in enumerate(right):
                yield f"{fact} {op} without {word}", {fact: {op: right[:i] + right[i + 1 :]}}
        for word in kind.values:
            if word not in right:
                yield f"{fact} {op} also {word}", {fact: {op: [*right, word]}}
                break
    elif isinstance(right, str) and op != "includes":
        others = [word for word in kind.values if word != right] or [f"{right}-x"]
        yield f"{fact} {op} {others[0]}", {fact: {op: others[0]}}


def mutation_of(
    given: Given, data: dict[str, Any], source: Source, book: Rulebook, charges_too: bool = False
) -> Mutation:
    """Every mutant of a rule against the rule's own facts examples."""
    survivors = []
    count = 0
    for mutant in mutants_of(data, book.vocabulary, charges_too):
        rule = rule_of_data(mutant.data, source, book.vocabulary)
        count += 1
        if not isinstance(rule, Rule) or is_killed(given, rule, book):
            continue  # a mutant that does not load is noticed as well
        telling = telling_facts(given, rule, book)
        example = None if telling is None else pasteable(telling, given, book)
        survivors.append(Survivor(given.rule.id, given.rule.path, mutant.what, example, telling is None))
    return Mutation(given.rule.id, count, tuple(survivors))


def is_killed(given: Given, mutant: Rule, book: Rulebook) -> bool:
    """Whether one of the rule's examples fails with the mutant in the rule's place."""
    if mutant.charges != given.rule.charges or mutant.yields_to != given.rule.yields_to:
        return _fails_in_full(given, mutant, book)
    if (mutant.applies_from, mutant.applies_to) != (given.rule.applies_from, given.rule.applies_to):
        return _fails_in_full(given, mutant, book)
    for example, facts, _ in given.facts:
        if example.expect == "not_applied":
            continue
        said = _reckoned(mutant, facts, book.vocabulary)
        if said[0] != example.expect:
            return True
        if example.missing is not None and said[1] != set(example.missing) and said[0] != "none":
            return True
        if example.asks is not None and said[2] != set(example.asks) and said[0] != "none":
            return True
    return False


def _fails_in_full(given: Given, mutant: Rule, book: Rulebook) -> bool:
    """The same with the law asked and, for `gives_way_to`, the whole book: slower, for changes that need it."""
    alone = Rulebook((mutant,), book.vocabulary, book.statutes)
    others = tuple(mutant if rule.id == mutant.id else rule for rule in book.rules)
    whole = Rulebook(others, book.vocabulary, book.statutes)
    for example, facts, _ in given.facts:
        on = example.on or given.examples.on
        if example.gives_way_to and example.gives_way_to not in fired_in(whole, facts, on, mutant):
            return True
        if mutant.charges != given.rule.charges and not example.articles:
            continue
        judgement = alone.judge(facts, on)
        if outcome_in(judgement, mutant.id) != example.expect:
            return True
        if judgement.verdicts and differences(example, judgement.verdicts[0]):
            return True
    return False


def _reckoned(rule: Rule, facts: Facts, vocabulary: Vocabulary) -> tuple[str, set[str], set[str]]:
    """Outcome, open clauses, asked clauses of one rule, without asking the law."""
    result = judged(rule, facts, vocabulary)
    if not isinstance(result, Result):
        return "none", set(), set()
    clauses = (*result.elements, *result.exceptions)
    return result.outcome.value, {c.id for c in clauses if c.truth is None}, {c.id for c in clauses if c.ask}


def telling_facts(given: Given, mutant: Rule, book: Rulebook) -> Telling | None:
    """Facts within one step of an example on which rule and mutant differ; None when there are none."""
    if mutant.yields_to != given.rule.yields_to:
        return Telling(given.facts[0][1], given.examples.on) if given.facts else None
    if mutant.charges != given.rule.charges:
        return _telling_charges(given, mutant, book)
    for example, facts, _ in given.facts:
        for near in _one_step_from(facts, given.rule, book.vocabulary):
            if _reckoned(given.rule, near, book.vocabulary) != _reckoned(mutant, near, book.vocabulary):
                return Telling(near, example.on or given.examples.on)
    return None


def _telling_charges(given: Given, mutant: Rule, book: Rulebook) -> Telling | None:
    """Facts of an example, in some medium, on which the two cite different keys."""
    for example, facts, _ in given.facts:
        on = example.on or given.examples.on
        for medium in book.vocabulary.kinds["page.medium"].values:
            placed = facts.changed({"page.medium": Known(medium, "page")})
            before = _keys_cited(given.rule, placed, on, book)
            after = _keys_cited(mutant, placed, on, book)
            if before != after:
                lost = sorted(key for key in before - after if "#" in key)
                return Telling(placed, on, tuple(lost))
    return None


def _keys_cited(rule: Rule, facts: Facts, on: date, book: Rulebook) -> set[str]:
    judgement = Rulebook((rule,), book.vocabulary, book.statutes).judge(facts, on)
    return {key for verdict in judgement.verdicts for key in articles_of(verdict)}


def _one_step_from(facts: Facts, rule: Rule, vocabulary: Vocabulary) -> Iterator[Facts]:
    yield facts
    for name in rule.facts:
        kind = vocabulary.kinds[name]
        values: list[Any] = [True, False] if kind.type == "bool" else list(kind.values)
        if kind.type == "date":
            values = []
        for value in values:
            yield facts.changed({name: Known(value, kind.who)})
        for reason in ("not_stated", "ambiguous_reading"):
            yield facts.changed({name: Unknown(reason)})


def pasteable(telling: Telling, given: Given, book: Rulebook) -> str:
    """An example line for these facts, with what the rule says now; a person decides whether that is right."""
    facts = telling.facts
    background = given.background
    delta = []
    for name in facts:
        fact = facts[name]
        if name == "conduct.date" or (name in background and fact == background[name]):
            continue
        said = f"{{unknown: {fact.reason}}}" if isinstance(fact, Unknown) else _word(fact.value)
        delta.append(f"{name}: {said}")
    judgement = Rulebook((given.rule,), book.vocabulary, book.statutes).judge(facts, telling.on)
    parts = ["name: …"]
    if delta:
        parts.append(f"given: {{{', '.join(delta)}}}")
    if telling.on != given.examples.on:
        parts.append(f"on: {telling.on}")
    parts.append(f"expect: {outcome_in(judgement, given.rule.id)}")
    if telling.articles:
        parts.append("articles: [" + ", ".join(f"'{key}'" for key in telling.articles) + "]")
    return f"- {{{', '.join(parts)}}}"


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}'" if value in ("no", "yes", "on", "off") else str(value)


def _with(data: dict[str, Any], at: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(data)
    inner: Any = changed
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = value
    return changed


def _without(data: dict[str, Any], at: tuple[str | int, ...]) -> dict[str, Any]:
    changed = copy.deepcopy(data)
    inner: Any = changed
    for key in at[:-1]:
        inner = inner[key]
    del inner[at[-1]]
    return changed


assert set(_OPPOSITE) < set(OPERATORS)
