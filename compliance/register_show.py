"""Tables for the terminal: answers of `register lookup`, `stats`, `diff`. Results go to standard output."""

from __future__ import annotations

import csv
import sys
from typing import Any

from rich import markup
from rich.console import Console
from rich.table import Table

from compliance.register_options import printable

PIPED = 160  # signs a line


def show_answer(answer: dict[str, Any]) -> None:
    """The row found, the holder's other rows, close names, and where was searched."""
    console = _console()
    row = answer["match"]
    if row:
        table = _table(
            "number",
            "holder",
            "scheme",
            "issued",
            "expires",
            "state",
            title=f"found by {answer['method']}, score {answer['score']}, runner-up {answer['runner_up'] or 'none within reach'}",
        )
        for one in [row, *(r for r in answer["rows"] if r != row)][:50]:
            table.add_row(*_cells(one))
        console.print(table)
    else:
        console.print("not found" + ("; the name fits several holders" if answer["several_holders"] else ""))
        if answer["complete"]:
            console.print("the register was declared complete for this scheme and day")
        else:
            console.print(
                "the register was not declared complete for this scheme and day: not found is no proof of absence"
            )
    if answer["near"]:
        table = _table(
            "score", "holder", "number", "why", title="close, but other firms until a number or code says otherwise"
        )
        for near in answer["near"][:10]:
            table.add_row(
                f"{near['score']:.2f}",
                escape(near["row"]["holder"]),
                escape(near["row"]["number"]),
                escape(near["why"]),
            )
        console.print(table)
    for line in answer["searched"]:
        console.print(f"  {escape(line)}", highlight=False)


def show_stats(counted: dict[str, Any]) -> None:
    """Categories and areas, the country's figures beside them, the source's printing faults below; the other lists first."""
    console = _console()
    if counted["lists"]:
        table = _table("list", "source", "day", "rows", "refused", "complete for", title="other lists")
        for one in counted["lists"]:
            complete = ", ".join(one["complete"]) or "nothing declared"
            table.add_row(f"{one['kind']} {one['zh']}", escape(one["source"]), one["snapshot"] or "", _number(one["rows"]),
                          _number(one["refused"]), escape(complete))  # fmt: skip
        console.print(table)
    if not counted["source"]:
        console.print("no certificates imported")
        return
    console.print(f"{escape(counted['source'])}, {counted['snapshot']}: {counted['rows']:,} rows; in force {counted['total']['certificates']:,} "
                  f"certificates of {counted['total']['organisations']:,} organisations", highlight=False)  # fmt: skip
    console.print("states: " + ", ".join(f"{s} {n:,}" for s, n in counted["states"].items()), highlight=False)
    for title, lines in (("by category", counted["categories"]), ("by area", counted["areas"])):
        table = _table("", "certificates", "organisations", "country: certificates", "organisations", title=title)
        for line in lines:
            name = line["zh"] if line.get("group") is None or line["zh"] != "合计" else line["group"] + "合计"
            table.add_row(
                name,
                *(
                    _number(line[c])
                    for c in ("certificates", "organisations", "national_certificates", "national_organisations")
                ),
            )
        console.print(table)
    for line in [*counted["categories"], *counted["areas"]]:
        if line["note"]:
            console.print(f"  {line['zh']}: {line['note']}", highlight=False)


def show_diff(told: dict[str, Any]) -> None:
    """Counts, then the first rows of each kind of change, then alerts."""
    console = _console()
    console.print(f"{escape(told['source'])}: {told['before'] or 'nothing'} → {told['snapshot']}; new {told['new']}, changed {told['changed']}, "
                  f"gone {told['gone']}, unchanged {told['unchanged']}", highlight=False)  # fmt: skip
    if told["gone"] and not told["complete"]:
        console.print(
            "the newer file was not declared complete: that a row is gone says nothing by itself", highlight=False
        )
    if told["alerts"]:
        table = _table("holder", "number", "alert", "day", title="watched firms")
        for alert in told["alerts"]:
            table.add_row(escape(alert["holder"]), escape(alert["number"]), alert["what"], alert["day"] or "")
        console.print(table)
    table = _table("what", "number", "holder", "field", "before", "now", title="changes")
    for change in told["changes"][:200]:
        table.add_row(
            change["what"],
            escape(change["number"]),
            escape(change["holder"]),
            change["field"],
            escape(change["old"] or ""),
            escape(change["new"] or ""),
        )
    if told["changes"]:
        console.print(table)
    if len(told["changes"]) > 200:
        console.print(f"… and {len(told['changes']) - 200} more: --format json lists all", highlight=False)


def show_alerts(told: dict[str, Any]) -> None:
    """Counts, then the alerts, the gravest first."""
    console = _console()
    counts = ", ".join(f"{what} {n}" for what, n in told["counts"].items()) or "none"
    console.print(f"{told['on']}: watched {told['watched']}, found {told['found']}; alerts: {counts}", highlight=False)
    if told["alerts"]:
        table = _table(
            "holder", "number", "scheme", "alert", "day", "days", "in force besides", "new", title="watched firms"
        )
        for one in told["alerts"]:
            table.add_row(escape(one["holder"]), escape(one["number"]), one["scheme"] or "", one["what"], one["day"] or "no day told",
                          "" if one["days"] is None else str(one["days"]), escape(one["in_force_besides"] or ""), "new" if one["new"] else "")  # fmt: skip
        console.print(table)
    if told["left_out"]:
        console.print(f"left out: {told['left_out']} that ended before {told['since']} (--since) or ran out more than {told['within']} days ago",
                      highlight=False)  # fmt: skip


def write_alerts(told: dict[str, Any]) -> None:
    """As CSV on standard output; a cell that a spreadsheet would take for a formula is quoted."""
    from compliance.register_alerts import FIELDS

    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(FIELDS)
    for one in told["alerts"]:
        cells = [
            "" if one[f] is None else "yes" if one[f] is True else "no" if one[f] is False else one[f] for f in FIELDS
        ]
        out.writerow(["'" + c if isinstance(c, str) and c.startswith(("=", "+", "-", "@", "\t")) else c for c in cells])


def escape(text: str) -> str:
    """Words of a file as they may stand on a terminal."""
    return markup.escape(printable(text))


def _console() -> Console:
    """As wide as the terminal; into a file or a pipe wide enough that names aren't broken."""
    return Console() if sys.stdout.isatty() else Console(width=PIPED)


def _table(*columns: str, title: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, header_style="bold", pad_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold")
    return table


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    state = row["state_on_day"] or "unknown"
    return (
        escape(row["number"]),
        escape(row["holder"]),
        row["scheme"] or escape(row["standard"] or ""),
        row["issued"] or "",
        row["expires"] or "",
        state,
    )


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
