"""
The testing kit's own strategies and explorer: what is drawn is valid, what is followed arrives.
"""

import pytest
from hypothesis import given, settings

from complaintflow import Case, Method, Refused, decide
from complaintflow.acts import Accept, Close, KeepPromise, Offer, Remedy
from complaintflow.methods import five_steps, six_steps
from complaintflow.testing import acts, histories, methods
from complaintflow.testing._exploring import SAM, configurations, follow, opened


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
