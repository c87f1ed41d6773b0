"""The first account from the terminal (首个账户): for a desk that doesn't listen on loopback, in a container as a rule."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from compliance.store import accounts
from compliance.store.accounts import AccountRefused
from compliance.store.session import Store
from reports.web import passwords
from reports.web.entry import checked_login, checked_password
from reports.web.render import words_in


class Refused(RuntimeError):
    """No account was made; the message says why."""


def make_first_account(store: Store, login: str) -> None:
    """An administrator who signs in by `login`; the password comes from the terminal (asked twice, not shown) or a line of standard input.

    Raises Refused: there is an account, the name can't be signed in by, the password is weak.
    """
    fault = "set_up_done" if accounts.any_account(store) else checked_login(login)
    if fault is None:
        password, again = _asked()
        fault = checked_password(password, again, login)
    if fault is None:
        try:
            accounts.first_account(store, login, login, passwords.hashed(password), datetime.now(UTC), None)
            return
        except AccountRefused as error:
            fault = str(error)
    raise Refused(words_in("en").text(f"faults.{fault}"))


def _asked() -> tuple[str, str]:
    from getpass import getpass

    if sys.stdin.isatty():
        return getpass("password: "), getpass("once more: ")
    line = sys.stdin.readline().rstrip("\n")
    return line, line
