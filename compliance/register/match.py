"""Which row of the register a claim or a question is about (匹配): code, then number, then name with scheme. Close names never match.

Order of evidence: number (with the holder as a check) and USCC, then the full name, then the name without its legal form if no other firm
has that key. A name one sign away is another firm and comes back as `near`. What was searched is said in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from compliance.records import CertificateRow, Match, Near
from compliance.register.cells import code_is_right, code_of, number_key
from compliance.register.names import NameForms, forms_of, moved_place_keys, parent_of_branch
from compliance.register.near import TWIN, is_twin
from compliance.register.ports import Query, Rows
from compliance.register.scheme_words import schemes_alike
from compliance.register.states import state_on
from rules.clock import today

LOWERED = 0.1
NEAR, NEAR_A_HIT = 10, 3  # close names looked for: when nothing matches, and beside a match
SAME_NAME, FORMER, SAME_KEY, OTHER_FORM, OTHER_HOLDER = 1.0, 0.95, 0.95, 0.85, 0.6
ENGLISH, ENGLISH_KEY = 0.85, 0.8  # several firms may write themselves alike in English: never more than a clue


class Found(NamedTuple):
    """Rows of one holder found by its name. `several`: the name fits more holders than one; then rows of all."""

    rows: tuple[CertificateRow, ...] = ()
    method: str | None = None
    score: float = 0.0
    several: bool = False


def match(query: Query, rows: Rows, near: bool = True, whole: bool = True) -> Match:
    """The row that fits `query`, or none, with what was searched. `near`: also look for close names (about 1 ms).
    `whole`: also give all rows of the holder."""
    day = query.on or today()
    searched = [f"登记数据“{rows.info.source}”（{rows.info.snapshot or '日期不详'}，{rows.info.rows}行）"]
    code = code_of(query.uscc) if query.uscc else None
    number = number_key(query.number) if query.number else ""
    named = _by_name(query.name, code, rows, searched) if query.name else Found()
    coded = tuple(rows.by_uscc(code)) if code else ()
    if code:
        wrong = "" if code_is_right(code) else "，校验码不符，可能是笔误"
        searched.append(f"按代码{code}：{len(coded)}行{wrong}")
    holder_rows = coded or (() if named.several else named.rows)
    found = _by_number(number, query, code, day, rows, searched) if number else None
    misprints = _misprints(number, rows) if number and found is None else ()
    several = named.several and not coded and found is None
    if found is None and coded:
        found = _of_holder(coded, query, day, "uscc", 1.0)
    if found is None and not coded and not named.several:
        found = _of_holder(named.rows, query, day, named.method, named.score)
    if found is not None and number and found[1] != "number":
        found = (found[0], found[1], round(found[2] - LOWERED, 4))  # the number shown isn't the register's
    if found is None and holder_rows and query.scheme:
        searched.append(f"该持证人有{len(holder_rows)}行，均不是{query.scheme}")
    limit = NEAR if found is None else NEAR_A_HIT
    others = (
        _near(query, rows, holder_rows, named, several, limit) if near and query.name and _wants_near(found) else ()
    )
    runner_up = max((n.score for n in others), default=None) if others else None
    close = (*misprints, *others)
    unread = rows.unread(query.number, query.name) if found is None else None
    if unread:
        searched.append(f"有一行未能读入：{unread}")
    if found is None:
        return Match(None, None, 0.0, tuple(searched), runner_up, close[:10], holder_rows, unread, several)
    row, method, score = found
    if query.name and method in ("name", "name_key", "name_en") and _has_twin(query.name, others):
        score = round(score - LOWERED, 4)
    if whole and not holder_rows:
        holder_rows = _rows_of(row, rows)
    return Match(row, method, score, tuple(searched), runner_up, close[:10], holder_rows, None, several)


def _has_twin(name: str, close: Sequence[Near]) -> bool:
    normal = forms_of(name).normal
    return any(is_twin(normal, n) for n in close)


def choose(rows: Sequence[CertificateRow], day: date) -> CertificateRow:
    """Of several rows of one holder and scheme: the one good on `day`, else the one whose dates cover it, else the latest."""
    if len(rows) == 1:
        return rows[0]

    def order(row: CertificateRow) -> tuple[bool, bool, date, date, str]:
        issued, expires = row.issued, row.expires
        covers = (issued is None or issued <= day) and (expires is None or day <= expires)
        plain = row.status == "valid" and row.status_from is None and not row.history  # as most rows
        good = covers and (plain or state_on(row, day)[0] == "valid")
        return (good, covers, issued or date.min, expires or date.max, row.number)

    return max(rows, key=order)


def same_holder(row: CertificateRow, name: str | None, code: str | None) -> float:
    """How sure it is that `row` is held by the firm with this name or code: 1.0 code or name equal, 0.95 former name or key, 0 not."""
    if code and row.uscc and _codes_fit(code, row.uscc):
        return 1.0
    if not name:
        return 0.0
    if code and row.uscc and code_is_right(code) and code_is_right(row.uscc):
        return 0.0
    asked, held = forms_of(name), forms_of(row.holder)
    if asked.normal == held.normal:
        return SAME_NAME
    if any(forms_of(f).normal == asked.normal for f in row.former_names):
        return FORMER if asked.normal not in _english(row) else ENGLISH
    if asked.form and asked.key in {forms_of(n).key for n in row.names_en}:
        return ENGLISH_KEY
    if asked.key == held.key and asked.form:
        return SAME_KEY if asked.form == held.form else OTHER_FORM
    return 0.0


def _by_number(
    number: str, query: Query, code: str | None, day: date, rows: Rows, searched: list[str]
) -> tuple[CertificateRow, str, float] | None:
    hits = tuple(rows.by_number(number))
    searched.append(f"按编号{number}：{len(hits)}行")
    if not hits:
        return None
    if query.scheme and (fitting := _of_scheme(hits, query.scheme)):
        hits = fitting
    if not query.name and not code:
        return choose(hits, day), "number", 1.0
    sure = {id(r): same_holder(r, query.name, code) for r in hits}
    best = max(sure.values())
    row = choose([r for r in hits if sure[id(r)] == best], day)
    if best == 0.0:
        searched.append(f"该编号的持证人是“{row.holder}”，与所问企业不同")
    return row, "number", best or OTHER_HOLDER


def _of_holder(
    held: Sequence[CertificateRow], query: Query, day: date, method: str | None, score: float
) -> tuple[CertificateRow, str, float] | None:
    fitting = _of_scheme(held, query.scheme) if query.scheme else held
    if not fitting or method is None:
        return None
    return choose(fitting, day), method, score


def _of_scheme(rows: Iterable[CertificateRow], scheme: str) -> tuple[CertificateRow, ...]:
    rows = tuple(rows)
    exact = tuple(r for r in rows if r.scheme == scheme)
    return exact or tuple(r for r in rows if r.scheme in schemes_alike(scheme))


def _by_name(name: str, code: str | None, rows: Rows, searched: list[str]) -> Found:
    asked = forms_of(name)
    hits = tuple(rows.by_name(name))
    own = tuple([r for r in hits if r.holder == name or forms_of(r.holder).normal == asked.normal])
    if own:
        found = _told_by(searched, own, "name", SAME_NAME, f"名称“{asked.normal}”", code)
        if found.rows or found.several:
            return found
    rest = tuple(r for r in hits if r not in own) if len(own) < len(hits) else ()
    english = tuple(r for r in rest if asked.normal in _english(r))
    former = tuple(
        r for r in rest if r not in english and any(forms_of(f).normal == asked.normal for f in r.former_names)
    )
    party = tuple(r for r in rest if not any(forms_of(f).normal == asked.normal for f in r.former_names))
    for held, method, score, word in (
        (former, "name", FORMER, "曾用名"),
        (english, "name_en", ENGLISH, "英文名称"),
        (party, "name", OTHER_FORM, "制造商或生产厂"),
    ):
        if held:
            found = _told_by(searched, held, method, score, f"{word}“{asked.normal}”", code, held is party)
            if found.rows or found.several:
                return found
    searched.append(f"按名称“{asked.normal}”：0行")
    return _by_key(asked, code, rows, searched) if asked.form else Found()


def _by_key(asked: NameForms, code: str | None, rows: Rows, searched: list[str]) -> Found:
    """By the name without its legal form: only a name that has one, or it would be a short name, which fits many."""
    hits = tuple(r for r in rows.by_key(asked.key) if forms_of(r.holder).form or asked.key != forms_of(r.holder).key)
    english = tuple(r for r in hits if asked.key in {forms_of(n).key for n in r.names_en})
    if english:
        return _told_by(searched, english, "name_en", ENGLISH_KEY, f"英文名称“{asked.key}”", code)
    same = tuple(r for r in hits if forms_of(r.holder).form == asked.form)
    for held, score in ((same, SAME_KEY), (hits, OTHER_FORM)):
        if held:
            return _told_by(searched, held, "name_key", score, f"字号“{asked.key}”", code)
    searched.append(f"按字号“{asked.key}”：0行")
    return Found()


def _told_by(searched: list[str], held: tuple[CertificateRow, ...], method: str, score: float, by: str, code: str | None,
             party: bool = False) -> Found:  # fmt: skip
    """The one holder of `held`, or that there are several, and what was searched in words."""
    found = _one_holder(held, method, score, code, party)
    searched.append(f"按{by}：{len(held)}行" + ("，有多个持证人" if found.several else ""))
    return found


def _english(row: CertificateRow) -> frozenset[str]:
    """Normal forms of the holder's English names."""
    return frozenset(forms_of(n).normal for n in row.names_en)


def _one_holder(
    held: tuple[CertificateRow, ...], method: str, score: float, code: str | None, party: bool = False
) -> Found:
    """`held` when it is one holder's; with a code, those that it doesn't contradict."""
    if code and code_is_right(code) and not party:
        held = tuple(r for r in held if not r.uscc or not code_is_right(r.uscc) or _codes_fit(code, r.uscc))
    if party:
        return Found(held, method, score)
    codes = {r.uscc for r in held if r.uscc}
    if len(codes) > 1 or (not codes and len({forms_of(r.holder).normal for r in held}) > 1):
        return Found(held, None, 0.0, True)
    return Found(held, method, score) if held else Found()


def _codes_fit(one: str, other: str) -> bool:
    """Equal, or the old organisation code (9 signs) that lies inside the other."""
    return one == other or (len(one) == 9 and other[8:17] == one) or (len(other) == 9 and one[8:17] == other)


def _rows_of(row: CertificateRow, rows: Rows) -> tuple[CertificateRow, ...]:
    return tuple(rows.by_uscc(row.uscc)) if row.uscc else tuple(rows.by_name(row.holder)) or (row,)


def _wants_near(found: tuple[CertificateRow, str, float] | None) -> bool:
    return found is None or found[1] in ("name", "name_key", "name_en") or found[2] < SAME_KEY


def _near(
    query: Query, rows: Rows, holder_rows: Sequence[CertificateRow], named: Found, several: bool, limit: int
) -> tuple[Near, ...]:
    assert query.name is not None
    out: list[Near] = []
    if several:
        out += [Near(r, 1.0, "同名，不能确定是哪一家") for r in _one_each(named.rows)]
    parent = parent_of_branch(forms_of(query.name).normal)
    if parent:
        out += [Near(r, 0.9, f"“{r.holder}”的分支机构") for r in _one_each(rows.by_name(parent))]
    for key in moved_place_keys(forms_of(query.name)):
        out += [
            Near(r, TWIN, "地名的位置不同：可能是同一家，也可能是另一家")
            for r in _one_each(rows.by_key(key))
            if r not in holder_rows
        ]
    mine = {(r.holder, r.uscc) for r in (*holder_rows, *(n.row for n in out))}
    out += [n for n in rows.near_names(query.name, limit) if (n.row.holder, n.row.uscc) not in mine]
    return tuple(out)


def _one_each(rows: Iterable[CertificateRow]) -> list[CertificateRow]:
    return list({(r.holder, r.uscc): r for r in rows}.values())


def _misprints(number: str, rows: Rows) -> tuple[Near, ...]:
    """Rows whose number is the asked one after a usual slip: O for 0, I for 1, a hyphen or R0M left out."""
    tries = {
        number.replace("O", "0").replace("I", "1").replace("L", "1"): "O/0、I/1 之误",
        number.replace("-", ""): "多了连字符",
        number + "R0M": "少了R0M",
        number + "R0S": "少了R0S",
        number + "R0L": "少了R0L",
        number.rsplit("-", 1)[0]: "多了子证书号",
    }
    found = {
        (r.number, r.holder): Near(r, 0.9, f"编号相近：{why}")
        for n, why in tries.items()
        if n != number and n
        for r in rows.by_number(n)
    }
    return tuple(found.values())
