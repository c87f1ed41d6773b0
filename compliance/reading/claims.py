"""Claims (认证陈述): who says that what is certified, to which scheme, in which state. The heart of the reader.

One claim a kind and verb: schemes under one verb and one head are one claim; names with heads of their own are claims by kind
(system, product …). What is no certification (licences, honours, patents, tests) is returned too, with that state.
"""

from __future__ import annotations

from collections.abc import Sequence

from compliance.reading.drafts import Draft, drafts_of
from compliance.reading.fold import Folded, fold
from compliance.reading.follow import Last, followed
from compliance.reading.triggers import may_claim
from compliance.records import Block, Claim, Locator, PageContext

CONTEXT_LENGTH = 400  # signs of the block shown beside a quote


def claims_of(blocks: Sequence[Block], context: PageContext) -> tuple[Claim, ...]:
    """All claims of a page in reading order, ids c1, c2 … A block without a trigger costs one pattern."""
    claims: list[Claim] = []
    last: Last | None = None
    for at, block in enumerate(blocks):
        drafts: list[Draft] = []
        if may_claim(block.text):
            folded = fold(block.text, tuple(start for start, _ in block.cells))
            behind = blocks[at + 1] if at + 1 < len(blocks) else None
            drafts = drafts_of(folded, block, context, blocks[at - 1] if at else None, behind)
            if last is not None and drafts and all(d.by_number for d in drafts):
                below = followed(claims[last.claim], last, block)
                if below is not claims[last.claim]:
                    claims[last.claim] = below
                    continue
            first = len(claims)
            claims += [_claim(f"c{first + n + 1}", d, folded, block) for n, d in enumerate(drafts)]
        if drafts:
            last = Last(len(claims) - 1, block) if len(drafts) == 1 else None
        elif last is not None:
            claims[last.claim] = followed(claims[last.claim], last, block)
    return tuple(claims)


def _claim(name: str, draft: Draft, folded: Folded, block: Block) -> Claim:
    """The record: offsets of folded text become those of the page."""
    start, end = folded.span(draft.start, draft.end)
    subject_text = folded.raw(*draft.subject_span).strip() if draft.subject_span[1] > draft.subject_span[0] else None
    text = " ".join(block.text.split())
    return Claim(
        id=name,
        quote=block.text[start:end],
        locator=Locator(
            block.locator.selector, block.locator.start + start, block.locator.start + end, block.locator.attribute
        ),
        container=block.container,
        speaker=draft.speaker,  # type: ignore[arg-type]
        subject=draft.subject,  # type: ignore[arg-type]
        subject_text=subject_text or None,
        about=draft.about,  # type: ignore[arg-type]
        schemes=draft.schemes,
        state=draft.state,  # type: ignore[arg-type]
        details=draft.details,
        uncertain=draft.uncertain,
        cues=draft.cues,
        context=text[:CONTEXT_LENGTH],
        heading=block.heading_path[-1] if block.heading_path else "",
        place=draft.place,
        holder_text=draft.holder_text,
        said_on=draft.said_on,
        said_precision=draft.said_precision,
        hidden=block.hidden,
        region=block.region,
    )
