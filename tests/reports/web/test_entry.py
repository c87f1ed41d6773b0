"""The way in: set-up by one-time code, sign-in with delays, sessions, tokens of forms, hosts, headers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from compliance.store import accounts, audit
from reports.web.entry import seconds_to_wait
from reports.web.guard import SESSION_COOKIE
from reports.web.passwords import weakness
from tests.reports.web.signing import PASSWORD, sign_in, token_of


def test_without_an_account_every_address_leads_to_the_set_up(stranger) -> None:
    for path in ("/", "/login", "/accounts", "/static/desk.css", "/no/such/page", "/findings/x"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/setup"), path
    assert stranger.post("/accounts", data={}).headers["location"] == "/setup"
    assert "一次性设置码" in stranger.get("/setup").text


def test_the_set_up_wants_the_code_and_makes_one_administrator(stranger, codes, store) -> None:
    form = {"login": "Li", "name": "李某", "password": PASSWORD, "again": PASSWORD}
    form["csrf"] = token_of(stranger.get("/setup").text)
    assert stranger.post("/setup", data=form | {"code": "AAAA-BBBB-CCCC-DDDD"}).status_code == 403
    assert not accounts.any_account(store)
    done = stranger.post("/setup", data=form | {"code": codes[0].lower().replace("-", " ")})
    assert (done.status_code, done.headers["location"]) == (303, "/")
    (made,) = accounts.accounts(store)
    assert (made.login, made.role) == ("li", "admin")
    assert made.password.startswith("$argon2id$")
    assert stranger.get("/setup").headers["location"] in ("/", "/login")
    again = stranger.post("/setup", data=form | {"code": codes[0]})
    assert again.status_code == 303 and len(accounts.accounts(store)) == 1


def test_five_wrong_codes_make_a_new_one(stranger, codes) -> None:
    form = {"csrf": token_of(stranger.get("/setup").text), "login": "li", "password": PASSWORD, "again": PASSWORD}
    first = codes[0]
    for _ in range(5):
        assert stranger.post("/setup", data=form | {"code": "wrong"}).status_code == 403
    assert len(codes) == 2 and codes[1] != first
    assert stranger.post("/setup", data=form | {"code": first}).status_code == 403


def test_the_set_up_form_of_another_site_is_refused(stranger, codes) -> None:
    form = {"csrf": token_of(stranger.get("/setup").text), "login": "li", "password": PASSWORD, "again": PASSWORD}
    form["code"] = codes[0]
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert stranger.post("/setup", data=form, headers=headers).status_code == 403
    stranger.cookies.clear()
    assert stranger.post("/setup", data=form).status_code == 403


def test_without_a_session_every_page_leads_to_the_sign_in(stranger, people) -> None:
    assert stranger.get("/audit?what=a").headers["location"] == "/login?next=%2Faudit%3Fwhat%3Da"
    assert stranger.get("/static/htmx.min.js").headers["location"].startswith("/login")
    assert stranger.get("/no/such/page").status_code == 303
    assert stranger.post("/accounts", data={"login": "x"}).status_code == 401


def test_signing_in_gives_a_fresh_token_that_scripts_and_other_sites_never_see(stranger, people, store) -> None:
    stranger.cookies.set(SESSION_COOKIE, "planted", domain="127.0.0.1")
    answer = sign_in(stranger, "VIEWER ", next="/rules")
    assert (answer.status_code, answer.headers["location"]) == (303, "/rules")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(SESSION_COOKIE))
    assert "HttpOnly" in cookie and "samesite=strict" in cookie.lower() and "planted" not in cookie
    token = cookie.split("=", 1)[1].split(";")[0]
    with store.reading() as connection:
        kept = [row[0] for row in connection.exec_driver_sql("select id from account_session")]
    assert kept == [accounts.token_hash(token)]


@pytest.mark.parametrize(
    "onward", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_sign_in_leads_to_no_other_site(stranger, people, onward) -> None:
    assert sign_in(stranger, "viewer", next=onward).headers["location"] == "/"


def test_a_wrong_name_and_a_wrong_password_look_the_same(stranger, people) -> None:
    wrong = [sign_in(stranger, "viewer", "falsch falsch"), sign_in(stranger, "nobody-here", "falsch falsch")]
    assert [one.status_code for one in wrong] == [403, 403]
    pages = [one.text.replace("viewer", "X").replace("nobody-here", "X") for one in wrong]
    assert pages[0] == pages[1]


def test_after_five_wrong_tries_the_right_password_must_wait_too(stranger, people, store) -> None:
    for _ in range(5):
        assert sign_in(stranger, "viewer", "falsch falsch").status_code == 403
    refused = sign_in(stranger, "viewer")
    assert refused.status_code == 429 and 0 < int(refused.headers["retry-after"]) <= 10
    assert sign_in(stranger, "investigator").status_code == 303  # others are not held up
    assert len(audit.audit_of(store, what="sign_in_refused")) == 5


def test_delays_double_and_end() -> None:
    now = datetime(2026, 11, 28, 8, tzinfo=UTC)
    waits = [seconds_to_wait(n, 0, now, now) for n in (0, 4, 5, 6, 7, 60)]
    assert waits == [0, 0, 10, 20, 40, 900]
    assert seconds_to_wait(5, 0, now - timedelta(seconds=11), now) == 0
    assert seconds_to_wait(0, 21, now, now) == 20


def test_a_session_ends_by_idleness_by_age_and_by_sign_out(browser, store, people) -> None:
    client = browser("viewer")
    token, now = client.cookies[SESSION_COOKIE], datetime.now(UTC)
    assert accounts.signed_in(store, token, now + accounts.IDLE - timedelta(minutes=1)) is not None
    assert accounts.signed_in(store, token, now + accounts.IDLE * 2) is None
    for hour in range(1, 12):  # used each hour: alive until the longest time is over
        assert accounts.signed_in(store, token, now + timedelta(hours=hour)) is not None
    assert accounts.signed_in(store, token, now + accounts.LONGEST + timedelta(minutes=1)) is None
    assert client.post("/logout").headers["location"] == "/login"
    assert accounts.signed_in(store, token, now) is None


def test_a_change_without_the_forms_token_is_refused(browser) -> None:
    client = browser("admin")
    del client.headers["X-CSRF-Token"]
    for data in ({}, {"csrf": "wrong"}):
        answer = client.post("/accounts", data=data | {"login": "neu", "role": "viewer"})
        assert answer.status_code == 403 and "表单已过期" in answer.text
    other = client.post("/accounts", data={"csrf": "x"}, headers={"Origin": "http://evil.example"})
    assert other.status_code == 403 and "别的网站" in other.text


def test_a_given_password_must_be_changed_before_anything_else(browser, stranger) -> None:
    shown = browser("admin").post("/accounts", data={"login": "neu", "role": "investigator"}).text
    given = shown.split('class="given">')[1].split("<")[0]
    assert sign_in(stranger, "neu", given).status_code == 303
    assert stranger.get("/accounts").headers["location"] == "/password"
    form = {"csrf": token_of(stranger.get("/password").text), "old": given, "password": given, "again": given}
    assert stranger.post("/password", data=form).status_code == 422
    changed = stranger.post("/password", data=form | {"password": PASSWORD, "again": PASSWORD})
    assert changed.status_code == 303
    assert stranger.get("/password").status_code == 200
    stranger.cookies.clear()
    assert sign_in(stranger, "neu", given).status_code == 403


def test_changing_the_password_ends_all_other_sessions(browser) -> None:
    here, there = browser("viewer"), browser("viewer")
    better = "另外一句-足够长-的口令语"
    done = here.post("/password", data={"old": PASSWORD, "password": better, "again": better})
    assert done.status_code == 303
    assert there.get("/password").status_code == 303 and here.get("/password").status_code == 200


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("kurz", "password_short"),
        ("x" * 300, "password_long"),
        ("aaaaaaaaaaaaaa", "password_simple"),
        ("abababababab", "password_simple"),
        ("123456789012", "password_simple"),
        ("my-name-is-zhangsan", "password_holds_login"),
        (PASSWORD, None),
    ],
)
def test_what_may_be_a_password(password, why) -> None:
    assert weakness(password, "zhangsan") == why


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[", "10.0.0.5:8000"])
def test_a_host_name_that_is_not_ours_is_refused(stranger, people, host) -> None:
    assert stranger.get("/login", headers={"Host": host}).status_code == 421


def test_a_body_too_large_is_refused_with_and_without_a_stated_length(browser) -> None:
    client = browser("admin")
    assert client.post("/accounts", headers={"Content-Length": str(10**9)}, content=b"x").status_code == 413

    def much():
        for _ in range(40):
            yield b"x" * 1024 * 1024

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/accounts", content=much(), headers=headers).status_code == 413


def test_every_answer_carries_the_headers_that_close_it(browser, stranger) -> None:
    client = browser("admin")
    for answer in (
        client.get("/accounts"),
        client.get("/nothing"),
        client.get("/static/desk.js"),
        stranger.get("/login"),
    ):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"


def test_the_last_administrator_stays(browser, people) -> None:
    client = browser("admin")
    refused = client.post(f"/accounts/{people['admin'].id}", data={"role": "viewer"})
    assert refused.status_code == 422 and "至少要留一个" in refused.text
    assert client.post(f"/accounts/{people['admin'].id}", data={"role": "admin", "disabled": "1"}).status_code == 422


def test_a_disabled_account_is_out_at_once(browser, people, stranger) -> None:
    viewer, admin = browser("viewer"), browser("admin")
    assert admin.post(f"/accounts/{people['viewer'].id}", data={"role": "viewer", "disabled": "1"}).status_code == 303
    assert viewer.get("/password").status_code == 303
    assert sign_in(stranger, "viewer").status_code == 403


def test_the_desk_speaks_english_on_request_and_remembers_it(browser) -> None:
    client = browser("admin")
    assert "Audit log" in client.get("/accounts?lang=en").text
    assert "Audit log" in client.get("/accounts").text
    assert "审计日志" in client.get("/accounts?lang=zh").text


def test_what_a_page_asks_for_by_itself_keeps_no_session_awake(browser, store) -> None:
    client = browser("viewer")
    token, now = client.cookies[SESSION_COOKIE], datetime.now(UTC)
    late = now + accounts.IDLE - timedelta(minutes=1)
    assert accounts.signed_in(store, token, late, awake=False) is not None
    assert accounts.signed_in(store, token, now + accounts.IDLE + timedelta(minutes=1)) is None
    assert client.get("/jobs/live").status_code == 200
