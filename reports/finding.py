"""One finding, ready to print: the contract's FINDING with its claim, page, register row and provisions in words."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

from reports.law import charges_shown
from reports.model import ElementShown, FactShown, FindingShown, Place
from reports.names import fact_name
from reports.registerview import register_view
from reports.wording import load_wording

CHINA = timezone(timedelta(hours=8))
OUTCOMES = ("violation", "suspected", "needs_review")
TRUTHS = {True: "shown", False: "not_shown", None: "unknown"}
CONTEXT_EACH_SIDE = 240  # characters of context printed before and after the quote


def finding_shown(
    told: list[tuple[dict[str, Any], dict[str, Any]]], pages: dict[str, dict[str, Any]], result: dict[str, Any]
) -> FindingShown:
    """The finding told once or more (`told`: page and finding object), as one. `pages`: every page by id and by URL."""
    words = load_wording()
    page, finding = min(told, key=lambda pair: OUTCOMES.index(pair[1]["outcome"]))
    claim = _claim(page, finding["claim"])
    places = _places(told, pages)
    here = next((place for place in places if place.page == _page_name(page)), None) or (
        places[0] if places else _place(page, finding["claim"], (claim or {}).get("locator"), finding["quote"])
    )
    day = page.get("as_of") or result["as_of"]
    outcome = finding["outcome"]
    breaches, penalties = charges_shown(finding["breaches"], finding["penalties"])
    return FindingShown(
        id=finding["id"],
        anchor="f-" + re.sub(r"[^A-Za-z0-9_-]", "-", str(finding["id"])),
        number="",
        rule=finding["rule"],
        rule_source=finding.get("rule_source"),
        conduct=finding["conduct"],
        outcome=outcome,
        outcome_zh=words.text(f"outcomes.{outcome}.zh"),
        outcome_mark=words.text(f"outcomes.{outcome}.mark"),
        title=words.label("conducts", finding["conduct"]),
        rule_title=finding.get("title") or finding["rule"],
        explanation=finding["explanation"],
        day=day,
        day_source_zh=words.label("day_sources", page["as_of_source"]) if page.get("as_of_source") else "",
        seen=_seen(finding),
        place=here,
        sightings=tuple(place for place in places if place is not here),
        register=register_view(claim, result["register"], day),
        elements=elements_shown(finding["elements"]),
        advice=words.text(f"outcomes.{outcome}.advice"),
        missing=tuple(finding["missing"]),
        innocent=tuple(finding["innocent_readings"]),
        asks=tuple(finding.get("asks") or ()),
        notes=tuple(finding.get("notes") or ()) + tuple(_conflicts(told, outcome)),
        caps=tuple(finding.get("caps") or ()),
        breaches=breaches,
        penalties=penalties,
        remedy=finding["remedy"],
    )


def china_time(text: str | None) -> str | None:
    """A capture time in China standard time, to the second; what is no time stays as it stands."""
    try:
        when = datetime.fromisoformat(text) if text else None
    except ValueError:
        return text
    if when is None or when.tzinfo is None:
        return text
    return when.astimezone(CHINA).isoformat(sep=" ", timespec="seconds")


def _conflicts(told: list[tuple[dict[str, Any], dict[str, Any]]], outcome: str) -> list[str]:
    words = load_wording()
    others = dict.fromkeys(finding["outcome"] for _, finding in told if finding["outcome"] != outcome)
    return [words.text("finding.conflict", other=words.text(f"outcomes.{other}.zh")) for other in others]


def _claim(page: dict[str, Any], claim_id: str) -> dict[str, Any] | None:
    return next((claim for claim in page["claims"] if claim["id"] == claim_id), None)


def names_of(page: dict[str, Any]) -> tuple[str, ...]:
    """What an occurrence may call this page: its URL, id, source, or the head of its sha256; the likeliest first."""
    names = (page.get("url"), page.get("id"), page.get("source"), (page.get("sha256") or "")[:12])
    return tuple(str(name) for name in names if name not in (None, ""))


def _page_name(page: dict[str, Any]) -> str:
    return next(iter(names_of(page)), "")


def _places(told: list[tuple[dict[str, Any], dict[str, Any]]], pages: dict[str, dict[str, Any]]) -> list[Place]:
    found: dict[tuple[str, str], Place] = {}
    for page, finding in told:
        for one in finding["occurrences"]:
            where = pages.get(str(one["page"]), page)
            key = (_page_name(where), one["claim"])
            if key not in found:
                found[key] = _place(where, one["claim"], one["locator"], finding["quote"])
    return list(found.values())


def _place(page: dict[str, Any], claim_id: str, locator: dict[str, Any] | None, quote: str) -> Place:
    words = load_wording()
    claim = _claim(page, claim_id) or {}
    quote = claim.get("quote") or quote
    before, inside, after, has_context = marked(quote, claim.get("context") or "")
    return Place(
        page=_page_name(page),
        url=page.get("url"),
        captured_at=china_time(page.get("captured_at")),
        sha256=page.get("sha256"),
        genre_zh=words.label("genres", page["genre"]),
        container_zh=words.label("containers", claim["container"]) if claim else "",
        heading=claim.get("heading") or "",
        locator=locator_text(locator),
        claim=claim_id,
        quote=inside,
        before=before,
        after=after,
        has_context=has_context,
        picture=picture_text(claim.get("picture")),
    )


def marked(quote: str, context: str) -> tuple[str, str, str, bool]:
    """The context cut around the quote: (before, quote, after, found). White space is compared folded, because the context
    is; the quote itself is printed as it stands in the context, letters unchanged."""
    words = load_wording()
    pattern = r"\s*".join(re.escape(piece) for piece in quote.split())
    hit = re.search(pattern, context) if pattern else None
    if not hit:
        return "", quote, "", False
    before, after = context[: hit.start()], context[hit.end() :]
    if len(before) > CONTEXT_EACH_SIDE:
        before = words.text("report.truncated") + before[-CONTEXT_EACH_SIDE:]
    if len(after) > CONTEXT_EACH_SIDE:
        after = after[:CONTEXT_EACH_SIDE] + words.text("report.truncated")
    return before, hit.group(), after, True


def locator_text(locator: dict[str, Any] | None) -> str:
    """`div > p:nth-of-type(2) · 第3—17字`; the attribute's name where the quote stands in one."""
    words = load_wording()
    if not locator:
        return words.text("report.unknown")
    parts = [locator["selector"] or words.text("finding.whole_text")]
    if locator.get("attribute"):
        parts.append(words.text("finding.attribute", name=locator["attribute"]))
    parts.append(words.text("finding.offsets", start=locator["start"], end=locator["end"]))
    return " · ".join(parts)


def picture_text(seen: dict[str, Any] | None) -> str:
    """Which picture, its hash, the box in it, and for a mark how alike and what names it; "" for words of the text."""
    if not seen:
        return ""
    words = load_wording()
    parts = [seen["source"], f"SHA-256 {seen['sha256']}"]
    if seen["box"]:
        parts.append(words.text("finding.picture_box", box="、".join(map(str, seen["box"]))))
    if seen["mark"]:
        parts.append(words.text("finding.picture_likeness", likeness=seen["confidence"]))
        parts.append(words.label("confirmed_by", seen["confirmed_by"] or "nothing"))
    return " · ".join(parts)


def elements_shown(elements: list[dict[str, Any]]) -> tuple[ElementShown, ...]:
    """Elements with all their facts: lines of one element (equal `id`) stand together, exceptions that don't apply last."""
    words = load_wording()
    gathered: dict[str, list[dict[str, Any]]] = {}
    for at, one in enumerate(elements):
        gathered.setdefault(one.get("id") or f"#{at}", []).append(one)
    shown = []
    for identity, lines in gathered.items():
        kind = TRUTHS[_truth(lines[0])]
        facts = tuple(_fact(line) for line in lines)
        shown.append(
            ElementShown(
                id=identity,
                zh=lines[0].get("zh") or facts[0].fact_zh,
                facts=facts,
                truth=kind,
                truth_zh=words.label("truth", kind),
            )
        )
    return tuple(sorted(shown, key=lambda one: one.truth == "not_shown"))


def _truth(data: dict[str, Any]) -> bool | None:
    if "truth" in data:
        return data["truth"]
    return None if data["value"] is None else True  # the contract's bare element: a value is a fact shown


def _fact(data: dict[str, Any]) -> FactShown:
    words = load_wording()
    unknown = data["value"] is None
    return FactShown(
        fact=data["fact"],
        fact_zh=fact_name(data["fact"]),
        value_zh=words.text("report.unknown") if unknown else words.value(data["fact"], data["value"]),
        source=data["source"],
        source_zh=words.text("finding.no_source")
        if unknown
        else words.label("sources", data.get("seen_in") or data["source"]),
    )


def _seen(finding: dict[str, Any]) -> str | None:
    first, last = finding.get("first_seen"), finding.get("last_seen")
    if not first or not last:
        return None
    words, captures = load_wording(), finding.get("captures")
    seen = words.text("finding.seen", first=first, last=last)
    return words.text("finding.seen_times", seen=seen, captures=captures) if captures else seen
