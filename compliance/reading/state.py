"""State of a claim (陈述的状态): held, in progress, conformity only … decided in the order of the lexicon.

Requirement, explanation and offer are asked of the sentence, negation and process of the clause; only then the verb and
the head noun speak: “通过…认证” is held, “符合…标准” conformity, “通过…检测” no certification.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from compliance.reading.fold import Folded
from compliance.reading.groups import Group, Run
from compliance.reading.patterns import state_words
from compliance.reading.places import Around, column_kind, state_at
from compliance.reading.predicate import OF_OTHERS, speaks_for_itself

_TIMELINE = re.compile(
    r"^[\s\"'(√·*•\d.)]{0,4}(?:in )?(?:(?:19|20)\d\d(?!\d)|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?,? ?(?:19|20)\d\d)(?!\s?年?起|\s?年?(?:新|夏|秋|冬|春|升级|最新)?(?:款|国标|版|品|季)|-\d{3})"
)
_SINCE = re.compile(r"^\s?(?:自|从|since)|^[^,。]{0,12}(?:以来|起,|至今)")
_LABEL = re.compile(r"(?P<label>[^,。;:、|]{1,20}?)\s?:\s?[\"'(]?(?:(?:din|bs|nf|uni) )?(?:en )?$")
_PREPOSITION = re.compile(
    r"(?:质量|环境|管理|体系|标准|的|认证|有效|全面|规范|严格|持续|深入|科学|系统|国际)*(?:运行|实施|管理(?!体系|系统)|管控|把控|监控|考核|控制|落实|推行|应用|建立|要求|持续|来|进行|执行|贯彻|规范化)"
)
_ANSWERED = re.compile(r"\s*(?:a\s?:|答\s?:|[^\s:]{0,6}答\s?:)?\s*(?:yes|sure|of course|是的|有的|当然)(?![a-z])")
_CLOSED = re.compile(r"[^()]{0,40}\)")
_FOUNDED = re.compile(r"[^。;]{0,40}(?:成立|创立|创办|创建|组建|注册|建厂|始建)[^。;]{0,60}[。;]")
_OF_TODAY = re.compile(
    r"\s?(?:公司|企业|集团|工厂|我[们司厂公]|本[公厂司]|产品|目前|现|如今|同时|经过|多年)(?![^。;]{0,40}(?:19|20)\d\d)"
)
_CONFIRMED = re.compile(
    r"[^。;]{0,24}?并(?:已|顺利|成功)*(?:获发|获得|取得|通过)了?(?:第三方|外部|相应|该)*的?(?:验证|证书)(?![^,。;]{0,2}(?:机构|公司|码))"
)  # 依据ISO 27001建置制度,并取得第三方验证
_COPULA = re.compile(
    r"(?<![不非算])(?:产品|本品|大米|蔬菜|茶叶|水果|均|都|全部)(?:为|是|系|属于?)$|(?:我们|我司|本[店场厂社]|公司|基地)[^,。;]{0,10}(?<![不非算])(?:是|为|系|属于?)$"
)
_YEAR_BEFORE = re.compile(r"(?<![\d:\-])(?:19|20)\d\d[\s.:\-]{1,3}(?:公司|企业|我司|本厂)?$")
_YEAR_OF_ENTRY = re.compile(r"(?:^|(?<=[\s,;。|]))(?:19|20)\d\d(?=[\s.:\-]{1,3}[\u4e00-\u9fff])")
_CARD = re.compile(
    r"\s*(?P<label>[^,。;:、|]{0,6}(?:资质|证书|荣誉)(?:一览|展示|荣誉|资质|证书)?)\s?:(?=[^,。;]{2})"
)  # 公司资质:…、ISO9001
_CERTIFIED_BY = re.compile(r"(?<!be )(?<!not )certified(?: by [\w ü.-]{1,30}?)? $")
_TESTED_BY = re.compile(r"的?(?:检测|检验|测试|化验)(?!设备|能力|中心|报告)")
_SECOND = re.compile(r",? (?:and|but|while) (?:we )?(?:are|is|will|plan|aim)(?![a-z])")  # … and are pursuing
_FIRM_OF = re.compile(
    r"(?:compan(?:y|ies)|factor(?:y|ies)|manufacturers?|plants?|suppliers?|facilit(?:y|ies)|mills?|exporters?|shops?)$|(?:企业|工厂|厂家)$"
)
_RECORD = re.compile(r"(?:证书|注册)(?:编?号|号码)|certificate (?:no|number|registration)|cert\.? ?no")
_RECORD_REST = re.compile(
    r"(?:证书)?有效期[至到限]?|有效至|(?:证书|注册)?(?:编号|号码?)|(?:首次|初次)?(?:发证|颁证|签发|颁发|获证)(?:日期|时间)?|valid(?:ity)?(?: (?:until|till|to|thru|from))?|expir\w*(?: date)?"
    r"|(?:certificate|cert|registration)?\.? ?(?:no|number)(?![a-z])|issued?(?: date| on)?|date|since|(?<![a-z])(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*|[年月日至]|(?<![a-z0-9])\d{2,6}[a-z]{1,3}\d{4,8}(?:r\d[a-z]{0,3})?|(?<![a-z0-9])[a-z]{0,6}(?:-[a-z0-9]+)+"
)
_ASKED = re.compile(
    r"(?:技术|资质|资格|投标|供货|采购|质量|商务)要求|requirements?$"
)  # head of a column of what is asked for
_QUOTED_EXAMPLE = re.compile(
    r"(?:类|如|例|示例|样例|写|填|说|改[为成]|写[为成]|替换[为成]|表述为?|描述|话术|禁用|标语|词)\s?[/:(]?\s?[\"'][^\"']{2,40}$"
)
_BADGE_REST = re.compile(
    r"\.(?:jpe?g|png|gif|pdf|webp|bmp|docx?)(?![a-z])|[\s\"'()《》、,，/|&+·•√*°%\d.;:!\-]|(?:rohs|reach)(?: compliant)?|ce marked|已|我司|公司|本厂|企业|证书|资质|荣誉|图片|扫描件|正本|副本|的|和|与|及|等|and|certified|中文|英文|版|(?:quality|environment(?:al)?|safety|food safety|health|质量|环境|安全|职业健康)(?=\s?:)"
)

# head classes that make a thing held, in a held sentence; others make it something else
OWN = re.compile(r"我司|本司|我公司|本公司|我们|我厂|本厂|我方|我单位|(?<![a-z])(?:we|our)(?![a-z])")
_DONE = re.compile(r"[^,。;]{0,12}?(?:并|且|后)(?:已|成功|顺利)*(?:获得|取得|通过|拿到)")
_NO_CERTIFICATE = frozenset({"test", "report", "approval", "honour", "training"})
CERTIFIED = frozenset({"certification", "certificate", "accreditation", "audit", "mark"})
_VAGUE = frozenset({"generic-iso", "product-voluntary", "service-general"})


def state_of(folded: Folded, group: Group, run: Run, around: Around) -> str | None:
    """The state of a run, None when the words claim nothing at all."""
    text = folded.text
    worded = _worded(text, group, run)
    if worded == "in_progress" and _DONE.match(text[run.end : group.clause[1]]):
        worded = None  # 已申请…并获得证书
        group = replace(group, verb=None, others=()) if group.verb and group.verb.id == "apply" else group
    if worded not in (None, "template"):
        return worded
    spoken_of = run.after == "label" and run.after_text.startswith(
        "的"
    )  # …认证的基础: speaks about it, whatever the label
    column = around.label_at(folded.span(run.mentions[0].start, run.end)[0])
    labelled = None if spoken_of else _labelled(text, group, run, column)
    state = labelled or _meant(text, group, run)
    if state == "held" and _ASKED.search(column.lower()):
        return "requirement"  # 技术要求 | …获得CE证书
    named = state is None or (state == "conformity_only" and run.heads[-1:] != ("conformity",))
    if named and group.verb is None and around.supports and _rest(text, group) <= 8:
        state = _dated(text, group, "held")  # a certificate's name on the page of certificates
    # what a name without a verb means is told by the words before it, not by what is said afterwards
    spoken = run.mentions[0].start if group.verb is None else group.sentence.end
    state = state_at(state, group.verb is None, OWN.search(text, group.sentence.start, spoken) is not None, around)
    return "explanation" if worded == "template" and state in ("held", "held_past") else state


def _meant(text: str, group: Group, run: Run) -> str | None:
    """The state by what stands around the head, the verb and the date."""
    if run.after == "requirement_of":
        return "conformity_only"
    if run.after == "offer" and not (group.verb and group.verb.id == "hold" and not group.forward):
        return "consulting_offer"
    if run.after == "label" and re.search(r"报价|价格|费用|周期|流程|条件|知识|意义|好处|作用", run.after_text):
        return "explanation"
    if (
        run.after == "label"
        and not (group.verb and group.verb.id in ("hold", "possess"))
        and not re.match(r"\s?[:.为是至到]{0,2}\s?[a-z]{0,8}[\d:]", text[run.after_end :])
    ):
        return "explanation"
    if run.after == "process" and not (group.verb and group.verb.id == "hold" and not group.forward):
        done = re.search(
            r"(?:完成|通过|成功)",
            text[group.clause[0] : run.mentions[0].start] + text[run.after_end : run.after_end + 4],
        )
        return _dated(text, group, "held") if done else "in_progress"
    return _dated(text, group, _plain(text, group, run))


def _worded(text: str, group: Group, run: Run) -> str | None:
    """What the words of states.yaml say around the run."""
    sentence, clause = group.sentence, group.clause
    if second := _SECOND.search(text, run.end, clause[1]):
        clause = (clause[0], second.start())
    if firsts := [m.start() for m in _SECOND.finditer(text, clause[0], run.mentions[0].start)]:
        clause = (firsts[-1], clause[1])
    behind = [r.mentions[0].start for r in group.runs if r.mentions[0].start >= run.end]
    near = (
        max(sentence.start, run.mentions[0].start - 14),
        min(sentence.end, max(run.end, run.after_end) + 12, *behind),
    )
    spans = {
        "sentence": (sentence.start, sentence.end),
        "clause": clause,
        "block": (0, len(text)),
        "before": (clause[0], run.mentions[0].start),
        "near": near,
        "after": (run.end, min(clause[1], run.end + 20)),
        "value": (run.end, min(sentence.end, run.end + 14)),
    }
    taken = [(m.start, m.end) for m in run.mentions]
    for number, word in enumerate(state_words()):
        a, b = spans[word.where]
        if word.where in ("after", "value"):  # sliced, so that ^ means: right behind the claim
            if word.pattern.search(text[a:b]):
                return word.state
            continue
        # what stands near is looked for up to the sentence's end, so that a word cut by the window (认证中|心) is not misread
        for start, end in _hits(text, number, a, sentence.end if word.where == "near" else b):
            if word.where == "before" and _CLOSED.match(text, end, b):
                continue  # (不含立柱)、3C认证: said in brackets of something else
            if end > b or any(s <= start and end <= e for s, e in taken):
                continue
            if (
                word.where == "sentence"
                and word.state in OF_OTHERS
                and speaks_for_itself(text, group, run, word.state, (start, end))
            ):
                continue
            if (
                word.state == "explanation"
                and word.where == "sentence"
                and text[start:end] == "?"
                and "认证" not in text[a:b]
                and "certif" not in text[a:b]
            ):
                continue
            if (
                word.state == "explanation"
                and text[start:end].endswith(("?", "吗"))
                and _ANSWERED.match(text, sentence.end)
            ):
                continue
            return word.state
    if _QUOTED_EXAMPLE.search(text[sentence.start : run.mentions[0].start]) and group.verb is not None:
        return "explanation"
    return None


@lru_cache(maxsize=512)
def _hits(text: str, number: int, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Where word `number` of states.yaml stands; kept, because every claim of a block or sentence asks the same."""
    return tuple(m.span() for m in state_words()[number].pattern.finditer(text, start, end))


def _plain(text: str, group: Group, run: Run) -> str | None:
    """What verb and head say."""
    verb, heads = group.verb, run.heads
    if heads and heads[-1] == "approval" and all(m.about == "management_system" for m in run.mentions):
        heads = (*heads[:-1], "certification")  # “an ISO 9001 registered company”
    if (
        verb
        and verb.id == "hold"
        and run.after == "holder_company"
        and heads in ((), ("accreditation",))
        and _TESTED_BY.match(text, run.after_end)
    ):
        return "not_certification"  # 通过UL实验室检测: tested by a laboratory of that name
    if run.after == "holder_company" and heads and heads[-1] == "test":
        heads = heads[:-1]  # 具有资质的检测机构: what it does, not what it obtained
    if heads and heads[-1] == "training" and re.search(r"certified (?:\w+ )?training$", text[: run.end]):
        heads = heads[:-1]  # ISO certified training services: the service is certified
    certified = [h for h in heads if h in CERTIFIED or h == "conformity"]
    last = heads[-1] if heads else None
    if last == "training" and verb is None:
        return "consulting_offer"
    if last in _NO_CERTIFICATE and (last == "report" or "certification" not in heads):
        tested = last == "test" and verb is not None and verb.id in ("conform", "establish")
        return "conformity_only" if tested else "not_certification"
    if last == "conformity" and not (
        verb is not None and verb.id == "certified" and not (group.forward or group.inherited)
    ):
        return "conformity_only"
    if verb is None:
        return _without_verb(text, group, replace(run, heads=tuple(heads)))
    if verb.id in ("conform", "establish") and _CONFIRMED.match(text, run.end):
        return "held"
    if verb.id == "conform":
        if _CERTIFIED_BY.search(text, max(0, verb.start - 50), verb.start):
            return "held"  # certified by TÜV according to ISO 9001
        if verb.text in ("依托", "凭借", "依靠") and certified and last == "system":
            return "held"  # 依托ISO9001认证的管理体系
        made_of = (
            verb.text in ("采用", "选用", "使用")
            and "certification" in run.heads
            and re.match(r"的?[\u4e00-\u9fff]", text[run.end :])
        )
        return "held" if made_of and run.after in (None, "holder_product", "holder_company") else "conformity_only"
    if verb.id == "establish":
        return (
            "conformity_only" if not certified or "system" in heads or last == "standard" or group.inherited else "held"
        )
    if verb.id == "apply":
        return "in_progress"
    if verb.id == "provide":
        if run.after == "holder_product" or run.after == "holder_service" and verb.text.isascii():
            return "held"  # offers ISO 9001 certified products: goods that have it, no help to get it
        if (run.after or "").startswith("holder") and text[: run.end].endswith("certified"):
            return "held"  # products from an ISO 9001 certified factory
        return "consulting_offer" if certified else None
    if verb.id == "need":
        return "requirement"
    if verb.id == "possess" and verb.text.strip() == "under" and not certified:
        return "conformity_only"  # inspected under our ISO 9001 system
    if verb.id == "possess":
        if certified:
            return "conformity_only" if text[: run.end].endswith("要求") else "held"
        if not heads and verb.text.isascii() and run.mentions[0].start - verb.end > 30:
            return None  # compatible with other tools and made for … ISO 31000: the word is another's
        return (
            "conformity_only"
            if heads
            else (None if group.inherited else "held" if not all(m.named for m in run.mentions) else "conformity_only")
        )
    if verb.id == "certified":
        return "held"
    if verb.id == "recognised":
        return "held"
    if verb.text.endswith(("通过", "经", "经过")) and not certified and _PREPOSITION.match(text, run.mentions[-1].end):
        return "conformity_only"
    if last == "standard" and not certified:
        return "conformity_only"
    return "held"


def _labelled(text: str, group: Group, run: Run, column: str) -> str | None:
    """What the label before the names says: “目标：…”, “认证：…”, “执行标准：…”, or the head of the column."""
    before = text[
        group.sentence.start : group.verb.start
        if group.verb and not group.forward and not group.inherited
        else run.mentions[0].start
    ]
    label = _LABEL.search(before)
    if label is None and group.verb is None:
        label = _CARD.match(text, group.sentence.start, run.mentions[0].start)
    name = label["label"] if label else column.lower()
    if not name:
        return None
    if re.search(r"目标|计划|规划|愿景|goal|(?:建设|认证|申请|办理|进行|筹备|审核)中$", name):
        return "in_progress"
    if group.verb is not None or run.heads[-1:] == ("conformity",):
        return None
    if re.search(r"要求|需|合规$|(?<![a-z])(?:requirements?|criteria|must have)$", name):
        return "requirement"
    if re.search(r"(?:^|质量|环境|管理|通过的?|认证)体系$", name) and not all(m.named for m in run.mentions):
        return "held"  # 体系：ISO9001, a field of a card
    if re.search(r"范围|(?<![a-z])scope", name):
        return "explanation"  # what a certificate or a service covers, no certificate
    if re.search(r"认证|资质|证书|荣誉|certif|accredit|approval|qualification", name) and not (
        column and column_kind(column) not in (None, "scheme")
    ):
        return "held"
    if re.search(r"标准|依据|规范|standard", name):
        if _RECORD.search(text):
            return "held"  # the standard of a certificate whose number stands beside it
        return (
            "held"
            if column and column_kind(column) == "scheme" and "认证" in "".join((column, text))
            else "conformity_only"
        )
    return None


def _without_verb(text: str, group: Group, run: Run) -> str | None:
    """Badges, captions and attributes: held only with a word of certification, or when nothing else stands there."""
    heads = [h for h in run.heads if h in CERTIFIED]
    words = "".join(text[m.start : m.end] for m in run.mentions)
    if words in ("服务认证", "产品认证", "体系认证"):
        return None
    if all(m.scheme in _VAGUE and m.weak for m in run.mentions) and "iso" not in words:
        return None  # 体系认证, 产品认证 by themselves are a heading
    if run.heads[-1:] == ("standard",) and text[: run.end].endswith("要求"):
        return None  # 提及欧盟CE认证要求
    if heads == ["audit"]:
        return "in_progress"
    if heads:
        return "held"
    if run.after == "holder_company" and _FIRM_OF.search(run.after_text):
        return "held"  # “from an ISO 9001 company”
    if all(m.scheme == "organic" for m in run.mentions):
        return _called_organic(text, group, run)
    if all(m.scheme in ("green-food", "wugonghai") for m in run.mentions) and _COPULA.search(text, 0, group.start):
        return "held"  # 我们的大米是绿色食品
    if re.search(
        r"(?:认证|证书|certificates?|certifications?|certified|certificate of (?:registration|approval|conformity))[\s:(\-]{0,3}(?:of|for|to)?\s?$",
        text[max(0, run.mentions[0].start - 32) : run.mentions[0].start],
    ):
        return "held"
    if run.heads and run.heads[-1] == "standard":
        return "conformity_only"
    rest = _rest(text, group)
    if all(m.about == "product" and m.standard for m in run.mentions):
        return (
            "conformity_only" if rest <= 1 else None
        )  # the number of a standard by itself names what the goods are made to
    if rest <= 1:
        if "system" in run.heads and len(group.runs) == 1 and len(run.mentions) == 1:
            return None
        return "held"
    if "证书名称" in text or "获证组织" in text:
        return "held"  # a row of a list of certificates
    return "conformity_only" if run.heads and "system" in run.heads and rest <= 4 else None


def _called_organic(text: str, group: Group, run: Run) -> str:
    """有机 as the name of one's own goods is a claim (GB/T 19630: the word stands only on certified products); as an adjective
    of something else it is praise."""
    before = text[group.clause[0] : run.mentions[0].start]
    if any(re.search(r"认证|证书|certif", text[m.start : m.end]) for m in run.mentions):
        return "held"
    if re.search(r"(?:我们|我司|公司|本场|本园|基地|自家|自有)[^,。]{0,8}(?:种植|生产|养殖|出产|栽培)的?$", before):
        return "held"
    if re.search(r"(?:产品|本品|均|都)?(?:为|是|系|属于?)$", before) and not re.search(
        r"(?:不|非)(?:为|是|系|属于?)$", before
    ):
        return "held"
    return "held" if _rest(text, group) <= 1 else "conformity_only"


def _rest(text: str, group: Group) -> int:
    """How many signs of the sentence are neither names nor heads nor marks of a badge."""
    left = text[group.sentence.start : group.start] + text[group.end : group.sentence.end]
    return len(_BADGE_REST.sub("", _RECORD_REST.sub("", left)))


def _dated(text: str, group: Group, state: str | None) -> str | None:
    """A block that begins with a year is an entry of a history: held in the past."""
    if state == "held" and (timeline(text, group.sentence.start) or entry_of_history(text, group)):
        return "held_past"
    return state


def entry_of_history(text: str, group: Group) -> bool:
    """“2005 公司成立 2008 通过…认证 2015 迁入新厂”: a year without 年 stands right before the verb, and the block has more such years."""
    verb = group.verb
    if (
        verb is None
        or group.forward
        or group.inherited
        or not _YEAR_BEFORE.search(text, max(0, verb.start - 12), verb.start)
    ):
        return False
    return len(_YEAR_OF_ENTRY.findall(text)) >= 2


def timeline(text: str, at: int = 0) -> bool:
    """The block begins with a year or a month of a year, as entries of a history do. `at`: where the sentence asked about starts;
    an introduction that begins with the year of foundation goes on to tell of today.

    >>> timeline("2011年6月,公司通过了iso9001认证"), timeline("自2011年起获得认证")
    (True, False)
    """
    if not _TIMELINE.match(text) or _SINCE.match(text):
        return False
    return not (at and _FOUNDED.match(text) and _OF_TODAY.match(text, at))
