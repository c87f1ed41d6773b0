"""有机 before the name of goods (有机花菜, 有机毛尖): by grammar, for no list of foods is ever complete.

GB/T 19630 keeps the word for certified goods, so the bare name is a mention. What 有机 means otherwise (chemistry: 有机硅; 有 with
机…: 有机床; as a whole: 有机统一; a way of farming: 有机种植) is data: lexicon/organic.yaml.
"""

from __future__ import annotations

import re
from functools import lru_cache

from compliance.reading.mentions import Mention
from compliance.reading.words import lexicon


def organic_goods_in(text: str) -> list[Mention]:
    """Mentions of 有机 with the goods behind it; `text` is folded.

    >>> [text[m.start:m.end] for text in ("云岭有机毛尖上市", "车间内有机床二十台") for m in organic_goods_in(text)]
    ['有机毛尖']
    """
    if "有机" not in text:
        return []
    return [
        Mention(m.start(), m.end("noun") if m["noun"] else m.end(), "organic", "product")
        for m in _goods().finditer(text)
    ]


@lru_cache(maxsize=1)
def _goods() -> re.Pattern[str]:
    words = lexicon("organic")
    return re.compile(
        rf"(?<![{words['not_behind']}])有机(?:(?<=[是为]有机)(?P<said>的)(?=$|[,.。;!])|(?!{words['not_goods']})"
        rf"(?P<noun>[\u4e00-\u9fff]{{0,3}}?(?:{words['ends']})|(?!{words['verbs']})[\u4e00-\u9fff]{{2,4}}?)"
        rf"(?={words['edge']}))"
    )
