"""When a job is due (日程): cron expressions and night windows, all in Asia/Shanghai. Reckoned by APScheduler's triggers."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from crawler.politeness import in_window
from rules.clock import CHINA

DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")  # as crontab counts: 0 and 7 are Sunday
_DAY_PART = re.compile(r"(?P<first>\*|[0-7]|[a-z]{3})(?:-(?P<last>[0-7]|[a-z]{3}))?(?:/(?P<step>[1-9]))?")


class BadCalendar(ValueError):
    """An expression or a window that can't be used; the message says what is wrong and how to write it."""


def trigger_of(every: str) -> BaseTrigger:
    """The trigger of a crontab expression: minute hour day month weekday. Raises BadCalendar.

    Two things APScheduler's own `from_crontab` reads otherwise than crontab(5), and that are put right here: it counts weekdays from
    Monday = 0 (crontab: Sunday = 0 or 7), and it joins day and weekday by "and" where crontab says "or".
    """
    parts = every.lower().split()
    if len(parts) != 5:
        raise BadCalendar(
            f'{every[:60]!r} has {len(parts)} parts; write five, minute hour day month weekday: "0 2 * * *" is 02:00 each day'
        )
    minute, hour, day, month, weekday = parts
    try:
        names = "*" if weekday == "*" else ",".join(DAYS[n] for n in sorted(_weekdays(weekday)))
        fixed = {"minute": minute, "hour": hour, "month": month, "timezone": CHINA}
        if day == "*" or weekday == "*":
            return CronTrigger(day=day, day_of_week=names, **fixed)
        return OrTrigger([CronTrigger(day=day, **fixed), CronTrigger(day_of_week=names, **fixed)])
    except ValueError as error:
        raise BadCalendar(f"{every[:60]!r} is no crontab expression: {error}") from error


def next_after(every: str, moment: datetime) -> datetime:
    """The first time of the calendar later than `moment`. Raises BadCalendar when there is none (30 February)."""
    # the trigger's own answer may be `moment` itself
    start = moment.astimezone(CHINA).replace(second=0, microsecond=0) + timedelta(minutes=1)
    found = trigger_of(every).get_next_fire_time(None, start)
    if found is None:
        raise BadCalendar(f"{every!r} never comes; correct the day or the month")
    return found


def checked_window(text: str) -> str:
    """A night window as written, `22:00-06:00`. Raises BadCalendar."""
    try:
        in_window(time(0), text)
    except ValueError as error:
        raise BadCalendar(f"{text!r} is not a window; write it as 22:00-06:00") from error
    return text


def opening_of(window: str | None, moment: datetime) -> datetime:
    """`moment` itself when it lies in the window (or there is none), else when the window opens next."""
    here = moment.astimezone(CHINA)
    if in_window(here.time(), window):
        return moment
    start = time.fromisoformat(str(window).split("-", 1)[0].strip())
    opening = datetime.combine(here.date(), start, CHINA)
    return opening if opening > here else opening + timedelta(days=1)


def _weekdays(field: str) -> set[int]:
    found: set[int] = set()
    for part in field.split(","):
        match = _DAY_PART.fullmatch(part)
        if match is None:
            raise ValueError(f"weekday {part!r}; write 0-7 (0 and 7 are Sunday) or sun-sat")
        first, last, step = match["first"], match["last"], int(match["step"] or 1)
        if first == "*":
            begin, end = 0, 6
        else:
            begin = _weekday(first)
            end = _weekday(last) if last else (6 if match["step"] else begin)
        if last and end == 0 and begin:
            end = 7  # mon-sun
        if end < begin:
            raise ValueError(f"weekday {part!r} runs backwards")
        found |= {n % 7 for n in range(begin, end + 1, step)}
    return found


def _weekday(word: str) -> int:
    if word.isdigit():
        return int(word)
    if word not in DAYS:
        raise ValueError(f"weekday {word!r}; write 0-7 (0 and 7 are Sunday) or sun-sat")
    return DAYS.index(word)
