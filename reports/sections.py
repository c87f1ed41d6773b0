"""Further parts of a report, the same for every format: words, tables, and plots that stand on the rows of a table beside them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableShown:
    """表. Cells are ready to print; each row as long as `head`."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """图: SVG made by us (no text of a page is markup in it), and the rows that it draws."""

    title: str
    svg: str
    alt: str
    table: TableShown


@dataclass(frozen=True, slots=True)
class Section:
    """A part with a heading. `place`: front (before the summary) or overview (after it)."""

    id: str
    title: str
    texts: tuple[str, ...] = ()
    tables: tuple[TableShown, ...] = ()
    figures: tuple[Figure, ...] = ()
    place: str = "front"
