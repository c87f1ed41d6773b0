"""The shape of a scheme file, strict, for lint and tests. Starting up does not pay for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rules.schemes.files import mark_files, parsed, scheme_files
from rules.schemes.load import load_schemes
from rules.schemes.mark import MarkKind, Place, load_marks
from rules.schemes.scheme import About, Confidence, Kind, Schemes, fold_name

Day = Annotated[str, Field(pattern=r"^(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")]
Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Words = Annotated[list[Annotated[str, Field(min_length=1, max_length=60)]], Field(min_length=1)]

FOLDERS = {
    "management_system": "systems",
    "product": "products",
    "service": "services",
    "personnel": "personnel",
    "accreditation": "accreditation",
    "licence": "licences",
    "honour": "honours",
    "none": "others",
}

# Names that stand for two schemes on purpose; each with the reason.
SHARED_NAMES: dict[str, str] = {}


class Strict(BaseModel):
    """No unknown fields, no silent conversion."""

    model_config = ConfigDict(extra="forbid", strict=True)


class EditionFile(Strict):
    """One entry of `editions`: oldest first."""

    name: str
    gb: Words | None = None
    written: Words | None = None
    published: Day | None = None
    transition_end: Day | None = None
    confidence: Confidence
    note: str | None = None


class MarkEndFile(Strict):
    """One entry of `mark_ends`."""

    words: Words | None = None
    last_day: Day
    confidence: Confidence
    source: str
    note: str | None = None


class ExamplesFile(Strict):
    """Phrases for the reader's tests; invented."""

    yes: Words = Field(alias="is")
    no: Words | None = Field(default=None, alias="is_not")


class SchemeFile(Strict):
    """One scheme file: rules/schemes/<folder>/<id>.yaml."""

    scheme: Id
    kind: Kind
    about: About
    certifiable: bool
    guidance_standard: bool = False
    origin: Literal["china", "foreign"]
    in_register: bool
    register_category: str | None = None
    family_word: bool = False
    names_zh: Words
    names_en: list[str] = []
    standards: Words | None = None
    aliases: Words | None = None
    loose: Words | None = None
    also: list[Id] = []
    typical_subject: str | None = None
    editions: list[EditionFile] = []
    mark_ends: list[MarkEndFile] = []
    predecessors: list[Id] = []
    successors: list[Id] = []
    stands_for: list[Id] = []
    confused_with: list[Id] = []
    confused_words: Words | None = None
    note: str | None = None
    confidence: Confidence
    source: str
    examples: ExamplesFile


class WithdrawnFile(Strict):
    """`withdrawn` of a mark."""

    last_day: Day
    confidence: Confidence
    source: str
    note: str | None = None


class MarkFile(Strict):
    """One mark file: rules/schemes/marks/<id>.yaml."""

    mark: Id
    name_zh: str
    name_en: str
    kind: MarkKind
    schemes: list[Id] = []
    looks_zh: str
    words: Words
    places: list[Place]
    places_with_notice: list[Place] = []
    may_zh: list[str] = []
    misuse_zh: Words
    withdrawn: WithdrawnFile | None = None
    look_alikes: list[Id] = []
    look_alike_words: list[str] = []
    confidence: Confidence
    source: str


def faults_of(folder: Path) -> list[str]:
    """Everything wrong with the scheme files of a folder, each `file: what; what to do`. Empty: all is well."""
    faults: list[str] = []
    for path in scheme_files(folder):
        name = f"{path.parent.name}/{path.name}"
        data = parsed(path.read_bytes(), name, faults)
        if data is None:
            continue
        try:
            file = SchemeFile.model_validate(data)
        except ValidationError as error:
            faults += [f"{name}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
            continue
        faults += [f"{name}: {fault}" for fault in _own_faults(file, path)]
    if not faults:
        faults += _joint_faults(load_schemes(folder))
    return faults + _mark_faults(folder)


def _mark_faults(folder: Path) -> list[str]:
    faults: list[str] = []
    for path in mark_files(folder):
        data = parsed(path.read_bytes(), path.name, faults)
        if data is None or path.parent == folder:
            continue
        try:
            file = MarkFile.model_validate(data)
        except ValidationError as error:
            faults += [f"marks/{path.name}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
            continue
        if file.mark != path.stem:
            faults.append(f"marks/{path.name}: mark `{file.mark}` must equal the file name; rename one")
    schemes, marks = load_schemes(folder), load_marks(folder)
    ids = {mark.id for mark in marks.all}
    for mark in marks.all:
        faults += [f"marks/{mark.id}.yaml: schemes: no scheme `{i}`" for i in mark.schemes if i not in schemes]
        faults += [f"marks/{mark.id}.yaml: look_alikes: no mark `{i}`" for i in mark.look_alikes if i not in ids]
    return faults + [fault for fault in marks.faults if fault not in faults]


def _own_faults(file: SchemeFile, path: Path) -> list[str]:
    faults = []
    if file.scheme != path.stem:
        faults.append(f"scheme `{file.scheme}` must equal the file name; rename one")
    if FOLDERS[file.about] != path.parent.name:
        faults.append(f"about `{file.about}` belongs into {FOLDERS[file.about]}/; move the file")
    if file.register_category and not file.in_register:
        faults.append("register_category needs in_register: true")
    if file.guidance_standard and file.certifiable:
        faults.append("a guidance standard is not certifiable")
    published = [e.published[:4] for e in file.editions if e.published]
    if published != sorted(published):
        faults.append("editions must stand oldest first")
    for edition in file.editions:
        if edition.published and edition.transition_end and edition.transition_end[:4] < edition.published[:4]:
            faults.append(f"edition {edition.name} ends before it was published")
    return faults


def _joint_faults(schemes: Schemes) -> list[str]:
    faults = list(schemes.faults)
    ids = {s.id for s in schemes.all}
    for scheme in schemes.all:
        for field in ("predecessors", "successors", "stands_for", "confused_with"):
            faults += [f"{scheme.path}: {field}: no scheme `{i}`" for i in getattr(scheme, field) if i not in ids]
        faults += [f"{scheme.path}: also: `{i}` is a scheme of its own" for i in scheme.also if i in ids]
    for word, members in schemes.families.items():
        faults += [f"families.yaml: {word}: no scheme `{i}`" for i in members if i not in ids]
    for scheme in schemes.all:
        for name in (*scheme.names_zh, *scheme.aliases, *scheme.standards):
            others = [s.id for s in schemes.by_alias(name) if s is not scheme]
            if others and fold_name(name) not in SHARED_NAMES:
                faults.append(f"{scheme.path}: `{name}` also names {', '.join(others)}; keep it in one")
    return faults
