"""What a check looks at: a method, what can be reached in it, and how that is told as a story."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from itertools import product as every_choice
from typing import Literal

from complaintflow._case import NOTHING
from complaintflow._invariants import Invariant, kind_of
from complaintflow._method import Method
from complaintflow.verification._monitoring import PLACES, Walk, counterexample
from complaintflow.verification._packed import Packed
from complaintflow.verification._refined import WIDEST, Refined
from complaintflow.verification._report import Turn
from complaintflow.verification._space import (
    AT_MOST,
    Cube,
    Leg,
    Listed,
    Space,
    TooMany,
    Trace,
)
from complaintflow.verification._system import Arc, Branch, Monitor, System, bits_of

Step = tuple[int, str, str | None, int]
"""What tells a step from the others: the node, the act, its outcome and the edge."""


def step_of(node: int, arc: Arc, branch: Branch) -> Step:
    """Return what tells a step from the others."""
    return node, arc.trigger, arc.outcome, branch.edge


class Subject:
    """A method, or one with a change to it, and everything that can be reached in it."""

    def __init__(
        self, method: Method, system: System, *, at_most: int = AT_MOST, widest: int = WIDEST
    ) -> None:
        self.method = method
        self.system = system
        self.at_most = at_most
        self.widest = widest

    @cached_property
    def space(self) -> Space:
        """Everything that can be reached, by the search that it takes."""
        try:
            return Listed(self.system, at_most=self.at_most)
        except TooMany:
            wide = len(self.system.facts) > self.widest
            return Refined(self.system, widest=self.widest) if wide else Packed(self.system)

    @cached_property
    def is_wide(self) -> bool:
        """True: there is too much to be listed; of a change to a method, as of the method."""
        return not isinstance(self.space, Listed)

    @property
    def searched(self) -> Literal["listed", "packed", "refined"]:
        """The name of the search."""
        if isinstance(self.space, Listed):
            return "listed"
        return "packed" if isinstance(self.space, Packed) else "refined"

    @property
    def configurations(self) -> int | None:
        """How many configurations there are. None: they were not counted."""
        if isinstance(self.space, Listed):
            return len(self.space.came)
        if isinstance(self.space, Packed):
            return sum(sets.bit_count() for sets in self.space.reached.values())
        return None

    def changed(self, change: Callable[[Arc], Arc | None]) -> Subject:
        """Return the same with each arc changed, or left out where it is None."""
        return self.of(self.system.changed(change))

    def of(self, system: System) -> Subject:
        """Return another system of the same method, to be searched alike."""
        other = Subject(self.method, system, at_most=self.at_most, widest=self.widest)
        other.is_wide = self.is_wide
        return other

    def arcs(self) -> Iterator[tuple[int, Arc]]:
        """Yield every arc with its node, in the order of states and rules."""
        for node, arcs in enumerate(self.system.arcs):
            for arc in arcs:
                yield node, arc

    # -- questions ------------------------------------------------------------------------------

    def first(self, goals: Iterable[Cube]) -> Trace | None:
        """Return the shortest way to one of the goals. None: none of them can be reached."""
        asked = list(goals)
        return self.space.first(asked) if asked else None

    def first_taking(
        self,
        wanted: Callable[[Arc, Branch], bool],
        *,
        has: int = 0,
        lacks: Iterable[int] = (0,),
        on: Space | None = None,
    ) -> Trace | None:
        """
        Return the shortest story that ends with a certain step. None: it is never taken.

        Args:
            wanted: which step.

            has: facts that hold before it, as bits.

            lacks: facts that are missing before it, as bits; each of them is tried.

            on: where to look for what comes before it. None: here.
        """
        goals: dict[int, list[tuple[Cube, Arc, Branch]]] = {}
        for node, arc in self.arcs():
            for branch in arc.branches:
                if wanted(arc, branch):
                    for cube in taking(node, arc, branch):
                        for lack in lacks:
                            if not cube.has & lack and not cube.lacks & has:
                                told = Cube(node, cube.has | has, cube.lacks | lack)
                                goals.setdefault(node, []).append((told, arc, branch))
        asked = [cube for each in goals.values() for cube, _, _ in each]
        trace = (self.space if on is None else on).first(asked) if asked else None
        if trace is None:
            return None
        node, mask = trace.end
        arc, branch = next((a, b) for cube, a, b in goals[node] if cube.holds(trace.end))
        leg = Leg(arc, branch, trace.end, (branch.target, branch.after(mask)))
        return Trace(leg.after, (*trace.legs, leg))

    def counterexample(self, invariant: Invariant) -> Trace | None:
        """Return the shortest story that breaks an invariant. None: none does."""
        if invariant.template == "never":
            bits = [self.system.bits([fact]) for fact in invariant.facts]
            return self.first_taking(
                lambda arc, _: bool(kind_of(invariant, arc.trigger, arc.outcome)), lacks=bits
            )
        return self.breaking(monitor_of(invariant, self.method))

    def breaking(self, monitor: Monitor) -> Trace | None:
        """Return the shortest story that breaks a monitor's sentence. None: none does."""
        walk = self.walk(monitor)
        return counterexample(self.space, monitor) if walk is None else walk.broken

    def _listed(self) -> Listed:
        if not isinstance(self.space, Listed):
            raise TooMany
        return self.space

    def walk(self, monitor: Monitor) -> Walk | None:
        """Return a monitor's walk along everything that can be reached. None: it is too long."""
        if self.is_wide:
            return None
        try:
            return Walk(
                self.system,
                monitor,
                self._listed,
                at_most=self.at_most * PLACES,
            )
        except TooMany:
            return None

    @cached_property
    def taken(self) -> frozenset[Step]:
        """The steps that are taken in some story."""
        if not isinstance(self.space, Listed):
            return frozenset(
                step_of(node, arc, branch)
                for node, arc in self.arcs()
                for branch in arc.branches
                if self.first(taking(node, arc, branch)) is not None
            )
        left = [[(arc, len(arc.branches)) for arc in arcs] for arcs in self.system.arcs]
        found: set[Step] = set()
        for node, mask in self.space.came:
            still = []
            for arc, count in left[node]:
                branch = arc.taken(mask)
                if branch is not None and (step := step_of(node, arc, branch)) not in found:
                    found.add(step)
                    count -= 1  # noqa: PLW2901  (how many branches are left to find)
                if count:
                    still.append((arc, count))
            left[node] = still
        return frozenset(found)

    # -- telling --------------------------------------------------------------------------------

    def told(self, trace: Trace | None) -> tuple[Turn, ...]:
        """Return a way as a story, with every fact that it establishes on the road."""
        if trace is None:
            return ()
        facts, turns = NOTHING, []
        for leg in trace.legs:
            move = leg.branch.move
            after = move.after(facts)
            new = after if move.begins_cycle else after - facts
            turns.append(
                Turn(
                    leg.arc.trigger,
                    leg.arc.outcome,
                    move.source,
                    move.target,
                    self._ordered(new),
                    self._ordered(facts - after),
                    move.begins_cycle,
                )
            )
            facts = after
        return tuple(turns)

    def _ordered(self, facts: frozenset[str]) -> tuple[str, ...]:
        return tuple(fact.name for fact in self.method.facts if fact.name in facts)


def taking(node: int, arc: Arc, wanted: Branch) -> Iterator[Cube]:
    """Yield the configurations in which an arc is possible and this branch is the one taken."""
    has = arc.needs | wanted.given
    earlier = []
    for branch in arc.branches:
        if branch is wanted:
            break
        left = branch.given & ~has
        if not left:
            return  # an earlier one is always taken
        earlier.append(bits_of(left))
    for lacking in every_choice(*earlier):
        yield Cube(node, has, sum(set(lacking)))


def refusing(node: int, arc: Arc) -> Iterator[Cube]:
    """Yield the configurations in which an arc is not possible."""
    for fact in bits_of(arc.needs):
        yield Cube(node, 0, fact)
    for lacking in every_choice(*(bits_of(branch.given) for branch in arc.branches)):
        yield Cube(node, 0, sum(set(lacking)))


def monitor_of(invariant: Invariant, method: Method) -> Monitor:
    """Return the monitor of an invariant that is no `never`."""

    @cache
    def kind(trigger: str, outcome: str | None) -> int:
        return kind_of(invariant, trigger, outcome)

    return Monitor(
        invariant.table,
        lambda arc, _: kind(arc.trigger, arc.outcome),
        method.final,
        each_cycle=invariant.each_cycle,
    )
