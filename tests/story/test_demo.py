"""The whole job on the bundled sample: every planted misuse is found as planted, and nothing on the honest sites."""

import json
import subprocess
import sys
from collections import defaultdict
from urllib.parse import urlsplit

import pytest
import yaml

from crawler.sample import EXPECTED

pytestmark = pytest.mark.slow
RANK = {"needs_review": 1, "suspected": 2, "violation": 3}
SITES = yaml.safe_load(EXPECTED.read_text(encoding="utf-8"))["sites"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    out = tmp_path_factory.mktemp("demo") / "out"
    done = subprocess.run(
        [sys.executable, "-m", "certmark", "demo", "--out", str(out)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return out, done.stdout, json.loads((out / "result.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def found(demo):
    """host → findings with the paths of their occurrences."""
    by_host = defaultdict(list)
    for page in demo[2]["pages"]:
        for finding in page["findings"]:
            by_host[urlsplit(page["url"]).hostname].append(finding)
    return by_host


@pytest.mark.parametrize("host", sorted(h for h, site in SITES.items() if site["findings"]))
def test_each_planted_misuse_is_found_with_its_outcome_and_provisions(found, host):
    for wanted in SITES[host]["findings"]:
        mine = [f for f in found[host] if f["conduct"] == wanted["conduct"]]
        if not mine and wanted.get("at_most"):
            continue
        assert mine, f"{host}: {wanted['conduct']} not found"
        highest = max((f["outcome"] for f in mine), key=RANK.__getitem__)
        if wanted.get("at_most"):
            assert RANK[highest] <= RANK[wanted["outcome"]]
        else:
            assert highest == wanted["outcome"]
        seen = {urlsplit(o["page"]).path for f in mine for o in f["occurrences"]}
        assert {p.replace("/index.html", "/") for p in wanted["seen_on"]} & seen
        breaches = {(p["law"], p["article"]) for f in mine for p in f["breaches"]}
        penalties = {(p["law"], p["article"]) for f in mine for p in f["penalties"]}
        assert (wanted["breach"]["law"], wanted["breach"]["article"]) in breaches
        assert (wanted["penalty"]["law"], wanted["penalty"]["article"]) in penalties


@pytest.mark.parametrize("host", sorted(SITES))
def test_nothing_is_found_that_was_not_planted(found, host):
    allowed = {f["conduct"] for f in SITES[host]["findings"]} | set(SITES[host].get("also", ()))
    assert {f["conduct"] for f in found[host]} <= allowed


def test_the_result_speaks_of_example_addresses_only(demo):
    assert {urlsplit(p["url"]).hostname for p in demo[2]["pages"]} == set(SITES)
    assert "127.0.0.1" not in json.dumps(demo[2]["pages"])


def test_the_summary_ends_with_the_path_of_the_report(demo):
    out, printed, _ = demo
    assert printed.strip().splitlines()[-1].endswith(str((out / "reports" / "index.html").resolve()))


def test_the_report_names_each_finding_and_needs_no_script(demo):
    out, _, result = demo
    report = (out / "reports" / "index.html").read_text(encoding="utf-8")
    ids = [f["id"] for p in result["pages"] for f in p["findings"]]
    assert ids and all(id_ in report for id_ in ids)
    assert "<script" not in report.lower()


def test_a_folder_that_no_demo_wrote_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "certmark", "demo", "--out", str(tmp_path)], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "keep"
