"""WordprocessingML by the piece: paragraphs, runs, tables as XML text (ECMA-376 part 1, §17).

Tables are written as text and parsed once, because building them cell by cell takes minutes for a report of 500 findings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from reports.visible import visible

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TEXT_WIDTH = 8844  # twentieths of a point between the margins: A4, 28 mm left, 26 mm right (GB/T 9704-2012 §5.2)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one look."""

    text: str
    bold: bool = False
    marked: bool = False  # the quote: underlined and highlighted, so that it stands out in black and white too
    small: bool = False


Cell = str | Run | Sequence[str | Run]


def run(piece: str | Run) -> str:
    """One `w:r`; line feeds become breaks, unprintable characters are shown by code point."""
    piece = piece if isinstance(piece, Run) else Run(piece)
    look = ("<w:b/>" if piece.bold or piece.marked else "") + ('<w:sz w:val="18"/>' if piece.small else "")
    if piece.marked:
        look += '<w:highlight w:val="yellow"/><w:u w:val="single"/>'
    lines = visible(piece.text).splitlines() or [""]
    text = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{text}</w:r>"


def paragraph(pieces: Cell, style: str | None = None, anchor: tuple[int, str] | None = None) -> str:
    """One `w:p` of text and runs. `anchor`: (number, name) of a bookmark around it."""
    inner = "".join(run(piece) for piece in ([pieces] if isinstance(pieces, str | Run) else pieces))
    if anchor:
        number, name = anchor
        inner = f'<w:bookmarkStart w:id="{number}" w:name={quoteattr(name)}/>{inner}<w:bookmarkEnd w:id="{number}"/>'
    look = f"<w:pPr><w:pStyle w:val={quoteattr(style)}/></w:pPr>" if style else ""
    return f'<w:p xmlns:w="{W}">{look}{inner}</w:p>'


def table(widths: Sequence[int], head: Sequence[str] | None, rows: Sequence[Sequence[Cell]], title: str) -> str:
    """One `w:tbl` over the text's width. `widths` are parts of it; the head repeats on every page; `title` is read aloud."""
    whole = sum(widths)
    wide = [TEXT_WIDTH * one // whole for one in widths]
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in wide)
    body = _row(wide, [Run(one, bold=True) for one in head], head=True) if head else ""
    body += "".join(_row(wide, cells) for cells in rows)
    return (
        f'<w:tbl xmlns:w="{W}"><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/></w:tblCellMar><w:tblCaption w:val={quoteattr(visible(title))}/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"
    )


def _row(wide: Sequence[int], cells: Sequence[Cell], head: bool = False) -> str:
    look = "<w:trPr><w:cantSplit/>" + ("<w:tblHeader/>" if head else "") + "</w:trPr>"
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="E9EDF1"/>' if head else ""
    out = []
    for width, cell in zip(wide, cells, strict=True):
        lines = [cell] if isinstance(cell, str | Run) else list(cell)
        inner = "".join(f'<w:p><w:pPr><w:pStyle w:val="TableText"/></w:pPr>{run(line)}</w:p>' for line in lines or [""])
        out.append(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>{inner}</w:tc>')
    return f"<w:tr>{look}{''.join(out)}</w:tr>"


def field(code: str, shown: str) -> tuple[str, ...]:
    """A field (PAGE, NUMPAGES) as runs, with what stands there until the reader's program computes it."""
    return (
        f'<w:r xmlns:w="{W}"><w:fldChar w:fldCharType="begin"/></w:r>',
        f'<w:r xmlns:w="{W}"><w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>',
        f'<w:r xmlns:w="{W}"><w:fldChar w:fldCharType="separate"/></w:r>',
        f'<w:r xmlns:w="{W}"><w:t>{escape(shown)}</w:t></w:r>',
        f'<w:r xmlns:w="{W}"><w:fldChar w:fldCharType="end"/></w:r>',
    )


def contents(entries: Sequence[tuple[int, str, str]]) -> list[str]:
    """目录: (level, text, bookmark) as links, each with a page reference that the reader's program computes when it opens the file.

    No TOC field around them: inside one LibreOffice computes nothing, and the numbers would stay empty until somebody asks.
    """
    out = []
    for level, text, name in entries:
        page = (
            '<w:r><w:tab/></w:r><w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText xml:space="preserve"> '
            f'PAGEREF {escape(name)} \\h </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            '<w:r><w:t>–</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )
        out.append(
            f'<w:p xmlns:w="{W}"><w:pPr><w:pStyle w:val="TOC{level}"/></w:pPr>'
            f'<w:hyperlink w:anchor={quoteattr(name)} w:history="1">{run(text)}</w:hyperlink>{page}</w:p>'
        )
    return out
