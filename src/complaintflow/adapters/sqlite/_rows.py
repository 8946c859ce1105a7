"""What a store keeps as rows of SQLite, and back: times are text, and truth is 0 or 1."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from complaintflow._time import in_utc, must_be_aware
from complaintflow.ports import Notification, Record, Snapshot

Row = tuple[object, ...]


def told(at: datetime) -> str:
    """Return a moment as text of a fixed width, in UTC, which sorts as moments do."""
    return in_utc(must_be_aware(at)).isoformat(timespec="microseconds")


def case_row(case: Snapshot) -> Row:
    """Return the row of a case."""
    return (
        case.case_id,
        case.version,
        case.method,
        case.state,
        case.customer,
        case.owner,
        case.is_closed,
        case.due_at and told(case.due_at),
        case.wake_at and told(case.wake_at),
        told(case.updated_at),
        case.head,
        case.text,
    )


def record_row(record: Record) -> Row:
    """Return the row of an entry."""
    return (
        record.case_id,
        record.version,
        told(record.at),
        record.trigger,
        record.key,
        record.digest,
        record.text,
        record.personal,
    )


def notification_row(sent: Notification) -> Row:
    """Return the row of a notification."""
    return (
        sent.key,
        sent.case_id,
        sent.version,
        sent.topic,
        sent.to,
        sent.trigger,
        told(sent.at),
        sent.state,
        sent.attempts,
    )


def snapshot(row: Iterable[Any]) -> Snapshot:
    """Return the case of a row."""
    *columns, is_closed, due_at, wake_at, updated_at, head, text = row
    columns += bool(is_closed), _read(due_at), _read(wake_at), _read(updated_at), head, text
    return Snapshot(*columns)


def record(row: Iterable[Any]) -> Record:
    """Return the entry of a row."""
    case_id, version, at, *columns = row
    return Record(case_id, version, _read(at), *columns)


def notification(row: Iterable[Any]) -> Notification:
    """Return the notification of a row."""
    *columns, at, state, attempts = row
    columns += _read(at), state, attempts
    return Notification(*columns)


def _read(text: Any) -> Any:  # noqa: ANN401
    """Return the moment that a text tells; one that tells none as it is, for the desk to say so."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return str(text)
    return text if at.tzinfo is None else at
