"""`certmark evidence verify`: is a bundle whole, and does judging its page again give the same finding? Needs no network, no store.

`evidence history` stands in compliance.history_cli.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional

import typer

from compliance.history_cli import history

if TYPE_CHECKING:
    from compliance.evidence.verify import Verified
    from compliance.records import Page

Json = dict[str, Any]
FORMATS = ("table", "json")
PATIENCE = 120  # seconds for judging with other data files
# What members that aren't what they must be may raise: the bundle's hashes hold, so it was packed that way or by another version.
NOT_READABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.callback()
def evidence() -> None:
    """Evidence bundles: one file a finding, checked offline; and how long a finding has been seen."""


app.command()(history)


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What judging again gave. `differences` when it differs, or why it could not be done; `notes` for what is no difference."""

    verdict: Literal["same", "differs", "not_possible"]
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@app.command()
def verify(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="the bundle's zip file")],
    format_: Annotated[str, typer.Option("--format", metavar="FORMAT", help="table or json")] = "table",
    chain: Annotated[
        Optional[Path], typer.Option(metavar="FILE", help="the chain file; default: chain.jsonl beside the bundle")
    ] = None,
    roots: Annotated[
        Optional[Path],
        typer.Option(
            "--timestamp-roots", metavar="PEM", help="roots a time stamp must come from; default: those in the bundle"
        ),
    ] = None,
) -> None:
    """Check every byte of a bundle, its place in the chain, and judge its page again with the data it holds.

    Exit status 0: intact, 1: not.
    """
    if format_ not in FORMATS:
        raise typer.BadParameter(f"{format_!r} is not one of {', '.join(FORMATS)}", param_hint="--format")
    from compliance.evidence.verify import verify as check_bundle

    try:
        trusted = roots.read_bytes() if roots is not None else None
    except OSError as error:
        raise typer.BadParameter(f"{roots}: {error.strerror}", param_hint="--timestamp-roots") from error
    verified = check_bundle(bundle, chain, trusted)
    rejudged = rejudge(verified.members) if verified.intact else Rejudged("not_possible", ("the bundle is not intact",))
    result = result_json(verified, rejudged)
    print(json.dumps(result, ensure_ascii=False) if format_ == "json" else table_of(result))
    raise typer.Exit(0 if verified.intact else 1)


def result_json(verified: Verified, rejudged: Rejudged) -> Json:
    """The contract's object, with `differences` and `notes` added."""
    return {
        "bundle": verified.bundle,
        "intact": verified.intact,
        "rejudged": rejudged.verdict,
        "faults": [fault.to_json() for fault in verified.faults],
        "finding": verified.finding,
        "differences": list(rejudged.differences),
        "notes": [*verified.notes, *rejudged.notes],
    }


def table_of(result: Json) -> str:
    """The same for reading."""
    lines = [
        f"{result['bundle']}: {'intact' if result['intact'] else 'NOT INTACT'}",
        f"finding: {result['finding'] or '—'}",
    ]
    lines += [f"  {fault['path']}: {fault['what']}" for fault in result["faults"]]
    lines.append(f"judged again: {result['rejudged'].replace('_', ' ')}")
    lines += [f"  {line}" for line in result["differences"]]
    return "\n".join(map(_printable, [*lines, *(f"note: {note}" for note in result["notes"])]))


def _printable(line: str) -> str:
    """What a stranger's file says can't steer the terminal: control signs are shown, not sent."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line)


def rejudge(members: dict[str, bytes]) -> Rejudged:
    """Read the page of an intact bundle again and judge it again, with the bundle's own data files."""
    from compliance.evidence.data_files import bundled_data, differing, installed_data
    from compliance.evidence.manifest import json_of

    other = differing(installed_data(), bundled_data(members))
    notes: tuple[str, ...] = ()
    try:
        if other:
            names = ", ".join(other[:5]) + (f" and {len(other) - 5} more" if len(other) > 5 else "")
            notes = (f"judged with the bundle's data files; {len(other)} differ from the installed ones: {names}",)
            again = _again_with_its_data(members)
        else:
            again = judged_again(members)
        verdict = compared(json_of(members["finding.json"]), again["findings"])
    except NOT_READABLE as error:
        return Rejudged("not_possible", (f"{type(error).__name__}: {error}",), notes)
    except (OSError, subprocess.SubprocessError) as error:
        return Rejudged("not_possible", (f"the bundle's data files could not be laid out or used: {error}",), notes)
    notes += exchange_notes(members)
    if "page/screenshot.png" not in members:
        notes += ("page: the bundle holds no screenshot (no browser took one)",)
    kept = json_of(members["program.json"])
    for name in ("version", "rules", "law"):
        if kept.get(name) != again["program"][name]:
            notes += (f"{name}: bundle {kept.get(name)}, judged again with {again['program'][name]}",)
    if again["unasked"]:
        notes += (f"{len(again['unasked'])} questions to the register were not asked then: {again['unasked'][0]}",)
    return Rejudged(verdict.verdict, verdict.differences, notes + verdict.notes)


def exchange_notes(members: dict[str, bytes]) -> tuple[str, ...]:
    """What is to be said of the WARC records: that there are none, or that they hold another page."""
    from io import BytesIO

    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    raw, body = members.get("page/exchange.warc.gz"), members["page/body"]
    if raw is None:
        return ("page: the bundle holds no record of the exchange (WARC)",)
    try:
        for record in ArchiveIterator(BytesIO(raw)):
            if record.rec_type in ("response", "conversion") and record.content_stream().read(len(body) + 1) == body:
                return ()
    except (ArchiveLoadFailed, OSError, *NOT_READABLE) as error:
        return (f"page/exchange.warc.gz: no response can be read from it ({type(error).__name__}: {error})",)
    return ("page/exchange.warc.gz: no response in it has the bytes of page/body",)


def judged_again(members: dict[str, bytes]) -> Json:
    """`{"findings", "unasked", "program"}` of the page with the data files of this installation. Raises one of NOT_READABLE."""
    from compliance.checking.check import Options, check_page
    from compliance.checking.render import finding_json
    from compliance.checking.session import VERSION
    from compliance.evidence.answers import AnsweredRows
    from compliance.evidence.manifest import json_of
    from compliance.register.memory import MemoryRows
    from rules.book import load_book
    from rules.law import load_statutes
    from rules.schemes import load_schemes

    kept, said = json_of(members["register.json"]), json_of(members["options.json"])
    rows: Any = AnsweredRows(kept, MemoryRows, list_of) if kept is not None else None
    options = Options(
        as_of=_day(said["as_of"]),
        company=said["company"],
        uscc=said["uscc"],
        medium=said["medium"],
        today=_day(said["today"]),
        snapshot_days=said["snapshot_days"],
        gate=said["gate"],
    )
    statutes = load_statutes()
    book = load_book((), statutes)
    page = page_of(json_of(members["page/page.json"]), members["page/body"])
    result = check_page(page, rows, book, load_schemes(), options, _pictures_kept(members))
    return {
        "findings": [json.loads(json.dumps(finding_json(finding))) for finding in result.findings],
        "unasked": rows.unasked if rows is not None else [],
        "program": {"version": VERSION, "rules": book.hash, "law": statutes.hash},
    }


def _pictures_kept(members: dict[str, bytes]) -> Any:
    """The readings of the page's pictures as the bundle keeps them; None when it keeps none."""
    from compliance.evidence.bundle import PICTURES
    from compliance.evidence.manifest import json_of
    from compliance.pictures.shown import pictures_from_json

    if PICTURES not in members:
        return None
    kept = pictures_from_json(json_of(members[PICTURES]))
    return lambda page, reading: kept


def list_of(kept: Json) -> Any:
    """A list (名录) of the register again, from its figures and entries."""
    from compliance.register.listed import Listed, ListEntry, ListInfo

    def again(entry: Json, days: tuple[str, ...]) -> Json:
        return entry | {name: _day(entry[name]) for name in days}

    info = again(kept["info"], ("snapshot",)) | {"complete": tuple(kept["info"]["complete"])}
    days = ("starts", "ends", "state_from", "snapshot")
    return Listed(ListInfo(**info), [ListEntry(**again(entry, days)) for entry in kept["entries"]])


def page_of(about: Json, body: bytes) -> Page:
    """The page record again from the bytes as received. Raises ValueError when a document can't be read."""
    from compliance.reading.fault import Fault
    from compliance.records import Company
    from compliance.stored_page import page_of_stored

    told = about["company"]
    page = page_of_stored(
        body,
        kind=about["kind"],
        url=about["url"],
        content_type=about["content_type"],
        captured_at=datetime.fromisoformat(about["captured_at"]) if about["captured_at"] else None,
        company=Company(told["name"], told["uscc"], told["from"]) if told else None,
    )
    if isinstance(page, Fault):
        raise ValueError(f"page/body: {page.what}")
    return page


def compared(then: Json, now: list[Json]) -> Rejudged:
    """The finding then and what was found now: same when id, rule, outcome, words, place, provisions and penalties are."""
    same_id = next((f for f in now if f["id"] == then["id"]), None)
    if same_id is None:
        alike = next((f for f in now if (f["rule"], f["quote"]) == (then["rule"], then["quote"])), None)
        if alike is not None:
            return Rejudged("differs", (f"id: {then['id']} then, {alike['id']} now", *_differences(then, alike)))
        other = ", ".join(sorted({f"{f['rule']} ({f['outcome']})" for f in now if f["quote"] == then["quote"]}))
        return Rejudged("differs", (f"rule: {then['rule']} then; now the same words give {other or 'no finding'}",))
    if differences := _differences(then, same_id):
        return Rejudged("differs", differences)
    worded = sorted(key for key in then.keys() | same_id.keys() if then.get(key) != same_id.get(key))
    return Rejudged("same", (), (f"told in other words or detail now: {', '.join(worded)}",) if worded else ())


def _differences(then: Json, now: Json) -> tuple[str, ...]:
    out = []
    for key in ("rule", "conduct", "outcome", "quote"):
        if then[key] != now[key]:
            out.append(f"{key}: {then[key]!r} then, {now[key]!r} now")
    if [o["locator"] for o in then["occurrences"]] != [o["locator"] for o in now["occurrences"]]:
        out.append("locator: the words are found elsewhere in the page")
    for key in ("breaches", "penalties"):
        before, after = _cited(then[key]), _cited(now[key])
        if before != after:
            out.append(f"{key}: {'; '.join(before) or 'none'} then, {'; '.join(after) or 'none'} now")
    return tuple(out)


def _cited(provisions: list[Json]) -> list[str]:
    """Law, version, article and fine: what a provision says in law."""
    return [
        f"{p['law']} {p['version']} art. {p['article']}"
        + (f" par. {p['paragraph']}" if p.get("paragraph") else "")
        + (f", fine {json.dumps(p['fine'], sort_keys=True)}" if p.get("fine") else "")
        for p in provisions
    ]


def _again_with_its_data(members: dict[str, bytes]) -> Json:
    """Judge in a copy of the program whose data files are the bundle's. The code is the installed one: a bundle brings none.

    Raises ValueError with the program's last words when that data doesn't fit it.
    """
    from compliance.evidence.data_files import bundled_data, homes, installed_data

    with tempfile.TemporaryDirectory(prefix="certmark-evidence-") as made:
        root = Path(made)
        for name, home in homes().items():
            shutil.copytree(home, root / name, ignore=shutil.ignore_patterns("*.yaml", "__pycache__"))
        own = bundled_data(members)
        # a word list that came with a later program and that its code can't do without; rules, law and schemes are the bundle's alone
        later = {n: raw for n, raw in installed_data().items() if n not in own and n.startswith("compliance/")}
        for name, raw in (later | own).items():
            if not name.endswith(".yaml") or name.split("/", 1)[0] not in homes():
                raise ValueError(f"data/{name} is no data file of this program")
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(raw)
        inside = root / "members"
        for name, raw in members.items():
            if not name.startswith("data/"):
                target = inside / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(raw)
        start = f"import sys; sys.path.insert(0, {str(root)!r}); from compliance.evidence_cli import answer; answer()"
        done = subprocess.run(
            [sys.executable, "-I", "-c", start, str(inside)],
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            cwd=root,
        )
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ValueError(f"the bundle's data files don't fit this program: {words[-1] if words else 'no reason given'}")
    return dict(json.loads(done.stdout))


def answer() -> None:
    """What the copy does: members from the folder named on its command line, the result on standard output."""
    inside = Path(sys.argv[1])
    members = {p.relative_to(inside).as_posix(): p.read_bytes() for p in inside.rglob("*") if p.is_file()}
    sys.stdout.buffer.write(json.dumps(judged_again(members), ensure_ascii=False).encode())


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
