"""Bounds on what one source may cost. Whatever a bound cuts off is said on the page or in a fault."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are bytes unless the name says otherwise."""

    document: int = 20_000_000  # one page, PDF or DOCX; the rest is cut off and said
    line: int = 40_000_000  # one line of a .jsonl file; a longer one is a fault
    unpacked: int = 60_000_000  # what a DOCX or a compressed response may become
    pdf_pages: int = 500
    seconds: float = 30.0  # one fetch, all redirects together
    redirects: int = 8
    files: int = 200_000  # files of one folder


LIMITS = Limits()

DEPTH = 256  # elements above a block; deeper ones are read with the locator of their ancestor at this depth
BLOCKS = 20_000  # blocks of one page
BLOCK_CHARS = 4_000  # a longer block is cut into several, at a sentence end where there is one
