"""Subjects that the words around the verb show (旁证主语): a partner one buys from, the thing a mark stands on.

“只与拥有FSC认证的纸厂合作”, “sourced from GOTS certified mills” speak of somebody else's plant; “瓶身印有…标志” of the goods.
The words are data: lexicon/subjects.yaml, `dealings` and `bearers`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from compliance.reading.nouns import nouns_in
from compliance.reading.nounwords import subject_class
from compliance.reading.words import lexicon

if TYPE_CHECKING:
    from compliance.reading.groups import Group, Run


def dealt_with(text: str, group: Group, run: Run) -> bool:
    """The certified plant is one that the speaker buys from or works with, not a plant of its own."""
    begin = group.verb.start if group.verb is not None and not group.forward else run.mentions[0].start
    if group.verb is not None and group.verb.text in ("经", "经过", "采用", "选用", "使用"):
        begin = group.verb.end  # 经CNAS认可实验室检测: the word before the tester is the verb itself
    before, behind = text[group.clause[0] : begin], text[run.end : min(group.clause[1], run.end + 40)]
    words = _words("dealings")
    if words["picked"].search(text[group.clause[0] : run.mentions[0].start]):
        return True
    if words["with"].search(before) and words["work"].search(behind):
        return True
    pairs = (
        ("from", "plants"),
        ("origin", "strangers"),
        ("by", "testers"),
        ("clients", "firms"),
        ("they_use", "theirs"),
    )
    return any(words[way].search(before) and words[whose].match(behind) for way, whose in pairs)


def borne_by(text: str, group: Group) -> tuple[int, int] | None:
    """The thing that a mark is printed on, when it stands before the verb of the clause."""
    found = _words("bearers")["carrier"].search(text, group.clause[0], group.start)
    if found is None or not re.fullmatch(r"[^,。;通获取得]{0,12}", text[found.end() : group.start]):
        return None  # “外箱标注‘生产企业通过…’”: the words on it have a subject of their own
    return found.span("thing")


def label_of_others(text: str, group: Group) -> tuple[int, int] | None:
    """“合作客户：A、B（均已通过…）”: the label names others, whatever their names end in."""
    number = group.sentence.clause_at(group.start)
    start, end = group.sentence.clauses[number - 1] if number else (0, 0)
    label = text[start:end].strip(" :")
    words = nouns_in(label) if text[start:end].rstrip().endswith(":") and len(label) <= 8 else []
    if (
        not words
        or words[-1].end() < len(re.sub(r"[a-z\d甲乙丙丁一二三四]$", "", label))
        or subject_class(words[-1]) != "third_party"
    ):
        return None
    return start, start + len(label)


def dealt_for(text: str, phrase: str, floor: int) -> bool:
    """“我司是云岭集团的授权经销商，云岭集团通过…”: the firm named again is the one dealt for."""
    name = re.match(r"[\u4e00-\u9fff]{2,8}", phrase.strip(" 的"))
    if name is None or re.match(r"[我本]|公司|产品", name.group()):
        return False
    if re.search(r"我(?:司|公司|们|厂)[^,。;]{0,4}其[^,。;]{0,12}(?:代理|经销|分销)", text[floor + len(phrase) :]):
        return True
    return bool(re.search(rf"{re.escape(name.group()[:4])}[^,。;]{{0,12}}(?:代理|经销|授权|分销)商?", text[:floor]))


@lru_cache(maxsize=4)
def _words(name: str) -> dict[str, re.Pattern[str]]:
    return {key: re.compile(match) for key, match in lexicon("subjects")[name].items()}
