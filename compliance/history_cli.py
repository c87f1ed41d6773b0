"""`certmark evidence history`: since when a finding or an address has been seen, what changed, and when it was gone."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Annotated, Any, Optional

import typer

Json = dict[str, Any]
STATES = {
    "still_there": "still there at the last look",
    "removed": "removed",
    "words_still_there": "the words are still there; the finding isn't made over them any more (register or rules are others now)",
    "bytes_not_kept": "the page was judged without it later, but those bytes aren't kept: whether the words were gone can't be shown",
    "not_looked_at": "since it was last seen nobody could look",
}
VERDICTS = {
    "removed_after": "it was still shown after the notice and removed later",
    "removed_around": "shown before the notice, gone at the first look after it",
    "removed_before": "it was gone before the notice",
    "shown_after": "still shown after the notice",
    "not_looked_at_since": "no look since the notice",
}


def history(
    what: Annotated[str, typer.Argument(metavar="FINDING|URL", help="a finding's id, or a whole address")],
    notice: Annotated[
        Optional[str],
        typer.Option(metavar="DATE", help="when the firm was told: what was shown before and after it"),
    ] = None,
    format_: Annotated[str, typer.Option("--format", metavar="FORMAT", help="table or json")] = "table",
) -> None:
    """When a finding or an address was first and last seen over all runs, when it changed, when it was removed.

    Exit status 0: shown, 1: the store knows no such finding or address, 2: bad usage.
    """
    if format_ not in ("table", "json"):
        raise typer.BadParameter(f"{format_!r} is not one of table, json", param_hint="--format")
    from compliance.history import Notice, address_json, finding_json
    from compliance.settings import SettingsError
    from compliance.store.session import StoreError, open_store

    address = "://" in what
    if notice is not None and address:
        raise typer.BadParameter("a notice is about a finding: give its id", param_hint="--notice")
    try:
        told = Notice.on(notice) if notice is not None else None
    except ValueError as error:
        raise typer.BadParameter(
            f"{notice!r} is no day and no time ({error}); write 2026-11-23", param_hint="--notice"
        ) from error
    try:
        with open_store() as store:
            found = address_json(store, what) if address else finding_json(store, what, told)
    except LookupError as error:
        print(f"certmark evidence: {error.args[0]}", file=sys.stderr)
        raise typer.Exit(1) from error
    except (StoreError, SettingsError, OSError) as error:
        print(f"certmark evidence: {error}", file=sys.stderr)
        raise typer.Exit(2) from error
    print(json.dumps(found, ensure_ascii=False) if format_ == "json" else table_of(found))


def table_of(found: Json) -> str:
    """The same for reading; times in China."""
    lines = []
    if "finding" in found:
        lines += [
            f"finding {found['finding']}: {found['rule']} ({found['outcome']})",
            f"  {found['quote']}",
            f"shown at {found['captures']} capture(s), first {_china(found['first_seen'])}, last {_china(found['last_seen'])}",
            f"now: {STATES[found['state']]}",
        ]
        if removed := found["removed"]:
            lines.append(f"removed between {_china(removed['after'])} and {_china(removed['by'])}")
        if told := found.get("notice"):
            lines.append(f"notice of {_china(told['starts'])}: {VERDICTS[told['verdict']]}")
    for page in found.get("pages", [found]):
        lines += _page_lines(page)
    return "\n".join(lines)


def _page_lines(page: Json) -> list[str]:
    times = ", ".join(
        f"{name.replace('_', ' ')} {_china(page[name])}"
        for name in ("first_seen", "last_seen", "changed_on", "gone_on", "first_shown", "last_shown", "gone_by")
        if page.get(name)
    )
    how = f" ({page['gone_how']})" if page.get("gone_how") else ""
    lines = [f"{page['url']}", f"  {page['visits']} visit(s), {page['changes']} change(s); {times or 'no times'}{how}"]
    for capture in page["captures"]:
        said = capture["blocked"] or ("same bytes" if capture["same_bytes"] else "")
        shows = {True: "shown", False: "not shown", None: "no look"}[capture["shows"]] if "shows" in capture else ""
        sha256 = (capture["sha256"] or "—")[:16]
        lines.append(f"  {_china(capture['at'])}\t{capture['status']}\t{sha256}\t{said or '—'}\t{shows}".rstrip())
    if page["not_listed"]:
        lines.append(f"  … and {page['not_listed']} capture(s) between them")
    return lines


def _china(text: str) -> str:
    from rules.clock import CHINA

    return datetime.fromisoformat(text).astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
