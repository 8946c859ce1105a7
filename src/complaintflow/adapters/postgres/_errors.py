"""What goes wrong with PostgreSQL, in our words; and after what it is worth trying again."""

from __future__ import annotations

from functools import partial
from typing import Any

import psycopg
from psycopg_pool import PoolClosed, PoolTimeout
from tenacity import retry_if_exception, stop_after_attempt, wait_random_exponential

from complaintflow.adapters.postgres._requests import Request
from complaintflow.errors import ComplaintflowError, Conflict, StoreError

_KEYS = {"complaintflow_entry_key", "complaintflow_entry_pkey"}
"""What finds a key, or a version, that was kept before."""

_UNDONE = {"40001", "40P01"}
"""Serialization failure and deadlock: the transaction was undone, so that another could go on."""

_CUT = {"57P01", "57P02", "57P03"}
"""Somebody has ended the connection, or the server."""

_KEPT_NOTHING = "nothing of it was kept; "
"""What is said of a write, and of no read: it keeps nothing in any case."""
_MAKE = (
    "there are no complaintflow tables in schema {schema!r}; make them with create_schema(), or "
    "with: python -m complaintflow.adapters.postgres URL --schema {schema}"
)
_WHY: dict[str | None, str] = {
    "25006": "the database is read-only: {kept}connect to one that may be written",
    "3F000": _MAKE,
    "42P01": _MAKE,
    "42501": "this user of the database may not do this ({error}); grant it, or use another user",
    "40001": "others were writing the same at once, again and again: {kept}try again",
    "40P01": "others were writing the same at once, again and again: {kept}try again",
    "53100": "the disk of the database is full: {kept}make room, try again",
    "53300": "the database takes no more connections; use a smaller pool, or allow more there",
    "55P03": "the database is locked: another program holds what is needed; {kept}try again",
    "57014": "the database took too long, and was told to stop: {kept}try again",
}
_UNDONE_HERE = (
    "others were writing the same at once: {kept}roll back the transaction that the store is "
    "joined to, and do all of it again in another"
)
_OTHERWISE = "the database cannot do this: {error}; {kept}"

CLOSED = "the store was closed; make another"


def is_cut(error: BaseException) -> bool:
    """Return whether the connection is gone, with whatever was on its way."""
    if not isinstance(error, psycopg.OperationalError) or isinstance(
        error, PoolTimeout | PoolClosed
    ):
        return False
    return error.sqlstate is None or error.sqlstate in _CUT or error.sqlstate.startswith("08")


def _is_undone(error: BaseException) -> bool:
    return isinstance(error, psycopg.Error) and error.sqlstate in _UNDONE


def is_passing(error: BaseException, *, step: bool) -> bool:
    """
    Return whether a request may well succeed when it is sent again.

    A step is not sent again where a cut line leaves open whether it was kept.
    """
    return _is_undone(error) or (not step and is_cut(error))


def retries(*, step: bool) -> dict[str, Any]:
    """Return how often a request is sent again, and after what, in the words of `tenacity`."""
    return {
        "retry": retry_if_exception(partial(is_passing, step=step)),
        "stop": stop_after_attempt(5),
        "wait": wait_random_exponential(multiplier=0.01, max=0.5),
        "reraise": True,
    }


def explain(
    error: Exception, request: Request[Any] | None, schema: str, *, is_joined: bool = False
) -> ComplaintflowError:
    """Return what to raise instead of an error of the database, met on a host's or our own."""
    change = None if request is None else request.change
    if (
        change is not None
        and isinstance(error, psycopg.errors.UniqueViolation)
        and error.diag.constraint_name in _KEYS
    ):
        return Conflict(change.case_id, change.expected, change.expected)
    if isinstance(error, PoolClosed):
        return StoreError(CLOSED)
    if is_cut(error):
        said = _first_line(error)
        if change is None:
            return StoreError(f"the database cannot be reached: {said}; try again when it is back")
        return StoreError(
            f"the connection was cut while version {change.snapshot.version} of case "
            f"'{change.case_id}' was being kept ({said}): whether it was is not known; read the "
            "case again, or record again with the same key"
        )
    writes = request is None or request.writes or change is not None
    why = _WHY.get(getattr(error, "sqlstate", None), _OTHERWISE)
    if is_joined and _is_undone(error):
        why = _UNDONE_HERE  # the transaction would see the same as before
    kept = _KEPT_NOTHING if writes else ""
    told = why.format(error=_first_line(error), schema=schema, kept=kept)
    return StoreError(told.removesuffix("; "))


def unreachable(error: Exception) -> StoreError:
    """Return what to raise where no connection could be made."""
    said = _first_line(error)
    return StoreError(f"the database cannot be reached: {said}; start it, or correct its address")


def busy(timeout: float) -> StoreError:
    """Return what to raise where every connection of a pool is in use."""
    return StoreError(
        f"every connection to the database has been in use for {timeout:g} seconds; try again, or "
        "give the store more of them"
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
