"""Words that stand in attributes: alt and title texts, names of pictures and downloads, meta descriptions (属性文字)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from compliance.reading.markup import TELLING
from compliance.reading.segments import folded, trimmed
from compliance.reading.tree import Node, Tree

_META = {"description", "keywords", "og:description", "og:title", "twitter:description"}
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp|svg|tiff?)\Z", re.IGNORECASE)
_DOWNLOAD = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z)\Z", re.IGNORECASE
)  # those the first look asks for (glance.py)
_SOURCES = ("data-original", "data-src", "data-lazy-src", "data-echo", "src")
_MAX = 4_000  # characters of one attribute
# What a camera, an editor or a script calls a file says nothing: at least one word must be there.
_TELLING = re.compile(rf"[\u3400-\u9fff]{{2}}|(?<![a-z])(?:{TELLING})", re.I)


@dataclass(frozen=True, slots=True)
class AttributeText:
    """`text` is `value[start:end]` of the attribute, but for a file name written with percent signs: there it is the decoded
    name and (start, end) spans the coded one."""

    node: Node
    attribute: str
    text: str
    start: int
    end: int
    kind: str  # alt | filename | meta
    lead: str = ""


def attribute_texts(tree: Tree) -> Iterator[AttributeText]:
    """In document order; a title that only repeats the element's own text or alt is left out."""
    for node in tree.attributed:
        if node.name == "meta":
            if (node.attr("name") or node.attr("property")).lower() in _META:
                yield from _whole(node, "content", "meta")
            continue
        alt = node.attr("alt")
        if folded(alt):
            yield from _whole(node, "alt", "alt")
        title = folded(node.attr("title")) if node.name != "link" else ""
        if (
            title
            and title != folded(alt)
            and title not in folded(tree.text[node.start : min(node.end, node.start + _MAX)])
        ):
            inner = [folded(p.attr("alt")) for p in tree.pictures[node.pictures[0] : node.pictures[1]][:3]]
            if title not in inner:
                yield from _whole(node, "title", "alt")
        if node.name in ("img", "input", "a", "embed", "object"):
            yield from _file_name(node, folded(alt) or title)


def _whole(node: Node, attribute: str, kind: str) -> Iterator[AttributeText]:
    value = node.attr(attribute)
    start, end = trimmed(value, 0, min(len(value), _MAX))
    if any(c.isalnum() for c in value[start:end]):
        yield AttributeText(node, attribute, value[start:end], start, end, kind)


def _file_name(node: Node, lead: str) -> Iterator[AttributeText]:
    names = ("href",) if node.name == "a" else _SOURCES
    for attribute in names:
        value = node.attr(attribute)
        if not value or len(value) > _MAX or value.lower().startswith(("data:", "javascript:", "mailto:", "tel:", "#")):
            continue
        path_end = min((p for p in (value.find("?"), value.find("#")) if p >= 0), default=len(value))
        start = value.rfind("/", 0, path_end) + 1
        name = value[start:path_end]
        suffix = (_DOWNLOAD if node.name == "a" else _PICTURE).search(name)
        if not suffix:
            continue
        stem = name[: suffix.start()]
        text = unquote(stem, errors="replace") if "%" in stem else stem
        if "\ufffd" not in text and _TELLING.search(text):
            yield AttributeText(node, attribute, text, start, start + len(stem), "filename", lead)
        return
