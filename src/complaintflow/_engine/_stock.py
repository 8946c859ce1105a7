"""A stock `transitions` machine of a method, for hosts that want its API; also our oracle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from transitions import EventData, Machine, MachineError

from complaintflow._engine._machine import no_method
from complaintflow._engine._path import NOTHING, Path, outcomes_of, path_of
from complaintflow._method import Method
from complaintflow._spelling import did_you_mean
from complaintflow.errors import EvidenceError, UnsupportedOption

M = TypeVar("M", bound=Machine)

_OF_THE_METHOD = ("states", "transitions", "ordered_transitions")


def machine(method: Method, cls: type[M] = Machine, **options: Any) -> M:  # type: ignore[assignment]
    """
    Return a fresh machine of the class *cls* with the states and edges of a method.

    It belongs to the caller, who may register models and add callbacks; nothing is shared with
    the library. It knows the part of a method that is about states and facts: a model carries
    its facts as a set of names in `facts`, and a trigger takes the outcome of the act, as in
    `ticket.listen(outcome="finished")`. Evidence, ledger, authority and time are asked by
    `decide` alone.

    Args:
        method: the method.

        cls: a `transitions` machine class: `Machine`, `GraphMachine`, a subclass of one's own.

        options: handed to *cls*, over our own `model=None`, `auto_transitions=False` and
            `send_event=True`.

    Raises:
        EvidenceError: *method* is no method, or *cls* no class of machines.

        UnsupportedOption: an option would take the place of the method's states, or *cls* does
            not take one.
    """
    problems = () if isinstance(method, Method) else (no_method(method),)
    if not (isinstance(cls, type) and issubclass(cls, Machine)):
        problems += (f"cls must be a class of `transitions` machines, not {cls!r:.80}",)
    if problems:
        raise EvidenceError("machine", problems)
    _check_options(method, options)
    own = {
        "model": None,
        "states": [{"name": s.name, "final": s.final} for s in method.states],
        "initial": method.initial,
        "auto_transitions": False,
        "send_event": True,
    }
    try:
        made = cls(**(own | options))
    except (AttributeError, MachineError, TypeError, ValueError) as error:
        message = f"{cls.__name__} does not take {', '.join(options) or 'a method'}: {error}"
        raise UnsupportedOption(message) from error
    for edge in method.edges:
        rule = method.rule(edge.trigger)
        for outcome in outcomes_of(rule):
            if edge.outcome not in (None, outcome):
                continue
            path = path_of(method, rule, outcome)
            for source in edge.sources:
                made.add_transition(
                    edge.trigger,
                    source,
                    edge.target or source,
                    conditions=_conditions(outcome, path.facts, edge.given),
                    after=_keeping(path),
                )
    return made


def _check_options(method: Method, options: Mapping[str, object]) -> None:
    if taken := [name for name in _OF_THE_METHOD if name in options]:
        message = f"machine(...) takes its {' and '.join(taken)} from the method; leave them out"
        raise UnsupportedOption(message)
    names = [state.name for state in method.states]
    initial = options.get("initial", method.initial)
    if initial not in names:  # `transitions` would add it as a new state
        hint = did_you_mean(initial, names)
        message = f"{method.name} has no state {initial!r:.40}{hint}; it has: {', '.join(names)}"
        raise UnsupportedOption(message)


def _conditions(
    outcome: str | None, facts: frozenset[str], given: frozenset[str]
) -> list[str | Callable[..., bool | None]]:
    conditions: list[str | Callable[..., bool | None]] = [
        _has(fact) for fact in sorted(facts | given)
    ]
    return conditions if outcome is None else [_came_out(outcome), *conditions]


def _came_out(outcome: str) -> Callable[[EventData], bool]:
    def condition(event: EventData) -> bool:
        return bool(event.kwargs.get("outcome") == outcome)

    condition.__name__ = outcome
    return condition


def _has(fact: str) -> Callable[[EventData], bool]:
    def condition(event: EventData) -> bool:
        return fact in getattr(event.model, "facts", NOTHING)

    condition.__name__ = fact
    return condition


def _keeping(path: Path) -> Callable[[EventData], None]:
    def keep(event: EventData) -> None:
        model: Any = event.model
        before = NOTHING if path.begins_cycle else frozenset(getattr(model, "facts", NOTHING))
        model.facts = (before - path.clears) | path.establishes

    keep.__name__ = "keep_facts"
    return keep
