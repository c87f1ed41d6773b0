"""Notes beside charges (提示): what is offered to the reader and decided by nobody here. Their wording is in notes.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from rules.law.amounts import lighter
from rules.law.statutes import Placed, Statutes
from rules.outcome import Penalty, Provision
from rules.source import Fault, SourceError, read_source


@dataclass(frozen=True, slots=True)
class Wording:
    """notes.yaml: templates with the key each cites, words for figures and values, reasons why a law is left out."""

    notes: Mapping[str, tuple[str | None, str]]
    why: Mapping[str, str]
    figures: Mapping[str, str]
    values: Mapping[str, str]


@lru_cache(maxsize=1)
def load_notes() -> Wording:
    """The wording of the package. SourceError when the file was damaged."""
    source = read_source(Path(__file__).with_name("notes.yaml"))
    if isinstance(source, Fault):
        raise SourceError(str(source), source.line, source.column)
    data = source.data()
    notes = {name: (line["key"], line["zh"]) for name, line in data["notes"].items()}
    return Wording(notes, data["why"], data["figures"], data["values"])


def cited(provision: Provision) -> str:
    """A citation: 《…法》第27条第1款; without a number only the title."""
    text = f"《{provision.title_zh}》"
    if provision.article:
        text += f"第{provision.article}条"
    if provision.paragraph:
        text += f"第{provision.paragraph}款"
    if provision.item:
        text += f"第{provision.item}项"
    return text


@dataclass
class Notes:
    """Collects the notes for one day of conduct, each once, in the order of their making."""

    statutes: Statutes
    on: date
    _lines: dict[str, None] = field(default_factory=dict)

    @property
    def lines(self) -> tuple[str, ...]:
        """The notes."""
        return tuple(self._lines)

    def add(self, name: str, **words: str) -> None:
        """Add a note. What it cites is taken on the day of conduct or, where that is too early, as in force today: it binds
        those who decide, and they decide later."""
        key, template = load_notes().notes[name]
        if key is not None:
            provision = self._provision(key)
            if provision is None:
                return
            words["law"] = cited(provision)
        self._lines[template.format(**words)] = None

    def of_penalty(self, placed: Placed, penalty: Penalty, figures: Mapping[str, float]) -> None:
        """What one penalty needs said: an order first, a figure, a lighter law later."""
        law = cited(penalty.provision)
        wording = load_notes()
        if penalty.only_if_not_corrected and penalty.fine:
            self.add("only_if_not_corrected", law=law)
        for name in penalty.missing:
            template = "missing_figure" if penalty.fine and penalty.fine.basis == name else "threshold_figure"
            self.add(template, law=law, figure=wording.figures[name])
        later = later_lighter(self.statutes, placed)
        if later:
            day = later.version.in_force
            assert day is not None
            gist = later.gist if later.gist.endswith("。") else later.gist + "。"
            number = cited(self._cited_later(later))
            self.add("lighter_later", now=law, later=number, day=day.isoformat(), gist=gist)

    def of_all(self, fining: list[Placed]) -> None:
        """Notes on the whole: one act one fine, two years, slight or first. Nothing when there is nothing to punish."""
        if not fining:
            return
        if len(fining) > 1 and self.statutes.placed("cn-administrative-penalty-law#one-fine", self.on):
            self.add("one_fine")
        self.add("two_years")
        self.add("slight_or_first")

    def of_dropped(self, keys: Iterable[str]) -> None:
        """Which laws named by the rule could not be cited that day, and why, in one note. What a version is known not to
        have needs no note."""
        said: dict[str, None] = {}
        for key in keys:
            law, _, name = key.partition("#")
            if law not in self.statutes.laws:
                continue
            version = self.statutes.version_on(law, self.on)
            entries = [entry for entry in self.statutes.laws[law].provisions if entry.key == name]
            line = entries[0].numbered.get(version.version) if entries and version else None
            if line is not None and line.absent:
                continue
            why = "before" if version is None else "unseen" if version.collected else "uncollected"
            title = f"《{self.statutes.laws[law].title_zh}》"
            said[load_notes().why[why].format(law=title, version=version.version if version else "")] = None
        if said:
            self.add("not_in_force", law="、".join(said))

    def of_inferred(self, provisions: Iterable[Provision]) -> None:
        """Which of the provisions cited are inferred."""
        found = dict.fromkeys(cited(p) for p in provisions if p.confidence == "inferred")
        if found:
            self.add("inferred", law="、".join(found))

    def _provision(self, key: str) -> Provision | None:
        found = self.statutes.provision(key, self.on)
        if found is None and key in self.statutes.keys:
            dated = [version.in_force for version in self.statutes.versions(key.partition("#")[0]) if version.in_force]
            found = self.statutes.provision(key, max(dated)) if dated else None
        return found

    def _cited_later(self, later: Placed) -> Provision:
        day = later.version.in_force
        assert day is not None
        provision = self.statutes.provision(f"{later.law.law}#{later.entry.key}", day)
        assert provision is not None
        return provision


def later_lighter(statutes: Statutes, placed: Placed) -> Placed | None:
    """The first later version in which the same penalty is lighter (从旧兼从轻, 行政处罚法 37); None when there is none."""
    terms = placed.terms
    start = placed.version.in_force
    if terms is None or start is None:
        return None
    for version in placed.law.versions:
        if version.in_force is None or version.in_force <= start:
            continue
        later = statutes.placed(f"{placed.law.law}#{placed.entry.key}", version.in_force)
        if later and later.terms and lighter(terms, later.terms):
            return later
    return None
