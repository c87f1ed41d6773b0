"""Subject of a claim (主语): who or what is said to be certified, by grammar.

The phrase right before the verb; else the noun that the claim describes (“通过认证的工厂”); else the nearest topic of the
sentence; else what the scheme itself is given to. `binding` says how firmly the words tie it: literal, loose, position.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from compliance.reading import shapes
from compliance.reading.groups import Group, Run
from compliance.reading.items import APART, is_heading, is_item
from compliance.reading.mentions import Mention
from compliance.reading.nouns import nouns_in
from compliance.reading.nounwords import subject_class, subject_words
from compliance.reading.others import borne_by, dealt_for, dealt_with, label_of_others
from compliance.reading.patterns import goods_tail, label_kinds, modifiers
from compliance.reading.words import lexicon

_ITEM = re.compile(r"(?:[,、]|及|和|以及)(?:配套|所用|自产|主要)?(?P<noun>[\u4e00-\u9fff]{2,6})$")


@dataclass(frozen=True, slots=True)
class Subject:
    """`kind` as in records.Subject; `start`, `end` its words in the text (equal when elided); `binding` literal, loose or position;
    `maker`: the words name the maker (生产厂家), who may be another firm; `system`: the management system itself is the subject."""

    kind: str
    start: int
    end: int
    binding: str
    maker: bool = False
    system: bool = False
    sure: bool = True


def subject_of(text: str, group: Group, run: Run, about: str, default: str | None = None) -> Subject:
    """The subject of one run of a group; `default` is what the scheme or the place on the page suggests when the words name
    none."""
    if shapes.OFFICERS.match(text, run.mentions[-1].end):
        return Subject("person", group.start, group.start, "position")
    if shapes.SYSTEM_OF.search(text[run.mentions[-1].end : run.end]):
        return Subject("company", group.start, group.start, "position", system=True)
    if dealt_with(text, group, run):
        return Subject("third_party", run.end, run.end, "position")
    if stranger := label_of_others(text, group):
        return Subject("third_party", *stranger, "position")
    if thing := borne_by(text, group):
        return Subject("product", *thing, "literal")
    if run.after and run.after.startswith("holder"):
        found = _described(text, run)
        if found:
            return found
    if group.verb is None and run.after is None and run.heads[-1:] == ("certification",):
        named = re.match(r"[\u4e00-\u9fff]{1,8}(?=$|[\s,。;!、])", text[run.end :])
        if named and _is_goods(named.group()):
            return Subject("product", run.end, run.end + named.end(), "literal")  # ISO9001认证轴承
    if group.verb is not None and group.verb.id == "hold" and run.after is None and not group.forward:
        named = shapes.ATTRIBUTE.match(text, run.end)
        if named and _is_goods(named["noun"]):
            return Subject("product", *named.span("noun"), "literal")  # 通过ISO9001认证的货架
    if made_so := _used_as(text, group, run, about):
        return made_so
    if group.inherited and about == "product":
        item = _ITEM.search(text, group.sentence.start, run.mentions[0].start)
        if item and _is_goods(item["noun"]):
            return Subject("product", *item.span("noun"), "position")  # 公司通过A认证，配套灯具3C认证
    found = _before_verb(text, group, run, about)
    if found:
        return found
    if shapes.SUMMARY.search(text[run.mentions[-1].end : run.end]):
        return Subject("product", run.mentions[-1].end, run.end, "loose")
    labelled = _labelled(text, group, run)
    if labelled is not None:
        return labelled
    topic = None if _has_its_own(text, group, about) else _topic(text, group, about)
    if topic is not None:
        return _elided(topic, about, default)
    if default is not None:
        return Subject(default, group.start, group.start, "position")
    return Subject(shapes.ABOUT_DEFAULT.get(about, "company"), group.start, group.start, "position")


def _has_its_own(text: str, group: Group, about: str) -> bool:
    """“酒店荣获…，客房布草通过OEKO-TEX认证”: a noun that no list knows stands before the verb, so no earlier clause gives the subject."""
    verb = group.verb
    if about != "product" or verb is None or verb.id != "hold" or group.forward or group.inherited:
        return False
    phrase = text[group.clause[0] : verb.start]
    if cut := modifiers().search(phrase):
        phrase = phrase[: len(phrase) - len(cut.group())]
    return bool(re.fullmatch(r"[\u4e00-\u9fff]{2,8}", phrase.strip())) and not re.search(
        r"[以经为在将使把被]|努力|上下|管理|[科部室处组所站队院校区]$", phrase
    )


def _used_as(text: str, group: Group, run: Run, about: str) -> Subject | None:
    """“产品采用通过ISO9001认证的生产工艺”: what is used obtained the certificate, not what it is used for."""
    verb = group.verb
    if verb is None or verb.id != "hold" or group.forward or not text.startswith("的", run.end):
        return None
    if not shapes.USES.search(text, group.clause[0], verb.start):
        return None
    named = re.match(r"的([\u4e00-\u9fff]{2,8})", text[run.end :])
    kind = "product" if about == "product" or named and _is_goods(named[1]) else "company"
    return Subject(kind, group.start, group.start, "position")


def _described(text: str, run: Run) -> Subject | None:
    """“ISO9001认证企业”, “ISO certified products”: the noun behind the claim."""
    if shapes.PAPERS.search(text[run.end : run.after_end]) and all(
        m.about == "management_system" for m in run.mentions
    ):
        return None
    kind = {"holder_company": "company", "holder_product": "product", "holder_service": "service"}[str(run.after)]
    words = list(subject_words().finditer(text, run.end, run.after_end))
    if words:
        last = words[-1]
        named = subject_class(last)
        if (
            named == "third_party"
            and last.group() in ("supplier", "vendor", "suppliers", "manufacturers", "vendors")
            and not shapes.BOUGHT.search(text, 0, run.mentions[0].start)
        ):
            kind = "company"  # an ISO/TS 16949 certified supplier of …: the speaker's own trade
        elif named in ("third_party", "person"):
            kind = named
        elif named == "maker":
            return Subject("company", run.end, run.after_end, "literal", maker=True)
        marks = [m.about == "product" for m in run.mentions]
        if any(marks) and kind == "company" and shapes.TRADED.search(run.after_text):
            return Subject("product" if all(marks) else "company", run.end, run.after_end, "position")
    return Subject(kind, run.end, run.after_end, "literal")


def _before_verb(text: str, group: Group, run: Run, about: str) -> Subject | None:
    """The phrase that ends right before the verb (or before the names, when there is no verb before them)."""
    verb = group.verb
    if group.inherited and verb is not None:
        at, floor = verb.start, group.sentence.clauses[group.sentence.clause_at(verb.start)][0]
    elif verb is not None and not group.forward:
        at, floor = verb.start, group.clause[0]
        for other in reversed(group.others):  # “企业申请并通过”: the subject stands before the first verb of the chain
            given = verb.text.startswith("颁发") and other.id in ("hold", "possess")  # 产品获某中心颁发的…
            if given or text[other.end : at].strip(" 并且和、及") == "" or other.end > at:
                at = min(at, other.start)
    else:
        at, floor = run.mentions[0].start if verb is None else group.start, group.clause[0]
    phrase = text[floor:at]
    if verb is None and phrase.rstrip().endswith(")"):
        return None  # KEB Listed (Energy Bureau) ISO 9001: the bracket explains the name before it
    for ending in (modifiers(), shapes.BE, shapes.BY_MEANS):
        if cut := ending.search(phrase):
            phrase = phrase[: len(phrase) - len(cut.group())]
    if not phrase.strip(" ,\"'()") or re.fullmatch(r"\s*\([^()]{1,16}\)\s*", text[floor:at]):
        return None  # nothing, or a heading: 〖品质保障〗通过…
    if shapes.MEANS.match(phrase):
        return None  # 以优质的产品和服务通过…: by what, not who
    if phrase.endswith("、"):
        return None  # 优质的产品、通过ISO9001认证的管理: a new member of the list
    if shapes.MADE_IN.search(text, floor, run.mentions[0].start):
        return Subject("company", at, at, "position")
    if made_by := shapes.WHICH.search(phrase):
        return Subject("company", floor + made_by.start(), floor + made_by.end("maker"), "position")
    stated = text[floor + len(phrase) : verb.end if verb is not None and not group.forward else at]
    named, phrase = phrase, shapes.MODEL.sub("", phrase)
    if both := shapes.BOTH.search(phrase):
        kind = "company" if about == "management_system" else "product"
        return Subject(kind, floor + both.start(), floor + len(phrase), "literal", sure="分别" in stated)
    words = nouns_in(phrase)
    tail = next((w for w in words if w.end() >= len(phrase.rstrip(" \"')"))), None)
    outside = next((w for w in words if subject_class(w) == "third_party" and len(phrase) - w.end() <= 20), None)
    if outside is not None and outside is not tail and not phrase.strip().startswith(("作为", "为")):
        return Subject("third_party", floor + outside.start(), floor + len(phrase), "literal")  # 我司供应商云岭包装厂
    if tail is None and verb is not None and (made := goods_tail().search(phrase)):
        return _goods(phrase, floor, made, about)
    if tail is None and verb is not None and (shapes.MADE.search(phrase) or words and shapes.OWNED.search(phrase)):
        return Subject("product", floor, floor + len(phrase), "literal")  # 本公司生产的开关插座
    if dealt_for(text, phrase, floor):
        return Subject("third_party", floor, floor + len(phrase), "literal")
    if verb is not None and about == "management_system" and shapes.FIELDS_OF_SYSTEMS.fullmatch(text[floor:at].strip()):
        return Subject("company", floor, floor + len(phrase), "literal", system=True)
    if verb is not None and about in ("management_system", "honour") and shapes.PROCESS.search(phrase):
        return Subject("company", floor, floor + len(phrase), "literal")
    if tail is not None and verb is None:
        if about == "management_system" and tail.group() in shapes.SECTORS and not text[at - 1].isspace():
            return None  # 食品HACCP认证: what the scheme is for
        if text[at - 1].isspace() and "\u4e00" <= phrase.strip()[-1] <= "\u9fff":
            beside = _classified(text, floor, phrase, tail, "position")
            return beside if beside.kind != "company" or about == "management_system" else None
    if tail is not None and shapes.MAKER_OF.search(phrase):
        return Subject("company", floor, floor + tail.end(), "literal")  # a manufacturer of valves with …
    if tail is not None and _english_firm(phrase, tail, stated):
        return Subject("company", floor, floor + tail.end(), "literal")
    if tail is not None and phrase == named and _named_firm(phrase, tail, about, run.mentions):
        return Subject("company", floor + _noun_start(phrase, tail.start()), floor + tail.end(), "literal", sure=False)
    if tail is not None:
        apart = verb is not None and subject_class(tail) == "product" and is_item(text, floor, at)
        return _classified(text, floor, phrase, tail, "position" if apart else "literal")
    if words and verb is not None and not APART.search(text, floor, at):
        first = _head_of(phrase, words)
        if first is not None and is_heading(text, at, phrase, first):
            return None
        if first is not None and first.start() <= 14:
            return _classified(text, floor, phrase, first, "literal" if subject_class(first) != "quality" else "loose")
    plural = shapes.PLURAL.match(text, floor, max(verb.end if verb else 0, at))
    if plural and about == "management_system" and shapes.ONE.match(plural.group()) and not words:
        plural = None  # the orchard is ISO 14001 certified: what no list names may be a place or a firm
    if (
        plural
        and not shapes.NO_GOODS.search(plural["noun"])
        and not any(subject_class(w) != "product" for w in subject_words().finditer(plural["noun"]))
    ):
        return Subject("product", floor, plural.end("noun"), "literal")
    if verb is None:
        return None
    clean = phrase.strip()
    if shapes.FIRM.search(clean[-8:]) or shapes.FIRM.search(clean[:12]):
        return Subject("company", floor, floor + len(phrase), "literal")
    if verb.id == "hold" and shapes.GOODS_MARK.search(clean) and len(clean) < 24:
        return Subject("product", floor, floor + len(phrase), "literal")
    return None


def _is_goods(name: str) -> bool:
    """A short name of goods by its end; papers (材料, 资料) are none."""
    if shapes.PAPERS.search(name):
        return False
    word = next((w for w in subject_words().finditer(name) if w.end() == len(name)), None)
    if word is not None:
        return subject_class(word) == "product" and word.group() not in shapes.SECTORS
    return bool(goods_tail().search(name))


def _goods(phrase: str, floor: int, made: re.Match[str], about: str) -> Subject:
    """A thing that no list names (我司保温杯). A short bare name may be that of a firm (云岭水表): then a person decides."""
    name = phrase.strip(" \"'")
    owned = re.match(r"(?:[^,]*[,\s])?(?:本|该|此|这|我|公司|所有|全部|各)", name) or re.search(
        r"牌|的|款|系列|型|\d", name
    )
    if not owned and about == "management_system" and shapes.SHORT_NAME.fullmatch(name):
        return Subject("company", floor, floor + made.end(), "literal", sure=False)  # 云岭水表荣获ISO 9001认证
    return Subject(
        "product",
        floor,
        floor + made.end(),
        "literal",
        sure=bool(owned) or about != "management_system" or len(name) > 8,
    )


def _named_firm(phrase: str, tail: re.Match[str], about: str, mentions: Sequence[Mention]) -> bool:
    """A firm's short name that ends in its goods (云岭包装材料荣获ISO 9001认证): goods are no holder of a system."""
    of_firms = about == "management_system" or all(m.scheme in lexicon("subjects")["firm_titles"] for m in mentions)
    if not of_firms or subject_class(tail) != "product" or tail.group() in shapes.PLAIN_GOODS:
        return False
    name = phrase[: tail.start()].strip(" \"'")
    return (
        2 <= len(name) <= 8
        and bool(re.fullmatch(r"[\u4e00-\u9fff]+", name))
        and not re.search(r"本|该|我|公司|所有|全|各|牌|的|款|型|这|每|产品|生产", name)
    )


def _english_firm(phrase: str, tail: re.Match[str], verb: str) -> bool:
    """“Cloudridge Pumps has been certified”: goods in the plural take no singular verb."""
    return (
        subject_class(tail) == "product"
        and tail.group().endswith("s")
        and bool(re.match(r"\s?(?:has|is|was)(?![a-z])", verb))
        and not re.search(r"(?:our|all|these|the|every|each)\s", phrase)
    )


def _classified(text: str, floor: int, phrase: str, word: re.Match[str], binding: str) -> Subject:
    kind = subject_class(word)
    if kind == "service" and re.search(r"产品(?:和|及|与|、|以及)$|products? (?:and|&) $", phrase[: word.start()]):
        kind = "product"  # 产品及服务: the goods raise the question
    start, end = floor + _noun_start(phrase, word.start()), floor + word.end()
    if kind == "quality":
        return Subject("product", start, end, "loose")
    if kind == "maker":
        return Subject("company", start, end, binding, maker=True)
    if kind == "company" and phrase[: word.end()].endswith(("体系", "过程", "管理", "system")):
        return Subject("company", start, end, binding, system=True)
    return Subject(kind, start, end, binding)


def _labelled(text: str, group: Group, run: Run) -> Subject | None:
    """What the label right before the names says: “供应商A：” names somebody else, “体系认证：” the firm, “产品认证：” its goods."""
    number = group.sentence.clause_at(run.mentions[0].start)
    start, end = group.sentence.clauses[number - 1] if number else (0, 0)
    label = text[start:end].strip()
    if not label.endswith(":") or len(label) > (40 if label.isascii() else 12):
        return None
    word = subject_words().match(label)
    if word is not None and subject_class(word) == "third_party":
        return Subject("third_party", start, end - 1, "position")
    for kind, pattern in label_kinds():
        if group.verb is None and pattern.search(label):
            return Subject(kind, start, end - 1, "position")
    return None


def _noun_start(phrase: str, at: int) -> int:
    """Where the noun phrase that holds offset `at` begins: behind the last comma or verb."""
    cut = max(phrase.rfind(c, 0, at) for c in ",:;|(")
    return min(at, cut + 1 if cut >= 0 else 0) if at - cut <= 24 else at


def _head_of(phrase: str, words: list[re.Match[str]]) -> re.Match[str] | None:
    """The head of the first noun phrase: of nouns that touch (公司产品, 产品研发中心) the last."""
    head = words[0]
    for word in words[1:]:
        if re.fullmatch(
            r"的?(?:所有|全部|主要|各类|系列|主营|部分|研发|生产|检测|自有|(?:所(?:有)?)?(?:售|销售|出售|经营|供应|生产|种植|代理)的?)?",
            phrase[head.end() : word.start()],
        ):
            head = word
        else:
            break
    return head


def _topic(text: str, group: Group, about: str) -> Subject | None:
    """The nearest clause before, in the same sentence, that begins with a subject. 产品质量 and the like are no topic."""
    number = group.sentence.clause_at(group.start)
    found = None
    for start, end in reversed(group.sentence.clauses[:number]):
        clause = text[start:end]
        words = nouns_in(clause)
        if (
            (not words or words[0].start() > 10)
            and found is None
            and (plural := shapes.PLURAL.match(text, start, end))
            and not shapes.NO_GOODS.search(plural["noun"])
        ):
            found = Subject("product", start, plural.end("noun"), "position")  # Our bottles are food-grade, … certified
        if not words or words[0].start() > 10:
            continue
        if shapes.FIELD.search(clause):
            continue  # 服务资质: the name of a field
        head, last = _head_of(clause, words), words[-1]
        if subject_class(last) in ("company", "maker") and last.end() >= len(clause.rstrip(",: ")):
            head = last if last.start() <= 16 and not shapes.SAYS.search(clause) else head  # 专业齿轮箱制造商
        if (
            head is None
            or subject_class(head) in ("quality", "person", "third_party")
            or shapes.MEANS.match(clause.rstrip(",: "))
        ):
            continue
        if subject_class(head) == "product" and shapes.AMOUNT.match(clause, head.end()):
            continue
        if subject_class(head) == "service" and (
            shapes.SERVES.match(clause, head.end())
            or not clause[: head.start()].strip()
            and shapes.SERVED.match(clause, head.end())
        ):
            continue
        if (
            subject_class(head) == "product"
            and clause[: head.start()].strip(" \"'")
            and not re.search(
                r"(?:本|该|我司|公司|我们的?|所有|全部|生产的|全系列|系列|各类|our|all|these|this|the)\s?(?:的)?$",
                clause[: head.start()],
            )
            and not re.match(r"\s*\w{2,6}$", clause[: head.start()])
        ):
            continue
        if subject_class(head) in ("product", "service") and (
            head.group() in shapes.NO_TOPIC or shapes.OBJECT.search(clause[: head.start()])
        ):
            continue
        if subject_class(head) == "company" and shapes.TESTER.search(clause[: head.start()]):
            continue  # 经过专业实验室测试: who tested is no topic
        if shapes.FOUNDED.match(clause, head.end()):
            return Subject("company", start, start + head.end(), "position")
        if clause.endswith(":") and _named_firm(clause, head, about, group.runs[0].mentions):
            return Subject("company", start, start + head.end(), "position", sure=False)
        if about == "product" and (made := shapes.MADE_BY.match(clause, head.end())):
            return Subject("product", start, start + made.end(), "position")
        topic = _classified(text, start, clause, head, "position")
        if topic.kind == "company":
            return topic
        found = found or topic
    return found


def _elided(topic: Subject, about: str, default: str | None) -> Subject:
    """A subject taken from an earlier clause ties by position only."""
    return Subject(
        topic.kind, topic.start, topic.end, "position", topic.maker, topic.system, sure=topic.kind in ("company", about)
    )
