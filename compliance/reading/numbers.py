"""Numbers on pages (编号): certificates, licences, codes of marks, identities, standards, and what only looks like one.

A form that fits proves nothing: it is a lead for the register. A number that cannot be right (check digit, structure) is a
typing error first. Nothing is repaired silently: letters read as digits are told in `readings`, the value stays as printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from compliance.reading.dates import dates_in
from compliance.reading.grammar import NumberGrammar, load_grammars
from rules.schemes.codes import near_numbers, normal_number, number_key

__all__ = ["NumberHit", "find_numbers", "near_numbers", "normal_number", "number_key"]

BEFORE, AFTER, LABEL = 30, 12, 16  # signs in which a word stands beside a number; a label stands before it
LIMIT = 50_000  # signs of one block that are searched; blocks are far shorter

# one sign for one sign, so that offsets stay those of the text: full width, dashes, blanks, capitals
_FOLD = str.maketrans(
    {0xFF01 + i: chr(0x21 + i).upper() for i in range(94)}
    | {c: c - 32 for c in range(97, 123)}
    | dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
    | dict.fromkeys((0x3000, 0xA0, 0x2002, 0x2003, 0x2009), " ")
    | {ord("．"): ".", ord("〇"): "〇"}
)
_DIGIT = re.compile(r"[0-9０-９]")
_WORTH = re.compile(r"[0-9]{2}|FCC|[0-9OIL]{2}[ ][0-9OIL]{2}|[0-9][OIL]")
_RUN = re.compile(r"[0-9]+")
_BLANK = re.compile(r"(?<=[0-9A-Z]) (?=[0-9])|(?<=[0-9]) (?=[0-9A-Z])")
_MISREAD = re.compile(
    r"(?<![0-9A-Z])(?=[0-9A-Z-]{0,24}?[OIL])(?=(?:[A-Z-]{0,9}[0-9]){5})[0-9A-Z][0-9A-Z-]{7,22}[0-9A-Z](?![0-9A-Z])"
)
_TOKEN = re.compile(
    r"\s{0,3}(?:为|是)?\s{0,2}[:.]{0,2}\s{0,3}(?P<number>[0-9A-Z][0-9A-Z/.()\-]{3,39}(?: [A-Z]{1,5}[0-9]{1,6}(?![0-9A-Z]))?)"
)
_CELL = re.compile(r"\s{0,9}(?P<number>(?=(?:[A-Z/.() -]{0,12}[0-9]){3})[0-9A-Z][0-9A-Z/.() \-]{2,38}[0-9A-Z])\s{0,9}")


@dataclass(frozen=True, slots=True)
class NumberHit:
    """`text[start:end]` is a number. `value`: its normal form (masked for a person's number). `schemes`: those it can belong
    to, narrowed by its letters; empty: none or any. `parts`: named pieces (body, year, field …).
    `form`: known | impossible | unknown_form (only a label says it is a number). `readings`: other normal forms it may
    stand for when letters are read as digits."""

    start: int
    end: int
    grammar: str
    kind: str
    value: str
    schemes: tuple[str, ...]
    parts: tuple[tuple[str, str], ...]
    form: Literal["known", "impossible", "unknown_form"]
    note: str | None = None
    readings: tuple[str, ...] = ()
    confidence: str = "medium"

    def part(self, name: str) -> str | None:
        """The piece of that name, None when the grammar has none or it is not written."""
        return dict(self.parts).get(name)


def find_numbers(text: str, context: str = "") -> tuple[NumberHit, ...]:
    """All numbers of `text`, none overlapping, in reading order. `context`: words that stand beside the text (table heading,
    lead, caption) and count for grammars that need a word. Offsets are those of `text`.

    >>> [(h.grammar, h.value, h.schemes) for h in find_numbers("证书编号：00025Q10001R0M")]
    [('ms-cert', '00025Q10001R0M', ('iso-9001',))]
    """
    if not _DIGIT.search(text):
        return ()
    folded = text[:LIMIT].translate(_FOLD)
    if not _WORTH.search(folded):
        return ()
    beside = context.translate(_FOLD)
    hits = _hits(folded, beside, load_grammars().all)
    if blanks := list(_BLANK.finditer(folded)):
        hits = _with_blanks(folded, beside, blanks, hits)
    hits += _misread(folded, hits)
    hits += _labelled(folded, beside, hits)
    return tuple(sorted(hits, key=lambda hit: hit.start))


def _hits(folded: str, beside: str, grammars: tuple[NumberGrammar, ...]) -> list[NumberHit]:
    longest = max((len(run) for run in _RUN.findall(folded)), default=0)
    taken, hits = bytearray(len(folded)), list[NumberHit]()
    for grammar in grammars:
        if grammar.digits > longest or (grammar.literals and not any(word in folded for word in grammar.literals)):
            continue
        for hit in _of_grammar(folded, beside, grammar):
            if _take(taken, hit.start, hit.end):
                hits.append(hit)
    return hits


def _of_grammar(folded: str, beside: str, grammar: NumberGrammar) -> Iterator[NumberHit]:
    for match in grammar.pattern.finditer(folded):
        if grammar.near and not _near(folded, beside, match, grammar.near):
            continue
        if grammar.not_near and _near(folded, beside, match, grammar.not_near):
            continue
        if grammar.check is None or grammar.check(match):
            yield _hit(match, grammar, "known")
        elif _announced(folded, beside, match, grammar.impossible_near):
            yield _hit(match, grammar, "impossible")
    if grammar.impossible_pattern is not None and grammar.impossible_near:
        for match in grammar.impossible_pattern.finditer(folded):
            if _announced(folded, beside, match, grammar.impossible_near) and not grammar.pattern.fullmatch(match[0]):
                yield _hit(match, grammar, "impossible")


def _near(folded: str, beside: str, match: re.Match[str], words: tuple[str, ...]) -> bool:
    window = folded[max(0, match.start() - BEFORE) : match.end() + AFTER]
    return any(word in window or word in beside for word in words)


def _announced(folded: str, beside: str, match: re.Match[str], words: tuple[str, ...]) -> bool:
    window = folded[max(0, match.start() - LABEL) : match.end()]
    return any(word in window or word in beside for word in words)


def _hit(match: re.Match[str], grammar: NumberGrammar, form: Literal["known", "impossible"]) -> NumberHit:
    parts = tuple((name, piece) for name, piece in match.groupdict().items() if piece is not None)
    group = grammar.value if grammar.value and grammar.value in dict(parts) else 0
    schemes = grammar.schemes
    if grammar.part is not None:
        schemes = grammar.part_schemes.get(dict(parts).get(grammar.part) or "", schemes)
    return NumberHit(
        start=match.start(group),
        end=match.end(group),
        grammar=grammar.id,
        kind=grammar.kind,
        value="*" * len(match[0]) if grammar.masked else normal_number(match[group]),
        schemes=schemes,
        parts=() if grammar.masked else parts,
        form=form,
        note=grammar.note,
        confidence=grammar.confidence,
    )


def _take(taken: bytearray, start: int, end: int) -> bool:
    """Marks the signs as taken; False when one of them is already."""
    if 1 in taken[start:end]:
        return False
    taken[start:end] = b"\1" * (end - start)
    return True


def _taken_by(hits: list[NumberHit], length: int) -> bytearray:
    taken = bytearray(length)
    for hit in hits:
        taken[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
    return taken


def _with_blanks(folded: str, beside: str, blanks: list[re.Match[str]], hits: list[NumberHit]) -> list[NumberHit]:
    """Numbers printed in groups: blanks inside are left out, only for grammars that allow it. One that swallows smaller
    hits whole ("GB 4943 2025 …" never does) takes their place."""
    gone = {m.start() for m in blanks}
    places = [i for i in range(len(folded)) if i not in gone]
    squeezed = "".join(folded[i] for i in places)
    out = list(hits)
    for grammar in load_grammars().all:
        if not grammar.blanks or (grammar.literals and not any(word in squeezed for word in grammar.literals)):
            continue
        for hit in _of_grammar(squeezed, beside, grammar):
            start, end = places[hit.start], places[hit.end - 1] + 1
            if hit.form != "known" or end - start == hit.end - hit.start or _edge(folded, start, end):
                continue
            inner = [h for h in out if h.start < end and start < h.end]
            if all(h.kind == "standard" or h.form == "impossible" or h.confidence == "low" for h in inner):
                out = [h for h in out if h not in inner]
                out.append(replace(hit, start=start, end=end, note="printed with blanks inside"))
    return out


def _edge(folded: str, start: int, end: int) -> bool:
    """True when a digit or letter stands one blank away: then the groups may belong to something longer."""
    before, after = folded[max(0, start - 2) : start], folded[end : end + 2]
    return bool(re.fullmatch(r"[0-9] ", before) or re.fullmatch(r" [0-9]", after))


def _misread(folded: str, hits: list[NumberHit]) -> list[NumberHit]:
    """Numbers that fit once letters are read as digits (O as 0, I or L as 1): reported with the reading, not repaired."""
    out: list[NumberHit] = []
    taken = _taken_by(hits, len(folded))
    for token in _MISREAD.finditer(folded):
        if 1 in taken[token.start() : token.end()]:
            continue
        for reading in near_numbers(token[0]):
            if len(reading) != len(token[0]):
                continue
            found = [g for g in load_grammars().all if g.blanks and not g.near and g.pattern.fullmatch(reading)]
            for hit in (h for g in found[:1] for h in _of_grammar(reading, "", g) if h.form == "known"):
                out.append(
                    replace(
                        hit,
                        start=token.start(),
                        end=token.end(),
                        value=normal_number(token[0]),
                        note=f"letters read as digits: {reading}",
                        readings=(reading,),
                    )
                )
            if found:
                break
    return out


def _labelled(folded: str, beside: str, hits: list[NumberHit]) -> list[NumberHit]:
    """What a label (or the heading of its column) calls a certificate number, though its form is nobody's."""
    out: list[NumberHit] = []
    taken = _taken_by(hits, len(folded))
    for word, kind in load_grammars().labels:
        if (
            word in beside
            and (cell := _CELL.fullmatch(folded))
            and not dates_in(cell[0])
            and _take(taken, *cell.span("number"))
        ):
            out.append(_unknown(cell.start("number"), cell["number"], kind))
        at = folded.find(word)
        while at >= 0:
            token = _TOKEN.match(folded, at + len(word))
            if token:
                number = token["number"].rstrip("-/.(")
                if number.count("(") < number.count(")"):
                    number = number.rstrip(")")
                start, end = token.start("number"), token.start("number") + len(number)
                if len(re.findall(r"[0-9]", number)) >= 3 and _take(taken, start, end):
                    out.append(_unknown(start, number, kind))
            at = folded.find(word, at + 1)
    return out


def _unknown(start: int, number: str, kind: str) -> NumberHit:
    return NumberHit(
        start=start,
        end=start + len(number),
        grammar="labelled",
        kind=kind,
        value=normal_number(number),
        schemes=(),
        parts=(),
        form="unknown_form",
        note="only its label says what it is",
        confidence="low",
    )
