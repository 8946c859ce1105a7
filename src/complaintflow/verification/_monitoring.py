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

Step = tuple[int, int, int, Arc, Branch]
"""A branch in the product: given, what is kept, what is added, and what it was made of."""

Mover = tuple[int, tuple[Step, ...]]
"""An arc in the product: what it needs, and its branches."""

Here = int
"""
A node, a place of the table, and the facts: one number, the facts its lowest bits.

So one step is two operations: to keep some facts takes away node and place, and what is added has
those to which it leads. A number below zero is broken.
"""

Came = tuple[Here, Step] | Trace
"""How a place was come to: by a step, or as a new cycle began."""

Waiting = defaultdict[int, list[tuple[Here, Came]]]
"""What is to be looked at, by how many steps it takes to come there."""

Beginning = tuple[int, Arc, Branch, Here]
"""A step that begins a cycle: the node it leaves, the step, and where it leads."""

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
                facts |= branch.add if monitor.letter(arc, branch) else 0
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
        self.layers: list[list[Here]] = []
        """The places, by how many steps it takes to come there."""
        along = _Along(system, monitor, at_most)
        self._along = along
        start = along.here(system.start, monitor.table.start, 0)
        waiting: Waiting = defaultdict(list)
        waiting[0].append((start, Trace((system.start, 0))))
        if monitor.each_cycle:
            # There the monitor begins anew, wherever it was settled.
            begun = [each for each in along.beginnings() if each[-1] != start]
            self._begin_cycles(listed() if begun else None, begun, waiting)
        end = along.walk(waiting, self.came, self.layers, {})
        self.broken: Trace | None = None if end is None else along.trace(end, self.came)
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
        along = self._along.on(system)
        return not self.monitor.each_cycle or all(
            there in self.came for *_, there in along.beginnings()
        )

    def without_a_guard(self, system: System) -> Trace | None:
        """
        Return the shortest story that breaks the sentence in a system that allows more.

        The sentence is kept in this one. The other has the same arcs in the same order, some of
        which need less, and begins cycles where this one does.
        """
        along = self._along.on(system)
        changed = {
            node
            for node, (old, new) in enumerate(zip(self.system.arcs, system.arcs, strict=True))
            if old is not new
        }
        waiting: Waiting = defaultdict(list)
        for depth, layer in enumerate(self.layers):
            for here in layer:
                if along.node(here) in changed:
                    for there, step in along.steps(here):
                        if there not in self.came:
                            waiting[depth + 1].append((there, (here, step)))
        came: dict[Here, Came] = {}
        end = along.walk(waiting, came, [], self.came)
        return None if end is None else along.trace(end, came | self.came)


class _Along:
    """The product of a system and a monitor, worked out where it is walked."""

    def __init__(self, system: System, monitor: Monitor, at_most: int | None = None) -> None:
        self.system = system
        self.monitor = monitor
        self.at_most = at_most
        self._width = len(system.facts)
        self._whole = (1 << self._width) - 1
        self._places = len(monitor.table.next)
        self._moving: dict[int, tuple[Mover, ...]] = {}
        self._beginnings: dict[int, tuple[Beginning, ...]] = {}

    def on(self, system: System) -> _Along:
        """Return the same on a system that has changed; what is worked out of the rest stays."""
        other = _Along(system, self.monitor, self.at_most)
        same = {
            node
            for node, (old, new) in enumerate(zip(self.system.arcs, system.arcs, strict=True))
            if old is new
        }
        other._moving = {
            code: movers for code, movers in self._moving.items() if code // self._places in same
        }
        other._beginnings = {
            node: begun for node, begun in self._beginnings.items() if node in same
        }
        return other

    def here(self, node: int, place: int, mask: int) -> Here:
        """Return a node, a place of the table and the facts as one number."""
        return (node * self._places + place) << self._width | mask

    def node(self, here: Here) -> int:
        """Return the node."""
        return (here >> self._width) // self._places

    def walk(  # noqa: C901, PLR0912  (the innermost loop of every proof)
        self,
        waiting: Waiting,
        came: dict[Here, Came],
        layers: list[list[Here]],
        known: dict[Here, Came],
    ) -> Here | None:
        """
        Go on from what is waiting, nearest first, to the first breach; None where there is none.

        Args:
            waiting: where to begin.

            came: filled in: how each place was come to.

            layers: filled in: the places, by how many steps it takes to come there.

            known: places that need no further look.

        Raises:
            TooMany: there are more than are to be walked.
        """
        width, moving = self._width, self._moving
        depth = min(waiting, default=0)
        layers.extend([] for _ in range(depth))
        layer: list[Here] = []
        while layer or waiting:
            for there, how in waiting.pop(depth, ()):
                if there not in came and there not in known:
                    came[there] = how
                    if there < 0:
                        return there
                    layer.append(there)
            layers.append(layer)
            depth += 1
            found: list[Here] = []
            for here in layer:
                code = here >> width
                movers = moving.get(code)
                if movers is None:
                    movers = self._at(code)
                for needs, steps in movers:
                    if here & needs != needs:
                        continue
                    for step in steps:
                        given = step[0]
                        if here & given == given:
                            there = here & step[1] | step[2]
                            if there not in came and there not in known:
                                came[there] = here, step
                                if there < 0:
                                    return there
                                found.append(there)
                            break
            layer = found
            if self.at_most is not None and len(came) > self.at_most:
                raise TooMany
        return None

    def steps(self, here: Here) -> Iterator[tuple[Here, Step]]:
        """Yield every step from a place that changes something."""
        for needs, steps in self._at(here >> self._width):
            if here & needs == needs:
                for step in steps:
                    if here & step[0] == step[0]:
                        yield here & step[1] | step[2], step
                        break

    def _at(self, code: int) -> tuple[Mover, ...]:
        known = self._moving.get(code)
        if known is None:
            known = self._moving[code] = tuple(self._movers(*divmod(code, self._places)))
        return known

    def _movers(self, node: int, place: int) -> Iterator[Mover]:
        """Yield what can change something in the product, the same change only once."""
        table = self.monitor.table
        if table.settled[place] and table.kept[place]:
            return  # nothing can break it any more
        seen = set()
        still = (self._whole, self.here(node, place, 0))
        for arc in self.system.arcs[node]:
            steps = tuple([self._step(arc, branch, place) for branch in arc.branches])
            told = (arc.needs, tuple([step[:3] for step in steps]))
            if told in seen or all(step[1:3] == still for step in steps):
                continue
            seen.add(told)
            yield arc.needs, steps

    def _step(self, arc: Arc, branch: Branch, place: int) -> Step:
        to = self.monitor.after(arc, branch, place)
        there = -1 << self._width if to is None else self.here(branch.target, to, 0)
        return branch.given, branch.keep, there | branch.add, arc, branch

    def beginnings(self) -> Iterator[Beginning]:
        """Yield each step that begins a cycle."""
        for node in range(len(self.system.arcs)):
            known = self._beginnings.get(node)
            if known is None:
                known = self._beginnings[node] = tuple(self._beginning(node))
            yield from known

    def _beginning(self, node: int) -> Iterator[Beginning]:
        table = self.monitor.table
        for arc in self.system.arcs[node]:
            for branch in arc.open_branches():
                if branch.move.begins_cycle:
                    place = table.start
                    if self.monitor.rereads:
                        place = table.next[place][self.monitor.letter(arc, branch)]
                    yield node, arc, branch, self.here(branch.target, place, branch.add)

    def trace(self, end: Here, came: dict[Here, Came]) -> Trace:
        """Return the way to a place as it was come to."""
        legs: list[Leg] = []
        here = end
        while not isinstance(how := came[here], Trace):
            before, (*_, arc, branch) = how
            after = branch.target, here & self._whole
            legs.append(Leg(arc, branch, (self.node(before), before & self._whole), after))
            here = before
        return Trace((legs[0].after if legs else how.end), (*how.legs, *reversed(legs)))
