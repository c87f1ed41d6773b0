"""New, gone, still there, not seen; outcomes stay apart; equal findings give equal bytes."""

import json
import random

from crawler.schedule.summary import LISTED, compared, findings_json, findings_seen, kept_for_next, text_of

HEAD = {
    "job": "n", "run": 2, "cause": "schedule", "attempt": 1, "started": "s", "ended": "e", "state": "done", "reason": None,
    "crawl": "c", "taken_up": False, "compared_with": 1, "requests": 3, "left_out": [], "faults": [],
    "sites": {"all": 2, "done": 1, "failed": 0, "blocked": 1, "redirected": 0, "waiting": 0},
    "kept_out": [{"host": "b.example", "company": "示例乙", "state": "blocked", "reason": "captcha"}],
    "pages": {"pages": 3, "unchanged": 0, "failed": 0, "blocked": 1},
}  # fmt: skip


def entry(id, outcome="suspected", pages=("http://a.example/",)):
    return {
        "id": id, "outcome": outcome, "conduct": "c", "rule": "r", "company": "示例甲", "quote": "q", "pages": list(pages),
    }  # fmt: skip


def found(id, page="http://a.example/", outcome="suspected", quote="q"):
    finding = {"id": id, "outcome": outcome, "conduct": "c", "rule": "r", "quote": quote}
    return {"url": page, "id": None, "sha256": "0", "company": {"name": "示例甲"}}, finding


def test_equal_findings_give_equal_entries_and_one_digest_in_any_order():
    pairs = [found(str(n), f"http://{h}.example/") for n in range(5) for h in "ab"]
    first = findings_seen(pairs)
    random.Random(1).shuffle(pairs)
    assert findings_seen(pairs) == first and len(first[0]) == 5
    assert first[0][0]["pages"] == ["http://a.example/", "http://b.example/"]


def test_another_word_in_a_finding_gives_another_digest():
    assert findings_seen([found("1")])[1] != findings_seen([found("1", quote="Q")])[1]


def test_the_stronger_outcome_stands_for_a_finding_of_several_pages():
    pairs = [found("1", outcome="needs_review"), found("1", "http://b.example/", "violation")]
    assert findings_seen(pairs)[0][0]["outcome"] == "violation"


def test_findings_are_sorted_into_new_and_still_there_and_gone():
    kinds = compared([entry("1"), entry("2")], [entry("2"), entry("3")], {"http://a.example/": "looked_at"})
    assert {kind: [e["id"] for e in entries] for kind, entries in kinds.items()} == {
        "new": ["1"], "still_there": ["2"], "gone": ["3"], "not_seen": [],
    }  # fmt: skip


def test_a_page_that_gave_no_answer_or_was_not_asked_is_never_gone():
    two = entry("1", pages=("http://a.example/", "http://b.example/"))
    looked = {"http://a.example/": "looked_at"}
    for answers in (looked, looked | {"http://b.example/": "no_answer"}, {}):
        assert compared([], [two], answers)["not_seen"] == [two]
    assert compared([], [two], looked | {"http://b.example/": "gone"})["gone"] == [two]


def test_a_finding_not_seen_for_one_run_is_not_new_when_it_is_back():
    blocked = compared([], [entry("1")], {})
    assert compared([entry("1")], kept_for_next(blocked), {})["still_there"] == [entry("1")]


def test_a_finding_whose_outcome_changed_is_still_there_and_says_what_it_was():
    kinds = compared([entry("1", "violation")], [entry("1", "suspected")], {})
    told = findings_json(kinds)
    assert told["changed"][0]["was"] == "suspected"
    assert told["findings"]["violation"]["still_there"] == 1 and told["findings"]["suspected"]["still_there"] == 0
    assert "was" not in kept_for_next(kinds)[0]


def test_outcomes_are_counted_apart():
    counts = findings_json(compared([entry("1", "violation"), entry("2", "needs_review")], [], {}))["findings"]
    assert {o: c["new"] for o, c in counts.items()} == {"violation": 1, "suspected": 0, "needs_review": 1}


def test_a_long_list_is_cut_and_the_rest_is_counted():
    told = findings_json(compared([entry(str(n)) for n in range(LISTED + 7)], [], {}))
    assert len(told["new"]) == LISTED and told["not_listed"]["new"] == 7
    assert told["findings"]["suspected"]["new"] == LISTED + 7


def test_the_text_names_sites_kept_out_and_findings_by_outcome():
    text = text_of(HEAD | findings_json(compared([entry("1")], [entry("2", "violation")], {})))
    assert "blocked\tb.example\t示例乙\tcaptcha" in text
    assert "violation\t0\t0\t0\t1" in text and "suspected\t1\t0\t0\t0" in text
    assert "first run" not in text and "first run" in text_of(
        HEAD | {"compared_with": None} | findings_json(compared([], [], {}))
    )


def test_the_text_is_the_same_after_a_stay_in_the_store():
    summary = HEAD | findings_json(compared([entry("1")], [], {}))
    assert text_of(json.loads(json.dumps(summary, sort_keys=True))) == text_of(summary)
