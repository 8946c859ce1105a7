"""
The tables of the SQLAlchemy store, for whatever database; and what their columns are made of.

Names and texts are kept and compared letter by letter everywhere, and times to the microsecond.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import frozen
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.types import TypeDecorator, TypeEngine

from complaintflow._help import tells_fields
from complaintflow._time import must_be_aware
from complaintflow.errors import EvidenceError

SCHEMA_VERSION = 1
"""The layout of the tables, kept in `complaintflow_schema`."""

MYSQL = {"mysql", "mariadb"}


def _letter_by_letter(dialect: Dialect) -> str:
    # Others of their collations take `a` for `A`, or `a ` for `a`.
    return "utf8mb4_nopad_bin" if getattr(dialect, "is_mariadb", False) else "utf8mb4_0900_bin"


class Name(TypeDecorator[str]):
    """A short text that is looked up: letter by letter, and ordered by code point."""

    impl = String
    cache_ok = True
    """SQLAlchemy may keep statements of it."""

    def __init__(self, length: int = 255) -> None:
        super().__init__(length)
        self.length = length

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return what a name is to this database."""
        if dialect.name == "postgresql":
            return Text(collation="C")  # as it is: adapted to psycopg it would be a VARCHAR
        if dialect.name in MYSQL:
            collation = _letter_by_letter(dialect)
            return dialect.type_descriptor(mysql.VARCHAR(self.length, collation=collation))
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(self.impl_instance)


class Words(TypeDecorator[str]):
    """A text of any length."""

    impl = Text
    cache_ok = True
    """SQLAlchemy may keep statements of it."""

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return what a text is to this database."""
        if dialect.name == "postgresql":
            return Text(collation="C")
        if dialect.name in MYSQL:
            return dialect.type_descriptor(mysql.LONGTEXT(collation=_letter_by_letter(dialect)))
        return dialect.type_descriptor(Text())


class Moment(TypeDecorator[datetime]):
    """A time in UTC, to the microsecond; on SQLite a text of a fixed width, that sorts."""

    impl = DateTime(timezone=True)
    cache_ok = True
    """SQLAlchemy may keep statements of it."""

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return what a time is to this database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        if dialect.name in MYSQL:
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """Return a time as this database takes it."""
        if value is None:
            return None
        at = must_be_aware(value).astimezone(UTC)
        if dialect.name == "sqlite":
            return at.isoformat(timespec="microseconds")
        return at.replace(tzinfo=None) if dialect.name in MYSQL else at

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401
        """Return a time in UTC; a text that tells none as it is, for the desk to say so."""
        if value is None:
            return None
        try:
            at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except (TypeError, ValueError):
            return str(value)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


@tells_fields
@frozen(eq=False)
class Tables:
    """The four tables."""

    case: Table
    """A row for each case, as it is now."""
    entry: Table
    """A row for each entry."""
    outbox: Table
    """A row for each notification that is not delivered yet."""
    schema: Table
    """The version of the tables, in one row."""


@tells_fields
@frozen(eq=False)
class Cases:
    """Where cases are: our table, or one of the host's that has their columns among others."""

    table: Table
    """The table."""

    c: Mapping[str, Column[Any]]
    """The columns of a case, by the names of the fields of a `Snapshot`."""

    is_hosts: bool = True
    """Whether it is the host's, with rows that are no cases."""


def add_case_columns(to: Table, **names: str) -> Cases:
    """
    Add the columns of a case to a table of the host's, such as its tickets, for `SqlalchemyStore`.

    A row is a case from its opening on; before that its version is 0, and it is left alone. The row
    has to be there when its case is opened. Columns that the table has already are taken as they
    are, and written with every step: its key as the case's id, and others by their names. They
    must have room for what is kept in them, and tell `a` from `A` as Python does.

    Args:
        to: the table. What it does not have is added to it, for `create_all` or your migrations.

        names: what columns are called, by the fields of a `Snapshot`; `state="status"`. Others
            are called as their field.

    Raises:
        EvidenceError: a name is of no field.
    """
    columns = {column.name: column for column in _columns_of_a_case()}
    if unknown := sorted(names.keys() - columns.keys()):
        told = f"{', '.join(unknown)}: a case has {', '.join(columns)}"
        raise EvidenceError("add_case_columns", (told,))
    found = {}
    for field, column in columns.items():
        name = names.get(field, field)
        if name not in to.c:
            to.append_column(_for_hosts(name, column))
        found[field] = to.c[name]
    return Cases(to, found)


def _for_hosts(name: str, column: Column[Any]) -> Column[Any]:
    """Return a column as a table has it that has rows already."""
    if column.name == "version":
        return Column(name, Integer, nullable=False, server_default=text("0"))
    is_asked = column.name in {"state", "customer", "owner", "due_at", "wake_at"}
    return Column(name, column.type, index=is_asked, primary_key=column.primary_key)


def add_tables(to: MetaData) -> Tables:
    """
    Add the tables to a `MetaData`, in its schema; a host's own, so that its Alembic sees them.

    What is there already is returned as it is.
    """
    if "complaintflow_case" not in {table.name for table in to.tables.values()}:
        for add in (_case, _entry, _outbox, _schema):
            add(to)
    names = ("case", "entry", "outbox", "schema")
    prefix = f"{to.schema}." if to.schema else ""
    return Tables(*(to.tables[f"{prefix}complaintflow_{name}"] for name in names))


def _name(name: str, length: int = 255, **options: Any) -> Column[str]:  # noqa: ANN401
    return Column(name, Name(length), **({"nullable": False} | options))


def _where(column: str, words: str) -> dict[str, Any]:
    # MySQL and MariaDB have no index over some of the rows, and take the whole.
    return {f"{name}_where": text(f"{column} {words}") for name in ("postgresql", "sqlite")}


def _columns_of_a_case() -> list[Column[Any]]:
    return [
        _name("case_id", primary_key=True),
        Column("version", Integer, nullable=False),
        _name("method"),
        _name("state"),
        _name("customer"),
        _name("owner", nullable=True),
        Column("is_closed", Boolean, nullable=False),
        Column("due_at", Moment),
        Column("wake_at", Moment),
        Column("updated_at", Moment, nullable=False),
        _name("head"),
        Column("text", Words, nullable=False),
    ]


def _case(to: MetaData) -> Table:
    return Table(
        "complaintflow_case",
        to,
        *_columns_of_a_case(),
        Index("complaintflow_case_state", "state", "case_id"),
        Index("complaintflow_case_customer", "customer", "case_id"),
        Index("complaintflow_case_owner", "owner", "case_id", **_where("owner", "IS NOT NULL")),
        Index("complaintflow_case_due_at", "due_at", "case_id", **_where("due_at", "IS NOT NULL")),
        Index(
            "complaintflow_case_wake_at", "wake_at", "case_id", **_where("wake_at", "IS NOT NULL")
        ),
    )


def _entry(to: MetaData) -> Table:
    return Table(
        "complaintflow_entry",
        to,
        _name("case_id", primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("at", Moment, nullable=False),
        _name("trigger"),
        _name("key", nullable=True),
        _name("digest"),
        Column("text", Words, nullable=False),
        Column("personal", Words),
        Index(
            "complaintflow_entry_key",
            "case_id",
            "key",
            unique=True,
            **_where('"key"', "IS NOT NULL"),
        ),
    )


def _outbox(to: MetaData) -> Table:
    return Table(
        "complaintflow_outbox",
        to,
        Column(
            "position",
            BigInteger().with_variant(Integer, "sqlite"),
            Identity(),
            primary_key=True,
        ),
        _name("key", 300),
        _name("case_id"),
        Column("version", Integer, nullable=False),
        _name("topic"),
        _name("recipient"),
        _name("trigger"),
        Column("at", Moment, nullable=False),
        _name("state"),
        Column("attempts", Integer, nullable=False),
        Column("held_until", Moment),
        Column("error", Words),
        UniqueConstraint("key", name="complaintflow_outbox_key"),
        Index("complaintflow_outbox_case", "case_id", "position", **_where("error", "IS NULL")),
        Index("complaintflow_outbox_parked", "key", **_where("error", "IS NOT NULL")),
    )


def _schema(to: MetaData) -> Table:
    return Table(
        "complaintflow_schema",
        to,
        Column("version", Integer, primary_key=True, autoincrement=False),
    )


metadata = MetaData()
"""Our tables, in the default schema of a connection."""

tables = add_tables(metadata)
"""The tables of `metadata`."""
