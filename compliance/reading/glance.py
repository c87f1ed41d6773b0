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

from selectolax.lexbor import LexborHTMLParser

from compliance.reading.quiet import FRAME, FRAMESET, H1, H2, PICTURE, SCRIPT, STYLE, TEMPLATE, TITLE, Marks
from compliance.reading.source import source_of
from compliance.records import Page

_SILENT = ((SCRIPT, "script"), (STYLE, "style"), (TEMPLATE, "template"))
_MANY = 20_000  # attributes that are looked at one by one; more, and the page is read in full
_LONG = 12_000  # bytes of one attribute or tag: 4,000 characters
_NAME = 300  # characters of a file name
_HEADING = 3_997  # bytes of one heading
_HEADINGS = ((H1, re.compile(b"<[hH]1"), 3), (H2, re.compile(b"<[hH]2"), 4))
_HEADING_END = re.compile(rb"</[hH]").search
_FILES = re.compile(rb"\.(?:jpe?g|png|gif|webp|bmp|svg|tiff?|pdf|docx?|xlsx?|pptx?|zip|rar|7z)")
_DOWNLOAD = re.compile(rb"\.(?:pdf|doc|xls|ppt|zip|rar|7z)")
_DOWNLOADS = ",".join(f"a[href*='{suffix}' i]" for suffix in (".pdf", ".doc", ".xls", ".ppt", ".zip", ".rar", ".7z"))
_SPREAD = (b"title =", b"alt =", b"content =", b"\n=", b"\t=")  # spellings for which the elements are asked
_WORDED = "[title],[alt],meta[content]"
_NAMES = (b"title=", b"alt=", b"content=")
_LOOSE = (b" =", b"\n=", b"\t=", b"\r=", b"\f=")  # where the name and its sign of equality may stand apart
_SCRIPTED = 200  # so many of these stand in scripts; of more, each element is asked
# What a file's name in Latin letters must hold to count as words (attributes.py), and the coded spelling of Chinese ones
_TELLING = re.compile(rb"iso|iatf|ccc|haccp|certif|rohs|gmp|cnas|cma|zheng|tuv|fda|[%&]")
_PLAIN_ENTITIES = (
    "amp|nbsp|quot|lt|gt|copy|middot|laquo|raquo|mdash|ndash|hellip|ldquo|rdquo|lsquo|rsquo|bull|apos|reg|trade"
)
_ENTITY = re.compile(rf"&(?!(?:{_PLAIN_ENTITIES}|#(?:39|34|160|x27|xa0));)[a-z#]".encode()).search
_TAG = re.compile(r"<[^>]*>")


class Glance:
    """`text`: the page's text, one line a text node (the text itself for plain text). `words`: texts of attributes, one a line."""

    def __init__(self, page: Page) -> None:
        self.title = ""
        self.pictures = 0
        self.frames = 0
        self.frameset = False
        self.too_much = False
        self.html = page.html is not None
        self._tree: LexborHTMLParser | None = None
        self.quiet = True
        self._body = b""
        self._marks: Marks | None = None
        if page.html is None:
            self.text = page.text or ""
            return
        self.text = ""
        self._body = body = source_of(page)
        self._tree = tree = LexborHTMLParser(body)
        self._marks = marks = Marks(body)
        self.quiet = marks.quiet
        for kind, name in _SILENT:
            for node in reversed(tree.tags(name)) if marks.counts[kind] else ():  # the inner before the outer
                node.decompose()
        if tree.root is None:
            return
        self.text = tree.root.text(separator="\n", strip=True, skip_empty=True)
        titles = tree.tags("title") if marks.counts[TITLE] else ()
        self.title = " ".join(titles[0].text().split()) if titles else ""
        self.pictures = marks.counts[PICTURE]
        self.frames = marks.counts[FRAME]
        self.frameset = bool(marks.counts[FRAMESET])

    @cached_property
    def data(self) -> bytes:
        """The text as UTF-8, for scans."""
        return self.text.encode("utf-8", "replace")

    @cached_property
    def _raw(self) -> bytes:
        """The source in small letters: the same offsets as in `_body`, and searched at memory speed."""
        return self._body.lower()

    @cached_property
    def words(self) -> str:
        """Texts of attributes (alt, title, content) and names of picture files and downloads, one a line."""
        if self._tree is None or self._tree.root is None:
            return ""
        words = list(islice(self._attributes(), _MANY))
        self.too_much = len(words) == _MANY
        if any(spelling in self._raw for spelling in _SPREAD):
            words.extend(v for n in self._tree.css(_WORDED) for v in n.attributes.values() if v)
        if _DOWNLOAD.search(self._raw):
            words.extend(n.attributes.get("href") or "" for n in self._tree.css(_DOWNLOADS))
        return "\n".join(words)

    @cached_property
    def plain_words(self) -> str | None:
        """The same of title, alt and content only, in small letters and cheaper, with a sign between that no word goes over. None when
        that may not be all: entities, spread assignments, values without quotes, names of files that say something."""
        raw = self._raw
        if self._stand_apart():
            return None
        parts: list[bytes] = []
        for name in _NAMES:
            pieces = raw.split(name)
            for piece in pieces[1:]:
                quote = piece[:1]
                if quote != b'"' and quote != b"'":
                    return None
                end = piece.find(quote, 1)
                parts.append(piece[1:end] if end > 0 else piece[1:])
        joined = b"\n;\n".join(parts)
        if b"&" in joined and _ENTITY(joined):
            return None
        files = [raw[max(0, m.start() - _NAME) : m.start()].rsplit(b"/", 1)[-1] for m in _FILES.finditer(raw)]
        if files and ((names := b"\n".join(files)).isascii() is False or _TELLING.search(names)):
            return None
        return joined.decode("utf-8", "replace")

    def _stand_apart(self) -> bool:
        """Whether blanks stand between the name of such an attribute and its sign of equality."""
        raw, left = self._raw, _SCRIPTED
        for sign in _LOOSE:
            at = raw.find(sign)
            while at >= 0:
                left -= 1
                if not left or raw[max(0, at - 60) : at].rstrip().endswith((b"title", b"alt", b"content")):
                    return True
                at = raw.find(sign, at + 2)
        return False

    def _attributes(self) -> Iterator[str]:
        """Values of title, alt and content, and whole tags of pictures (for the names of their files)."""
        raw, body = self._raw, self._body
        for name in _NAMES:
            at = raw.find(name)
            while at >= 0:
                at += len(name)
                quote = body[at : at + 1]
                end = body.find(quote, at + 1, at + _LONG) if quote in (b'"', b"'") else body.find(b">", at, at + _LONG)
                value = (body[at:end] if end > 0 else body[at : at + _LONG]).decode("utf-8", "replace")
                if len(value) > 1:
                    yield unescape(value) if "&" in value else value
                at = raw.find(name, at)
        at = raw.find(b"<img")
        while at >= 0:
            end = body.find(b">", at, at + _LONG)
            value = (body[at + 4 : end] if end > 0 else body[at + 4 : at + _LONG]).decode("utf-8", "replace")
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
        for kind, tag, most in _HEADINGS:
            for match in islice(tag.finditer(self._body), most) if self._marks and self._marks.counts[kind] else ():
                begin = match.end()
                end = _HEADING_END(self._body, begin, begin + _HEADING)
                if end:
                    words = self._body[begin - 3 : end.start()].decode("utf-8", "replace")
                    words = _TAG.sub("", words) if words.find("<", 1) > 0 else words.partition(">")[2]
                    words = " ".join((unescape(words) if "&" in words else words).split())[:80]
                    if words:
                        out.append(words)
        return tuple(out)

    @cached_property
    def links(self) -> int:
        """How many links there are."""
        return len(self._tree.tags("a")) if self._tree is not None else 0

    @cached_property
    def scripts(self) -> int:
        """1 where there are scripts, else 0."""
        return self._marks.counts[SCRIPT] if self._marks else 0

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """Types of the form's fields."""
        if self._tree is None:
            return ()
        return tuple((n.attributes.get("type") or "text").lower() for n in self._tree.tags("input")[:50])


def glance_of(page: Page) -> Glance:
    """What can be seen of `page` without building a tree with locators."""
    return Glance(page)
