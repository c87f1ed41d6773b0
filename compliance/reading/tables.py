"""Tables: data or layout; rows with their cells and headings (表头), label and value pairs included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from compliance.reading.data import page_data
from compliance.reading.segments import folded, trimmed
from compliance.reading.tree import Node, Tree

_STRUCTURE = {"table", "ul", "ol", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "form", "iframe", "section", "article"}
_FAT = 400  # characters of one cell; more is running text set in a table
_MAX_SPAN = 60
_FIGURES = re.compile(r"\d{3}")  # a standard's or certificate's number: the row is data


@dataclass(slots=True)
class Row:
    """A data row: `cells` are its own cell nodes, `headers` as long, `carried` the text of cells that reach down from rows above."""

    node: Node
    cells: list[Node]
    headers: list[str]
    carried: str = ""


@cache
def _words() -> tuple[re.Pattern[str], re.Pattern[str]]:
    data = page_data("tables")
    some = "|".join(sorted(map(re.escape, data["header_words"]), key=len, reverse=True))
    return re.compile(some, re.IGNORECASE), re.compile(rf"(?:{some}|[\s/（）()：:]|的|及|与|和|of|the)+", re.IGNORECASE)


def inside(node: Node) -> Iterator[Node]:
    """All nodes below `node`, in document order, without recursion."""
    stack = [iter(node.parts)]
    while stack:
        for part in stack[-1]:
            if isinstance(part, Node):
                yield part
                stack.append(iter(part.parts))
                break
        else:
            stack.pop()


def text_of(node: Node, tree: Tree) -> str:
    """The node's text, folded."""
    return folded(tree.text[node.start : node.end])


def data_rows(table: Node, tree: Tree) -> dict[int, Row] | None:
    """The data rows of `table` by the id() of their `tr` node; None when the table is only used for layout.

    A row with lists, headings or a table inside, with long running text, or that is a gallery of pictures stays out: it is read as
    the boxes it is made of.
    """
    rows = list(_rows(table))
    if not rows or not any(len(cells) > 1 for _, cells in rows):
        return None
    if len(rows) == 1 and not any(c.name == "th" for c in rows[0][1]) and not _pairs([rows[0][1]], tree):
        return None
    slim = {id(tr): not any(_is_fat(c) for c in cells) for tr, cells in rows}
    if sum(slim.values()) * 2 < len(rows):
        return None
    gallery = {id(tr) for tr, cells in rows if _is_gallery(cells, tree)}
    grid = _grid(rows)
    first = next((i for i, (_, cells) in enumerate(rows) if len([c for c in cells if text_of(c, tree)]) > 1), 0)
    heads = _header_rows(rows, grid, first, tree)
    columns = _column_names(grid, heads, tree)
    paired = not heads and _pairs([cells for _, cells in rows[first:]], tree)
    out: dict[int, Row] = {}
    for i, (tr, cells) in enumerate(rows):
        if not slim[id(tr)] or id(tr) in gallery:
            continue
        headers = _headers(i, cells, grid[i], heads, columns, paired, tree)
        carried = [text_of(c, tree) for _, c, own in grid[i] if not own and i not in heads]
        out[id(tr)] = Row(tr, cells, headers, " ".join(t for t in dict.fromkeys(carried) if t))
    return out


def _rows(table: Node) -> Iterator[tuple[Node, list[Node]]]:
    for part in table.parts:
        if not isinstance(part, Node):
            continue
        group = [part] if part.name == "tr" else part.parts if part.name in ("thead", "tbody", "tfoot") else []
        for tr in group:
            if isinstance(tr, Node) and tr.name == "tr":
                cells = [c for c in tr.parts if isinstance(c, Node) and c.name in ("td", "th")]
                if cells:
                    yield tr, cells


def _is_fat(cell: Node) -> bool:
    if cell.end - cell.start > 4 * _FAT:
        return True
    boxes = 0
    for node in inside(cell):
        if node.name in _STRUCTURE:
            return True
        boxes += node.name in ("p", "div") and node.end > node.start
    return boxes > 4 or (cell.end - cell.start > _FAT and boxes > 1)


def _is_gallery(cells: list[Node], tree: Tree) -> bool:
    pictured = [c for c in cells if c.pictures[1] > c.pictures[0]]
    return bool(pictured) and len(pictured) * 2 > len([c for c in cells if text_of(c, tree) or c in pictured])


def _span(cell: Node, name: str) -> int:
    value = cell.attr(name).strip()
    return max(1, min(int(value), _MAX_SPAN)) if value.isdecimal() and value.isascii() and len(value) < 6 else 1


def _grid(rows: list[tuple[Node, list[Node]]]) -> list[list[tuple[int, Node, bool]]]:
    """For each row (column, cell, own): cells that reach down from above are there with own=False."""
    out = []
    hanging: dict[int, tuple[int, Node]] = {}
    for _, cells in rows:
        line: list[tuple[int, Node, bool]] = []
        next_hanging: dict[int, tuple[int, Node]] = {}
        taken = set()
        for column, (left, cell) in hanging.items():
            line.append((column, cell, False))
            taken.add(column)
            if left > 1:
                next_hanging[column] = (left - 1, cell)
        column = 0
        for cell in cells:
            while column in taken:
                column += 1
            down = _span(cell, "rowspan")
            for _ in range(_span(cell, "colspan")):
                line.append((column, cell, True))
                if down > 1:
                    next_hanging[column] = (down - 1, cell)
                column += 1
        hanging = next_hanging
        out.append(sorted(line, key=lambda entry: entry[0]))
    return out


def _header_rows(
    rows: list[tuple[Node, list[Node]]], grid: list[list[tuple[int, Node, bool]]], first: int, tree: Tree
) -> set[int]:
    heads = set()
    for i in range(first, min(first + 3, len(rows))):
        tr, cells = rows[i]
        in_head = tr.parent is not None and tr.parent.name == "thead"
        all_th = all(c.name == "th" for c in cells) and len(cells) > 1
        if in_head or all_th or (i == first and len(rows) > first + 1 and _looks_like_header(cells, tree)):
            heads.add(i)
            continue
        reached = [cell for _, cell, own in grid[i] if not own]
        if heads and reached and _looks_like_header(cells, tree):  # second line of a two-line header
            heads.add(i)
            continue
        break
    return heads if len(heads) < len(rows) else set()


def _looks_like_header(cells: list[Node], tree: Tree) -> bool:
    some, only = _words()
    texts = [t for c in cells if (t := text_of(c, tree))]
    if len(texts) < 2 or any(len(t) > 24 or _FIGURES.search(t) for t in texts):
        return False
    if len(texts) == 2:
        return all(only.fullmatch(t) for t in texts)
    return sum(bool(some.search(t)) and len(t) <= 16 for t in texts) > len(texts) / 2


def _column_names(grid: list[list[tuple[int, Node, bool]]], heads: set[int], tree: Tree) -> dict[int, str]:
    names: dict[int, list[str]] = {}
    for i in sorted(heads):
        for column, cell, own in grid[i]:
            if own and (name := text_of(cell, tree)) and name not in names.setdefault(column, []):
                names[column].append(name)
    return {column: " ".join(parts) for column, parts in names.items()}


def _pairs(rows: list[list[Node]], tree: Tree) -> bool:
    """Whether rows are label, value, label, value …: as specification tables are."""
    some, _ = _words()
    labelled = total = 0
    for cells in rows:
        if len(cells) % 2:
            continue
        for label in cells[::2]:
            name = text_of(label, tree)
            if not name:
                continue
            total += 1
            labelled += (
                label.name == "th"
                or name.endswith(("：", ":"))
                or (len(name) <= 16 and bool(some.search(name)))
                or (len(cells) == 2 and len(name) <= 10 and len(rows) > 1)
            )
    return total > 0 and labelled >= total * 0.7


def _headers(
    i: int,
    cells: list[Node],
    line: list[tuple[int, Node, bool]],
    heads: set[int],
    columns: dict[int, str],
    paired: bool,
    tree: Tree,
) -> list[str]:
    if i in heads:
        return [""] * len(cells)
    if paired and len(cells) % 2 == 0:
        return ["" if k % 2 == 0 else text_of(cells[k - 1], tree).rstrip("：: ") for k in range(len(cells))]
    if not columns:
        if cells[0].name == "th" and len(cells) > 1:
            return ["", *[text_of(cells[0], tree).rstrip("：: ")] * (len(cells) - 1)]
        return [""] * len(cells)
    at = {}
    for column, cell, own in line:
        if own and id(cell) not in at:
            at[id(cell)] = columns.get(column, "")
    return [at.get(id(c), "") for c in cells]


def cell_spans(cells: list[Node], tree: Tree) -> list[tuple[int, int]]:
    """Trimmed global spans of the cells; an empty cell gives an empty span."""
    return [trimmed(tree.text, c.start, c.end) for c in cells]
