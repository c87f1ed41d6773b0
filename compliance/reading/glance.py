"""A first look at a page (粗看), at little more than the price of the fastest parser: its text, the words in its attributes, its build.

The gate, the genre and the owner of pages that say nothing of certification are read from it; no locators.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser

from compliance.records import Page

_SILENT = ["script", "style", "template"]
_MANY = 5_000  # attribute texts of one page that are looked at one by one; more, and the page is read in full


@dataclass(frozen=True)
class Glance:
    """`lines`: the page's text, one entry a text node, blanks folded. `glued`: the same without any separator, so that a word
    divided between elements (认<b>证</b>) is whole. `words`: texts of attributes."""

    title: str
    lines: tuple[str, ...]
    glued: str
    words: tuple[str, ...]
    pictures: int
    frames: int
    scripts: int
    inputs: tuple[str, ...]  # types of form fields
    headings: tuple[str, ...]
    links: int
    too_much: bool = False

    @cached_property
    def text(self) -> str:
        """The lines joined by newlines."""
        return "\n".join(self.lines)


def glance_of(page: Page) -> Glance:
    """What can be seen of `page` without building a tree with locators."""
    if page.html is None:
        text = page.text or ""
        lines = tuple(line for part in text.split("\n") if (line := " ".join(part.split())))
        return Glance("", lines, text, (), 0, 0, 0, (), (), 0)
    tree = LexborHTMLParser(page.html)
    scripts = len(tree.css("script"))
    tree.strip_tags(_SILENT)
    root = tree.root
    if root is None:
        return Glance("", (), "", (), 0, 0, scripts, (), (), 0)
    title = tree.css_first("title")
    nodes = tree.css(
        "[alt],[title],meta[content],img,a[href*='.pdf' i],a[href*='.jp' i],a[href*='.png' i],a[href*='.doc' i]"
    )
    words: list[str] = []
    pictures = 0
    for node in nodes[:_MANY]:
        pictures += node.tag == "img"
        words.extend(v for k, v in node.attributes.items() if v and k in _READ)
    text = root.text(separator="\n")
    return Glance(
        title=" ".join(title.text().split()) if title is not None else "",
        lines=tuple(line for part in text.split("\n") if (line := " ".join(part.split()))),
        glued=root.text(),
        words=tuple(words),
        pictures=pictures,
        frames=len(tree.css("iframe,frame,object,embed")),
        scripts=scripts,
        inputs=tuple((n.attributes.get("type") or "text").lower() for n in tree.css("input")[:50]),
        headings=tuple(" ".join(n.text().split())[:80] for n in tree.css("h1,h2")[:12]),
        links=len(tree.css("a")),
        too_much=len(nodes) > _MANY,
    )


_READ = frozenset({"alt", "title", "content", "src", "href", "data-src", "data-original", "data-lazy-src", "data-echo"})
