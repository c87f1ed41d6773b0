"""What the commands of `certmark register` share: options, the store or register they work on, messages, the progress bar."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

INTERRUPTED = 130  # exit status of a command stopped by Ctrl-C, as shells have it
RegisterOption = Annotated[
    Optional[str],
    typer.Option("--register", metavar="FILE|DB", help="a register file or another store; default: the store"),
]
StoreOption = Annotated[
    Optional[str], typer.Option("--register", metavar="DB", help="another store than the usual one")
]
Format = Annotated[str, typer.Option("--format", metavar="FORMAT", help="table or json")]


def one_of(said: str, allowed: tuple[str, ...], option: str = "--format") -> None:
    """A usage error that lists what is allowed, when `said` isn't."""
    if said not in allowed:
        raise typer.BadParameter(f"{said!r} is not one of {', '.join(allowed)}", param_hint=option)


def day_said(said: str | None, option: str) -> date | None:
    """A day written YYYY-MM-DD; None when none is said."""
    if said is None:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise typer.BadParameter(f"{said!r} is not a day; write it as 2026-11-01", param_hint=option) from None


def say(message: str) -> None:
    """A message on standard error."""
    print(printable(message), file=sys.stderr)


def printable(text: str) -> str:
    """What a stranger's file says can't steer the terminal: control signs are shown, not sent."""
    return (
        text if text.isprintable() else "".join(c if c.isprintable() or c == "\u3000" else ascii(c)[1:-1] for c in text)
    )


@contextmanager
def faults_told(database: str | None = None) -> Iterator[None]:
    """Turns faults of files, store and settings into one line and exit status 2. `database`: where it isn't the usual store."""
    from compliance.register.files import RegisterFileError
    from compliance.settings import SettingsError

    try:
        yield
    except (RegisterFileError, SettingsError, ValueError) as error:
        say(f"certmark: {error}")
        raise typer.Exit(2) from error
    except KeyboardInterrupt as error:
        say("certmark: interrupted; nothing was changed")
        raise typer.Exit(INTERRUPTED) from error
    except _store_faults() as error:  # looked up only when something was raised: a register file needs no database
        from compliance.store.faults import words_of

        say(f"certmark: {words_of(error, _store_file(database))}")
        raise typer.Exit(2) from error


def _store_faults() -> tuple[type[Exception], ...]:
    from sqlalchemy.exc import DBAPIError

    from compliance.store.session import StoreError

    return (OSError, StoreError, DBAPIError)


def _store_file(database: str | None) -> Path | None:
    """The file of the store that was used, where it is one."""
    from compliance.settings import load_settings

    url = database or load_settings().database_url
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") or "://" not in url else None


@contextmanager
def store_at(url: str | None) -> Iterator[Any]:
    """The store at `url`, else the usual one."""
    from compliance.store.session import open_store

    with open_store(url) as store:
        yield store


@contextmanager
def register_at(spec: str | None, lists: bool = False) -> Iterator[Any]:
    """The register; with `lists` also one that holds nothing but lists."""
    from compliance.register.listed import has_certificates
    from compliance.register_open import open_register

    rows = open_register(spec)
    if rows is None or not (lists or has_certificates(rows)):
        say("certmark: no register: import one with `certmark register import FILE`, or name a file with --register")
        raise typer.Exit(2)
    yield rows


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int, int], None] | None]:
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
