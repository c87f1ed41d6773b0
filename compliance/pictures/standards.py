"""The standard a paper certifies to, with its edition (认证标准). `IS0 9001` is ISO 9001 here, where a known standard is matched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from compliance.pictures.labels import Seen, pattern_of, words
from compliance.pictures.paper import TOP, Paper, Value
from rules.schemes import load_schemes

_PREFIX = (
    r"(?:gb\s?[/l1i]?\s?[tz]|gb|(?:en\s?|bs\s?en\s?|bs\s?)?[il1|]?[s5][o0](?:\s?/\s?(?:iec|ts|tr|pas))?|[i1l]atf|[o0]hsas|en|iec|hj|ul\.?|qc|yy\s?/?\s?t|yy|sb\s?/\s?t|rb\s?/\s?t|hg\s?/\s?t|jb\s?/\s?t|"
    r"gjb|sj\s?/\s?t|dl\s?/\s?t|ny\s?/\s?t|cj\s?/\s?t|t/[a-z]{2,8}|sa|as|fssc|cnca-[a-z0-9]+|cqc\d{0,3}|haccp|tl)"
)
_TOKEN = re.compile(
    rf"(?<![a-z0-9])(?P<prefix>{_PREFIX})\s{{0,2}}[-—]?\s{{0,2}}(?P<no>\d{{2,6}}[a-d]?(?:\.\d{{1,3}})?(?:-\d{{1,2}}(?!\d))?)"
    r"(?:\s{0,2}[:：\-—－/]{1,2}\s{0,2}(?P<year>(?:19|20)\d\d)(?!\d))?(?P<amd>\s?/\s?a\d{1,2}:\d{4})?"
)
_RULE = re.compile(
    r"(?<![a-z0-9])(?:cnca-[a-z0-9]{1,4}-\d{1,3}(?::|-)\d{2,4}|cqc\d{2,4}-\d{4,6}(?:-\d{4})?)", re.IGNORECASE
)
_JOIN = re.compile(r"\s*(?:/|,|，|、|\(|（|和|及|与|&|;|；|and|idt|eqv|\s)+\s*", re.IGNORECASE)
_IDT = re.compile(r"\s*[,，]?\s*idt\s*[)）]?|\s*[)）]")


@dataclass(frozen=True, slots=True)
class Standard:
    """`text` as printed, ISO put right; `value` the normal form, editions joined by `/`; `schemes` those it belongs to."""

    text: str
    value: str
    schemes: tuple[str, ...]
    known: bool  # every part with a year is a published edition of a known scheme
    where: Value


@dataclass(frozen=True, slots=True)
class _Run:
    line: Seen
    start: int
    end: int
    tokens: tuple[re.Match[str], ...]


def standard_of(paper: Paper) -> Standard | None:
    """The standard the paper speaks of; those it only mentions (of bodies, of the accreditation) are left out."""
    runs = [run for line in paper.lines for run in _runs(line)]
    rated = [(_worth(paper, run), -run.line.line.box[TOP], run) for run in runs]
    rated = [r for r in rated if r[0] > 0]
    if not rated:
        return _rule(paper)
    best = max(rated, key=lambda r: (r[0], r[1]))[2]
    parts = [best, *_continued(paper, best, [r[2] for r in rated])]
    return _standard(sorted(parts, key=lambda run: (run.line.line.box[TOP], run.start)))


def _runs(line: Seen) -> Iterator[_Run]:
    """Standards that stand side by side: GB/T 19001-2016/ISO 9001:2015."""
    tokens = list(_TOKEN.finditer(line.text))
    at = 0
    while at < len(tokens):
        group = [tokens[at]]
        end = tokens[at].end()
        while at + 1 < len(tokens) and _JOIN.fullmatch(line.text, end, tokens[at + 1].start()):
            at += 1
            group.append(tokens[at])
            end = tokens[at].end()
        if idt := _IDT.match(line.text, end):
            end = idt.end()
        if all(_is_standard(token) for token in group):
            yield _Run(line, group[0].start(), end, tuple(group))
        at += 1


def _is_standard(token: re.Match[str]) -> bool:
    number = token["no"]
    if token["prefix"].startswith("cnca"):
        return False  # a rule of certification, not what the product conforms to; taken only where no standard is named
    if token["prefix"] in ("as", "sa", "en", "tl", "ul", "ul.") and len(number) < 4 and not token["year"]:
        return False
    return bool(load_schemes().by_standard(_name(token))) or token["year"] is not None or len(number) >= 4


def _worth(paper: Paper, run: _Run) -> float:
    text = run.line.text
    if any(token["no"] in words()["standards_of_bodies"] for token in run.tokens):
        return 0.0
    if pattern_of("standard_only_named").search(text):
        return 0.0
    worth = (
        1.0 + sum(bool(load_schemes().by_standard(_name(t))) for t in run.tokens) + any(t["year"] for t in run.tokens)
    )
    at = paper.lines.index(run.line)
    near = text + " " + (paper.lines[at - 1].text if at else "")
    worth += 2.0 * (pattern_of("standard_near").search(near) is not None)
    worth += 0.5 * min(run.line.line.tall / (paper.unit or 1.0), 2.0)
    return worth


def _continued(paper: Paper, best: _Run, runs: Sequence[_Run]) -> Iterator[_Run]:
    """Runs directly below or above that name the same scheme in its other form, or end the line before."""
    schemes = set(_schemes(best))
    seen_numbers = {token["no"] for token in best.tokens}
    box = best.line.line.box
    for run in runs:
        other = run.line.line.box
        if run.line is best.line or abs(other[TOP] - box[TOP]) > 2.5 * max(best.line.line.tall, run.line.line.tall):
            continue
        names = {token["no"] for token in run.tokens}
        if names & seen_numbers or not (schemes & set(_schemes(run)) or _open(best, run)):
            continue
        seen_numbers |= names
        yield run


def _open(best: _Run, run: _Run) -> bool:
    """The first line breaks off with a standard and the next begins with one, in brackets."""
    return best.end == len(best.line.text.rstrip()) and run.line.text.lstrip().startswith("(") and run.start <= 2


def _schemes(run: _Run) -> tuple[str, ...]:
    found = [s.id for token in run.tokens for s in load_schemes().by_standard(_name(token))]
    return tuple(dict.fromkeys(found))


def _prefix(token: re.Match[str]) -> str:
    prefix = re.sub(r"\s", "", token["prefix"]).upper()
    prefix = re.sub(r"^(EN|BSEN|BS)?[IL1|]?[S5][O0]", lambda m: f"{m[1] or ''} ISO".strip(), prefix)
    prefix = re.sub(r"^[1L]ATF$", "IATF", re.sub(r"^[0O]HSAS$", "OHSAS", prefix))
    prefix = re.sub(r"^GB[/L1I]?T$", "GB/T", prefix)
    prefix = re.sub(r"^(YY|SB|RB|HG|JB|SJ|DL|NY|CJ)/?T$", r"\1/T", prefix)
    return prefix.rstrip(".")


def _name(token: re.Match[str]) -> str:
    return f"{_prefix(token)} {token['no'].upper()}"


def _value(token: re.Match[str]) -> str:
    year = token["year"]
    if not year:
        return _name(token)
    chinese = _prefix(token).split()[-1].split("/")[0] in {
        "GB",
        "HJ",
        "GJB",
        "YY",
        "SB",
        "RB",
        "HG",
        "JB",
        "SJ",
        "DL",
        "NY",
        "CJ",
        "QC",
        "T",
    }
    return f"{_name(token)}{'-' if chinese else ':'}{year}"


def _standard(runs: list[_Run]) -> Standard:
    tokens = [token for run in runs for token in run.tokens]
    schemes = tuple(dict.fromkeys(s for run in runs for s in _schemes(run)))
    texts = [_printed(run) for run in runs]
    joined = texts[0]
    for text in texts[1:]:
        joined += text if text.startswith(("(", "（")) else f" {text}"
    value = "/".join(dict.fromkeys(_value(t) for t in tokens))
    return Standard(
        joined, value, schemes, _known(tokens, schemes), Value(joined, tuple(run.line for run in runs), None, "alone")
    )


def _printed(run: _Run) -> str:
    """The printed signs, ISO and its like put right where OCR read IS0, 1SO or SO."""
    start = run.start
    while start and run.line.text[start - 1] in "(（":
        start -= 1
    pieces, at = [], start
    for token in run.tokens:
        a, b = token.span("prefix")
        pieces.append(run.line.folded.raw(at, a) if a > at else "")
        printed = run.line.folded.raw(a, b)
        pieces.append(_righted(printed))
        at = b
    pieces.append(run.line.folded.raw(at, run.end))
    text = "".join(pieces)
    if text.startswith(("(", "（")) and not text.rstrip().endswith((")", "）")):
        text = text[1:]
    return text.strip()


def _righted(prefix: str) -> str:
    return re.sub(
        r"[Il1|]?[S5s][O0o](?=$|\s?/)", "ISO", re.sub(r"^[1l]ATF", "IATF", re.sub(r"^0HSAS", "OHSAS", prefix))
    )


def _known(tokens: list[re.Match[str]], schemes: tuple[str, ...]) -> bool:
    dated = [_value(t) for t in tokens if t["year"]]
    known = [s for s in load_schemes().all if s.id in schemes]
    return bool(dated) and all(any(s.edition_of(text) is not None for s in known) for text in dated)


def _rule(paper: Paper) -> Standard | None:
    """A product rule (认证规则) where no standard is named."""
    for line in paper.lines:
        if found := _RULE.search(line.line.text):
            text = found[0].upper()
            schemes = tuple(s.id for s in load_schemes().by_standard(text))
            return Standard(found[0], text, schemes, False, Value(found[0], (line,), None, "alone"))
    return None
