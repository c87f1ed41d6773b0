"""Who and what an invented certificate speaks of: firm, body, number, standard, days. Drawn from a seed; nothing here exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from compliance.reading.uscc import make_uscc

WORDS = Path(__file__).with_name("words.yaml")
LAST = date(2026, 9, 30)


@dataclass(frozen=True, slots=True)
class Invented:
    """What one certificate says. `first_day`: of the first certification, a distractor; `letters`: the body's short name."""

    number: str
    holder: str
    holder_en: str
    uscc: str
    standard: str
    standard_en: str
    system: str
    system_en: str
    scope: str
    scope_en: str
    product: str
    product_standard: str
    product_number: str
    body: str
    body_en: str
    letters: str
    web: str
    foreign_body: str
    foreign_letters: str
    foreign_web: str
    foreign_number: str
    issued: date
    expires: date
    first_day: date
    changed_day: date
    address: str
    address_en: str
    manager: str


@cache
def _words() -> dict[str, Any]:
    return yaml.safe_load(WORDS.read_text(encoding="utf-8"))


def invented(seed: int) -> Invented:
    """One certificate's facts; the same seed gives the same."""
    random, words = Random(seed * 7919 + 17), _words()
    pick = random.choice
    trade, scope, scope_en = pick(words["trades"])
    standard, standard_en, letter, system, system_en, first, last = pick(words["standards"])
    body, body_en, letters, web = pick(words["bodies"])
    foreign, foreign_letters, foreign_web = pick(words["foreign_bodies"])
    product, product_standard = pick(words["products"])
    begin = date(first, 1, 15)
    issued = begin + timedelta(days=random.randrange((min(LAST, date(last, 12, 31)) - begin).days))
    expires = _years_on(issued, 3) - timedelta(days=1)
    cycle = random.randrange(4)
    place, form = pick(words["places"]), pick(words["forms"])
    if trade.endswith("科技"):
        form = form.removeprefix("科技")
    serial = random.randrange(1, 99999)
    return Invented(
        number=f"000{issued:%y}{letter}{serial:05}R{cycle}{pick('LMS')}",
        holder=f"{place}{pick(words['brands'])}{trade}{form}",
        holder_en=f"{pick(words['english_first'])} {pick(words['english_second'])} {pick(words['english_forms'])}",
        uscc=make_uscc(random.randrange(1, 31**5)),
        standard=standard,
        standard_en=standard_en,
        system=system,
        system_en=system_en,
        scope=scope,
        scope_en=scope_en,
        product=product,
        product_standard=product_standard,
        product_number=f"{issued:%Y}0000{random.randrange(1, 999999):08}",
        body=body,
        body_en=body_en,
        letters=letters,
        web=web,
        foreign_body=foreign,
        foreign_letters=foreign_letters,
        foreign_web=foreign_web,
        foreign_number=pick(
            (
                f"{foreign_letters}-QMS-{issued:%y}-{serial % 1000:03}",
                f"CN{issued:%y}/{serial:06}",
                f"FM {serial + 100000}",
            )
        ),
        issued=issued,
        expires=expires,
        first_day=_years_on(issued, -3 * cycle) if cycle else issued,
        changed_day=issued + timedelta(days=random.randrange(200, 700)),
        address=f"{place}市样例区{pick(words['streets'])}{random.randrange(1, 200)}号",
        address_en=f"No. {random.randrange(1, 200)} Sample Road, Example District",
        manager=pick(words["managers"]),
    )


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def chinese_day(day: date, padded: bool = True) -> str:
    """2025年03月09日, or 2025年3月9日."""
    return f"{day:%Y年%m月%d日}" if padded else f"{day.year}年{day.month}月{day.day}日"


def numeral_day(day: date) -> str:
    """二〇二五年三月九日."""
    signs = "〇一二三四五六七八九"

    def small(n: int) -> str:
        tens, ones = divmod(n, 10)
        return ("" if tens == 0 else "十" if tens == 1 else signs[tens] + "十") + (signs[ones] if ones else "")

    return "".join(signs[int(c)] for c in str(day.year)) + f"年{small(day.month)}月{small(day.day)}日"
