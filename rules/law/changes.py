"""What changed on a day (变化): the versions that begin, and every key whose number, words or terms are not the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rules.law.statutes import Statutes


@dataclass(frozen=True, slots=True)
class Change:
    """One law on the first day of one of its versions. `moved`: key, number before, number after."""

    law: str
    title_zh: str
    before: str | None
    after: str
    changed_zh: str
    moved: tuple[tuple[str, str, str], ...]
    reworded: tuple[str, ...]
    begun: tuple[str, ...]
    ended: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "law": self.law,
            "from": self.before,
            "to": self.after,
            "changed_zh": self.changed_zh,
            "moved": [{"key": key, "from": before, "to": after} for key, before, after in self.moved],
            "reworded": list(self.reworded),
            "begun": list(self.begun),
            "ended": list(self.ended),
        }


def changes_on(statutes: Statutes, day: date) -> list[Change]:
    """Every law of which a version begins on `day`."""
    found = []
    for law in statutes.laws.values():
        after = statutes.version_on(law.law, day)
        if after is None or after.in_force != day:
            continue
        eve = day - timedelta(days=1)
        before = statutes.version_on(law.law, eve)
        moved, reworded, begun, ended = [], [], [], []
        for entry in law.provisions:
            old = statutes.placed(f"{law.law}#{entry.key}", eve)
            new = statutes.placed(f"{law.law}#{entry.key}", day)
            if old is None and new is not None:
                begun.append(entry.key)
            elif old is not None and new is None:
                ended.append(entry.key)
            elif old is not None and new is not None:
                if old.line.at != new.line.at:
                    moved.append((entry.key, old.line.at or "—", new.line.at or "—"))
                if (old.gist, old.terms) != (new.gist, new.terms):
                    reworded.append(entry.key)
        lists = tuple(moved), tuple(reworded), tuple(begun), tuple(ended)
        name = before.version if before else None
        found.append(Change(law.law, law.title_zh, name, after.version, after.changed_zh, *lists))
    return found
