"""Attestations hold for the words they were made for."""

from datetime import date
from pathlib import Path

from rules.law import load_statutes
from rules.law.attest import append_attestation, attestation_of, hash_of, read_attestations, standing

LAW = load_statutes()
KEY = "cn-cert-regulation#ccc-required.penalty"


def record(day: date):
    return attestation_of(LAW.placed(KEY, day), "审阅人甲", "虚构的公报", date(2026, 11, 24))


def test_a_record_survives_the_file_and_stands(tmp_path: Path):
    file = tmp_path / "law" / "attestations.jsonl"
    append_attestation(file, record(date(2024, 6, 1)))
    records, faults = read_attestations(file)
    assert faults == []
    assert standing(LAW, records)[KEY, "2023"].by == "审阅人甲"
    assert (KEY, "2020") not in standing(LAW, records)


def test_a_record_made_for_other_words_is_stale(tmp_path: Path):
    from dataclasses import replace

    old = replace(record(date(2024, 6, 1)), gist_sha256="0" * 64)
    assert standing(LAW, [old]) == {}


def test_versions_with_other_terms_have_other_hashes():
    assert hash_of(LAW.placed(KEY, date(2023, 7, 19))) != hash_of(LAW.placed(KEY, date(2023, 7, 20)))


def test_a_damaged_line_is_named_and_the_others_are_read(tmp_path: Path):
    file = tmp_path / "attestations.jsonl"
    append_attestation(file, record(date(2024, 6, 1)))
    with file.open("a", encoding="utf-8") as out:
        out.write("{\n[]\n")
    append_attestation(file, record(date(2024, 6, 1)))
    records, faults = read_attestations(file)
    assert len(records) == 2
    assert [fault.line for fault in faults] == [2, 3]


def test_no_file_is_no_record(tmp_path: Path):
    assert read_attestations(tmp_path / "nothing.jsonl") == ([], [])
