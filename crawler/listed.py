"""What a sitemap or a feed lists (站点地图、订阅源): sitemaps and their indexes, RSS, Atom, RDF, and plain lists of addresses. Bounded; never raises."""

from __future__ import annotations

import re
from io import BytesIO

from lxml import etree
from scrapy.exceptions import NotSupported
from scrapy.utils.gz import gunzip

ENTRIES = 5000
UNPACKED = 20_000_000  # bytes
START = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex|rss|feed|RDF)[\s>]")
OF_PAGES = {"url", "item", "entry"}  # sitemap, RSS and RDF, Atom


def is_list(body: bytes) -> bool:
    """Whether an XML answer is a sitemap or a feed."""
    return bool(START.search(body[:2000]))


def listed_in(body: bytes) -> tuple[list[str], list[str]]:
    """(pages, further sitemaps), each once, as they are written; nothing when it is no list."""
    if body[:2] == b"\x1f\x8b":
        try:
            body = gunzip(body, max_size=UNPACKED)
        except (OSError, EOFError, NotSupported, ValueError):  # broken, or larger than we unpack
            return [], []
    if b"<" not in body[:200]:
        return _plain(body), []
    if not is_list(body):
        return [], []
    pages: dict[str, None] = {}
    nested: dict[str, None] = {}
    walk = etree.iterparse(
        BytesIO(body), events=("end",), recover=True, resolve_entities=False, no_network=True, huge_tree=False
    )
    try:
        for _, element in walk:
            name = _name(element)
            if name == "sitemap":
                _add(nested, _loc(element, "loc"))
            elif name in OF_PAGES:
                _add(pages, _loc(element, "loc") or _loc(element, "link"))
            else:
                continue
            element.clear()
            if len(pages) + len(nested) >= ENTRIES:
                break
    except etree.XMLSyntaxError:  # cut off: what came before it counts
        pass
    return list(pages), list(nested)


def _plain(body: bytes) -> list[str]:
    """A text file with an address a line."""
    lines = (line.strip() for line in body[:UNPACKED].decode("utf-8", "replace").splitlines())
    return list(dict.fromkeys(line for line in lines if line.startswith(("http://", "https://"))))[:ENTRIES]


def _loc(element: etree._Element, name: str) -> str | None:
    for child in element:
        if _name(child) != name:
            continue
        if href := child.get("href"):  # Atom: the page itself, not its edit or its replies
            if child.get("rel", "alternate") == "alternate":
                return str(href)
        elif child.text and child.text.strip():
            return str(child.text.strip())
    return None


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _add(to: dict[str, None], address: str | None) -> None:
    if address:
        to[address] = None
