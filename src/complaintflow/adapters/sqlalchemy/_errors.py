"""What goes wrong with a database behind SQLAlchemy, in our words; whichever it is."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from complaintflow.errors import StoreError
from complaintflow.ports import Change

JOINED = (
    "the store is joined to a transaction, and may be rolled back with it, when somebody has been "
    "told already; tick and deliver from a desk with a store of its own"
)

_KINDS: dict[object, str] = {
    # PostgreSQL
    "40001": "undone",
    "40P01": "undone",
    "55P03": "locked",
    "57014": "locked",
    "25006": "read-only",
    "3F000": "no tables",
    "42P01": "no tables",
    "42P07": "made",
    "42501": "denied",
    "53100": "full",
    "57P01": "cut",
    "57P02": "cut",
    "57P03": "cut",
    # MariaDB and MySQL
    1020: "undone",
    1213: "undone",
    1205: "waited",
    1290: "read-only",
    1792: "read-only",
    1836: "read-only",
    1050: "made",
    1061: "made",
    1684: "made",
    1146: "no tables",
    1044: "denied",
    1045: "denied",
    1698: "denied",
    1142: "denied",
    1021: "full",
    1114: "full",
    1049: "unreachable",
    2002: "unreachable",
    2003: "unreachable",
    2006: "cut",
    2013: "cut",
    # SQLite
    ("sqlite", sqlite3.SQLITE_BUSY): "locked",
    ("sqlite", sqlite3.SQLITE_READONLY): "read-only",
    ("sqlite", sqlite3.SQLITE_FULL): "full",
    ("sqlite", sqlite3.SQLITE_CANTOPEN): "unreachable",
}
_WHY = {
    "undone": "others were writing the same at once; {kept}try again",
    "undone here": "others were writing the same at once: {kept}roll back the transaction that the "
    "store is joined to, and do all of it again in another",
    "waited": "the database is locked: others hold what is needed; {kept}try again",
    "locked": "the database is locked: others hold what is needed; {kept}try again",
    "read-only": "the database is read-only: {kept}connect to one that may be written",
    "no tables": "there are no complaintflow tables here; make them with create_schema(), or with "
    "your migrations",
    "made": "others were making the same tables at once; try again",
    "denied": "this user of the database may not do this ({error}); grant it, or use another user",
    "full": "the disk of the database is full: {kept}make room, try again",
    "cut": "the database cannot be reached: {error}; try again when it is back",
    "unreachable": "the database cannot be reached: {error}; start it, or correct its address",
    "busy": "every connection to the database is in use; try again, or give the engine more",
    "": "the database cannot do this: {error}; {kept}",
}

_KEPT_NOTHING = "nothing of it was kept; "
"""What is said of a write, and of no read: it keeps nothing in any case."""


def kind_of(error: BaseException) -> str:
    """Return in one word what went wrong. Empty: something else."""
    if isinstance(error, PoolTimeout):
        return "busy"
    if not isinstance(error, DBAPIError):
        return ""
    kind = _kind_said_by(error.orig)
    if not kind and error.connection_invalidated:
        kind = "cut"
    # After a deadlock the savepoint is gone too, and that is what is heard of it.
    before = error.__context__
    return kind or (kind_of(before) if isinstance(before, DBAPIError) else "")


def _kind_said_by(said: BaseException | None) -> str:
    if isinstance(said, sqlite3.Error):
        # Extended codes carry the plain one in their lowest byte.
        code = getattr(said, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        return "no tables" if "no such table" in str(said) else _KINDS.get(("sqlite", code), "")
    number = said.args[0] if said is not None and said.args else None
    state = getattr(said, "sqlstate", None)
    kind = _KINDS.get(state) or (_KINDS.get(number, "") if isinstance(number, int) else "")
    if not kind and type(said).__name__ == "OperationalError" and not isinstance(number, int):
        # psycopg has no state to tell where there was no answer.
        return "unreachable" if state is None else ""
    return kind


def is_undone(error: BaseException) -> bool:
    """Return whether a transaction was undone, so that it may be tried again."""
    return kind_of(error) in {"undone", "waited"}


def is_passing(error: BaseException) -> bool:
    """Return whether to try again what is no step, and may be done twice."""
    return kind_of(error) in {"undone", "waited", "cut"}


def is_made_by_others(error: BaseException) -> bool:
    """Return whether to look again which tables are there: somebody makes them at this moment."""
    # A name that is taken this very moment is, to PostgreSQL, a row of its catalogue kept twice.
    return isinstance(error, IntegrityError) or kind_of(error) in {"made", "undone", "waited"}


def explain(
    error: Exception, change: Change | None = None, *, writes: bool, is_joined: bool = False
) -> StoreError:
    """Return what to raise instead of an error of SQLAlchemy, or of a driver."""
    said = _said_by(getattr(error, "orig", None) or error)
    kind = kind_of(error)
    if kind == "cut" and change is not None:
        return StoreError(
            f"the connection was cut while version {change.snapshot.version} of case "
            f"'{change.case_id}' was being kept ({said}): whether it was is not known; read the "
            "case again, or record again with the same key"
        )
    kept = _KEPT_NOTHING if writes else ""
    if is_joined and kind == "undone":
        kind = "undone here"  # the transaction would see the same as before, or is gone
    told = _WHY[kind].format(error=said or type(error).__name__, kept=kept)
    return StoreError(told.removesuffix("; "))


def _said_by(error: BaseException) -> str:
    """Return the first line of what an error says, without the number that some begin with."""
    match error.args:
        case (int(), str(said)):
            return said.strip().partition("\n")[0]
    return str(error).strip().partition("\n")[0]


WRONG = (SQLAlchemyError, UnicodeError, OverflowError)
"""What a database may raise, with what its driver makes of texts and numbers."""
