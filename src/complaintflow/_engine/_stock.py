"""A stock `transitions` machine of a method, for hosts that want its API; also our oracle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from transitions import EventData, Machine

from complaintflow._engine._machine import NOTHING, Path, outcomes_of, path_of
from complaintflow._method import Method

M = TypeVar("M", bound=Machine)


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
    """
    made = cls(
        **{
            "model": None,
            "states": [{"name": s.name, "final": s.final} for s in method.states],
            "initial": method.initial,
            "auto_transitions": False,
            "send_event": True,
            **options,
        }
    )
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
