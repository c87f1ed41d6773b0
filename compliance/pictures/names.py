"""Holder and body on a paper: lines that look like an organisation's name (获证组织、发证机构)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from compliance.pictures.labels import Seen, pattern_of, words
from compliance.pictures.paper import LEFT, TOP, Paper, Value

_HAN = r"[\u3400-\u9fff]"
_NAME_SIGNS = r"[\u3400-\u9fffA-Za-z0-9()（）·&\-.、 ]"
_NOT_A_NAME = re.compile(
    r"监督管理|委员会|官方|网站|网址|www|http|证书|获得|必须|应当|经审核|查询|本公司|我公司|贵公司|该公司|制造商|生产厂[:：]|地址"
)
_SUBMITTED = re.compile(r"\b(?:to|by|of|with) ((?:[A-Z][\w&.\-]* ){1,4}(?:LLC|Inc|GmbH|Ltd|Limited)\b)")
_ENDING = re.compile(r"\s*[,.]?\s*(?:ltd|limited|inc|llc|gmbh|corporation|co\.?,? ?ltd)\.?\s*$", re.IGNORECASE)
_INTRODUCES = re.compile(r"(?:\b(?:of|by|for)|[:：])\s*$")  # the name is what follows
_STRAY = re.compile(r"^[a-z.]{1,8} +(?=[\u3400-\u9fff])")  # a bit of something else before a Chinese name
_VERBS = re.compile(r"\b(?:has|have|is|are|was|implemented|certify|operates|maintains|located)\b")


@cache
def _zh_name() -> re.Pattern[str]:
    ends = "|".join(sorted(words()["organisation"]["zh"], key=len, reverse=True))
    return re.compile(
        rf"(?P<name>{_NAME_SIGNS}{{1,60}}?(?:{ends}))(?P<more>[(（][^()（）]{{1,20}}[)）])?(?!{_HAN}*(?:{ends}))"
    )


@cache
def _en_name() -> re.Pattern[str]:
    ends = "|".join(words()["organisation"]["en"])
    return re.compile(rf"(?<![a-z])(?:{ends})\.?(?![a-z])", re.IGNORECASE)


def name_in(text: str) -> str | None:
    """The organisation's name in a printed line, None when it carries none.

    >>> name_in("QA国际认证有限公司董事局授予："), name_in("Example Pumps Co., Ltd."), name_in("5F., No. 50-3")
    ('QA国际认证有限公司', 'Example Pumps Co., Ltd.', None)
    """
    if _NOT_A_NAME.search(text):
        return None
    if re.search(_HAN, text):
        found = _zh_name().search(text)
        if found is None or len(re.findall(_HAN, found["name"])) < 4:
            return None
        return _STRAY.sub("", found["name"].strip(" -·、.")) + (found["more"] or "")
    text = text.rpartition(":")[2].strip() if ":" in text else text
    ends = [m for m in _en_name().finditer(text) if re.match(r"\s*(?:[,;()]|$)", text[m.end() :])]
    if not ends or _VERBS.search(text.lower()) or len(text) > 110:
        return None
    name = text[: ends[0].end()].strip(" ,;:")
    return name if len(name.split()) >= 2 or len(name) > 8 else None


def holder_of(paper: Paper) -> Value | None:
    """The certified organisation: at its label, else the largest name that is neither body nor maker."""
    for value in paper.values("holder"):
        if found := _named(paper, value):
            return found
    for line, label in paper.labelled("holder"):
        for below in paper.below(line, heights=7):
            if label.end >= len(line.text) and (
                found := _named(paper, Value(below.line.text, (below,), label, "below"))
            ):
                return found
    alone = [
        found
        for line in paper.lines
        if not _introduced(line) and (found := _named(paper, Value(line.line.text, (line,), None, "alone")))
    ]
    return max(alone, key=lambda v: (v.height, -v.box[TOP]), default=None)


def _introduced(line: Seen) -> bool:
    return any(label.field in ("other", "body") and label.start == 0 for label in line.labels)


def _named(paper: Paper, value: Value) -> Value | None:
    """The value cut to the name in it; an English name may go on in the next line. Bodies are no holders."""
    line = value.lines[-1]
    if (name := name_in(value.text)) is not None:
        below = next(iter(paper.following(line)), None)
        if below is not None and _ENDING.match(below.line.text) and name == value.text.strip(" ,;:"):
            value, name = replace(value, lines=(*value.lines, below)), f"{value.text} {below.line.text}".strip()
        return None if _is_body(name, line) else Value(name, value.lines, value.label, value.how)
    if re.search(_HAN, value.text) or _VERBS.search(value.text.lower()) or not value.text[:1].isalpha():
        return None
    below = next(iter(paper.following(line)), None)
    if below is not None and re.search(_HAN, below.text):  # what stood behind the label is no part of a Chinese name
        below_name = None if below.labels else name_in(below.line.text)
        return (
            Value(below_name, (below,), value.label, "below")
            if below_name and not _is_body(below_name, below)
            else None
        )
    if below is not None and not below.labels and (name := name_in(f"{value.text} {below.line.text}")):
        return None if _is_body(name, below) else Value(name, (*value.lines, below), value.label, value.how)
    return None


def _is_body(name: str, line: Seen) -> bool:
    part = "zh" if re.search(_HAN, name) else "en"
    return pattern_of("body_words", part).search(name.lower()) is not None and not any(
        label.field == "holder" and label.end < len(line.text) for label in line.labels
    )


def body_of(paper: Paper, holder: Value | None) -> Value | None:
    """发证机构 by its printed name: at its label, else the lowest name with a body's words, else the lowest other name."""
    for value in paper.values("body"):
        if (name := name_in(value.text)) and (holder is None or name != holder.text):
            return Value(name, value.lines, value.label, value.how)
    found = list(_bodies(paper, holder))
    chinese = holder is not None and re.search(_HAN, holder.text) is not None
    best = max(
        found,
        key=lambda f: (f[0], chinese and bool(re.search(_HAN, f[1].text)), f[1].box[TOP], -f[1].box[LEFT]),
        default=None,
    )
    return best[1] if best is not None else None


def _bodies(paper: Paper, holder: Value | None) -> Iterator[tuple[int, Value]]:
    held = holder.text if holder is not None else ""
    below = holder.box[TOP] if holder is not None else 0
    for at, line in enumerate(paper.lines):
        text = line.line.text
        name = name_in(text)
        lines: tuple[Seen, ...] = (line,)
        if (
            name is None
            and at + 1 < len(paper.lines)
            and not re.search(_HAN, text)
            and not line.labels
            and not _INTRODUCES.search(text.lower())
        ):
            following = next(iter(paper.following(line)), None)
            joined = name_in(f"{text} {following.line.text}") if following is not None else None
            if (
                joined is not None
                and following is not None
                and (
                    name_in(following.line.text) == following.line.text.strip(" ,")
                    or _ENDING.fullmatch(following.line.text)
                )
            ):
                name, lines = joined, (line, following)
        if name is None or name == held or (held and held in name):
            continue
        words_of_body = pattern_of("body_words", "zh" if re.search(_HAN, name) else "en").search(name.lower())
        if line.labels and line.labels[0].field == "other" and line.labels[0].start == 0:
            continue
        if words_of_body:
            yield 3 + (len(lines) > 1), Value(name, lines, None, "alone")
        elif line.line.box[TOP] > below and not re.search(_HAN, name):
            yield 1, Value(name, lines, None, "alone")
    for line in paper.lines:
        if found := _SUBMITTED.search(line.line.text):
            yield 0, Value(found[1].strip(), (line,), None, "alone")
