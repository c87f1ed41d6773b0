"""`certmark review` as a process: what it prints, when it refuses to start, what the first visitor meets."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="the desk needs the extra `review`")

from compliance.store import accounts
from compliance.store.session import open_store

REVIEW = (sys.executable, "-m", "certmark", "review")


def settings(folder: Path) -> dict[str, str]:
    return os.environ | {"CERTMARK_DATA": str(folder), "CERTMARK_DATABASE_URL": f"sqlite:///{folder / 'store.db'}"}


@contextmanager
def running(folder: Path, *options: str) -> Iterator[tuple[str, str]]:
    """(its address, all it said until it listened)."""
    process = subprocess.Popen(
        [*REVIEW, "--port", "0", *options], env=settings(folder), stderr=subprocess.PIPE, text=True
    )
    try:
        said = ""
        while "http://" not in said or ("no account" not in said and not accounts_in(folder)):
            line = process.stderr.readline()
            assert line, said
            said += line
        yield re.search(r"http://\S+", said).group(0), said
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
        process.stderr.close()


def accounts_in(folder: Path) -> bool:
    with open_store(folder / "store.db") as store:
        return accounts.any_account(store)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_another_address_without_an_administrator_is_refused_at_once(tmp_path: Path, host: str) -> None:
    began = time.monotonic()
    done = subprocess.run([*REVIEW, "--host", host], env=settings(tmp_path), capture_output=True, text=True, timeout=30)
    assert done.returncode == 2, done.stderr
    assert "no administrator's account exists" in done.stderr and done.stdout == ""
    assert time.monotonic() - began < 20


@pytest.mark.slow
def test_the_terminal_shows_the_code_and_the_first_visitor_meets_the_set_up(tmp_path: Path) -> None:
    with running(tmp_path) as (address, said):
        assert re.search(r"one-time code: (\w{4}-){3}\w{4}\n", said)
        for path in ("", "accounts", "static/desk.css"):
            with urllib.request.urlopen(address + path, timeout=20) as answer:
                assert answer.url == address + "setup" and "一次性设置码" in answer.read().decode()


@pytest.mark.slow
def test_with_an_administrator_it_listens_elsewhere_and_shows_no_code(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.db") as store:
        accounts.first_account(store, "li", "李某", "$argon2id$none", datetime.now(UTC), None)
    with running(tmp_path, "--host", "0.0.0.0") as (address, said):
        assert "code:" not in said and "TLS" in said
        with urllib.request.urlopen(address.replace("0.0.0.0", "127.0.0.1"), timeout=20) as answer:
            assert answer.url.endswith("/login")


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*REVIEW, "--port", port], env=settings(tmp_path), capture_output=True, text=True, timeout=30
        )
    assert done.returncode == 2 and "choose another --port" in done.stderr


def test_the_first_account_is_made_on_the_terminal_once_and_opens_the_desk_to_other_addresses(tmp_path: Path) -> None:
    def make(login: str, password: str) -> tuple[int, str]:
        done = subprocess.run(
            [*REVIEW, "--host", "0.0.0.0", "--first-account", login],
            env=settings(tmp_path), input=f"{password}\n", capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        return done.returncode, done.stderr

    assert "has 2–40 signs" in make("a b", "ein langes probewort")[1]
    assert make("leiter", "kurz")[0] == 2 and not accounts_in(tmp_path)
    assert make("leiter", "ein langes probewort") == (0, "certmark review: leiter can sign in, as an administrator\n")
    code, said = make("zweiter", "ein anderes probewort")
    assert code == 2 and "There is an account already" in said
    with open_store(tmp_path / "store.db") as store:
        assert accounts.has_admin(store)
    with running(tmp_path, "--host", "0.0.0.0", "--secure") as (address, said):
        assert "no account" not in said and address.startswith("http://0.0.0.0:")
