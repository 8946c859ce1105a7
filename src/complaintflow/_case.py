"""A case and its history: entries, and the fold that makes a case of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NoReturn, TypeVar

from attrs import field, frozen
from attrs.exceptions import FrozenInstanceError

from complaintflow._actors import Actor
from complaintflow._calendars import Calendars
from complaintflow._deadlines import Breach, Deadline
from complaintflow._draft import draft_of
from complaintflow._ledger import EMPTY, Ledger, Promise
from complaintflow._time import Within, in_utc, must_be_aware
from complaintflow._value import Value
from complaintflow.acts import Act
from complaintflow.acts.bounds import DeadlineNear, DeadlinePassed, Open
from complaintflow.errors import EvidenceError, HistoryError, TimeError, Unmet

T = TypeVar("T")

NOTHING: frozenset[str] = frozenset()


@frozen(eq=False, repr=False)
class Move(Value):
    """What a step does to state and facts; the same object for every case that takes it."""

    outcome: str | None
    """Which of its outcomes the act had. None: it has only one."""
    source: str
    """The state it was taken in."""
    target: str
    """The state it leads to."""
    establishes: frozenset[str] = NOTHING
    """The facts it establishes."""
    clears: frozenset[str] = NOTHING
    """The facts it clears."""
    begins_cycle: bool = False
    """True: every fact is gone, and the duties are fresh."""
    ends: bool = False
    """True: the target is a final state."""
    _after: dict[frozenset[str], frozenset[str]] = field(
        factory=dict, init=False, eq=False, repr=False
    )

    def after(self, facts: frozenset[str]) -> frozenset[str]:
        """Return the facts that hold after it; the same object for every case that has them."""
        known = self._after.get(facts)
        if known is None:
            kept = NOTHING if self.begins_cycle else facts - self.clears
            known = self._after[facts] = kept | self.establishes
        return known


@frozen(eq=False, repr=False)
class Effect(Value):
    """What should be done outside once the entry is kept: somebody should be told."""

    topic: str
    """What it is about; `'offer_made'`."""
    to: str
    """Whom it concerns: `customer`, `owner`, `approver` or `team`."""


@frozen(eq=False, repr=False)
class Watched(Value):
    """Where a watched invariant stands on a case."""

    code: str
    """The invariant's name in its method."""
    place: int
    """The place of its table."""
    since: datetime | None = None
    """Since when time runs in it. None: none does."""


@frozen(weakref_slot=False, eq=False, repr=False)
class Entry(Value):
    """One line of the history: what did happen."""

    case_id: str
    """The id of the case."""
    version: int
    """Its place in the history; the first is 1."""
    act: Act
    """What was said or done, with its evidence."""
    at: datetime
    """When; aware."""
    by: Actor
    """Who recorded it."""
    move: Move
    """What it did to state and facts."""
    promises: tuple[Promise, ...] = ()
    """The promises it made."""
    deadlines: tuple[Deadline, ...] | None = None
    """The time limits running after it. None: as before."""
    warnings: tuple[Unmet, ...] = ()
    """What the method recommends and this step did without."""
    effects: tuple[Effect, ...] = ()
    """Who should now be told."""
    bound_to: str | None = None
    """The pin of the method the case is bound to from here. None: as before."""
    watched: tuple[Watched, ...] | None = None
    """Where the watched invariants stand after it. None: as before."""

    @property
    def trigger(self) -> str:
        """The trigger of the act."""
        return self.act.trigger

    @property
    def outcome(self) -> str | None:
        """Which of its outcomes the act had. None: it has only one."""
        return self.move.outcome

    @property
    def state(self) -> str:
        """The state the case is in after it."""
        return self.move.target

    def __str__(self) -> str:
        outcome = f" ({self.outcome})" if self.outcome else ""
        return f"{self.version}. {self.trigger}{outcome} by {self.by.id}: {self.state}"


def _changed_by_steps(cls: type[T]) -> type[T]:
    """Have a frozen class say how it comes to be another, to whoever sets a field of it."""
    for name in ("__setattr__", "__delattr__"):
        setattr(cls, name, _tell_how)
    return cls


def _tell_how(*_: object) -> NoReturn:
    error = FrozenInstanceError()
    error.msg = (
        "a case is not changed: record what happened, case = desk.record(case.id, ..., by=...)"
    )
    error.args = (error.msg,)
    raise error


@_changed_by_steps
@frozen(weakref_slot=False, eq=False, repr=False)
class Case(Value):
    """One complaint under one version of one method: the fold of its history."""

    id: str
    """What the host calls it; unique in its store."""
    pin: str
    """Name, version and settings digest of the method it is bound to."""
    customer: str
    """Whose complaint it is."""
    state: str
    """The state it stands in."""
    facts: frozenset[str]
    """What is established in this cycle."""
    cycle: int
    """1, and one more with each reopening."""
    version: int
    """How many entries its history has."""
    opened_at: datetime
    """When its first entry was made."""
    updated_at: datetime
    """When its last entry was made."""
    is_closed: bool
    """True: it stands in a final state."""
    ledger: Ledger
    """Everything about it that is not its state or its facts."""
    warnings: tuple[Unmet, ...] = ()
    """What its last entry did without, or should not have said."""
    watched: tuple[Watched, ...] = ()
    """Where the invariants stand that are watched on it. Empty: none is, or none has moved."""

    @classmethod
    def open(cls, entry: Entry) -> Case:
        """
        Return the case that an opening entry begins.

        Raises:
            HistoryError: the entry is not the first one, or opens nothing.
        """
        if not isinstance(entry, Entry):
            _no_entry(entry)
        act = entry.act
        if entry.version != 1 or not isinstance(act, Open) or entry.bound_to is None:
            message = (
                f"a history begins with entry 1, 'open'; this is {entry}: give all of its entries, "
                "oldest first"
            )
            raise HistoryError(message)
        ledger = act.write(EMPTY, entry)
        if entry.deadlines is not None:
            ledger = ledger.but(deadlines=entry.deadlines)
        case = _case_draft(
            entry.case_id,
            entry.bound_to,
            act.customer,
            entry.move.target,
            entry.move.after(NOTHING),
            1,
            1,
            entry.at,
            entry.at,
            entry.move.ends,
            ledger,
            entry.warnings,
            entry.watched or (),
        )
        case.__class__ = Case
        return case  # type: ignore[no-any-return]

    @classmethod
    def replay(cls, entries: Iterable[Entry]) -> Case:
        """
        Return the case that a history makes, oldest entry first.

        Raises:
            HistoryError: the history is empty, or an entry does not follow the one before.
        """
        if not isinstance(entries, Iterable):
            _no_entry(entries)
        steps = iter(entries)
        first = next(steps, None)
        if first is None:
            message = "an empty history makes no case; give its entries, oldest first"
            raise HistoryError(message)
        case = cls.open(first)
        for entry in steps:
            case = case.apply(entry)
        return case

    def apply(self, entry: Entry) -> Case:
        """
        Return the case after an entry. Pure; nothing else changes a case.

        Raises:
            HistoryError: the entry belongs to another case, or does not come next.
        """
        version, ledger, cycle = self.version + 1, self.ledger, self.cycle
        try:
            move = entry.move
        except AttributeError:
            _no_entry(entry)
        if entry.version != version or entry.case_id != self.id or move.source != self.state:
            message = (
                f"entry {entry.version} of case '{entry.case_id}', made while {move.source}, does "
                f"not continue case '{self.id}', which is {self.state} and comes to entry "
                f"{version}; read both again"
            )
            raise HistoryError(message)
        if move.begins_cycle:
            ledger, cycle = ledger.for_new_cycle(), cycle + 1
        if entry.deadlines is not None:
            ledger = ledger.but(deadlines=entry.deadlines)
        ledger = entry.act.write(ledger, entry)
        if ledger.__class__ is not Ledger:
            _no_ledger(entry, ledger)
        if move.ends and ledger.deadlines:
            ledger = ledger.but(deadlines=())
        before = self.ledger
        if ledger.deadlines is not before.deadlines or ledger.promises is not before.promises:
            ledger = ledger.late(before, entry.at)
        case = _case_draft(
            self.id,
            entry.bound_to or self.pin,
            self.customer,
            move.target,
            move.after(self.facts),
            cycle,
            version,
            self.opened_at,
            entry.at,
            move.ends,
            ledger,
            entry.warnings,
            self.watched if entry.watched is None else entry.watched,
        )
        case.__class__ = Case
        return case  # type: ignore[no-any-return]

    def __str__(self) -> str:
        method, version, _ = self.pin.split("/")
        return f"{self.id}: {self.state} ({method} {version}), {self.version} entries"

    @property
    def method(self) -> str:
        """The name of the method it is bound to."""
        return self.pin.partition("/")[0]

    @property
    def owner(self) -> str | None:
        """Who is responsible. None: nobody yet."""
        return self.ledger.owner

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        """Everything that is due and not yet found overdue, soonest first."""
        return tuple(sorted(self._running, key=soonest_first))

    @property
    def _running(self) -> list[Deadline]:
        promised = [p.deadline for p in self.ledger.outstanding if p.breached_at is None]
        return [*self.ledger.deadlines, *promised]

    @property
    def breaches(self) -> tuple[Breach, ...]:
        """Every deadline that was not kept, of promises and of time limits; oldest first."""
        promised = [
            Breach("promise", p.due, p.breached_at, p.id)
            for p in self.ledger.promises
            if p.breached_at is not None
        ]
        return tuple(sorted((*self.ledger.breaches, *promised), key=lambda b: b.found_at))

    @property
    def due_at(self) -> datetime | None:
        """The earliest deadline, in UTC. None: nothing is due, or all that is stands still."""
        moments = [d.due for d in self._running if d.paused_at is None]
        return min(moments).astimezone(UTC) if moments else None

    @property
    def wake_at(self) -> datetime | None:
        """When time next brings something, in UTC: a reminder or a deadline. None: never."""
        moments = [m for d in self._running if (m := d.wakes_at) is not None]
        return min(moments).astimezone(UTC) if moments else None

    def to_record(self, at: datetime) -> tuple[DeadlineNear | DeadlinePassed, ...]:
        """
        Return what time has brought by a moment and the system has to record, soonest due first.

        Pure. A deadline that has passed is no longer reminded of, and of several reminders whose
        moments have passed one is given. Once all of it is recorded, at that moment, there is
        nothing more, but for a reminder of a duty that begins anew.
        """
        return tuple(
            [
                DeadlinePassed(d.code, d.about)
                if d.has_passed(at)
                else DeadlineNear(d.code, d.about)
                for d in self.deadlines
                if d.has_passed(at) or d.is_near(at)
            ]
        )

    def due_soon(
        self, at: datetime, within: Within, *, calendar: Calendars | None = None
    ) -> tuple[Deadline, ...]:
        """
        Return what is due between *at* and the end of the span, both included, soonest first.

        Args:
            at: the moment it is asked; aware.

            within: how soon is soon.

            calendar: tells business days. None: Monday to Friday.

        Raises:
            TimeError: *at* is naive, or *within* no span.
        """
        if not isinstance(within, Within):
            message = f"within must be a span, such as Within(3, 'days'), not {within!r:.60}"
            raise TimeError(message)
        end, at = within.after(at, calendar), in_utc(at)
        return tuple(deadline for deadline in self.deadlines if at <= deadline.due <= end)

    def overdue(self, at: datetime) -> tuple[Deadline, ...]:
        """
        Return what was due before *at* and is not done, soonest first.

        A promise stays overdue until it is kept, released or broken; a time limit of the method
        until it is recorded as passed.

        Raises:
            TimeError: *at* is naive.
        """
        now = in_utc(must_be_aware(at))
        running = (d for d in self.ledger.deadlines if d.due < now)
        promised = (p.deadline for p in self.ledger.outstanding if p.due < now or p.breached_at)
        return tuple(sorted((*running, *promised), key=soonest_first))


def _no_entry(entry: object) -> NoReturn:
    message = (
        f"expected an Entry, such as decide(...) or Desk.history(id) return, not {entry!r:.80}"
    )
    raise HistoryError(message)


def soonest_first(deadline: Deadline) -> tuple[datetime, str, str]:
    """Return what deadlines are sorted by."""
    return deadline.due, deadline.code, deadline.about or ""


def _no_ledger(entry: Entry, made: object) -> NoReturn:
    told = f"write must return the ledger after the act, not {made!r:.40}; is a `return` missing?"
    raise EvidenceError(entry.trigger, (told,))


_case_draft = draft_of(Case)
entry_draft = draft_of(Entry)
