"""A desk over a store of its own, and clients signed in with each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

pytest.importorskip("fastapi", reason="the desk needs the extra `review`")
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from compliance.store import accounts
from compliance.store.session import Store, open_store
from reports.web import passwords
from reports.web.app import make_app
from reports.web.guard import Entrance
from reports.web.passwords import SetUpCode
from tests.compliance.store.conftest import place  # noqa: F401  the fixture
from tests.reports.web.signing import PASSWORD, sign_in, token_of

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)  # the suite hashes hundreds of times
HASH = CHEAP.hash(PASSWORD)
HERE = accounts.Actor("test")


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", CHEAP)


@pytest.fixture
def store(place: str) -> Iterator[Store]:  # noqa: F811  pytest's way of asking for it
    """SQLite, or PostgreSQL as the tests of the store."""
    with open_store(place) as opened:
        yield opened


@pytest.fixture
def codes() -> list[str]:
    """The one-time codes as the terminal shows them."""
    return []


@pytest.fixture
def desk(store: Store, codes: list[str]) -> object:
    code = SetUpCode(codes.append)
    code.print_new()
    return make_app(store, Entrance(), code)


@pytest.fixture
def people(store: Store) -> dict[str, accounts.Account]:
    """One account a role; the first is the administrator."""
    now = datetime.now(UTC)
    made = {"admin": accounts.first_account(store, "admin", "管理员甲", HASH, now, None)}
    for role in ("viewer", "investigator", "supervisor"):
        one = accounts.add_account(store, HERE, role, f"某{role}", role, HASH, now)
        accounts.set_password(store, HERE, one.id, HASH, must_change=False)
        made[role] = one
    return made


@pytest.fixture
def stranger(desk: object) -> TestClient:
    """A browser that nobody has signed in with."""
    return TestClient(desk, base_url="http://127.0.0.1:8000", follow_redirects=False)


@pytest.fixture
def browser(desk: object, people: dict[str, accounts.Account]) -> Callable[[str], TestClient]:
    """A browser signed in with an account of the role; its `headers` carry the token of the forms."""

    def signed(role: str, login: str | None = None) -> TestClient:
        client = TestClient(desk, base_url="http://127.0.0.1:8000", follow_redirects=False)
        answer = sign_in(client, login or role)
        assert answer.status_code == 303, answer.text
        client.headers["X-CSRF-Token"] = token_of(client.get("/password").text)
        return client

    return signed
