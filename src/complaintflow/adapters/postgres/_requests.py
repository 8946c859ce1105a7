"""
What is asked of PostgreSQL, and what its rows mean: for both stores, and without a connection.

The stores only carry: they send the text and the values of a request, and hand the rows to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Generic, TypeVar

from attrs import asdict, frozen
from psycopg import sql

from complaintflow._json import writer
from complaintflow._time import must_be_aware
from complaintflow.adapters.postgres import _sql
from complaintflow.errors import Conflict, StoreError
from complaintflow.ports import Change, Notification, Parked, Query, Record, Snapshot

T = TypeVar("T")
Rows = Sequence[tuple[Any, ...]]


@frozen(eq=False)
class Request(Generic[T]):
    """One statement, and how its rows are read."""

    text: bytes
    values: Mapping[str, object]
    read: Callable[[Rows], T]
    """Returns what the rows mean, or raises `Conflict` or `StoreError`."""
    change: Change | None = None
    """The step that it keeps. None: it keeps none, and may be sent again when a line was cut."""
    writes: bool = False
    """True: it changes something beside a step, such as what is claimed."""


class Requests:
    """Make the requests of a store whose tables are in one schema."""

    def __init__(self, schema: str) -> None:
        self.schema = schema
        self._names = {
            "schema": sql.Identifier(schema),
            "quoted": sql.Literal(_in_quotes(schema)),
            "quoted_table": sql.Literal(f"{_in_quotes(schema)}.complaintflow_schema"),
            "version": sql.Literal(_sql.SCHEMA_VERSION),
            "oldest": sql.Literal(_sql.oldest()),
        }
        self._text = cache(self._rendered)

    def _rendered(self, text: str) -> bytes:
        return sql.SQL(text).format(**self._names).as_bytes(None)

    # -- the tables -----------------------------------------------------------------------------

    def tables(self) -> str:
        """Return the script that makes the tables, or brings them to the present version."""
        return self._text(_sql.tables()).decode()

    def is_there(self) -> Request[bool]:
        """Ask whether there are tables."""
        return Request(self._text(_sql.IS_THERE), {}, lambda rows: bool(rows[0][0]))

    def is_earlier(self) -> Request[bool]:
        """Ask whether the tables are of an earlier version, with a way from there to ours."""
        return Request(self._text(_sql.VERSION), {}, self._is_earlier)

    def check(self) -> Request[None]:
        """Ask for the version of the tables, and make sure that it is ours."""
        return Request(self._text(_sql.VERSION), {}, self._must_be_ours)

    def _is_earlier(self, rows: Rows) -> bool:
        versions = [version for (version,) in rows]
        if len(versions) != 1 or not _sql.oldest() <= versions[0] <= _sql.SCHEMA_VERSION:
            raise self._of_another_version(
                versions, "use the complaintflow that made them, or another schema"
            )
        return bool(versions[0] < _sql.SCHEMA_VERSION)

    def _must_be_ours(self, rows: Rows) -> None:
        if self._is_earlier(rows):
            raise self._of_another_version(
                rows[0],
                "bring them to it with create_schema(), or with: python -m "
                f"complaintflow.adapters.postgres URL --schema {self.schema}",
            )

    def _of_another_version(self, versions: Sequence[int], what_to_do: str) -> StoreError:
        found = " and ".join(map(str, versions)) or "none"
        return StoreError(
            f"schema {self.schema!r} has complaintflow tables of version {found}, and this "
            f"complaintflow knows version {_sql.SCHEMA_VERSION}: {what_to_do}"
        )

    # -- the port -------------------------------------------------------------------------------

    def load(self, case_id: str) -> Request[Snapshot | None]:
        """Ask for a case."""
        return Request(
            self._text(_sql.LOAD),
            {"case_id": case_id},
            lambda rows: _snapshot(rows[0]) if rows else None,
        )

    def commit(self, change: Change) -> Request[None]:
        """Ask for a step to be kept."""
        text = self._text(_kind(change.expected == 0, change.erases, bool(change.outbox)))
        values = _columns(change.snapshot)
        values["expected"] = change.expected
        # As JSON, any number of rows is one parameter, and quickly made.
        values["records"] = _write([_told(record) for record in change.records])
        if change.outbox:
            values["outbox"] = _write(
                [_told(each) | {"place": place} for place, each in enumerate(change.outbox)]
            )

        def kept(rows: Rows) -> None:
            ((is_kept, found),) = rows
            if not is_kept:
                found = found or 0
                # Who had to wait for the winner has seen the version before it.
                late = found == change.expected
                raise Conflict(change.case_id, change.expected, None if late else found)

        return Request(text, values, kept, change)

    def history(self, case_id: str, after: int, limit: int | None) -> Request[Sequence[Record]]:
        """Ask for a part of a history."""
        asked = {"case_id": case_id, "after": after, "limit": limit}
        return Request(self._text(_sql.HISTORY), asked, lambda rows: [*map(_record, rows)])

    def keyed(self, case_id: str, key: str) -> Request[Record | None]:
        """Ask for the record with a key."""
        return Request(
            self._text(_sql.KEYED),
            {"case_id": case_id, "key": key},
            lambda rows: _record(rows[0]) if rows else None,
        )

    def find(self, query: Query) -> Request[Sequence[Snapshot]]:
        """Ask for the cases that match a query."""
        asked = {name: value for name, value in asdict(query).items() if value is not None}
        due = query.due_before is not None
        if due:
            asked["due_before"] = must_be_aware(asked["due_before"])
        if due and query.after is not None and query.due_after is not None:
            conditions = [name for name in asked if name != "after"]
            asked["due_after"] = must_be_aware(query.due_after)
        else:
            left_out = {"due_after", "after"} if due else {"due_after"}
            conditions = [name for name in asked if name not in left_out]
        if query.methods is not None:
            asked["methods"] = list(query.methods)
        wanted = [_sql.CONDITIONS[name] for name in conditions if name != "limit"]
        where = f" WHERE {' AND '.join(wanted)}" if wanted else ""
        order = f" ORDER BY {'due_at, case_id' if due else 'case_id'} LIMIT %(limit)s"
        asked["limit"] = query.limit
        text = self._text(f"{_sql.FIND}{where}{order}")
        return Request(text, asked, lambda rows: [*map(_snapshot, rows)])

    def wake(
        self, now: datetime, until: datetime, limit: int, methods: Sequence[str]
    ) -> Request[Sequence[Snapshot]]:
        """Ask for cases to look at."""
        asked = {
            "now": must_be_aware(now),
            "until": must_be_aware(until),
            "limit": limit,
            "methods": list(methods),
        }
        text = self._text(_sql.WAKE)
        return Request(text, asked, lambda rows: [*map(_snapshot, rows)], writes=True)

    def claim(self, now: datetime, until: datetime, limit: int) -> Request[Sequence[Notification]]:
        """Ask for notifications to deliver."""
        asked = {"now": must_be_aware(now), "until": must_be_aware(until), "limit": limit}
        text = self._text(_sql.CLAIM)
        return Request(text, asked, lambda rows: [*map(_notification, rows)], writes=True)

    def settle(self, key: str, retry_at: datetime | None, parked: str | None) -> Request[None]:
        """Say what became of a notification."""
        asked: dict[str, object] = {"key": key}
        text = _sql.SETTLE
        if parked is not None:
            text, asked["parked"] = _sql.PARK, parked
        elif retry_at is not None:
            text, asked["retry_at"] = _sql.POSTPONE, must_be_aware(retry_at)
        return Request(self._text(text), asked, lambda _: None, writes=True)

    def release(self, key: str) -> Request[None]:
        """Have a notification that is put aside given out again."""
        return Request(self._text(_sql.RELEASE), {"key": key}, lambda _: None, writes=True)

    def parked(self, after: str | None, limit: int | None) -> Request[Sequence[Parked]]:
        """Ask for what is put aside."""
        asked = {"after": after or "", "limit": limit}
        return Request(
            self._text(_sql.PARKED),
            asked,
            lambda rows: [Parked(_notification(row), error) for error, *row in rows],
        )


_write = writer(sort=False)
_kind = cache(lambda opens, erases, tells: _sql.step(opens=opens, erases=erases, tells=tells))


def _in_quotes(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))


def _columns(snapshot: Snapshot) -> dict[str, object]:
    values = asdict(snapshot, recurse=False)
    for name in ("due_at", "wake_at", "updated_at"):
        if values[name] is not None:
            values[name] = must_be_aware(values[name])
    return values


def _told(kept: Record | Notification) -> dict[str, object]:
    values = asdict(kept, recurse=False)
    values["at"] = must_be_aware(kept.at).isoformat()
    return values


def _utc(at: Any) -> Any:  # noqa: ANN401
    # The connection may be a host's, with a zone of its own; and a time that is none is a text.
    return at.astimezone(UTC) if isinstance(at, datetime) else at


def _snapshot(row: Iterable[Any]) -> Snapshot:
    *columns, due_at, wake_at, updated_at, head, text = row
    columns += _utc(due_at), _utc(wake_at), _utc(updated_at), head, text
    return Snapshot(*columns)


def _record(row: Iterable[Any]) -> Record:
    case_id, version, at, *columns = row
    return Record(case_id, version, _utc(at), *columns)


def _notification(row: Iterable[Any]) -> Notification:
    *columns, at, state, attempts = row
    columns += _utc(at), state, attempts
    return Notification(*columns)
