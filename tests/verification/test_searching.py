"""
The searches: what they reach is what `decide` allows, and each of them says the same.
"""

import os
import random
from collections import deque
from itertools import pairwise

import attrs

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
    open_case,
)
from complaintflow._actors import Actor
from complaintflow.acts import Act, Open, Withdraw
from complaintflow.testing._exploring import START
from complaintflow.verification._exploring import Configuration, explore
from complaintflow.verification._packed import Packed
from complaintflow.verification._refined import Refined
from complaintflow.verification._space import Cube, Listed
from complaintflow.verification._system import system_of

SAM = Actor("sam")

MANY = 4_000 if os.environ.get("COMPLAINTFLOW_HYPOTHESIS_PROFILE") == "thorough" else 200
"""How many random methods are compared."""


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

    def change():
        earned = some(names)
        return {"establishes": earned, "clears": [f for f in some(names) if f not in earned]}

    deeds = chance.sample(DEEDS, chance.randint(3, len(DEEDS)))
    changes = {deed: [change(), change(), change()] for deed in deeds}
    earned = sorted({f for each in changes.values() for c in each for f in c["establishes"]})
    rules = [
        Rule(
            deed,
            some(earned),
            outcomes=[
                Outcome("well", some(earned, 1), **well, begins_cycle=chance.random() < 0.1),
                Outcome("badly", some(earned, 1), **badly),
            ],
            **whatever,
        )
        for deed, (whatever, well, badly) in changes.items()
    ]
    edges = []

    def edge(sources, deed, target, *, outcome=None, given=()):
        asked = frozenset(given)
        hidden = {
            source
            for e in edges
            for source in e.sources
            if e.trigger == deed.trigger and e.outcome in (None, outcome) and e.given <= asked
        }
        if left := [source for source in sources if source not in hidden]:
            edges.append(Edge(left, deed, target, outcome=outcome, given=asked))

    for deed in deeds:
        for _ in range(chance.randint(1, 3)):
            outcome = chance.choice([None, None, "well", "badly"])
            sources = chance.sample(working, chance.randint(1, states))
            edge(sources, deed, chance.choice([None, *working]), outcome=outcome, given=some(names))
    for here, there in pairwise(working):
        edge([here], chance.choice(deeds), there, outcome=chance.choice(["well", "badly"]))
    for deed in deeds:
        edge(working, deed, None)
    edges.append(Edge(working, "withdraw", "over"))
    try:
        return Method(
            name="made_up",
            version="1",
            title="Made up",
            initial="s0",
            states=[*(State(name, "open") for name in working), State("over", "", final=True)],
            facts=[Fact(name, f"no {name}") for name in names],
            rules=[*rules, Rule(Withdraw)],
            edges=edges,
        )
    except MethodError:
        return a_method(seed + 1_000_000, facts=facts, states=states)


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


def test_exploring_says_what_deciding_says():
    """
    A proof about a model that has drifted from the engine proves nothing.
    """
    for seed in range(MANY):
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


def test_every_search_gives_the_same_answers():
    """
    Which search is used is a matter of speed, never of the answer.
    """
    for seed in range(10_000, 10_000 + MANY):
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
        for _ in range(4):
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


def test_both_searches_find_the_same_that_is_lost():
    """
    From where nothing ends a case, nobody gets away; the nearest such place is as near in both.
    """
    found = 0
    for seed in range(20_000, 20_000 + MANY):
        system = system_of(a_method(seed, facts=4)).changed(
            lambda arc: None if arc.trigger == "withdraw" else arc
        )
        ends = frozenset({1, 4})
        for stuck in (True, False):
            traces = [space.lost(ends, stuck=stuck) for space in (Listed(system), Packed(system))]
            lengths = {None if trace is None else len(trace.legs) for trace in traces}
            assert len(lengths) == 1, (seed, stuck)
            found += traces[0] is not None

    assert found > MANY / 10
