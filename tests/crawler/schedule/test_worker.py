"""The worker takes, keeps, retries and gives back; the crawl itself is played here (test_story.py runs the real one)."""

from datetime import UTC, datetime, timedelta

import pytest

from compliance.store import jobs
from compliance.store.jobs import Job, JobBusy
from compliance.store.session import open_store
from crawler.schedule import worker as module
from crawler.schedule.perform import CannotRun, Interrupted, Performed
from crawler.schedule.worker import BACKOFF, LEASE, TRIES, Worker
from rules.clock import CHINA

TWO = datetime(2026, 11, 24, 2, 0, tzinfo=CHINA)
DAY = timedelta(days=1)
DONE = Performed("done", 0, None, {"state": "done"}, [])


class Clock:
    now = TWO

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "s.db") as opened:
        yield opened


@pytest.fixture
def plays(monkeypatch):
    """What the coming runs do, in order: a Performed, an error to raise, or a function of (job, how). The last one repeats."""
    acts, seen = [DONE], []

    def perform(store, job, run_id, **how):
        act = acts.pop(0) if len(acts) > 1 else acts[0]
        seen.append((job.name, how["cause"], how["attempt"]))
        if callable(act):
            act = act(job, how)
        if isinstance(act, BaseException):
            raise act
        return act

    monkeypatch.setattr(module, "perform", perform)
    return acts, seen


def add(store, name="n", next_at=TWO, **more):
    values = {"register_from": None, "fail_on": None, "night": None, "webhook": None} | more
    jobs.add_job(store, Job(name, "t.csv", "0 2 * * *", created_at=next_at, next_at=next_at, **values))


def test_a_due_job_runs_once_and_waits_for_its_next_time(store, clock, plays):
    add(store)
    worker = Worker(store, clock=clock)
    assert [(e.job, e.state, e.status) for e in worker.once()] == [("n", "done", 0)]
    assert worker.once() == []
    job = jobs.job_of(store, "n")
    assert job.next_at == TWO + DAY and job.lease_owner is None


def test_after_being_off_for_days_one_run_catches_up(store, clock, plays):
    add(store)
    clock.now = TWO + 5 * DAY + timedelta(hours=3)
    assert len(Worker(store, clock=clock).once()) == 1
    assert plays[1] == [("n", "catch_up", 1)] and jobs.job_of(store, "n").next_at == TWO + 6 * DAY


def test_a_job_in_work_is_not_run_by_another_worker(store, clock, plays):
    add(store)
    others = []

    def act(job, how):
        others.append(Worker(store, clock=clock).once())
        with pytest.raises(JobBusy, match="'n' is being run by"):
            Worker(store, clock=clock).now("n")
        return DONE

    plays[0][:] = [act]
    assert len(Worker(store, clock=clock).once()) == 1 and others == [[]]


def test_a_failed_run_is_tried_again_later_and_later_and_then_left_to_the_calendar(store, clock, plays):
    add(store)
    plays[0][:] = [CannotRun("t.csv: gone")]
    worker, waits = Worker(store, clock=clock), []
    for _ in range(TRIES):
        (ended,) = worker.once()
        assert (ended.state, ended.status, ended.reason) == ("failed", 2, "t.csv: gone")
        if ended.retry_at:
            waits.append(ended.retry_at - clock.now)
            clock.now = ended.retry_at - timedelta(seconds=1)
            assert worker.once() == []
            clock.now = ended.retry_at
    assert tuple(waits) == BACKOFF and ended.retry_at is None
    clock.now = TWO + DAY - timedelta(seconds=1)
    assert worker.once() == []
    clock.now = TWO + DAY
    worker.once()
    assert plays[1][-2:] == [("n", "retry", TRIES), ("n", "schedule", 1)]


def test_a_retry_that_would_come_after_the_calendar_is_left_out(store, clock, plays):
    add(store)
    clock.now = TWO + DAY - timedelta(minutes=2)
    plays[0][:] = [CannotRun("no"), DONE]
    worker = Worker(store, clock=clock)
    assert worker.once()[0].retry_at is None
    clock.now = TWO + DAY
    worker.once()
    assert plays[1] == [("n", "catch_up", 1), ("n", "schedule", 1)]


def test_one_job_that_fails_does_not_keep_the_others_from_running(store, clock, plays):
    add(store, "a")
    add(store, "b")
    plays[0][:] = [CannotRun("no"), DONE]
    assert [(e.job, e.state) for e in Worker(store, clock=clock).once()] == [("a", "failed"), ("b", "done")]


def test_an_error_nobody_foresaw_gives_the_lease_back_and_is_not_swallowed(store, clock, plays):
    add(store)
    plays[0][:] = [ZeroDivisionError("odd")]
    with pytest.raises(ZeroDivisionError):
        Worker(store, clock=clock).once()
    (run,) = jobs.job_runs(store)
    job = jobs.job_of(store, "n")
    assert run.state == "failed" and "ZeroDivisionError: odd" in run.reason
    assert job.lease_owner is None and job.retry_at == TWO + BACKOFF[0]


def test_when_even_the_end_can_not_be_written_the_lease_is_no_longer_renewed(store, clock, plays, monkeypatch):
    add(store)

    def full(*_, **__):
        raise OSError("disk full")

    monkeypatch.setattr(module.jobs, "end_run", full)
    worker = Worker(store, clock=clock)
    with pytest.raises(OSError, match="disk full"):
        worker.once()
    clock.now += LEASE
    worker.beat()
    assert [j.name for j in jobs.due_jobs(store, clock.now)] == ["n"]


def test_a_worker_told_to_stop_leaves_the_job_due_at_once_and_takes_no_other(store, clock, plays):
    add(store)
    worker = Worker(store, clock=clock)

    def act(job, how):
        assert how["go_on"]()
        worker.stop()
        assert not how["go_on"]()
        return Interrupted("told to stop")

    plays[0][:] = [act, DONE]
    assert [e.state for e in worker.once()] == ["interrupted"] and worker.once() == []
    assert [e.state for e in Worker(store, clock=clock).once()] == ["done"]
    assert plays[1] == [("n", "schedule", 1), ("n", "retry", 1)]


def test_a_run_whose_lease_went_to_another_worker_stops_and_writes_nothing(store, clock, plays):
    add(store)
    first, second = Worker(store, clock=clock), Worker(store, clock=clock)

    def slow(job, how):
        clock.now += LEASE  # no sign of life meanwhile
        assert [e.state for e in second.once()] == ["done"]
        first.beat()
        assert not how["go_on"]()
        return Interrupted("the lease was lost")

    plays[0][:] = [slow, DONE]
    assert [e.state for e in first.once()] == ["lost"]
    assert [r.state for r in jobs.job_runs(store)] == ["done", "lost"]
    assert plays[1][1] == ("n", "taken_up", 2)


def test_signs_of_life_keep_the_lease_however_long_the_run(store, clock, plays):
    add(store)
    worker = Worker(store, clock=clock)

    def long(job, how):
        for _ in range(10):
            clock.now += LEASE / 2
            worker.beat()
        assert how["go_on"]() and Worker(store, clock=clock).once() == []
        return DONE

    plays[0][:] = [long]
    assert [e.state for e in worker.once()] == ["done"]


def test_a_job_that_kills_its_workers_is_given_up_until_its_next_time(store, clock, plays):
    add(store)
    for attempt in range(1, TRIES + 1):
        held = Worker(store, clock=clock).take_due()  # and dies
        assert held.attempt == attempt
        clock.now += LEASE
    said = []
    assert Worker(store, clock=clock, say=said.append).once() == [] and "died of it" in said[0]
    assert {r.state for r in jobs.job_runs(store)} == {"lost"}
    clock.now = TWO + DAY
    assert len(Worker(store, clock=clock).once()) == 1


def test_outside_its_night_a_job_waits_for_the_opening(store, clock, plays):
    add(store, night="03:00-05:00")
    worker = Worker(store, clock=clock)
    assert worker.once() == []
    clock.now = TWO + timedelta(hours=1)
    assert len(worker.once()) == 1 and plays[1] == [("n", "schedule", 1)]


def test_a_run_that_the_morning_stopped_goes_on_in_the_next_night(store, clock, plays):
    jobs.add_job(store, Job("n", "t.csv", "0 2 1 * *", None, None, "22:00-06:00", None, TWO, TWO))

    def until_six(job, how):
        clock.now = TWO.replace(hour=6)
        return Performed("stopped", 3, "outside the window", {}, [])

    plays[0][:] = [until_six]
    (ended,) = Worker(store, clock=clock).once()
    assert ended.retry_at == TWO.replace(hour=22)


def test_a_job_run_by_hand_keeps_its_calendar(store, clock, plays):
    add(store, next_at=TWO + DAY)
    assert Worker(store, clock=clock).now("n").state == "done"
    assert plays[1] == [("n", "hand", 1)] and jobs.job_of(store, "n").next_at == TWO + DAY
    with pytest.raises(LookupError):
        Worker(store, clock=clock).now("m")


def test_the_summary_is_posted_where_the_job_says_and_the_answer_is_kept(store, clock, plays, monkeypatch):
    add(store, "a", webhook="https://hook.example/")
    add(store, "b")
    sent = []
    monkeypatch.setattr(module, "post_summary", lambda url, summary: sent.append((url, summary)) or "sent: 200")
    Worker(store, clock=clock).once()
    assert sent == [("https://hook.example/", {"state": "done"})]
    assert [r.notice for r in jobs.job_runs(store)] == [None, "sent: 200"]


def test_the_worker_that_waits_runs_what_is_due_and_ends_when_told(store, plays):
    add(store, next_at=datetime(2026, 1, 1, tzinfo=UTC))
    ended = []
    worker = Worker(store, on_end=lambda e: (ended.append(e.state), worker.stop()))
    worker.forever()
    assert ended == ["done"]
