"""What the spider hands to the pipeline: one answer with all that must be kept or queued together."""

from __future__ import annotations

from dataclasses import dataclass

from compliance.store.pages import Answer
from compliance.store.runs import Claimed, NewRequest


@dataclass(frozen=True, slots=True)
class FetchedItem:
    """One address answered. `found`: addresses it led to; `refusal`: why its links were not followed, in words."""

    request: Claimed
    answer: Answer
    found: tuple[NewRequest, ...] = ()
