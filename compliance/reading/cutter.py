"""One walk over the light tree that cuts it into drafts of blocks, with what stands above each: headings, list leads, region."""

from __future__ import annotations

from dataclasses import dataclass, field

from compliance.reading.attributes import AttributeText
from compliance.reading.places import CHOICE
from compliance.reading.regions import is_menu, region_of
from compliance.reading.segments import folded, pieces_of
from compliance.reading.tables import Row, cell_spans, data_rows, inside, text_of
from compliance.reading.tree import Node, Tree, is_choice
from compliance.records import Container

# Elements that begin a new line (HTML standard, rendering section: display block, list-item or table parts), and choices of a form.
_BLOCKS = (
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form frameset h1 h2 h3 h4 h5 h6 header hgroup html hr legend li main menu nav noframes noscript ol optgroup option p"
    " pre search section select summary table tbody td textarea tfoot th thead title tr ul xmp head iframe"
)
BLOCK_TAGS = frozenset(_BLOCKS.split())
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_PSEUDO = {"title", "tit", "heading", "biaoti", "bt", "hd", "caption", "subtitle", "maintitle"}
_PSEUDO_LEVEL = 7
_HEADING_CHARS = 80
_LEAD_CHARS = 120
_SCOPES = {"nav", "aside", "footer", "section", "article"}
_MENUS = ("ul", "ol", "div", "table", "tr", "dl", "td", "p")
_LISTS = ("ul", "ol", "menu", "dir", "select", "dl")
_ANSWER = 160  # a dd longer than this is a text under its question, not the value of a label


@dataclass(slots=True)
class Draft:
    """A block before its locator is written. `start`, `end` are global offsets."""

    node: Node
    start: int
    end: int
    container: Container = "sentence"
    headings: tuple[str, ...] = ()
    lead: str = ""
    region: str = "main"
    hidden: bool = False
    group: int = 0
    cells: list[tuple[int, int]] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    attribute: AttributeText | None = None
    own_text: str | None = None
    heading: bool = False
    picture: Node | None = None
    words: str = ""  # folded text


@dataclass(frozen=True, slots=True)
class Place:
    """What holds from the offset `at` on."""

    at: int
    headings: tuple[str, ...]
    region: str
    group: int


@dataclass(slots=True)
class _Frame:
    node: Node
    parts: list[Node | tuple[int, int]]
    region: str
    container: Container
    lead: str
    group: int
    block: Node  # nearest block ancestor-or-self: owner of text found here
    at: int = 0
    article: bool = False
    scope: list[tuple[int, str]] | None = None  # the headings to go back to on leaving


class Cutter:
    """`cut()` gives the drafts in document order; `places` what headings, region and group hold where."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.places: list[Place] = [Place(-1, (), "main", 0)]
        self.captions: dict[int, str] = {}
        self._drafts: list[Draft] = []
        self._headings: list[tuple[int, str]] = []
        self._run: list[tuple[int, int]] = []
        self._breaks: list[tuple[int, bool]] = []
        self._boxes: list[int] = []  # where boxes of a form stand
        self._groups = 0
        self._title = ""
        self._rows: dict[int, Row] = {}
        self._leads: dict[int, str] = {}
        self._last_link: int | None = None

    def cut(self) -> list[Draft]:
        """Walks the tree with its own stack: depth costs no recursion."""
        root = self.tree.root
        stack = [_Frame(root, root.parts, "main", "sentence", "", 0, root)]
        while stack:
            frame = stack[-1]
            if frame.at >= len(frame.parts):
                self._leave(stack.pop(), stack)
                continue
            part = frame.parts[frame.at]
            frame.at += 1
            if isinstance(part, tuple):
                self._run.append(part)
                if self.tree.text[part[0] : part[1]].strip():
                    self._last_link = None
            else:
                self._enter(part, frame, stack)
        return self._drafts

    # entering and leaving elements

    def _enter(self, node: Node, frame: _Frame, stack: list[_Frame]) -> None:
        name = node.name
        if name == "br":
            self._breaks.append((node.start, False))
            return
        if name == "input" and is_choice(node):
            self._boxes.append(node.start)
        if name == "a" and self._last_link is not None and self._run:
            self._breaks.append((node.start, True))
        if name not in BLOCK_TAGS and node.hidden == frame.node.hidden:
            if node.parts:
                stack.append(
                    _Frame(
                        node,
                        node.parts,
                        frame.region,
                        frame.container,
                        frame.lead,
                        frame.group,
                        frame.block,
                        article=frame.article,
                    )
                )
            return
        self._flush(frame)
        if not node.parts:
            return
        inner = _Frame(
            node, node.parts, frame.region, frame.container, frame.lead, frame.group, node, article=frame.article
        )
        if name in ("article", "section", "main"):
            inner.article = True
        share = (node.end - node.start) / max(1, len(self.tree.text))
        inner.region = region_of(node, frame.region, share, frame.article)
        if inner.region == "main" and name in _MENUS and is_menu(node, self.tree):
            inner.region = "nav"
        if name in _SCOPES or (inner.region != frame.region and inner.region != "main"):
            inner.scope = list(self._headings)
            if inner.region in ("footer", "nav") and frame.region not in ("footer", "nav"):
                self._headings = []  # a footer stands below no heading of the text
        if inner.region != frame.region:
            inner.group = self._new_group()
            self._mark(node.start, inner)
        self._kind(node, inner, frame)
        if name in ("tr", "dl"):
            row = self._rows.get(id(node))
            if row is not None and not self._is_torn(row):
                self._emit_row(row, inner)
                return
        stack.append(inner)

    def _kind(self, node: Node, inner: _Frame, frame: _Frame) -> None:
        name = node.name
        if name in _LISTS:
            inner.group = self._new_group()
            inner.lead = CHOICE if name == "select" else self._lead(node, inner.region)
            inner.container = "list"
            if name == "dl":
                self._definition_list(node, inner)
        elif name == "table":
            inner.container = "sentence"
            rows = data_rows(node, self.tree) if not node.folded else None
            if rows:
                inner.group = self._new_group()
                lead = self._lead(node, inner.region)
                for row in rows.values():
                    row.carried = row.carried or lead
                self._rows.update(rows)
        elif name in ("figcaption", "caption"):
            inner.container = "caption"
        elif name in _HEADINGS or self._is_pseudo(node):
            inner.container = "sentence"

    def _leave(self, frame: _Frame, stack: list[_Frame]) -> None:
        node = frame.node
        if frame.block is not node:  # inline: its text belongs to the run of the block around it
            self._last_link = node.start if node.name == "a" else self._last_link
            if node.name == "pre":
                return
            return
        before = len(self._drafts)
        self._flush(frame)
        level = _HEADINGS.get(node.name) or (_PSEUDO_LEVEL if self._is_pseudo(node) else 0)
        if level and not frame.node.folded:
            self._add_heading(node, level, before, frame)
        elif node.name == "title" and not self._title:
            self._title = text_of(node, self.tree)
            for draft in self._drafts[before:]:
                draft.region, draft.heading = "header", True
            self._mark(node.end, frame)
        if frame.scope is not None:
            self._headings = frame.scope
        if stack and frame.region != stack[-1].region or frame.scope is not None:
            self._mark(node.end, stack[-1] if stack else frame)

    # headings

    def _is_pseudo(self, node: Node) -> bool:
        if node.name not in ("div", "p", "dt", "span", "strong") or node.end - node.start > 4 * _HEADING_CHARS:
            return False
        classes = node.tag.attrs.get("class")
        if not classes:
            return False
        words = classes if isinstance(classes, list) else classes.split()
        if not any(w.lower() in _PSEUDO for w in words):
            return False
        return 0 < len(text_of(node, self.tree)) <= 30

    def _add_heading(self, node: Node, level: int, before: int, frame: _Frame) -> None:
        words = text_of(node, self.tree)[:_HEADING_CHARS]
        if not words:  # a heading that is a picture
            pictures = self.tree.pictures[node.pictures[0] : node.pictures[1]]
            words = folded(pictures[0].attr("alt"))[:_HEADING_CHARS] if pictures else ""
        if not words:
            return
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        for draft in self._drafts[before:]:
            draft.heading = True
            draft.headings = self._path()
        self._headings.append((level, words))
        frame.group = self._new_group()
        self._mark(node.end, frame)

    def _path(self) -> tuple[str, ...]:
        own = tuple(words for _, words in self._headings)
        return (self._title, *own) if self._title else own

    def _mark(self, at: int, frame: _Frame) -> None:
        self.places.append(Place(at, self._path(), frame.region, self._groups))

    def _new_group(self) -> int:
        self._groups += 1
        return self._groups

    # blocks

    def _flush(self, frame: _Frame) -> None:
        """Ends the run of text that stands in `frame.block`."""
        run, breaks = self._run, self._breaks
        boxes = self._boxes
        self._run, self._breaks, self._last_link = [], [], None
        if not run:
            return
        start, end = run[0][0], run[-1][1]
        text = self.tree.text
        if text[start:end].isspace():
            return
        self._boxes = []
        owner = frame.block
        if owner.name in ("pre", "textarea", "xmp"):
            breaks = sorted(breaks + [(i + 1, False) for i in range(start, end - 1) if text[i] == "\n"])
        inside = [(p, sure) for p, sure in breaks if start < p < end]
        label = self._label(frame)
        for a, b in pieces_of(text, start, end, inside):
            words = text[a:b]
            if not any(c.isalnum() for c in words):
                continue
            self._drafts.append(
                Draft(
                    owner,
                    a,
                    b,
                    container=frame.container,
                    headings=self._path(),
                    lead=CHOICE if boxes else frame.lead or self._leads.get(id(owner), "") or label,
                    region=frame.region,
                    hidden=owner.hidden,
                    group=frame.group or self._groups,
                    words=folded(words),
                )
            )

    def _label(self, frame: _Frame) -> str:
        """A short block that ends with a colon is the label of the next one."""
        last = self._drafts[-1] if self._drafts else None
        if (
            last is not None
            and last.region == frame.region
            and len(last.words) <= 24
            and last.words.endswith(("：", ":"))
        ):
            return last.words
        return ""

    def _lead(self, node: Node, region: str) -> str:
        """The heading or sentence right before a list or table; for a list inside an item, the item's own words."""
        last = self._drafts[-1] if self._drafts else None
        if last is None or last.region != region or last.container == "table":
            return ""
        if last.container == "list" and not (last.node.start <= node.start and node.end <= last.node.end):
            return ""
        return last.words if len(last.words) <= _LEAD_CHARS else last.words[-_LEAD_CHARS:]

    def _is_torn(self, row: Row) -> bool:
        """Whether words of a row stand in none of its cells, as torn markup has them: they would be lost."""
        spans = (
            part if isinstance(part, tuple) else (part.start, part.end)
            for part in row.node.parts
            if isinstance(part, tuple) or part not in row.cells
        )
        return any(self.tree.text[a:b].strip() for a, b in spans)

    def _emit_row(self, row: Row, frame: _Frame) -> None:
        spans = cell_spans(row.cells, self.tree)
        filled = [(a, b) for a, b in spans if b > a]
        if not filled:
            return
        start, end = min(a for a, _ in filled), max(b for _, b in filled)
        self._drafts.append(
            Draft(
                row.node,
                start,
                end,
                container="table",
                headings=self._path(),
                lead=CHOICE if self.tree.choices and any(map(is_choice, inside(row.node))) else row.carried,
                region=frame.region,
                hidden=row.node.hidden,
                group=frame.group,
                cells=[(a, b) if b > a else (start, start) for a, b in spans],
                headers=row.headers,
                words=folded(self.tree.text[start:end]),
            )
        )

    def _definition_list(self, node: Node, inner: _Frame) -> None:
        """A dt and its short dd are label and value; a long dd is a text under its question."""
        terms = [p for p in node.parts if isinstance(p, Node) and p.name in ("dt", "dd")]
        term = ""
        for part in terms:
            if part.name == "dt":
                term = text_of(part, self.tree)[:_LEAD_CHARS]
            elif term:
                self._leads[id(part)] = term
