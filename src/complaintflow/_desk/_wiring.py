"""What a desk is wired to, and the small questions that every operation asks of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias, cast

from complaintflow import _codec
from complaintflow._actors import Actor
from complaintflow._calendars import Calendars
from complaintflow._case import Case, Entry
from complaintflow._desk._driving import AtOnce, settled
from complaintflow._desk._remembering import Memory
from complaintflow._evidence._checks import text_problem
from complaintflow._pauses import Pausing
from complaintflow._time import in_utc, must_be_aware
from complaintflow.acts import Act
from complaintflow.adapters.system import EverybodyMay, SystemClock
from complaintflow.errors import EvidenceError, Refused, UnknownCase, UnknownMethod
from complaintflow.ports import (
    AsyncAuthority,
    AsyncNotifier,
    AsyncStore,
    Authority,
    Clock,
    Notifier,
    Record,
    Snapshot,
    Store,
)

if TYPE_CHECKING:
    from tenacity.wait import WaitBaseT

    from complaintflow._desk._limits import Limits
    from complaintflow._method import Method
    from complaintflow.adapters.notifiers import Bounded

log = logging.getLogger("complaintflow")

Observer = Callable[[Case, Entry], object]
"""Called with the case and its new entry, after the entry is kept; an `AsyncDesk` awaits it."""

RefusalObserver = Callable[[Case, Act, Refused], object]
"""Called with the case, the act and the refusal; nothing was kept."""


Bound: TypeAlias = "tuple[Method, Case, str]"
"""A case as it was read: the method it is bound to, the case, and the head of its chain."""

PARK_AFTER = 20
"""After how many attempts a notification is put aside: with the usual pauses, two to three days."""

FIRST_PAUSE = timedelta(seconds=30)
"""The usual pause after the first attempt that failed; each after it is twice as long."""

LAST_PAUSE = timedelta(hours=6)
"""The longest of the usual pauses."""


class Wiring:
    """The methods of a desk, and everything outside that it talks to."""

    def __init__(
        self,
        methods: tuple[Method, ...],
        *,
        waits: bool,
        store: Store | AsyncStore | None,
        notifier: Notifier | AsyncNotifier | None,
        clock: Clock | None,
        calendar: Calendars | None,
        authority: Authority | AsyncAuthority | None,
        observers: Iterable[Observer],
        on_refused: RefusalObserver | None,
        limits: Limits | None,
        pauses: WaitBaseT | None,
        park_after: int | None,
    ) -> None:
        from complaintflow._desk._fitting import check_wiring
        from complaintflow._given import Gathering

        if isinstance(observers, Iterator):  # it can be gone through once
            observers = tuple(observers)
        check_wiring(
            {
                "methods": methods,
                "store": store,
                "notifier": notifier,
                "clock": clock,
                "calendar": calendar,
                "authority": authority,
                "observers": observers,
                "on_refused": on_refused,
                "limits": limits,
                "pauses": pauses,
                "park_after": park_after,
            },
            waits=waits,
        )
        self.gathering = Gathering
        self._by_name: dict[str, Method] = {}
        self.by_pin: dict[str, Method] = {}
        for method in methods:
            self._by_name.setdefault(method.name, method)
            self.by_pin.setdefault(method.pin, method)
        # A case that was moved from one method to another still has acts of the first.
        words = {pin: _codec.vocabulary(method) for pin, method in self.by_pin.items()}
        every: dict[str, type[Act]] = {}
        for known in words.values():
            every |= known
        self._words = {pin: every | known for pin, known in words.items()}
        if store is None:
            from complaintflow.adapters.memory import AsyncMemoryStore, MemoryStore

            store = AsyncMemoryStore() if waits else MemoryStore()
        # Which of the two it is was looked at just now.
        self.store = cast("AsyncStore", store) if waits else AtOnce(cast("Store", store))
        self.waits = waits
        self.notifier = notifier
        self._clock: Clock = SystemClock() if clock is None else clock
        self.calendar = calendar
        self._authority = EverybodyMay() if authority is None else authority
        self._observers = tuple(observers)
        self._on_refused = on_refused
        self.memory = Memory()
        self.owed: dict[str, tuple[datetime, int]] = {}
        """Cases that it took when it ticked, and the store did not keep: until when, and how
        often they are still looked at again."""
        if limits is None:
            from complaintflow._desk._limits import Limits

            limits = Limits()
        self.limits = limits
        self.pauses = Pausing("pauses", pauses, first=FIRST_PAUSE, longest=LAST_PAUSE, log=log)
        self.park_after = park_after
        self.bounded: Bounded | None = None
        """What gives up the notifier, for those who deliver so. None: nobody has, so far."""

    # -- who, when, what ------------------------------------------------------------------------

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        return utc(self._clock.now(), "the clock")

    def moment(self, case: Case, at: datetime | None) -> datetime:
        """
        Return when something happens to a case: now, or as it was left by a clock ahead.

        Raises:
            TimeError: *at* is naive, or still to come.
        """
        now = max(self.now(), case.updated_at)
        return now if at is None else self.limits.check_moment(utc(at), now)

    def beginning(self, at: datetime | None) -> datetime:
        """Return when a case begins: now, or at a moment that is not still to come."""
        return self.now() if at is None else self.limits.check_moment(utc(at), self.now())

    async def actor(self, by: str | Actor) -> Actor:
        """Return who acts."""
        if isinstance(by, Actor):
            return by
        if not isinstance(by, str) or text_problem(by):
            message = f"by must name whoever records it, not {by!r:.80}"
            raise EvidenceError("desk", (message,))
        actor = self._authority.actor(by)
        if not isinstance(actor, Actor):
            actor = await settled(actor)
        if not isinstance(actor, Actor):
            message = f"the authority answers {actor!r:.60} for '{by}', which is no Actor"
            raise EvidenceError("by", (message,))
        return actor

    def named(self, method: str | None) -> Method:
        """Return the method that new cases of a name are opened under."""
        first = next(iter(self._by_name))
        name = first if method is None else method
        if not isinstance(name, str):
            told = f"method is the name of one, such as '{first}', not {name!r:.60}"
            raise EvidenceError("method", (told,))
        if name not in self._by_name:
            raise UnknownMethod(name, tuple(self._by_name))
        return self._by_name[name]

    # -- reading --------------------------------------------------------------------------------

    async def snapshot(self, case_id: str) -> Snapshot:
        """Return a case as the store has it."""
        check_id(case_id)
        found = await self.store.load(case_id)
        if found is None:
            raise UnknownCase(case_id)
        return found

    def method_of(self, found: Snapshot) -> Method:
        """Return the method that a case is bound to."""
        if found.method not in self.by_pin:
            raise UnknownMethod(found.method, tuple(self.by_pin))
        return self.by_pin[found.method]

    def words_of(self, method: Method) -> Mapping[str, type[Act]]:
        """Return the acts that entries of a case under a method may be of."""
        return self._words[method.pin]

    async def read(self, case_id: str) -> Bound:
        """Return a case with its method."""
        found = await self.snapshot(case_id)
        return self.method_of(found), self.memory.case(found), found.head

    def entry(self, record: Record, method: Method) -> Entry:
        """Return an entry as it was recorded."""
        words = self.words_of(method)
        return _codec.entry_from_texts(record.text, record.personal, words, method.name)

    # -- telling --------------------------------------------------------------------------------

    async def observe(self, case: Case, entry: Entry) -> None:
        """Tell the observers of a step that was kept."""
        for observer in self._observers:
            try:
                await settled(observer(case, entry))
            except Exception:
                log.exception("an observer failed on entry %d of %s", entry.version, case.id)

    async def report(self, case: Case, act: Act, refused: Refused) -> None:
        """Tell whoever listens of a refusal."""
        if self._on_refused is None:
            return
        try:
            await settled(self._on_refused(case, act, refused))
        except Exception:
            log.exception("on_refused failed on case %s", case.id)


def utc(at: datetime, what: str = "at") -> datetime:
    """Return a moment as it is kept: in UTC."""
    return in_utc(must_be_aware(at, what))


def check_id(case_id: object) -> None:
    """
    Make sure that a case can have an id.

    Raises:
        EvidenceError: it is no text.

        UnknownCase: it is one that no case has.
    """
    if type(case_id) is not str:
        message = f"the id of a case must be a text, not {case_id!r:.80}"
        raise EvidenceError("case_id", (message,))
    if text_problem(case_id):
        raise UnknownCase(case_id)


def check_key(key: object) -> None:
    """Make sure that an idempotency key says something, or is None."""
    # A blank one, of messages that have no id, would make one message of them all.
    if key is not None and text_problem(key):
        message = f"an idempotency key must be a text that says something, not {key!r:.40}"
        raise EvidenceError("key", (message,))
