"""`certmark register import|lookup|stats|sample|diff`: the certificate register. Heavy imports stand inside the commands."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True,
                  help="The certificate register: import, look up, measure.")  # fmt: skip
KINDS = ("certificates", "bodies", "gi_users", "abnormal", "ccc_catalogue", "recalls")

RegisterOption = Annotated[
    Optional[str],
    typer.Option("--register", metavar="FILE|DB", help="a register file or another store; default: the store"),
]
Format = Annotated[str, typer.Option("--format", metavar="FORMAT", help="table or json")]


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
    database: Annotated[
        Optional[str], typer.Option("--register", metavar="DB", help="another store than the usual one")
    ] = None,
) -> None:
    """Take a register file, or another list (--kind), into the store. Bad rows are listed with line and reason, the rest is imported."""
    from compliance.register.cells import date_of
    from compliance.register.coverage import complete_of
    from compliance.register_lists import import_list
    from compliance.register_open import import_register
    from compliance.settings import load_settings

    _known_kind(kind)
    day = _day(snapshot, "--snapshot")
    with _faults(), _store(database) as store:
        entries = complete_of(complete) if complete else ()
        target = rejects or load_settings().data / "rejects" / f"{file.stem}.rejects.csv"
        with _progress(f"reading {file.name}") as progress:
            if kind == "certificates":
                taken = import_register(store, file, source, day, entries, target, progress)
            else:
                taken = import_list(store, file, kind, source, day, entries, target, progress)
    done = taken.imported
    for note in taken.notes:
        _say(note)
    if done.again:
        _say(f"{file}: this snapshot is in already; nothing was changed")
        return
    if taken.snapshot_assumed:
        _say(f"day of the data not given: {taken.snapshot} (today) is assumed; say it with --snapshot")
    if done.older_than:
        _say(
            f"older than the snapshot of {date_of(done.older_than)} that is in: newer rows stay; only rows it alone has were added"
        )
    if done.rejected or taken.remarked:
        _say(f"{done.rejected} rows refused, {taken.remarked} taken in with a remark: {taken.rejects}")
        for reject in taken.first:
            _say(f"  line {reject.line}: {reject.reason}")
    if not entries:
        _say("not declared complete (--complete): what it doesn't hold stays unknown")
    print(f"{taken.origin} {taken.snapshot}: {done.rows} rows in; new {done.new}, changed {done.changed}, gone {done.gone}, "
          f"unchanged {done.unchanged}, repeated {done.repeated}, refused {done.rejected}")  # fmt: skip
    if not done.rows:
        _say(f"{file}: no row could be used")
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
    if format not in ("table", "json", "jsonl"):
        raise typer.BadParameter(f"{format!r} is not one of table, json, jsonl", param_hint="--format")
    day = _day(on, "--on") or date.today()
    with _faults(), _rows(register) as rows:
        if batch is not None:
            raise typer.Exit(_answer_batch(batch, rows))
        from compliance.register.match import match
        from compliance.register.scheme_words import scheme_of
        from compliance.register_lookup import answer_of, query_of

        meant = scheme_of(scheme) if scheme else None
        if scheme and meant is None:
            raise typer.BadParameter(f"{scheme!r} is no known scheme", param_hint="--scheme")
        found = match(query_of(str(said), meant, day), rows)
        answer = {"query": said} | answer_of(found, day)
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

    with _faults(), _rows(register, lists=True) as rows:
        counted = stats_of(rows, rows.info.snapshot or date.today())
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

    with _faults(), _progress(f"writing {out.name}") as progress:
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
    database: Annotated[
        Optional[str], typer.Option("--register", metavar="DB", help="another store than the usual one")
    ] = None,
    format: Format = "table",
) -> None:
    """What the newest snapshot changed: new, changed and gone certificates; alerts for watched firms."""
    from compliance.register_diff import diff_of

    with _faults(), _store(database) as store:
        told = diff_of(store, source, watch, within)
    if format == "json":
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    from compliance.register_show import show_diff

    show_diff(told)


def _answer_batch(file: str, rows: Any) -> int:
    from compliance.register_lookup import batch

    lines = sys.stdin.buffer if file == "-" else _opened(Path(file))
    status = 0
    with lines:
        for answer, read in batch(lines, rows):
            if not read:
                _say(f"{file}: {answer['error']}")
                status = 2
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
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


def _day(said: str | None, option: str) -> date | None:
    if said is None:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise typer.BadParameter(f"{said!r} is not a day; write it as 2026-11-01", param_hint=option) from None


def _say(message: str) -> None:
    print(message, file=sys.stderr)


@contextmanager
def _faults() -> Iterator[None]:
    """Turns faults of files, store and settings into one line and exit status 2."""
    from compliance.register.files import RegisterFileError
    from compliance.settings import SettingsError

    try:
        yield
    except (RegisterFileError, SettingsError, ValueError, OSError) as error:
        _say(f"certmark: {error}")
        raise typer.Exit(2) from error
    except RuntimeError as error:
        from compliance.store.session import StoreError

        if not isinstance(error, StoreError):
            raise
        _say(f"certmark: {error}")
        raise typer.Exit(2) from error


@contextmanager
def _store(url: str | None) -> Iterator[Any]:
    from compliance.store.session import open_store

    with open_store(url) as store:
        yield store


@contextmanager
def _rows(spec: str | None, lists: bool = False) -> Iterator[Any]:
    """The register; with `lists` also one that holds nothing but lists."""
    from compliance.register.listed import has_certificates
    from compliance.register_open import open_register

    rows = open_register(spec)
    if rows is None or not (lists or has_certificates(rows)):
        _say("certmark: no register: import one with `certmark register import FILE`, or name a file with --register")
        raise typer.Exit(2)
    yield rows


@contextmanager
def _progress(title: str) -> Iterator[Callable[[int, int, int], None] | None]:
    """A bar with the time left on a terminal; None when standard error is a file or a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[rows]:,} rows"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, rows=0)

        def show(at: int, size: int, rows: int) -> None:
            bar.update(task, completed=min(at, size), total=size, rows=rows)

        yield show
