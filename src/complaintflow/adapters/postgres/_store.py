"""The store that is called: it carries requests to PostgreSQL, and their rows back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

import psycopg
from psycopg.rows import tuple_row
from psycopg_pool import ConnectionPool, PoolTimeout
from tenacity import Retrying

from complaintflow._given import a, look_over
from complaintflow.adapters.postgres import _errors
from complaintflow.adapters.postgres._connections import (
    KEEP,
    SAVE,
    UNDO,
    WAIT_FOR_LOCKS,
    in_milliseconds,
    is_usable,
    look_at,
    must_be_joinable,
    must_be_on_its_own,
    options,
    read_any_moment,
    returns_rows,
)
from complaintflow.adapters.postgres._requests import Request, Requests, Rows
from complaintflow.errors import StoreError
from complaintflow.ports import Change, Notification, Parked, Query, Record, Snapshot

T = TypeVar("T")

_STEPS = Retrying(**_errors.retries(step=True))
_OTHERS = Retrying(**_errors.retries(step=False))


class PostgresStore:
    """
    Keep cases in PostgreSQL, which any number of threads, processes and machines may share.

    Every call is one statement, and what a call returns from is on the server's disk. The tables
    are made once, by `create_schema` or by the script of `schema_sql`; the first call looks
    whether they are there, and of a version that is known here.

    A step that meets a deadlock or a serialization failure is sent again, and so is everything
    but a step when the connection was cut. When the server is back, so is the store.

    What an erasure overwrites stays in the pages of tables and indexes until they are used anew,
    and in the write-ahead log until its segments are recycled. Where that must not take long, run
    `VACUUM FULL complaintflow_case, complaintflow_entry, complaintflow_outbox` after it, when no
    transaction of before is open. It locks each table while it writes it anew; an ordinary
    `VACUUM` does not, and leaves names behind.

    A process that forks makes its store after that, and not before.

    Args:
        where: a connection string or URL, or a `psycopg_pool.ConnectionPool` of the host's, which
            the host opens and closes.

        schema: the schema that the tables are in.

        timeout: how many seconds to wait for a free connection, or for a lock. Of a pool that
            the host gave, only the former.

        size: the most connections that are opened. Of no meaning where a pool is given.

    Raises:
        EvidenceError: something that it is given is of another type; all of it is listed.

        StoreError: *where* is a text, and no address of a database.
    """

    def __init__(
        self,
        where: str | ConnectionPool[Any],
        *,
        schema: str = "public",
        timeout: float = 10,
        size: int = 10,
    ) -> None:
        look_at(
            "PostgresStore", ConnectionPool, where=where, schema=schema, timeout=timeout, size=size
        )
        self._requests = Requests(schema)
        self._timeout = timeout
        self._joined: psycopg.Connection[Any] | None = None
        self._conninfo: str | None = None
        self._is_checked = False
        self._is_closed = False
        if isinstance(where, str):
            self._conninfo = where
            self._pool = ConnectionPool(
                where,
                kwargs=options(timeout),
                min_size=1,
                max_size=size,
                timeout=timeout,
                reconnect_timeout=timeout,
                open=False,
                name="complaintflow",
                configure=self._configure,
            )
        else:
            self._pool = where

    def __repr__(self) -> str:
        return f"{type(self).__name__}(schema={self._requests.schema!r})"

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
        """Close the connections that are this store's own. Closing twice is fine."""
        self._is_closed = True
        if self._conninfo is not None:
            self._pool.close()

    def joining(self, connection: psycopg.Connection[Any]) -> PostgresStore:
        """
        Return this store within a transaction of the host's: its steps stand or fall with it.

        It never commits, and never rolls back more than what it did itself: after a `Conflict` or
        a `StoreError` the transaction goes on. It is for one thread, as the connection is. Where
        none was begun yet, psycopg begins one, unless the connection commits by itself.

        Nothing is taken in it: `wake` and `claim` are for a store of its own.

        Raises:
            EvidenceError: *connection* is none of psycopg.
        """
        is_one = a(psycopg.Connection, "a psycopg.Connection")
        look_over("joining", connection=(is_one, connection))
        joined = PostgresStore(self._pool, schema=self._requests.schema, timeout=self._timeout)
        joined._joined = connection
        joined._is_checked = self._is_checked
        return joined

    # -- the tables -----------------------------------------------------------------------------

    def schema_sql(self) -> str:
        """
        Return the script that `create_schema` runs, for whoever may not run it from here.

        It is meant for one transaction, which whoever runs it begins and commits.
        """
        return self._requests.tables()

    def create_schema(self) -> None:
        """
        Make the tables where there are none, and bring those of an earlier version to this one.

        All of it is one transaction, and who does it at the same moment waits. Doing it twice
        changes nothing.

        Raises:
            StoreError: they cannot be made, or there are some of a version from which there is
                no way. Nothing was changed.
        """
        with self._first_lent() as connection:
            is_there, is_earlier = self._requests.is_there(), self._requests.is_earlier()
            if not is_there.read(_send(connection, is_there)) or is_earlier.read(
                _send(connection, is_earlier)
            ):
                connection.execute(self._requests.tables())
            self._check(connection)

    # -- the port -------------------------------------------------------------------------------

    def load(self, case_id: str) -> Snapshot | None:
        """
        Return a case as it was last committed. None: there is no such case.

        Raises:
            StoreError: the database cannot be read.
        """
        return self._ask(self._requests.load(case_id))

    def commit(self, change: Change) -> None:
        """
        Keep a change, whole.

        Raises:
            Conflict: the case is at another version, or a record's key was kept for it before.

            StoreError: the database cannot be written. Nothing is kept, unless it says that this
                is not known.
        """
        self._ask(self._requests.commit(change))

    def history(
        self, case_id: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[Record]:
        """
        Return the records of a case with a version above *after*, oldest first.

        Raises:
            StoreError: the database cannot be read.
        """
        return self._ask(self._requests.history(case_id, after, limit))

    def keyed(self, case_id: str, key: str) -> Record | None:
        """
        Return the record of a case that was kept with a key. None: there is none.

        Raises:
            StoreError: the database cannot be read.
        """
        return self._ask(self._requests.keyed(case_id, key))

    def find(self, query: Query) -> Sequence[Snapshot]:
        """
        Return the cases that match a query, by id; by `due_at` first where it asks for that.

        Raises:
            StoreError: the database cannot be read.
        """
        return self._ask(self._requests.find(query))

    def wake(
        self, *, now: datetime, until: datetime, limit: int, methods: Sequence[str]
    ) -> Sequence[Snapshot]:
        """
        Take the cases that wake before *now*, soonest first, and let them sleep until *until*.

        Raises:
            StoreError: the database cannot be written, or the store is joined to a transaction.
        """
        must_be_on_its_own(self._joined)
        return self._ask(self._requests.wake(now, until, limit, methods))

    def claim(self, *, now: datetime, until: datetime, limit: int) -> Sequence[Notification]:
        """
        Take the oldest notification of each case, where it is not held beyond *now*.

        Raises:
            StoreError: the database cannot be written, or the store is joined to a transaction.
        """
        must_be_on_its_own(self._joined)
        return self._ask(self._requests.claim(now, until, limit))

    def settle(
        self, key: str, *, retry_at: datetime | None = None, parked: str | None = None
    ) -> None:
        """
        Forget a notification that was delivered, hold it until *retry_at*, or put it aside.

        Raises:
            StoreError: the database cannot be written.
        """
        self._ask(self._requests.settle(key, retry_at, parked))

    def release(self, key: str) -> None:
        """
        Give out again, at once, a notification that is put aside.

        Raises:
            StoreError: the database cannot be written.
        """
        self._ask(self._requests.release(key))

    def parked(self, *, after: str | None = None, limit: int | None = None) -> Sequence[Parked]:
        """
        Return the notifications that are put aside with a key above *after*, by key.

        Raises:
            StoreError: the database cannot be read.
        """
        return self._ask(self._requests.parked(after, limit))

    # -- connections ----------------------------------------------------------------------------

    def _ask(self, request: Request[T]) -> T:
        if not self._is_checked:
            with self._first_lent() as connection:
                self._check(connection)
        carry = self._carry_along if self._joined else self._carry_patiently
        try:
            rows = carry(request)
        except (psycopg.Error, UnicodeError, OverflowError) as error:
            is_joined = self._joined is not None
            schema = self._requests.schema
            raise _errors.explain(error, request, schema, is_joined=is_joined) from error
        return request.read(rows)

    def _carry_patiently(self, request: Request[Any]) -> Rows:
        step = request.change is not None
        try:
            return self._carry(request)
        except psycopg.Error as error:
            if not _errors.is_passing(error, step=step):
                raise
        return (_STEPS if step else _OTHERS)(self._carry, request)

    def _carry(self, request: Request[Any]) -> Rows:
        try:
            with self._pool.connection(self._timeout) as connection:
                return _send(connection, request)
        except PoolTimeout:
            if self._conninfo is not None:
                self._connect().close()  # says why, where there is more to say
            raise _errors.busy(self._timeout) from None
        except psycopg.OperationalError as error:
            if _errors.is_cut(error):
                self._pool.check()  # the others may be cut too
            raise

    def _carry_along(self, request: Request[Any]) -> Rows:
        with self._saved() as connection:
            return _send(connection, request)

    def _configure(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute(WAIT_FOR_LOCKS, [in_milliseconds(self._timeout)])

    def _check(self, connection: psycopg.Connection[Any]) -> None:
        check = self._requests.check()
        check.read(_send(connection, check))
        self._is_checked = True

    @contextmanager
    def _first_lent(self) -> Iterator[psycopg.Connection[Any]]:
        """Lend a connection for a look at the tables; a new one tries the address at once."""
        try:
            if self._joined is not None:
                with self._saved() as connection:
                    yield connection
            elif self._conninfo is None:
                with self._pool.connection(self._timeout) as connection:
                    yield connection
            elif self._is_closed:
                raise StoreError(_errors.CLOSED)
            else:
                with self._connect() as connection:
                    yield connection
                self._pool.open()
        except psycopg.Error as error:
            raise _errors.explain(error, None, self._requests.schema) from error

    def _connect(self) -> psycopg.Connection[Any]:
        try:
            return psycopg.connect(self._conninfo or "", **options(self._timeout))
        except psycopg.OperationalError as error:
            raise _errors.unreachable(error) from error

    @contextmanager
    def _saved(self) -> Iterator[psycopg.Connection[Any]]:
        """Lend the host's connection, and undo what failed on it, and no more than that."""
        connection = self._joined
        assert connection is not None  # noqa: S101 (who calls this has looked)
        must_be_joinable(connection)
        connection.execute(SAVE)
        try:
            yield connection
        except BaseException:
            if is_usable(connection):
                connection.execute(UNDO)
            raise
        connection.execute(KEEP)


def _send(connection: psycopg.Connection[Any], request: Request[Any]) -> Rows:
    with connection.cursor(row_factory=tuple_row) as cursor:
        if request.change is None:  # a step has no times to read
            read_any_moment(cursor)
        cursor.execute(request.text, request.values)
        return cursor.fetchall() if returns_rows(cursor) else ()
