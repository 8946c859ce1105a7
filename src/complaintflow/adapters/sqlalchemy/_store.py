"""Cases in any database that SQLAlchemy knows, or within a transaction of the host's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import asdict, astuple
from sqlalchemy import Connection, Engine, MetaData, Table, Update, inspect
from sqlalchemy.exc import IntegrityError
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from complaintflow._given import a, look_over
from complaintflow.adapters.sqlalchemy import _errors
from complaintflow.adapters.sqlalchemy._statements import Statements
from complaintflow.adapters.sqlalchemy._tables import (
    MYSQL,
    SCHEMA_VERSION,
    Cases,
    Tables,
    add_tables,
    metadata,
)
from complaintflow.errors import Conflict, EvidenceError, StoreError
from complaintflow.ports import Change, Notification, Parked, Query, Record, Snapshot

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

T = TypeVar("T")
Line = Sequence[Any]
"""A row, its columns in the order of the fields."""

_SKIPS = {"postgresql", "oracle", *MYSQL}
"""Databases in which a worker goes past the rows that another one has locked."""

_PATIENCE: dict[str, Any] = {
    "stop": stop_after_attempt(6),
    "wait": wait_random_exponential(multiplier=0.01, max=0.5),
    "reraise": True,
}
_TABLES = Retrying(
    retry=retry_if_exception(_errors.is_made_by_others),
    **_PATIENCE | {"stop": stop_after_attempt(20)},
)
_STEPS = Retrying(retry=retry_if_exception(_errors.is_undone), **_PATIENCE)
_OTHERS = Retrying(retry=retry_if_exception(_errors.is_passing), **_PATIENCE)


class SqlalchemyStore:
    """
    Keep cases in a database that SQLAlchemy knows: tested are PostgreSQL, MariaDB and SQLite.

    Any number of threads, processes and machines may share it. How durable a step is, is what
    the engine and its database are set to. The tables are made once, by `create_schema` or by
    migrations; the first call looks whether they are there, and of a version that is known here.

    A step that meets a deadlock, a serialization failure or a lock held for too long is tried
    again, and so is everything but a step when the connection was cut. When the server is back, so
    is the store. MariaDB and MySQL write at READ COMMITTED, whatever the engine is set to.

    A time of PostgreSQL's that its driver cannot read, such as `infinity`, is a `StoreError` for
    all that is asked together with it. A `PostgresStore` on the same tables tells of the row alone.

    What an erasure overwrites stays in the database's pages and logs until they are written anew:
    by `VACUUM FULL` on PostgreSQL, by `VACUUM` and then `PRAGMA wal_checkpoint(TRUNCATE)` on SQLite
    (`PRAGMA secure_delete` is not enough), by `OPTIMIZE TABLE` on MariaDB and MySQL.

    Args:
        engine: the database.

        schema: the schema that the tables are in. None: the default of the connection.

        skip_locked: whether the database knows `SKIP LOCKED`. None: PostgreSQL, Oracle, MySQL and
            MariaDB do. Without it, workers that meet try for the same rows, and one gets each.

        cases: a table of the host's that cases are kept in, from `add_case_columns`. It is the
            host's to make. None: our own.

    Raises:
        EvidenceError: *engine* is none.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        schema: str | None = None,
        skip_locked: bool | None = None,
        cases: Cases | None = None,
    ) -> None:
        if not isinstance(engine, Engine):
            # What it is instead is often a URL, and not repeated: it may hold a password.
            told = "engine must be an Engine of SQLAlchemy: create_engine(url)"
            raise EvidenceError("SqlalchemyStore", (told,))
        self._engine = engine
        self._metadata = metadata if schema is None else MetaData(schema=schema)
        self._tables: Tables = add_tables(self._metadata)
        is_known = engine.dialect.name in _SKIPS
        self._skips = is_known if skip_locked is None else skip_locked
        case = self._tables.case
        self._cases = cases or Cases(case, dict(case.c.items()), is_hosts=False)
        self._say = Statements(self._tables, self._cases, skip_locked=self._skips)
        self._joined: Callable[[], Connection] | None = None
        self._is_checked = False

    def __repr__(self) -> str:
        return f"SqlalchemyStore({self._engine.url!r})"

    def joining(self, host: Connection | Session) -> Self:
        """
        Return this store within a transaction of the host's: its steps stand or fall with it.

        It never commits, and never rolls back more than what it did itself: after a `Conflict`
        the transaction goes on. It is for one thread, as the connection or session is. Where none
        was begun yet, SQLAlchemy begins one. With a session it may be kept for as long as that.

        Nothing is taken in it: `wake` and `claim` are for a store of its own.

        Raises:
            EvidenceError: *host* is neither a connection nor a session.
        """
        joined = copy(self)
        if isinstance(host, Connection):
            joined._joined = lambda: host  # noqa: SLF001 (it is one of us)
        else:
            from sqlalchemy.orm import Session, scoped_session

            is_one = a((Session, scoped_session), "a Connection or a Session of SQLAlchemy")
            look_over("joining", host=(is_one, host))
            joined._joined = host.connection  # noqa: SLF001
        return joined

    # -- the tables -----------------------------------------------------------------------------

    def create_schema(self) -> None:
        """
        Make the tables where there are none, and the rest of them where that was broken off.

        Whoever does it at the same moment finds them made. Doing it twice changes nothing.

        Raises:
            StoreError: they cannot be made, or there are some of another version.
        """
        try:
            (self._make if self._joined else lambda: _TABLES(self._make))()
        except _errors.WRONG as error:
            raise _errors.explain(error, writes=True) from error
        self._check()

    def _make(self) -> None:
        case, *others = astuple(self._tables, recurse=False)
        tables: list[Table] = others if self._cases.is_hosts else [case, *others]
        name, schema = self._tables.schema.name, self._tables.schema.schema
        with self._writing() as connection:
            is_there = inspect(connection).has_table(name, schema=schema)
            if is_there and connection.scalars(self._say.version).all():
                return
            self._metadata.create_all(connection, tables)
            for index in (index for table in tables for index in table.indexes):
                index.create(connection, checkfirst=True)
            # The last thing: with it, they are all there.
            connection.execute(self._say.set_version, {"version": SCHEMA_VERSION})

    def _check(self) -> None:
        try:
            with self._reading() as connection:
                versions = connection.scalars(self._say.version).all()
        except _errors.WRONG as error:
            raise _errors.explain(error, writes=False) from error
        if list(versions) != [SCHEMA_VERSION]:
            found = " and ".join(map(str, versions)) or "none"
            message = (
                f"{self._engine.url!r} has complaintflow tables of version {found}, and this "
                f"complaintflow knows version {SCHEMA_VERSION}: run the migrations, or use the "
                "complaintflow that made them"
            )
            raise StoreError(message)
        self._is_checked = True

    # -- the port -------------------------------------------------------------------------------

    def load(self, case_id: str) -> Snapshot | None:
        """
        Return a case as it was last committed. None: there is no such case.

        Raises:
            StoreError: the database cannot be read.
        """
        found = self._read(self._say.load, {"this_id": case_id})
        return Snapshot(*found[0]) if found else None

    def commit(self, change: Change) -> None:
        """
        Keep a change, whole.

        Raises:
            Conflict: the case is at another version, or a record's key was kept for it before.

            StoreError: the database cannot be written. Nothing is kept, unless it says that this
                is not known.
        """
        self._write(lambda connection: self._keep(connection, change), change)

    def _keep(self, connection: Connection, change: Change) -> None:
        say, case_id, expected = self._say, change.case_id, change.expected
        values = asdict(change.snapshot, recurse=False)
        if expected or self._cases.is_hosts:
            new = {f"new_{name}": value for name, value in values.items() if name != "case_id"}
            moved = connection.execute(say.move, new | {"this_id": case_id, "expected": expected})
            if moved.rowcount != 1:
                found = connection.scalar(say.version_of, {"this_id": case_id})
                found = found or (0 if expected else None)
                # A transaction of a host's may still see the version before it.
                raise Conflict(case_id, expected, None if found == expected else found)
        else:
            try:
                connection.execute(say.open, values)
            except IntegrityError:
                raise Conflict(case_id, expected) from None
        if change.erases:
            for statement in say.erase:
                connection.execute(statement, {"this_id": case_id})
        try:
            connection.execute(say.keep_entry, [asdict(each) for each in change.records])
        except IntegrityError:
            raise Conflict(case_id, expected, expected) from None
        if change.outbox:
            connection.execute(say.keep_told, [*map(_told, change.outbox)])

    def history(
        self, case_id: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[Record]:
        """
        Return the records of a case with a version above *after*, oldest first.

        Raises:
            StoreError: the database cannot be read.
        """
        asked = {"this_id": case_id, "after": after}
        return [Record(*row) for row in self._read(self._say.history.limit(limit), asked)]

    def keyed(self, case_id: str, key: str) -> Record | None:
        """
        Return the record of a case that was kept with a key. None: there is none.

        Raises:
            StoreError: the database cannot be read.
        """
        found = self._read(self._say.keyed, {"this_id": case_id, "this_key": key})
        return Record(*found[0]) if found else None

    def find(self, query: Query) -> Sequence[Snapshot]:
        """
        Return the cases that match a query, by id; by `due_at` first where it asks for that.

        Raises:
            StoreError: the database cannot be read.
        """
        return [Snapshot(*row) for row in self._read(self._say.find(query), {})]

    def wake(
        self, *, now: datetime, until: datetime, limit: int, methods: Sequence[str]
    ) -> Sequence[Snapshot]:
        """
        Take the cases that wake before *now*, soonest first, and let them sleep until *until*.

        Raises:
            StoreError: the database cannot be written, or the store is joined to a transaction.
        """
        self._must_be_on_its_own()
        asked = {"now": now, "limit": limit, "methods": list(methods)}
        times = {"now": now, "until": until}
        say = self._say

        def take(connection: Connection) -> list[Line]:
            rows: Sequence[Line] = connection.execute(say.asleep, asked).all()
            return self._take(connection, rows, say.let_sleep, say.let_one_sleep, times)

        return [Snapshot(*row) for row in self._write(take)]

    def claim(self, *, now: datetime, until: datetime, limit: int) -> Sequence[Notification]:
        """
        Take the oldest notification of each case, where it is not held beyond *now*.

        Raises:
            StoreError: the database cannot be written, or the store is joined to a transaction.
        """
        self._must_be_on_its_own()
        times = {"now": now, "until": until}
        say = self._say

        def take(connection: Connection) -> list[Line]:
            free = {"now": now, "limit": limit}
            rows: Sequence[Line] = connection.execute(say.free_heads, free).all()
            return self._take(connection, rows, say.hold, say.hold_one, times)

        return [Notification(*row) for row in self._write(take)]

    def settle(
        self, key: str, *, retry_at: datetime | None = None, parked: str | None = None
    ) -> None:
        """
        Forget a notification that was delivered, hold it until *retry_at*, or put it aside.

        Raises:
            StoreError: the database cannot be written.
        """
        this, say = {"this_key": key}, self._say
        if parked is not None:
            self._write(lambda connection: connection.execute(say.park, this | {"why": parked}))
        elif retry_at is not None:
            later = {"this_key": key, "until": retry_at}
            self._write(lambda connection: connection.execute(say.postpone, later))
        else:
            self._write(lambda connection: connection.execute(say.settle, this))

    def release(self, key: str) -> None:
        """
        Give out again, at once, a notification that is put aside.

        Raises:
            StoreError: the database cannot be written.
        """
        self._write(lambda connection: connection.execute(self._say.release, {"this_key": key}))

    def parked(self, *, after: str | None = None, limit: int | None = None) -> Sequence[Parked]:
        """
        Return the notifications that are put aside with a key above *after*, by key.

        Raises:
            StoreError: the database cannot be read.
        """
        rows = self._read(self._say.parked.limit(limit), {"after": after or ""})
        return [Parked(Notification(*row), error) for error, *row in rows]

    # -- transactions ---------------------------------------------------------------------------

    def _must_be_on_its_own(self) -> None:
        if self._joined is not None:
            raise StoreError(_errors.JOINED)

    def _take(
        self,
        connection: Connection,
        rows: Sequence[Line],
        all_of_them: Update,
        one_of_them: Update,
        times: dict[str, datetime],
    ) -> list[Line]:
        """Mark rows as taken, each known by its first column; return those that still were free."""
        if not rows:
            return []
        if self._skips or connection.dialect.name == "sqlite":  # nobody else has them
            ids = [row[0] for row in rows]
            connection.execute(all_of_them, {"ids": ids, "until": times["until"]})
            return list(rows)
        return [
            row
            for row in rows
            if connection.execute(
                one_of_them, times | {"this_id": row[0], "this_key": row[0]}
            ).rowcount
        ]

    def _read(self, statement: Any, values: dict[str, Any]) -> Sequence[Line]:  # noqa: ANN401
        def read() -> Sequence[Line]:
            with self._reading() as connection:
                return connection.execute(statement, values).all()

        return self._try(read if self._joined else lambda: _OTHERS(read))

    def _write(self, work: Callable[[Connection], T], change: Change | None = None) -> T:
        def write() -> T:
            with self._writing() as connection:
                return work(connection)

        retrying = _OTHERS if change is None else _STEPS
        work_on_it = write if self._joined else lambda: retrying(write)
        return self._try(work_on_it, change, writes=True)

    def _try(
        self, work: Callable[[], T], change: Change | None = None, *, writes: bool = False
    ) -> T:
        if not self._is_checked:
            self._check()
        try:
            return work()
        except _errors.WRONG as error:
            is_joined = self._joined is not None
            raise _errors.explain(error, change, writes=writes, is_joined=is_joined) from error

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._joined is not None:
            yield _in_a_transaction(self._joined())
        else:
            with self._engine.connect() as connection:
                yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._joined is not None:
            connection = _in_a_transaction(self._joined())
            _begin_for_sure(connection)
            with connection.begin_nested():
                yield connection
            return
        with self._engine.begin() as connection:
            if connection.dialect.name in MYSQL:
                # For this transaction only: at their default, a claim and a step may deadlock.
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            _begin_for_sure(connection)
            yield connection


def _in_a_transaction(host: Connection) -> Connection:
    """
    Return a host's connection, in a transaction that can be joined.

    Raises:
        StoreError: it has none, and begins none.
    """
    if not host.in_transaction():
        host.begin()
    lent = host.connection.dbapi_connection
    if _commits_by_itself(host, lent) and not getattr(lent, "in_transaction", False):
        message = (
            "the connection to join is in no transaction, and commits each statement by itself; "
            "join one whose isolation level is not AUTOCOMMIT"
        )
        raise StoreError(message)
    return host


def _commits_by_itself(host: Connection, lent: Any) -> bool:  # noqa: ANN401
    try:
        return bool(host.dialect.detect_autocommit_setting(lent))
    except (AttributeError, NotImplementedError):  # an earlier SQLAlchemy, or a driver without it
        return host.get_execution_options().get("isolation_level") == "AUTOCOMMIT"


def _begin_for_sure(connection: Connection) -> None:
    """
    Begin a transaction where the driver has not, as Python's `sqlite3` puts it off.

    There it takes the write lock at once: what is read is still true when it is written. And
    without it, releasing the savepoint would commit what is not ours.
    """
    if connection.dialect.name == "sqlite":
        lent = connection.connection.dbapi_connection
        if not getattr(lent, "in_transaction", True):
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def _told(notification: Notification) -> dict[str, Any]:
    values = asdict(notification)
    values["recipient"] = values.pop("to")
    return values
