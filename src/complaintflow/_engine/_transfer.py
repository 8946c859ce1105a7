"""The entry that moves a case to another method, with the deadlines that go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from attrs import evolve

from complaintflow._actors import Actor
from complaintflow._calendars import Calendars
from complaintflow._case import Case, Entry, Move
from complaintflow._deadlines import Deadline
from complaintflow._engine._machine import NOTHING, RECORDED_BY, MethodMachine, compiled
from complaintflow._engine._migration import Migration
from complaintflow._engine._reasons import bad_time, barriers_for
from complaintflow._time import in_utc, must_be_aware
from complaintflow.acts.evolving import ChangeMethod
from complaintflow.errors import Refused, Unmet


def move_case(
    migration: Migration,
    case: Case,
    *,
    reason: str,
    at: datetime,
    by: Actor,
    calendar: Calendars | None = None,
    history: Sequence[Entry] = (),
) -> Entry:
    """
    Return the entry that moves a case to the target of a migration, or refuse it. Pure.

    Deadlines go on as they were fixed when they started; none is started by the move. What time
    has brought by *at* is to be recorded before.

    Args:
        migration: what becomes of what.

        case: the case as it is now, bound to the source.

        reason: why.

        at: when; aware, and not before the case's last entry.

        by: who moves it.

        calendar: tells business days. None: Monday to Friday.

        history: its entries, oldest first; needed where `migration.reads_history(case)`.

    Raises:
        Refused: it cannot be moved; every reason is given.

        UnknownMethod: the case is not bound to the source.

        TimeError: *at* is naive, or before the case's last entry.
    """
    act = ChangeMethod(reason, migration.target.pin, tuple(_renamed(migration, case)))
    at = in_utc(must_be_aware(at))
    if at < case.updated_at:
        bad_time(case, at)
    unmet = barriers_for(act.trigger, RECORDED_BY["agent"], by) + migration.unmet(case, history)
    for passed in case.to_record(at):
        told = f"'{passed.deadline}' has passed or is near, and is to be recorded first"
        unmet += (Unmet("time_first", told, (), (passed.trigger,)),)
    if unmet:
        raise Refused(act.trigger, case.state, unmet)
    state = migration.state(case.state) or case.state
    carried = frozenset(f for f in case.facts if migration.fact(f) == f)
    renamed = frozenset(name for f in case.facts - carried if (name := migration.fact(f)))
    ends = state in migration.target.final
    move = Move(None, case.state, state, renamed, case.facts - carried, ends=ends)
    deadlines = () if ends else tuple(_deadlines(migration, case, state, at, calendar))
    return Entry(
        case.id,
        case.version + 1,
        act,
        at,
        by,
        move,
        deadlines=None if deadlines == case.ledger.deadlines else deadlines,
        bound_to=migration.target.pin,
        watched=migration.watched(case, history, calendar),
    )


def _renamed(migration: Migration, case: Case) -> Iterator[str]:
    for fact in sorted(case.facts):
        becomes = migration.fact(fact)
        if becomes not in (None, fact):
            yield f"{fact}={becomes}"


def _deadlines(
    migration: Migration, case: Case, state: str, at: datetime, calendar: Calendars | None
) -> Iterator[Deadline]:
    """Yield the deadlines that go on, as they stand in the new state."""
    old, new = compiled(migration.source), compiled(migration.target)
    going_on = []
    for deadline in case.ledger.deadlines:
        code = migration.limit(deadline.code)
        if code is None:
            continue
        limit = old.by_code.get(deadline.code)
        running = deadline if limit is None else limit.resumed(deadline, at, calendar)
        if code != deadline.code:
            running = evolve(running, code=code, text=new.by_code[code].text)
        stood = _stands_still(old, deadline.code, case.state)
        stands = _stands_still(new, code, state)
        # What stands still before and after has not run in between.
        unmoved = stood and stands and code == deadline.code
        going_on.append(deadline if unmoved else running)
    yield from new.standing(tuple(going_on), state, at, calendar)


def _stands_still(machine: MethodMachine, code: str, state: str) -> bool:
    return state in machine.paused_in.get(code, NOTHING)
