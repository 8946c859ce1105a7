"""
What a check finds is what brute force finds: by asking `decide`, and nothing else.
"""

import random

import pytest
from attrs import evolve

from complaintflow import Edge
from complaintflow.acts import Withdraw
from complaintflow.verification import check

from .made import MANY, a_method, by_deciding, changed


def hard_to_leave(seed):
    """
    Return a method in which leaving is not for everybody, and may lead elsewhere.
    """
    chance = random.Random(seed)
    method = a_method(seed, facts=3, states=3)
    facts = [fact.name for fact in method.facts]
    working = [state.name for state in method.states if not state.final]

    def leaving(target, at_most):
        sources = chance.sample(working, chance.randint(1, len(working)))
        given = chance.sample(facts, chance.randint(1, at_most))
        return Edge(sources, "withdraw", target, given=given)

    first = [leaving("over", 2) for _ in range(chance.randint(0, 2))]
    last = chance.choice(
        [
            [Edge(working, "withdraw", "over")],
            [leaving("over", 1), leaving(chance.choice(working), 1)],
            [leaving("over", 2)],
        ]
    )
    needs = chance.sample(facts, chance.randint(0, 1))
    return changed(
        method,
        rules=[r if r.act is not Withdraw else evolve(r, needs=needs) for r in method.rules],
        edges=[*(e for e in method.edges if e.trigger != "withdraw"), *first, *last],
    )


def by_brute_force(method):
    """
    Return what each of some findings is about, each with the acts of its shortest story.
    """
    depths, steps = by_deciding(method)
    onward, back = {}, {}
    for (here, _, _), there in steps.items():
        if there != here:
            onward.setdefault(here, set()).add(there)
            back.setdefault(there, set()).add(here)
    saved = {here for here in depths if here.state in method.final}
    waiting = list(saved)
    while waiting:
        found = back.get(waiting.pop(), set()) - saved
        saved |= found
        waiting += found
    locked_in = [here for here in depths if here not in saved]
    kept = [
        here
        for here in depths
        if here.state not in method.final
        and (
            (left := steps.get((here, "withdraw", None))) is None or left.state not in method.final
        )
    ]

    def nearest(configurations):
        lengths = {}
        for here in configurations:
            known = lengths.get(here.state, depths[here])
            lengths[here.state] = min(known, depths[here])
        return lengths

    reached = {here.state for here in depths}
    triggers = {trigger for _, trigger, _ in steps}
    return {
        "unreachable_state": {s.name: 0 for s in method.states if s.name not in reached},
        "act_never_possible": {r.trigger: 0 for r in method.rules if r.trigger not in triggers},
        "dead_end": nearest(here for here in locked_in if here not in onward),
        "cannot_close": nearest(here for here in locked_in if here in onward),
        "charter": {f"I6 {state}": length for state, length in nearest(kept).items()},
    }


@pytest.mark.untraced
def test_what_is_found_is_what_brute_force_finds():
    """
    Whatever the search: no finding is missed, none is false, and no story could be shorter.
    """
    seen = dict.fromkeys(("dead_end", "cannot_close", "charter"), 0)
    for seed in range(30_000, 30_000 + MANY // 4):
        method = hard_to_leave(seed)
        expected = by_brute_force(method)
        for at_most in (5_000, 1):
            told = {code: {} for code in expected}
            for finding in check(method, at_most=at_most).findings:
                if finding.code in told:
                    told[finding.code][finding.about] = len(finding.story)
            assert expected == told, (seed, at_most)
        for code in seen:
            seen[code] += len(expected[code])

    assert all(count > MANY / 50 for count in seen.values()), seen


def test_a_way_out_by_either_of_two_edges_is_a_way_out():
    """
    The first is given for a fact, the second takes the rest: nobody is kept, and none is told so.
    """
    method = a_method(0)
    working = [state.name for state in method.states if not state.final]
    either = [
        Edge(working, "withdraw", "over", given=["f0"]),
        Edge(working, "withdraw", "over"),
    ]
    leaving = evolve(method, edges=[*(e for e in method.edges if e.trigger != "withdraw"), *either])

    for at_most in (5_000, 1):
        assert "charter" not in {f.code for f in check(leaving, at_most=at_most).findings}
