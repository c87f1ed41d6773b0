"""Every entry of the reader's data has an example of its own, and reads it as it says."""

import re

import pytest

from compliance.reading.claims import claims_of
from compliance.reading.fold import fold
from compliance.reading.mentions import mentions_in
from compliance.reading.terms import terms
from compliance.reading.triggers import may_claim
from compliance.reading.words import FOLDER, lexicon
from compliance.records import Block, Locator, PageContext


def read(text: str):
    return claims_of([Block(0, text, "sentence", Locator("", 0, len(text)))], PageContext(genre="other", typed=True))


SCHEMES = [(e["id"], e["example"]) for name in ("schemes-words", "schemes-not") for e in lexicon(name)]
CERTIFICATES = {e["id"] for e in lexicon("schemes-words")}
EXPRESSIONS = [
    (name, entry)
    for name in ("verbs", "states", "masks", "cues", "speakers", "families", "lookalikes", "doubts")
    for entry in lexicon(name)
]


@pytest.mark.parametrize(("scheme", "example"), SCHEMES)
def test_a_scheme_is_found_in_its_example(scheme, example):
    assert scheme in {m.scheme for m in mentions_in(fold(example))}
    if scheme in CERTIFICATES:
        assert may_claim(example), "the gate must let it pass"
    assert not may_claim(example) or scheme in {s for c in read(example) for s in c.schemes}


@pytest.mark.parametrize(("name", "entry"), EXPRESSIONS, ids=lambda v: v if isinstance(v, str) else v["example"])
def test_an_expression_matches_its_example(name, entry):
    if entry.get("where") in ("after", "value"):
        return  # is asked right behind a claim; see the next test
    assert re.search(entry["match"], fold(entry["example"]).text)
    if "not" in entry:
        assert not re.search(entry["not"], fold(entry["example"]).text)


@pytest.mark.parametrize(
    "entry", [e for e in lexicon("states") if e["state"] not in ("template",)], ids=lambda e: e["example"]
)
def test_a_word_of_state_gives_its_state(entry):
    states = {c.state for c in read(entry["example"])}
    assert entry["state"] in states or entry["state"] == "negated" and not states & {"held"}


@pytest.mark.parametrize("entry", lexicon("masks"), ids=lambda e: e["id"])
def test_what_is_masked_is_never_held(entry):
    assert not [c.quote for c in read(entry["example"]) if c.state == "held" and c.about != "none"]


@pytest.mark.parametrize("entry", [e for e in lexicon("cues")], ids=lambda e: e["example"])
def test_a_cue_is_given_for_its_example_or_its_words_stand_outside_any_claim(entry):
    claims = read(entry["example"])
    assert not claims or any(entry["cue"] in c.cues for c in claims)


def test_every_file_of_the_lexicon_can_be_read():
    for path in FOLDER.glob("*.yaml"):
        assert lexicon(path.stem)


def test_schemes_of_the_rules_are_read_from_their_own_examples():
    """A scheme is added in one file, with its examples (rules/schemes); the reader must follow."""
    from rules.schemes import load_schemes

    missed = []
    for scheme in load_schemes().all:
        missed += [
            (scheme.id, text)
            for text in scheme.examples.yes
            if scheme.id not in {m.scheme for m in mentions_in(fold(text))}
        ]
    assert not missed


def test_two_terms_never_say_different_things_of_one_word():
    """Else the order in which a matcher happens to find them would decide whether the word alone is a name."""
    said: dict[tuple[str, str], set[bool]] = {}
    for term in terms():
        for word in (*term.words, *(cap.lower() for cap in term.caps)):
            said.setdefault((word, term.scheme), set()).add(term.weak)
    assert {word: weak for word, weak in said.items() if len(weak) > 1} == {}
