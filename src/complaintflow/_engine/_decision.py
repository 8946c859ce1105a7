"""Deciding one act, and opening a case."""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn

from complaintflow._actors import Actor
from complaintflow._case import Case, Entry, entry_draft
from complaintflow._engine._machine import RECORDED_BY, MethodMachine, blocking, compiled, start
from complaintflow._engine._reasons import barriers, barriers_for, move_of, not_now
from complaintflow._engine._way import way_to
from complaintflow._method import Method
from complaintflow._requirements import Question
from complaintflow._time import Calendar, must_be_aware
from complaintflow.acts import Act
from complaintflow.acts.bounds import Open
from complaintflow.errors import (
    LATEST,
    UNDECIDED,
    EvidenceError,
    Refused,
    TimeError,
    Undecided,
    UnknownAct,
    UnknownMethod,
)


def decide(
    method: Method,
    case: Case,
    act: Act,
    *,
    at: datetime,
    by: Actor,
    calendar: Calendar | None = None,
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

        calendar: tells business days. None: Monday to Friday.

    Raises:
        Refused: the method says no; every unmet requirement is named, with a way to a yes.

        UnknownAct: the method has no rule for the act.

        TimeError: *at* is naive, or before the case's last entry.

        UnknownMethod: the case is bound to another method or version.

        EvidenceError: *act* is no act, or *by* no actor.
    """
    machine: MethodMachine = method.compiled or compiled(method)
    event = machine.acts.get(type(act))
    if event is None or not isinstance(by, Actor):
        _bad_question(method, act, by)
    if case.pin != machine.pin:
        raise UnknownMethod(case.pin, (machine.pin,))
    try:
        is_bad = at < case.updated_at or at.year > LATEST
    except TypeError:  # a naive time, or none at all, does not compare with an aware one
        _bad_time(case, at)
    if is_bad:
        _bad_time(case, at)
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
    calendar: Calendar | None = None,
) -> Entry:
    """
    Return the entry that opens a case; `Case.open(entry)` is the case. Pure.

    Raises:
        EvidenceError: the id is blank, *act* does not open, or *by* is no actor.

        TimeError: *at* is naive.
    """
    if not (
        isinstance(case_id, str)
        and case_id.strip()
        and isinstance(act, Open)
        and isinstance(by, Actor)
    ):
        _bad_opening(case_id, act, by)
    must_be_aware(at)
    if barred := barriers_for("open", RECORDED_BY["customer"], by):
        raise Refused("open", "not open", barred)
    machine = compiled(method)
    starting = machine.opening_limits
    deadlines = start(starting, at, (), calendar) if starting else None
    entry = entry_draft(
        case_id, 1, act, at, by, machine.opening, (), deadlines, (), (), machine.pin, None
    )
    entry.__class__ = Entry
    return entry  # type: ignore[no-any-return]


def _bad_opening(case_id: object, act: object, by: object) -> NoReturn:
    problems = []
    if not isinstance(case_id, str) or not case_id.strip():
        problems.append(f"the id of a case must be a text that says something, not {case_id!r}")
    if not isinstance(act, Open):
        problems.append(f"a case is opened by Open(complaint=..., customer=...), not {act!r}")
    if not isinstance(by, Actor):
        problems.append(_no_actor(by))
    raise EvidenceError("open", tuple(problems))


def refusal(machine: MethodMachine, question: Question) -> Refused:
    """Return the no to a question, with every reason."""
    event = machine.acts[type(question.act)]
    unmet = (
        *barriers(event, question),
        *(requirement.unmet(question) for requirement in blocking(question, question.path)),
    )
    move = move_of(event, question.outcome, question)
    if move is None and (not unmet or question.case.is_closed):
        unmet += (not_now(machine, event, question.outcome, question),)
    if move is not None and machine.watched:
        _, _, barring = machine.watch(question, move)
        # A search for a way knows nothing of what may no longer follow.
        if barring:
            return Refused(event.name, question.case.state, unmet + barring, _undecided)
    return Refused(event.name, question.case.state, unmet, lambda: way_to(machine, question))


def _undecided() -> Undecided:
    return UNDECIDED


def _bad_question(method: Method, act: object, by: object) -> NoReturn:
    problems = []
    if not isinstance(act, Act):
        problems.append(f"expected an act such as Listen(account=...), not {act!r:.80}")
    elif all(rule.act is not type(act) for rule in method.rules):
        if act.trigger not in method.triggers:
            raise UnknownAct(method.name, act.trigger, method.triggers)
        problems.append(
            f"{type(act).__module__}.{type(act).__qualname__} is not the act that "
            f"{method.name} calls '{act.trigger}'"
        )
    if not isinstance(by, Actor):
        problems.append(_no_actor(by))
    name = act.trigger if isinstance(act, Act) else "act"
    raise EvidenceError(name, tuple(problems))


def _no_actor(by: object) -> str:
    return f"by must be an Actor, not {by!r:.80}; a Desk takes plain names"


def _bad_time(case: Case, at: object) -> NoReturn:
    moment = must_be_aware(at)
    message = (
        f"at is {moment.isoformat()}, before the last entry of case '{case.id}' at "
        f"{case.updated_at.isoformat()}; history only goes forward"
    )
    raise TimeError(message)
