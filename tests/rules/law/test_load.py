"""Faults of statute files: each with its place, and the rest still loads."""

from datetime import date
from pathlib import Path

import pytest

from rules.law import load_statutes

GOOD = """law: cn-invented-law
title_zh: 虚构法
title_en: Invented Law
rank: law
issuer_zh: 虚构机关
sources: {text: 虚构的文本}
versions:
  - version: "2000"
    doc_no: null
    adopted: 2000-01-01
    in_force: 2000-01-01
    until: 2009-12-31
    confidence: read
    source: text
    changed_zh: 最初的文本。
  - version: "2010"
    doc_no: null
    adopted: 2010-01-01
    in_force: 2010-01-01
    until: null
    confidence: read
    source: text
    changed_zh: 修正。
provisions:
  - key: duty
    kind: duty
    gist_zh: 要这样做。
    numbered: {"2000": "1", "2010": "2(1)"}
"""


def folder_with(tmp_path: Path, text: str) -> Path:
    (tmp_path / "cn-invented-law.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_good_file_loads_and_resolves_on_both_sides_of_its_change(tmp_path):
    law = load_statutes(folder_with(tmp_path, GOOD))
    assert law.faults == ()
    assert law.provision("cn-invented-law#duty", date(2009, 12, 31)).article == "1"
    later = law.provision("cn-invented-law#duty", date(2010, 1, 1))
    assert (later.article, later.paragraph) == ("2", 1)


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("until: 2009-12-31", "until: 2010-01-01", 19, "overlap"),
        ("until: 2009-12-31", "until: 2009-12-30", 19, "gap"),
        ('"2000": "1", "2010": "2(1)"', '"2010": "2(1)"', 28, "says nothing of version 2000"),
        ('"2000": "1"', '"2000": "one"', 28, "no place in a law"),
        ("kind: duty", "kinds: duty", 26, "unknown field `kinds`"),
        ("    gist_zh: 要这样做。\n", "", 25, "`gist_zh` is missing"),
        (
            "confidence: read\n    source: text\n    changed_zh: 修正。",
            "confidence: read\n    source: txt\n    changed_zh: 修正。",
            22,
            "no source `txt`",
        ),
        ("in_force: 2010-01-01\n    until: null", "in_force: null\n    until: null", 16, "a version without a day"),
        ("kind: duty", "kind: duty\n    penalty: {order_to_correct: true}", 25, "terms of a penalty"),
        ("kind: duty", "kind: penalty", 25, "a penalty without terms"),
        ("kind: duty", "kind: duty\n    refers_to: [cn-invented-law#nothing]", 27, "is no provision known here"),
    ],
)
def test_a_fault_has_its_line_and_says_what(tmp_path, old: str, new: str, line: int, what: str):
    assert old in GOOD
    law = load_statutes(folder_with(tmp_path, GOOD.replace(old, new, 1)))
    assert [f for f in law.faults if what in f.what and f.line == line], [str(f) for f in law.faults]


def test_a_fixed_fine_is_not_a_limit(tmp_path):
    text = GOOD.replace(
        "kind: duty", "kind: penalty\n    penalty: {order_to_correct: true, fine: {fixed: 30000, max: 30000}}"
    )
    law = load_statutes(folder_with(tmp_path, text))
    assert ["`fixed` stands alone" in fault.what for fault in law.faults] == [True]


def test_one_broken_file_does_not_stop_the_others(tmp_path):
    folder_with(tmp_path, GOOD)
    (tmp_path / "cn-broken.yaml").write_text("law: [", encoding="utf-8")
    law = load_statutes(tmp_path)
    assert list(law.laws) == ["cn-invented-law"]
    assert [fault.path.endswith("cn-broken.yaml") for fault in law.faults] == [True]


def test_the_hash_follows_every_letter(tmp_path):
    first = load_statutes(folder_with(tmp_path, GOOD)).hash
    assert load_statutes(folder_with(tmp_path, GOOD)).hash == first
    assert load_statutes(folder_with(tmp_path, GOOD.replace("要这样做", "要那样做"))).hash != first


def test_a_version_without_a_day_is_listed_and_never_applied(tmp_path):
    text = GOOD.replace(
        "    until: null\n    confidence: read\n    source: text\n    changed_zh: 修正。",
        "    until: null\n    doubtful_from: 2020-01-01\n    note_zh: 后来的修改日期未见\n    confidence: read\n    source: text\n    changed_zh: 修正。",
    )
    law = load_statutes(folder_with(tmp_path, text))
    assert law.provision("cn-invented-law#duty", date(2019, 12, 31)).confidence == "read"
    assert law.provision("cn-invented-law#duty", date(2020, 1, 1)).confidence == "inferred"
