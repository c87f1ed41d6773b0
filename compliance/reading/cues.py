"""Cues (线索): what else the words of a claim show, in the vocabulary of the rules' facts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from compliance.reading.details import Found
from compliance.reading.fold import Folded, fold
from compliance.reading.places import Around
from compliance.reading.state import entry_of_history, timeline
from compliance.reading.words import lexicon
from compliance.records import SchemeDetail

if TYPE_CHECKING:
    from compliance.reading.drafts import Draft

_KINDS = {"management_system": "management_system", "product": "product", "service": "service"}
_FOREIGN = frozenset({"ce", "ukca", "fcc", "fda", "gs", "ul", "etl-csa", "kc-pse", "bis", "isi", "jis", "eac", "api"})
_HOLDER = re.compile(
    r"(?:旗下|下属|子公司|分公司|供应商|供货商|生产厂家|制造商|生产商|代工厂|合作(?:工厂|厂家))(?P<name>[\u4e00-\u9fff()]{4,24}?(?:公司|厂|集团|中心|合作社))"
)


_APPROVED = re.compile(r"approved(?![a-z])")
_MEDICINE = re.compile(
    r"(?<![a-z])(?:drugs?|therap(?:y|ies)|(?:immuno)?therap\w+|antibod(?:y|ies)|vaccines?|medications?|medicines?|inhibitors?|implants?|fillers?|lasers?|(?:medical|surgical) devices?)(?![a-z])|药|疫苗|抗体|疗法"
)


_HONOURS = re.compile(r"等[^,。;]{0,10}(?:荣誉|称号|殊荣|奖项|桂冠|美誉)|荣誉[^,。;]{0,6}(?:纷纷|接踵|踏至)")


@dataclass(frozen=True, slots=True)
class _Cue:
    name: str
    where: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None


def cues_of(
    folded: Folded, draft: Draft, place: Around, found: Found, details: tuple[SchemeDetail, ...], said: date | None
) -> frozenset[str]:
    """All cues of a draft; one value at most of each enum cue (the first in the lexicon's order)."""
    text = folded.text
    cues: set[str] = {f"binding:{draft.binding}"} if draft.subject != "none" else set()
    cues |= _worded(text, draft)
    cues |= _by_grammar(text, draft)
    cues |= _by_marks(text, draft, cues)
    cues |= _numbered(text, draft, found, details)
    cues |= _activities(text, draft)
    if draft.state in ("held", "held_past", "not_certification", "news"):
        if (
            _once(text, draft)
            or timeline(text, draft.group.sentence.start if draft.group else 0)
            or draft.group is not None
            and entry_of_history(text, draft.group)
            or place.place == "history"
            or place.earlier
            or _honour_of_a_year(text, draft)
        ):
            cues.add("dated:timeline")
        elif said is not None:
            cues.add("dated:running_text")
    if _first_to_have(text, draft):
        cues.add("?dated")
    if _present(text, draft, cues):
        cues.add("present_right")
    return frozenset(cues)


def holder_of(folded: Folded, draft: Draft) -> str | None:
    """Another firm that the words name as holder (旗下…, 供应商…), as on the page."""
    if draft.group is None:
        return None
    m = _HOLDER.search(folded.text, draft.group.clause[0], draft.group.end)
    return folded.raw(*m.span("name")) if m else None


def place_of(cues: frozenset[str]) -> str | None:
    """The medium that the words name: product, packaging or premises."""
    return next((c.split(":")[1] for c in sorted(cues) if c.startswith("mark_on:") and c != "mark_on:document"), None)


def notice_in(text: str) -> bool:
    """标志旁的说明: whether the words say that the organisation holds the system certification (本企业通过…管理体系认证)."""
    folded = fold(text).text
    return any(cue.name == "notice_beside_mark" and cue.pattern.search(folded) for cue in _cues())


def _worded(text: str, draft: Draft) -> set[str]:
    spans = {"quote": (draft.start, draft.end), "block": (0, len(text))}
    spans["sentence"] = (draft.group.sentence.start, draft.group.sentence.end) if draft.group else spans["block"]
    spans["clause"] = (
        (min(draft.group.clause[0], draft.start), max(draft.group.clause[1], draft.end))
        if draft.group
        else spans["quote"]
    )
    asked = draft.group is not None and text[: draft.group.sentence.end].rstrip(" \"'").endswith("?")
    found: set[str] = set()
    for cue in _cues():
        kind = cue.name.split(":")[0]
        if (
            cue.name == "calls_wrong_kind"
            and not _wrong_kind(text, draft)
            or kind == "offer"
            and draft.state != "consulting_offer"
        ):
            continue
        if ":" in cue.name and any(f.startswith(kind + ":") for f in found):
            continue
        a, b = spans["block" if asked and kind == "offer" else cue.where]  # 没有证书？三天出证: the answer offers
        if cue.pattern.search(text, a, b) and not (cue.unless and cue.unless.search(text, a, b)):
            found.add(cue.name)
    if "notice_beside_mark" in found and not any(f.startswith("mark_on:") for f in found):
        found.discard("notice_beside_mark")
    return found


def _honour_of_a_year(text: str, draft: Draft) -> bool:
    """“2007年国家免检产品”: a title that stands right behind its year tells of that year, wherever in a list it is."""
    if draft.about != "honour":
        return False
    before = text[max(0, draft.mentions[0].start - 16) : draft.mentions[0].start]
    return bool(re.search(r"(?:19|20)\d\d年?度?(?:被?(?:评为|认定为?|荣获|获得?|授予))?[\"'《\s]*$", before))


def _once(text: str, draft: Draft) -> bool:
    """曾获…, 原国家免检产品: an honour or licence of the past."""
    if draft.about not in ("honour", "licence") or draft.group is None:
        return False
    before = text[max(draft.group.clause[0], draft.mentions[0].start - 14) : draft.mentions[0].start]
    return bool(
        re.search(r"曾(?!祖|经理)|(?:^|[,\s\"'(])原(?=$|国家|中国|省|\")|当年|历史上|昔日|formerly|once ", before)
    )


def _first_to_have(text: str, draft: Draft) -> bool:
    """“国内最早通过QS认证的品牌”: who was first tells of the past; whether one uses it as a right today only a person can say."""
    if draft.about not in ("honour", "licence") or draft.group is None:
        return False
    before = text[max(draft.group.clause[0], draft.mentions[0].start - 14) : draft.mentions[0].start]
    return bool(re.search(r"最[早先]|首批|第一批|率先|首家|第一家|(?<!第)首个", before))


def _wrong_kind(text: str, draft: Draft) -> bool:
    """A system certificate called one of a product or a service, by name."""
    if draft.about != "management_system" or draft.run is None:
        return False
    behind = text[draft.run.mentions[-1].start : draft.end]
    return bool(re.search(r"(?:服务|产品)(?:质量)?认证(?:证书)?", behind)) and "管理体系" not in behind


def _by_grammar(text: str, draft: Draft) -> set[str]:
    found: set[str] = set()
    if draft.group is not None and draft.group.verb is None and draft.binding == "position":
        found.add("bare_name")
    heads = draft.run.heads if draft.run else ()
    near = text[
        max(draft.start, min(draft.subject_span[1], draft.end)) : draft.end
    ]  # a firm's own name (某某认证公司) says nothing
    if (
        draft.mentions and draft.mentions[0].state
    ):  # a licence is called 认证 only where the word stands on the licence itself
        last = draft.run.mentions[-1] if draft.run else None
        heads = heads[:1] if last is None or any(m is last or m.start == last.start for m in draft.mentions) else ()
        near = text[draft.mentions[0].start : draft.mentions[-1].end]
        if last is not None and heads and _summed_up(text, draft):
            heads, near = (), ""
    if draft.mentions and draft.mentions[0].state and text.startswith("认证", draft.mentions[-1].end):
        near += "认证"  # 生产许可证认证
    if draft.subject == "company" or draft.state == "not_certification":
        for name in lexicon("official")["names"]:  # the law's own name of an approval: no word of certification
            near = near.replace(name, "")
            if any(text[m.start : m.end] == name for m in draft.mentions) and "认证" not in near:
                heads = tuple(h for h in heads if h != "certification")
    tested = draft.about != "accreditation" and "检测认证" in text[draft.start : draft.end]
    near = (
        re.sub(r"(?:检测|检验|测试)认证", "检测", near) if draft.about != "accreditation" else near
    )  # 权威检测认证: says that it was tested
    certified = "certification" in heads and not tested
    if "fda" in draft.schemes and _APPROVED.search(near) and _MEDICINE.search(text):
        found.add("word:licence")  # a drug or a device: what the agency does approve
    elif "fda" in draft.schemes and heads[-1:] == ("honour",):
        found.add("word:licence")  # FDA快速通道资格认定: a designation by the agency
    elif "fda" in draft.schemes and heads[-1:] == ("audit",):
        found.add("word:test")  # 通过FDA审核: an inspection by the agency
    elif certified or re.search(r"认证|certifi", near):
        found.add("word:certification")
    elif "accreditation" in heads or "accredit" in near:
        found.add("word:accreditation")
    elif draft.run and (
        re.match(
            r"[\s\-]?(?:(?:完成|进行|办理|官网)?(?:食品|药品|器械|化妆品)?(?:企业|工厂|产品|设施|场所)*(?:登记|注册|备案)|(?:registered|registration|listed)(?![a-z]))",
            text[draft.run.mentions[-1].end :],
        )
        or re.search(
            r"registered|registration|注册|登记|备案|510 ?\(?k|clear(?:ed|ance)",
            text[draft.mentions[0].start : draft.end],
        )
    ):
        found.add("word:registration")
    elif "approval" in heads:
        found.add("word:licence")
    elif "test" in heads or "report" in heads:
        found.add("word:test")
    elif "conformity" in heads or draft.state == "conformity_only":
        found.add("word:conformity")
    system = draft.system or (
        all(m.about == "management_system" for m in draft.mentions) and ("体系" in near or "system" in near)
    )
    if system and draft.subject != "service":
        found.add("names_system")
    if draft.subject == "company" and draft.binding == "literal":
        found.add("names_organisation")
    if draft.maker:
        found.add("names_other_holder")
    return found


def _summed_up(text: str, draft: Draft) -> bool:
    """“ISO27001、等保三级等认证”: the word that sums up a list with certificates in it is not said of the licence among them."""
    run = draft.run
    return (
        run is not None
        and any(not m.state for m in run.mentions)
        and bool(re.match(r"[\s)\"'》]?等", text[run.mentions[-1].end :]))
    )


def _by_marks(text: str, draft: Draft, cues: set[str]) -> set[str]:
    marked = "mark" in (draft.run.heads if draft.run else ()) or any(c.startswith("mark_on:") for c in cues)
    if not marked:
        return set()
    if "own_mark" in cues:
        return {"mark_kind:own"}
    if any(s in _FOREIGN for s in draft.schemes):
        return {"mark_kind:foreign"}
    return {f"mark_kind:{_KINDS[draft.about]}"} if draft.about in _KINDS else set()


def _numbered(text: str, draft: Draft, found: Found, details: tuple[SchemeDetail, ...]) -> set[str]:
    numbers = {d.number for d in details if d.number}
    cues = {f"number_form:{h.form}" for h in found.numbers if h.value in numbers}
    if len(cues) > 1:
        cues = {"number_form:impossible"} if "number_form:impossible" in cues else {"number_form:known"}
    shown = draft.run is not None and (
        "certificate" in draft.run.heads
        or bool(re.search(r"certificates?(?![a-z])", text[draft.run.mentions[-1].start : draft.run.end]))
    )
    if numbers or shown and draft.state == "held":
        cues.add("certificate_shown")
    return cues


def _present(text: str, draft: Draft, cues: set[str]) -> bool:
    """Used as a right or title one has now: said of oneself, without a year and without a word of the past."""
    if draft.state not in ("held", "not_certification") or draft.speaker not in ("self", "unknown"):
        return False
    if (
        any(c.startswith("dated:") for c in cues)
        or "?dated" in cues
        or draft.subject == "third_party"
        or "planned" in draft.cues
    ):
        return False
    if (
        draft.group is not None
        and draft.group.verb is not None
        and draft.group.verb.id in ("apply", "need", "provide", "conform")
    ):
        return False
    if (
        (draft.about == "honour" or "基地" in text[draft.start : draft.end + 8])
        and draft.group is not None
        and draft.group.verb is not None
        and draft.group.verb.id == "recognised"
    ):
        return False  # 被评为…: tells of the day it was given, not that one still has it
    if (
        draft.about == "honour"
        and draft.group is not None
        and _HONOURS.search(text, draft.end, draft.group.sentence.end)
    ):
        return False  # 集国家免检产品、…等称号于一身: a list of what one was given in all the years
    if draft.group is not None and re.search(
        r"曾经|曾(?:生产|获|是|被)", text[draft.group.sentence.start : draft.start]
    ):
        return False  # 曾生产的…还是国家免检产品: the sentence tells of days gone by
    return not re.search(r"曾|原|历年|过去|以前", text[max(0, draft.start - 6) : draft.end])


def _activities(text: str, draft: Draft) -> set[str]:
    """What the subject's phrase lists as covered: “我公司设计、生产、安装均通过…”. Needs two, so that a firm's name is no list."""
    if draft.group is None or draft.group.verb is None or draft.subject_span[1] <= draft.subject_span[0]:
        return set()
    phrase = text[draft.start : draft.group.verb.start]
    words = re.findall(lexicon("activities")["activities"], phrase)
    return {f"activity:{w}" for w in words} if len(words) >= 2 and re.search(r"[、和及与]", phrase) else set()


@lru_cache(maxsize=1)
def _cues() -> tuple[_Cue, ...]:
    entries = [e for e in lexicon("cues") if isinstance(e, dict)]
    return tuple(
        _Cue(e["cue"], e["where"], re.compile(e["match"]), re.compile(e["not"]) if "not" in e else None)
        for e in entries
    )
