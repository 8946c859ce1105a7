"""
Can a sentence about the order of acts be broken: the shortest story in which it is.

Where configurations are listed, the monitor runs along with them, and no further than it has
anything to say: most sentences are settled after a few acts, and begin anew with each cycle. Of a
method with a guard less, only what the guard has kept away is looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from complaintflow.verification._packed import Packed
from complaintflow.verification._refined import Refined
from complaintflow.verification._space import Cube, Leg, Listed, Space, TooMany, Trace
from complaintflow.verification._system import Arc, Branch, Monitor, System, product

Step = tuple[int, int, int, int, int, Branch]
"""A branch in the product: given, keep, add, the node and the place it leads to."""

Mover = tuple[int, tuple[Step, ...], Arc]
"""An arc in the product: what it needs, and its branches."""

Here = tuple[int, int, int]
"""A node, a place of the table, and the facts as bits."""

Came = tuple[Here, Arc, Branch] | Trace
"""How a place was come to: by a step, or as a new cycle began."""

Waiting = defaultdict[int, list[tuple[Here, Came]]]
"""What is to be looked at, by how many steps it takes to come there."""

Beginning = tuple[int, Arc, Branch, Here]
"""A step that begins a cycle: the node it leaves, the step, and where it leads."""

BROKEN = -1
"""The node of all that is broken."""


PLACES = 8
"""How many places are walked for each configuration that may be listed, before it is given up."""


def counterexample(space: Space, monitor: Monitor) -> Trace | None:
    """
    Return the shortest story that breaks a sentence; its last step is the breach. None: none does.

    Raises:
        Undecided: it cannot be told.
    """
    if isinstance(space, Listed):
        return Walk(space.system, monitor, lambda: space).broken
    whole = product(space.system, monitor)
    goal = Cube(len(whole.nodes) - 1)
    if isinstance(space, Refined):
        rather = _of_its_acts(space.system, monitor)
        return Refined(whole, widest=space.widest, rather=rather).first([goal])
    return Packed(whole, goals=[goal]).first([goal])


def _of_its_acts(system: System, monitor: Monitor) -> int:
    """Return the facts, as bits, that the acts establish of which a sentence speaks."""
    facts = 0
    for arcs in system.arcs:
        for arc in arcs:
            for branch in arc.branches:
                facts |= branch.add if monitor.letter(arc, branch.move) else 0
    return facts


class Walk:
    """A monitor's walk along everything that can be reached."""

    def __init__(
        self,
        system: System,
        monitor: Monitor,
        listed: Callable[[], Listed],
        *,
        at_most: int | None = None,
    ) -> None:
        """
        Walk to the first breach, or through everything.

        Args:
            system: where to walk.

            monitor: what walks along.

            listed: lists what can be reached; asked where cycles begin elsewhere than a case.

            at_most: how many places are walked. None: all there are.

        Raises:
            TooMany: there are more.
        """
        self.system = system
        self.monitor = monitor
        self.came: dict[Here, Came] = {}
        """For each place how it was come to, nearest first."""
        self.depth: dict[Here, int] = {}
        """For each place, how many steps it takes."""
        along = _Along(system, monitor, at_most)
        start: Here = (system.start, monitor.table.start, 0)
        waiting: Waiting = defaultdict(list)
        waiting[0].append((start, Trace((start[0], 0))))
        if monitor.each_cycle:
            # There the monitor begins anew, wherever it was settled.
            begun = [each for each in along.beginnings() if each[-1] != start]
            self._begin_cycles(listed() if begun else None, begun, waiting)
        end = along.walk(waiting, self.came, self.depth, {})
        self.broken: Trace | None = None if end is None else _trace(end, self.came)
        """The shortest story that breaks the sentence. None: none does."""

    @staticmethod
    def _begin_cycles(listed: Listed | None, begun: list[Beginning], waiting: Waiting) -> None:
        for node, arc, branch, there in begun:
            assert listed is not None  # noqa: S101  (it was asked for, as something has begun)
            at = next(
                (at for at in listed.came if at[0] == node and arc.taken(at[1]) is branch), None
            )
            if at is not None:
                leg = Leg(arc, branch, at, (branch.target, branch.add))
                trace = Trace(leg.after, (*listed.trace(at).legs, leg))
                waiting[len(trace.legs)].append((there, trace))

    def begins_alike(self, system: System) -> bool:
        """Return whether another system begins cycles where this one does."""
        along = _Along(system, self.monitor)
        return not self.monitor.each_cycle or all(
            there in self.came for *_, there in along.beginnings()
        )

    def without_a_guard(self, system: System) -> Trace | None:
        """
        Return the shortest story that breaks the sentence in a system that allows more.

        The sentence is kept in this one. The other has the same arcs in the same order, some of
        which need less.

        Raises:
            KeyError: the other begins cycles where this one does not.
        """
        along = _Along(system, self.monitor)
        if self.monitor.each_cycle:
            for *_, there in along.beginnings():
                self.came[there]
        changed = {
            node
            for node, (old, new) in enumerate(zip(self.system.arcs, system.arcs, strict=True))
            if any(one is not other for one, other in zip(old, new, strict=True))
        }
        waiting: Waiting = defaultdict(list)
        for here, depth in self.depth.items():
            if here[0] in changed:
                for there, arc, branch in along.steps(here):
                    if there not in self.came:
                        waiting[depth + 1].append((there, (here, arc, branch)))
        came: dict[Here, Came] = {}
        end = along.walk(waiting, came, {}, self.came)
        return None if end is None else _trace(end, came | self.came)


class _Along:
    """The product of a system and a monitor, worked out where it is walked."""

    def __init__(self, system: System, monitor: Monitor, at_most: int | None = None) -> None:
        self.system = system
        self.monitor = monitor
        self.at_most = at_most
        self._whole = (1 << len(system.facts)) - 1
        self._moving: dict[tuple[int, int], tuple[Mover, ...]] = {}

    def walk(  # noqa: C901, PLR0912  (the innermost loop of every proof)
        self,
        waiting: Waiting,
        came: dict[Here, Came],
        depths: dict[Here, int],
        known: dict[Here, Came],
    ) -> Here | None:
        """
        Go on from what is waiting, nearest first, to the first breach; None where there is none.

        Args:
            waiting: where to begin.

            came: filled in: how each place was come to.

            depths: filled in: how many steps it takes to come there.

            known: places that need no further look.

        Raises:
            TooMany: there are more than are to be walked.
        """
        table = self.monitor.table
        over = [s and k for s, k in zip(table.settled, table.kept, strict=True)]
        moving = self._moving
        depth = min(waiting, default=0)
        layer: list[Here] = []
        while layer or waiting:
            for there, how in waiting.pop(depth, ()):
                if there not in came and there not in known:
                    came[there] = how
                    depths[there] = depth
                    if there[0] == BROKEN:
                        return there
                    layer.append(there)
            depth += 1
            found: list[Here] = []
            for here in layer:
                node, place, mask = here
                if over[place]:
                    continue
                for needs, steps, arc in moving.get((node, place)) or self._at(node, place):
                    if mask & needs != needs:
                        continue
                    for given, keep, add, target, after, branch in steps:
                        if mask & given == given:
                            there = (target, after, mask & keep | add)
                            if there not in came and there not in known:
                                came[there] = (here, arc, branch)
                                depths[there] = depth
                                if target == BROKEN:
                                    return there
                                found.append(there)
                            break
            layer = found
            if self.at_most is not None and len(came) > self.at_most:
                raise TooMany
        return None

    def steps(self, here: Here) -> Iterator[tuple[Here, Arc, Branch]]:
        """Yield every step from a place that changes something."""
        node, place, mask = here
        for needs, steps, arc in self._at(node, place):
            if mask & needs == needs:
                for given, keep, add, target, after, branch in steps:
                    if mask & given == given:
                        yield (target, after, mask & keep | add), arc, branch
                        break

    def _at(self, node: int, place: int) -> tuple[Mover, ...]:
        known = self._moving.get((node, place))
        if known is None:
            known = self._moving[node, place] = tuple(self._movers(node, place))
        return known

    def _movers(self, node: int, place: int) -> Iterator[Mover]:
        """Yield what can change something in the product, the same change only once."""
        seen = set()
        for arc in self.system.arcs[node]:
            steps = tuple([self._step(arc, branch, place) for branch in arc.branches])
            told = (arc.needs, tuple([step[:5] for step in steps]))
            if told in seen or all(s[1:5] == (self._whole, 0, node, place) for s in steps):
                continue
            seen.add(told)
            yield arc.needs, steps, arc

    def _step(self, arc: Arc, branch: Branch, place: int) -> Step:
        to = self.monitor.after(arc, branch.move, place)
        target = BROKEN if to is None else branch.target
        return branch.given, branch.keep, branch.add, target, to or 0, branch

    def beginnings(self) -> Iterator[Beginning]:
        """Yield each step that begins a cycle."""
        table = self.monitor.table
        for node, arcs in enumerate(self.system.arcs):
            for arc in arcs:
                for branch in arc.open_branches():
                    if branch.move.begins_cycle:
                        place = table.start
                        if self.monitor.rereads:
                            place = table.next[place][self.monitor.letter(arc, branch.move)]
                        yield node, arc, branch, (branch.target, place, branch.add)


def _trace(end: Here, came: dict[Here, Came]) -> Trace:
    """Return the way to a place as it was come to."""
    legs: list[Leg] = []
    here = end
    while not isinstance(how := came[here], Trace):
        before, arc, branch = how
        after = branch.target if here[0] == BROKEN else here[0]
        legs.append(Leg(arc, branch, (before[0], before[2]), (after, here[2])))
        here = before
    return Trace((legs[0].after if legs else how.end), (*how.legs, *reversed(legs)))
