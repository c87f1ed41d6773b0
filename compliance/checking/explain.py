"""What a finding says in words: what the page states, what the register of such a day shows, that the two differ.

No sentence here says that anybody broke the law. The sentences are data (explain.yaml).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from compliance.checking.facts_lists import lists_used
from compliance.register.states import state_on
from rules.outcome import Verdict

if TYPE_CHECKING:
    from compliance.checking.facts import Case


@cache
def sentences() -> dict[str, str]:
    """The sentences by key, with `{…}` places."""
    return yaml.safe_load(Path(__file__).with_name("explain.yaml").read_text(encoding="utf-8"))


def explanation_of(case: Case, verdict: Verdict) -> str:
    """Sentences in Chinese: page, register, the lists looked into, the difference that the rule is about."""
    say = sentences()
    parts = [_seen(case)]
    parts.append(_register(case))
    used = [f.fact for e in verdict.elements for f in e.facts if f.reason is None]
    for info in lists_used(case, used):
        day = info.snapshot.isoformat() if info.snapshot else say["no_day"]
        parts.append(say["list"].format(zh=info.zh, source=info.source, day=day, rows=info.rows))
    parts.append(say["about"].format(summary=verdict.summary.strip()))
    return "".join(parts)


def _seen(case: Case) -> str:
    """What the page states, or what a picture of it shows: which picture, where in it, how surely."""
    say, claim = sentences(), case.claim
    quote, day, at = " ".join(claim.quote.split()), case.on.isoformat(), claim.picture
    if at is None:
        return say["page"].format(day=day, quote=quote)
    if at.mark is None:
        return say["picture"].format(day=day, source=at.source, sha=at.sha256, quote=quote)
    told = {"words in the picture": "mark_words_in_picture", "text of the page": "mark_words_on_page"}
    return say["mark"].format(
        day=day,
        source=at.source,
        sha=at.sha256,
        quote=quote,
        box=list(at.box) if at.box else say["no_day"],
        confidence=at.confidence,
        confirmed=say[told.get(at.confirmed_by or "", "mark_unconfirmed")],
    )


def _register(case: Case) -> str:
    say = sentences()
    found = case.lookup
    if found.rows is None:
        return say["no_register"]
    info = found.rows.info
    day = info.snapshot.isoformat() if info.snapshot else say["no_day"]
    if found.row is None:
        places = "；".join(found.searched) or info.source
        return say["not_found"].format(source=info.source, day=day, places=places)
    row = found.row
    state, dated = state_on(row, case.on)
    return say["found"].format(
        source=info.source,
        day=day,
        number=row.number,
        holder=row.holder,
        issued=row.issued.isoformat() if row.issued else "—",
        expires=row.expires.isoformat() if row.expires else "—",
        on=case.on.isoformat(),
        state=say[f"state_{state}"] if state else say["state_unknown"],
        since="" if dated else say["undated"],
    )
