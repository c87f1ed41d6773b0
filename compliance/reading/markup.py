"""What a page is built of, and its texts, from the source alone (源码结构): no tree, at a fraction of a parser's price.

Texts are cut out of the source only where no parser could read them otherwise: every tag is closed, its values stand in whole quotes and
hold no sign of a tag, scripts, styles and comments end, and no element is there whose content follows rules of its own. Then whatever stands
between a `>` and the next `<` is text. Of other pages nothing is cut, and the parser reads them.
"""

from __future__ import annotations

import re
from functools import cache
from operator import itemgetter

from compliance.reading.scan import Scan

_SIGNS = (
    *("<img", "<iframe", "<embed", "<object", "<h1", "<h2", "<title", "<textarea"),
    *("<script", "<style", "<!--", "</script", "</style", "-->"),
    *("<frame", "<template", "<xmp", "<noembed", "<noframes", "<plaintext"),
)
PICTURE, IFRAME, EMBED, OBJECT, H1, H2, TITLE, _FIELD, SCRIPT, STYLE, _COMMENT = range(11)
_COMMENT_END, FRAMESET, TEMPLATE = 13, 14, 15
_ENDS = {SCRIPT: SCRIPT + 3, STYLE: STYLE + 3, _COMMENT: _COMMENT_END}
_OWN_RULES = range(FRAMESET, len(_SIGNS))
_CROWD = 200_000  # tags; no page that is read by people has more
_FAR = 4_096  # bytes of the tag of a script
_NAME_ENDS = b" \t\r\n\f/>"
# What begins like a tag and is none; a tag with the sign of another in it, or with a quote that belongs to no value; and blanks behind the
# name of an attribute
_TAGS = (
    r"<(?:[^a-z/!]|/[^a-z]|![^d])",
    r"""<[^!](?:[^<>"'=]|=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]))*(?:["'<]|=\s*(?:"[^"<>]*[<>]|'[^'<>]*[<>]|<))|<![^<>]*<""",
    r"[te]\s+=",
)
_SPREAD = 2
TELLING = "iso|ohsas|iatf|ccc|haccp|certif|rohs|gmp|cnas|cma|zheng|renzheng|tuv|fda"  # in the name of a file
# The name of a file that says something: a telling word, a coded sign, a sign beyond ASCII
_FILE = (
    rf"(?:{TELLING}|[%&\x80-\xff])[^/]*"
    r"\.(?:jpe?g|png|gif|webp|bmp|svg|tiff?|pdf|docx?|xlsx?|pptx?|zip|rar|7z)"
)
# Of title, alt and content, and of what else ends alike. The sign of equality stands first, for which `re` searches fastest
_VALUES = re.compile(rb"=(?:(?<=[tT][lL][eE]=)|(?<=[lLnN][tT]=))\s*(\"[^\"]*|'[^']*|[^\s>]*)").findall
_SPREAD_VALUES = re.compile(rb"[tT][lL]?[eE]?\s*=\s*(\"[^\"]*|'[^']*|[^\s>]*)").findall
_TEXTS = re.compile(b">([^<]+)").findall
_WORDS_ONLY = tuple(
    (kind, re.compile(rb"[^<>]*>([^%b]*)</%b[\s>]" % (never, name), re.IGNORECASE).match)
    for kind, name, never in ((TITLE, b"title", b"<"), (_FIELD, b"textarea", b"<"), (IFRAME, b"iframe", b"<&"))
)
_CLOSED_EARLY = re.compile(rb"<(?:script|style)\b[^<]*?/>", re.IGNORECASE).search


class Markup:
    """`places`: by kind (PICTURE …) where the names of such tags end, in order. `kept`: the source without scripts, styles and comments, or
    the whole source where nothing is sure. `texts`: what stands between tags, one a line, without blanks at the ends and with entities
    as they are written; None where nothing is sure. `title`: likewise. `files_tell`: the name of a picture or download may say something.
    `disputed`: a script or style that one parser closes where another doesn't (`<script/>`), so its tree may hold text that is in no other.
    `crowded`: there are too many tags to keep their places."""

    __slots__ = ("_spread", "count", "crowded", "disputed", "files_tell", "kept", "places", "texts", "title")

    def __init__(self, body: bytes) -> None:
        self.crowded = len(body) > _CROWD and max(body.count(b"<"), body.count(b">")) > _CROWD
        found = [] if self.crowded else sorted(_scan().found(body), key=itemgetter(1))
        self.disputed = False
        self.title = b""
        self.count = 0
        self.texts: bytes | None = None
        self.places: list[list[int]] = [[] for _ in _SIGNS]
        kept = None if self.crowded else self._without_silent(body, found)
        if kept is not None and self._is_sure(body, kept):
            self.kept = kept
            pieces = list(filter(None, map(bytes.strip, _TEXTS(kept))))
            self.count = len(pieces)
            self.texts = b"\n".join(pieces)
            return
        self.kept = body
        self._look_at(body)
        self.disputed = _CLOSED_EARLY(body) is not None
        self.places = [[] for _ in _SIGNS]
        for number, end in found:
            self.places[number].append(end)

    def number(self, kind: int) -> int:
        """How many tags of a kind there are."""
        return self.kept.lower().count(_SIGNS[kind].encode()) if self.crowded else len(self.places[kind])

    @property
    def values(self) -> bytes:
        """Values of the attributes title, alt and content, and of some others, one a line, entities as they are written."""
        return b"\n".join((_SPREAD_VALUES if self._spread else _VALUES)(self.kept))

    def _look_at(self, source: bytes) -> bool:
        """Whether all tags are plain ones."""
        found = [number for number, _ in _tag_scan().found(source)]
        self._spread = _SPREAD in found
        self.files_tell = bool(_file_scan().found(source))
        return not found or min(found) == _SPREAD

    def _without_silent(self, body: bytes, found: list[tuple[int, int]]) -> bytes | None:
        """The source without scripts, styles and comments; None where one of them may end elsewhere or not at all."""
        parts: list[bytes] = []
        places = self.places
        reached = opened = 0
        awaited = -1
        commented = False
        for number, end in found:
            if awaited >= 0:
                if awaited == _ENDS[SCRIPT]:  # a script that a comment in a script opens may end later
                    commented |= number == _COMMENT
                    if number == SCRIPT and commented:
                        return None
                begin = end - len(_SIGNS[number])
                if number != awaited or begin < opened:
                    continue
                if number == _COMMENT_END:
                    if body.find(b"--!>", opened, end) >= 0:
                        return None
                    awaited, reached = -1, end
                elif body[end : end + 1] in _NAME_ENDS:
                    awaited, reached = -1, begin  # the tag at the end stays, as the border of a text
                continue
            if number not in _ENDS:
                places[number].append(end)
                continue
            begin = end - len(_SIGNS[number])
            if number == _COMMENT:
                if body.startswith((b">", b"->"), end):
                    return None
                parts += (body[reached:begin], b"<x>")
            elif body[end : end + 1] in _NAME_ENDS:
                close = body.find(b">", end, end + _FAR)
                tag = body[end:close]
                if close < 0 or tag.endswith(b"/") or tag.count(b'"') % 2 or tag.count(b"'") % 2:
                    return None
                parts.append(body[reached:begin])
            else:
                continue  # <styled-button>
            places[number].append(end)
            awaited, opened, commented = _ENDS[number], end, False
        if awaited >= 0:
            return None
        return b"".join((*parts, body[reached:])) if parts else body

    def _is_sure(self, body: bytes, kept: bytes) -> bool:
        places = self.places
        if any(places[kind] for kind in _OWN_RULES):
            return False
        if b"<" not in kept or b"\0" in kept or kept.rfind(b"<") >= kept.rfind(b">") or kept[: kept.find(b"<")].strip():
            return False
        inner = [alone(body, end) for kind, alone in _WORDS_ONLY for end in places[kind]]
        if None in inner or not self._look_at(kept):
            return False
        if places[TITLE] and inner[0]:
            self.title = inner[0][1]
        return True


@cache
def _scan() -> Scan:
    return Scan(_SIGNS, range(len(_SIGNS)))


@cache
def _tag_scan() -> Scan:
    return Scan(_TAGS)


@cache
def _file_scan() -> Scan:
    """Apart from the tags, because together they compile seven times longer."""
    return Scan([_FILE])
