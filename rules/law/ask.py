"""A conduct asked about on its own (`law charges`): no page, no claim, only medium, actor and day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rules.charges import PREFERRED, choose
from rules.facts import Fact, Facts, Known
from rules.law.statutes import Statutes
from rules.outcome import Charges
from rules.rule import Charge, Rule


def charges_of(
    rules: Sequence[Rule],
    statutes: Statutes,
    on: date,
    medium: str | None,
    actor: str | None = None,
    goods_value: float | None = None,
    advertising_cost: float | None = None,
) -> Charges:
    """The charges of the rules for one conduct. Without an actor, the one the rule is about comes first and those of others
    follow with the fact that decides."""
    facts: dict[str, Fact] = {"conduct.date": Known(on, "person")}
    if medium:
        facts["page.medium"] = Known(medium, "person")
    if actor:
        facts["company.actor"] = Known(actor, "person")
    prefer = {**PREFERRED, "company.actor": actor or (rules[0].actor if rules else "holder")}
    listed: list[Charge] = [charge for rule in rules if rule.applies_on(on) for charge in rule.charges]
    return choose(listed, Facts(facts), on, statutes, goods_value, advertising_cost, prefer)
