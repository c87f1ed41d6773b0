from datetime import UTC, datetime, time

import pytest
from scrapy.http import Response

from crawler.politeness import in_window, wait_of

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("99999999999999", 600.0),
        ("Mon, 23 Nov 2026 12:01:00 GMT", 60.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_never_longer_than_ten_minutes(header, seconds):
    response = Response("http://a.example/", headers={"Retry-After": header} if header else {})
    assert wait_of(response, NOW) == seconds


def test_a_window_may_reach_over_midnight_and_no_window_is_always_open():
    assert in_window(time(23), "22:00-06:00") and in_window(time(5, 59), "22:00-06:00")
    assert not in_window(time(6), "22:00-06:00") and not in_window(time(12), "22:00-06:00")
    assert in_window(time(12), "09:00-17:00") and in_window(time(3), None)
