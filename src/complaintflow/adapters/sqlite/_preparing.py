"""The tables in a file of SQLite: made where there are none, and brought to the present version."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from time import monotonic, sleep

from complaintflow.adapters.sqlite import _sql
from complaintflow.adapters.sqlite._errors import code_of
from complaintflow.errors import StoreError

log = logging.getLogger("complaintflow")


def prepare(connection: sqlite3.Connection, path: Path, timeout: float) -> None:
    """
    Make the tables, or upgrade them, in one transaction.

    Raises:
        StoreError: they are of a version that is not known here.
    """
    if _version_of(connection, path) == _sql.SCHEMA_VERSION:
        return
    _turn_on_the_log(connection, timeout)
    connection.execute("BEGIN IMMEDIATE")
    # Somebody else may have made or upgraded the tables while this one waited.
    version = _version_of(connection, path)
    if version == 0:
        for statement in _sql.SCHEMA:
            connection.execute(statement)
    for earlier in range(version or _sql.SCHEMA_VERSION, _sql.SCHEMA_VERSION):
        log.info("%s: its tables go from version %d to the next", path, earlier)
        for statement in _sql.UPGRADES[earlier]:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {_sql.SCHEMA_VERSION}")
    connection.execute("COMMIT")


def _version_of(connection: sqlite3.Connection, path: Path) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    ways = {0, _sql.SCHEMA_VERSION}
    for earlier in range(_sql.SCHEMA_VERSION - 1, 0, -1):
        if earlier not in _sql.UPGRADES:
            break
        ways.add(earlier)
    if version not in ways:
        message = (
            f"{path} has tables of version {version}, and this complaintflow knows "
            f"version {_sql.SCHEMA_VERSION}: use the complaintflow that made it, or another "
            "file"
        )
        raise StoreError(message)
    return version


def _turn_on_the_log(connection: sqlite3.Connection, timeout: float) -> None:
    give_up_at = monotonic() + timeout
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # The one statement that does not wait by itself while others open the file.
            if code_of(error) != sqlite3.SQLITE_BUSY or monotonic() > give_up_at:
                raise
            sleep(0.01)
        else:
            return
