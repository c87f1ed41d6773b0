"""Places (位置): what the heading, the label, the column and the kind of page say of a block's names.

“ISO9001” under 荣誉资质 is held, under 常见认证类型 it is nothing, under 服务项目 an offer, in 发展历程 history.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from compliance.reading.words import lexicon
from compliance.records import Block, PageContext

CHOICE = "□"  # the lead of a block that is a choice of a form
_CERTIFICATES = re.compile(r"认证|证书|资质|体系|certificat")
_OF_ONE = re.compile(
    r"荣誉|资质|证书|所获|奖|certificates|honou?r|award|qualification"
)  # headings of one's own certificates
_ENDED = re.compile(r"[。；;，,：:]")
_BADGE = 24  # signs of a badge that stands in a box of its own
_VALUES = {  # what the box behind a name may say of it, when it says nothing else
    "negated": re.compile(r"无|暂无|否|没有|未通过|未取得|未获得|不适用|×|✗|✕|x|none|no|n/a"),
    "explanation": re.compile(
        r"(?:点击|请|重新)?(?:上传|添加|选择|拍照)(?:图片|照片|文件|附件|证书)?|未上传|upload|choose file|browse"
    ),
    "in_progress": re.compile(
        r"(?:申请|办理|审核|认证|进行|受理|评审)中|待(?:审核|取证|发证)|pending|in progress|planned"
    ),
}
_DATE_ONLY = re.compile(r"\s*(?:19|20)\d\d\s*(?:年|[./\-]\s*\d{1,2}\s*(?:月)?)?(?:\s*\d{1,2}\s*[月日]?){0,2}\s*")
_WISHES = re.compile(
    r"\s*(?:if you (?:want|wish|need|plan) to|in order to) (?:get|become|be|obtain|achieve)[^.]{0,40}certif"
    r"|\s*(?:如果|若|要是)[您你]?(?:想|要|需要|希望)(?:获得|取得|通过|办理|申请)[^。]{0,20}(?:认证|证书)",
    re.I,
)

# What a name without a verb means at a place; places that are not listed leave the words to themselves.
_STATES = {"explains": "explanation", "requires": "requirement", "offers": "consulting_offer", "plans": "in_progress"}


_TO_HAND_IN = re.compile(
    r"^(?:是否)?必[填须需备交]项?$|^份数$|^(?:所需|申报|申请)?材料(?:名称)?$|^required\??$"
)  # heads of a list of papers asked for


def kind_of_place(block: Block) -> str | None:
    """others, history, explains, requires, offers, plans, spec, honours, or None when no heading says anything. The nearest heading
    that says something decides; the page's title (first of the path) does not count."""
    if any(_TO_HAND_IN.search(head.strip().lower()) for head in block.headers):
        return "requires"
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
    half of a history's entry), else "". `strange`: a row of a list of other firms. `value`: the state that the box right behind a name
    gives it (FDA认证 | 申请中)."""

    block: Block
    context: PageContext
    place: str | None = None
    earlier: str = ""
    strange: bool = False
    value: str | None = None

    @property
    def supports(self) -> bool:
        """The place says that the names in it are certificates, so that a name needs no word of certification."""
        if self.place in ("honours", "history") and self.block.container != "sentence":
            return True
        if (
            self.place == "honours"
            and self.of_one
            and len(self.block.text) <= _BADGE
            and not _ENDED.search(self.block.text)
        ):
            return True  # a badge in a box of its own under 荣誉资质
        return any(_CERTIFICATES.search(h.lower()) for h in self.block.headers)

    def of_others(self, own: bool) -> bool:
        """The place tells of other firms (成功案例, a list of suppliers). `own`: the words say we, our company."""
        return self.strange or (self.place == "others" and self.block.region == "main" and not own)

    @property
    def strangers(self) -> tuple[str, ...]:
        """Subjects that are others' where the place tells of others; goods only of an agency's clients and in lists of firms."""
        theirs = self.strange or self.context.genre in ("agency", "certification_body")
        return ("company", "product", "service", "none") if theirs else ("company",)

    @property
    def of_one(self) -> bool:
        """A heading above speaks of certificates of one's own (荣誉资质), not of a topic (ISO9001认证)."""
        return any(_OF_ONE.search(words.lower()) for words in (self.block.lead, *self.block.heading_path[1:]))

    def label_at(self, at: int) -> str:
        """The head of the column that holds raw offset `at`; for a list's item its label."""
        head = column_of(self.block, at)
        return head or (self.block.lead if self.block.container == "list" and len(self.block.lead) <= 16 else "")


def around(block: Block, context: PageContext, before: Block | None = None, behind: Block | None = None) -> Around:
    """The surroundings of a block; `before` and `behind` are the blocks that stand right before and behind it on the page."""
    dated = before is not None and len(before.text) <= 16 and _DATE_ONLY.fullmatch(before.text)
    return Around(
        block,
        context,
        kind_of_place(block),
        before.text if dated and before else "",
        of_strangers(block, context),
        _value_of(block, behind),
    )


def _value_of(block: Block, behind: Block | None) -> str | None:
    if behind is not None and len(block.text) <= _BADGE and _WISHES.match(behind.text):
        return "explanation"  # FDA Certification: If you want to get certified, …
    if behind is None or len(behind.text) > 12 or len(block.text) > _BADGE or behind.heading_path != block.heading_path:
        return None
    said = behind.text.strip(" \t\r\n:：()（）").lower()
    return next((state for state, words in _VALUES.items() if words.fullmatch(said)), None)


def state_at(state: str | None, verbless: bool, own: bool, around: Around) -> str | None:
    """The state after the place had its say. `verbless`: a badge, a label, a caption; `own`: the words say we, our company."""
    place, block, context = around.place, around.block, around.context
    if block.lead == CHOICE and state in ("held", "held_past"):
        return "explanation"  # what may be ticked
    if state in ("held", "held_past") and (place == "history" or around.earlier):
        return "held_past"
    if not verbless:
        tender = context.genre == "tender" or place == "requires"
        return "requirement" if state == "held" and tender and not own and not context.typed else state
    if around.value and state == "held":
        return around.value
    if state not in ("held", None):
        return state
    if place in _STATES and state == "held":
        return _STATES[place]
    topic = context.genre in ("agency", "certification_body", "explainer") and not around.of_one
    if state == "held" and not context.typed and not own and (place != "honours" or topic):
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


def of_strangers(block: Block, context: PageContext) -> bool:
    """The row stands in a list of other firms: its heading says so, a column names a supplier or a firm that is none of the page's owners.

    Label and value pairs (厂家 | 云岭泵业 | 认证 | CE) are no such list.
    """
    words = _strangers()
    if any(words["lists"].search(heading.strip()) for heading in block.heading_path):
        return True
    heads = [head.strip().lower() for head in block.headers]
    if len(heads) < 3 or not all(heads) or any(column_kind(head) == "number" for head in heads):
        return False
    reached = any(words["reached"].search(head) for head in heads)
    for head, (start, end) in zip(heads, block.cells, strict=False):
        firm = block.text[start:end].strip()
        if firm and words["named"].search(head):
            return True
        own = any(firm in owner or owner in firm for owner in context.owner_names)
        if reached and not own and words["name"].search(head) and words["firm"].search(firm.lower()):
            return True
    return False


def column_kind(head: str) -> str | None:
    """scheme, number, body, issued, expires, scope or holder."""
    return next((kind for kind, pattern in _columns() if head and pattern.search(head.lower())), None)


@lru_cache(maxsize=1)
def _headings() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((e["kind"], re.compile(e["match"])) for e in lexicon("headings")["headings"])


@lru_cache(maxsize=1)
def _strangers() -> dict[str, re.Pattern[str]]:
    return {key: re.compile(match) for key, match in lexicon("headings")["strangers"].items()}


@lru_cache(maxsize=1)
def _columns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    columns = lexicon("headings")["columns"]
    order = ("number", "body", "expires", "issued", "scope", "holder", "scheme")
    return tuple((kind, re.compile(columns[kind])) for kind in order)
