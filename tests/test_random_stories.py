"""
Random stories under every method, with the charter asked after every step.

`method_machine` is what we ship for methods of a host's own; here it doubts ours. After each step
it asks, from the history alone, whether a remedy came before hearing, recognition or expectation,
whether a close left a promise open, whether a breach is gone, whether the history replays to the
same case and reads back as it was written, and whether `options` and `decide` say the same.
"""

import pytest
from hypothesis import settings

from complaintflow import methods
from complaintflow.methods import six_steps
from complaintflow.testing import method_machine

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


def test_a_method_that_breaks_the_charter_is_found_out():
    """
    A machine that finds nothing must have been seen to find something.
    """
    from complaintflow._engine import compiled

    method = six_steps()
    for event in compiled(method).acts.values():
        if event.rule.act.spec.remedy:
            event.paths = {None: _unguarded(event.paths[None])}
            for states in ("received", "heard"):
                event.transitions[states] = event.transitions["consulted"]
    broken = method_machine(method).TestCase
    broken.settings = settings(max_examples=25, stateful_step_count=6, report_multiple_bugs=False)

    with pytest.raises(AssertionError):
        broken("runTest").runTest()


def _unguarded(path):
    import attrs

    return attrs.evolve(path, facts=frozenset(), musts=(), requirements=(), beyond=())
