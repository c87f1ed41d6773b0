"""The harness that measures the reader: its counting, its intervals, its command. All texts are invented."""

import importlib
import json
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
NAMES = ("eval_labels", "eval_intervals", "eval_count", "eval_run", "eval_show", "eval")


@pytest.fixture(scope="module")
def harness():
    """The harness as its own command sees it: its folder is first on the path."""
    sys.path.insert(0, str(FOLDER))
    try:
        yield {name: importlib.import_module(name) for name in NAMES}
    finally:
        sys.path.remove(str(FOLDER))
        for name in NAMES:
            sys.modules.pop(name, None)


HELD = {"schemes": ["iso-9001"], "subject": "company", "about": "management_system", "state": "held", "speaker": "self"}
PLAN = {**HELD, "state": "in_progress"}
NONE = {"conduct": None, "outcome": "none"}
BOUND = {"conduct": "system_claimed_for_product", "outcome": "suspected"}


def label(*claims, expected=NONE, **more):
    return {"id": "I1", "site": "a", "text": "云岭泵业", "claims": list(claims), "expected": expected, **more}


def page(*claims, findings=()):
    full = [{"quote": "云岭", "verdict": "unverified", "said_on": None, **c} for c in claims]
    return {"claims": full, "findings": [{"quote": "云岭", "conduct": c, "outcome": o} for c, o in findings]}


def shares(counted, measure):
    return [hit for name, hit in counted.shares if name == measure]


def kinds(counted):
    return [e.kind for e in counted.errors]


def test_a_held_claim_read_as_held_is_a_hit_and_an_unread_one_is_missed(harness):
    count = harness["eval_count"].count_block
    assert shares(count(label(HELD), page(HELD)), "claim recall") == [True]
    missed = count(label(HELD), page())
    assert shares(missed, "claim recall") == [False]
    assert kinds(missed) == ["missed claim", "scheme"]


def test_a_plan_read_as_held_is_a_false_claim_and_a_wrong_state(harness):
    counted = harness["eval_count"].count_block(label(PLAN), page(HELD))
    assert shares(counted, "claim precision") == [False]
    assert shares(counted, "claim quiet on negatives") == [False]
    assert sorted(kinds(counted)) == ["false claim", "state"]
    assert ("state", "in_progress", "held") in counted.pairs


def test_where_the_two_readers_differ_about_being_held_nothing_counts_and_either_state_is_right(harness):
    counted = harness["eval_count"].count_block(label({**HELD, "second": {"state": "in_progress"}}), page(PLAN))
    assert not shares(counted, "claim recall") and not shares(counted, "claim quiet on negatives")
    assert shares(counted, "state") == [True]
    assert not counted.errors


def test_a_licence_or_another_firms_claim_is_no_held_claim_of_ones_own(harness):
    count = harness["eval_count"].count_block
    for other in ({**HELD, "about": "licence"}, {**HELD, "speaker": "third_party"}):
        assert shares(count(label(other), page(other)), "claim quiet on negatives") == [True]


def test_fields_are_compared_with_the_claim_that_fits_best_and_names_the_scheme(harness):
    read = page({**HELD, "subject": "product", "state": "negated"}, {**HELD, "number": "00024Q1R0M", "issued": None})
    want = label({**HELD, "number": "00024q1r0m", "issued": "2012"})
    counted = harness["eval_count"].count_block(want, read)
    assert shares(counted, "subject") == [True]
    assert shares(counted, "number") == [True]
    assert shares(counted, "issued") == [False]
    assert kinds(counted) == ["issued"]


def test_a_year_or_month_on_the_label_is_met_by_a_day_in_it(harness):
    count = harness["eval_count"].count_block
    want = label({**HELD, "issued": "2012-05", "expires": "2015"})
    counted = count(want, page({**HELD, "issued": "2012-05-07", "expires": "2015-05-06"}))
    assert shares(counted, "issued") == shares(counted, "expires") == [True]
    said = count(want, page({**HELD, "issued": None, "expires": None, "said_on": "2012-05-01"}))
    assert shares(said, "issued") == [False]
    assert shares(said, "issued or said on") == [True]


def test_a_scheme_nobody_read_is_missing_from_scheme_and_stands_in_the_confusion_as_unread(harness):
    counted = harness["eval_count"].count_block(label(HELD), page({**HELD, "schemes": ["ccc"]}))
    assert shares(counted, "scheme") == [False]
    assert ("state", "held", harness["eval_count"].UNREAD) in counted.pairs
    assert not shares(counted, "subject")


@pytest.mark.parametrize(
    ("expected", "second", "found", "errors"),
    [
        (BOUND, None, [("system_claimed_for_product", "suspected")], []),
        (BOUND, None, [("system_claimed_for_product", "needs_review")], ["wrong outcome"]),
        (BOUND, None, [], ["missed finding"]),
        (BOUND, NONE, [], []),
        (NONE, BOUND, [("system_claimed_for_product", "suspected")], []),
        (NONE, None, [("withdrawn_mark", "needs_review")], ["false finding"]),
        (
            BOUND,
            None,
            [("system_claimed_for_product", "suspected"), ("system_claimed_for_product", "violation")],
            ["wrongful violation", "wrong outcome"],
        ),
    ],
)
def test_findings_are_right_when_either_reader_expects_them(harness, expected, second, found, errors):
    more = {"expected_second": second} if second else {}
    counted = harness["eval_count"].count_block(label(HELD, expected=expected, **more), page(HELD, findings=found))
    assert kinds(counted) == errors


def test_a_block_without_expectation_says_nothing_of_findings(harness):
    block = label(HELD)
    del block["expected"]
    counted = harness["eval_count"].count_block(block, page(HELD, findings=[("withdrawn_mark", "suspected")]))
    assert not shares(counted, "finding precision")


def test_one_by_one_a_claim_too_many_beside_a_right_one_is_seen(harness):
    block, read = label(HELD), page(HELD, {**HELD, "schemes": ["ccc"], "about": "product"})
    counted = harness["eval_count"].count_block(block, read)
    assert shares(counted, "claim precision") == [True]
    assert sorted(shares(counted, "one claim precision")) == [False, True]
    assert kinds(counted) == ["one claim false"]
    assert not shares(harness["eval_count"].count_block({**block, "partial": True}, read), "one claim precision")


def test_errors_are_sorted_by_what_they_cost(harness):
    run, counting = harness["eval_run"], harness["eval_count"]
    blocks = [
        (label(HELD, id="A"), page({**HELD, "subject": "product"})),
        (label(HELD, id="B"), page()),
        (label(HELD, id="C"), page(HELD, findings=[("withdrawn_mark", "suspected")])),
        (label(HELD, id="D", expected=BOUND), page(HELD)),
        (label(PLAN, id="E"), page(HELD)),
    ]
    summary = run.summary_of(run.Labelled("x", tuple(counting.count_block(b, p) for b, p in blocks), ()))
    assert [e["kind"] for e in summary["errors"]] == [
        "false finding", "missed finding", "missed claim", "false claim", "subject", "state", "scheme"
    ]  # fmt: skip


def test_wilson_is_the_textbook_interval(harness):
    low, high = harness["eval_intervals"].wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert harness["eval_intervals"].wilson(0, 0) is None


def test_the_interval_by_site_is_wider_when_the_errors_of_a_site_hang_together(harness):
    bootstrap = harness["eval_intervals"].bootstrap
    apart = {str(i): (0 if i % 4 == 0 else 1, 1) for i in range(40)}
    together = {str(i): (0 if i % 4 == 0 else 10, 10) for i in range(4)}
    width = lambda pair: pair[1] - pair[0]  # noqa: E731
    assert width(bootstrap(together)) > width(bootstrap(apart))
    assert bootstrap(apart) == bootstrap(dict(reversed(apart.items())))
    assert bootstrap({"a": (3, 3), "b": (2, 2)}) == (1.0, 1.0)
    assert bootstrap({"a": (0, 0)}) is None


SENTENCES = [
    {**label(HELD), "id": "I1", "text": "我公司已通过ISO9001质量管理体系认证"},
    {**label({**HELD, "subject": "product"}, expected=BOUND), "id": "I2", "site": "b", "text": "本产品通过ISO9001认证"},
    {**label(), "id": "I3", "site": "c", "text": "欢迎来到云岭，我们生产水泵。"},
]


@pytest.fixture
def labels(tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text("".join(json.dumps(b, ensure_ascii=False) + "\n" for b in SENTENCES), encoding="utf-8")
    return path


def test_the_command_reads_labels_and_counts_what_the_checker_says(harness, labels, tmp_path, capsys):
    assert harness["eval"].main([str(labels), "--format", "json", "--dump", str(tmp_path / "e.jsonl")]) == 0
    (found,) = json.loads(capsys.readouterr().out)["sets"]
    figures = {name: (f["hits"], f["tries"]) for name, f in found["figures"].items()}
    assert figures["claim recall"] == figures["claim precision"] == (2, 2)
    assert figures["claim quiet on negatives"] == (1, 1)
    assert figures["finding recall"] == figures["outcome of findings"] == (1, 1)
    assert (tmp_path / "e.jsonl").read_text() == ""


def test_a_baseline_shows_what_was_gained_and_lost(harness, labels, tmp_path, capsys):
    main = harness["eval"].main
    main([str(labels), "--format", "json"])
    before = json.loads(capsys.readouterr().out)
    gone = {"kind": "subject", "id": "I1", "text": "x", "want": "company", "got": "product", "quote": ""}
    before["sets"][0]["errors"].append(gone)
    before["sets"][0]["figures"]["subject"]["value"] = 0.5
    path = tmp_path / "before.json"
    path.write_text(json.dumps(before), encoding="utf-8")
    assert main([str(labels), "--baseline", str(path)]) == 0
    out = capsys.readouterr().out
    assert "1 gained, 0 lost" in out and "0.500 → 1.000" in out


def test_pages_are_counted_by_what_they_say_and_by_genre(harness, tmp_path, capsys):
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "a.html").write_text(
        "<meta charset=utf-8><title>云岭泵业有限公司</title><p>我公司已通过ISO9001质量管理体系认证。</p>",
        encoding="utf-8",
    )
    (tmp_path / "html" / "b.html").write_text("<meta charset=utf-8><p>我们生产水泵。</p>", encoding="utf-8")
    lines = [
        {"file": "a.html", "genre": "company", "page_claims": 1},
        {"file": "b.html", "genre": "other", "page_claims": 0},
    ]
    (tmp_path / "pages.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines), encoding="utf-8")
    assert harness["eval"].main(["--pages", str(tmp_path / "pages.jsonl"), "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["sets"]
    assert found["figures"]["page recall"]["value"] == found["figures"]["page precision"]["value"] == 1.0
    assert found["figures"]["genre"]["tries"] == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [("{", "not JSON"), ("[]", "not an object"), ('{"id": "x"}', "no text, claims")],
)
def test_a_bad_label_is_named_by_file_and_line(harness, tmp_path, capsys, content, words):
    path = tmp_path / "bad.jsonl"
    path.write_text(content, encoding="utf-8")
    assert harness["eval"].main([str(path)]) == 2
    error = capsys.readouterr().err
    assert f"{path}:1" in error and words in error


def test_own_sentences_become_blocks_and_rows_of_one_text_one_block(harness, tmp_path):
    (tmp_path / "sentences-x.yaml").write_text(
        "- [云岭通过ISO9001认证，产品通过CCC认证。, company, iso-9001, held]\n"
        "- [云岭通过ISO9001认证，产品通过CCC认证。, product, ccc, held]\n"
        "- [云岭卖水泵。, company, iso-9001, '-']\n",
        encoding="utf-8",
    )
    first, second = harness["eval_labels"].blocks_of(tmp_path)
    assert [(c["subject"], c["about"]) for c in first["claims"]] == [
        ("company", "management_system"), ("product", "product")
    ]  # fmt: skip
    assert second["claims"] == [] and "expected" not in first


def test_nothing_to_read_is_said(harness, tmp_path, capsys):
    assert harness["eval"].main([str(tmp_path)]) == 2
    assert harness["eval"].main([str(tmp_path / "no.jsonl")]) == 2
    assert "sentences-*.yaml" in capsys.readouterr().err
