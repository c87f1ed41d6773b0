"""Passwords (口令): argon2id as RFC 9106 recommends it, what may be one, and the set-up's one-time code."""

from __future__ import annotations

import secrets
import threading
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 256  # signs
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O 1 I L U: it is typed from a terminal
WRONG_CODES = 5  # after so many wrong codes another one is printed

_HASHER = PasswordHasher()
_ROOM = threading.BoundedSemaphore(2)  # each hash takes 64 MiB: sign-ins of many wait instead of filling the memory


def hashed(password: str) -> str:
    """The password as it is kept."""
    with _ROOM:
        return _HASHER.hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Whether the password is the one kept. Without one (no such account) the same work is done and the answer is no."""
    if len(password) > LONGEST:
        return False
    with _ROOM:
        try:
            return _HASHER.verify(kept or _nobody(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def weakness(password: str, login: str) -> str | None:
    """Why a password may not be used, as a key of the desk's words; None when it may."""
    if len(password) < SHORTEST:
        return "password_short"
    if len(password) > LONGEST:
        return "password_long"
    if len(set(password.casefold())) < 5 or _runs(password.casefold()):
        return "password_simple"
    if login and login.casefold() in password.casefold():
        return "password_holds_login"
    return None


def _runs(text: str) -> bool:
    """One sign after the other all along, as in 123456789012 or abcdefghijkl, or a short piece said again and again."""
    steps = {
        (ord(b) - ord(a)) % 10 if a.isdigit() and b.isdigit() else ord(b) - ord(a)
        for a, b in zip(text, text[1:], strict=False)
    }
    said_again = any(text == (text[:n] * len(text))[: len(text)] for n in range(1, 5))
    return said_again or (len(steps) == 1 and steps <= {1, -1, 9})


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _HASHER.hash(secrets.token_urlsafe(16))


class SetUpCode:
    """一次性设置码: printed on the terminal, wanted for the first account. Five wrong ones and another is printed."""

    def __init__(self, say: object) -> None:
        self._say = say
        self._lock = threading.Lock()
        self._code = ""
        self._wrong = 0

    def print_new(self) -> None:
        """Makes a code and prints it."""
        self._code = "-".join("".join(secrets.choice(CODE_SIGNS) for _ in range(4)) for _ in range(4))
        self._wrong = 0
        self._say(self._code)  # type: ignore[operator]

    def fits(self, typed: str) -> bool:
        """Whether this is the code; blanks, hyphens and case don't matter."""
        with self._lock:
            right = bool(self._code) and secrets.compare_digest(_plain(typed).encode(), _plain(self._code).encode())
            if not right:
                self._wrong += 1
                if self._wrong >= WRONG_CODES:
                    self.print_new()
            return right

    def spend(self) -> None:
        """The first account is made: the code is worth nothing any more."""
        self._code = ""


def _plain(code: str) -> str:
    return "".join(sign for sign in code.upper() if sign.isalnum())
