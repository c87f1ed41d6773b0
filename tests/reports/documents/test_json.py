"""The JSON document is the whole model."""

import json

from reports.documents.json import render
from reports.model import report_of


def test_it_holds_every_finding_with_counts_apart(result):
    data = json.loads(render(report_of(result)))
    assert data["shape"] == 1
    assert data["counts"] == {"violation": 2, "suspected": 2, "needs_review": 1}
    assert {f["id"] for c in data["companies"] for f in c["findings"]} == {
        f["id"] for page in result["pages"] for f in page["findings"]
    }


def test_lone_surrogates_do_not_break_the_file(result):
    result["pages"][0]["claims"][0]["quote"] = "a\ud800b"
    assert "⟦U+D800⟧" in render(report_of(result)).encode("utf-8").decode("utf-8")
