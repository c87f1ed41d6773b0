"""Reading rule files: every fault of a file in one go, with file, line and column; a faulty file is left out and
counted."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rules.book.model import ChargeText, ClauseText, FactsExample, RuleText, TextExample
from rules.condition import Node, condition_of, parsed
from rules.engine import Rulebook
from rules.facts import Vocabulary, load_vocabulary, near
from rules.outcome import Outcome
from rules.rule import Charge, Clause, Rule
from rules.source import Fault, Source, SourceError, read_source

_BOOK = Path(__file__).resolve().parent
_EXAMPLES = re.compile(r"^examples:.*$", re.MULTILINE)


def book_of(folders: Sequence[Path], statutes: Any, builtin: bool) -> Rulebook:
    """See `rules.book.load_book`."""
    if statutes is None:
        from rules.law import load_statutes  # read only when nobody has done so

        statutes = load_statutes()
    return assembled([*([_BOOK] if builtin else []), *folders], statutes, load_vocabulary())


def assembled(folders: Sequence[Path], statutes: Any, vocabulary: Vocabulary) -> Rulebook:
    """The book of these folders, a later folder's rule standing in place of an earlier one's with the same id."""
    faults: list[Fault] = []
    rules: dict[str, Rule] = {}
    digest = hashlib.sha256(repr((sorted(vocabulary.kinds.items()), sorted(vocabulary.reasons.items()))).encode())
    for folder in folders:
        seen: dict[str, str] = {}
        for file in rule_files(folder, faults):
            rule, text = _rule_in(file, vocabulary, folder != _BOOK, faults)
            digest.update(hashlib.sha256(text.encode()).digest())
            if rule is None:
                continue
            if rule.id in seen:
                faults.append(
                    Fault(rule.path, 1, 1, f"rule `{rule.id}` is already in {seen[rule.id]}", "give it another id")
                )
                continue
            seen[rule.id] = rule.path
            rules[rule.id] = rule
    rules = _without_bad_references(rules, statutes, faults)
    return Rulebook(tuple(rules.values()), vocabulary, statutes, tuple(faults), digest.hexdigest())


def rule_files(folder: Path, faults: list[Fault] | None = None) -> list[Path]:
    """The rule files below a folder, in a fixed order."""
    if not folder.is_dir():
        if faults is not None:
            faults.append(Fault(str(folder), 0, 0, "no such folder of rules", "check the path"))
        return []
    return sorted(p for pattern in ("*.yaml", "*.yml") for p in folder.rglob(pattern) if p.is_file())


@dataclass(frozen=True, slots=True)
class Halves:
    """A rule file cut before its examples."""

    head: Source
    tail: Source


def halves_of(source: Source) -> Halves:
    """The rule and its examples as two texts. The examples are the last part, from `examples:` at the left edge on."""
    cut = _EXAMPLES.search(source.text)
    if not cut:
        return Halves(source, Source(source.path, "", source.skip))
    head, tail = source.text[: cut.start()], source.text[cut.start() :]
    return Halves(Source(source.path, head), Source(source.path, tail, head.count("\n")))


def _rule_in(file: Path, vocabulary: Vocabulary, own: bool, faults: list[Fault]) -> tuple[Rule | None, str]:
    source = read_source(file)
    if isinstance(source, Fault):
        faults.append(source)
        return None, ""
    found = rule_of(halves_of(source).head, vocabulary, own)
    if isinstance(found, Rule):
        if found.id != file.stem:
            fault = source.fault_at(("rule",), f"rule `{found.id}` in a file named {file.name}", "name both alike")
            faults.append(fault)
            return None, source.text
        return found, source.text
    faults.extend(found)
    return None, source.text


def rule_of(source: Source, vocabulary: Vocabulary, own: bool = False) -> Rule | list[Fault]:
    """The compiled rule of a text, or every fault in it."""
    try:
        data = source.data()
    except SourceError as error:
        return [source.fault(error.what, error.line + source.skip, error.column, error.fix)]
    if not isinstance(data, dict):
        return [source.fault("not a rule", 1, 1, "start with `rule: its-id`")]
    return rule_of_data(data, source, vocabulary, own)


def rule_of_data(data: dict[str, Any], source: Source, vocabulary: Vocabulary, own: bool = False) -> Rule | list[Fault]:
    """The compiled rule of plain data (`rules mutate` changes these), or every fault with its place in `source`."""
    faults: list[Fault] = []
    text: RuleText | None = None
    try:
        text = RuleText.model_validate(data)
    except ValidationError as error:
        faults += faults_of(error, source, RuleText)
    trees: dict[str, list[Node | None]] = {
        part: _trees(data.get(part), part, source, vocabulary, faults) for part in ("elements", "exceptions", "charges")
    }
    if text is not None:
        faults += _faults_of_whole(text, source)
    if faults or text is None:
        return faults
    elements = _clauses(text.elements, trees["elements"])
    exceptions = _clauses(text.exceptions, trees["exceptions"])
    names = dict.fromkeys(f for clause in (*elements, *exceptions) for f in clause.when.facts)
    return Rule(
        id=text.rule,
        conduct=text.conduct,
        actor=text.actor,
        title=text.title_zh,
        summary=text.summary_zh,
        what=text.what_zh,
        why=text.why_zh,
        status=text.status,
        applies_from=text.applies.from_,
        applies_to=text.applies.to,
        elements=elements,
        exceptions=exceptions,
        to_establish=tuple(text.to_establish),
        innocent=tuple(text.innocent_zh),
        at_most=Outcome(text.at_most),
        charges=tuple(
            Charge(condition_of(tree) if tree else None, c.because_zh, tuple(c.breaches), tuple(c.penalties))
            for c, tree in zip(text.charges, trees["charges"], strict=True)
        ),
        yields_to=tuple(text.yields_to),
        see_also=tuple(text.see_also),
        remedy=text.remedy_zh,
        path=source.path,
        own=own,
        facts=tuple(names),
    )


def _trees(raw: Any, part: str, source: Source, vocabulary: Vocabulary, faults: list[Fault]) -> list[Node | None]:
    """The condition of each item of a part; None where there is none or it is wrong (then `faults` says so)."""
    trees: list[Node | None] = []
    for i, item in enumerate(raw if isinstance(raw, list) else []):
        tree = None
        if isinstance(item, dict) and item.get("when") is not None:
            tree, troubles = parsed(item["when"], vocabulary, may_ask_known=part == "charges")
            faults += [source.fault_at((part, i, "when", *t.at), t.what, t.fix) for t in troubles]
        elif part != "charges" and isinstance(item, dict) and "when" in item:
            faults.append(source.fault_at((part, i, "when"), "an empty condition", "write one"))
        trees.append(tree)
    return trees


def _clauses(texts: list[ClauseText], trees: list[Node | None]) -> tuple[Clause, ...]:
    return tuple(
        Clause(text.id, text.zh, condition_of(tree), text.anchor, text.ask_zh)
        for text, tree in zip(texts, trees, strict=True)
        if tree is not None
    )


def _faults_of_whole(text: RuleText, source: Source) -> list[Fault]:
    faults = []
    seen: set[str] = set()
    for part in ("elements", "exceptions"):
        for i, clause in enumerate(getattr(text, part)):
            if clause.id in seen:
                faults.append(source.fault_at((part, i, "id"), f"`{clause.id}` is given twice", "ids are unique"))
            seen.add(clause.id)
            if part == "exceptions" and clause.anchor:
                faults.append(source.fault_at((part, i, "anchor"), "an exception cannot be an anchor", "leave it out"))
    if not any(clause.anchor for clause in text.elements):
        faults.append(source.fault_at(("elements",), "no element is an anchor", "mark one that the page shows"))
    if text.applies.from_ and text.applies.to and text.applies.to < text.applies.from_:
        faults.append(source.fault_at(("applies",), "`to` is before `from`", "swap them"))
    return faults


def faults_of(error: ValidationError, source: Source, model: Any, at: tuple[str | int, ...] = ()) -> list[Fault]:
    """Pydantic's complaints as faults with places and what to do."""
    faults = []
    for item in error.errors(include_url=False):
        where = (*at, *(("from" if part == "from_" else part) for part in item["loc"]))
        name = str(where[-1]) if where else ""
        if item["type"] == "extra_forbidden":
            what, fix = f"unknown field `{name}`", near(name, _fields_beside(model, item["loc"]))
        elif item["type"] == "missing":
            what, fix = f"`{name}` is missing", f"add `{name}:`"
        else:
            what, fix = f"`{name}`: {item['msg']}", ""
        faults.append(source.fault_at(where, what, fix or "`certmark rules schema` shows what may stand here"))
    return faults


def _fields_beside(model: Any, loc: Iterable[str | int]) -> list[str]:
    names = list(loc)
    inner: dict[str, Any] = {
        "elements": ClauseText,
        "exceptions": ClauseText,
        "charges": ChargeText,
        "facts": FactsExample,
        "text": TextExample,
    }
    if len(names) > 1 and names[0] in inner:
        model = inner[str(names[0])]
    return [field.alias or name for name, field in model.model_fields.items()] + ["examples"]


def _without_bad_references(rules: dict[str, Rule], statutes: Any, faults: list[Fault]) -> dict[str, Rule]:
    """The rules whose `yields_to` and `see_also` name rules of the book and whose keys are keys of a law."""
    good = {}
    known = _keys_of(statutes)
    for rule in rules.values():
        wrong: list[tuple[str, str, str]] = []
        for part in ("yields_to", "see_also"):
            for name in getattr(rule, part):
                if name not in rules or name == rule.id:
                    wrong.append((part, f"no other rule `{name}`", near(name, rules)))
        if known is not None:
            wrong += [
                ("charges", f"no law has the key `{key}`", near(key, known)) for key in rule.keys if key not in known
            ]
        if _yields_to_itself(rule.id, rules):
            wrong.append(("yields_to", "rules that yield to each other", "let one of them stand"))
        for part, what, fix in wrong:
            faults.append(_fault_in(rule, part, what, fix))
        # a missing neighbour (its own file may be the faulty one) doesn't make a rule unusable; a wrong key does
        if not any(part == "charges" for part, _, _ in wrong) and not _yields_to_itself(rule.id, rules):
            good[rule.id] = rule
    return good


def _fault_in(rule: Rule, part: str, what: str, fix: str) -> Fault:
    word = what.split("`")[1] if "`" in what else ""
    file = Path(rule.path) if Path(rule.path).is_absolute() else _BOOK.parent.parent / rule.path
    source = read_source(file)
    if isinstance(source, Source):
        for number, line in enumerate(source.text.splitlines(), 1):
            if word and word in line and not line.startswith("rule:"):
                return source.fault(what, number, line.index(word) + 1, fix)
        return halves_of(source).head.fault_at((part,), what, fix)
    return Fault(rule.path, 1, 1, what, fix)


def _yields_to_itself(start: str, rules: dict[str, Rule]) -> bool:
    seen: set[str] = set()
    ahead = list(rules[start].yields_to)
    while ahead:
        name = ahead.pop()
        if name == start:
            return True
        if name in rules and name not in seen:
            seen.add(name)
            ahead += rules[name].yields_to
    return False


def _keys_of(statutes: Any) -> frozenset[str] | None:
    """Every `law-id#key` of the statutes, or None when they don't say."""
    keys = getattr(statutes, "keys", None)
    return frozenset(keys() if callable(keys) else keys) if keys is not None else None
