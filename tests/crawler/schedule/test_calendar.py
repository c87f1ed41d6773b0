"""Cron expressions as crontab(5) reads them, in Asia/Shanghai; night windows."""

from datetime import UTC, datetime

import pytest

from crawler.schedule.calendar import BadCalendar, checked_window, next_after, opening_of
from rules.clock import CHINA

TUESDAY = datetime(2026, 11, 24, 4, 0, tzinfo=CHINA)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ("0 2 * * *", "2026-11-25 02:00"),
        ("0 4 * * *", "2026-11-25 04:00"),  # now itself is not "after"
        ("*/15 * * * *", "2026-11-24 04:15"),
        ("30 22 * * 1-5", "2026-11-24 22:30"),
        ("0 2 * * 1", "2026-11-30 02:00"),  # crontab's 1 is Monday
        ("0 2 * * 0", "2026-11-29 02:00"),
        ("0 2 * * 7", "2026-11-29 02:00"),
        ("0 2 * * 5-7", "2026-11-27 02:00"),
        ("0 2 * * SUN,sat", "2026-11-28 02:00"),
        ("0 2 * * */3", "2026-11-25 02:00"),  # Sunday, Wednesday, Saturday
        ("0 2 1 * *", "2026-12-01 02:00"),
        ("0 2 1 * 5", "2026-11-27 02:00"),  # day or weekday, whichever comes first
        ("0 2 26 * 1", "2026-11-26 02:00"),
        ("0 2 29 2 *", "2028-02-29 02:00"),
        ("0 2 * jan *", "2027-01-01 02:00"),
    ],
)
def test_the_next_time_is_the_one_crontab_names(every, expected):
    assert next_after(every, TUESDAY) == at(expected)


def test_times_are_those_of_china_whatever_zone_the_moment_comes_in():
    assert next_after("0 2 * * *", datetime(2026, 11, 24, 17, 59, tzinfo=UTC)) == at("2026-11-25 02:00")
    assert next_after("0 2 * * *", datetime(2026, 11, 24, 18, 0, tzinfo=UTC)) == at("2026-11-26 02:00")


def test_a_second_into_the_minute_is_after_it():
    assert next_after("0 4 * * *", TUESDAY.replace(second=1)) == at("2026-11-25 04:00")


@pytest.mark.parametrize(
    "every",
    ["", "nightly", "0 2 * *", "61 * * * *", "0 2 * * 8", "0 2 * * 5-1", "0 2 * * mond", "0 2 30 2 *", "0 2 * * */0"],
)
def test_an_expression_that_means_nothing_is_refused(every):
    with pytest.raises(BadCalendar):
        next_after(every, TUESDAY)


def test_outside_the_window_the_next_opening_is_named():
    assert opening_of("22:00-06:00", TUESDAY) == TUESDAY
    assert opening_of("22:00-06:00", at("2026-11-24 06:00")) == at("2026-11-24 22:00")
    assert opening_of("01:00-05:00", at("2026-11-24 12:00")) == at("2026-11-25 01:00")
    assert opening_of(None, TUESDAY) == TUESDAY


@pytest.mark.parametrize("text", ["late", "22:00", "25:00-06:00"])
def test_a_window_that_can_not_be_read_is_refused(text):
    with pytest.raises(BadCalendar):
        checked_window(text)
