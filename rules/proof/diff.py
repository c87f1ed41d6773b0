"""What a change of the rule book changes (差异): rules added, dropped, altered; findings gained, lost, changed over a
corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rules.book import load_book
from rules.condition import plain
from rules.engine import Rulebook
from rules.rule import Rule

# Judges the stored corpus with a book: findings by id with rule, conduct, outcome, quote and page.
Rejudge = Callable[[Rulebook], Iterable[Mapping[str, Any]]]


class CannotRejudge(RuntimeError):
    """The corpus can't be judged again; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two rule books as named on the command line: `package`, a folder of rules, or `package+DIR`."""

    folders: tuple[str, ...]
    builtin: bool
    book: Rulebook


def side_of(named: str) -> Side:
    """The rule book that a name stands for."""
    if named == "package":
        return Side((), True, load_book())
    folder = named.removeprefix("package+")
    builtin = folder != named
    return Side((folder,), builtin, load_book([Path(folder)], builtin=builtin))


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `what`: added | dropped | altered for rules; gained | lost | changed for findings."""

    what: str
    name: str  # the rule's id or the finding's
    detail: str
    rule: str
    quote: str = ""
    page: str = ""

    def to_json(self) -> dict[str, Any]:
        """One line of `rules diff --format json`."""
        return {
            "what": self.what,
            "name": self.name,
            "rule": self.rule,
            "detail": self.detail,
            "quote": self.quote,
            "page": self.page,
        }


def changes_of_rules(old: Rulebook, new: Rulebook) -> list[Change]:
    """Rules added, dropped, altered, each altered part named."""
    before, after = {r.id: r for r in old.rules}, {r.id: r for r in new.rules}
    out = [Change("dropped", name, before[name].title, name) for name in sorted(set(before) - set(after))]
    out += [Change("added", name, after[name].title, name) for name in sorted(set(after) - set(before))]
    for name in sorted(set(before) & set(after)):
        parts = altered_parts(before[name], after[name])
        if parts:
            out.append(Change("altered", name, ", ".join(parts), name))
    return out


def altered_parts(old: Rule, new: Rule) -> list[str]:
    """The names of the parts that differ: `elements/subject`, `at_most`, `charges` …"""
    parts = []
    for part in ("elements", "exceptions"):
        before = {c.id: _clause(c) for c in getattr(old, part)}
        after = {c.id: _clause(c) for c in getattr(new, part)}
        parts += [f"{part}/{name}" for name in dict.fromkeys([*before, *after]) if before.get(name) != after.get(name)]
    plain_parts = ("conduct", "title", "summary", "what", "why", "actor", "status", "applies_from", "applies_to")
    for part in (*plain_parts, "at_most", "charges", "yields_to", "see_also", "remedy", "innocent", "to_establish"):
        if getattr(old, part) != getattr(new, part):
            parts.append(part)
    return parts


def _clause(clause: Any) -> tuple[Any, ...]:
    return clause.zh, clause.anchor, clause.ask, repr(plain(clause.when.tree))


def rejudging(
    ports: Any, sides: tuple[Side, Side], since: date | None, out: str | None, by: Mapping[str, Any]
) -> Rejudge:
    """How the corpus is judged: in this process, or as a job in parts when a folder `out` or an engine is named in `by`."""

    def rejudge(book: Rulebook) -> Iterable[Mapping[str, Any]]:
        if out is None and not any(by.values()):
            found: Iterable[Mapping[str, Any]] = ports.rejudge(book, since)
            return found
        name, side = ("old", sides[0]) if book is sides[0].book else ("new", sides[1])
        place = None if out is None else f"{out.rstrip('/')}/{name}"
        found = ports.rejudge_in_parts(side.folders, side.builtin, place, since=since, **by)
        return found

    return rejudge


def changes_of_findings(old: Rulebook, new: Rulebook, rejudge: Rejudge) -> list[Change]:
    """Findings gained, lost, changed in outcome over the corpus, with quotes; sorted by what, then by id."""
    before = {f["id"]: f for f in rejudge(old)}
    after = {f["id"]: f for f in rejudge(new)}
    out = [_change("lost", before[name], before[name]["outcome"]) for name in sorted(set(before) - set(after))]
    out += [_change("gained", after[name], after[name]["outcome"]) for name in sorted(set(after) - set(before))]
    for name in sorted(set(before) & set(after)):
        if before[name]["outcome"] != after[name]["outcome"]:
            detail = f"{before[name]['outcome']} → {after[name]['outcome']}"
            out.append(_change("changed", after[name], detail))
    return out


def _change(what: str, finding: Mapping[str, Any], detail: str) -> Change:
    return Change(
        what,
        str(finding["id"]),
        detail,
        str(finding["rule"]),
        str(finding.get("quote", "")),
        str(finding.get("page", "")),
    )
