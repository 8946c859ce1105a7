"""What may be done now: every act of a method, ready or not, and why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from attrs import field, frozen

from complaintflow._actors import Actor
from complaintflow._calendars import Calendars
from complaintflow._case import Case
from complaintflow._engine._machine import AskingEvent, MethodMachine, compiled, no_method
from complaintflow._engine._path import Path
from complaintflow._engine._reasons import (
    bad_time,
    barriers,
    could_be_met,
    has_edge,
    move_of,
    no_actor,
    no_case,
    not_now,
)
from complaintflow._method import Method
from complaintflow._requirements import Question, Requirement
from complaintflow._time import in_utc, must_be_aware
from complaintflow._value import Value
from complaintflow.errors import UNDECIDED, EvidenceError, Undecided, UnknownMethod, Unmet, Way


@frozen(eq=False, repr=False)
class Option(Value):
    """One act of the method, as it stands now."""

    trigger: str
    """The act."""

    ready: bool
    """True: it can be recorded now, if its evidence is right."""

    unmet: tuple[Unmet, ...] = ()
    """What stands in its way, whatever its evidence says. Empty where it is ready."""

    asks: tuple[Unmet, ...] = ()
    """What will be asked of its evidence."""

    outcomes: tuple[str, ...] = ()
    """The outcomes it could have now. Empty: it has only one, or is not ready."""

    _asked: Callable[[], Way | Undecided | None] | None = field(default=None, eq=False, repr=False)

    @property
    def way(self) -> Way | Undecided | None:
        """
        The steps that would make it ready, in order; searched for when read. Empty: it is ready.

        None: there is no road to it. UNDECIDED: the search met its bound first, or it is a
        watched invariant that stands in the way.
        """
        if self.ready:
            return ()
        return UNDECIDED if self._asked is None else self._asked()

    def __reduce__(self) -> tuple[object, ...]:
        # The search holds the case; what leaves the process is its result.
        told = (self.trigger, self.ready, self.unmet, self.asks, self.outcomes, self.way)
        return _option_of, told

    def __str__(self) -> str:
        if self.ready:
            return f"{self.trigger}: ready"
        return f"{self.trigger}: not yet: {'; '.join(unmet.text for unmet in self.unmet)}"


def _option_of(*told: Any) -> Option:
    trigger, ready, unmet, asks, outcomes, way = told
    return Option(trigger, ready, unmet, asks, outcomes, lambda: way)


def options(
    method: Method, case: Case, *, at: datetime, by: Actor, calendar: Calendars | None = None
) -> tuple[Option, ...]:
    """
    Return every act of the method in its order, ready or not, without refusing anything. Pure.

    An act is ready unless each of its outcomes lacks something that no evidence can bring.

    Raises:
        EvidenceError: *method* is no method, *case* no case, or *by* no actor.

        UnknownMethod: the case is bound to another method or version.

        TimeError: *at* is naive, or before the case's last entry.
    """
    problems = () if isinstance(method, Method) else (no_method(method),)
    if not isinstance(case, Case):
        problems += (no_case(case),)
    if not isinstance(by, Actor):
        problems += (no_actor(by),)
    if problems:
        raise EvidenceError("options", problems)
    machine = compiled(method)
    if case.pin != machine.pin:
        raise UnknownMethod(case.pin, (machine.pin,))
    at = in_utc(must_be_aware(at))
    if at < case.updated_at:
        bad_time(case, at)
    question = Question(method, case, None, at, by, calendar)
    return tuple(_option(machine, event, question) for event in machine.acts.values())


def _option(machine: MethodMachine, event: AskingEvent, question: Question) -> Option:
    barred = barriers(event, question)
    lacking: dict[str | None, list[Requirement]] = {}
    ready = []
    for outcome, path in event.leading.items():
        lacking[outcome] = _lacking(path, question)
        if not lacking[outcome] and has_edge(event, outcome, question) and not barred:
            ready.append(outcome)
    barring: tuple[Unmet, ...] = ()
    if ready and machine.watched:
        bars = {outcome: _bars(machine, event, outcome, question) for outcome in ready}
        barring = bars[ready[0]]
        ready = [outcome for outcome in ready if not bars[outcome]]
    if ready:
        return Option(
            event.name,
            ready=True,
            asks=_asks(event, ready, question),
            outcomes=tuple(outcome for outcome in ready if outcome is not None),
        )
    if barring:
        return Option(event.name, ready=False, unmet=barring)
    nearest = min(lacking, key=lambda o: (not has_edge(event, o, question), len(lacking[o])))
    unmet = (*barred, *(r.unmet(question) for r in _shared(lacking) or lacking[nearest]))
    if not unmet or (question.case.is_closed and not has_edge(event, nearest, question)):
        unmet += (not_now(machine, event, nearest, question),)

    def search() -> Way | Undecided | None:
        from complaintflow._engine._way import way_to_outcome

        return way_to_outcome(machine, question, event.name, nearest)

    return Option(event.name, ready=False, unmet=unmet, asked=search)


def _bars(
    machine: MethodMachine, event: AskingEvent, outcome: str | None, question: Question
) -> tuple[Unmet, ...]:
    move = move_of(event, outcome, question)
    # Nothing but the name of the act is read of it.
    asked = Question(
        question.method, question.case, event.rule.act, question.at, question.by, question.calendar
    )
    return () if move is None else machine.watch(asked, move)[2]


def _lacking(path: Path, question: Question) -> list[Requirement]:
    waived = question.case.ledger.waived
    return [
        requirement
        for requirement in path.requirements
        if requirement.code not in waived and not could_be_met(requirement, question)
    ]


def _shared(lacking: dict[str | None, list[Requirement]]) -> list[Requirement]:
    first, *others = lacking.values()
    return [r for r in first if all(r in other for other in others)]


def _asks(event: AskingEvent, ready: list[str | None], question: Question) -> tuple[Unmet, ...]:
    asked = dict.fromkeys(
        requirement
        for outcome in ready
        for requirement in event.paths[outcome].requirements
        if "evidence" in requirement.reads and requirement.code not in question.case.ledger.waived
    )
    customer = question.case.customer
    return tuple(
        Unmet(
            r.code,
            r.text.replace("{customer}", customer),
            r.cites,
            r.satisfied_by,
            fields=r.fields,
        )
        for r in asked
    )
