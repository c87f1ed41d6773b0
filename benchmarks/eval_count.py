"""One labelled block or page against what was read there: hits and misses of each measure, confusions, errors.

Two readers labelled; either is right. A block counts as held when both call one of its claims a held claim of one's
own (state held or held_past, about a certification, speaker self or unknown), as not held when neither does; where they
differ about that, it counts for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

HELD = ("held", "held_past")
CERTIFIED = ("management_system", "product", "service", "personnel", "accreditation")
OWN = ("self", "unknown")
FIELDS = ("subject", "about", "state", "speaker")
DATES = ("issued", "expires")
UNREAD = "—"
STRENGTH = {"needs_review": 1, "suspected": 2, "violation": 3}
# Errors by cost: an accusation too many hurts an honest firm, one too few only leaves work to a person.
COSTS = (
    "wrongful violation", "false finding", "missed finding", "wrong outcome", "missed claim", "false claim",
    "page claim missed", "page claim false", "one claim missed", "one claim false",
    "subject", "about", "state", "scheme", "number", "expires", "issued", "speaker", "genre",
)  # fmt: skip
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Error:
    """One thing read otherwise than labelled. `want` lists every reading that would have been right."""

    kind: str
    id: str
    text: str
    want: str
    got: str
    quote: str = ""

    @property
    def order(self) -> tuple[int, str, str, str]:
        """Costliest first, then by block."""
        return COSTS.index(self.kind), self.id, self.want, self.got


@dataclass(slots=True)
class Counted:
    """What one block or page adds: `shares` are (measure, hit); `pairs` are (field, labelled, read)."""

    id: str
    site: str
    text: str
    shares: list[tuple[str, bool]] = field(default_factory=list)
    pairs: list[tuple[str, str, str]] = field(default_factory=list)
    errors: list[Error] = field(default_factory=list)

    def share(self, measure: str, hit: bool) -> None:
        """One try."""
        self.shares.append((measure, hit))

    def error(self, kind: str, want: object, got: object, quote: str = "") -> None:
        """One error, values as words."""
        self.errors.append(Error(kind, self.id, self.text, _words(want), _words(got), " ".join(quote.split())))


def _words(value: object) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return " | ".join(sorted({_words(v) for v in value}))
    return UNREAD if value in (None, "") else str(value)


def normal(value: str | None) -> str:
    """Small letters, dashes for underscores: ids and numbers compare by this."""
    return (value or "").lower().replace("_", "-")


def readings(label: Json, name: str) -> list[Any]:
    """The values either reader gave."""
    second = (label.get("second") or {}).get(name)
    return [label.get(name)] + ([second] if second else [])


def held_by(label: Json) -> tuple[bool, bool]:
    """Held claim of one's own: (both readers say so, at least one reading says so)."""
    checks = [
        [v in allowed for v in readings(label, name)]
        for name, allowed in (("state", HELD), ("about", CERTIFIED), ("speaker", OWN))
    ]
    return all(all(c) for c in checks), all(any(c) for c in checks)


def read_held(page: Json) -> list[Json]:
    """The claims read as held claims of one's own."""
    return [
        c
        for c in page["claims"]
        if c["state"] in HELD and c["about"] in CERTIFIED and c["speaker"] in OWN and c.get("verdict") != "not_a_claim"
    ]


def schemes_of(claim: Json) -> set[str]:
    """Scheme ids of a labelled or a read claim."""
    return {normal(s) for s in claim.get("schemes") or ()}


def count_block(block: Json, page: Json) -> Counted:
    """A labelled block against the JSON of its page."""
    out = Counted(block["id"], str(block.get("site") or block["id"]), " ".join(block["text"].split()))
    _count_held(out, block, page)
    for label in block["claims"]:
        _count_fields(out, label, page)
    if "expected" in block:
        _count_findings(out, block, page)
    return out


def count_page(label: Json, page: Json) -> Counted:
    """A labelled page: does it say a held claim or not, and which genre it has."""
    out = Counted(
        label["file"], str(label.get("site") or label["file"]), f"{label['file']}: {label.get('notes') or ''}"
    )
    got, want = read_held(page), label["page_claims"] > 0
    _share_held(out, "page", want, bool(got))
    if want and not got:
        out.error("page claim missed", f"{label['page_claims']} held", "none held")
    if got and not want:
        out.error("page claim false", "none held", f"{len(got)} held", got[0]["quote"])
    out.share("genre", page["genre"] == label["genre"])
    out.pairs.append(("genre", label["genre"], page["genre"]))
    if page["genre"] != label["genre"]:
        out.error("genre", label["genre"], page["genre"])
    return out


def _share_held(out: Counted, what: str, want: bool, got: bool) -> None:
    if want:
        out.share(f"{what} recall", got)
    else:
        out.share(f"{what} quiet on negatives", not got)
    if got:
        out.share(f"{what} precision", want)


def _count_held(out: Counted, block: Json, page: Json) -> None:
    held = [held_by(label) for label in block["claims"]]
    sure = [label for label, (both, _) in zip(block["claims"], held, strict=True) if both]
    open_ = [label for label, (both, one) in zip(block["claims"], held, strict=True) if one and not both]
    got = read_held(page)
    if sure or not open_:
        _share_held(out, "claim", bool(sure), bool(got))
        if sure and not got:
            out.error("missed claim", [_said(c) for c in sure], None)
        if got and not sure:
            for claim in got:
                out.error("false claim", [_said(c) for c in block["claims"]], _said(claim), claim["quote"])
    # One by one, where schemes tell the claims of a block apart.
    for label in sure:
        if ids := schemes_of(label):
            hit = any(ids & schemes_of(c) for c in got)
            out.share("one claim recall", hit)
            if got and not hit:
                out.error("one claim missed", _said(label), [_said(c) for c in got])
    for claim in () if block.get("partial") else got:
        hit = any(schemes_of(claim) & schemes_of(c) or not c.get("schemes") for c in sure)
        if hit or not any(schemes_of(claim) & schemes_of(c) or not c.get("schemes") for c in open_):
            out.share("one claim precision", hit)
            if sure and not hit:
                out.error("one claim false", [_said(c) for c in sure], _said(claim), claim["quote"])


def _said(claim: Json) -> str:
    return f"{claim.get('state')} {claim.get('subject')} {claim.get('about')} {','.join(claim.get('schemes') or ())}"


def _count_fields(out: Counted, label: Json, page: Json) -> None:
    ids = schemes_of(label)
    same = [c for c in page["claims"] if ids & schemes_of(c)]
    if ids:
        out.share("scheme", bool(same))
        every = ids <= {s for c in same for s in schemes_of(c)}
        out.share("every scheme", every)
        if not every:
            out.error(
                "scheme", ", ".join(sorted(ids)), ", ".join(sorted({s for c in page["claims"] for s in schemes_of(c)}))
            )
    if not same:
        if ids:
            out.pairs += [(n, label[n], UNREAD) for n in ("state", "subject") if label.get(n)]
        return
    best = max(same, key=lambda c: sum(c[n] in readings(label, n) for n in FIELDS))
    for name in FIELDS:
        if not label.get(name) or name in label.get("assumed", ()):
            continue
        right = best[name] in readings(label, name)
        out.share(name, right)
        if name in ("state", "subject"):
            out.pairs.append((name, best[name] if right else label[name], best[name]))
        if not right:
            out.error(name, readings(label, name), best[name], best["quote"])
    if label.get("number"):
        _given(out, "number", normal(best.get("number")) == normal(label["number"]), label, best)
    for name in DATES:
        if label.get(name):  # a label may hold a year or a month only
            _given(out, name, (best.get(name) or "").startswith(label[name]), label, best)
    if label.get("issued"):  # the day the words date the certification at is a field of its own in what was read
        days = (best.get("issued") or "", best.get("said_on") or "")
        out.share("issued or said on", any(day.startswith(label["issued"]) for day in days))


def _given(out: Counted, name: str, hit: bool, label: Json, best: Json) -> None:
    out.share(name, hit)
    if not hit:
        said = f" (said on {best['said_on']})" if name == "issued" and best.get("said_on") else ""
        out.error(name, label[name], f"{best.get(name) or UNREAD}{said}", best["quote"])


def _count_findings(out: Counted, block: Json, page: Json) -> None:
    expected = [e for e in (block["expected"] or {}, block.get("expected_second")) if e is not None]
    either = {e.get("conduct") for e in expected}
    want = expected[0].get("conduct")
    got: dict[str, str] = {}
    for finding in page["findings"]:
        known = got.get(finding["conduct"])
        if known is None or STRENGTH[finding["outcome"]] > STRENGTH[known]:
            got[finding["conduct"]] = finding["outcome"]
    wanted = [f"{e.get('conduct') or 'none'}/{e.get('outcome') or 'none'}" for e in expected]
    for conduct, outcome in got.items():
        quote = next(f["quote"] for f in page["findings"] if f["conduct"] == conduct)
        out.share("finding precision", conduct in either)
        if outcome == "violation" and "violation" not in {e.get("outcome") for e in expected}:
            out.error("wrongful violation", wanted, f"{conduct}/{outcome}", quote)
        if conduct not in either:
            out.error("false finding", wanted, f"{conduct}/{outcome}", quote)
            continue
        out.share("finding recall", True)
        right = outcome in {e.get("outcome") for e in expected if e.get("conduct") == conduct}
        out.share("outcome of findings", right)
        if not right:
            out.error("wrong outcome", wanted, f"{conduct}/{outcome}", quote)
    if want and either == {want} and want not in got:
        out.share("finding recall", False)
        out.error("missed finding", wanted, [f"{c}/{o}" for c, o in got.items()] or None)
