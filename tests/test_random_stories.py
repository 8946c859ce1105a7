"""
Random stories under every method, with the charter asked after every step.

`method_machine` is what we ship for methods of a host's own; here it doubts ours. After each step
it asks, from the history alone, whether a remedy came before hearing, recognition or expectation,
whether a close left a promise open, whether a breach is gone, whether the history replays to the
same case and reads back as it was written, and whether `options` and `decide` say the same.
"""

import pytest
from attrs import evolve
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.stateful import run_state_machine_as_test

from complaintflow import Actor, Case, Edge, MethodError, Rule, decide, methods
from complaintflow.acts import Merge
from complaintflow.methods import six_steps
from complaintflow.requirements import promise_open
from complaintflow.testing import method_machine, stories
from complaintflow.testing import methods as drawn
from complaintflow.testing._charter import Charter

from .mutants import HEARD, KNOWN, SEEN, SETTLED, flat, unchecked, without

# A tenth of what the profile asks for: a story is a hundred examples by itself.
FEW = settings(max_examples=max(3, settings().max_examples // 15), stateful_step_count=10)


def machine_of(method):
    """
    Return the test case of a method, with few and short stories.
    """
    case = method_machine(method).TestCase
    case.settings = FEW
    return case


class TestFiveSteps(machine_of(methods.five_steps())):
    """The five steps, told at random."""


class TestSevenAs(machine_of(methods.seven_as())):
    """The seven A's, told at random."""


class TestPersonalOwnership(machine_of(methods.personal_ownership())):
    """Personal ownership, told at random."""


class TestSixSteps(machine_of(methods.six_steps())):
    """The six steps, told at random."""


class TestStrictSixSteps(machine_of(six_steps(strict=True, sixth="follow_up"))):
    """The six steps where everything recommended is demanded, told at random."""


@pytest.mark.untraced
def test_made_up_methods_bear_random_stories_too():
    """
    A host's own acts and rules are under the same charter.
    """
    made_up = []

    @settings(max_examples=4, derandomize=True, database=None, phases=[Phase.generate])
    @given(drawn())
    def collect(method):
        made_up.append(method)

    collect()
    for method in made_up:
        machine_of(method)("runTest").runTest()


# -- planted mistakes ---------------------------------------------------------------------------


def charter_says(mutant):
    """
    Return what the random stories find broken first; empty where they find nothing.
    """
    try:
        run_state_machine_as_test(
            method_machine(mutant),
            settings=settings(
                max_examples=200,
                stateful_step_count=20,
                report_multiple_bugs=False,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
                print_blob=False,
            ),
        )
    except AssertionError as broken:
        return str(broken)
    return ""


CHARTER = {
    ("offer", HEARD): "I1",
    ("offer", SEEN): "I2",
    ("offer", KNOWN): "I3",
    ("accept_ask", HEARD): "I1",
    ("accept_ask", SEEN): "I2",
    ("accept_ask", KNOWN): "I3",
    ("close", SETTLED): "I4",
}
"""The needs that the charter rests on, where nothing but facts keeps acts in order."""


def charter_on_stories(mutant):
    """
    Return what the charter finds broken first on the decisive stories of a mutant.
    """
    for story in stories(mutant):
        charter = Charter(mutant)
        case = Case.open(story.history[0])
        charter.take(story.history[0])
        for entry in (*story.history[1:], *([story.entry] if story.entry else [])):
            broken = charter.broken_by(entry)
            charter.take(entry)
            broken += charter.lost_by(case, entry, case.apply(entry))
            if broken:
                return broken[0]
            case = case.apply(entry)
    return ""


@pytest.mark.parametrize(("trigger", "need"), CHARTER)
def test_a_guard_of_the_charter_is_missed_when_it_is_gone(trigger, need):
    """
    The definition does not let it pass; and if it did, the history would give it away.
    """
    method = flat()
    rules = [
        without(rule, needs=need) if rule.trigger == trigger else rule for rule in method.rules
    ]

    with pytest.raises(MethodError, match=f"charter {CHARTER[trigger, need]}"):
        evolve(method, rules=rules)

    assert charter_on_stories(unchecked(method, rules=rules)).startswith(CHARTER[trigger, need])


@pytest.mark.parametrize(("trigger", "need"), [("offer", HEARD), ("offer", KNOWN)])
def test_random_stories_miss_such_a_guard_too(trigger, need):
    """
    What is drawn gets there as well, where the road is short.
    """
    method = flat()
    rules = [
        without(rule, needs=need) if rule.trigger == trigger else rule for rule in method.rules
    ]

    assert charter_says(unchecked(method, rules=rules)).startswith(CHARTER[trigger, need])


def replaced(method, trigger, **changes):
    """
    Return a method's rules with one of them changed.
    """
    return [evolve(r, **changes) if r.trigger == trigger else r for r in method.rules]


OTHERS = {
    "a reopened case is not heard again": ("reopen", {"begins_cycle": False}, "I1"),
    "a new promise leaves the old word": ("accept", {"clears": []}, "I4"),
    "nobody need allow a broken promise": ("break_promise", {"needs": [promise_open()]}, "I4"),
}


@pytest.mark.untraced
@pytest.mark.parametrize("name", OTHERS)
def test_the_charter_finds_out_other_mistakes_about_promises_and_cycles(name):
    """
    What the charter says is read off the history, whatever let it happen.
    """
    trigger, changes, invariant = OTHERS[name]
    method = flat()
    mutant = unchecked(method, rules=replaced(method, trigger, **changes))

    assert (charter_on_stories(mutant) or charter_says(mutant)).startswith(invariant)


def test_the_charter_finds_a_case_merged_over_its_promises():
    """
    The definition does not let it pass; and if it did, the history would give it away.
    """
    method = flat()
    rules = [*method.rules, Rule(Merge, in_way=False)]
    edges = [*method.edges, Edge("open", "merge", "over")]

    with pytest.raises(MethodError, match="charter I4: merge must need nothing_outstanding"):
        evolve(method, rules=rules, edges=edges)

    mutant = unchecked(method, rules=rules, edges=edges)
    agreed = next(s for s in stories(method) if s.trigger == "accept" and s.entry)
    charter = Charter(mutant)
    for entry in (*agreed.history, agreed.entry):
        charter.take(entry)
    owing = agreed.case.apply(agreed.entry)
    merged = decide(mutant, owing, Merge("t-2", "twice"), at=agreed.at, by=Actor("sam"))

    (broken,) = charter.broken_by(merged)
    assert broken.startswith("I4")
    assert broken.endswith(f"merges the case while {owing.ledger.outstanding[0].id} is owed")


def test_the_charter_knows_who_has_asked():
    """
    A promise is broken with the word of a second person, and not of the same one again.
    """
    allowed = next(s for s in stories(flat()) if s.trigger == "break_promise" and s.entry)
    charter = Charter(flat())
    for entry in allowed.history[:-1]:
        charter.take(entry)
    request, answer = allowed.history[-2:]

    assert (request.trigger, answer.trigger) == ("request_approval", "approve")
    assert charter.broken_by(answer) == []
    (broken,) = charter.broken_by(evolve(answer, by=request.by))
    assert broken.endswith("allows a promise to be broken, and has asked for it")
