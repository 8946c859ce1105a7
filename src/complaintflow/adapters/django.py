"""In a host on Django: a store that takes part in the transaction Django has open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaintflow._extras import extra
from complaintflow.errors import StoreError

with extra("django"):
    from django.db import DEFAULT_DB_ALIAS, connections

if TYPE_CHECKING:
    from complaintflow.adapters.postgres import PostgresStore

__all__ = ["joining"]


def joining(store: PostgresStore, using: str = DEFAULT_DB_ALIAS) -> PostgresStore:
    """
    Return a store within the transaction that Django has open: a ticket and its case stand or fall.

    Call it inside `transaction.atomic()`. The store writes on Django's own connection, in its own
    schema of the same database, and leaves committing and rolling back to Django.

    Args:
        store: the store of the desk, on the same PostgreSQL database; it made the tables.

        using: which of Django's databases, by its alias.

    Raises:
        StoreError: Django has no such database, it is not PostgreSQL on psycopg 3, or there is no
            transaction open on it.
    """
    if using not in connections:
        known = ", ".join(sorted(connections))
        raise StoreError(f"Django has no database {using!r}; there are: {known}")
    django = connections[using]
    if not _is_ours(django.vendor):
        told = f"Django's database {using!r} is on {django.vendor}, not PostgreSQL with psycopg 3"
        raise StoreError(f"{told}; use SqlalchemyStore, or a store over your own models")
    if not django.in_atomic_block:
        told = f"no transaction is open on Django's database {using!r}"
        raise StoreError(f"{told}; join it inside `with transaction.atomic():`")
    return store.joining(django.connection)


def _is_ours(vendor: str) -> bool:
    if vendor != "postgresql":
        return False
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    return bool(is_psycopg3)
