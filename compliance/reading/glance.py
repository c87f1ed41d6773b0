"""A first look at a page (粗看), at little more than the price of the fastest parser: its text, the words in its attributes, its build.

The gate, the genre and the owner of pages that say nothing of certification are read from it; no locators. Attributes are cut out of
the source, which is far cheaper than asking each element; whatever else the cut finds (scripts, comments) only lets a page pass
the gate that need not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from html import unescape
from itertools import islice

import numpy as np
from selectolax.lexbor import LexborHTMLParser

from compliance.records import Page

_SILENT = ["script", "style", "template"]
_MANY = 20_000  # attributes that are looked at one by one; more, and the page is read in full
_LONG = 4_000  # characters of one attribute or tag
_DOWNLOAD = re.compile(rb"\.(?:pdf|doc|xls|ppt|zip|rar|7z)")
_DOWNLOADS = ",".join(f"a[href*='{suffix}' i]" for suffix in (".pdf", ".doc", ".xls", ".ppt", ".zip", ".rar", ".7z"))
_SPREAD = (b"title =", b"alt =", b"content =", b"\n=", b"\t=")  # spellings for which the elements are asked
_WORDED = "[title],[alt],meta[content]"
_NAMES = (b"title", b"alt", b"content")
_APART = re.compile(rb"(?:title|alt|content)\s+=").search  # the name and its sign of equality stand apart
_QUOTES = {34: b'"', 39: b"'"}
_IMG, _IFRAME, _EMBED, _OBJECT = (int.from_bytes(tag, "big") for tag in (b"img", b"ifr", b"emb", b"obj"))
_TAG = re.compile(r"<[^>]*>")


class Glance:
    """`text`: the page's text, one line a text node (the text itself for plain text). `words`: texts of attributes, one a line."""

    def __init__(self, page: Page) -> None:
        self.title = ""
        self.pictures = 0
        self.frames = 0
        self.too_much = False
        self._tree: LexborHTMLParser | None = None
        self._html = html = page.html or ""
        self._raw = b""
        if page.html is None:
            self.text = page.text or ""
            return
        self.text = ""
        self._tree = tree = LexborHTMLParser(html)
        tree.strip_tags(_SILENT)
        if tree.root is None:
            return
        self.text = tree.root.text(separator="\n", strip=True, skip_empty=True)
        title = tree.css_first("title")
        self.title = " ".join(title.text().split()) if title is not None else ""
        # one byte a sign, small letters: the same offsets as in `html`, and searched at memory speed
        self._raw = raw = html.encode("ascii", "replace").lower()
        # where elements may begin, and their next three letters as one number: one pass for all names
        self._signs = signs = np.frombuffer(raw + b"    ", np.uint8)
        opened = np.flatnonzero(signs == 60)
        names = (
            (signs[opened + 1].astype(np.int32) << 16) | (signs[opened + 2].astype(np.int32) << 8) | signs[opened + 3]
        )
        self.pictures = int(np.count_nonzero(names == _IMG))
        if ((names == _IFRAME) | (names == _EMBED) | (names == _OBJECT)).any():
            self.frames = raw.count(b"<iframe") + raw.count(b"<embed") + raw.count(b"<object")

    @cached_property
    def words(self) -> str:
        """Texts of attributes (alt, title, content) and names of picture files and downloads, one a line."""
        if self._tree is None or not self._raw:
            return ""
        words = list(islice(self._attributes(), _MANY))
        self.too_much = len(words) == _MANY
        if any(spelling in self._raw for spelling in _SPREAD):
            words.extend(v for n in self._tree.css(_WORDED) for v in n.attributes.values() if v)
        if _DOWNLOAD.search(self._raw):
            words.extend(n.attributes.get("href") or "" for n in self._tree.css(_DOWNLOADS))
        return "\n".join(words)

    @cached_property
    def latin_words(self) -> bytes | None:
        """The same without their Chinese signs, cheaper; None when attributes may be written in a way that only looking at each of them
        shows: signs as entities, percent codes, spread assignments, values without quotes, downloads."""
        raw = self._raw
        if b"%" in raw and b"%e" in raw or b"." in raw and _DOWNLOAD.search(raw):
            return None
        signs = self._signs
        equals = np.flatnonzero(signs == 61)
        before = signs[equals - 1]  # the last sign of all where the source begins with one: harmless
        if (before <= 32).any() and _APART(raw):
            return None
        parts: list[bytes] = []
        ends: dict[int, int] = {}  # where the last value of each name (told by its third last letter) ends
        # names end with these letters; which of them it is, and how the value is quoted, is asked one by one
        for at in equals[(before == 101) & (signs[equals - 2] == 108) | (before == 116)].tolist():
            if raw.endswith(_NAMES, 0, at) and at >= ends.get(raw[at - 3], 0):
                quote = _QUOTES.get(raw[at + 1] if at + 1 < len(raw) else 0)
                if quote is None:
                    return None
                end = raw.find(quote, at + 2)
                if end > 0:  # a value that never ends is no value
                    ends[raw[at - 3]] = end
                    parts.append(raw[at + 2 : end])
        for part in raw.split(b"<img")[1:]:
            tag = part[: part.find(b">")].replace(b"'", b'"').replace(b" ", b'"')
            parts += [piece.rsplit(b"/", 1)[-1] for piece in tag.split(b'"') if b"." in piece]
        return b"\n".join(parts)

    @property
    def coded(self) -> bool:
        """Whether signs stand in the source as numbers (&#35748;)."""
        return b"&" in self._raw and b"&#" in self._raw

    @property
    def source(self) -> str:
        """The page's source; "" for plain text."""
        return self._html

    def _attributes(self) -> Iterator[str]:
        """Values of title, alt and content, and whole tags of pictures (for the names of their files)."""
        raw, html = self._raw, self._html
        for name in (b"title=", b"alt=", b"content="):
            at = raw.find(name)
            while at >= 0:
                at += len(name)
                quote = html[at : at + 1]
                end = html.find(quote, at + 1, at + _LONG) if quote in ('"', "'") else html.find(">", at, at + _LONG)
                value = html[at:end] if end > 0 else html[at : at + _LONG]
                if len(value) > 1:
                    yield unescape(value) if "&" in value else value
                at = raw.find(name, at)
        at = raw.find(b"<img")
        while at >= 0:
            end = html.find(">", at, at + _LONG)
            value = html[at + 4 : end] if end > 0 else html[at + 4 : at + _LONG]
            yield from self._file_names(unescape(value) if "&" in value else value)
            at = raw.find(b"<img", at + 4)

    @staticmethod
    def _file_names(tag: str) -> Iterator[str]:
        """The last steps of the addresses in a picture's tag."""
        for piece in tag.replace("'", '"').replace(" ", '"').split('"'):
            if "." in piece and not piece.startswith(("data:", "http://www.w3.org")):
                yield piece[-_NAME:].rsplit("/", 1)[-1]

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
        """Texts of the first headings (h1, h2)."""
        out = []
        for tag, most in ((b"<h1", 3), (b"<h2", 4)):
            at = self._raw.find(tag)
            while at >= 0 and most:
                end = self._raw.find(b"</h", at, at + 2_000)
                words = _TAG.sub("", self._html[at:end]) if end > 0 else ""
                words = " ".join((unescape(words) if "&" in words else words).split())[:80]
                if words:
                    out.append(words)
                most -= 1
                at = self._raw.find(tag, at + 3)
        return tuple(out)

    @cached_property
    def links(self) -> int:
        """How many links there are."""
        return len(self._tree.css("a")) if self._tree is not None else 0

    @cached_property
    def scripts(self) -> int:
        """How many scripts there are."""
        return self._raw.count(b"<script")

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """Types of the form's fields."""
        if self._tree is None:
            return ()
        return tuple((n.attributes.get("type") or "text").lower() for n in self._tree.css("input")[:50])


_NAME = 300  # characters of a file name


def glance_of(page: Page) -> Glance:
    """What can be seen of `page` without building a tree with locators."""
    return Glance(page)
