"""What a page's pictures show as claims of the page (图片中的证书和标志): container `picture`, so `suspected` at most (caps.yaml).

Only what a witness vouches for goes on to the rules and the register; the rest is shown in the quote and named as uncertain. A
certificate that names another firm than the page's is a claim of the page only when the register knows its number: else it is a hint
for a person. Marks: compliance.checking.marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from compliance.checking.marked import claims_of_marks, place_of, words_unjudged
from compliance.pictures.records import FIELD_NAMES, PictureReading
from compliance.pictures.registered import misread, same_name, with_company, with_register
from compliance.pictures.shown import Pictures, ShownPicture
from compliance.records import Claim, Company, Coverage, Locator, Page, PictureSource, Reading, SchemeDetail
from compliance.register.ports import Rows
from rules.schemes import Schemes

QUOTED = (
    "number",
    "holder",
    "standard",
    "scope",
    "body",
    "issued",
    "expires",
)  # the code is quoted by the register's row
SUBJECTS = {"management_system": "company", "product": "product", "service": "service"}


@dataclass(frozen=True, slots=True)
class _Paper:
    shown: ShownPicture
    reading: PictureReading
    other: str | None  # the holder it names, when that is another firm than the page's
    known: bool  # the register has its number


def with_pictures(
    page: Page, reading: Reading, pictures: Pictures, company: Company | None, rows: Rows | None, schemes: Schemes
) -> Reading:
    """The reading of the page with a claim for each certificate and each mark in its pictures, and what was read and what not."""
    papers = [_paper(one, company, rows) for one in pictures.shown if one.reading is not None]
    claims = list(reading.claims)
    for paper in papers:
        if claim := _claim(f"c{len(claims) + 1}", paper, company, schemes):
            claims.append(claim)
        claims += claims_of_marks(paper.shown, reading, schemes, len(claims) + 1)
    spoken = frozenset(claim.locator for claim in claims if claim.container == "picture")
    return replace(reading, claims=tuple(claims), coverage=_coverage(reading, pictures, papers, spoken))


def _paper(one: ShownPicture, company: Company | None, rows: Rows | None) -> _Paper:
    assert one.reading is not None
    reading = with_company(with_register(one.reading, rows), company.name if company is not None else None)
    number = reading.fields.get("number")
    known = bool(rows and number and number.confirmed and number.value and rows.by_number(number.value))
    return _Paper(one, reading, _other_holder(reading, company), known)


def _other_holder(reading: PictureReading, company: Company | None) -> str | None:
    holder, code = reading.fields.get("holder"), reading.fields.get("uscc")
    if company is None or holder is None or not holder.value or not company.name:
        return None
    if code is not None and code.confirmed and company.uscc == code.value:
        return None
    if same_name(holder.value, (company.name,)) or (not holder.confirmed and misread(holder.value, company.name)):
        return None
    return holder.value


def _claim(id_: str, paper: _Paper, company: Company | None, schemes: Schemes) -> Claim | None:
    """One certificate as a claim; None when no scheme can be told."""
    reading = paper.reading
    standard = reading.fields.get("standard")
    if reading.kind != "certificate" or not reading.legible or standard is None:
        return None
    found = schemes.by_standard(standard.value or standard.text)
    if not found:
        return None
    scheme = found[0]
    uncertain = dict(_uncertain(reading))
    if paper.other is not None and not paper.known:
        uncertain |= {"state": "low_confidence", "subject": "low_confidence"}
    elif "holder" not in reading.fields or company is None:
        uncertain["subject"] = "low_confidence"
    cues = {"certificate_shown", "word:certification", "binding:literal", "present_right"}
    number = reading.fields.get("number")
    if number is not None:
        cues.add("number_form:known" if number.confirmed else "?number_form")
    if scheme.about == "management_system":
        cues |= {"names_system", "names_organisation"}
    quote = quote_of(reading)
    return Claim(
        id=id_,
        quote=quote,
        locator=paper.shown.locator,
        container="picture",
        speaker="self",
        subject=SUBJECTS.get(scheme.about, "company"),  # type: ignore[arg-type]
        subject_text=None,
        about=scheme.about,
        schemes=(scheme.id,),
        state="held",
        details=(_detail(scheme.id, reading, schemes),),
        uncertain=tuple(sorted(uncertain.items())),
        cues=frozenset(cues),
        context=f"图片 {reading.file}：{quote}",
        heading=paper.shown.words[:80],
        picture=PictureSource(paper.shown.source, reading.sha256, reading.extent),
    )


def quote_of(reading: PictureReading) -> str:
    """What the certificate says, as printed, field by field."""
    return "；".join(f"{FIELD_NAMES[name]}：{reading.fields[name].text}" for name in QUOTED if name in reading.fields)


def _uncertain(reading: PictureReading) -> Iterator[tuple[str, str]]:
    for name in ("number", "issued", "expires", "scope", "body"):
        if (value := reading.fields.get(name)) is not None and not value.confirmed:
            yield name, "low_confidence"


def _detail(scheme: str, reading: PictureReading, schemes: Schemes) -> SchemeDetail:
    """The confirmed fields as details of the claim; the standard as printed."""
    sure = {name: value for name, value in reading.fields.items() if value.confirmed}
    standard = reading.fields["standard"]
    edition = schemes.get(scheme).edition_of(standard.value or "") if "standard" in sure else None
    texts = {name: sure[name].text for name in ("issued", "expires") if name in sure}
    return SchemeDetail(
        scheme=scheme,
        standard=standard.text,
        edition=edition.name if edition is not None else None,
        number=sure["number"].value if "number" in sure else None,
        body=sure["body"].value if "body" in sure else None,
        issued=_day(sure["issued"].value) if "issued" in sure else None,
        expires=_day(sure["expires"].value) if "expires" in sure else None,
        issued_text=texts.get("issued"),
        expires_text=texts.get("expires"),
    )


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _coverage(reading: Reading, pictures: Pictures, papers: Iterable[_Paper], spoken: frozenset[Locator]) -> Coverage:
    """What was read and what not, in numbers and words. `spoken`: the pictures that claims were made of."""
    coverage = reading.coverage
    read = [paper for paper in papers if not paper.reading.unreadable]
    unread = [note for note in coverage.unread if "其中的文字未识别" not in note]
    rest = coverage.pictures_seen - len(read)
    if rest > 0:
        unread.append(f"图片{rest}张，其中的文字未识别")
    if pictures.over:
        unread.append(f"可能与认证有关的图片超过每页上限，{pictures.over}张未识读")
    for one in pictures.shown:
        if one.missing:
            unread.append(f"图片{one.source}：{one.missing}")
        elif one.reading is not None and (
            one.reading.unreadable or (one.reading.kind == "certificate" and one.reading.reason)
        ):
            unread.append(f"图片{one.source}：{one.reading.reason}")
        elif one.reading is not None and one.locator not in spoken and words_unjudged(one.reading):
            unread.append(f"图片{one.source}：图上有涉及认证的文字，没有作为陈述判断，须由人看原图")
    unread += [f"图片{paper.shown.source}：{hint}（提示，需人工判断）" for paper in read for hint in _hints(paper)]
    return replace(
        coverage,
        pictures_read=len(read),
        unread=tuple(unread),
        pictures=tuple(_summary(paper, reading) for paper in read),
    )


def _hints(paper: _Paper) -> list[str]:
    """What a person should look at in the picture; never a finding."""
    other = f"证书上的获证组织“{paper.other}”不是本页的企业"
    return [*paper.reading.hints, *([other] if paper.other is not None else [])]


def _summary(paper: _Paper, page: Reading) -> dict[str, object]:
    return {
        "source": paper.shown.source,
        "locator": paper.shown.locator.to_json(),
        **paper.reading.to_json(),
        "hints": _hints(paper),
        "place": place_of(paper.shown, page) or None,
    }
