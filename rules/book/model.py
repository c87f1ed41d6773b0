"""How a rule file (规则文件) is written: one rule, one file, strict, nothing beyond these parts.

The order of the parts is free but for `examples`, which stands last: it is read only by `rules test` and its kin.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

Word = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
Text = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=600)]
Key = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9-]+#[a-z0-9.-]+$", max_length=120)]
Actor = Literal["holder", "uncertified", "seller", "agency", "certification_body"]
OutcomeWord = Literal["violation", "suspected", "needs_review"]
Medium = Literal[
    "website",
    "e_shop",
    "advertisement",
    "brochure",
    "product",
    "packaging",
    "premises",
    "tender",
    "physical_certificate",
    "other",
]


class Part(BaseModel):
    """A part of a rule file: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ClauseText(Part):
    """构成要件 or 例外 as written."""

    id: Word
    zh: Text
    when: Any = Field()  # a condition, see rules/condition.py
    anchor: StrictBool = False
    ask_zh: Text | None = None


class ChargeText(Part):
    """适用 as written: the keys breached and the keys of the penalties, `law-id#key`, never article numbers."""

    when: Any = None
    because_zh: Text | None = None
    breaches: list[Key] = Field(default_factory=list)
    penalties: list[Key] = Field(default_factory=list)


class Span(Part):
    """Days of conduct, both included."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    from_: date | None = Field(default=None, alias="from", strict=True)
    to: date | None = Field(default=None, strict=True)


class RuleText(Part):
    """A rule as written, without its examples."""

    rule: Word
    conduct: Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z_]*$")]
    title_zh: Text
    actor: Actor
    status: Literal["draft", "in_force", "retired"]
    applies: Span = Span()
    summary_zh: Text
    what_zh: Text
    why_zh: Text
    elements: Annotated[list[ClauseText], Field(min_length=1)]
    exceptions: list[ClauseText] = Field(default_factory=list)
    to_establish: list[Text] = Field(default_factory=list)
    innocent_zh: Annotated[list[Text], Field(min_length=1)]
    at_most: OutcomeWord
    charges: Annotated[list[ChargeText], Field(min_length=1)]
    yields_to: list[Word] = Field(default_factory=list)
    see_also: list[Word] = Field(default_factory=list)
    remedy_zh: Text


class FactsExample(Part):
    """A facts example. `given`: fact → value, or `{unknown: reason}`; laid over the background. `articles`:
    `law-id:article`
    (or `law-id#key`) that the verdict must cite. `missing`, `asks`: ids of elements and exceptions, complete where given.
    `gives_way_to`: the
    rule that silences this one when the whole book judges the same facts."""

    name: Text
    given: dict[str, Any] = Field(default_factory=dict)
    on: date | None = Field(default=None, strict=True)
    expect: Literal["violation", "suspected", "needs_review", "none", "not_applied"]
    missing: list[Word] | None = None
    asks: list[Word] | None = None
    articles: list[str] | None = None
    gives_way_to: Word | None = None


class TextExample(Part):
    """A text example: what the whole checker makes of a sentence, with register rows, a day and a page of a kind."""

    text: Text
    on: date | None = Field(default=None, strict=True)
    expect: Literal["violation", "suspected", "needs_review", "none"]
    rows: list[dict[str, Any]] | None = Field(default=None, alias="register")  # by the contract's names
    complete: list[str] = Field(default_factory=list)
    company: Text | None = None
    uscc: Text | None = None
    medium: Medium | None = None
    genre: Text | None = None
    missing: list[Word] | None = None
    known_gap: Text | None = None

    @property
    def register(self) -> list[dict[str, Any]] | None:
        """登记数据 rows of the example; None: no register at all."""
        return self.rows


class Examples(Part):
    """示例. `background` holds in every facts example that doesn't say otherwise; `on` is the day where none is
    given."""

    on: date = Field(default=date(2026, 11, 23), strict=True)
    background: dict[str, Any] = Field(default_factory=dict)
    facts: list[FactsExample] = Field(default_factory=list)
    text: list[TextExample] = Field(default_factory=list)
