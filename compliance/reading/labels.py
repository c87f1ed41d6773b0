"""Names that are labels (名目): the field of the next cell, a kind of paper in a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.reading.mentions import Mention

if TYPE_CHECKING:
    from compliance.reading.drafts import Draft


def is_label(text: str, mention: Mention, mentions: tuple[Mention, ...]) -> bool:
    """“质量体系 | ISO9001”: a cell that names the field of the next one."""
    if not (mention.named and mention.weak) or not text.startswith(" | ", mention.end):
        return False
    if mention.start and not text[: mention.start].endswith("| "):
        return False
    return any(m.start == mention.end + 3 and m.about == mention.about and not m.named for m in mentions)


def is_cell(text: str, draft: Draft, drafts: list[Draft]) -> bool:
    """“… 资质证书 …” in a form's line beside the certificate it speaks of: a kind of paper, no paper of its own."""
    if draft.schemes != ("qualification",) or draft.group is None or draft.group.verb is not None:
        return False
    named = text[draft.mentions[0].start : draft.mentions[-1].end]
    return named == "资质证书" and any(
        d is not draft and d.group and d.group.sentence == draft.group.sentence for d in drafts
    )
