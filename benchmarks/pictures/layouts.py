"""All layouts of invented certificates, by name."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.pictures.canvas import Page
from benchmarks.pictures.invented import Invented, invented
from benchmarks.pictures.layouts_chinese import centred, dates_below, label_block, landscape, numerals, product_table
from benchmarks.pictures.layouts_english import band, english_table, ornament, side_column, two_columns, with_code
from benchmarks.pictures.layouts_other import annex, compulsory, cycle, logos, pairs, wall

LAYOUTS: dict[str, Callable[[Invented, int], Page]] = {
    "zh-centred": centred,
    "zh-label-block": label_block,
    "zh-product-table": product_table,
    "zh-landscape": landscape,
    "zh-dates-below": dates_below,
    "zh-numerals": numerals,
    "both-two-columns": two_columns,
    "both-with-code": with_code,
    "en-band": band,
    "en-ornament": ornament,
    "en-side-column": side_column,
    "en-table": english_table,
    "both-pairs": pairs,
    "zh-logos": logos,
    "zh-annex": annex,
    "zh-compulsory": compulsory,
    "en-cycle": cycle,
    "both-wall": wall,
}


def drawn(layout: str, seed: int) -> Page:
    """An invented certificate; the same layout and seed give the same picture on one set of fonts."""
    return LAYOUTS[layout](invented(seed), seed)
