"""Facts about the page and the company behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.facts import Known, Unknown

if TYPE_CHECKING:
    from compliance.checking.facts import Case

Value = Known | Unknown

# Page genres whose speaker acts as an agency (代理、咨询机构) or as a certification body (认证机构).
ACTOR_OF_GENRE = {"agency": "agency", "certification_body": "certification_body"}


def page_facts(case: Case) -> dict[str, Value]:
    """`conduct.*`, `page.*` and `company.*`."""
    return {
        "conduct.date": Known(case.on, "assumed" if case.on_source == "assumed" else "page"),
        "page.genre": Known(case.reading.genre, "page"),
        "page.language": Known(case.reading.language, "page"),
        # 面向境内公众: a foreign-language page may be for buyers abroad; nothing on it says so either way
        "page.aimed_at_home": Known(True, "page") if case.reading.language == "zh" else Unknown("not_stated"),
        "page.medium": Known(case.medium, case.medium_source) if case.medium else Unknown("not_stated"),
        "page.company_known": _company_known(case),
        "company.actor": _actor(case),
        "company.name_changed": _name_changed(case),
    }


def _company_known(case: Case) -> Value:
    company = case.company
    if company is None or company.source == "host":
        return Unknown("no_company")
    return Known(True, "assumed" if company.source == "assumed" else "page")


def _actor(case: Case) -> Value:
    """行为人: holder when any row of the company was found, uncertified when the register is complete and holds none."""
    if case.reading.genre in ACTOR_OF_GENRE:
        return Known(ACTOR_OF_GENRE[case.reading.genre], "page")
    found = case.lookup
    if found.rows is None:
        return Unknown("no_register")
    if found.holder_rows:
        return Known("holder", "register")
    if found.complete and case.company is not None:
        return Known("uncertified", "register")
    return Unknown("not_in_register")


def _name_changed(case: Case) -> Value:
    row = case.lookup.row
    company = case.company
    if row is None or company is None or not company.uscc or not row.uscc or not company.name:
        return Unknown("not_in_register" if case.lookup.rows is not None else "no_register")
    if company.uscc != row.uscc:
        return Known(False, "register")
    return Known(not case.lookup.same_name, "register")
