"""The desk of hosts that await: the same operations, over a store that is awaited."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from complaintflow._actors import Actor
from complaintflow._calendars import Calendars
from complaintflow._case import Case, Entry
from complaintflow._chain import Head, Verification
from complaintflow._desk import _checking, _migrating, _moving, _passing, _reading
from complaintflow._desk._acting import erase, open_, record
from complaintflow._desk._limits import Limits
from complaintflow._desk._migrating import MoveReport
from complaintflow._desk._passing import Delivery
from complaintflow._desk._wiring import PARK_AFTER, Observer, RefusalObserver, Wiring
from complaintflow._engine._migration import Migration
from complaintflow._engine._options import Option
from complaintflow._method import Method
from complaintflow.acts import Act
from complaintflow.ports import (
    AsyncAuthority,
    AsyncNotifier,
    AsyncStore,
    Authority,
    Clock,
    Notifier,
    Parked,
    Query,
)

if TYPE_CHECKING:
    from tenacity.wait import WaitBaseT


class AsyncDesk:
    """
    Where complaints are handled by hosts that await: a `Desk` whose every operation is awaited.

    It does what a `Desk` does, by the same script, and waits only where its store, its notifier or
    its authority do. Nothing runs in a thread but a plain notifier that is to answer `within` some
    seconds. What an operation means, and what it raises, is said there.

    Args:
        methods: the methods on this desk.

        store: keeps cases. None: memory, gone with the desk.

        notifier: tells people; awaited where its `notify` is a coroutine function.

        clock: tells the time. None: the system's.

        calendar: tells business days. None: Monday to Friday.

        authority: knows the people; awaited where its `actor` is a coroutine function.

        observers: called, and awaited where they can be, after each step is kept.

        on_refused: likewise, whenever the method says no.

        limits: how large texts, and how long cases may be. None: the usual `Limits()`.

        pauses: how long to wait after a failed attempt: a wait strategy of `tenacity`, or a
            function as it has them. None: the usual pauses.

        park_after: after how many failed attempts a notification is put aside. None: never.

    Raises:
        EvidenceError: no method was given, or two that differ have one pin;
            something that was given does not do what its port says, or the store answers at once,
            which a `Desk` takes. All problems are listed.
    """

    def __init__(
        self,
        *methods: Method,
        store: AsyncStore | None = None,
        notifier: Notifier | AsyncNotifier | None = None,
        clock: Clock | None = None,
        calendar: Calendars | None = None,
        authority: Authority | AsyncAuthority | None = None,
        observers: Iterable[Observer] = (),
        on_refused: RefusalObserver | None = None,
        limits: Limits | None = None,
        pauses: WaitBaseT | None = None,
        park_after: int | None = PARK_AFTER,
    ) -> None:
        self._at = Wiring(
            methods,
            waits=True,
            store=store,
            notifier=notifier,
            clock=clock,
            calendar=calendar,
            authority=authority,
            observers=observers,
            on_refused=on_refused,
            limits=limits,
            pauses=pauses,
            park_after=park_after,
        )

    @property
    def methods(self) -> tuple[Method, ...]:
        """The methods on this desk, in the order they were given."""
        return tuple(self._at.by_pin.values())

    @property
    def delivers(self) -> bool:
        """Whether it has a notifier, so that notifications can be delivered."""
        return self._at.notifier is not None

    async def open(
        self,
        case_id: str,
        *,
        customer: str,
        complaint: str,
        by: str | Actor,
        method: str | None = None,
        channel: str | None = None,
        owner: str | None = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Case:
        """Open a case and return it, as `Desk.open`."""
        told = {"complaint": complaint, "customer": customer, "channel": channel, "owner": owner}
        return await open_(self._at, case_id, told, by=by, method=method, at=at, key=key)

    async def record(
        self,
        case_id: str,
        act: Act,
        *,
        by: str | Actor,
        at: datetime | None = None,
        key: str | None = None,
        version: int | None = None,
    ) -> Case:
        """Record what was said or done, and return the case after it, as `Desk.record`."""
        return await record(self._at, case_id, act, by=by, at=at, key=key, version=version)

    async def erase(
        self,
        case_id: str,
        *,
        reason: str,
        by: str | Actor,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Case:
        """Erase the words and names of a case for good, and return it, as `Desk.erase`."""
        return await erase(self._at, case_id, reason, by=by, at=at, key=key)

    async def get(self, case_id: str) -> Case:
        """Return a case as it is, as `Desk.get`."""
        return await _reading.get(self._at, case_id)

    async def method_of(self, case_id: str) -> Method:
        """Return the method that a case is bound to, as `Desk.method_of`."""
        return await _reading.method_of(self._at, case_id)

    async def options(
        self, case_id: str, *, by: str | Actor, at: datetime | None = None
    ) -> tuple[Option, ...]:
        """Return every act of the case's method, ready or not, as `Desk.options`."""
        return await _reading.options_(self._at, case_id, by=by, at=at)

    async def history(
        self, case_id: str, *, after: int = 0, limit: int | None = None
    ) -> tuple[Entry, ...]:
        """Return the entries of a case, oldest first, as `Desk.history`."""
        return await _reading.history(self._at, case_id, after=after, limit=limit)

    async def cases(
        self,
        *,
        state: str | None = None,
        owner: str | None = None,
        customer: str | None = None,
        method: str | None = None,
        is_closed: bool | None = None,
        due_before: datetime | None = None,
        limit: int | None = None,
        after: str | Case | None = None,
    ) -> tuple[Case, ...]:
        """Return the cases that match everything asked for, as `Desk.cases`."""
        query = Query(state, owner, customer, method, is_closed, due_before, limit)
        return await _reading.cases(self._at, query, after)

    async def head(self, case_id: str) -> Head:
        """Return where the chain of a case stands, as `Desk.head`."""
        return await _checking.head(self._at, case_id)

    async def verify(self, case_id: str, *, head: Head | None = None) -> Verification:
        """Check that nothing of a case was altered, as `Desk.verify`."""
        return await _checking.verify(self._at, case_id, head)

    async def tick(self, *, limit: int | None = None) -> tuple[Entry, ...]:
        """Record every deadline that has passed, as `Desk.tick`."""
        return await _passing.tick(self._at, limit)

    async def deliver(self, *, limit: int = 100, within: float | None = None) -> Delivery:
        """
        Hand outstanding notifications to the notifier, as `Desk.deliver`.

        One that is awaited is cancelled when its time is up, after a minute where *within* is
        None. One that is not is called as a `Desk` calls it, and everything waits for it.
        """
        return await _passing.deliver(self._at, limit, within)

    async def parked(
        self, *, after: str | None = None, limit: int | None = None
    ) -> tuple[Parked, ...]:
        """Return the notifications that were put aside, as `Desk.parked`."""
        return await _passing.parked(self._at, after, limit)

    async def release(self, key: str, *, by: str | Actor) -> None:
        """Have a notification that was put aside tried again, as `Desk.release`."""
        await _passing.release(self._at, key, by=by)

    async def preview_move(self, migration: Migration) -> MoveReport:
        """Return what would become of every case of a migration, as `Desk.preview_move`."""
        return await _migrating.preview(self._at, migration)

    async def move(
        self,
        case_id: str,
        migration: Migration,
        *,
        reason: str,
        by: str | Actor,
        at: datetime | None = None,
        key: str | None = None,
        version: int | None = None,
    ) -> Case:
        """Move a case to another method and return it, as `Desk.move`."""
        return await _migrating.move(
            self._at, case_id, migration, reason=reason, by=by, at=at, key=key, version=version
        )

    async def move_all(self, migration: Migration, *, reason: str, by: str | Actor) -> MoveReport:
        """Move every case that can be moved, as `Desk.move_all`."""
        return await _migrating.move_all(self._at, migration, reason=reason, by=by)

    async def export_story(self, case_id: str) -> str:
        """Return the history of a case as a story, as `Desk.export_story`."""
        return await _moving.export_story(self._at, case_id)

    async def import_story(
        self, story: str, *, method: str | None = None, case_id: str | None = None
    ) -> Case:
        """Open a case from a story and return it, as `Desk.import_story`."""
        return await _moving.import_story(self._at, story, method=method, case_id=case_id)

    def export_all(self) -> AsyncIterator[str]:
        """Yield every case of the store with its history, as `Desk.export_all`."""
        return _moving.export_all(self._at)

    async def import_all(self, lines: Iterable[str]) -> int:
        """Take over the cases of an export, as `Desk.import_all`."""
        return await _moving.import_all(self._at, lines)
