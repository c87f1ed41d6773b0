"""Certificate records without a name (只有编号的证书): “证书编号：…，有效期至…”. The number's own form tells the scheme."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from compliance.reading.details import Found
from compliance.reading.groups import Group, Run
from compliance.reading.mentions import Mention
from compliance.reading.sentences import Sentence
from compliance.reading.terms import about_of

if TYPE_CHECKING:
    from compliance.reading.drafts import Draft

_LABEL = re.compile(r"(?:证书|认证|注册|certificate|cert)[^,。;]{0,8}$", re.I)


def numbered_drafts(text: str, sentences: Sequence[Sentence], drafts: Sequence[Draft], found: Found) -> list[Draft]:
    """Drafts for numbers of certificates in a block that names no scheme at all."""
    from compliance.reading.drafts import Draft

    if drafts:
        return []
    out: list[Draft] = []
    for hit in found.numbers:
        if hit.kind != "certificate" or not hit.schemes or not _LABEL.search(text[max(0, hit.start - 14) : hit.start]):
            continue
        sentence = next((s for s in sentences if s.start <= hit.start < s.end), None)
        if sentence is None:
            continue
        label = _LABEL.search(text[max(sentence.start, hit.start - 14) : hit.start])
        start = max(sentence.start, hit.start - 14) + label.start() if label else hit.start
        scheme = hit.schemes[0]
        mention = Mention(start, hit.end, scheme, about_of(scheme))
        run = Run((mention,), ("certificate",), hit.end, None, hit.end)
        clause = sentence.clauses[sentence.clause_at(hit.start)]
        subject = "product" if mention.about == "product" else "company"
        out.append(
            Draft(
                start,
                hit.end,
                "self",
                subject,
                (0, 0),
                mention.about,
                (scheme,),
                "held",
                "position",
                Group((run,), sentence, clause),
                run,
                (mention,),
                by_number=True,
            )
        )
    return out
