"""Drawing a rule in Chinese for a lawyer: 要件, 例外, 条文 of a day, 示例. Plain text, columns by width of signs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from rules.condition import All, AnyOf, Not, OtherFact, Test
from rules.facts import Facts, Known, Vocabulary
from rules.outcome import Charges, Penalty, Provision
from rules.rule import Rule

if TYPE_CHECKING:
    from rules.engine import Rulebook
    from rules.proof.examples import Given

OUTCOMES = {
    "violation": "涉嫌违反（要件有据）",
    "suspected": "线索（待核实）",
    "needs_review": "需人工判断",
    "none": "没有发现",
    "not_applied": "当日没有相应条文",
}
_OPS = {
    "is": "为",
    "is_not": "不为",
    "in": "属于",
    "not_in": "不属于",
    "before": "早于",
    "on_or_before": "不晚于",
    "after": "晚于",
    "on_or_after": "不早于",
    "includes": "包括",
    "is_known": "已知",
}


def width_of(text: str) -> int:
    """Columns a text takes on a terminal: Chinese signs take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lines with aligned columns."""
    found = [list(row) for row in rows]
    widths = [max(width_of(row[i]) for row in found) for i in range(len(found[0]))] if found else []
    for row in found:
        cells = [cell + " " * (w - width_of(cell)) for cell, w in zip(row, widths, strict=True)]
        yield "  ".join(cells).rstrip()


def words_of(node: Any, vocabulary: Vocabulary) -> str:
    """A condition in Chinese words."""
    if isinstance(node, Test):
        title = vocabulary.kinds[node.fact].zh
        value = node.value
        if isinstance(value, OtherFact):
            return f"{title}{_OPS[node.op]}{vocabulary.kinds[value.name].zh}"
        if isinstance(value, bool):
            return title if (value is True) == (node.op != "is_not") else f"并非“{title}”"
        shown = "、".join(map(str, value)) if isinstance(value, tuple) else str(value)
        return f"{title}{_OPS[node.op]} {shown}"
    if isinstance(node, Not):
        return f"不是（{words_of(node.part, vocabulary)}）"
    joint = "，并且" if isinstance(node, All) else "，或者"
    parts = [words_of(part, vocabulary) for part in node.parts]
    nested = [f"（{p}）" if isinstance(q, All | AnyOf) else p for p, q in zip(parts, node.parts, strict=True)]
    return joint.join(nested)


def drawn(rule: Rule, book: Rulebook, on: date, medium: str, given: Given | None = None) -> Iterator[str]:
    """The lines of `rules show`."""
    yield f"{rule.title}（{rule.id}，行为：{rule.conduct}）"
    if rule.own:
        yield f"用户自己的规则：{rule.path}"
    yield ""
    yield rule.what
    yield rule.why
    yield ""
    yield "无害的解释（先看这里）"
    yield from (f"  · {text}" for text in rule.innocent)
    yield ""
    yield "构成要件（须全部成立；◆ 须已查明，否则本规则不说话）"
    for i, clause in enumerate(rule.elements, 1):
        yield f"  {i}. {'◆ ' if clause.anchor else ''}{clause.zh}"
        yield f"     条件：{words_of(clause.when.tree, book.vocabulary)}"
        if clause.ask:
            yield f"     问人：{clause.ask}"
    if rule.exceptions:
        yield ""
        yield "例外（任一成立即没有发现）"
        for i, clause in enumerate(rule.exceptions, 1):
            yield f"  {i}. {clause.zh}"
            yield f"     条件：{words_of(clause.when.tree, book.vocabulary)}"
    if rule.to_establish:
        yield ""
        yield "另须由人查明（不影响结论）"
        yield from (f"  · {text}" for text in rule.to_establish)
    yield ""
    yield f"最高结论：{OUTCOMES[rule.at_most.value]}"
    if rule.yields_to:
        yield f"让位于：{'、'.join(rule.yields_to)}"
    yield ""
    yield from _charges(charges_of(rule, book, on, medium), on, medium)
    yield ""
    yield f"合规写法：{rule.remedy}"
    if given is not None:
        yield ""
        yield from _examples(given)


def charges_of(rule: Rule, book: Rulebook, on: date, medium: str) -> Charges:
    """What the rule cites on a day, in a medium, for the actor the conduct is about."""
    if book.statutes is None:
        return Charges()
    from rules.charges import choose

    facts = Facts(
        {
            "page.medium": Known(medium, "page"),
            "company.actor": Known(rule.actor, "page"),
            "conduct.date": Known(on, "page"),
        }
    )
    return choose(rule.charges, facts, on, book.statutes)


def _charges(charges: Charges, on: date, medium: str) -> Iterator[str]:
    yield f"所涉条文（{on.isoformat()}，载体 {medium}）"
    if not charges.breaches and not charges.penalties:
        yield "  当日没有相应条文"
    for provision in charges.breaches:
        yield f"  义务 {cited(provision)}"
    for penalty in charges.penalties:
        yield f"  责任 {cited(penalty.provision)}{_terms(penalty)}"
    for note in charges.notes:
        yield f"  注 {note}"


def cited(provision: Provision) -> str:
    """《法》第几条第几款（版次，把握）：要旨."""
    number = f"第{provision.article}条" if provision.article else "（条号未见）"
    if provision.paragraph:
        number += f"第{provision.paragraph}款"
    if provision.item:
        number += f"第{provision.item}项"
    sure = {"inferred": "，推定", "quoted": "，据引述", "read": ""}[provision.confidence]
    when = f" ［{provision.when}］" if provision.when else ""
    return f"《{provision.title_zh}》{number}（{provision.version}{sure}）：{provision.gist}{when}"


def _terms(penalty: Penalty) -> str:
    if penalty.only_if_not_corrected:
        return "（先责令限期改正，逾期不改才适用）"
    return "（责令改正）" if penalty.order_to_correct else ""


def _examples(given: Given) -> Iterator[str]:
    yield f"示例（{len(given.facts)} 个事实示例，{len(given.text)} 个文字示例）"
    rows = [(f"  {e.name}", OUTCOMES[e.expect]) for e, _, _ in given.facts]
    rows += [(f"  “{e.text}”", OUTCOMES[e.expect] + ("（尚未做到）" if e.known_gap else "")) for e, _ in given.text]
    yield from table(rows)


def rule_json(rule: Rule, book: Rulebook, on: date, medium: str) -> dict[str, Any]:
    """`rules show --format json`."""
    charges = charges_of(rule, book, on, medium)
    return {
        "id": rule.id,
        "conduct": rule.conduct,
        "title": rule.title,
        "summary": rule.summary,
        "what": rule.what,
        "why": rule.why,
        "actor": rule.actor,
        "status": rule.status,
        "elements": [_clause_json(c, book.vocabulary) for c in rule.elements],
        "exceptions": [_clause_json(c, book.vocabulary) for c in rule.exceptions],
        "to_establish": list(rule.to_establish),
        "innocent_readings": list(rule.innocent),
        "at_most": rule.at_most.value,
        "yields_to": list(rule.yields_to),
        "on": on.isoformat(),
        "medium": medium,
        "breaches": [p.to_json() for p in charges.breaches],
        "penalties": [p.to_json() for p in charges.penalties],
        "notes": list(charges.notes),
        "remedy": rule.remedy,
        "path": rule.path,
    }


def _clause_json(clause: Any, vocabulary: Vocabulary) -> dict[str, Any]:
    return {
        "id": clause.id,
        "zh": clause.zh,
        "anchor": clause.anchor,
        "condition": words_of(clause.when.tree, vocabulary),
        "facts": list(clause.when.facts),
        "ask": clause.ask,
    }


def listed_json(rule: Rule, cited: Sequence[str], field: Mapping[str, Any] | None) -> dict[str, Any]:
    """One line of `rules list --format json`. `field`: what investigators made of its findings (confirmed, dismissed …), None: nothing yet."""
    return {
        "id": rule.id,
        "conduct": rule.conduct,
        "title": rule.title,
        "at_most": rule.at_most.value,
        "status": rule.status,
        "cites": list(cited),
        "keys": list(rule.keys),
        "path": rule.path,
        "field": dict(field) if field else None,
    }


def field_words(field: Mapping[str, Any] | None) -> str:
    """Precision in the field as a cell: `0.92 (11 of 12)`: findings that held of those judged; what is unclear or open counts for neither."""
    if not field or field["precision"] is None:
        return "-"
    right = field["confirmed"] + field["dismissed_right"]
    return f"{field['precision']:.2f} ({right} of {right + field['dismissed_wrong']})"
