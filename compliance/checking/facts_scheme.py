"""Facts about the scheme: what the scheme data say on the day of the conduct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.facts import Known, Unknown

if TYPE_CHECKING:
    from compliance.checking.facts import Case

Value = Known | Unknown
NAMES = ("kind", "about", "certifiable", "in_register", "origin", "family_word")
EDITIONS = ("edition_named", "edition_ended", "edition_end")
MARKS = ("mark_withdrawn", "mark_end")


def scheme_facts(case: Case) -> dict[str, Value]:
    """`scheme.*`. A claim without a known scheme has all of them unknown."""
    scheme = case.scheme
    if scheme is None:
        return {f"scheme.{name}": Unknown("not_stated") for name in ("id", *NAMES, *EDITIONS, *MARKS)}
    facts: dict[str, Value] = {"scheme.id": Known(scheme.id, "page")}
    facts |= {f"scheme.{name}": Known(getattr(scheme, name), "law") for name in NAMES}
    return facts | _edition(case) | _mark(case)


def _edition(case: Case) -> dict[str, Value]:
    """版次: the edition the words name; a superseded scheme (OHSAS 18001) is itself an old edition."""
    assert case.scheme is not None
    named = case.scheme.edition_of(case.detail.standard) if case.detail.standard else None
    named = named or case.scheme.last_edition
    if named is None:
        unknown = Unknown("not_stated")
        return {
            "scheme.edition_named": Known(False, "page"),
            "scheme.edition_ended": unknown,
            "scheme.edition_end": unknown,
        }
    ended: Value
    if named.transition_end is None:
        ended = Known(False, "law")
    elif named.confidence == "low":
        ended = Unknown("low_confidence")
    else:
        ended = Known(named.transition_end < case.on, "law")
    end: Value = Known(named.transition_end, "law") if named.transition_end else Unknown("not_stated")
    return {"scheme.edition_named": Known(True, "page"), "scheme.edition_ended": ended, "scheme.edition_end": end}


def _mark(case: Case) -> dict[str, Value]:
    """标志停用: the last day of use, where the scheme's file gives one."""
    assert case.scheme is not None
    ending = case.scheme.mark_end_of(case.claim.context or case.claim.quote)
    if ending is None:
        return {"scheme.mark_withdrawn": Known(False, "law"), "scheme.mark_end": Unknown("not_stated")}
    if ending.confidence == "low":
        return {"scheme.mark_withdrawn": Unknown("low_confidence"), "scheme.mark_end": Known(ending.on, "law")}
    return {"scheme.mark_withdrawn": Known(ending.on < case.on, "law"), "scheme.mark_end": Known(ending.on, "law")}
