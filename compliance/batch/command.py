"""`certmark check … --out DIR`: a whole corpus, its progress and its end on the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from typing import Any

import typer


def run_batch(
    sources: Sequence[str],
    out: str | None,
    asked: dict[str, Any],
    *,
    engine: str | None,
    workers: int | None,
    scheduler: str | None,
    since: date | None,
    form: str,
    floor: str | None,
    ports: Any,
) -> int:
    """Runs it; the exit status of the contract: 0 ran, 1 a finding at or above `floor`, 2 something unreadable."""
    from compliance.batch.engines import EngineError, chosen
    from compliance.batch.run import OUTCOMES, check_corpus
    from compliance.batch.ship import Asked
    from compliance.checking.session import CannotCheck
    from compliance.places import PlaceError
    from compliance.register.files import RegisterFileError
    from compliance.store.errors import StoreError

    try:
        engine = chosen(engine, workers, scheduler)
    except EngineError as error:
        raise typer.BadParameter(str(error)) from error
    if out is None:
        raise typer.BadParameter("a corpus needs a folder for its findings: --out DIR", param_hint="--out")
    if ("store:" in sources) != (list(sources) == ["store:"]) or (since and list(sources) != ["store:"]):
        raise typer.BadParameter("`store:` stands alone, and --since goes with it", param_hint="SOURCE")
    given: dict[str, Any] = {
        name: tuple(value or ()) if name in ("rules", "lists", "complete") else value for name, value in asked.items()
    }
    try:
        corpus = ports.stored_corpus(since) if list(sources) == ["store:"] else sources
        batch = check_corpus(
            corpus, out, Asked(**given), engine=engine, workers=workers, scheduler=scheduler, on_part=told()
        )
    except (CannotCheck, EngineError, PlaceError, RegisterFileError, StoreError, LookupError, OSError) as error:
        print(f"certmark: {error.args[0] if isinstance(error, LookupError) else error}", file=sys.stderr)
        return 2
    counts = batch.summary["summary"]
    if form == "json":
        print(json.dumps(batch.summary, ensure_ascii=False, indent=1))
    else:
        found = ", ".join(f"{name} {counts['findings'][name]}" for name in OUTCOMES)
        print(
            f"{counts['pages']} page(s), {counts['claims']} claim(s); {found}; blocked {counts['blocked']}, "
            f"not read {counts['faults']}\n{out}: findings/, pages/, faults.jsonl, summary.json"
        )
    if counts["pictures_unread"]:
        print(
            f"certmark: {counts['pictures_unread']} picture(s) were not read: a corpus is checked by its text alone; `certmark check` of a "
            "page or archive without --out reads those likely to matter, and so does `crawl`",
            file=sys.stderr,
        )
    again = f", {batch.again} of them done before" if batch.again else ""
    rate = counts["pages"] / batch.seconds if batch.seconds and not batch.again else 0
    speed = f", {rate:.1f} pages/s" if rate else ""
    print(f"certmark: {batch.parts} part(s){again}, {batch.seconds:.1f} s by {engine}{speed}", file=sys.stderr)
    if counts["faults"]:
        print(f"certmark: {counts['faults']} thing(s) could not be read: {out}/faults.jsonl", file=sys.stderr)
    reached = floor is not None and any(counts["findings"][o] for o in OUTCOMES[: OUTCOMES.index(floor) + 1])
    return 1 if reached else 2 if counts["faults"] else 0


def told() -> Any:
    """A line now and then on a terminal."""
    import time

    last = time.monotonic()

    def tell(done: dict[str, Any], at: int, of_all: int) -> None:
        nonlocal last
        if sys.stderr.isatty() and time.monotonic() - last > 2:
            last = time.monotonic()
            print(f"certmark: {at} of {of_all} parts", file=sys.stderr)

    return tell
