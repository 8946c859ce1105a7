"""Moving one case from one method to another, and moving it again as a story tells it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from attrs import evolve

from complaintflow._actors import Actor
from complaintflow._calendars import Calendars
from complaintflow._case import Case, Entry, Move
from complaintflow._deadlines import Deadline
from complaintflow._engine._machine import RECORDED_BY, compiled
from complaintflow._engine._migration import Migration
from complaintflow._engine._reasons import bad_time, barriers_for
from complaintflow._method import Method
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
    act = _told(migration, case, reason)
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


def _told(migration: Migration, case: Case, reason: str) -> ChangeMethod:
    """Return the act that moves a case, with all that becomes another by it."""
    facts, state = sorted(case.facts), migration.state(case.state)
    codes = dict.fromkeys(deadline.code for deadline in case.ledger.deadlines)
    return ChangeMethod(
        reason,
        migration.target.pin,
        renamed=[f"{f}={now}" for f in facts if (now := migration.fact(f)) not in (None, f)],
        dropped=[f for f in facts if migration.fact(f) is None],
        state=None if state == case.state else state,
        limits=[f"{c}={now or ''}" for c in codes if (now := migration.limit(c)) != c],
    )


def retold(act: ChangeMethod, case: Case, source: Method, target: Method) -> Migration:
    """
    Return the migration that a story tells of; it says what becomes of this case, and no other.

    Raises:
        MappingError: it does not lead from one method to the other; all problems are listed.
    """
    running = {deadline.code for deadline in case.ledger.deadlines}
    states = _nothing_of({state.name for state in source.states} - {case.state})
    if act.state is not None:
        states[case.state] = act.state
    facts = _nothing_of({fact.name for fact in source.facts} - case.facts)
    facts |= _nothing_of(act.dropped) | dict(map(_pair, act.renamed))
    limits = _nothing_of({limit.code for limit in source.limits} - running)
    limits |= dict(map(_pair, act.limits))
    return _Retold(source, target, states=states, facts=facts, limits=limits)


class _Retold(Migration):
    """A migration that says what it lacks as fields of the act."""

    def _written(self, what: str, name: str, becomes: str | None) -> str:
        if what == "state":
            return "no move" if becomes is None else f'"state": "{becomes}"'
        if what == "limit":
            return f'"limits": ["{name}={becomes or ""}"]'
        return f'"renamed": ["{name}={becomes}"]' if becomes else f'"dropped": ["{name}"]'


def _nothing_of(names: Iterable[str]) -> dict[str, str | None]:
    return dict.fromkeys(names)


def _pair(told: str) -> tuple[str, str | None]:
    was, _, now = told.partition("=")
    return was, now or None


def _deadlines(
    migration: Migration, case: Case, state: str, at: datetime, calendar: Calendars | None
) -> Iterator[Deadline]:
    """Yield the deadlines that go on, as they stand in the new state."""
    old, new = compiled(migration.source).limits, compiled(migration.target).limits
    going_on = []
    for deadline in case.ledger.deadlines:
        code = migration.limit(deadline.code)
        if code is None:
            continue
        limit = old.by_code.get(deadline.code)
        running = deadline if limit is None else limit.resumed(deadline, at, calendar)
        if code != deadline.code:
            running = evolve(running, code=code, text=new.by_code[code].text)
        stood = old.stands_still(deadline.code, case.state)
        stands = new.stands_still(code, state)
        # What stands still before and after has not run in between.
        unmoved = stood and stands and code == deadline.code
        going_on.append(deadline if unmoved else running)
    yield from new.standing(tuple(going_on), state, at, calendar)
