"""
The searches: what they reach is what `decide` allows, and each of them says the same.
"""

import random

import pytest

from complaintflow import MethodError, methods
from complaintflow.verification._exploring import explore
from complaintflow.verification._packed import Packed
from complaintflow.verification._refined import Refined
from complaintflow.verification._space import Cube, Listed, TooMany, Undecided
from complaintflow.verification._system import system_of

from .made import MANY, a_method, by_deciding, wide


@pytest.mark.untraced
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


@pytest.mark.untraced
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


@pytest.mark.untraced
def test_both_searches_find_the_same_that_is_lost():
    """
    From where nothing ends a case, nobody gets away; of each node the nearest such place is told.
    """
    found = 0
    for seed in range(20_000, 20_000 + MANY):
        system = system_of(a_method(seed, facts=4)).changed(
            lambda arc: None if arc.trigger in ("withdraw", "reopen") else arc
        )
        ends = frozenset({1, 4})
        for stuck in (True, False):
            told = [space.lost(ends, stuck=stuck) for space in (Listed(system), Packed(system))]
            listed, packed = ({t.end[0]: len(t.legs) for t in traces} for traces in told)
            assert listed == packed, (seed, stuck)
            assert list(listed.values()) == sorted(listed.values())
            found += len(listed)

    assert found > MANY / 10


def test_what_is_reached_can_be_asked_for():
    """
    Whoever makes stories asks for the nearest place of some kind, and for the way to it.
    """
    explored = explore(methods.six_steps())
    offered = next(c for c in explored.configurations if "offer_open" in c.facts)

    assert offered in explored
    assert 680 == len(explored) == len(explored.configurations)
    story = explored.story(offered)
    assert "offer" == story[-1].trigger
    assert offered == story[-1].after
    assert "negotiating with " in str(offered)
    assert "received with nothing" == str(explored.configurations[0])
    first = {(p.trigger, p.outcome): p for p in explored.passages(explored.configurations[0])}
    assert ("listen", "finished") in first
    assert ("offer", None) not in first
    assert {"may_be_waived"} == {need.code for need in first["waive", None].beyond}


def test_a_method_that_is_too_wide_to_be_listed_says_so():
    """
    Better than to eat the memory of whoever asked.
    """
    with pytest.raises(MethodError, match="can come to more than 100 configurations"):
        explore(wide(8), at_most=100)


def test_the_worst_case_is_searched_by_sets():
    """
    Ten states and fifteen facts in any order are 294,914 configurations, and no matter.
    """
    system = system_of(wide(15, states=9))

    with pytest.raises(TooMany):
        Listed(system, at_most=1_000)
    packed = Packed(system)
    assert 9 * 2**15 + 2**15 + 1 == sum(sets.bit_count() for sets in packed.reached.values())
    done = packed.first([Cube(system.nodes.index("done"))])
    assert 15 + 8 + 1 == len(done.legs)


def test_more_facts_than_can_be_held_are_looked_at_a_few_at_a_time():
    """
    Forty facts are a million million sets of them; a question hangs on few.
    """
    system = system_of(wide(40))
    refined = Refined(system)
    last = system.nodes.index("s9")

    assert 9 == len(refined.first([Cube(last)]).legs)
    assert 11 == len(refined.first([Cube(last, has=0b101)]).legs)
    assert None is refined.first([Cube(system.nodes.index("done"), lacks=0b1)])
    with pytest.raises(Undecided, match="more than 14 facts at once"):
        refined.first([Cube(system.nodes.index("done"))])
    with pytest.raises(Undecided, match="decided for fewer"):
        refined.lost(frozenset(), stuck=True)
