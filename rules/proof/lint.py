"""What can be seen of a rule without running it (检查): words, references, conditions that cannot hold, thin
examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from rules.book.load import halves_of
from rules.condition import plain, tests_of
from rules.engine import Rulebook
from rules.facts import near
from rules.proof.examples import Given, examples_of
from rules.proof.reach import exception_facts, firing_facts
from rules.rule import Rule
from rules.source import Fault, Source, read_source

FEWEST_EXAMPLES = 12
_HOME = Path(__file__).resolve().parent


def lint(book: Rulebook) -> list[Fault]:
    """Every complaint about a book: its load faults first, then rule by rule in the order of their ids."""
    found = list(book.faults)
    for rule in book.rules:
        source = source_of(rule)
        if isinstance(source, Fault):
            found.append(source)
            continue
        found += list(_of_rule(rule, source, book))
    found += list(_of_pairs(book))
    return found


def source_of(rule: Rule) -> Source | Fault:
    """The text of a rule's file."""
    path = Path(rule.path)
    return read_source(path if path.is_absolute() or path.is_file() else _HOME.parent.parent / path)


def _of_rule(rule: Rule, source: Source, book: Rulebook) -> Iterator[Fault]:
    head = halves_of(source).head
    yield from _words(source)
    yield from _law_today(rule, head, book)
    yield from _schemes(rule, head)
    yield from _reach(rule, head, book)
    yield from _repeated(rule, head)
    given = examples_of(rule, book.vocabulary)
    yield from given.faults
    yield from _thin(rule, given, source)


@cache
def forbidden_words() -> tuple[tuple[str, str, str], ...]:
    """(word, why, instead) of wording.yaml."""
    source = read_source(_HOME / "wording.yaml")
    assert isinstance(source, Source), source
    return tuple((entry["word"], entry["why"], entry["instead"]) for entry in source.data()["forbidden"])


def _words(source: Source) -> Iterator[Fault]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if line.lstrip("- ").startswith(("text:", "because_zh:")):
            continue  # what a page says is not ours to choose; `because_zh` names an element of the provision
        for word, why, instead in forbidden_words():
            if word in line:
                yield source.fault(f"the word “{word}”: {why}", number, line.index(word) + 1, f"write: {instead}")


def _law_today(rule: Rule, head: Source, book: Rulebook) -> Iterator[Fault]:
    if book.statutes is None:
        return
    if not any(_ever(key, book) for key in rule.keys):
        yield head.fault_at(("charges",), "no provision cited was ever in force", "cite a key of rules/law")


def _ever(key: str, book: Rulebook) -> bool:
    law = key.partition("#")[0]
    try:
        versions = book.statutes.versions(law)
    except KeyError:
        return False
    return any(book.statutes.provision(key, version.in_force) for version in versions if version.in_force)


def _schemes(rule: Rule, head: Source) -> Iterator[Fault]:
    from rules.schemes import load_schemes  # the other room of data; only lint asks it

    known = {scheme.id for scheme in load_schemes().all}
    for part, clauses in (("elements", rule.elements), ("exceptions", rule.exceptions)):
        for i, clause in enumerate(clauses):
            for test in tests_of(clause.when.tree):
                if test.fact != "scheme.id":
                    continue
                for name in test.value if isinstance(test.value, tuple) else (test.value,):
                    if name not in known:
                        yield head.fault_at((part, i, "when"), f"no scheme `{name}`", near(name, known))


def _reach(rule: Rule, head: Source, book: Rulebook) -> Iterator[Fault]:
    if firing_facts(rule, book.vocabulary) is None:
        yield head.fault_at(("elements",), "no facts make every element true", "two elements contradict each other")
        return
    for i, exception in enumerate(rule.exceptions):
        if exception_facts(rule, exception, book.vocabulary) is None:
            what = f"the exception `{exception.id}` can never hold where the elements do"
            yield head.fault_at(("exceptions", i, "when"), what, "an element excludes it already")


def _repeated(rule: Rule, head: Source) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for part, clauses in (("elements", rule.elements), ("exceptions", rule.exceptions)):
        for i, clause in enumerate(clauses):
            text = repr(plain(clause.when.tree))
            if text in seen:
                yield head.fault_at((part, i, "when"), f"the same condition as `{seen[text]}`", "keep one of them")
            seen[text] = clause.id


def _thin(rule: Rule, given: Given, source: Source) -> Iterator[Fault]:
    tail = halves_of(source).tail
    line = tail.skip + 1
    total = len(given.facts) + len(given.text)
    silent = sum(e.expect == "none" for e, _, _ in given.facts) + sum(e.expect == "none" for e, _ in given.text)
    if total < FEWEST_EXAMPLES:
        yield source.fault(f"{total} examples", line, 1, f"a rule needs at least {FEWEST_EXAMPLES}")
    if silent * 2 < total:
        yield source.fault(f"only {silent} of {total} examples must not fire", line, 1, "at least half")
    if not given.text:
        yield source.fault("no text example", line, 1, "add `text:` with a sentence that fires and one that doesn't")
    names = Counter(e.name for e, _, _ in given.facts)
    for name, count in names.items():
        if count > 1:
            yield source.fault(f"{count} examples are named “{name}”", line, 1, "tell them apart")
    facts: dict[object, str] = {}
    for example, fact, number in given.facts:
        if example.gives_way_to or example.articles:
            continue  # these look at the book or at the law, not at a branch
        if fact in facts:
            what = f"“{example.name}” has the same facts as “{facts[fact]}”"
            yield source.fault(what, number, 1, "it covers no branch of its own")
        facts[fact] = example.name


def _of_pairs(book: Rulebook) -> Iterator[Fault]:
    """Two rules that always fire together: each has every element of the other."""
    shapes = {
        rule.id: (
            frozenset(repr(plain(c.when.tree)) for c in rule.elements),
            frozenset(repr(plain(c.when.tree)) for c in rule.exceptions),
        )
        for rule in book.rules
    }
    rules = {rule.id: rule for rule in book.rules}
    seen: dict[object, str] = {}
    for name, shape in shapes.items():
        if shape in seen and seen[shape] not in rules[name].yields_to and name not in rules[seen[shape]].yields_to:
            yield Fault(rules[name].path, 1, 1, f"fires exactly when `{seen[shape]}` does", "tell them apart")
        seen[shape] = name
