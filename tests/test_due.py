"""
What is due soon, due and overdue, each asked of a case.
"""

from datetime import UTC, datetime, timedelta

import pytest

from complaintflow import TimeError, Within
from complaintflow.acts import Accept, DeadlinePassed, KeepPromise, Offer, Remedy
from complaintflow.methods import six_steps

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""Monday morning: when the stories begin."""


@pytest.fixture
def promised(story_in):
    """
    Return a story in which two things were promised: one until Wednesday, one until Friday week.
    """
    story = story_in("consulted")
    new = Remedy("replacement", due=NOW + timedelta(days=2))
    money = Remedy("refund", "5", "EUR", due=NOW + timedelta(days=11))
    story.record(Offer([new, money], words="A new one, and five euros"), Accept())
    return story


@pytest.mark.parametrize(
    ("days", "within", "due"),
    [
        (0, Within(1, "days"), []),
        (0, Within(2, "days"), ["p1"]),
        (2, Within(1, "days"), ["p1"]),
        (3, Within(1, "weeks"), []),
        (3, Within(8, "days"), ["p2"]),
        (0, Within(1, "months"), ["p1", "p2"]),
        (12, Within(1, "months"), []),
    ],
)
def test_what_is_due_soon_is_still_in_time(promised, days, within, due):
    """
    001-61: "in accordance with set deadlines"; a reminder that comes too late is none.
    """
    soon = promised.case.due_soon(NOW + timedelta(days=days), within)

    assert due == [deadline.about for deadline in soon]


def test_business_days_are_those_of_a_calendar(promised):
    """
    Who is closed until Thursday has less time than it seems.
    """

    class ClosedUntilThursday:
        def is_business_day(self, day):
            return day.weekday() == 3

    one = Within(1, "business_days")

    assert () == promised.case.due_soon(NOW, one)
    assert ["p1"] == [
        d.about for d in promised.case.due_soon(NOW, one, calendar=ClosedUntilThursday())
    ]


def test_what_is_overdue_stays_so_until_it_is_done(promised):
    """
    001-61: recorded or not, a promise that is late is late until it ends.
    """
    at_noon = NOW + timedelta(days=2)
    late = at_noon + timedelta(seconds=1)

    assert () == promised.case.overdue(at_noon)
    assert ["p1"] == [deadline.about for deadline in promised.case.overdue(late)]

    promised.record(DeadlinePassed("promise", "p1"), at=late)

    assert ["p2"] == [deadline.about for deadline in promised.case.deadlines]
    assert ["p1"] == [deadline.about for deadline in promised.case.overdue(late)]

    promised.record(KeepPromise("p1"))

    assert () == promised.case.overdue(late)


def test_a_time_limit_of_the_method_is_overdue_until_that_is_recorded(begin):
    """
    Nothing is both over and forgotten.
    """
    story = begin(six_steps(first_response=Within(4, "hours")))
    late = NOW + timedelta(hours=5)

    assert ["first_response"] == [d.code for d in story.case.due_soon(NOW, Within(4, "hours"))]
    assert ["first_response"] == [d.code for d in story.case.overdue(late)]

    story.record(DeadlinePassed("first_response"), at=late)

    assert () == story.case.overdue(late)


def test_a_naive_time_is_no_moment(promised):
    """
    Soon is counted from a moment.
    """
    naive = datetime(2026, 1, 5, 9)

    with pytest.raises(TimeError):
        promised.case.due_soon(naive, Within(1, "days"))
    with pytest.raises(TimeError):
        promised.case.overdue(naive)
