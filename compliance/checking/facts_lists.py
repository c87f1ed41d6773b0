"""Facts that rest on the other lists (名录): approved bodies, users of the geographical-indication mark, the compulsory catalogue, firms
with abnormal operation, recalled products.

A list that was not imported leaves its facts unknown (`no_list`). Absence is false only inside what the list was declared complete for
and near its day; a name that may be written otherwise, or a row that could not be read, leaves it unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from compliance.checking.scope import MODEL
from compliance.records import Company
from compliance.register.cells import code_is_right, code_of
from compliance.register.listed import (
    Found,
    Listed,
    ListEntry,
    ListInfo,
    approval_of,
    field_covers,
    in_effect,
    listed_about,
    listed_in,
    names_in,
    word_of,
)
from compliance.register.names import forms_of
from compliance.register.states import SNAPSHOT_DAYS
from compliance.register.words import words
from rules.facts import Known, Unknown

if TYPE_CHECKING:
    from compliance.checking.facts import Case

Value = Known | Unknown
LIST_OF = {"body.approved": "bodies", "body.field_approved": "bodies", "gi.user_listed": "gi_users",
           "product.in_ccc_catalogue": "ccc_catalogue", "company.in_abnormal_list": "abnormal", "product.in_recall_list": "recalls"}  # fact → the list it rests on  # fmt: skip
BY_FIRM = frozenset({"abnormal", "recalls"})  # lists asked for one firm's rows only
SURE = frozenset({"code", "name", "name_key", "branch"})  # how a body was found: by its whole name or its number


def list_facts(case: Case) -> dict[str, Value]:
    """`body.*`, `gi.user_listed`, `product.in_ccc_catalogue`, `company.in_abnormal_list`, `product.in_recall_list`."""
    approved, field = _body(case)
    return {
        "body.approved": approved,
        "body.field_approved": field,
        "gi.user_listed": _gi_user(case),
        "product.in_ccc_catalogue": _in_catalogue(case),
        "company.in_abnormal_list": _abnormal(case),
        "product.in_recall_list": _recalled(case),
    }


def lists_used(case: Case, facts: Iterable[str]) -> list[ListInfo]:
    """The lists that these facts rest on, each once: what a finding must name as its evidence."""
    kinds = dict.fromkeys(LIST_OF[fact] for fact in facts if fact in LIST_OF)
    firm = _speaker(case)
    asked = (
        listed_about(case.rows, k, firm.name, firm.uscc)
        if k in BY_FIRM and firm is not None
        else listed_in(case.rows, k)
        for k in kinds
    )
    return [listed.info for listed in asked if listed is not None]


def entries_about(case: Case, kind: str) -> tuple[ListInfo | None, tuple[ListEntry, ...]]:
    """The list's figures, and its entries for the page's company that had begun by the day and haven't plainly ended: by code or whole name.

    Of two firms of one name none is meant. An open entry is certain for SNAPSHOT_DAYS after the list at most.
    """
    company = _speaker(case)
    listed = listed_about(case.rows, kind, company.name, company.uscc) if company is not None else None
    if listed is None or company is None:
        return None, ()
    found = _of_firm(listed, company)
    if found is None:
        return listed.info, ()
    return listed.info, tuple(e for e in found if _lasts(e, case) and (kind != "recalls" or _names_product(case, e)))


def self_declared(case: Case) -> bool:
    """自我声明: whether the catalogue's class that the claim's product stands in may be declared by the maker without a certificate."""
    listed = listed_in(case.rows, "ccc_catalogue")
    if listed is None:
        return False
    return any(e.get("self_declared") == "yes" for word in product_words(case) for e in listed.products(word, case.on))


def product_words(case: Case) -> tuple[str, ...]:
    """The product as the claim's subject names it, without 本公司的 before it, 产品 after it and a model."""
    said = case.claim.subject_text or ""
    if case.claim.subject not in ("product", "none") or not said:
        return ()
    data = words("lists")
    bare = re.sub(rf"^(?:{'|'.join(data['product_prefix'])})", "", said.strip())
    bare = re.sub(rf"(?:{MODEL.pattern})(?:型号|型)?", "", bare).strip()
    short = re.sub(rf"(?:{'|'.join(data['product_suffix'])})$", "", bare)
    return tuple(dict.fromkeys(w for w in (bare, short) if w))


def _body(case: Case) -> tuple[Value, Value]:
    """(当日在批准名录内, 当日可从事该领域) of the body the claim names."""
    name = case.detail.body
    if name is None:
        return Unknown("not_stated"), Unknown("not_stated")
    listed = listed_in(case.rows, "bodies")
    if listed is None:
        return Unknown("no_list"), Unknown("no_list")
    found = listed.body(name)
    if found.several:
        return Unknown("ambiguous_reading"), Unknown("ambiguous_reading")
    if not found.entries:
        return _absent_body(case, listed, name), Unknown("not_in_register")
    approved = _in_effect(found, case, sure=found.how in SURE)
    field = _field(case, listed, found) if approved == Known(True, "register") else Unknown("not_in_register")
    return approved, field


def _absent_body(case: Case, listed: Listed, name: str) -> Value:
    """Not approved only if the list is complete for the day, and the words name a certification body in full."""
    data = words("lists")
    if not listed.complete_on(case.on) or listed.unread(name):
        return Unknown("not_in_register")
    if approval_of(name) is not None:
        return Known(False, "register")
    normal = forms_of(name).normal
    other_kind = "认证" not in normal and any(w in normal for w in data["no_body"])
    if other_kind or not normal.endswith(tuple(data["full_name"])) or listed.like_a_short_name(name):
        return Unknown("ambiguous_reading")
    return Known(False, "register")


def _in_effect(found: Found, case: Case, *, sure: bool) -> Value:
    """True when one entry holds on the day, false when all have plainly ended, else unknown."""
    held = [in_effect(entry, case.on) for entry in found.entries]
    if True in held:
        return Known(True, "register")
    return Known(False, "register") if sure and None not in held else Unknown("undated_status")


def _field(case: Case, listed: Listed, found: Found) -> Value:
    """认证领域: false only when the list is complete, all its field words are known and none holds the scheme."""
    said = [e.get("fields") for e in found.entries if in_effect(e, case.on) and e.get("fields")]
    if case.scheme is None or not said:
        return Unknown("not_in_register")
    covers = field_covers(said, case.scheme.id, case.scheme.about)
    if covers:
        return Known(True, "register")
    if covers is None or found.how not in SURE:
        return Unknown("ambiguous_reading")
    return Known(False, "register") if listed.complete_on(case.on) else Unknown("not_in_register")


def _gi_user(case: Case) -> Value:
    """用标企业: listed with the product the words name, or with any when they name none of the list. Only asked of claims of a
    geographical indication: the list is long."""
    if case.scheme is None or not case.scheme.id.startswith("gi"):
        return Unknown("not_stated")
    listed = listed_in(case.rows, "gi_users")
    if listed is None:
        return Unknown("no_list")
    company = _speaker(case)
    if company is None:
        return Unknown("no_company")
    found = listed.by_name(company.name or "", company.uscc)
    if found.several:
        return Unknown("several_holders")
    if found.entries:
        return _gi_product(case, listed, found)
    if case.scheme.id not in words("lists")["gi_schemes"]:
        return Unknown("not_in_register")
    if not listed.complete_on(case.on) or listed.unread(company.name or ""):
        return Unknown("not_in_register")
    if company.name and not forms_of(company.name).normal.endswith(tuple(words("lists")["full_name"])):
        return Unknown("ambiguous_reading")
    if company.name is None and not _listed_by_code(listed.entries):
        return Unknown("not_in_register")
    return Known(False, "register")


def _gi_product(case: Case, listed: Listed, found: Found) -> Value:
    text = word_of(f"{case.claim.context or case.claim.quote} {case.claim.subject_text or ''}")
    named = listed.words_in(text)
    own = [e for e in found.entries if word_of(e.get("product")) in named] if named else list(found.entries)
    if not own:
        return Unknown("ambiguous_reading")  # listed, but for another product than the words name
    held = [in_effect(e, case.on) for e in own]
    if True in held:
        return Known(True, "register")
    return Unknown("undated_status") if None in held else Known(False, "register")


def _abnormal(case: Case) -> Value:
    """经营异常名录: whether the company stands in it on the day; for context only, no rule accuses by it."""
    company = _speaker(case)
    if _nowhere(case, "abnormal", company):
        return Unknown("no_list" if company is not None else "no_company")
    assert company is not None
    listed = listed_about(case.rows, "abnormal", company.name, company.uscc)
    assert listed is not None
    found = _of_firm(listed, company)
    if found is None:
        return Unknown("several_holders")
    begun = [e for e in found if e.starts is None or e.starts <= case.on]
    if any(_lasts(e, case) for e in begun):
        return Known(True, "register")
    if any(in_effect(e, case.on) is not False for e in begun):
        return Unknown("undated_status")
    return _missing_in(listed, company, case)


def _recalled(case: Case) -> Value:
    """召回名单: whether the product or model that the claim names was recalled by this company up to the day."""
    company = _speaker(case)
    if not product_words(case) and "model_named" not in case.claim.cues:
        return Unknown("not_stated")
    if _nowhere(case, "recalls", company):
        return Unknown("no_list" if company is not None else "no_company")
    assert company is not None
    listed = listed_about(case.rows, "recalls", company.name, company.uscc)
    assert listed is not None
    found = _of_firm(listed, company)
    if found is None:
        return Unknown("several_holders")
    begun = [e for e in found if e.starts is None or e.starts <= case.on]
    if any(_names_product(case, e) for e in begun):
        return Known(True, "register")
    return Unknown("ambiguous_reading") if begun else _missing_in(listed, company, case)


def _nowhere(case: Case, kind: str, company: Company | None) -> bool:
    """Whether there is no such list, or nobody to look for in it."""
    return company is None or listed_about(case.rows, kind, company.name, company.uscc) is None


def _of_firm(listed: Listed, company: Company) -> tuple[ListEntry, ...] | None:
    """The company's entries; None when the name is that of several firms and no code says whose it is."""
    found = listed.by_name(company.name or "", company.uscc)
    codes = {e.get("uscc") for e in found.entries if e.get("uscc")}
    own = code_of(company.uscc) if company.uscc else None
    if found.how == "name" and own and code_is_right(own):
        return tuple(e for e in found.entries if not e.get("uscc") or e.get("uscc") == own)
    return None if found.several or (found.how == "name" and len(codes) > 1) else found.entries


def _missing_in(listed: Listed, company: Company, case: Case) -> Value:
    """Not in the list: false only inside what it is complete for, for a name written in full."""
    name = company.name or ""
    if not listed.complete_on(case.on) or listed.unread(name):
        return Unknown("not_in_register")
    if not forms_of(name).normal.endswith(tuple(words("lists")["full_name"])):
        return Unknown("ambiguous_reading")
    return Known(False, "register")


def _lasts(entry: ListEntry, case: Case) -> bool:
    """Whether the entry had begun by the day and is still certain on it."""
    if entry.starts is not None and entry.starts > case.on:
        return False
    if entry.kind == "recalls":
        return True
    carried = entry.snapshot is None or case.on <= entry.snapshot + timedelta(days=SNAPSHOT_DAYS)
    return in_effect(entry, case.on) is True and (entry.ends is not None or carried)


def _names_product(case: Case, entry: ListEntry) -> bool:
    """Whether the entry is of the product or of a model that the claim names."""
    said = {word_of(w) for w in product_words(case)}
    if said & {word_of(w) for w in names_in(entry.get("product"))}:
        return True
    text = (case.claim.context or case.claim.quote).upper()
    models = {m.upper() for m in names_in(entry.get("model"))}
    return "model_named" in case.claim.cues and any(m in models for m in MODEL.findall(text))


def _listed_by_code(entries: Iterable[object]) -> bool:
    return all(getattr(e, "values", {}).get("uscc") for e in entries)


def _speaker(case: Case) -> Company | None:
    """Whose use of the mark it is: the page's company by its name or a right code; a host name is no company's name."""
    company = case.company
    if company is None or company.source == "host" or case.claim.holder_text:
        return None
    code = code_of(company.uscc) if company.uscc else None
    return company if company.name or (code and code_is_right(code)) else None


def _in_catalogue(case: Case) -> Value:
    """强制性认证目录: true when the product's word is the catalogue's own; anything else is for a person to read."""
    listed = listed_in(case.rows, "ccc_catalogue")
    if listed is None:
        return Unknown("no_list")
    if any(listed.products(word, case.on) for word in product_words(case)):
        return Known(True, "register")
    return Unknown("ambiguous_reading")
