"""Chinese names for what findings refer to by code: facts, reasons, certification schemes. Source: the data of rules/."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import yaml


@lru_cache(maxsize=1)
def _facts() -> dict[str, dict[str, object]]:
    return yaml.safe_load((resources.files("rules") / "facts.yaml").read_text("utf-8"))


@lru_cache(maxsize=1)
def _reasons() -> dict[str, dict[str, str]]:
    return yaml.safe_load((resources.files("rules") / "reasons.yaml").read_text("utf-8"))


def fact_name(fact: str) -> str:
    """`claim.speaker` → 谁在陈述; a name outside the vocabulary as it stands."""
    entry = _facts().get(fact)
    return str(entry["zh"]) if entry else fact


def reason_name(reason: str) -> str:
    """`no_register` → 未提供登记数据; a reason outside reasons.yaml as it stands."""
    entry = _reasons().get(reason)
    return str(entry["zh"]) if entry else reason


def scheme_name(scheme: str) -> str:
    """The first Chinese name of a scheme id; an id that no scheme file has as it stands."""
    from rules.schemes import load_schemes

    known = load_schemes().get(scheme)
    return known.names_zh[0] if known and known.names_zh else scheme
