"""Provisions and penalties in words (条文与罚则): the contract's PROVISION and PENALTY objects → printable text.

Amounts follow what the provision says: a fixed sum (固定金额) is never written as an upper limit, an upper limit never as a sum.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from reports.wording import load_wording

DIGITS = "零一二三四五六七八九"
NO_TITLES: Mapping[str, str] = MappingProxyType({})
ORDERS = ("责令改正", "责令限期改正")  # what `order_to_correct` already says
CHINESE_ITEM_MARKS = str.maketrans("", "", "（）()")


@dataclass(frozen=True, slots=True)
class ProvisionShown:
    """条文: full title, document number, version, article, gist (our words, not the text), confidence."""

    title: str
    law: str
    doc_no: str
    version: str
    article: str  # 第二十五条第一款
    article_plain: str  # 第25条第1款, "" when it adds nothing
    gist: str
    confidence: str
    confidence_zh: str
    when: str | None
    leading: bool


@dataclass(frozen=True, slots=True)
class PenaltyShown:
    """罚则参考: the provision and, line by line, what it provides. `condition` is set when a fine follows only 逾期不改正."""

    provision: ProvisionShown
    measures: tuple[str, ...]
    condition: str | None


def provision_shown(data: dict[str, Any], leading: bool) -> ProvisionShown:
    """One PROVISION in words."""
    words = load_wording()
    confidence = data["confidence"]
    return ProvisionShown(
        title=f"《{str(data['title_zh']).strip('《》')}》",
        law=data["law"],
        doc_no=data["doc_no"] or words.text("law.no_doc_no"),
        version=words.text("law.version", version=data["version"]),
        article=article_text(data["article"], data["paragraph"], data.get("item"), chinese_number),
        article_plain=article_text(data["article"], data["paragraph"], data.get("item"), str)
        if data["article"]
        else "",
        gist=data["gist"],
        confidence=confidence,
        confidence_zh=words.label("confidence", confidence) + _attested(data),
        when=words.text("law.alternative_when", when=data["when"]) if data.get("when") else None,
        leading=leading,
    )


def _attested(data: dict[str, Any]) -> str:
    """Who compared our words with the official text, and when; nothing where nobody did."""
    record = data.get("attested")
    return load_wording().text("law.attested", by=record["by"], on=record["on"]) if record else ""


def charges_shown(
    breaches: list[dict[str, Any]], penalties: list[dict[str, Any]]
) -> tuple[tuple[ProvisionShown, ...], tuple[PenaltyShown, ...]]:
    """Breaches and penalties of one finding in words; a referring provision (转致) names the one it refers to."""
    titles = {
        f"{one['law']}#{one['key']}": f"{shown.title}{shown.article}"
        for one in (*breaches, *penalties)
        if one.get("key") and (shown := provision_shown(one, False))
    }
    return (
        tuple(provision_shown(one, at == 0) for at, one in enumerate(breaches)),
        tuple(penalty_shown(one, at == 0, titles) for at, one in enumerate(penalties)),
    )


def penalty_shown(data: dict[str, Any], leading: bool, titles: Mapping[str, str] = NO_TITLES) -> PenaltyShown:
    """One PENALTY in words. `titles`: what `refers_to` keys ("law#key") are called."""
    words = load_wording()
    only_if = bool(data["only_if_not_corrected"])
    return PenaltyShown(
        provision=provision_shown(data, leading),
        measures=tuple(_measures(data, only_if, titles)),
        condition=words.text("law.only_if_not_corrected") if only_if else None,
    )


def _measures(data: dict[str, Any], only_if_not_corrected: bool, titles: Mapping[str, str]) -> list[str]:
    words = load_wording()
    lines: list[str] = []
    if data["order_to_correct"]:
        lines.append(words.text("law.order_with_deadline" if only_if_not_corrected else "law.order_to_correct"))
    if data.get("warning"):
        lines.append(words.text("law.warning"))
    refers = data.get("refers_to")
    if refers:
        to = "、".join(titles.get(one, one) for one in ([refers] if isinstance(refers, str) else refers))
        lines.append(words.text("law.refers", to=to))
    if data["fine"]:
        lines.append(words.text("law.fine", fine=fine_text(data["fine"])))
    elif not refers and not data.get("fine_cases"):
        lines.append(words.text("law.no_fine"))
    for case in data.get("fine_cases") or ():
        when = case.get("when") or words.text("law.case_without_condition")
        lines.append(words.text("law.case", when=when, fine=fine_text(case)))
    if data.get("persons"):
        persons = data["persons"]
        told = fine_text(persons) if isinstance(persons, dict) else str(persons)
        lines.append(words.text("law.persons", fine=told))
    if data["confiscation"]:
        what = data.get("confiscation_of")
        lines.append(words.text("law.confiscation", what=what) if what else words.text("law.confiscation_unsaid"))
    revocation = data["licence_revocation"]
    if revocation == "if_serious":
        lines.append(words.text("law.revocation_if_serious"))
    elif revocation in ("yes", True):
        lines.append(words.text("law.revocation"))
    if data.get("other") and not (data["order_to_correct"] and data["other"].strip("。") in ORDERS):
        lines.append(words.text("law.other", text=data["other"]))
    if data.get("computed"):
        lines.append(words.text("law.computed", fine=fine_text({"basis": "yuan", **data["computed"]})))
    if data.get("missing"):
        figures = "、".join(words.label("law.figures", figure) for figure in data["missing"])
        lines.append(words.text("law.figures_missing", figures=figures))
    return lines


def fine_text(fine: dict[str, Any]) -> str:
    """罚款 in words: `{"basis": "yuan", "max": 20000}` → 2万元以下（只有上限）."""
    words = load_wording()
    parts: list[str] = []
    if fine.get("fixed") is not None:
        parts.append(words.text("law.fixed", amount=money(fine["fixed"])))
    elif fine.get("min") is not None or fine.get("max") is not None:
        parts.append(_between("law", fine.get("min"), fine.get("max"), money, ""))
    low, high = fine.get("multiple_min"), fine.get("multiple_max")
    if low is not None or high is not None:
        basis = words.label("law.bases", fine.get("basis", "yuan"))
        parts.append(_between("law.multiple", low, high, multiple, basis))
    return "；".join(parts) if parts else words.text("law.fine_unsaid")


def _between(group: str, low: float | None, high: float | None, shown: Any, basis: str) -> str:
    words = load_wording()
    joint = "_" if group.endswith("multiple") else "."
    if low is not None and low == high:
        key = "law.fixed_multiple" if basis else "law.fixed"
        return words.text(key, basis=basis, multiple=shown(low), amount=shown(low))
    if low and high is not None:
        return words.text(f"{group}{joint}range", basis=basis, low=shown(low), high=shown(high))
    if high is not None:
        return words.text(f"{group}{joint}up_to", basis=basis, high=shown(high))
    return words.text(f"{group}{joint}at_least", basis=basis, low=shown(low))


def money(yuan: float) -> str:
    """30000 → 3万元; 12345 → 12,345元; 200000000 → 2亿元."""
    words = load_wording()
    for unit, key in ((100_000_000, "law.hundred_million_yuan"), (10_000, "law.ten_thousand_yuan")):
        if yuan >= unit and (yuan / unit * 100).is_integer():
            return words.text(key, n=f"{yuan / unit:g}")
    return words.text("law.yuan", n=f"{yuan:,.2f}".rstrip("0").rstrip("."))


def multiple(times: float) -> str:
    """3 → 3倍; 0.05 → 5%; 0.005 → 5‰."""
    if times >= 1 or times == 0:
        return load_wording().text("law.times", n=f"{times:g}")
    if (round(times * 100, 9)).is_integer():
        return f"{round(times * 100):g}%"
    return f"{round(times * 1000, 6):g}‰"


def article_text(article: Any, paragraph: Any, item: Any, shown: Any) -> str:
    """第二十五条第一款第（三）项, with `shown` turning numbers into words; says so when the article's number is unknown."""
    words = load_wording()
    if article is None:
        return words.text("law.no_article")
    text = words.text("law.article", number=_numbered(article, shown))
    if paragraph is not None:
        text += words.text("law.paragraph", number=_numbered(paragraph, shown))
    if item is not None:
        told = [one.strip() for one in re.split("[,，、;；]", str(item).translate(CHINESE_ITEM_MARKS))]
        text += words.text("law.item", number="）（".join(_numbered(one, shown) for one in told if one))
    return text


def _numbered(value: Any, shown: Any) -> str:
    text = str(value)
    return shown(int(text)) if text.isascii() and text.isdigit() and len(text) < 4 else text


def chinese_number(number: int) -> str:
    """0–999 in Chinese numerals: 25 → 二十五, 10 → 十, 105 → 一百零五."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    out = DIGITS[hundreds] + "百" if hundreds else ""
    if tens:
        out += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        out += "零"
    return out + (DIGITS[ones] if ones or not number else "")
