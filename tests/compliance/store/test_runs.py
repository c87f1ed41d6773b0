from datetime import UTC, datetime, timedelta

import pytest

from compliance.store import pages, runs, turns
from compliance.store.pages import Answer
from compliance.store.runs import NewRequest, NewSite
from compliance.store.session import open_store

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def store(place):
    with open_store(place) as opened:
        yield opened


def asked(name, **more):
    return NewRequest(name, f"http://a.example/{name}", **more)


def opened(store, *starts, key="k"):
    site = NewSite("a.example", "示例甲有限公司", None, None, 0, starts or (asked("start"),))
    return runs.open_run(store, key, [site], {})


def answer(request, body=b"<p>1</p>", status=200, when=NOW, **more):
    headers = more.pop("headers", (("Content-Type", "text/html"),))
    return Answer(
        "page", request.url, request.url, when, status, headers, body,
        host="a.example", fingerprint=request.fingerprint, **more,
    )  # fmt: skip


def only_site(store, run_id):
    (site,) = runs.sites_of(store, run_id)
    return site


def test_an_address_is_handed_out_once_the_most_urgent_first(store):
    run_id, _ = opened(store, asked("a", priority=1), asked("b", priority=9), asked("c", priority=1))
    site = only_site(store, run_id)
    assert [turns.claim(store, site.id).fingerprint for _ in range(3)] == ["b", "a", "c"]
    assert turns.claim(store, site.id) is None


def test_a_finished_address_brings_its_page_and_its_links_together(store):
    run_id, _ = opened(store)
    site = only_site(store, run_id)
    first = turns.claim(store, site.id)
    links = [asked("start"), asked("new"), runs.skipped(asked("trap"), "trap: a calendar")]
    kept, waiting = turns.finish(store, run_id, first, answer(first), links)
    assert (waiting, kept.unchanged, kept.pending) == (1, False, True)
    site = only_site(store, run_id)
    assert (site.pages, site.skipped, site.requests, site.waiting) == (1, 1, 1, 1)
    assert list(pages.pending_visits(store, run_id)) == [1]


def test_what_was_in_flight_when_the_process_died_waits_again_and_what_was_done_does_not(store):
    run_id, _ = opened(store, asked("a", priority=2), asked("b"))
    site = only_site(store, run_id)
    done = turns.claim(store, site.id)
    turns.finish(store, run_id, done, answer(done))
    flying = turns.claim(store, site.id)
    again, taken_up = opened(store)
    assert (again, taken_up) == (run_id, True)
    assert turns.claim(store, site.id).fingerprint == flying.fingerprint
    assert turns.claim(store, site.id) is None


def test_an_address_in_flight_at_six_deaths_is_given_up(store):
    run_id, _ = opened(store)
    site = only_site(store, run_id)
    for _ in range(6):
        assert turns.claim(store, site.id)
        opened(store)
    assert turns.claim(store, site.id) is None
    assert only_site(store, run_id).failed == 1
    assert "interruptions" in runs.failures_of(store, site.id)[0][1]


def test_an_address_in_flight_at_two_deaths_comes_last(store):
    run_id, _ = opened(store, asked("a", priority=9), asked("b"))
    site = only_site(store, run_id)
    for _ in range(2):
        assert turns.claim(store, site.id).fingerprint == "a"
        opened(store)
    assert [turns.claim(store, site.id).fingerprint for _ in range(2)] == ["b", "a"]


def test_a_finished_run_is_not_taken_up_and_other_targets_have_a_run_of_their_own(store):
    run_id, _ = opened(store)
    assert opened(store, key="other")[0] != run_id
    runs.end_run(store, run_id)
    assert opened(store) != (run_id, True)


def test_a_run_that_another_living_process_works_on_is_refused(store, monkeypatch):
    run_id, _ = opened(store)
    monkeypatch.setattr(runs.os, "getpid", lambda: 999_999_999)
    with pytest.raises(runs.RunBusy, match=run_id):
        opened(store)


def test_equal_bytes_are_kept_once_and_judged_once(store):
    run_id, _ = opened(store, asked("a"), asked("b"))
    site = only_site(store, run_id)
    for _ in range(2):
        request = turns.claim(store, site.id)
        turns.finish(store, run_id, request, answer(request, b"<p>same</p>"))
    assert len(list(pages.pending_visits(store, run_id))) == 1
    assert pages.visit_of(store, 1).sha256 == pages.visit_of(store, 2).sha256
    assert pages.content_of(store, pages.visit_of(store, 1).sha256) == b"<p>same</p>"


def test_an_answer_of_304_has_the_bytes_of_the_last_visit_and_counts_as_unchanged(store):
    run_id, _ = opened(store)
    request = turns.claim(store, only_site(store, run_id).id)
    turns.finish(store, run_id, request, answer(request, headers=(("ETag", '"1"'),)))
    runs.end_run(store, run_id)
    second, _ = opened(store)
    request = turns.claim(store, only_site(store, second).id)
    known = pages.known_addresses(store, "a.example", NOW)["start"]
    assert known.etag == '"1"' and not known.due
    kept, _ = turns.finish(store, second, request, answer(request, None, 304))
    assert kept.unchanged and pages.visit_of(store, kept.visit).body == b"<p>1</p>"
    assert only_site(store, second).unchanged == 1


def test_the_time_to_look_again_grows_while_nothing_changes_and_shrinks_with_a_change(store):
    def look(day, body):
        run_id, _ = opened(store)
        request = turns.claim(store, only_site(store, run_id).id)
        turns.finish(store, run_id, request, answer(request, body, when=NOW + timedelta(days=day)))
        runs.end_run(store, run_id)

    def due(day):
        return pages.known_addresses(store, "a.example", NOW + timedelta(days=day))["start"].due

    look(0, b"1")
    assert not due(6) and due(7)
    look(7, b"1")
    assert not due(20) and due(21)
    look(21, b"2")
    assert not due(27) and due(28)


def test_a_page_that_is_gone_is_not_due_again(store):
    run_id, _ = opened(store)
    request = turns.claim(store, only_site(store, run_id).id)
    turns.finish(store, run_id, request, answer(request, b"no", 404))
    assert not pages.known_addresses(store, "a.example", NOW + timedelta(days=999))["start"].due
    assert only_site(store, run_id).failed == 1
    assert not list(pages.pending_visits(store, run_id))


def test_a_wall_is_counted_as_such_and_teaches_nothing_about_the_address(store):
    run_id, _ = opened(store)
    request = turns.claim(store, only_site(store, run_id).id)
    turns.finish(store, run_id, request, answer(request, b"captcha", 200, blocked="captcha"))
    site = only_site(store, run_id)
    assert (site.blocked, site.pages, site.failed) == (1, 0, 0)
    assert pages.known_addresses(store, "a.example") == {}


def test_a_page_the_reader_calls_blocked_is_counted_once(store):
    run_id, _ = opened(store)
    request = turns.claim(store, only_site(store, run_id).id)
    visit = turns.finish(store, run_id, request, answer(request))[0].visit
    pages.mark_judged(store, [pages.Judged(visit, blocked="login")])
    pages.mark_judged(store, [pages.Judged(visit, blocked="login")])
    assert only_site(store, run_id).blocked == 1
    assert pages.judged_counts(store, run_id) == {"done": 1}


def test_dropping_what_waits_counts_it_as_skipped(store):
    run_id, _ = opened(store, asked("a"), asked("b"), asked("c"))
    site = only_site(store, run_id)
    turns.claim(store, site.id)
    assert runs.drop_waiting(store, site.id, "page budget spent") == 2
    assert only_site(store, run_id).skipped == 2
    assert turns.claim(store, site.id) is None


def test_what_is_in_flight_when_nothing_comes_any_more_has_failed(store):
    run_id, _ = opened(store, asked("a"), asked("b"))
    site = only_site(store, run_id)
    turns.claim(store, site.id)
    assert runs.lose(store, run_id) == [site.id]
    assert (only_site(store, run_id).failed, only_site(store, run_id).waiting) == (1, 1)
    assert runs.lose(store, run_id) == []
