"""Facts about the words: what the reader found, with unclear readings as unknown."""

from __future__ import annotations

from compliance.records import Claim, SchemeDetail
from rules.facts import Known, Unknown

Value = Known | Unknown

# The reader's cues (compliance/reading/lexicon/cues.yaml) that are facts of their own, with the value when absent.
ENUM_CUES = {
    "word": "none",
    "binding": None,  # absent: nothing binds scheme and subject, so it isn't stated
    "dated": "no",
    "mark_on": "none",
    "mark_kind": "none",
    "quantifier": "none",
    "offer": "none",
    "traded": "none",
    "number_form": None,
}
BOOL_CUES = (
    "names_system",
    "names_organisation",
    "notice_beside_mark",
    "contact",
    "warns",
    "names_other_holder",
    "certificate_shown",
    "booster",
    "report_shown",
    "own_mark",
    "present_right",
    "planned",
    "quality_promise",
    "offers_goods",
    "is_food",
    "model_named",
    "calls_wrong_kind",
    "bare_name",
)
REASONS = {"ambiguous_reading", "public_reading", "not_stated", "picture_unread", "low_confidence"}


def claim_facts(claim: Claim, detail: SchemeDetail) -> dict[str, Value]:
    """`claim.*`. A field named in `uncertain` is unknown for the rules: it can't accuse."""
    unsure = {field: reason if reason in REASONS else "ambiguous_reading" for field, reason in claim.uncertain}

    def read(field: str, value: str) -> Value:
        return Unknown(unsure[field]) if field in unsure else Known(value, "page")

    facts: dict[str, Value] = {
        "claim.speaker": Unknown("not_stated") if claim.speaker == "unknown" else read("speaker", claim.speaker),
        "claim.subject": read("subject", claim.subject),
        "claim.state": read("state", claim.state),
        "claim.about": read("about", claim.about),
        "claim.container": Known(claim.container, "page"),
        "claim.number_given": Known(detail.number is not None, "page"),
        "claim.body_named": Known(detail.body is not None, "page"),
        "claim.expires": Known(detail.expires, "page") if detail.expires else Unknown("not_stated"),
        "claim.issued": Known(detail.issued, "page") if detail.issued else Unknown("not_stated"),
    }
    for name, absent in ENUM_CUES.items():
        facts[f"claim.{name}"] = Unknown(unsure[name]) if name in unsure else _enum(claim, name, absent)
    for name in BOOL_CUES:
        facts[f"claim.{name}"] = Unknown(unsure[name]) if name in unsure else _bool(claim, name)
    return facts


def _enum(claim: Claim, name: str, absent: str | None) -> Value:
    if f"?{name}" in claim.cues:
        return Unknown("ambiguous_reading")
    values = sorted(cue.split(":", 1)[1] for cue in claim.cues if cue.startswith(f"{name}:"))
    if values:
        return Known(values[0], "page")
    return Unknown("not_stated") if absent is None else Known(absent, "page")


def _bool(claim: Claim, name: str) -> Value:
    return Unknown("ambiguous_reading") if f"?{name}" in claim.cues else Known(name in claim.cues, "page")
