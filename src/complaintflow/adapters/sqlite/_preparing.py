"""The tables in a file of SQLite: made where there are none, and brought to the present version."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from time import monotonic, sleep

from complaintflow.adapters.sqlite import _sql
from complaintflow.adapters.sqlite._errors import code_of
from complaintflow.adapters.sqlite._layout import version_of

log = logging.getLogger("complaintflow")


def prepare(connection: sqlite3.Connection, path: Path, timeout: float) -> None:
    """
    Make the tables, or upgrade them, in one transaction.

    Raises:
        StoreError: they are of a version that is not known here, or of somebody else.
    """
    connection.execute("BEGIN")
    version = version_of(path, connection)
    connection.execute("COMMIT")
    if version == _sql.SCHEMA_VERSION:
        return
    _turn_on_the_log(connection, timeout)
    connection.execute("BEGIN IMMEDIATE")
    # Somebody else may have made or upgraded the tables while this one waited.
    version = version_of(path, connection)
    if version == 0:
        for statement in _sql.SCHEMA:
            connection.execute(statement)
    for earlier in range(version or _sql.SCHEMA_VERSION, _sql.SCHEMA_VERSION):
        log.info("%s: its tables go from version %d to the next", path, earlier)
        for statement in _sql.UPGRADES[earlier]:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {_sql.SCHEMA_VERSION}")
    connection.execute("COMMIT")


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
