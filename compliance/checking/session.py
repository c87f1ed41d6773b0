"""One run of `check` or `text`: rule book, schemes and register opened once, pages checked one after the other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.checking.attested import Attested, attestations, with_attestations
from compliance.checking.check import Options, check_together
from compliance.records import Page, PageResult
from compliance.register.ports import Rows
from compliance.settings import Settings, SettingsError, load_settings
from rules import clock
from rules.schemes import Schemes, load_schemes

if TYPE_CHECKING:
    from compliance.store.session import Store

if TYPE_CHECKING:
    from compliance.pictures.onpage import PagePictures
    from compliance.reading.fault import Fault

VERSION = "0.1.0"
TOGETHER = 16  # pages that are read at once; of more nothing is gained
TOGETHER_SIZE = 1 << 20  # and characters of them, so that few large pages are held
# What reading or judging a page may raise on input nobody has met yet: the page is counted and named, the rest goes on.
PAGE_FAULTS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


class CannotCheck(RuntimeError):
    """Nothing can be checked: bad register, unreadable rules, bad settings. The message says what to do."""


@dataclass
class Checked:
    """What a run has open, and what it met: faults are counted and shown, never raised."""

    settings: Settings
    rows: Rows | None
    book: Any  # rules.engine.Rulebook
    law_hash: str
    schemes: Schemes
    options: Options
    attested: Attested = field(default_factory=dict)
    faults: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    pictures: PagePictures | None = None  # reads the pictures of pages; None: they stay unread, which every page says

    def fault(self, where: str, what: str, fix: str = "") -> None:
        """Note something that could not be read."""
        self.faults.append({"where": where, "what": what, "fix": fix})

    def note(self, what: str) -> None:
        """Note something about what the run rests on; no fault."""
        self.notes.append(what)

    def check(self, page: Page) -> PageResult:
        """One page, with this run's register, rules and options."""
        return self.check_together([page])[0]

    def check_together(self, pages: Sequence[Page]) -> list[PageResult]:
        """Several pages, each by itself."""
        results = check_together(pages, self.rows, self.book, self.schemes, self.options, self.pictures)
        if not self.attested:
            return results
        return [with_attestations(result, self.attested) if result.findings else result for result in results]

    @property
    def today(self) -> date:
        """The day printed as `as_of` of the run."""
        return self.options.as_of or self.options.today or clock.today()


@contextmanager
def open_check(
    *,
    register: str | None = None,
    as_of: date | None = None,
    company: str | None = None,
    uscc: str | None = None,
    medium: str | None = None,
    rules: Sequence[str] = (),
    why: bool = False,
    lists: Sequence[str] = (),
    complete: Sequence[str] = (),
    store: Store | None = None,
    attested_in: Path | None = None,
    builtin: bool = True,
) -> Iterator[Checked]:
    """Everything a check needs. `lists`, `complete`: as `--list` and `--complete` (compliance.register_given). `store`: one that is open
    and holds the register; `attested_in`: another file of attestations than the data folder's; `builtin`: the
    package's rules too. Raises CannotCheck with what to do."""
    from compliance.register.files import RegisterFileError
    from compliance.register_given import complete_given, lists_of, said_of, with_lists
    from compliance.register_open import open_register
    from compliance.store.errors import StoreError
    from rules.book import load_book
    from rules.law import load_statutes

    try:
        settings = load_settings()
    except SettingsError as error:
        raise CannotCheck(str(error)) from error
    folders = [Path(f) for f in rules]
    for folder in folders:
        if not folder.is_dir():
            raise CannotCheck(f"--rules {folder}: no such folder")
    statutes = load_statutes()
    book = load_book(folders, statutes, builtin)
    try:
        given, whole = lists_of(lists, complete), complete_given(complete)
    except (RegisterFileError, OSError) as error:
        raise CannotCheck(str(error)) from error
    try:
        rows = with_lists(open_register(register, store, whole), given)
    except (RegisterFileError, StoreError, OSError) as error:
        raise CannotCheck(f"--register {register or '(the store)'}: {error}") from error
    options = Options(as_of, company, uscc, medium, snapshot_days=settings.snapshot_days, why=why)
    attested, bad_lines = attestations(attested_in or settings.data / "law" / "attestations.jsonl", statutes)
    checked = Checked(settings, rows, book, statutes.hash, load_schemes(), options, attested)
    for note in said_of(rows):
        checked.note(note)
    for line in bad_lines:
        checked.fault(line, "attestation left out", "mend or remove the line")
    for fault in book.faults:
        checked.fault(str(fault), "rule file left out", "certmark rules lint")
    try:
        yield checked
    finally:
        if checked.pictures is not None:
            checked.pictures.close()


def check_sources(sources: Sequence[str], checked: Checked, pictures: bool = False) -> Iterator[PageResult]:
    """Pages of all sources in order; what can't be opened becomes a fault of the run. `pictures`: those likely to matter are read."""
    from compliance.reading.open import open_source

    with pictures_read(checked, pictures):
        for source in sources:
            _pictures_beside(source, checked)
            yield from check_pages(open_source(source), checked)


def check_pages(items: Iterable[Page | Fault], checked: Checked) -> Iterator[PageResult]:
    """The results of pages that are open; a fault among them, and a page that can't be judged, become faults of the run."""
    waiting: list[Page] = []
    size = 0
    for item in items:
        if not isinstance(item, Page):
            yield from _together(waiting, checked)
            waiting, size = [], 0
            checked.fault(item.source, item.what, item.fix)
            continue
        waiting.append(item)
        size += len(item.html or item.text or "")
        if len(waiting) == TOGETHER or size > TOGETHER_SIZE:
            yield from _together(waiting, checked)
            waiting, size = [], 0
    yield from _together(waiting, checked)


def _together(pages: list[Page], checked: Checked) -> Iterator[PageResult]:
    """Pages at once; where one of them can't be judged, one by one."""
    try:
        results = checked.check_together(pages)
    except PAGE_FAULTS:
        results = [result for page in pages if (result := _alone(page, checked)) is not None]
    yield from results


def _alone(page: Page, checked: Checked) -> PageResult | None:
    try:
        return checked.check(page)
    except PAGE_FAULTS as error:
        where = page.source or page.url or "page"
        checked.fault(where, f"could not be judged: {type(error).__name__}: {error}", "please report it")
        return None


@contextmanager
def pictures_read(checked: Checked, wanted: bool) -> Iterator[None]:
    """The reader of pictures, for as long as pages are checked."""
    if not wanted:
        yield
        return
    from compliance.pictures.kept import Kept
    from compliance.pictures.onpage import PagePictures
    from compliance.pictures.sources import Around

    checked.pictures = PagePictures(Around("-"), Kept(checked.settings.data / "pictures"))
    try:
        yield
    finally:
        checked.pictures.close()
        checked.pictures = None


def _pictures_beside(source: str, checked: Checked) -> None:
    """Pictures are looked for where the page came from: its folder, its archive, its site."""
    if checked.pictures is not None:
        from compliance.pictures.sources import Around

        checked.pictures.fetch = Around(source)


def check_words(words: str, checked: Checked) -> Iterator[PageResult]:
    """One typed text as one page without place, date or owner."""
    if not words.strip():
        raise CannotCheck("the text is empty: nothing to check")
    page = Page(
        url=None,
        captured_at=None,
        html=None,
        text=words,
        sha256=hashlib.sha256(words.encode()).hexdigest(),
        source="text",
        typed=True,
    )
    yield checked.check(page)
