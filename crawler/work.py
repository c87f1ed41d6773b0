"""One site being worked on (在抓的网站), and what a site may cost."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from compliance.store.pages import Known
from compliance.store.runs import SiteState


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one site may cost, from the settings."""

    pages: int
    pictures: int
    depth: int
    open_sites: int
    per_site: int  # requests in flight on one site
    at_once: int  # requests in flight in all
    failures: int  # in a row that end a site
    fresh: bool  # ask also what is not due


@dataclass(slots=True)
class Work:
    """One site being worked on."""

    state: SiteState
    waiting: int
    active: int = 0
    taken: int = 0  # pages handed out
    pictures: int = 0
    failures: int = 0
    opened: bool = False
    since: float = field(default_factory=time.monotonic)  # when it was opened
    closed: bool = False
    seen: set[str] = field(default_factory=set)
    shapes: Counter[str] = field(default_factory=Counter)
    known: dict[str, Known] = field(default_factory=dict)
    moved_to: str | None = None
    robots_refused: str | None = None
