"""
What a desk uses when a host brings nothing: the time, a calendar, and people.
"""

from __future__ import annotations

import pickle
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from complaintflow.adapters.system import EverybodyMay, KnownActors, SystemClock, WeekdayCalendar
from complaintflow.errors import EvidenceError, TimeError, UnknownActor
from complaintflow.ports import SYSTEM, Actor


class TestSystemClock:
    """
    The time of the machine.
    """

    def test_it_tells_the_present_moment_in_utc(self):
        """
        What a machine calls local is nobody's business.
        """
        before = datetime.now(UTC)

        now = SystemClock().now()

        assert before <= now <= datetime.now(UTC)
        assert timedelta(0) == now.utcoffset()


class TestWeekdayCalendar:
    """
    Monday to Friday, and no holidays.
    """

    def test_monday_to_friday_count(self):
        """
        Without holidays, every week is alike.
        """
        calendar = WeekdayCalendar()
        monday = date(2026, 1, 5)

        counts = [calendar.is_business_day(monday + timedelta(days=day)) for day in range(7)]

        assert [True] * 5 + [False] * 2 == counts

    def test_a_holiday_does_not_count(self):
        """
        Nor does it make a Sunday count.
        """
        calendar = WeekdayCalendar({date(2026, 12, 25), date(2026, 12, 27)})

        assert not calendar.is_business_day(date(2026, 12, 25))
        assert not calendar.is_business_day(date(2026, 12, 27))
        assert calendar.is_business_day(date(2026, 12, 28))

    def test_holidays_may_be_worked_out_when_they_are_asked_for(self):
        """
        Holiday libraries begin empty, and fill themselves year by year.
        """

        class NewYear(Collection):
            def __contains__(self, day):
                return (1, 1) == (day.month, day.day)

            def __iter__(self):
                return iter(())

            def __len__(self):
                return 0

        assert not WeekdayCalendar(NewYear()).is_business_day(date(2027, 1, 1))

    @pytest.mark.parametrize("day", ["2026-12-25", datetime(2026, 12, 25, tzinfo=UTC), None])
    def test_a_holiday_that_would_never_match_is_refused(self, day):
        """
        Somebody would wait for an answer on Christmas Day.
        """
        with pytest.raises(TimeError, match="a holiday must be a date"):
            WeekdayCalendar([day])


class TestEverybodyMay:
    """
    For trying out, and for hosts that have asked before.
    """

    def test_every_name_is_a_human_without_limits(self):
        """
        Nobody has to be made known first.
        """
        assert Actor("sam", "human", None, None) == EverybodyMay().actor("sam")

    def test_the_system_is_the_system(self):
        """
        What passes a deadline is no human.
        """
        assert SYSTEM == EverybodyMay().actor("system")

    @pytest.mark.parametrize("name", ["", " "])
    def test_nobody_has_a_blank_name(self, name):
        """
        An entry by nobody cannot be asked about.
        """
        with pytest.raises(UnknownActor):
            EverybodyMay().actor(name)


class TestKnownActors:
    """
    For hosts whose people can be listed.
    """

    def test_it_knows_actors_by_their_ids(self):
        """
        A list will do.
        """
        sam = Actor("sam", limits={"EUR": 50})

        assert sam == KnownActors([sam, Actor("bot-1", "bot")]).actor("sam")

    def test_it_knows_actors_by_the_names_of_a_mapping(self):
        """
        A login is not always an id.
        """
        sam = Actor("17")

        assert sam == KnownActors({"sam@example.org": sam}).actor("sam@example.org")

    def test_it_knows_nobody_else(self):
        """
        A slip in a name is no new colleague.
        """
        with pytest.raises(UnknownActor, match="nobody is known as 'Sam'"):
            KnownActors([Actor("sam")]).actor("Sam")

    def test_it_knows_the_system(self):
        """
        Deadlines pass on every desk; a host may still say otherwise.
        """
        timer = Actor("timer", "system")

        assert SYSTEM == KnownActors([]).actor("system")
        assert timer == KnownActors({"system": timer}).actor("system")

    def test_later_changes_of_the_mapping_do_not_count(self):
        """
        Who may do what is not changed by accident.
        """
        actors = {"sam": Actor("sam")}
        known = KnownActors(actors)

        actors.clear()

        assert Actor("sam") == known.actor("sam")


@pytest.mark.parametrize(
    "given",
    [
        {"limits": {"eur": "50"}},
        {"limits": {5: "50"}},
        {"limits": {"EUR": -5}},
        {"may": [[]]},
    ],
    ids=["small letters", "no text", "less than nothing", "no names"],
)
def test_what_an_actor_cannot_have_is_told(given):
    """
    A limit nobody reads would allow nothing, or everything, in silence.
    """
    with pytest.raises(EvidenceError, match=r"^actor: (limits must map|may must hold)"):
        Actor("sam", **given)


def test_an_actor_with_limits_can_be_pickled():
    """
    It is part of an entry, which may go through a queue.
    """
    sam = Actor("sam", limits={"EUR": "50"})

    assert sam == pickle.loads(pickle.dumps(sam))


def test_limits_cannot_be_changed():
    """
    Neither through the actor, nor through what it was made of.
    """
    given = {"EUR": "50"}
    sam = Actor("sam", limits=given)
    given["EUR"] = "5000"

    assert {"EUR": Decimal(50)} == sam.limits == Actor("sam", limits=sam.limits).limits
    assert "{'EUR': Decimal('50')}" == repr(sam.limits)
    assert (1, ["EUR"]) == (len(sam.limits), list(sam.limits))
    with pytest.raises(TypeError):
        sam.limits["EUR"] = Decimal(5000)
    with pytest.raises(AttributeError):
        sam.limits.update(given)
    assert sam.may_offer(Decimal(50), "EUR")
    assert not sam.may_offer(Decimal(51), "EUR")
