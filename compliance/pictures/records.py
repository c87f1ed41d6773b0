"""Records of the picture reader: lines of print, codes, marks, fields, and the reading of one picture (图片识读结果).

Boxes are `(x, y, w, h)` in pixels of the picture as it is shown (turned as its EXIF says), origin top left. All is plain
frozen data, so that a reading can be kept, sent between processes and judged again without the picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Box = tuple[int, int, int, int]
Kind = Literal["certificate", "product_photo", "mark", "qr", "other"]
FIELD_NAMES = {
    "number": "证书编号",
    "holder": "获证组织",
    "uscc": "信用代码",
    "standard": "标准",
    "scope": "范围",
    "body": "发证机构",
    "issued": "发证日期",
    "expires": "有效期至",
}
FIELDS = tuple(FIELD_NAMES)


@dataclass(frozen=True, slots=True)
class Line:
    """文字行: one printed line as OCR read it. `height`: height of the print in px across the line, however it is tilted
    (0: not known, then the box's lower side counts). `page`: page of a document, from 0."""

    text: str
    box: Box
    confidence: float
    height: float = 0.0
    page: int = 0

    @property
    def tall(self) -> float:
        """Height of the print in px."""
        return self.height or float(min(self.box[2], self.box[3]))


@dataclass(frozen=True, slots=True)
class QrCode:
    """二维码 with its content."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class MarkSeen:
    """疑似标志: a lead only. `confirmed_by`: the words (in the crop or on the page) that name the mark, else None."""

    mark: str
    confidence: float
    box: Box
    confirmed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """证书栏目. `text` as printed, `value` its normal form (None: it could not be made). `confirmed` only by witnesses that
    do not share the errors of OCR; `witnesses` names them, `doubts` says what speaks against it."""

    text: str
    value: str | None
    confidence: float
    confirmed: bool
    box: Box
    witnesses: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    height: float = 0.0  # of the line it stands in, px

    def to_json(self) -> dict[str, Any]:
        """The contract's `{"text", "value", "confidence", "confirmed", "box"}`, and why."""
        return {
            "text": self.text,
            "value": self.value,
            "confidence": round(self.confidence, 3),
            "confirmed": self.confirmed,
            "box": list(self.box),
            "witnesses": list(self.witnesses),
            "doubts": list(self.doubts),
            "height": round(self.height, 1),
        }


@dataclass(frozen=True, slots=True)
class EditSign:
    """疑似编辑痕迹: `sign` (smooth_ground | patch | height | baseline | stroke | tone | sharper) in `field` (or `stamp`), at `box`.
    `text`: the digits it is about. `measure`: times, px, grey levels or part, as `edits.SAID` says. Never more than a hint."""

    sign: str
    field: str
    text: str
    measure: float
    box: Box


@dataclass(frozen=True, slots=True)
class PictureReading:
    """What one picture shows. `reason`: why nothing, or not all, could be read, in words a user can act on.

    `hints`: signs that a person should look at (edited, several papers in one picture), never more than that.
    """

    file: str
    sha256: str
    kind: Kind
    legible: bool
    reason: str | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    qr: tuple[QrCode, ...] = ()
    marks: tuple[MarkSeen, ...] = ()
    hints: tuple[str, ...] = ()
    edits: tuple[EditSign, ...] = ()
    size: tuple[int, int] | None = None
    lines: tuple[Line, ...] = ()
    unreadable: bool = False  # the bytes are no picture that is read: 0 bytes, a bomb, a script, over a bound

    @property
    def extent(self) -> Box | None:
        """The box round all fields; None when there is none."""
        boxes = [value.box for value in self.fields.values()]
        if not boxes:
            return None
        x, y = min(b[0] for b in boxes), min(b[1] for b in boxes)
        return x, y, max(b[0] + b[2] for b in boxes) - x, max(b[1] + b[3] for b in boxes) - y

    def named(self, file: str) -> PictureReading:
        """The same reading under another file name (readings are kept by hash)."""
        return replace(self, file=file)

    def to_json(self, lines: bool = False) -> dict[str, Any]:
        """The contract's object; `lines` adds what OCR read, for keeping and judging again."""
        out: dict[str, Any] = {
            "file": self.file,
            "sha256": self.sha256,
            "kind": self.kind,
            "legible": self.legible,
            "reason": self.reason,
            "fields": {name: self.fields[name].to_json() for name in FIELDS if name in self.fields},
            "qr": [{"text": code.text, "box": list(code.box)} for code in self.qr],
            "marks": [
                {
                    "mark": seen.mark,
                    "confidence": round(seen.confidence, 3),
                    "box": list(seen.box),
                    "confirmed_by": seen.confirmed_by,
                }
                for seen in self.marks
            ],
            "hints": list(self.hints),
            "edits": [{**asdict(sign), "box": list(sign.box)} for sign in self.edits],
            "size": list(self.size) if self.size else None,
        }
        if lines:
            out["lines"] = [asdict(line) for line in self.lines]
            out["unreadable"] = self.unreadable
        return out


def reading_from_json(data: Mapping[str, Any]) -> PictureReading:
    """The reading that `to_json(lines=True)` wrote. KeyError or TypeError when it is none."""
    return PictureReading(
        file=data["file"],
        sha256=data["sha256"],
        kind=data["kind"],
        legible=data["legible"],
        reason=data["reason"],
        fields={
            name: Field(
                text=f["text"],
                value=f["value"],
                confidence=f["confidence"],
                confirmed=f["confirmed"],
                box=_box(f["box"]),
                witnesses=tuple(f.get("witnesses", ())),
                doubts=tuple(f.get("doubts", ())),
                height=f.get("height", 0.0),
            )
            for name, f in data["fields"].items()
        },
        qr=tuple(QrCode(code["text"], _box(code["box"])) for code in data["qr"]),
        marks=tuple(
            MarkSeen(seen["mark"], seen["confidence"], _box(seen["box"]), seen["confirmed_by"])
            for seen in data["marks"]
        ),
        hints=tuple(data.get("hints", ())),
        edits=tuple(EditSign(**{**sign, "box": _box(sign["box"])}) for sign in data.get("edits", ())),
        size=(int(data["size"][0]), int(data["size"][1])) if data.get("size") else None,
        lines=tuple(
            Line(li["text"], _box(li["box"]), li["confidence"], li["height"], li["page"])
            for li in data.get("lines", ())
        ),
        unreadable=bool(data.get("unreadable", False)),
    )


def _box(values: Any) -> Box:
    x, y, w, h = (int(v) for v in values)
    return x, y, w, h
