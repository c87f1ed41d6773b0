"""Which part of the page an element belongs to (页面区域): nav, header, footer, aside or main."""

from __future__ import annotations

import re
from functools import cache

from compliance.reading.data import page_data
from compliance.reading.tree import Node

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")


@cache
def _table() -> tuple[dict[str, str], dict[str, str], dict[str, str], frozenset[str]]:
    data = page_data("regions")
    by_word = {word: region for region, words in data["words"].items() for word in words}
    return data["tags"], data["roles"], by_word, frozenset(data["not_with"])


def region_of(node: Node, inherited: str, share: float, in_article: bool) -> str:
    """The region of `node`, given its parent's and the share of the page's text that it holds (0–1).

    Class and id words are hints only: a box that holds most of the page is no footer whatever its name, and a header inside an
    article is the article's.
    """
    tags, roles, by_word, not_with = _table()
    attrs = node.tag.attrs
    found = tags.get(node.name)
    if found:
        return inherited if in_article and found in ("header", "footer") else found
    if not attrs:
        return inherited
    role = attrs.get("role")
    if role and (named := roles.get(node.attr("role").lower())):
        return named
    if node.name in ("html", "body") or share > 0.5 or ("class" not in attrs and "id" not in attrs):
        return inherited
    words = [w.lower() for w in _WORDS.findall(f"{node.attr('id')} {node.attr('class')}")]
    if not_with.isdisjoint(words):
        for word in words:
            if word in by_word:
                return by_word[word]
    return inherited
