"""证据清单: the pages and register rows that findings rest on, each once, with the findings that use it."""

from __future__ import annotations

from reports.model import Evidence, FindingShown, Place
from reports.wording import load_wording


def evidence_of(findings: tuple[FindingShown, ...]) -> tuple[Evidence, ...]:
    """Pages first, in the order of the findings, then register rows; numbered 证1, 证2 …"""
    words = load_wording()
    pages: dict[tuple[str, str | None], list[str]] = {}
    places: dict[tuple[str, str | None], Place] = {}
    rows: dict[tuple[str, str, str], list[str]] = {}
    for finding in findings:
        for place in (finding.place, *finding.sightings):
            key = (place.page, place.sha256)
            places.setdefault(key, place)
            _once(pages.setdefault(key, []), finding.number)
        fields = {field: value for field, _, value in finding.register.row}
        if fields:
            source, snapshot = fields.get("source", ""), fields.get("snapshot", "")
            _once(rows.setdefault((fields.get("number", ""), source, snapshot), []), finding.number)
    out: list[Evidence] = []
    for key, used in pages.items():
        place = places[key]
        out.append(
            Evidence(
                number=words.text("evidence.number", n=len(out) + 1),
                kind_zh=words.text("evidence.page"),
                what=place.genre_zh,
                url=place.url,
                when=place.captured_at or words.text("finding.captured_unknown"),
                sha256=place.sha256,
                findings=tuple(used),
            )
        )
    for (number, source, snapshot), used in rows.items():
        out.append(
            Evidence(
                number=words.text("evidence.number", n=len(out) + 1),
                kind_zh=words.text("evidence.row"),
                what=words.text("evidence.row_text", source=source, number=number),
                url=None,
                when=words.text("evidence.snapshot", snapshot=snapshot or words.text("report.unknown")),
                sha256=None,
                findings=tuple(used),
            )
        )
    return tuple(out)


def _once(numbers: list[str], number: str) -> None:
    if number not in numbers:
        numbers.append(number)
