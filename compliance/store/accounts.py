"""Accounts of the review desk in the store: made, changed, signed in and out. Every change stands in the audit log in the same transaction.

Passwords come here as argon2id hashes (reports.web.passwords); tokens of sessions are kept as their SHA-256 only.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text, update

from compliance.store.audit import record
from compliance.store.session import Store
from compliance.store.tables_accounts import AccountRow, LoginTry, SessionRow

ACCOUNT = AccountRow.__table__  # type: ignore[attr-defined]
SESSION = SessionRow.__table__  # type: ignore[attr-defined]
TRY = LoginTry.__table__  # type: ignore[attr-defined]
ROLES = ("viewer", "investigator", "supervisor", "admin")  # each may do all that those before it may
IDLE = timedelta(hours=2)  # a session unused for so long has ended
LONGEST = timedelta(hours=12)  # and every session after so long
PG_LOCK = 7311028  # the first account, and the last administrator: decided by one transaction at a time


class AccountRefused(ValueError):
    """The change can't be made; `key` names the reason in the desk's words."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Account:
    """账户 as stored."""

    id: int
    login: str
    name: str
    role: str
    password: str
    must_change: bool
    created_at: datetime
    disabled_at: datetime | None

    def at_least(self, role: str) -> bool:
        """Whether the account's role includes `role`."""
        return ROLES.index(self.role) >= ROLES.index(role)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something (操作人): the name for the audit log, and what is kept beside it."""

    name: str
    role: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session with its account."""

    account: Account
    csrf: str
    session: str
    made_at: datetime


def folded(login: str) -> str:
    """A login name as compared: NFKC, no blanks around, case folded."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def token_hash(token: str) -> str:
    """What is kept of a session's token."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def any_account(store: Store) -> bool:
    """Whether the first account has been made."""
    with store.reading() as connection:
        return connection.execute(select(ACCOUNT.c.id).limit(1)).first() is not None


def has_admin(store: Store) -> bool:
    """Whether an administrator who may sign in exists."""
    with store.reading() as connection:
        return _admins(connection) > 0


def accounts(store: Store) -> list[Account]:
    """All accounts, those who may sign in first."""
    with store.reading() as connection:
        rows = connection.execute(select(ACCOUNT).order_by(ACCOUNT.c.disabled_at.is_not(None), ACCOUNT.c.login))
        return [Account(**row._mapping) for row in rows]


def account_of(store: Store, account_id: int) -> Account:
    """One account. Raises LookupError."""
    with store.reading() as connection:
        return _account(connection, account_id)


def by_login(store: Store, login: str) -> Account | None:
    """The account that signs in by this name, disabled or not."""
    with store.reading() as connection:
        row = connection.execute(select(ACCOUNT).where(ACCOUNT.c.login == folded(login))).first()
    return Account(**row._mapping) if row else None


def first_account(store: Store, login: str, name: str, password: str, now: datetime, address: str | None) -> Account:
    """The first account of the store, an administrator. Raises AccountRefused when another was quicker."""
    with store.writing() as connection:
        _alone(connection)
        if connection.execute(select(ACCOUNT.c.id).limit(1)).first() is not None:
            raise AccountRefused("set_up_done")
        made = _add(connection, login, name, "admin", password, False, now)
        _log(connection, Actor(made.login, made.role, address), "account_set_up", login=made.login)
    return made


def add_account(store: Store, actor: Actor, login: str, name: str, role: str, password: str, now: datetime) -> Account:
    """A new account whose password must be changed at the first sign-in. Raises AccountRefused: name taken, no such role."""
    if role not in ROLES:
        raise AccountRefused("no_such_role")
    with store.writing() as connection:
        _alone(connection)
        if connection.execute(select(ACCOUNT.c.id).where(ACCOUNT.c.login == folded(login))).first():
            raise AccountRefused("login_taken")
        made = _add(connection, login, name, role, password, True, now)
        _log(connection, actor, "account_added", login=made.login, given_role=role)
    return made


def change_account(store: Store, actor: Actor, account_id: int, now: datetime, *, role: str, disabled: bool) -> None:
    """Another role, or signed out for good and back. Its sessions end. Raises LookupError, AccountRefused for the last administrator."""
    if role not in ROLES:
        raise AccountRefused("no_such_role")
    with store.writing() as connection:
        _alone(connection)
        before = _account(connection, account_id)
        since = (before.disabled_at or now) if disabled else None
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(role=role, disabled_at=since))
        if not _admins(connection):
            raise AccountRefused("last_admin")
        connection.execute(delete(SESSION).where(SESSION.c.account_id == account_id))
        states = [before.disabled_at is not None, disabled]
        _log(connection, actor, "account_changed", login=before.login, roles=[before.role, role], disabled=states)


def set_password(store: Store, actor: Actor, account_id: int, password: str, must_change: bool) -> None:
    """Another password; all sessions of the account end."""
    with store.writing() as connection:
        login = _account(connection, account_id).login
        connection.execute(
            update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(password=password, must_change=must_change)
        )
        connection.execute(delete(SESSION).where(SESSION.c.account_id == account_id))
        connection.execute(delete(TRY).where(TRY.c.login == login))
        _log(connection, actor, "password_changed", login=login, given=must_change)


def better_hash(store: Store, account_id: int, password: str) -> None:
    """The same password hashed with today's parameters."""
    with store.writing() as connection:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(password=password))


def sign_in(store: Store, account: Account, token: str, csrf: str, now: datetime, address: str | None) -> None:
    """Opens a session under a new token and forgets the failed tries."""
    with store.writing() as connection:
        connection.execute(delete(SESSION).where(SESSION.c.made_at < now - LONGEST))
        connection.execute(
            insert(SESSION).values(id=token_hash(token), account_id=account.id, csrf=csrf, made_at=now, used_at=now)
        )
        connection.execute(delete(TRY).where(TRY.c.login == account.login))
        _log(connection, Actor(account.login, account.role, address), "signed_in")


def sign_out(store: Store, signed: SignedIn, actor: Actor) -> None:
    """Ends one session."""
    with store.writing() as connection:
        connection.execute(delete(SESSION).where(SESSION.c.id == signed.session))
        _log(connection, actor, "signed_out")


def signed_in(store: Store, token: str, now: datetime, awake: bool = True) -> SignedIn | None:
    """Who the token belongs to; None when the session has ended or the account may not sign in. Keeps the session awake, but not for
    what a page asks for by itself (`awake` False)."""
    wanted = token_hash(token)
    with store.reading() as connection:
        row = connection.execute(
            select(ACCOUNT, SESSION.c.csrf, SESSION.c.made_at, SESSION.c.used_at)
            .join(SESSION, SESSION.c.account_id == ACCOUNT.c.id)
            .where(SESSION.c.id == wanted, ACCOUNT.c.disabled_at.is_(None))
        ).first()
    if row is None or now - row.made_at > LONGEST or now - row.used_at > IDLE:
        return None
    if awake and now - row.used_at > timedelta(minutes=5):
        with store.writing() as connection:
            connection.execute(update(SESSION).where(SESSION.c.id == wanted).values(used_at=now))
    values: dict[str, Any] = {n: getattr(row, n) for n in Account.__dataclass_fields__}
    return SignedIn(Account(**values), row.csrf, wanted, row.made_at)


def failed_try(store: Store, login: str, address: str, now: datetime) -> None:
    """Writes a failed try down, here and in the audit log."""
    with store.writing() as connection:
        connection.execute(insert(TRY).values(login=folded(login)[:200], address=address, at=now))
        _log(connection, Actor(folded(login)[:200], None, address), "sign_in_refused")


def tries_since(store: Store, login: str, address: str, since: datetime) -> tuple[int, int, datetime | None]:
    """(failed tries for this name, from this address, the last of both) since then."""
    name = folded(login)[:200]
    with store.reading() as connection:
        named = connection.execute(
            select(func.count(), func.max(TRY.c.at)).where(TRY.c.login == name, TRY.c.at > since)
        ).one()
        placed = connection.execute(
            select(func.count(), func.max(TRY.c.at)).where(TRY.c.address == address, TRY.c.at > since)
        ).one()
    last = max((at for at in (named[1], placed[1]) if at is not None), default=None)
    return named[0], placed[0], last


def _log(connection: Connection, actor: Actor, what: str, **details: Any) -> None:
    record(
        connection, who=actor.name or "—", what=what, details={"role": actor.role, "address": actor.address, **details}
    )


def _add(
    connection: Connection, login: str, name: str, role: str, password: str, must_change: bool, now: datetime
) -> Account:
    values: dict[str, Any] = {
        "login": folded(login), "name": name, "role": role, "password": password,
        "must_change": must_change, "created_at": now, "disabled_at": None,
    }  # fmt: skip
    made = connection.execute(insert(ACCOUNT).values(**values).returning(ACCOUNT.c.id)).scalar_one()
    return Account(id=made, **values)


def _account(connection: Connection, account_id: int) -> Account:
    row = connection.execute(select(ACCOUNT).where(ACCOUNT.c.id == account_id)).first()
    if row is None:
        raise LookupError(f"no account {account_id}")
    return Account(**row._mapping)


def _admins(connection: Connection) -> int:
    return connection.execute(
        select(func.count()).select_from(ACCOUNT).where(ACCOUNT.c.role == "admin", ACCOUNT.c.disabled_at.is_(None))
    ).scalar_one()


def _alone(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"select pg_advisory_xact_lock({PG_LOCK})"))
