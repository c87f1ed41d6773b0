"""`certmark case …`: the investigators' cases on the command line. Results on standard output, messages on standard error."""

from __future__ import annotations

import json
import mimetypes
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, Optional

import typer

from compliance.register_options import day_said, faults_told, one_of

if TYPE_CHECKING:
    from compliance.store.session import Store

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Cases: list, show, change, dismiss, reply, overdue."
)
NOT_FOUND, BAD_USAGE, STALE = 1, 2, 3
Json = dict[str, Any]

Id = Annotated[str, typer.Argument(metavar="CASE", help="the case's id, or the beginning of it")]
Who = Annotated[
    Optional[str], typer.Option("--who", metavar="NAME", help="who does it; default: the user of this machine")
]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="the reason, kept in the history")]
Expect = Annotated[
    Optional[int],
    typer.Option("--expect", metavar="VERSION", help="the version you have read; refused when it is another by now"),
]
Format = Annotated[str, typer.Option("--format", metavar="FORMAT", help="table or json")]


@app.command("list")
def list_cases(
    state: Annotated[Optional[list[str]], typer.Option(help="only this state; may be repeated")] = None,
    conduct: Annotated[Optional[list[str]], typer.Option(help="only this conduct; may be repeated")] = None,
    outcome: Annotated[Optional[list[str]], typer.Option(help="violation, suspected, needs_review")] = None,
    company: Annotated[Optional[str], typer.Option(help="its full name or USCC", metavar="NAME")] = None,
    owner: Annotated[Optional[str], typer.Option(help="who works on it", metavar="NAME")] = None,
    text: Annotated[str, typer.Option(help="words in names, quotes, addresses, numbers", metavar="WORDS")] = "",
    review: Annotated[bool, typer.Option("--review", help="dismissals whose day to look again has come")] = False,
    limit: Annotated[int, typer.Option(min=1, help="how many to show")] = 50,
    format: Format = "table",
) -> None:
    """The queue: the strongest outcome first, then the newest sighting. Dismissed and ended cases are counted too."""
    from compliance.cases.workflow import workflow
    from compliance.store.case_gather import RANKS
    from compliance.store.cases import Filters, Paging, cases_of
    from rules import clock

    for given, known, option in ((state, workflow().states, "--state"), (outcome, RANKS, "--outcome")):
        for one in given or ():
            one_of(one, tuple(known), option)
    filters = Filters(
        states=state or (), conducts=conduct or (), outcomes=outcome or (), company=company, owner=owner, text=text,
        review_by=clock.today() if review else None,
    )  # fmt: skip
    with _store() as store:
        found = cases_of(store, filters, Paging(1, limit))
    if _json(format, found):
        return
    _table(
        ("CASE", "STATE", "OUTCOME", "COMPANY", "CONDUCT", "FINDINGS", "DUE", "QUOTE"),
        [
            (
                c["id"], c["state_zh"], c["outcome"] or "—", c["company"]["name"] or c["company"]["key"], c["conduct"],
                f"{c['findings']}（{c['dismissed']}）" if c["dismissed"] else str(c["findings"]),
                (c["deadline"] or {}).get("due_on", "") + ("!" if c["overdue"] else ""), c["quote"][:40],
            )
            for c in found["cases"]
        ],
    )  # fmt: skip
    counts = "  ".join(f"{workflow().states[s].zh} {n}" for s, n in found["counts"].items() if n)
    print(f"{len(found['cases'])} of {found['total']} cases; {counts or 'none'}", file=sys.stderr)


@app.command()
def show(case: Id, format: Format = "table") -> None:
    """One case: findings, deadline, dismissals, replies, documents, history, what can be done next."""
    with _store() as store:
        found = _case(store, case)
    if _json(format, found):
        return
    print("\n".join(_drawn(found)))


@app.command()
def change(
    case: Id,
    to: Annotated[str, typer.Argument(metavar="STATE", help="the state to move to; `show` lists the possible ones")],
    why: Why,
    who: Who = None,
    expect: Expect = None,
    notice_on: Annotated[
        Optional[str], typer.Option("--notice-on", metavar="DATE", help="day the notice was served")
    ] = None,
    days: Annotated[Optional[int], typer.Option(metavar="N", help="days to put it right")] = None,
    due_on: Annotated[
        Optional[str], typer.Option("--due-on", metavar="DATE", help="the last day, as the notice says")
    ] = None,
    receiver: Annotated[Optional[str], typer.Option(metavar="NAME", help="the authority a transfer goes to")] = None,
) -> None:
    """Move a case. A notice sets the rectification deadline; a transfer needs --receiver."""
    from compliance.store.cases import change as move

    _done(
        case, expect,
        lambda store, id_, version: move(
            store, id_, to, _who(who), why, version, notice_on=day_said(notice_on, "--notice-on"), days=days,
            due_on=day_said(due_on, "--due-on"), receiver=receiver,
        ),
    )  # fmt: skip


@app.command()
def dismiss(
    case: Id,
    reason: Annotated[str, typer.Option(help="misread, record_outdated, minor …: `case reasons` lists them")],
    why: Why,
    finding: Annotated[Optional[str], typer.Option(metavar="ID", help="only this finding")] = None,
    rule: Annotated[Optional[str], typer.Option(metavar="RULE", help="what this rule finds for this company")] = None,
    page: Annotated[Optional[str], typer.Option(metavar="URL", help="what stands on this page only")] = None,
    evidence: Annotated[
        str, typer.Option(metavar="TEXT", help="what it rests on: a letter, a file, a register look-up")
    ] = "",
    review_on: Annotated[Optional[str], typer.Option("--review-on", metavar="DATE", help="day to look again")] = None,
    who: Who = None,
    expect: Expect = None,
) -> None:
    """Set findings aside: a finding, a rule's, a page's, or (with none of these) the whole case. Holds while the facts are the same."""
    from compliance.store.cases import dismiss as put_aside

    chosen = {"finding": finding, "rule": rule, "page": page}
    scopes = [name for name, value in chosen.items() if value]
    if len(scopes) > 1:
        _stop(f"--{' and --'.join(scopes)} exclude each other")
    _done(
        case, expect,
        lambda store, id_, version: put_aside(
            store, id_, _who(who), scope=scopes[0] if scopes else "case", reason=reason, why=why, expected_version=version,
            finding_id=finding, rule=rule, page=page, evidence=evidence, review_on=day_said(review_on, "--review-on"),
        ),
    )  # fmt: skip


@app.command("take-back")
def take_back(
    case: Id,
    dismissal: Annotated[int, typer.Argument(metavar="DISMISSAL", help="its number; `show` lists them")],
    why: Why,
    who: Who = None,
    expect: Expect = None,
) -> None:
    """End a dismissal by hand: its findings are open again."""
    from compliance.store.cases import take_back as end

    _done(case, expect, lambda store, id_, version: end(store, id_, dismissal, _who(who), why, version))


@app.command()
def reply(
    case: Id,
    sender: Annotated[str, typer.Option(metavar="NAME", help="who answered")],
    said: Annotated[str, typer.Option(metavar="TEXT", help="the answer's words")] = "",
    said_on: Annotated[Optional[str], typer.Option("--said-on", metavar="DATE", help="the day on the answer")] = None,
    document: Annotated[
        Optional[list[Path]], typer.Option(metavar="FILE", help="a document of the answer; may be repeated")
    ] = None,
    who: Who = None,
    expect: Expect = None,
) -> None:
    """Receive the company's answer with its documents; they are kept with the case and shown in its report."""
    from compliance.store.cases import Attached
    from compliance.store.cases import reply as answer

    attached = []
    for path in document or []:
        try:
            attached.append(
                Attached(path.name, mimetypes.guess_type(path.name)[0] or "application/octet-stream", path.read_bytes())
            )
        except OSError as error:
            _stop(f"--document {path}: can't be read: {error.strerror}")
    _done(
        case, expect,
        lambda store, id_, version: answer(
            store, id_, _who(who), sender=sender, said=said, expected_version=version, said_on=day_said(said_on, "--said-on"),
            documents=attached,
        ),
    )  # fmt: skip


@app.command()
def assign(
    case: Id,
    to: Annotated[Optional[str], typer.Argument(metavar="[NAME]", help="who works on it; nobody when left out")] = None,
    who: Who = None,
    expect: Expect = None,
) -> None:
    """Say who works on the case."""
    from compliance.store.cases import assign as give

    _done(case, expect, lambda store, id_, version: give(store, id_, _who(who), to, version))


@app.command()
def overdue(
    on: Annotated[Optional[str], typer.Option("--on", metavar="DATE", help="as of this day; today if none")] = None,
    format: Format = "table",
) -> None:
    """Cases past their rectification deadline, and what the crawler saw since the notice."""
    from compliance.store.case_deadlines import overdue as late

    with _store() as store:
        found = late(store, day_said(on, "--on"))
    if _json(format, {"cases": found}):
        return
    _table(
        ("CASE", "COMPANY", "CONDUCT", "DUE", "DAYS OVER", "STATE", "SEEN SINCE"),
        [
            (
                c["id"], c["company"]["name"] or c["company"]["key"], c["conduct"], c["deadline"]["due_on"], str(c["days_over"]),
                c["state_zh"], (c["recheck"] or {"state": "not_looked_at"})["state"],
            )
            for c in found
        ],
    )  # fmt: skip


@app.command()
def recheck(format: Format = "table") -> None:
    """Compare the cases under notice with what was seen since; the crawl does it by itself."""
    from compliance.store.case_deadlines import recheck as look

    with _store() as store:
        done = vars(look(store))
    if not _json(format, done):
        print(f"{done['looked_at']} under notice, {done['rectified']} found rectified, {done['overdue']} overdue")


@app.command()
def targets() -> None:
    """The pages of cases under notice as a target list (CSV) for `certmark crawl` or `schedule add`."""
    import csv

    from compliance.store.case_deadlines import targets_of

    with _store() as store:
        found = targets_of(store)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("company", "uscc", "url"))
    writer.writerows((one["company"], one["uscc"], one["url"]) for one in found)


@app.command()
def reasons(format: Format = "table") -> None:
    """Reasons for a dismissal, and how each counts for the rule's precision in the field."""
    from compliance.cases.workflow import workflow

    found = [{"id": r.id, "zh": r.zh, "precision": r.precision} for r in workflow().reasons.values()]
    if not _json(format, {"reasons": found}):
        _table(("REASON", "中文", "COUNTS AS"), [(r["id"], r["zh"], r["precision"]) for r in found])


@app.command()
def issued(
    case: Annotated[Optional[str], typer.Argument(metavar="[CASE]", help="only this case's")] = None,
    format: Format = "table",
) -> None:
    """Documents that went out (`report --issue-to`), who received them, and which later ones correct or withdraw them."""
    from compliance.store.issued import issued_documents

    with _store() as store:
        found = issued_documents(store, _case(store, case)["id"] if case else None)
    if not _json(format, {"documents": found}):
        _table(
            ("NUMBER", "KIND", "AT", "RECEIVER", "CASE", "REPLACES", "REPLACED BY", "WHY"),
            [
                (d["id"], d["kind"], d["at"][:16], d["receiver"], d["case_id"] or "", d["replaces"] or "", " ".join(d["replaced_by"]), d["why"])
                for d in found
            ],
        )  # fmt: skip


def _drawn(case: Json) -> Iterator[str]:
    name = case["company"]["name"] or case["company"]["key"]
    yield f"{case['id']}  {name}  {case['title']}（{case['conduct']}）  {case['state_zh']}  version {case['version']}"
    if case["before"]:
        yield f"  round {case['round']}, after {case['before']}"
    if case["deadline"]:
        due = case["deadline"]
        seen = f"; seen since: {case['recheck']['state']}" if case["recheck"] else ""
        yield f"  notice of {due['notice_on']}, due {due['due_on']}{' (over)' if case['overdue'] else ''}{seen}"
    for one in case["findings"]:
        mine = one["case"]
        mark = f" dismissed by {mine['dismissal']}" if mine["state"] == "dismissed" else ""
        yield f"  finding {one['id']}  {one['outcome']}  {one['rule']}{mark}"
        yield f"    “{one['quote']}”  {one['occurrences'][0]['page']}  since {mine['first_seen'][:10]}, last {mine['last_seen'][:10]}"
    for one in case["dismissals"]:
        ended = (
            f"; ended {one['ended']['at'][:10]} by {one['ended']['by']}: {one['ended']['why']}" if one["ended"] else ""
        )
        again = f", look again on {one['review_on']}" if one["review_on"] else ""
        yield f"  dismissal {one['id']}  {one['scope_zh']}  {one['reason_zh']}：{one['why']}  {one['who']} {one['at'][:10]}{again}{ended}"
    for one in case["replies"]:
        yield f"  reply {one['id']}  {one['sender']}：{one['text']}  ({', '.join(d['name'] for d in one['documents']) or 'no document'})"
    yield "  history:"
    for line in case["history"]:
        moved = f" {line['from']} → {line['to']}" if line["from"] != line["to"] else ""
        yield f"    {line['at'][:16]}  {line['who']}  {line['what']}{moved}  {line['why']}"
    yield "  next: " + (", ".join(f"{s['to']} ({s['zh']})" for s in case["next"]) or "nothing, it has ended")


def _done(case: str, expect: int | None, act: Callable[[Store, str, int], int]) -> None:
    """One change: the present version is the one read unless --expect says another."""
    from compliance.cases.workflow import NotAllowed
    from compliance.store.cases import StaleCase

    with _store() as store:
        found = _case(store, case)
        try:
            version = act(store, found["id"], found["version"] if expect is None else expect)
        except StaleCase as error:
            _stop(str(error), STALE)
        except NotAllowed as error:
            _stop(str(error))
        except LookupError as error:
            _stop(str(error.args[0]), NOT_FOUND)
        now = _case(store, found["id"])
    print(f"{now['id']}  {now['state_zh']}  version {version}")


@contextmanager
def _store() -> Iterator[Store]:
    """The store, after what was found since the last time has been gathered."""
    from compliance.store.case_gather import gather
    from compliance.store.session import open_store

    with faults_told(), open_store() as store:
        gather(store)
        yield store


def _case(store: Store, case_id: str) -> Json:
    from compliance.store.cases import case_of

    try:
        return case_of(store, case_id)
    except LookupError as error:
        _stop(str(error.args[0]), NOT_FOUND)


def _json(format: str, found: Json) -> bool:
    one_of(format, ("table", "json"))
    if format == "json":
        print(json.dumps(found, ensure_ascii=False, indent=1))
    return format == "json"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    print("\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in (head, *rows)))


def _who(given: str | None) -> str:
    import getpass

    return given or getpass.getuser()


def _stop(message: str, status: int = BAD_USAGE) -> NoReturn:
    print(f"certmark case: {message}", file=sys.stderr)
    raise typer.Exit(status)
