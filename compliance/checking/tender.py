"""投标文件: which certificates a bid names, and what the register shows of each on the day of opening (开标日).

With `--medium tender` and the bidder's name the document is the company's own bid: what it says is said by the company, whatever words
of tendering stand around it. The provisions of tendering law come with each finding, because its medium is `tender`.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from compliance.reading.dates import dates_in
from compliance.reading.glance import glance_of
from compliance.records import JudgedClaim, Page, PageResult, SchemeDetail
from compliance.register.states import state_on

Json = dict[str, Any]
HOLDS = ("held", "held_past")
# 开标时间：2026年11月20日9时30分; where only the end of receiving bids is named, bids are opened then (招标投标法第三十四条)
_OPENING = re.compile(
    "开标(?:时间|日期|日)|投标截止(?:时间|日期|日)|(?:递交|提交)投标文件(?:的)?截止(?:时间|日期)|截标(?:时间|日期)"
)
_HOUR = re.compile(r"(?<=[日号])(?=\d)")  # 2026年11月20日9时30分: the day and the hour are written together
_NEAR = 40  # signs between the word and its day


def opening_day(page: Page) -> date | None:
    """The day the document itself names as that of opening; None when it names none or several different ones."""
    text = glance_of(page).text
    found = set()
    for hit in _OPENING.finditer(text):
        dates = [one for one in dates_in(_HOUR.sub(" ", text[hit.end() : hit.end() + _NEAR])) if one.precision == "day"]
        if dates:
            found.add(dates[0].date)
    return found.pop() if len(found) == 1 else None


def tender_json(result: PageResult) -> Json:
    """`{"opening": {"day", "source": option|page|assumed}, "certificates": [{"claim", "quote", "scheme", "number", "says_expires", "register":
    row or null, "method", "state_on_day", "dated", "verdict", "findings"}]}`: one entry for each certificate the bid names.

    `state_on_day` None: the register has no row, or doesn't tell for that day. Not found is never by itself a fault.
    """
    entries: dict[tuple[str, str], Json] = {}
    for judged in result.claims:
        if judged.claim.state in HOLDS and judged.verdict != "not_a_claim":
            for detail in judged.claim.details or (SchemeDetail(scheme=""),):
                key = (detail.scheme, detail.number or "")
                entries.setdefault(key, _entry(judged, detail, result))
    numbered = {scheme for scheme, number in entries if number}
    return {
        "opening": {"day": result.on.isoformat(), "source": result.on_source},
        "certificates": [one for (scheme, number), one in entries.items() if number or scheme not in numbered],
    }


def _entry(judged: JudgedClaim, detail: SchemeDetail, result: PageResult) -> Json:
    row = judged.match.row if judged.match else None
    if row is not None and detail.scheme and row.scheme and row.scheme != detail.scheme:
        row = None  # the match shown is that of another scheme of the same sentence
    state, dated = state_on(row, result.on) if row else (None, False)
    return {
        "claim": judged.claim.id,
        "quote": judged.claim.quote,
        "scheme": detail.scheme or None,
        "number": detail.number,
        "says_expires": detail.expires.isoformat() if detail.expires else None,
        "register": row.to_json() if row else None,
        "method": judged.match.method if judged.match and row else None,
        "state_on_day": state,
        "dated": dated,
        "verdict": judged.verdict,
        "findings": [f.id for f in result.findings if any(o.claim == judged.claim.id for o in f.occurrences)],
    }


STATES_ZH = {"valid": "有效", "suspended": "暂停", "revoked": "撤销", "cancelled": "注销", "expired": "过期失效"}
DAY_FROM = {"option": "由选项给出", "page": "文件中写明", "assumed": "未写明，按今天"}


def tender_lines(result: PageResult) -> list[str]:
    """For the terminal: the day of opening and a line for each certificate."""
    told = tender_json(result)
    company = result.company.name if result.company else "—"
    lines = [
        f"投标文件所列证书（投标人 {company}，开标日 {told['opening']['day']}，{DAY_FROM[told['opening']['source']]}）"
    ]
    for nth, one in enumerate(told["certificates"], 1):
        lines.append(
            f"  {nth}. {one['scheme'] or '—'}  {one['number'] or '未写编号'}  “{' '.join(one['quote'].split())}”"
        )
        row = one["register"]
        if row is None:
            lines.append("     登记数据中未查到（未查到不等于没有证书）")
            continue
        state = STATES_ZH.get(one["state_on_day"] or "", "登记未显示")
        ends = f"，有效期至 {row['expires']}" if row["expires"] else ""
        said = (
            f"；文件写有效期至 {one['says_expires']}"
            if one["says_expires"] and one["says_expires"] != row["expires"]
            else ""
        )
        lines.append(
            f"     登记：{row['number']}，持有人 {row['holder']}，开标日状态 {state}{ends}，快照 {row['snapshot']}{said}"
        )
        if one["number"] and one["number"] != row["number"]:
            lines.append("     文件所写编号与登记的编号不同，按名称找到的是另一张证书")
        if row["scope"]:
            lines.append(f"     登记范围：{row['scope']}")
    if not told["certificates"]:
        lines.append("  没有读到投标人称持有的证书")
    return [*lines, ""]
