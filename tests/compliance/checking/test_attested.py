"""What a person has attested stands beside the provision, and only while our words are the same."""

from datetime import date

from compliance.checking.attested import attestations, with_attestations
from compliance.checking.check import Options, check_page
from compliance.records import Page
from rules.book import load_book
from rules.law import load_statutes
from rules.law.attest import append_attestation, attestation_of
from rules.schemes import load_schemes

DAY = date(2026, 11, 23)
KEY = "cn-cert-mark-measures#confusing-use"


def test_an_attested_provision_says_by_whom_and_when(tmp_path):
    statutes = load_statutes()
    file = tmp_path / "attestations.jsonl"
    append_attestation(file, attestation_of(statutes.placed(KEY, DAY), "测试审阅人", "示例公报", DAY))
    attested, faults = attestations(file, statutes)
    assert not faults
    page = Page(None, None, None, "本产品通过ISO9001认证", "0" * 64, source="text", typed=True)
    result = with_attestations(
        check_page(page, None, load_book((), statutes), load_schemes(), Options(as_of=DAY)), attested
    )
    by = {p["key"]: p.get("attested") for p in result.findings[0].breaches if p["law"] == "cn-cert-mark-measures"}
    assert by["confusing-use"] == {"by": "测试审阅人", "on": "2026-11-23", "source": "示例公报"}
    assert by["system-mark-use"] is None


def test_an_unreadable_line_is_named(tmp_path):
    file = tmp_path / "attestations.jsonl"
    file.write_text("{broken\n", encoding="utf-8")
    attested, faults = attestations(file, load_statutes())
    assert attested == {} and "attestations.jsonl:1" in faults[0]
