"""Details that follow in blocks of their own (后续信息): “证书编号：…”, “有效期至…” below the certificate's name."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from compliance.reading.details import detail_of_block
from compliance.reading.fold import fold
from compliance.records import Block, Claim

FAR = 8  # blocks: what stands further below belongs to something else
_LABEL = re.compile(
    r"编号|证书号|注册号|证号|有效期|到期|截止|发证|颁证|颁发|认证机构|认证范围|覆盖范围|certificate no|valid|expir|issued|scope",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Last:
    """The claim that stood last: its place in the list and its block."""

    claim: int
    block: Block


def followed(claim: Claim, last: Last, block: Block) -> Claim:
    """`claim` with the details that `block` adds, when it stands right below in the same list or section and says what it is."""
    if claim.state not in ("held", "held_past", "not_certification") or len(claim.details) != 1:
        return claim
    distance = block.index - last.block.index
    together = block.group == last.block.group or distance <= 3 and block.heading_path == last.block.heading_path
    near = 0 < distance <= FAR and together and block.region == last.block.region
    labelled = (
        f"{block.lead}：{block.text}"
        if block.lead and block.lead != last.block.lead and block.container == "list"
        else block.text
    )
    if not near or len(labelled) > 300 or not _LABEL.search(labelled):
        return claim
    added = detail_of_block(fold(labelled), claim.details[0])
    if added is None:
        return claim
    cues = claim.cues | ({"certificate_shown", f"number_form:{added[1]}"} if added[1] else set())
    return replace(claim, details=(added[0],), cues=frozenset(cues))
