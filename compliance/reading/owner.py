"""Whose page it is, by its own words (页面主体): copyright line, footer, contact block, ICP line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from compliance.reading.data import page_data
from compliance.reading.glance import Glance
from compliance.reading.uscc import find_usccs
from compliance.records import Block, Owner, Page

_TAIL = 0.85  # what stands after this share of the lines counts as footer when the page names none
_LINE = 600  # characters of one line that are looked at
_LINES = 3_000
_ICP = re.compile(
    r"[\u4e00-\u9fff]\s?ICP\s?(?:备|证)\s?(?:案)?(?:第)?\s?\d{5,10}\s?号?(?:\s?[-—]\s?\d{1,3})?", re.IGNORECASE
)
_BRACKETS = str.maketrans("（）〔〕[]　", "()()()" + " ")


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    data = page_data("owner")
    forms = "|".join(sorted(map(re.escape, data["forms"]), key=len, reverse=True))
    one = lambda key: re.compile("|".join(data[key]), re.IGNORECASE)  # noqa: E731 - six lines below
    return {
        "zh": re.compile(
            rf"[\u4e00-\u9fffA-Za-z0-9()（）〔〕·&]{{2,40}}?(?:{forms})(?:[(（][\u4e00-\u9fff]{{2,6}}[)）])?"
        ),
        "en": re.compile(data["english"]),
        "lead": re.compile(rf"^(?:{'|'.join(data['not_part'])})+", re.IGNORECASE),
        "copyright": one("copyright"),
        "label": one("label"),
        "maker": one("maker"),
        "about": one("about"),
        "other": one("other"),
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
    """The same from a first look, for pages that say nothing of certification."""
    count = len(glance.lines)
    start = int(count * _TAIL)
    lines = [(line, page.html is not None and i >= start) for i, line in enumerate(glance.lines)]
    return owner_of_lines(lines, glance.title)


def owner_of_lines(lines: Iterable[tuple[str, bool]], title: str) -> Owner:
    """`lines`: (text, whether it stands in the footer)."""
    patterns = _patterns()
    scores: dict[str, float] = {}
    shown: dict[str, str] = {}
    strong: list[str] = []
    usccs: list[str] = []
    icp: str | None = None
    before = ""
    for name in _names(title, patterns):
        _add(scores, shown, name, 3.0)
    for i, (raw, footer) in enumerate(lines):
        if i >= _LINES:
            break
        line = " ".join(raw[:_LINE].split())
        if not line:
            continue
        if icp is None and (found := _ICP.search(line)):
            icp = found[0].replace(" ", "")
        if any(c.isdigit() for c in line):
            usccs.extend(c for c in _valid_usccs(line) if c not in usccs)
        names = _names(line, patterns) if _may_name(line) else []
        if names:
            weight, sure = _weight(line, before, footer, patterns)
            for name in names:
                _add(scores, shown, name, weight)
                if sure:
                    strong.append(_key(name))
        before = line if len(line) < 40 else ""
    best = sorted((k for k in scores if scores[k] > 0), key=lambda k: -scores[k])
    kept = [k for k in best if scores[k] >= 2.0] or best[:1]
    owners = [k for k in dict.fromkeys(strong) if k in kept]
    return Owner(tuple(shown[k] for k in kept[:5]), tuple(usccs), icp, _conflict(owners, shown, usccs))


def _may_name(line: str) -> bool:
    return any(sign in line for sign in "司厂社店院所场部行团校会") or "td" in line.lower() or "inc" in line.lower()


def _names(line: str, patterns: dict[str, re.Pattern[str]]) -> list[str]:
    out = []
    for match in patterns["zh"].finditer(line):
        name = patterns["lead"].sub("", match[0]).strip("·&()（） ")
        if name.count("(") + name.count("（") != name.count(")") + name.count("）"):
            name = re.sub(r"^[^()（）]*[)）]", "", name)
        if len(name) >= 6 and re.search(r"[\u4e00-\u9fff]{3}", name):
            out.append(name)
    out.extend(m[0].strip(" .,") for m in patterns["en"].finditer(line))
    return out


def _weight(line: str, before: str, footer: bool, patterns: dict[str, re.Pattern[str]]) -> tuple[float, bool]:
    if patterns["maker"].search(line) or patterns["maker"].search(before[-12:]):
        return -6.0, False
    if patterns["copyright"].search(line) or (footer and patterns["copyright"].search(before)):
        return 6.0, True
    if patterns["label"].search(line) or patterns["label"].search(before):
        return 4.0, True
    if footer or _ICP.search(line):
        return 3.0, False
    if patterns["other"].search(line):
        return 0.2, False
    if patterns["about"].search(line):
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


def _conflict(owners: list[str], shown: dict[str, str], usccs: list[str]) -> str | None:
    if len(owners) > 1:
        return "版权行、联系方式写明的企业不止一家：" + "、".join(shown[k] for k in owners[:4])
    if len(usccs) > 1:
        return "页面写有不止一个统一社会信用代码：" + "、".join(usccs[:4])
    return None
