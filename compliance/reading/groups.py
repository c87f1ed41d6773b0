"""Groups (并列项): schemes that share a verb, and the noun that says what was obtained.

“通过ISO9001、CE等认证” is one group of two mentions, its verb 通过, its head 认证. “取得A证书、B认证” has a head for each.
All offsets are those of the folded text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from compliance.reading.mentions import Mention
from compliance.reading.patterns import after_patterns, chain_patterns, head_patterns, verb_patterns
from compliance.reading.sentences import Sentence

_COMMA = re.compile(r"(?<!\d),|,(?!\d)|[:|]|\s-\s")

_OBTAINS = re.compile(
    r"(?:已经?|均|也|还|全面|顺利|一次性?|成功|先后|分别|相继|于?(?:19|20)\d\d年)*(?:通过|获得?|取得|荣获)"
)
_TOWARDS = re.compile(
    r"(?:版|标准|证书|认证|体系)*\s?(?:向|到|至|往|(?:升级|转换|换版|转版|更新|过渡)(?:为|到|至|成)|-+>|→)\s?(?:新版)?"
    r"|[^.;。]{0,32}?(?:upgraded|moved|migrated|transitioned|updated|re-?certified|升级|换版|转版|转换)\s?(?:to|为|到|至|成)\s?(?:the (?:new )?)?"
)
_WAS_CALLED = re.compile(
    r"[(,](?:原名?为?|前身为?|旧称|代替|替代|取代|formerly(?: known as)?|previously|replac(?:es|ing)|supersed(?:es|ing)|ex)\s?:?\s?$"
)
_BODY_NAMED = re.compile(r"(?:检测|检疫|认证)?(?:机构|中心|研究院|院|所|集团)\s?[a-z]{2,}")  # CE、中国检验机构CMA
_SUMMED_UP = re.compile(r"等[^,。;]{0,8}认证")  # CE、TUV认可工厂等认证: a member of the list, no holder
_REST_OF_LIST = re.compile(r"[^,。;:、通获]{1,10}(?:、[^,。;:、通获]{1,12}){0,4}(?=等[^,。;]{0,8}认证)")
_AND = re.compile(r"\s?(?:[、,/&+]|和|与|及|以及|暨|and)\s?")
_OF = re.compile(r"(?:的|国际|\s)?")
_MADE_THERE = re.compile(
    r"(?<![a-z])(?:produced|made|manufactured|packed|processed|built|assembled) (?:in|at|by)(?![a-z])"
)  # qualified to X and are manufactured in …: a second predicate
_COMPLIANT = re.compile(r"\s?compliant(?![a-z])")
_CERTIFIED_FIRM = re.compile(r"(?:质量|国际|体系|管理)*认证(?=(?:的)?公司)")
_AS_ONE = re.compile(r"(?:作为|是|为)(?:一家|一个|通过)?(?:[\u4e00-\u9fff]{2,6}的)?[\s\"'(]*$")
_MOVED = re.compile(
    r"转版|换版|升级|转换|过渡|改版|更新|->|→|upgraded|moved|migrated|transitioned|updated|re-?certified"
)
_CHANGED = re.compile("(?:成功|顺利|已)*(?:升级|转换|转版|换版)")  # 由A升级为B: B is held, A was
_NEW_CLAUSE = re.compile(
    r"(?:and|while|but|whereas) (?:our|its|their|the|all|we)(?![a-z]).* (?:are|is|have|has|was|were)(?![a-z])"
    r"|(?:and|but) (?:is|are|has|have)(?: also| fully)? $"
    r"|(?:and|but) (?:(?:is|are) )?(?:produced|made|manufactured|packed|processed|built|assembled)(?![a-z])"
)


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of verbs.yaml in the text."""

    id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Run:
    """Mentions that share a head. `heads`: classes of head nouns after the last mention, in order; `end`: behind them.
    `after`: what the words right behind change (offer, label, holder_product …), `after_end` its end."""

    mentions: tuple[Mention, ...]
    heads: tuple[str, ...]
    end: int
    after: str | None = None
    after_end: int = 0
    after_text: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Runs under one verb. `verb` None: a badge, a label, a noun phrase. `forward`: the verb stands behind."""

    runs: tuple[Run, ...]
    sentence: Sentence
    clause: tuple[int, int]
    verb: Verb | None = None
    forward: bool = False
    inherited: bool = False
    others: tuple[Verb, ...] = field(default=())

    @property
    def start(self) -> int:
        """Where the first name starts."""
        return self.runs[0].mentions[0].start

    @property
    def end(self) -> int:
        """Where the last head ends."""
        return self.runs[-1].end


def groups_of(text: str, sentence: Sentence, mentions: Sequence[Mention], supported: bool = False) -> list[Group]:
    """The groups of one sentence, in reading order. `supported`: the place says that names in it are certificates, so that weak
    names count as well."""
    mine = [m for m in mentions if sentence.start <= m.start < sentence.end]
    if not mine:
        return []
    verbs = verbs_of(text, sentence)
    mine = [m for n, m in enumerate(mine) if not _left_behind(text, m, mine[n + 1 :])] or mine
    mine = [m for n, m in enumerate(mine) if not _is_the_subject(text, sentence, m, mine[n + 1 :])] or mine
    runs: list[list[Mention]] = []
    for mention in mine:
        if runs and _joined(text, runs[-1][-1], mention, verbs):
            runs[-1].append(mention)
        else:
            runs.append([mention])
    groups: list[Group] = []
    for number, members in enumerate(runs):
        limit = runs[number + 1][0].start if number + 1 < len(runs) else sentence.end
        split = _runs(text, members, limit, supported)
        if not split:
            continue
        groups.append(_group(text, sentence, split, verbs, groups[-1] if groups else None, limit))
    return groups


def _left_behind(text: str, mention: Mention, later: Sequence[Mention]) -> bool:
    """“ISO9001:2008向ISO9001:2015的转版”, “ISO45001(原OHSAS18001)”: what one moved away from is no certificate of today."""
    if _WAS_CALLED.search(text, max(0, mention.start - 16), mention.start):
        return True
    other = next((m for m in later if m.start > mention.start), None)
    if other is None or other.scheme != mention.scheme or not _TOWARDS.fullmatch(text[mention.end : other.start]):
        return False
    return bool(_MOVED.search(text[mention.end : other.end + 10]))


def _is_the_subject(text: str, sentence: Sentence, mention: Mention, later: Sequence[Mention]) -> bool:
    """“…，质量管理体系通过ISO9001认证”: the system's name is the subject of the next name's verb."""
    several = "、" in text[mention.start : mention.end]  # 质量、环境、职业健康安全分别通过…
    if not (mention.named and (mention.weak or several)) or not later or not _OBTAINS.match(text, mention.end):
        return False
    other = next((m for m in later if m.start > mention.start), None)
    return other is not None and sentence.clause_at(other.start) == sentence.clause_at(mention.start)


def verbs_of(text: str, sentence: Sentence) -> list[Verb]:
    """The verbs of a sentence by their end; one inside a longer one (with in comply with) does not count."""
    found = []
    for name, pattern in verb_patterns():
        found += [
            Verb(name, m.start(), m.end(), m.group())
            for m in pattern.finditer(text, sentence.start, sentence.end)
            if m.end() > m.start()
        ]
    whole = [
        v
        for v in found
        if not any(o.start <= v.start and v.end <= o.end and o.end - o.start > v.end - v.start for o in found)
    ]
    return sorted(whole, key=lambda v: (v.end, v.start))


def _joined(text: str, one: Mention, two: Mention, verbs: Sequence[Verb]) -> bool:
    """True when two mentions stand in one list: no verb between, and after a comma nothing but names."""
    if one.start == two.start:
        return True
    if any(
        one.end <= v.start and v.end <= two.start
        for v in verbs
        if v.id != "possess" or v.text.strip() not in ("with", "has", "have")
    ):
        return False
    gap = text[one.end : two.start]
    if _COMPLIANT.match(text, two.end) and (
        "," in gap
        and any(v.id in ("certified", "hold") and v.end <= one.start for v in verbs)
        or one.about == "management_system"
        and two.about == "product"
    ):
        return False  # certified to ISO 9001, RoHS compliant: a second predicate
    if len(gap) > 60 or _NEW_CLAUSE.search(gap):
        return False
    if _COMMA.search(gap):
        tail = re.split(r"[,:|]|\s-\s", gap)
        return all(_filled(part) for part in tail)
    return True


def _filled(part: str) -> bool:
    """Nothing but fill words, heads and list signs; a short foreign word or place is let pass."""
    part = (
        part.lstrip(") ") if part.startswith(")") else part
    )  # a name ended in brackets: “GMP (Good … Practice), and …”
    at, (fill, separator) = 0, chain_patterns()
    while at < len(part):
        m = (
            fill.match(part, at)
            or separator.match(part, at)
            or next((h for _, p in head_patterns() if (h := p.match(part, at))), None)
        )
        if m is None or m.end() == at:
            return False
        at = m.end()
    return True


def _runs(text: str, members: list[Mention], limit: int, supported: bool) -> list[Run]:
    """Members cut where a head stands between two names; weak names without head or company are dropped."""
    runs: list[Run] = []
    pending: list[Mention] = []
    for number, mention in enumerate(members):
        pending.append(mention)
        following = members[number + 1].start if number + 1 < len(members) else limit
        if following == mention.start:
            continue  # one word for several schemes (三体系)
        if (
            runs
            and pending == [mention]
            and mention.named
            and mention.weak
            and text[runs[-1].end : mention.start] == " "
        ):
            pending = []  # an ISO 9001 certified quality management system: named once
            if runs[-1].after is None:
                named = text[runs[-1].end : mention.end]
                runs[-1] = replace(runs[-1], after="holder_company", after_end=mention.end, after_text=named)
            continue
        if (
            runs
            and pending == [mention]
            and mention.named
            and mention.weak
            and runs[-1].heads == ("standard",)
            and _OF.fullmatch(text, runs[-1].end, mention.start)
        ):
            pending = list(runs.pop().mentions)  # ISO9001国际标准质量体系认证: the system of that standard
        heads, end = _chain(text, mention.end, following, _inside(text, mention))
        if (
            not heads
            and (firm := _CERTIFIED_FIRM.match(text, mention.end))
            and _AS_ONE.search(text[: pending[0].start])
        ):
            heads, end = (
                ["certification"],
                firm.end(),
            )  # 作为ISO9001认证公司: the firm is certified, no body that certifies
        last = following == limit
        if heads or last:
            after = _after(text, end, following)
            runs.append(Run(tuple(pending), tuple(heads), end, *after))
            pending = []
    runs = _shared(text, runs)
    return runs if supported else [r for r in (_supported(text, run) for run in runs) if r]


def _shared(text: str, runs: list[Run]) -> list[Run]:
    """“A质量管理体系、B环境管理体系认证”: the certification at the end of a list of systems is that of each."""
    for number in range(len(runs) - 2, -1, -1):
        one, two = runs[number], runs[number + 1]
        if (
            one.heads == ("system",)
            and one.after is None
            and two.heads[:1] == ("system",)
            and (kind := next((h for h in two.heads if h in ("certification", "certificate")), None))
            and _AND.fullmatch(text, one.end, two.mentions[0].start)
        ):
            runs[number] = replace(one, heads=(*one.heads, kind))
    return runs


def _inside(text: str, mention: Mention) -> list[str]:
    """Heads that are part of the name itself (有机产品认证, CCC证书)."""
    word = text[mention.start : mention.end]
    for name, pattern in head_patterns():
        if any(m.end() == len(word) for m in pattern.finditer(word)):
            # the approval of a class society is its certificate; a licence says so by its own state
            if name == "standard":
                return []  # 良好农业规范: the name of a scheme, whatever follows decides
            return ["certification" if name == "approval" and not mention.state and mention.scheme != "fda" else name]
    return []


def _supported(text: str, run: Run) -> Run | None:
    """Weak names count only with a word of certification, or beside a name that needs none."""
    if run.heads:
        return run
    strong = [m for m in run.mentions if not m.weak]
    if not strong and re.search(
        r"(?:认证|证书|资质|certif\w*|approvals?|accreditations?)[:\s(]{0,3}$",
        text[max(0, run.mentions[0].start - 14) : run.mentions[0].start],
    ):
        return run
    if not strong:
        return None
    kept = tuple(m for m in run.mentions if not m.weak or _touches(text, m, run.mentions))
    return Run(kept, run.heads, run.end, run.after, run.after_end, run.after_text)


def _touches(text: str, mention: Mention, others: Sequence[Mention]) -> bool:
    return any(
        o is not mention
        and re.fullmatch(
            r"\s?(?:[、,，/&+]|和|与|及|and|以及)\s?", text[min(o.end, mention.end) : max(o.start, mention.start)]
        )
        for o in others
    )


def _chain(text: str, at: int, limit: int, inside: list[str]) -> tuple[list[str], int]:
    """Head classes from `at` on, after those inside the name; where they end. List signs end the chain once a head was found."""
    fill, separator = chain_patterns()
    heads = list(inside)
    end, budget, listed = at, 14, False
    while at < limit and budget:
        budget -= 1
        found = None
        for name, pattern in head_patterns():
            m = pattern.match(text, at, limit)
            if m and m.end() > at:
                found = (name, m.end())
                break
        if found and listed and found[0] == "test" and _BODY_NAMED.match(text, found[1]):
            break
        if found:
            heads.append(found[0])
            end = at = found[1]
            continue
        m = fill.match(text, at, limit)
        if m and m.end() > at:
            at = m.end()
            continue
        m = separator.match(text, at, limit)
        if m and m.end() > at and not heads:
            at, listed = m.end(), True
            if m.group() in ("and", "or") and re.match(r"\s?certified(?! (?:to|by))", text[at:limit]):
                break  # tested by X and certified food grade: a second statement
            continue
        rest = None if heads else _REST_OF_LIST.match(text, at, limit)
        if rest is None:
            break
        at = rest.end()
    return heads, end


def _after(text: str, at: int, limit: int) -> tuple[str | None, int, str]:
    for name, pattern in after_patterns():
        m = pattern.match(text, at, at + 60)  # not cut at the limit: `$` means the end of the text
        if m and at < m.end() <= min(limit, at + 40):
            if name.startswith("holder") and _SUMMED_UP.match(text, m.end()):
                continue
            return name, m.end(), m.group()
    return None, at, ""


def _group(
    text: str, sentence: Sentence, runs: list[Run], verbs: Sequence[Verb], previous: Group | None, limit: int
) -> Group:
    """The group with its clause and its governing verb: the nearest before it in its clause, else behind, else inherited."""
    start, end = runs[0].mentions[0].start, runs[-1].end
    number = sentence.clause_at(start)
    clause = (sentence.clauses[number][0], sentence.clauses[sentence.clause_at(max(start, end - 1))][1])
    before = [
        v
        for v in verbs
        if clause[0] <= v.start and v.end <= start and not (v.id == "provide" and text.startswith("的", v.end))
    ]  # 我们提供的化妆品: an attribute
    before = [v for v in before if not _MADE_THERE.search(text, v.end, start)]
    if previous is not None:
        before = [v for v in before if v.start >= previous.end]
    if before:
        return Group(tuple(runs), sentence, clause, before[-1], others=tuple(before[:-1]))
    told = "certification" in runs[-1].heads  # “CE certified and comply with …”: the claim is made, a second one begins
    behind = [
        v
        for v in verbs
        if (v.id in ("hold", "certified", "apply", "need") or v.id in ("conform", "establish") and not told)
        and end <= v.start <= end + 8
        and not re.search("[本我该]|公司", text[end : v.start])
        and v.start < min(clause[1], limit)
        and not _CHANGED.match(v.text)
    ]
    if behind:
        return Group(tuple(runs), sentence, clause, behind[0], forward=True)
    if (
        previous is not None
        and previous.verb is not None
        and not previous.forward
        and _listing(text[previous.end : start])
    ):
        return Group(tuple(runs), sentence, clause, previous.verb, inherited=True, others=previous.others)
    return Group(tuple(runs), sentence, clause)


def _listing(gap: str) -> bool:
    """Still the same list: nouns between list signs, no pronoun or topic of its own."""
    return len(gap) <= 60 and not re.search(
        r"[。;!?]|我们|公司|产品(?!认证|检测)|企业(?!认)|本|该|,(?:并|且|还|是|为|在|以|从|专)", gap
    )
