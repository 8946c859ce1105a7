"""The neutral model: what there is to draw of a method, whoever draws it."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from complaintflow._deadlines import TimeLimit
from complaintflow._method import Departure, Origin, State
from complaintflow._time import Within
from complaintflow._value import Value
from complaintflow.acts import Speaker

Place = Literal["road", "end", "aside", "exit"]
"""
Where a state stands.

`road`: on the main road. `end`: where the road ends. `aside`: beside the road, such as a talk that
is put off. `exit`: final, and not the end of the road.
"""

Role = Literal["onward", "here", "undoes", "back", "aside", "returns", "exit", "stays"]
"""
What a passage does.

`onward`: it leads further along the road. `here`: it leaves the state as it is, and brings a fact
that a passage out of it still needs. `undoes`: it leaves the state as it is, and takes back a fact
that was established on the road to it. `back`: it leads back, or begins a new cycle. `aside`: it
leads to a state beside the road. `returns`: it leads from there onto the road. `exit`: it leads to
a final state that is not the end of the road. `stays`: it is possible, and leads nowhere.
"""


@frozen(eq=False, repr=False)
class Need(Value):
    """What a passage still asks for."""

    code: str
    """Its name in the method; `'recognised'`."""
    text: str
    """What is missing without it, for people; `{customer}` stands for the customer."""
    is_fact: bool
    """True: an act before it establishes it. False: it is asked when the act is taken."""
    should: bool
    """True: without it there is a warning. False: without it there is a refusal."""
    again: bool
    """True: it was established on the road to here; something may have taken it back since."""
    cites: tuple[str, ...]
    """The clauses that ask for it."""


@frozen(eq=False, repr=False)
class Passage(Value):
    """
    One act with the outcomes that lead from the same states to the same state.

    It stands for one transition of the method for each of its sources and outcomes.
    """

    role: Role
    """What it does."""
    act: str
    """The trigger; `'reiterate'`."""
    speaker: Speaker
    """Whose word or deed it is."""
    outcomes: tuple[str | None, ...]
    """The outcomes with which it is taken. `(None,)`: the act has no more than one."""
    is_whole: bool
    """True: these are all outcomes the act has, so that they need not be named."""
    sources: tuple[str, ...]
    """The states it is possible in, in the order of the method."""
    target: str | None
    """The state it leads to. None: the state stays, whichever it is."""
    given: tuple[str, ...] = ()
    """The facts by which this way is taken rather than a later one of the same act."""
    is_rest: bool = False
    """True: it is taken where no earlier way of the same act is."""
    needs: tuple[Need, ...] = ()
    """
    What it asks for, without what is established whatever led to its sources.

    Empty for what `stays`, which is listed by name alone.
    """
    brings: tuple[str, ...] = ()
    """The facts that it establishes and that are needed, of a passage that is `here`."""
    loses: tuple[str, ...] = ()
    """The facts that it takes back, of a passage that `undoes`."""
    begins_cycle: bool = False
    """True: every fact is gone, and the duties are fresh."""
    cites: tuple[str, ...] = ()
    """The clauses that the act stands on."""

    @property
    def is_common(self) -> bool:
        """True: it is possible in so many states that it is told once, and not in each."""
        return len(self.sources) > (1 if self.is_drawn else 2)

    @property
    def is_drawn(self) -> bool:
        """True: it is an arrow. False: it is a line of words."""
        return self.role in {"onward", "aside", "exit"}


@frozen(eq=False, repr=False)
class Node(Value):
    """One state, and where it stands."""

    state: State
    """The state as the method defines it: its step, what it means, whom it waits for."""
    place: Place
    """Where it stands."""
    is_initial: bool
    """True: a case begins here."""
    holds: tuple[str, ...]
    """
    The facts that are established in it whatever led to it.

    What was waived counts as established: it is not asked for again in its cycle.
    """
    is_here: bool = False
    """True: the case that the diagram is drawn for stands in it."""

    @property
    def name(self) -> str:
        """The name of the state."""
        return self.state.name


@frozen(eq=False, repr=False)
class Diagram(Value):
    """
    A method as it is drawn, or where a case stands in it.

    Every transition of the method is in exactly one of the passages, and none stands for another.
    """

    name: str
    """The name of the method."""
    version: str
    """The version of the method."""
    title: str
    """What people call it."""
    variant: str
    """Which reading of its name it is. Empty: there is only one."""
    source: str
    """The document it comes from. Empty: it is a host's own."""
    origins: tuple[Origin, ...]
    """Where it was read."""
    departs: tuple[Departure, ...]
    """The invariants of the charter it does without."""
    nodes: tuple[Node, ...]
    """The states, in the order of the method."""
    passages: tuple[Passage, ...]
    """What can be done, in the order of states and rules."""
    limits: tuple[TimeLimit, ...]
    """How long things may take."""
    promises_within: Within | None
    """Until when a promise is due that names no time itself. None: no act makes one."""

    def node(self, name: str) -> Node:
        """Return a state by its name; KeyError where there is none."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)

    @property
    def road(self) -> tuple[Node, ...]:
        """The main road, from its first state to where it ends."""
        return self.at("road") + self.at("end")

    def at(self, *places: Place) -> tuple[Node, ...]:
        """Return the states that stand in some places, in the order of the method."""
        return tuple(node for node in self.nodes if node.place in places)

    def of(self, *roles: Role) -> tuple[Passage, ...]:
        """Return the passages of some roles, in the order of states and rules."""
        return tuple(passage for passage in self.passages if passage.role in roles)

    def leaving(self, name: str, *roles: Role) -> tuple[Passage, ...]:
        """Return the passages of some roles that are told at a state: not those that are common."""
        return tuple(p for p in self.of(*roles) if name in p.sources and not p.is_common)

    def reaching(self, name: str, *roles: Role) -> tuple[Passage, ...]:
        """Return the passages of some roles that lead to a state, from wherever."""
        return tuple(passage for passage in self.of(*roles) if passage.target == name)

    def common(self, *roles: Role) -> tuple[Passage, ...]:
        """Return the passages of some roles that are told once."""
        return tuple(passage for passage in self.of(*roles) if passage.is_common)

    @property
    def alternative(self) -> str:
        """The whole diagram in sentences, for whoever cannot see it."""
        from complaintflow.rendering._words import alternative

        return alternative(self)
