"""`certmark rules …`: the rule book and its proofs. Results on standard output, messages on standard error."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

if TYPE_CHECKING:
    from rules.engine import Rulebook
    from rules.proof.examples import Run
    from rules.rule import Rule
    from rules.source import Fault

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The rule book: list, show, test, lint, prove.")
HOLDS, FAILS, UNREADABLE = 0, 1, 2


class Format(StrEnum):
    """How results are printed."""

    table = "table"
    json = "json"


Ids = Annotated[Optional[list[str]], typer.Argument(metavar="[ID]...", help="Rule ids; all when none is given.")]
Folders = Annotated[
    Optional[list[Path]], typer.Option("--rules", metavar="DIR", help="Folder of own rules, added over the package's.")
]
Output = Annotated[Format, typer.Option("--format", help="table or json.")]
Day = Annotated[Optional[str], typer.Option("--on", metavar="DATE", help="Day of conduct, 2022-11-01; today if none.")]


@app.command("list")
def list_rules(
    context: typer.Context,
    cites: Annotated[
        Optional[str], typer.Option("--cites", metavar="LAW:ARTICLE", help="Only rules that cite this article.")
    ] = None,
    on: Day = None,
    rules: Folders = None,
    format: Output = Format.table,
) -> None:
    """List the rules: id, conduct, highest outcome, title, laws cited, and what investigators made of their findings."""
    from rules.show import field_words, listed_json, table

    day = _day(on)
    book = _book(rules)
    rows = []
    for rule in book.rules:
        provisions = [book.statutes.provision(key, day) for key in rule.keys]
        cited = sorted({f"{p.law}:{p.article}" for p in provisions if p is not None})
        if cites is None or cites in cited:
            rows.append((rule, cited))
    field: dict[str, Any] = getattr(context.obj, "field_precision", dict)()
    if format is Format.json:
        _print_json([listed_json(rule, cited, field.get(rule.id)) for rule, cited in rows])
    else:
        head = [("ID", "CONDUCT", "AT MOST", "FIELD", "TITLE", "LAWS")]
        body = [
            (
                r.id,
                r.conduct,
                r.at_most.value,
                field_words(field.get(r.id)),
                r.title,
                " ".join(sorted({c.split(":")[0] for c in cited})),
            )
            for r, cited in rows
        ]
        print("\n".join(table([*head, *body])))
        print(f"{len(rows)} rules", file=sys.stderr)
    if cites is not None and not rows:
        print(f"no rule cites {cites} on {day}; `certmark law show` lists articles", file=sys.stderr)
        raise typer.Exit(FAILS)
    raise typer.Exit(_complain(book.faults))


@app.command()
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="Rule id, or conduct.")],
    on: Day = None,
    medium: Annotated[str, typer.Option("--medium", help="website, packaging, e_shop …")] = "website",
    rules: Folders = None,
    format: Output = Format.table,
) -> None:
    """Show one rule in Chinese: elements, exceptions, provisions of a day, examples."""
    from rules.proof.examples import examples_of
    from rules.show import drawn, rule_json

    day = _day(on)
    book = _book(rules)
    rule = _rules_named(book, [id])[0]
    if format is Format.json:
        _print_json(rule_json(rule, book, day, medium))
    else:
        print("\n".join(drawn(rule, book, day, medium, examples_of(rule, book.vocabulary))))


@app.command()
def test(
    context: typer.Context,
    ids: Ids = None,
    facts_only: Annotated[
        bool, typer.Option("--facts-only", help="Leave out the examples that need the reader.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Run again whenever a rule file changes.")] = False,
    rules: Folders = None,
    format: Output = Format.table,
) -> None:
    """Run every example of every rule. 0: all hold, 1: one fails, 2: a file cannot be read."""
    while True:
        stamp = _stamp(rules)
        status = _tested(context, ids, facts_only, rules, format)
        if not watch:
            raise typer.Exit(status)
        print("waiting for a rule file to change (Ctrl-C ends)", file=sys.stderr)
        while _stamp(rules) == stamp:
            time.sleep(0.5)


def _tested(context: typer.Context, ids: Ids, facts_only: bool, folders: Folders, format: Format) -> int:
    from rules.proof.examples import examples_of, runs_of_facts, runs_of_text

    book = _book(folders)
    runs: list[Run] = []
    faults = list(book.faults)
    read_text = None if facts_only else getattr(context.obj, "read_text", None)
    for rule in _rules_named(book, ids):
        given = examples_of(rule, book.vocabulary)
        faults += given.faults
        runs += runs_of_facts(given, book)
        if read_text is not None:
            runs += runs_of_text(given, read_text)
    failed = [run for run in runs if not run.holds]
    if format is Format.json:
        _print_json({"runs": [run.to_json() for run in runs], "faults": [fault.to_json() for fault in faults]})
    else:
        for run in failed:
            print(f"{run.path}:{run.line}: {run.name}: {'; '.join(run.wrong) or 'holds now: take known_gap away'}")
        counts = {kind: sum(run.kind == kind for run in runs) for kind in ("facts", "text")}
        gaps = sum(bool(run.gap) for run in runs)
        print(
            f"{len({run.rule for run in runs})} rules, {counts['facts']} facts examples, {counts['text']} text examples: "
            f"{len(runs) - len(failed)} hold, {len(failed)} fail, {gaps} known gaps"
        )
    if read_text is None and not facts_only:
        print("text examples were left out: no reader at hand", file=sys.stderr)
    return max(_complain(faults), FAILS if failed or not runs else HOLDS)


@app.command()
def lint(ids: Ids = None, rules: Folders = None, format: Output = Format.table) -> None:
    """Look for contradictions, dead exceptions, wrong words and thin examples. 0, 1, or 2: a file cannot be read."""
    from rules.proof.lint import lint as complaints_of

    book = _book(rules)
    paths = {rule.path for rule in _rules_named(book, ids)} if ids else None
    found = [fault for fault in complaints_of(book) if paths is None or fault.path in paths]
    if format is Format.json:
        _print_json([fault.to_json() for fault in found])
    else:
        for fault in found:
            print(fault)
        print(f"{len(book.rules)} rules, {len(found)} complaints")
    raise typer.Exit(_status(found))


@app.command()
def coverage(
    ids: Ids = None,
    table: Annotated[bool, typer.Option("--table", help="Print the situations in which each rule speaks.")] = False,
    rules: Folders = None,
    format: Output = Format.table,
) -> None:
    """Which elements and exceptions no example exercises: true, false, unknown. 1 when something is lacking."""
    from rules.proof.coverage import coverage_of, situations
    from rules.proof.examples import examples_of
    from rules.show import OUTCOMES
    from rules.show import table as aligned

    book = _book(rules)
    chosen = _rules_named(book, ids)
    if table:
        for rule in chosen:
            found = situations(rule, book.vocabulary)
            if format is Format.json:
                _print_json([{"rule": rule.id, "open": s.open, "why": s.why, "outcome": s.outcome} for s in found])
                continue
            words = {"all_shown": "", "data": "缺资料：", "person": "须由人判断："}
            print(f"{rule.title}（{rule.id}）")
            print("\n".join(aligned([(f"  {words[s.why]}{s.zh}", OUTCOMES[s.outcome]) for s in found])))
        return
    lines = [line for rule in chosen for line in coverage_of(examples_of(rule, book.vocabulary), book.vocabulary)]
    lacking = [line for line in lines if line.lacking]
    if format is Format.json:
        _print_json([line.to_json() for line in lines])
    else:
        for line in lacking:
            print(f"{line.rule}: {line.part} {line.clause}: never {', '.join(line.lacking)}")
        print(f"{len(chosen)} rules, {len(lines)} elements, exceptions and dates, {len(lacking)} not fully exercised")
    raise typer.Exit(max(_complain(book.faults), FAILS if lacking else HOLDS))


@app.command()
def mutate(
    ids: Ids = None,
    charges: Annotated[bool, typer.Option("--charges", help="Also break the conditions of charges (slow).")] = False,
    rules: Folders = None,
    format: Output = Format.table,
) -> None:
    """Break each rule in every small way; each break must make an example fail. 1 when one survives."""
    from rules.book.load import halves_of
    from rules.proof.examples import examples_of
    from rules.proof.lint import source_of
    from rules.proof.mutate import mutation_of
    from rules.source import Source

    book = _book(rules)
    chosen = _rules_named(book, ids)
    results = []
    for number, rule in enumerate(chosen, 1):
        _progress(f"{number}/{len(chosen)} {rule.id}")
        source = source_of(rule)
        if isinstance(source, Source):
            head = halves_of(source).head
            results.append(mutation_of(examples_of(rule, book.vocabulary), head.data(), head, book, charges))
    _progress("")
    survivors = [one for result in results for one in result.survivors if not one.same]
    total, same = sum(r.mutants for r in results), sum(one.same for r in results for one in r.survivors)
    if format is Format.json:
        listed = [one.to_json() for result in results for one in result.survivors]
        _print_json({"mutants": total, "equivalent": same, "survivors": listed})
    else:
        for result in results:
            for one in result.survivors:
                if one.same:
                    print(f"{one.path}: {one.what}: changes nothing near any example (explained)")
                else:
                    print(f"{one.path}: survives: {one.what}\n    {one.example}")
        print(f"{total} mutants, {len(survivors)} survive, {same} change nothing")
    raise typer.Exit(max(_complain(book.faults), FAILS if survivors else HOLDS))


@app.command()
def diff(
    context: typer.Context,
    old: Annotated[Path, typer.Argument(metavar="OLD", help="`package`, a folder of rules, or `package+DIR`.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="`package`, a folder of rules, or `package+DIR`.")],
    since: Annotated[
        Optional[str], typer.Option(metavar="DATE", help="only pages captured on this day or later, YYYY-MM-DD")
    ] = None,
    out: Annotated[
        Optional[str],
        typer.Option("--out", metavar="DIR", help="keep what each book finds as Parquet; broken off, go on there"),
    ] = None,
    engine: Annotated[Optional[str], typer.Option(help="who judges: local or dask; needs an extra")] = None,
    workers: Annotated[Optional[int], typer.Option(metavar="N", min=1, help="dask: processes on this machine")] = None,
    scheduler: Annotated[Optional[str], typer.Option(metavar="tcp://…", help="dask: a cluster that is there")] = None,
    format: Output = Format.table,
) -> None:
    """What a change of rules changes: rules altered, and findings gained, lost or changed over the stored corpus."""
    from rules.proof.diff import CannotRejudge, changes_of_findings, changes_of_rules, rejudging, side_of

    sides = side_of(str(old)), side_of(str(new))
    before, after = (side.book for side in sides)
    by = {"engine": engine, "workers": workers, "scheduler": scheduler}
    changes = changes_of_rules(before, after)
    if getattr(context.obj, "rejudge", None) is None:
        print("findings are not compared: no stored corpus at hand", file=sys.stderr)
    else:
        try:
            rejudge = rejudging(context.obj, sides, _day(since) if since else None, out, by)
            changes += changes_of_findings(before, after, rejudge)
        except (ImportError, AttributeError, LookupError, OSError) as error:
            print(f"findings are not compared: {error}", file=sys.stderr)
        except CannotRejudge as error:
            print(f"certmark rules diff: {error}", file=sys.stderr)
            raise typer.Exit(UNREADABLE) from error
    if format is Format.json:
        _print_json([change.to_json() for change in changes])
    else:
        for change in changes:
            quote = f"  “{change.quote}” {change.page}" if change.quote else ""
            print(f"{change.what:8} {change.rule}: {change.detail}{quote}")
        print(f"{len(changes)} changes")
    raise typer.Exit(max(_complain(before.faults), _complain(after.faults)))


@app.command()
def new(
    id: Annotated[str, typer.Argument(metavar="ID", help="Id of the rule: words joined by hyphens.")],
    conduct: Annotated[
        str, typer.Option(prompt="Conduct, as in the contract", help="Conduct, as expired_certificate.")
    ],
    title: Annotated[str, typer.Option(prompt="Chinese title", help="Chinese title.")],
    folder: Annotated[Path, typer.Option("--folder", metavar="DIR", help="Where to write it.")] = Path("rules.d"),
) -> None:
    """Write a new rule file that loads and whose examples hold, to be changed step by step."""
    import re

    from rules.proof.new import new_rule

    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", id) or not re.fullmatch(r"[a-z][a-z_]*", conduct):
        print("an id is small letters joined by hyphens, a conduct by underscores", file=sys.stderr)
        raise typer.Exit(UNREADABLE)
    try:
        path = new_rule(id, conduct, title, folder)
    except FileExistsError as error:
        print(f"{error.args[0]} is there already; choose another id", file=sys.stderr)
        raise typer.Exit(UNREADABLE) from error
    print(path)
    print(f"next: certmark rules test {id} --rules {folder} --watch", file=sys.stderr)


@app.command()
def schema(
    write: Annotated[bool, typer.Option("--write", help="Rewrite the schema kept in the package.")] = False,
) -> None:
    """Print the JSON Schema of a rule file, for editors."""
    from rules.facts import load_vocabulary
    from rules.proof.schema import SCHEMA_FILE, schema_text

    text = schema_text(load_vocabulary())
    if write:
        SCHEMA_FILE.write_text(text, encoding="utf-8")
        print(SCHEMA_FILE.name, file=sys.stderr)
    else:
        print(text, end="")


def _book(folders: Folders) -> Rulebook:
    from rules.book import load_book

    return load_book(folders or ())


def _rules_named(book: Rulebook, ids: Ids) -> list[Rule]:
    """The rules of these ids (or conducts), in the book's order; exit 2 for a name the book doesn't hold."""
    from rules.facts import near

    if not ids:
        return list(book.rules)
    for name in ids:
        if not any(name in (rule.id, rule.conduct) for rule in book.rules):
            _complain(book.faults)
            hint = near(name, [rule.id for rule in book.rules])
            print(f"no rule `{name}`; {hint or '`certmark rules list` lists them'}", file=sys.stderr)
            raise typer.Exit(UNREADABLE)
    return [rule for rule in book.rules if rule.id in ids or rule.conduct in ids]


def _complain(faults: Iterable[Fault]) -> int:
    found = list(faults)
    for fault in found:
        print(fault, file=sys.stderr)
    return _status(found)


def _status(faults: list[Fault]) -> int:
    if any(not fault.line or fault.what.startswith("not YAML") for fault in faults):
        return UNREADABLE
    return FAILS if faults else HOLDS


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(timezone(timedelta(hours=8))).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        print(f"`{text}` is no day; write it as 2022-11-01", file=sys.stderr)
        raise typer.Exit(UNREADABLE) from error


def _stamp(folders: Folders) -> dict[str, float]:
    from rules.book.load import rule_files

    places = [Path(__file__).resolve().parent / "book", *(folders or ())]
    return {str(file): file.stat().st_mtime for place in places for file in rule_files(place)}


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def _print_json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=1))
