"""Reads one page: the only entry that the rest of the house calls (阅读一页)."""

from __future__ import annotations

import re
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
    glance = glance_of(page)
    mentions = glance_may_mention(glance)
    genre, reason = genre_of_glance(page, glance, brief=not mentions)
    if bid and genre != "blocked":
        genre = "company"
    language = language_of(glance.text)
    if not mentions:
        claims = () if gate else _claims(page, genre, glance, language)[0]
        return Reading(genre, claims, _light_coverage(page, glance, reason), owner_of_glance(page, glance), language)
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
