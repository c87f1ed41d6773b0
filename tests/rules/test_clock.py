"""Days are China's, also in the hours when it is yesterday elsewhere."""

from datetime import UTC, date, datetime

from rules import clock


def test_today_is_china_s_day_before_midnight_utc(monkeypatch):
    class Evening(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2026, 11, 28, 16, 30, tzinfo=UTC).astimezone(tz)

    monkeypatch.setattr(clock, "datetime", Evening)
    assert clock.today() == date(2026, 11, 29)
