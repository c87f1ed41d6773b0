"""Conditions: what may be written, and Kleene's three values."""

import pickle
from datetime import date

import pytest

from rules.condition import All, AnyOf, Not, OtherFact, Test, condition_of, parsed, plain, truth_of, within_reach
from rules.facts import load_vocabulary

VOCABULARY = load_vocabulary()
YES = {"claim.warns": {"is": True}}
SUBJECT = {"claim.subject": {"is": "product"}}


def tree(raw, may_ask_known=False):
    node, troubles = parsed(raw, VOCABULARY, may_ask_known)
    assert not troubles, troubles
    return node


def holds(raw, known, may_ask_known=False):
    return condition_of(tree(raw, may_ask_known)).holds(known)


@pytest.mark.parametrize(
    ("raw", "known", "truth"),
    [
        (SUBJECT, {"claim.subject": "product"}, True),
        (SUBJECT, {"claim.subject": "company"}, False),
        (SUBJECT, {}, None),
        ({"claim.subject": {"is_not": "product"}}, {"claim.subject": "company"}, True),
        ({"claim.subject": {"in": ["product", "service"]}}, {"claim.subject": "service"}, True),
        ({"claim.subject": {"not_in": ["product", "service"]}}, {"claim.subject": "service"}, False),
        ({"claim.subject": {"not_in": ["product"]}}, {}, None),
        ({"claim.expires": {"before": date(2026, 1, 2)}}, {"claim.expires": date(2026, 1, 1)}, True),
        ({"claim.expires": {"before": date(2026, 1, 2)}}, {"claim.expires": date(2026, 1, 2)}, False),
        ({"claim.expires": {"on_or_before": date(2026, 1, 2)}}, {"claim.expires": date(2026, 1, 2)}, True),
        ({"claim.expires": {"after": date(2026, 1, 2)}}, {"claim.expires": date(2026, 1, 2)}, False),
        ({"claim.expires": {"on_or_after": date(2026, 1, 2)}}, {"claim.expires": date(2026, 1, 2)}, True),
        ({"claim.expires": {"before": {"fact": "conduct.date"}}}, {"claim.expires": date(2026, 1, 1)}, None),
        ({"all": [SUBJECT, YES]}, {"claim.warns": False}, False),
        ({"all": [SUBJECT, YES]}, {"claim.warns": True}, None),
        ({"any": [SUBJECT, YES]}, {"claim.warns": True}, True),
        ({"any": [SUBJECT, YES]}, {"claim.warns": False}, None),
        ({"not": YES}, {"claim.warns": False}, True),
        ({"not": YES}, {}, None),
    ],
)
def test_three_valued_truth(raw, known, truth):
    assert holds(raw, known) is truth
    assert truth_of(tree(raw), known) is truth


def test_is_known_is_asked_only_where_charges_are_chosen():
    raw = {"claim.expires": {"is_known": True}}
    assert holds(raw, {}, may_ask_known=True) is False
    _, troubles = parsed(raw, VOCABULARY)
    assert "only in `when` of charges" in troubles[0].what


@pytest.mark.parametrize(
    ("raw", "at", "hint"),
    [
        ({"claim.subjekt": {"is": "product"}}, ("claim.subjekt",), "did you mean `claim.subject`?"),
        ({"claim.subject": {"is": "produkt"}}, ("claim.subject", "is"), "did you mean `product`?"),
        ({"claim.subject": {"isnt": "product"}}, ("claim.subject", "isnt"), "did you mean `is_not`?"),
        ({"claim.subject": {"in": "product"}}, ("claim.subject", "in"), "write `in: [..., ...]`"),
        ({"claim.subject": {"in": ["product", "product"]}}, ("claim.subject", "in"), "keep one"),
        ({"claim.subject": {"in": ["product", "x"]}}, ("claim.subject", "in", 1), "one of"),
        ({"claim.subject": {"before": date(2026, 1, 1)}}, ("claim.subject", "before"), "use `is`"),
        ({"claim.expires": {"is": date(2026, 1, 1)}}, ("claim.expires", "is"), "before"),
        ({"claim.expires": {"before": "2026"}}, ("claim.expires", "before"), "2022-11-01"),
        ({"claim.expires": {"before": {"fact": "claim.subject"}}}, ("claim.expires", "before", "fact"), "type date"),
        ({"all": []}, ("all",), "write `all: [..., ...]`"),
        ({"any": [{"claim.warns": {"is": "yes"}}]}, ("any", 0, "claim.warns", "is"), "`true` or `false`"),
        ({**SUBJECT, **YES}, (), "write one fact"),
        ("claim.subject == product", (), "write one fact"),
    ],
)
def test_mistakes_are_found_with_their_place_and_a_hint(raw, at, hint):
    node, troubles = parsed(raw, VOCABULARY)
    assert node is None
    assert troubles[0].at == at and hint in troubles[0].fix


def test_all_mistakes_of_a_condition_are_told_at_once():
    _, troubles = parsed({"all": [{"a": {"is": 1}}, {"b": {"is": 1}}]}, VOCABULARY)
    assert len(troubles) == 2


def test_undecided_names_only_the_facts_that_matter():
    condition = condition_of(
        tree({"any": [{"all": [YES, SUBJECT]}, {"claim.expires": {"before": {"fact": "conduct.date"}}}]})
    )
    assert condition.undecided({"claim.warns": False}) == ("claim.expires", "conduct.date")
    assert condition.undecided({"claim.warns": True, "claim.subject": "product"}) == ()
    assert condition.facts == ("claim.warns", "claim.subject", "claim.expires", "conduct.date")


@pytest.mark.parametrize(
    ("raw", "known", "want", "reach"),
    [
        ({"any": [SUBJECT, {"person.public_misled": {"is": True}}]}, {}, True, True),
        ({"any": [SUBJECT, {"person.public_misled": {"is": True}}]}, {"claim.subject": "company"}, True, False),
        ({"all": [SUBJECT, {"person.public_misled": {"is": True}}]}, {}, True, False),
        ({"all": [SUBJECT, {"person.public_misled": {"is": True}}]}, {}, False, True),
        ({"not": {"person.public_misled": {"is": True}}}, {}, True, False),
        ({"not": SUBJECT}, {}, True, True),
    ],
)
def test_what_only_a_person_knows_is_beyond_the_reach_of_data(raw, known, want, reach):
    assert within_reach(tree(raw), known, lambda name: name.startswith("person."), want) is reach


def test_a_condition_is_written_back_as_it_was_read():
    raw = {
        "any": [{"not": {"claim.subject": {"in": ["product", "service"]}}}, {"all": [YES]}],
    }
    assert plain(tree(raw)) == raw
    other = {"claim.expires": {"before": {"fact": "conduct.date"}}}
    assert plain(tree(other)) == other


def test_conditions_can_be_compared_and_sent_to_another_process():
    condition = condition_of(
        AnyOf((Not(Test("claim.warns", "is", True)), All((Test("claim.subject", "is", "product"),))))
    )
    again = pickle.loads(pickle.dumps(condition))
    assert again == condition and again.holds({"claim.warns": False}) is True
    assert condition_of(Test("claim.expires", "before", OtherFact("conduct.date"))) != condition
