"""Which pictures of a page are likely to matter (待识读图片): by alt text, file name, words around, size and the page's genre."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

from compliance.reading.figures import is_icon
from compliance.reading.scan import Scan, escaped
from compliance.reading.source import source_of
from compliance.reading.tree import Node, Tree, selector_of, tree_of
from compliance.records import Locator, Page, Reading

_IMG = re.compile(r"<img[^>]{0,4000}", re.IGNORECASE)
SOURCES = ("data-original", "data-src", "data-lazy-src", "data-echo", "src")
NAME = 300  # signs of a file name that are looked at


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that should be read. `source`: its address as the page writes it; `words`: alt text and what stands beside it."""

    source: str
    locator: Locator
    words: str
    points: int
    own: str = ""  # its alt text and title alone


def wanted_of(page: Page, reading: Reading) -> tuple[tuple[Wanted, ...], int]:
    """The pictures to read, the likeliest first, and how many more were likely but over the bound."""
    if page.html is None or not _worth_a_look(page, page.html, reading):
        return (), 0
    genre = reading.genre
    tree, rules = tree_of(page.html), _rules()
    found: dict[str, Wanted] = {}
    for node in tree.pictures:
        name, source = _source(node)
        if not source or source in found or _icon(node, name, rules["least_side"]):
            continue
        own, words, points = _points(node, source, tree, genre)
        if points >= rules["enough"]:
            locator = Locator(selector_of(node, tree), 0, len(source), name)
            found[source] = Wanted(source, locator, words, points, own)
    ranked = sorted(found.values(), key=lambda w: -w.points)
    return tuple(ranked[: rules["most"]]), max(0, len(ranked) - rules["most"])


def _worth_a_look(page: Page, html: str, reading: Reading) -> bool:
    """Cheaply: a picture whose own tag tells, or pictures on a page that speaks of certification at all."""
    if reading.claims or reading.genre == "honours":
        return _IMG.search(html) is not None
    if not _telling_scan().found(source_of(page)):
        return False  # nowhere on the page, so in no tag
    return any(map(_telling().search, _IMG.findall(html)))


@cache
def _telling_scan() -> Scan:
    return Scan([escaped(word) for rule in _rules()["words"] if not rule.get("late") for word in rule["any"]])


@cache
def _telling() -> re.Pattern[str]:
    words = [word for rule in _rules()["words"] if not rule.get("late") for word in rule["any"]]
    return re.compile("|".join(map(re.escape, words)), re.IGNORECASE)


@cache
def _rules() -> dict[str, Any]:
    return yaml.safe_load(Path(__file__).with_name("wanted.yaml").read_text(encoding="utf-8"))


def _source(node: Node) -> tuple[str, str]:
    for name in SOURCES:
        if value := node.attr(name).strip():
            return name, value
    return "src", ""


def _icon(node: Node, source: str, least: int) -> bool:
    if source == "src" and is_icon(node):  # where the picture loads late, `src` only holds a placeholder
        return True
    for name in ("width", "height"):
        value = node.attr(name).removesuffix("px").strip()
        if value.isdecimal() and value.isascii() and 0 < int(value[:6]) < least:
            return True
    return False


def _points(node: Node, source: str, tree: Tree, genre: str) -> tuple[str, str, int]:
    rules = _rules()
    name = (
        ""
        if source.startswith("data:")
        else unquote(source.split("?", 1)[0].rsplit("/", 1)[-1][:NAME], errors="replace")
    )
    alt = f"{node.attr('alt')} {node.attr('title')}".strip()
    near = _near(node, tree, rules["near"])
    places = {"alt": alt.lower(), "name": name.lower(), "near": near.lower()}
    points = int(rules["genres"].get(genre, 0))
    for rule in rules["words"]:
        points += rule["points"] * any(word in places[place] for place in rule["in"] for word in rule["any"])
    return alt, " ".join(filter(None, (alt, near))), points


def _near(node: Node, tree: Tree, signs: int) -> str:
    """The words of the nearest element above that has some, and those right before it (a heading)."""
    before = " ".join(tree.text[max(0, node.start - signs // 2) : node.start].split())
    after = " ".join(tree.text[node.end : node.end + signs // 2].split())
    return f"{before} {after}".strip()
