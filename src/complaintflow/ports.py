"""
The ports: what a host brings. Each Protocol's docstring is its contract.

A store keeps text and a few plain columns; it never needs to know an act. What it is handed is in
the records of this module, which are frozen and complete.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from complaintflow._actors import SYSTEM, Actor, Kind
from complaintflow._calendars import DEFAULT, Calendar, Calendars
from complaintflow._value import Value


@frozen(eq=False, repr=False)
class Snapshot(Value):
    """A case as a store keeps it: columns to look things up by, and the whole as text."""

    case_id: str
    """The id of the case."""
    version: int
    """How many entries the case has; it grows by one with each."""
    method: str
    """What it is bound to, as `name/version/digest`: the name stands before the first slash."""
    state: str
    """The state it stands in."""
    customer: str
    """Whose complaint it is."""
    owner: str | None
    """Who is responsible. None: nobody yet."""
    is_closed: bool
    """True: it stands in a final state."""
    due_at: datetime | None
    """Its earliest deadline, in UTC; nothing but a step changes it. None: nothing is due."""
    wake_at: datetime | None
    """
    When to look at the case again, in UTC: a deadline or a reminder; `wake` moves it ahead.

    None: there is nothing to look for.
    """
    updated_at: datetime
    """When its last entry was made, in UTC."""
    head: str
    """The `digest` of its last record: the head of its chain."""
    text: str
    """The whole case, as JSON."""


@frozen(eq=False, repr=False)
class Record(Value):
    """One entry as a store keeps it."""

    case_id: str
    """The id of the case."""
    version: int
    """Its place in the history; the first is 1."""
    at: datetime
    """When, in UTC."""
    trigger: str
    """The act, by its trigger."""
    key: str | None
    """The host's idempotency key. None: it gave none."""
    digest: str
    """Its link in the chain of the case: of the link before it, and of `text`; 64 hex digits."""
    text: str
    """What happened, as JSON, without the words; letter by letter what `digest` is of."""
    personal: str | None
    """The words and names of it, with their salt, as JSON. None: erased, or it has none."""


@frozen(eq=False, repr=False)
class Notification(Value):
    """Something somebody should be told, on its way to the notifier."""

    key: str
    """Unique, and the same at every attempt: the receiver can tell a second delivery by it."""
    case_id: str
    """The id of the case."""
    version: int
    """The entry it comes from."""
    topic: str
    """What it is about; `'offer_made'`."""
    to: str
    """Whom it concerns: `customer`, `owner`, `approver` or `team`."""
    trigger: str
    """The act it comes from."""
    at: datetime
    """When the act was recorded, in UTC."""
    state: str
    """The state the case was in after it."""
    attempts: int = 0
    """How often delivery was tried before, since it was committed or released."""


@frozen(eq=False, repr=False)
class Parked(Value):
    """A notification that was put aside, because it kept failing."""

    notification: Notification
    """With the attempts that were made."""
    error: str
    """Why it was put aside: what the last attempt said. Empty: an erasure has taken it."""


@frozen(eq=False, repr=False)
class Change(Value):
    """One step, whole: what a store keeps together or not at all."""

    case_id: str
    """The id of the case."""
    expected: int
    """The version the step was decided on. 0: the case is opened."""
    snapshot: Snapshot
    """The case after it."""
    records: tuple[Record, ...]
    """The new entries, oldest first."""
    outbox: tuple[Notification, ...] = ()
    """What is to be delivered, in order."""
    erases: bool = False
    """True: the personal part of every earlier record of the case goes, and stays gone."""


@frozen(eq=False, repr=False)
class Query(Value):
    """Which cases are asked for; what is None does not matter."""

    state: str | None = None
    """Cases that stand in this state."""
    owner: str | None = None
    """Cases that this one is responsible for."""
    customer: str | None = None
    """Cases of this customer."""
    method: str | None = None
    """The method's name, without version and digest."""
    is_closed: bool | None = None
    """True: cases in a final state. False: all others."""
    due_before: datetime | None = None
    """Cases whose `due_at` is before this moment, and soonest first."""
    limit: int | None = None
    """At most so many. None: all."""
    methods: tuple[str, ...] | None = None
    """Cases bound to one of these, each named in full, as `Snapshot.method` is."""
    after: str | None = None
    """
    The id of the last case of the page before: what comes after it is asked for.

    It need not be there any more: it is a place in the order, and not a case.
    """
    due_after: datetime | None = None
    """
    The `due_at` of the last case of the page before; goes with *after* and *due_before*.

    The next page holds what comes after both, in the order of `due_at` and then id.
    """


class Store(Protocol):
    """
    Keeps cases, their histories, and notifications that are not delivered yet.

    Every method is one short transaction. What a store cannot do it says as `StoreError`, with
    nothing half done; errors of its database do not leave it. It may be used by several threads
    and processes at once, or says in its own documentation that it may not.

    Texts are kept and compared letter by letter, and ordered by code point. Times are given in
    any zone and returned in UTC, to the microsecond; where somebody has written something else in
    its place, that is returned as text, so that one broken row hides no other. Counts, such as
    `limit` and *after* of `history`, are given as whole numbers from 0 to 2**31 - 1: the desk
    refuses others. A limit of 0 gives nothing, and one that is None everything.
    """

    def load(self, case_id: str) -> Snapshot | None:
        """
        Return a case as it was last committed. None: there is no such case.

        It costs the same after ten entries and after ten thousand.
        """
        ...

    def commit(self, change: Change) -> None:
        """
        Keep the snapshot, the records and the outbox of a change, all of them or none.

        The guard: the store holds the case at version `change.expected`, or does not hold it
        where that is 0. The snapshot takes the place of the one before, `wake_at` included.

        The versions of the records run on from *expected*, no key is in it twice, and all of it is
        about one case.

        Where the change `erases`, the `personal` of every record of the case that was kept before
        becomes None, and the errors noted on its parked notifications empty. What is overwritten
        so must not be readable in the store's files or logs for longer than its documentation says.

        Raises:
            Conflict: the guard failed, or a record's key was kept for this case before. Nothing
                of the change is kept.
        """
        ...

    def history(
        self, case_id: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[Record]:
        """Return the records of a case with a version above *after*, oldest first."""
        ...

    def keyed(self, case_id: str, key: str) -> Record | None:
        """Return the record of a case that was kept with a key. None: there is none."""
        ...

    def find(self, query: Query) -> Sequence[Snapshot]:
        """
        Return the cases that match everything a query asks for.

        Ordered by case id; a query by `due_before` is ordered by `due_at` first.
        """
        ...

    def wake(
        self, *, now: datetime, until: datetime, limit: int, methods: Sequence[str]
    ) -> Sequence[Snapshot]:
        """
        Take cases to look at, so that nobody else is given them before *until*.

        Given out are the cases whose `wake_at` is before *now*, and whose `method` is one of
        *methods*, named in full: those with the earliest `wake_at` first, then by id. They are
        returned as they were; in the store their `wake_at` is moved to *until*, and nothing else.
        So whoever dies with a case gives it back, and the next commit sets it right.
        """
        ...

    def claim(self, *, now: datetime, until: datetime, limit: int) -> Sequence[Notification]:
        """
        Take notifications to deliver, so that nobody else is given them before *until*.

        Only the oldest notification of each case that is neither settled nor parked is given out,
        and only when it is not claimed or postponed beyond *now*: the order within a case holds.
        Across cases they come in the order they were committed.
        """
        ...

    def settle(
        self, key: str, *, retry_at: datetime | None = None, parked: str | None = None
    ) -> None:
        """
        Say what became of a notification; an unknown key changes nothing.

        Without more it was delivered, and is never given out again.

        With *retry_at* the attempt is counted, and it is given out again from then on.

        With *parked*, which says why, the attempt is counted and it is put aside: it is not given
        out, and holds up its case no longer.

        One that is parked stays as it is in both cases: whoever failed was slow, and another has
        put it aside meanwhile.
        """
        ...

    def release(self, key: str) -> None:
        """
        Give out again, at once, a notification that is parked; no other key changes anything.

        It stands in its old place again, and its attempts begin at 0.
        """
        ...

    def parked(self, *, after: str | None = None, limit: int | None = None) -> Sequence[Parked]:
        """Return the notifications that are put aside with a key above *after*, by key."""
        ...


class AsyncStore(Protocol):
    """A store whose every method is awaited, and promises what that of `Store` does."""

    async def load(self, case_id: str) -> Snapshot | None:
        """Return a case as it was last committed. None: there is no such case."""
        ...

    async def commit(self, change: Change) -> None:
        """Keep a change, whole, or raise `Conflict`."""
        ...

    async def history(
        self, case_id: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[Record]:
        """Return the records of a case with a version above *after*, oldest first."""
        ...

    async def keyed(self, case_id: str, key: str) -> Record | None:
        """Return the record of a case that was kept with a key. None: there is none."""
        ...

    async def find(self, query: Query) -> Sequence[Snapshot]:
        """Return the cases that match everything a query asks for."""
        ...

    async def wake(
        self, *, now: datetime, until: datetime, limit: int, methods: Sequence[str]
    ) -> Sequence[Snapshot]:
        """Take cases to look at, so that nobody else is given them before *until*."""
        ...

    async def claim(self, *, now: datetime, until: datetime, limit: int) -> Sequence[Notification]:
        """Take notifications to deliver, so that nobody else is given them before *until*."""
        ...

    async def settle(
        self, key: str, *, retry_at: datetime | None = None, parked: str | None = None
    ) -> None:
        """Say what became of a notification; an unknown key changes nothing."""
        ...

    async def release(self, key: str) -> None:
        """Give out again, at once, a notification that is parked."""
        ...

    async def parked(
        self, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[Parked]:
        """Return the notifications that are put aside with a key above *after*, by key."""
        ...


class Notifier(Protocol):
    """
    Tells people what they should know.

    Called after the step is kept, at least once for each notification. Raising means not
    delivered: it will be called again, later, with the same key. It returns or raises within a
    minute: one that is slower than the lease may deliver twice.

    One that sees to that itself says so by an attribute `deadline`: how many seconds a call takes
    at most. Of one that does not, a worker gives up what hangs, by calling it in another thread;
    `Desk.deliver` calls it in its own, and waits.
    """

    def notify(self, notification: Notification) -> None:
        """Deliver one notification, or raise."""
        ...


class AsyncNotifier(Protocol):
    """A notifier that is awaited, for a minute at most; an `AsyncDesk` takes either kind."""

    async def notify(self, notification: Notification) -> None:
        """Deliver one notification, or raise."""
        ...


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment, with a time zone."""
        ...


class Authority(Protocol):
    """
    Answers who somebody is, what they may do, and how much they may offer.

    Limits are the host's own business: they stand in no text that a customer sees.
    """

    def actor(self, name: str) -> Actor:
        """
        Return the actor behind the name a host gave.

        Raise `UnknownActor` where nobody is known by it.
        """
        ...


class AsyncAuthority(Protocol):
    """An authority that is awaited; an `AsyncDesk` takes either kind."""

    async def actor(self, name: str) -> Actor:
        """Return the actor behind the name a host gave, or raise `UnknownActor`."""
        ...


__all__ = [
    "DEFAULT",
    "SYSTEM",
    "Actor",
    "AsyncAuthority",
    "AsyncNotifier",
    "AsyncStore",
    "Authority",
    "Calendar",
    "Calendars",
    "Change",
    "Clock",
    "Kind",
    "Notification",
    "Notifier",
    "Parked",
    "Query",
    "Record",
    "Snapshot",
    "Store",
]
