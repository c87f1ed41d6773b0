"""`certmark register import|lookup|stats|sample|diff|alerts`: the certificate register. Heavy imports stand inside the commands."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from compliance.register_options import (
    Format,
    RegisterOption,
    StoreOption,
    day_said,
    faults_told,
    one_of,
    progress_bar,
    register_at,
    say,
    store_at,
)
from rules.clock import today

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True,
                  help="The certificate register: import, look up, measure.")  # fmt: skip
KINDS = ("certificates", "bodies", "gi_users", "abnormal", "ccc_catalogue", "recalls")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, JSONL or Parquet, headings in Chinese or English")],
    kind: Annotated[str, typer.Option(metavar="KIND", help="what the rows are: " + ", ".join(KINDS))] = "certificates",
    source: Annotated[
        Optional[str],
        typer.Option(metavar="NAME", help="where the data come from; the same name again is a newer snapshot"),
    ] = None,
    snapshot: Annotated[
        Optional[str],
        typer.Option(metavar="DATE", help="day of the data, YYYY-MM-DD; default: the file's own, else today"),
    ] = None,
    complete: Annotated[
        Optional[str], typer.Option(metavar="all|FILE", help="what the data are complete for; nothing unless said")
    ] = None,
    rejects: Annotated[
        Optional[Path], typer.Option(metavar="FILE", help="where rows that can't be read go; default: the data folder")
    ] = None,
    database: StoreOption = None,
) -> None:
    """Take a register file, or another list (--kind), into the store. Bad rows are listed with line and reason, the rest is imported."""
    from compliance.register.cells import date_of
    from compliance.register.coverage import complete_of
    from compliance.register_lists import import_list
    from compliance.register_open import import_register
    from compliance.settings import load_settings

    _known_kind(kind)
    day = day_said(snapshot, "--snapshot")
    with faults_told(database), store_at(database) as store:
        entries = complete_of(complete) if complete else ()
        target = rejects or load_settings().data / "rejects" / f"{file.stem}.rejects.csv"
        with progress_bar(f"reading {file.name}") as progress:
            if kind == "certificates":
                taken = import_register(store, file, source, day, entries, target, progress)
            else:
                taken = import_list(store, file, kind, source, day, entries, target, progress)
    done = taken.imported
    for note in taken.notes:
        say(note)
    if done.again:
        say(f"{file}: this snapshot is in already; nothing was changed")
        return
    if taken.snapshot_assumed:
        say(f"day of the data not given: {taken.snapshot} (today) is assumed; say it with --snapshot")
    if done.older_than:
        say(
            f"older than the snapshot of {date_of(done.older_than)} that is in: newer rows stay; only rows it alone has were added"
        )
    if done.rejected or taken.remarked:
        say(
            f"refused: {done.rejected}, taken in with a remark: {taken.remarked}; each with line and reason in {taken.rejects}"
        )
        for reject in taken.first:
            say(f"  line {reject.line}: {reject.reason}")
    if done.gone > done.rows // 4 and not entries:
        say(
            f"gone: {done.gone}. If this file is another part of the register and not a newer state of {taken.origin}, give it a --source of its own"
        )
    if not entries:
        say("not declared complete (--complete): what it doesn't hold stays unknown")
    print(f"{taken.origin} {taken.snapshot}: {done.rows} rows in; new {done.new}, changed {done.changed}, gone {done.gone}, "
          f"unchanged {done.unchanged}, repeated {done.repeated}, refused {done.rejected}")  # fmt: skip
    if not done.rows:
        say(f"{file}: no row could be used")
        raise typer.Exit(2)


@app.command()
def lookup(
    said: Annotated[Optional[str], typer.Argument(metavar="NAME|NUMBER|USCC")] = None,
    batch: Annotated[
        Optional[str],
        typer.Option(metavar="FILE.jsonl", help="questions, one JSON object a line; - for standard input"),
    ] = None,
    scheme: Annotated[
        Optional[str], typer.Option(metavar="SCHEME", help="only certificates of this scheme, id or Chinese name")
    ] = None,
    on: Annotated[
        Optional[str], typer.Option(metavar="DATE", help="the day whose state is shown; default today")
    ] = None,
    register: RegisterOption = None,
    format: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="table, json or jsonl (with --batch)")
    ] = "table",
) -> None:
    """Look up a holder, a certificate number or a credit code. Exit status 1 when nothing is found."""
    if (said is None) == (batch is None):
        raise typer.BadParameter("give either NAME|NUMBER|USCC or --batch FILE")
    one_of(format, ("table", "json", "jsonl"))
    day = day_said(on, "--on") or today()
    with faults_told(), register_at(register) as rows:
        if batch is not None:
            raise typer.Exit(_answer_batch(batch, rows))
        from compliance.register.match import match
        from compliance.register.scheme_words import scheme_of
        from compliance.register_lookup import answer_of, query_of

        meant = scheme_of(scheme) if scheme else None
        if scheme and meant is None:
            raise typer.BadParameter(f"{scheme!r} is no known scheme", param_hint="--scheme")
        found = match(query_of(str(said), meant, day), rows)
        answer = {"query": said} | answer_of(found, day, rows.complete_for(meant, day))
        if format == "table":
            from compliance.register_show import show_answer

            show_answer(answer)
        else:
            print(json.dumps(answer, ensure_ascii=False, indent=None if format == "jsonl" else 2))
    if found.row is None:
        raise typer.Exit(1)


@app.command()
def stats(register: RegisterOption = None, format: Format = "table") -> None:
    """Certificates in force by category and area, beside the country's figures; which other lists are in."""
    from compliance.register_stats import stats_of

    one_of(format, ("table", "json"))
    with faults_told(), register_at(register, lists=True) as rows:
        counted = stats_of(rows, rows.info.snapshot or today())
    if format == "json":
        print(json.dumps(counted, ensure_ascii=False, indent=2))
        return
    from compliance.register_show import show_stats

    show_stats(counted)


@app.command()
def sample(
    out: Annotated[Path, typer.Option(metavar="FILE", help="where to write, .csv or .jsonl")],
    scale: Annotated[float, typer.Option(metavar="F", help="1.0: as many as the whole country")] = 0.005,
    seed: Annotated[int, typer.Option(metavar="N", help="another seed, other firms")] = 7,
) -> None:
    """Write an invented register spread as the country's certificates are."""
    from compliance.register.sample import write_sample

    with faults_told(), progress_bar(f"writing {out.name}") as progress:
        rows, in_force = write_sample(out, scale, seed, (lambda at, size: progress(at, size, at)) if progress else None)
    print(f"{out}: {rows} rows, {in_force} in force")


@app.command()
def diff(
    watch: Annotated[
        Optional[Path],
        typer.Option(metavar="FILE", help="names or codes of firms to watch, one a line: only what concerns them"),
    ] = None,
    within: Annotated[
        int, typer.Option(metavar="DAYS", help="with --watch: also certificates that end within so many days")
    ] = 90,
    source: Annotated[
        Optional[str], typer.Option(metavar="NAME", help="the source whose newest snapshot is meant")
    ] = None,
    database: StoreOption = None,
    format: Format = "table",
) -> None:
    """What the newest snapshot changed: new, changed and gone certificates; alerts for watched firms."""
    from compliance.register_diff import diff_of

    one_of(format, ("table", "json"))
    with faults_told(database), store_at(database) as store:
        told = diff_of(store, source, watch, within)
    if format == "json":
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    from compliance.register_show import show_diff

    show_diff(told)


@app.command()
def alerts(
    watch: Annotated[
        Path,
        typer.Option(metavar="FILE", help="firms to watch: names, codes or numbers, one a line, or CSV with headings"),
    ],
    within: Annotated[int, typer.Option(metavar="DAYS", min=0, help="certificates that end within so many days")] = 60,
    on: Annotated[Optional[str], typer.Option(metavar="DATE", help="the day meant; default today")] = None,
    since: Annotated[
        Optional[str],
        typer.Option(metavar="DATE", help="leave out what was revoked or cancelled before; default: a year ago"),
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="only what the newest snapshot brought")] = False,
    register: RegisterOption = None,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="table, json or csv")] = "table",
) -> None:
    """Watched firms whose certificate is suspended, revoked, cancelled or gone, ran out, or ends within so many days."""
    from compliance.register_alerts import alerts_of, watched_in

    one_of(format, ("table", "json", "csv"))
    day, first = day_said(on, "--on") or today(), day_said(since, "--since")
    with faults_told(), register_at(register) as rows:
        brought = None
        if (store := getattr(rows, "store", None)) is not None:
            from compliance.register_diff import brought_by

            brought = brought_by(store)
        elif new:
            raise typer.BadParameter("a single file has no snapshot before it", param_hint="--new")
        told = alerts_of(rows, watched_in(watch), day, within, first, brought)
    if new:
        told["alerts"] = [a for a in told["alerts"] if a["new"]]
    _say_alerts(told, watch)
    if format == "json":
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    from compliance.register_show import show_alerts, write_alerts

    write_alerts(told) if format == "csv" else show_alerts(told)


def _say_alerts(told: dict[str, Any], watch: Path) -> None:
    if told["old"] is not None:
        say(
            f"the register is of {told['snapshot']}, {told['old']} days before {told['on']}: what came since isn't in it"
        )
    for missing in told["not_found"]:
        why = "fits several holders" if missing["several_holders"] else "not in the register"
        close = f"; close: {', '.join(missing['near'])}" if missing["near"] else ""
        say(f"{watch}: line {missing['line']}: {missing['said']}: {why}{close}")


def _answer_batch(file: str, rows: Any) -> int:
    from compliance.register_lookup import batch

    lines = sys.stdin.buffer if file == "-" else _opened(Path(file))
    status = 0
    written = json.JSONEncoder(ensure_ascii=False).encode
    with lines:
        for answer, read in batch(lines, rows):
            if not read:
                say(f"{file}: {answer['error']}")
                status = 2
            sys.stdout.write(written(answer) + "\n")
    return status


def _opened(path: Path) -> Any:
    from compliance.register.files import RegisterFileError

    try:
        return path.open("rb")
    except OSError as error:
        raise RegisterFileError(f"{path}: {error.strerror}") from error


def _known_kind(kind: str) -> None:
    if kind not in KINDS:
        raise typer.BadParameter(f"{kind!r} is not one of {', '.join(KINDS)}", param_hint="--kind")
