"""
What holds in every method, on every case, whatever is said and done.

Random stories doubt; what is finite is gone through to the end.
"""

from itertools import islice

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
from transitions import MachineError

from complaintflow import Refused, decide, machine, options
from complaintflow.acts import Act
from complaintflow.methods import five_steps, personal_ownership, seven_as, six_steps
from complaintflow.testing import acts, histories, method_machine, methods
from complaintflow.testing._exploring import (
    RECORDED_BY,
    SAM,
    attempt,
    configuration,
    explore,
    follow,
)
from complaintflow.testing._machines import Story
from complaintflow.testing._shapes import library, outcome_of, outcomes_of, plain_acts
from complaintflow.testing._strategies import actors, cases, evidence, moments

EXAMPLES = settings.default.max_examples

DOCUMENTED = {
    "five steps": five_steps,
    "seven As": seven_as,
    "personal ownership": personal_ownership,
    "six steps": six_steps,
    "six steps, strict": lambda: six_steps(strict=True),
    "six steps, followed up": lambda: six_steps(sixth="follow_up"),
    "six steps, no sixth": lambda: six_steps(sixth=None),
}

WAYS = 2 if EXAMPLES <= 100 else 12

# The two others have five times as many configurations, and no rule that these have not.
SMALL = {name: DOCUMENTED[name] for name in ("five steps", "six steps, strict", "six steps")}
if EXAMPLES > 100:
    SMALL = DOCUMENTED


def some_methods(how_many):
    """
    Return made-up methods, the same ones in every run.
    """
    found = []

    @settings(max_examples=how_many, derandomize=True, database=None, phases=[Phase.generate])
    @given(methods())
    def collect(method):
        found.append(method)

    collect()
    return found


@pytest.fixture(scope="module", params=SMALL)
def explored(request):
    """
    Return everything that can be reached under a method.
    """
    return explore(SMALL[request.param]())


# -- random stories -----------------------------------------------------------------------------


def tell_stories(method, *, examples, steps):
    """
    Let Hypothesis tell stories under a method.
    """
    run_state_machine_as_test(
        method_machine(method),
        settings=settings(
            max_examples=max(1, examples),
            stateful_step_count=steps,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )


@pytest.mark.parametrize("name", DOCUMENTED)
def test_no_story_breaks_a_promise_of_the_library(name):
    """
    The charter, replay, what is written and read again: whatever a story does, they hold.
    """
    tell_stories(DOCUMENTED[name](), examples=EXAMPLES // 16, steps=20)


def test_no_story_under_a_made_up_method_breaks_one_either():
    """
    A host's own acts and rules are under the same charter.
    """
    for method in some_methods(max(2, EXAMPLES // 12)):
        tell_stories(method, examples=EXAMPLES // 25, steps=20)


@given(st.data())
def test_every_history_replays_to_the_same_entries(data):
    """
    A decision is pure: asked again, it answers the same.
    """
    method = data.draw(methods())
    first, *others = data.draw(histories(method, max_size=12))
    story = Story(method, first)
    for entry in others:
        again = decide(method, story.case, entry.act, at=entry.at, by=entry.by)

        assert entry == again
        story.take(again)


# -- the strategies -----------------------------------------------------------------------------


@given(st.data())
def test_an_act_is_drawn_with_the_outcome_that_is_asked_for(data):
    """
    Whoever tests a branch wants to get there.
    """
    method = six_steps()
    case = data.draw(cases(method, max_size=12))
    rule = data.draw(st.sampled_from(method.rules))
    outcome = data.draw(st.sampled_from(outcomes_of(rule)))
    drawn = acts(method, trigger=rule.trigger, outcome=outcome, case=case)
    if drawn.is_empty:
        return
    act = data.draw(drawn)

    assert outcome == outcome_of(act, rule, case.ledger)


@given(acts(), actors(), moments())
def test_whatever_is_drawn_is_valid(act, actor, at):
    """
    A strategy that draws what cannot be tests nothing.
    """
    assert isinstance(act, Act)
    assert actor.id
    assert at.utcoffset() is not None


@pytest.mark.parametrize("act_class", library(), ids=lambda c: c.trigger)
def test_every_act_can_be_drawn(act_class):
    """
    A new kind of evidence needs a strategy.
    """

    @settings(max_examples=3)
    @given(evidence(act_class))
    def draw(act):
        assert type(act) is act_class

    draw()


# -- everything that can be reached -------------------------------------------------------------


def test_every_state_and_every_fact_can_be_reached(explored):
    """
    What nobody can reach is no promise.
    """
    method = explored.method

    assert {state.name for state in method.states} == {state for state, _ in explored.cases}
    assert {fact.name for fact in method.facts} == {f for _, facts in explored.cases for f in facts}


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


class Ticket:
    """
    A model as `transitions` wants it.
    """

    def __init__(self, state, facts):
        self.state = state
        self.facts = facts

    def fire(self, stock, trigger, outcome):
        """
        Return state and facts after a trigger; None where the machine does not take it.
        """
        try:
            taken = stock.events[trigger].trigger(self, outcome=outcome)
        except MachineError:
            return None
        return (self.state, self.facts) if taken else None


def test_a_stock_machine_says_the_same_wherever_a_case_can_be(explored):
    """
    Our lean machine is no more than `transitions` with fewer questions.
    """
    method = explored.method
    stock = machine(method)
    left_to_evidence = 0
    for state, facts in explored.cases:
        for rule in method.rules:
            for outcome in outcomes_of(rule):
                expected = Ticket(state, facts).fire(stock, rule.trigger, outcome)
                taken = explored.steps.get(((state, facts), rule.trigger, outcome))
                if taken is None:
                    left_to_evidence += expected is not None
                    continue

                assert expected == configuration(taken.case.apply(taken.entry)), taken.entry
    assert left_to_evidence < len(explored.steps) / 2


def test_what_is_refused_for_a_fact_or_a_place_a_stock_machine_refuses_too(explored):
    """
    What else is asked (evidence, ledger, time, authority) is all that a stock machine misses.
    """
    method = explored.method
    stock = machine(method)
    facts_or_place = {fact.name for fact in method.facts} | {"not_now"}
    for (state, facts), (case, *_) in explored.cases.items():
        for rule in method.rules:
            for outcome, acts_ in plain_acts(method, rule.trigger, case).items():
                answer = attempt(method, case, acts_[0])
                if not isinstance(answer, Refused):
                    continue
                if facts_or_place & {unmet.code for unmet in answer.unmet}:
                    taken = Ticket(state, facts).fire(stock, rule.trigger, outcome)

                    assert taken is None, answer


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
