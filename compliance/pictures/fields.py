"""Lines of one paper → the certificate's fields, as printed and in normal form; nothing is confirmed here (证书栏目)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from compliance.pictures.days import Day, Term, days_in, term_of
from compliance.pictures.labels import Seen
from compliance.pictures.names import body_of, holder_of
from compliance.pictures.paper import Paper, Value
from compliance.pictures.records import Field
from compliance.pictures.standards import Standard, standard_of
from compliance.reading.numbers import NumberHit, find_numbers, normal_number
from compliance.reading.uscc import find_usccs

_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z/.()\-–—_]*(?: ?[0-9A-Z/.()\-–—_]*\d[0-9A-Z/.()\-–—_]*)*", re.IGNORECASE)
_NO_NUMBER = re.compile(r"accreditation|认可|许可|ICP|专利", re.IGNORECASE)
_REMARK = re.compile(r"[(（]?(?:请注意|注[:：]|认证产品|this certificate|iaf code|ea code|note)")
_ENGLISH = re.compile(r"[^\u3400-\u9fff]*[a-z]{3,} [a-z]{2,}(?: [a-z]{2,})*[^\u3400-\u9fff]*$")
_CODE = re.compile(r"(?=(?:[A-Z]*\d){6})[0-9A-Z]{15,20}")


@dataclass(frozen=True, slots=True)
class Found:
    """What one paper says, before witnesses are asked."""

    number: Value | None
    hit: NumberHit | None  # the number's grammar, when it has a known one
    holder: Value | None
    uscc: Value | None
    standard: Standard | None
    scope: Value | None
    body: Value | None
    term: Term

    def fields(self) -> dict[str, Field]:
        """The contract's fields, unconfirmed."""
        out: dict[str, Field] = {}
        if self.number is not None:
            out["number"] = _field(self.number, normal_number(self.number.text))
        if self.holder is not None:
            out["holder"] = _field(self.holder, self.holder.text)
        if self.uscc is not None:
            hits = find_usccs(self.uscc.text)
            out["uscc"] = _field(self.uscc, hits[0].code if hits else None)
        if self.standard is not None:
            out["standard"] = _field(self.standard.where, self.standard.value, self.standard.text)
        if self.scope is not None:
            out["scope"] = _field(self.scope, self.scope.text)
        if self.body is not None:
            out["body"] = _field(self.body, self.body.text)
        for name, day in (("issued", self.term.issued), ("expires", self.term.expires)):
            if day is not None:
                out[name] = _field(day.value, _iso(day), day.text)
        return out


def found_in(paper: Paper) -> Found:
    """All fields of one paper."""
    number, hit = number_of(paper)
    standard = standard_of(paper)
    holder = holder_of(paper)
    return Found(number, hit, holder, uscc_of(paper), standard, scope_of(paper), body_of(paper, holder), term_of(paper))


def _field(value: Value, normal: str | None, text: str | None = None) -> Field:
    return Field(text or value.text, normal, value.confidence, False, value.box, height=value.height)


def _iso(day: Day) -> str | None:
    return day.day.isoformat() if day.day is not None else None


def number_of(paper: Paper) -> tuple[Value | None, NumberHit | None]:
    """证书编号: at its label, a known grammar before an unknown; without a label only what has a certificate's grammar."""
    best: tuple[Value, NumberHit | None] | None = None
    answered: set[int] = set()
    for value in paper.values("number"):
        label = value.label
        assert label is not None
        if id(label) in answered:
            continue
        before = value.lines[0].text[: label.start] if value.how == "behind" else ""
        if _NO_NUMBER.search(before) or (label.word in ("编号", "file number") and not label.colon):
            continue
        token = _token(value)
        if token is None:
            continue
        answered.add(id(label))  # what stands below is another field's, once something stood beside
        hit = _grammar(token.text)
        if hit is not None:
            return token, hit
        if best is None:
            best = token, None
    if best is not None:
        return best
    for line in paper.lines:
        for hit in find_numbers(line.line.text, "证书编号"):
            if (
                hit.kind == "certificate"
                and hit.form == "known"
                and hit.confidence in ("medium", "high")
                and not line.labels
            ):
                text = line.line.text[hit.start : hit.end]
                return Value(text, (line,), None, "alone"), hit
    return None, None


def _token(value: Value) -> Value | None:
    found = next((m for m in _NUMBER.finditer(value.text) if len(re.findall(r"\d", m[0])) >= 3), None)
    if found is None or found.start() > 6 or len(found[0]) > 45 or len(found[0]) < 5:
        return None
    text = found[0].strip(" .-–—_/(")
    if [printed for printed, _ in days_in(text)] == [text]:
        return None
    if text.count("(") < text.count(")"):
        text = text.rstrip(")")
    return Value(text, value.lines, value.label, value.how)


def _grammar(text: str) -> NumberHit | None:
    hits = [h for h in find_numbers(f"证书编号：{text}") if h.kind in ("certificate", "declaration")]
    # one that fits only when letters are read as digits (R0M printed, ROM read) fits nothing
    exact = [h for h in hits if h.form == "known" and h.value == normal_number(text) and not h.readings]
    return exact[0] if exact else None


def uscc_of(paper: Paper) -> Value | None:
    """统一社会信用代码: at its label; without one only where the check sign holds."""
    for value in paper.values("uscc"):
        if value.how == "below" and not find_usccs(value.text):
            continue
        squeezed = re.sub(r"[ -]", "", value.text.upper())
        if found := _CODE.search(squeezed):
            return Value(found[0], value.lines, value.label, value.how)
    for line in paper.lines:
        for hit in find_usccs(line.line.text):
            if hit.valid and not (line.labels and line.labels[0].field == "number"):
                return Value(hit.code, (line,), None, "alone")
    return None


def scope_of(paper: Paper) -> Value | None:
    """认证范围: behind its label, or the paragraph below it; goes on to the next label."""
    answered: set[int] = set()
    for value in paper.values("scope"):
        if id(value.label) in answered:
            continue
        answered.add(id(value.label))
        beside = next((line for line, at in paper.labelled("scope") if at is value.label), None)
        lines = [*value.lines, *_more(paper, value.lines[-1], beside if value.how == "right" else None)]
        text = value.text
        for line in lines[1:]:
            text += _glue(text, line.line.text) + line.line.text.strip()
        if sum(sign.isalnum() for sign in text) >= 4:
            return Value(text.strip(), tuple(lines), value.label, value.how)
    return None


def _more(paper: Paper, first: Seen, label: Seen | None) -> Iterator[Seen]:
    """The lines that go on with the scope, up to the next label, row, remark, or the same in English."""
    chinese = re.search(r"[\u3400-\u9fff]", first.text) is not None
    for line in paper.following(first):
        if (line.labels and line.labels[0].start <= 1) or _REMARK.match(line.text):
            return
        if label is not None and paper.opens_row(line, label):
            return
        if chinese and _ENGLISH.match(line.text):
            return
        yield line


def _glue(before: str, after: str) -> str:
    return " " if before[-1:].isascii() and before[-1:] != "-" and after[:1].isascii() else ""
