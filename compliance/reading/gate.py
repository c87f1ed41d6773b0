"""The gate (初筛): lets the common page go, which says nothing of certification, before any tree is built.

It asks the same question as `triggers.may_claim`. Most pages are quiet (quiet.py) and that is the end of it; of the others Chinese triggers are looked for with all blanks and
element borders taken out (认<b>证</b>, 认 证), Latin ones word by word with each word judged once, and only lines with odd signs
(full width, look-alikes, zero width, spaced letters) are folded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from urllib.parse import unquote

from compliance.reading.codes import ODD_SIGN, WordList, codes_of
from compliance.reading.fold import fold
from compliance.reading.glance import Glance, glance_of
from compliance.reading.quiet import data_is_quiet, text_is_quiet
from compliance.reading.triggers import CHINESE, LATIN, PLAIN
from compliance.records import Page

# Letters and digits in small letters, all else a blank
_WORDS = bytes(ord(chr(c).lower()) if c < 128 and chr(c).isalnum() else 32 for c in range(256))
# The same, but line ends (1) and blanks (2) don't end a word
_PHRASES = bytes(1 if c == 10 else 2 if c in (9, 12, 13, 32) else _WORDS[c] for c in range(256))
# Single letters in a row, or single digits behind a letter or digit: what `fold` closes up
_SPACED = re.compile(
    rb"(?:(?<![a-z0-9])[a-z0-9](?:[\x01\x02]+[a-z0-9](?![a-z0-9]))+|[a-z0-9](?:[\x01\x02]+[0-9](?![a-z0-9])){3,})(?:[\x01\x02]+[a-z0-9]+)?"
)
_CHAIN = re.compile(rb"[a-z0-9]+(?:[\x02]*\x01[\x01\x02]*[a-z0-9]+)+")
_JOINTS = re.compile(rb"[\x01\x02]+")
_MANY = 2_000  # pieces of one chain; no page that is read by people has more
_LONG = 12  # letters of a piece that no trigger reaches over
# Words that PLAIN wants with a second word after a blank.
_FIRST_WORDS = frozenset({b"gb", b"soc", b"sa"})


def may_mention(page: Page) -> bool:
    """False only if the claim reader can find nothing on `page`: in its text, attributes or file names.

    >>> from compliance.reading.open import page_of_text
    >>> may_mention(page_of_text("<p>认<b>证</b></p>", html=True)), may_mention(page_of_text("周末照常营业"))
    (True, False)
    """
    return glance_may_mention(glance_of(page))


def glance_may_mention(glance: Glance) -> bool:
    """The same, of a page that was looked at already."""
    values, files = glance.values, glance.files
    if glance.too_much:
        return True
    if not data_is_quiet(b"%b\n;\n%b" % (glance.data, values) if values else glance.data) and (
        _may_mention(glance.text) or text_may_mention(values.decode("utf-8", "replace"))
    ):
        return True
    # names of files say something only as a whole: words of theirs may be coded (%E8%AF%81)
    return bool(files) and text_may_mention(f"{files}\n{unquote(files, errors='replace')}")


def text_may_mention(text: str) -> bool:
    """Whether `text`, one line a text node, may hold a trigger in any spelling."""
    return not text_is_quiet(text) and _may_mention(text)


def _may_mention(text: str) -> bool:
    if not text.isascii():
        codes, odd = codes_of(text)
        if _chinese().stands_in(codes):
            return True
        if odd and any(_chinese().stands_in(codes_of(line)[0]) or PLAIN.search(line) for line in _folded(text)):
            return True
    return _latin_mentions(text)


def _latin_mentions(text: str) -> bool:
    plain = text.encode("ascii", "replace")
    if any(map(_latin, set(plain.translate(_WORDS).split()))):
        return True
    phrases = {p for phrase in set(plain.translate(_PHRASES).split()) if not (p := phrase.strip(b"\x01\x02")).isalnum()}
    return any(map(_latin, _joined(phrases))) or any(PLAIN.search(fold(spaced).text) for spaced in _spaced(phrases))


def _spaced(phrases: set[bytes]) -> Iterator[str]:
    """Letters and digits one by one that would be a trigger without their blanks (I S O 9 0 0 1)."""
    for phrase in phrases:
        for run in _SPACED.finditer(phrase):
            if _loose().search(_JOINTS.sub(b"", run[0])):
                yield _JOINTS.sub(b" ", phrase[max(0, run.start() - 12) : run.end() + 30]).decode("ascii")


def _joined(phrases: set[bytes]) -> Iterator[bytes]:
    """Words that elements may have torn apart (I<b>SO</b>9001): what stands on both sides of line ends, joined, where a trigger may be."""
    for phrase in phrases:
        for chain in _CHAIN.findall(phrase) if b"\x01" in phrase else ():
            if not _loose().search(_JOINTS.sub(b"", chain)):
                continue
            pieces = _JOINTS.split(chain)
            if len(pieces) > _MANY:
                yield b"iso"  # looked at no further: the page is read
                return
            for first in range(len(pieces) - 1):
                word = pieces[first]
                for piece in pieces[first + 1 : first + _LONG]:
                    word += piece
                    yield word
                    if len(piece) > _LONG:
                        break


def _folded(text: str) -> Iterator[str]:
    """The lines with odd signs in them, folded; and, as words may be divided between elements, what stands around each odd sign."""
    for line in text.split("\n"):
        if ODD_SIGN.search(line):
            for start in range(0, len(line), 8_000):
                yield fold(line[start : start + 8_200]).text
    joined = "".join(text.split())
    last = -31
    for match in ODD_SIGN.finditer(joined):
        if match.start() - last > 30:
            last = match.start()
            yield fold(joined[max(0, last - 30) : last + 61]).text


@lru_cache(maxsize=65_536)
def _latin(word: bytes) -> bool:
    return bool(PLAIN.search(word.decode("ascii"))) or word in _FIRST_WORDS


@cache
def _loose() -> re.Pattern[bytes]:
    """The Latin triggers wherever they stand, without blanks."""
    pattern = re.sub(r"\(\?<?[!=][^()]*\)", "", LATIN).replace(" ?", "")
    return re.compile(pattern.encode())


@cache
def _chinese() -> WordList:
    """The Chinese triggers, without the blanks in them."""
    return WordList(a.replace("\\s", "") for a in CHINESE.split("|"))
