from dataclasses import replace

import pytest

from compliance.evidence.archive import opened
from compliance.evidence.bundle import bundle_of
from compliance.evidence.chain import Link
from compliance.evidence.data_files import installed_data
from compliance.evidence.verify import verify
from compliance.evidence_cli import judged_again, rejudge

LINK = Link(1, "run", "0" * 64, "0" * 64)


def members_of(contents):
    return opened(bundle_of(contents, LINK)[0]).members


def test_twenty_bundles_judged_again_give_the_same_finding(packed_bundle):
    for n in range(20):
        verified = verify(packed_bundle(n))
        rejudged = rejudge(verified.members)
        assert (verified.intact, rejudged.verdict, rejudged.differences) == (True, "same", ())
        assert rejudged.notes == (
            "page: the bundle holds no record of the exchange (WARC)",
            "page: the bundle holds no screenshot (no browser took one)",
        )


@pytest.mark.parametrize(
    "change, told",
    [
        ({"outcome": "needs_review"}, "outcome: 'needs_review' then, 'violation' now"),
        ({"quote": "另一句"}, "quote: '另一句' then"),
        ({"breaches": []}, "breaches: none then, "),
        ({"penalties": []}, "penalties: none then, "),
        ({"occurrences": []}, "locator"),
        ({"id": "0" * 20}, "id: 00000000000000000000 then"),
        ({"id": "0" * 20, "rule": "no-such-rule"}, "rule: no-such-rule then"),
    ],
)
def test_a_finding_that_judging_again_does_not_give_differs_and_says_in_what(contents, change, told):
    rejudged = rejudge(members_of(contents(1, **change)))
    assert rejudged.verdict == "differs"
    assert any(line.startswith(told) for line in rejudged.differences), rejudged.differences


def test_other_wording_of_the_explanation_is_a_note_and_no_difference(contents):
    rejudged = rejudge(members_of(contents(1, explanation="另一种说法")))
    assert rejudged.verdict == "same" and "explanation" in rejudged.notes[-1]


def test_another_page_under_the_same_finding_differs(contents):
    made = contents(1)
    body = made.body.replace(b"ISO9001", b"ISO14001")
    assert rejudge(members_of(replace(made, body=body))).verdict == "differs"


def test_register_rows_made_better_afterwards_differ(contents):
    made = contents(1)
    for row in made.register["rows"]:
        row |= {"expires": "2030-01-01", "status": "valid", "status_from": None}
    assert rejudge(members_of(made)).verdict == "differs"


@pytest.mark.parametrize(
    "broken", [{}, {"info": {}, "rows": [], "answers": []}, {"info": None, "rows": None, "answers": None}]
)
def test_a_register_that_is_none_is_not_possible_and_no_traceback(contents, broken):
    rejudged = rejudge(members_of(replace(contents(1), register=broken)))
    assert rejudged.verdict == "not_possible" and rejudged.differences


def test_a_finding_made_without_a_register_is_judged_without_one(contents):
    made = contents(1)
    now = judged_again(members_of(replace(made, register=None)))["findings"]
    assert all("register" not in {e["source"] for e in f["elements"]} for f in now)


def test_a_bundle_of_another_rule_version_is_judged_with_its_own_rules(contents):
    data = dict(installed_data())
    name = next(n for n in data if n.startswith("rules/book/") and b"rule: expired" in data[n])
    data[name] += b"# another version\n"
    rejudged = rejudge(members_of(contents(1, data)))
    assert rejudged.verdict == "same", rejudged
    assert name in rejudged.notes[0] and "1 differ" in rejudged.notes[0]
    assert any(note.startswith("rules: bundle ") for note in rejudged.notes)


def test_a_rule_that_the_bundles_version_lacks_makes_it_differ(contents):
    data = {n: raw for n, raw in installed_data().items() if not n.startswith("rules/book/status/")}
    assert rejudge(members_of(contents(1, data))).verdict == "differs"


def test_a_word_list_that_came_later_is_taken_from_the_installation_and_said(contents):
    data = dict(installed_data())
    del data["compliance/checking/caps.yaml"]
    rejudged = rejudge(members_of(contents(1, data)))
    assert rejudged.verdict == "same" and "compliance/checking/caps.yaml" in rejudged.notes[0]


def test_data_files_that_do_not_fit_the_program_are_not_possible_with_the_reason(contents):
    data = dict(installed_data()) | {"rules/facts.yaml": b"- nothing\n"}
    rejudged = rejudge(members_of(contents(1, data)))
    assert rejudged.verdict == "not_possible"
    assert "don't fit this program" in rejudged.differences[0] and "rules/facts.yaml" in rejudged.notes[0]


@pytest.mark.parametrize("name", ["rules/evil.py", "elsewhere/x.yaml"])
def test_a_bundle_brings_no_code(contents, name):
    data = dict(installed_data()) | {name: b"raise SystemExit\n"}
    rejudged = rejudge(members_of(contents(1, data)))
    assert rejudged.verdict == "not_possible" and name in rejudged.differences[0]
