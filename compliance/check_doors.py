"""Other ways to show a check (三扇门): the company's own words (`--self`), the certification body's (`--as-body`), SARIF for machines.

The documents are made upstairs in `reports`; the front door hands them down, so that nothing here imports them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import typer

Json = dict[str, Any]


def door(ports: Any, form: str, self_check: bool, as_body: str | None) -> Callable[[Json], str] | None:
    """What draws the result; None: the usual table or JSON. Raises BadParameter for what doesn't go together."""
    if not (self_check or as_body or form == "sarif"):
        return None
    if self_check and as_body:
        raise typer.BadParameter("--self and --as-body exclude each other", param_hint="--self")
    if form == "sarif" and as_body:
        raise typer.BadParameter("a body's report is printed as table or json", param_hint="--format")
    if form == "json" and self_check:
        return None  # the contract's object: --self changes words, not records
    if form == "jsonl":
        raise typer.BadParameter("use table, json or sarif here", param_hint="--format")
    if ports is None:
        raise typer.BadParameter("only `certmark` itself can draw this", param_hint="--self, --as-body, --format sarif")
    if form == "sarif":
        return lambda result: str(ports.sarif(result))
    if self_check:
        return lambda result: str(ports.self_check(result))
    return lambda result: str(_body(ports, result, str(as_body), form))


def _body(ports: Any, result: Json, code: str, form: str) -> str:
    try:
        made = ports.as_body(result, code, form)
    except LookupError as error:  # none of its clients: said, and no fault
        made = json.dumps({"code": code, "clients": []}, ensure_ascii=False) if form == "json" else str(error.args[0])
    return str(made)
