"""Quiet text (无触发词): the gate's first question, asked of compiled patterns. Its yes is final, its no is looked into (gate.py).

Text is quiet when no trigger can stand in it in any spelling: Chinese words with blanks and element borders between their signs, Latin
ones torn apart or spaced, and odd signs that `fold` would make something of.

Patterns are grouped by what runs fast together, as measured; the first three signs of a Chinese trigger stand for it.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import product

from compliance.reading.codes import odd_ranges, spellings
from compliance.reading.scan import Scan, escaped
from compliance.reading.triggers import CHINESE, LATIN, alternatives

# White space and control signs in ASCII, and white space beyond it
_BLANK = bytes(range(33)) + b"\x7f"
_WIDE_BLANK = (
    b"\xc2\x85",
    b"\xc2\xa0",
    b"\xe1\x9a\x80",
    b"\xe3\x80\x80",
    *(b"\xe2\x80%c" % c for c in (*range(128, 139), 168, 169, 175)),
    b"\xe2\x81\x9f",
)
_BEFORE, _BEHIND = "(?<![a-z])", ("(?![a-z])", "(?![a-z0-9])", "(?=[^a-z]|$)")
# Letters that elements tore apart (I<b>SO</b>), and single ones in a row (I S O)
_TORN = r"[a-z][ \t\r\f]*\n\s*[a-z0-9]|[0-9][ \t\r\f]*\n\s*[a-z]"
_SPACED = r"(?:[a-z]\s+[a-z0-9]|[0-9]\s+[a-z])"


def text_is_quiet(text: str) -> bool:
    """Whether no trigger can stand in `text`, one line a text node.

    >>> text_is_quiet("周末照常营业"), text_is_quiet("认\\n证"), text_is_quiet("I S O")
    (True, False, False)
    """
    return data_is_quiet(text.encode("utf-8", "replace"))


def data_is_quiet(data: bytes) -> bool:
    """The same of text as UTF-8."""
    if _latin_scan().found(data):
        return False
    return data.isascii() or not _chinese_scan().found(data.translate(None, _BLANK))


@cache
def _latin_scan() -> Scan:
    free, bound = _latin()
    return Scan(
        [
            "|".join([*free, f"(?:^|[^a-z])(?:{'|'.join(bound)})(?:[^a-z]|$)"]),
            f"{_TORN}|(?:^|[^a-z0-9]){_SPACED}(?:[^a-z0-9]|$)",
        ]
    )


@cache
def _chinese_scan() -> Scan:
    """Of text without ASCII blanks. Blanks beyond ASCII inside a word count as odd signs here."""
    begins = {"".join(signs) for word in _chinese() for signs in product(*map(spellings, word))}
    first = "|".join(sorted({escaped(word[0]) for word in begins}))
    wide = "|".join("".join(f"\\x{b:02x}" for b in blank) for blank in _WIDE_BLANK)
    return Scan([*map(escaped, sorted(begins)), _odd(), f"(?:{first})(?:{wide})"])


def _chinese() -> list[str]:
    """How the Chinese triggers begin: their first three signs, or two where any sign may follow."""
    return sorted({word.replace("\\s", "").split(".")[0][:3] for word in CHINESE.split("|")})


def _odd() -> str:
    """Signs that stand for others or for none, as bytes: all that begin alike by their beginning."""
    parts = set()
    for first, last in odd_ranges():
        begins: dict[bytes, list[int]] = {}
        for code in range(first, last + 1):
            sign = chr(code).encode()
            begins.setdefault(sign[:-1], []).append(sign[-1])
        for begin, lasts in begins.items():
            some = "" if len(lasts) == 64 else f"[\\x{lasts[0]:02x}-\\x{lasts[-1]:02x}]"
            parts.add(_bytes(begin) + some)
    return "|".join(sorted(parts))


def _bytes(data: bytes) -> str:
    return "".join(f"\\x{b:02x}" for b in data)


def _latin() -> tuple[list[str], list[str]]:
    """The Latin triggers: those that count anywhere, and those that count only where no letter stands before and behind."""
    free: list[str] = [r"\s*".join(number) for number in sorted(set(re.findall(r"[0-9]{4,5}", LATIN)))]
    bound: list[str] = ["gb", "soc"]  # the words that want a second one (gate.py)
    for one in alternatives(LATIN):
        starts = one.startswith(_BEFORE)
        end = next((e for e in _BEHIND if one.endswith(e)), "")
        plain = one.removeprefix(_BEFORE).removesuffix(end)
        if starts and end:
            bound.append(plain)
        else:
            free.append(f"{plain}(?:[^a-z]|$)" if end else plain)
    return free, bound
