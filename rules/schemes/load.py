"""Reads the scheme files: one YAML file a scheme, below rules/schemes. Validation by model lives in model.py (lint, tests).

compiled.json (see compiled.py) holds the parsed form of each file under the sha256 of its bytes, because parsing 200 YAML files costs
80 ms and reading them 8. A file that was edited or added is simply parsed from YAML: a stale compilation costs time,
never truth. `python -m rules.schemes` writes it anew.
"""

from __future__ import annotations

import calendar
import hashlib
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from rules.schemes.compiled import compiled_files
from rules.schemes.files import parsed, scheme_files
from rules.schemes.scheme import Confidence, Edition, Examples, MarkEnd, Scheme, Schemes

HOME = Path(__file__).parent


def load_schemes(folder: Path | None = None) -> Schemes:
    """All schemes of `folder` (default: the bundled ones, loaded once). A file that can't be read becomes one of
    `Schemes.faults` and the rest is loaded."""
    return _bundled() if folder is None else _load(Path(folder))


@lru_cache(maxsize=1)
def _bundled() -> Schemes:
    return _load(HOME)


def _load(folder: Path) -> Schemes:
    compiled = compiled_files(folder)
    digest = hashlib.sha256()
    schemes: dict[str, Scheme] = {}
    faults: list[str] = []
    for path in scheme_files(folder):
        raw = path.read_bytes()
        name = f"{path.parent.name}/{path.name}"
        digest.update(name.encode() + b"\0" + raw + b"\0")
        data = compiled.get(hashlib.sha256(raw).hexdigest())
        if data is None:
            data = parsed(raw, name, faults)
        if data is None:
            continue
        try:
            scheme = scheme_of(data, name)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            faults.append(
                f"{name}: not a scheme file ({type(error).__name__}: {error}); `certmark rules lint` says more"
            )
            continue
        if scheme.id in schemes:
            faults.append(f"{name}: scheme `{scheme.id}` is already told in {schemes[scheme.id].path}; rename one")
            continue
        schemes[scheme.id] = scheme
    families = _families(folder, digest, faults)
    return Schemes(
        all=tuple(schemes[i] for i in sorted(schemes)),
        families=families,
        hash=digest.hexdigest(),
        folder=folder,
        faults=tuple(faults),
    )


def _families(folder: Path, digest: Any, faults: list[str]) -> dict[str, tuple[str, ...]]:
    path = folder / "families.yaml"
    if not path.is_file():
        return {}
    raw = path.read_bytes()
    digest.update(path.name.encode() + b"\0" + raw)
    data = parsed(raw, path.name, faults) or {}
    return {f["word"]: tuple(f["schemes"]) for f in data.get("families") or ()}


def scheme_of(data: dict[str, Any], path: str) -> Scheme:
    """Scheme from the fields of its file; the file's shape is SchemeFile in model.py."""
    examples = data.get("examples") or {}
    return Scheme(
        id=data["scheme"],
        names_zh=tuple(data["names_zh"]),
        names_en=tuple(data.get("names_en") or ()),
        aliases=tuple(data.get("aliases") or ()),
        loose=tuple(data.get("loose") or ()),
        also=tuple(data.get("also") or ()),
        standards=tuple(data.get("standards") or ()),
        kind=data["kind"],
        about=data["about"],
        certifiable=data["certifiable"],
        guidance_standard=data.get("guidance_standard", False),
        in_register=data["in_register"],
        register_category=data.get("register_category"),
        origin=data["origin"],
        family_word=data.get("family_word", False),
        editions=tuple(_edition(e) for e in data.get("editions") or ()),
        mark_ends=tuple(
            MarkEnd(last_day(m["last_day"]), m["confidence"], m["source"], tuple(m.get("words") or ()), m.get("note"))
            for m in data.get("mark_ends") or ()
        ),
        predecessors=tuple(data.get("predecessors") or ()),
        successors=tuple(data.get("successors") or ()),
        confused_with=tuple(data.get("confused_with") or ()),
        confused_words=tuple(data.get("confused_words") or ()),
        typical_subject=data.get("typical_subject"),
        note=data.get("note"),
        confidence=data["confidence"],
        source=data["source"],
        examples=Examples(tuple(examples.get("is") or ()), tuple(examples.get("is_not") or ())),
        stands_for=tuple(data.get("stands_for") or ()),
        path=path,
    )


def _edition(data: dict[str, Any]) -> Edition:
    gb = tuple(data.get("gb") or ())
    end = data.get("transition_end")
    return Edition(
        name=data["name"],
        gb=gb[0] if gb else None,
        published=data.get("published"),
        transition_end=last_day(end) if end else None,
        confidence=_certainty(data["confidence"], end),
        written=(*gb[1:], *(data.get("written") or ())),
        note=data.get("note"),
    )


def last_day(text: str) -> date:
    """The day, or the last day of a month or year written without one.

    >>> last_day("2029-04").isoformat(), last_day("2022").isoformat()
    ('2029-04-30', '2022-12-31')
    """
    parts = [int(p) for p in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1])


def _certainty(confidence: Confidence, end: str | None) -> Confidence:
    """An end without its day is medium at most, without its month low."""
    if end is None or len(end) == 10:
        return confidence
    if len(end) == 4 or confidence == "low":
        return "low"
    return "medium"
