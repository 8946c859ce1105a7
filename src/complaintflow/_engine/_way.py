"""
The way: the shortest honest road to making an act possible.

One search over (state, facts), best first. It follows the same paths and transitions that a
decision does, assumes that evidence can be what it has to be and that people can say yes, and
never proposes a waiver or an exit. A requirement that asks the ledger lists its own steps, or is
opened by an act on the road.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from itertools import count
from math import ceil

from attrs import evolve, frozen

from complaintflow._engine._ground import FRESH, NOW, SPOKEN, Ground, PossibleMove, names_of
from complaintflow._engine._machine import AskingEvent, MethodMachine
from complaintflow._engine._path import Path
from complaintflow._engine._reasons import barriers
from complaintflow._requirements import Question, Requirement
from complaintflow.acts.keeping import SETTLING
from complaintflow.errors import UNDECIDED, Step, Undecided, Way

_ROUNDED = 1e-9
"""What fractions of steps can be wrong by, added up."""

BOUND = 2000
"""How many configurations are looked at before the search is given up as undecided."""


@frozen
class _Node:
    state: str
    facts: frozenset[str]
    """Those that matter on the road."""
    taken: frozenset[str]
    """The acts taken that some requirement on the road waits for."""
    ground: int = 0
    """What has become of the ledger on the road: `NOW`, `SPOKEN` or `FRESH`."""


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
        self, machine: MethodMachine, question: Question, event: AskingEvent, outcome: str | None
    ) -> None:
        self.machine = machine
        self.question = question
        self.target = PossibleMove.of(event, outcome)
        case = question.case
        now = Ground(question, case)
        heard = case.ledger.after_a_word()
        # Where a word changes nothing there is no second ground, and no more to search.
        spoken = now if heard is case.ledger else Ground(question, evolve(case, ledger=heard))
        fresh = evolve(case, facts=frozenset(), ledger=case.ledger.for_new_cycle())
        self.grounds = (now, spoken, Ground(question, fresh))
        self.moves, self.facts, self.asks = self._relevant()
        self.first = self._what_comes_first()
        self.shares: dict[str, float] = {}
        for move in self.moves:
            at_once = move.path.establishes & self.facts
            for fact in at_once:
                self.shares[fact] = min(self.shares.get(fact, 1), 1 / len(at_once))
        self._missing: dict[frozenset[str], int] = {}

    def find(self) -> Way | Undecided | None:
        if barriers(self.target.event, self.question) or self._is_hopeless():
            return None  # nobody else's authority can be lent
        found = self._road()
        if not isinstance(found, tuple):
            return found
        end, road = found
        made = tuple(self._with_what_it_makes(road))
        return tuple(self._by_others(made)) + self._own_steps(end)

    def _by_others(self, road: Way) -> Iterator[Step]:
        """Yield a road to a colleague's act: what it answers is not asked by whoever takes it."""
        target = self.target.event.rule.act
        answered = {name for r in self.target.path.beyond for name in r.openers}
        for step in road:
            if target.spec.speaker == "colleague" and step.trigger in answered:
                told = f"by somebody else than {self.question.by.id}"
                says = "; ".join(filter(None, (step.says, told)))
                yield evolve(step, says=says, who="colleague", depends_on="a colleague")
            else:
                yield step

    def _with_what_it_makes(self, road: Way) -> Iterator[Step]:
        """Yield a road whose last settling step settles also the promises made on it."""
        makes = False
        for step in road:
            makes = makes or self.machine.events[step.trigger].promises
            if makes and step.outcome and step.evidence and step.trigger in SETTLING:
                yield evolve(step, outcome=None, says="")
                yield evolve(step, evidence=())
            else:
                yield step

    # -- the road through states and facts ------------------------------------------------------

    def _road(self) -> tuple[_Node, Way] | Undecided | None:
        case = self.question.case
        origin = _Node(case.state, case.facts & self.facts, frozenset())
        order = count()
        # Of roads as promising as each other, the one that has come furthest is followed first.
        waiting: list[tuple[int, int, int, _Node, Way]] = [(0, 0, next(order), origin, ())]
        seen = set[_Node]()
        while waiting:
            _, _, _, node, steps = heapq.heappop(waiting)
            if node in seen:
                continue
            seen.add(node)
            if self._is_goal(node):
                return node, steps
            if len(seen) > BOUND:
                return UNDECIDED
            for onward, added in self._onward(node):
                if onward not in seen:
                    more = steps + added
                    ahead = len(more) + self._at_least(onward)
                    heapq.heappush(waiting, (ahead, -len(more), next(order), onward, more))
        return None

    def _have(self, node: _Node) -> frozenset[str]:
        return node.facts | self.grounds[node.ground].waived

    def _at_least(self, node: _Node) -> int:
        """
        Return how many steps are missing at the least; never too many, so the road is short.

        Every fact that is missing takes a step, and so does every fact that comes first whichever
        way that one is established; a step that establishes several counts once for all of them.
        """
        have = self._have(node)
        known = self._missing.get(have)
        if known is None:
            missing, more = set[str](), set(self.target.path.facts - have)
            while more:
                missing |= more
                more = {each for fact in more for each in self.first.get(fact, ())}
                more -= have | missing
            steps = sum(self.shares.get(fact, 0) for fact in missing)
            known = self._missing[have] = ceil(steps - _ROUNDED)
        return known

    def _is_goal(self, node: _Node) -> bool:
        return (
            self.target.path.facts <= self._have(node)
            and self.target.transition(node.state, node.facts) is not None
            and self._could_be(self._left(self.target.path, node), node)
        )

    def _onward(self, node: _Node) -> Iterator[tuple[_Node, Way]]:
        have = self._have(node)
        for move in self.moves:
            path = move.path
            if not path.facts <= have:
                continue
            transition = move.transition(node.state, node.facts)
            before = None if transition is None else self._before(path, node)
            if transition is None or before is None:
                continue
            facts, taken = node.facts - path.clears, node.taken
            if path.begins_cycle:
                facts = taken = frozenset()
            steps = before + self.grounds[node.ground].steps(move)
            doing = move.names | names_of(before)
            onward = _Node(
                transition.dest or node.state,
                (facts | path.establishes) & self.facts,
                taken | (self.asks & doing),
                FRESH if path.begins_cycle else self._ground_after(steps, node.ground),
            )
            if onward != node:
                yield onward, steps

    def _ground_after(self, steps: Way, ground: int) -> int:
        """Return what has become of the ledger after steps that begin no cycle."""
        if ground != NOW or self.grounds[SPOKEN] is self.grounds[NOW]:
            return ground
        return SPOKEN if any(step.depends_on == "the customer" for step in steps) else NOW

    def _before(self, path: Path, node: _Node) -> Way | None:
        """Return the steps that a path's own requirements take first; None where there are none."""
        left = self._left(path, node)
        if not self._could_be(left, node):
            return None
        return tuple([step for requirement in left for step in self._own(requirement, node) or ()])

    def _left(self, path: Path, node: _Node) -> list[Requirement]:
        """Return what a path asks for beyond facts that nothing on the road has brought yet."""
        return [requirement for requirement in path.beyond if not self._standing(requirement, node)]

    def _could_be(self, left: list[Requirement], node: _Node) -> bool:
        """Return whether requirements have steps of their own, or are opened by those of others."""
        steps = [self._own(requirement, node) for requirement in left]
        if None not in steps:
            return True
        doing = names_of([step for own in steps for step in own or ()])
        return all(
            own is not None or not doing.isdisjoint(requirement.openers)
            for requirement, own in zip(left, steps, strict=True)
        )

    def _own(self, requirement: Requirement, node: _Node) -> Way | None:
        """Return the steps a requirement knows to a yes. None: it knows of none."""
        if requirement.steps is None:
            return None
        return requirement.steps(self.grounds[node.ground].question)

    def _standing(self, requirement: Requirement, node: _Node) -> bool:
        if not node.taken.isdisjoint(requirement.openers):
            return True
        return self.grounds[node.ground].holds(requirement)

    # -- what the act itself still takes ---------------------------------------------------------

    def _is_hopeless(self) -> bool:
        """Return whether the act asks for something that nothing recorded can bring."""
        return any(
            requirement.steps is None
            and not requirement.satisfied_by
            and ("evidence" not in requirement.reads or "authority" in requirement.reads)
            and not self.grounds[NOW].holds(requirement)
            for requirement in self.target.path.beyond
        )

    def _own_steps(self, end: _Node) -> Way:
        """Return what is left at the end of the road: steps of its own, or evidence to amend."""
        ground, act = self.grounds[end.ground], self.question.act
        left = [
            requirement
            for requirement in self.target.path.beyond
            if requirement.code not in ground.waived and not self._met(requirement, end)
        ]
        amend = [
            self._told(requirement, end)
            for requirement in left
            if requirement.steps is None and "evidence" in requirement.reads and act is not None
        ]
        # What the act says now binds nobody where it has to say something else.
        asked = ground.question if amend else self._asked(end)
        steps: Way = ()
        for requirement in left:
            if requirement.steps is not None:
                steps += requirement.steps(asked) or ()
        wait, not_before = ground.wait(self.target.path)
        if not amend and not wait:
            return steps
        says = "; ".join(filter(None, (*amend, wait)))
        target = self.target.event.rule.act
        return (*steps, Step(target.trigger, None, says, target.spec.speaker, (), not_before))

    def _met(self, requirement: Requirement, end: _Node) -> bool:
        if self.question.act is None or "evidence" not in requirement.reads:
            return self._standing(requirement, end)
        return requirement.met(self._asked(end))

    def _asked(self, end: _Node) -> Question:
        """Return the question as it is put at the end of the road, as far as that is known."""
        if end.ground == NOW:
            return self.question
        asked, there = self.question, self.grounds[end.ground].question.case
        return Question(asked.method, there, asked.act, asked.at, asked.by, asked.calendar)

    def _told(self, requirement: Requirement, end: _Node) -> str:
        # What the ledger holds at the end of the road is not known yet; the question is.
        now = self.grounds[NOW].question
        if end.ground == FRESH or (requirement.standing and not requirement.standing(now)):
            return requirement.text
        return requirement.unmet(self.question).text

    # -- what matters ---------------------------------------------------------------------------

    def _relevant(self) -> tuple[tuple[PossibleMove, ...], frozenset[str], frozenset[str]]:
        """
        Return the moves the road can need, with the facts and acts they wait for.

        A move matters if it leads towards a state the target is possible in, establishes a fact
        that matters, or opens a requirement that matters; what it needs matters in turn.
        """
        towards = self._states_on_the_road()
        facts, asks = set[str](), set[str]()
        chosen: list[PossibleMove] = []
        left = [
            PossibleMove.of(event, outcome)
            for event in self.machine.acts.values()
            if event.rule.in_way
            for outcome in event.leading
        ]
        news: Iterable[PossibleMove] = [self.target]
        while news:
            for move in news:
                facts |= move.path.facts
                for transitions in move.event.transitions.values():
                    for transition in transitions:
                        facts |= transition.given
                for requirement in move.path.beyond:
                    if not all(ground.holds(requirement) for ground in self.grounds):
                        asks.update(requirement.openers)
            news = [m for m in left if self._matters(m, towards, facts, asks)]
            chosen += news
            left = [move for move in left if move not in news]
        # Of two roads equally short, the one that takes up what stands open is the better one.
        chosen.sort(key=self._begins_anew)
        return tuple(chosen), frozenset(facts), frozenset(asks)

    def _what_comes_first(self) -> dict[str, frozenset[str]]:
        """Return each fact's forerunners: the facts that every move that establishes it needs."""
        first: dict[str, frozenset[str]] = {}
        for move in self.moves:
            for fact in move.path.establishes:
                first[fact] = first.get(fact, move.path.facts) & move.path.facts
        return first

    def _begins_anew(self, move: PossibleMove) -> bool:
        """Return whether a move takes up nothing that stands open: no question, no promise."""
        return not any(
            requirement.standing is not None
            and requirement.opened_by
            and self.grounds[NOW].holds(requirement)
            for requirement in move.path.beyond
        )

    @staticmethod
    def _matters(
        move: PossibleMove, towards: frozenset[tuple[str, str]], facts: set[str], asks: set[str]
    ) -> bool:
        return (
            not facts.isdisjoint(move.path.establishes)
            or not asks.isdisjoint(move.names)
            or any(
                move.outcome in transition.moves and (source, transition.dest) in towards
                for source, transitions in move.event.transitions.items()
                for transition in transitions
            )
        )

    def _states_on_the_road(self) -> frozenset[tuple[str, str]]:
        """Return the changes of state that lie between here and where the target is possible."""
        changes = {
            (source, transition.dest or source)
            for event in self.machine.acts.values()
            if event.rule.in_way
            for source, transitions in event.transitions.items()
            for transition in transitions
            if transition.dest != source
        }
        goals = {
            source
            for source, transitions in self.target.event.transitions.items()
            if any(self.target.outcome in t.moves for t in transitions)
        }
        leading, frontier = set(goals), goals
        while frontier:
            frontier = {s for s, t in changes if t in frontier} - leading
            leading |= frontier
        return frozenset((s, t) for s, t in changes if t in leading)
