"""How Chromium is started (浏览器): which program, with which ways out; the same for reading shells and for pictures of pages."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from typing import Any

from scrapy.settings import BaseSettings

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 20  # for a page to load
NEVER = ("media", "websocket", "eventsource", "manifest")  # kinds of requests that show no words
# Chromium resolves nothing itself and reaches nothing but the gate; nothing of its own is sent home.
FLAGS = (
    "--proxy-bypass-list=<-loopback>", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--no-pings", "--disable-domain-reliability", "--dns-prefetch-disable",
    "--disable-features=AsyncDns,DnsOverHttps,MediaRouter,OptimizationHints",
)  # fmt: skip


def program_of(settings: BaseSettings) -> str | None:
    """The browser to start: what the settings name (`none`: none), else Chromium where Debian puts it; None without the extra `browser`.

    A browser is never downloaded.
    """
    named = settings.get("CERTMARK_BROWSER") or ""
    if named == "none" or find_spec("scrapy_playwright") is None:
        return None
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def launch_options(settings: BaseSettings, port: int) -> dict[str, Any]:
    """Playwright's options for a browser whose only way out is the gate on `port`."""
    return {
        "executable_path": program_of(settings),
        "headless": True,
        "chromium_sandbox": os.geteuid() != 0,  # Chromium has none for root
        "args": list(FLAGS),
        "proxy": {"server": f"http://127.0.0.1:{port}", "bypass": "<-loopback>"},
        "timeout": SECONDS * 1000,
    }


def context_options(settings: BaseSettings) -> dict[str, Any]:
    """Playwright's options for one page: nothing stays, nothing is saved."""
    return {
        "user_agent": settings["USER_AGENT"],
        "accept_downloads": False,
        "service_workers": "block",
        "ignore_https_errors": True,  # as the crawl itself: a firm's expired certificate is no reason not to read
        "locale": "zh-CN",
    }
