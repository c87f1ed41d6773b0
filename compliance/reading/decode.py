"""Bytes to text (解码), before any parser sees them: parsers given bytes guess wrongly on Chinese pages."""

from __future__ import annotations

import codecs
import re

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, resolve_encoding

# Encodings that accept every byte: a server that names one by default tells us nothing about a Chinese page.
_ACCEPT_ALL = {"cp1252", "iso8859-1", "latin-1", "latin_1", "ascii", "us-ascii", "windows-1252"}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HIGH = re.compile(rb"[\x80-\xff]")
_SAMPLE = 200_000  # bytes looked at where plausibility is weighed


def decode(body: bytes, content_type: str | None = None, html: bool = True) -> tuple[str, str, tuple[str, ...]]:
    """The text of `body`, the encoding used, and what could not be read, in words (empty when all was).

    Order: byte order mark; what the header or the page declares, when it decodes without error (gb2312 and gbk are read as
    GB18030, their superset, as browsers do); UTF-8; GB18030 or Big5, whichever gives the commoner characters;
    charset-normalizer for the rest. When nothing decodes cleanly, the way that loses least, with the loss said.
    Newlines become `\\n` and NULs U+FFFD, as HTML parsers do, so that offsets agree everywhere.
    """
    text, encoding = _decoded(body, content_type, html)
    text = normal_text(text)
    lost = text.count("\ufffd")
    faults = (f"有{lost}处文字无法按{encoding}解码，未读",) if lost else ()
    return text, encoding, faults


def normal_text(text: str, sound: bool = False) -> str:
    """Text as every parser would hand it back: `\\r\\n` and `\\r` are `\\n`, NUL and lone surrogates are U+FFFD. `sound`: it is known to
    hold no lone surrogates, which is asked at each sign otherwise."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if not sound and not text.isascii() and _SURROGATE.search(text):
        text = _SURROGATE.sub("\ufffd", text)
    return text


_SURROGATE = re.compile("[\ud800-\udfff]")


def looks_binary(body: bytes) -> bool:
    """Whether the first bytes are those of a program, picture or archive and not of a text in any usual encoding."""
    head = body[:4096]
    if not head or head.startswith(tuple(bom for bom, _ in _BOMS)):
        return False
    wide = _utf16_kind(head)
    if wide:
        head = head.decode(wide, "ignore").encode("utf-8", "ignore") or b"\0"
    controls = sum(b < 9 or 13 < b < 27 or 27 < b < 32 for b in head)
    return controls > len(head) * 0.05


def _decoded(body: bytes, content_type: str | None, html: bool) -> tuple[str, str]:
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace"), name
    declared = _declared(body, content_type, html)
    if not _HIGH.search(body):
        wide = _utf16_kind(body[:4096])
        if wide:
            return body.decode(wide, "replace"), wide
        if declared[:1] in (["hz"], ["iso2022_jp"], ["utf-7"]):  # these hide text in plain ASCII bytes
            return body.decode(declared[0], "replace"), declared[0]
        return body.decode("ascii", "replace"), "utf-8"
    wide = _utf16_kind(body[:4096])
    if wide:
        return body.decode(wide, "replace"), wide
    for name in [n for n in declared if n not in _ACCEPT_ALL] + ["utf-8"]:
        text = _strict(body, name)
        if text is not None:
            return text, name
    return _undeclared(body, declared)


def _declared(body: bytes, content_type: str | None, html: bool) -> list[str]:
    names = [http_content_type_encoding(content_type)]
    if html:
        names.append(html_body_declared_encoding(body))
    found = []
    for name in names:
        real = resolve_encoding(name) if name else None
        if real and real not in found:
            found.append(real)
    return found


def _strict(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except UnicodeDecodeError as error:
        # A document cut off in the middle of its last character is whole up to there.
        if error.end >= len(body) - 4 and error.start >= len(body) - 4:
            return body[: error.start].decode(name)
        return None
    except (LookupError, UnicodeError):
        return None


def _undeclared(body: bytes, declared: list[str]) -> tuple[str, str]:
    weighed = []
    for name in ("gb18030", "big5"):
        text = _strict(body, name)
        if text is not None:
            weighed.append((_commonness(text[:_SAMPLE], name), name, text))
    if weighed:
        best = max(weighed, key=lambda w: w[0])
        if best[0] > 0.5:
            return best[2], best[1]
    if weighed or len(body) < 4 or declared[:1] and declared[0] in _ACCEPT_ALL:
        guess = _guessed(body)
        if guess:
            return guess
    # Nothing decodes cleanly: the way that loses least.
    names = [n for n in declared if n not in _ACCEPT_ALL] + ["utf-8", "gb18030", "big5"]
    tried = [(body.decode(n, "replace"), n) for n in dict.fromkeys(names)]
    return min(tried, key=lambda t: t[0].count("\ufffd"))


def _guessed(body: bytes) -> tuple[str, str] | None:
    from charset_normalizer import from_bytes

    best = from_bytes(body[:_SAMPLE]).best()
    if best is None:
        return None
    try:
        return body.decode(best.encoding), best.encoding
    except (LookupError, UnicodeError):
        return None


def _commonness(text: str, name: str) -> float:
    """Share of the non-ASCII characters that belong to the everyday part of the character set (level 1 and punctuation)."""
    common = total = 0
    codec = "gb2312" if name == "gb18030" else "big5"
    for char in text:
        if char < "\x80":
            continue
        total += 1
        try:
            code = char.encode(codec)
        except UnicodeEncodeError:
            continue
        lead = code[0]
        if codec == "gb2312":
            common += 0xA1 <= lead <= 0xA3 or 0xB0 <= lead <= 0xD7
        else:
            common += 0xA1 <= lead <= 0xC6
    return common / total if total else 0.0


def _utf16_kind(head: bytes) -> str | None:
    """UTF-16 without a byte order mark shows as NULs at every other byte of its ASCII part."""
    if len(head) < 4:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.05:
        return "utf-16-be"
    return None
