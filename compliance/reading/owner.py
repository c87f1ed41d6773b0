"""Whose page it is, by its own words (页面主体): copyright line, footer, contact block, ICP line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from compliance.reading.data import page_data
from compliance.reading.glance import Glance
from compliance.reading.needles import Needled
from compliance.reading.uscc import find_usccs
from compliance.records import Block, Owner, Page

_TAIL = 0.85  # what stands after this share of the lines counts as footer when the page names none
_SIGNS = ("版权", "©", "Copyright", "copyright", "COPYRIGHT", "ICP备", "公司名称", "企业名称", "单位名称", "信用代码")
_HEAD, _FOOT = 1_000, 2_000  # characters of a page without claims that are looked at
_LINE = 600  # characters of one line that are looked at
_LINES = 3_000
_ICP = re.compile(
    r"[\u4e00-\u9fff]\s?ICP\s?(?:备|证)\s?(?:案)?(?:第)?\s?\d{5,10}\s?号?(?:\s?[-—]\s?\d{1,3})?", re.IGNORECASE
)
_DIGIT = re.compile(r"\d").search
_USCC = 18  # signs of a unified social credit code
_ENGLISH = ("Ltd", "Limited", "Inc", "LC", "L.C", "GmbH", "Corp")  # one of them ends every English name of the data
_BRACKETS = str.maketrans("（）〔〕[]　", "()()()" + " ")


@cache
def _forms() -> tuple[str, ...]:
    """The legal forms that no other form of the list is a part of: a line without any of them holds no full name."""
    forms = page_data("owner")["forms"]
    return tuple(f for f in forms if not any(o != f and o in f for o in forms))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    data = page_data("owner")
    forms = "|".join(sorted(map(re.escape, data["forms"]), key=len, reverse=True))
    return {
        "run": re.compile(r"[\u4e00-\u9fffA-Za-z0-9()（）〔〕·&]{4,}"),  # what a full name is made of
        "zh": re.compile(
            rf"[\u4e00-\u9fffA-Za-z0-9()（）〔〕·&]{{2,40}}?(?:{forms})(?:[(（][\u4e00-\u9fff]{{2,6}}[)）])?"
        ),
        "en": re.compile(data["english"]),
        "lead": re.compile(rf"^(?:\s*(?:{'|'.join(data['not_part'])}))+\s*", re.IGNORECASE),
        "before": re.compile(rf"^.*(?:{'|'.join(data['not_before'])})(?=[\u4e00-\u9fff]{{6}})"),
        "generic": re.compile("|".join(data["generic"]), re.IGNORECASE),
    }


@cache
def _signs() -> dict[str, Needled]:
    """What the words around a name say of it."""
    return {
        key: Needled("|".join(page_data("owner")[key])) for key in ("copyright", "label", "maker", "about", "other")
    }


def owner_of(page: Page, blocks: Sequence[Block]) -> Owner:
    """Full company names (likeliest first), valid USCCs and the ICP number that the page gives for itself; contradictions said.

    A name beside a copyright sign weighs most, then a labelled name (公司名称：…), the footer, the title, a self-introduction; names of
    the site's builder and of those introduced as customers or partners don't count. USCCs: check digit verified.
    """
    known = any(b.region == "footer" for b in blocks)
    count = len(blocks)
    lines = (
        (b.text, b.region == "footer" or (not known and b.index >= count * _TAIL and page.html is not None))
        for b in blocks
        if b.locator.attribute is None or b.region == "header"
    )
    title = next((b.heading_path[0] for b in blocks if b.heading_path), "") if page.html is not None else ""
    return owner_of_lines(lines, title)


def owner_of_glance(page: Page, glance: Glance) -> Owner:
    """The same from a first look, for pages that say nothing of certification: only what stands around the signs of an owner is read."""
    text = glance.text
    if len(text) > _HEAD + _FOOT:
        text = text[:_HEAD] + "\n" + text[-_FOOT:]
    lines: list[tuple[str, bool]] = []
    reached = -1
    for first, last in _signs_in(text):
        if first < reached:
            continue
        start = max(0, text.rfind("\n", 0, max(0, first - 60)) + 1)
        end = text.find("\n", last + 60)
        reached = end = len(text) if end < 0 else end
        lines.extend((line, page.html is not None) for line in text[start:end].split("\n"))
        if len(lines) > 60:
            break
    return owner_of_lines(lines, glance.title)


def _signs_in(text: str) -> list[tuple[int, int]]:
    """Where the signs of an owner stand, in reading order; none holds another, so looking for each is the same as one pattern, and cheaper."""
    found = []
    for sign in _SIGNS:
        at = text.find(sign)
        while at >= 0:
            found.append((at, at + len(sign)))
            at = text.find(sign, at + len(sign))
    return sorted(found)


def owner_of_lines(lines: Iterable[tuple[str, bool]], title: str) -> Owner:
    """`lines`: (text, whether it stands in the footer)."""
    patterns = _patterns()
    scores: dict[str, float] = {}
    shown: dict[str, str] = {}
    strong: list[str] = []
    usccs: list[str] = []
    icp: str | None = None
    before = ""
    for name, _ in _names(title, patterns):
        _add(scores, shown, name, 3.0)
    for i, (raw, footer) in enumerate(lines):
        if i >= _LINES:
            break
        line = " ".join(raw[:_LINE].split())
        if not line:
            continue
        if icp is None and ("P" in line or "p" in line) and (found := _ICP.search(line)):
            icp = found[0].replace(" ", "")
        if len(line) >= _USCC and _DIGIT(line):
            usccs.extend(c for c in _valid_usccs(line) if c not in usccs)
        names = _names(line, patterns) if _may_name(line) else []
        if names:
            weight, sure = _weight(line, before, footer)
            for name, start in names:
                maker = _made_by(line, start, before, patterns)
                _add(scores, shown, name, -6.0 if maker else weight)
                if sure and not maker:
                    strong.append(_key(name))
        before = line if len(line) < 40 else ""
    best = sorted((k for k in scores if scores[k] > 0), key=lambda k: -scores[k])
    kept = [k for k in best if scores[k] >= 2.0] or best[:1]
    owners = [k for k in dict.fromkeys(strong) if k in kept]
    return Owner(tuple(shown[k] for k in kept[:5]), tuple(usccs), icp, _conflict(owners, shown, usccs))


def _may_name(line: str) -> bool:
    return any(sign in line for sign in "司厂社店院所场部行团校会") or "td" in line.lower() or "inc" in line.lower()


def _names(line: str, patterns: dict[str, re.Pattern[str]]) -> list[tuple[str, int]]:
    """Full names in `line` with the place where each begins."""
    out = []
    for match in _full_names(line, patterns) if any(form in line for form in _forms()) else ():
        name = patterns["before"].sub("", match[0])
        name = patterns["lead"].sub("", name).strip("·&()（） ")
        if name.count("(") + name.count("（") != name.count(")") + name.count("）"):
            name = re.sub(r"^[^()（）]*[)）]", "", name)
        if len(name) >= 6 and re.search(r"[\u4e00-\u9fff]{3}", name) and not patterns["generic"].fullmatch(name):
            out.append((name, match.end() - len(name)))
    for match in patterns["en"].finditer(line) if any(end in line for end in _ENGLISH) else ():
        name = patterns["lead"].sub("", match[0]).strip(" .,")
        if " " in name and name[:1].isupper():
            out.append((name, match.end() - len(name)))
    return out


def _full_names(line: str, patterns: dict[str, re.Pattern[str]]) -> Iterator[re.Match[str]]:
    """Chinese names with a legal form. A name stands in one run of signs, so runs without a form need no look."""
    for run in patterns["run"].finditer(line):
        if any(form in run[0] for form in _forms()):
            yield from patterns["zh"].finditer(line, run.start(), run.end())


def _made_by(line: str, start: int, before: str, patterns: dict[str, re.Pattern[str]]) -> bool:
    """Whether the name at `start` is that of the site's builder: its label stands right before it."""
    maker = _signs()["maker"]
    if maker.stands_in(line[:start]):
        ends = [m.end() for m in maker.pattern.finditer(line, 0, start)]
        if ends and start - ends[-1] <= 8 + 40 * bool(patterns["zh"].search(line[ends[-1] : start])):
            return True
    return start <= 2 and len(before) <= 16 and maker.stands_in(before)


def _weight(line: str, before: str, footer: bool) -> tuple[float, bool]:
    signs = _signs()
    if signs["copyright"].stands_in(line) or (footer and signs["copyright"].stands_in(before)):
        return 6.0, True
    if signs["label"].stands_in(line) or signs["label"].stands_in(before):
        return 4.0, True
    if footer or _ICP.search(line):
        return 3.0, False
    if signs["other"].stands_in(line):
        return 0.2, False
    if signs["about"].stands_in(line):
        return 3.0, False
    return 1.0 if len(line) < 40 else 0.6, False


def _add(scores: dict[str, float], shown: dict[str, str], name: str, weight: float) -> None:
    key = _key(name)
    shown.setdefault(key, name)
    scores[key] = scores.get(key, 0.0) + weight


def _key(name: str) -> str:
    return name.translate(_BRACKETS).replace(" ", "").casefold()


def _valid_usccs(line: str) -> list[str]:
    return [hit.code for hit in find_usccs(line) if hit.valid]


def _shorter_of_same(owners: list[str]) -> list[str]:
    """Without names that are a part of another: a short form beside the full name is no contradiction."""
    return [a for a in owners if not any(a != b and (a in b) for b in owners)]


def _conflict(owners: list[str], shown: dict[str, str], usccs: list[str]) -> str | None:
    owners = [k for k in _shorter_of_same(owners) if any("\u4e00" <= c <= "\u9fff" for c in k)]
    if len(owners) > 1:
        return "版权行、联系方式写明的企业不止一家：" + "、".join(shown[k] for k in owners[:4])
    if len(usccs) > 1:
        return "页面写有不止一个统一社会信用代码：" + "、".join(usccs[:4])
    return None
