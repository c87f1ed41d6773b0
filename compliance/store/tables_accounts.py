"""Tables of the review desk's accounts (账户): who may sign in, who is signed in, failed tries. What they do stands in the audit log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index, Text
from sqlmodel import Field, SQLModel

from compliance.store.tables_jobs import Instant


def _when(nullable: bool = False) -> Column[datetime]:
    return Column(Instant(), nullable=nullable)


class AccountRow(SQLModel, table=True):
    """账户. `login` is the name typed, folded; `role`: viewer | investigator | supervisor | admin; `password`: argon2id, PHC string."""

    __tablename__ = "account"

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    name: str = Field(sa_column=Column(Text, nullable=False))
    role: str
    password: str = Field(sa_column=Column(Text, nullable=False))
    must_change: bool = False  # an administrator gave the password: the first thing to do is to choose another
    created_at: datetime = Field(sa_column=_when())
    disabled_at: datetime | None = Field(default=None, sa_column=_when(nullable=True))


class SessionRow(SQLModel, table=True):
    """会话. `id` is the SHA-256 of the cookie's token: whoever reads the store can't sign in with it. `csrf`: the token of its forms."""

    __tablename__ = "account_session"

    id: str = Field(primary_key=True)
    account_id: int = Field(index=True)
    csrf: str
    made_at: datetime = Field(sa_column=_when())
    used_at: datetime = Field(sa_column=_when())


class LoginTry(SQLModel, table=True):
    """A failed try to sign in (登录失败), also with a name that nobody has: both look the same."""

    __tablename__ = "login_try"
    __table_args__ = (Index("ix_login_try_login", "login", "at"), Index("ix_login_try_address", "address", "at"))

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(sa_column=Column(Text, nullable=False))
    address: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_column=_when())
