"""Sends a run's summary on (网络钩子、邮件): by POST to a public address, or as mail through the machine's own mail server.

No redirects, no passwords, bounded in time. Mail goes through the server that the setting `smtp` names (host or host:port; without
it, localhost): the operator's choice, never a page's or a job's.
"""

from __future__ import annotations

import http.client
import json
import re
import smtplib
import socket
from email.message import EmailMessage
from typing import Any

from compliance.reading.address import AddressRefused, target_of
from compliance.settings import load_settings
from crawler.pinned import SECONDS, post

AGENT = "certmark (summary of a scheduled run)"
MAIL = "mailto:"
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")


def checked_webhook(url: str) -> str:
    """The address as written when it may be sent to: http, https or mailto. Raises AddressRefused: other scheme, private address,
    password in it."""
    if url.startswith(MAIL):
        if not ADDRESS.fullmatch(url.removeprefix(MAIL)):
            raise AddressRefused(f"{url[:100]!r} is no mail address; write mailto:name@host.example")
        return url
    target_of(url)
    return url


def post_summary(url: str, summary: dict[str, Any]) -> str:
    """Sends the summary on, JSON by POST or text with JSON by mail; what became of it, in words. Never raises for what a network
    does: a hook must not fail a run."""
    if url.startswith(MAIL):
        return _mailed(url.removeprefix(MAIL), summary)
    body = json.dumps(summary, ensure_ascii=False, sort_keys=True).encode()
    headers = {"User-Agent": AGENT, "Content-Type": "application/json; charset=utf-8"}
    try:
        status, _ = post(url, body, headers)
    except AddressRefused as error:
        return f"not sent: {error}; only public http and https addresses are posted to"
    except (OSError, UnicodeError, http.client.HTTPException) as error:
        return f"not sent: {type(error).__name__}: {error}"
    if 200 <= status < 300:
        return f"sent: {status}"
    more = "; redirects are not followed: give the final address" if 300 <= status < 400 else ""
    return f"refused: the server answers with status {status}{more}"


def _mailed(to: str, summary: dict[str, Any]) -> str:
    from crawler.schedule.summary import text_of

    host, _, port = (load_settings().smtp or "localhost").partition(":")
    message = EmailMessage()
    message["Subject"] = f"certmark: {summary.get('job')}: {summary.get('state')}"
    message["From"] = f"certmark@{socket.gethostname()}"
    message["To"] = to
    message.set_content(text_of(summary) if "sites" in summary else str(summary.get("reason")))
    whole = json.dumps(summary, ensure_ascii=False, sort_keys=True, indent=1)
    message.add_attachment(whole.encode(), maintype="application", subtype="json", filename="summary.json")
    try:
        with smtplib.SMTP(host, int(port or 25), timeout=SECONDS) as server:
            server.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return f"not sent: {type(error).__name__}: {error}; the mail server is set by CERTMARK_SMTP"
    return f"sent: mail to {to}"
