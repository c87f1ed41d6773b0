"""Reading our YAML: plain data with places, and faults shaped like a compiler's.

Only what a rule, statute or vocabulary file needs is understood: mappings, lists, strings, booleans (`true`,
`false`), whole
and decimal numbers, days (`2004-08-01`), nothing (`null`). Anchors, aliases, tags and a key given twice are
refused, so a
file cannot grow in memory beyond its own length. `no`, `on`, `off` stay words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

Path_ = tuple[str | int, ...]
MOST_BYTES = 1_000_000
DEEPEST = 40
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a file, where, and what to do. `line` and `column` count from 1; 0 when the whole file is
    meant."""

    path: str
    line: int
    column: int
    what: str
    fix: str = ""
    shown: str = ""  # the line itself

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        if not self.shown:
            return f"{place}: {self.what}" + (f"; {self.fix}" if self.fix else "")
        bar = " " * len(str(self.line))
        return (
            f"{place}: {self.what}\n  {self.line} | {self.shown}\n"
            f"  {bar} | {' ' * max(self.column - 1, 0)}^ {self.fix or 'here'}"
        )

    def to_json(self) -> dict[str, Any]:
        """`{"path", "line", "column", "what", "fix"}`."""
        return {"path": self.path, "line": self.line, "column": self.column, "what": self.what, "fix": self.fix}


class SourceError(ValueError):
    """The text is not our YAML. `line` and `column` count from 1."""

    def __init__(self, what: str, line: int, column: int, fix: str = "") -> None:
        super().__init__(what)
        self.what, self.line, self.column, self.fix = what, line, column, fix


@dataclass(frozen=True, slots=True)
class Source:
    """A text with the file it came from. `skip`: lines before it in the file (the examples of a rule are read on
    their own)."""

    path: str
    text: str
    skip: int = 0

    def data(self) -> Any:
        """The plain data; SourceError when the text is not our YAML."""
        return _Builder(self.text, None).build()

    def places(self) -> dict[Path_, tuple[int, int]]:
        """Line and column (from 1, in the whole file) of every key and list item, by its path. Key and value share
        it."""
        marks: dict[Path_, tuple[int, int]] = {}
        _Builder(self.text, marks).build()
        return {path: (line + self.skip, column) for path, (line, column) in marks.items()}

    def fault(self, what: str, line: int, column: int, fix: str = "") -> Fault:
        """A fault at a place of the whole file, with the line shown."""
        lines = self.text.splitlines()
        index = line - self.skip - 1
        shown = lines[index][:200] if 0 <= index < len(lines) else ""
        return Fault(self.path, line, column, what, fix, shown)

    def fault_at(self, path: Path_, what: str, fix: str = "") -> Fault:
        """A fault at the place of `path`, or of its nearest parent that has one."""
        places = self.places()
        at = path
        while at and at not in places:
            at = at[:-1]
        line, column = places.get(at, (1 + self.skip, 1))
        return self.fault(what, line, column, fix)


def read_source(path: Path) -> Source | Fault:
    """The text of a file, or the fault that keeps it from being read (missing, too large, not UTF-8)."""
    shown = shown_path(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        return Fault(shown, 0, 0, f"cannot be read: {error.strerror}", "check the path and the rights of the file")
    if len(raw) > MOST_BYTES:
        return Fault(shown, 0, 0, f"{len(raw)} bytes, more than {MOST_BYTES}", "split the file")
    try:
        return Source(shown, raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return Fault(shown, 0, 0, f"not UTF-8 at byte {error.start}", "save the file as UTF-8")


def shown_path(path: Path) -> str:
    """How a path is written in messages: our own files from the folder `rules/` on, others as given."""
    home = Path(__file__).resolve().parent.parent
    resolved = path.resolve()
    return resolved.relative_to(home).as_posix() if resolved.is_relative_to(home) else str(path)


class _Builder:
    def __init__(self, text: str, marks: dict[Path_, tuple[int, int]] | None) -> None:
        self.text = text
        self.marks = marks

    def build(self) -> Any:
        try:
            self.next = _LOADER(self.text).get_event
            self.next()  # stream start
            event = self.next()
            if isinstance(event, yaml.StreamEndEvent):
                return None
            value = self._value(self.next(), (), 0)
            self.next()  # document end
            event = self.next()
            if not isinstance(event, yaml.StreamEndEvent):
                raise self._error(event, "a second document in the file", "keep one document a file")
            return value
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            raise SourceError(f"not YAML: {error.problem or error.context}", line, column) from error
        except yaml.YAMLError as error:
            raise SourceError(f"not YAML: {error}", 1, 1) from error

    def _value(self, event: Any, path: Path_, depth: int) -> Any:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._refuse_tricks(event)
            return self._scalar(event)
        if depth > DEEPEST:
            raise self._error(event, f"nested deeper than {DEEPEST}")
        if kind is yaml.MappingStartEvent:
            self._refuse_tricks(event)
            return self._mapping(path, depth)
        if kind is yaml.SequenceStartEvent:
            self._refuse_tricks(event)
            items: list[Any] = []
            while type(event := self.next()) is not yaml.SequenceEndEvent:
                here = (*path, len(items)) if self.marks is not None else path
                if self.marks is not None:
                    self.marks[here] = (event.start_mark.line + 1, event.start_mark.column + 1)
                items.append(self._value(event, here, depth + 1))
            return items
        raise self._error(event, "an alias (`*name`)", "write the value out")

    def _mapping(self, path: Path_, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while type(event := self.next()) is not yaml.MappingEndEvent:
            if type(event) is not yaml.ScalarEvent:
                raise self._error(event, "a key that is not a word", "write a plain key")
            key = event.value
            mark: Any = event.start_mark
            if key in found:
                raise self._error(event, f"`{key}` is given twice", "keep one of them")
            here = (*path, key) if self.marks is not None else path
            if self.marks is not None:
                self.marks[here] = (mark.line + 1, mark.column + 1)
            found[key] = self._value(self.next(), here, depth + 1)
        return found

    def _refuse_tricks(self, event: Any) -> None:
        if event.anchor is not None:
            raise self._error(event, f"an anchor (`&{event.anchor}`)", "write the value out where it is needed")
        if event.tag is not None and event.tag != "!":
            raise self._error(event, f"a tag (`{event.tag}`)", "leave it out")

    def _scalar(self, event: Any) -> Any:
        value = event.value
        if event.style is not None and event.style != "":
            return value
        if value in _WORDS:
            return _WORDS[value]
        if _NUMBER.match(value):
            return float(value) if "." in value else int(value)
        if _DAY.match(value):
            try:
                return date.fromisoformat(value)
            except ValueError as error:
                raise self._error(event, f"`{value}` is no day of the calendar") from error
        return value

    def _error(self, event: Any, what: str, fix: str = "") -> SourceError:
        return SourceError(what, event.start_mark.line + 1, event.start_mark.column + 1, fix)
