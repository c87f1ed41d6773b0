"""Acronyms beside a word of certification (缩写): schemes that no file knows yet.

“通过CE、JIS等认证”, “ISI certified”: capitals that stand in a list with a scheme, or right before 认证 or certified, are
read as schemes whose id is the acronym in lower case. Capitals elsewhere are nothing.
"""

from __future__ import annotations

import re

from compliance.reading.fold import Folded
from compliance.reading.words import lexicon

_CAPS = re.compile(
    r"(?<![A-Za-z0-9./])(?=[A-Za-z0-9&.\-]{0,14}[A-Z][A-Za-z0-9&.\-]{0,4}[A-Z])[A-Z][A-Za-z0-9&.\-]{1,14}(?<![.\-])(?![A-Za-z0-9])"
)
_HEAD = re.compile(
    r"\s?(?:等)?(?:多|各|几)?(?:项|种|类)?(?:国际|国内外|国外|海外|权威|环保|安全|产品|质量|体系|标准|证书|专业|资质|行业|的|有机|材料)*认证(?!失败|成功|接口|码|授权)|\s?(?:certified|certification|accredited)(?![a-z])",
    re.I,
)
_LINK = re.compile(
    r"\s?(?:认证|标准|证书)?\s?(?:[、,，/&+]|和|与|及|以及|and|以及)\s?(?:and\s)?(?:国际|欧盟|美国|日本|德国|法国|英国|印度|加拿大|韩国|澳洲|the )?\s?"
)


def acronyms_in(folded: Folded, known: list, masked: list[tuple[int, int]]) -> list:
    """Mentions of unknown schemes; see the module's text."""
    from compliance.reading.mentions import Mention

    words = lexicon("acronyms")
    stop = frozenset(words["not_schemes"].split()) | frozenset(words["bodies"].split())
    free = []
    for m in _CAPS.finditer(folded.cased):
        taken = any(k.start < m.end() and m.start() < k.end for k in known) or any(
            s < m.end() and m.start() < e for s, e in masked
        )
        if not taken and m.group() not in stop and m.group().upper() not in stop:
            free.append(m)
    found: dict[int, object] = {}
    changed = bool(free)
    while changed:
        changed = False
        ends = {x.end: x for x in [*known, *found.values()]}
        starts = {x.start for x in [*known, *found.values()]}
        for m in free:
            if m.start() in found:
                continue
            head = _HEAD.match(folded.cased, m.end())
            right = (
                (link := _LINK.match(folded.text, m.end()))
                and link.end() in starts
                and _listed(folded.text, link.end())
            )
            left = any(_LINK.fullmatch(folded.text, e, m.start()) for e in ends if 0 < m.start() - e < 12) and _listed(
                folded.text, m.end()
            )
            if head or right or left:
                slug = re.sub(r"[^a-z0-9]+", "-", m.group().lower()).strip("-")
                found[m.start()] = Mention(m.start(), m.end(), slug, "product", weak=True)
                changed = True
    return list(found.values())


def _listed(text: str, at: int) -> bool:
    """The list goes on to a word of certification before the sentence ends."""
    stop = re.search(r"[。;!?]|$", text[at : at + 60])
    return bool(re.search(r"认证|certified|certification|证书", text[at : at + (stop.start() if stop else 60)]))
