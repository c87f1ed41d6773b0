"""`register lookup`: one question or a file of them, answered from a register."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from compliance.collecting import no_collecting
from compliance.records import Match
from compliance.register.cells import code_of, plain_text
from compliance.register.match import match
from compliance.register.ports import Query, Rows
from compliance.register.scheme_words import scheme_of
from compliance.register.states import state_on

AT_ONCE = 2000  # questions answered together
NEAR_FLOOR = 0.5  # closer names than this are shown
_CODE = re.compile(r"^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$")


def query_of(said: str, scheme: str | None = None, on: date | None = None) -> Query:
    """A question as typed: a code of 18 signs, a certificate number (no Chinese signs, some digits), else a name."""
    text = plain_text(said)
    if _CODE.match(code_of(text) or ""):
        return Query(uscc=text, scheme=scheme, on=on)
    if not re.search(r"[\u3400-\u9fff]", text) and len(re.findall(r"\d", text)) >= 4:
        return Query(number=text, scheme=scheme, on=on)
    return Query(name=text, scheme=scheme, on=on)


def answer_of(found: Match, on: date, complete: bool | None = None) -> dict[str, Any]:
    """The whole answer to one question, all rows of the holder included, each with its state on the day. `complete`: whether the register
    was declared complete for what was asked: only then does "not found" say anything."""

    def shown(row: Any) -> dict[str, Any]:
        state, dated = state_on(row, on)
        return row.to_json() | {"state_on_day": state, "state_dated": dated}

    return {
        "on": on.isoformat(), "match": shown(found.row) if found.row else None, "method": found.method, "score": found.score,
        "runner_up": found.runner_up, "several_holders": found.several, "searched": list(found.searched), "unread": found.unread, "complete": complete,
        "rows": [shown(r) for r in found.holder_rows], "near": _near(found),
    }  # fmt: skip


def batch(lines: Iterable[bytes], rows: Rows) -> Iterator[tuple[dict[str, Any], bool]]:
    """(answer, whether the line could be read) for each line of JSON, by the contract's names. Unknown keys are ignored."""
    stream = iter(lines)
    number = 0
    prepare = getattr(rows, "prepare", None)
    while chunk := list(islice(stream, AT_ONCE)):
        asked: list[tuple[Any, Query | str]] = []
        for line in chunk:
            number += 1
            if line.strip():
                asked.append(_question(line, number))
        with no_collecting():
            if prepare is not None:
                prepare([q for _, q in asked if isinstance(q, Query)], whole=False)
            answers = [_answer(mark, query, rows) for mark, query in asked]
        yield from answers


def _answer(mark: Any, query: Query | str, rows: Rows) -> tuple[dict[str, Any], bool]:
    if isinstance(query, str):
        nothing: dict[str, Any] = {"match": None, "method": None, "score": 0, "runner_up": None, "near": []}
        return {"id": mark} | nothing | {"error": query}, False
    return {"id": mark} | _short(match(query, rows, whole=False)), True


def _question(line: bytes, number: int) -> tuple[Any, Query | str]:
    try:
        asked = json.loads(line.removeprefix(codecs.BOM_UTF8).decode())
    except (ValueError, RecursionError) as error:
        return None, f"line {number}: not JSON: {error}"
    if not isinstance(asked, dict):
        return None, f"line {number}: not a JSON object"
    said = {k: asked[k] for k in ("name", "number", "uscc", "scheme") if asked.get(k) not in (None, "")}
    wrong = next((k for k, v in said.items() if not isinstance(v, str | int)), None)
    if wrong:
        return asked.get("id"), f"line {number}: `{wrong}` must be text"
    if not any(k in said for k in ("name", "number", "uscc")):
        return asked.get("id"), f"line {number}: none of name, number, uscc is given"
    words = {k: str(v) for k, v in said.items()}
    scheme = words.get("scheme")
    return asked.get("id"), Query(
        words.get("name"), words.get("uscc"), words.get("number"), scheme_of(scheme) if scheme else None
    )


def _short(found: Match) -> dict[str, Any]:
    return {
        "match": found.row.to_json() if found.row else None,
        "method": "name" if found.method in ("name_key", "name_en") else found.method,
        "score": found.score, "runner_up": found.runner_up, "near": _near(found),
    }  # fmt: skip


def _near(found: Match) -> list[dict[str, Any]]:
    return [{"row": n.row.to_json(), "score": n.score, "why": n.why} for n in found.near if n.score >= NEAR_FLOOR]
