"""Which part of the page an element belongs to (页面区域): nav, header, footer, aside or main."""

from __future__ import annotations

import re
from functools import cache

from compliance.reading.data import page_data
from compliance.reading.tree import Node, Tree

_MENU_LINKS = 120
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


@cache
def _menu_words() -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{'|'.join(page_data('regions')['menu'])})\s*", re.IGNORECASE)


def is_menu(node: Node, tree: Tree) -> bool:
    """Whether a box is a menu by its content: nearly all of its text is links, at least three, and one leads home or to the contact page."""
    links = tree.links[node.links[0] : node.links[1]]
    if not 3 <= len(links) <= _MENU_LINKS:
        return False
    linked = sum(len(tree.text[a:b].strip()) for a, b in links)
    whole = tree.text[node.start : node.end]
    if len(whole) > 60 * len(links) + 400 or linked < 0.8 * len("".join(c for c in whole if c.isalnum())):
        return False
    return any(_menu_words().fullmatch(tree.text[a:b]) for a, b in links)
