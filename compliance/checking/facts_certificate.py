"""Facts about the certificate as the register shows it on the day of the conduct."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from compliance.checking.differences import difference_of
from compliance.checking.facts_lists import list_facts
from compliance.checking.lookup import other_in_force, scheme_of, successors
from compliance.checking.scope import models_cover, scope_covers
from compliance.register.states import state_on
from rules.facts import Known, Unknown

if TYPE_CHECKING:
    from compliance.checking.facts import Case

Value = Known | Unknown

# How long a body may lag before the register's word counts: a renewal may still be under way for 90 days after expiry,
# a notice of revocation takes effect on the firm's pages within 15 (docs/decisions/0004-lag.md).
LAG = {"expired": timedelta(days=90), "revoked": timedelta(days=15), "cancelled": timedelta(days=15)}
NAMES = (
    "exists", "matched_by", "kind", "state_on_day", "state_dated", "issued", "expires", "ended_long_ago",
    "other_row_in_force", "replaced", "holder_is_company", "holder_related", "details_differ", "differs_in_favour",
    "scope_covers", "models_cover", "holder_verified",
)  # fmt: skip
KINDS = ("product", "system", "service")


def certificate_facts(case: Case) -> dict[str, Value]:
    """`certificate.*` and `register.*`, and what the other lists say: `body.*`, `gi.*`, `product.*`."""
    lists = list_facts(case)
    found = case.lookup
    if found.rows is None:
        missing = Unknown("no_register")
        return (
            {f"certificate.{name}": missing for name in NAMES}
            | {f"register.shows_{kind}_certificate": missing for kind in KINDS}
            | {"register.complete_for_scheme": missing, "register.other_kind_covers": missing}
            | {"claim.said_while_valid": missing}
            | _differences(case)
            | lists
        )
    facts: dict[str, Value] = {
        "register.complete_for_scheme": Known(found.complete, "register"),
        "register.other_kind_covers": Unknown("ambiguous_reading"),
        "claim.said_while_valid": _said_while_valid(case),
    }
    facts |= {f"register.shows_{kind}_certificate": _shows(case, kind) for kind in KINDS}
    return facts | (_of_row(case) if found.row is not None else _of_nothing(case)) | lists


def _differences(case: Case) -> dict[str, Value]:
    """Without a row there is nothing to differ from."""
    reason = Unknown("no_register" if case.lookup.rows is None else "not_in_register")
    return {"certificate.details_differ": reason, "certificate.differs_in_favour": reason}


def _of_nothing(case: Case) -> dict[str, Value]:
    """No row: false only inside what the register was declared complete for, and only when there was a name to look for."""
    nameless = case.company is None and case.claim.holder_text is None and case.detail.number is None
    facts: dict[str, Value] = {f"certificate.{name}": Unknown("not_in_register") for name in NAMES}
    ids = successors(case.detail.scheme, case.schemes)
    if other_in_force(case.lookup.holder_rows, None, ids, case.on):
        # 后续版次的证书: the firm holds what took the old scheme's place (OHSAS 18001 → ISO 45001)
        facts["certificate.other_row_in_force"] = Known(True, "register")
    if nameless:
        facts["certificate.exists"] = Unknown("no_company")
    elif case.lookup.several:
        facts["certificate.exists"] = Unknown("several_holders")
    elif case.lookup.unread:
        pass  # a row that could not be read may be the very one
    elif case.lookup.complete and case.scheme is not None and case.scheme.in_register:
        facts["certificate.exists"] = Known(False, "register")
    return facts


def _of_row(case: Case) -> dict[str, Value]:
    found, day = case.lookup, case.on
    row = found.row
    assert row is not None
    state, dated = state_on(row, day)
    facts: dict[str, Value] = {
        "certificate.exists": Known(True, "register"),
        "certificate.matched_by": Known(found.method or "name_key", "register"),
        "certificate.kind": _kind(case),
        "certificate.state_on_day": Known(state, "register") if state else Unknown("undated_status"),
        "certificate.state_dated": Known(dated, "register"),
        "certificate.issued": Known(row.issued, "register") if row.issued else Unknown("not_in_register"),
        "certificate.expires": Known(row.expires, "register") if row.expires else Unknown("not_in_register"),
        "certificate.ended_long_ago": _ended_long_ago(case, state, day),
        "certificate.other_row_in_force": _other_row(case),
        "certificate.replaced": Known(bool(row.replaced_by), "register"),
        "certificate.holder_is_company": _told(found.holder_is_company),
        "certificate.holder_related": _related(case),
        "certificate.holder_verified": _holder_verified(case),
        "certificate.scope_covers": scope_covers(case.claim, row, case.detail.scope),
        "certificate.models_cover": models_cover(case.claim, row),
    }
    difference = difference_of(case.detail, row, number_differs=not found.by_number, near=found.number_near is not None)
    facts["certificate.details_differ"] = Known(difference.degree, "register")
    facts["certificate.differs_in_favour"] = Known(difference.in_favour, "register")
    return facts


def _told(value: bool | None) -> Value:
    return Unknown("no_company") if value is None else Known(value, "register")


def _related(case: Case) -> Value:
    """关联关系: names can show a relation, never that there is none; only a person or relation data excludes it."""
    found = case.lookup
    if found.holder_is_company:
        return Known(False, "register")
    if found.holder_related == "shown":
        return Known(True, "register")
    return Unknown("ambiguous_reading" if found.holder_related == "possible" else "not_stated")


def _holder_verified(case: Case) -> Value:
    """核对同一主体: by the number shown or by USCC; a name alone doesn't verify."""
    found, company = case.lookup, case.company
    assert found.row is not None
    if not found.holder_is_company:
        return _told(found.holder_is_company)
    same_code = company is not None and company.uscc is not None and company.uscc == found.row.uscc
    return Known(True, "register") if found.by_number or same_code else Unknown("not_stated")


def _said_while_valid(case: Case) -> Value:
    """陈述发布时有效: only where the words themselves date the statement."""
    said, row = case.claim.said_on, case.lookup.row
    if said is None or row is None:
        return Unknown("not_stated")
    return Known(state_on(row, said)[0] == "valid", "register")


def _kind(case: Case) -> Value:
    row = case.lookup.row
    scheme = scheme_of(row.scheme if row is not None else None, case.schemes)
    if scheme is None or scheme.about not in {"management_system", "product", "service", "personnel"}:
        return Unknown("not_in_register")
    return Known(scheme.about, "register")


def _ended_long_ago(case: Case, state: str | None, day: date) -> Value:
    """终止已逾滞后期: counted from the expiry day or from the day the status took effect."""
    row = case.lookup.row
    assert row is not None
    if state not in LAG:
        return Known(False, "register")
    since = row.expires if state == "expired" else row.status_from
    if since is None:
        return Unknown("undated_status")
    return Known(day - since > LAG[state], "register")


def _other_row(case: Case) -> Value:
    """换证查询: another row of the holder and scheme (or of the scheme that took its place) in force that day."""
    found = case.lookup
    assert found.row is not None and found.rows is not None
    ids = successors(found.row.scheme or case.detail.scheme, case.schemes) | successors(
        case.detail.scheme, case.schemes
    )
    rows = {id(r): r for r in (*found.holder_rows, *found.rows.by_name(found.row.holder))}
    if found.row.uscc:
        rows |= {id(r): r for r in found.rows.by_uscc(found.row.uscc)}
    others = [r for r in rows.values() if r != found.row]
    return Known(other_in_force(others, found.row, ids, case.on), "register")


def _shows(case: Case, kind: str) -> Value:
    """登记数据中查到的其他类别证书: a fact about the search, so it's known once the company is known."""
    if case.company is None or not (case.company.name or case.company.uscc):
        return Unknown("no_company")
    about = "management_system" if kind == "system" else kind
    for row in case.lookup.holder_rows:
        scheme = scheme_of(row.scheme, case.schemes)
        if scheme is not None and scheme.about == about:
            return Known(True, "register")
    return Known(False, "register")
