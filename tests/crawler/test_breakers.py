import os
import time
from datetime import datetime
from types import SimpleNamespace

from crawler.breakers import Breakers
from rules.clock import CHINA


def test_a_night_window_is_counted_in_chinese_time_wherever_the_machine_stands():
    before = os.environ.get("TZ")
    now = datetime.now(CHINA)
    window = f"{(now.hour - 1) % 24:02d}:00-{(now.hour + 2) % 24:02d}:00"
    fuse = Breakers.__new__(Breakers)
    fuse._parent, fuse._seconds, fuse._hours = 0, 0, window
    fuse._folder, fuse._rate, fuse._window, fuse._patience = None, 2, 100, 1e9
    fuse._began = fuse._moved = time.monotonic()
    fuse._requests = 0
    frontier = SimpleNamespace(broken=None, outcomes=[], requests=0)
    engine = SimpleNamespace(scheduler=SimpleNamespace(waits=lambda: False))
    fuse.crawler = SimpleNamespace(spider=SimpleNamespace(frontier=frontier), engine=engine)
    try:
        for zone in ("UTC", "EST5", "CST-8"):
            os.environ["TZ"] = zone
            time.tzset()
            assert fuse._blown() is None
        fuse._hours = f"{(now.hour + 3) % 24:02d}:00-{(now.hour + 4) % 24:02d}:00"
        assert "outside the window" in fuse._blown()
        frontier.broken = "the store can't be written: disk full"
        assert fuse._blown() == frontier.broken
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()
