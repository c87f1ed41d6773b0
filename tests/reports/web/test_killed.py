"""`kill -9` of the desk while somebody confirms: the case is old or new, and the audit log says which."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

pytest.importorskip("uvicorn", reason="the desk needs the extra `review`")

from compliance.store import accounts
from compliance.store.audit_check import broken_lines
from compliance.store.cases import Filters, Paging, case_of, cases_of
from compliance.store.session import open_store
from reports.web.guard import SESSION_COOKIE
from tests.reports.web.world import SAID, checking, keep_pages

pytestmark = pytest.mark.slow
DELAYS = (0.0, 0.004, 0.02)  # seconds between the first request sent and the kill
FIRMS = 8


def test_the_case_is_old_or_new_and_the_log_says_which(tmp_path: Path) -> None:
    token, form = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    path, now = tmp_path / "store.db", datetime.now(UTC)
    page = f"<html><body><p>{SAID}，质量可靠。</p><p>{'示例厂区占地三万平方米。' * 10}</p></body></html>".encode()
    with open_store(path) as store, checking() as checked:
        keep_pages(store, checked, [(f"http://k{n}.example/a", f"示例{n}号阀门有限公司", page) for n in range(FIRMS)])
        account = accounts.first_account(store, "li", "李某", "$argon2id$none", now, None)
        accounts.sign_in(store, account, token, form, now, None)
        ids = [one["id"] for one in cases_of(store, Filters(), Paging(1, 50))["cases"]]
    assert len(ids) == FIRMS
    environment = os.environ | {"CERTMARK_DATA": str(tmp_path), "CERTMARK_DATABASE_URL": f"sqlite:///{path}"}
    headers = {"Cookie": f"{SESSION_COOKIE}={token}", "Content-Type": "application/x-www-form-urlencoded"}
    seen = set()
    for delay in DELAYS:
        desk = subprocess.Popen(
            [sys.executable, "-m", "certmark", "review", "--port", "0"],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            port = int(re.search(r"http://127.0.0.1:(\d+)/", desk.stderr.readline()).group(1))
            connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=20) for _ in ids]
            connections[0].request("GET", "/password", headers=headers)  # it is up
            assert connections[0].getresponse().read()

            def confirm(one, case_id) -> None:
                body = urlencode({"csrf": form, "version": "1", "to": "confirmed", "why": "核对过"})
                try:
                    one.request("POST", f"/cases/{case_id}/change", body, headers)
                    one.getresponse().read()
                except (OSError, http.client.HTTPException):
                    pass  # the desk was killed before it answered: what this test is about

            threads = [threading.Thread(target=confirm, args=pair) for pair in zip(connections, ids, strict=True)]
            for thread in threads:
                thread.start()
            time.sleep(delay)
        finally:
            desk.send_signal(signal.SIGKILL)
            desk.wait(timeout=20)
            desk.stderr.close()
        for thread in threads:
            thread.join(20)
        with open_store(path) as store:
            for case_id in ids:
                found = case_of(store, case_id)
                told = [line["to"] for line in found["history"] if line["what"] == "state"]
                assert (found["state"], told) in (("new", []), ("confirmed", ["confirmed"])), found["history"]
                assert found["version"] == 1 + len(told)
                seen.add(found["state"])
            assert broken_lines(store) == []
    assert seen <= {"new", "confirmed"} and seen
