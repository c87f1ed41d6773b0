"""A page cut into visible blocks with locators (文本块)."""

from __future__ import annotations

from bisect import bisect_right

from compliance.reading.attributes import attribute_texts
from compliance.reading.cutter import Cutter, Draft
from compliance.reading.figures import caption_spans
from compliance.reading.limits import BLOCKS, DEPTH
from compliance.reading.plain import plain_blocks
from compliance.reading.tree import Tree, ruby_text, selector_of, tree_of
from compliance.records import Block, Coverage, Locator, Page


def blocks_of(page: Page) -> tuple[tuple[Block, ...], Coverage]:
    """The blocks of `page` in reading order, and what was and wasn't read.

    For every block without `locator.attribute`, `soup.select_one(selector).get_text()[start:end] == text`, where soup is
    `BeautifulSoup(page.html, "lxml")`. For plain text the selector is "" and the offsets are those of `page.text`.
    Bounds: 20,000 blocks, 4,000 characters a block (longer ones are cut at a sentence end), locators 256 steps deep.
    """
    if page.html is None:
        blocks = plain_blocks(page.text or "")
        kept = blocks[:BLOCKS]
        return kept, Coverage(blocks=len(kept), unread=(*page.faults, *_cut(len(blocks))))
    tree = tree_of(page.html)
    drafts = _drafts(tree)
    kept = tuple(_block(i, draft, tree) for i, draft in enumerate(drafts[:BLOCKS]))
    unread = (*page.faults, *_cut(len(drafts)), *unread_parts(tree))
    return kept, Coverage(blocks=len(kept), pictures_seen=pictures_in(tree), unread=unread)


def pictures_in(tree: Tree) -> int:
    """Pictures and background pictures of the page, whether or not they show text."""
    return len(tree.pictures) + tree.backgrounds


def unread_parts(tree: Tree) -> tuple[str, ...]:
    """What of the page can't be read as text, in words with numbers."""
    out = []
    pictures = pictures_in(tree)
    if pictures:
        out.append(f"图片{pictures}张，其中的文字未识别")
    if tree.frames:
        out.append(f"内嵌框架或对象{tree.frames}个，内容未读取")
    if tree.canvases:
        out.append(f"画布{tree.canvases}个，内容未读取")
    if tree.data_scripts:
        out.append(f"结构化数据{tree.data_scripts}段，未读取")
    if tree.depth > DEPTH:
        out.append(f"网页嵌套{tree.depth}层，超过{DEPTH}层的文字已读，只定位到第{DEPTH}层")
    return tuple(out)


def _cut(count: int) -> tuple[str, ...]:
    return (f"文本块共{count}个，只读前{BLOCKS}个，其余{count - BLOCKS}个未读",) if count > BLOCKS else ()


def _drafts(tree: Tree) -> list[Draft]:
    cutter = Cutter(tree)
    drafts = cutter.cut()
    _mark_captions(drafts, tree)
    places = [place.at for place in cutter.places]
    for found in attribute_texts(tree):
        place = cutter.places[bisect_right(places, found.node.start) - 1]
        meta = found.kind == "meta"
        drafts.append(
            Draft(
                found.node,
                found.node.start,
                found.node.end,
                container="sentence" if meta else "alt" if found.kind == "alt" else "filename",
                attribute=found,
                headings=() if meta else place.headings,
                lead=found.lead or _caption_at(found.node, drafts, cutter.captions),
                region="header" if meta else place.region,
                hidden=found.node.hidden,
                group=place.group,
            )
        )
    for node in tree.ruby:
        text = ruby_text(node)
        if any(c.isalnum() for c in text) and node.name == "rt":
            drafts.append(Draft(node, node.start, node.end, own_text=text, hidden=node.hidden))
    return sorted(drafts, key=lambda d: (d.start, d.attribute is None))


def _mark_captions(drafts: list[Draft], tree: Tree) -> None:
    spans = caption_spans(tree)
    starts = [s for s, _, _ in spans]
    for draft in drafts:
        if draft.container not in ("sentence", "list") or draft.region == "nav" or draft.heading:
            continue
        at = bisect_right(starts, draft.start) - 1
        if at >= 0 and draft.end <= spans[at][1] and draft.start >= spans[at][0]:
            draft.container = "caption"
            draft.picture = spans[at][2]


def _caption_at(node: object, drafts: list[Draft], cache: dict[int, str]) -> str:
    """The caption beside the picture `node`; `cache` is filled on the first call."""
    if not cache:
        cache[0] = ""
        for draft in drafts:
            if draft.picture is not None:
                cache.setdefault(id(draft.picture), draft.words)
    return cache.get(id(node), "")


def _block(index: int, draft: Draft, tree: Tree) -> Block:
    found = draft.attribute
    selector = selector_of(draft.node, tree)
    if found is not None:
        text, locator = found.text, Locator(selector, found.start, found.end, found.attribute)
    elif draft.own_text is not None:
        text, locator = draft.own_text, Locator(selector, 0, len(draft.own_text))
    else:
        base = draft.node.above().start
        text, locator = tree.text[draft.start : draft.end], Locator(selector, draft.start - base, draft.end - base)
    return Block(
        index=index,
        text=text,
        container=draft.container,
        locator=locator,
        heading_path=draft.headings,
        lead=draft.lead,
        region=draft.region,
        hidden=draft.hidden,
        group=draft.group,
        cells=tuple((a - draft.start, b - draft.start) for a, b in draft.cells),
        headers=tuple(draft.headers),
    )
