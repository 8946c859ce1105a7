"""The desk of hosts that call: each operation runs to its end, and answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from complaintflow._actors import Actor
from complaintflow._calendars import Calendars
from complaintflow._case import Case, Entry
from complaintflow._desk import _reading
from complaintflow._desk._driving import run, run_all
from complaintflow._desk._wiring import PARK_AFTER, Observer, RefusalObserver, Wiring
from complaintflow.acts import Act
from complaintflow.ports import Authority, Clock, Notifier, Parked, Query, Store

if TYPE_CHECKING:
    from tenacity.wait import WaitBaseT

    from complaintflow._chain import Head, Verification
    from complaintflow._desk._limits import Limits
    from complaintflow._desk._migrating import MoveReport
    from complaintflow._desk._passing import Delivery
    from complaintflow._engine._migration import Migration
    from complaintflow._engine._options import Option
    from complaintflow._method import Method


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

        limits: how large texts, and how long cases may be. None: the usual `Limits()`.

        pauses: how long to wait after a failed attempt: a wait strategy of `tenacity`, such as
            `wait_exponential(multiplier=60, max=3600)`, or any function that takes its
            `RetryCallState` and returns seconds. None: half a minute after the first, then twice
            as long each time, at most six hours; each up to a fifth shorter, by chance.

        park_after: after how many failed attempts a notification is put aside. None: never.

    Raises:
        EvidenceError: no method was given, or two that differ have one pin;
            something that was given does not do what its port says, or has to be awaited, which
            takes an `AsyncDesk`. All problems are listed.
    """

    def __init__(
        self,
        *methods: Method,
        store: Store | None = None,
        notifier: Notifier | None = None,
        clock: Clock | None = None,
        calendar: Calendars | None = None,
        authority: Authority | None = None,
        observers: Iterable[Observer] = (),
        on_refused: RefusalObserver | None = None,
        limits: Limits | None = None,
        pauses: WaitBaseT | None = None,
        park_after: int | None = PARK_AFTER,
    ) -> None:
        self._at = Wiring(
            methods,
            waits=False,
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

            LimitReached: a text or a name is longer than the desk takes.

            UnknownMethod: the desk has no such method.

            EvidenceError: a text is blank or no text; or several things are wrong, of these and
                the following. All problems are listed.

            UnknownActor: the authority does not know *by*.

            TimeError: *at* is naive, or still to come: more than `Limits.ahead` after the clock.
        """
        from complaintflow._desk import _acting

        told = {"complaint": complaint, "customer": customer, "channel": channel, "owner": owner}
        return run(_acting.open_(self._at, case_id, told, by=by, method=method, at=at, key=key))

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

            LimitReached: a text is longer, or the case is, than the desk takes.

            UnknownCase, UnknownAct, UnknownActor, UnknownMethod, EvidenceError, TimeError: what
                was given cannot be used. Where several things are wrong with it, an
                EvidenceError lists them all.
        """
        from complaintflow._desk import _acting

        return run(_acting.record(self._at, case_id, act, by=by, at=at, key=key, version=version))

    def erase(
        self,
        case_id: str,
        *,
        reason: str,
        by: str | Actor,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Case:
        """
        Erase the words and names of a case for good, and return it.

        Possible in every state. What was done, when and by which agent stays, and so does an entry
        that says that words were erased; the chain of the case still verifies. Everything reads
        `[erased]` where somebody's words were. What other systems have, such as mails, backups and
        logs, is theirs to erase; so are the case's id and idempotency keys, which stay.

        Args:
            case_id: the case.

            reason: why, such as the customer's request. It goes itself with the next erasure.

            by: who erases.

            at: when. None: now.

            key: an idempotency key.

        Raises:
            Refused: *by* may not `erase`.

            Conflict: somebody acted in between. Nothing is erased.

            LimitReached: *reason*, *by* or *key* is longer than the desk takes.

            UnknownCase, UnknownActor, UnknownMethod, EvidenceError, TimeError: what was given
                cannot be used.
        """
        from complaintflow._desk import _acting

        return run(_acting.erase(self._at, case_id, reason, by=by, at=at, key=key))

    # -- asking ---------------------------------------------------------------------------------

    def get(self, case_id: str) -> Case:
        """
        Return a case as it is.

        Raises:
            UnknownCase: there is none with this id.
        """
        return run(_reading.get(self._at, case_id))

    def method_of(self, case_id: str) -> Method:
        """
        Return the method that a case is bound to, in the version it is bound to.

        `desk.method_of("t-1").act("listen", data)` makes an act of what a form or a client sent.

        Raises:
            UnknownCase: there is none with this id.

            UnknownMethod: it is bound to a method or version that this desk does not have.
        """
        return run(_reading.method_of(self._at, case_id))

    def options(
        self, case_id: str, *, by: str | Actor, at: datetime | None = None
    ) -> tuple[Option, ...]:
        """
        Return every act of the case's method, ready or not, and why not.

        Raises:
            UnknownCase, UnknownActor, UnknownMethod, TimeError: what was given cannot be used.
        """
        return run(_reading.options_(self._at, case_id, by=by, at=at))

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

            EvidenceError: *after* or *limit* is no whole number from 0 to 2147483647.
        """
        return run(_reading.history(self._at, case_id, after=after, limit=limit))

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
        after: str | Case | None = None,
    ) -> tuple[Case, ...]:
        """
        Return the cases that match everything asked for, by id; soonest first with *due_before*.

        Args:
            state: the state they are in.

            owner: who is responsible.

            customer: whose they are.

            method: the name of the method they are under.

            is_closed: whether they are over.

            due_before: they have a deadline before this moment.

            limit: at most so many. None: all.

            after: the last case of the page before, or its id; with *due_before* the case itself.

        Raises:
            TimeError: *due_before* is naive.

            EvidenceError: *after* does not tell where the page before has ended, or something
                asked for is of the wrong type.

            StoreError: one of them cannot be read; it is named.
        """
        query = Query(state, owner, customer, method, is_closed, due_before, limit)
        return run(_reading.cases(self._at, query, after))

    # -- evidence -------------------------------------------------------------------------------

    def head(self, case_id: str) -> Head:
        """
        Return where the chain of a case stands.

        Keep it where whoever owns the database cannot write: it shows later that nothing up to
        here was changed.

        Raises:
            UnknownCase: there is none with this id.

            StoreError: what the store has for its head is none; `verify` tells more.
        """
        from complaintflow._desk import _checking

        return run(_checking.head(self._at, case_id))

    def verify(self, case_id: str, *, head: Head | None = None) -> Verification:
        """
        Check that nothing of a case was altered, taken out, put in or moved.

        The chain is checked as by `verify_history`, and whether the case is, in every column, what
        its history makes of it. Of the owner, the customer and the deadlines only a desk that has
        the method its entries are bound to can tell more than whether columns and text agree.

        Args:
            case_id: the case.

            head: where its chain stood at some time before. None: nobody has kept that.

        Raises:
            UnknownCase: there is none with this id, and no *head* says that there was one.
        """
        from complaintflow._desk import _checking

        return run(_checking.verify(self._at, case_id, head))

    # -- what time brings -----------------------------------------------------------------------

    def tick(self, *, limit: int | None = None) -> tuple[Entry, ...]:
        """
        Record every deadline that has passed, each exactly once, and return the new entries.

        Any number of desks may tick over one store: whoever comes second finds it recorded. A
        case whose method is not on this desk is left to the desk that has it. One that the store
        could not keep is tried again, at the end and in the next ticks, up to three times; after
        five minutes the store gives it to whoever ticks.

        Args:
            limit: record what is due in no more cases than this; those in which nothing could be
                recorded do not count. None: in all that are due.

        Raises:
            EvidenceError: *limit* is no whole number from 0 to 2147483647.
        """
        from complaintflow._desk import _passing

        return run(_passing.tick(self._at, limit))

    def deliver(self, *, limit: int = 100, within: float | None = None) -> Delivery:
        """
        Hand outstanding notifications to the notifier, in order within each case.

        At least once: one that the notifier does not take is tried again, always with the same
        key, after a pause that grows from half a minute to six hours, or as the desk's `pauses`
        say. While it waits, nothing else of its case is delivered, and everything of other cases
        is. After `park_after` attempts it is put aside, and holds up its case no longer: see
        `parked` and `release`.

        What was claimed is begun within four minutes, and a notifier that returns or raises within
        one has settled it before its lease of five ends. A slower one may deliver twice, and what
        comes after it first.

        Args:
            limit: hand over no more than this.

            within: how many seconds the notifier may take for each; at most 60. Unless its own
                `deadline` says that it takes no longer, it is called in another thread and given
                up as `complaintflow.adapters.notifiers.Bounded` does it. None: it is called in
                this thread, and waited for.

        Raises:
            EvidenceError: the desk has no notifier, *limit* is no whole number from 0 to
                2147483647, or *within* no such number of seconds.
        """
        from complaintflow._desk import _passing

        return run(_passing.deliver(self._at, limit, within))

    def parked(self, *, after: str | None = None, limit: int | None = None) -> tuple[Parked, ...]:
        """
        Return the notifications that were put aside because they kept failing, by key.

        Args:
            after: only those with a key above this one.

            limit: at most so many. None: all.

        Raises:
            EvidenceError: *limit* is no whole number from 0 to 2147483647, or *after* no text.
        """
        from complaintflow._desk import _passing

        return run(_passing.parked(self._at, after, limit))

    def release(self, key: str, *, by: str | Actor) -> None:
        """
        Have a notification that was put aside tried again, as if it were new.

        It comes before everything of its case that is still outstanding.

        Args:
            key: the notification's key.

            by: who releases it.

        Raises:
            Refused: *by* may not `release`.

            EvidenceError: no notification with this key is put aside.

            UnknownActor: the authority does not know *by*.
        """
        from complaintflow._desk import _passing

        run(_passing.release(self._at, key, by=by))

    # -- methods that evolve ---------------------------------------------------------------------

    def preview_move(self, migration: Migration) -> MoveReport:
        """
        Return what would become of every case that is bound to the source of a migration.

        Nothing is done. By state it tells how many can be moved, and of each case that cannot why.

        Args:
            migration: from which method to which, and what becomes of what.

        Raises:
            UnknownMethod: one of the two is not on this desk.
        """
        from complaintflow._desk import _migrating

        return run(_migrating.preview(self._at, migration))

    def move(
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
        """
        Move a case to another version of its method, or to another method, and return it.

        It is an entry like any other: the history still tells the same, and its chain goes on.
        What was established stays so where it was earned by what earns it in the target too, and
        nothing else is; a case goes only where the target itself could have brought it. Deadlines
        go on as they were fixed, promises stay. What has come due by then is recorded first.

        Args:
            case_id: the case.

            migration: from which method to which, and what becomes of what.

            reason: why.

            by: who moves it.

            at: when. None: now.

            key: an idempotency key.

            version: the version the host has seen. None: whatever is there.

        Raises:
            Refused: *by* may not `change_method`, or it cannot be moved; every reason is given.

            Conflict: somebody acted in between, or the case is not at *version*. Nothing is kept.

            UnknownMethod: the case is not bound to the source, or a method is not on this desk.

            UnknownCase, UnknownActor, KeyReused, LimitReached, EvidenceError, TimeError: what was
                given cannot be used.
        """
        from complaintflow._desk import _migrating

        return run(
            _migrating.move(
                self._at,
                case_id,
                migration,
                reason=reason,
                by=by,
                at=at,
                key=key,
                version=version,
            )
        )

    def move_all(self, migration: Migration, *, reason: str, by: str | Actor) -> MoveReport:
        """
        Move every case that can be moved, each as `move` does, and return what became of them.

        It can be broken off and done again: what was moved is not looked at any more.

        Args:
            migration: from which method to which, and what becomes of what.

            reason: why.

            by: who moves them.

        Raises:
            UnknownMethod: one of the two is not on this desk.

            UnknownActor: the authority does not know *by*.
        """
        from complaintflow._desk import _migrating

        return run(_migrating.move_all(self._at, migration, reason=reason, by=by))

    # -- cases from one desk to another ----------------------------------------------------------

    def export_story(self, case_id: str) -> str:
        """
        Return the history of a case as a story: JSON Lines, oldest act first.

        Raises:
            UnknownCase: there is none with this id.
        """
        from complaintflow._desk import _moving

        return run(_moving.export_story(self._at, case_id))

    def import_story(
        self, story: str, *, method: str | None = None, case_id: str | None = None
    ) -> Case:
        """
        Open a case from a story and return it. Every line is decided anew; all are kept, or none.

        Whoever a line is by is who the desk's authority says; what the line says of their limits
        and permissions takes some away, and gives none. Customers and the system are taken as they
        stand there. What it would notify of happened elsewhere, and is not told again.

        Args:
            story: JSON Lines, the first of them the act `open`.

            method: the name of the method. None: the one the story says, else the desk's first.

            case_id: the id of the case. None: the one the story gives, else `story`.

        Raises:
            StoryError: lines cannot be used, are by somebody the authority does not know, or who
                may not do that, are refused, or are more than the `Limits` of the desk allow. All
                problems of reading, or of who may, are listed; of the others the first.

            CaseExists: a case with this id was opened before.

            UnknownMethod: the desk has no such method.
        """
        from complaintflow._desk import _moving

        return run(_moving.import_story(self._at, story, method=method, case_id=case_id))

    def export_all(self) -> Iterator[str]:
        """
        Yield every case of the store with its history, as lines of JSON, one case after the other.

        The entries are as they were kept, with their chain. What is still to be delivered is no
        part of it. A case that changes meanwhile is told as it was when its turn came.

        Raises:
            StoreError: a column of a case, or of its entries, cannot be written; it is named.
        """
        from complaintflow._desk import _moving

        return run_all(_moving.export_all(self._at))

    def import_all(self, lines: Iterable[str]) -> int:
        """
        Take over the cases of an export, and return how many were new.

        Each case is checked, and kept whole or not at all; one that is there already, and is the
        same or has gone on from there, is passed over, so that what was interrupted can be done
        again. Each that has gone on is told to the logger `complaintflow`.

        It is a tool of whoever runs the store, as restoring a backup is: what was decided elsewhere
        is not decided again, so neither the authority nor the `Limits` are asked, and the chain
        shows only that nothing was altered since. Take over what you have exported yourself.

        Args:
            lines: what `export_all` has yielded, in this or an earlier version of the library.

        Raises:
            StoryError: a line is none of an export, was written by a later version, or the case
                it begins is not whole. The cases before it are kept.

            CaseExists: another case with the id of one of them is there, or one that parted from
                it or has not come as far. The cases before it are kept.
        """
        from complaintflow._desk import _moving

        return run(_moving.import_all(self._at, lines))
