"""The area a register cell names (所属省份) → the full name of the province; 国外 for a foreign holder."""

from __future__ import annotations

from functools import cache
from typing import Any

from compliance.register.cells import plain_text
from compliance.register.words import words

ABROAD = "国外"
_HOME = {"中国", "中华人民共和国", "中国大陆", "china", "cn", "chn", "境内", "国内", "156"}


def province_of(area: Any, country: Any = "") -> str | None:
    """The province in full, the cell as it stands when it names none, None when blank.

    >>> province_of("江苏苏州市"), province_of("内蒙古"), province_of("", "德国")
    ('江苏省', '内蒙古自治区', '国外')
    """
    said, land = plain_text(area), plain_text(country)
    for short, full in _provinces():
        if said.startswith(short):
            return full
    if land and land.lower() not in _HOME:
        return next((full for short, full in _provinces() if short in land), ABROAD)
    if said in {"境外", "国外", "海外"}:
        return ABROAD
    return said or None


@cache
def _provinces() -> tuple[tuple[str, str], ...]:
    return tuple((short, full) for full, short in words("names")["provinces"].items())
