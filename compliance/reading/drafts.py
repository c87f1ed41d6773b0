"""Drafts (草稿): claims of one block, still in offsets of the folded text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from compliance.reading.cues import cues_of, holder_of, place_of
from compliance.reading.details import Found, details_of, found_in, said_on, with_columns
from compliance.reading.doubts import doubts_of, left_open
from compliance.reading.duties import is_task
from compliance.reading.fold import Folded
from compliance.reading.generic import NO_NAME, generic_drafts
from compliance.reading.groups import Group, Run, groups_of
from compliance.reading.labels import is_cell, is_label
from compliance.reading.lookalikes import lookalike_drafts
from compliance.reading.mentions import Mention, mentions_in
from compliance.reading.numbered import numbered_drafts
from compliance.reading.places import Around, around
from compliance.reading.sentences import Sentence, sentences_of
from compliance.reading.speaker import news_of_others, speaker_of
from compliance.reading.state import OWN, state_of
from compliance.reading.subject import Subject, subject_of
from compliance.reading.words import lexicon
from compliance.records import Block, PageContext, SchemeDetail

_RECORD = re.compile(
    r"编号|证书|注册号|证号|certificate|cert\.? ?no"
)  # a certificate's number may stand without a name
_CALLED_GOODS = re.compile(
    r"产品(?:质量)?认证|强制性?认证|(?:[、和与及]|以及)产品的?\s?[a-z\d]{2,5}认证|(?:强制性?|自愿性?)产品[\s\"'(]{0,2}[a-z\d]{2,5}\)?认证"
)
# When one verb binds several kinds, the one that raises the question stands in `about`.
_RANK = ("management_system", "product", "service", "accreditation", "personnel", "licence", "honour", "none")


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim before its offsets are turned into the page's. `group` and `run` stay for the readers of details and cues."""

    start: int
    end: int
    speaker: str
    subject: str
    subject_span: tuple[int, int]
    about: str
    schemes: tuple[str, ...]
    state: str
    binding: str
    group: Group | None = None
    run: Run | None = None
    mentions: tuple[Mention, ...] = ()
    maker: bool = False
    system: bool = False
    details: tuple[SchemeDetail, ...] = ()
    uncertain: tuple[tuple[str, str], ...] = ()
    cues: frozenset[str] = frozenset()
    place: str | None = None
    holder_text: str | None = None
    said_on: date | None = None
    said_precision: str = "day"
    by_number: bool = False  # known by a number only, not by a name


def drafts_of(
    folded: Folded, block: Block, context: PageContext, before: Block | None = None, behind: Block | None = None
) -> list[Draft]:
    """The claims of a block, in reading order; `before` and `behind` are its neighbours on the page."""
    text, place = folded.text, around(block, context, before, behind)
    named = mentions_in(folded)
    mentions = tuple(m for m in named if not is_label(text, m, named))
    found: list[Draft] = []
    for sentence in sentences_of(folded.cased):
        here: list[Draft] = []
        groups = groups_of(text, sentence, mentions, place.supports)
        for group in groups:
            here += _merged([d for run in group.runs for d in _run_drafts(folded, group, run, place)])
        here += generic_drafts(folded, sentence, groups, here, mentions, place)
        here = _joined_verbs(text, sentence, here)
        here += lookalike_drafts(text, sentence, here)
        found += sorted(here, key=lambda d: (d.start, d.end))
    found = [d for d in found if not is_cell(text, d, found)]
    if not found and not _RECORD.search(text):
        return []
    numbers = found_in(folded, " ".join((*block.heading_path[-1:], block.lead, *block.headers)))
    return _detailed(folded, found or numbered_drafts(text, sentences_of(folded.cased), found, numbers), numbers, place)


def _joined_verbs(text: str, sentence: Sentence, drafts: list[Draft]) -> list[Draft]:
    """“不仅通过A认证，还通过了B认证” is one statement: two of one kind, state and subject become one claim."""
    if not re.search(r"不仅|不但|不只|not only", text[sentence.start : sentence.end]):
        return drafts
    return _merged(drafts)


def _detailed(folded: Folded, drafts: list[Draft], numbers: Found, place: Around) -> list[Draft]:
    """The drafts with their details and cues; a claim's details may stand up to the next claim of the block."""
    if not drafts:
        return []
    done = []
    for number, draft in enumerate(drafts):
        later = [d.start for d in drafts[number + 1 :] if d.start >= draft.end]
        reach = (draft.start, min(later, default=len(folded.text)))
        if number == 0:
            reach = (0, reach[1])
        details = with_columns(details_of(folded, draft, reach, numbers), place.block)
        said = said_on(folded, draft, numbers, place.earlier)
        cues = draft.cues | cues_of(folded, draft, place, numbers, details, said.first if said else None)
        done.append(
            replace(
                draft,
                details=details,
                cues=cues,
                place=place_of(cues),
                holder_text=holder_of(folded, draft),
                said_on=said.first if said else None,
                said_precision=said.precision if said else "day",
            )
        )
    return done


def _run_drafts(folded: Folded, group: Group, run: Run, place: Around) -> list[Draft]:
    """One draft for the certificates of a run and one for each kind of what is no certification."""
    text = folded.text
    if _is_subject(text, group, run):
        return []
    state = state_of(folded, group, run, place)
    if state in (None, "conformity_only", "in_progress", "explanation", "held") and is_task(
        text, group, state == "held"
    ):
        return [_task(text, group, run, place)]
    if state is None:
        if not any(m.state for m in run.mentions):
            return []
        run = replace(run, mentions=tuple(m for m in run.mentions if m.state))
        state = "not_certification"
    parts: dict[str, list[Mention]] = {}
    for mention in run.mentions:
        parts.setdefault(f"{mention.state}:{mention.about}" if mention.state else "", []).append(mention)
    drafts = []
    for members in parts.values():
        members = _told_apart(members)
        about = min((m.about for m in members), key=_RANK.index)
        drafts.append(_draft(text, group, run, tuple(members), about, state, place))
    return drafts


def _task(text: str, group: Group, run: Run, place: Around) -> Draft:
    """“熟悉ISO9001体系”: what a person does or can do, kept as no certification."""
    members = tuple(_told_apart(list(run.mentions)))
    about = min((m.about for m in members), key=_RANK.index)
    draft = _draft(text, group, run, members, about, "not_certification", place)
    return replace(draft, subject="person", subject_span=(0, 0), binding="position", uncertain=())


def _is_subject(text: str, group: Group, run: Run) -> bool:
    """“本厂的质量管理体系通过3C认证”: the system's name is the subject of the next name's verb, no claim of its own."""
    if (
        group.verb is not None
        and not group.forward
        or "certification" in run.heads
        or not all(m.named for m in run.mentions)
    ):
        return False
    behind = text[run.end :]
    if group.forward and re.match(r"[^,。;]{0,12}?(?:通过了?|获得了?|取得了?)" + NO_NAME + "认证", behind):
        return False  # 质量、环境管理体系均已通过认证: the verb names nothing new
    return bool(re.match(r"(?:已|均|也|全面|顺利|一次性?|成功)*(?:通过|获得?|取得|荣获|经)", behind))


def _draft(
    text: str,
    group: Group,
    run: Run,
    members: tuple[Mention, ...],
    about: str,
    state: str,
    place: Around,
) -> Draft:
    planned = state == "in_progress"
    if members[0].state and (state in ("held", "held_past", "in_progress", "conformity_only") or about == "none"):
        state = members[0].state
    subject = _subject(text, group, run, members, about, state, place)
    of_others = place.of_others(OWN.search(text) is not None) and subject.kind == "third_party"
    speaker = "third_party" if of_others else speaker_of(text, group, state, place.context)
    if (
        speaker in ("third_party", "authority")
        and news_of_others(text, group)
        and state in ("held", "held_past", "negated", "explanation")
    ):
        state, subject = "news", replace(subject, kind="third_party")
    if subject.kind == "person" and about != "personnel" and state in ("held", "held_past"):
        about, state = (
            "personnel",
            "not_certification",
        )  # a title of people's own, counted beside the firm's certificates
    if members[0].scheme == "fda" and len(members) == 1 and subject.kind == "company":
        about = "licence"  # a plant is registered with the agency; goods are listed or cleared
    if (
        about == "product"
        and subject.kind == "company"
        and _CALLED_GOODS.search(text[max(group.clause[0], members[0].start - 8) : run.end])
    ):
        subject = replace(
            subject, binding="position"
        )  # 公司取得节能产品认证: the words say that it is the goods' certificate
    elif any(m.about == "product" for m in members) and subject.kind == "company" and _loosely(group, run):
        subject = replace(subject, binding="loose")
    schemes = tuple(dict.fromkeys(m.scheme for m in members))
    start = (
        subject.start
        if subject.start < group.start and subject.end > subject.start and subject.start >= group.clause[0]
        else None
    )
    verb_start = group.verb.start if group.verb and not group.forward and not group.inherited else None
    first = members[0].start
    begin = min(x for x in (start, verb_start, first) if x is not None)
    end = max(run.end, run.after_end if run.after and run.after.startswith("holder") else 0, members[-1].end)
    if group.forward and group.verb:
        end = max(end, group.verb.end)
    begin, end = _trimmed(text, begin, end)
    sure = subject.sure and not left_open(text, group, run, about, subject, schemes)
    uncertain: tuple[tuple[str, str], ...] = () if sure else (("subject", "ambiguous_reading"),)
    uncertain += doubts_of(text, group, (begin, end), state, speaker)
    span = (subject.start, subject.end) if subject.end > subject.start and subject.binding != "position" else (0, 0)
    return Draft(
        begin,
        end,
        speaker,
        subject.kind,
        span,
        about,
        schemes,
        state,
        subject.binding,
        group,
        run,
        members,
        subject.maker,
        subject.system,
        uncertain=uncertain,
        cues=frozenset({"planned"} if planned else ()),
    )


def _subject(
    text: str,
    group: Group,
    run: Run,
    members: tuple[Mention, ...],
    about: str,
    state: str,
    place: Around,
) -> Subject:
    """The grammatical subject, and who is meant where the words name none and the state speaks of others."""
    default = _placed(about, place) or schemes_subject(text, members)
    if (
        default is None
        and group.verb is not None
        and any(
            m.about not in ("product", "service") and lexicon("subjects")["scheme_subjects"].get(m.scheme) != "product"
            for r in group.runs
            for m in r.mentions
        )
    ):
        default = (
            "company"  # one verb, one holder: what obtains a system certificate and a mark in one breath is the firm
        )
    subject = subject_of(text, group, run, about, default)
    if place.of_others(OWN.search(text) is not None) and subject.kind in place.strangers:
        return replace(subject, kind="third_party")  # under 成功案例, in a list of suppliers: others' certificates
    elided = subject.binding == "position"
    if state == "consulting_offer":
        return replace(subject, kind="third_party")
    if about == "personnel":
        return replace(subject, kind="person")
    if state == "explanation" and (elided or subject.kind == "company"):
        return replace(subject, kind="none")
    if state == "requirement" and subject.maker:
        return replace(subject, kind="third_party")
    if (
        state == "requirement"
        and subject.kind == "company"
        and subject.binding == "literal"
        and re.search(r"(?:企业|单位|厂家|工厂|生产者|机构)$", text[subject.start : subject.end])
        and not re.search(r"[我本该]|公司", text[subject.start : subject.end])
    ):
        return replace(subject, kind="third_party")  # 出口企业须…: anybody's
    if state == "requirement" and elided and about not in ("product", "service"):
        return replace(subject, kind="none" if about == "accreditation" else "third_party")
    return subject


def _loosely(group: Group, run: Run) -> bool:
    """“We have CE”: everyday English for the goods' mark; “a CE certified company” is not."""
    verb = group.verb
    return verb is not None and verb.id in ("possess", "hold") and verb.text.isascii() and run.after != "holder_company"


def schemes_subject(text: str, members: tuple[Mention, ...]) -> str | None:
    """The subject that a scheme itself suggests (QS stood on food, 国家免检 on goods), None when its kind decides."""
    if members[0].scheme == "medical-device" and re.search("生产许可|经营", text[members[0].start : members[0].end]):
        return "company"  # a licence to make or to sell, not the registration of a device
    words = lexicon("subjects")["scheme_subjects"]
    mixed = any(m.about == "management_system" for m in members)
    return next((words[m.scheme] for m in members if m.scheme in words and not (mixed and m.standard)), None)


def _told_apart(members: list[Mention]) -> list[Mention]:
    """Without family words and bodies beside the scheme they stand for."""
    ids = {m.scheme for m in members}
    drop = set()
    if "iso-9001" in ids:
        drop.add("iso-9000")
    if len(ids) > 1 and any(s.startswith("iso-") for s in ids):
        drop.add("generic-iso")
    if "personnel-auditor" in ids:
        drop |= {m.scheme for m in members if m.about == "management_system"}  # the title of an ISO 9001 auditor
    if ids - {"sgs-report", "tuv"}:
        drop |= {"sgs-report", "tuv"}
    return [m for m in members if m.scheme not in drop] or members


def _placed(about: str, place: Around) -> str | None:
    """What the place on the page suggests when the words name no subject: goods in a product's own table or list."""
    if about not in ("management_system", "product") or place.context.typed:
        return None
    if place.place == "spec" and place.block.region == "main" and place.context.genre in ("product", "shop"):
        return "product"  # a line under 产品特点 of a product page speaks of the product
    in_list = place.block.container in ("table", "list") and place.block.region == "main"
    if in_list and (place.place == "spec" or place.context.genre in ("product", "shop") and place.place != "honours"):
        return "product"
    return None


def _merged(drafts: list[Draft]) -> list[Draft]:
    """Drafts of one group that agree in kind, state and subject are one claim."""
    merged: list[Draft] = []
    for draft in drafts:
        same = next(
            (
                i
                for i, d in enumerate(merged)
                if (d.about, d.state, d.subject) == (draft.about, draft.state, draft.subject)
            ),
            None,
        )
        if same is None:
            merged.append(draft)
            continue
        one = merged[same]
        merged[same] = replace(
            one,
            start=min(one.start, draft.start),
            end=max(one.end, draft.end),
            schemes=tuple(dict.fromkeys((*one.schemes, *draft.schemes))),
            mentions=(*one.mentions, *draft.mentions),
            binding=min(one.binding, draft.binding, key=("literal", "loose", "position").index),
        )
    return merged


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " ,;:、\"'":
        start += 1
    while end > start and text[end - 1] in " ,;:、":
        end -= 1
    return start, end
