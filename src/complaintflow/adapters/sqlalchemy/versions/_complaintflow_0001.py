"""
The tables of version 1.

They are written out here as they were then, and not taken from what they are today.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from complaintflow.adapters.sqlalchemy import Moment, Name, Words

revision = "complaintflow_0001"
down_revision = None
branch_labels = ("complaintflow",)
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "complaintflow_case",
        sa.Column("case_id", Name(255), primary_key=True, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("method", Name(255), nullable=False),
        sa.Column("state", Name(255), nullable=False),
        sa.Column("customer", Name(255), nullable=False),
        sa.Column("owner", Name(255)),
        sa.Column("is_closed", sa.Boolean, nullable=False),
        sa.Column("due_at", Moment),
        sa.Column("wake_at", Moment),
        sa.Column("updated_at", Moment, nullable=False),
        sa.Column("head", Name(255), nullable=False),
        sa.Column("text", Words, nullable=False),
    )
    op.create_table(
        "complaintflow_entry",
        sa.Column("case_id", Name(255), primary_key=True, nullable=False),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("trigger", Name(255), nullable=False),
        sa.Column("key", Name(255)),
        sa.Column("digest", Name(255), nullable=False),
        sa.Column("text", Words, nullable=False),
        sa.Column("personal", Words),
    )
    op.create_table(
        "complaintflow_outbox",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            sa.Identity(),
            primary_key=True,
        ),
        sa.Column("key", Name(300), nullable=False),
        sa.Column("case_id", Name(255), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("topic", Name(255), nullable=False),
        sa.Column("recipient", Name(255), nullable=False),
        sa.Column("trigger", Name(255), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("state", Name(255), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("held_until", Moment),
        sa.Column("error", Words),
        sa.UniqueConstraint("key", name="complaintflow_outbox_key"),
    )
    schema = op.create_table(
        "complaintflow_schema",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    )
    _index("case", "state", "case_id")
    _index("case", "customer", "case_id")
    _index("case", "owner", "case_id", where="owner IS NOT NULL")
    _index("case", "due_at", "case_id", where="due_at IS NOT NULL")
    _index("case", "wake_at", "case_id", where="wake_at IS NOT NULL")
    _index("entry", "case_id", "key", name="key", where='"key" IS NOT NULL', unique=True)
    _index("outbox", "case_id", "position", name="case", where="error IS NULL")
    _index("outbox", "key", name="parked", where="error IS NOT NULL")
    op.bulk_insert(schema, [{"version": 1}])


def downgrade() -> None:
    """Drop the tables, and every case with them."""
    for name in ("schema", "outbox", "entry", "case"):
        op.drop_table(f"complaintflow_{name}")


def _index(
    table: str, *columns: str, name: str = "", where: str = "", unique: bool = False
) -> None:
    only = sa.text(where) if where else None
    op.create_index(
        f"complaintflow_{table}_{name or columns[0]}",
        f"complaintflow_{table}",
        [*columns],
        unique=unique,
        postgresql_where=only,
        sqlite_where=only,
    )
