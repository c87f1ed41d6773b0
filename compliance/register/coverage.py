"""What a register was declared complete for (完整性声明): only inside it does "not found" say anything.

`all`, or a file of entries (YAML, JSON or CSV) with body, scheme, area, from, to, statuses; each names what it is limited to.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from compliance.register.cells import Odd, date_of, day_of, plain_text
from compliance.register.files import RegisterFileError
from compliance.register.provinces import province_of
from compliance.register.scheme_words import scheme_of, schemes_alike

LAG_DAYS = 31  # a body may report late; beyond this many days after the snapshot nothing is complete
_NAMES = {"body": ("body", "机构", "认证机构"), "scheme": ("scheme", "认证项目"), "area": ("area", "province", "地区", "省份"),
          "from": ("from", "start", "起"), "to": ("to", "end", "止"), "statuses": ("statuses", "status", "状态")}  # fmt: skip


def complete_of(said: str) -> tuple[str, ...]:
    """`--complete` as written → entries: ("all",) or ("scheme:iso-9001,area:江苏省", …). Raises RegisterFileError."""
    if said.strip().lower() in {"all", "全部"}:
        return ("all",)
    path = Path(said)
    if not path.is_file():
        raise RegisterFileError(f"--complete {said}: neither `all` nor a file")
    return tuple(_entry(e, path, n) for n, e in enumerate(_entries(path), 1))


def is_complete(
    complete: Iterable[str], scheme: str | None, on: date, province: str | None, snapshot: date | None
) -> bool:
    """Whether one of the entries covers the scheme, the day and the area: a certificate that isn't there then did not exist.

    An entry limited to one body or to some states never does: the certificate may be another body's, or have ended.
    """
    if snapshot is not None and on > snapshot + timedelta(days=LAG_DAYS):
        return False
    return any(_covers(entry, scheme, on, province) for entry in complete)


def _covers(entry: str, scheme: str | None, on: date, province: str | None) -> bool:
    if entry == "all":
        return True
    limits = dict(part.split(":", 1) for part in entry.split(",") if ":" in part)
    if "body" in limits or "statuses" in limits or entry == "valid_only":
        return False
    if "scheme" in limits and (scheme is None or not schemes_alike(scheme) <= schemes_alike(limits["scheme"])):
        return False
    if "area" in limits and (province is None or province_of(province) != limits["area"]):
        return False
    day = on.isoformat()
    return limits.get("from", "") <= day <= limits.get("to", "9999")


def _entries(path: Path) -> list[Mapping[str, Any]]:
    text = path.read_text(encoding="utf-8-sig")
    try:
        if path.suffix.lower() == ".csv":
            return list(csv.DictReader(text.splitlines()))
        if path.suffix.lower() in {".yaml", ".yml"}:
            import yaml

            data = yaml.safe_load(text)
        else:
            data = json.loads(text)
    except (ValueError, csv.Error) as error:
        raise RegisterFileError(f"{path}: can't be read: {error}") from error
    entries = data if isinstance(data, list) else [data]
    if not all(isinstance(e, dict) for e in entries):
        raise RegisterFileError(f"{path}: must be a list of entries with body, scheme, area, from, to, statuses")
    return entries


def _entry(entry: Mapping[str, Any], path: Path, number: int) -> str:
    parts = []
    unknown = [k for k in entry if not any(k in names for names in _NAMES.values())]
    if unknown:
        raise RegisterFileError(f"{path}: entry {number}: `{unknown[0]}` is not one of {', '.join(_NAMES)}")
    for name, spellings in _NAMES.items():
        value = next((entry[s] for s in spellings if entry.get(s) not in (None, "")), None)
        if value is None:
            continue
        text = "+".join(map(str, value)) if isinstance(value, list) else plain_text(value)
        if name == "scheme":
            known = scheme_of(text)
            if known is None:
                raise RegisterFileError(
                    f"{path}: entry {number}: scheme {text!r} is not known; `certmark rules list` names them"
                )
            text = known
        elif name == "area":
            text = province_of(text) or text
        elif name in ("from", "to"):
            day = day_of(value)
            if isinstance(day, Odd) or day is None:
                raise RegisterFileError(f"{path}: entry {number}: `{name}` {text!r} is not a day")
            text = date_of(day).isoformat()  # type: ignore[union-attr]
        parts.append(f"{name}:{text.replace(',', '，')}")
    return ",".join(parts) or "all"
