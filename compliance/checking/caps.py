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

from compliance.checking.facts_lists import self_declared
from compliance.register.names import normal_form
from compliance.register.near import TWIN, is_twin
from rules.outcome import Outcome, Verdict

if TYPE_CHECKING:
    from compliance.checking.facts import Case
    from compliance.records import Claim, Near

ABSENCE = frozenset({"certificate.exists", "register.shows_product_certificate"})  # false: no certificate was found


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


def caps_of(
    case: Case, verdict: Verdict | None = None, *, rests_on_register: bool, snapshot_days: int = 31
) -> tuple[Cap, ...]:
    """The caps that hold in this case. `rests_on_register`: the rule named a register fact that is known. Before a `verdict` of
    violation rests on a name alone, every name of the register is compared (about 0.1 s a million)."""
    ids: list[str] = []
    if case.claim.container in {"alt", "picture"}:
        ids.append("picture_only")
    ids += _mark_caps(case.claim)
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
        if found.method == "name_en":
            ids.append("english_name")
        snapshot = found.rows.info.snapshot
        if snapshot is None:
            ids.append("undated_register")
        elif case.on - snapshot > timedelta(days=snapshot_days):
            ids.append("old_register")
        if verdict is not None and verdict.outcome is Outcome.VIOLATION and twin_of(case):
            ids.append("name_twin")
    if verdict is not None and case.detail.scheme == "ccc" and _rests_on_absence(verdict) and self_declared(case):
        ids.append("self_declared_class")
    return tuple(caps()[id_] for id_ in ids)


def _mark_caps(claim: Claim) -> list[str]:
    """疑似标志: what the sighting of a mark in a picture can carry at most."""
    if claim.picture is None or claim.picture.mark is None:
        return []
    ids = [] if claim.picture.confirmed_by else ["mark_by_looks"]
    if "own_mark" in claim.cues and claim.place is None:
        ids.append("mark_as_ornament")
    elif "mark_kind:management_system" not in claim.cues:
        ids.append("mark_of_goods")
    return ids


def twin_of(case: Case) -> Near | None:
    """另一家名称同样接近的企业: among all names of the register one at least as close as the match; only asked when nothing but
    the name binds the row to the company. None when there is none."""
    found = case.lookup
    name = case.claim.holder_text or (case.company.name if case.company is not None else None)
    ask = getattr(found.rows, "nearest_of_all", None)
    if found.method not in ("name", "name_key") or found.row is None or not name or ask is None:
        return None
    own = {(r.holder, r.uscc) for r in (found.row, *found.holder_rows)}
    close, normal = min(found.score, TWIN), normal_form(name)
    return next((n for n in ask(name) if is_twin(normal, n, close) and (n.row.holder, n.row.uscc) not in own), None)


def _rests_on_absence(verdict: Verdict) -> bool:
    """Whether the rule speaks because the register shows no certificate."""
    used = [f for e in verdict.elements if e.truth for f in e.facts]
    return any(f.fact in ABSENCE and f.reason is None and f.value is False for f in used)


def capped(outcome: Outcome, holding: tuple[Cap, ...]) -> tuple[Outcome, tuple[str, ...]]:
    """The outcome under all caps, and the reasons of those that lowered it."""
    low = min([outcome, *(cap.at_most for cap in holding)], key=lambda o: o.rank)
    return low, tuple(cap.zh for cap in holding if cap.at_most.rank < outcome.rank)
