"""A check's result from a file (`certmark check --format json` or `jsonl`), bounded and checked for its shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MAX_BYTES = 512 * 1024 * 1024
PROMISED = ("tool", "as_of", "register", "pages")


class ResultError(ValueError):
    """What is wrong with the file, where, and what to do."""


def result_of(path: Path) -> dict[str, Any]:
    """The result object in `path`; lines of `--format jsonl` are joined into one. Raises ResultError."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ResultError(f"{path}: larger than {MAX_BYTES // 1024 // 1024} MB; report fewer companies at a time")
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise ResultError(
            f"{path}: byte {fault.start} is not UTF-8; give the output of certmark check --format json"
        ) from fault
    except OSError as fault:
        raise ResultError(f"{path}: can't be read: {fault.strerror}") from fault
    try:
        return _whole(path, json.loads(text))
    except json.JSONDecodeError as fault:
        if "Extra data" in fault.msg:
            return _joined(path, text)
        raise ResultError(f"{path}:{fault.lineno}:{fault.colno}: not JSON: {fault.msg}") from fault
    except RecursionError as fault:
        raise ResultError(f"{path}: nested too deeply for a check result") from fault


def _joined(path: Path, text: str) -> dict[str, Any]:
    whole: dict[str, Any] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            one = _whole(path, json.loads(line), number)
        except json.JSONDecodeError as fault:
            raise ResultError(f"{path}:{number}:{fault.colno}: not JSON: {fault.msg}") from fault
        if whole is None:
            whole = one
        else:
            whole["pages"] = [*whole["pages"], *one["pages"]]
    if whole is None:
        raise ResultError(f"{path}: empty; give the output of certmark check --format json")
    return whole


def _whole(path: Path, data: Any, line: int | None = None) -> dict[str, Any]:
    where = f"{path}:{line}" if line else str(path)
    if not isinstance(data, dict):
        raise ResultError(f"{where}: a check result is one object, this is a {type(data).__name__}")
    if "pages" not in data and "claims" in data:  # a line of jsonl: the head's fields beside those of one page
        data = {"pages": [data], **{name: data[name] for name in PROMISED if name in data}}
    lacking = [name for name in PROMISED if name not in data]
    if lacking:
        raise ResultError(f"{where}: not a check result: lacks {', '.join(lacking)}")
    if not isinstance(data["pages"], list):
        raise ResultError(f"{where}: `pages` must be a list")
    return data
