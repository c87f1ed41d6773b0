"""Tables of the register (登记数据): imports, organisations with their names, certificates with their dated states and changes.

Days are integers YYYYMMDD in China standard time (a third of the room of a text date, sorted the same). Words that repeat (scheme,
standard, body, province, source) are numbers in `register_word`. Only `compliance.store` reads or writes these tables.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, SmallInteger, Text, text
from sqlmodel import Field, SQLModel

STATUSES = ("valid", "suspended", "revoked", "cancelled", "expired")  # `status` 1…5; None: unknown


class RegisterImport(SQLModel, table=True):
    """One file taken in (一次导入). `complete`: JSON list of what it was declared complete for. Counts as printed by the command."""

    __tablename__ = "register_import"

    id: int | None = Field(default=None, primary_key=True)
    kind: str = "certificates"
    source: str
    snapshot: int | None = None
    file: str
    sha256: str
    complete: str = "[]"
    imported_at: str
    rows: int = 0
    rejected: int = 0
    noticed: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    unchanged: int = 0
    before_id: int | None = None  # the import of the same source and kind that this one follows


class RegisterWord(SQLModel, table=True):
    """A word or phrase that many rows share: scheme id, standard, body, province, source."""

    __tablename__ = "register_word"

    id: int | None = Field(default=None, primary_key=True)
    text: str = Field(sa_column=Column(Text, nullable=False, unique=True))


class Organisation(SQLModel, table=True):
    """组织: a holder, manufacturer or factory: one row for each name with its own USCC. `normal`, `key`: register.names."""

    __tablename__ = "organisation"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_column=Column(Text, nullable=False))
    normal: str = Field(sa_column=Column(Text, nullable=False, index=True))
    key: str = Field(sa_column=Column(Text, nullable=False, index=True))
    uscc: str | None = Field(default=None, sa_column=Column(Text, index=True))


class OrganisationName(SQLModel, table=True):
    """A former name (曾用名) of an organisation."""

    __tablename__ = "organisation_name"

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(sa_column=Column(Integer, ForeignKey("organisation.id"), nullable=False, index=True))
    name: str = Field(sa_column=Column(Text, nullable=False))
    normal: str = Field(sa_column=Column(Text, nullable=False, index=True))
    key: str = Field(sa_column=Column(Text, nullable=False, index=True))


class Certificate(SQLModel, table=True):
    """证书 as the newest snapshot of its source shows it. `number` is None where it is written exactly as `number_key`.

    `number_key` None: no number, or one damaged by a spreadsheet: never matched by number. `gone_id`: the import that no
    longer had the row; such a row keeps the snapshot it was last seen in.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        Index("ix_certificate_number_key", "number_key"),
        Index("ix_certificate_organisation_id", "organisation_id"),
        Index("ix_certificate_maker_id", "maker_id", sqlite_where=text("maker_id is not null")),
        Index("ix_certificate_factory_id", "factory_id", sqlite_where=text("factory_id is not null")),
    )

    id: int | None = Field(default=None, primary_key=True)
    number_key: str | None = Field(default=None, sa_column=Column(Text))
    number: str | None = Field(default=None, sa_column=Column(Text))
    organisation_id: int = Field(sa_column=Column(Integer, nullable=False))
    scheme_id: int | None = None
    standard_id: int | None = None
    scope: str | None = Field(default=None, sa_column=Column(Text))
    body_id: int | None = None
    body_code_id: int | None = None
    issued: int | None = None
    expires: int | None = None
    status: int | None = Field(default=None, sa_column=Column(SmallInteger))
    status_from: int | None = None
    province_id: int | None = None
    import_id: int
    gone_id: int | None = None
    maker_id: int | None = None
    factory_id: int | None = None
    models: str | None = Field(default=None, sa_column=Column(Text))
    replaced_by: str | None = Field(default=None, sa_column=Column(Text))
    source_id: int | None = None  # only where the row names another source than its file
    seen: int | None = None  # only where the row names another snapshot day than its file


class CertificateState(SQLModel, table=True):
    """状态区间 of a certificate before its present one; `ends` None is open."""

    __tablename__ = "certificate_state"

    id: int | None = Field(default=None, primary_key=True)
    certificate_id: int = Field(sa_column=Column(Integer, nullable=False, index=True))
    state: int = Field(sa_column=Column(SmallInteger, nullable=False))
    starts: int | None = None
    ends: int | None = None


class CertificateChange(SQLModel, table=True):
    """What one import changed, field by field: read by `register diff`. `field` is empty for new and gone rows."""

    __tablename__ = "certificate_change"

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(sa_column=Column(Integer, nullable=False, index=True))
    certificate_id: int
    what: str  # changed | gone | new
    field: str = ""
    old: str | None = Field(default=None, sa_column=Column(Text))
    new: str | None = Field(default=None, sa_column=Column(Text))


class RegisterReject(SQLModel, table=True):
    """A row that could not be taken in: its number or holder is there, unreadable, so that its absence proves nothing."""

    __tablename__ = "register_reject"

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(sa_column=Column(Integer, nullable=False, index=True))
    line: int
    reason: str
    number_key: str | None = Field(default=None, sa_column=Column(Text, index=True))
    normal: str | None = Field(default=None, sa_column=Column(Text, index=True))


class RegisterListed(SQLModel, table=True):
    """名录中的一行 of a list that isn't the register: approved bodies, users of a mark, catalogue, recalls. `cells`: JSON, field → text.

    `normal`, `code`: the normal form of the firm's name and its code, by which one firm's rows are asked for.
    `identity`: what makes two rows the same entry; `mark`: hash of all its values. `import_id`: the import that brought it in;
    `gone_id`: the import that no longer had it. `refused`: why the row could not be used; such a row is kept for its name only.
    """

    __tablename__ = "register_listed"
    __table_args__ = (
        Index("ix_register_listed_normal", "kind", "normal"),
        Index("ix_register_listed_code", "kind", "code", sqlite_where=text("code is not null")),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(sa_column=Column(Text, nullable=False))
    import_id: int = Field(sa_column=Column(Integer, nullable=False, index=True))
    gone_id: int | None = None
    line: int
    identity: str = Field(sa_column=Column(Text, nullable=False))
    mark: str = Field(sa_column=Column(Text, nullable=False))
    cells: str = Field(sa_column=Column(Text, nullable=False))
    starts: int | None = None
    ends: int | None = None
    status: int | None = Field(default=None, sa_column=Column(SmallInteger))
    status_from: int | None = None
    source: str | None = Field(default=None, sa_column=Column(Text))  # only where the row names another than its file
    seen: int | None = None  # only where the row names another day than its file
    refused: str | None = Field(default=None, sa_column=Column(Text))
    normal: str | None = Field(default=None, sa_column=Column(Text))
    code: str | None = Field(default=None, sa_column=Column(Text))


class NameGram(SQLModel, table=True):
    """Which organisations have two signs in their name, side by side or with one between. `gram`: both signs as one number; `ids`: numbers of
    organisations, ascending, 4 bytes each; `segment`: a stretch of organisations, so that an import only adds its own."""

    __tablename__ = "name_gram"
    __table_args__ = {"sqlite_with_rowid": False}

    gram: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    segment: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    count: int
    ids: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class NameBlock(SQLModel, table=True):
    """The names of the organisations `first`…`last`: UTF-8, one a line. `normals`: normal forms; `keys`: keys, empty where equal."""

    __tablename__ = "name_block"

    first: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    last: int
    normals: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    keys: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class RegisterState(SQLModel, table=True):
    """Small facts about the register as a whole, by name: how far the name index reaches."""

    __tablename__ = "register_state"

    name: str = Field(primary_key=True)
    value: int = Field(sa_column=Column(BigInteger, nullable=False))
