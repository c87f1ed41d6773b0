"""Reads this room's data files once: columns, states, schemes, names, signs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent


@cache
def words(name: str) -> dict[str, Any]:
    """The content of `NAME.yaml` beside this file, read once a process. Callers must not change it."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with (HERE / f"{name}.yaml").open(encoding="utf-8") as file:
        return yaml.load(file, Loader=loader)
