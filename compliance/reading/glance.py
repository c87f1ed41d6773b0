"""A first look at a page (粗看), at little more than the price of the fastest parser: its text, the words in its attributes, its build.

The gate, the genre and the owner of pages that say nothing of certification are read from it; no locators. Attributes are cut out of
the source, which is far cheaper than asking each element; whatever else the cut finds only lets a page pass the gate that need not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from html import unescape
from itertools import islice

from selectolax.lexbor import LexborHTMLParser

from compliance.reading.markup import (
    EMBED,
    FRAMESET,
    H1,
    H2,
    IFRAME,
    OBJECT,
    PICTURE,
    SCRIPT,
    STYLE,
    TEMPLATE,
    TITLE,
    Markup,
)
from compliance.reading.source import source_of
from compliance.records import Page

_SILENT = ((SCRIPT, "script"), (STYLE, "style"), (TEMPLATE, "template"))
_MANY = 20_000  # attributes that are looked at one by one; more, and the page is read in full
_LONG = 12_000  # bytes of one attribute or tag: 4,000 characters
_NAME = 300  # characters of a file name
_HEADING = 3_997  # bytes of one heading
_HEADINGS = ((H1, 3), (H2, 4))  # so many of each are looked at
_HEADINGS_READ = 4  # and so many are kept
_HEADING_END = re.compile(rb"</[hH]").search
_IN_TAG = re.compile(rb"""[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*""").match
_QUOTED = re.compile(r"""\"[^"]*|'[^']*|[^"']+""").findall
_ATTRIBUTES = re.compile(rb"\b(?:title|alt|content)\s*=\s*(\"[^\"]*|'[^']*|[^\s>]*)", re.IGNORECASE).findall
_DOWNLOAD = re.compile(rb"\.(?:pdf|doc|xls|ppt|zip|rar|7z)", re.IGNORECASE).search
_DOWNLOADS = ",".join(f"a[href*='{suffix}' i]" for suffix in (".pdf", ".doc", ".xls", ".ppt", ".zip", ".rar", ".7z"))
_TAG = re.compile(r"<[^>]*>")


class Glance:
    """What is seen of a page. `too_much`: what was looked at may not be all."""

    def __init__(self, page: Page) -> None:
        self.title = ""
        self.pictures = 0
        self.frames = 0
        self.frameset = False
        self.too_much = False
        self.html = page.html is not None
        self._body = b""
        self._markup: Markup | None = None
        if page.html is None:
            self.text = page.text or ""
            return
        self._body = source_of(page)
        self._markup = markup = Markup(self._body)
        self.pictures = markup.number(PICTURE)
        self.frames = markup.number(IFRAME) + markup.number(EMBED) + markup.number(OBJECT)
        self.frameset = markup.number(FRAMESET) > 0
        self.too_much = markup.disputed or (
            markup.crowded and markup.files_tell
        )  # so many names are looked at in the tree
        if markup.texts is None:
            self._parsed(self._tree)
            return
        self.title = " ".join(_plain(markup.title).split())
        if b"&" not in markup.texts:
            self.data = markup.texts
        else:
            self.text = _plain(markup.texts)

    def _parsed(self, tree: LexborHTMLParser) -> None:
        """Text and title as the parser has them."""
        self.text = ""
        for kind, name in _SILENT:
            for node in reversed(tree.tags(name)) if self._number(kind) else ():  # the inner before the outer
                node.decompose()
        if tree.root is not None:
            self.text = tree.root.text(separator="\n", strip=True, skip_empty=True)
            titles = tree.tags("title") if self._number(TITLE) else ()
            self.title = " ".join(titles[0].text().split()) if titles else ""

    def _places(self, kind: int) -> list[int]:
        return self._markup.places[kind] if self._markup is not None else []

    def _number(self, kind: int) -> int:
        return self._markup.number(kind) if self._markup is not None else 0

    @cached_property
    def _tree(self) -> LexborHTMLParser:
        return LexborHTMLParser(self._body)

    @cached_property
    def text(self) -> str:
        """The page's text, one line a text node; of plain text the text itself."""
        return self.data.decode("utf-8", "replace")

    @cached_property
    def data(self) -> bytes:
        """The text as UTF-8, for scans."""
        return self.text.encode("utf-8", "replace")

    def ends(self, first: int, last: int = 0) -> str:
        """The text's first and last signs, with a line end between; all of it where there are no more."""
        if "text" in self.__dict__ or len(self.data) <= 4 * (first + last):  # no sign has more bytes
            text = self.text
            if len(text) <= first + last:
                return text
            head, tail = text[:first], text[-last:] if last else ""
        else:
            head = self.data[: 4 * first].decode("utf-8", "ignore")[:first]
            tail = self.data[-4 * last :].decode("utf-8", "ignore")[-last:] if last else ""
        return f"{head}\n{tail}" if last else head

    @cached_property
    def values(self) -> bytes:
        """Texts of the attributes title, alt and content, and of some others, one a line, as UTF-8."""
        if self._markup is None:
            return b""
        values = self._markup.values
        return _plain(values).encode("utf-8", "replace") if b"&" in values else values

    @cached_property
    def files(self) -> str:
        """Names of picture files and downloads, one a line; nothing where none of them can say anything."""
        return self._names() if self._markup is not None and self._markup.files_tell else ""

    @cached_property
    def words(self) -> str:
        """Texts of the attributes title, alt and content, and all names of picture files and downloads, one a line: what a page shows beside its
        text."""
        if self._markup is None:
            return ""
        return "\n".join((*(_plain(text) for text in _ATTRIBUTES(self._markup.kept)), self._names()))

    def _names(self) -> str:
        names = list(islice(self._pictures(), _MANY))
        self.too_much = self.too_much or len(names) == _MANY
        if _DOWNLOAD(self._body):
            names.extend(n.attributes.get("href") or "" for n in self._tree.css(_DOWNLOADS))
        return "\n".join(names)

    def _pictures(self) -> Iterator[str]:
        """Names of the files in the tags of pictures."""
        body = self._body
        for begin in self._places(PICTURE):
            tag = _IN_TAG(body, begin, begin + _LONG)
            end = max(body.find(b">", begin, begin + _LONG), tag.end() if tag else 0)
            value = body[begin : end if end > begin else begin + _LONG].decode("utf-8", "replace")
            yield from self._file_names(unescape(value) if "&" in value else value)

    @staticmethod
    def _file_names(tag: str) -> Iterator[str]:
        """The last steps of the addresses in a picture's tag."""
        for piece in _QUOTED(tag):
            if "." in piece and not piece[1:].startswith(("data:", "http://www.w3.org")):
                yield piece[-_NAME:].rsplit("/", 1)[-1]

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines that hold anything, blanks folded."""
        return tuple(line for part in self.text.split("\n") if (line := " ".join(part.split())))

    @cached_property
    def count(self) -> int:
        """How many pieces of text there are."""
        if self._markup is None:
            return len(self.lines)
        if self._markup.texts is not None:
            return self._markup.count
        return self.text.count("\n") + 1 if self.text else 0

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """Texts of the first headings (h1, then h2)."""
        out: list[str] = []
        for kind, most in _HEADINGS:
            for begin in self._places(kind)[:most]:
                if len(out) == _HEADINGS_READ:
                    break
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
        return len(self._tree.tags("a")) if self.html else 0

    @cached_property
    def scripts(self) -> int:
        """1 where there are scripts, else 0."""
        return int(self._number(SCRIPT) > 0)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """Types of the form's fields."""
        if not self.html:
            return ()
        return tuple((n.attributes.get("type") or "text").lower() for n in self._tree.tags("input")[:50])


def glance_of(page: Page) -> Glance:
    """What can be seen of `page` without building a tree with locators."""
    return Glance(page)


def _plain(texts: bytes) -> str:
    """Texts of a page's source, with the signs that their entities stand for."""
    text = texts.decode("utf-8", "replace")
    return unescape(text) if b"&" in texts else text
