"""Speaker (谁在说): the page's owner, an agency, an authority, or somebody whose words are passed on."""

from __future__ import annotations

import re
from functools import lru_cache

from compliance.reading.groups import Group
from compliance.reading.words import lexicon
from compliance.records import PageContext

_OWN = re.compile(
    r"我司|本司|我公司|本公司|我们|我厂|本厂|本店|本产品|我校|本院|(?<![a-z])(?:we|our)(?![a-z])"
    r"|^\s*产品(?:均|都|已)(?:整体|全部|经)?(?:通过|获得?|取得)(?![^,。;]{0,40}(?:的|后|方可|才))"
)


def speaker_of(text: str, group: Group, state: str, context: PageContext) -> str:
    """self, third_party, agency, authority or unknown. The kind of page counts only for a whole page, not for a piece of text."""
    genre = "other" if context.typed else context.genre
    sentence = text[group.sentence.start : group.sentence.end]
    for name, pattern, _ in _patterns():
        if pattern.search(sentence):
            return name
    if state == "consulting_offer":
        return "agency"
    if genre in ("agency", "certification_body") and state in ("explanation", "requirement"):
        return "agency"
    if genre == "explainer" and not _OWN.search(sentence):
        return "third_party"
    return "self"


def news_of_others(text: str, group: Group) -> bool:
    """The sentence passes on what somebody else says or did (据悉, 表示, 查处)."""
    sentence = text[group.sentence.start : group.sentence.end]
    return any(
        pattern.search(sentence) for name, pattern, news in _patterns() if news and name in ("third_party", "authority")
    )


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str], bool], ...]:
    return tuple((e["speaker"], re.compile(e["match"]), e.get("news", True)) for e in lexicon("speakers"))
