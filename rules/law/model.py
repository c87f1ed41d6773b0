"""A statute file (法规数据): one law, all its versions, every provision under one stable key.

Rules cite `law-id#key`; the number follows from the day of the conduct. Written by people, so everything is checked:
unknown fields are refused, an end date is the last day, and a version that lacks a key must say `absent: true` (that text
has no such provision) or `unseen: true` (the text was not seen; nothing is cited from it).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

Confidence = Literal["read", "quoted", "inferred"]
Kind = Literal["definition", "prohibition", "duty", "penalty", "procedure"]
Basis = Literal[
    "yuan", "goods_value", "advertising_cost", "unlawful_gain", "award_amount", "procurement_amount", "illegal_turnover"
]
Rank = Literal["law", "administrative_regulation", "departmental_rule", "normative_document"]
Id = Annotated[str, StringConstraints(pattern=r"^cn-[a-z0-9]+(-[a-z0-9]+)*$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)?$")]
Reference = Annotated[str, StringConstraints(pattern=r"^cn-[a-z0-9-]+#[a-z0-9.-]+$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=600)]
Amount = int | float
_AT = re.compile(r"(?P<article>[1-9][0-9]*)(\((?P<paragraph>[0-9,-]+)\))?(\[(?P<item>[0-9,-]+)\])?\Z")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class FineTerms(_Strict):
    """罚款. Yuan, or multiples of `basis`; `fixed` is an amount without a range. 0.005 means 5‰."""

    basis: Basis = "yuan"
    min: Amount | None = Field(default=None, ge=0)
    max: Amount | None = Field(default=None, gt=0)
    fixed: Amount | None = Field(default=None, gt=0)
    multiple_min: Amount | None = Field(default=None, gt=0)
    multiple_max: Amount | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _says_an_amount(self) -> FineTerms:
        amounts = [self.min, self.max, self.fixed]
        multiples = [self.multiple_min, self.multiple_max]
        if all(part is None for part in (*amounts, *multiples)):
            raise ValueError("a fine without any amount: give `max`, `fixed` or `multiple_max`")
        if self.basis == "yuan" and any(part is not None for part in multiples):
            raise ValueError("a multiple needs a `basis` other than yuan")
        if self.fixed is not None and (self.min is not None or self.max is not None):
            raise ValueError("`fixed` stands alone: a fixed amount is not a limit")
        for low, high in ((self.min, self.max), (self.multiple_min, self.multiple_max)):
            if low is not None and high is not None and low > high:
                raise ValueError(f"the lower limit {low} is above the upper one {high}")
        return self


class FineCase(FineTerms):
    """A fallback, threshold or serious case. `figure` with `below` or `at_least` (yuan) lets a given figure decide."""

    when: Words
    figure: Literal["goods_value", "advertising_cost", "illegal_turnover"] | None = None
    below: Amount | None = Field(default=None, gt=0)
    at_least: Amount | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _threshold_has_a_figure(self) -> FineCase:
        if (self.figure is None) is not (self.below is None and self.at_least is None):
            raise ValueError("a threshold needs `figure` and one of `below`, `at_least`")
        return self


class PenaltyTerms(_Strict):
    """What a penalty provision provides (罚则内容). `discretionary`: the authority may, not must, fine."""

    order_to_correct: bool
    order_zh: Words | None = None
    only_if_not_corrected: bool = False
    fine: FineTerms | None = None
    fine_cases: tuple[FineCase, ...] = ()
    discretionary: bool = False
    confiscation_of: Words | None = None
    licence_revocation: Literal["no", "if_serious", "yes"] = "no"
    persons: FineTerms | None = None
    warning: bool = False
    other: Words | None = None

    @field_validator("fine_cases", mode="before")
    @classmethod
    def _list_is_a_tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value


class Numbered(_Strict):
    """The provision in one version. `at`: "27(1)" is article 27 paragraph 1, "28(2)[2]" paragraph 2 item 2, None unseen."""

    at: str | None = None
    absent: bool = False
    unseen: bool = False
    gist_zh: Words | None = None
    penalty: PenaltyTerms | None = None
    confidence: Confidence | None = None
    source: str | None = None
    note_zh: Words | None = None

    @field_validator("at")
    @classmethod
    def _is_a_place(cls, value: str | None) -> str | None:
        if value is not None and not _AT.match(value):
            raise ValueError(f"`{value}` is no place in a law: write 27, 27(1), 9[3] or 28(2)[2]")
        return value

    @model_validator(mode="after")
    def _one_thing(self) -> Numbered:
        if self.absent and self.unseen:
            raise ValueError("`absent` (no such provision) and `unseen` (text not seen) exclude each other")
        if (self.absent or self.unseen) and (self.at or self.gist_zh or self.penalty or self.confidence):
            raise ValueError("a provision that is absent or unseen has no number, gist, terms or confidence")
        return self

    @property
    def here(self) -> bool:
        """Whether this version can be cited for the provision."""
        return not (self.absent or self.unseen)

    @property
    def article(self) -> str | None:
        """ "27" of "27(1)"."""
        return self._part("article")

    @property
    def paragraph(self) -> int | None:
        """1 of "27(1)"; None for the whole article or several paragraphs."""
        text = self._part("paragraph")
        return int(text) if text and text.isdigit() else None

    @property
    def item(self) -> str | None:
        """ "2" of "28(2)[2]"; several as "1,5" or "1-4"."""
        return self._part("item")

    def _part(self, name: str) -> str | None:
        found = _AT.match(self.at) if self.at else None
        return found.group(name) if found else None


class ProvisionEntry(_Strict):
    """One provision. `gist_zh`, `penalty` hold in every version that doesn't give its own; `for`: what it punishes;
    `refers_to`: where a referring provision (转致) sends the reader, `law-id#key`; `related`: worth reading beside it."""

    key: Key
    kind: Kind
    gist_zh: Words
    note_zh: Words | None = None
    punishes: tuple[Key, ...] = Field(default=(), alias="for")
    refers_to: tuple[Reference, ...] = ()
    related: tuple[Reference, ...] = ()
    penalty: PenaltyTerms | None = None
    numbered: dict[str, Numbered]

    @field_validator("punishes", "refers_to", "related", mode="before")
    @classmethod
    def _list_is_a_tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @field_validator("numbered", mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        """`"2016": "25"` is short for `"2016": {at: "25"}`."""
        if not isinstance(value, dict):
            return value
        return {name: {"at": line} if isinstance(line, str) else line for name, line in value.items()}

    @model_validator(mode="after")
    def _penalties_have_terms(self) -> ProvisionEntry:
        if self.kind != "penalty":
            if self.penalty or any(line.penalty for line in self.numbered.values()):
                raise ValueError("terms of a penalty on a provision of another kind")
            return self
        for name, line in self.numbered.items():
            if line.here and not (line.penalty or self.penalty):
                raise ValueError(f"a penalty without terms in version {name}")
        return self


class VersionEntry(_Strict):
    """A version (版本). `in_force`: first day, `until`: last day (None: open). A day nobody has seen stays None with a note:
    such a version is listed but never applied, and days from `doubtful_from` on count as inferred.
    `collected: false`: its provisions were not collected."""

    version: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    doc_no: str | None
    doc_no_confidence: Confidence | None = None
    adopted: date | str | None = None
    in_force: date | None
    until: date | None
    confidence: Confidence
    source: str
    dates_source: str | None = None
    collected: bool = True
    doubtful_from: date | None = None
    note_zh: Words | None = None
    changed_zh: Words

    @model_validator(mode="after")
    def _dates_fit(self) -> VersionEntry:
        if self.in_force and self.until and self.until < self.in_force:
            raise ValueError("`until`, the last day, lies before `in_force`, the first")
        if self.in_force is None and (self.note_zh is None or self.confidence == "read"):
            raise ValueError("a version without a day needs `note_zh`, and its confidence is not `read`")
        if self.doubtful_from and not self.note_zh:
            raise ValueError("`doubtful_from` needs `note_zh`")
        return self

    def holds(self, day: date) -> bool:
        """Whether `day` lies in it, both ends included."""
        return self.in_force is not None and self.in_force <= day and (self.until is None or day <= self.until)


class LawFile(_Strict):
    """One file. `series: documents` are answers and notices that stand side by side instead of following each other."""

    law: Id
    title_zh: Words
    title_en: Words
    rank: Rank
    issuer_zh: Words
    series: Literal["versions", "documents"] = "versions"
    notes_zh: tuple[Words, ...] = ()
    sources: dict[str, Words]
    versions: tuple[VersionEntry, ...] = Field(min_length=1)
    provisions: tuple[ProvisionEntry, ...]

    @field_validator("notes_zh", "versions", "provisions", mode="before")
    @classmethod
    def _list_is_a_tuple(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value
