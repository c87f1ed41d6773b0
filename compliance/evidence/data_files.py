"""The data that decide (法规, 规则, 词表, 项目): every YAML file of the installed rules and compliance packages, by its path."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import compliance
import rules

PREFIX = "data/"


def homes() -> dict[str, Path]:
    """Where the two packages lie: name → folder."""
    return {"compliance": Path(compliance.__file__).parent, "rules": Path(rules.__file__).parent}


@lru_cache(maxsize=1)
def installed_data() -> dict[str, bytes]:
    """`compliance/…/x.yaml`, `rules/…/y.yaml` → contents; about 1 MB."""
    return {
        f"{name}/{path.relative_to(home).as_posix()}": path.read_bytes()
        for name, home in homes().items()
        for path in sorted(home.rglob("*.yaml"))
    }


def bundled_data(members: dict[str, bytes]) -> dict[str, bytes]:
    """The same, as a bundle holds them."""
    return {name.removeprefix(PREFIX): raw for name, raw in members.items() if name.startswith(PREFIX)}


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> tuple[str, ...]:
    """Names of files that are in only one of the two, or differ."""
    return tuple(sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name)))
