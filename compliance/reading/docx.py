"""Text of Word documents (.docx, ISO/IEC 29500): paragraphs and tables, headers and footers, by zipfile and lxml."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from typing import Any

from compliance.reading.decode import normal_text
from compliance.reading.fault import Fault
from compliance.reading.limits import LIMITS, Limits
from compliance.records import Page

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARTS = re.compile(r"word/(?:header\d*|document|footnotes|endnotes|footer\d*)\.xml\Z")
_ORDER = ("header", "document", "footnotes", "endnotes", "footer")
_RATIO = 400  # a part that grows more than this when unpacked is a bomb, not a text


def page_of_docx(
    body: bytes, source: str, cut: int = 0, limits: Limits = LIMITS, url: str | None = None
) -> Page | Fault:
    """One page record of the document's text: one line a paragraph, headings as Markdown headings, table rows as `| a | b |`.

    Bounds: unpacked size and growth (a zip bomb is refused), no external entities, no network. Pictures are counted in `faults`.
    """
    if cut:
        return Fault(source, f"the document has more than {limits.document} bytes", "split it, or save it as text")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            infos = [i for i in archive.infolist() if _PARTS.match(i.filename)]
            pictures = sum(i.filename.startswith("word/media/") for i in archive.infolist())
            if not any(i.filename == "word/document.xml" for i in infos):
                return Fault(source, "is no Word document (word/document.xml is missing)", "save it as .docx again")
            infos.sort(
                key=lambda i: (next(k for k, p in enumerate(_ORDER) if i.filename.startswith(f"word/{p}")), i.filename)
            )
            left = limits.unpacked
            lines: list[str] = []
            for info in infos:
                if info.file_size > left or info.file_size > _RATIO * max(info.compress_size, 1_000):
                    return Fault(
                        source, f"{info.filename} unpacks to {info.file_size} bytes: refused", "save the document again"
                    )
                with archive.open(info) as part:
                    xml = part.read(left + 1)
                left -= len(xml)
                if left < 0:
                    return Fault(
                        source, f"unpacks to more than {limits.unpacked} bytes: refused", "save the document again"
                    )
                lines.extend(_lines_of(xml))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        return Fault(source, f"is damaged or locked ({error})", "open it elsewhere and save it again as .docx")
    except _BadXml as error:
        return Fault(source, f"is damaged ({error})", "open it elsewhere and save it again as .docx")
    return Page(
        url=url,
        captured_at=None,
        html=None,
        text=normal_text("\n".join(lines)),
        sha256=hashlib.sha256(body).hexdigest(),
        source=source,
        encoding="docx",
        faults=(f"文档内图片{pictures}张，其中的文字未识别",) if pictures else (),
    )


class _BadXml(ValueError):
    pass


def _lines_of(xml: bytes) -> list[str]:
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, recover=True, huge_tree=False
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise _BadXml(str(error)) from error
    if root is None:
        raise _BadXml("no XML in it")
    lines: list[str] = []
    rows: list[list[str]] = []  # open table rows, innermost last: texts of their cells
    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag = node.tag
        if event == "start":
            if tag == _W + "tr":
                rows.append([])
            elif tag == _W + "tc" and rows:
                rows[-1].append("")
            continue
        if tag == _W + "p":
            text = _paragraph(node)
            if rows and rows[-1]:
                rows[-1][-1] = f"{rows[-1][-1]} {text}".strip()
            elif text.strip():
                lines.extend([_heading(node) + text, ""])
        elif tag == _W + "tr" and rows:
            cells = rows.pop()
            row = " | ".join(c.replace("|", "｜") for c in cells)
            if any(c.strip() for c in cells):
                if rows and rows[-1]:
                    rows[-1][-1] = f"{rows[-1][-1]} {' '.join(c for c in cells if c)}".strip()
                else:
                    lines.append(f"| {row} |")
        elif tag == _W + "tbl" and not rows:
            lines.append("")
    return lines


def _paragraph(node: Any) -> str:
    out = []
    for part in node.iter(_W + "t", _W + "tab", _W + "br", _W + "noBreakHyphen"):
        if part.tag == _W + "t":
            out.append(part.text or "")
        else:
            out.append("-" if part.tag == _W + "noBreakHyphen" else " ")
    return "".join(out).replace("\n", " ")


def _heading(node: Any) -> str:
    style = node.find(f"{_W}pPr/{_W}pStyle")
    name = style.get(_W + "val", "") if style is not None else ""
    match = re.fullmatch(r"(?:Heading|heading |标题 ?)?([1-6])", name)
    return "#" * int(match[1]) + " " if match else ""
