"""Reading the statute files: each is checked on its own, then against the others. A broken file is reported, the rest loads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rules.law.model import LawFile
from rules.source import Fault, Source, SourceError, read_source

HERE = Path(__file__).resolve().parent


def read_law(source: Source) -> tuple[LawFile | None, list[Fault]]:
    """The law of one file with every fault found in it; None when it doesn't fit the model."""
    try:
        data = source.data()
    except SourceError as error:
        return None, [source.fault(error.what, error.line, error.column, error.fix)]
    try:
        law = LawFile.model_validate(data)
    except ValidationError as error:
        return None, [_fault_of(source, problem) for problem in error.errors()]
    return law, [source.fault_at(path, what, fix) for path, what, fix in _inner_faults(law)]


def law_files(folder: Path) -> list[Path]:
    """The statute files of a folder, by name."""
    return sorted(folder.glob("cn-*.yaml"))


def read_folder(folder: Path) -> tuple[list[LawFile], list[Fault], str]:
    """All laws of a folder that could be read, the faults of the others, and the hash over names and contents."""
    laws: list[LawFile] = []
    faults: list[Fault] = []
    digest = hashlib.sha256()
    sources: dict[str, Source] = {}
    files = law_files(folder)
    if not files:
        faults.append(Fault(str(folder), 0, 0, "no statute files", "name a folder that holds cn-*.yaml"))
    for file in files:
        source = read_source(file)
        if isinstance(source, Fault):
            faults.append(source)
            continue
        digest.update(f"{file.name}\0{len(source.text)}\0{source.text}".encode())
        law, found = read_law(source)
        faults += found
        if law is None:
            continue
        if law.law != file.stem:
            faults.append(source.fault_at(("law",), f"`{law.law}` in a file named {file.name}", "give both one name"))
        sources[law.law] = source
        laws.append(law)
    faults += _outer_faults(laws, sources)
    return laws, faults, digest.hexdigest()


def _fault_of(source: Source, problem: Any) -> Fault:
    path = tuple(part for part in problem["loc"] if part not in ("FineTerms", "str", "date"))
    what = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        what, fix = f"unknown field `{path[-1]}`", "see rules/law/model.py for the fields of a statute file"
    elif problem["type"] == "missing":
        what, fix = f"`{path[-1]}` is missing", f"add `{path[-1]}:`"
    else:
        fix = ""
    return source.fault_at(path, what, fix)


def _inner_faults(law: LawFile) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    yield from _faults_of_versions(law)
    names = [version.version for version in law.versions]
    collected = {version.version for version in law.versions if version.collected}
    seen: set[str] = set()
    for i, entry in enumerate(law.provisions):
        here: tuple[str | int, ...] = ("provisions", i)
        if entry.key in seen:
            yield (*here, "key"), f"`{entry.key}` stands twice", "give each provision its own key"
        seen.add(entry.key)
        for name in sorted(collected - set(entry.numbered)):
            what = f"`{entry.key}` says nothing of version {name}"
            yield (*here, "numbered"), what, f'add "{name}": with its number, or {{absent: true}}'
        for name, line in entry.numbered.items():
            if name not in names:
                yield (*here, "numbered", name), f"no version `{name}`", "versions: " + ", ".join(names)
            elif name not in collected and line.here:
                yield (*here, "numbered", name), f"version {name} says `collected: false`", "drop one of the two"
            if line.source is not None and line.source not in law.sources:
                yield (*here, "numbered", name), f"no source `{line.source}`", "add it under `sources:`"
    for i, entry in enumerate(law.provisions):
        for key in entry.punishes:
            if key not in seen:
                yield ("provisions", i, "for"), f"`{key}` is no key of this law", "cite a key of the same file"
    for i, version in enumerate(law.versions):
        for cited in (version.source, version.dates_source):
            if cited is not None and cited not in law.sources:
                yield ("versions", i, "source"), f"no source `{cited}`", "add it under `sources:`"


def _faults_of_versions(law: LawFile) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    names = [version.version for version in law.versions]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield ("versions", i, "version"), f"version `{name}` stands twice", "name each version once"
    if law.series == "documents":
        return
    dated = [(i, version) for i, version in enumerate(law.versions) if version.in_force is not None]
    for (_, before), (i, after) in zip(dated, dated[1:], strict=False):
        here = ("versions", i, "in_force")
        assert after.in_force is not None and before.in_force is not None
        if after.in_force <= before.in_force:
            yield here, f"version {after.version} does not begin after {before.version}", "oldest first"
        elif before.until is None or before.until >= after.in_force:
            what = f"versions {before.version} and {after.version} overlap"
            yield here, what, f"`until` of {before.version} is the day before: {after.in_force - timedelta(days=1)}"
        elif before.until + timedelta(days=1) != after.in_force:
            what = f"a gap between versions {before.version} (until {before.until}) and {after.version}"
            yield here, what, "an end date is the last day, the next version begins on the day after"


def _outer_faults(laws: list[LawFile], sources: dict[str, Source]) -> list[Fault]:
    known = {f"{law.law}#{entry.key}" for law in laws for entry in law.provisions}
    faults = []
    for law in laws:
        for i, entry in enumerate(law.provisions):
            for name in ("refers_to", "related"):
                for reference in getattr(entry, name):
                    if reference not in known:
                        what = f"`{reference}` is no provision known here"
                        faults.append(
                            sources[law.law].fault_at(("provisions", i, name), what, "see `certmark law list`")
                        )
    return faults
