"""`certmark store …`: what keeps a store that grows in shape. Heavy imports stand inside the commands."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False,
    help="The store: retention of bodies, migrations.",
)  # fmt: skip
Format = Annotated[str, typer.Option("--format", metavar="FORMAT", help="table or json")]


@app.command()
def retain(
    older_than: Annotated[
        str, typer.Option("--older-than", metavar="DAYS", help="bodies last received longer ago than this: 180 or 180d")
    ],
    current_too: Annotated[
        bool,
        typer.Option("--current-too", help="also the newest bytes of known pages; they are then asked for in full"),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="count, remove nothing")] = False,
    format: Format = "table",
) -> None:
    """Remove old bodies that are no evidence. What was received when, with its hash, stays for good. Exit 0 done, 2 bad usage."""
    from dataclasses import asdict

    from compliance.settings import SettingsError
    from compliance.store.plain import plainly
    from compliance.store.retention import retain as clear
    from compliance.store.session import StoreError, open_store

    if not re.fullmatch(r"\d{1,5}d?", older_than):
        raise typer.BadParameter(f"{older_than!r} is not a number of days; write 180", param_hint="--older-than")
    if format not in ("table", "json"):
        raise typer.BadParameter(f"{format!r} is not one of table, json", param_hint="--format")
    before = datetime.now(UTC) - timedelta(days=int(older_than.rstrip("d")))
    try:
        with open_store() as store, plainly(store):
            done = clear(store, before, current_too=current_too, dry_run=dry_run)
    except (StoreError, SettingsError) as error:
        print(f"certmark store: {error}", file=sys.stderr)
        raise typer.Exit(2) from error
    if format == "json":
        print(json.dumps(asdict(done) | {"before": before.isoformat(), "dry_run": dry_run}))
        return
    word = "would be removed" if dry_run else "removed"
    print(
        f"{done.looked} bodies: {done.removed} {word} ({done.bytes / 1e6:.1f} MB); kept as evidence {done.evidence}, "
        f"as the newest of a page {done.current}, as younger than {older_than} {done.recent}"
    )


@app.command()
def migrate(format: Format = "table") -> None:
    """Bring the store's tables, and the queue's where there is one, to this release. Opening the store does the same. Exit 0, 2."""
    from compliance.settings import SettingsError
    from compliance.store.migrations import HEAD
    from compliance.store.session import StoreError, open_store, schema_version

    try:
        with open_store() as store:
            found = schema_version(store)
    except (StoreError, SettingsError) as error:
        print(f"certmark store: {error}", file=sys.stderr)
        raise typer.Exit(2) from error
    print(json.dumps({"schema": found, "newest": HEAD}) if format == "json" else f"schema {found}, newest {HEAD}")
