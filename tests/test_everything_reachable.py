"""
What holds on every case that can be: what is finite is gone through to the end.
"""

from collections import Counter
from itertools import islice

import pytest
from attrs import evolve
from hypothesis import settings

from complaintflow import Refused, options
from complaintflow._engine import compiled
from complaintflow.methods import five_steps, personal_ownership, seven_as, six_steps
from complaintflow.testing._attempts import RECORDED_BY, SAM, attempt
from complaintflow.testing._exploring import configuration, explore
from complaintflow.testing._following import AstrayError, follow
from complaintflow.testing._shapes import outcomes_of, plain_acts
from complaintflow.testing._story import by_definition

from .mutants import flat, unchecked

THOROUGH = settings().max_examples > 100

WAYS = 12 if THOROUGH else 2

EVERY = 1 if THOROUGH else 5
"""One in how many ways is gone without each of its steps."""

# The others have up to eight times as many configurations, and no rule that these have not.
METHODS = {
    "flat": flat,
    "five steps": five_steps,
    "six steps, strict": lambda: six_steps(strict=True),
}
if THOROUGH:
    METHODS |= {
        "six steps": six_steps,
        "six steps, followed up": lambda: six_steps(sixth="follow_up"),
        "seven As": seven_as,
        "personal ownership": personal_ownership,
    }


@pytest.fixture(scope="module", params=METHODS)
def explored(request):
    """
    Return everything that can be reached under a method.
    """
    return explore(METHODS[request.param]())


# -- everything that can be reached -------------------------------------------------------------


@pytest.mark.untraced
def test_every_state_and_every_fact_can_be_reached(explored):
    """
    What nobody can reach is no promise.
    """
    method = explored.method

    assert {state.name for state in method.states} == {state for state, _ in explored.cases}
    assert {fact.name for fact in method.facts} == {f for _, facts in explored.cases for f in facts}


@pytest.mark.untraced
def test_options_and_decisions_agree_wherever_a_case_can_be(explored):
    """
    A button that is shown works, and one that is not would have been refused.
    """
    for here, (case, *_) in explored.cases.items():
        found = {o.trigger: o for o in options(explored.method, case, at=case.updated_at, by=SAM)}
        for trigger, option in found.items():
            for outcome, several in plain_acts(explored.method, trigger, case).items():
                for act in islice(several, 3):
                    answer = attempt(explored.method, case, act, by=SAM)
                    if isinstance(answer, Refused):
                        assert answer.unmet, (here, act)
                        continue
                    assert option.ready, (here, act)
                    assert outcome is None or outcome in option.outcomes, (here, act)


MIRRORS = {
    "expectation_known": lambda ledger: ledger.expectation is not None,
    "offered": lambda ledger: ledger.offer is not None,
    "offer_open": lambda ledger: ledger.offer is not None,
    "ask_open": lambda ledger: ledger.ask is not None or ledger.expectation is not None,
    "agreed": lambda ledger: ledger.agreed_at is not None,
    "promises_settled": lambda ledger: not ledger.outstanding,
    "plan_agreed": lambda ledger: (
        ledger.plan is not None
        and all((ledger.plan.customer_agreed_at, ledger.plan.company_agreed_at))
    ),
}
"""Facts that say something of the ledger, and what it must then hold."""

ONLY_THEN = {"expectation_known", "offered", "agreed"}
"""Those of them that hold whenever the ledger does."""


def test_facts_about_the_ledger_tell_the_truth_wherever_a_case_can_be(explored):
    """
    Two books that say different things are worse than one.
    """
    known = {fact.name for fact in explored.method.facts}
    for here, found in explored.cases.items():
        for case in found:
            for fact, is_so in MIRRORS.items():
                if fact in case.facts:
                    assert is_so(case.ledger), (fact, here)
                elif fact in known & ONLY_THEN:
                    assert not is_so(case.ledger), (fact, here)


def test_an_offer_that_stands_is_the_last_word_on_it(explored):
    """
    Nobody accepts what was declined, or what an answer has overtaken.
    """
    for case in (case for found in explored.cases.values() for case in found):
        if "offer_open" in case.facts:
            assert case.ledger.proposals[-1].party == "company"


# -- the ways -----------------------------------------------------------------------------------


def a_few_of_each_state(explored):
    """
    Return cases in every state, spread from those with the fewest facts to those with the most.
    """
    by_state = {}
    for (state, _), (case, *_) in explored.cases.items():
        by_state.setdefault(state, []).append(case)
    for several in by_state.values():
        several.sort(key=lambda case: (len(case.facts), sorted(case.facts)))
        yield from several[:: max(1, len(several) // WAYS)]


def roads(explored):
    """
    Return where acts that belong to a way lead from each configuration, in one step.
    """
    in_way = {rule.trigger for rule in explored.method.rules if rule.in_way}
    found = {}
    for (here, trigger, _), taken in explored.steps.items():
        if trigger in in_way:
            found.setdefault(here, set()).add(configuration(taken.case.apply(taken.entry)))
    return found


def reached(onward, start):
    """
    Return every configuration that can be reached from one.
    """
    seen, waiting = {start}, [start]
    while waiting:
        for there in onward.get(waiting.pop(), set()) - seen:
            seen.add(there)
            waiting.append(there)
    return seen


@pytest.mark.untraced
def test_where_no_way_is_found_there_is_no_road(explored):
    """
    "None" means that it cannot be done, and not that nobody looked.
    """
    method = explored.method
    onward = roads(explored)
    possible = {}
    for here, trigger, outcome in explored.steps:
        possible.setdefault((trigger, outcome), set()).add(here)
    for case in a_few_of_each_state(explored):
        here = configuration(case)
        ahead = reached(onward, here)
        for rule in method.rules:
            if rule.act.spec.speaker == "system":
                continue  # what time brings, nobody does
            for outcome, (act, *_) in plain_acts(method, rule.trigger, case).items():
                answer = attempt(method, case, act)
                if isinstance(answer, Refused) and answer.way is None:
                    assert not ahead & possible.get((rule.trigger, outcome), set()), (here, act)


@pytest.mark.untraced
def test_every_way_leads_where_it_says(explored):
    """
    Advice that does not help is worse than none.
    """
    method = explored.method
    for case in a_few_of_each_state(explored):
        for rule in method.rules:
            for act, *_ in plain_acts(method, rule.trigger, case).values():
                answer = attempt(method, case, act)
                if isinstance(answer, Refused) and isinstance(answer.way, tuple):
                    follow(method, case, answer.way, act, by=RECORDED_BY[act.spec.speaker])


@pytest.mark.untraced
def test_no_single_step_of_a_way_can_be_left_out(explored):
    """
    Who is sent on a detour stops asking for the way.
    """
    method = explored.method
    ways = {}
    for case in a_few_of_each_state(explored):
        for rule in method.rules:
            for act, *_ in plain_acts(method, rule.trigger, case).values():
                answer = attempt(method, case, act)
                way = answer.way if isinstance(answer, Refused) else None
                if isinstance(way, tuple):
                    ways.setdefault((case.state, rule.trigger, way), (case, act))
    assert ways

    for (_, _, way), (case, act) in list(ways.items())[::EVERY]:
        by = RECORDED_BY[act.spec.speaker]
        for left_out in shorter(way, act):
            assert not arrives_as_soon(method, case, (left_out, way), act, by), left_out


def arrives_as_soon(method, case, ways, act, by):
    """
    Return whether the first of two ways leads to an act, and no later than the other.

    Whoever waits until an offer has expired has taken another road.
    """
    first, other = ways
    try:
        arrived = follow(method, case, first, act, by=by).updated_at
    except AstrayError:
        return False
    return arrived <= follow(method, case, other, act, by=by).updated_at


def shorter(way, act):
    """
    Yield a way without each of its steps, but for the act itself at its end.
    """
    for place, step in enumerate(way):
        if step.trigger != act.trigger or place < len(way) - 1:
            yield way[:place] + way[place + 1 :]


# -- an engine with a mistake --------------------------------------------------------------------


def test_an_engine_that_forgets_a_question_is_found_out(explored):
    """
    Wherever a fact is asked for and can be missing, the answer without the question is another.
    """
    method = explored.method
    counts = Counter()
    for rule in method.rules:
        for outcome in outcomes_of(rule):
            path = compiled(method).events[rule.trigger].paths[outcome]
            if path.facts:
                counts[forgetting(explored, rule.trigger, outcome)] += 1

    assert counts["found out"]
    assert {"found out", "equivalent"} >= set(counts)


def forgetting(explored, trigger, outcome):
    """
    Return whether an engine that asks for no fact is found out by what the definition says.
    """
    mutant = unchecked(explored.method)
    event = compiled(mutant).events[trigger]
    path = event.paths[outcome]
    event.paths[outcome] = evolve(
        path,
        facts=frozenset(),
        requirements=[r for r in path.requirements if r.fact is None],
    )
    for cases in explored.cases.values():
        for act in plain_acts(mutant, trigger, cases[0]).get(outcome, ())[:2]:
            is_taken = not isinstance(attempt(mutant, cases[0], act), Refused)
            if is_taken and by_definition(explored.method, cases[0], trigger, outcome) is None:
                return "found out"
    return "equivalent"
