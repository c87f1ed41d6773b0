"""Invented organisations with believable names: homonyms, near-twins, groups, branches, former names; codes with right check digits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from compliance.register.words import words

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {c: i for i, c in enumerate(_SIGNS)}
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_HEAD = sum(_VALUE[c] * w for c, w in zip("91000000", _WEIGHTS, strict=False))
ABROAD = "国外"


@dataclass(slots=True)
class Invented:
    """An organisation. `trade`: (word in the name, scope of a system certificate, product)."""

    name: str
    code: str
    former: str
    trade: tuple[str, str, str]
    place: str


def code_of_number(number: int) -> str:
    """A unified code of area 000000 for organisation `number`, both check digits right (GB 32100, GB 11714).

    >>> code_of_number(1)
    '91000000MB0000019M'
    """
    digits = []
    rest = number
    for _ in range(6):
        rest, digit = divmod(rest, 10)
        digits.append(chr(48 + digit))
    body = "MB" + "".join(reversed(digits)) if not rest else f"{rest % 100:02}" + "".join(reversed(digits))
    total = sum(int(c, 36) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    check = 11 - total % 11
    inner = body + "0123456789X0"[check if check < 11 else 11]
    total = _HEAD + sum(_VALUE[c] * w for c, w in zip(inner, _WEIGHTS[8:], strict=True))
    return "91000000" + inner + _SIGNS[(31 - total % 31) % 31]


def organisations(area: str, first: int, last: int, random: Random) -> Iterator[Invented]:
    """The organisations numbered `first` … `last` - 1, all of one area."""
    data = words("sample")
    brands, trades, forms = data["brand"], [tuple(t) for t in data["trades"]], data["forms"]
    places = _places(area, data)
    taken: set[int] = set()  # an office registers a name once; homonyms are made on purpose below
    before: Invented | None = None
    parts: tuple[str, str, tuple[str, str, str], str] | None = None
    for number in range(first, last):
        code = "" if area == ABROAD else code_of_number(number + 1)
        if area == ABROAD:
            yield _foreign(number, data, random, trades)
            continue
        kind = random.random()
        if before is not None and parts is not None and kind < 0.012:
            invented = _related(kind, before, parts, code, brands, places, random)
        else:
            place, brand, trade = _fresh(places, brands, trades, taken, random)
            form = random.choice(forms)
            parts = (place, brand, trade, form)
            invented = Invented(_written(place, brand, trade[0], form, random), code, "", trade, place)
            if random.random() < 0.02:
                invented.former = place + brand[::-1] + trade[0] + form if brand[::-1] != brand else ""
        before = invented
        yield invented


def _fresh(
    places: list[str], brands: str, trades: list[Any], taken: set[int], random: Random
) -> tuple[str, str, tuple[str, str, str]]:
    """A place, brand and trade that no firm of the area has yet."""
    while True:
        at = random.randrange(len(places) * len(trades))
        brand = random.choice(brands) + random.choice(brands)
        if random.random() < 0.5:
            brand += random.choice(brands)
        mark = hash_of_parts(at, brand)
        if mark not in taken:
            taken.add(mark)
            return places[at % len(places)], brand, trades[at // len(places)]


def hash_of_parts(at: int, brand: str) -> int:
    """One number for a place, trade and brand, the same in every process."""
    number = at
    for sign in brand:
        number = number << 16 | ord(sign)
    return number


def _places(area: str, data: dict[str, Any]) -> list[str]:
    """Five invented cities for an area, its own, the same for every seed."""
    firsts, seconds = data["place_first"], data["place_second"]
    areas = [a["zh"] for a in words("distribution")["areas"]]
    at = areas.index(area) * 5
    return [
        firsts[n % len(firsts)] + seconds[(n % len(firsts) + n // len(firsts)) % len(seconds)]
        for n in range(at, at + 5)
    ]


def _written(place: str, brand: str, trade: str, form: str, random: Random) -> str:
    way = random.random()
    if way < 0.55:
        return place + brand + trade + form
    if way < 0.75:
        return place + "市" + brand + trade + form
    if way < 0.87:
        return f"{brand}（{place}）{trade}{form}"
    if way < 0.93:
        return f"{brand}{trade}（{place}）{form}"
    if way < 0.96:
        return f"{place}{brand}（集团）{form}"
    return f"{place}{brand}{trade}集团{form}"


def _related(kind: float, before: Invented, parts: tuple[str, str, tuple[str, str, str], str], code: str, brands: str, places: list[str], random: Random) -> Invented:  # fmt: skip
    """A firm whose name is close to the one before, and which is another firm."""
    place, brand, trade, form = parts
    if kind < 0.001:  # 同名
        return Invented(before.name, code, "", trade, place)
    if kind < 0.005:  # one sign of the brand
        other = random.choice([b for b in (random.choice(brands), random.choice(brands), "晧") if b not in brand])
        return Invented(place + brand[:-1] + other + trade[0] + form, code, "", trade, place)
    if kind < 0.008:  # only the place
        return Invented(
            random.choice([p for p in places if p != place] or places) + brand + trade[0] + form, code, "", trade, place
        )
    if kind < 0.010:  # 分公司
        return Invented(
            f"{place}{brand}{trade[0]}{form}{random.choice([p for p in places if p != place] or places)}分公司",
            code,
            "",
            trade,
            place,
        )
    return Invented(f"{place}{brand}集团{form}", code, "", trade, place)  # 集团 beside its subsidiary


def _foreign(number: int, data: dict[str, Any], random: Random, trades: list[tuple[str, str, str]]) -> Invented:
    name = f"{random.choice(data['abroad_first'])} {random.choice(data['abroad_second'])} {number} {random.choice(data['abroad_forms'])}"
    return Invented(name, "", "", random.choice(trades), "")
