"""Connections as both stores make them, and what they ask of those that a host brings."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from psycopg import AsyncCursor, BaseConnection, Cursor, DataError, ProgrammingError, adapters
from psycopg.abc import AdaptContext, Buffer, Loader
from psycopg.adapt import Loader as BaseLoader
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Format, TransactionStatus

from complaintflow._given import NUMBER, Wanted, a, look_over
from complaintflow.errors import StoreError

_SIZE: Wanted = (
    lambda value: type(value) is int and value >= 1,
    "a number of connections, at least 1",
)

WAIT_FOR_LOCKS = "SELECT set_config('lock_timeout', %s, false)"
SAVE = "SAVEPOINT complaintflow"
KEEP = "RELEASE SAVEPOINT complaintflow"
UNDO = "ROLLBACK TO SAVEPOINT complaintflow"
_MOMENT = adapters.types["timestamptz"].oid
_JOINED = (
    "the store is joined to a transaction, and may be rolled back with it, when somebody has been "
    "told already; tick and deliver from a desk with a store of its own"
)


def split_schema(url: str) -> tuple[str, str | None]:
    """Return a URL of PostgreSQL as its driver takes it, and the schema that it names."""
    try:
        scheme, rest, path, query, fragment = urlsplit(url)
    except ValueError:  # the driver says what is wrong with it
        return url, None
    options = parse_qsl(query, keep_blank_values=True)
    query = urlencode([(name, value) for name, value in options if name != "schema"])
    plain = urlunsplit((scheme, rest, path, query.replace("+", "%20"), fragment))
    return plain, dict(options).get("schema")


def look_at(
    asked: str, pool: type, *, where: object, schema: object, timeout: object, size: object
) -> None:
    """
    Make sure that a store can be made of what it is given; nothing is connected.

    Raises:
        EvidenceError: something is of another type; all of it is listed.

        StoreError: *where* is a text, and no address of a database.
    """
    look_over(
        asked,
        where=(
            a((str, pool), "a URL such as postgresql://host/database, or a pool of psycopg_pool"),
            where,
        ),
        schema=(a(str, "the name of a schema"), schema),
        timeout=(NUMBER, timeout),
        size=(_SIZE, size),
    )
    if isinstance(where, str):
        _must_be_address(asked, where)


def _must_be_address(asked: str, where: str) -> None:
    try:
        conninfo_to_dict(where)
    except ProgrammingError as error:
        _, schema = split_schema(where)
        if schema is not None and '"schema"' in str(error):
            raise StoreError(
                f"{asked}: the address holds a schema, which is said beside it: "
                f"{asked}(url, schema={schema!r}); store_from_url(url) takes it as it is"
            ) from None
        # Only of an option nothing is repeated but its name; other reasons repeat the password.
        why = f": {str(error).strip()}" if "query parameter" in str(error) else ""
        raise StoreError(
            f"{asked}: where is no address of a PostgreSQL database{why}; "
            "they look like postgresql://user@host/database"
        ) from None


def options(timeout: float) -> dict[str, Any]:
    """Return how a connection is opened: each statement commits by itself."""
    # libpq counts whole seconds, and takes 1 for 2.
    return {"autocommit": True, "connect_timeout": max(2, round(timeout))}


def in_milliseconds(timeout: float) -> str:
    """Return a timeout as the server takes it; 0 would mean for ever."""
    return f"{max(1, round(timeout * 1000))}ms"


def must_be_joinable(connection: BaseConnection[Any]) -> None:
    """
    Make sure that a host's connection has a transaction to join, or begins one by itself.

    Raises:
        StoreError: it has none, or one that has failed.
    """
    if connection.closed:
        raise StoreError("the connection to join was closed, or cut; join another one")
    status = connection.info.transaction_status
    if status == TransactionStatus.INERROR:
        raise StoreError(
            "the transaction to join has failed already, and takes nothing more; roll it back first"
        )
    if status == TransactionStatus.IDLE and connection.autocommit:
        raise StoreError(
            "the connection to join is in no transaction, and commits each statement by itself; "
            "begin one first: with connection.transaction(): ..."
        )


def must_be_on_its_own(joined: BaseConnection[Any] | None) -> None:
    """
    Make sure that what a store takes is committed before anybody is told of it.

    Raises:
        StoreError: the store is joined to a connection of the host's.
    """
    if joined is not None:
        raise StoreError(_JOINED)


def is_usable(connection: BaseConnection[Any]) -> bool:
    """Return whether there is still a transaction on it that something can be undone in."""
    return not connection.closed and connection.info.transaction_status in {
        TransactionStatus.INTRANS,
        TransactionStatus.INERROR,
    }


def returns_rows(cursor: Cursor[Any] | AsyncCursor[Any]) -> bool:
    """Return whether what was executed last returns rows, be it none."""
    # A cursor's description says it too, and makes an object of each column first.
    return cursor.pgresult is not None and cursor.pgresult.nfields > 0


def read_any_moment(cursor: Cursor[Any] | AsyncCursor[Any]) -> None:
    """Have a cursor return a time that Python has none for, such as `infinity`, as text."""
    usual = cursor.adapters.get_loader(_MOMENT, Format.TEXT)
    if usual is not None:
        cursor.adapters.register_loader(_MOMENT, _or_text(usual))


@cache
def _or_text(usual: type[Loader]) -> type[Loader]:
    """Return what loads as usual, and what cannot be loaded so as text."""

    class OrText(BaseLoader):
        def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
            super().__init__(oid, context)
            self._load = usual(oid, context).load

        def load(self, data: Buffer) -> Any:  # noqa: ANN401
            try:
                return self._load(data)
            except DataError:
                return bytes(data).decode()

    return OrText
