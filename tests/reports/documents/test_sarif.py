"""SARIF: levels, stable fingerprints, what was not read."""

import json

from reports.documents.sarif import render
from reports.model import report_of


def test_outcomes_become_levels_and_keep_their_wording(result):
    run = json.loads(render(report_of(result)))["runs"][0]
    levels = {one["properties"]["outcome"]: one["level"] for one in run["results"]}
    assert levels == {"violation": "error", "suspected": "warning", "needs_review": "note"}
    assert all(one["message"]["text"].startswith(("涉嫌", "线索", "需人工")) for one in run["results"])


def test_fingerprints_are_the_finding_ids_and_rules_are_indexed(result):
    run = json.loads(render(report_of(result)))["runs"][0]
    assert len({one["partialFingerprints"]["certmarkFinding/v1"] for one in run["results"]}) == 5
    for one in run["results"]:
        assert run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"]


def test_a_script_address_is_not_given_as_an_address(result):
    result["pages"][0]["url"] = "javascript:alert(1)"
    assert '"uri": "javascript' not in render(report_of(result))


def test_unread_pages_are_notified(result):
    run = json.loads(render(report_of(result)))["runs"][0]
    notes = [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]]
    assert any("login" in note for note in notes) and any("broken.html" in note for note in notes)
