"""Records that pass from step to step: Page → Block → Mention → Claim → Match → Finding → PageResult.

All are frozen and hold plain data. Days are `datetime.date` in China standard time (Asia/Shanghai); an end date is the
last day, both ends included. JSON shapes are those of the contract.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from compliance.where import Locator as Locator
from compliance.where import PictureSource as PictureSource

_HAN = re.compile(r"[\u3400-\u9fff]")
Container = Literal["sentence", "list", "table", "caption", "alt", "filename", "picture"]
Genre = Literal[
    "company",
    "product",
    "honours",
    "news",
    "agency",
    "certification_body",
    "tender",
    "explainer",
    "shop",
    "blocked",
    "other",
]
Speaker = Literal["self", "third_party", "agency", "authority", "unknown"]
Subject = Literal["company", "product", "service", "person", "third_party", "none"]
About = Literal["management_system", "product", "service", "personnel", "accreditation", "licence", "honour", "none"]
ClaimState = Literal[
    "held",
    "held_past",
    "in_progress",
    "conformity_only",
    "negated",
    "requirement",
    "explanation",
    "consulting_offer",
    "news",
    "not_certification",
]


@dataclass(frozen=True, slots=True)
class Company:
    """企业: whose page it is. `source` says who told: record, option, page or host."""

    name: str | None
    uscc: str | None
    source: Literal["record", "option", "page", "host", "assumed"]

    def to_json(self) -> dict[str, Any]:
        """`{"name", "uscc", "from"}`."""
        return {"name": self.name, "uscc": self.uscc, "from": self.source}


@dataclass(frozen=True, slots=True)
class Page:
    """网页 or document, decoded. Exactly one of `html`, `text` is set, unless it could not be read (`fault`)."""

    url: str | None
    captured_at: datetime | None  # aware; None for text, standard input and local files
    html: str | None
    text: str | None
    sha256: str  # of the bytes as received (of the UTF-8 text where there were no bytes)
    company: Company | None = None
    id: str | None = None
    source: str | None = None  # where it came from, for messages: path, URL, "file.jsonl:12"
    encoding: str | None = None
    faults: tuple[str, ...] = ()  # what could not be read, in words: replacement characters, cut off at a bound …
    archived: bool = False  # read from an archive without a capture time
    typed: bool = False  # typed by hand (`certmark text`): place and medium unknown


@dataclass(frozen=True, slots=True)
class Block:
    """文本块: one visible piece of a page: a paragraph, a list item, a table row, a caption, an alt text, a file name.

    `text` is the raw slice of the element's text content (`locator`), unfolded, so that quotes are slices of it. In a
    table row `cells` are the spans of the cells in `text` and `headers` their column headings, same length ("" where
    there is none).
    """

    index: int
    text: str
    container: Container
    locator: Locator
    heading_path: tuple[str, ...] = ()  # page title, then headings above it, outermost first
    lead: str = ""  # the label or sentence right before a list; the caption beside a picture
    region: str = "main"  # main | nav | header | footer | aside
    hidden: bool = False
    group: int = 0  # equal for the blocks of one list, table or section
    cells: tuple[tuple[int, int], ...] = ()
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageContext:
    """What the whole page tells about each of its blocks."""

    genre: Genre
    title: str = ""
    language: str = "zh"  # zh | en
    owner_names: tuple[str, ...] = ()
    typed: bool = False  # one piece of text typed by hand or given as a text record, not a whole page


@dataclass(frozen=True, slots=True)
class SchemeDetail:
    """What a claim says of one of its schemes. Dates as `date`; `*_text` as printed. Unknown details are None."""

    scheme: str
    standard: str | None = None  # as written on the page: "ISO 9001:2015"
    edition: str | None = None  # normal form: "ISO 9001:2015", None when no edition is named
    number: str | None = None  # normal form of the certificate number
    body: str | None = None
    issued: date | None = None
    expires: date | None = None
    scope: str | None = None
    issued_text: str | None = None
    expires_text: str | None = None
    issued_precision: str = "day"  # day | month | year: how much of `issued` is written on the page


@dataclass(frozen=True, slots=True)
class Claim:
    """认证陈述: who says that what is certified, to which scheme, in which state. `quote` is the page as it stands."""

    id: str  # unique in its page, stable for the same page: "c1", "c2" … in reading order
    quote: str
    locator: Locator
    container: Container
    speaker: Speaker
    subject: Subject
    subject_text: str | None
    about: About
    schemes: tuple[str, ...]
    state: ClaimState
    details: tuple[
        SchemeDetail, ...
    ] = ()  # one a scheme, in the order of `schemes`; may be one with scheme "" when no scheme
    uncertain: tuple[tuple[str, str], ...] = ()  # (field, reason): the field holds the likeliest reading only
    cues: frozenset[str] = frozenset()  # what else the words show; vocabulary: compliance/reading/lexicon/cues.yaml
    context: str = ""  # the block's text, white space folded, for reports
    heading: str = ""
    place: str | None = None  # medium named by the words: product | packaging | premises …
    holder_text: str | None = None  # another firm the claim names as holder (旗下…, 供应商…)
    said_on: date | None = None  # the day or year the words date the certification at (于2012年…): first day of it
    said_precision: str = "day"  # day | month | year: how much of `said_on` is written on the page
    hidden: bool = False  # text hidden by CSS
    region: str = "main"  # main | nav | header | footer | aside
    picture: PictureSource | None = None  # where in which picture, for container `picture`

    def first(self, name: str) -> Any:
        """The first value any scheme's detail gives for `name`, else None."""
        return next((v for d in self.details if (v := getattr(d, name)) is not None), None)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was read of a page, and what was not: nothing is silently clean."""

    blocks: int = 0
    pictures_seen: int = 0
    pictures_read: int = 0
    blocked: bool = False
    blocked_reason: str | None = None  # captcha, waf, login, empty_shell, parked, soft_404, closed
    unread: tuple[str, ...] = ()  # in words, each with a number where it has one
    pictures: tuple[
        dict[str, Any], ...
    ] = ()  # readings of pictures, as `picture --format json` gives them, with their place


@dataclass(frozen=True, slots=True)
class Owner:
    """What the page itself says of its owner: footer, copyright line, contact block, ICP line. Conflicts are kept."""

    names: tuple[str, ...] = ()  # full company names, the likeliest first
    usccs: tuple[str, ...] = ()  # valid check digit only
    icp: str | None = None
    conflict: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The reader's answer for one page."""

    genre: Genre
    claims: tuple[Claim, ...]
    coverage: Coverage
    owner: Owner = Owner()
    language: str = "zh"  # zh | en


@dataclass(frozen=True, slots=True)
class StateInterval:
    """证书状态 over days, both ends included; `end` None means open, certain only up to the snapshot."""

    state: str  # valid | suspended | revoked | cancelled | expired
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """登记数据 row, by the contract's names. `history` holds earlier states where the register gives them.

    `former_names`: 曾用名, and the English name of a holder whose own name is Chinese (`names_en` tells them apart).
    """

    number: str
    holder: str
    uscc: str | None
    scheme: str | None  # scheme id (iso-9001), None when the register's words fit none
    standard: str | None
    scope: str | None
    body: str | None
    body_code: str | None
    issued: date | None
    expires: date | None
    status: str | None  # valid | suspended | revoked | cancelled | expired; None: unknown
    status_from: date | None
    province: str | None
    source: str
    snapshot: date | None
    former_names: tuple[str, ...] = ()
    manufacturer: str | None = None
    factory: str | None = None
    models: str | None = None
    replaced_by: str | None = None
    history: tuple[StateInterval, ...] = ()

    @property
    def names_en(self) -> tuple[str, ...]:
        """英文名称 of the holder: its other names without a Chinese sign, when its own name has some."""
        if not self.former_names or not _HAN.search(self.holder):
            return ()
        return tuple(n for n in self.former_names if not _HAN.search(n))

    def to_json(self) -> dict[str, Any]:
        """The row by the contract's sixteen names, dates as YYYY-MM-DD."""
        day = lambda d: d.isoformat() if d else None  # noqa: E731 - three uses on the next lines
        return {
            "number": self.number,
            "holder": self.holder,
            "uscc": self.uscc,
            "scheme": self.scheme,
            "standard": self.standard,
            "scope": self.scope,
            "body": self.body,
            "body_code": self.body_code,
            "issued": day(self.issued),
            "expires": day(self.expires),
            "status": self.status,
            "status_from": day(self.status_from),
            "province": self.province,
            "source": self.source,
            "snapshot": day(self.snapshot),
        }


@dataclass(frozen=True, slots=True)
class RegisterInfo:
    """登记数据 as a whole. `complete`: declared coverage, e.g. ("all",); empty when nothing was declared."""

    source: str
    snapshot: date | None
    rows: int
    complete: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The `register` object of the contract."""
        return {
            "source": self.source,
            "snapshot": self.snapshot.isoformat() if self.snapshot else None,
            "rows": self.rows,
            "complete": list(self.complete),
        }


@dataclass(frozen=True, slots=True)
class Near:
    """A row that is close but is not the match: another firm until a number or USCC says otherwise."""

    row: CertificateRow
    score: float  # 0–1
    why: str


@dataclass(frozen=True, slots=True)
class Match:
    """匹配结果. `row` is None when nothing certain was found; `searched` lists where and by what, in words."""

    row: CertificateRow | None
    method: str | None  # number | uscc | name | name_key | name_en | None
    score: float  # 0–1
    searched: tuple[str, ...]
    runner_up: float | None = None
    near: tuple[Near, ...] = ()
    holder_rows: tuple[CertificateRow, ...] = ()  # all rows of the matched or named holder, any scheme
    unread: str | None = None  # a row with this number or holder was refused on import: its absence proves nothing
    several: bool = False  # the name fits several holders: all are in `near`, none is the match


@dataclass(frozen=True, slots=True)
class Element:
    """要件 as shown in a finding. `value` in words, `truth` None for unknown."""

    fact: str
    value: Any
    source: str
    id: str = ""
    zh: str = ""
    truth: bool | None = None
    kind: str = "element"  # element | exception
    seen_in: str = ""  # picture: read off a picture of the page, not off its words


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Where a finding was seen: page (its id or URL), claim id, locator."""

    page: str
    claim: str
    locator: Locator


@dataclass(frozen=True, slots=True)
class Finding:
    """发现. One id is one finding however often the site says it.

    `breaches` and `penalties` are contract objects (dicts): they travel unchanged into JSON, store and evidence.
    """

    id: str
    rule: str
    conduct: str
    outcome: str
    claim: str
    quote: str
    title: str
    explanation: str
    elements: tuple[Element, ...]
    missing: tuple[str, ...]
    innocent_readings: tuple[str, ...]
    breaches: tuple[dict[str, Any], ...]
    penalties: tuple[dict[str, Any], ...]
    remedy: str
    occurrences: tuple[Occurrence, ...]
    asks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # alternatives, lighter law, limits of time
    caps: tuple[str, ...] = ()  # why the outcome was lowered
    rule_source: str | None = None
    picture: PictureSource | None = None  # what it rests on, when that is seen in a picture


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim with what the register gave and what became of it."""

    claim: Claim
    match: Match | None
    verdict: Literal["not_a_claim", "compliant", "unverified", "finding"]


@dataclass(frozen=True, slots=True)
class PageResult:
    """The result of one page, as the contract's `pages[]` shows it."""

    page: Page
    company: Company | None
    reading: Reading
    claims: tuple[JudgedClaim, ...]
    findings: tuple[Finding, ...]
    on: date
    on_source: Literal["option", "page", "assumed"]
    medium: str | None
    not_judged: tuple[tuple[str, str, str], ...] = ()  # (claim, rule, why)
    not_applied: tuple[str, ...] = field(default=())
    grounds: tuple[tuple[str, str, Any], ...] = ()  # (finding id of one scheme, rule, its Facts), only when asked for
    again: bool = (
        False  # judged once more in this run, with what its pictures show: it takes the place of the result before
    )
