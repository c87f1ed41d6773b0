"""The statutes on a day (行为时法): which version is in force, which number a key has in it, what a penalty provides.

>>> from datetime import date
>>> from rules.law import load_statutes
>>> law = load_statutes()
>>> law.provision("cn-cert-mark-measures#confusing-use.penalty", date(2014, 6, 1)).article
'27'
>>> law.provision("cn-cert-mark-measures#confusing-use.penalty", date(2015, 6, 1)).article
'25'
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rules.law.load import HERE, read_folder
from rules.law.model import FineCase, FineTerms, LawFile, Numbered, PenaltyTerms, ProvisionEntry, VersionEntry
from rules.outcome import Fine, Penalty, Provision
from rules.source import Fault


@dataclass(frozen=True, slots=True)
class Placed:
    """A provision in one version: entry, version and number together."""

    law: LawFile
    version: VersionEntry
    entry: ProvisionEntry
    line: Numbered

    @property
    def terms(self) -> PenaltyTerms | None:
        """What it provides in this version; None when it is no penalty."""
        return self.line.penalty or self.entry.penalty

    @property
    def gist(self) -> str:
        """Our own words for it in this version."""
        return self.line.gist_zh or self.entry.gist_zh

    @property
    def source(self) -> str:
        """Where the text of this version was read, in words."""
        return self.law.sources[self.line.source or self.version.source]

    @property
    def note(self) -> str | None:
        """A caution of the number, of the provision or of the version, the nearest first."""
        return self.line.note_zh or self.entry.note_zh or self.version.note_zh

    def confidence_on(self, day: date) -> str:
        """`read`, `quoted` or `inferred`; always inferred where the version itself is doubtful."""
        if self.version.doubtful_from and day >= self.version.doubtful_from:
            return "inferred"
        return self.line.confidence or self.version.confidence


@dataclass(frozen=True)
class Statutes:
    """All laws. `hash`: SHA-256 over the files' names and contents. `faults`: what could not be read, with its place."""

    laws: dict[str, LawFile]
    hash: str
    faults: tuple[Fault, ...] = ()
    _entries: dict[str, tuple[LawFile, ProvisionEntry]] = field(default_factory=dict, repr=False)
    _placed: dict[tuple[str, date], Placed | None] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for law in self.laws.values():
            for entry in law.provisions:
                self._entries[f"{law.law}#{entry.key}"] = (law, entry)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key, as `law-id#key`, in the order of the files."""
        return tuple(self._entries)

    def versions(self, law: str) -> tuple[VersionEntry, ...]:
        """All versions of a law, the oldest first; KeyError for an unknown law."""
        return self.laws[law].versions

    def version_on(self, law: str, on: date) -> VersionEntry | None:
        """The version in force that day, both ends included; None before the first one, or where no day is known."""
        found = self.laws.get(law)
        return next((version for version in found.versions if version.holds(on)), None) if found else None

    def placed(self, key: str, on: date) -> Placed | None:
        """The provision with its version; None when there is none, or none that was seen, on that day."""
        at = (key, on)
        if at not in self._placed:
            self._placed[at] = self._place(key, on)
        return self._placed[at]

    def _place(self, key: str, on: date) -> Placed | None:
        found = self._entries.get(key)
        if found is None:
            return None
        law, entry = found
        for version in law.versions:
            line = entry.numbered.get(version.version)
            if version.holds(on) and line is not None and line.here:
                return Placed(law, version, entry, line)
        return None

    def in_version(self, key: str, version: str) -> Placed | None:
        """The provision in a version by its name, whether or not its days are known; None when it can't be cited there."""
        found = self._entries.get(key)
        if found is None:
            return None
        law, entry = found
        line = entry.numbered.get(version)
        entries = [one for one in law.versions if one.version == version]
        return Placed(law, entries[0], entry, line) if entries and line is not None and line.here else None

    def provision(self, key: str, on: date) -> Provision | None:
        """The provision in force on `on`; None when the key is unknown or had no number that could be cited that day."""
        placed = self.placed(key, on)
        return provision_of(placed, on) if placed else None

    def penalty(self, key: str, on: date) -> Penalty | None:
        """The same with what it provides; None also when it is no penalty."""
        placed = self.placed(key, on)
        return penalty_of(placed, on) if placed and placed.terms else None

    def provisions_on(self, law: str, on: date, article: str | None = None) -> Iterator[Placed]:
        """What can be cited of a law that day, in the order of the file; only one article when given."""
        for entry in self.laws[law].provisions:
            placed = self.placed(f"{law}#{entry.key}", on)
            if placed and (article is None or placed.line.article == article):
                yield placed


def provision_of(placed: Placed, on: date) -> Provision:
    """The PROVISION of the contract."""
    return Provision(
        law=placed.law.law,
        key=placed.entry.key,
        version=placed.version.version,
        doc_no=placed.version.doc_no,
        title_zh=placed.law.title_zh,
        article=placed.line.article,
        paragraph=placed.line.paragraph,
        item=placed.line.item,
        gist=placed.gist,
        confidence=placed.confidence_on(on),
        refers_to=placed.entry.refers_to,
    )


def penalty_of(placed: Placed, on: date) -> Penalty:
    """The PENALTY of the contract; nothing is computed yet."""
    terms = placed.terms
    assert terms is not None
    said = [terms.order_zh, "是否罚款由机关决定" if terms.discretionary else None, terms.other]
    return Penalty(
        provision=provision_of(placed, on),
        order_to_correct=terms.order_to_correct,
        only_if_not_corrected=terms.only_if_not_corrected,
        fine=fine_of(terms.fine) if terms.fine else None,
        fine_cases=tuple(fine_of(case) for case in terms.fine_cases),
        confiscation=terms.confiscation_of is not None,
        confiscation_of=terms.confiscation_of,
        licence_revocation=terms.licence_revocation,
        persons=fine_of(terms.persons) if terms.persons else None,
        warning=terms.warning,
        other="；".join(part for part in said if part) or None,
    )


def fine_of(terms: FineTerms) -> Fine:
    """The `fine` of the contract; a threshold stays in the words of `when`."""
    when = terms.when if isinstance(terms, FineCase) else None
    return Fine(terms.basis, terms.min, terms.max, terms.fixed, terms.multiple_min, terms.multiple_max, when)


_PACKAGED: list[Statutes] = []


def load_statutes(folder: Path | None = None) -> Statutes:
    """The statutes of a folder, by default those of the package (read once). Faults are in `faults`, never raised."""
    if folder is None and _PACKAGED:
        return _PACKAGED[0]
    laws, faults, digest = read_folder(folder or HERE)
    statutes = Statutes({law.law: law for law in laws}, digest, tuple(faults))
    if folder is None:
        _PACKAGED.append(statutes)
    return statutes
