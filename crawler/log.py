"""Log lines of the crawl: one JSON object a line on standard output for the parent process, scrapy's own lines kept quiet."""

from __future__ import annotations

import json
import logging
import os
import sys
from typing import Any

from scrapy.logformatter import LogFormatter


def say(event: str, **fields: Any) -> None:
    """One event for the parent process, at once. With the parent gone this process ends: the store has all that was done."""
    try:
        sys.stdout.write(json.dumps({"event": event, **fields}, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os._exit(3)  # no clean-up: closing would write to the same pipe


class QuietFormatter(LogFormatter):
    """Failures of addresses are counted and named in the summary; scrapy's lines about them go to the debug level."""

    def download_error(self, *args: Any, **kwargs: Any) -> Any:
        """Quiet: the frontier has the failure with its reason."""
        return super().download_error(*args, **kwargs) | {"level": logging.DEBUG}

    def dropped(self, *args: Any, **kwargs: Any) -> Any:
        """Quiet: nothing drops items here."""
        return super().dropped(*args, **kwargs) | {"level": logging.DEBUG}
