"""What `certmark check` shows through its other doors, made from the check's result: plain words, a body's clients, SARIF."""

from __future__ import annotations

from typing import Any

from reports.bodyview import body_report_of
from reports.visible import visible
from reports.wording import load_wording


def self_text(result: dict[str, Any]) -> str:
    """自查: plain words, masked, one piece of advice a finding."""
    from reports.masking import masked
    from reports.model import report_of
    from reports.selfcheck import text_of

    return visible(text_of(report_of(masked(result))))


def sarif_text(result: dict[str, Any]) -> str:
    """SARIF 2.1.0 of the result, masked."""
    from reports.documents import sarif
    from reports.masking import masked
    from reports.model import report_of

    made = sarif.render(report_of(masked(result)))
    return made if isinstance(made, str) else made.decode("utf-8")


def body_text(result: dict[str, Any], code: str, form: str) -> str:
    """The tracking report of a body as lines, or as JSON. Raises LookupError when none of its clients is met."""
    body = body_report_of(result, code)
    if form == "json":
        from reports.documents.json import plain

        return plain(body)
    t = load_wording().text
    lines = [
        t("body.title"),
        f"{body.name}（{t('body.code')} {body.code}）  {body.day}",
        body.register,
        t("body.lead"),
        "",
    ]
    groups = (
        ("attention", ("revoked", "cancelled", "suspended", "expired")),
        ("ending", ("ending",)),
        ("unknown", ("unknown",)),
        ("valid", ("valid",)),
    )
    for title, states in groups:
        clients = body.of(*states)
        lines.append(f"{t(f'body.{title}')}（{len(clients)}）")
        for one in clients:
            left = f"，{t('body.days')} {one.days_left}" if one.days_left is not None else ""
            lines.append(f"  {one.holder}  {one.number}  {one.state_zh}  {t('body.expires')} {one.expires}{left}")
            lines.append(f"    “{' '.join(one.quote.split())}”  {one.url or ''}  {t('body.mentions')} {one.mentions}")
            if one.page_company:
                lines.append(f"    {t('body.page_company', company=one.page_company)}")
    lines += ["", t("body.duties")]
    lines += [f"  {one.title}{one.article}（{one.version}）〔{one.confidence_zh}〕 {one.gist}" for one in body.duties]
    return visible("\n".join(lines)) + "\n"
