"""Whose tables a file has, and of which version: ours, another store's, or somebody else's."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from complaintflow.adapters.sqlite import _sql
from complaintflow.errors import StoreError

_TABLES = """
    SELECT name FROM sqlite_master
    WHERE type = 'table' AND name GLOB 'complaintflow_*'
    ORDER BY name
"""


def version_of(path: Path, connection: sqlite3.Connection) -> int:
    """
    Return the version of the tables in a file; 0 where there are none yet.

    Two things are looked at: within a transaction they belong together.

    Raises:
        StoreError: they are not for a `SqliteStore`, or of a version from which there is no way.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    tables = [name for (name,) in connection.execute(_TABLES)]
    url = f"sqlite+pysqlite:///{path}"
    if "complaintflow_schema" in tables and version != _sql.SCHEMA_VERSION:
        message = (
            f"{path} has the tables of a SqlalchemyStore, and a SqliteStore has others; open it "
            f"with the one that made them, or by its URL {url}"
        )
    elif version and not tables:
        message = (
            f"{path} has user_version {version} and no complaintflow tables: somebody else counts "
            f"with it; name another file, or let a SqlalchemyStore make its tables here ({url})"
        )
    elif tables and not version:
        message = (
            f"{path} has a table {tables[0]}, and user_version 0, as if nobody had made it; set "
            "that back to the version of the tables, or name another file"
        )
    elif version not in _with_a_way():
        message = (
            f"{path} has tables of version {version}, and this complaintflow knows "
            f"version {_sql.SCHEMA_VERSION}: use the complaintflow that made it, or another file"
        )
    else:
        return version
    raise StoreError(message)


def _with_a_way() -> set[int]:
    """Return the versions that can be used, or brought to the present one."""
    ways = {0, _sql.SCHEMA_VERSION}
    for earlier in range(_sql.SCHEMA_VERSION - 1, 0, -1):
        if earlier not in _sql.UPGRADES:
            break
        ways.add(earlier)
    return ways
