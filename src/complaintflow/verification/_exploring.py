"""
Everything a method can come to, for whoever builds on it: configurations, steps, shortest ways.

The kit for hosts makes its stories of it. A configuration is a state and the facts established in
it; what an act asks beyond facts is taken to be met, as evidence, ledger and people can be what
they have to be.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from complaintflow._case import Move
from complaintflow._method import Method
from complaintflow._requirements import Requirement
from complaintflow._value import Value
from complaintflow.errors import MethodError
from complaintflow.verification._space import At, Listed, TooMany
from complaintflow.verification._system import Arc, System, system_of


@frozen(eq=False, repr=False)
class Configuration(Value):
    """What a method's answers depend on, evidence and ledger aside."""

    state: str
    facts: frozenset[str]
    """What is established in this cycle."""

    def __str__(self) -> str:
        return f"{self.state} with {', '.join(sorted(self.facts)) or 'nothing'}"


@frozen(eq=False, repr=False)
class Passage(Value):
    """One step that can be taken."""

    trigger: str
    outcome: str | None
    """Which of its outcomes the act has. None: it has only one."""
    before: Configuration
    after: Configuration
    move: Move
    """What the engine records of it."""
    beyond: tuple[Requirement, ...]
    """What the act asks beyond facts, for this outcome."""


class Reachable:
    """
    Every configuration that can be reached, nearest first, with the shortest way to each.

    It is a snapshot of the method's machine as it was compiled when it was made.
    """

    def __init__(self, method: Method, system: System, listed: Listed) -> None:
        self.method = method
        self._system = system
        self._listed = listed
        self._named: dict[At, Configuration] = {}
        self._at: dict[Configuration, At] = {}
        for at in listed.came:
            named = Configuration(system.nodes[at[0]], system.names(at[1]))
            self._named[at] = named
            self._at[named] = at

    @property
    def configurations(self) -> tuple[Configuration, ...]:
        """Every configuration, nearest first; the first is that of a case just opened."""
        return tuple(self._named.values())

    def __len__(self) -> int:
        return len(self._named)

    def __contains__(self, configuration: object) -> bool:
        return configuration in self._at

    def story(self, configuration: Configuration) -> tuple[Passage, ...]:
        """
        Return the shortest way to a configuration, first step first; empty for the first one.

        KeyError where it cannot be reached.
        """
        return tuple(
            self._passage(leg.arc, leg.before)
            for leg in self._listed.trace(self._at[configuration]).legs
        )

    def passages(self, configuration: Configuration) -> Iterator[Passage]:
        """Yield every step that can be taken, in the order of the rules and their outcomes."""
        node, mask = self._at[configuration]
        for arc in self._system.arcs[node]:
            if arc.taken(mask) is not None:
                yield self._passage(arc, (node, mask))

    def _passage(self, arc: Arc, at: At) -> Passage:
        branch = arc.taken(at[1])
        assert branch is not None  # noqa: S101  (it was taken on the way)
        return Passage(
            arc.trigger,
            arc.outcome,
            self._named[at],
            self._named[branch.target, branch.after(at[1])],
            branch.move,
            arc.beyond,
        )


def explore(method: Method, *, at_most: int | None = None) -> Reachable:
    """
    Return everything that can be reached in a method.

    Args:
        method: the method.

        at_most: how many configurations are listed. None: all there are, however many.

    Raises:
        MethodError: there are more than *at_most*.
    """
    system = system_of(method)
    try:
        return Reachable(method, system, Listed(system, at_most=at_most))
    except TooMany:
        problem = f"it can come to more than {at_most} configurations of state and facts"
        raise MethodError(f"method '{method.name}'", (problem,)) from None
