"""Places (位置): what the heading, the label, the column and the kind of page say of a block's names.

“ISO9001” under 荣誉资质 is held, under 常见认证类型 it is nothing, under 服务项目 an offer, in 发展历程 history.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from compliance.reading.words import lexicon
from compliance.records import Block, PageContext

_CERTIFICATES = re.compile(r"认证|证书|资质|体系|certificat")
_DATE_ONLY = re.compile(r"\s*(?:19|20)\d\d\s*(?:年|[./\-]\s*\d{1,2}\s*(?:月)?)?(?:\s*\d{1,2}\s*[月日]?){0,2}\s*")

# What a name without a verb means at a place; places that are not listed leave the words to themselves.
_STATES = {"explains": "explanation", "requires": "requirement", "offers": "consulting_offer", "plans": "in_progress"}


def kind_of_place(block: Block) -> str | None:
    """others, history, explains, requires, offers, plans, spec, honours, or None when no heading says anything. The nearest heading
    that says something decides; the page's title (first of the path) does not count."""
    for words in (block.lead, *reversed(block.heading_path[1:])):
        if not words or len(words) > 40:
            continue
        for kind, pattern in _headings():
            if pattern.search(words.lower()):
                return kind
    return None


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a block. `earlier`: the text of the block right before it when that is nothing but a date (the left
    half of a history's entry), else ""."""

    block: Block
    context: PageContext
    place: str | None = None
    earlier: str = ""

    @property
    def supports(self) -> bool:
        """The place says that the names in it are certificates, so that a name needs no word of certification."""
        if self.place in ("honours", "history") and self.block.container != "sentence":
            return True
        return any(_CERTIFICATES.search(h.lower()) for h in self.block.headers)

    def label_at(self, at: int) -> str:
        """The head of the column that holds raw offset `at`; for a list's item its label."""
        head = column_of(self.block, at)
        return head or (self.block.lead if self.block.container == "list" and len(self.block.lead) <= 16 else "")


def around(block: Block, context: PageContext, before: Block | None = None) -> Around:
    """The surroundings of a block; `before` is the block that stands right before it on the page."""
    dated = before is not None and len(before.text) <= 16 and _DATE_ONLY.fullmatch(before.text)
    return Around(block, context, kind_of_place(block), before.text if dated and before else "")


def state_at(state: str | None, verbless: bool, own: bool, around: Around) -> str | None:
    """The state after the place had its say. `verbless`: a badge, a label, a caption; `own`: the words say we, our company."""
    place, block, context = around.place, around.block, around.context
    if state in ("held", "held_past") and (place == "history" or around.earlier):
        return "held_past"
    if not verbless:
        tender = context.genre == "tender" or place == "requires"
        return "requirement" if state == "held" and tender and not own and not context.typed else state
    if state not in ("held", None):
        return state
    if place in _STATES and state == "held":
        return _STATES[place]
    if state == "held" and not context.typed and place != "honours":
        if context.genre in ("agency", "certification_body"):
            return "consulting_offer"
        if context.genre in ("explainer", "tender"):
            return "explanation" if context.genre == "explainer" else "requirement"
        if block.region == "nav":
            return "explanation"  # a menu leads somewhere; it claims nothing
    return state


def column_of(block: Block, at: int) -> str:
    """The head of the column that holds raw offset `at`, "" when there is none."""
    for (start, end), head in zip(block.cells, block.headers, strict=False):
        if start <= at < end:
            return head
    return ""


def column_kind(head: str) -> str | None:
    """scheme, number, body, issued, expires, scope or holder."""
    return next((kind for kind, pattern in _columns() if head and pattern.search(head.lower())), None)


@lru_cache(maxsize=1)
def _headings() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((e["kind"], re.compile(e["match"])) for e in lexicon("headings")["headings"])


@lru_cache(maxsize=1)
def _columns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    columns = lexicon("headings")["columns"]
    order = ("number", "body", "expires", "issued", "scope", "holder", "scheme")
    return tuple((kind, re.compile(columns[kind])) for kind in order)
