"""Numbers of standards (标准号) in folded text: ISO 9001:2015, GB/T 19001-2016, IATF16949, lists that name the prefix once.

Which number belongs to which scheme comes from rules/schemes (`standards`), family words and old numbers from
lexicon/standards.yaml. Years: `Scheme.edition_mentions`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from compliance.reading.fold import Folded
from compliance.reading.terms import about_of, known_schemes
from compliance.reading.words import lexicon

# prefix of a standard as pages write it → family of numbers
_PREFIX = (
    r"(?P<iso>(?:(?:bs|din|uni|as/nzs|idt|gb/?t?|en|iatf)[/ ]{0,2}){0,3}(?:iso|1so|is(?= ?9))(?: ?/? ?(?:iec|dis|tc))?(?: ?[/\- ]? ?(?P<ts>ts))?)"
    r"|(?P<iatf>iatf)|(?P<ohsas>oh?sas|ohsms|oshas)|(?P<tsx>ts)|(?P<gb>gb ?[/\-]? ?t?)|(?P<gjb>gjb)|(?P<yy>yy ?/? ?t)|(?P<sa>sa)|(?P<as>as/en|as|en(?= ?9100))"
    r"|(?P<qs>qs)|(?P<qc>qc)|(?P<tl>tl)|(?P<fssc>fssc)|(?P<en>en)|(?P<iec>iec)|(?P<pas>pas)|(?P<sb>sb ?/? ?t)|(?P<ny>ny ?/? ?t)"
)
_NUMBERED = re.compile(
    rf"(?<![a-z0-9])(?:{_PREFIX})[ \-:/._]{{0,3}}(?P<no>\d{{3,6}}(?:-\d(?!\d)|\.\d(?!\d))?)(?!\d)(?P<letter>[a-d](?![a-z]))?"
)
_MORE = re.compile(r" ?(?:[/、,，&+;]|和|与|及|以及|and|\|| )+ ?(?P<no>\d{4,5})(?!\d)(?!年)")
_YEAR = re.compile(r" ?(?:[:.\-/(] ?|v)?(?:19|20)\d\d(?![\d])(?!-\d)(?! ?年(?!版))(?:年?版)?\)?")
_BARE_AFTER = re.compile(
    r"(?:[:\-](?:19|20)\d\d)?(?:[、/,和及]\d{4,5})*\s?(?:质量|环境|职业|国际|管理|体系|认证|三体系|标准|quality)"
)


def standards_in(folded: Folded) -> list:
    """Mentions of standards that are schemes, or that pages claim as if they were (en-15048, gb)."""
    from compliance.reading.mentions import Mention

    text, found = folded.text, []
    numbers, not_schemes = _numbers()
    for m in _NUMBERED.finditer(text):
        family = _family(m)
        no = m["no"]
        scheme = numbers.get((family, no)) or numbers.get((family, re.split(r"[-.]", no)[0]))
        if family == "iso" and int(re.split(r"[-.]", no)[0]) in not_schemes:
            continue
        if scheme is None:
            scheme = _unlisted(family, no)
            if scheme is None:
                continue
        found.append(_mention(Mention, folded, m.start(), m.end(), scheme))
        if family not in ("iso", "iatf", "ohsas", "gb"):
            continue
        at = found[-1].end  # “ISO9001/14001/45001”: the prefix serves the whole list
        while (more := _MORE.match(text, at)) and (scheme := numbers.get(("iso", more["no"]))):
            found.append(_mention(Mention, folded, more.start("no"), more.end(), scheme))
            at = found[-1].end
    taken = [(f.start, f.end) for f in found]
    for m in _bare().finditer(text):
        if any(s < m.end() and m.start() < e for s, e in taken) or not _BARE_AFTER.match(text, m.end()):
            continue
        found.append(_mention(Mention, folded, m.start(), m.end(), _scheme_of_bare(m.group())))
    for pattern, scheme in _products():
        found.extend(
            _mention(Mention, folded, m.start(), m.end(), scheme)
            for m in pattern.finditer(text)
            if not any(f.start < m.end() and m.start() < f.end for f in found)
        )
    return found


def _family(m: re.Match[str]) -> str:
    if m["iso"]:
        return (
            "ts" if m["ts"] and "16949" in m["no"] else "iatf" if "iatf" in m["iso"] and "16949" in m["no"] else "iso"
        )
    name = next(k for k, v in m.groupdict().items() if v and k not in ("no", "letter", "ts"))
    return "ts" if name == "tsx" else name


def _unlisted(family: str, no: str) -> str | None:
    """The id of a standard without a scheme file: the number is part of the name."""
    if family in ("iso", "en", "iec") and len(no) >= 4:
        return f"{family}-{no}"
    return None


def _mention(kind, folded: Folded, start: int, end: int, scheme: str):
    """The mention, with its year when one belongs to it."""
    text = folded.text
    if year := _YEAR.match(text, end):
        known = _edition(scheme, folded.cased[start : min(len(text), year.end() + 2)])
        if known is not None or text[end : end + 1] in ":-(." or text[year.start() : year.end()].strip().endswith("版"):
            end = year.end()
            if text[end - 1] == ")" and "(" not in text[start:end]:
                end -= 1
    about = about_of(scheme)
    return kind(start, end, scheme, about, standard=folded.cased[start:end].strip())


def _edition(scheme: str, text: str):
    found = schemes_by_id().get(scheme)
    return found.edition_of(text) if found else None


@lru_cache(maxsize=1)
def schemes_by_id() -> dict:
    """The schemes of rules/schemes by id."""
    return {s.id: s for s in known_schemes()}


@lru_cache(maxsize=1)
def _numbers() -> tuple[dict[tuple[str, str], str], frozenset[int]]:
    data = lexicon("standards")
    numbers: dict[tuple[str, str], str] = {}
    for scheme in known_schemes():
        for standard in scheme.standards:
            m = re.match(r"([A-Za-z/ ]+?)[ \-]?(\d[\d\-.]*)[A-D]?$", standard)
            if m:
                prefix = m[1].lower().replace(" ", "")
                family = {"gb/t": "gb", "iso/iec": "iso", "iso/ts": "ts", "yy/t": "yy", "sb/t": "sb", "ny/t": "ny"}.get(
                    prefix, prefix
                )
                numbers.setdefault((family, m[2]), scheme.id)
    for family, listed in data["family"].items():
        for no, scheme in listed.items():
            numbers[family, str(no)] = scheme
    return numbers, frozenset(data["iso_not"])


@lru_cache(maxsize=1)
def _bare() -> re.Pattern[str]:
    return re.compile(r"(?<![\d.a-z:/\-])(?:" + "|".join(str(n) for n in lexicon("standards")["bare"]) + r")(?![\d.])")


@lru_cache
def _scheme_of_bare(no: str) -> str:
    """The scheme of a number without its prefix (9001, 16949, 50430): that of the first family which has it."""
    return next(scheme for family in ("iatf", "iso", "gb") if (scheme := _numbers()[0].get((family, no))))


@lru_cache(maxsize=1)
def _products() -> tuple[tuple[re.Pattern[str], str], ...]:
    found = []
    for entry in lexicon("standards")["product_standards"]:
        if entry.get("numbered"):
            continue  # en, iec: the grammar above
        found.append(
            (
                re.compile(rf"(?<![a-z0-9])(?:{entry['prefix']})[ \-]?\d[\d.]*(?:-\d{{1,5}})*(?![\da-z])"),
                entry["scheme"],
            )
        )
    return (*found, (re.compile(r"(?<![a-z0-9/])gb ?/ ?t(?= ?[a-z\u4e00-\u9fff])"), "gb"))
