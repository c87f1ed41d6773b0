"""What the engine says: outcomes, provisions, penalties, verdicts. Shapes of the contract; nothing here decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """处理结论. Three types that nothing merges; the order exists for `--fail-on` only."""

    VIOLATION = "violation"  # 涉嫌违反（要件有据）
    SUSPECTED = "suspected"  # 线索（待核实）
    NEEDS_REVIEW = "needs_review"  # 需人工判断

    @property
    def rank(self) -> int:
        """3 for `violation`, 2 for `suspected`, 1 for `needs_review`."""
        return {"violation": 3, "suspected": 2, "needs_review": 1}[self.value]


@dataclass(frozen=True, slots=True)
class Provision:
    """法律条文, in the version in force on the day asked for. `article` is a string ("12"), `paragraph` int or None."""

    law: str
    key: str
    version: str
    doc_no: str | None
    title_zh: str
    article: str | None
    paragraph: int | None
    item: str | None
    gist: str
    confidence: str  # read | quoted | inferred
    refers_to: tuple[str, ...] = ()  # for a referring provision (转致): "law#key"
    when: str | None = None  # for an alternative: the fact that decides for this one, in words

    def to_json(self) -> dict[str, Any]:
        """The PROVISION object of the contract, with `key`, `confidence` and (if any) `when` added."""
        out: dict[str, Any] = {
            "law": self.law,
            "key": self.key,
            "version": self.version,
            "doc_no": self.doc_no,
            "title_zh": self.title_zh,
            "article": self.article,
            "paragraph": self.paragraph,
            "item": self.item,
            "gist": self.gist,
            "confidence": self.confidence,
        }
        if self.refers_to:
            out["refers_to"] = list(self.refers_to)
        if self.when:
            out["when"] = self.when
        return out


@dataclass(frozen=True, slots=True)
class Fine:
    """罚款. Amounts in yuan; multiples of `basis`. Every field may be None when the provision doesn't say it."""

    basis: str = (
        "yuan"  # yuan|goods_value|advertising_cost|unlawful_gain|award_amount|procurement_amount|illegal_turnover
    )
    min: float | None = None
    max: float | None = None
    fixed: float | None = None
    multiple_min: float | None = None
    multiple_max: float | None = None
    when: str | None = None  # only in `fine_cases`

    def to_json(self) -> dict[str, Any]:
        """The `fine` object of the contract; `when` only where it has one."""
        out: dict[str, Any] = {"when": self.when} if self.when else {}
        return out | {
            "min": self.min,
            "max": self.max,
            "fixed": self.fixed,
            "basis": self.basis,
            "multiple_min": self.multiple_min,
            "multiple_max": self.multiple_max,
        }


@dataclass(frozen=True, slots=True)
class Penalty:
    """罚则: a provision with what it provides. `computed` only when goods value or advertising cost is given."""

    provision: Provision
    order_to_correct: bool
    only_if_not_corrected: bool
    fine: Fine | None
    fine_cases: tuple[Fine, ...] = ()
    confiscation: bool = False
    confiscation_of: str | None = None
    licence_revocation: str = "no"  # no | if_serious | yes
    persons: Fine | None = None
    warning: bool = False
    other: str | None = None  # what the provision adds in words (取消投标资格…)
    missing: tuple[str, ...] = ()  # figures needed to compute the range: goods_value, advertising_cost
    computed: tuple[float, float] | None = None

    def to_json(self) -> dict[str, Any]:
        """The PENALTY object of the contract."""
        out = self.provision.to_json() | {
            "order_to_correct": self.order_to_correct,
            "only_if_not_corrected": self.only_if_not_corrected,
            "fine": self.fine.to_json() if self.fine else None,
            "fine_cases": [case.to_json() for case in self.fine_cases],
            "confiscation": self.confiscation,
            "confiscation_of": self.confiscation_of,
            "licence_revocation": self.licence_revocation,
            "persons": self.persons.to_json() if self.persons else None,
            "warning": self.warning,
        }
        if self.other:
            out["other"] = self.other
        if self.missing:
            out["missing"] = list(self.missing)
        if self.computed:
            out["computed"] = {"min": self.computed[0], "max": self.computed[1]}
        return out


@dataclass(frozen=True, slots=True)
class FactUsed:
    """One fact a condition looked at. `value` is None when unknown, then `reason` says why (see reasons.yaml)."""

    fact: str
    value: Any
    source: str | None  # page | register | law | person | assumed
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ElementResult:
    """要件 or 例外 with its truth value: True, False, or None for unknown."""

    id: str
    zh: str
    truth: bool | None
    anchor: bool
    facts: tuple[FactUsed, ...]
    ask: str | None = None


@dataclass(frozen=True, slots=True)
class Charges:
    """适用条文: the provisions breached and the penalties referred to, the leading ones first, with notes."""

    breaches: tuple[Provision, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule that speaks on one set of facts."""

    rule: str
    conduct: str
    outcome: Outcome
    title: str
    summary: str
    elements: tuple[ElementResult, ...]
    exceptions: tuple[ElementResult, ...]
    missing: tuple[str, ...]  # Chinese wording of unknown elements and exceptions, then of `to_establish`
    asks: tuple[str, ...]
    innocent: tuple[str, ...]
    charges: Charges
    remedy: str
    yields_to: tuple[str, ...] = ()
    source: str | None = None  # path of the rule file when it's a user's own


@dataclass(frozen=True, slots=True)
class NotJudged:
    """A rule that said nothing: an anchor is unknown (`why`: the reason) or no provision is in force that day."""

    rule: str
    element: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that the rule book says on one set of facts. Verdicts are sorted by rule id."""

    verdicts: tuple[Verdict, ...] = ()
    not_judged: tuple[NotJudged, ...] = ()
    not_applied: tuple[NotJudged, ...] = field(default=())
