"""`certmark law …`: the statutes as dated data. Results on standard output, messages on standard error."""

from __future__ import annotations

import difflib
import json
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from rules.clock import today
from rules.law.desk import (
    attested_in,
    citing_rules,
    key_of,
    open_statutes,
    provisions_of,
    record_file,
    say_faults,
    stored_findings,
)

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Statutes as dated data: versions, provisions, charges."
)


class Medium(StrEnum):
    """载体, by the contract's names."""

    website = "website"
    e_shop = "e_shop"
    advertisement = "advertisement"
    brochure = "brochure"
    product = "product"
    packaging = "packaging"
    premises = "premises"
    tender = "tender"
    physical_certificate = "physical_certificate"
    other = "other"


class Actor(StrEnum):
    """行为人身份, by the contract's names."""

    holder = "holder"
    uncertified = "uncertified"
    seller = "seller"
    agency = "agency"
    certification_body = "certification_body"


class Format(StrEnum):
    """How results are printed."""

    table = "table"
    json = "json"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day; write it as 2026-11-23") from error


On = Annotated[
    date | None, typer.Option("--on", parser=_day, metavar="DATE", help="day of conduct; today when not given")
]
AsFormat = Annotated[Format, typer.Option("--format", help="table or json")]
RecordFile = Annotated[Path | None, typer.Option("--file", help="file of attestations; default: the data folder")]


@app.command("list")
def list_laws(context: typer.Context, on: On = None, format: AsFormat = Format.table, file: RecordFile = None) -> None:
    """Every law with the version in force, and how sure its provisions are."""
    from rules.law.show import law_row

    statutes, day = open_statutes(), on or today()
    attested = attested_in(context.obj, statutes, file)
    rows = [law_row(statutes, law, day, attested) for law in statutes.laws.values()]
    if format is Format.json:
        _print_json({"on": day.isoformat(), "hash": statutes.hash, "laws": rows})
        return
    print(f"{'法规':<42}{'文本':<10}{'施行':<12}{'条':>4}{'核对':>5}{'见文':>5}{'引述':>5}{'推定':>5}  名称")
    for row in rows:
        marks = row["confidence"]
        print(
            f"{row['law']:<44}{row['version'] or '—':<12}{row['in_force'] or '—':<14}{row['provisions']:>4}"
            f"{marks['attested']:>7}{marks['read']:>7}{marks['quoted']:>7}{marks['inferred']:>7}  {row['title_zh']}"
        )


@app.command()
def show(
    context: typer.Context,
    law: Annotated[str, typer.Argument(help="a law's id, or law-id#key")],
    article: Annotated[str | None, typer.Option("--article", help="only this article")] = None,
    on: On = None,
    rules: Annotated[bool, typer.Option("--rules", help="also name the rules that cite each provision")] = False,
    format: AsFormat = Format.table,
    file: RecordFile = None,
) -> None:
    """One law as it stood on a day. Exit status 1 when it had no such provision that day."""
    from rules.law.show import lines_of, lines_of_law, placed_json, version_json

    statutes, day = open_statutes(), on or today()
    name, _, key = law.partition("#")
    if name not in statutes.laws:
        _refuse(name, "law", list(statutes.laws))
    entry = statutes.laws[name]
    version = statutes.version_on(name, day)
    placed = [one for one in provisions_of(statutes, name, day) if not key or one.entry.key == key]
    if article is not None:
        placed = [one for one in placed if one.line.article == article.strip().removeprefix("第").removesuffix("条")]
    attested = attested_in(context.obj, statutes, file)
    citing = citing_rules() if rules else {}
    if format is Format.json:
        _print_json(
            {
                "law": name,
                "title_zh": entry.title_zh,
                "on": day.isoformat(),
                "version": version_json(version) if version else None,
                "provisions": [placed_json(one, day, attested, citing.get(key_of(one), ())) for one in placed],
            }
        )
    else:
        for line in lines_of_law(entry, version, day):
            print(line)
        for one in placed:
            for line in lines_of(one, day, attested, citing.get(key_of(one), ())):
                print(line)
    if not placed:
        what = f"article {article}" if article else key or "provision"
        print(f"certmark law: {name} has no {what} that could be cited on {day}", file=sys.stderr)
        raise typer.Exit(1)


@app.command()
def charges(
    conduct: Annotated[str, typer.Argument(help="a conduct of the contract, such as expired_certificate")],
    medium: Annotated[Medium, typer.Option("--medium", help="where it stands")],
    on: On = None,
    actor: Annotated[Actor | None, typer.Option("--actor", help="default: the one the conduct is about")] = None,
    goods_value: Annotated[float | None, typer.Option("--goods-value", min=0, help="yuan")] = None,
    advertising_cost: Annotated[float | None, typer.Option("--advertising-cost", min=0, help="yuan")] = None,
    until: Annotated[
        date | None, typer.Option("--until", parser=_day, metavar="DATE", help="last day, when the conduct went on")
    ] = None,
    format: AsFormat = Format.table,
) -> None:
    """What a conduct breaches and which penalties it leads to, that day, in that medium. Exit status 1: none that day."""
    from rules.book import load_book
    from rules.law.ask import charges_of
    from rules.law.show import charges_json, lines_of_charges

    statutes, day = open_statutes(), on or today()
    book = load_book(statutes=statutes)
    say_faults(book.faults)
    rules = [rule for rule in book.rules if rule.conduct == conduct and rule.status != "retired"]
    if not rules:
        _refuse(conduct, "conduct", sorted({rule.conduct for rule in book.rules}))
    who = actor.value if actor else rules[0].actor
    words = (medium.value, actor.value if actor else None, goods_value, advertising_cost)
    found = charges_of(rules, statutes, day, *words)
    if until is not None and until < day:
        raise typer.BadParameter("--until, the last day, lies before --on, the first")
    later = charges_of(rules, statutes, until, *words) if until else None
    if later is not None and later.breaches == found.breaches and later.penalties == found.penalties:
        later = None  # no version changed meanwhile
    if format is Format.json:
        answer = {"conduct": conduct, "medium": medium.value, "actor": who, "on": day.isoformat()}
        last: dict[str, Any] = {"until": {"on": str(until)} | charges_json(later)} if later else {}
        _print_json(answer | charges_json(found) | last)
    else:
        for line in lines_of_charges(found):
            print(line)
        for line in lines_of_charges(later) if later else ():
            print(f"至{until}：{line}" if line == "违反：" else line)
    if not found.breaches and not found.penalties:
        print(f"certmark law: nothing that could be cited for {conduct} in {medium.value} on {day}", file=sys.stderr)
        raise typer.Exit(1)


@app.command()
def check(format: AsFormat = Format.table) -> None:
    """Versions, keys and dates of the statutes against the rules. Exit status 1 when something doesn't fit."""
    from dataclasses import asdict

    from rules.book import load_book
    from rules.law.check import check as check_law

    statutes = open_statutes()
    book = load_book(statutes=statutes)
    found = check_law(statutes, book.rules, book.faults)
    if format is Format.json:
        _print_json(asdict(found) | {"laws": len(statutes.laws), "rules": len(book.rules), "hash": statutes.hash})
    else:
        for title, lines in (
            ("推定的条文（引用前须核对原文）", found.inferred),
            ("日期未见的文本（不据以引用）", found.undated),
            ("规则所引条文在部分日子不可引（已由法规数据说明）", found.remarks),
        ):
            print(f"{title}：{len(lines)}")
            for line in lines:
                print(f"  {line}")
        print(
            f"{len(statutes.laws)} 部法规，{len(statutes.keys)} 条，{len(book.rules)} 条规则：{len(found.errors)} 处不合"
        )
    for line in found.errors:
        print(line, file=sys.stderr)
    if found.errors:
        raise typer.Exit(1)


@app.command()
def attest(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="law-id#key")],
    by: Annotated[str, typer.Option("--by", help="who compared it")],
    source: Annotated[str, typer.Option("--source", help="title of the official text")],
    on: On = None,
    file: RecordFile = None,
) -> None:
    """Record that a person has compared a provision, in the version of a day, with the official text."""
    from rules.law.attest import append_attestation, attestation_of

    statutes, day = open_statutes(), on or today()
    if key not in statutes.keys:
        _refuse(key, "provision", list(statutes.keys))
    if not by.strip() or not source.strip():
        print("certmark law attest: --by and --source need words", file=sys.stderr)
        raise typer.Exit(2)
    placed = statutes.placed(key, day)
    if placed is None:
        print(f"certmark law: {key} could not be cited on {day}; name another day with --on", file=sys.stderr)
        raise typer.Exit(1)
    record = attestation_of(placed, by.strip(), source.strip(), today())
    target = file or record_file(context.obj)
    try:
        append_attestation(target, record)
    except OSError as error:
        print(
            f"certmark law attest: {target} cannot be written: {error.strerror}; name one with --file", file=sys.stderr
        )
        raise typer.Exit(2) from error
    print(json.dumps(record.to_json(), ensure_ascii=False))
    print(f"written to {target}", file=sys.stderr)


@app.command()
def update(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="a new version as one data file")],
    folder: Annotated[
        Path | None, typer.Option("--law", help="folder of statute files; default: the package's")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="write the law's file with the new version in it")] = None,
    format: AsFormat = Format.table,
) -> None:
    """Check a new version of a law and say which rules, days and stored findings it touches."""
    from rules.book import load_book
    from rules.law import load_statutes
    from rules.law.load import HERE
    from rules.law.update import read_update

    statutes = load_statutes(folder)
    say_faults(statutes.faults)
    found = read_update(file, statutes, folder or HERE)
    if isinstance(found, list):
        say_faults(found)
        raise typer.Exit(2)
    book = load_book(statutes=open_statutes())
    touched = found.rules_touched(book.rules)
    findings = stored_findings(context.obj, found.touched, found.begins)
    if out is not None:
        out.write_text(found.text(), encoding="utf-8")
    if format is Format.json:
        _print_json(
            {
                "law": found.law.law,
                "begins": found.begins.isoformat(),
                "moved": [{"key": key, "from": before, "to": after} for key, before, after in found.moved],
                "reworded": list(found.reworded),
                "added": list(found.added),
                "ended": list(found.ended),
                "rules": {name: list(keys) for name, keys in touched.items()},
                "findings": findings,
            }
        )
        return
    print(f"{found.law.title_zh}：自 {found.begins} 起的行为适用新文本")
    for key, before, after in found.moved:
        print(f"  移号 {key}：{before or '未见'} → {after or '未见'}")
    for title, keys in (("改写", found.reworded), ("新增", found.added), ("不再有", found.ended)):
        for key in keys:
            print(f"  {title} {key}")
    print(f"涉及规则 {len(touched)} 条" + ("：" if touched else ""))
    for rule, cites in touched.items():
        print(f"  {rule}（{'、'.join(cites)}）")
    print("库存发现：" + (f"{findings} 件" if findings is not None else "没有打开库，未查"))


@app.command()
def changes(
    on: Annotated[date, typer.Argument(parser=_day, metavar="DATE", help="a first day, such as 2015-03-31")],
    format: AsFormat = Format.table,
) -> None:
    """What changed in the law on a day: versions that begin, numbers that move. Exit status 1 when nothing did."""
    from rules.law.changes import changes_on

    found = changes_on(open_statutes(), on)
    if format is Format.json:
        _print_json({"on": on.isoformat(), "changes": [line.to_json() for line in found]})
    for line in found if format is Format.table else ():
        print(f"{line.title_zh}（{line.law}）{line.before or '—'} → {line.after}：{line.changed_zh}")
        for key, before, after in line.moved:
            print(f"  {key}：第{before}条 → 第{after}条")
        for key in line.reworded:
            print(f"  {key}：内容改变")
        for key in line.begun:
            print(f"  {key}：此日起可引")
        for key in line.ended:
            print(f"  {key}：此日起不可引")
    if not found:
        print(f"certmark law: no version of a law begins on {on}", file=sys.stderr)
        raise typer.Exit(1)


def _refuse(word: str, what: str, known: list[str]) -> NoReturn:
    near = difflib.get_close_matches(word, known, n=1)
    hint = f"; did you mean `{near[0]}`?" if near else f"; known are: {', '.join(known[:40])}"
    print(f"certmark law: no {what} `{word}`{hint}", file=sys.stderr)
    raise typer.Exit(2)


def _print_json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2))
