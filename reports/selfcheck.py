"""Self-check (自查): the same findings in plain words for the site's own people: what it says, why to look, what to write instead."""

from __future__ import annotations

from dataclasses import dataclass

from reports.model import FindingShown, Report
from reports.wording import load_wording


@dataclass(frozen=True, slots=True)
class Advice:
    """改写建议 for one finding. `priority_zh`: what to do first, by outcome; `check_first`: what to make sure of before."""

    where: tuple[str, ...]
    before: str
    quote: str
    after: str
    priority_zh: str
    outcome: str
    why: str
    register: str
    instead: str
    check_first: tuple[str, ...]
    fine_if: tuple[str, ...]  # readings under which nothing need be changed
    provision: str


def advice_of(report: Report) -> tuple[Advice, ...]:
    """One piece of advice a finding, in the report's order."""
    return tuple(_advice(finding) for company in report.companies for finding in company.findings)


def text_of(report: Report) -> str:
    """Plain text for a terminal or a CI job's log: nothing but words."""
    t = load_wording().text
    lines = [t("self.title"), report.header.checked, ""]
    for nth, one in enumerate(advice_of(report), 1):
        lines.append(f"{nth}. [{one.priority_zh}] {one.where[0] if one.where else t('report.no_host')}")
        lines.append(f"   {t('self.wrote')}：“{one.quote}”")
        lines.append(f"   {t('self.why')}：{one.why}。{one.register}")
        lines.append(f"   {t('self.instead')}：{one.instead}")
        for title, items in (("check_first", one.check_first), ("fine_if", one.fine_if), ("also", one.where[1:])):
            lines += [f"   {t(f'self.{title}')}：{item}" for item in items]
        lines.append("")
    lines.append(t("self.none") if len(lines) == 3 else t("self.end"))
    return "\n".join(lines) + "\n"


def _advice(one: FindingShown) -> Advice:
    t = load_wording().text
    seen = {field: value for field, _, value in one.register.row}
    if seen:
        says = "，".join(
            f"{zh} {value}"
            for field, zh, value in one.register.row
            if field in ("number", "status", "expires", "scope")
        )
        register = t("self.register", says=says, snapshot=seen.get("snapshot") or t("report.unknown"))
    else:
        register = t("self.no_register" if one.register.kind == "no_register" else "self.not_found")
    leading = one.breaches[0] if one.breaches else None
    return Advice(
        where=tuple(dict.fromkeys(place.url or place.page for place in (one.place, *one.sightings))),
        before=one.place.before,
        quote=one.place.quote,
        after=one.place.after,
        priority_zh=t(f"self.priority.{one.outcome}"),
        outcome=one.outcome,
        why=one.title,
        register=register,
        instead=one.remedy,
        check_first=(*one.asks, *(element.zh for element in one.elements if element.truth == "unknown")),
        fine_if=one.innocent,
        provision=f"{leading.title}{leading.article}" if leading else "",
    )
