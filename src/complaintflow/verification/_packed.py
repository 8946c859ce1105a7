"""
What can be reached, by whole sets: one number of 2**F bits for each node.

A set of sets of facts is one whole number; bit *m* of it stands for the facts *m*. What a method
asks and establishes are a few operations on such numbers, whatever they hold. Each layer of the
search is kept, so that a shortest way can be walked back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from complaintflow.verification._space import At, Cube, Leg, Trace, movers
from complaintflow.verification._system import Arc, Branch, System

Sets = dict[int, int]
"""For each node a set of sets of facts."""


class _Bits:
    """The operations on sets of sets of so many facts."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.all = (1 << (1 << width)) - 1
        self.has = tuple(self._having(i) for i in range(width))
        """For each fact the sets that have it."""
        self.lacks = tuple(self.all ^ having for having in self.has)
        self.cube = cache(self._cube)

    def _having(self, i: int) -> int:
        span = 1 << i
        pattern = ((1 << span) - 1) << span
        for doubled in range(i + 1, self.width):
            pattern |= pattern << (1 << doubled)
        return pattern

    def _cube(self, has: int, lacks: int = 0) -> int:
        sets = self.all
        for i in range(self.width):
            if has >> i & 1:
                sets &= self.has[i]
            if lacks >> i & 1:
                sets &= self.lacks[i]
        return sets

    def after(self, sets: int, branch: Branch) -> int:
        """Return what sets become by a branch."""
        if not branch.keep:
            return 1 << branch.add if sets else 0
        for i in range(self.width):
            if branch.add >> i & 1:
                sets = (sets & self.has[i]) | ((sets & self.lacks[i]) << (1 << i))
            elif not branch.keep >> i & 1:
                sets = (sets & self.lacks[i]) | ((sets & self.has[i]) >> (1 << i))
        return sets

    def before(self, sets: int, branch: Branch) -> int:
        """Return what becomes one of these sets by a branch, where it is taken."""
        if not branch.keep:
            return self.all if sets >> branch.add & 1 else 0
        for i in range(self.width):
            if branch.add >> i & 1:
                sets &= self.has[i]
                sets |= sets >> (1 << i)
            elif not branch.keep >> i & 1:
                sets &= self.lacks[i]
                sets |= sets << (1 << i)
        return sets

    def unchanged(self, branch: Branch) -> int:
        """Return the sets that a branch leaves as they are."""
        return self.cube(branch.add, ~branch.keep & ~branch.add & ((1 << self.width) - 1))


@cache
def _bits(width: int) -> _Bits:
    return _Bits(width)


class Packed:
    """What can be reached, layer by layer, as one number for each node."""

    def __init__(self, system: System, *, goals: Sequence[Cube] = ()) -> None:
        """
        Go through everything, or as far as the first layer with one of the goals in it.

        Args:
            system: what is searched.

            goals: where to stop. Empty: nowhere.
        """
        self.system = system
        self.bits = bits = _bits(len(system.facts))
        self.moving = movers(system)
        self.layers: list[Sets] = [{system.start: 1}]
        self.reached: Sets = {system.start: 1}
        while self.layers[-1] and not (goals and self._within(self.layers[-1], goals)):
            found: Sets = {}
            for node, sets in self.layers[-1].items():
                for arc in self.moving[node]:
                    for branch, taking in self._taking(arc, sets):
                        after = bits.after(taking, branch) & ~self.reached.get(branch.target, 0)
                        if after:
                            found[branch.target] = found.get(branch.target, 0) | after
            for node, sets in found.items():
                self.reached[node] = self.reached.get(node, 0) | sets
            self.layers.append(found)

    def _taking(self, arc: Arc, sets: int) -> Iterator[tuple[Branch, int]]:
        """Yield the branches of an arc, each with the sets that take it."""
        left = sets & self.bits.cube(arc.needs)
        for branch in arc.branches:
            taking = left & self.bits.cube(branch.given)
            if taking:
                yield branch, taking
                left ^= taking

    def _within(self, layer: Sets, goals: Sequence[Cube]) -> At | None:
        for goal in goals:
            sets = layer.get(goal.node, 0) & self.bits.cube(goal.has, goal.lacks)
            if sets:
                return goal.node, _lowest(sets)
        return None

    def first(self, goals: Sequence[Cube]) -> Trace | None:
        """Return the shortest way to one of the goals."""
        for depth, layer in enumerate(self.layers):
            at = self._within(layer, goals)
            if at is not None:
                return self._trace(depth, at)
        return None

    def _trace(self, depth: int, end: At) -> Trace:
        legs = []
        here = end
        for layer in reversed(self.layers[:depth]):
            leg = next(self._legs(layer, here))
            legs.append(leg)
            here = leg.before
        return Trace(end, tuple(reversed(legs)))

    def _legs(self, layer: Sets, after: At) -> Iterator[Leg]:
        """Yield the steps from a layer to a configuration of the next one."""
        target, mask = after
        for node, sets in layer.items():
            for arc in self.moving[node]:
                for branch, taking in self._taking(arc, sets):
                    if branch.target == target:
                        origin = taking & self.bits.before(1 << mask, branch)
                        if origin:
                            yield Leg(arc, branch, (node, _lowest(origin)), after)

    def lost(
        self, ends: frozenset[int], *, stuck: bool, onward: System | None = None
    ) -> tuple[Trace, ...]:
        """Return the shortest way to each node where no end can be reached any more."""
        moving = self.moving if onward is None else movers(onward)
        saved = self._saved(ends, moving)
        left = {node: sets & ~saved.get(node, 0) for node, sets in self.reached.items()}
        for node, sets in left.items():
            able = self._able(node, sets, moving[node])
            left[node] = sets & ~able if stuck else able
        found: dict[int, Trace] = {}
        for depth, layer in enumerate(self.layers):
            for node, sets in layer.items():
                if node not in found and (hit := sets & left[node]):
                    found[node] = self._trace(depth, (node, _lowest(hit)))
        return tuple(found.values())

    def _able(self, node: int, sets: int, moving: tuple[Arc, ...]) -> int:
        """Return those of the sets from which something can change."""
        able = 0
        for arc in moving:
            for branch, taking in self._taking(arc, sets):
                stays = self.bits.unchanged(branch) if branch.target == node else 0
                able |= taking & ~stays
        return able

    def _saved(self, ends: frozenset[int], moving: tuple[tuple[Arc, ...], ...]) -> Sets:
        """Return what an end can be reached from."""
        saved = {node: sets for node, sets in self.reached.items() if node in ends}
        grows = True
        while grows:
            grows = False
            for node, sets in self.reached.items():
                known = saved.get(node, 0)
                for arc in moving[node]:
                    for branch, taking in self._taking(arc, sets & ~known):
                        known |= taking & self.bits.before(saved.get(branch.target, 0), branch)
                if known != saved.get(node, 0):
                    saved[node] = known
                    grows = True
        return saved


def _lowest(sets: int) -> int:
    """Return one of the sets: that of the lowest bit."""
    return (sets & -sets).bit_length() - 1
