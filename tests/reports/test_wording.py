"""Words of reports: nothing accuses, nothing is said outside wording.yaml."""

import re
from pathlib import Path

import pytest

from reports.wording import WordingError, accusing_words, load_wording

ROOT = Path(__file__).resolve().parents[2] / "reports"
CHINESE = re.compile(r"[\u3400-\u9fff]")


def _texts(node, path=""):
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, dict):
        for key, one in node.items():
            yield from _texts(one, f"{path}.{key}")


def test_the_outcome_wordings_are_the_contracts_to_the_letter():
    outcomes = load_wording().tree["outcomes"]
    assert {code: one["zh"] for code, one in outcomes.items()} == {
        "violation": "涉嫌违反（要件有据）",
        "suspected": "线索（待核实）",
        "needs_review": "需人工判断",
    }


@pytest.mark.parametrize(
    ("path", "text"), [pair for key, node in load_wording().tree.items() if key not in ("accusing", "allowed") for pair in _texts(node, key)]
)  # fmt: skip
def test_no_sentence_accuses(path, text):
    assert accusing_words(text) == [], path


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.j2")), ids=lambda path: path.name)
def test_no_template_accuses(path):
    assert accusing_words(path.read_text("utf-8")) == []


@pytest.mark.parametrize("text", ["该公司违反了办法", "证书系伪造", "事实已查实", "构成违法"])
def test_the_check_for_accusing_words_can_fail(text):
    assert accusing_words(text)


@pytest.mark.parametrize(
    "path", [p for p in sorted((ROOT / "templates").glob("*.html.j2"))], ids=lambda path: path.name
)
def test_report_templates_hold_no_words_of_their_own(path):
    found = CHINESE.findall(path.read_text("utf-8"))
    assert not found, f"{path.name}: {''.join(found)}: put the words into reports/wording.yaml"


def test_every_conduct_of_the_contract_has_its_words():
    contract = """expired_certificate suspended_certificate revoked_certificate cancelled_certificate forged_certificate
    other_holder traded_certificate certificate_trade_offer system_claimed_for_product system_claimed_for_service
    product_claimed_for_system product_claimed_for_service service_claimed_for_product service_claimed_for_system
    system_mark_on_product system_mark_on_packaging product_mark_beyond_product service_mark_beyond_premises
    wrong_certificate_details no_certificate scope_overclaim unapproved_body withdrawn_edition withdrawn_mark
    accreditation_as_certification licence_as_certification guidance_standard_certified ccc_missing ccc_mark_misuse
    organic_misuse green_food_misuse geographical_indication_misuse inspection_mark_misuse foreign_mark_misuse
    self_made_mark change_not_notified"""
    assert set(load_wording().tree["conducts"]) == set(contract.split())


def test_every_enum_value_of_the_vocabulary_has_a_word():
    import yaml

    facts = yaml.safe_load((ROOT.parent / "rules" / "facts.yaml").read_text("utf-8"))
    values = load_wording().tree["values"]
    lacking = [
        f"{name}={value}"
        for name, fact in facts.items()
        if fact["type"] == "enum"
        for value in fact["values"]
        if str(value) not in values.get(name, {})
    ]
    assert lacking == []


def test_an_unknown_key_is_a_fault_that_names_the_file():
    with pytest.raises(WordingError, match="wording.yaml"):
        load_wording().text("report.no_such_text")
