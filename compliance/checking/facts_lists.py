"""Facts that rest on the other lists (名录): approved bodies, users of the geographical-indication mark, the compulsory catalogue.

A list that was not imported leaves its facts unknown (`no_list`). Absence is false only inside what the list was declared complete for
and near its day; a name that may be written otherwise, or a row that could not be read, leaves it unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from compliance.checking.scope import MODEL
from compliance.records import Company
from compliance.register.cells import code_is_right, code_of
from compliance.register.listed import Found, Listed, ListInfo, approval_of, field_covers, in_effect, listed_in, word_of
from compliance.register.names import forms_of
from compliance.register.words import words
from rules.facts import Known, Unknown

if TYPE_CHECKING:
    from compliance.checking.facts import Case

Value = Known | Unknown
LIST_OF = {"body.approved": "bodies", "body.field_approved": "bodies", "gi.user_listed": "gi_users",
           "product.in_ccc_catalogue": "ccc_catalogue"}  # fact → the list it rests on  # fmt: skip
SURE = frozenset({"code", "name", "name_key", "branch"})  # how a body was found: by its whole name or its number


def list_facts(case: Case) -> dict[str, Value]:
    """`body.*`, `gi.user_listed`, `product.in_ccc_catalogue`."""
    approved, field = _body(case)
    return {
        "body.approved": approved,
        "body.field_approved": field,
        "gi.user_listed": _gi_user(case),
        "product.in_ccc_catalogue": _in_catalogue(case),
    }


def lists_used(case: Case, facts: Iterable[str]) -> list[ListInfo]:
    """The lists that these facts rest on, each once: what a finding must name as its evidence."""
    kinds = dict.fromkeys(LIST_OF[fact] for fact in facts if fact in LIST_OF)
    return [listed.info for kind in kinds if (listed := listed_in(case.rows, kind)) is not None]


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
