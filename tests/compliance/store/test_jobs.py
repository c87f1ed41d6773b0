"""Jobs are kept, taken by one worker at a time, and taken up again when a lease ends."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from compliance.store import jobs
from compliance.store.jobs import Job, JobBusy, JobExists
from compliance.store.session import open_store

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LEASE = timedelta(minutes=3)
DAY = timedelta(days=1)
JOB = Job("nightly", "targets.csv", "0 2 * * *", None, None, None, None, NOW, NOW)


@pytest.fixture
def store(place):
    with open_store(place) as opened:
        jobs.add_job(opened, JOB)
        yield opened


def take(store, owner="a", now=NOW, **more):
    more = {"cause": "schedule", "attempt": 1, "next_at": NOW + DAY} | more
    return jobs.take(store, jobs.job_of(store, "nightly"), owner=owner, now=now, until=now + LEASE, **more)


def end(store, run_id, state="done", now=NOW, findings=None, **more):
    more = {"status": 0, "reason": None, "retry_at": None, "attempt": 0, "summary": {"state": state}} | more
    return jobs.end_run(store, "nightly", run_id, state=state, now=now, findings=findings, **more)


def test_a_job_survives_the_closing_of_the_store_with_its_times(store, place):
    store.close()
    with open_store(place) as again:
        assert jobs.jobs(again) == [JOB]
        assert jobs.job_of(again, "nightly").next_at == NOW


def test_a_time_without_zone_is_refused(store):
    with pytest.raises(Exception, match="no time zone"):
        jobs.add_job(store, replace(JOB, name="b", next_at=datetime(2026, 1, 1)))


def test_a_name_is_given_once(store):
    with pytest.raises(JobExists, match="nightly"):
        jobs.add_job(store, JOB)


def test_a_job_is_due_from_its_time_on_and_not_before(store):
    assert jobs.due_jobs(store, NOW - timedelta(seconds=1)) == []
    assert [j.name for j in jobs.due_jobs(store, NOW)] == ["nightly"]


def test_only_one_of_two_workers_gets_the_job(store):
    seen_by_both = jobs.due_jobs(store, NOW)
    assert len(seen_by_both) == 1
    assert take(store, "a") is not None
    assert take(store, "b") is None
    assert jobs.due_jobs(store, NOW) == []


def test_a_lease_that_is_renewed_holds_and_one_that_is_not_ends(store):
    run = take(store)
    later = NOW + LEASE - timedelta(seconds=1)
    assert jobs.beat(store, "nightly", run, later, later + LEASE)
    assert take(store, "b", now=NOW + LEASE, cause="taken_up") is None
    assert take(store, "b", now=later + LEASE, cause="taken_up", attempt=2) == run + 1
    lost, new = sorted(jobs.job_runs(store), key=lambda r: r.id)
    assert lost.state == "lost" and "a gave no sign of life" in lost.reason and new.state == "running"


def test_a_worker_that_lost_its_lease_can_neither_renew_it_nor_write_an_end(store):
    old = take(store)
    new = take(store, "b", now=NOW + LEASE, attempt=2)
    assert not jobs.beat(store, "nightly", old, NOW + LEASE, NOW + 2 * LEASE)
    assert not end(store, old, findings=[{"id": "x"}])
    assert jobs.job_of(store, "nightly").run_id == new and jobs.findings_before(store, "nightly", 99) is None


def test_the_end_gives_the_lease_back(store):
    assert end(store, take(store))
    job = jobs.job_of(store, "nightly")
    assert (job.lease_owner, job.run_id, job.attempt, job.next_at) == (None, None, 0, NOW + DAY)


def test_a_retry_is_due_before_the_calendar(store):
    end(store, take(store), "failed", retry_at=NOW + timedelta(minutes=5), attempt=1)
    assert jobs.due_jobs(store, NOW + timedelta(minutes=4)) == []
    (job,) = jobs.due_jobs(store, NOW + timedelta(minutes=5))
    assert job.attempt == 1 and job.due_at() == NOW + timedelta(minutes=5)


def test_a_job_that_is_put_off_is_due_at_that_time(store):
    until = NOW + timedelta(hours=20)
    jobs.put_off(store, jobs.job_of(store, "nightly"), until)
    assert jobs.due_jobs(store, until - timedelta(seconds=1)) == []
    assert len(jobs.due_jobs(store, until)) == 1


def test_a_job_in_work_is_not_removed_and_history_outlives_the_job(store):
    run = take(store)
    with pytest.raises(JobBusy, match="being run by a"):
        jobs.remove_job(store, "nightly", NOW)
    end(store, run)
    jobs.remove_job(store, "nightly", NOW)
    with pytest.raises(LookupError, match="nightly"):
        jobs.job_of(store, "nightly")
    assert [r.id for r in jobs.job_runs(store, "nightly")] == [run]


def test_a_job_whose_worker_died_can_be_removed(store):
    take(store)
    jobs.remove_job(store, "nightly", NOW + LEASE)
    assert jobs.jobs(store) == [] and jobs.job_runs(store, "nightly")[0].state == "lost"


def test_giving_up_frees_the_job_until_its_calendar(store):
    take(store)
    jobs.give_up(store, jobs.job_of(store, "nightly"), NOW + LEASE)
    assert jobs.due_jobs(store, NOW + LEASE) == [] and jobs.job_runs(store)[0].state == "lost"
    assert len(jobs.due_jobs(store, NOW + DAY)) == 1


def test_a_run_is_compared_with_the_last_one_that_came_to_an_end_and_old_lists_are_dropped(store):
    first = take(store)
    end(store, first, findings=[{"id": "1"}])
    failed = take(store, only_due=False)
    end(store, failed, "failed")
    third = take(store, only_due=False)
    assert jobs.findings_before(store, "nightly", third) == (first, [{"id": "1"}])
    assert jobs.findings_before(store, "nightly", first) is None
    end(store, third, findings=[{"id": "3"}])
    fourth = take(store, only_due=False)
    end(store, fourth, findings=[])
    assert jobs.findings_before(store, "nightly", third) is None
    assert jobs.findings_before(store, "nightly", fourth) == (third, [{"id": "3"}])
