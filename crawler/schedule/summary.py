"""What a run of a job brought (运行摘要), compared with the job's run before: new, gone, still there, not seen. Outcomes stay apart.

*Gone* is said only when every page that held the finding was asked and answered: without it, or with 404 or 410. Where a page gave
no answer, was blocked or was not asked, the finding is *not seen*: kept, counted, and neither gone nor new at the next run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Json = dict[str, Any]
OUTCOMES = ("violation", "suspected", "needs_review")
KINDS = ("new", "still_there", "gone", "not_seen")
LISTED = 100  # findings named one by one in a summary, per kind; all are counted
PAGES = ("pages", "unchanged", "failed", "blocked")
KEPT_OUT = ("failed", "blocked", "redirected", "waiting")


def findings_seen(found: Iterable[tuple[Json, Json]]) -> tuple[list[Json], str]:
    """(page, finding) pairs → one entry a finding id, sorted, and the SHA-256 over all findings in canonical form.

    Equal findings give equal bytes, whatever the order in which pages came.
    """
    entries: dict[str, Json] = {}
    lines = set()
    for page, finding in found:
        where = page["url"] or page["id"] or page["sha256"]
        lines.add(json.dumps([where, finding], ensure_ascii=False, sort_keys=True))
        entry = entries.setdefault(
            finding["id"],
            {
                "id": finding["id"],
                "outcome": finding["outcome"],
                "conduct": finding["conduct"],
                "rule": finding["rule"],
                "company": (page.get("company") or {}).get("name"),
                "quote": finding["quote"],
                "pages": [],
            },
        )
        entry["outcome"] = min(entry["outcome"], finding["outcome"], key=OUTCOMES.index)
        entry["pages"] = sorted({*entry["pages"], where})
    digest = hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
    return [entries[key] for key in sorted(entries)], digest


def compared(now: Sequence[Json], before: Sequence[Json], answers: Mapping[str, str]) -> dict[str, list[Json]]:
    """The findings of this run and the one before by kind. `answers`: what each address said (compliance.store.jobs.answers_of).

    A finding whose outcome changed is still there and carries `was`.
    """
    old = {entry["id"]: entry for entry in before}
    kinds: dict[str, list[Json]] = {kind: [] for kind in KINDS}
    for entry in now:
        known = old.pop(entry["id"], None)
        if known is not None and known["outcome"] != entry["outcome"]:
            entry = entry | {"was": known["outcome"]}
        kinds["new" if known is None else "still_there"].append(entry)
    for entry in old.values():
        sure = all(answers.get(page) in ("looked_at", "gone") for page in entry["pages"])
        kinds["gone" if sure else "not_seen"].append(entry)
    return kinds


def kept_for_next(kinds: Mapping[str, Sequence[Json]]) -> list[Json]:
    """What the next run is compared with: all that is there, and what could not be seen."""
    return [
        {key: value for key, value in entry.items() if key != "was"}
        for kind in ("new", "still_there", "not_seen")
        for entry in kinds[kind]
    ]


def sites_json(sites: Sequence[Any]) -> Json:
    """Counts by state, and each site that was kept out, with its reason. `sites`: crawler.run.SiteSummary."""
    counts = {state: sum(site.state == state for site in sites) for state in ("done", *KEPT_OUT)}
    out = [
        {"host": site.host, "company": site.company, "state": site.state, "reason": site.reason}
        for site in sites
        if site.state in KEPT_OUT
    ]
    pages = {name: sum(getattr(site, name) for site in sites) for name in PAGES}
    return {
        "sites": {"all": len(sites), **counts},
        "kept_out": out,
        "pages": pages,
        "requests": sum(s.requests for s in sites),
    }


def findings_json(kinds: Mapping[str, Sequence[Json]]) -> Json:
    """Counts by outcome and kind, and the findings themselves by kind (`still_there` only those whose outcome changed)."""
    counts = {o: {kind: sum(e["outcome"] == o for e in kinds[kind]) for kind in KINDS} for o in OUTCOMES}
    changed = [entry for entry in kinds["still_there"] if "was" in entry]
    lists = {"new": kinds["new"], "gone": kinds["gone"], "not_seen": kinds["not_seen"], "changed": changed}
    return {
        "findings": counts,
        **{name: list(entries[:LISTED]) for name, entries in lists.items()},
        "not_listed": {name: max(0, len(entries) - LISTED) for name, entries in lists.items()},
    }


def text_of(summary: Json) -> str:
    """The summary in lines for a person."""
    sites = summary["sites"]
    lines = [
        f"job {summary['job']}, run {summary['run']} ({summary['cause']}, try {summary['attempt']}): {summary['state']}"
        + (f": {summary['reason']}" if summary["reason"] else ""),
        f"{summary['started']} – {summary['ended']}; crawl {summary['crawl']}{' (taken up)' if summary['taken_up'] else ''}",
        f"sites {sites['all']}: " + ", ".join(f"{state} {sites[state]}" for state in ("done", *KEPT_OUT)),
        ", ".join(f"{name} {summary['pages'][name]}" for name in PAGES) + f"; requests {summary['requests']}",
        "outcome\t" + "\t".join(kind.replace("_", " ") for kind in KINDS),
    ]
    lines += [f"{o}\t" + "\t".join(str(summary["findings"][o][kind]) for kind in KINDS) for o in OUTCOMES]
    if summary["compared_with"] is None:
        lines.append("first run: every finding counts as new")
    for name in ("new", "changed", "gone", "not_seen"):
        for entry in summary[name]:
            was = f" (was {entry['was']})" if "was" in entry else ""
            lines.append(
                f"{name.replace('_', ' ')}\t{entry['outcome']}{was}\t{entry['company'] or '—'}\t{entry['rule']}\t{entry['pages'][0]}"
            )
        if summary["not_listed"][name]:
            lines.append(f"{name.replace('_', ' ')}\t… and {summary['not_listed'][name]} more")
    lines += [f"{s['state']}\t{s['host']}\t{s['company'] or '—'}\t{s['reason'] or '—'}" for s in summary["kept_out"]]
    if evidence := summary.get("evidence"):
        lines.append(f"evidence\t{evidence['bundles']} bundle(s) packed, {evidence['present']} there already")
        lines += [f"evidence\tnot packed: {line}" for line in evidence["faults"]]
    lines += [f"left out\t{line}" for line in summary["left_out"]]
    return "\n".join(lines)
