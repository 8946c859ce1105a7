"""
The way: the shortest honest road to making an act possible.

One search over (state, facts), nearest first. It follows the same paths and transitions that a
decision does, assumes that evidence can be what it has to be and that people can say yes, and
never proposes a waiver or an exit. A requirement that asks the ledger lists its own steps.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import count

from attrs import frozen

from complaintflow._engine._machine import AskingEvent, MethodMachine, Path
from complaintflow._engine._reasons import barriers
from complaintflow._requirements import Question, Requirement
from complaintflow.errors import UNDECIDED, Step, Undecided, Way

BOUND = 2000
"""How many configurations are looked at before the search is given up as undecided."""


@frozen
class _Node:
    state: str
    facts: frozenset[str]
    """Those that matter on the road."""
    taken: frozenset[str]
    """The acts taken that some requirement on the road can be satisfied by."""


def way_to(machine: MethodMachine, question: Question) -> Way | Undecided | None:
    """Return the steps that make the act of a question possible. None: there are none."""
    event = machine.events[question.act.trigger]
    return _Search(machine, question, event, question.outcome).find()


def way_to_outcome(
    machine: MethodMachine, question: Question, trigger: str, outcome: str | None
) -> Way | Undecided | None:
    """Return the steps after which an act could have an outcome, its evidence left open."""
    return _Search(machine, question, machine.events[trigger], outcome).find()


class _Search:
    def __init__(
        self,
        machine: MethodMachine,
        question: Question,
        target: AskingEvent,
        outcome: str | None,
    ) -> None:
        self.machine = machine
        self.question = question
        self.target = target
        self.outcome = outcome
        self.path = target.paths[outcome]
        self.ahead = Question(
            question.method, question.case, None, question.at, question.by, question.calendar
        )
        self.waived = question.case.ledger.waived
        self.facts, self.asks = self._relevant()

    def find(self) -> Way | Undecided | None:
        if barriers(self.target, self.question):
            return None  # nobody else's authority can be lent
        own = self._own_steps()
        if own is None:
            return None
        road = self._road()
        if isinstance(road, tuple):
            return road + own
        return road

    # -- the road through states and facts ------------------------------------------------------

    def _road(self) -> Way | Undecided | None:
        case = self.question.case
        origin = _Node(case.state, case.facts & self.facts, frozenset())
        order = count()
        waiting: list[tuple[int, int, _Node, Way]] = [(0, next(order), origin, ())]
        seen = set[_Node]()
        while waiting:
            length, _, node, steps = heapq.heappop(waiting)
            if node in seen:
                continue
            seen.add(node)
            if self._is_goal(node):
                return steps
            if len(seen) > BOUND:
                return UNDECIDED
            for onward, added in self._moves(node):
                if onward not in seen:
                    more = steps + added
                    heapq.heappush(waiting, (length + len(added), next(order), onward, more))
        return None

    def _is_goal(self, node: _Node) -> bool:
        return (
            self.path.facts <= node.facts | self.waived
            and any(
                self.outcome in t.moves and t.given <= node.facts
                for t in self.target.transitions.get(node.state, ())
            )
            and all(
                requirement.fact is not None
                or self._standing(requirement, node)
                or requirement.steps is not None
                for requirement in self.path.requirements
            )
        )

    def _moves(self, node: _Node) -> Iterator[tuple[_Node, Way]]:
        for event in self.machine.acts.values():
            if not event.rule.in_way or node.state not in event.transitions:
                continue
            for outcome, path in event.paths.items():
                if not path.facts <= node.facts | self.waived:
                    continue
                transition = next(
                    (
                        t
                        for t in event.transitions[node.state]
                        if outcome in t.moves and t.given <= node.facts
                    ),
                    None,
                )
                before = None if transition is None else self._before(path, node)
                if transition is None or before is None:
                    continue
                facts = frozenset() if path.begins_cycle else node.facts - path.clears
                onward = _Node(
                    transition.dest or node.state,
                    (facts | path.establishes) & self.facts,
                    node.taken | self.asks.intersection((event.name, f"{event.name}/{outcome}")),
                )
                if onward != node:
                    yield onward, before + self._steps(event, outcome)

    def _before(self, path: Path, node: _Node) -> Way | None:
        """Return the steps that a path's own requirements take first; None where there are none."""
        steps: Way = ()
        for requirement in path.requirements:
            if requirement.fact is not None or requirement.code in self.waived:
                continue
            if self._standing(requirement, node):
                continue
            own = None if requirement.steps is None else requirement.steps(self.ahead)
            if own is None:
                return None
            steps += own
        return steps

    def _standing(self, requirement: Requirement, node: _Node) -> bool:
        if requirement.code in self.waived or node.taken.intersection(requirement.openers):
            return True
        if "evidence" in requirement.reads:
            return requirement.standing is None or requirement.standing(self.ahead)
        return requirement.met(self.ahead)

    def _steps(self, event: AskingEvent, outcome: str | None) -> Way:
        act = event.rule.act
        depends_on = ""
        if "customer" in (act.spec.speaker, act.spec.awaits):
            depends_on = "the customer"
        elif "colleague" in (act.spec.speaker, act.spec.awaits):
            depends_on = "a colleague"
        says = "" if outcome is None else act.spec.outcomes.get(outcome, "")
        rounds = act.rounds(outcome, self.question.ledger)
        last = len(rounds) - 1
        return tuple(
            Step(
                event.name,
                outcome if place == last else None,
                says if place == last else "",
                act.spec.speaker,
                evidence,
                depends_on=depends_on,
            )
            for place, evidence in enumerate(rounds)
        )

    # -- what the act itself still takes ---------------------------------------------------------

    def _own_steps(self) -> Way | None:
        """Return the steps its own requirements list, and the act itself if it must change."""
        steps: Way = ()
        amend = []
        act = self.question.act
        for requirement in self.path.requirements:
            if requirement.fact is not None or requirement.code in self.waived:
                continue
            if self._met(requirement):
                continue
            own = None if requirement.steps is None else requirement.steps(self.question)
            if own is not None:
                steps += own
            elif "evidence" in requirement.reads:
                if act is None:
                    continue  # the road sees to its standing half
                amend.append(self._told(requirement))
            elif not requirement.satisfied_by:
                return None
        if not amend:
            return steps
        return (*steps, Step(act.trigger, None, "; ".join(amend), act.spec.speaker))

    def _met(self, requirement: Requirement) -> bool:
        if self.question.act is not None or "evidence" not in requirement.reads:
            return requirement.met(self.question)
        return requirement.standing is None or requirement.standing(self.question)

    def _told(self, requirement: Requirement) -> str:
        # What the ledger holds at the end of the road is not known yet; the question is.
        if requirement.standing is None or requirement.standing(self.ahead):
            return requirement.unmet(self.question).text
        return requirement.text

    # -- what matters ---------------------------------------------------------------------------

    def _relevant(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return the facts, and the acts that open ledger requirements, that the road can need."""
        facts, asks = set[str](), set[str]()
        events = [e for e in self.machine.acts.values() if e.rule.in_way]
        for path in (self.path, *(path for event in events for path in event.paths.values())):
            facts |= path.facts
            for requirement in path.requirements:
                if requirement.fact is None:
                    asks.update(requirement.openers)
        for event in (self.target, *events):
            for transitions in event.transitions.values():
                for transition in transitions:
                    facts |= transition.given
        return frozenset(facts), frozenset(asks)
