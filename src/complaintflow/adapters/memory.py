"""Cases in memory, gone with the process; and what every other store is measured against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Lock

from attrs import evolve

from complaintflow._time import must_be_aware
from complaintflow.errors import Conflict
from complaintflow.ports import Change, Notification, Query, Record, Snapshot


class MemoryStore:
    """
    Keep everything in dicts, as it was given: for trying out, for tests, and as a specification.

    Where the words of the `Store` port leave a doubt, what this store does is what they mean. It
    may be used by any number of threads, and by one process.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._cases: dict[str, Snapshot] = {}
        self._histories: dict[str, list[Record]] = {}
        self._outbox: dict[str, Notification] = {}
        """What is not settled, by key; oldest first."""
        self._held: dict[str, datetime] = {}
        """Until when a notification is claimed or postponed, by key. Not in it: neither."""

    def load(self, case_id: str) -> Snapshot | None:
        """Return a case as it was last committed. None: there is no such case."""
        with self._lock:
            return self._cases.get(case_id)

    def commit(self, change: Change) -> None:
        """
        Keep a change, whole.

        Raises:
            Conflict: the case is at another version, or a record's key was kept for it before.
        """
        keys = {record.key for record in change.records} - {None}
        with self._lock:
            case = self._cases.get(change.case_id)
            found = 0 if case is None else case.version
            if found != change.expected:
                raise Conflict(change.case_id, change.expected, found)
            history = self._histories.get(change.case_id, [])
            if any(record.key in keys for record in history):
                raise Conflict(change.case_id, change.expected)
            self._cases[change.case_id] = change.snapshot
            self._histories[change.case_id] = [*history, *change.records]
            self._outbox.update((told.key, told) for told in change.outbox)

    def history(
        self, case_id: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[Record]:
        """Return the records of a case with a version above *after*, oldest first."""
        with self._lock:
            history = self._histories.get(case_id, [])
        return [record for record in history if record.version > after][:limit]

    def keyed(self, case_id: str, key: str) -> Record | None:
        """Return the record of a case that was kept with a key. None: there is none."""
        return next((record for record in self.history(case_id) if record.key == key), None)

    def find(self, query: Query) -> Sequence[Snapshot]:
        """Return the cases that match a query, by id; by `wake_at` first where it asks for that."""
        with self._lock:
            cases = [case for case in self._cases.values() if _matches(case, query)]
        cases.sort(key=lambda case: case.case_id)
        if query.due_before is not None:
            before = _instant(query.due_before)
            due = [(case.wake_at, case) for case in cases if case.wake_at is not None]
            cases = [case for at, case in sorted(due, key=lambda pair: pair[0]) if at < before]
        return cases[: query.limit]

    def claim(self, *, now: datetime, until: datetime, limit: int) -> Sequence[Notification]:
        """Take the oldest notification of each case, where it is not held beyond *now*."""
        now, until = _instant(now), _instant(until)
        with self._lock:
            heads: dict[str, Notification] = {}
            for told in self._outbox.values():
                heads.setdefault(told.case_id, told)
            free = [told for told in heads.values() if self._held.get(told.key, now) <= now]
            claimed = free[:limit]
            self._held.update((told.key, until) for told in claimed)
        return claimed

    def settle(self, key: str, *, retry_at: datetime | None = None) -> None:
        """Forget a notification that was delivered, or hold it until *retry_at*."""
        again = None if retry_at is None else _instant(retry_at)
        with self._lock:
            told = self._outbox.get(key)
            if told is None:
                return
            if again is None:
                del self._outbox[key]
                self._held.pop(key, None)
            else:
                self._outbox[key] = evolve(told, attempts=told.attempts + 1)
                self._held[key] = again


def _matches(case: Snapshot, query: Query) -> bool:
    asked = (
        (query.state, case.state),
        (query.owner, case.owner),
        (query.customer, case.customer),
        (query.method, case.method.partition("/")[0]),
        (query.is_closed, case.is_closed),
    )
    return all(wanted is None or wanted == found for wanted, found in asked)


def _instant(at: datetime) -> datetime:
    # Two times of one zone compare by what its clocks show, which is the same twice in autumn.
    return must_be_aware(at).astimezone(UTC)
