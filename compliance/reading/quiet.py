"""Quiet text (无触发词): the gate's first question, asked of compiled patterns. Its yes is final, its no is looked into (gate.py).

Text is quiet when no trigger can stand in it in any spelling: Chinese words with blanks and element borders between their signs, Latin
ones torn apart or spaced, and odd signs that `fold` would make something of.

Patterns are grouped by what runs fast together, as measured; the first three signs of a Chinese trigger stand for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import product
from typing import Any

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
    wide = "|".join(map(_bytes, _WIDE_BLANK))
    return Scan([*map(escaped, sorted(begins)), _odd(), f"(?:{first})(?:{wide})"])


def _chinese() -> list[str]:
    """How the Chinese triggers begin: their first three signs, or two where any sign may follow."""
    return sorted({word.replace("\\s", "").split(".")[0][:3] for word in CHINESE.split("|")})


def _odd() -> str:
    """Signs that stand for others or for none, as bytes: one expression without branches that begin alike, which compiles fast."""
    tree: dict[int, Any] = {}
    for first, last in odd_ranges():
        for code in range(first, last + 1):
            *begin, end = chr(code).encode()
            at = tree
            for byte in begin:
                at = at.setdefault(byte, {})
            at[end] = {}
    return _one_of(tree)


def _one_of(tree: dict[int, Any]) -> str:
    """The byte sequences of `tree`; a byte that any other may follow stands for all of them."""
    alike: dict[str, list[int]] = {}
    for byte, below in tree.items():
        whole = len(below) == 64 and not any(below.values())
        alike.setdefault("" if whole or not below else _one_of(below), []).append(byte)
    parts = [f"[{_bytes(begin)}]{rest}" for rest, begin in alike.items()]
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


def _bytes(some: Iterable[int]) -> str:
    return "".join(f"\\x{byte:02x}" for byte in some)


def _latin() -> tuple[list[str], list[str]]:
    """The Latin triggers: those that count anywhere, and those that count only where no letter stands before and behind."""
    free: list[str] = [r"\s*".join(number) for number in sorted(set(re.findall(r"[0-9]{4,5}", LATIN)))]
    bound: list[str] = ["gb", "soc", "sa"]  # the words that want a second one (gate.py)
    for one in alternatives(LATIN):
        starts = one.startswith(_BEFORE)
        end = next((e for e in _BEHIND if one.endswith(e)), "")
        plain = one.removeprefix(_BEFORE).removesuffix(end)
        if starts and end:
            bound.append(plain)
        else:
            free.append(f"{plain}(?:[^a-z]|$)" if end else plain)
    return free, bound
