"""Page records, one JSON object a line (页面记录): the form in which other programs hand pages over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

import orjson

from compliance.reading.decode import normal_text
from compliance.reading.fault import Fault
from compliance.reading.limits import LIMITS, Limits
from compliance.reading.source import keep
from compliance.records import Company, Page
from rules.clock import CHINA

_SHORT = (str, int, type(None))
_LOST = "\ufffd".encode()
_EXAMPLE = '{"url": "https://…", "captured_at": "2026-11-23T08:00:00+08:00", "html": "…"}'


def records_in(
    file: BinaryIO, source: str, limits: Limits = LIMITS, first: int = 1, whole: bool = True
) -> Iterator[Page | Fault]:
    """The pages of a .jsonl file; a bad line becomes a fault with file and line, and the rest is read. Blank lines are allowed.
    `first`: the number of the first line; `whole`: no, when `file` is but a stretch of it."""
    number = first - 1
    seen = False
    while line := file.readline(limits.line + 1):
        number += 1
        where = f"{source}:{number}"
        if len(line) > limits.line and not line.endswith(b"\n"):
            size = len(line)
            while rest := file.readline(1 << 20):
                size += len(rest)
                if rest.endswith(b"\n"):
                    break
            yield Fault(
                where,
                f"the line has {size} bytes, more than {limits.line}",
                "split the page or store its HTML in a file",
            )
            seen = True
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.isspace():
            continue
        seen = True
        yield _of_line(line, where)
    if whole and not seen:
        yield Fault(source, "the file is empty", f"one record a line: {_EXAMPLE}")


def _of_line(line: bytes, where: str) -> Page | Fault:
    """The fast parser reads what it can; what it refuses (or reads less exactly: an `id` that is no text and no small number) goes to
    `json`, which is more patient and says where the fault stands."""
    try:
        obj = orjson.loads(line)
        if isinstance(obj, dict) and isinstance(obj.get("id"), _SHORT):
            return page_of_record(obj, where)
    except orjson.JSONDecodeError:
        pass
    try:
        obj = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return Fault(where, f"is not UTF-8 (byte {error.start})", "write JSON Lines in UTF-8")
    except json.JSONDecodeError as error:
        return Fault(f"{where}:{error.colno}", f"is not JSON ({error.msg})", f"one object a line: {_EXAMPLE}")
    except (RecursionError, ValueError):
        return Fault(
            where, "is JSON nested too deeply or with a number too long", f"one flat object a line: {_EXAMPLE}"
        )
    if not isinstance(obj, dict):
        return Fault(where, f"is {type(obj).__name__}, not an object", f"one object a line: {_EXAMPLE}")
    return page_of_record(obj, where)


def page_of_record(obj: dict[str, Any], source: str) -> Page | Fault:
    """The page of one record of the contract. Unknown keys are ignored; a record without `url` is read, and says so in its faults.

    A fault when neither `html` nor `text` is there, both are, or a field has the wrong type.
    """
    html, text = obj.get("html"), obj.get("text")
    if (html is None) == (text is None):
        what = "has neither `html` nor `text`" if html is None else "has both `html` and `text`"
        return Fault(source, what, f"give exactly one of them: {_EXAMPLE}")
    body = html if html is not None else text
    if not isinstance(body, str):
        return Fault(source, f"`{'html' if text is None else 'text'}` is {type(body).__name__}, not text", _EXAMPLE)
    if not body or body.isspace():
        return Fault(
            source, f"`{'html' if text is None else 'text'}` is empty", "leave the record out or fetch the page again"
        )
    url = obj.get("url")
    if url is not None and not isinstance(url, str):
        return Fault(source, f"`url` is {type(url).__name__}, not text", _EXAMPLE)
    captured = _moment(obj.get("captured_at"))
    if isinstance(captured, str):
        return Fault(source, captured, 'write ISO 8601 with zone: "2026-11-23T08:00:00+08:00"')
    company = _company(obj.get("company"))
    if isinstance(company, str):
        return Fault(source, company, '"company": {"name": "…", "uscc": "…"} or null')
    own = obj.get("id")
    faults: tuple[str, ...] = () if url else ("记录没有网址，页面位置未知",)
    try:
        data, sound = body.encode(), True
    except UnicodeEncodeError:  # half a sign, as \\ud83d alone
        data, sound = body.encode("utf-8", "surrogatepass"), False
    digest = hashlib.sha256(data).hexdigest()
    received = body
    if not sound or b"\r" in data or b"\0" in data:
        body = normal_text(body, sound)
    body, cut = _bounded(body)
    lost = body.count("\ufffd") if not sound or b"\0" in data or _LOST in data else 0
    if lost:
        faults += (f"有{lost}处文字已无法辨认，未读",)
    if cut:
        faults += (f"原文过大，只读前{len(body)}字，其余{cut}字未读",)
    page = Page(
        url=url or None,
        captured_at=captured,
        html=body if html is not None else None,
        text=body if html is None else None,
        sha256=digest,
        company=company,
        id=own if isinstance(own, str) else None if own is None else json.dumps(own, ensure_ascii=False),
        source=source,
        encoding="utf-8",
        faults=faults,
    )
    if sound and html is body is received:  # nothing was changed, so these are the bytes of the page
        keep(page, data)
    return page


def _bounded(text: str) -> tuple[str, int]:
    most = LIMITS.document
    return (text[:most], len(text) - most) if len(text) > most else (text, 0)


def _moment(value: Any) -> datetime | str | None:
    """An aware time; one without a zone is China standard time. A text tells what is wrong."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        return f"`captured_at` is {type(value).__name__}, not text"
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return f"`captured_at` is no time: {value[:40]!r}"
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _company(value: Any) -> Company | str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return Company(value.strip() or None, None, "record") if value.strip() else None
    if not isinstance(value, dict):
        return f"`company` is {type(value).__name__}, not an object"
    name, uscc = value.get("name"), value.get("uscc")
    if not isinstance(name, str | None) or not isinstance(uscc, str | None):
        return "`company.name` and `company.uscc` must be text or null"
    name, uscc = (name or "").strip() or None, (uscc or "").strip().upper() or None
    return Company(name, uscc, "record") if name or uscc else None
