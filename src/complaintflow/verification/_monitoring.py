"""
Can a sentence about the order of acts be broken: the shortest story in which it is.

Where configurations are listed, the monitor runs along with them, and no further than it has
anything to say: most sentences are settled after a few acts, and begin anew with each cycle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from complaintflow.verification._packed import Packed
from complaintflow.verification._refined import Refined
from complaintflow.verification._space import Cube, Leg, Listed, Space, Trace
from complaintflow.verification._system import Arc, Branch, Monitor, product

Step = tuple[int, int, int, int, int, Branch]
"""A branch in the product: given, keep, add, the node and the place it leads to."""

Here = tuple[int, int, int]
"""A node, a place of the table, and the facts as bits."""

BROKEN = -1
"""The node of all that is broken."""


def counterexample(space: Space, monitor: Monitor) -> Trace | None:
    """
    Return the shortest story that breaks a sentence; its last step is the breach. None: none does.

    Raises:
        Undecided: it cannot be told.
    """
    if isinstance(space, Listed):
        return _Walk(space, monitor).find()
    whole = product(space.system, monitor)
    goal = Cube(len(whole.nodes) - 1)
    if isinstance(space, Refined):
        return Refined(whole, widest=space.widest).first([goal])
    return Packed(whole, goals=[goal]).first([goal])


class _Walk:
    """One walk of a monitor along the configurations of a method."""

    def __init__(self, listed: Listed, monitor: Monitor) -> None:
        self.listed = listed
        self.monitor = monitor
        self.table = monitor.table
        self.came: dict[Here, tuple[Here, Arc, Branch] | Trace] = {}
        self._moving: dict[tuple[int, int], tuple[tuple[int, tuple[Step, ...], Arc], ...]] = {}

    def find(self) -> Trace | None:
        """Return the shortest story that breaks the sentence."""
        table = self.table
        beginnings = self._beginnings()
        start: Here = (self.listed.system.start, table.start, 0)
        self.came[start] = Trace((start[0], 0))
        layer, depth = [start], 0
        while layer or beginnings:
            found: list[Here] = []
            for here in layer:
                for there, arc, branch in self._steps(here):
                    if there in self.came:
                        continue
                    self.came[there] = (here, arc, branch)
                    if there[0] == BROKEN:
                        return self._trace(there)
                    if not (table.settled[there[1]] and table.kept[there[1]]):
                        found.append(there)
            depth += 1
            for trace, here in beginnings.pop(depth, ()):
                if here not in self.came:
                    self.came[here] = trace
                    found.append(here)
            layer = found
        return None

    def _beginnings(self) -> dict[int, list[tuple[Trace, Here]]]:
        """Return where cycles begin, by how many steps it takes to come there."""
        found: dict[int, list[tuple[Trace, Here]]] = defaultdict(list)
        if not self.monitor.each_cycle:
            return found
        told: set[Here] = set()
        for trace, arc in self._last_steps():
            branch = trace.legs[-1].branch
            place = self.table.start
            if self.monitor.rereads:
                place = self.table.next[place][self.monitor.letter(arc, branch.move)]
            there = (branch.target, place, branch.add)
            if there not in told:
                told.add(there)
                found[len(trace.legs)].append((trace, there))
        return found

    def _last_steps(self) -> list[tuple[Trace, Arc]]:
        """Return the shortest way to begin a cycle by each arc that can, the shortest first."""
        listed, found = self.listed, []
        for node, arcs in enumerate(listed.system.arcs):
            for arc in arcs:
                for branch in arc.branches:
                    if not branch.move.begins_cycle:
                        continue
                    at = next(
                        (at for at in listed.came if at[0] == node and arc.taken(at[1]) is branch),
                        None,
                    )
                    if at is not None:
                        leg = Leg(arc, branch, at, (branch.target, branch.add))
                        found.append((Trace(leg.after, (*listed.trace(at).legs, leg)), arc))
        return sorted(found, key=lambda each: len(each[0].legs))

    def _steps(self, here: Here) -> Iterator[tuple[Here, Arc, Branch]]:
        node, place, mask = here
        for needs, steps, arc in self._at(node, place):
            if mask & needs != needs:
                continue
            for given, keep, add, target, after, branch in steps:
                if mask & given == given:
                    yield (target, after, mask & keep | add), arc, branch
                    break

    def _at(self, node: int, place: int) -> tuple[tuple[int, tuple[Step, ...], Arc], ...]:
        known = self._moving.get((node, place))
        if known is None:
            known = self._moving[node, place] = tuple(self._movers(node, place))
        return known

    def _movers(self, node: int, place: int) -> Iterator[tuple[int, tuple[Step, ...], Arc]]:
        """Yield what can change something in the product, the same change only once."""
        whole = (1 << len(self.listed.system.facts)) - 1
        seen = set()
        for arc in self.listed.system.arcs[node]:
            steps = tuple(self._step(arc, branch, place) for branch in arc.branches)
            told = (arc.needs, tuple(step[:5] for step in steps))
            changes = any(step[1:5] != (whole, 0, node, place) for step in steps)
            if changes and told not in seen:
                seen.add(told)
                yield arc.needs, steps, arc

    def _step(self, arc: Arc, branch: Branch, place: int) -> Step:
        to = self.monitor.after(arc, branch.move, place)
        target = BROKEN if to is None else branch.target
        return branch.given, branch.keep, branch.add, target, to or 0, branch

    def _trace(self, end: Here) -> Trace:
        legs: list[Leg] = []
        here = end
        while not isinstance(came := self.came[here], Trace):
            before, arc, branch = came
            after = branch.target if here[0] == BROKEN else here[0]
            legs.append(Leg(arc, branch, (before[0], before[2]), (after, here[2])))
            here = before
        return Trace((legs[0].after if legs else came.end), (*came.legs, *reversed(legs)))
