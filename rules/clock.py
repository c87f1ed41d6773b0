"""The law's clock (北京时间): days of conduct, of registers and of rules are days in China, wherever the machine stands."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """The day it is in China now."""
    return datetime.now(CHINA).date()
