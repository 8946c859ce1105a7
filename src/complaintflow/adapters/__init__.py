"""What a desk is wired to: one module for each outside thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from complaintflow.ports import Store


def store_from_url(url: str) -> Store:
    """
    Return the store that a URL names, as it stands in a configuration.

    `sqlite:///cases.db` is a `SqliteStore` of that file, and `sqlite:////var/lib/cases.db` of one
    with an absolute path; it makes its tables by itself. `postgresql://...` is a `PostgresStore`,
    whose schema may be named by `?schema=...`. Anything else, such as `mysql+pymysql://...` or
    `postgresql+psycopg://...`, is for SQLAlchemy. Of the last two the tables are to be there.

    Raises:
        EvidenceError: it is no text.

        StoreError: the URL names no store, or one whose extra is not installed.
    """
    from urllib.parse import unquote, urlsplit

    from complaintflow._given import TEXT, look_over
    from complaintflow.errors import StoreError

    look_over("store_from_url", url=(TEXT, url))
    try:
        scheme, rest, path, query, _ = urlsplit(url)
    except ValueError:  # brackets around what is no address
        scheme = ""
    if not scheme or "://" not in url:
        raise StoreError(
            f"{_without_password(url)!r} is no URL of a store; they look like "
            "sqlite:///cases.db, postgresql://host/database or mysql+pymysql://host/database"
        )
    if scheme == "sqlite":
        from complaintflow.adapters.sqlite import SqliteStore

        file = unquote(path.removeprefix("/"))
        if rest or query or not file:
            raise StoreError(
                f"{url!r} names no file; it is sqlite:/// and the path, and nothing more"
            )
        return SqliteStore(file)
    if scheme in {"postgresql", "postgres"}:
        try:
            from complaintflow.adapters.postgres import PostgresStore
            from complaintflow.adapters.postgres._connections import split_schema
        except ImportError as error:
            raise StoreError(str(error)) from error
        plain, schema = split_schema(url)
        return PostgresStore(plain, schema=schema or "public")
    try:
        from complaintflow.adapters.sqlalchemy import SqlalchemyStore
    except ImportError as error:
        raise StoreError(str(error)) from error
    from sqlalchemy import create_engine
    from sqlalchemy.exc import ArgumentError

    try:
        return SqlalchemyStore(create_engine(url, pool_pre_ping=True))
    except (ArgumentError, ImportError) as error:
        raise StoreError(
            f"{_without_password(url)!r} names no database that can be used: {error}; install "
            "its driver, or correct the URL"
        ) from error


def _without_password(url: str) -> str:
    before, at, after = url.rpartition("@")
    scheme, _, person = before.partition("://")
    return f"{scheme}://{person.partition(':')[0]}@{after}" if at else url
