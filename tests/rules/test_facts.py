"""Facts and the vocabulary: unknown is a value of its own, and nothing outside the vocabulary gets in."""

from datetime import date

import pytest

from rules.facts import Facts, Known, Unknown, VocabularyError, load_vocabulary, read_vocabulary

VOCABULARY = load_vocabulary()


def test_a_fact_nobody_gave_is_unknown_with_a_reason():
    facts = Facts({"claim.subject": Known("product", "page")})
    assert facts["claim.subject"] == Known("product", "page")
    assert facts["claim.state"] == Unknown("not_stated")
    assert facts["person.body_denies"] == Unknown("person_only")
    assert "claim.state" not in facts and len(facts) == 1


def test_facts_are_changed_only_as_a_copy():
    facts = Facts({"claim.subject": Known("product", "page")})
    other = facts.with_(claim__subject=Unknown("ambiguous_reading"))
    assert facts["claim.subject"] == Known("product", "page")
    assert other["claim.subject"] == Unknown("ambiguous_reading") and other.known == {}


def test_facts_have_a_fixed_json_form():
    facts = Facts({"claim.expires": Known(date(2026, 1, 2), "page"), "certificate.exists": Unknown("no_register")})
    assert list(facts.to_json().items()) == [
        ("certificate.exists", {"unknown": "no_register"}),
        ("claim.expires", {"value": "2026-01-02", "source": "page"}),
    ]


@pytest.mark.parametrize(
    ("name", "fact", "what"),
    [
        ("claim.subjekt", Known("product", "page"), "did you mean `claim.subject`?"),
        ("claim.subject", Known("produkt", "page"), "did you mean `product`?"),
        ("claim.subject", Known("product", "rumour"), "unknown source"),
        ("claim.warns", Known("true", "page"), "`true` or `false`"),
        ("claim.expires", Known("2026", "page"), "a day"),
        ("claim.subject", Unknown("dont_know"), "unknown reason"),
    ],
)
def test_what_is_not_of_the_vocabulary_is_refused_with_a_hint(name, fact, what):
    with pytest.raises(VocabularyError) as caught:
        VOCABULARY.facts({name: fact})
    assert what in str(caught.value)


def test_every_reason_says_who_settles_it():
    assert VOCABULARY.settled_by_person("ambiguous_reading")
    assert not VOCABULARY.settled_by_person("no_register")
    assert not VOCABULARY.settled_by_person("never heard of")


def test_all_faults_of_a_vocabulary_come_with_their_lines(tmp_path):
    facts, reasons = tmp_path / "facts.yaml", tmp_path / "reasons.yaml"
    facts.write_text(
        "a.b: {type: bool, who: page, zh: 甲}\na.c: {type: enum, who: page, zh: 乙}\na.d: {type: bol, who: page, zh: 丙}\n"
        "a.e: {type: bool, hwo: page, zh: 丁}\n",
        encoding="utf-8",
    )
    reasons.write_text("x: {settles: nobody, zh: 戊}\n", encoding="utf-8")
    with pytest.raises(VocabularyError) as caught:
        read_vocabulary(facts, reasons)
    lines = [(f.path.rsplit("/", 1)[-1], f.line) for f in caught.value.faults]
    assert lines == [
        ("reasons.yaml", 1),
        ("facts.yaml", 2),
        ("facts.yaml", 3),
        ("facts.yaml", 4),
        ("facts.yaml", 4),
    ]
    assert "did you mean `bool`?" in str(caught.value) and "did you mean `who`?" in str(caught.value)
