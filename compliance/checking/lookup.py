"""One claim's questions to the register, asked once: by number, by company, by scheme. Holds rows, decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from compliance.checking.relation import relation_of
from compliance.records import CertificateRow, Claim, Company, Match, Near, SchemeDetail
from compliance.register.match import match, same_holder
from compliance.register.names import forms_of
from compliance.register.ports import Query, Rows
from compliance.register.states import state_on
from rules.schemes import Scheme, Schemes

COMPLETE = "登记数据声明在该项目、该日完整"
NOT_COMPLETE = "登记数据没有声明在该项目、该日完整：未查到不说明没有"
HOLDS = frozenset({"held", "held_past"})


@dataclass(frozen=True, slots=True)
class Lookup:
    """查询结果 for one scheme of one claim. `rows` is None when there is no register at all."""

    rows: Rows | None = None
    row: CertificateRow | None = None  # the certificate the claim is about
    method: str | None = None  # number | uscc | name | name_key
    score: float = 0.0
    by_number: bool = False
    number_near: Near | None = None  # the number is not there, but one sign away is a row of the same holder
    holder_is_company: bool | None = None
    holder_related: str | None = None  # shown | possible | not_shown
    same_name: bool = True
    holder_rows: tuple[CertificateRow, ...] = ()  # all rows of the company, any scheme
    complete: bool = False
    searched: tuple[str, ...] = ()
    near: tuple[Near, ...] = field(default=())
    several: bool = False  # the name fits several holders
    runner_up: float | None = None  # score of the closest other firm that was met
    unread: bool = False  # a row of the register that might be the one could not be read

    def as_match(self) -> Match | None:
        """The contract's `match`; None when nothing was searched."""
        if self.rows is None:
            return None
        return Match(self.row, self.method, self.score, self.searched, self.runner_up, self.near, self.holder_rows)


def lookup_of(
    claim: Claim, detail: SchemeDetail, company: Company | None, rows: Rows | None, schemes: Schemes, on: date
) -> Lookup:
    """Search for the certificate of one scheme of a claim: its number first, then the holder's rows of the scheme."""
    if rows is None or claim.state not in HOLDS:
        return Lookup(rows=None)
    scheme = detail.scheme or None
    complete = rows.complete_for(scheme, on)
    holder = _holder(claim, company)
    searched: list[str] = []
    found = match(Query(number=detail.number, scheme=scheme, on=on), rows) if detail.number else None
    of_company = (
        match(Query(name=holder.name, uscc=holder.uscc, scheme=scheme, on=on), rows)
        if holder and (holder.name or holder.uscc)
        else None
    )
    holder_rows = of_company.holder_rows if of_company else ()
    for part in (found, of_company):
        searched += [line for line in (part.searched if part else ()) if line not in searched]
    near = of_company.near if of_company else ()
    if found and found.row is not None:
        is_company, is_related, same = _compare(found.row, holder)
        return Lookup(
            rows, found.row, "number", found.score, True, None, is_company, is_related, same, holder_rows, complete,
            tuple(searched), found.near + near, runner_up=found.runner_up,
        )  # fmt: skip
    row = _scheme_row(of_company, scheme, schemes, on) if of_company else None
    if row is not None and of_company is not None:
        is_company, is_related, same = _compare(row, holder)
        one_sign = next((n for n in (found.near if found else ()) if n.row.holder == row.holder), None)
        return Lookup(
            rows, row, of_company.method, of_company.score, False, one_sign, is_company, is_related, same, holder_rows,
            complete, tuple(searched), near, runner_up=of_company.runner_up,
        )  # fmt: skip
    return Lookup(
        rows=rows,
        holder_rows=holder_rows,
        complete=complete,
        searched=(*searched, COMPLETE if complete else NOT_COMPLETE),
        near=(found.near if found else ()) + near,
        runner_up=of_company.runner_up if of_company else None,
        several=any(part.several for part in (found, of_company) if part),
        unread=any(part.unread is not None for part in (found, of_company) if part),
    )


def _holder(claim: Claim, company: Company | None) -> Company | None:
    """Whose certificate the words speak of: another named firm, else the page's company."""
    if claim.holder_text:
        return Company(name=claim.holder_text, uscc=None, source="page")
    return company


def _scheme_row(found: Match, scheme: str | None, schemes: Schemes, on: date) -> CertificateRow | None:
    """The holder's row of the scheme: the one in force on the day, else the latest; none for another scheme."""
    if scheme is None:
        return None
    rows = [r for r in found.holder_rows if r.scheme == scheme]
    if not rows:
        return found.row if found.row is not None and found.row.scheme == scheme else None
    in_force = [r for r in rows if state_on(r, on)[0] == "valid"]
    return max(in_force or rows, key=lambda r: (r.issued or date.min, r.expires or date.min, r.number))


def scheme_of(scheme: str | None, schemes: Schemes) -> Scheme | None:
    """The scheme of an id, None for none or for an id nobody knows (a register may hold words we can't map)."""
    return schemes.get(scheme) if scheme and scheme in schemes else None


def successors(scheme: str, schemes: Schemes) -> frozenset[str]:
    """The scheme and all that took its place: ohsas-18001 → iso-45001."""
    out: set[str] = set()
    waiting = [scheme]
    while waiting:
        name = waiting.pop()
        if name in schemes and name not in out:
            waiting += schemes.get(name).successors
        out.add(name)
    return frozenset(out)


def other_in_force(rows: Sequence[CertificateRow], row: CertificateRow | None, ids: frozenset[str], on: date) -> bool:
    """True when another row of one of the schemes is in force on the day."""
    return any(r is not row and r.scheme in ids and state_on(r, on)[0] == "valid" for r in rows)


def _compare(row: CertificateRow, company: Company | None) -> tuple[bool | None, str | None, bool]:
    """(holder is the company, how it is related to it, names agree); None where it can't be told."""
    if company is None or not (company.name or company.uscc):
        return None, None, True
    forms = {forms_of(n).normal for n in (row.holder, *row.former_names)}
    same = not company.name or forms_of(company.name).normal in forms
    if same_holder(row, company.name, company.uscc) > 0:
        return True, None, same
    if not company.name:
        return False, None, same
    mine = forms_of(company.name).normal
    if any(forms_of(party).normal == mine for party in (row.manufacturer, row.factory) if party):
        return False, "shown", same
    return False, relation_of(company.name, row.holder), same
