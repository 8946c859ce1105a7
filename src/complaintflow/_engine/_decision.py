"""Deciding one act, and opening a case."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NoReturn, get_args

from complaintflow._actors import Actor, Kind
from complaintflow._calendars import Calendars
from complaintflow._case import Case, Entry, Move, entry_draft
from complaintflow._engine._machine import RECORDED_BY, MethodMachine, compiled, no_method
from complaintflow._engine._path import blocking
from complaintflow._engine._reasons import (
    bad_time,
    barriers,
    barriers_for,
    move_of,
    no_act,
    no_actor,
    no_case,
    no_id,
    not_now,
)
from complaintflow._evidence._checks import text_problem
from complaintflow._method import Method
from complaintflow._requirements import Question, Requirement
from complaintflow._time import LATEST, in_utc, must_be_aware
from complaintflow.acts import Act
from complaintflow.acts.bounds import Erase, Open
from complaintflow.errors import (
    UNDECIDED,
    EvidenceError,
    Refused,
    Undecided,
    UnknownAct,
    UnknownMethod,
    Way,
)


def decide(
    method: Method,
    case: Case,
    act: Act,
    *,
    at: datetime,
    by: Actor,
    calendar: Calendars | None = None,
) -> Entry:
    """
    Return the entry that records an act on a case, or refuse it.

    Pure: nothing changes, and nothing outside is asked. `case.apply(entry)` is the next case.

    Args:
        method: the method the case is bound to.

        case: the case as it is now.

        act: what was said or done, with its evidence.

        at: when; aware, and not before the case's last entry.

        by: who records it.

        calendar: tells business days: one calendar, or several by their names. None: Monday to
            Friday.

    Raises:
        Refused: the method says no; every unmet requirement is named, with a way to a yes.

        UnknownAct: the method has no rule for the act.

        TimeError: *at* is naive, or before the case's last entry.

        UnknownMethod: the case is bound to another method or version.

        EvidenceError: *method* is no method, *case* no case, *act* no act, or *by* no actor.
    """
    try:
        machine: MethodMachine = method.compiled or compiled(method)
        is_another = case.pin != machine.pin
    except AttributeError:  # one of the two is no such thing
        _bad_question(method, case, act, by)
    event = machine.acts.get(type(act))
    if event is None or not isinstance(by, Actor):
        _bad_question(method, case, act, by)
    if is_another:
        raise UnknownMethod(case.pin, (machine.pin,))
    try:
        if at.tzinfo is not UTC:  # two moments of the same zone compare by its clock
            at = must_be_aware(at).astimezone(UTC)
        is_bad = at < case.updated_at or at.year > LATEST
    except AttributeError:  # it is no time at all
        bad_time(case, at)
    if is_bad:
        bad_time(case, at)
    question = Question(method, case, act, at, by, calendar)
    if event.trigger(question):
        return question.entry  # type: ignore[return-value]  # a yes has filled it in
    raise refusal(machine, question)


def open_case(
    method: Method,
    case_id: str,
    act: Open,
    *,
    at: datetime,
    by: Actor,
    calendar: Calendars | None = None,
) -> Entry:
    """
    Return the entry that opens a case; `Case.open(entry)` is the case. Pure.

    Raises:
        EvidenceError: *method* is no method, the id is blank, *act* does not open, or *by* is no
            actor.

        TimeError: *at* is naive.
    """
    is_method = isinstance(method, Method)
    if text_problem(case_id) or not (is_method and isinstance(act, Open) and isinstance(by, Actor)):
        _bad_opening(method, case_id, act, by)
    at = in_utc(must_be_aware(at))
    if barred := barriers_for("open", RECORDED_BY["customer"], by):
        raise Refused("open", "not open", barred)
    machine = compiled(method)
    deadlines = machine.limits.at_opening(method.initial, at, calendar)
    entry = entry_draft(
        case_id, 1, act, at, by, machine.opening, (), deadlines, (), (), machine.pin, None
    )
    entry.__class__ = Entry
    return entry  # type: ignore[no-any-return]


ANYBODY: frozenset[Kind] = frozenset(get_args(Kind))


def erase_case(case: Case, act: Erase, *, at: datetime, by: Actor) -> Entry:
    """
    Return the entry that says that the words of a case are erased, in whatever state it is. Pure.

    The entry alone erases nothing: a desk keeps it with the case that a history without words
    makes, and has the store drop them.

    Raises:
        Refused: *by* may not erase.

        TimeError: *at* is naive, or before the case's last entry.
    """
    if barred := barriers_for(act.trigger, ANYBODY, by):
        raise Refused(act.trigger, case.state, barred)
    at = in_utc(must_be_aware(at))
    if at < case.updated_at:
        bad_time(case, at)
    move = Move(None, case.state, case.state, ends=case.is_closed)
    return Entry(case.id, case.version + 1, act, at, by, move)


def _bad_opening(method: object, case_id: object, act: object, by: object) -> NoReturn:
    problems = []
    if not isinstance(method, Method):
        problems.append(no_method(method))
    if text_problem(case_id):
        problems.append(no_id(case_id))
    if not isinstance(act, Open):
        problems.append(f"a case is opened by Open(complaint=..., customer=...), not {act!r}")
    if not isinstance(by, Actor):
        problems.append(no_actor(by))
    raise EvidenceError("open", tuple(problems))


def refusal(machine: MethodMachine, question: Question) -> Refused:
    """Return the no to a question, with every reason."""
    event = machine.acts[type(question.act)]
    blocked = blocking(question, question.path)
    unmet = (*barriers(event, question), *(each.unmet(question) for each in blocked))
    move = move_of(event, question.outcome, question)
    if move is None and (not unmet or question.case.is_closed):
        unmet += (not_now(machine, event, question.outcome, question),)
    if move is not None and machine.watched:
        _, _, barring = machine.watch(question, move)
        # A search for a way knows nothing of what may no longer follow.
        if barring:
            return Refused(event.name, question.case.state, unmet + barring, _undecided)
    waivable = _waivable(machine, question, blocked)

    def way() -> Way | Undecided | None:
        # Most refusals are not asked for it.
        from complaintflow._engine._way import way_to

        return way_to(machine, question)

    return Refused(event.name, question.case.state, unmet, way, waivable)


def _waivable(
    machine: MethodMachine, question: Question, blocked: list[Requirement]
) -> tuple[str, ...]:
    """Return the codes that whoever asks could waive now."""
    waiving = machine.events.get("waive")
    if waiving is None or question.case.state not in waiving.transitions:
        return ()
    may = question.by.may
    if question.by.kind not in waiving.recorded_by or (may is not None and "waive" not in may):
        return ()
    codes = dict.fromkeys(each.code for each in blocked)
    return tuple(
        code
        for code in codes
        if code in machine.method.waivable and (may is None or f"waive:{code}" in may)
    )


def _undecided() -> Undecided:
    return UNDECIDED


def _bad_question(method: object, case: object, act: object, by: object) -> NoReturn:
    problems = []
    if not isinstance(method, Method):
        problems.append(no_method(method))
    if not isinstance(case, Case):
        problems.append(no_case(case))
    if not isinstance(act, Act) or not act.trigger:
        problems.append(no_act(act))
    elif isinstance(method, Method) and all(rule.act is not type(act) for rule in method.rules):
        if act.trigger not in method.triggers and not problems:
            raise UnknownAct(method.name, act.trigger, method.triggers)
        problems.append(
            f"{type(act).__module__}.{type(act).__qualname__} is not the act that "
            f"{method.name} calls '{act.trigger}': make one of its own class"
        )
    if not isinstance(by, Actor):
        problems.append(no_actor(by))
    name = act.trigger if isinstance(act, Act) else "act"
    raise EvidenceError(name, tuple(problems))
