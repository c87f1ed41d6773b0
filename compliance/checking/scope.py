"""认证范围: does the row's scope name the activities that the words claim? Plain words only, never string equality."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import yaml

from compliance.records import CertificateRow, Claim
from rules.facts import Known, Unknown


@cache
def activities() -> tuple[tuple[str, ...], ...]:
    """Groups of words for one activity (生产、制造、加工), from activities.yaml."""
    data = yaml.safe_load(Path(__file__).with_name("activities.yaml").read_text(encoding="utf-8"))
    return tuple(tuple(group) for group in data["groups"])


def scope_covers(claim: Claim, row: CertificateRow, stated: str | None = None) -> Known | Unknown:
    """True when each activity named is in the scope text, false when one of the known activities plainly is not.

    `stated` is the scope as the page itself gives it (认证范围：…); its activities count as named. Words outside the list, 全部产品 and
    an empty scope are a person's reading (`ambiguous_reading`).
    """
    named = [cue.split(":", 1)[1] for cue in sorted(claim.cues) if cue.startswith("activity:")]
    if stated:
        named += [group[0] for group in activities() if any(w in stated for w in group)]
        if not named:  # a scope without a known activity: only its very words show that it is the row's
            same = bool(row.scope) and _plain(stated) in _plain(row.scope or "")
            return Known(True, "register") if same else Unknown("ambiguous_reading")
    if not named:
        wide = any(cue.startswith("quantifier:") for cue in claim.cues)
        return Unknown("ambiguous_reading") if wide else Unknown("not_stated")
    if not row.scope:
        return Unknown("not_in_register")
    groups = [_group(word) for word in named]
    if any(group is not None and not any(w in row.scope for w in group) for group in groups):
        return Known(False, "register")
    excluded = any(f"不含{w}" in row.scope or f"{w}除外" in row.scope for g in groups if g for w in g)
    if excluded:
        return Known(False, "register")
    if any(group is None and word not in row.scope for group, word in zip(groups, named, strict=True)):
        return Unknown("ambiguous_reading")
    return Known(True, "register")


# A model (型号) in a sentence: letters and digits joined, with at least one of each; certificate numbers are longer.
MODEL = re.compile(
    r"(?<![0-9A-Za-z])(?=[0-9A-Za-z-]*[A-Za-z])(?=[0-9A-Za-z-]*\d)[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*(?![0-9A-Za-z])"
)


def models_cover(claim: Claim, row: CertificateRow) -> Known | Unknown:
    """型号: true when a model the words name stands in the row, false when the row lists models and none of them is named.

    A whole series (全系列) and a row without models are a person's reading.
    """
    if any(cue.startswith("quantifier:") for cue in claim.cues):
        return Unknown("ambiguous_reading")
    if "model_named" not in claim.cues:
        return Unknown("not_stated")
    listed = _plain(f"{row.models or ''} {row.scope or ''}")
    named = [m for m in MODEL.findall(_plain(claim.context or claim.quote)) if m not in _plain(row.number)]
    words = _plain(claim.context or claim.quote)
    # cells of a table may stand without a blank between them: look for the row's models in the words as well
    if any(model in listed for model in named) or any(m in words for m in _models(row)):
        return Known(True, "register")
    return Known(False, "register") if row.models and named else Unknown("ambiguous_reading")


def _models(row: CertificateRow) -> list[str]:
    return [m for m in re.split(r"[;；,，、/\s]+", _plain(row.models or "")) if len(m) > 2]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper()


def _group(word: str) -> tuple[str, ...] | None:
    return next((group for group in activities() if word in group), None)
