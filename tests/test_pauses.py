"""
How long to wait before something is tried again: what a wait strategy says, or the usual one.
"""

import asyncio
import itertools
import logging
from datetime import timedelta
from fractions import Fraction
from math import inf, isfinite, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenacity import (
    wait_chain,
    wait_exception,
    wait_exponential,
    wait_fixed,
    wait_incrementing,
    wait_none,
    wait_random,
)
from tenacity.wait import wait_base

from complaintflow import AsyncDesk, Delivery, Desk, NotDelivered
from complaintflow._desk._wiring import FIRST_PAUSE, LAST_PAUSE, PARK_AFTER
from complaintflow._pauses import LONGEST_PAUSE, Pausing
from complaintflow.acts import Withdraw
from complaintflow.adapters.memory import MemoryStore
from complaintflow.methods import six_steps
from complaintflow.testing import FrozenClock

from .conftest import MONDAY

SIX = six_steps()
LOG = logging.getLogger("complaintflow")


def pausing(given=None):
    """
    Return what a desk makes of the pauses it is given.
    """
    return Pausing("pauses", given, first=FIRST_PAUSE, longest=LAST_PAUSE, log=LOG)


class Settling(MemoryStore):
    """
    A store that remembers until when it was told to hold what failed.
    """

    def __init__(self):
        super().__init__()
        self.held = []

    def settle(self, key, *, retry_at=None, parked=None):
        """
        Hold it.
        """
        if retry_at is not None:
            self.held.append((key, retry_at))
        super().settle(key, retry_at=retry_at, parked=parked)


class Failing:
    """
    A notifier that raises what it is told to, one thing after the other; for more, the last.
    """

    def __init__(self, *errors):
        self.errors = list(errors)

    def notify(self, notification):
        """
        Raise the next.
        """
        raise self.errors.pop(0) if self.errors[1:] else self.errors[0]


def pauses_of(strategy, *errors, times=1, cases=1, **options):
    """
    Return how many seconds a desk waits after each of so many attempts that fail, by the key.
    """
    store, clock = Settling(), FrozenClock(MONDAY)
    notifier = Failing(*(errors or [ConnectionError("the mail server is away")]))
    desk = Desk(SIX, store=store, clock=clock, notifier=notifier, pauses=strategy, **options)
    for number in range(cases):
        desk.open(f"t-{number}", customer="ana", complaint="It broke", by="sam")
        desk.record(f"t-{number}", Withdraw(), by="ana")
    found = {}
    for _ in range(times):
        assert Delivery(0, cases) == desk.deliver()
        for key, until in store.held:
            found.setdefault(key, []).append((until - clock.now()).total_seconds())
        clock.move_to(max(until for _, until in store.held))
        store.held.clear()
    return found["t-0:2:1"] if cases == 1 else found


# -- the usual pauses ---------------------------------------------------------------------------


@given(st.integers(1, 5_000))
def test_each_usual_pause_is_twice_as_long_up_to_six_hours(attempt):
    """
    Half a minute, a minute, two, less a fifth at most; and never more than six hours.
    """
    full = min(30 * 2 ** (attempt - 1), 6 * 3600)
    pause = pausing().after(attempt, ConnectionError()).total_seconds()

    assert full * 0.8 <= pause <= full


def test_what_failed_together_is_not_tried_again_together():
    """
    A mail server that comes back is not met by all letters of the day at once.
    """
    usual = pausing()
    pauses = sorted(usual.after(5).total_seconds() for _ in range(1_000))

    assert pauses[0] < 480 * 0.83
    assert 480 * 0.97 < pauses[-1]
    assert len(set(pauses)) > 990
    assert max(after - before for before, after in itertools.pairwise(pauses)) < 5


def test_the_usual_pauses_until_something_is_parked_are_two_to_three_days():
    """
    A mail server that breaks on Friday evening is repaired by Monday morning, or nearly so.
    """
    pauses = [pausing().after(attempt) for attempt in range(1, PARK_AFTER)]

    assert timedelta(days=2) <= sum(pauses, timedelta()) <= timedelta(days=3)


# -- strategies ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("strategy", "waits"),
    [
        (wait_fixed(45), [45, 45, 45, 45]),
        (wait_exponential(multiplier=60, max=300), [60, 120, 240, 300]),
        (wait_incrementing(start=10, increment=5), [10, 15, 20, 25]),
        (wait_chain(wait_fixed(1), wait_fixed(60), wait_fixed(3600)), [1, 60, 3600, 3600]),
        (wait_fixed(timedelta(minutes=1)) + wait_fixed(5), [65, 65, 65, 65]),
        (lambda state: 7 * state.attempt_number, [7, 14, 21, 28]),
        (lambda state: Fraction(5, 2), [2.5, 2.5, 2.5, 2.5]),
    ],
    ids=["fixed", "exponential", "incrementing", "chain", "sum", "function", "fraction"],
)
def test_a_desk_waits_as_a_strategy_of_tenacity_says(strategy, waits):
    """
    Counted from the first attempt, though each may be made by another process.
    """
    assert waits == pauses_of(strategy, times=4)


def test_a_strategy_counts_the_attempts_of_other_desks():
    """
    They are kept in the store, and a desk that was made just now goes on with them.
    """
    store, clock = Settling(), FrozenClock(MONDAY)

    def made():
        options = {"notifier": Failing(OSError()), "pauses": wait_exponential(60)}
        return Desk(SIX, store=store, clock=clock, **options)

    made().open("t-1", customer="ana", complaint="It broke", by="sam")
    made().record("t-1", Withdraw(), by="ana")
    for waits in (60, 120, 240):
        assert Delivery(0, 1) == made().deliver()
        assert timedelta(seconds=waits) == store.held[-1][1] - clock.now()
        clock.advance(seconds=waits)


def test_a_strategy_sees_what_was_raised():
    """
    A server that is away comes back later than one that is busy.
    """
    by_error = wait_exception(lambda error: 600 if isinstance(error, ConnectionError) else 5)

    assert [5, 600] == pauses_of(by_error, TimeoutError(), ConnectionError(), times=2)


def test_a_strategy_sees_what_was_called_and_with_what():
    """
    As if the loop of the library had done it.
    """
    seen = []

    def looking(state):
        seen.append(state)
        return 1

    raised = ConnectionError("away")
    assert [1] == pauses_of(looking, raised)
    (state,) = seen
    assert (1, True, raised) == (
        state.attempt_number,
        state.outcome.failed,
        state.outcome.exception(),
    )
    (notification,) = state.args
    assert ("t-0:2:1", 0) == (notification.key, notification.attempts)
    assert "Failing.notify" == state.fn.__qualname__
    assert {} == state.kwargs
    assert looking is state.retry_object.wait


def test_a_strategy_with_chance_is_asked_for_each():
    """
    Two that fail together wait for different times.
    """
    found = pauses_of(wait_fixed(100) + wait_random(0, 100), cases=3)

    assert 3 == len({seconds for each in found.values() for seconds in each})
    assert all(100 <= seconds <= 200 for each in found.values() for seconds in each)


@pytest.mark.parametrize(("asked", "waits"), [(5, 60), (60, 60), (600, 600), (-5, 60), (None, 60)])
def test_a_receiver_that_asks_for_more_time_gets_it_whatever_the_strategy(asked, waits):
    """
    And never less than the strategy says.
    """
    asked = asked and timedelta(seconds=asked)
    error = NotDelivered("t-0:2:1", "busy", retry_after=asked)

    assert [waits] == pauses_of(wait_fixed(60), error)


@pytest.mark.parametrize("desk_waits", [10, 20])
def test_an_awaited_desk_takes_strategies_as_well(desk_waits):
    """
    It is the same script.
    """

    async def script():
        clock = FrozenClock(MONDAY)
        strategy = wait_fixed(desk_waits)
        desk = AsyncDesk(SIX, clock=clock, notifier=Failing(OSError()), pauses=strategy)
        await desk.open("t-1", customer="ana", complaint="It broke", by="sam")
        await desk.record("t-1", Withdraw(), by="ana")
        done = [await desk.deliver()]
        for seconds in (desk_waits - 1, 1):
            clock.advance(seconds=seconds)
            done.append(await desk.deliver())
        return done

    assert [Delivery(0, 1), Delivery(0, 0), Delivery(0, 1)] == asyncio.run(script())


# -- what no strategy should do -----------------------------------------------------------------


class Broken(wait_base):
    """
    A strategy that divides by nothing.
    """

    def __call__(self, retry_state):
        """
        Raise.
        """
        return 1 / 0


class Unspeakable:
    """
    What cannot even be shown.
    """

    def __repr__(self):
        return 1 / 0


@pytest.mark.parametrize(
    ("strategy", "told"),
    [
        (Broken(), "pauses is Broken, which raised ZeroDivisionError"),
        (wait_fixed(1) + Broken(), "pauses is wait_combine, which raised ZeroDivisionError"),
        (lambda state: None, "<lambda>, which gave None, no number of seconds"),
        (lambda state: nan, "<lambda>, which gave nan, no number"),
        (lambda state: inf, "<lambda>, which gave inf, no number"),
        (lambda state: -0.1, "<lambda>, which gave -0.1, no number"),
        (lambda state: True, "<lambda>, which gave True, no number"),
        (lambda state: "60", "<lambda>, which gave '60', no number"),
        (lambda state: 1j, "<lambda>, which gave 1j, no number"),
        (lambda state: timedelta(1), "gave datetime.timedelta(days=1), no number"),
        (lambda state: Unspeakable(), "<lambda>, which raised ZeroDivisionError"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_strategy_that_cannot_say_it_costs_the_usual_pause_and_a_line_in_the_log(
    strategy, told, caplog
):
    """
    What failed is settled, and what comes after it is delivered, or fails, as well.
    """
    found = pauses_of(strategy, cases=3)

    assert 3 == len(found)
    assert all(24 <= seconds <= 30 for (seconds,) in found.values())
    lines = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert 3 == len(lines)
    assert told in lines[0].getMessage()
    assert lines[0].getMessage().endswith("; the usual pause is taken")
    assert ("t-0", "t-0:2:1", 1) == (lines[0].case, lines[0].key, lines[0].attempts)


@given(
    st.one_of(
        st.floats(),
        st.integers(),
        st.fractions(),
        st.decimals(),
        st.text(),
        st.none(),
        st.booleans(),
    )
)
def test_whatever_a_strategy_gives_there_is_a_pause_that_a_calendar_can_count(told):
    """
    A number of seconds is taken as it is, up to a year, and anything else for a mistake.
    """
    logging.disable()
    try:
        pause = pausing(lambda state: told).after(1, OSError())
    finally:
        logging.disable(logging.NOTSET)

    is_taken = isinstance(told, int | float | Fraction) and not isinstance(told, bool)
    if is_taken and isfinite(told) and told >= 0:
        assert timedelta(seconds=min(float(told), LONGEST_PAUSE.total_seconds())) == pause
    else:
        assert timedelta(seconds=24) <= pause <= timedelta(seconds=30)


@pytest.mark.parametrize("strategy", [wait_none(), wait_fixed(0.001)], ids=["none", "little"])
def test_a_pause_is_a_second_at_least(strategy):
    """
    Otherwise one call would try the same letter twenty times, and put it aside.
    """
    assert [1, 1, 1] == pauses_of(strategy, times=3)


@pytest.mark.parametrize(
    ("strategy", "error"),
    [
        (wait_fixed(1e300), OSError()),
        (wait_exponential(multiplier=1e300), OSError()),
        (lambda state: 10**400, OSError()),
        (wait_fixed(60), NotDelivered("t-0:2:1", "no", retry_after=timedelta.max)),
    ],
    ids=["fixed", "exponential", "whole number", "receiver"],
)
def test_a_pause_is_a_year_at_most(strategy, error):
    """
    A longer one is past the end of the calendar sooner or later, and would stop all deliveries.
    """
    assert [365 * 86400] == pauses_of(strategy, error)


@pytest.mark.parametrize("asked", [600, "tomorrow", nan], ids=repr)
def test_a_receiver_that_asks_for_no_span_of_time_has_asked_for_none(asked):
    """
    Whoever raises it in a notifier of their own makes mistakes, too.
    """
    error = NotDelivered("t-0:2:1", "busy", retry_after=asked)

    assert [60] == pauses_of(wait_fixed(60), error)
