"""Which cases the queue shows (筛选): the address' query as filters of the store, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from compliance.cases.workflow import states_that, workflow
from compliance.store.cases import Filters, Paging, cases_of
from compliance.store.session import Store
from reports.web.render import OUTCOMES
from reports.wording import load_wording

SIZE = 50  # cases on one page
ORDERS = ("queue", "newest", "changed", "due")
MANY = ("state", "outcome", "conduct", "rule")  # may be given several times
ONE = ("q", "company", "owner", "order")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The query of a queue, cleaned: what isn't known is left out. `state` empty: all states that ask for work."""

    values: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        """The single value of a name, "" when it isn't there."""
        return next((v for n, v in self.values if n == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """All values of a name."""
        return tuple(v for n, v in self.values if n == name)

    @property
    def query(self) -> str:
        """For an address."""
        return urlencode(self.values)

    def with_(self, **more: str) -> str:
        """The query with other values; "" takes one out."""
        kept = [(n, v) for n, v in self.values if n not in more]
        return urlencode(kept + [(n, v) for n, v in more.items() if v])

    def filters(self, me: str) -> Filters:
        """As the store takes them. `me`: what the owner "me" stands for."""
        owner = self.get("owner")
        states = self.all("state")
        return Filters(
            states=tuple(workflow().states) if "all" in states else states or tuple(states_that(open=True)),
            conducts=self.all("conduct"),
            outcomes=self.all("outcome"),
            rules=self.all("rule"),
            company=self.get("company") or None,
            owner=me if owner == "me" else owner or None,
            text=self.get("q"),
            order=self.get("order") or "queue",
        )


def chosen_from(query: str) -> Chosen:
    """The queue's part of an address' query; anything else in it is left out."""
    given = parse_qs(query, max_num_fields=200)
    known: dict[str, Any] = {
        "state": {*workflow().states, "all"},
        "outcome": set(OUTCOMES),
        "conduct": set(load_wording().tree["conducts"]),
        "order": set(ORDERS),
    }
    kept = []
    for name in (*ONE, *MANY):
        for value in given.get(name, ())[: 1 if name in ONE else 40]:
            value = value.strip()[:200]
            if value and value in known.get(name, (value,)):
                kept.append((name, value))
    return Chosen(tuple(kept))


def neighbour(store: Store, chosen: Chosen, me: str, at: int, here: str) -> tuple[str, int] | None:
    """The case to go on to and its place: the one that now stands at place `at` (from 0) of the queue, or after it when that is
    still `here`. None at the end."""
    found = cases_of(store, chosen.filters(me), Paging(at + 1, 1))["cases"]
    if found and found[0]["id"] == here:
        at += 1
        found = cases_of(store, chosen.filters(me), Paging(at + 1, 1))["cases"]
    return (found[0]["id"], at) if found else None
