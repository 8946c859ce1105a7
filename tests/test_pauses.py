"""
How long to wait before something is tried again.
"""

import itertools
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintflow import Pauses, TimeError

PLAIN = Pauses(spread=0)


def test_each_pause_is_longer_up_to_the_longest():
    """
    Half a minute, a minute, two; and never more than six hours.
    """
    told = [PLAIN(attempts).total_seconds() for attempts in range(12)]

    assert [30, 60, 120, 240, 480, 960, 1920, 3840, 7680, 15360, 21600, 21600] == told


def test_pauses_need_not_grow():
    """
    A factor of one is a steady beat.
    """
    steady = Pauses(factor=1, spread=0)

    assert steady(0) == steady(50) == timedelta(seconds=30)


@given(
    attempts=st.integers(0, 10**6),
    key=st.text(),
    factor=st.floats(1, 100),
    spread=st.floats(0, 1),
)
def test_a_pause_is_spread_below_its_length(attempts, key, factor, spread):
    """
    However often it was tried, and the same for the same attempt.
    """
    pauses = Pauses(factor=factor, spread=spread)
    full = Pauses(factor=factor, spread=0)(attempts)
    microsecond = timedelta(microseconds=1)

    assert full * (1 - spread) - microsecond <= pauses(attempts, key) <= full
    assert full <= pauses.longest
    assert pauses(attempts, key) == pauses(attempts, key)


def test_what_failed_together_is_not_tried_again_together():
    """
    A mail server that comes back is not met by all letters of the day at once.
    """
    pauses = sorted(Pauses()(4, f"case-{n}:1:1").total_seconds() for n in range(1_000))

    assert 480 * 0.8 <= pauses[0] < 480 * 0.82
    assert 480 * 0.98 < pauses[-1] <= 480
    assert len(set(pauses)) > 990
    gaps = [after - before for before, after in itertools.pairwise(pauses)]
    assert max(gaps) < 2


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"first": timedelta(0)}, "first must be more than nothing and at most 6:00:00"),
        ({"first": timedelta(days=1)}, "first must be more than nothing and at most 6:00:00"),
        ({"factor": 0.5}, "factor must be from 1 to 100, not 0.5"),
        ({"spread": 2}, "spread must be from 0 to 1, not 2"),
    ],
)
def test_pauses_that_make_no_sense_are_refused(settings, problem):
    """
    One that shrinks to nothing would ask without end.
    """
    with pytest.raises(TimeError) as error:
        Pauses(**settings)

    assert f"pauses: {problem}" == str(error.value)
