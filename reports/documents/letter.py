"""Letters → HTML or DOCX, several in one file, each on its own page."""

from __future__ import annotations

import io
from html import escape

from reports.documents.needs import needed
from reports.documents.wordml import paragraph
from reports.letters import Letter

FORMATS = ("html", "docx")
TAGS = {"title": "h1", "heading": "h2", "item": "li", "text": "p", "right": "p class=right"}
STYLES = {"title": "Title", "heading": "Heading2", "item": "ListBullet", "text": None, "right": "LetterRight"}
CSS = """body{font:16px/1.9 FangSong,STFangsong,"Noto Serif CJK SC",serif;max-width:44em;margin:2em auto;padding:0 1.2em;
overflow-wrap:anywhere;color:#1a2027}h1{text-align:center;font-size:1.6em}h2{font-size:1.1em}.right{text-align:right;margin:.2em 0}
article+article{break-before:page;border-top:1px solid #ccd3da}@page{size:A4;margin:25mm 22mm}@media print{body{margin:0}}"""


def rendered(letters: tuple[Letter, ...], form: str) -> bytes:
    """The letters as one file. Raises NotInstalled without python-docx, ValueError for another format."""
    if form == "html":
        return _html(letters).encode("utf-8")
    if form == "docx":
        return _docx(letters)
    raise ValueError(f"{form}: letters are written as {' or '.join(FORMATS)}")


def _html(letters: tuple[Letter, ...]) -> str:
    parts = []
    for letter in letters:
        inner, listing = [], False
        for block in letter.blocks:
            if (block.kind == "item") != listing:
                inner.append("</ul>" if listing else "<ul>")
                listing = not listing
            tag = TAGS[block.kind]
            inner.append(f"<{tag}>{escape(block.text)}</{tag.split()[0]}>")
        parts.append(f"<article>{''.join(inner)}{'</ul>' if listing else ''}</article>")
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(letters[0].title)}</title>'
        f"<style>{CSS}</style></head><body><main>{''.join(parts)}</main></body></html>\n"
    )


def _docx(letters: tuple[Letter, ...]) -> bytes:
    from reports.documents.docx import INSTALL, styled

    docx = needed("docx", INSTALL)
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml import parse_xml

    document = docx.Document()
    styled(document)
    document.styles.add_style("LetterRight", WD_STYLE_TYPE.PARAGRAPH).paragraph_format.alignment = 2
    document.styles["Title"].paragraph_format.page_break_before = len(letters) > 1
    document.core_properties.title = letters[0].title
    last = document.element.body.sectPr
    for letter in letters:
        for block in letter.blocks:
            last.addprevious(parse_xml(paragraph(block.text, STYLES[block.kind])))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
