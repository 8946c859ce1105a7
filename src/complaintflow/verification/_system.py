"""
What is searched: the compiled machine of a method, with sets of facts as whole numbers.

Nothing is modelled a second time. Each arc is one outcome of one act in one state, made of the
path and the transitions that `decide` itself asks, and it keeps the moves that `decide` takes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from operator import is_

from attrs import evolve, frozen

from complaintflow._case import Move
from complaintflow._engine import compiled
from complaintflow._invariants import Table
from complaintflow._method import Method
from complaintflow._requirements import Requirement


@frozen(eq=False)
class Branch:
    """One transition of an arc; the first one whose facts are given is taken."""

    given: int
    """The facts it takes, as bits."""
    keep: int
    """The facts that survive it, as bits."""
    add: int
    """The facts it establishes, as bits."""
    target: int
    """The node it leads to."""
    move: Move
    """What the engine records when it is taken."""
    edge: int
    """Which edge of the method it comes from."""

    def after(self, mask: int) -> int:
        """Return the facts that hold after it."""
        return mask & self.keep | self.add


@frozen(eq=False)
class Arc:
    """One outcome of one act in one node."""

    trigger: str
    outcome: str | None
    needs: int
    """The facts it needs, as bits."""
    branches: tuple[Branch, ...]
    """Where it leads, in the order in which the engine tries them. Never empty."""
    beyond: tuple[Requirement, ...]
    """What it asks beyond facts."""

    @property
    def name(self) -> str:
        """The act, with its outcome where it has several."""
        return self.trigger if self.outcome is None else f"{self.trigger}/{self.outcome}"

    def open_branches(self) -> Iterator[Branch]:
        """Yield the branches that no earlier one hides."""
        for branch in self.branches:
            yield branch
            if branch.given & ~self.needs == 0:
                return

    def taken(self, mask: int) -> Branch | None:
        """Return the branch that is taken with these facts. None: it is not possible."""
        if mask & self.needs != self.needs:
            return None
        for branch in self.branches:
            if mask & branch.given == branch.given:
                return branch
        return None


@frozen(eq=False)
class System:
    """A method, or the product of one with a monitor: nodes, and arcs between them."""

    facts: tuple[str, ...]
    """What the bits stand for, the lowest first."""
    nodes: tuple[str, ...]
    """The state that each node stands for."""
    arcs: tuple[tuple[Arc, ...], ...]
    """The arcs of each node, in the order of the rules."""
    start: int = 0
    """The node a case is opened in; it begins without facts."""

    def bits(self, facts: Iterable[str]) -> int:
        """Return facts as bits; those that it does not know are left out."""
        return sum(1 << self.facts.index(fact) for fact in set(facts) if fact in self.facts)

    def names(self, mask: int) -> frozenset[str]:
        """Return bits as facts."""
        return frozenset(fact for i, fact in enumerate(self.facts) if mask >> i & 1)

    def guards(self) -> int:
        """Return the facts that some arc asks for, as bits: the others change nothing."""
        asked = 0
        for arcs in self.arcs:
            for arc in arcs:
                asked |= arc.needs
                for branch in arc.branches:
                    asked |= branch.given
        return asked

    def changed(self, change: Callable[[Arc], Arc | None]) -> System:
        """Return the same system with each arc changed, or left out where it is None."""

        def changed(arcs: tuple[Arc, ...]) -> tuple[Arc, ...]:
            found = tuple([new for arc in arcs if (new := change(arc)) is not None])
            is_same = len(found) == len(arcs) and all(map(is_, found, arcs))
            return arcs if is_same else found  # what is known of them stays known

        return evolve(self, arcs=tuple(map(changed, self.arcs)))

    def seen_through(self, visible: int) -> System:
        """
        Return what is left of the system when only some facts can be seen.

        Every story of the system is one of what is left; not every one of these is a story of it.
        """
        places = [i for i in range(len(self.facts)) if visible >> i & 1]

        def seen(mask: int) -> int:
            return sum(1 << to for to, i in enumerate(places) if mask >> i & 1)

        def look(branch: Branch) -> Branch:
            given, keep, add = seen(branch.given), seen(branch.keep), seen(branch.add)
            return evolve(branch, given=given, keep=keep, add=add)

        def arcs(arc: Arc) -> Iterator[Arc]:
            # Whether a branch is taken that asks for what cannot be seen is open: the next may be.
            sure: tuple[Branch, ...] = ()
            for branch in arc.branches:
                told = (*sure, look(branch))
                is_sure = branch.given & visible == branch.given
                if not is_sure or branch is arc.branches[-1]:
                    yield evolve(arc, needs=seen(arc.needs), branches=told)
                if is_sure:
                    sure = told

        return evolve(
            self,
            facts=tuple(self.facts[i] for i in places),
            arcs=tuple(tuple(seen for arc in each for seen in arcs(arc)) for each in self.arcs),
        )


def bits_of(mask: int) -> list[int]:
    """Return the single bits of a mask, the lowest first."""
    return [1 << i for i in range(mask.bit_length()) if mask >> i & 1]


def system_of(method: Method) -> System:
    """Return a method as it is searched."""
    machine = compiled(method)
    states = tuple(state.name for state in method.states)
    known = tuple(fact.name for fact in method.facts)
    bit = {name: 1 << i for i, name in enumerate(known)}
    everything = (1 << len(known)) - 1
    edges = _edges(method)

    def bits(names: frozenset[str]) -> int:
        return sum(bit.get(name, 0) for name in names)

    def branch(given: frozenset[str], move: Move, edge: int) -> Branch:
        kept = 0 if move.begins_cycle else everything & ~bits(move.clears)
        return Branch(
            bits(given), kept, bits(move.establishes), states.index(move.target), move, edge
        )

    def arcs(state: str) -> Iterator[Arc]:
        for event in machine.acts.values():
            transitions = event.transitions.get(state, ())
            for outcome, path in event.paths.items():
                branches = tuple(
                    branch(transition.given, transition.moves[outcome], edge)
                    for transition, edge in zip(transitions, edges[event.name, state], strict=True)
                    if outcome in transition.moves
                )
                if branches:
                    yield Arc(event.name, outcome, bits(path.facts), branches, path.beyond)

    return System(
        known, states, tuple(tuple(arcs(state)) for state in states), states.index(method.initial)
    )


def _edges(method: Method) -> defaultdict[tuple[str, str], list[int]]:
    """Return which edges the engine has for an act in a state, in its order."""
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, edge in enumerate(method.edges):
        for source in edge.sources:
            found[edge.trigger, source].append(place)
    return found


# -- monitors -----------------------------------------------------------------------------------


@frozen(eq=False)
class Monitor:
    """A sentence about the order of acts, ready to run along with a system."""

    table: Table
    letter: Callable[[Arc, Branch], int]
    """What an arc is to it, when a branch is taken. Pure."""
    final: frozenset[str]
    """The states that end a history."""
    judges: bool = True
    """True: a history that ends where the table is not kept breaks it. False: it never does."""
    each_cycle: bool = True
    """True: it begins anew with each cycle."""
    rereads: bool = False
    """True: the act that begins a cycle is the first of the new one, too."""

    def after(self, arc: Arc, branch: Branch, place: int) -> int | None:
        """
        Return the place of the table after a step. None: the step breaks the sentence.

        A history is judged when it ends: where a final state is entered, or a cycle begins from a
        state that is none.
        """
        table, move, read = self.table, branch.move, self.letter(arc, branch)
        after = table.next[place][read]
        anew = move.begins_cycle and self.each_cycle
        ends = self.judges and move.source not in self.final and (move.ends or anew)
        if table.fails(after, at_end=ends):
            return None
        if not anew:
            return after
        return table.next[table.start][read] if self.rereads else table.start


def product(system: System, monitor: Monitor) -> System:
    """
    Return a system whose last node is reached exactly where a monitor's sentence is broken.

    The other nodes are pairs of a state and a place of the monitor's table.
    """
    places = len(monitor.table.next)
    broken = len(system.nodes) * places

    def leads(arc: Arc, branch: Branch, place: int) -> int:
        after = monitor.after(arc, branch, place)
        return broken if after is None else branch.target * places + after

    def arcs(node: int, place: int) -> Iterator[Arc]:
        for arc in system.arcs[node]:
            told = tuple(evolve(b, target=leads(arc, b, place)) for b in arc.branches)
            yield evolve(arc, branches=told)

    pairs = [(node, place) for node in range(len(system.nodes)) for place in range(places)]
    return System(
        system.facts,
        (*(system.nodes[node] for node, _ in pairs), "broken"),
        (*(tuple(arcs(node, place)) for node, place in pairs), ()),
        system.start * places + monitor.table.start,
    )
