"""The fetching process of a queue's worker (`python -m crawler.cluster.fetcher`): one run, sites as they come on standard input.

First line: the order (store, run, settings). Then one JSON object a line: `{"site", "holder"}` takes a site up, `{"leave", "why"}` lets
one go. At the end of the input it finishes what it has.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from typing import Any

from compliance.store.holding import take_site
from compliance.store.plain import plainly
from compliance.store.session import StoreError, open_store
from crawler.cluster.fed import FedFrontier
from crawler.log import say
from crawler.worker import bounds_of, fetch, log_to_stderr, settings_of


def work(order: dict[str, Any]) -> None:
    """Works on the sites that come until the input ends or a fuse blows."""
    settings = settings_of(order)
    with open_store(order["store"]) as store:
        frontier = FedFrontier(store, order["run"], bounds_of(settings))

        def obey(line: dict[str, Any]) -> None:
            if "site" in line:
                try:
                    with plainly(store):
                        site = take_site(store, line["site"], line["holder"])
                except (StoreError, LookupError) as error:
                    say("left", id=line["site"], host=None, reason=str(error))
                    return
                if site.state == "waiting":
                    frontier.join(site, line["holder"])
                else:  # it came to its end before, and its worker died before it could say so
                    say("site", id=site.id, host=site.host, state=site.state, reason=site.reason, again=True)
            elif "leave" in line:
                frontier.leave(line["leave"], line["why"])
            frontier.wake()

        listener = threading.Thread(target=_listen, args=(obey, frontier), daemon=True)
        fetch(frontier, settings, opened=listener.start)


def _listen(obey: Callable[[dict[str, Any]], None], frontier: FedFrontier) -> None:
    """Reads the input in a thread of its own; everything is done in the reactor's."""
    from twisted.internet import reactor

    for text in sys.stdin:
        reactor.callFromThread(obey, json.loads(text))  # type: ignore[attr-defined]
    reactor.callFromThread(frontier.close_feed)  # type: ignore[attr-defined]
    reactor.callFromThread(frontier.wake)  # type: ignore[attr-defined]


if __name__ == "__main__":
    log_to_stderr()
    work(json.loads(sys.stdin.readline()))
