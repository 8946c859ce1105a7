"""What goes wrong with a file of SQLite, in our words."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from complaintflow.errors import StoreError

_WHY = {
    sqlite3.SQLITE_BUSY: (
        "is locked: another program has been writing for more than {timeout:g} seconds; "
        "try again, or wait longer with SqliteStore(..., timeout=...)"
    ),
    sqlite3.SQLITE_READONLY: "is read-only: {kept}make the file and its folder writable",
    sqlite3.SQLITE_CANTOPEN: (
        "cannot be opened: it is no file, or this user may not read it, or not write in its folder"
    ),
    sqlite3.SQLITE_NOTADB: "is not a SQLite database; name another file",
    sqlite3.SQLITE_CORRUPT: "is damaged; restore it from a backup",
    sqlite3.SQLITE_FULL: "cannot grow, the disk is full: {kept}make room, try again",
}


def explain(error: Exception, path: Path, timeout: float, *, writes: bool) -> StoreError:
    """Return what has gone wrong, why, and what to do."""
    folder, code = path.parent, code_of(error)
    if code == sqlite3.SQLITE_CANTOPEN and not folder.is_dir():
        message = f"{path} cannot be opened: there is no folder {folder}; make it first"
        return StoreError(message)
    kept = "nothing of it was kept; " if writes else ""
    why = _WHY.get(code, "cannot do this: {error}; {kept}")
    told = why.format(timeout=timeout, error=error, kept=kept)
    return StoreError(f"{path} {told.removesuffix('; ')}")


def code_of(error: Exception) -> int:
    """Return the code that SQLite gives an error."""
    # Extended codes carry the plain one in their lowest byte.
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
