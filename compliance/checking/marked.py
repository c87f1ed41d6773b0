"""Marks in a page's pictures as claims of the page (图片中的疑似标志): "appears to show mark Y", a lead and never more.

What may be made of a lead is settled by the rules and by the caps (caps.yaml): without words that name the mark, in the picture or in the
page's own text, a person has to look. That a mark is shown is not a statement in words, so its `state` stays unknown to the rules, and
those that ask for one (expired, no certificate …) never speak of a mark; the rules about marks do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml

from compliance.pictures.records import Line, MarkSeen, PictureReading
from compliance.pictures.shown import ShownPicture
from compliance.reading.cues import notice_in
from compliance.records import About, Claim, PictureSource, Reading, SchemeDetail, Speaker
from rules.schemes import Scheme, Schemes
from rules.schemes.mark import Mark, load_marks

ABOUT: dict[str, About] = {"management_system": "management_system", "own": "management_system", "product": "product",
                           "service": "service", "accreditation": "accreditation", "licence": "licence", "honour": "honour"}  # fmt: skip
FACT_KINDS = frozenset({"management_system", "product", "service", "own", "foreign"})  # the values of claim.mark_kind
SPEAKERS: dict[str, Speaker] = {"agency": "agency", "news": "unknown"}  # whose picture it is, where not the company's
BARE = ("certificate", "qr")  # a certificate's own marks belong to it; a code carries none
QUOTED = 60  # signs of print quoted with a mark


def claims_of_marks(shown: ShownPicture, page: Reading, schemes: Schemes, first: int) -> tuple[Claim, ...]:
    """A claim for each mark that the picture appears to show; `first`: number of the first one. An accreditation symbol beside a system
    mark is named with it."""
    reading = shown.reading
    if reading is None or reading.unreadable or reading.kind in BARE:
        return ()
    known = {mark.id: mark for mark in load_marks().all}
    seen = _one_each(mark for mark in reading.marks if mark.mark in known)
    systems = [one for one in seen if _is_system(known[one.mark], one, reading)]
    beside = [known[one.mark].name_zh for one in seen if known[one.mark].kind == "accreditation"]
    if any(known[one.mark].kind != "accreditation" for one in systems):
        seen = [one for one in seen if known[one.mark].kind != "accreditation"]
    else:
        beside = []
    return tuple(
        _claim(f"c{number}", one, known[one.mark], shown, page, schemes, beside if one in systems else [])
        for number, one in enumerate(seen, first)
    )


def place_of(shown: ShownPicture, page: Reading) -> str | None:
    """packaging or product, by the picture's own words (alt text, title, file name), then by those beside it; "" when it may be goods but
    nothing says so; None: not on goods."""
    reading, own, beside = shown.reading, _own_words(shown), _folded(shown.words)
    if reading is None or reading.kind in BARE or _off_goods(own):
        return None
    if _pattern("packaging").search(own):
        return "packaging"
    if reading.kind != "product_photo":
        return None
    if _pattern("product").search(own):
        return "product"
    if _off_goods(beside):
        return None
    if _pattern("packaging").search(beside):
        return "packaging"
    return "product" if page.genre in ("product", "shop") or _pattern("product").search(beside) else ""


def _off_goods(words: str) -> bool:
    return bool(_pattern("documents").search(words) or _pattern("elsewhere").search(words))


def words_unjudged(reading: PictureReading) -> bool:
    """Whether print in the picture speaks of certification and no claim was made of it."""
    speaks = _pattern("speaks")
    return reading.kind not in BARE and any(speaks.search(_folded(line.text)) for line in reading.lines)


def _one_each(marks: Iterable[MarkSeen]) -> list[MarkSeen]:
    """The surest sighting of each mark."""
    best: dict[str, MarkSeen] = {}
    for one in marks:
        before = best.get(one.mark)
        if before is None or (one.confirmed_by is not None, one.confidence) > (
            before.confirmed_by is not None,
            before.confidence,
        ):
            best[one.mark] = one
    return list(best.values())


def _is_system(mark: Mark, one: MarkSeen, reading: PictureReading) -> bool:
    """管理体系认证标志 or words of one: a body's mark, a made-up one with a standard's number, an accreditation symbol for systems."""
    if mark.kind in ("management_system", "own"):
        return True
    words = _pattern("system_words")
    return mark.kind == "accreditation" and any(words.search(_folded(line.text)) for line in _lines_in(one, reading))


def _claim(
    id_: str, one: MarkSeen, mark: Mark, shown: ShownPicture, page: Reading, schemes: Schemes, beside: Sequence[str]
) -> Claim:
    assert shown.reading is not None
    reading, place = shown.reading, place_of(shown, page)
    printed = [line.text for line in _lines_in(one, reading)]
    found = _schemes_of(mark, printed, schemes)
    confirmed = one.confirmed_by or ("text of the page" if _page_names(page, mark) else None)
    quote = _quote(mark, printed, beside)
    uncertain = {} if mark.withdrawn is not None else {"state": "not_stated"}
    if place is None:
        uncertain["subject"] = "ambiguous_reading"
    cues = _cues(mark, place, _is_system(mark, one, reading))
    if place == "packaging":
        lines = [line.text for line in reading.lines]  # a notice may go over two of them
        if notice_in("".join(lines)) or notice_in(" ".join(lines)):
            cues.add("notice_beside_mark")
        elif any(line.tall < _data()["low"] for line in reading.lines):
            uncertain["notice_beside_mark"] = "picture_unread"
    return Claim(
        id=id_,
        quote=quote,
        locator=shown.locator,
        container="picture",
        speaker=SPEAKERS.get(page.genre, "self"),
        subject="product" if place is not None else "none",
        subject_text=None,
        about=ABOUT.get(mark.kind, "none"),
        schemes=tuple(scheme.id for scheme in found),
        state="held",
        details=tuple(SchemeDetail(scheme.id, standard=_standard(printed)) for scheme in found)
        or (SchemeDetail("", standard=_standard(printed)),),
        uncertain=tuple(sorted(uncertain.items())),
        cues=frozenset(cues),
        context=f"图片 {reading.file}：{quote}",
        heading=shown.words[:80],
        place=place or None,
        picture=PictureSource(shown.source, reading.sha256, one.box, round(one.confidence, 3), mark.id, confirmed),
    )


def _cues(mark: Mark, place: str | None, system: bool) -> set[str]:
    kind = "management_system" if system and place is not None else mark.kind
    cues = {f"mark_kind:{kind}"} if kind in FACT_KINDS else set()
    if mark.kind == "own":
        cues.add("own_mark")
    if place:
        cues.add(f"mark_on:{place}")
    elif place == "":
        cues.add("?mark_on")  # goods perhaps: for a person to see, no rule speaks
    return cues


def _quote(mark: Mark, printed: Sequence[str], beside: Sequence[str]) -> str:
    words = " ".join(printed)[:QUOTED]
    out = f"图中疑似有{mark.name_zh}"
    if words:
        out += f"，其中印有“{words}”"
    return out + (f"，旁边疑似有{'、'.join(beside)}" if beside else "")


def _lines_in(one: MarkSeen, reading: PictureReading) -> list[Line]:
    """Print whose middle lies in the mark's box."""
    x, y, w, h = one.box
    return [
        line
        for line in reading.lines
        if x <= line.box[0] + line.box[2] / 2 <= x + w and y <= line.box[1] + line.box[3] / 2 <= y + h
    ]


def _standard(printed: Sequence[str]) -> str | None:
    """A system standard as printed in the mark, its letters put right (IS0 is ISO)."""
    for text in printed:
        put_right = re.sub(r"(?i)\b[i1l]s[o0]", "ISO", unicodedata.normalize("NFKC", text))
        if found := re.search(_data()["standard"], put_right, re.IGNORECASE):
            return found[0]
    return None


def _schemes_of(mark: Mark, printed: Sequence[str], schemes: Schemes) -> tuple[Scheme, ...]:
    """Of a system mark: what its print names; of the others: the mark's own scheme."""
    if mark.kind not in ("management_system", "own"):
        return tuple(schemes.get(name) for name in mark.schemes[:1] if name in schemes)
    return schemes.by_standard(_standard(printed) or "")[:1]


def _page_names(page: Reading, mark: Mark) -> bool:
    """The page's own text: a statement of the page about what the mark stands for."""
    return any(set(claim.schemes) & set(mark.schemes) for claim in page.claims if claim.container != "picture")


def _own_words(shown: ShownPicture) -> str:
    if shown.source.startswith("data:"):
        return _folded(shown.own)
    return _folded(f"{shown.own} {unquote(urlsplit(shown.source).path.rsplit('/', 1)[-1], errors='replace')}")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


@cache
def _data() -> dict[str, Any]:
    return yaml.safe_load(Path(__file__).with_name("marked.yaml").read_text(encoding="utf-8"))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_data()[name])
