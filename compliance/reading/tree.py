"""HTML to a light tree in which every element knows the span of its text content (定位的依据).

One global string holds the visible text in document order; an element's text content, as bs4's `get_text()` gives it, is the
slice `text[node.start:node.end]`. So a block's offsets in any ancestor are one subtraction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, CData, NavigableString, Tag
from bs4.element import RubyParenthesisString, RubyTextString

from compliance.reading.hidden import HiddenRules, hides
from compliance.reading.limits import DEPTH

_SILENT = {"script", "style", "template"}
_SIMPLE_NAME = re.compile(r"[a-z][a-z0-9-]*\Z")
_SIMPLE_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,80}\Z")


class Node:
    """An element. `parts`: child nodes and (start, end) spans of direct text, in order."""

    __slots__ = (
        "tag", "name", "parent", "parts", "nth", "alone", "index", "start", "end", "pictures", "links", "folded", "hidden", "path"
    )  # fmt: skip

    def __init__(self, tag: Tag, parent: Node | None, start: int) -> None:
        self.tag = tag
        self.name: str = tag.name
        self.parent = parent
        self.parts: list[Node | tuple[int, int]] = []
        self.nth = 1  # among siblings of its name
        self.alone = False  # the only sibling of its name
        self.index = 1  # among all sibling elements
        self.start = start
        self.end = start
        self.pictures = (0, 0)  # span in Tree.pictures
        self.links = (0, 0)  # span in Tree.links
        self.folded = False  # deeper than the cap: located by its ancestor there
        self.hidden = False
        self.path: str | None = None

    def attr(self, name: str) -> str:
        """The attribute as text, "" when it is absent."""
        value = self.tag.attrs.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else " ".join(value)

    def above(self) -> Node:
        """The nearest ancestor-or-self that a locator may name."""
        node = self
        while node.folded and node.parent is not None:
            node = node.parent
        return node


@dataclass(slots=True)
class Tree:
    """A parsed page: `text` is its whole visible text, `root` stands for the document."""

    root: Node
    text: str = ""
    pictures: list[Node] = field(default_factory=list)
    links: list[tuple[int, int]] = field(
        default_factory=list
    )  # spans of the texts of links, in the order in which they end
    attributed: list[Node] = field(default_factory=list)  # elements with alt, title, href, src, content
    ruby: list[Node] = field(default_factory=list)
    backgrounds: int = 0
    choices: int = 0  # boxes of a form that may be ticked and are not
    frames: int = 0
    canvases: int = 0
    data_scripts: int = 0  # structured data (JSON-LD)
    scripts: int = 0
    depth: int = 0
    repeated_ids: set[str] = field(default_factory=set)


def tree_of(html: str) -> Tree:
    """Parses `html` (bs4 + lxml, always from `str`) and walks it once, without recursion, to any depth."""
    soup = BeautifulSoup(html, "lxml")
    tree = Tree(Node(soup, None, 0))
    rules = HiddenRules.of(soup.find_all("style", limit=50))
    pieces: list[str] = []
    seen_ids: set[str] = set()
    pos = 0
    root_counts: dict[str, list[Node]] = {}
    stack: list[tuple[Node, object, dict[str, list[Node]], int]] = [(tree.root, iter(soup.contents), root_counts, 0)]
    while stack:
        node, children, counts, index = stack[-1]
        descended = False
        for child in children:  # type: ignore[attr-defined]
            kind = type(child)
            if kind is NavigableString or kind is CData:
                if child:
                    end = pos + len(child)
                    node.parts.append((pos, end))
                    pieces.append(child)
                    pos = end
                continue
            if not isinstance(child, Tag):
                continue
            index += 1
            stack[-1] = (node, children, counts, index)
            kid = Node(child, node, pos)
            kid.index = index
            same = counts.setdefault(child.name, [])
            same.append(kid)
            kid.nth = len(same)
            if child.name in _SILENT:
                if child.name == "script":
                    tree.scripts += 1
                    tree.data_scripts += "ld+json" in kid.attr("type")
                continue
            kid.folded = len(stack) > DEPTH
            kid.hidden = node.hidden or hides(kid.name, child.attrs, rules)
            _note(tree, kid, seen_ids)
            node.parts.append(kid)
            kid.pictures = (len(tree.pictures) - (kid.name == "img"), 0)
            kid.links = (len(tree.links), 0)
            stack.append((kid, iter(child.contents), {}, 0))
            tree.depth = max(tree.depth, len(stack))
            descended = True
            break
        if not descended:
            for same in counts.values():
                same[0].alone = len(same) == 1
            node.end = pos
            node.pictures = (node.pictures[0], len(tree.pictures))
            if node.name == "a" and pos > node.start:
                tree.links.append((node.start, pos))
            node.links = (node.links[0], len(tree.links))
            stack.pop()
    tree.text = "".join(pieces)
    return tree


def _note(tree: Tree, node: Node, seen_ids: set[str]) -> None:
    attrs = node.tag.attrs
    name = node.name
    if name == "img" or (name == "input" and node.attr("type").lower() == "image"):
        tree.pictures.append(node)
    elif is_choice(node):
        tree.choices += 1
    elif name in ("iframe", "frame", "object", "embed"):
        tree.frames += 1
    elif name == "canvas":
        tree.canvases += 1
    elif name in ("rt", "rp"):
        tree.ruby.append(node)
    if not attrs:
        return
    if "style" in attrs and "url(" in node.attr("style"):
        tree.backgrounds += 1
    if "background" in attrs:
        tree.backgrounds += 1
    own = attrs.get("id")
    if own:
        own = node.attr("id")
        (tree.repeated_ids if own in seen_ids else seen_ids).add(own)
    if "alt" in attrs or "title" in attrs or "href" in attrs or "src" in attrs or name == "meta":
        tree.attributed.append(node)


def is_choice(node: Node) -> bool:
    """A box of a form that may be ticked and is not."""
    return (
        node.name == "input" and node.attr("type").lower() in ("checkbox", "radio") and "checked" not in node.tag.attrs
    )


def ruby_text(node: Node) -> str:
    """The reading aid (rt) beside a word: bs4 leaves it out of the text of everything above it."""
    return "".join(s for s in node.tag.descendants if isinstance(s, RubyTextString | RubyParenthesisString))


def selector_of(node: Node, tree: Tree) -> str:
    """CSS path of a node that finds the same element in bs4 and in a browser.

    It starts at the nearest ancestor with an id of its own. `tr` that stands directly in a `table` is named as descendant, because
    browsers put a `tbody` between; `:not(tr tr)` keeps rows of tables inside the table out.
    """
    chain: list[Node] = []
    at: Node | None = node.above()
    while at is not None and at.parent is not None and at.path is None:
        chain.append(at)
        at = at.parent
    base = at.path if at is not None and at.path is not None else ""
    for step in reversed(chain):
        base = step.path = _step(step, base, tree)
    return base


def _step(node: Node, base: str, tree: Tree) -> str:
    own = node.attr("id") if "id" in node.tag.attrs else ""
    if own and own not in tree.repeated_ids and _SIMPLE_ID.match(own):
        return f"#{own}"
    if node.name in ("html", "body") and node.alone and (node.name == "html" or base in ("", "html")):
        return node.name
    if not _SIMPLE_NAME.match(node.name):
        name = f":nth-child({node.index})"
    elif node.alone:
        name = node.name
    else:
        name = f"{node.name}:nth-of-type({node.nth})"
    if not base:
        return name
    if node.name == "tr" and node.parent is not None and node.parent.name == "table":
        rows_above = tables_above = 0
        at = node.parent.parent
        while at is not None:
            rows_above += at.name == "tr"
            tables_above += at.name == "table"
            at = at.parent
        if node.alone:  # `tr` alone would also find the rows of head and foot
            name = "tr:nth-of-type(1)"
        apart = f":not({' '.join(['tr'] * (rows_above + 2))}):not(thead>tr):not(tfoot>tr)"
        if _holds_table(node.parent):  # torn markup: a table in a table without a row between
            apart += f":not({' '.join(['table'] * (tables_above + 2))} tr)"
        return f"{base} {name}{apart}"
    return f"{base}>{name}"


def _holds_table(table: Node) -> bool:
    """Whether another table stands in it outside its rows."""
    within = [part for part in table.parts if isinstance(part, Node)]
    while within:
        node = within.pop()
        if node.name == "table":
            return True
        if node.name != "tr":
            within += (part for part in node.parts if isinstance(part, Node))
    return False
