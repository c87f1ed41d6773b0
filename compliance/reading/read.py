"""Reads pages: the only entry that the rest of the house calls (阅读一页)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec

from compliance.reading.gate import glance_may_mention
from compliance.reading.genre import genre_of_glance
from compliance.reading.glance import Glance, glance_of
from compliance.reading.owner import owner_of, owner_of_glance
from compliance.records import Block, Claim, Coverage, Genre, Owner, Page, PageContext, Reading

_CJK = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_SHORT = 3  # blocks of plain text that are a piece of text and not a whole page
_SAMPLE = 4_000


def read_page(page: Page, gate: bool = True, bid: bool = False) -> Reading:
    """Everything `page` says of certification, what kind of page it is, whose, and what of it was not read.

    A page that cannot mention certification (see `gate`) is only glanced at: genre, owner and coverage come from that glance and
    its blocks are counted as lines of text. `gate=False` reads its blocks for claims all the same; the result is identical. `bid`: the
    caller knows that it's a company's own bid, so words of tendering don't make it the buyer's document.
    """
    return read_pages((page,), gate, bid)[0]


def read_pages(pages: Sequence[Page], gate: bool = True, bid: bool = False) -> list[Reading]:
    """The same of several pages, one stage after the other: what a stage needs is then at hand in the processor's cache, which for pages without
    claims saves a quarter of the time."""
    glances = list(map(glance_of, pages))
    mentioning = list(map(glance_may_mention, glances))
    genres = [
        genre_of_glance(page, glance, brief=not mentions)
        for page, glance, mentions in zip(pages, glances, mentioning, strict=True)
    ]
    owners = [
        None if mentions else owner_of_glance(page, glance)
        for page, glance, mentions in zip(pages, glances, mentioning, strict=True)
    ]
    return [
        _reading(page, glance, genre, reason, owner, gate, bid)
        for page, glance, (genre, reason), owner in zip(pages, glances, genres, owners, strict=True)
    ]


def _reading(
    page: Page, glance: Glance, genre: Genre, reason: str | None, owner: Owner | None, gate: bool, bid: bool
) -> Reading:
    """`owner`: of a page that cannot mention certification."""
    if bid and genre != "blocked":
        genre = "company"
    language = language_of(glance.ends(_SAMPLE))
    if owner is not None:
        claims = () if gate else _claims(page, genre, glance, language)[0]
        return Reading(genre, claims, _light_coverage(page, glance, reason), owner, language)
    claims, coverage, owner = _claims(page, genre, glance, language)
    coverage = replace(coverage, blocked=genre == "blocked", blocked_reason=reason)
    return Reading(genre, claims, coverage, owner, language)


def language_of(text: str) -> str:
    """`zh` or `en`, by what most words of the text are.

    >>> language_of("我们生产水泵 pump"), language_of("We make pumps")
    ('zh', 'en')
    """
    sample = text[:_SAMPLE]
    if len(sample) - len(sample.encode("ascii", "ignore")) > len(sample) * 0.4 and _CJK.search(sample):
        return "zh"
    chinese = len(_CJK.findall(sample))
    return "zh" if chinese * 2 >= len(_LATIN.findall(sample)) and chinese else "en"


def _claims(page: Page, genre: Genre, glance: Glance, language: str) -> tuple[tuple[Claim, ...], Coverage, Owner]:
    from compliance.reading.blocks import blocks_of

    blocks, coverage = blocks_of(page)
    owner = owner_of(page, blocks)
    context = PageContext(genre, glance.title, language, owner.names, typed=page.typed or _is_piece(page, blocks))
    if find_spec("compliance.reading.claims") is None:
        return (), coverage, owner
    from compliance.reading.claims import claims_of

    return claims_of(blocks, context), coverage, owner


def _is_piece(page: Page, blocks: tuple[Block, ...]) -> bool:
    return page.html is None and len(blocks) <= _SHORT


def _light_coverage(page: Page, glance: Glance, reason: str | None) -> Coverage:
    unread = list(page.faults)
    if glance.pictures:
        unread.append(f"图片{glance.pictures}张，其中的文字未识别")
    if glance.frames:
        unread.append(f"内嵌框架或对象{glance.frames}个，内容未读取")
    return Coverage(glance.count, glance.pictures, 0, reason is not None, reason, tuple(unread))
