"""Plain text and Markdown to blocks (纯文本): offsets are those of the whole text, the selector is empty."""

from __future__ import annotations

import re

from compliance.reading.segments import folded, pieces_of, trimmed
from compliance.records import Block, Container, Locator

_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*\Z")
_ITEM = re.compile(r"\s*(?:[-*+•·●■◆▪]\s+|[•·●■◆▪√✓✔]\s*|\d{1,3}[.)、]\s*|[(（]\d{1,3}[)）]\s*)(?=\S)")
_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*\Z")
_CELL = re.compile(r"(?<!\\)\|")


def plain_blocks(text: str) -> tuple[Block, ...]:
    """Paragraphs, Markdown headings, list items and table rows of `text`. One line gives one block, of container `sentence`."""
    return _Plain(text).blocks()


class _Plain:
    def __init__(self, text: str) -> None:
        self.text = text
        self._out: list[Block] = []
        self._headings: list[tuple[int, str]] = []
        self._group = 0
        self._last: tuple[str, str] = ("", "")  # kind of the last line, its words
        self._lead = ""
        self._head: list[str] = []

    def blocks(self) -> tuple[Block, ...]:
        lines = list(_lines(self.text))
        several = sum(bool(self.text[a:b].strip()) for a, b in lines) > 1
        paragraph: list[tuple[int, int]] = []
        for i, (a, b) in enumerate(lines):
            line = self.text[a:b]
            kind = self._kind(line, lines, i) if several else "text"
            if kind == "text" and line.strip():
                paragraph.append((a, b))
                continue
            self._paragraph(paragraph)
            paragraph = []
            if line.strip():
                self._special(kind, a, b, line)
        self._paragraph(paragraph)
        return tuple(self._out)

    def _kind(self, line: str, lines: list[tuple[int, int]], i: int) -> str:
        if not line.strip():
            return "blank"
        if _HEADING.match(line):
            return "heading"
        if "|" in line:
            if _RULE.match(line):
                return "rule"
            cells = len(_CELL.findall(line.strip().strip("|")))
            below = self.text[slice(*lines[i + 1])] if i + 1 < len(lines) else ""
            if cells and (
                self._last[0] in ("row", "rule")
                or (_RULE.match(below) and "|" in below)
                or line.lstrip().startswith("|")
            ):
                return "row"
        if "\t" in line.strip() and len(line.strip().split("\t")) > 1:
            return "tabbed"
        return "item" if _ITEM.match(line) else "text"

    def _paragraph(self, lines: list[tuple[int, int]]) -> None:
        if not lines:
            return
        start, end = lines[0][0], lines[-1][1]
        self._group += 1
        for a, b in pieces_of(self.text, start, end, [(s, False) for s, _ in lines[1:]]):
            self._add(a, b, "sentence")
        self._last = ("text", folded(self.text[lines[-1][0] : end]))
        self._head = []

    def _special(self, kind: str, a: int, b: int, line: str) -> None:
        if kind == "heading":
            match = _HEADING.match(line)
            assert match is not None
            start = a + match.start(2)
            level = len(match[1])
            while self._headings and self._headings[-1][0] >= level:
                self._headings.pop()
            self._group += 1
            for s, e in pieces_of(self.text, start, start + len(match[2]), []):
                self._add(s, e, "sentence")
            self._headings.append((level, folded(match[2])[:80]))
        elif kind == "item":
            match = _ITEM.match(line)
            assert match is not None
            if self._last[0] != "item":
                self._group += 1
                self._lead = self._last[1][-120:] if self._last[0] in ("text", "heading") else ""
            for s, e in pieces_of(self.text, a + match.end(), b, []):
                self._add(s, e, "list", lead=self._lead)
        elif kind in ("row", "tabbed"):
            self._row(kind, a, line)
        self._last = (kind, folded(line).lstrip("# "))

    def _row(self, kind: str, a: int, line: str) -> None:
        if self._last[0] not in ("row", "rule", "tabbed"):
            self._group += 1
            self._lead = self._last[1][-120:] if self._last[0] in ("text", "heading") else ""
            self._head = []
        spans = []
        edges = [m.start() for m in (_CELL if kind == "row" else re.compile("\t")).finditer(line)]
        for s, e in zip([-1, *edges], [*edges, len(line)], strict=True):
            spans.append(trimmed(self.text, a + s + 1, a + e))
        if kind == "row" and line.strip().startswith("|"):
            spans = spans[1:]
        if kind == "row" and line.strip().endswith("|") and len(spans) > 1:
            spans = spans[:-1]
        filled = [(s, e) for s, e in spans if e > s]
        if not filled:
            return
        start, end = filled[0][0], filled[-1][1]
        headers = [self._head[i] if i < len(self._head) else "" for i in range(len(spans))]
        if not self._head:
            self._head = [folded(self.text[s:e]) for s, e in spans]
        cells = tuple((s - start, e - start) if e > s else (0, 0) for s, e in spans)
        self._add(start, end, "table", lead=self._lead, cells=cells, headers=tuple(headers))

    def _add(
        self,
        start: int,
        end: int,
        container: Container,
        lead: str = "",
        cells: tuple[tuple[int, int], ...] = (),
        headers: tuple[str, ...] = (),
    ) -> None:
        if not any(c.isalnum() for c in self.text[start:end]):
            return
        self._out.append(
            Block(
                index=len(self._out),
                text=self.text[start:end],
                container=container,
                locator=Locator("", start, end),
                heading_path=tuple(words for _, words in self._headings),
                lead=lead,
                group=self._group,
                cells=cells,
                headers=headers,
            )
        )


def _lines(text: str) -> list[tuple[int, int]]:
    out = []
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        out.append((start, end))
        start = end + 1
    return out
