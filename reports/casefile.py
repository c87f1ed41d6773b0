"""A case as a report shows it (案件): its result rebuilt from the store, and its state, deadline, answers, dismissals and history in words.

A finding that the pages no longer show still belongs to its case: it is shown as it was last seen, with the facts kept then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reports.finding import china_time
from reports.masking import masked_text
from reports.sections import Section, TableShown
from reports.wording import load_wording

Json = dict[str, Any]


def case_result(whole: Json, case: Json, hashes: dict[str, str | None]) -> Json:
    """The check's result of the case's company with the case's findings only. `whole`: compliance.store.findings.results of the company;
    `hashes`: page → SHA-256 of the capture that last showed a finding, for pages that show it no more."""
    mine = {one["id"]: one for one in case["findings"]}
    pages, shown = [], set()
    for page in whole["pages"]:
        found = [one for one in page["findings"] if one["id"] in mine]
        shown |= {one["id"] for one in found}
        pages.append({**page, "findings": found})
    pages += [_as_last_seen(one, case, hashes) for id_, one in mine.items() if id_ not in shown]
    return {**whole, "pages": pages}


def _as_last_seen(finding: Json, case: Json, hashes: dict[str, str | None]) -> Json:
    """A page that no longer shows the finding, as far as the store remembers it."""
    place = finding["occurrences"][0]
    facts = next(
        (one for one in finding["case"]["facts"] if one["page"] == place["page"]), {"claim": {}, "register": None}
    )
    said, row = facts["claim"], facts["register"]
    claim = {
        "id": finding["claim"], "quote": finding["quote"], "locator": place["locator"], "container": None, "state": "held",
        "subject": said.get("subject"), "subject_text": None, "heading": "", "context": "", "number": said.get("number"),
        "certificate": {"source": None, "snapshot": None, "province": None, "body_code": None} | row if row else None,
        "match": {"method": None, "score": 0, "runner_up": None, "searched": [], "near": []}, "verdict": "finding",
    }  # fmt: skip
    return {
        "id": None, "url": place["page"], "source": None, "captured_at": finding["case"]["last_seen"],
        "sha256": hashes.get(place["page"]), "as_of": finding["case"]["last_seen"][:10], "genre": "other",
        "company": {"name": case["company"]["name"], "uscc": None, "from": "record"},
        "coverage": {"blocked": False, "blocked_reason": None, "pictures_seen": 0, "pictures_read": 0, "unread": []},
        "claims": [claim],
        "findings": [{key: value for key, value in finding.items() if key != "case"}],
    }  # fmt: skip


def case_sections(case: Json, mask: bool = True) -> tuple[Section, ...]:
    """The case's own parts of the report: where it stands, what was answered, what was set aside and why, what happened when."""
    t = load_wording().text
    said = masked_text if mask else str
    rows = [(t("case.number"), case["id"]), (t("case.state"), case["state_zh"])]
    rows.append((t("case.opened"), china_time(case["opened_at"]) or ""))
    if case["before"]:
        rows.append((t("case.before"), t("case.round", n=case["round"], before=case["before"])))
    if case["owner"]:
        rows.append((t("case.owner"), case["owner"]))
    rows += [(t(f"case.{name}"), text) for name, text in _deadline(case)]
    counts = case["counts"]
    rows.append((t("case.findings"), t("case.counted", n=counts["findings"], dismissed=counts["dismissed"])))
    tables = [TableShown(t("case.caption"), (t("case.item"), t("case.content")), tuple(rows))]
    tables += _tables(case, said)
    return (Section("case", t("case.title"), (t("case.lead"),), tuple(tables)),)


def _deadline(case: Json) -> Iterable[tuple[str, str]]:
    t, due = load_wording().text, case["deadline"]
    if due is None:
        return
    days = (
        t("case.days", n=due["days"], unit=t("case.working" if due["working_days"] else "case.calendar"))
        if due["days"]
        else ""
    )
    moved = t("case.moved", day=due["moved_from"]) if due["moved_from"] else ""
    yield "notice_on", due["notice_on"]
    yield "due_on", f"{due['due_on']}{days}{moved}" + (f"；{due['note_zh']}" if due["note_zh"] else "")
    if due["basis"]:
        yield "basis", "；".join(due["basis"])
    seen = case["recheck"]
    yield "recheck", t(f"case.seen.{seen['state']}", at=china_time(seen["at"])) if seen else t("case.seen.none")


def _tables(case: Json, said: Any) -> Iterable[TableShown]:
    t = load_wording().text
    if case["replies"]:
        head = tuple(t(f"case.{name}") for name in ("when", "sender", "answer", "documents"))
        yield TableShown(
            t("case.replies"), head,
            tuple(
                (
                    one["said_on"] or china_time(one["at"]) or "", one["sender"], said(one["text"]),
                    "；".join(f"{d['name']}（SHA-256 {d['sha256']}，{d['size']}{t('case.bytes')}）" for d in one["documents"]) or "—",
                )
                for one in case["replies"]
            ),
        )  # fmt: skip
    if case["dismissals"]:
        head = tuple(t(f"case.{name}") for name in ("when", "who", "scope", "reason", "covered", "ended"))
        yield TableShown(
            t("case.dismissals"), head,
            tuple(
                (
                    china_time(one["at"]) or "", one["who"], one["scope_zh"],
                    f"{one['reason_zh']}：{said(one['why'])}" + (f"（{said(one['evidence'])}）" if one["evidence"] else ""),
                    "、".join(one["findings"]),
                    f"{china_time(one['ended']['at'])} {one['ended']['by']}：{one['ended']['why']}" if one["ended"]
                    else t("case.holds", day=one["review_on"] or t("case.no_day")),
                )
                for one in case["dismissals"]
            ),
        )  # fmt: skip
    head = tuple(t(f"case.{name}") for name in ("when", "who", "act", "why"))
    acts = load_wording().tree["case"]["acts"]
    from compliance.cases.workflow import workflow

    states = workflow().states
    yield TableShown(
        t("case.history"), head,
        tuple(
            (
                china_time(line["at"]) or "", line["who"],
                acts.get(line["what"], line["what"])
                + (f"：{states[line['from']].zh} → {states[line['to']].zh}" if line["from"] != line["to"] else ""),
                said(line["why"]),
            )
            for line in case["history"]
        ),
    )  # fmt: skip


def issue_section(number: str, receiver: str, replaced: Json | None, why: str) -> Section:
    """The document's own number and receiver; for a correction, which document it takes the place of, who had received that, and why."""
    t = load_wording().text
    rows = [(t("issue.number"), number), (t("issue.receiver"), receiver)]
    texts: tuple[str, ...] = ()
    if replaced is not None:
        rows += [
            (t("issue.replaces"), replaced["id"]),
            (t("issue.replaced_at"), china_time(replaced["at"]) or ""),
            (t("issue.replaced_receiver"), replaced["receiver"]),
            (t("issue.replaced_hash"), replaced["sha256"]),
            (t("issue.why"), why),
        ]
        texts = (t("issue.corrects", number=replaced["id"]),)
    return Section("issue", t("issue.title_corrects" if replaced else "issue.title"), texts,
                   (TableShown(t("issue.title"), (t("case.item"), t("case.content")), tuple(rows)),))  # fmt: skip
