"""The snapshot of a page (页面快照), inert: its words and their order, the quote marked, and nothing that runs, loads, sends or hides.

Pages are hostile. Everything but plain structure is thrown away by nh3 (ammonia) as the last step, so that no parser of ours stands
between it and the browser; the answer's own policy and the frame's sandbox would each stop what were left.
"""

from __future__ import annotations

import base64
import hashlib
import html as escaping
import re
from collections.abc import Iterable, Sequence
from typing import Any

import nh3
from lxml import etree
from lxml import html as lxml_html

from reports.visible import visible

LARGEST = 3_000_000  # signs of a page that are shown; the rest is said to be left out
DEEPEST = 120  # levels of nesting that are kept; what lies deeper is shown as text
MARKS = 50  # places of a quote that are marked
SPAN = re.compile("[0-9]{1,3}")
OPENS, CLOSES = "\ue000", "\ue001"  # stand for <mark> and </mark> until all is clean; taken out of the page first
_KEPT = """h1 h2 h3 h4 h5 h6 p div span ul ol li dl dt dd table thead tbody tfoot tr th td caption b strong i em u s small sub sup br
hr blockquote q pre code section article header footer nav main aside figure figcaption address"""
_GONE = """script style iframe frame frameset object embed applet noscript noembed noframes template svg math title head link meta base
textarea select option audio video source track canvas portal fencedframe xmp plaintext"""
KEPT, GONE = frozenset(_KEPT.split()), frozenset(_GONE.split())
STYLE = (
    "body{margin:.8rem 1rem;font:15px/1.65 'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;color:#1a2027;background:#fff;"
    "overflow-wrap:anywhere}"
    "mark{background:#ffe08a;color:#1a2027;outline:2px solid #b97700;scroll-margin:5rem}"
    "h1,h2,h3,h4,h5,h6{font-size:1.05em;margin:.6em 0 .3em}p,ul,ol,dl{margin:.3em 0}"
    "table{border-collapse:collapse}td,th{border:1px solid #d3d9df;padding:.2em .5em;text-align:left;vertical-align:top}"
    "pre{white-space:pre-wrap;font:inherit}.note{background:#fff8e6;border-left:4px solid #d98a00;padding:.3em .7em}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode("utf-8")).digest()).decode("ascii")
POLICY = (
    f"sandbox; default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
HEADERS = {"Content-Security-Policy": POLICY, "X-Frame-Options": "SAMEORIGIN"}


def document(body: str, title: str, note: str = "") -> str:
    """The whole answer for a frame: `body` as `inert` or `inert_text` gives it, `note` above it in our own words."""
    body = f'<p class="note">{escaping.escape(note)}</p>{body}' if note else body
    head = f'<meta charset="utf-8"><title>{escaping.escape(visible(title))}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="zh-CN"><head>{head}</head><body>{body}</body></html>'


def inert(page: str, quotes: Sequence[str], picture: str = "图片") -> tuple[str, int]:
    """(the page's body as harmless HTML with the quotes marked, how many places were marked). `picture`: the word that stands for one."""
    root = _parsed(page[:LARGEST])
    if root is None:
        return inert_text(page[:LARGEST], quotes)
    _stripped(root, picture)
    marked = _mark(root, quotes)
    clean = nh3.clean(
        etree.tostring(root, encoding="unicode", method="html"),
        tags=set(KEPT),
        clean_content_tags=set(GONE),
        attributes={"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes=set(),
        strip_comments=True,
        link_rel=None,
    )
    return _shown(clean), marked


def inert_text(text: str, quotes: Sequence[str]) -> tuple[str, int]:
    """The same for plain text."""
    holder = etree.Element("pre")
    holder.text = _plain(text[:LARGEST])
    marked = _mark(holder, quotes)
    return f"<pre>{_shown(escaping.escape(holder.text or ''))}</pre>", marked


def _parsed(page: str) -> Any:
    parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True, encoding="utf-8")
    try:
        return lxml_html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):  # nothing in it that is a page
        return None


def _stripped(root: Any, picture: str) -> None:
    """Takes out what carries no words, writes pictures as words, cleans every text, flattens what is nested too deep."""
    elements = list(root.iter())
    for element in elements:
        element.text, element.tail = _plain(element.text), _plain(element.tail)
    for element in elements:
        name = element.tag if isinstance(element.tag, str) else ""
        if not name or name in GONE:
            _drop(element)
        elif name in ("img", "input", "area"):
            said = (element.get("alt") or element.get("value") or "").strip()
            word = f"[{picture}：{said}]" if name != "input" and said else f"[{picture}]" if name == "img" else said
            _drop(element, word)
        else:
            spans = {n: v for n, v in element.attrib.items() if n in ("colspan", "rowspan") and SPAN.fullmatch(v)}
            element.attrib.clear()
            element.attrib.update(spans)
    deep = [(root, 0)]
    while deep:
        element, level = deep.pop()
        if level > DEEPEST and len(element):
            words = "".join(element.itertext())
            for child in list(element):
                element.remove(child)
            element.text = words
            continue
        deep += [(child, level + 1) for child in element]


def _drop(element: Any, words: str = "") -> None:
    parent = element.getparent()
    if parent is None:
        return
    said = (_plain(words) or "") + (element.tail or "")
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + said
    else:
        parent.text = (parent.text or "") + said
    parent.remove(element)


def _plain(text: str | None) -> str | None:
    """Text without our own signs, with hidden and reversing characters made visible."""
    return visible(text.replace(OPENS, "").replace(CLOSES, "")) if text else text


def _mark(root: Any, quotes: Sequence[str]) -> int:
    """Puts OPENS and CLOSES around each place of each quote, blanks not counted; how many places."""
    pieces = list(_texts(root))
    signs: list[str] = []
    where: list[tuple[int, int]] = []
    for at, (holder, kind) in enumerate(pieces):
        for offset, sign in enumerate(getattr(holder, kind)):
            if not sign.isspace():
                signs.append(sign)
                where.append((at, offset))
    text = "".join(signs)
    spans: dict[int, list[tuple[int, int]]] = {}
    taken, marked = 0, 0
    for start, end in _places(text, quotes):
        if start < taken:
            continue
        taken, marked = end, marked + 1
        for at in {where[i][0] for i in range(start, end)}:
            offsets = [where[i][1] for i in range(start, end) if where[i][0] == at]
            spans.setdefault(at, []).append((offsets[0], offsets[-1] + 1))
    for at, found in spans.items():
        holder, kind = pieces[at]
        told = getattr(holder, kind)
        for start, end in sorted(found, reverse=True):
            told = told[:start] + OPENS + told[start:end] + CLOSES + told[end:]
        setattr(holder, kind, told)
    return marked


def _texts(root: Any) -> Iterable[tuple[Any, str]]:
    """(element, "text" or "tail") of every text in the order it is read."""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        kind = "text" if event == "start" else "tail"
        if getattr(element, kind) and not (kind == "tail" and element is root):
            yield element, kind


def _places(text: str, quotes: Sequence[str]) -> list[tuple[int, int]]:
    found = []
    for quote in dict.fromkeys("".join((_plain(one) or "").split()) for one in quotes):
        if quote:
            found += [(hit.start(), hit.end()) for hit in re.finditer(re.escape(quote), text)][:MARKS]
    return sorted(found)[:MARKS]


def _shown(clean: str) -> str:
    first = clean.replace(OPENS, '<mark id="quote">', 1)
    return first.replace(OPENS, "<mark>").replace(CLOSES, "</mark>")
