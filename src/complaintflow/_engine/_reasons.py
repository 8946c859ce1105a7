"""Why not: the reasons that a refusal and an option have in common."""

from __future__ import annotations

from complaintflow._actors import Actor, Kind
from complaintflow._case import Move
from complaintflow._engine._machine import AskingEvent, MethodMachine
from complaintflow._requirements import Question, Requirement
from complaintflow.errors import Unmet


def barriers(event: AskingEvent, question: Question) -> tuple[Unmet, ...]:
    """Return why the actor cannot record the act at all; nothing where they can."""
    return barriers_for(event.name, event.recorded_by, question.by)


def barriers_for(trigger: str, recorded_by: frozenset[Kind], by: Actor) -> tuple[Unmet, ...]:
    """Return why an actor cannot record an act that some kinds can; nothing where they can."""
    found = []
    if by.may is not None and trigger not in by.may:
        found.append(Unmet("not_allowed", f"{by.id} may not {trigger}"))
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
    where = dict.fromkeys(
        name
        for name in machine.states
        for t in event.transitions.get(name, ())
        if outcome in t.moves
    )
    about = f" ({outcome})" if outcome else ""
    told = f"it is possible while {' or '.join(where)}" if where else "it never is"
    over = "the case is over; " if question.case.is_closed else ""
    return Unmet("not_now", f"{over}{event.name}{about} is not possible while {state}: {told}")


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
