"""Tables of what was found: one row a page result, one row a finding of a company, kept by its stable id."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class ResultRow(SQLModel, table=True):
    """检查结果 of one page: the contract's page object as JSON. A page checked again replaces its row."""

    __tablename__ = "page_result"

    page_key: str = Field(primary_key=True)  # URL, else id, else sha256
    company_key: str = Field(index=True)
    company_name: str | None = Field(default=None, index=True)
    checked_at: datetime
    head: str  # JSON: tool, as_of, register
    body: str  # JSON: the page object


class FindingRow(SQLModel, table=True):
    """发现 by its stable id: when it was first and last seen, so that duration can be shown."""

    __tablename__ = "finding"
    __table_args__ = (Index("ix_finding_last_seen", "last_seen", "outcome"),)

    id: str = Field(primary_key=True)
    company_key: str = Field(index=True)
    conduct: str = Field(index=True)
    outcome: str = Field(index=True)
    first_seen: datetime
    last_seen: datetime
    body: str  # JSON: the finding as last seen


class SightRow(SQLModel, table=True):
    """取证记录: one capture of a page that showed a finding. Rows are only added, so that duration and removal can be shown."""

    __tablename__ = "finding_sight"

    finding: str = Field(primary_key=True)
    page_key: str = Field(primary_key=True)  # as ResultRow's
    seen_at: datetime = Field(primary_key=True)  # the capture's time
    sha256: str | None = Field(default=None, index=True)  # of the page's bytes
