"""Items set apart by blanks (并列条目): cards, headings and ticks that a page runs together into one block."""

from __future__ import annotations

import re

from compliance.reading.nounwords import subject_class

APART = re.compile(r"[\u4e00-\u9fff]\s(?:已|均|都)?$")  # two items of a list, no sentence
_BLANKS = re.compile(r"[\u4e00-\u9fff]\s(?=[\u4e00-\u9fff])")


def is_heading(text: str, at: int, phrase: str, word: re.Match[str]) -> bool:
    """“品质保证 通过ISO9001认证”: the heading of a card stands before the verb with a blank between; what it is about is no subject."""
    title = phrase.strip(" \"'")
    return (
        subject_class(word) in ("quality", "service")
        and bool(at)
        and text[at - 1].isspace()
        and bool(re.fullmatch(r"[\u4e00-\u9fff]{3,8}", title))
        and not title.endswith(word.group())
    )


def is_item(text: str, floor: int, at: int) -> bool:
    """“畅销产品 通过…认证 远销海外”: items of a list, set apart by blanks; the first is no subject of the second."""
    phrase = text[floor:at].strip()
    owned = re.match(r"(?:本|该|此|这|我|公司|所有|全部|各|全)", phrase) or len(phrase) <= 4
    return not owned and bool(APART.search(text, floor, at)) and len(_BLANKS.findall(text)) >= 2
