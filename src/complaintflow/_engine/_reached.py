"""
What a method can come to, and what earns a fact in it, read off its machine.

The same paths and transitions as a decision takes; what is asked beyond facts is taken to be met.
"""

from __future__ import annotations

from collections import defaultdict

from complaintflow._engine._machine import AskingEvent, MethodMachine
from complaintflow._engine._path import NOTHING, Path
from complaintflow._method import Method
from complaintflow.acts import Act

BOUND = 20_000
"""How many configurations are looked at before the search is given up as undecided."""

Earning = tuple[type[Act], str | None]
"""An act, and which of its outcomes."""


def reached(
    machine: MethodMachine, method: Method, waived: frozenset[str]
) -> dict[str, set[frozenset[str]]] | None:
    """
    Return the sets of facts that a case can have in each state. None: there are too many.

    Args:
        machine: the machine of the method.

        method: the method.

        waived: the codes of requirements that are done without.
    """
    steps = _steps(machine, waived)
    found: dict[str, set[frozenset[str]]] = defaultdict(set)
    found[method.initial].add(NOTHING)
    waiting = [(method.initial, NOTHING)]
    seen = 1
    while waiting:
        state, facts = waiting.pop()
        for event, outcome, needs in steps[state]:
            if not needs <= facts:
                continue
            for transition in event.transitions[state]:
                move = transition.moves.get(outcome)
                if move is None or not transition.given <= facts:
                    continue
                after = move.after(facts)
                if after not in found[move.target]:
                    found[move.target].add(after)
                    waiting.append((move.target, after))
                    seen += 1
                break
        if seen > BOUND:
            return None
    return found


def _steps(
    machine: MethodMachine, waived: frozenset[str]
) -> dict[str, list[tuple[AskingEvent, str | None, frozenset[str]]]]:
    """Return what can be tried in each state, each with the facts it needs."""
    steps: dict[str, list[tuple[AskingEvent, str | None, frozenset[str]]]] = defaultdict(list)
    for event in machine.events.values():
        for outcome, path in event.leading.items():
            needs = _needed(path, waived)
            for state, transitions in event.transitions.items():
                if any(outcome in transition.moves for transition in transitions):
                    steps[state].append((event, outcome, needs))
    return steps


def _needed(path: Path, waived: frozenset[str]) -> frozenset[str]:
    if not waived:
        return path.facts
    return frozenset(
        r.fact for r in path.requirements if r.fact is not None and r.code not in waived
    )


def earning(machine: MethodMachine, fact: str) -> tuple[Earning, ...]:
    """Return every act, with its outcome, that establishes a fact."""
    return tuple(
        (act, outcome)
        for act, event in machine.acts.items()
        for outcome, path in event.paths.items()
        if fact in path.establishes
    )


def earns(machine: MethodMachine, how: Earning, fact: str) -> bool:
    """Return whether an act with an outcome establishes a fact."""
    act, outcome = how
    event = machine.acts.get(act)
    path = None if event is None else event.paths.get(outcome)
    return path is not None and fact in path.establishes


def reads_alike(one: MethodMachine, other: MethodMachine, act: type[Act]) -> bool:
    """Return whether two methods read the outcome of an act in the same way."""
    return act in one.acts and act in other.acts and one.acts[act].reads == other.acts[act].reads
