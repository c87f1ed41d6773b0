"""What a page leads to: links with their words, pictures with alt text and the words around them, its canonical address."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import lxml.html
from lxml import etree

from crawler.addresses import address_of, ways

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LINKS = 3000  # links looked at on one page
HEAD_LINKS = 200  # of a page's head
WORDS = 80  # characters kept of a link's words
NEAR = 120  # characters kept around a picture


@dataclass(frozen=True, slots=True)
class Link:
    """A link: normal address, the words it is shown with (or its title), and whether it turns the page of a list."""

    url: str
    words: str
    next: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: normal address, alternative text and title, and the words around it (caption, cell, paragraph)."""

    url: str
    alt: str
    near: str


@dataclass(frozen=True, slots=True)
class Found:
    """All that one page leads to, in the order of the page, each address once."""

    links: tuple[Link, ...] = ()
    pictures: tuple[Picture, ...] = ()
    canonical: str | None = None
    feeds: tuple[str, ...] = ()
    cut: int = 0  # links beyond the bound, not looked at


def found_on(html: str, url: str) -> Found:
    """Links and pictures of one page. Never raises: what can't be parsed has none."""
    try:
        root = lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=_parser())
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):  # nothing in it
        return Found()
    base = _base(root, url)
    links: dict[str, Link] = {}
    pictures: dict[str, Picture] = {}
    seen = 0
    for element in root.iter("a", "area", "frame", "iframe", "img"):
        seen += 1
        if seen > LINKS:
            break
        if element.tag == "img":
            _add_picture(pictures, element, base)
            continue
        target = element.get("href") if element.tag in ("a", "area") else element.get("src")
        address = address_of(target, base) if target else None
        if address and address not in links:
            words = _words(element)
            turns = element.get("rel") == "next" or words.lower() in ways().next
            links[address] = Link(address, words, turns)
    canonical, feeds = _head(root, base, links)
    return Found(
        links=tuple(links.values()),
        pictures=tuple(pictures.values()),
        canonical=canonical,
        feeds=feeds,
        cut=max(0, seen - LINKS),
    )


def _head(root: HtmlElement, base: str, links: dict[str, Link]) -> tuple[str | None, tuple[str, ...]]:
    """(canonical address, feeds); link rel=next goes to the links."""
    canonical: str | None = None
    feeds: list[str] = []
    for element in islice(root.iter("link"), HEAD_LINKS):
        rel, target = (element.get("rel") or "").lower(), element.get("href")
        address = address_of(target, base) if target else None
        if address is None:
            continue
        if rel == "canonical":
            canonical = canonical or address
        elif rel == "next":
            links[address] = Link(address, "", True)
        elif rel == "alternate" and (element.get("type") or "").lower() in ways().feeds:
            feeds.append(address)
    return canonical, tuple(dict.fromkeys(feeds))


def _parser() -> lxml.html.HTMLParser:
    return lxml.html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)


def _base(root: HtmlElement, url: str) -> str:
    for base in root.iter("base"):
        if base.get("href"):
            return address_of(base.get("href"), url) or url
    return url


def _add_picture(pictures: dict[str, Picture], element: HtmlElement, base: str) -> None:
    # Pages that load pictures late keep the real address in another attribute.
    source = element.get("data-src") or element.get("data-original") or element.get("src")
    if not source or source.startswith("data:"):
        return
    address = address_of(source, base)
    if address and address not in pictures:
        alt = " ".join(filter(None, (element.get("alt"), element.get("title")))).strip()
        pictures[address] = Picture(address, _short(alt, NEAR), _near(element))


def _words(element: HtmlElement) -> str:
    words = "".join(element.itertext())
    if not words.strip():
        picture = element.find(".//img")
        words = (picture.get("alt") or "") if picture is not None else ""
    return _short(words or element.get("title") or "", WORDS)


def _near(element: HtmlElement) -> str:
    """The words of the nearest element above that has any."""
    above = element.getparent()
    for _ in range(4):
        if above is None or above.tag in ("body", "html", "table"):
            return ""
        words = _short(" ".join(t for t in above.itertext() if t.strip()), NEAR)
        if words:
            return words
        above = above.getparent()
    return ""


def _short(text: str, limit: int) -> str:
    return " ".join(text.split())[:limit]
