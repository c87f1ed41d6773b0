"""General caps on certainty, applied in one place after the rules, each with its reason in the finding.

They say nothing about the law: they say how far what is in hand can carry (a picture, a file name, an archive without a
date, an old register, an unclear owner). Texts and ceilings live in caps.yaml.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from rules.outcome import Outcome

if TYPE_CHECKING:
    from compliance.checking.facts import Case


@dataclass(frozen=True, slots=True)
class Cap:
    """上限: the highest outcome while this holds, and why, in Chinese."""

    id: str
    at_most: Outcome
    zh: str


@cache
def caps() -> dict[str, Cap]:
    """All caps of caps.yaml by id."""
    data = yaml.safe_load(Path(__file__).with_name("caps.yaml").read_text(encoding="utf-8"))
    return {id_: Cap(id_, Outcome(entry["at_most"]), entry["zh"]) for id_, entry in data.items()}


def caps_of(case: Case, *, rests_on_register: bool, snapshot_days: int = 31) -> tuple[Cap, ...]:
    """The caps that hold in this case. `rests_on_register`: the rule named a register fact that is known."""
    ids: list[str] = []
    if case.claim.container in {"alt", "picture"}:
        ids.append("picture_only")
    if case.claim.container == "filename":
        ids.append("file_name_only")
    if case.claim.hidden:
        ids.append("hidden_text")
    if case.page.archived and case.page.captured_at is None:
        ids.append("undated_archive")
    if case.company is None or case.company.source == "host":
        ids.append("owner_unknown")
    if case.reading.owner.conflict:
        ids.append("owner_conflict")
    found = case.lookup
    if rests_on_register and found.rows is not None:
        if found.method == "name_key":
            ids.append("name_without_form")
        snapshot = found.rows.info.snapshot
        if snapshot is None:
            ids.append("undated_register")
        elif case.on - snapshot > timedelta(days=snapshot_days):
            ids.append("old_register")
    return tuple(caps()[id_] for id_ in ids)


def capped(outcome: Outcome, holding: tuple[Cap, ...]) -> tuple[Outcome, tuple[str, ...]]:
    """The outcome under all caps, and the reasons of those that lowered it."""
    low = min([outcome, *(cap.at_most for cap in holding)], key=lambda o: o.rank)
    return low, tuple(cap.zh for cap in holding if cap.at_most.rank < outcome.rank)
