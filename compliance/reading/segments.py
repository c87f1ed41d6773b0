"""Cuts running text into pieces where a reader sees a new line (断行), and joins lines that were only wrapped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from compliance.reading.limits import BLOCK_CHARS

_END = re.compile(r"[。！？；!?;:：…]\s*\Z|\.\s*\Z")
_LABEL = re.compile(r"\s*[^\s：:，。,.]{1,12}\s*[：:]")
_BULLET = re.compile(r"\s*(?:[·•●■◆★☆※○▪▶►√✓✔\-–—*→]|[(（]?[0-9一二三四五六七八九十①-⑳]{1,3}[)）.、．])")
_CJK = "\u3400-\u9fff\uf900-\ufaff"
_GOES_ON = re.compile(rf"[{_CJK}，、,（(“\"—a-z]\Z")
_CONTINUES = re.compile(rf"\s*[{_CJK}a-z，、。；：）)”]")
# A line that ends so goes on whatever its length: 通过ISO／9001认证; one that begins so belongs to the line before: 质量管理／体系认证.
_HANGS = re.compile(r"(?:[、，（(《“/]|(?<![A-Za-z])(?:ISO|IEC|GB/T|GB|IATF|OHSAS|ISO/TS))\Z")
_REST = re.compile(
    r"\s*(?:[，、。；）)》”]|(?:认证|证书|体系|体系认证|管理体系|管理体系认证|认证证书)\s*[。，；]?\s*\Z)"
)
_SENTENCE_END = re.compile(r"[。！？!?；;\n]")
_WRAPPED = 18  # a line shorter than this was ended on purpose


def pieces_of(text: str, start: int, end: int, breaks: Sequence[tuple[int, bool]]) -> list[tuple[int, int]]:
    """Spans of `text[start:end]` between `breaks` (position, certain), trimmed, without those that hold no letter or digit.

    An uncertain break (`<br>`, a line end in plain text) is undone when the line before it is long, doesn't end a sentence, and
    the next one neither begins with a bullet nor is a label: then a word may run over it.
    """
    edges = [start, *(p for p, _ in breaks), end]
    certain = [c for _, c in breaks]
    joined: list[tuple[int, int]] = []
    merge = False
    for i in range(len(edges) - 1):
        a, b = edges[i], edges[i + 1]
        if merge and joined:
            a = joined.pop()[0]
        joined.append((a, b))
        merge = i < len(certain) and not certain[i] and _runs_on(text[a:b], text[b : edges[i + 2]])
    out: list[tuple[int, int]] = []
    for a, b in joined:
        out.extend(short_spans(text, a, b))
    return out


def _runs_on(line: str, following: str) -> bool:
    bare = line.strip()
    if not bare or not following.strip():
        return False
    if _HANGS.search(bare) or _REST.match(following):
        return True
    if len(bare.rsplit("\n", 1)[-1]) < _WRAPPED or _END.search(bare) or not _GOES_ON.search(bare):
        return False
    return bool(_CONTINUES.match(following)) and not _BULLET.match(following) and not _LABEL.match(following)


def short_spans(text: str, start: int, end: int) -> Iterable[tuple[int, int]]:
    """The trimmed span, or several when it is longer than a block may be: cut after a sentence where there is one."""
    while True:
        start, end = trimmed(text, start, end)
        if start >= end:
            return
        if end - start <= BLOCK_CHARS:
            yield start, end
            return
        cut = start + BLOCK_CHARS
        stops = [m.end() for m in _SENTENCE_END.finditer(text, start + BLOCK_CHARS // 2, cut)]
        cut = stops[-1] if stops else cut
        yield trimmed(text, start, cut)
        start = cut


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space (and zero-width signs) at its ends."""
    while start < end and (text[start].isspace() or text[start] in "\u200b\ufeff\u2060"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "\u200b\ufeff\u2060"):
        end -= 1
    return start, end


def folded(text: str) -> str:
    """White space folded to single blanks, ends trimmed: for headings, labels and leads, never for quotes."""
    return " ".join(text.split())
