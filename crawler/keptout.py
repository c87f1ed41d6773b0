"""Whether an answer is the page asked for, or a wall (拦截): captcha, firewall, login, parked, closed, soft 404, empty shell.

What the page says is the reader's knowledge (compliance.reading.blocked), so that a crawl and a later check call it the same;
here stands only what the status alone says.
"""

from __future__ import annotations

from compliance.reading.blocked import blocked_reason_of
from compliance.reading.glance import Glance

BY_STATUS = {401: "login", 407: "login", 429: "waf"}
WALL_STATUS = (403, 412, 503)  # some firewalls answer so with words of their own, others with none


def kept_out(status: int, glance: Glance) -> str | None:
    """The reason, or None for a page like any other. 404 and 410 are no wall: they say themselves that nothing is there."""
    if status in BY_STATUS:
        return BY_STATUS[status]
    if status in (404, 410):
        return None
    reason = blocked_reason_of(glance)
    if status >= 400 and reason in ("soft_404", "empty_shell"):
        reason = None
    return reason or ("waf" if status in WALL_STATUS else None)
