"""
Facts that outlive the round in which they were earned, and are relied on in the next.

What was done in the first round then passes for what is to be done in the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from complaintflow._invariants import Table
from complaintflow.verification._guards import Change, changes
from complaintflow.verification._report import Finding
from complaintflow.verification._space import Trace
from complaintflow.verification._subject import Subject, step_of
from complaintflow.verification._system import Arc, Branch, Monitor

NONE, FRESH, USED, OLD, RELIED_ON = range(5)
"""What a fact has come to: nothing, earned, relied on, old, and relied on while old."""

ASKED, ELSEWHERE, EARNED, BEFORE, HOME = (1 << i for i in range(5))
"""
What a step is to a fact, as bits: a guard that is looked at asks for it, or another one does; it is
established; the step leads back to before it was established, or to the very state where it was.
"""


def _after(place: int, letter: int) -> int:
    if place == OLD and letter & ASKED:
        return RELIED_ON
    if letter & EARNED and place != RELIED_ON:
        return FRESH
    if place == FRESH and letter & (ASKED | ELSEWHERE):
        place = USED
    # Going home before anything came of it is a pause, and no second round.
    back = BEFORE if place == FRESH else BEFORE | HOME
    return OLD if place in (FRESH, USED) and letter & back else place


STALE = Table(
    tuple(tuple(_after(place, letter) for letter in range(32)) for place in range(5)),
    (True, True, True, True, False),
    (False, True, True, True, True),
)


def stale_facts(subject: Subject, facts: frozenset[str] | None = None) -> Iterator[Finding]:
    """
    Yield guards that rely on a fact that was established before a step back in the road.

    A state lies before a fact where no story establishes the fact without having passed through
    the state, and where some story comes from it to where the fact is established, not having been
    there yet. Coming back to the very state that establishes it is a second round where something
    has relied on the fact in the meantime; else it was a pause.

    Args:
        subject: what is looked at.

        facts: which facts. None: all of them.
    """
    if facts is not None and not facts:
        return
    method, homes, onward = subject.method, _homes(subject), _onward(subject)
    fronts = _Fronts(subject, onward)
    without = {
        state.name: _reached(onward, {method.initial} - {state.name}, frozenset({state.name}))
        for state in method.states
    }
    asking: dict[str, list[Change]] = {f.name: [] for f in method.facts if f.name in homes}
    for guard in changes(subject):
        if guard.asks and guard.fact in asking and (facts is None or guard.fact in facts):
            asking[guard.fact].append(guard)
    for fact, guards in asking.items():
        if not guards:
            continue
        before = frozenset(state for state, reached in without.items() if not homes[fact] & reached)
        before |= fronts.of(frozenset(homes[fact]))
        if not before:
            continue
        aging = _Aging(subject, fact, before - homes[fact], before & homes[fact])
        if aging.relying(guards) is None:
            continue
        for guard in guards:
            trace = aging.relying([guard])
            if trace is not None:
                text = (
                    f"'{trace.legs[-1].arc.name}' relies on '{fact}' from before the case went "
                    "back: nothing clears it on the way"
                )
                yield Finding("stale_fact", guard.name, "warning", text, subject.told(trace))


@frozen(eq=False)
class _Aging:
    """How one fact grows old."""

    subject: Subject
    fact: str
    before: frozenset[str]
    """The states that lie before it, and in which it is not established."""
    homes: frozenset[str]
    """The states that lie before it, and in which it is established."""

    def relying(self, guards: list[Change]) -> Trace | None:
        """Return the shortest story in which one of some guards is passed by the old fact."""
        bit = self.subject.system.bits([self.fact])

        def letter(arc: Arc, branch: Branch) -> int:
            move, read = branch.move, 0
            if (arc.needs | branch.given) & bit:
                asked = any(guard.concerns(arc, branch) for guard in guards)
                read = ASKED if asked else ELSEWHERE
            if self.fact in move.establishes:
                return read | EARNED
            if move.target in self.before:
                return read if move.source in self.before else read | BEFORE
            comes_home = move.target in self.homes and move.source not in self.before | self.homes
            return read | HOME if comes_home else read

        final = self.subject.method.final
        return self.subject.breaking(Monitor(STALE, letter, final, judges=False, rereads=True))


def _homes(subject: Subject) -> dict[str, set[str]]:
    """Return the states in which each fact is established."""
    homes: dict[str, set[str]] = {}
    for node, arc in subject.arcs():
        for branch in arc.branches:
            if step_of(node, arc, branch) in subject.taken:
                for fact in branch.move.establishes:
                    homes.setdefault(fact, set()).add(branch.move.source)
    return homes


class _Fronts:
    """
    The states from which others are come to for the first time.

    Where two roads lead to where a fact is established, a story can do without either. Who goes
    back into one of them goes back all the same. A state that cases pause in is none of these: who
    comes from there has been where they go.
    """

    def __init__(self, subject: Subject, onward: dict[str, set[str]]) -> None:
        self.subject, self.onward = subject, onward
        self._known: dict[frozenset[str], frozenset[str]] = {}

    def of(self, homes: frozenset[str]) -> frozenset[str]:
        """Return the states from which one of some states is come to first, by some story."""
        known = self._known.get(homes)
        if known is None:
            known = self._known[homes] = frozenset(self._of(homes))
        return known

    def _of(self, homes: frozenset[str]) -> Iterator[str]:
        onward = self.onward
        ahead = _reached(onward, {self.subject.method.initial} - homes, homes)
        entering = {state for state in ahead if onward[state] & homes}
        if len(entering) < 2:  # noqa: PLR2004  (one alone: no story can do without it)
            return
        entering &= _reached(onward, homes, frozenset())
        outside = self.subject.changed(
            lambda arc: None if arc.branches[0].move.source in homes else arc
        )
        for state in entering:
            trace = outside.first_taking(
                lambda _, branch, state=state: (  # type: ignore[misc]
                    branch.move.source == state and branch.move.target in homes
                )
            )
            if trace is not None:
                yield state


def _onward(subject: Subject) -> dict[str, set[str]]:
    """Return for each state those that some story comes to from it by one step."""
    nodes = subject.system.nodes
    onward: dict[str, set[str]] = {name: set() for name in nodes}
    for node, arc in subject.arcs():
        for branch in arc.branches:
            if step_of(node, arc, branch) in subject.taken:
                onward[nodes[node]].add(nodes[branch.target])
    return onward


def _reached(
    onward: dict[str, set[str]], start: Iterable[str], without: frozenset[str]
) -> set[str]:
    """Return what can be reached without passing through some states."""
    seen = set(start)
    waiting = list(seen)
    while waiting:
        for name in onward[waiting.pop()] - seen - without:
            seen.add(name)
            waiting.append(name)
    return seen
