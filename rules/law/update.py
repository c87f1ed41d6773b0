"""`law update` (新版本): takes a new version of a law as one data file, checks it whole, and says what it touches.

The file names the law, the version, and for every key of the law its number there (or `absent: true`, `unseen: true`);
keys that begin with this version stand under `added`, complete as in a statute file:

    law: cn-trademark-law
    sources: {text-2026: 国家法律法规数据库的2026年全文}
    version: {version: "2026", doc_no: null, adopted: 2026-06-26, in_force: 2027-01-01, until: null,
              confidence: read, source: text-2026, changed_zh: 全面修订}
    numbered: {infringement: "72", infringement.penalty: "74(2)"}
    added: [{key: misleading-use.penalty, kind: penalty, gist_zh: …, penalty: {…}, numbered: {"2026": "56"}}]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from rules.law.load import read_law
from rules.law.model import LawFile
from rules.law.statutes import Statutes
from rules.rule import Rule
from rules.source import Fault, Source, SourceError, read_source

_PARTS = {"law", "version", "numbered", "added", "sources", "notes_zh"}


@dataclass(frozen=True, slots=True)
class Update:
    """A new version that fits. `moved`: keys whose number changes (before, after); `reworded`: gist or terms change."""

    law: LawFile
    data: dict[str, Any]
    begins: date
    moved: tuple[tuple[str, str | None, str | None], ...]
    reworded: tuple[str, ...]
    added: tuple[str, ...]
    ended: tuple[str, ...]

    @property
    def touched(self) -> tuple[str, ...]:
        """Every key that is not the same from that day on, as `law-id#key`."""
        keys = [*(key for key, _, _ in self.moved), *self.reworded, *self.added, *self.ended]
        return tuple(f"{self.law.law}#{key}" for key in dict.fromkeys(keys))

    def rules_touched(self, rules: Sequence[Rule]) -> dict[str, tuple[str, ...]]:
        """By rule id, the touched keys it cites."""
        found = {rule.id: tuple(key for key in self.touched if key in rule.keys) for rule in rules}
        return {name: keys for name, keys in found.items() if keys}

    def text(self) -> str:
        """The law's whole file with the new version in it."""
        return yaml.safe_dump(self.data, allow_unicode=True, sort_keys=False, width=1000)


def read_update(file: Path, statutes: Statutes, folder: Path) -> Update | list[Fault]:
    """The update of a file against the law in `folder`, or every fault found."""
    source = read_source(file)
    if isinstance(source, Fault):
        return [source]
    try:
        new = source.data()
    except SourceError as error:
        return [source.fault(error.what, error.line, error.column, error.fix)]
    if not isinstance(new, dict) or "law" not in new or "version" not in new:
        return [source.fault("not an update", 1, 1, "give `law:`, `version:` and `numbered:`")]
    unknown = [part for part in new if part not in _PARTS]
    if unknown:
        return [source.fault_at((part,), f"unknown part `{part}`", ", ".join(sorted(_PARTS))) for part in unknown]
    if new["law"] not in statutes.laws:
        return [source.fault_at(("law",), f"no law `{new['law']}`", "a new law is a new statute file")]
    old = read_source(folder / f"{new['law']}.yaml")
    if isinstance(old, Fault):
        return [old]
    return _checked(source, new, old.data(), statutes.laws[new["law"]])


def _checked(source: Source, new: dict[str, Any], data: dict[str, Any], before: LawFile) -> Update | list[Fault]:
    version = new["version"]
    begins = version.get("in_force") if isinstance(version, dict) else None
    if not isinstance(begins, date):
        return [source.fault_at(("version",), "the version has no first day", "add `in_force: 2027-01-01`")]
    if any(v.version == version.get("version") for v in before.versions):
        return [
            source.fault_at(("version",), f"{before.law} already has version {version['version']}", "nothing to do")
        ]
    last = next((v for v in reversed(before.versions) if v.in_force), None)
    if last and last.in_force and begins <= last.in_force:
        what = f"version {version.get('version')} does not begin after {last.version}"
        return [source.fault_at(("version",), what, f"{last.version} began on {last.in_force}")]
    numbered = new.get("numbered") or {}
    keys = {entry.key for entry in before.provisions}
    faults = [
        source.fault_at(("numbered", key), f"`{key}` is no key of {before.law}", "put a new provision under `added:`")
        for key in numbered
        if key not in keys
    ]
    faults += [
        source.fault_at(("numbered",), f"`{key}` is missing", "give its number, {absent: true} or {unseen: true}")
        for key in sorted(keys - set(numbered))
    ]
    if faults:
        return faults
    merged = _merged(new, data, version, begins)
    law, found = read_law(Source(source.path, yaml.safe_dump(merged, allow_unicode=True, sort_keys=False, width=1000)))
    if law is None or found:
        return [Fault(source.path, 0, 0, fault.what, fault.fix) for fault in found]
    return _compared(law, merged, begins, str(version["version"]), before)


def _merged(new: dict[str, Any], data: dict[str, Any], version: dict[str, Any], begins: date) -> dict[str, Any]:
    for earlier in reversed(data["versions"]):
        if earlier["in_force"] is not None:
            if earlier["until"] is None or earlier["until"] >= begins:
                earlier["until"] = begins - timedelta(days=1)
            break
    data["versions"].append(version)
    data["sources"] |= new.get("sources") or {}
    for entry in data["provisions"]:
        entry["numbered"][version["version"]] = new["numbered"][entry["key"]]
    for entry in new.get("added") or []:
        others = {v["version"]: {"absent": True} for v in data["versions"][:-1] if v.get("collected", True)}
        data["provisions"].append(entry | {"numbered": others | entry.get("numbered", {})})
    data.setdefault("notes_zh", []).extend(new.get("notes_zh") or [])
    return data


def _compared(law: LawFile, data: dict[str, Any], begins: date, name: str, before: LawFile) -> Update:
    last = next((v.version for v in reversed(before.versions) if v.in_force), None)
    moved, reworded, added, ended = [], [], [], []
    for entry in law.provisions:
        old, new = entry.numbered.get(last or ""), entry.numbered[name]
        if old is None or not old.here:
            if new.here:
                added.append(entry.key)
        elif not new.here:
            ended.append(entry.key)
        else:
            if old.at != new.at:
                moved.append((entry.key, old.at, new.at))
            if (old.gist_zh, old.penalty) != (new.gist_zh, new.penalty):
                reworded.append(entry.key)
    return Update(law, data, begins, tuple(moved), tuple(reworded), tuple(added), tuple(ended))
