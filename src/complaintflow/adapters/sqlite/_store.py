"""The store: its connections, its port, and the care of its file."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

from attrs import asdict

from complaintflow._given import FLAG, NUMBER, a, look_over
from complaintflow.adapters.sqlite import _rows, _sql
from complaintflow.adapters.sqlite._errors import explain
from complaintflow.adapters.sqlite._preparing import prepare
from complaintflow.adapters.sqlite._rows import told
from complaintflow.errors import Conflict, StoreError
from complaintflow.ports import Change, Notification, Parked, Query, Record, Snapshot

log = logging.getLogger("complaintflow")

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

    The file is made where there is none, its folder is not; tables of an earlier version are
    brought to the present one when it is opened, in one transaction. The tables are named
    `complaintflow_case`, `complaintflow_entry` and `complaintflow_outbox`; others may live beside
    them, as long as `user_version` is left alone. Connections are opened when they are needed,
    kept for the next call, and closed by `close` or at the end of a `with` block. The store may
    be used on both sides of a fork, where no other thread is using it at that moment.

    Args:
        path: the file. Made absolute at once, so a later change of folder does not matter.

        timeout: how long to wait for another writer, in seconds.

        scrubs: whether `scrub` follows each erasure at once, or when the file is next opened; an
            erasure stands in any case, and `complaintflow_to_scrub` says which ones it is still
            to follow. False: what was erased is overwritten where it stood, and the host calls
            `scrub` itself; for large files, and for many erasures at a time.

    Raises:
        EvidenceError: *path* is no path, *timeout* no number of seconds, or *scrubs* no flag.

        StoreError: the file cannot be used; the sentence says why, and what to do.
    """

    def __init__(
        self, path: str | os.PathLike[str], *, timeout: float = 5.0, scrubs: bool = True
    ) -> None:
        look_over(
            "SqliteStore",
            path=(a((str, os.PathLike), "the path of a file"), path),
            timeout=(NUMBER, timeout),
            scrubs=(FLAG, scrubs),
        )
        named = os.fspath(path)
        if named in {"", ":memory:"}:
            message = f"SqliteStore keeps cases in a file, not in {named!r}; MemoryStore needs none"
            raise StoreError(message)
        self._path = Path(named).absolute()
        self._timeout = timeout
        self._scrubs = scrubs
        self._is_closed = False
        # A deque is its own lock: every connection is in it, or in the hands of one call.
        self._idle: deque[sqlite3.Connection] = deque()
        _watch_forks()
        _stores.add(self)
        try:
            with self._lent(writes=True) as connection:
                prepare(connection, self._path, self._timeout)
                is_clean = not self._left_to_scrub(connection)
            if not is_clean:
                self._clean_up()
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
        found = self._read(f"{_sql.SNAPSHOT} WHERE case_id = ?", (case_id,))
        return _rows.snapshot(found[0]) if found else None

    def commit(self, change: Change) -> None:
        """
        Keep a change, whole, on the disk.

        Raises:
            Conflict: the case is at another version, or a record's key was kept for it before.

            StoreError: the file cannot be written, or not within the timeout. Nothing is kept.
        """
        case_id, expected = change.case_id, change.expected
        with self._writing() as connection:
            row = _rows.case_row(change.snapshot)
            kept = (
                connection.execute(_sql.MOVE_CASE, (*row, expected))
                if expected
                else connection.execute(_sql.OPEN_CASE, row)
            )
            if kept.rowcount != 1:
                found = connection.execute(_sql.VERSION, (case_id,)).fetchone()
                raise Conflict(case_id, expected, found[0] if found else 0)
            if change.erases:
                for statement in _sql.ERASE:
                    connection.execute(statement, (case_id,))
                connection.execute(_sql.TO_SCRUB)
                connection.execute(_sql.LEAVE_TO_SCRUB, (case_id, change.snapshot.version))
            try:
                connection.executemany(_sql.KEEP_RECORD, map(_rows.record_row, change.records))
            except sqlite3.IntegrityError:
                raise Conflict(case_id, expected, expected) from None
            if change.outbox:
                connection.executemany(
                    _sql.KEEP_NOTIFICATION, map(_rows.notification_row, change.outbox)
                )
        if change.erases:
            self._clean_up()

    def history(
        self, case_id: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[Record]:
        """
        Return the records of a case with a version above *after*, oldest first.

        Raises:
            StoreError: the file cannot be read.
        """
        sql = f"{_sql.RECORD} WHERE case_id = ? AND version > ? ORDER BY version LIMIT ?"
        return [_rows.record(row) for row in self._read(sql, (case_id, after, _at_most(limit)))]

    def keyed(self, case_id: str, key: str) -> Record | None:
        """
        Return the record of a case that was kept with a key. None: there is none.

        Raises:
            StoreError: the file cannot be read.
        """
        found = self._read(f'{_sql.RECORD} WHERE case_id = ? AND "key" = ?', (case_id, key))
        return _rows.record(found[0]) if found else None

    def find(self, query: Query) -> Sequence[Snapshot]:
        """
        Return the cases that match a query, by id; by `due_at` first where it asks for that.

        Raises:
            StoreError: the file cannot be read.
        """
        asked = asdict(query)
        asked["limit"] = _at_most(query.limit)
        asked["methods"] = None if query.methods is None else json.dumps(query.methods)
        conditions = [sql for name, sql in _sql.CONDITIONS.items() if asked[name] is not None]
        order = "case_id"
        if query.due_before is not None:
            asked["due_before"] = told(query.due_before)
            order = "due_at, case_id"
            if query.after is not None and query.due_after is not None:
                asked["due_after"] = told(query.due_after)
                conditions.append("(due_at, case_id) > (:due_after, :after)")
        elif query.after is not None:
            conditions.append("case_id > :after")
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        sql = f"{_sql.SNAPSHOT} {where} ORDER BY {order} LIMIT :limit"
        return [_rows.snapshot(row) for row in self._read(sql, asked)]

    def wake(
        self, *, now: datetime, until: datetime, limit: int, methods: Sequence[str]
    ) -> Sequence[Snapshot]:
        """
        Take the cases that wake before *now*, soonest first, and let them sleep until *until*.

        Raises:
            StoreError: the file cannot be written, or not within the timeout. Nothing is taken.
        """
        asked = {"now": told(now), "limit": limit, "methods": json.dumps(list(methods))}
        asleep = f"{_sql.SNAPSHOT} {_sql.ASLEEP}"
        if not self._read(asleep, asked | {"limit": min(limit, 1)}):
            return []  # nobody who only asks makes writers wait
        later = told(until)
        with self._writing() as connection:
            rows = connection.execute(asleep, asked).fetchall()
            connection.executemany(
                "UPDATE complaintflow_case SET wake_at = ? WHERE case_id = ?",
                [(later, row[0]) for row in rows],
            )
        return [_rows.snapshot(row) for row in rows]

    def claim(self, *, now: datetime, until: datetime, limit: int) -> Sequence[Notification]:
        """
        Take the oldest notification of each case, where it is not held beyond *now*.

        Raises:
            StoreError: the file cannot be written, or not within the timeout. Nothing is claimed.
        """
        asked, held_until = {"now": told(now), "limit": limit}, told(until)
        free = f"{_sql.NOTIFICATION} {_sql.FREE_HEADS}"
        if not self._read(free, asked | {"limit": min(limit, 1)}):
            return []  # nobody who only asks makes writers wait
        with self._writing() as connection:
            rows = connection.execute(free, asked).fetchall()
            connection.executemany(
                'UPDATE complaintflow_outbox SET held_until = ? WHERE "key" = ?',
                [(held_until, row[0]) for row in rows],
            )
        return [_rows.notification(row) for row in rows]

    def settle(
        self, key: str, *, retry_at: datetime | None = None, parked: str | None = None
    ) -> None:
        """
        Forget a notification that was delivered, hold it until *retry_at*, or put it aside.

        Raises:
            StoreError: the file cannot be written, or not within the timeout.
        """
        again = None if retry_at is None else told(retry_at)
        with self._writing() as connection:
            if parked is not None:
                connection.execute(_sql.PARK, (parked, key))
            elif again is not None:
                connection.execute(_sql.POSTPONE, (again, key))
            else:
                connection.execute('DELETE FROM complaintflow_outbox WHERE "key" = ?', (key,))

    def release(self, key: str) -> None:
        """
        Give out again, at once, a notification that is put aside.

        Raises:
            StoreError: the file cannot be written, or not within the timeout.
        """
        with self._writing() as connection:
            connection.execute(_sql.RELEASE, (key,))

    def parked(self, *, after: str | None = None, limit: int | None = None) -> Sequence[Parked]:
        """
        Return the notifications that are put aside with a key above *after*, by key.

        Raises:
            StoreError: the file cannot be read.
        """
        rows = self._read(_sql.PARKED, (after or "", _at_most(limit)))
        return [Parked(_rows.notification(row), error) for error, *row in rows]

    # -- what was erased ------------------------------------------------------------------------

    def scrub(self) -> None:
        """
        Write the file anew, so that nothing of what was erased before is left in it.

        Where SQLite moves a row to another page, bytes of it can stay on the first one, whatever
        it is told to overwrite: only `VACUUM` is rid of them. It takes some two seconds for 100
        MB, in which others read, and wait to write; and room for two more copies of the file, one
        of them among the temporary files. Tables of others in the file are written anew as well:
        their rows keep their ids where these are an `INTEGER PRIMARY KEY`.

        Raises:
            StoreError: somebody else is writing, or reading, for longer than the timeout; or the
                file cannot be written. What was erased stays erased; call it again.
        """
        with self._lent() as connection:
            done = self._left_to_scrub(connection)
            connection.execute("VACUUM")
        self._empty_the_log()
        if done:
            with self._lent() as connection:
                connection.executemany(_sql.SCRUBBED, done)

    def _left_to_scrub(self, connection: sqlite3.Connection) -> list[Any]:
        """Return the erasures after which the file was not yet written anew."""
        is_there = connection.execute(_sql.IS_TO_SCRUB).fetchone()
        return connection.execute(_sql.LEFT_TO_SCRUB).fetchall() if is_there else []

    def _clean_up(self) -> None:
        """Do what an erasure leaves to do; if that fails, the erasure was kept all the same."""
        try:
            if self._scrubs:
                self.scrub()
            else:
                self._empty_the_log()
        except StoreError as error:
            log.warning("%s; %s", error, _LATER)

    def _empty_the_log(self) -> None:
        """Move the write-ahead log into the file, and cut it off: it still has the old pages."""
        with self._lent() as connection:
            (is_busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_busy:
            message = (
                f"{self._path} is being read: what was erased is still in the write-ahead log; "
                "try again when nobody has it open for long"
            )
            raise StoreError(message)

    # -- connections ----------------------------------------------------------------------------

    def _read(self, sql: str, values: Sequence[object] | dict[str, object]) -> list[Any]:
        with self._lent() as connection:
            return connection.execute(sql, values).fetchall()

    def _writing(self) -> AbstractContextManager[sqlite3.Connection]:
        return self._lent(writes=True, begins=True)

    @contextmanager
    def _lent(self, *, writes: bool = False, begins: bool = False) -> Iterator[sqlite3.Connection]:
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
                if begins:
                    # Taken at the start: what is read in here is still true when it is written.
                    connection.execute("BEGIN IMMEDIATE")
                yield connection
                if begins:
                    connection.execute("COMMIT")
            finally:
                self._take_back(connection)
        except (sqlite3.Error, ValueError, OverflowError) as error:
            raise explain(error, self._path, self._timeout, writes=writes) from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=self._timeout, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA synchronous = FULL")
            # What is overwritten is overwritten with zeros, or an erasure would erase nothing.
            connection.execute("PRAGMA secure_delete = ON")
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


_LATER = (
    "what was erased goes from the file with the next erasure, when it is opened again, or with "
    "SqliteStore.scrub()"
)


def _at_most(limit: int | None) -> int:
    return -1 if limit is None else limit
