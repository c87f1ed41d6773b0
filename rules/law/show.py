"""What the `law` commands print: plain data for JSON, lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from rules.law.attest import Attestation
from rules.law.model import LawFile, VersionEntry
from rules.law.notes import cited, load_notes
from rules.law.statutes import Placed, Statutes, penalty_of, provision_of
from rules.outcome import Charges, Fine, Penalty, Provision

CONFIDENCE = {"read": "见原文", "quoted": "引述", "inferred": "推定"}
KINDS = {"definition": "定义", "prohibition": "禁止", "duty": "义务", "penalty": "罚则", "procedure": "程序"}
Standing = Mapping[tuple[str, str], Attestation]


def law_row(statutes: Statutes, law: LawFile, on: date, attested: Standing) -> dict[str, Any]:
    """One line of `law list`: the version in force, how many provisions can be cited, and how sure they are."""
    version = statutes.version_on(law.law, on)
    placed = list(statutes.provisions_on(law.law, on))
    marks = [_mark(one, on, attested) for one in placed]
    return {
        "law": law.law,
        "title_zh": law.title_zh,
        "version": version.version if version else None,
        "doc_no": version.doc_no if version else None,
        "in_force": version.in_force.isoformat() if version and version.in_force else None,
        "versions": len(law.versions),
        "provisions": len(placed),
        "confidence": {name: marks.count(name) for name in ("attested", "read", "quoted", "inferred")},
    }


def placed_json(placed: Placed, on: date, attested: Standing, rules: Iterable[str] = ()) -> dict[str, Any]:
    """A provision with all that is known of it; the penalty's terms where it is one."""
    base = penalty_of(placed, on).to_json() if placed.terms else provision_of(placed, on).to_json()
    base |= {"kind": placed.entry.kind, "source": placed.source, "note": placed.note}
    record = attested.get((f"{placed.law.law}#{placed.entry.key}", placed.version.version))
    base["attested"] = {"by": record.by, "on": record.on.isoformat(), "source": record.source} if record else None
    if placed.entry.punishes:
        base["punishes"] = [f"{placed.law.law}#{key}" for key in placed.entry.punishes]
    if rules:
        base["rules"] = list(rules)
    return base


def version_json(version: VersionEntry) -> dict[str, Any]:
    """A version, days as YYYY-MM-DD."""
    return version.model_dump(mode="json", exclude={"dates_source"})


def lines_of_law(law: LawFile, version: VersionEntry | None, on: date) -> Iterator[str]:
    """The head of `law show`."""
    yield f"{law.title_zh}  {law.law}"
    if version is None:
        yield f"各件并列，日期未见齐（{on}）" if law.series == "documents" else f"{on} 没有施行中的文本"
        return
    until = f"至 {version.until}" if version.until else "至今"
    yield f"{on} 适用 {version.version} 年文本  {version.doc_no or '令号未见'}  {version.in_force} {until}"
    yield version.changed_zh
    if version.note_zh:
        yield f"注意：{version.note_zh}"


def lines_of(placed: Placed, on: date, attested: Standing, rules: Iterable[str] = ()) -> Iterator[str]:
    """One provision of `law show`."""
    provision = provision_of(placed, on)
    number = number_of(placed)
    yield ""
    mark = _mark(placed, on, attested)
    yield f"{number}  [{KINDS[placed.entry.kind]} · {CONFIDENCE.get(mark, '已核对')}]  {placed.entry.key}"
    yield f"  {provision.gist}"
    if placed.terms:
        yield f"  罚则：{terms_of(penalty_of(placed, on))}"
    for reference in provision.refers_to:
        yield f"  转致：{reference}"
    if placed.note:
        yield f"  注意：{placed.note}"
    cites = list(rules)
    if cites:
        yield "  引用它的规则：" + "、".join(cites)
    yield f"  来源：{placed.source}"


def number_of(placed: Placed) -> str:
    """第27条第1款; with several paragraphs 第14条第1-2款; 条号未见 where it wasn't seen."""
    at = placed.line.at
    if at is None:
        return "条号未见"
    text = f"第{placed.line.article}条"
    if "(" in at:
        text += f"第{at.split('(')[1].split(')')[0]}款"
    if placed.line.item:
        text += f"第{placed.line.item}项"
    return text


def charges_json(charges: Charges) -> dict[str, Any]:
    """`breaches`, `penalties` and `notes` of the contract."""
    return {
        "breaches": [provision.to_json() for provision in charges.breaches],
        "penalties": [penalty.to_json() for penalty in charges.penalties],
        "notes": list(charges.notes),
    }


def lines_of_charges(charges: Charges) -> Iterator[str]:
    """The body of `law charges`."""
    yield "违反："
    for provision in charges.breaches:
        yield f"  {_line(provision)}"
        yield f"    {provision.gist}"
    yield "罚则："
    for penalty in charges.penalties:
        yield f"  {_line(penalty.provision)}"
        yield f"    {terms_of(penalty)}"
    if charges.notes:
        yield "提示："
        yield from (f"  {note}" for note in charges.notes)


def terms_of(penalty: Penalty) -> str:
    """A penalty's terms in one line."""
    if penalty.provision.refers_to and penalty.fine is None:
        return "转致：" + "、".join(penalty.provision.refers_to) + (f"；{penalty.other}" if penalty.other else "")
    parts = [penalty.other] if penalty.other else (["责令改正"] if penalty.order_to_correct else [])
    if penalty.fine:
        parts.append(("逾期不改正的，" if penalty.only_if_not_corrected else "") + fine_words(penalty.fine))
    parts += [f"{case.when}的，{fine_words(case)}" for case in penalty.fine_cases]
    if penalty.persons:
        parts.append(f"责任人员{fine_words(penalty.persons)}")
    if penalty.warning:
        parts.append("警告")
    if penalty.confiscation_of:
        parts.append(f"没收{penalty.confiscation_of}")
    if penalty.licence_revocation != "no":
        parts.append("吊销（情节严重）" if penalty.licence_revocation == "if_serious" else "撤销、吊销")
    if penalty.computed:
        parts.append(f"按所给数额为 {_yuan(penalty.computed[0])} 至 {_yuan(penalty.computed[1])}")
    return "；".join(parts)


def fine_words(fine: Fine) -> str:
    """罚款 in words: 罚款 50,000 元至 200,000 元; 货值金额的 10 至 20 倍."""
    if fine.fixed is not None:
        return f"罚款 {_yuan(fine.fixed)}（固定数额）"
    if fine.basis != "yuan":
        low, high = fine.multiple_min, fine.multiple_max
        figure = load_notes().figures[fine.basis]
        words = f"罚款为{figure}的 {low:g} 至 {high:g} 倍" if low else f"罚款为{figure}的 {high:g} 倍以下"
        return words + (f"，最高 {_yuan(fine.max)}" if fine.max else "")
    if fine.min and fine.max:
        return f"罚款 {_yuan(fine.min)}至 {_yuan(fine.max)}"
    return f"罚款 {_yuan(fine.max or fine.min or 0)}以下"


def _yuan(amount: float) -> str:
    return f"{amount:,.2f} 元" if amount != int(amount) else f"{int(amount):,} 元"


def _line(provision: Provision) -> str:
    version = f"（{provision.version}年文本，{CONFIDENCE[provision.confidence]}）"
    return cited(provision) + version + (f"  须定：{provision.when}" if provision.when else "")


def _mark(placed: Placed, on: date, attested: Standing) -> str:
    at = (f"{placed.law.law}#{placed.entry.key}", placed.version.version)
    return "attested" if at in attested else placed.confidence_on(on)
