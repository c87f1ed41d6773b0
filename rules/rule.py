"""A rule (规则) as the engine meets it: read, checked and compiled. How it is written stands in rules/book/model.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from rules.condition import Condition
from rules.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Clause:
    """构成要件 or 例外: its Chinese wording and its condition. `anchor`: while it's unknown the rule says nothing."""

    id: str
    zh: str
    when: Condition
    anchor: bool = False
    ask: str | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """适用: one alternative of a rule's `charges`. Keys are `law-id#key`; `when` None means always."""

    when: Condition | None
    because_zh: str | None
    breaches: tuple[str, ...]
    penalties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `applies_from`, `applies_to`: days of conduct, both included; None means open."""

    id: str
    conduct: str
    actor: str  # the actor the conduct is about, when nobody says otherwise
    title: str
    summary: str
    what: str
    why: str
    status: str  # draft | in_force | retired
    applies_from: date | None
    applies_to: date | None
    elements: tuple[Clause, ...]
    exceptions: tuple[Clause, ...]
    to_establish: tuple[str, ...]
    innocent: tuple[str, ...]
    at_most: Outcome
    charges: tuple[Charge, ...]
    yields_to: tuple[str, ...]
    see_also: tuple[str, ...]
    remedy: str
    path: str  # the file, as shown in messages
    own: bool = False  # True for a user's own rule
    facts: tuple[str, ...] = field(default=())  # every fact its elements and exceptions name

    def applies_on(self, day: date) -> bool:
        """Whether the rule's own span holds the day of conduct; the law in force is asked elsewhere."""
        return (self.applies_from is None or self.applies_from <= day) and (
            self.applies_to is None or day <= self.applies_to
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key of law the rule cites, in order."""
        cited = (key for charge in self.charges for key in (*charge.breaches, *charge.penalties))
        return tuple(dict.fromkeys(cited))
