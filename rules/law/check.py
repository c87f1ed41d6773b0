"""`law check` (法规核对): do versions, keys and dates of the statutes fit the rules, and what rests on inference?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from rules.facts import load_vocabulary
from rules.law.statutes import Statutes
from rules.rule import Rule
from rules.source import Fault


@dataclass
class Findings:
    """What the check found. `errors` make it fail; `remarks` are gaps that the law data itself explains; `inferred` and
    `undated` are listed for a person to look up."""

    errors: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    inferred: list[str] = field(default_factory=list)
    undated: list[str] = field(default_factory=list)


def check(statutes: Statutes, rules: Sequence[Rule], faults: Iterable[Fault] = ()) -> Findings:
    """All of it, for the statutes and the rules that cite them."""
    found = Findings(errors=[str(fault) for fault in (*statutes.faults, *faults)])
    for law in statutes.laws.values():
        for version in law.versions:
            name = f"{law.law} {version.version}"
            if version.in_force is None:
                found.undated.append(f"{name}: {version.note_zh}")
            for entry in law.provisions:
                placed = statutes.in_version(f"{law.law}#{entry.key}", version.version)
                if placed and (placed.line.confidence or version.confidence) == "inferred":
                    number = placed.line.at or "条号未见"
                    found.inferred.append(f"{law.law}#{entry.key} {version.version} {number}: {placed.source}")
    gaps: dict[str, list[str]] = {}
    for rule in rules:
        _check_rule(rule, statutes, found, gaps)
    found.remarks = [_gap(statutes, key, gaps[key]) for key in sorted(gaps)]
    return found


def days_of_change(statutes: Statutes, laws: Iterable[str]) -> list[date]:
    """Every first day of a version of these laws, and the day after every last one, in order."""
    days: set[date] = set()
    for law in laws:
        for version in statutes.versions(law) if law in statutes.laws else ():
            days.update(day for day in (version.in_force,) if day)
            days.update(day + timedelta(days=1) for day in (version.until,) if day)
    return sorted(days)


def _check_rule(rule: Rule, statutes: Statutes, found: Findings, gaps: dict[str, list[str]]) -> None:
    known = [key for key in rule.keys if key in statutes.keys]
    found.errors += [f"{rule.path}: no law has the key `{key}`" for key in rule.keys if key not in statutes.keys]
    changes = days_of_change(statutes, dict.fromkeys(key.partition("#")[0] for key in known))
    days = [day for day in changes if rule.applies_on(day)]
    if rule.applies_from and rule.applies_from not in days:
        days.insert(0, rule.applies_from)
    penalties = {key for charge in rule.charges for key in charge.penalties}
    for key in known:
        placed = [statutes.placed(key, day) for day in days]
        if not any(placed):
            found.errors.append(f"{rule.path}: `{key}` cannot be cited on any day the rule can fire")
        elif key in penalties and not any(one.terms for one in placed if one):
            found.errors.append(f"{rule.path}: `{key}` stands under penalties but is none")
        elif not all(placed):
            gaps.setdefault(key, []).append(rule.id)
    _check_media(rule, statutes, days, found)


def _gap(statutes: Statutes, key: str, cited_by: list[str]) -> str:
    """One remark: on which days of its law the key can't be cited, why, and how many rules name it."""
    law, name = statutes.laws[key.partition("#")[0]], key.partition("#")[2]
    entry = next(entry for entry in law.provisions if entry.key == name)
    first = next((version.in_force for version in law.versions if version.in_force), None)
    parts = [f"{first}以前无所收文本"] if first else []
    for version in law.versions:
        line = entry.numbered.get(version.version)
        if version.in_force is None or (line and line.here):
            continue
        why = "文本未收入" if not version.collected else "没有这一条" if line and line.absent else "该条未见"
        parts.append(f"{version.in_force}至{version.until or '今'}{why}")
    return f"{key}：" + "，".join(parts) + f"（引它的规则 {len(cited_by)} 条）"


def _check_media(rule: Rule, statutes: Statutes, days: list[date], found: Findings) -> None:
    """From the first day on which the rule has any provision, no medium may be left without one that it has later."""
    for medium in load_vocabulary().kinds["page.medium"].values:
        known = {"page.medium": medium}
        keys = [
            key
            for charge in rule.charges
            if charge.when is None or charge.when.holds(known) is not False
            for key in charge.breaches
        ]
        cited = [any(statutes.placed(key, day) for key in keys) for day in days]
        if True in cited:
            first = cited.index(True)
            gaps = [day.isoformat() for day, has in zip(days[first:], cited[first:], strict=True) if not has]
            if gaps:
                found.errors.append(f"{rule.path}: nothing breached in medium {medium} from " + ", ".join(gaps))
