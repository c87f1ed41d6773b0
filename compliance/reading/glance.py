"""A first look at a page (粗看), at little more than the price of the fastest parser: its text, the words in its attributes, its build.

The gate, the genre and the owner of pages that say nothing of certification are read from it; no locators.
"""

from __future__ import annotations

import re
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser

from compliance.records import Page

_SILENT = ["script", "style", "template"]
_MANY = 20_000  # elements with attribute texts that are looked at one by one; more, and the page is read in full
_WORDED = (
    "[alt],[title],meta[content],img,a[href*='.pdf' i],a[href*='.jp' i],a[href*='.png' i],a[href*='.doc' i],"
    "a[href*='.xls' i],a[href*='.zip' i],a[href*='.rar' i],a[href*='.web' i],a[href*='.gif' i],a[href*='.ppt' i],a[href*='.7z' i],"
    "embed,object,iframe,frame"
)
_ATTRIBUTES = ("alt", "title", "content", "src", "href", "data-src", "data-original", "data-lazy-src", "data-echo")
_FRAMES = frozenset({"iframe", "frame", "embed", "object"})
_MARKED = re.compile("<script", re.IGNORECASE)


class Glance:
    """`text`: the page's text, one line a text node (the text itself for plain text). `words`: texts of attributes, one a line."""

    def __init__(self, page: Page) -> None:
        self._html = page.html
        self.title = ""
        self.words = ""
        self.pictures = 0
        self.frames = 0
        self.too_much = False
        self._tree: LexborHTMLParser | None = None
        if page.html is None:
            self.text = page.text or ""
            return
        self.text = ""
        self._tree = tree = LexborHTMLParser(page.html)
        tree.strip_tags(_SILENT)
        root = tree.root
        if root is None:
            return
        self.text = root.text(separator="\n", strip=True, skip_empty=True)
        title = tree.css_first("title")
        self.title = " ".join(title.text().split()) if title is not None else ""
        nodes = tree.css(_WORDED)
        self.too_much = len(nodes) > _MANY
        words = []
        for node in nodes[:_MANY]:
            tag = node.tag
            self.pictures += tag == "img"
            self.frames += tag in _FRAMES
            attributes = node.attributes
            for name in _ATTRIBUTES:
                value = attributes.get(name)
                if value:
                    words.append(value)
        self.words = "\n".join(words)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines that hold anything, blanks folded."""
        return tuple(line for part in self.text.split("\n") if (line := " ".join(part.split())))

    @cached_property
    def count(self) -> int:
        """How many pieces of text there are."""
        return self.text.count("\n") + 1 if self._tree is not None and self.text else len(self.lines)

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """Texts of h1 and h2, the first dozen."""
        if self._tree is None:
            return ()
        return tuple(" ".join(n.text().split())[:80] for n in self._tree.css("h1,h2")[:12])

    @cached_property
    def links(self) -> int:
        """How many links there are."""
        return len(self._tree.css("a")) if self._tree is not None else 0

    @cached_property
    def scripts(self) -> int:
        """How many scripts there are."""
        return len(_MARKED.findall(self._html or ""))

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """Types of the form's fields."""
        if self._tree is None:
            return ()
        return tuple((n.attributes.get("type") or "text").lower() for n in self._tree.css("input")[:50])


def glance_of(page: Page) -> Glance:
    """What can be seen of `page` without building a tree with locators."""
    return Glance(page)
