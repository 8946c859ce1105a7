"""The store that is awaited: it carries requests to PostgreSQL, and their rows back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

import psycopg
from psycopg.rows import tuple_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from tenacity import AsyncRetrying

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

_STEPS = AsyncRetrying(**_errors.retries(step=True))
_OTHERS = AsyncRetrying(**_errors.retries(step=False))


class AsyncPostgresStore:
    """
    Keep cases in PostgreSQL, and be awaited: a `PostgresStore` for an `AsyncDesk`.

    It keeps the same tables and the same promises, on connections that wait without a thread. It
    belongs to the loop that it was first used on.

    Args:
        where: a connection string or URL, or a `psycopg_pool.AsyncConnectionPool` of the host's,
            which the host opens and closes.

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
        where: str | AsyncConnectionPool[Any],
        *,
        schema: str = "public",
        timeout: float = 10,
        size: int = 10,
    ) -> None:
        look_at(
            "AsyncPostgresStore",
            AsyncConnectionPool,
            where=where,
            schema=schema,
            timeout=timeout,
            size=size,
        )
        self._requests = Requests(schema)
        self._timeout = timeout
        self._joined: psycopg.AsyncConnection[Any] | None = None
        self._conninfo: str | None = None
        self._is_checked = False
        self._is_closed = False
        if isinstance(where, str):
            self._conninfo = where
            self._pool = AsyncConnectionPool(
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

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections that are this store's own. Closing twice is fine."""
        self._is_closed = True
        if self._conninfo is not None:
            await self._pool.close()

    def joining(self, connection: psycopg.AsyncConnection[Any]) -> AsyncPostgresStore:
        """
        Return this store within a transaction of the host's: its steps stand or fall with it.

        It never commits, and never rolls back more than what it did itself: after a `Conflict` or
        a `StoreError` the transaction goes on. It is for one task at a time, as the connection
        is. Where none was begun yet, psycopg begins one, unless the connection commits by itself.

        Nothing is taken in it: `wake` and `claim` are for a store of its own.

        Raises:
            EvidenceError: *connection* is none of psycopg.
        """
        is_one = a(psycopg.AsyncConnection, "a psycopg.AsyncConnection")
        look_over("joining", connection=(is_one, connection))
        schema = self._requests.schema
        joined = AsyncPostgresStore(self._pool, schema=schema, timeout=self._timeout)
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

    async def create_schema(self) -> None:
        """
        Make the tables where there are none, and bring those of an earlier version to this one.

        All of it is one transaction, and who does it at the same moment waits. Doing it twice
        changes nothing.

        Raises:
            StoreError: they cannot be made, or there are some of a version from which there is
                no way. Nothing was changed.
        """
        async with self._first_lent() as connection:
            is_there, is_earlier = self._requests.is_there(), self._requests.is_earlier()
            if not is_there.read(await _send(connection, is_there)) or is_earlier.read(
                await _send(connection, is_earlier)
            ):
                await connection.execute(self._requests.tables())
            await self._check(connection)

    # -- the port -------------------------------------------------------------------------------

    async def load(self, case_id: str) -> Snapshot | None:
        """
        Return a case as it was last committed. None: there is no such case.

        Raises:
            StoreError: the database cannot be read.
        """
        return await self._ask(self._requests.load(case_id))

    async def commit(self, change: Change) -> None:
        """
        Keep a change, whole.

        Raises:
            Conflict: the case is at another version, or a record's key was kept for it before.

            StoreError: the database cannot be written. Nothing is kept, unless it says that this
                is not known.
        """
        await self._ask(self._requests.commit(change))

    async def history(
        self, case_id: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[Record]:
        """
        Return the records of a case with a version above *after*, oldest first.

        Raises:
            StoreError: the database cannot be read.
        """
        return await self._ask(self._requests.history(case_id, after, limit))

    async def keyed(self, case_id: str, key: str) -> Record | None:
        """
        Return the record of a case that was kept with a key. None: there is none.

        Raises:
            StoreError: the database cannot be read.
        """
        return await self._ask(self._requests.keyed(case_id, key))

    async def find(self, query: Query) -> Sequence[Snapshot]:
        """
        Return the cases that match a query, by id; by `due_at` first where it asks for that.

        Raises:
            StoreError: the database cannot be read.
        """
        return await self._ask(self._requests.find(query))

    async def wake(
        self, *, now: datetime, until: datetime, limit: int, methods: Sequence[str]
    ) -> Sequence[Snapshot]:
        """
        Take the cases that wake before *now*, soonest first, and let them sleep until *until*.

        Raises:
            StoreError: the database cannot be written, or the store is joined to a transaction.
        """
        must_be_on_its_own(self._joined)
        return await self._ask(self._requests.wake(now, until, limit, methods))

    async def claim(self, *, now: datetime, until: datetime, limit: int) -> Sequence[Notification]:
        """
        Take the oldest notification of each case, where it is not held beyond *now*.

        Raises:
            StoreError: the database cannot be written, or the store is joined to a transaction.
        """
        must_be_on_its_own(self._joined)
        return await self._ask(self._requests.claim(now, until, limit))

    async def settle(
        self, key: str, *, retry_at: datetime | None = None, parked: str | None = None
    ) -> None:
        """
        Forget a notification that was delivered, hold it until *retry_at*, or put it aside.

        Raises:
            StoreError: the database cannot be written.
        """
        await self._ask(self._requests.settle(key, retry_at, parked))

    async def release(self, key: str) -> None:
        """
        Give out again, at once, a notification that is put aside.

        Raises:
            StoreError: the database cannot be written.
        """
        await self._ask(self._requests.release(key))

    async def parked(
        self, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[Parked]:
        """
        Return the notifications that are put aside with a key above *after*, by key.

        Raises:
            StoreError: the database cannot be read.
        """
        return await self._ask(self._requests.parked(after, limit))

    # -- connections ----------------------------------------------------------------------------

    async def _ask(self, request: Request[T]) -> T:
        if not self._is_checked:
            async with self._first_lent() as connection:
                await self._check(connection)
        carry = self._carry_along if self._joined else self._carry_patiently
        try:
            rows = await carry(request)
        except (psycopg.Error, UnicodeError, OverflowError) as error:
            is_joined = self._joined is not None
            schema = self._requests.schema
            raise _errors.explain(error, request, schema, is_joined=is_joined) from error
        return request.read(rows)

    async def _carry_patiently(self, request: Request[Any]) -> Rows:
        step = request.change is not None
        try:
            return await self._carry(request)
        except psycopg.Error as error:
            if not _errors.is_passing(error, step=step):
                raise
        return await (_STEPS if step else _OTHERS)(self._carry, request)

    async def _carry(self, request: Request[Any]) -> Rows:
        try:
            async with self._pool.connection(self._timeout) as connection:
                return await _send(connection, request)
        except PoolTimeout:
            if self._conninfo is not None:
                await (await self._connect()).close()  # says why, where there is more to say
            raise _errors.busy(self._timeout) from None
        except psycopg.OperationalError as error:
            if _errors.is_cut(error):
                await self._pool.check()  # the others may be cut too
            raise

    async def _carry_along(self, request: Request[Any]) -> Rows:
        async with self._saved() as connection:
            return await _send(connection, request)

    async def _configure(self, connection: psycopg.AsyncConnection[Any]) -> None:
        await connection.execute(WAIT_FOR_LOCKS, [in_milliseconds(self._timeout)])

    async def _check(self, connection: psycopg.AsyncConnection[Any]) -> None:
        check = self._requests.check()
        check.read(await _send(connection, check))
        self._is_checked = True

    @asynccontextmanager
    async def _first_lent(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """Lend a connection for a look at the tables; a new one tries the address at once."""
        try:
            if self._joined is not None:
                async with self._saved() as connection:
                    yield connection
            elif self._conninfo is None:
                async with self._pool.connection(self._timeout) as connection:
                    yield connection
            elif self._is_closed:
                raise StoreError(_errors.CLOSED)
            else:
                async with await self._connect() as connection:
                    yield connection
                await self._pool.open()
        except psycopg.Error as error:
            raise _errors.explain(error, None, self._requests.schema) from error

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        try:
            return await psycopg.AsyncConnection.connect(
                self._conninfo or "", **options(self._timeout)
            )
        except psycopg.OperationalError as error:
            raise _errors.unreachable(error) from error

    @asynccontextmanager
    async def _saved(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """Lend the host's connection, and undo what failed on it, and no more than that."""
        connection = self._joined
        assert connection is not None  # noqa: S101 (who calls this has looked)
        must_be_joinable(connection)
        await connection.execute(SAVE)
        try:
            yield connection
        except BaseException:
            if is_usable(connection):
                await connection.execute(UNDO)
            raise
        await connection.execute(KEEP)


async def _send(connection: psycopg.AsyncConnection[Any], request: Request[Any]) -> Rows:
    async with connection.cursor(row_factory=tuple_row) as cursor:
        if request.change is None:  # a step has no times to read
            read_any_moment(cursor)
        await cursor.execute(request.text, request.values)
        return await cursor.fetchall() if returns_rows(cursor) else ()
