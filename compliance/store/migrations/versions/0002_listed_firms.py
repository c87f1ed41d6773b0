"""Rows of the other lists (名录) can be asked for by firm: its name's normal form and its code as columns with an index."""

import json

from alembic import op
from sqlalchemy import Column, Text, inspect, text

revision = "0002"
down_revision = "0001"
_NAME_AT = {"abnormal": 0, "gi_users": 0, "bodies": 1, "recalls": 1}  # where `identity` holds the normal form


def upgrade() -> None:
    """Adds the columns and fills them from what the rows hold. A store in which the table is missing gets it as it is now."""
    connection = op.get_bind()
    if "register_listed" not in inspect(connection).get_table_names():
        return
    for name in ("normal", "code"):
        op.add_column("register_listed", Column(name, Text))
    rows = connection.execute(text("select id, kind, identity, cells from register_listed")).all()
    for row in rows:
        parts = row.identity.split("\x1f")
        at = _NAME_AT.get(row.kind, len(parts))
        connection.execute(
            text("update register_listed set normal = :n, code = :c where id = :i"),
            {"n": parts[at] or None if at < len(parts) else None, "c": json.loads(row.cells).get("uscc"), "i": row.id},
        )
    op.create_index("ix_register_listed_normal", "register_listed", ["kind", "normal"])
    op.create_index(
        "ix_register_listed_code", "register_listed", ["kind", "code"], sqlite_where=text("code is not null")
    )
