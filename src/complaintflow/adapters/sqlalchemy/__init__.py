"""
Cases in any database that SQLAlchemy 2 knows (extra `sqlalchemy`), by its Core.

For hosts that have an engine or a session already: the store joins their transactions, its tables
go with their migrations, and cases may be in a table of theirs.
"""

from complaintflow._extras import extra

with extra("sqlalchemy"):
    from complaintflow.adapters.sqlalchemy import _tables
    from complaintflow.adapters.sqlalchemy._store import SqlalchemyStore
    from complaintflow.adapters.sqlalchemy._tables import (
        SCHEMA_VERSION,
        Cases,
        Moment,
        Name,
        Tables,
        Words,
        add_case_columns,
        add_tables,
    )

metadata = _tables.metadata
"""Our tables, in the default schema of a connection."""

tables = _tables.tables
"""The tables of `metadata`."""

__all__ = [
    "SCHEMA_VERSION",
    "Cases",
    "Moment",
    "Name",
    "SqlalchemyStore",
    "Tables",
    "Words",
    "add_case_columns",
    "add_tables",
    "metadata",
    "tables",
]
