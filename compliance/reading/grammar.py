"""Number grammars (编号规则): the entries of compliance/reading/numbers/*.yaml, compiled.

Patterns are matched on text with ASCII signs and capitals (see numbers.py). Each entry carries examples, which are its tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from rules.schemes import codes

FOLDER = Path(__file__).with_name("numbers")
_FIELDS = frozenset(
    [
        "grammar",
        "name_zh",
        "kind",
        "schemes",
        "order",
        "pattern",
        "literals",
        "digits",
        "near",
        "not_near",
        "part",
        "part_schemes",
        "blanks",
        "check",
        "masked",
        "value",
        "impossible_near",
        "impossible_pattern",
        "confidence",
        "note",
        "valid",
        "invalid",
        "impossible",
    ]
)


@dataclass(frozen=True, slots=True)
class NumberGrammar:
    """One kind of number. The entry's fields in YAML, where their meaning isn't plain:

    `order`: smaller is tried first and takes the signs. `literals`: one of them must occur, `digits`: or so long a run, else
    the pattern isn't tried. `near`: counts only beside one of these words; `not_near`: never beside them. `part`: the
    named group whose value narrows the schemes by `part_schemes`. `blanks`: may be printed with blanks inside. `check`: name
    of a check in CHECKS. `value`: the named group that is the number. `impossible_near`, `impossible_pattern`: right after
    one of these words, what fails the check or fits only the wider pattern is a number that cannot be right."""

    id: str
    name_zh: str
    kind: str
    schemes: tuple[str, ...]
    order: int
    pattern: re.Pattern[str]
    literals: tuple[str, ...]
    digits: int
    near: tuple[str, ...]
    not_near: tuple[str, ...]
    part: str | None
    part_schemes: dict[str, tuple[str, ...]]
    blanks: bool
    check: Callable[[re.Match[str]], bool] | None
    masked: bool
    value: str | None
    impossible_near: tuple[str, ...]
    impossible_pattern: re.Pattern[str] | None
    confidence: str
    note: str | None
    valid: tuple[str, ...]
    invalid: tuple[str, ...]
    impossible: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grammars:
    """All grammars by order, and the labels that introduce numbers of unknown form (longest first)."""

    all: tuple[NumberGrammar, ...]
    labels: tuple[tuple[str, str], ...]  # (word, kind)


@lru_cache(maxsize=1)
def load_grammars(folder: Path = FOLDER) -> Grammars:
    """The grammars of a folder. ValueError names file and entry: these files ship with the program."""
    grammars: list[NumberGrammar] = []
    labels: list[tuple[str, str]] = []
    for path in sorted(folder.glob("*.yaml")):
        data = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        labels += [(entry["word"], entry["kind"]) for entry in data.get("labels") or ()]
        for entry in data.get("grammars") or ():
            try:
                grammars.append(grammar_of(entry))
            except (KeyError, TypeError, ValueError, re.error) as error:
                raise ValueError(f"{path.name}: {entry.get('grammar')}: {error}; mend the entry") from error
    ids = [g.id for g in grammars]
    if doubled := sorted({i for i in ids if ids.count(i) > 1}):
        raise ValueError(f"{folder.name}: told twice: {', '.join(doubled)}; rename one")
    return Grammars(
        tuple(sorted(grammars, key=lambda g: (g.order, g.id))), tuple(sorted(labels, key=lambda w: (-len(w[0]), w[0])))
    )


def grammar_of(entry: dict[str, Any]) -> NumberGrammar:
    """Compiled grammar from a YAML entry."""
    if unknown := set(entry) - _FIELDS:
        raise ValueError(f"unknown field {', '.join(sorted(unknown))}")

    def words(name: str) -> tuple[str, ...]:
        return tuple(str(word) for word in entry.get(name) or ())

    wider = entry.get("impossible_pattern")
    check = entry.get("check")
    return NumberGrammar(
        id=entry["grammar"],
        name_zh=entry["name_zh"],
        kind=entry["kind"],
        schemes=tuple(entry["schemes"]),
        order=entry["order"],
        pattern=_bounded(entry["pattern"], entry["kind"]),
        literals=words("literals"),
        digits=entry.get("digits", 0),
        near=words("near"),
        not_near=words("not_near"),
        part=entry.get("part"),
        part_schemes={str(k): tuple(v) for k, v in (entry.get("part_schemes") or {}).items()},
        blanks=entry.get("blanks", False),
        check=CHECKS[check] if check else None,
        masked=entry.get("masked", False),
        value=entry.get("value"),
        impossible_near=words("impossible_near"),
        impossible_pattern=_bounded(wider, entry["kind"]) if wider else None,
        confidence=entry["confidence"],
        note=entry.get("note"),
        valid=words("valid"),
        invalid=words("invalid"),
        impossible=words("impossible"),
    )


_CJK_START = re.compile(r"^(?:\(\?:|\[[(]\]|[?(])*(?:\[\\u4e00|[\u4e00-\u9fff])")


def _bounded(pattern: str, kind: str) -> re.Pattern[str]:
    """No sign of a longer word or number may touch the match; a Chinese sign at the edge is no part of it."""
    start = "" if _CJK_START.match(pattern) else "(?<![0-9A-Z])"
    end = "(?![0-9])" if kind == "standard" else "(?![0-9A-Z])"
    return re.compile(f"{start}(?:{pattern}){end}")


def _sc(match: re.Match[str]) -> bool:
    """SC licence: food class 01–31, additive class 01–03, MOD 11,10."""
    digits = re.sub(r"\D", "", match[0])
    return 1 <= int(digits[1:3]) <= (31 if digits[0] == "1" else 3) and codes.valid_mod_11_10(digits)


CHECKS: dict[str, Callable[[re.Match[str]], bool]] = {
    "uscc": lambda m: codes.valid_uscc(m[0]),
    "organisation_code": lambda m: codes.valid_organisation_code(m[0]),
    "resident_id": lambda m: codes.valid_resident_id(m[0]),
    "mod_11_10": lambda m: codes.valid_mod_11_10(m[0]),
    "ean13": lambda m: codes.valid_ean13(re.sub(r"\D", "", m[0])),
    "patent": lambda m: codes.valid_patent_number(re.sub(r"[^0-9X]", "", m[0])),
    "sc": _sc,
}
