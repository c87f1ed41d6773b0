"""Acronyms beside a word of certification (缩写): schemes that no file knows yet.

“通过CE、JIS等认证”, “ISI certified”: capitals that stand in a list with a scheme, or right before 认证 or certified, are
read as schemes whose id is the acronym in lower case. Capitals elsewhere are nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

from compliance.reading.fold import Folded
from compliance.reading.terms import about_of, terms
from compliance.reading.words import lexicon

MOST = 120  # candidates of one block
_CHINESE = re.compile("[\u4e00-\u9fff]")
_SMALL = re.compile(r"(?<![A-Za-z0-9./@_])[a-z]{2,6}(?![A-Za-z0-9@_])")
_CAPS = re.compile(
    r"(?<![A-Za-z0-9./])(?=[A-Za-z0-9&.\-]{0,14}[A-Z][A-Za-z0-9&.\-]{0,4}[A-Z])[A-Z][A-Za-z0-9&.\-]{1,14}(?<![.\-])(?![A-Za-z0-9])"
)
_HEAD = re.compile(
    r"\s?(?:等)?(?:多|各|几)?(?:项|种|类)?(?:国际|国内外|国外|海外|权威|环保|安全|产品|质量|体系|标准|证书|专业|资质|行业|的|有机|材料)*认证(?!失败|成功|接口|码|授权|机构|公司|中心|集团)|\s?(?:certified(?! (?:solutions?|architect|public|professional|engineer|developer|administrator|associate|expert|specialist|trainer|practitioner|consultant))|certification|accredited)(?![a-z])",
    re.I,
)
_LINK = re.compile(
    r"\s?(?:认证|标准|证书)?\s?(?:[、,，/&+]|和|与|及|以及|and|以及)\s?(?:and\s)?(?:国际|欧盟|美国|日本|德国|法国|英国|印度|加拿大|韩国|澳洲|the )?\s?"
)
_LABEL = re.compile(
    r"(?:认证|证书|(?<![a-z])(?:certifications?|certificates?|approvals?|accreditations?))\s?:[^。;|]*$"
)  # 国际认证: iso9001 / ce
_FIRST = re.compile(
    r"(?:认证|(?<![a-z])(?:certifications?|certificates?|approvals?|accreditations?))\s?:\s?(?:[a-z\d ():/.\-]{1,24}[、,，/&+] ?)*$"
)  # “Approvals: WRAS, CE”: also the first of the list
_REACH = 80  # signs between the label and the last of its list


def acronyms_in(folded: Folded, known: list, masked: list[tuple[int, int]]) -> list:
    """Mentions of unknown schemes, and of known acronyms in small letters; see the module's text."""
    free = [m for m in _candidates(folded) if not _taken(m, known, masked)][:MOST]
    found: dict[int, object] = {}
    changed = bool(free)
    while changed:  # each round reaches one further name of a list
        changed = False
        ends = sorted({x.end for x in [*known, *found.values()]})
        starts = {x.start for x in [*known, *found.values()]}
        for m in free:
            if m.start() not in found and _in_list(folded, m, starts, ends):
                found[m.start()] = _mention(m)
                changed = True
    return list(found.values())


def _candidates(folded: Folded) -> list[re.Match[str]]:
    words = lexicon("acronyms")
    stop = frozenset(words["not_schemes"].split()) | frozenset(words["bodies"].split())
    found = [m for m in _CAPS.finditer(folded.cased) if m.group() not in stop and m.group().upper() not in stop]
    if _CHINESE.search(folded.text):  # in English, ce and who are anything
        found += [m for m in _SMALL.finditer(folded.cased) if m.group() in _acronyms()]
    return found


def _taken(m: re.Match[str], known: list, masked: list[tuple[int, int]]) -> bool:
    return any(k.start < m.end() and m.start() < k.end for k in known) or any(
        s < m.end() and m.start() < e for s, e in masked
    )


def _in_list(folded: Folded, m: re.Match[str], starts: set[int], ends: list[int]) -> bool:
    """A word of certification follows, or a neighbour in a list that ends with one."""
    if _HEAD.match(folded.cased, m.end()):
        return True
    if _FIRST.search(folded.text, max(0, m.start() - _REACH), m.start()):
        return True
    link = _LINK.match(folded.text, m.end())
    if link and link.end() in starts and _listed(folded.text, link.end()):
        return True
    near = ends[bisect_left(ends, m.start() - 12) : bisect_left(ends, m.start())]
    if not any(_LINK.fullmatch(folded.text, e, m.start()) for e in near):
        return False
    return _listed(folded.text, m.end()) or bool(_LABEL.search(folded.text, max(0, m.start() - _REACH), m.start()))


def _mention(m: re.Match[str]):
    from compliance.reading.mentions import Mention

    scheme = _acronyms().get(m.group().lower()) or re.sub(r"[^a-z0-9]+", "-", m.group().lower()).strip("-")
    return Mention(m.start(), m.end(), scheme, about_of(scheme), weak=True)


@lru_cache(maxsize=1)
def _acronyms() -> dict[str, str]:
    """Acronyms of known schemes in small letters."""
    return {c.lower(): t.scheme for t in terms() for c in t.caps if len(c) <= 6 and not t.state}


def _listed(text: str, at: int) -> bool:
    """The list goes on to a word of certification before the sentence ends."""
    stop = re.search(r"[。;!?]|$", text[at : at + 60])
    return bool(re.search(r"认证|certified|certification|证书", text[at : at + (stop.start() if stop else 60)]))
