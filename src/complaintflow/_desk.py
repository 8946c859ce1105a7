"""
The desk: what a host talks to, and the only part that touches the outside world.

It reads a case, decides, keeps the entry with its notifications in one commit, and delivers
afterwards. Everything it knows of storage, time, people and messages comes through the ports.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from attrs import frozen

from complaintflow import _codec
from complaintflow._actors import SYSTEM, Actor
from complaintflow._case import Case, Entry
from complaintflow._engine import Option, decide, open_case, options
from complaintflow._method import Method
from complaintflow._time import Calendar, must_be_aware
from complaintflow._value import Value
from complaintflow.acts import Act
from complaintflow.acts.bounds import DeadlinePassed, Open
from complaintflow.adapters.memory import MemoryStore
from complaintflow.adapters.system import EverybodyMay, SystemClock
from complaintflow.errors import (
    CaseExists,
    Conflict,
    EvidenceError,
    KeyReused,
    Refused,
    StoryError,
    UnknownAct,
    UnknownCase,
    UnknownMethod,
)
from complaintflow.ports import (
    Authority,
    Change,
    Clock,
    Notification,
    Notifier,
    Query,
    Record,
    Snapshot,
    Store,
)

log = logging.getLogger("complaintflow")

Observer = Callable[[Case, Entry], object]
"""Called with the case and its new entry, after the entry is kept."""

RefusalObserver = Callable[[Case, Act, Refused], object]
"""Called with the case, the act and the refusal; nothing was kept."""

LEASE = timedelta(minutes=5)
"""How long notifications that were claimed are nobody else's."""

BATCH = 10
"""How many are claimed at a time: few enough to be sent within the lease."""

FIRST_PAUSE = timedelta(seconds=30)
"""How long to wait after a first failed delivery; each further one doubles it."""

LONGEST_PAUSE = timedelta(hours=6)
"""The longest pause between two attempts."""


@frozen(eq=False, repr=False)
class Delivery(Value):
    """What a call of `deliver` did."""

    delivered: int
    """How many notifications the notifier took."""
    failed: int
    """How many it did not; they are tried again later."""


class Desk:
    """
    Where complaints are handled: one or more methods over a host's storage and notifications.

    A desk holds no cases: any number of desks, threads and processes may share one store.

    Args:
        methods: the methods on this desk. The first one, and the first of each name, is what new
            cases are opened under; others serve cases bound to an earlier version.

        store: keeps cases. None: memory, gone with the desk.

        notifier: tells people. None: notifications wait in the store until a desk has one.

        clock: tells the time. None: the system's.

        calendar: tells business days. None: Monday to Friday.

        authority: knows the people. None: every name is a human who may do everything.

        observers: called with case and entry after each step is kept. One that raises is logged,
            and undoes, repeats and blocks nothing.

        on_refused: called with case, act and refusal whenever the method says no, likewise.

    Raises:
        EvidenceError: no method was given, or two that differ have one name and version.
    """

    def __init__(
        self,
        *methods: Method,
        store: Store | None = None,
        notifier: Notifier | None = None,
        clock: Clock | None = None,
        calendar: Calendar | None = None,
        authority: Authority | None = None,
        observers: Iterable[Observer] = (),
        on_refused: RefusalObserver | None = None,
    ) -> None:
        if not methods or not all(isinstance(method, Method) for method in methods):
            message = "Desk(six_steps()): a desk takes one or more methods, built by calling them"
            raise EvidenceError("desk", (message,))
        self._by_name: dict[str, Method] = {}
        self._by_pin: dict[str, Method] = {}
        for method in methods:
            self._by_name.setdefault(method.name, method)
            if self._by_pin.setdefault(method.pin, method) != method:
                message = f"two methods are called {method.pin} and differ; give one a new version"
                raise EvidenceError("desk", (message,))
        self._words = {pin: _codec.vocabulary(method) for pin, method in self._by_pin.items()}
        self._store: Store = MemoryStore() if store is None else store
        self._notifier = notifier
        self._clock: Clock = SystemClock() if clock is None else clock
        self._calendar = calendar
        self._authority: Authority = EverybodyMay() if authority is None else authority
        self._observers = tuple(observers)
        self._on_refused = on_refused

    @property
    def methods(self) -> tuple[Method, ...]:
        """The methods on this desk, in the order they were given."""
        return tuple(self._by_pin.values())

    # -- acting ---------------------------------------------------------------------------------

    def open(
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
        """
        Open a case and return it.

        Args:
            case_id: the case's id, often the host's own ticket number.

            customer: the host's name for the customer; it appears in refusals.

            complaint: what the customer wrote or said first. It is not yet heard by arriving.

            by: who records it.

            method: the name of the method. None: the desk's first.

            channel: how it arrived. None: not recorded.

            owner: who is responsible. None: *by*, where that is a human.

            at: when. None: now.

            key: an idempotency key; the same key twice opens once.

        Raises:
            CaseExists: a case with this id was opened before.

            KeyReused: the key was kept for another opening.

            UnknownMethod: the desk has no such method.

            EvidenceError: a text is blank or no text; all problems are listed.

            UnknownActor: the authority does not know *by*.

            TimeError: *at* is naive.
        """
        chosen = self._named(method)
        _check_key(key)
        act = Open(complaint=complaint, customer=customer, channel=channel, owner=owner)
        entry = open_case(
            chosen,
            case_id,
            act,
            at=self._now() if at is None else at,
            by=self._actor(by),
            calendar=self._calendar,
        )
        case = Case.open(entry)
        if self._store.load(case_id) is None:
            try:
                self._keep(0, case, entry, key)
            except Conflict:
                if self._store.load(case_id) is None:
                    raise  # the store has no place for it: a ticket that is not there, say
            else:
                self._observe(case, entry)
                return case
        if key is not None and (kept := self._repeated(case_id, key, act)) is not None:
            return kept
        raise CaseExists(case_id)

    def record(
        self,
        case_id: str,
        act: Act,
        *,
        by: str | Actor,
        at: datetime | None = None,
        key: str | None = None,
        version: int | None = None,
    ) -> Case:
        """
        Record what was said or done, and return the case after it.

        Args:
            case_id: the case.

            act: what was said or done, with its evidence.

            by: who records it.

            at: when it happened. None: now, or the time of the last entry where a clock of
                another machine was ahead.

            key: an idempotency key, such as a message id; the same key twice records once and
                returns the case as it is.

            version: the version the host has seen. None: whatever is there.

        Raises:
            Refused: the method says no; every reason is given, and a way.

            Conflict: somebody acted in between, or the case is not at *version*. Nothing is kept.

            KeyReused: the key was kept for another act.

            UnknownCase, UnknownAct, UnknownActor, UnknownMethod, EvidenceError, TimeError: what
                was given cannot be used.
        """
        actor = self._actor(by)
        _check_key(key)
        if key is not None and (kept := self._repeated(case_id, key, act)) is not None:
            return kept
        method, case = self._read(case_id)
        if version is not None and version != case.version:
            raise Conflict(case_id, version, case.version)
        moment = max(self._now(), case.updated_at) if at is None else must_be_aware(at)
        try:
            entry = decide(method, case, act, at=moment, by=actor, calendar=self._calendar)
        except Refused as refused:
            self._report_refusal(case, act, refused)
            raise
        after = case.apply(entry)
        try:
            self._keep(case.version, after, entry, key)
        except Conflict:
            # The same key may have won the race: then it is recorded, once.
            if key is not None and (kept := self._repeated(case_id, key, act)) is not None:
                return kept
            raise
        self._observe(after, entry)
        return after

    # -- asking ---------------------------------------------------------------------------------

    def get(self, case_id: str) -> Case:
        """
        Return a case as it is.

        Raises:
            UnknownCase: there is none with this id.
        """
        return _codec.case_from_text(self._snapshot(case_id).text)

    def method_of(self, case_id: str) -> Method:
        """
        Return the method that a case is bound to, in the version it is bound to.

        `desk.method_of("t-1").act("listen", data)` makes an act of what a form or a client sent.

        Raises:
            UnknownCase: there is none with this id.

            UnknownMethod: it is bound to a method or version that this desk does not have.
        """
        return self._method_of(self._snapshot(case_id))

    def options(
        self, case_id: str, *, by: str | Actor, at: datetime | None = None
    ) -> tuple[Option, ...]:
        """
        Return every act of the case's method, ready or not, and why not.

        Raises:
            UnknownCase, UnknownActor, UnknownMethod, TimeError: what was given cannot be used.
        """
        actor = self._actor(by)
        method, case = self._read(case_id)
        moment = max(self._now(), case.updated_at) if at is None else at
        return options(method, case, at=moment, by=actor, calendar=self._calendar)

    def history(
        self, case_id: str, *, after: int = 0, limit: int | None = None
    ) -> tuple[Entry, ...]:
        """
        Return the entries of a case, oldest first.

        Args:
            case_id: the case.

            after: only entries with a higher version.

            limit: at most so many. None: all of them.

        Raises:
            UnknownCase: there is none with this id.
        """
        method = self._method_of(self._snapshot(case_id))
        words = self._words[method.pin]
        return tuple(
            _codec.entry_from_text(record.text, words, method.name)
            for record in self._store.history(case_id, after=after, limit=limit)
        )

    def cases(
        self,
        *,
        state: str | None = None,
        owner: str | None = None,
        customer: str | None = None,
        method: str | None = None,
        is_closed: bool | None = None,
        due_before: datetime | None = None,
        limit: int | None = None,
    ) -> tuple[Case, ...]:
        """
        Return the cases that match everything asked for, by id; soonest first with *due_before*.

        Raises:
            TimeError: *due_before* is naive.
        """
        if due_before is not None:
            due_before = must_be_aware(due_before, "due_before")
        query = Query(state, owner, customer, method, is_closed, due_before, limit)
        return tuple(_codec.case_from_text(found.text) for found in self._store.find(query))

    # -- what time brings -----------------------------------------------------------------------

    def tick(self, *, limit: int | None = None) -> tuple[Entry, ...]:
        """
        Record every deadline that has passed, each exactly once, and return the new entries.

        Any number of desks may tick over one store: whoever comes second finds it recorded. A
        case whose method is not on this desk is left to the desk that has it.

        Args:
            limit: look at no more cases than this. None: all that are due.
        """
        now = self._now()
        kept: list[Entry] = []
        # Limited here: cases of other desks must not stand in the way of ours.
        due = [c for c in self._store.find(Query(due_before=now)) if c.method in self._by_pin]
        for found in due[:limit]:
            kept.extend(self._pass_deadlines(found, now))
        return tuple(kept)

    def deliver(self, *, limit: int = 100) -> Delivery:
        """
        Hand outstanding notifications to the notifier, in order within each case.

        At least once: one that the notifier does not take is tried again, after a pause that
        doubles from 30 seconds to 6 hours, always with the same key. While it waits, nothing
        else of its case is delivered, and everything of other cases is.

        Args:
            limit: hand over no more than this.

        Raises:
            EvidenceError: the desk has no notifier.
        """
        notifier = self._notifier
        if notifier is None:
            raise EvidenceError("deliver", ("the desk has no notifier: Desk(..., notifier=...)",))
        delivered = failed = 0
        while delivered + failed < limit:
            now = self._now()
            left = limit - delivered - failed
            claimed = self._store.claim(now=now, until=now + LEASE, limit=min(left, BATCH))
            if not claimed:
                break
            for notification in claimed:
                if self._hand_over(notifier, notification):
                    delivered += 1
                else:
                    failed += 1
        return Delivery(delivered, failed)

    # -- stories --------------------------------------------------------------------------------

    def export_story(self, case_id: str) -> str:
        """
        Return the history of a case as a story: JSON Lines, oldest act first.

        Raises:
            UnknownCase: there is none with this id.
        """
        from complaintflow._story import line_of

        return "".join(line_of(entry) + "\n" for entry in self.history(case_id))

    def import_story(
        self, story: str, *, method: str | None = None, case_id: str | None = None
    ) -> Case:
        """
        Open a case from a story and return it. Every line is decided anew; all are kept, or none.

        What it would notify of happened elsewhere, and is not told again.

        Args:
            story: JSON Lines, the first of them the act `open`.

            method: the name of the method. None: the desk's first.

            case_id: the id of the case. None: the one the story gives, else `story`.

        Raises:
            StoryError: lines cannot be used, or are refused; all problems of reading are listed,
                and the first refusal.

            CaseExists: a case with this id was opened before.

            UnknownMethod: the desk has no such method.
        """
        from complaintflow._story import read_story, replay

        chosen = self._named(method)
        case: Case | None = None
        entries: list[Entry] = []
        lines = read_story(story.split("\n"), chosen)
        for told in replay(chosen, lines, case_id=case_id, calendar=self._calendar):
            if told.refused is not None:
                raise StoryError("the story", (f"line {told.line.number}: {told.refused}",))
            case = told.case
            entries += [told.entry] if told.entry is not None else []
        if case is None or self._store.load(case.id) is not None:
            raise CaseExists("story" if case is None else case.id)
        try:
            self._store.commit(change_of(0, case, entries, None, notify=False))
        except Conflict:
            raise CaseExists(case.id) from None
        return case

    # -- inside ---------------------------------------------------------------------------------

    def _now(self) -> datetime:
        return must_be_aware(self._clock.now(), "the clock").astimezone(UTC)

    def _actor(self, by: str | Actor) -> Actor:
        if isinstance(by, Actor):
            return by
        if not isinstance(by, str) or not by.strip():
            message = f"by must name whoever records it, not {by!r}"
            raise EvidenceError("by", (message,))
        return self._authority.actor(by)

    def _named(self, method: str | None) -> Method:
        name = next(iter(self._by_name)) if method is None else method
        if name not in self._by_name:
            raise UnknownMethod(name, tuple(self._by_name))
        return self._by_name[name]

    def _snapshot(self, case_id: str) -> Snapshot:
        found = self._store.load(case_id)
        if found is None:
            raise UnknownCase(case_id)
        return found

    def _method_of(self, found: Snapshot) -> Method:
        if found.method not in self._by_pin:
            raise UnknownMethod(found.method, tuple(self._by_pin))
        return self._by_pin[found.method]

    def _read(self, case_id: str) -> tuple[Method, Case]:
        found = self._snapshot(case_id)
        return self._method_of(found), _codec.case_from_text(found.text)

    def _keep(self, expected: int, case: Case, entry: Entry, key: str | None) -> None:
        self._store.commit(change_of(expected, case, [entry], key))

    def _repeated(self, case_id: str, key: str, act: Act) -> Case | None:
        """Return the case where this key was kept for this act before; None where it is new."""
        record = self._store.keyed(case_id, key)
        if record is None:
            return None
        method, case = self._read(case_id)
        kept = _codec.entry_from_text(record.text, self._words[method.pin], method.name)
        if kept.act != act:
            given = act.trigger if isinstance(act, Act) else repr(act)
            raise KeyReused(case_id, key, kept.trigger, given)
        return case

    def _pass_deadlines(self, found: Snapshot, now: datetime) -> Iterator[Entry]:
        method, case = self._by_pin[found.method], _codec.case_from_text(found.text)
        for deadline in case.deadlines:
            if deadline.due >= now:
                break
            act = DeadlinePassed(deadline.code, deadline.about)
            moment = max(now, case.updated_at)
            try:
                entry = decide(method, case, act, at=moment, by=SYSTEM, calendar=self._calendar)
                after = case.apply(entry)
                self._keep(case.version, after, entry, None)
            except Conflict:
                return  # somebody acted, or ticked, in between: the next tick sees what is left
            except (Refused, UnknownAct):
                log.exception("deadline %s of case %s cannot be recorded", deadline.code, case.id)
                return
            case = after
            self._observe(case, entry)
            yield entry

    def _hand_over(self, notifier: Notifier, notification: Notification) -> bool:
        try:
            notifier.notify(notification)
        except Exception as error:  # noqa: BLE001  (whatever it is, it was not delivered)
            # Doubled more often than that it is longer than the longest, and at last no timedelta.
            pause = min(FIRST_PAUSE * 2 ** min(notification.attempts, 10), LONGEST_PAUSE)
            self._store.settle(notification.key, retry_at=self._now() + pause)
            log.warning(
                "notification %s was not delivered (%r); it is tried again in %s",
                notification.key,
                error,
                pause,
            )
            return False
        self._store.settle(notification.key)
        return True

    def _observe(self, case: Case, entry: Entry) -> None:
        for observer in self._observers:
            try:
                observer(case, entry)
            except Exception:
                log.exception("an observer failed on entry %d of %s", entry.version, case.id)

    def _report_refusal(self, case: Case, act: Act, refused: Refused) -> None:
        if self._on_refused is None:
            return
        try:
            self._on_refused(case, act, refused)
        except Exception:
            log.exception("on_refused failed on case %s", case.id)


def _check_key(key: str | None) -> None:
    # A blank one, of messages that have no id, would make one message of them all.
    if key is not None and (not isinstance(key, str) or not key.strip()):
        message = f"an idempotency key must be a text that says something, not {key!r:.40}"
        raise EvidenceError("key", (message,))


def change_of(
    expected: int, case: Case, entries: Sequence[Entry], key: str | None, *, notify: bool = True
) -> Change:
    """Return steps as a store keeps them: the case, its new entries, and who is to be told."""
    return Change(
        case.id,
        expected,
        snapshot_of(case),
        tuple(_record(entry, key) for entry in entries),
        tuple(n for entry in entries for n in _notifications(entry)) if notify else (),
    )


def snapshot_of(case: Case) -> Snapshot:
    """Return a case as a store keeps it."""
    deadlines = case.deadlines
    return Snapshot(
        case.id,
        case.version,
        case.pin,
        case.state,
        case.customer,
        case.owner,
        case.is_closed,
        deadlines[0].due.astimezone(UTC) if deadlines else None,
        case.updated_at.astimezone(UTC),
        _codec.case_to_text(case),
    )


def _record(entry: Entry, key: str | None) -> Record:
    at = entry.at.astimezone(UTC)
    return Record(entry.case_id, entry.version, at, entry.trigger, key, _codec.entry_to_text(entry))


def _notifications(entry: Entry) -> Iterator[Notification]:
    for number, effect in enumerate(entry.effects, start=1):
        yield Notification(
            f"{entry.case_id}:{entry.version}:{number}",
            entry.case_id,
            entry.version,
            effect.topic,
            effect.to,
            entry.trigger,
            entry.at.astimezone(UTC),
            entry.state,
        )
