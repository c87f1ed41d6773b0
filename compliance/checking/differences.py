"""证书信息与登记不符: how far the details on the page differ from the row, and in whose favour."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from compliance.reading.numbers import normal_number
from compliance.records import CertificateRow, SchemeDetail

# Less than a month apart is taken for a reissue, a first-issue date or a rounding (docs/decisions/0004-lag.md).
MATERIAL = timedelta(days=31)
YEAR = re.compile(r"(?:19|20)\d{2}(?!\d)")


@dataclass(frozen=True, slots=True)
class Difference:
    """`degree`: no | slightly | materially. `lines`: what differs, page's value against the register's, in words."""

    degree: str
    in_favour: bool
    lines: tuple[str, ...]


def difference_of(detail: SchemeDetail, row: CertificateRow, *, number_differs: bool, near: bool) -> Difference:
    """Compare only what the page states. `near`: the number on the page is one usual misprint away from the row's."""
    degrees: list[str] = []
    favours: list[bool] = []
    lines: list[str] = []

    def note(degree: str, favour: bool, line: str) -> None:
        degrees.append(degree)
        favours.append(favour)
        lines.append(line)

    if detail.number and number_differs and normal_number(detail.number) != normal_number(row.number):
        note("slightly" if near else "materially", False, f"证书编号：页面 {detail.number}，登记 {row.number}")
    if detail.expires and row.expires and detail.expires != row.expires:
        later = detail.expires > row.expires
        note(_degree(detail.expires, row.expires), later, f"到期日：页面 {detail.expires}，登记 {row.expires}")
    if (
        detail.issued
        and row.issued
        and detail.issued > row.issued
        and detail.issued_text
        and len(detail.issued_text) > 7
    ):
        # an earlier day is usually the first issue (初次发证), which the row doesn't hold
        note(_degree(detail.issued, row.issued), False, f"发证日：页面 {detail.issued}，登记 {row.issued}")
    years = YEAR.findall(detail.edition or "")
    row_years = YEAR.findall(row.standard or "")
    if (
        years
        and row_years
        and years[-1] not in row_years
        and not _same_family(detail.edition or "", row.standard or "")
    ):
        note("materially", True, f"标准：页面 {detail.edition}，登记 {row.standard}")
    if not degrees:
        return Difference("no", False, ())
    return Difference("materially" if "materially" in degrees else "slightly", any(favours), tuple(lines))


def _degree(page: date, row: date) -> str:
    return "materially" if abs(page - row) > MATERIAL else "slightly"


def _same_family(page: str, row: str) -> bool:
    """ISO 9001:2015 and GB/T 19001-2016 are one edition in two names; different designations aren't compared by year."""
    return ("ISO" in page.upper()) != ("ISO" in row.upper())
