"""
The testing kit's own strategies and explorer: what is drawn is valid, what is followed arrives.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaintflow import Case, Method, Refused, decide
from complaintflow.acts import Accept, Act, Close, KeepPromise, Offer, Remedy
from complaintflow.errors import EvidenceError
from complaintflow.methods import five_steps, six_steps
from complaintflow.testing import acts, histories, method_machine, methods
from complaintflow.testing._attempts import SAM, opened
from complaintflow.testing._exploring import configurations
from complaintflow.testing._following import follow
from complaintflow.testing._shapes import library, outcome_of, outcomes_of
from complaintflow.testing._story import Story
from complaintflow.testing._strategies import actors, cases, evidence, moments


@settings(max_examples=8)
@given(methods())
def test_methods_that_are_drawn_are_valid(method):
    """
    A definition that exists is valid, also one that nobody wrote.
    """
    assert isinstance(method, Method)
    assert method.initial == opened(method).state


@settings(max_examples=5)
@given(histories(six_steps(), max_size=8))
def test_histories_that_are_drawn_replay(history):
    """
    Whatever shows or copies cases can be tested with them.
    """
    assert len(history) == Case.replay(history).version


@pytest.mark.parametrize("made", [histories, method_machine], ids=lambda made: made.__name__)
def test_what_is_no_method_is_told_before_anything_is_drawn(made):
    """
    A method is built by calling it, and whoever forgets it is told so where they forgot it.
    """
    with pytest.raises(EvidenceError, match="built by calling it"):
        made(six_steps)


@settings(max_examples=20)
@given(acts(six_steps()))
def test_acts_that_are_drawn_are_acts_of_the_method(act):
    """
    Widest domain by default, and never an act the method does not know.
    """
    assert act.trigger in six_steps().triggers


@pytest.mark.parametrize(
    "act",
    [
        Offer([Remedy("repair")], words="We would repair it"),
        Accept(),
        KeepPromise("p1"),
        Close(),
    ],
    ids=lambda act: act.trigger,
)
def test_a_way_that_is_followed_literally_arrives(act):
    """
    Whatever `way` proposes, done word by word, makes the act possible.
    """
    method = six_steps()
    case = opened(method)
    with pytest.raises(Refused) as no:
        decide(method, case, act, at=case.updated_at, by=SAM)

    assert follow(method, case, no.value.way, act).version > case.version


def test_every_configuration_comes_with_a_case_that_stands_in_it():
    """
    The explorer finds concrete evidence for what the definition allows.
    """
    found = configurations(five_steps())

    assert all((case.state, case.facts) == standing for standing, case in found.items())
    assert {"received", "closed", "lapsed", "withdrawn"} <= {state for state, _ in found}


@settings(max_examples=15)
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


@settings(max_examples=30)
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


@settings(max_examples=30)
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
