"""Personal names (审核员、人员认证) and identity numbers masked in exports, sign for sign: 张三丰 → 张＊＊.

Lengths stay, so offsets and quotes keep their places. Asked for by nobody, names are masked; `--names` prints them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

SIGN = "＊"
LATIN = re.compile(r"[A-Za-z]")
# 公民身份号码, GB 11643-1999: area, day of birth, serial number, check sign
IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])(\d{6})(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)
CODES = frozenset(
    {"id", "url", "sha256", "page", "uscc", "number", "selector", "rule", "conduct", "outcome", "claim", "captured_at", "scheme"}
)  # fmt: skip


def masked(result: dict[str, Any]) -> dict[str, Any]:
    """A copy of the result with names of persons and identity numbers masked; addresses, codes and numbers untouched."""
    pages = []
    for page in result["pages"]:
        names = tuple(sorted(_told(page) | _read(page), key=len, reverse=True))
        pages.append(_walk(page, names))
    return {**result, "pages": pages}


def mask(name: str) -> str:
    """张三 → 张＊, 欧阳明 → 欧阳＊; a name in Latin letters keeps its first letter."""
    keep = 2 if name[:2] in _data()["compound"] and len(name) > 2 else 1
    return name[:keep] + "".join(one if one in " ·•." else SIGN for one in name[keep:])


def names_in(text: str) -> set[str]:
    """Names that stand beside a word for a role: 审核员：张三 → {张三}."""
    return {hit.group("name") for hit in _named().finditer(text)}


def masked_text(text: str) -> str:
    """A free text (an answer, a reason) with the names beside a word for a role and identity numbers masked."""
    return str(_walk(text, tuple(sorted(names_in(text), key=len, reverse=True))))


def _told(page: dict[str, Any]) -> set[str]:
    """Names the data themselves call persons: claims about persons, rows of personnel certificates."""
    found: set[str] = set()
    for claim in page["claims"]:
        if claim["subject"] == "person" and claim.get("subject_text"):
            found.add(claim["subject_text"].strip())
        near = [one["row"] for one in (claim.get("match") or {}).get("near") or ()]
        for row in (claim.get("certificate"), *near):
            if row and row.get("holder") and _personnel(row.get("scheme")):
                found.add(row["holder"].strip())
    return {name for name in found if 2 <= len(name) <= 40 and not name.endswith(("公司", "厂", "中心", "院", "店"))}


@lru_cache(maxsize=512)
def _personnel(scheme: str | None) -> bool:
    from rules.schemes import load_schemes

    known = load_schemes().get(scheme) if scheme else None
    return known is not None and known.kind == "personnel"


def _read(page: dict[str, Any]) -> set[str]:
    texts = [str(claim.get(key) or "") for claim in page["claims"] for key in ("quote", "context", "heading")]
    texts += [finding["quote"] for finding in page["findings"]]
    return {name for text in texts for name in names_in(text)}


def _walk(node: Any, names: tuple[str, ...], key: str = "") -> Any:
    if isinstance(node, str):
        if key in CODES:
            return node
        for name in names:
            node = node.replace(name, mask(name))
        return IDENTITY.sub(lambda hit: hit.group(1) + SIGN * 12, node)
    if isinstance(node, dict):
        return {one: _walk(value, names, one) for one, value in node.items()}
    if isinstance(node, list):
        return [_walk(value, names, key) for value in node]
    return node


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return yaml.safe_load((resources.files("reports") / "personal.yaml").read_text("utf-8"))


@lru_cache(maxsize=1)
def _named() -> re.Pattern[str]:
    data = _data()
    close, roles = ("|".join(sorted(map(re.escape, data[key]), key=len, reverse=True)) for key in ("close", "before"))
    given = f"(?:(?![{re.escape(data['after'])}])[\\u4e00-\\u9fff])"
    surname = f"(?:{'|'.join(data['compound'])}|[{data['single']}])"
    lead = rf"(?:(?:{roles})(?:[:：\s]|为|是){{1,3}}|(?:{close})(?:[:：\s]|为|是){{0,3}})"
    return re.compile(rf"{lead}(?P<name>{surname}{given}{{1,2}})(?![\u4e00-\u9fff]{{0,6}}(?:公司|厂))")
