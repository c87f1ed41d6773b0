"""The table that says who works on a site of a shared run (在抓归属). The queue's own tables are procrastinate's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from compliance.store.tables_jobs import Instant


class SiteWork(SQLModel, table=True):
    """归属 of a site: only its `holder` may hand out or take in an address of it. Whoever takes the site up writes a new one."""

    __tablename__ = "crawl_site_work"

    site_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    run_id: str = Field(index=True)
    holder: str
    taken_at: datetime = Field(sa_column=Column(Instant(), nullable=False))
    taken: int = 1  # how often: once, and once for every worker that died or gave it back
