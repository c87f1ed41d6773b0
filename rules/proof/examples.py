"""A rule's examples (示例), run: facts through the engine, sentences through the whole reader (a port handed in).

An example holds when the outcome is the expected one and, where it says so, the open elements, the questions, the
cited
articles and the rule that silences it in the whole book are the expected ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rules.book.load import faults_of, halves_of
from rules.book.model import Examples, FactsExample, TextExample
from rules.engine import Rulebook
from rules.facts import Fact, Facts, Known, Unknown, Vocabulary
from rules.outcome import Judgement, Verdict
from rules.rule import Rule
from rules.source import Fault, Source, SourceError, read_source

ReadText = Callable[[TextExample], list[tuple[str, str, dict[str, Any]]]]
_SOURCE_OF_WHO = {"page": "page", "register": "register", "law": "law", "person": "person"}


@dataclass(frozen=True, slots=True)
class Run:
    """One example that was run. `wrong` is empty when it holds. `gap`: known not to hold yet, in words."""

    rule: str
    kind: str  # facts | text
    name: str
    path: str
    line: int
    wrong: tuple[str, ...] = ()
    gap: str | None = None
    expect: str = ""
    got: str = ""

    @property
    def holds(self) -> bool:
        """Whether the example counts as good: it holds and was not said to be a gap, or it is a gap and doesn't
        hold."""
        return bool(self.wrong) if self.gap else not self.wrong

    def to_json(self) -> dict[str, Any]:
        """One line of `rules test --format json`."""
        return {
            "rule": self.rule,
            "kind": self.kind,
            "name": self.name,
            "path": self.path,
            "line": self.line,
            "holds": self.holds,
            "known_gap": self.gap,
            "expect": self.expect,
            "got": self.got,
            "wrong": list(self.wrong),
        }


@dataclass(frozen=True, slots=True)
class Given:
    """The examples of one rule as read, with the facts of each and the line where it stands."""

    rule: Rule
    examples: Examples
    facts: tuple[tuple[FactsExample, Facts, int], ...] = ()
    text: tuple[tuple[TextExample, int], ...] = ()
    background: Mapping[str, Fact] = field(default_factory=dict)
    faults: tuple[Fault, ...] = field(default=())


def examples_of(rule: Rule, vocabulary: Vocabulary) -> Given:
    """The examples of a rule's file. Faults are listed with their place; a faulty example is left out."""
    path = Path(rule.path)
    if not path.is_absolute():
        home = Path(__file__).resolve().parent.parent.parent
        path = home / rule.path if (home / rule.path).is_file() else path
    source = read_source(path)
    if isinstance(source, Fault):
        return Given(rule, Examples(), faults=(source,))
    return examples_in(rule, halves_of(source).tail, vocabulary)


def examples_in(rule: Rule, source: Source, vocabulary: Vocabulary) -> Given:
    """The same from a text that starts at `examples:`."""
    try:
        data = source.data()
    except SourceError as error:
        return Given(rule, Examples(), faults=(source.fault(error.what, error.line + source.skip, error.column),))
    raw = (data or {}).get("examples") or {}
    try:
        examples = Examples.model_validate(raw)
    except ValidationError as error:
        return Given(rule, Examples(), faults=tuple(faults_of(error, source, Examples, ("examples",))))
    places = source.places()
    faults: list[Fault] = []
    background = _facts_of(examples.background, vocabulary, source, ("examples", "background"), faults)
    facts = []
    for i, example in enumerate(examples.facts):
        at = ("examples", "facts", i)
        own = _facts_of(example.given, vocabulary, source, (*at, "given"), faults)
        day: Fact = Known(example.on or examples.on, "page")
        facts.append((example, Facts({"conduct.date": day, **background, **own}), places[at][0]))
    text = tuple((example, places[("examples", "text", i)][0]) for i, example in enumerate(examples.text))
    return Given(rule, examples, tuple(facts), text, background, tuple(faults))


def _facts_of(
    raw: dict[str, Any], vocabulary: Vocabulary, source: Source, at: tuple[str | int, ...], faults: list[Fault]
) -> dict[str, Fact]:
    found: dict[str, Fact] = {}
    for name, value in raw.items():
        kind = vocabulary.kinds.get(name)
        fact: Fact
        if isinstance(value, dict) and list(value) == ["unknown"]:
            fact = Unknown(str(value["unknown"]))
        else:
            if isinstance(value, list):
                value = frozenset(value)
            fact = Known(value, _SOURCE_OF_WHO[kind.who] if kind else "page")
        trouble = vocabulary.trouble(name, fact)
        if trouble:
            faults.append(source.fault_at((*at, name), *trouble))
        else:
            found[name] = fact
    return found


def runs_of_facts(given: Given, book: Rulebook) -> list[Run]:
    """Every facts example of a rule, run through a book that holds the rule."""
    return [_run_facts(given, example, facts, line, book) for example, facts, line in given.facts]


def _run_facts(given: Given, example: FactsExample, facts: Facts, line: int, book: Rulebook) -> Run:
    rule = given.rule
    on = example.on or given.examples.on
    alone = Rulebook((rule,), book.vocabulary, book.statutes)
    judgement = alone.judge(facts, on)
    got = outcome_in(judgement, rule.id)
    wrong = []
    if got != example.expect:
        wrong.append(f"expected {example.expect}, got {got}")
    elif judgement.verdicts:
        wrong += differences(example, judgement.verdicts[0])
    if example.gives_way_to and example.gives_way_to not in fired_in(book, facts, on, rule):
        wrong.append(f"does not give way to {example.gives_way_to}")
    return Run(rule.id, "facts", example.name, rule.path, line, tuple(wrong), None, example.expect, got)


def outcome_in(judgement: Judgement, rule_id: str) -> str:
    """The outcome of one rule in a judgement: its word, `not_applied` or `none`."""
    for verdict in judgement.verdicts:
        if verdict.rule == rule_id:
            return verdict.outcome.value
    return "not_applied" if any(item.rule == rule_id for item in judgement.not_applied) else "none"


def fired_in(book: Rulebook, facts: Facts, on: date, rule: Rule) -> set[str]:
    """The rules of `yields_to` that silence this one in the whole book on these facts."""
    judgement = book.judge(facts, on)
    fired = {verdict.rule for verdict in judgement.verdicts}
    return fired.intersection(rule.yields_to) if rule.id not in fired else set()


def differences(example: FactsExample, verdict: Verdict) -> list[str]:
    """Where a verdict with the right outcome still differs from the example."""
    wrong = []
    clauses = (*verdict.elements, *verdict.exceptions)
    open_ = {c.id for c in clauses if c.truth is None}
    asked = {c.id for c in clauses if c.ask}
    if example.missing is not None and set(example.missing) != open_:
        wrong.append(f"missing is {_list(open_)}, expected {_list(example.missing)}")
    if example.asks is not None and set(example.asks) != asked:
        wrong.append(f"asks {_list(asked)}, expected {_list(example.asks)}")
    cited = articles_of(verdict)
    lacking = [article for article in example.articles or () if article not in cited]
    if lacking:
        wrong.append(f"does not cite {_list(lacking)}; cites {_list(cited)}")
    return wrong


def articles_of(verdict: Verdict) -> list[str]:
    """`law-id:article`, then `law-id#key`, of everything a verdict cites, in order."""
    provisions = [*verdict.charges.breaches, *(penalty.provision for penalty in verdict.charges.penalties)]
    return [*(f"{p.law}:{p.article}" for p in provisions), *(f"{p.law}#{p.key}" for p in provisions)]


def runs_of_text(given: Given, read_text: ReadText) -> list[Run]:
    """Every text example of a rule, run through the reader. `none` means: nothing of this rule's conduct."""
    runs = []
    for example, line in given.text:
        found = [(o, f) for conduct, o, f in read_text(example) if conduct == given.rule.conduct]
        got = str(found[0][0]) if found else "none"
        wrong = [] if got == example.expect else [f"expected {example.expect}, got {got}"]
        if not wrong and example.missing is not None and found:
            wording = {c.id: c.zh for c in (*given.rule.elements, *given.rule.exceptions)}
            said = " ".join(map(str, found[0][1].get("missing", ())))
            wrong += [
                f"`{name}` is not listed as missing" for name in example.missing if wording.get(name, name) not in said
            ]
        name, gap = example.text, example.known_gap
        runs.append(Run(given.rule.id, "text", name, given.rule.path, line, tuple(wrong), gap, example.expect, got))
    return runs


def _list(items: Iterable[str]) -> str:
    return "[" + ", ".join(sorted(items)) + "]"
