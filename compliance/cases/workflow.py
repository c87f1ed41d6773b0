"""States of a case and the steps between them, as data (workflow.yaml): which step is allowed, for whom, and what it needs.

`steps_from("confirmed")` lists what can be done next, with Chinese and English titles; `step("new", "confirmed")` is one step or a
NotAllowed that says what would be possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
ROLES = ("viewer", "investigator", "supervisor", "admin")


class NotAllowed(ValueError):
    """A step that this state doesn't have, or that lacks something; the message says what to do."""


@dataclass(frozen=True, slots=True)
class State:
    """案件状态. `open`: somebody has to act; `ended`: a later sighting opens a new case; `through`: dismissal | reply | None."""

    id: str
    zh: str
    en: str
    open: bool
    ended: bool = False
    through: str | None = None
    deadline: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `role`: the least role that may take it; `needs`: details it can't do without (deadline, receiver)."""

    from_state: str
    to: str
    zh: str
    en: str
    role: str
    needs: tuple[str, ...] = ()
    machine: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A reason or scope of dismissal. `precision`: wrong | right | unclear for reasons, "" for scopes."""

    id: str
    zh: str
    en: str
    precision: str = ""


@dataclass(frozen=True, slots=True)
class Workflow:
    """All of workflow.yaml."""

    states: dict[str, State]
    steps: tuple[Step, ...]
    reasons: dict[str, Choice]
    scopes: dict[str, Choice]


def data_of(name: str) -> dict[str, Any]:
    """A YAML file of this folder; it travels with the package, so a missing one is a defect."""
    data = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    if not isinstance(data, dict):
        raise TypeError(f"{name}.yaml: expected a mapping at the top")
    return data


@cache
def workflow() -> Workflow:
    """The states, steps, reasons and scopes. A step between unknown states is a defect of the file (KeyError)."""
    data = data_of("workflow")
    states = {one["id"]: State(**one) for one in data["states"]}
    steps = tuple(
        Step(
            from_state=states[one["from"]].id,
            to=states[one["to"]].id,
            zh=one["zh"],
            en=one["en"],
            role=ROLES[ROLES.index(one["role"])],
            needs=tuple(one.get("needs", ())),
            machine=bool(one.get("machine", False)),
        )
        for one in data["steps"]
    )
    reasons = {one["id"]: Choice(**one) for one in data["dismissal_reasons"]}
    scopes = {one["id"]: Choice(**one) for one in data["dismissal_scopes"]}
    return Workflow(states, steps, reasons, scopes)


def steps_from(state: str) -> list[Step]:
    """What can be done next with a case in `state`."""
    return [one for one in workflow().steps if one.from_state == state]


def step(from_state: str, to: str) -> Step:
    """The step between two states. Raises NotAllowed naming what is possible."""
    if to not in workflow().states:
        raise NotAllowed(f"{to!r} is no state of a case; states are {', '.join(workflow().states)}")
    found = next((one for one in steps_from(from_state) if one.to == to), None)
    if found is None:
        possible = ", ".join(dict.fromkeys(one.to for one in steps_from(from_state)))
        raise NotAllowed(
            f"a case that is {from_state} can't become {to}; possible: {possible or 'nothing, it has ended'}"
        )
    return found


def may(role: str, one: Step) -> bool:
    """Whether somebody with that role may take the step."""
    return role in ROLES and ROLES.index(role) >= ROLES.index(one.role)


def states_that(*, open: bool | None = None, ended: bool | None = None, deadline: bool | None = None) -> Sequence[str]:
    """Ids of the states with these properties."""
    wanted = {"open": open, "ended": ended, "deadline": deadline}
    return [s.id for s in workflow().states.values() if all(v is None or getattr(s, k) is v for k, v in wanted.items())]
