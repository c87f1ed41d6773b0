"""Labelled text: blocks one a line (id, text, claims, expected, site …), the project's own invented sentences, pages.

A block is a plain dict in the shape of the labelled files. `second` in a claim and `expected_second` in a block hold
another reader's differing labels; either is right. A block without `expected` has no say in the counts of findings;
`partial` says that it may hold claims that nobody labelled.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

Block = dict[str, Any]
# What the rows of invented sentences don't say: taken for granted to tell what is held, not counted as a field.
ASSUMED = ("about", "speaker")
# A standard without a scheme file: either kind is right.
UNKNOWN = {"about": "management_system", "second": {"about": "accreditation"}}


class LabelsError(ValueError):
    """A labelled file that cannot be used. The message says where and what to do."""


def blocks_of(path: Path) -> list[Block]:
    """The labelled blocks of a file (JSON lines) or of a folder of invented sentences (`sentences-*.yaml`)."""
    if path.is_dir():
        return blocks_of_sentences(sorted(path.glob("sentences-*.yaml")), path)
    blocks = _lines(path)
    for number, block in enumerate(blocks, 1):
        missing = [key for key in ("id", "text", "claims") if key not in block]
        if missing:
            raise LabelsError(f"{path}:{number}: no {', '.join(missing)}; a labelled block has id, text and claims")
    return blocks


def pages_of(path: Path) -> list[dict[str, Any]]:
    """Page labels, one a line: `file`, `genre`, `page_claims` (distinct held claims), `site`."""
    pages = _lines(path)
    for number, page in enumerate(pages, 1):
        if not {"file", "genre", "page_claims"} <= page.keys():
            raise LabelsError(f"{path}:{number}: a labelled page has file, genre and page_claims")
    return pages


def blocks_of_sentences(paths: Iterable[Path], folder: Path) -> list[Block]:
    """Invented sentences `[text, subject, schemes, state]` as blocks; rows of the same text become one block.

    State "-" labels no claim: nothing there counts as held. What a scheme certifies (`about`) comes from the scheme
    files, for the rows don't say it. Each sentence is a site of its own: they were written apart.
    """
    from rules.schemes import load_schemes

    schemes = load_schemes()
    blocks: dict[str, Block] = {}
    for path in paths:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
        for number, (text, subject, named, state) in enumerate(rows, 1):
            name = f"{path.stem.removeprefix('sentences-')}:{number}"
            block = blocks.setdefault(text, {"id": name, "text": text, "claims": [], "site": name, "partial": True})
            if state == "-":
                continue
            ids = named.split()
            known = [schemes.get(i).about for i in ids if i in schemes]
            claim = {
                "schemes": ids,
                "state": state,
                "speaker": "self",
                "assumed": ASSUMED,
                **({"about": known[0]} if known else UNKNOWN),
            }
            block["claims"].append(claim if subject == "-" else {**claim, "subject": subject})
    if not blocks:
        raise LabelsError(f"{folder}: no sentences-*.yaml there; name a file of JSON lines or such a folder")
    return list(blocks.values())


def _lines(path: Path) -> list[dict[str, Any]]:
    out = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise LabelsError(f"{path}: {error.strerror}; name a labelled file of JSON lines") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise LabelsError(f"{path}:{number}:{error.colno}: not JSON ({error.msg}); mend the line") from error
        if not isinstance(row, dict):
            raise LabelsError(f"{path}:{number}: not an object; one labelled block or page a line")
        out.append(row)
    return out
