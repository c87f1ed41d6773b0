"""Details of a claim (证书信息): number, body, dates, scope, edition, each bound to its scheme.

Numbers and dates are found by numbers.py and dates.py; here is decided which claim and which scheme they belong to: that of
the number's own grammar, else the name before them, else the only one there is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from compliance.reading.dates import DateHit, dates_in, end_of_life, lasting
from compliance.reading.fold import Folded
from compliance.reading.numbers import NumberHit, find_numbers, normal_number
from compliance.reading.places import column_kind
from compliance.reading.standards import schemes_by_id
from compliance.reading.state import timeline
from compliance.reading.words import lexicon
from compliance.records import Block, SchemeDetail

if TYPE_CHECKING:
    from compliance.reading.drafts import Draft
    from compliance.reading.groups import Group

_ISSUED = re.compile(
    r"(?:发证|颁证|签发|颁发|初次发证|首次发证|发布|获证|认证|注册|签发|换证)(?:日期|时间|日)|(?:首次|初次)?(?:发证|颁证|签发)\s?:?\s?$|issued?(?: on| date)?|date of issue|(?:取得|获证)时间",
    re.I,
)
_EXPIRES = re.compile(
    r"有效期|到期|截止|有效至|至$|失效日|expir\w*|valid (?:until|till|thru|through|to)|until|validity", re.I
)
_ENTRY = 24  # signs at the head of a timeline's entry that may hold its date
_STANDS = re.compile(
    r"\s?[|,]?\s?(?:有效(?!期|日|至|时)|到期(?!日|时)|截止(?!日|时|到|至))"
)  # a record's row: “2027-08-18 有效”
_TOKEN = re.compile(r"(?<![A-Za-z0-9.\-])[A-Z][A-Z0-9]{1,6}[\-/][A-Z0-9\-/]{4,20}(?![A-Za-z0-9])")
_SCOPE = re.compile(
    r"(?:认证|证书|覆盖|资质|体系)?(?:覆盖)?范围(?:包括|涵盖|为|是)?[:：]?\s?(?P<scope>[^。;]{4,200})|scope(?: of certification)?\s?[:：]\s?(?P<en>[^.;]{4,200})",
    re.I,
)
_CERTIFICATE_KINDS = frozenset(
    [
        "certificate",
        "test_certificate",
        "declaration",
        "licence",
        "mark_code",
        "file",
        "accreditation",
        "registration",
        "authorisation",
    ]
)
_OPEN = date.max
# the firm's age, or when work on the system began
_BEGAN = re.compile(
    r"成立|创[立建办]|始[建于]|建[厂于]|founded|established|since|(?:开始|起)(?:实施|推行|贯彻|导入|引进|建立|运行)"
)
_AGE = re.compile(r"(?:创[立建办]|成立|建厂|开业|投产|至今)(?:以来)?(?:[至到]|截[至止]到?)?$")
_BECAME = re.compile(r"(?<![a-z])(?:became|was the first)(?![a-z])")
_IN = re.compile(r"\s?\((?:于|in )?|,? (?:certificat\w+ |status )?(?:in|on|back in) (?:the year )?")


@dataclass(frozen=True, slots=True)
class Found:
    """What a stretch of text says of certificates; offsets are those of the folded text."""

    numbers: tuple[NumberHit, ...]
    dates: tuple[DateHit, ...]
    life: tuple[int, str] | None


def found_in(folded: Folded, context: str = "") -> Found:
    """Numbers and dates of a block."""
    numbers = tuple(
        h for h in find_numbers(folded.cased, context) if h.kind in _CERTIFICATE_KINDS or h.grammar == "labelled"
    )
    dates = tuple(
        d
        for d in dates_in(folded.cased, bare_years=True)
        if not any(n.start < d.end and d.start < n.end for n in numbers)
    )
    return Found(numbers, dates, lasting(folded.cased))


def details_of(folded: Folded, draft: Draft, reach: tuple[int, int], found: Found) -> tuple[SchemeDetail, ...]:
    """One detail a scheme. `reach`: from the claim's start to the next claim's start in the block, where its details may stand."""
    schemes = draft.schemes or ("",)
    return tuple(_detail(folded, draft, scheme, len(schemes) == 1, reach, found) for scheme in schemes)


def _detail(
    folded: Folded, draft: Draft, scheme: str, only: bool, reach: tuple[int, int], found: Found
) -> SchemeDetail:
    mention = next((m for m in draft.mentions if m.scheme == scheme), None)
    standard = mention.standard if mention else None
    start, end = reach if only or mention is None else _own_reach(draft, scheme, reach)
    number = _number(found, scheme, (start, end), only) or _number(found, scheme, reach, False, strict=True)
    issued, expires = _days(folded, found, (start, end) if number or only else reach)
    return SchemeDetail(
        scheme=scheme,
        standard=_tidy(standard),
        edition=_edition(scheme, mention, folded),
        number=number.value if number else _unlabelled(folded, draft, (start, end), found),
        body=_body(folded, draft, (start, end)),
        issued=issued.first if issued else None,
        expires=_last(expires, issued, found),
        scope=_scope(folded, reach),
        issued_text=folded.raw(issued.start, issued.end) if issued else None,
        expires_text=folded.raw(expires.start, expires.end) if expires else None,
        issued_precision=issued.precision if issued else "day",
    )


def detail_of_block(folded: Folded, known: SchemeDetail) -> tuple[SchemeDetail, str | None] | None:
    """`known` with what a labelled block of its own adds, and the form of the number it gave; None when it adds nothing."""
    found = found_in(folded)
    reach = (0, len(folded.text))
    number = _number(found, known.scheme, reach, False) if known.number is None else None
    issued, expires = _days(folded, found, reach)
    label, *_ = _bodies()
    body = label.search(folded.cased)
    added = replace(
        known,
        number=known.number or (number.value if number else None),
        issued=known.issued or (issued.first if issued else None),
        expires=known.expires or _last(expires, issued, found),
        scope=known.scope or _scope(folded, reach),
        body=known.body or (folded.raw(*body.span("body")).strip() if body else None),
        issued_text=known.issued_text or (folded.raw(issued.start, issued.end) if issued else None),
        expires_text=known.expires_text or (folded.raw(expires.start, expires.end) if expires else None),
        issued_precision=issued.precision if issued and known.issued is None else known.issued_precision,
    )
    return None if added == known else (added, number.form if number else None)


def with_columns(details: tuple[SchemeDetail, ...], block: Block) -> tuple[SchemeDetail, ...]:
    """Details of a table's row: what the words left open, from the cells under 证书编号, 发证机构, 有效期 …"""
    cells = {
        column_kind(head): block.text[a:b].strip() for (a, b), head in zip(block.cells, block.headers, strict=False)
    }
    if not any(cells.get(kind) for kind in ("number", "body", "issued", "expires", "scope")):
        return details
    days = {kind: dates_in(cells.get(kind) or "") for kind in ("issued", "expires")}
    issued = next((d for d in days["issued"] if d.precision != "open"), None)
    expires = next(reversed(days["expires"]), None)
    number = cells.get("number") or ""
    return tuple(
        replace(
            d,
            number=d.number or (normal_number(number) if len(re.findall(r"\d", number)) >= 3 else None),
            body=cells.get("body") or d.body,
            issued=d.issued or (issued.first if issued else None),
            issued_text=d.issued_text or (cells.get("issued") if issued else None),
            issued_precision=issued.precision if issued and d.issued is None else d.issued_precision,
            expires=d.expires or (expires.last if expires and expires.precision != "open" else None),
            expires_text=d.expires_text or (cells.get("expires") if expires else None),
            scope=cells.get("scope") or d.scope,
        )
        for d in details
    )


def said_on(folded: Folded, draft: Draft, found: Found, earlier: str = "") -> DateHit | None:
    """The day, month or year the words date the certification at (于2012年通过…, 2011年6月，…); None when they don't."""
    if draft.group is None or draft.state not in ("held", "held_past", "not_certification", "news"):
        return None
    sentence = draft.group.sentence
    told = [d for d in found.dates if not d.part and d.precision != "open" and sentence.start <= d.start < sentence.end]
    before = [d for d in told if d.start < draft.group.start]
    for hit in (*reversed(before), *(d for d in told if _closes(folded.text, draft.group, d))):
        label = re.split(r"[,;]", folded.text[max(sentence.start, hit.start - 16) : hit.start])[-1]
        if not _EXPIRES.search(label) and not _BEGAN.search(label + folded.text[hit.end : hit.end + 6]):
            return hit
    if not earlier and timeline(folded.text) and "。" not in folded.text[: sentence.start]:
        earlier = folded.text[:_ENTRY]  # the year at the head of an entry dates all that the entry tells
    dated = dates_in(earlier, bare_years=True) if earlier else ()
    return dated[0] if dated else None


def _closes(text: str, group: Group, hit: DateHit) -> bool:
    """The time stands right behind the claim: “ISO 9001认证(2019年)”, “was awarded ISO 9001 in May 2021”."""
    if hit.start < group.end:
        return False
    if _IN.fullmatch(text[group.end : hit.start]):
        return True
    if hit.precision == "day" and not text[group.end : hit.start].strip(" ([|") and not text[hit.end :].strip(" )]。"):
        return True  # a headline and its day: “公司通过ISO 9001认证 2016-10-09”
    told = (
        _BECAME.search(text, group.clause[0], group.start) is not None
    )  # became the first … certified company in 2004
    return told and re.fullmatch(r"[a-z \-]{1,48} in ", text[group.end : hit.start]) is not None


def _own_reach(draft: Draft, scheme: str, reach: tuple[int, int]) -> tuple[int, int]:
    """From one scheme's name to the next name of the same claim."""
    starts = sorted({m.start for m in draft.mentions})
    mine = next(m.start for m in draft.mentions if m.scheme == scheme)
    following = next((s for s in starts if s > mine), reach[1])
    return mine, following


def _number(found: Found, scheme: str, reach: tuple[int, int], only: bool, strict: bool = False) -> NumberHit | None:
    """The number in reach: one whose form belongs to the scheme; unless `strict`, else one of no known form, or any when there is
    `only` one scheme."""
    inside = [n for n in found.numbers if reach[0] <= n.start < reach[1]]
    fitting = [n for n in inside if scheme in n.schemes]
    if fitting:
        return fitting[0]
    if strict:
        return None
    free = [n for n in inside if not n.schemes or only]
    named = [n for n in free if n.form != "known" or not n.schemes]
    return next(iter(named or free), None)


def _unlabelled(folded: Folded, draft: Draft, reach: tuple[int, int], found: Found) -> str | None:
    """The number of a certificate's record that has no label: “…证书 QMS-0000-018 2027-08-18 有效”. Only where a date or a status
    stands in the same record."""
    heads = draft.run.heads if draft.run else ()
    dated = any(reach[0] <= d.start < reach[1] for d in found.dates)
    if "certificate" not in heads or draft.state != "held" or not dated:
        return None
    taken = [(m.start, m.end) for m in draft.mentions] + [(d.start, d.end) for d in found.dates]
    for m in _TOKEN.finditer(folded.cased, *reach):
        if len(re.findall(r"\d", m.group())) >= 5 and not any(s < m.end() and m.start() < e for s, e in taken):
            return normal_number(m.group())
    return None


def _days(folded: Folded, found: Found, reach: tuple[int, int]) -> tuple[DateHit | None, DateHit | None]:
    """Issue and expiry as their labels, or a period, say."""
    issued = expires = None
    for hit in found.dates:
        if not reach[0] <= hit.start < reach[1]:
            continue
        earlier = max((d.end for d in found.dates if d.end <= hit.start), default=0)
        label = folded.text[max(reach[0], earlier, hit.start - 14) : hit.start]
        label = re.split(r"[。;,]", label)[-1]
        if _AGE.search(label):
            continue  # 自创办至2010年: the firm's years, no certificate's
        if hit.part == "from":
            issued = issued or hit
        elif (
            hit.part == "to" or hit.precision == "open" or _EXPIRES.search(label) or _STANDS.match(folded.text, hit.end)
        ):
            expires = expires or hit
        elif _ISSUED.search(label):
            issued = issued or hit
    return issued, expires


def _last(expires: DateHit | None, issued: DateHit | None, found: Found) -> date | None:
    if expires is not None:
        return None if expires.precision == "open" else expires.last
    if issued is not None and issued.precision == "day" and found.life is not None:
        end = end_of_life(issued.date, found.life[0], found.life[1])  # type: ignore[arg-type]
        return None if end == _OPEN else end
    return None


def _edition(scheme: str, mention, folded: Folded) -> str | None:
    known = schemes_by_id().get(scheme)
    if mention is None or mention.standard is None:
        return None
    around = folded.cased[max(0, mention.start - 10) : mention.end + 24]
    if known is not None:
        near = [m for m in known.edition_mentions(around)]
        if near:
            one = max(near, key=lambda m: (m.edition is not None, m.edition or 0))
            if one.edition is not None:
                return known.editions[one.edition].name
            return f"{_family(mention.standard)} {one.number}:{one.year}" if one.year else None
        one_only = known.edition_of(mention.standard)
        return one_only.name if one_only else None
    return None


def _family(standard: str) -> str:
    return "GB/T" if standard.upper().startswith("GB") else "ISO"


def _tidy(standard: str | None) -> str | None:
    """One spelling of a standard's name: “ISO9001：2015” → “ISO 9001:2015”."""
    if standard is None:
        return None
    m = re.match(
        r"(?i)(gb ?/? ?t|iso/iec|iso/ts|iso|iatf|ohsas|[a-z/]+)?[ \-]*(\d{3,6}(?:-\d(?!\d))?)(?:\s?[:\-/(]?\s?((?:19|20)\d\d))?",
        standard,
    )
    if m is None:
        return standard
    prefix = (m[1] or "ISO").upper().replace(" ", "")
    if prefix in ("GB/T", "GBT"):
        return f"GB/T {m[2]}" + (f"-{m[3]}" if m[3] else "")
    return f"{prefix} {m[2]}" + (f":{m[3]}" if m[3] else "")


def _body(folded: Folded, draft: Draft, reach: tuple[int, int]) -> str | None:
    """The body: by its label, by “由…颁发”, or by a known name beside the scheme."""
    label, by, by_en, names = _bodies()
    sentence = draft.group.sentence if draft.group else None
    a, b = reach
    m = label.search(folded.cased, a, b)
    if m:
        return folded.raw(*m.span("body")).strip()
    left = sentence.start if sentence else a
    m = by.search(folded.cased, left, b) or by_en.search(folded.cased, left, b)
    if m:
        name = names.search(m["body"])
        if name or re.search(r"(?:中心|公司|机构|集团|协会|局|委员会|院|所)$", m["body"]):
            return folded.raw(*m.span("body")).strip()
    m = names.search(folded.cased, max(left, draft.start - 2), min(b, draft.end + 12))
    return folded.raw(*m.span()).strip() if m else None


def _scope(folded: Folded, reach: tuple[int, int]) -> str | None:
    m = _SCOPE.search(folded.text, reach[0], reach[1])
    if m is None:
        return None
    return folded.raw(*m.span("scope" if m["scope"] else "en")).strip(' :：,，。"”')


@lru_cache(maxsize=1)
def _bodies() -> tuple[re.Pattern[str], ...]:
    data = lexicon("bodies")
    names = sorted(data["names"].split(), key=len, reverse=True)
    listed = "|".join(
        re.escape(n) if not n.isascii() else rf"(?<![A-Za-z]){re.escape(n)}(?![A-Za-z0-9])" for n in names
    )
    return (
        re.compile(rf"(?:{data['labels']})\s?[:为是]\s?(?P<body>[^,。;:\s]{{2,30}})", re.I),
        re.compile(data["by"]),
        re.compile(data["by_en"], re.I),
        re.compile(listed),
    )
