"""What kind of page it is (页面类型): it decides who speaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urlsplit

from compliance.reading.blocked import blocked_reason_of
from compliance.reading.data import page_data
from compliance.reading.glance import Glance, glance_of
from compliance.reading.needles import Needled, Sieve
from compliance.reading.scan import GAP, Scan, escaped
from compliance.records import Block, Genre, Page

_BODY = 3_000  # characters of the page's text that are looked at, from the beginning; and
_TAIL = 600  # so many of its end
_BRIEF, _BRIEF_TAIL = 900, 300
_SURE = 4  # weight of a title that says by itself what the page is
_HOME_KINDS = 3  # headings of so many kinds are the sections of a home page
_MANY = 4  # different words of one line of the data that count
# 首页 > 关于我们 > 荣誉资质; the last step may stand in an element of its own, and the firm's name in place of 首页
_CRUMB = re.compile(
    r"(?:首\s*页|主页|位置\s*[:：]?(?:\s*[^\n>»›/→|:：，。]{2,16}?)?|\bhome)"
    r"((?:\n?\s*(?:>+|»+|›+|→|&gt;|/|—+)\s*\n?[^\n>»›/→|—]{1,24}){1,5})",
    re.IGNORECASE,
)
# The same for `Scan`: how it must begin
_CRUMBS = (
    rf"(?:{escaped('首')}{GAP}{escaped('页')}|{escaped('主页')}|home){GAP}"
    rf"(?:>|&gt;|/|{escaped('»')}|{escaped('›')}|{escaped('→')}|{escaped('—')})|{escaped('位置')}"
)
_HOME = re.compile("[首主位]|[Hh][Oo][Mm][Ee]")  # where it may begin: `re` looks for one of a few signs, which is fast
_PLAIN_ADDRESS = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]+)?(/[A-Za-z0-9/._~=&+-]*)").fullmatch
_STEP = re.compile(r"[\n>»›/→—]+|&gt;")


@dataclass(frozen=True, slots=True)
class _Cue:
    genre: Genre
    words: Needled
    weight: float


@cache
def _cues(where: str) -> tuple[_Cue, ...]:
    return tuple(
        _Cue(genre, Needled("|".join(f"(?:{p})" for p in patterns)), weight)
        for genre, places in page_data("genre")["genres"].items()
        for weight, patterns in places.get(where, {}).items()
    )


@cache
def _sieve() -> tuple[Sieve, tuple[tuple[str, _Cue], ...]]:
    """The expressions for title, address and place in one pass, and where each of them counts."""
    cues = tuple((where, cue) for where in ("title", "path", "place") for cue in _cues(where))
    return Sieve([cue.words for _, cue in cues]), cues


@dataclass(frozen=True, slots=True)
class _Words:
    """Plain words of the text, and what each of them says; behind them in `scan` those of a gallery. `crumbs`: how a breadcrumb begins."""

    scan: Scan
    crumbs: Scan  # apart, because together they compile ten times longer
    words: tuple[bytes, ...]
    told: tuple[tuple[tuple[Genre, float], ...], ...]

    def look(self, text: str) -> tuple[list[tuple[tuple[Genre, float], ...]], bool, bool]:
        """What the words in `text` say, and whether a breadcrumb and a gallery may be there. As an alternation finds words: the first one
        first, of those that begin together the longest, and none that overlaps one found."""
        data = text.encode("utf-8", "replace")
        spans, gallery = [], False
        for number, end in self.scan.found(data):
            if number < len(self.words):
                word = self.words[number]
                if data.endswith(word, 0, end):  # capitals as the word has them
                    spans.append((end - len(word), -len(word), number))
            else:
                gallery = True
        spans.sort()
        reached, found = 0, set()
        for start, length, number in spans:
            if start >= reached:
                reached = start - length
                found.add(number)
        return [self.told[number] for number in sorted(found)], bool(self.crumbs.found(data)), gallery


@cache
def _words() -> _Words:
    told: dict[str, list[tuple[Genre, float]]] = {}
    for genre, places in page_data("genre")["genres"].items():
        for weight, words in places.get("text", {}).items():
            for word in words:
                told.setdefault(word, []).append((genre, weight))
    gallery = page_data("genre")["gallery"]["words"]
    scan = Scan([*map(escaped, (*told, *gallery))], each=range(len(told)))
    return _Words(scan, Scan([_CRUMBS]), tuple(word.encode() for word in told), tuple(map(tuple, told.values())))


def genre_of(page: Page, blocks: Sequence[Block] = ()) -> tuple[Genre, str | None]:
    """The genre of `page` and, when it is `blocked`, the reason (captcha, waf, login, empty_shell, parked, soft_404, closed).

    `blocks` are not needed (the words of the page are read directly); the parameter keeps the call the same for all readers.
    Typed text is never `blocked`; it is `other` unless its words decide.
    """
    return genre_of_glance(page, glance_of(page))


def genre_of_glance(page: Page, glance: Glance, brief: bool = False) -> tuple[Genre, str | None]:
    """The same, of a page that was looked at already. `brief`: from fewer words, for pages that say nothing of certification."""
    plain = page.html is None
    reason = blocked_reason_of(glance, typed=plain)
    if reason:
        return "blocked", reason
    scores = _typed_scores(glance) if plain else _scores(page, glance, brief)
    # Between equals the order of the data decides: the rarer kind stands first there.
    ranked = [g for g in page_data("genre")["genres"] if g in scores]
    best = max(ranked, key=lambda g: scores[g], default=None)
    if best == "product" and not plain and not _tells_of_goods(glance):
        return "other", None
    if best is not None and scores[best] >= page_data("genre")["needed_typed" if plain else "needed"]:
        return best, None
    if not plain and best == "company":
        return "company", None
    return "other", None


def _tells_of_goods(glance: Glance) -> bool:
    """Says anything of the goods themselves; a bare list of a category (title, menu, pictures) is no product page."""
    told, _, _ = _words().look(glance.ends(_BODY))
    return any(genre == "product" for lines in told for genre, _ in lines)


def _typed_scores(glance: Glance) -> dict[Genre, float]:
    scores: dict[Genre, float] = {}
    text = glance.ends(_BODY)
    for cue in _cues("typed"):
        hits = len({m[0] for m in cue.words.pattern.finditer(text)})
        if hits:
            scores[cue.genre] = scores.get(cue.genre, 0.0) + cue.weight * min(hits, _MANY)
    return scores


def _scores(page: Page, glance: Glance, brief: bool = False) -> dict[Genre, float]:
    text = glance.ends(*((_BRIEF, _BRIEF_TAIL) if brief else (_BODY, _TAIL)))
    told, crumbs, pictured = _words().look(text)
    scores = _of_places(glance.title, _path(page), _crumbs(text) if crumbs else [], glance.headings)
    gallery = page_data("genre")["gallery"]
    least = gallery["lines"]
    if (
        pictured
        and glance.pictures >= least
        and sum(map(text.count, gallery["words"])) >= least  # far cheaper than the pattern
        and len(_gallery().findall(text)) >= least
    ):
        scores["honours"] = scores.get("honours", 0.0) + gallery["weight"]
    found: dict[tuple[Genre, float], int] = {}
    for lines in told:
        for line in lines:
            found[line] = found.get(line, 0) + 1
    for (genre, weight), hits in found.items():
        scores[genre] = scores.get(genre, 0.0) + weight * min(hits, _MANY)
    return scores


@cache
def _gallery() -> re.Pattern[str]:
    words = "|".join(map(re.escape, page_data("genre")["gallery"]["words"]))
    return re.compile(rf"^[^\n。，]{{0,24}}(?:{words})$", re.MULTILINE)


def _of_places(title: str, path: str, steps: list[str], headings: Sequence[str]) -> dict[Genre, float]:
    """What title, address and place in the site say. `steps`: of the breadcrumb, the nearest last, which counts most; without them the
    headings tell the place."""
    scores: dict[Genre, float] = {}
    sieve, cues = _sieve()
    hits = sieve.hits("\n".join((title, path, *(steps or headings))))
    if not steps:
        steps = _headed(headings, {number for number, _ in hits if cues[number][0] == "place"})
        if any(_introduces(*cues[number], title) for number, _ in hits):
            steps.append("")  # a title 公司简介 stands before the sections below it
    said = {
        "title": [(title, title.lower(), 1.0)],
        "path": [(path, path.lower(), 1.0)],
        "place": [(step, step.lower(), 1.0 if near == 0 else 0.6) for near, step in enumerate(reversed(steps))],
    }
    counted = set()
    for number, word in hits:
        where, cue = cues[number]
        for at, (words, small, share) in enumerate(said[where]):
            if not words or (number, at) in counted:
                continue
            if word in small if word else cue.words.stands_in(words, small):
                counted.add((number, at))
                scores[cue.genre] = scores.get(cue.genre, 0.0) + cue.weight * share
    return scores


def _introduces(where: str, cue: _Cue, title: str) -> bool:
    return where == "title" and cue.genre == "company" and cue.weight >= _SURE and cue.words.stands_in(title)


def _crumbs(text: str) -> list[str]:
    """The steps of the page's breadcrumb, the nearest last, if one of them tells a place."""
    tried = (_CRUMB.match(text, home.start()) for home in _HOME.finditer(text))
    match = next((found for found in tried if found), None)
    steps = [s for part in _STEP.split(match[1]) if (s := part.strip())] if match else []
    return steps if any(cue.words.stands_in(step) for step in steps for cue in _cues("place")) else []


def _headed(headings: Sequence[str], telling: Iterable[int]) -> list[str]:
    """The headings as steps: the first one before the sections below it (公司简介 with a section 荣誉资质 tells of the company). Sections of
    many kinds are a home page's, whose headings say nothing of it. `telling`: numbers of the cues that may stand in them."""
    cues = _sieve()[1]
    told = [{cues[n][1].genre for n in telling if cues[n][1].words.stands_in(heading)} for heading in headings]
    kinds = set().union(*told)
    if len(kinds) >= _HOME_KINDS:
        return [""]
    if kinds and told[0]:
        return ["\n".join(headings[1:]), headings[0]]
    return ["\n".join(headings)]


def _path(page: Page) -> str:
    """The address without its host."""
    if not page.url:
        return ""
    if plain := _PLAIN_ADDRESS(page.url):
        return plain[1]
    try:
        parts = urlsplit(page.url)
    except ValueError:
        return ""
    return unquote(parts.path or "/") + (f"?{parts.query}" if parts.query else "")
