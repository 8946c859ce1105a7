"""
What can be reached, one configuration at a time: a dictionary of them, nearest first.

A configuration is a node and a set of facts as bits. This is the search for the ordinary method;
a wide one is searched by whole sets of them, or by a few of its facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from attrs import frozen

from complaintflow.verification._system import Arc, Branch, System

At = tuple[int, int]
"""A node and the facts that hold in it, as bits."""

AT_MOST = 5_000
"""How many configurations are listed one by one; a method with more is searched by sets."""


@frozen
class Cube:
    """The configurations of a node that have some facts and lack others."""

    node: int
    has: int = 0
    lacks: int = 0

    def holds(self, at: At) -> bool:
        """Return whether a configuration is one of them."""
        node, mask = at
        return node == self.node and mask & self.has == self.has and not mask & self.lacks


@frozen(eq=False)
class Leg:
    """One step of a trace: what was done, and where it led."""

    arc: Arc
    branch: Branch
    before: At
    after: At


@frozen(eq=False)
class Trace:
    """The shortest way to a configuration."""

    end: At
    legs: tuple[Leg, ...] = ()


class Undecided(Exception):
    """The search cannot tell; its text says why."""


class Space(Protocol):
    """Everything that can be reached in a system."""

    system: System

    def first(self, goals: Sequence[Cube]) -> Trace | None:
        """
        Return the shortest way to one of the goals. None: none of them can be reached.

        Raises:
            Undecided: it cannot be told.
        """
        ...

    def lost(
        self, ends: frozenset[int], *, stuck: bool, onward: System | None = None
    ) -> tuple[Trace, ...]:
        """
        Return the shortest way to each node where no end can be reached any more, nearest first.

        Args:
            ends: the nodes that should stay reachable.

            stuck: whether nothing can change there at all; False: something can.

            onward: what is left of the system from there on. None: all of it.

        Raises:
            Undecided: it cannot be told.
        """
        ...


def movers(system: System) -> tuple[tuple[Arc, ...], ...]:
    """Return the arcs of each node that can change something, the same change only once."""
    whole = (1 << len(system.facts)) - 1

    def changing(node: int) -> tuple[Arc, ...]:
        found: dict[object, Arc] = {}
        for arc in system.arcs[node]:
            effects = tuple((b.given, b.keep, b.add, b.target) for b in arc.branches)
            if any((keep, add, to) != (whole, 0, node) for _, keep, add, to in effects):
                found.setdefault((arc.needs, effects), arc)
        return tuple(found.values())

    return tuple(changing(node) for node in range(len(system.nodes)))


LaidOut = tuple[int, tuple[tuple[int, int, int, int, Branch], ...], Arc]
"""An arc with all that is read of it in the innermost loop."""


def _laid_out(arc: Arc) -> LaidOut:
    return arc.needs, tuple((b.given, b.keep, b.add, b.target, b) for b in arc.branches), arc


def _all_laid_out(system: System) -> tuple[tuple[LaidOut, ...], ...]:
    return tuple(tuple(map(_laid_out, arcs)) for arcs in movers(system))


class TooMany(Exception):
    """There are more configurations than are to be listed."""


class Listed:
    """What can be reached, as a list of configurations."""

    def __init__(self, system: System, *, at_most: int | None = None) -> None:
        """
        Go through everything, nearest first.

        Args:
            system: what is searched.

            at_most: how many configurations are listed. None: all there are.

        Raises:
            TooMany: there are more.
        """
        self.system = system
        start: At = (system.start, 0)
        self.came: dict[At, tuple[At, Arc, Branch] | None] = {start: None}
        """For each configuration the one before it, nearest first; None for the first."""
        self.moving = _all_laid_out(system)
        order = [start]
        came, moving = self.came, self.moving
        for here in order:
            node, mask = here
            for needs, branches, arc in moving[node]:
                if mask & needs != needs:
                    continue
                for given, keep, add, target, branch in branches:
                    if mask & given == given:
                        there = (target, mask & keep | add)
                        if there not in came:
                            came[there] = (here, arc, branch)
                            order.append(there)
                        break
            if at_most is not None and len(order) > at_most:
                raise TooMany

    def trace(self, end: At) -> Trace:
        """Return the shortest way to a configuration that was listed."""
        legs = []
        here = end
        while (before := self.came[here]) is not None:
            origin, arc, branch = before
            legs.append(Leg(arc, branch, origin, here))
            here = origin
        return Trace(end, tuple(reversed(legs)))

    def first(self, goals: Sequence[Cube]) -> Trace | None:
        """Return the shortest way to one of the goals."""
        wanted: dict[int, list[Cube]] = {}
        for goal in goals:
            wanted.setdefault(goal.node, []).append(goal)
        for at in self.came:
            if at[0] in wanted and any(goal.holds(at) for goal in wanted[at[0]]):
                return self.trace(at)
        return None

    def lost(
        self, ends: frozenset[int], *, stuck: bool, onward: System | None = None
    ) -> tuple[Trace, ...]:
        """Return the shortest way to each node where no end can be reached any more."""
        moving = self.moving if onward is None else _all_laid_out(onward)
        after = {at: _after(at, moving[at[0]]) for at in self.came}
        before: dict[At, list[At]] = {at: [] for at in self.came}
        for at, reached in after.items():
            for there in reached:
                before[there].append(at)
        saved = {at for at in self.came if at[0] in ends}
        waiting = list(saved)
        while waiting:
            for at in before[waiting.pop()]:
                if at not in saved:
                    saved.add(at)
                    waiting.append(at)
        found: dict[int, Trace] = {}
        for at in self.came:
            if at[0] not in found and at not in saved and stuck == (not after[at]):
                found[at[0]] = self.trace(at)
        return tuple(found.values())


def _after(at: At, moving: tuple[LaidOut, ...]) -> set[At]:
    """Return what comes next, the same configuration apart."""
    _, mask = at
    found = set()
    for needs, branches, _ in moving:
        if mask & needs == needs:
            for given, keep, add, target, _branch in branches:
                if mask & given == given:
                    found.add((target, mask & keep | add))
                    break
    found.discard(at)
    return found
