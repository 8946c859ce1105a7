"""
The searches: what they reach is what `decide` allows, and each of them says the same.
"""

import random
from collections import deque

import attrs
import pytest

from complaintflow import (
    Case,
    Edge,
    Fact,
    Method,
    MethodError,
    Outcome,
    Refused,
    Rule,
    State,
    act,
    decide,
    methods,
    open_case,
)
from complaintflow._actors import Actor
from complaintflow.acts import Act, Open, Withdraw
from complaintflow.testing._exploring import START
from complaintflow.verification._exploring import Configuration, explore
from complaintflow.verification._packed import Packed
from complaintflow.verification._refined import Refined
from complaintflow.verification._space import Cube, Listed, TooMany, Undecided
from complaintflow.verification._system import system_of

SAM = Actor("sam")


def deed(number):
    """
    Return an act whose outcome its evidence says, whatever the ledger holds.
    """

    class Deed(Act):
        """A deed."""

        comes_out: str = "well"

        def read_outcome(self, ledger):
            """Read it off."""
            return self.comes_out

    Deed.__name__ = Deed.__qualname__ = f"Deed{number}"
    return act(outcomes={"well": "it went well", "badly": "it did not"})(Deed)


DEEDS = [deed(number) for number in range(8)]


def a_method(seed, *, facts=5, states=4):
    """
    Return a method that nobody would write: whatever passes the checks of a definition.
    """
    chance = random.Random(seed)
    names = [f"f{n}" for n in range(facts)]
    working = [f"s{n}" for n in range(states)]

    def some(of, at_most=2):
        return chance.sample(of, chance.randint(0, min(at_most, len(of))))

    while True:
        rules, edges = [], []
        for cls in chance.sample(DEEDS, chance.randint(3, len(DEEDS))):
            establishes, outcomes = some(names), []
            for outcome in some(["well", "badly"]):
                earned = some(names)
                cleared = [f for f in some(names) if f not in earned]
                anew = chance.random() < 0.1
                outcomes.append(Outcome(outcome, some(names, 1), earned, cleared, anew))
            cleared = [f for f in some(names) if f not in establishes]
            rules.append(
                Rule(cls, some(names), establishes=establishes, clears=cleared, outcomes=outcomes)
            )
            for _ in range(chance.randint(1, 3)):
                edges.append(
                    Edge(
                        chance.sample(working, chance.randint(1, states)),
                        cls,
                        chance.choice([None, *working]),
                        outcome=chance.choice([None, None, "well", "badly"]),
                        given=some(names),
                    )
                )
        rules.append(Rule(Withdraw))
        edges.append(Edge(working, "withdraw", "over"))
        try:
            return Method(
                name="made_up",
                version="1",
                title="Made up",
                initial="s0",
                states=[*(State(name, "open") for name in working), State("over", "", final=True)],
                facts=[Fact(name, f"no {name}") for name in names],
                rules=rules,
                edges=edges,
            )
        except MethodError:
            continue


def by_deciding(method):
    """
    Return what can be reached, found by asking `decide` for every act in every configuration.
    """
    opening = open_case(method, "c", Open(complaint="x", customer="ana"), at=START, by=SAM)
    base = Case.open(opening)
    start = Configuration(method.initial, frozenset())
    depths, steps, waiting = {start: 0}, {}, deque([start])
    while waiting:
        here = waiting.popleft()
        case = attrs.evolve(
            base, state=here.state, facts=here.facts, is_closed=here.state in method.final
        )
        for rule in method.rules:
            says = [Withdraw()] if rule.act is Withdraw else [rule.act("well"), rule.act("badly")]
            for asked in says:
                try:
                    after = case.apply(decide(method, case, asked, at=START, by=SAM))
                except Refused:
                    continue
                there = Configuration(after.state, after.facts)
                outcome = None if rule.act is Withdraw else asked.comes_out
                steps[here, rule.trigger, outcome] = there
                if there not in depths:
                    depths[there] = depths[here] + 1
                    waiting.append(there)
    return depths, steps


@pytest.mark.parametrize("part", range(4))
def test_exploring_says_what_deciding_says(part):
    """
    A proof about a model that has drifted from the engine proves nothing.
    """
    for seed in range(part * 100, part * 100 + 100):
        method = a_method(seed)
        depths, steps = by_deciding(method)
        explored = explore(method)

        assert depths == {c: len(explored.story(c)) for c in explored.configurations}, seed
        taken = {
            (p.before, p.trigger, p.outcome): p.after
            for c in explored.configurations
            for p in explored.passages(c)
        }
        assert steps == taken, seed


def in_the_cube(at, cube):
    """
    Tell whether a listed configuration is what a question asks for.
    """
    return cube.holds(at)


@pytest.mark.parametrize("part", range(4))
def test_every_search_gives_the_same_answers(part):
    """
    Which search is used is a matter of speed, never of the answer.
    """
    for seed in range(1_000 + part * 250, 1_250 + part * 250):
        chance = random.Random(seed)
        system = system_of(a_method(seed, facts=6))
        listed, packed, refined = Listed(system), Packed(system), Refined(system)
        everything = (1 << len(system.facts)) - 1
        reached = {
            (node, mask)
            for node, sets in packed.reached.items()
            for mask in range(everything + 1)
            if sets >> mask & 1
        }

        assert set(listed.came) == reached, seed
        for _ in range(10):
            has = chance.randrange(everything + 1) & chance.randrange(everything + 1)
            lacks = chance.randrange(everything + 1) & chance.randrange(everything + 1) & ~has
            goals = [Cube(chance.randrange(len(system.nodes)), has, lacks)]
            traces = [space.first(goals) for space in (listed, packed, refined)]
            lengths = {None if trace is None else len(trace.legs) for trace in traces}
            assert len(lengths) == 1, (seed, goals)
            for trace in traces:
                check_trace(system, trace, goals)


def check_trace(system, trace, goals):
    """
    Walk a trace on the whole system: it begins at the beginning, and ends at a goal.
    """
    if trace is None:
        return
    at = (system.start, 0)
    for leg in trace.legs:
        assert at == leg.before
        branch = leg.arc.taken(at[1])
        assert branch is not None
        at = (branch.target, branch.after(at[1]))
        assert at == leg.after
    assert at == trace.end
    assert any(goal.holds(at) for goal in goals)


@pytest.mark.parametrize("part", range(2))
def test_both_searches_find_the_same_that_is_lost(part):
    """
    From where nothing ends a case, nobody gets away; the nearest such place is as near in both.
    """
    found = 0
    for seed in range(5_000 + part * 250, 5_250 + part * 250):
        system = system_of(a_method(seed, facts=4)).changed(
            lambda arc: None if arc.trigger == "withdraw" else arc
        )
        ends = frozenset({1, 4})
        for stuck in (True, False):
            traces = [space.lost(ends, stuck=stuck) for space in (Listed(system), Packed(system))]
            lengths = {None if trace is None else len(trace.legs) for trace in traces}
            assert len(lengths) == 1, (seed, stuck)
            found += traces[0] is not None

    assert found > 50
