"""The invented register: the country's totals, right codes, numbers by the grammars, the same for the same seed."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from compliance.records import CertificateRow
from compliance.register.cells import code_is_right
from compliance.register.imports import Reject, read_rows
from compliance.register.sample import HEADINGS, write_sample
from compliance.register.sample_plan import CATEGORIES, SYSTEMS, plan_of
from compliance.register.words import words


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample") / "r.csv"
    write_sample(out, 0.002, 7)
    return out


@pytest.fixture(scope="module")
def rows(path: Path) -> list[CertificateRow | Reject]:
    return list(read_rows(path))


def test_at_full_scale_every_line_of_the_national_tables_comes_out_to_the_unit() -> None:
    data, plan = words("distribution"), plan_of(1.0, 7)
    for line in data["categories"]:
        if "schemes" in line:
            held = plan.counts[line["id"]]
            assert (int(held.sum()), int((held > 0).sum())) == (line["certificates"], line["organisations"]), line["zh"]
    total = sum(plan.counts.values())
    for (name, first, last), line in zip(plan.areas, data["areas"], strict=True):
        assert (name, int(total[first:last].sum()), last - first) == (
            line["zh"],
            line["certificates"],
            line["organisations"],
        )
    assert int((sum(plan.counts[c] for c in SYSTEMS) > 0).sum()) == 951_000
    assert int((plan.counts["service-state"] + plan.counts["service-general"] > 0).sum()) == 50_193
    assert (total > 0).all() and len(total) == 1_093_413


def test_the_lines_of_the_published_tables_sum_to_their_totals() -> None:
    data = words("distribution")
    lines = {c["id"]: c for c in data["categories"]}
    assert sum(lines[c]["certificates"] for c in SYSTEMS) == lines["ms"]["certificates"]
    assert (
        sum(lines[c]["certificates"] for c in CATEGORIES)
        == data["totals"]["certificates"]
        == sum(a["certificates"] for a in data["areas"])
    )
    assert sum(a["organisations"] for a in data["areas"]) == data["totals"]["organisations"]


@pytest.mark.parametrize("scale", [0.0002, 0.001, 0.03])
def test_at_each_scale_every_organisation_holds_something(scale: float) -> None:
    plan = plan_of(scale, 1)
    assert (sum(plan.counts.values()) > 0).all()
    assert abs(plan.certificates - 4_119_974 * scale) < 60


@pytest.mark.parametrize("scale", [0, -1, 3])
def test_a_scale_that_makes_no_sense_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="scale"):
        plan_of(scale, 1)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path, path: Path) -> None:
    write_sample(tmp_path / "again.csv", 0.002, 7)
    write_sample(tmp_path / "other.csv", 0.002, 8)
    assert (tmp_path / "again.csv").read_bytes() == path.read_bytes() != (tmp_path / "other.csv").read_bytes()


def test_every_row_can_be_read_without_a_remark(rows: list[CertificateRow | Reject]) -> None:
    assert [r for r in rows if isinstance(r, Reject)] == []


def test_rows_carry_known_schemes_right_codes_and_single_numbers(rows: list[CertificateRow]) -> None:
    assert all(r.scheme for r in rows)
    assert all(code_is_right(r.uscc) and r.uscc[2:8] == "000000" for r in rows if r.uscc)
    assert max(Counter(r.number for r in rows).values()) == 1
    assert {r.body_code for r in rows} == {"CNCA-R-2099-000"}


def test_all_states_histories_groups_branches_and_former_names_occur(rows: list[CertificateRow]) -> None:
    assert {r.status for r in rows} == {"valid", "expired", "revoked", "cancelled", "suspended"}
    assert any(r.history for r in rows)
    assert any(r.former_names for r in rows)
    assert any("集团" in r.holder for r in rows) and any("分公司" in r.holder for r in rows)


def test_a_holder_has_one_code_and_near_twins_have_others(rows: list[CertificateRow]) -> None:
    codes: dict[str, set[str | None]] = {}
    for row in rows:
        codes.setdefault(row.holder, set()).add(row.uscc)
    assert Counter(map(len, codes.values()))[1] > len(codes) * 0.99


def test_the_json_form_has_the_contracts_names(tmp_path: Path, rows: list[CertificateRow]) -> None:
    write_sample(tmp_path / "r.jsonl", 0.002, 7)
    assert [r.to_json() for r in read_rows(tmp_path / "r.jsonl") if isinstance(r, CertificateRow)][:200] == [
        r.to_json() | {"scheme": r.scheme} for r in rows[:200]
    ]


def test_headings_are_those_a_reader_knows(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        assert tuple(next(csv.reader(file))) == HEADINGS
