"""The register as a witness (登记印证): a row that carries the printed number and agrees in a second field vouches for the print.

A number that fits a row of another holder, with other days, proves nothing about the print: it may be misread into it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from compliance.pictures.records import Field, PictureReading
from compliance.records import CertificateRow
from compliance.register.listed import listed_in
from compliance.register.names import forms_of
from compliance.register.ports import Rows
from rules.schemes import load_schemes
from rules.schemes.codes import valid_uscc

WITNESS = "登记数据中有同一编号的证书"
PREFIX = "编号前三位对应的认证机构"
LONG = 7  # signs of a name of which one may be misread
ALIKE = 0.7  # likeness of two names (0–1) from which one may be the other misread
_PREFIX = re.compile(r"(?P<body>\d{3})\d{2}[A-Z]")


def with_register(reading: PictureReading, rows: Rows | None) -> PictureReading:
    """The reading with what the register vouches for, and the body by register or number prefix where the print does not name it."""
    number = reading.fields.get("number")
    if rows is None or number is None or number.value is None:
        return reading
    fields = dict(reading.fields)
    row = _row(reading, rows.by_number(number.value))
    if row is not None:
        agreed = agreeing(reading, row)
        for name in agreed:
            fields[name] = _vouched(fields[name])
        if (holder := fields.get("holder")) and holder.value and misread(holder.value, row.holder):
            fields["holder"] = _holder(holder, row.holder, "uscc" in agreed and valid_uscc(row.uscc or ""))
        fields["number"] = _vouched(number)
        if row.body:
            fields["body"] = _body(fields.get("body"), number, row.body, WITNESS)
    elif name_of := _by_prefix(number, rows):
        fields["body"] = _body(fields.get("body"), number, name_of, PREFIX)
    return replace(reading, fields=fields)


def with_company(reading: PictureReading, name: str | None) -> PictureReading:
    """The reading whose holder is the page's company but for one sign: said as a hint. A name the register vouches for stands as printed."""
    holder = reading.fields.get("holder")
    if not name or holder is None or holder.confirmed or not holder.value or not misread(holder.value, name):
        return reading
    hint = f"证书上的获证组织读作“{holder.value}”，与本页企业“{name}”差一字，可能误读，须看原图"
    doubted = replace(holder, doubts=(*holder.doubts, f"与本页企业“{name}”差一字"))
    return replace(reading, fields={**reading.fields, "holder": doubted}, hints=(*reading.hints, hint))


def _row(reading: PictureReading, rows: Sequence[CertificateRow]) -> CertificateRow | None:
    """The row of this number that agrees with the print in at least one more field."""
    return next((row for row in rows if agreeing(reading, row)), None)


def agreeing(reading: PictureReading, row: CertificateRow) -> tuple[str, ...]:
    """Fields besides the number in which print and row say the same."""
    fields, out = reading.fields, []
    if (holder := fields.get("holder")) and holder.value and same_name(holder.value, (row.holder, *row.former_names)):
        out.append("holder")
    if (code := fields.get("uscc")) and row.uscc and code.value == row.uscc:
        out.append("uscc")
    for name, day in (("issued", row.issued), ("expires", row.expires)):
        if (printed := fields.get(name)) and day is not None and printed.value == day.isoformat():
            out.append(name)
    if (standard := fields.get("standard")) and out and row.scheme is not None:
        known = load_schemes()
        if row.scheme in known and known.get(row.scheme) in known.by_standard(standard.value or standard.text):
            out.append("standard")
    return tuple(out)


def same_name(printed: str, names: Sequence[str]) -> bool:
    """Whether the printed name is one of these in normal form."""
    return forms_of(printed).normal in {forms_of(name).normal for name in names}


def misread(printed: str, name: str) -> bool:
    """Whether a printed Chinese name is `name` but for one sign, as a rare sign is read for a common one; short names tell nothing."""
    one, other = forms_of(printed).normal, forms_of(name).normal
    if len(one) != len(other) or len(one) < LONG or one.isascii():
        return False
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _holder(printed: Field, name: str, by_code: bool) -> Field:
    """A holder one sign off the register's: its code, sign by sign with its check sign, tells that it is the same; else it is doubted."""
    if not by_code:
        return replace(
            printed, confirmed=False, doubts=(*printed.doubts, f"与登记的名称“{name}”差一字，可能误读，须看原图")
        )
    witness = f"编号和信用代码与登记一致，名称按登记；图上读作“{printed.text}”，差一字"
    return replace(printed, value=name, confirmed=True, witnesses=(*printed.witnesses, witness), doubts=())


def _vouched(value: Field) -> Field:
    return replace(value, confirmed=True, witnesses=(*value.witnesses, WITNESS), doubts=())


def _body(printed: Field | None, number: Field, name: str, witness: str) -> Field:
    if printed is not None and printed.value and same_name(printed.value, (name,)):
        return replace(printed, confirmed=True, witnesses=(witness,), doubts=())
    if printed is not None and printed.value and witness == PREFIX and not _alike(printed.value, name):
        # the print stands: the prefix may be misread, or the paper made up
        return replace(printed, doubts=(*printed.doubts, f"{PREFIX}是“{name}”，与印刷的名称不同"))
    text = printed.text if printed is not None else ""
    box, height = (printed.box, printed.height) if printed is not None else (number.box, number.height)
    doubts = (f"印刷的名称读作“{text}”",) if text else ("图片上没有读到机构全称",)
    return Field(text, name, number.confidence, witness == WITNESS, box, (witness,), doubts, height)


def _alike(printed: str, name: str) -> bool:
    """Whether the print may be this name, badly read or cut short."""
    one, other = forms_of(printed).normal, forms_of(name).normal
    return one in other or SequenceMatcher(None, one, other).ratio() >= ALIKE


def _by_prefix(number: Field, rows: Rows) -> str | None:
    """机构全称 by the first three digits of the number, from the list of approved bodies; one name only."""
    match, bodies = _PREFIX.match(number.value or ""), listed_in(rows, "bodies")
    if match is None or bodies is None:
        return None
    code = re.compile(rf"(?<!\d){match['body']}$")  # CNCA-R-2099-000: the last digits begin the body's numbers
    names = {entry.get("name") for entry in bodies.entries if code.search(entry.get("code").strip())}
    return names.pop() if len(names) == 1 else None
