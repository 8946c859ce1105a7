"""Cases in memory, gone with the process; and what every other store is measured against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Lock

from attrs import evolve

from complaintflow._time import must_be_aware
from complaintflow.errors import Conflict
from complaintflow.ports import Change, Notification, Parked, Query, Record, Snapshot


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
        self._parked: dict[str, str] = {}
        """Why a notification is put aside, by key. Not in it: it is not."""

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
            if change.erases:
                history = [evolve(record, personal=None) for record in history]
                silent = [k for k in self._parked if self._outbox[k].case_id == change.case_id]
                self._parked.update(dict.fromkeys(silent, ""))
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
        """Return the cases that match a query, by id; by `due_at` first where it asks for that."""
        with self._lock:
            cases = [case for case in self._cases.values() if _matches(case, query)]
        cases.sort(key=lambda case: case.case_id)
        if query.due_before is not None:
            cases = _due(cases, query.due_before, query)
        elif query.after is not None:
            cases = [case for case in cases if case.case_id > query.after]
        return cases[: query.limit]

    def wake(
        self, *, now: datetime, until: datetime, limit: int, methods: Sequence[str]
    ) -> Sequence[Snapshot]:
        """Take the cases that wake before *now*, soonest first; they sleep until *until*."""
        now, until = _instant(now), _instant(until)
        with self._lock:
            asleep = [
                (case.wake_at, case.case_id, case)
                for case in self._cases.values()
                if case.wake_at is not None and case.wake_at < now and case.method in methods
            ]
            woken = [case for *_, case in sorted(asleep, key=lambda each: each[:2])][:limit]
            self._cases.update((case.case_id, evolve(case, wake_at=until)) for case in woken)
        return woken

    def claim(self, *, now: datetime, until: datetime, limit: int) -> Sequence[Notification]:
        """Take the oldest notification of each case, where it is not held beyond *now*."""
        now, until = _instant(now), _instant(until)
        with self._lock:
            heads: dict[str, Notification] = {}
            for told in self._outbox.values():  # in the order of their commits
                if told.key not in self._parked:
                    heads.setdefault(told.case_id, told)
            free = [told for told in heads.values() if self._held.get(told.key, now) <= now]
            claimed = free[:limit]
            self._held.update((told.key, until) for told in claimed)
        return claimed

    def settle(
        self, key: str, *, retry_at: datetime | None = None, parked: str | None = None
    ) -> None:
        """Forget a notification that was delivered, hold it until *retry_at*, or put it aside."""
        again = None if retry_at is None else _instant(retry_at)
        with self._lock:
            told = self._outbox.get(key)
            is_delivered = parked is None and again is None
            if told is None or (key in self._parked and not is_delivered):
                return
            self._held.pop(key, None)
            if is_delivered:
                self._parked.pop(key, None)
                del self._outbox[key]
                return
            if parked is not None:
                self._parked[key] = parked
            elif again is not None:
                self._held[key] = again
            self._outbox[key] = evolve(told, attempts=told.attempts + 1)

    def release(self, key: str) -> None:
        """Give out again, at once, a notification that is put aside."""
        with self._lock:
            if self._parked.pop(key, None) is not None:
                self._outbox[key] = evolve(self._outbox[key], attempts=0)

    def parked(self, *, after: str | None = None, limit: int | None = None) -> Sequence[Parked]:
        """Return the notifications that are put aside with a key above *after*, by key."""
        with self._lock:
            aside = [(key, self._outbox[key], error) for key, error in self._parked.items()]
        aside.sort(key=lambda each: each[0])
        found = [Parked(told, error) for key, told, error in aside if after is None or key > after]
        return found[:limit]


class AsyncMemoryStore:
    """Keep everything in dicts, and be awaited: a `MemoryStore` for an `AsyncDesk`."""

    def __init__(self) -> None:
        self._store = MemoryStore()

    async def load(self, case_id: str) -> Snapshot | None:
        """Return a case as it was last committed. None: there is no such case."""
        return self._store.load(case_id)

    async def commit(self, change: Change) -> None:
        """
        Keep a change, whole.

        Raises:
            Conflict: the case is at another version, or a record's key was kept for it before.
        """
        self._store.commit(change)

    async def history(
        self, case_id: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[Record]:
        """Return the records of a case with a version above *after*, oldest first."""
        return self._store.history(case_id, after=after, limit=limit)

    async def keyed(self, case_id: str, key: str) -> Record | None:
        """Return the record of a case that was kept with a key. None: there is none."""
        return self._store.keyed(case_id, key)

    async def find(self, query: Query) -> Sequence[Snapshot]:
        """Return the cases that match a query, by id; by `due_at` first where it asks for that."""
        return self._store.find(query)

    async def wake(
        self, *, now: datetime, until: datetime, limit: int, methods: Sequence[str]
    ) -> Sequence[Snapshot]:
        """Take the cases that wake before *now*, soonest first; they sleep until *until*."""
        return self._store.wake(now=now, until=until, limit=limit, methods=methods)

    async def claim(self, *, now: datetime, until: datetime, limit: int) -> Sequence[Notification]:
        """Take the oldest notification of each case, where it is not held beyond *now*."""
        return self._store.claim(now=now, until=until, limit=limit)

    async def settle(
        self, key: str, *, retry_at: datetime | None = None, parked: str | None = None
    ) -> None:
        """Forget a notification that was delivered, hold it until *retry_at*, or put it aside."""
        self._store.settle(key, retry_at=retry_at, parked=parked)

    async def release(self, key: str) -> None:
        """Give out again, at once, a notification that is put aside."""
        self._store.release(key)

    async def parked(
        self, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[Parked]:
        """Return the notifications that are put aside with a key above *after*, by key."""
        return self._store.parked(after=after, limit=limit)


def _matches(case: Snapshot, query: Query) -> bool:
    asked = (
        (query.state, case.state),
        (query.owner, case.owner),
        (query.customer, case.customer),
        (query.method, case.method.partition("/")[0]),
        (query.is_closed, case.is_closed),
    )
    served = query.methods is None or case.method in query.methods
    return served and all(wanted is None or wanted == found for wanted, found in asked)


def _due(cases: list[Snapshot], before: datetime, query: Query) -> list[Snapshot]:
    before = _instant(before)
    due = [(case.due_at, case.case_id, case) for case in cases if case.due_at is not None]
    if query.after is not None and query.due_after is not None:
        last = _instant(query.due_after), query.after
        due = [each for each in due if each[:2] > last]
    return [case for at, _, case in sorted(due, key=lambda each: each[:2]) if at < before]


def _instant(at: datetime) -> datetime:
    # Two times of one zone compare by what its clocks show, which is the same twice in autumn.
    return must_be_aware(at).astimezone(UTC)
