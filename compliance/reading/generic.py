"""Claims of certification that name no scheme (未写明项目的认证).

“产品通过多项国际认证” claims a certificate all the same; “按ISO9001建立体系并通过认证” means the scheme named before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from compliance.reading.fold import Folded
from compliance.reading.groups import Group, Run, Verb, verbs_of
from compliance.reading.mentions import Mention, masked_in
from compliance.reading.places import Around
from compliance.reading.sentences import Sentence
from compliance.reading.speaker import news_of_others, speaker_of
from compliance.reading.state import state_of
from compliance.reading.subject import subject_of

if TYPE_CHECKING:
    from compliance.reading.drafts import Draft

_VAGUE = re.compile(
    r"(?:多|各|几)?(?:项|种|类|个)?(?:的|国家级?|国际|国内外|国内|权威|相关|质量|资质|行业|专业|官方|品质|省级|市级)*"
)
NO_NAME = r"(?:第三方|权威|国家|国际|外部|相关|机构|部门|的|了)*"  # what may stand between a verb and 认证 that names no scheme
_WORD = re.compile(
    r"认证(?:证书)?(?!有限|股份|集团|机构|中心|公司|咨询|顾问|码|失败|成功|平台|服务|工作|标准|要求|范围|号|编号|考试|考核|测验|课程|学习)"
)


def generic_drafts(
    folded: Folded,
    sentence: Sentence,
    groups: Sequence[Group],
    drafts: Sequence[Draft],
    mentions: Sequence[Mention],
    around: Around,
) -> list[Draft]:
    """Drafts for 认证 without a name, where a verb of holding governs it."""
    text = folded.text
    found = []
    verbs = None
    masked = masked_in(text)
    for m in _WORD.finditer(text, sentence.start, sentence.end):
        if (
            any(g.start <= m.start() and m.end() <= max(r.after_end for r in g.runs) + 1 for g in groups)
            or any(g.forward and g.verb and g.verb.end <= m.start() <= g.verb.end + 10 for g in groups)
            or any(x.start <= m.start() < x.end for x in mentions)
            or any(s <= m.start() < e for s, e in masked)
        ):
            continue
        clause = sentence.clauses[sentence.clause_at(m.start())]
        verbs = verbs_of(text, sentence) if verbs is None else verbs
        verb = next((v for v in reversed(verbs) if clause[0] <= v.start and v.end <= m.start()), None)
        if verb is None or verb.id not in ("hold", "possess") or m.start() - verb.end > 24:
            continue
        if any(verb.end <= x.start < m.start() for x in mentions):
            continue
        found += _draft(folded, sentence, clause, verb, m, drafts, around)
    return found


def _draft(
    folded: Folded,
    sentence: Sentence,
    clause: tuple[int, int],
    verb: Verb,
    word: re.Match[str],
    drafts: Sequence[Draft],
    around: Around,
) -> list[Draft]:
    from compliance.reading.drafts import Draft

    text = folded.text
    before = [
        d
        for d in drafts
        if d.end <= verb.start and d.state in ("conformity_only", "in_progress") and d.about == "management_system"
    ]
    named = before[-1] if before and word.start() - verb.end <= 6 else None
    if (
        re.search(r"(?:质量|产品|安全|环保)认证", text[verb.end : word.end()])
        and "体系" not in text[verb.end : word.end()]
    ):
        named = None  # 产品通过国家质量认证: of another kind than the system named before
    mention = Mention(
        word.start(), word.start() + 2, named.schemes[0] if named else "", named.about if named else "none"
    )
    run = Run((mention,), ("certification",), word.end(), None, word.end())
    group = Group((run,), sentence, clause, verb)
    state = state_of(folded, group, run, around)
    if state is None or (not named and state not in ("held", "held_past", "requirement", "in_progress", "negated")):
        return []
    subject = subject_of(text, group, run, named.about if named else "product")
    vague = subject.binding == "position" and _VAGUE.fullmatch(text[verb.end : word.start()])
    about = named.about if named else "product" if subject.kind == "product" and not vague else "none"
    if subject.kind == "person" and state in ("held", "held_past"):
        about, state = "personnel", "not_certification"  # 教练持有…认证: a title of people's own
    speaker = "third_party" if around.strange else speaker_of(text, group, state, around.context)
    if speaker in ("third_party", "authority") and news_of_others(text, group) and state in ("held", "held_past"):
        state = "news"
    start = subject.start if subject.end > subject.start and clause[0] <= subject.start < verb.start else verb.start
    span = (subject.start, subject.end) if subject.end > subject.start and subject.binding != "position" else (0, 0)
    return [
        Draft(
            start,
            word.end(),
            speaker,
            subject.kind,
            span,
            about,
            named.schemes if named else (),
            state,
            subject.binding,
            group,
            run,
            (mention,),
            subject.maker,
            subject.system,
        )
    ]
