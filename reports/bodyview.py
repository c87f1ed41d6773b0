"""The certification body's door (认证机构): its clients only, by the state of the certificate that they advertise.

The tracking duty is the certificate-and-mark measures' (认证证书和认证标志管理办法): which certificates it issued are still
shown although suspended, withdrawn or past their last day, and which end soon.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from reports.building import company_key
from reports.finding import china_time, names_of
from reports.law import ProvisionShown, provision_shown
from reports.wording import load_wording

SOON = 90  # days before the last day of validity in which a certificate counts as ending soon: our choice, no statute's
DUTIES = ("cn-cert-mark-measures#body-certificate-duty", "cn-cert-mark-measures#body-mark-duty")
ORDER = ("revoked", "cancelled", "suspended", "expired", "ending", "valid", "unknown")


@dataclass(frozen=True, slots=True)
class Client:
    """获证组织: one certificate of the body that its holder's pages mention. `state`: one of ORDER, on `day`."""

    holder: str
    number: str
    standard: str
    state: str
    state_zh: str
    expires: str
    days_left: int | None
    quote: str
    url: str | None
    page_company: str | None  # whose page it is, when that isn't the holder: then the holder may know nothing of it
    captured_at: str | None
    mentions: int


@dataclass(frozen=True, slots=True)
class BodyReport:
    """跟踪报告 for one body. `duties` are the provisions in force on `day`; `others` counts pages that concern no client."""

    code: str
    name: str
    day: str
    register: str
    clients: tuple[Client, ...]
    duties: tuple[ProvisionShown, ...]

    def of(self, *states: str) -> tuple[Client, ...]:
        """Clients in these states, in order."""
        return tuple(one for one in self.clients if one.state in states)


def body_report_of(result: dict[str, Any], code: str) -> BodyReport:
    """What the body with this approval number (批准号) must look at. Only statements of present certification count; rows of
    other bodies never appear. Raises LookupError when no page mentions a certificate of this body."""
    found: dict[str, list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]] = {}
    for page in result["pages"]:
        for claim in page["claims"]:
            row = claim.get("certificate")
            if row and row.get("body_code") == code and claim["state"] == "held":
                found.setdefault(row["number"], []).append((page, claim, row))
    if not found:
        raise LookupError(f"no page shows a certificate of the body {code}; check the code as the register writes it")
    day = date.fromisoformat(result["as_of"])
    clients = sorted(
        (_client(told, day) for told in found.values()),
        key=lambda one: (ORDER.index(one.state), one.expires, one.holder),
    )
    words, register = load_wording(), result["register"]
    return BodyReport(
        code=code,
        name=next((row["body"] for told in found.values() for _, _, row in told if row.get("body")), ""),
        day=day.isoformat(),
        register=words.text(
            "header.register_text",
            source=register["source"],
            snapshot=register["snapshot"] or words.text("header.snapshot_unknown"),
            rows=f"{register['rows']:,}",
        )
        if register
        else words.text("header.register_none"),
        clients=tuple(clients),
        duties=tuple(_duties(day)),
    )


def _client(told: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]], day: date) -> Client:
    words = load_wording()
    page, claim, row = min(
        told, key=lambda one: _other(one[0], one[2]) is not None
    )  # the holder's own page speaks first
    expires = date.fromisoformat(row["expires"]) if row.get("expires") else None
    left = (expires - day).days if expires else None
    state = _state(row, left, day)
    return Client(
        holder=row["holder"],
        number=row["number"],
        standard=row.get("standard") or "",
        state=state,
        state_zh=words.label("body.states", state),
        expires=row.get("expires") or "",
        days_left=left,
        quote=claim["quote"],
        url=page.get("url"),
        page_company=_other(page, row),
        captured_at=china_time(page.get("captured_at")),
        mentions=len({(company_key(one), names_of(one)[:1], this["id"]) for one, this, _ in told}),
    )


def _other(page: dict[str, Any], row: dict[str, Any]) -> str | None:
    company = page.get("company") or {}
    same = company.get("name") == row["holder"] or (company.get("uscc") and company["uscc"] == row.get("uscc"))
    return None if same else company.get("name")


def _state(row: dict[str, Any], left: int | None, day: date) -> str:
    status, since = row.get("status"), row.get("status_from")
    begun = not since or date.fromisoformat(since) <= day
    if status in ("revoked", "cancelled", "suspended") and begun:
        return str(status)
    if left is not None and left < 0:
        return "expired"
    if left is not None and left <= SOON:
        return "ending"
    return "valid" if status == "valid" or not begun else "unknown"


def _duties(day: date) -> list[ProvisionShown]:
    from rules.law import load_statutes

    statutes = load_statutes()
    found = [statutes.provision(key, day) for key in DUTIES]
    return [provision_shown(one.to_json(), at == 0) for at, one in enumerate(found) if one is not None]
