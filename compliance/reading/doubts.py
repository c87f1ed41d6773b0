"""Doubts (存疑): fields in which the words leave a reading open.

The likeliest reading stands in the field; `Claim.uncertain` names the field and the reason, and to the rules it is unknown, so
that it can't accuse. What the words must show for a doubt is data: lexicon/doubts.yaml. Doubts about the subject come from
its grammar (`Subject.sure`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from compliance.reading.groups import Group, Run
from compliance.reading.subject import Subject
from compliance.reading.words import lexicon


@dataclass(frozen=True, slots=True)
class _Doubt:
    field: str
    states: frozenset[str]
    where: str
    reason: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None


def doubts_of(text: str, group: Group, quote: tuple[int, int], state: str, speaker: str) -> tuple[tuple[str, str], ...]:
    """(field, reason) of what the words leave open: `speaker` (only of one's own words) and `state`."""
    spans = {"sentence": (group.sentence.start, group.sentence.end), "quote": quote, "block": (0, len(text))}
    found: dict[str, str] = {}
    for doubt in _doubts():
        if state not in doubt.states or doubt.field in found or doubt.field == "speaker" and speaker != "self":
            continue
        a, b = spans[doubt.where]
        part = text[a:b]
        if doubt.pattern.search(part) and not (doubt.unless and doubt.unless.search(part)):
            found[doubt.field] = doubt.reason
    return tuple(found.items())


def left_open(text: str, group: Group, run: Run, about: str, subject: Subject, schemes: tuple[str, ...]) -> bool:
    """Whether the words leave the subject of a claim to `schemes` open, beside what its grammar says (`Subject.sure`)."""
    return _hints_at_goods(text, group, about, subject) or _bare_tag(text, group, run, subject, schemes)


def _hints_at_goods(text: str, group: Group, about: str, subject: Subject) -> bool:
    """A service certificate without a subject, and the goods' quality in the next breath: a reader may take one for the other."""
    if about != "service" or subject.binding != "position":
        return False
    return bool(re.search(r"产品(?:质量|品质)", text[group.end : group.sentence.end]))


def _bare_tag(text: str, group: Group, run: Run, subject: Subject, schemes: tuple[str, ...]) -> bool:
    """“FDA认证” as a tag: neither goods nor plant are named, and the registration of a plant is loosely called so."""
    if group.verb is not None or subject.binding != "position":
        return False
    if (
        "fda" in schemes
        and run.after is None
        and subject.start == subject.end
        and "认证" in text[group.start : run.end]
    ):
        return True
    return any(m.scheme == "fda" for m in run.mentions) and text[run.mentions[-1].start : run.end].endswith("认证")


@lru_cache(maxsize=1)
def _doubts() -> tuple[_Doubt, ...]:
    return tuple(
        _Doubt(
            e["field"],
            frozenset(e["states"]),
            e["where"],
            e["reason"],
            re.compile(e["match"]),
            re.compile(e["not"]) if "not" in e else None,
        )
        for e in lexicon("doubts")
    )
