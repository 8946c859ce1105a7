"""Cases in one SQLite file, on nothing but the standard library."""

from __future__ import annotations

import os
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

from attrs import asdict, astuple

from complaintflow._time import must_be_aware
from complaintflow.errors import Conflict, StoreError
from complaintflow.ports import Change, Notification, Query, Record, Snapshot

SCHEMA_VERSION = 1
"""The layout of the tables, kept as the file's `user_version`."""

# Times are text of a fixed width, in UTC: sorted as text they are sorted as moments.
_SCHEMA = (
    """
    CREATE TABLE complaintflow_case (
        case_id TEXT NOT NULL PRIMARY KEY,
        version INTEGER NOT NULL,
        method TEXT NOT NULL,
        state TEXT NOT NULL,
        customer TEXT NOT NULL,
        owner TEXT,
        is_closed INTEGER NOT NULL,
        wake_at TEXT,
        updated_at TEXT NOT NULL,
        text TEXT NOT NULL
    )
    """,
    "CREATE INDEX complaintflow_case_state ON complaintflow_case (state, case_id)",
    "CREATE INDEX complaintflow_case_customer ON complaintflow_case (customer, case_id)",
    """
    CREATE INDEX complaintflow_case_owner ON complaintflow_case (owner, case_id)
    WHERE owner IS NOT NULL
    """,
    """
    CREATE INDEX complaintflow_case_wake_at ON complaintflow_case (wake_at, case_id)
    WHERE wake_at IS NOT NULL
    """,
    """
    CREATE TABLE complaintflow_entry (
        case_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        at TEXT NOT NULL,
        "trigger" TEXT NOT NULL,
        "key" TEXT,
        text TEXT NOT NULL,
        PRIMARY KEY (case_id, version)
    )
    """,
    """
    CREATE UNIQUE INDEX complaintflow_entry_key ON complaintflow_entry (case_id, "key")
    WHERE "key" IS NOT NULL
    """,
    """
    CREATE TABLE complaintflow_outbox (
        position INTEGER PRIMARY KEY,
        "key" TEXT NOT NULL UNIQUE,
        case_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        topic TEXT NOT NULL,
        recipient TEXT NOT NULL,
        "trigger" TEXT NOT NULL,
        at TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        held_until TEXT
    )
    """,
    "CREATE INDEX complaintflow_outbox_case ON complaintflow_outbox (case_id, position)",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)

_SNAPSHOT = """
    SELECT case_id, version, method, state, customer, owner, is_closed, wake_at, updated_at, text
    FROM complaintflow_case
"""
_KEEP_SNAPSHOT = """
    INSERT INTO complaintflow_case
        (case_id, version, method, state, customer, owner, is_closed, wake_at, updated_at, text)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (case_id) DO UPDATE SET
        version = excluded.version, method = excluded.method, state = excluded.state,
        customer = excluded.customer, owner = excluded.owner, is_closed = excluded.is_closed,
        wake_at = excluded.wake_at, updated_at = excluded.updated_at, text = excluded.text
"""
_RECORD = 'SELECT case_id, version, at, "trigger", "key", text FROM complaintflow_entry'
_KEEP_RECORD = """
    INSERT INTO complaintflow_entry (case_id, version, at, "trigger", "key", text)
    VALUES (?, ?, ?, ?, ?, ?)
"""
_KEEP_NOTIFICATION = """
    INSERT INTO complaintflow_outbox
        ("key", case_id, version, topic, recipient, "trigger", at, state, attempts)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_CONDITIONS = {
    "state": "state = :state",
    "owner": "owner = :owner",
    "customer": "customer = :customer",
    "method": "substr(method, 1, instr(method || '/', '/') - 1) = :method",
    "is_closed": "is_closed = :is_closed",
    "due_before": "wake_at < :due_before",
}
_FREE_HEADS = """
    SELECT "key", case_id, version, topic, recipient, "trigger", at, state, attempts
    FROM complaintflow_outbox AS head
    WHERE (held_until IS NULL OR held_until <= :now)
        AND NOT EXISTS (
            SELECT 1 FROM complaintflow_outbox AS older
            WHERE older.case_id = head.case_id AND older.position < head.position
        )
    ORDER BY position
    LIMIT :limit
"""

_stores: WeakSet[SqliteStore] = WeakSet()


@cache
def _watch_forks() -> None:
    # A connection that a fork carries into the child must not be used there, and as long as it
    # is there, the child's own connections believe in locks that only the parent holds.
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_close_before_a_fork)


def _close_before_a_fork() -> None:
    for store in tuple(_stores):
        store._close_idle()  # noqa: SLF001 (it stands beside the class, not outside it)


class SqliteStore:
    """
    Keep cases in a SQLite file, which any number of threads and processes may share.

    A step is on the disk when `commit` returns (write-ahead log, `synchronous=FULL`): it outlives
    the process, and, as far as the disk keeps its word, the power. Writers wait for each other;
    readers wait for nobody. The file must be on a disk of this machine: network file systems do
    not lock as SQLite needs it.

    The file is made where there is none, its folder is not. The tables are named
    `complaintflow_case`, `complaintflow_entry` and `complaintflow_outbox`; others may live beside
    them, as long as `user_version` is left alone. Connections are opened when they are needed,
    kept for the next call, and closed by `close` or at the end of a `with` block. The store may
    be used on both sides of a fork, where no other thread is using it at that moment.

    Args:
        path: the file. Made absolute at once, so a later change of folder does not matter.

        timeout: how long to wait for another writer, in seconds.

    Raises:
        StoreError: the file cannot be used; the sentence says why, and what to do.
    """

    def __init__(self, path: str | os.PathLike[str], *, timeout: float = 5.0) -> None:
        named = os.fspath(path)
        if named in {"", ":memory:"}:
            message = f"SqliteStore keeps cases in a file, not in {named!r}; MemoryStore needs none"
            raise StoreError(message)
        self._path = Path(named).absolute()
        self._timeout = timeout
        self._is_closed = False
        # A deque is its own lock: every connection is in it, or in the hands of one call.
        self._idle: deque[sqlite3.Connection] = deque()
        _watch_forks()
        _stores.add(self)
        try:
            with self._lent() as connection:
                self._prepare(connection)
        except BaseException:
            self.close()
            raise

    def __repr__(self) -> str:
        return f"SqliteStore({str(self._path)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection; calls that are under way finish first. Closing twice is fine."""
        self._is_closed = True
        self._close_idle()

    # -- the port -------------------------------------------------------------------------------

    def load(self, case_id: str) -> Snapshot | None:
        """
        Return a case as it was last committed. None: there is no such case.

        Raises:
            StoreError: the file cannot be read.
        """
        found = self._read(f"{_SNAPSHOT} WHERE case_id = ?", (case_id,))
        return _snapshot(found[0]) if found else None

    def commit(self, change: Change) -> None:
        """
        Keep a change, whole, on the disk.

        Raises:
            Conflict: the case is at another version, or a record's key was kept for it before.

            StoreError: the file cannot be written, or not within the timeout. Nothing is kept.
        """
        case_id, expected = change.case_id, change.expected
        with self._writing() as connection:
            row = connection.execute(
                "SELECT version FROM complaintflow_case WHERE case_id = ?", (case_id,)
            ).fetchone()
            found = row[0] if row else 0
            if found != expected:
                raise Conflict(case_id, expected, found)
            connection.execute(_KEEP_SNAPSHOT, _row(change.snapshot))
            try:
                connection.executemany(_KEEP_RECORD, map(_row, change.records))
            except sqlite3.IntegrityError:
                raise Conflict(case_id, expected) from None
            connection.executemany(_KEEP_NOTIFICATION, map(_row, change.outbox))

    def history(
        self, case_id: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[Record]:
        """
        Return the records of a case with a version above *after*, oldest first.

        Raises:
            StoreError: the file cannot be read.
        """
        sql = f"{_RECORD} WHERE case_id = ? AND version > ? ORDER BY version LIMIT ?"
        return [_record(row) for row in self._read(sql, (case_id, after, _at_most(limit)))]

    def keyed(self, case_id: str, key: str) -> Record | None:
        """
        Return the record of a case that was kept with a key. None: there is none.

        Raises:
            StoreError: the file cannot be read.
        """
        found = self._read(f'{_RECORD} WHERE case_id = ? AND "key" = ?', (case_id, key))
        return _record(found[0]) if found else None

    def find(self, query: Query) -> Sequence[Snapshot]:
        """
        Return the cases that match a query, by id; by `wake_at` first where it asks for that.

        Raises:
            StoreError: the file cannot be read.
        """
        asked = asdict(query)
        asked["limit"] = _at_most(query.limit)
        if query.due_before is not None:
            asked["due_before"] = _told(query.due_before)
        conditions = [sql for name, sql in _CONDITIONS.items() if asked[name] is not None]
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        order = "case_id" if query.due_before is None else "wake_at, case_id"
        sql = f"{_SNAPSHOT} {where} ORDER BY {order} LIMIT :limit"
        return [_snapshot(row) for row in self._read(sql, asked)]

    def claim(self, *, now: datetime, until: datetime, limit: int) -> Sequence[Notification]:
        """
        Take the oldest notification of each case, where it is not held beyond *now*.

        Raises:
            StoreError: the file cannot be written, or not within the timeout. Nothing is claimed.
        """
        asked, held_until = {"now": _told(now), "limit": limit}, _told(until)
        with self._writing() as connection:
            rows = connection.execute(_FREE_HEADS, asked).fetchall()
            connection.executemany(
                'UPDATE complaintflow_outbox SET held_until = ? WHERE "key" = ?',
                [(held_until, row[0]) for row in rows],
            )
        return [_notification(row) for row in rows]

    def settle(self, key: str, *, retry_at: datetime | None = None) -> None:
        """
        Forget a notification that was delivered, or hold it until *retry_at*.

        Raises:
            StoreError: the file cannot be written, or not within the timeout.
        """
        again = None if retry_at is None else _told(retry_at)
        with self._writing() as connection:
            if again is None:
                connection.execute('DELETE FROM complaintflow_outbox WHERE "key" = ?', (key,))
            else:
                connection.execute(
                    "UPDATE complaintflow_outbox SET held_until = ?, attempts = attempts + 1 "
                    'WHERE "key" = ?',
                    (again, key),
                )

    # -- connections ----------------------------------------------------------------------------

    def _read(self, sql: str, values: Sequence[object] | dict[str, object]) -> list[Any]:
        with self._lent() as connection:
            return connection.execute(sql, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lent() as connection:
            # Taken at the start: what is read in here is still true when it is written.
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def _lent(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to one call; undo what it left open, and translate what it raises."""
        if self._is_closed:
            message = f"{self._path} was closed here; make another SqliteStore of it"
            raise StoreError(message)
        try:
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = self._connect()
            try:
                yield connection
            finally:
                self._take_back(connection)
        except (sqlite3.Error, UnicodeError, OverflowError) as error:
            raise StoreError(self._explain(error)) from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=self._timeout, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _take_back(self, connection: sqlite3.Connection) -> None:
        try:
            connection.rollback()
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        if self._is_closed:
            self._close_idle()

    def _close_idle(self) -> None:
        while True:
            try:
                self._idle.pop().close()
            except IndexError:
                return

    # -- the file -------------------------------------------------------------------------------

    def _prepare(self, connection: sqlite3.Connection) -> None:
        if self._version_of(connection) == SCHEMA_VERSION:
            return
        self._turn_on_the_log(connection)
        connection.execute("BEGIN IMMEDIATE")
        # Somebody else may have made the tables while this one waited.
        if self._version_of(connection) != SCHEMA_VERSION:
            for statement in _SCHEMA:
                connection.execute(statement)
        connection.execute("COMMIT")

    def _version_of(self, connection: sqlite3.Connection) -> int:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version not in {0, SCHEMA_VERSION}:
            message = (
                f"{self._path} has tables of version {version}, and this complaintflow knows "
                f"version {SCHEMA_VERSION}: use the complaintflow that made it, or another file"
            )
            raise StoreError(message)
        return version

    def _turn_on_the_log(self, connection: sqlite3.Connection) -> None:
        give_up_at = monotonic() + self._timeout
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                # The one statement that does not wait by itself while others open the file.
                if _code_of(error) != sqlite3.SQLITE_BUSY or monotonic() > give_up_at:
                    raise
                sleep(0.01)
            else:
                return

    def _explain(self, error: Exception) -> str:
        folder, code = self._path.parent, _code_of(error)
        if code == sqlite3.SQLITE_CANTOPEN and not folder.is_dir():
            return f"{self._path} cannot be opened: there is no folder {folder}; make it first"
        if code in _WHY:
            return f"{self._path} {_WHY[code].format(timeout=self._timeout)}"
        return f"{self._path} cannot do this: {error}; nothing of it was kept"


_WHY = {
    sqlite3.SQLITE_BUSY: (
        "is locked: another program has been writing for more than {timeout:g} seconds; "
        "try again, or wait longer with SqliteStore(..., timeout=...)"
    ),
    sqlite3.SQLITE_READONLY: (
        "is read-only: nothing was kept; make the file and its folder writable"
    ),
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: it is no file, or may not be read",
    sqlite3.SQLITE_NOTADB: "is not a SQLite database; name another file",
    sqlite3.SQLITE_CORRUPT: "is damaged; restore it from a backup",
    sqlite3.SQLITE_FULL: "cannot grow, the disk is full: nothing was kept; make room, try again",
}


def _code_of(error: Exception) -> int:
    # Extended codes carry the plain one in their lowest byte.
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _at_most(limit: int | None) -> int:
    return -1 if limit is None else limit


def _told(at: datetime) -> str:
    return must_be_aware(at).astimezone(UTC).isoformat(timespec="microseconds")


def _row(kept: Snapshot | Record | Notification) -> tuple[object, ...]:
    # The columns stand in the order of the fields.
    values = astuple(kept, recurse=False)
    return tuple(_told(value) if isinstance(value, datetime) else value for value in values)


def _snapshot(row: Iterable[Any]) -> Snapshot:
    *columns, is_closed, wake_at, updated_at, text = row
    wake_at = None if wake_at is None else datetime.fromisoformat(wake_at)
    columns += bool(is_closed), wake_at, datetime.fromisoformat(updated_at), text
    return Snapshot(*columns)


def _record(row: Iterable[Any]) -> Record:
    case_id, version, at, *columns = row
    return Record(case_id, version, datetime.fromisoformat(at), *columns)


def _notification(row: Iterable[Any]) -> Notification:
    *columns, at, state, attempts = row
    columns += datetime.fromisoformat(at), state, attempts
    return Notification(*columns)
