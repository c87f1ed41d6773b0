"""The facts a finding rests on (事实), without position, wording, rule version or day of the look: what a dismissal holds on to.

Each place of a finding gives one set of facts: what the page claims and what the register shows for it. A dismissal remembers the sets
it was made over; the finding comes back when a place shows a set that is new.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Json = dict[str, Any]
OF_CLAIM = ("schemes", "state", "subject", "number", "edition", "body", "issued", "expires", "scope", "holder_text")
OF_REGISTER = (
    "number",
    "holder",
    "uscc",
    "scheme",
    "standard",
    "scope",
    "body",
    "issued",
    "expires",
    "status",
    "status_from",
)
NAMES_ZH = {
    "claim.schemes": "页面所称认证", "claim.state": "页面的说法", "claim.subject": "页面所称对象", "claim.number": "页面证书编号",
    "claim.edition": "页面标准版本", "claim.body": "页面所称机构", "claim.issued": "页面发证日", "claim.expires": "页面到期日",
    "claim.scope": "页面所称范围", "claim.holder_text": "页面所称持证人", "register.number": "登记证书编号", "register.holder": "登记持证人",
    "register.uscc": "登记信用代码", "register.scheme": "登记认证项目", "register.standard": "登记标准", "register.scope": "登记范围",
    "register.body": "登记机构", "register.issued": "登记发证日", "register.expires": "登记到期日", "register.status": "登记状态",
    "register.status_from": "登记状态起始日", "register.on_day": "当日状态", "register": "登记记录",
}  # fmt: skip


def facts_of(page: Mapping[str, Any], finding: Mapping[str, Any]) -> Json:
    """The facts of a finding on one page (contract objects): `{"claim": {…}, "register": {…} or null}`, days as in the contract."""
    claim = next((c for c in page["claims"] if c["id"] == finding["claim"]), None)
    if claim is None:  # a finding about the page itself
        return {"claim": {}, "register": None}
    said = {name: claim.get(name) for name in OF_CLAIM}
    row = claim.get("certificate")
    if row is None:
        return {"claim": said, "register": None}
    shown = {name: row.get(name) for name in OF_REGISTER}
    on_day = row.get("status")
    if on_day == "valid" and row.get("expires") and page.get("as_of") and row["expires"] < page["as_of"]:
        on_day = "expired"  # the row stays as it is while the day passes its end
    return {"claim": said, "register": shown | {"on_day": on_day}}


def mark_of(facts: Mapping[str, Any]) -> str:
    """Equal for equal facts."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def same_facts(before: Iterable[Json], now: Iterable[Json]) -> bool:
    """Whether every set of facts shown now was there before. A place that is gone changes nothing."""
    return {mark_of(one) for one in now} <= {mark_of(one) for one in before}


def changes_between(before: Sequence[Json], now: Sequence[Json]) -> list[str]:
    """What is new, in Chinese: `登记状态：valid → suspended`. Each new set is compared with the one before that is closest to it."""
    known = {mark_of(one) for one in before}
    told: list[str] = []
    for new in (one for one in now if mark_of(one) not in known):
        flat = _flat(new)
        old = min((_flat(one) for one in before), key=lambda one: _distance(one, flat), default={})
        for name in sorted(flat.keys() | old.keys(), key=lambda n: (not n.startswith("register"), n)):
            if flat.get(name) != old.get(name):
                told.append(f"{NAMES_ZH.get(name, name)}：{_said(old.get(name))} → {_said(flat.get(name))}")
    return list(dict.fromkeys(told))


def _flat(facts: Json) -> Json:
    out = {f"claim.{name}": value for name, value in (facts.get("claim") or {}).items()}
    if facts.get("register") is None:
        return out | {"register": "未查到"}
    return out | {"register": "有"} | {f"register.{name}": value for name, value in facts["register"].items()}


def _distance(one: Json, other: Json) -> int:
    return sum(one.get(name) != other.get(name) for name in one.keys() | other.keys())


def _said(value: Any) -> str:
    if value in (None, "", []):
        return "无"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
