"""Report → JSON: the whole model, so that every figure in another document is found again here."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from reports.model import Report
from reports.visible import visible

SHAPE = 1  # raised when a field changes its meaning or goes


def render(report: Report) -> str:
    """One JSON object with `shape` and the fields of reports.model.Report; text as in the other documents."""
    return plain(report)


def plain(data: Any) -> str:
    """Any of our frozen dataclasses as a JSON object, with `shape`."""
    return json.dumps(_printable({"shape": SHAPE, **dataclasses.asdict(data)}), ensure_ascii=False, indent=1) + "\n"


def _printable(value: object) -> object:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(one) for one in value]
    return value
