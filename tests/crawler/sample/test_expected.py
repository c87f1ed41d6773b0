"""What a check of each sample site yields is what expected.yaml says: every planted misuse, nothing on the honest sites."""

import csv
from datetime import UTC, date, datetime

import pytest
import yaml

from compliance.checking.session import open_check
from compliance.reading.open import page_of_bytes
from compliance.records import CertificateRow, Company, RegisterInfo
from compliance.register.memory import MemoryRows
from compliance.sample import PLANTED
from crawler.sample import EXPECTED, TARGETS
from crawler.sample.serve import sample_sites
from crawler.targets import read_targets

pytestmark = pytest.mark.slow
RANK = {"needs_review": 1, "suspected": 2, "violation": 3}
WANTED = yaml.safe_load(EXPECTED.read_text(encoding="utf-8"))
DAYS = ("issued", "expires", "status_from")


def planted():
    """The planted rows as a register declared complete."""
    with PLANTED.open(encoding="utf-8", newline="") as file:
        rows = [
            CertificateRow(
                **{k: (date.fromisoformat(v) if v and k in DAYS else v or None) for k, v in row.items()},
                source="示例登记数据",
                snapshot=date(2026, 11, 20),
            )
            for row in csv.DictReader(file)
        ]
    return MemoryRows(rows, RegisterInfo("示例登记数据", date(2026, 11, 20), len(rows), ("all",)))


@pytest.fixture(scope="module")
def found():
    """Host → conduct → its finding of the highest outcome."""
    targets = {t.host: t for t in read_targets(TARGETS).targets}
    by_host = {}
    with open_check(register="none", as_of=WANTED["as_of"]) as checked:
        checked.rows = planted()
        for site in sample_sites():
            company = Company(targets[site.host].company, targets[site.host].uscc, "record")
            best = by_host.setdefault(site.host, {})
            for file in sorted(site.folder.glob("*.html")):
                page = page_of_bytes(
                    file.read_bytes(),
                    url=f"http://{site.host}/{file.name}",
                    captured_at=datetime(2026, 11, 23, 1, tzinfo=UTC),
                    company=company,
                )
                for finding in checked.check(page).findings:
                    known = best.get(finding.conduct)
                    if known is None or RANK[finding.outcome] > RANK[known.outcome]:
                        best[finding.conduct] = finding
    return by_host


@pytest.mark.parametrize("host", [h for h, s in WANTED["sites"].items() if s["findings"]])
def test_a_planted_misuse_is_found_with_its_outcome_provision_and_penalty(found, host):
    site = WANTED["sites"][host]
    for wanted in site["findings"]:
        finding = found[host].get(wanted["conduct"])
        if finding is None:
            assert wanted.get("at_most"), wanted["conduct"]
            continue
        if wanted.get("at_most"):
            assert RANK[finding.outcome] <= RANK[wanted["outcome"]]
        else:
            assert finding.outcome == wanted["outcome"]
        for kind, listed in (("breach", finding.breaches), ("penalty", finding.penalties)):
            named = [(p["law"], p["article"]) for p in listed]
            assert (wanted[kind]["law"], wanted[kind]["article"]) in named
    allowed = {f["conduct"] for f in site["findings"]} | set(site.get("also", ()))
    assert set(found[host]) <= allowed


@pytest.mark.parametrize("host", [h for h, s in WANTED["sites"].items() if not s["findings"]])
def test_an_honest_site_has_no_finding(found, host):
    assert {c: f.quote for c, f in found[host].items()} == {}
