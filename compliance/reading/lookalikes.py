"""Claims that only look like certification (形似而非): platform checks, tests, plain praise, offers without a scheme's name.

They are returned so that a reader of the result sees that they were seen and judged harmless, or, for offers of certificates
without an audit, that somebody offers them. Words: lexicon/lookalikes.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from compliance.reading.groups import Group, Run
from compliance.reading.mentions import Mention
from compliance.reading.sentences import Sentence
from compliance.reading.words import lexicon

if TYPE_CHECKING:
    from compliance.reading.drafts import Draft


@dataclass(frozen=True, slots=True)
class _Lookalike:
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    scheme: str | None
    about: str
    state: str
    subject: str
    speaker: str


def lookalike_drafts(text: str, sentence: Sentence, drafts: Sequence[Draft]) -> list[Draft]:
    """At most one draft an entry and sentence, and none over words that are part of a claim already."""
    from compliance.reading.drafts import Draft

    found: list[Draft] = []
    for entry in _entries():
        m = entry.pattern.search(text, sentence.start, sentence.end)
        if m is None or (entry.unless and entry.unless.search(text, sentence.start, sentence.end)):
            continue
        if any(
            d.start < m.end() and m.start() < d.end or d.state == entry.state == "consulting_offer"
            for d in (*drafts, *found)
        ):
            continue
        clause = sentence.clauses[sentence.clause_at(m.start())]
        mention = Mention(m.start(), m.end(), entry.scheme or "", entry.about)
        run = Run((mention,), (), m.end(), None, m.end())
        schemes = (entry.scheme,) if entry.scheme else ()
        found.append(
            Draft(
                m.start(),
                m.end(),
                entry.speaker,
                entry.subject,
                (0, 0),
                entry.about,
                schemes,
                entry.state,
                "position",
                Group((run,), sentence, clause),
                run,
                (mention,),
            )
        )
    return found


@lru_cache(maxsize=1)
def _entries() -> tuple[_Lookalike, ...]:
    return tuple(
        _Lookalike(
            re.compile(e["match"]),
            re.compile(e["not"]) if "not" in e else None,
            e.get("scheme"),
            e.get("about", "none"),
            e.get("state", "not_certification"),
            e.get("subject", "none"),
            e.get("speaker", "self"),
        )
        for e in lexicon("lookalikes")
    )
