"""Why not: the reasons that a refusal and an option have in common."""

from __future__ import annotations

from typing import NoReturn

from complaintflow._actors import Actor, Kind
from complaintflow._case import Case, Move
from complaintflow._engine._machine import AskingEvent, MethodMachine
from complaintflow._evidence._checks import text_problem
from complaintflow._requirements import Question, Requirement
from complaintflow._spelling import listed
from complaintflow._time import must_be_aware
from complaintflow.acts import Act
from complaintflow.errors import EvidenceError, TimeError, Unmet


def barriers(event: AskingEvent, question: Question) -> tuple[Unmet, ...]:
    """Return why the actor cannot record the act at all; nothing where they can."""
    return barriers_for(event.name, event.recorded_by, question.by)


def barriers_for(trigger: str, recorded_by: frozenset[Kind], by: Actor) -> tuple[Unmet, ...]:
    """Return why an actor cannot record an act that some kinds can; nothing where they can."""
    found = []
    if by.may is not None and trigger not in by.may:
        found.append(Unmet("not_allowed", f"{by.id} may not {trigger}; ask somebody who may"))
    if by.kind not in recorded_by:
        kinds = " or ".join(sorted(recorded_by))
        told = f"it takes a {kinds} to record it, and {by.id} is a {by.kind}"
        found.append(Unmet("not_theirs", told))
    return tuple(found)


def not_now(
    machine: MethodMachine, event: AskingEvent, outcome: str | None, question: Question
) -> Unmet:
    """Return the no of an act that no edge has in the present state."""
    state = question.case.state
    about = f"{event.name} ({outcome})" if outcome else event.name
    if question.case.is_closed:
        # Where else it would be possible helps nobody before it is reopened.
        return Unmet("not_now", f"the case is over; {about} is not possible while {state}")
    where = dict.fromkeys(
        name
        for name in machine.states
        for t in event.transitions.get(name, ())
        if outcome in t.moves
    )
    if not where:
        return Unmet("not_now", f"{about} is never possible, and the case is {state}")
    it_can_be = f"it can come out as {outcome}" if outcome else "it is possible"
    told = f"{it_can_be} while {listed(where, 'or')}, and the case is {state}"
    return Unmet("not_now", told)


def move_of(event: AskingEvent, outcome: str | None, question: Question) -> Move | None:
    """Return where an act with this outcome leads from the present state. None: nowhere."""
    case = question.case
    for transition in event.transitions.get(case.state, ()):
        if outcome in transition.moves and transition.given <= case.facts:
            return transition.moves[outcome]
    return None


def has_edge(event: AskingEvent, outcome: str | None, question: Question) -> bool:
    """Return whether an act with this outcome leads anywhere from the present state."""
    return move_of(event, outcome, question) is not None


def could_be_met(requirement: Requirement, question: Question) -> bool:
    """Return whether some evidence could meet a requirement, as things are."""
    if "evidence" not in requirement.reads:
        return requirement.met(question)
    return requirement.standing is None or requirement.standing(question)


def bad_time(case: Case, at: object) -> NoReturn:
    """Say that a moment is no time, or before the last entry of a case."""
    moment = must_be_aware(at)
    message = (
        f"at is {moment.isoformat()}, before the last entry of case '{case.id}' at "
        f"{case.updated_at.isoformat()}; history only goes forward"
    )
    raise TimeError(message)


def check_act(act: object) -> None:
    """Raise `EvidenceError` where something is no act."""
    if not isinstance(act, Act) or not act.trigger:
        raise EvidenceError("act", (no_act(act),))


def check_new_id(case_id: object) -> None:
    """Raise `EvidenceError` where no case can be opened with an id."""
    if text_problem(case_id):
        raise EvidenceError("open", (no_id(case_id),))


def no_act(act: object) -> str:
    """Return what to say of something that is no act."""
    if isinstance(act, type) and issubclass(act, Act) and act.trigger:
        return f"{act.__name__} is the class: give one of it, {act.__name__}(...)"
    return f"expected an act such as Listen(account=...), not {act!r:.80}"


def no_id(case_id: object) -> str:
    """Return what to say of something that cannot be the id of a case."""
    return f"the id of a case must be a text that says something, not {case_id!r:.80}"


def no_actor(by: object) -> str:
    """Return what to say of something that is no actor."""
    return f"by must be an Actor, not {by!r:.80}; a Desk takes plain names"


def no_case(case: object) -> str:
    """Return what to say of something that is no case."""
    return f"expected a Case, such as Case.open(entry) or Desk.get(id) return, not {case!r:.80}"
