"""The certification body's door: its own clients and nobody else's."""

import copy

import pytest
from bs4 import BeautifulSoup

from reports.bodyview import body_report_of
from reports.documents.html import render_body

CODE = "CNCA-R-0000-000"


def _claim(result, **row):
    claim = result["pages"][0]["claims"][0]
    claim["certificate"] = {**claim["certificate"], **row}
    return claim


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ({"status": "expired", "expires": "2026-11-22"}, "expired"),
        ({"status": "valid", "expires": "2026-11-23"}, "ending"),
        ({"status": "valid", "expires": "2027-02-21"}, "ending"),
        ({"status": "valid", "expires": "2027-02-22"}, "valid"),
        ({"status": "suspended", "status_from": "2026-11-23", "expires": "2028-01-01"}, "suspended"),
        ({"status": "suspended", "status_from": "2026-11-24", "expires": "2028-01-01"}, "valid"),
        ({"status": "revoked", "status_from": None, "expires": "2028-01-01"}, "revoked"),
        ({"status": None, "status_from": None, "expires": None}, "unknown"),
    ],
)
def test_the_state_is_that_of_the_day_last_days_included(result, row, state):
    number = _claim(result, number="X1", **row)["certificate"]["number"]
    found = {one.number: one.state for one in body_report_of(result, CODE).clients}
    assert found[number] == state


def test_clients_of_other_bodies_never_appear(result):
    _claim(result, body_code="CNCA-R-0000-999", holder="别家客户有限公司")
    assert "别家客户有限公司" not in {one.holder for one in body_report_of(result, CODE).clients}


def test_only_statements_of_present_certification_count(result):
    for page in result["pages"]:
        for claim in page["claims"]:
            claim["state"] = "held_past"
    with pytest.raises(LookupError, match=CODE):
        body_report_of(result, CODE)


def test_a_page_of_another_firm_is_said_to_be_so(result):
    other = copy.deepcopy(result["pages"][0])
    other["company"] = {"name": "另一示范有限公司", "uscc": None, "from": "page"}
    result["pages"] = [other]
    assert body_report_of(result, CODE).clients[0].page_company == "另一示范有限公司"


def test_the_tracking_duty_is_cited_in_the_version_of_the_day(result):
    duties = body_report_of(result, CODE).duties
    assert duties and all("管理办法" in one.title and one.version == "2022年版" for one in duties)


def test_the_page_lists_attention_first_and_runs_nothing(result):
    soup = BeautifulSoup(render_body(body_report_of(result, CODE)), "lxml")
    assert "仍在展示" in soup.find("h2").get_text() and not soup.find("script")
