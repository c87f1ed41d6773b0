"""Whose page it is, by its own words (页面主体): copyright line, footer, contact block, ICP line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice
from operator import itemgetter

from compliance.reading.data import page_data
from compliance.reading.glance import Glance
from compliance.reading.needles import Needled
from compliance.reading.scan import Scan, escaped
from compliance.reading.uscc import find_usccs
from compliance.records import Block, Owner, Page

_TAIL = 0.85  # what stands after this share of the lines counts as footer when the page names none
# none of them holds another
_SIGNS = ("版权", "©", "Copyright", "copyright", "COPYRIGHT", "ICP备", "公司名称", "企业名称", "单位名称", "信用代码")
_HEAD, _FOOT = 3_000, 6_000  # bytes of the text of a page without claims that are looked at; a Chinese sign has three
_NEAR = 180  # so many of them around the sign of an owner
_LINE = 600  # characters of one line that are looked at
_LINES = 3_000
_ICP = re.compile(
    r"[\u4e00-\u9fff]\s?ICP\s?(?:备|证)\s?(?:案)?(?:第)?\s?\d{5,10}\s?号?(?:\s?[-—]\s?\d{1,3})?", re.IGNORECASE
)
_THREE = re.compile("[\u4e00-\u9fff]{3}").search
_SEAT = re.compile("[\u4e00-\u9fff]{1,8}[省市县区镇乡州]|北京|上海|天津|重庆").fullmatch
_FORMER = re.compile("原名?|前身[是为系]?|曾用名").search
_CLOSED = re.compile(r"^[^()（）]*[)）]")
_LONGEST = 40  # signs before the form
_NAME, _ICP_NUMBER, _CODE = range(3)  # what a line may hold
_ENGLISH = re.compile(r"Ltd|Limited|Inc|L\.?C|GmbH|Corp").search  # one of them ends every English name of the data
_BRACKETS = str.maketrans("（）〔〕[]　", "()()()" + " ")


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    data = page_data("owner")
    forms = "|".join(sorted(map(re.escape, (*data["forms"], *data["plants"])), key=len, reverse=True))
    return {
        "form": re.compile(forms),
        "run": re.compile(r"[\u4e00-\u9fffA-Za-z0-9()（）〔〕·&]{4,}"),  # what a full name is made of
        "place": re.compile(r"[(（](?!以下|下称|简称|原|曾用|股票)[\u4e00-\u9fff]{2,6}[)）]"),  # behind a form
        "en": re.compile(data["english"]),
        "lead": re.compile(rf"^(?:\s*(?:{'|'.join(data['not_part'])}))+\s*", re.IGNORECASE),
        "before_sign": re.compile(f"[{''.join(sorted({word[0] for word in data['not_before']}))}]"),
        "before": re.compile(rf"^.*(?:{'|'.join(data['not_before'])})(?=[\u4e00-\u9fff]{{6}})"),
        "plant": re.compile(rf"(?:{'|'.join(data['plants'])})$"),
        "own": re.compile("公司|我|本|该|自有|下属|旗下|集团|[一二两三四五六七八九十百多数]"),
        "seated": re.compile("[省市县区镇乡州]"),
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
    rows = Counter(b.group for b in blocks if _in_list(b))
    lines = (
        (b.text, b.region == "footer" or (not known and b.index >= count * _TAIL and page.html is not None))
        for b in blocks
        if (b.locator.attribute is None or b.region == "header") and not (_in_list(b) and rows[b.group] > 1)
    )
    title = next((b.heading_path[0] for b in blocks if b.heading_path), "") if page.html is not None else ""
    return owner_of_lines(lines, title)


def _in_list(block: Block) -> bool:
    """A row of a table with a head for each of three columns or more: several such rows list firms, none of which is the owner for it."""
    return block.container == "table" and len(block.headers) > 2 and all(block.headers)


def owner_of_glance(page: Page, glance: Glance) -> Owner:
    """The same from a first look, for pages that say nothing of certification: only what stands around the signs of an owner is read."""
    data = glance.data
    if len(data) > _HEAD + _FOOT:
        data = b"%b\n%b" % (data[:_HEAD], data[-_FOOT:])
    lines: list[tuple[str, bool]] = []
    reached = -1
    for first, last in _signs_in(data):
        if first < reached:
            continue
        start = max(0, data.rfind(b"\n", 0, max(0, first - _NEAR)) + 1)
        end = data.find(b"\n", last + _NEAR)
        reached = end = len(data) if end < 0 else end
        lines.extend((line, page.html is not None) for line in data[start:end].decode("utf-8", "ignore").split("\n"))
        if len(lines) > 60:
            break
    return owner_of_lines(lines, glance.title)


def _signs_in(data: bytes) -> list[tuple[int, int]]:
    """Where the signs of an owner stand in text as UTF-8, in reading order."""
    found = []
    for number, end in _sign_scan().found(data):
        sign = _SIGNS[number].encode()
        if data.endswith(sign, 0, end):  # not so when its capitals differ
            found.append((end - len(sign), end))
    return sorted(found)


@cache
def _sign_scan() -> Scan:
    return Scan([escaped(sign) for sign in _SIGNS], each=range(len(_SIGNS)))


def owner_of_lines(lines: Iterable[tuple[str, bool]], title: str) -> Owner:
    """`lines`: (text, whether it stands in the footer)."""
    patterns = _patterns()
    scores: dict[str, float] = {}
    shown: dict[str, str] = {}
    strong: list[str] = []
    usccs: list[str] = []
    icp: str | None = None
    for name, _ in _names(title):
        _add(scores, shown, name, 3.0)
    rows = [(" ".join(raw[:_LINE].split()), footer) for raw, footer in islice(lines, _LINES)]
    for i, kinds in sorted(_telling([line for line, _ in rows]).items()):
        line, footer = rows[i]
        if _ICP_NUMBER in kinds and icp is None and (found := _ICP.search(line)):
            icp = found[0].replace(" ", "")
        if _CODE in kinds:
            usccs.extend(c for c in _valid_usccs(line) if c not in usccs)
        names = _names(line) if _NAME in kinds else ()
        if names:
            before = next((rows[j][0] for j in range(i - 1, -1, -1) if rows[j][0]), "")
            before = before if len(before) < 40 else ""
            weight, sure = _weight(line, before, footer)
            for name, start in names:
                maker = _made_by(line, start, before, patterns)
                told = max(weight, 3.0) if _introduced(line, name, start) else weight
                _add(scores, shown, name, -6.0 if maker else told)
                if sure and not maker:
                    strong.append(_key(name))
    _with_seat(scores)
    best = sorted((k for k in scores if scores[k] > 0), key=lambda k: -scores[k])
    listed = len(best) > 2 and scores[best[0]] == scores[best[2]]  # a list of firms names nobody as the owner
    kept = [k for k in best if scores[k] >= 2.0] or ([] if listed else best[:1])
    owners = [k for k in dict.fromkeys(strong) if k in kept]
    return Owner(tuple(shown[k] for k in kept[:5]), tuple(usccs), icp, _conflict(owners, shown, usccs))


def _with_seat(scores: dict[str, float]) -> None:
    """云岭市云河器材厂 and 云河器材厂: what speaks for the name without its place speaks for the whole name."""
    for short in [k for k in scores if scores[k] > 0]:
        for whole in scores:
            if whole != short and whole.endswith(short) and scores[whole] > 0 and _SEAT(whole[: -len(short)]):
                scores[whole] += scores[short]


def _telling(lines: list[str]) -> dict[int, set[int]]:
    """Numbers of the lines that may hold a name, an ICP number or a code, and which, by one pass over all."""
    data = "\n".join(lines).encode("utf-8", "replace")
    found: dict[int, set[int]] = {}
    at = line = 0
    for kind, end in sorted(_tell_scan().found(data), key=itemgetter(1)):
        line += data.count(b"\n", at, end)
        at = end
        found.setdefault(line, set()).add(kind)
    return found


@cache
def _tell_scan() -> Scan:
    forms = "|".join(map(escaped, (*page_data("owner")["forms"], *page_data("owner")["plants"])))
    gap = r"(?:[ -]|\xef\xbc\x8d)?"  # also full width, as are the signs of a code (uscc.py)
    digit, sign = r"(?:[0-9]|\xef\xbc[\x90-\x99])", r"(?:[0-9a-z]|\xef\xbc[\x90-\x99\xa1-\xba]|\xef\xbd[\x81-\x9a])"
    code = rf"{sign}{sign}(?:{gap}{digit}){{6}}(?:{gap}{sign}){{10}}"
    return Scan([rf"{forms}|ltd|limited|inc|l\.?c|gmbh|corp", "icp", code], each=range(3))


def _may_name(line: str) -> bool:
    return any(sign in line for sign in "司厂社店院所场部行团校会") or "td" in line.lower() or "inc" in line.lower()


@lru_cache(maxsize=4_096)  # the pages of a site share their footer
def _names(line: str) -> tuple[tuple[str, int], ...]:
    """Full names in `line` with the place where each begins."""
    patterns, out = _patterns(), []
    form = patterns["form"].search(line)
    for first, last in _full_names(line, form.start(), patterns) if form else ():
        name = line[first:last]
        if patterns["before_sign"].search(name):
            name = patterns["before"].sub("", name)
        if lead := patterns["lead"].match(name):
            name = name[lead.end() :]
        name = name.strip("·&()（） ")
        if name.count("(") + name.count("（") != name.count(")") + name.count("）"):
            name = _CLOSED.sub("", name)
        if patterns["plant"].search(name) and not _is_plant(name, line[: last - len(name)], line, patterns):
            continue
        if len(name) >= 6 and _THREE(name) and not patterns["generic"].fullmatch(name):
            out.append((name, last - len(name)))
    if _ENGLISH(line) and _may_name(line):
        for match in patterns["en"].finditer(line):
            name = patterns["lead"].sub("", match[0]).strip(" .,")
            if " " in name and name[:1].isupper():
                out.append((name, match.end() - len(name)))
    return tuple(out)


def _is_plant(name: str, before: str, line: str, patterns: dict[str, re.Pattern[str]]) -> bool:
    """云岭市云河五金制品厂, 版权所有：云河五金制品厂; 我们的包装厂, 公司下属印刷厂 are no names."""
    if patterns["seated"].search(name, 2):
        return True
    if patterns["own"].match(name):
        return False
    signs = _signs()
    return signs["copyright"].stands_in(before) or (not before and signs["about"].stands_in(line))


def _full_names(line: str, form: int, patterns: dict[str, re.Pattern[str]]) -> Iterator[tuple[int, int]]:
    """Chinese names with a legal form: up to `_LONGEST` signs that names are made of, the form, and a place in brackets. They stand in one
    run of signs. `form`: where the first form stands."""
    for run in patterns["run"].finditer(line):
        at, stop = run.span()
        if stop <= form:
            continue
        while found := patterns["form"].search(line, at + 2, stop):
            first = max(at, found.start() - _LONGEST)
            place = patterns["place"].match(line, found.end(), stop)
            at = place.end() if place else found.end()
            yield first, at


def _made_by(line: str, start: int, before: str, patterns: dict[str, re.Pattern[str]]) -> bool:
    """Whether the name at `start` is that of the site's builder: its label stands right before it."""
    maker = _signs()["maker"]
    if maker.stands_in(line[:start]):
        ends = [m.end() for m in maker.pattern.finditer(line, 0, start)]
        if ends and start - ends[-1] <= 8 + 40 * _holds_name(line[ends[-1] : start], patterns):
            return True
    return start <= 2 and len(before) <= 16 and maker.stands_in(before)


def _holds_name(words: str, patterns: dict[str, re.Pattern[str]]) -> bool:
    form = patterns["form"].search(words)
    return form is not None and next(_full_names(words, form.start(), patterns), None) is not None


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
    return 1.0 if len(line) < 40 else 0.6, False


def _introduced(line: str, name: str, start: int) -> bool:
    """云河针织有限公司创办于1995年, 前身是云溪织造有限公司: the words tell of the name that they follow."""
    if _FORMER(line, max(0, start - 4), start):
        return False
    return _signs()["about"].pattern.search(line, start, start + len(name) + 20) is not None


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
    if len(owners) > 1:
        owners = [k for k in _shorter_of_same(owners) if any("\u4e00" <= c <= "\u9fff" for c in k)]
    if len(owners) > 1:
        return "版权行、联系方式写明的企业不止一家：" + "、".join(shown[k] for k in owners[:4])
    if len(usccs) > 1:
        return "页面写有不止一个统一社会信用代码：" + "、".join(usccs[:4])
    return None
