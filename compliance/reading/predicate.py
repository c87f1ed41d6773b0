"""The predicate of one's own (本句谓语): when a clause says by itself that the firm obtained something.

“专业从事企业管理咨询，公司已通过ISO9001认证”: what another clause of the sentence is about does not change it. A word of
states.yaml that is looked for in the whole sentence counts then only inside the clause of the claim, unless it frames what
follows (例如, 误区, a question).
"""

from __future__ import annotations

import re

from compliance.reading.groups import Group, Run

OF_OTHERS = frozenset({"explanation", "consulting_offer", "requirement"})
_JOINING = r"(?:[\s\"'(]|而且|同时|目前|现(?=公司)|并且?|且|另外|此外|其中|如今|截至目前|近年来)*"
_FIRST = r"(?:我(?:们|司|公司|厂|院|校|行|店|单位|方|集团|中心)|本(?:公司|司|厂|院|校|行|店|单位|集团|中心)|自身|自己)"
_NAMED = r"(?:公司|集团|工厂|企业|[\u4e00-\u9fff()]{2,20}(?:有限公司|公司|集团|厂|医院|学校|大学))"
_MANNER = (
    r"(?:质量|环境|生产|管理|体系|[、和及]|的|已经?|均|都|也|还|先后|陆续|相继|顺利|成功|一次性?|再次|现已|早已|早在|率先|首批|"
    r"于|在|自|从|至今|(?:19|20)\d\d年?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底|初|末)?(?:就|即|便|起)?|\s)*"
)
_OWN = re.compile(rf"{_JOINING}(?:{_FIRST}|{_NAMED}){_MANNER}$")
_FIRST_PERSON = re.compile(rf"{_JOINING}{_FIRST}{_MANNER}$")
_BIDS = re.compile(rf"{_JOINING}{_FIRST}(?!们?要求|对)")  # 我公司完全响应招标文件要求，具备…
_ELIDED = re.compile(rf"{_JOINING}{_MANNER}$")
_DONE = re.compile(r"已|均|先后|相继|顺利|成功|荣获|喜获|了$|(?:19|20)\d\d年")
_FRAMES = re.compile(
    r"例如|比如|譬如|误区|反例|示例|禁用|违禁|敏感|关键词|案例|骗|陷阱|猫腻|警惕|谨防|上当|切勿|勿信|据统计|声称|宣称|吗|\?|\""
)
_PEOPLE = re.compile(r"企业|公司|厂家|行业|全国|我国|[市省县区]|机构|投标|供应商")
_TOPIC = re.compile(r"认证|证书|体系|资质|iso|贯标")


def speaks_for_itself(text: str, group: Group, run: Run, state: str, word: tuple[int, int]) -> bool:
    """True when the word at `word` (offsets) of another clause cannot give the run its `state`."""
    verb, (start, end) = group.verb, group.clause
    if verb is None or verb.id not in ("hold", "possess") or group.forward or group.inherited or verb.start < start:
        return False
    if word[0] < end and word[1] > start or _FRAMES.search(text, *word):
        return False
    if (run.after or "").startswith("holder") or text.startswith("的", run.end):
        return False  # 已通过认证的企业可…: an attribute, not the predicate
    if text[group.sentence.start : group.sentence.end].rstrip(" \"')").endswith(("?", "吗")):
        return False
    before = text[start : verb.start]
    if _FIRST_PERSON.match(before):
        return True
    if state == "requirement":
        return bool(_ELIDED.match(before) and _BIDS.match(text, group.sentence.start))
    if _OWN.match(before):
        return True
    if not (_ELIDED.match(before) and _DONE.search(before + verb.text)):
        return False
    clause = group.sentence.clauses[group.sentence.clause_at(word[0])]
    if state == "consulting_offer":
        return not _TOPIC.search(text, *clause)
    return not _PEOPLE.search(text, *word)
