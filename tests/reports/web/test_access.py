"""The access table: every route of the desk × every role, taken from the app's own routes, with each refusal.

A route that is new stands in nobody's table: the first test fails until it is entered here.
"""

from __future__ import annotations

import pytest
from fastapi import APIRouter

from compliance.store.accounts import ROLES
from reports.web.access import closed, role_of
from reports.web.guard import OPEN

# (method, path): the least role; None: before the sign-in only
TABLE: dict[tuple[str, str], str | None] = {
    ("GET", "/setup"): None,
    ("POST", "/setup"): None,
    ("GET", "/login"): None,
    ("POST", "/login"): None,
    ("GET", "/"): "viewer",
    ("GET", "/static/{name}"): "viewer",
    ("POST", "/logout"): "viewer",
    ("GET", "/password"): "viewer",
    ("POST", "/password"): "viewer",
    ("GET", "/cases-at"): "viewer",
    ("GET", "/cases/{case_id}"): "viewer",
    ("GET", "/cases/{case_id}/snapshot/{finding}"): "viewer",
    ("GET", "/cases/{case_id}/screenshot/{finding}"): "viewer",
    ("GET", "/cases/{case_id}/picture/{finding}"): "viewer",
    ("GET", "/cases/{case_id}/documents/{document}"): "viewer",
    ("GET", "/companies"): "viewer",
    ("GET", "/companies/{key:path}"): "viewer",
    ("GET", "/rules"): "viewer",
    ("GET", "/rules/{rule_id:path}"): "viewer",
    ("GET", "/jobs"): "viewer",
    ("GET", "/jobs/live"): "viewer",
    ("POST", "/cases/{case_id}/change"): "investigator",
    ("POST", "/cases/{case_id}/dismiss"): "investigator",
    ("POST", "/cases/{case_id}/take-back"): "investigator",
    ("POST", "/cases/{case_id}/assign"): "investigator",
    ("POST", "/cases/{case_id}/note"): "investigator",
    ("POST", "/cases/{case_id}/reply"): "investigator",
    ("POST", "/cases/{case_id}/documents"): "investigator",
    ("GET", "/cases/{case_id}/report"): "investigator",
    ("GET", "/cases/{case_id}/letter"): "investigator",
    ("GET", "/cases/{case_id}/report-in-full"): "supervisor",
    ("POST", "/bulk"): "supervisor",
    ("GET", "/export"): "supervisor",
    ("GET", "/audit"): "supervisor",
    ("POST", "/jobs/{name}/start"): "supervisor",
    ("POST", "/jobs/{name}/pause"): "supervisor",
    ("GET", "/accounts"): "admin",
    ("POST", "/accounts"): "admin",
    ("POST", "/accounts/{account}"): "admin",
}
CLOSED = {key: role for key, role in TABLE.items() if role is not None}


def filled(path: str) -> str:
    """The path with values that lead to nothing: who may come in gets 404 or 422, never 403."""
    for name, value in (
        ("case_id", "cffffffffffff"),
        ("finding", "f0"),
        ("document", "0"),
        ("name", "none"),
        ("account", "999"),
    ):
        path = path.replace(f"{{{name}}}", value)
    return path.replace("{key:path}", "nobody").replace("{rule_id:path}", "no-rule")


def test_the_table_names_every_route_of_the_desk_and_no_other(desk) -> None:
    routes = {(method, route.path): role_of(route) for route in desk.app.routes for method in route.methods}
    assert routes == TABLE


@pytest.mark.parametrize("role", ROLES)
def test_each_role_comes_in_where_the_table_says_and_nowhere_else(browser, role) -> None:
    client = browser(role)
    wrong = []
    for (method, path), least in CLOSED.items():
        if path in ("/logout", "/password"):
            continue  # would end the session; looked at below
        allowed = ROLES.index(role) >= ROLES.index(least)
        answer = client.request(method, filled(path))
        refused = answer.status_code == 403
        if refused == allowed or (refused and "您的角色不能做这件事" not in answer.text):
            wrong.append((method, path, least, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_every_role_may_sign_out_and_choose_a_password(browser, role) -> None:
    client = browser(role)
    assert client.get("/password").status_code == 200
    assert client.post("/password", data={}).status_code == 403  # wrong old password, not the role
    assert client.post("/logout").headers["location"] == "/login"


@pytest.mark.parametrize(("method", "path"), sorted(CLOSED))
def test_nobody_comes_in_without_a_session(stranger, people, method, path) -> None:
    answer = stranger.request(method, filled(path))
    if method == "GET":
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/login")
    else:
        assert answer.status_code == 401


@pytest.mark.parametrize(("method", "path"), sorted(key for key in CLOSED if key[0] == "POST"))
def test_no_change_without_the_forms_token_or_from_another_site(browser, method, path) -> None:
    client = browser("admin")
    assert client.post(filled(path), headers={"Origin": "http://evil.example"}).status_code == 403
    assert client.post(filled(path), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    client.headers["X-CSRF-Token"] = "wrong"
    assert client.post(filled(path)).status_code == 403


@pytest.mark.parametrize("path", sorted(OPEN))
def test_the_way_in_is_closed_to_who_is_in(browser, path) -> None:
    client = browser("viewer")
    assert client.get(path).headers["location"] == "/" and client.post(path).headers["location"] == "/"


def test_a_route_without_a_role_stops_the_desk_from_starting() -> None:
    router = APIRouter()
    router.add_api_route("/forgotten", lambda: None)
    with pytest.raises(TypeError, match="/forgotten"):
        closed(router.routes)
