"""Choosing the law (适用法条): of a rule's charges, those that apply to the facts on a day, the leading ones first.

A charge is `{when?, because_zh?, breaches, penalties}`. One whose `when` is false is left out; the first one that is true
leads; where `when` is unknown all that could apply are listed, each with what decides. `because_zh` names an element of
the provision that the rule itself doesn't show: such a charge is an alternative even when its `when` is true. A special
provision excludes the general one by its `when`. What is offered as a note is decided by nobody here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from rules.condition import Condition, tests_of
from rules.facts import Facts, load_vocabulary
from rules.law import Placed, Statutes, penalty_of, provision_of
from rules.law.amounts import computed_range, missing_figures, ordinary_range
from rules.law.notes import Notes, load_notes
from rules.outcome import Charges, Penalty, Provision
from rules.rule import Charge

# What comes first where a fact is unknown: the website's law (the contract), and the general law, not that of one scheme.
PREFERRED: Mapping[str, Any] = {"page.medium": "website", "scheme.id": ""}
_ONE_FINE = "cn-administrative-penalty-law#one-fine"
_MOST_KEPT = 4096
_kept: dict[tuple[Any, ...], tuple[Any, Any, Charges]] = {}


def choose(
    charges: Sequence[Charge],
    facts: Facts,
    on: date,
    statutes: Statutes,
    goods_value: float | None = None,
    advertising_cost: float | None = None,
    prefer: Mapping[str, Any] = PREFERRED,
) -> Charges:
    """The provisions breached and the penalties they lead to on the day of conduct, in order, with notes.

    Amounts in yuan. `prefer`: which value comes first where a fact is unknown. Pure; the same facts give the same charges.
    """
    known = facts.known if "conduct.date" in facts.known else {**facts.known, "conduct.date": on}
    named = {name for charge in charges if charge.when for name in charge.when.facts}
    asked = tuple((name, known[name]) for name in sorted(named) if name in known)
    at = (id(charges), id(statutes), on, asked, goods_value, advertising_cost, tuple(sorted(prefer.items())))
    kept = _kept.get(at)
    if kept and kept[0] is charges and kept[1] is statutes:
        return kept[2]
    figures = {"goods_value": goods_value, "advertising_cost": advertising_cost}
    chosen = _Choice(statutes, on, {name: value for name, value in figures.items() if value is not None})
    for charge, when in _in_order(charges, known, prefer):
        for key in charge.breaches:
            chosen.add_breach(key, when)
        for key in charge.penalties:
            chosen.add_penalty(key, when)
    result = chosen.charges()
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    _kept[at] = (charges, statutes, result)
    return result


def _in_order(
    charges: Sequence[Charge], known: Mapping[str, Any], prefer: Mapping[str, Any]
) -> list[tuple[Charge, str | None]]:
    """The charges that are not excluded, each with what would still decide for it (None: nothing)."""
    preferred = {**prefer, **known}
    ranked: list[tuple[int, Charge, str | None]] = []
    for charge in charges:
        truth = charge.when.holds(known) if charge.when else True
        if truth is False:
            continue
        rank = 0
        when = charge.because_zh
        if truth is None:
            assert charge.when is not None
            likely = charge.when.holds(preferred)
            rank = 0 if likely else 1 if likely is None else 2
            when = "；".join(part for part in (words_of(charge.when, known), when) if part)
        ranked.append((rank, charge, when))
    ranked.sort(key=lambda line: line[0])  # stable: the order of the file within a rank
    return [(charge, when) for _, charge, when in ranked]


def words_of(condition: Condition, known: Mapping[str, Any]) -> str:
    """What would have to be established for the condition to hold, in words: its undecided facts with their values."""
    kinds, values = load_vocabulary().kinds, load_notes().values
    open_facts = set(condition.undecided(known))
    parts: dict[str, None] = {}
    for test in tests_of(condition.tree):
        if test.fact not in open_facts:
            continue
        zh = kinds[test.fact].zh
        wanted = test.value if isinstance(test.value, tuple) else (test.value,)
        if isinstance(test.value, bool):
            parts[zh if test.value is (test.op == "is") else f"并非：{zh}"] = None
        elif test.op in ("is", "in", "is_not", "not_in"):
            said = "、".join(values.get(str(value), str(value)) for value in wanted)
            parts[f"{zh}{'为' if test.op in ('is', 'in') else '不是'}{said}"] = None
        else:
            parts[f"须查明{zh}"] = None
    return "；".join(parts)


@dataclass
class _Choice:
    statutes: Statutes
    on: date
    figures: Mapping[str, float]
    breaches: dict[str, Provision] = field(default_factory=dict)
    penalties: dict[str, tuple[Placed, Penalty]] = field(default_factory=dict)
    dropped: dict[str, None] = field(default_factory=dict)

    def add_breach(self, key: str, when: str | None) -> None:
        """Add a provision breached; what is unconditional once stays so."""
        placed = self.statutes.placed(key, self.on)
        if placed is None:
            self.dropped[key] = None
        elif key not in self.breaches:
            self.breaches[key] = replace(provision_of(placed, self.on), when=when)
        elif when is None:
            self.breaches[key] = replace(self.breaches[key], when=None)

    def add_penalty(self, key: str, when: str | None) -> None:
        """Add a penalty; a referring one (转致) brings what it refers to and stands after it."""
        placed = self.statutes.placed(key, self.on)
        if placed is None or placed.terms is None:
            self.dropped[key] = None
            return
        if key in self.penalties:
            if when is None:
                kept = self.penalties[key]
                self.penalties[key] = (kept[0], _conditioned(kept[1], None))
            return
        for target in placed.entry.refers_to:
            if target != key:
                self.add_penalty(target, when)
        penalty = replace(
            penalty_of(placed, self.on),
            missing=missing_figures(placed.terms, self.figures),
            computed=computed_range(placed.terms, self.figures),
        )
        self.penalties[key] = (placed, _conditioned(penalty, when))

    def charges(self) -> Charges:
        """The whole answer."""
        notes = Notes(self.statutes, self.on)
        order = self._order(notes)
        for placed, penalty in order:
            notes.of_penalty(placed, penalty, self.figures)
        notes.of_all([placed for placed, _ in order if not placed.entry.refers_to])
        notes.of_dropped(self.dropped)
        penalties = tuple(penalty for _, penalty in order)
        notes.of_inferred((*self.breaches.values(), *(penalty.provision for penalty in penalties)))
        return Charges(tuple(self.breaches.values()), penalties, notes.lines)

    def _order(self, notes: Notes) -> list[tuple[Placed, Penalty]]:
        """As listed, but among penalties whose elements are all shown the heavier fine first (行政处罚法 29), on days from
        which that article can be cited; a fine that waits for an order to correct is not yet one."""
        order = list(self.penalties.values())
        shown = [
            i
            for i, (placed, penalty) in enumerate(order)
            if penalty.provision.when is None and penalty.fine is not None and not penalty.only_if_not_corrected
        ]
        if len(shown) < 2 or shown[0] != 0 or self.statutes.placed(_ONE_FINE, self.on) is None:
            return order
        ranges = [ordinary_range(order[i][0].terms, self.figures) for i in shown]  # type: ignore[arg-type]
        if None in ranges:
            notes.add("not_compared")
            return order
        weights = [(top, bottom) for bottom, top in (r for r in ranges if r is not None)]
        heaviest = max(range(len(shown)), key=lambda n: (weights[n], -n))
        if heaviest > 0 and weights[heaviest] > weights[0]:
            order.insert(0, order.pop(shown[heaviest]))
            notes.add("heavier_leads")
        return order


def _conditioned(penalty: Penalty, when: str | None) -> Penalty:
    return replace(penalty, provision=replace(penalty.provision, when=when))
