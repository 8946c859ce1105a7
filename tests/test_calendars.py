"""
Business days of countries, and spans that name their calendar.
"""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintflow import TimeError, Within
from complaintflow.adapters.calendars import HolidayCalendar, holiday_calendars
from complaintflow.adapters.system import WeekdayCalendar
from complaintflow.ports import DEFAULT

CHRISTMAS = datetime(2026, 12, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "day", "counts"),
    [
        ("GB", date(2026, 12, 25), False),
        ("GB", date(2026, 12, 24), True),
        ("GB", date(2026, 12, 26), False),
        ("GB", date(2026, 12, 28), False),  # Boxing Day, observed
        ("GB-SCT", date(2026, 1, 2), False),
        ("GB-ENG", date(2026, 1, 2), True),
        ("IE", date(2026, 3, 17), False),
        ("IL", date(2026, 1, 4), True),  # a Sunday
        ("IL", date(2026, 1, 2), False),  # a Friday
        ("CN", date(2026, 2, 14), True),  # a Saturday that is worked
    ],
)
def test_business_days_are_those_of_the_country(name, day, counts):
    """
    Holidays, those moved to a Monday, other weekends, and the parts of a country.
    """
    assert counts == holiday_calendars(name)[name].is_business_day(day)


def test_a_host_has_days_of_its_own():
    """
    An outing in June, and a Saturday before Christmas on which everybody works.
    """
    calendar = HolidayCalendar("GB", closed=[date(2026, 6, 12)], open=[date(2026, 12, 19)])

    assert not calendar.is_business_day(date(2026, 6, 12))
    assert calendar.is_business_day(date(2026, 12, 19))
    assert not calendar.is_business_day(date(2026, 12, 25))


def test_a_host_has_weekends_of_its_own():
    """
    A shop that is closed on Mondays, and on holidays all the same.
    """
    calendar = HolidayCalendar("GB", weekend=[0])

    assert [False, True] == [calendar.is_business_day(date(2026, 1, day)) for day in (5, 4)]
    assert not calendar.is_business_day(date(2026, 12, 25))


@given(st.dates(date(1970, 1, 1), date(2100, 1, 1)))
def test_a_calendar_says_what_the_library_says(day):
    """
    The library is asked year by year, and its own answer is the measure.
    """
    asked = holidays.country_holidays("IE")

    assert asked.is_working_day(day) == HolidayCalendar("IE").is_business_day(day)


def test_threads_that_ask_at_once_get_the_same():
    """
    A lazy collection that is half filled would call Christmas a business day.
    """
    answers = []
    barrier = threading.Barrier(8)

    def ask():
        calendar = HolidayCalendar("FR")
        barrier.wait(5)
        answers.extend(calendar.is_business_day(date(year, 12, 25)) for year in range(1990, 2020))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (240, {False}) == (len(answers), set(answers))


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: HolidayCalendar("XX"), "no holidays are known of the country 'XX'; give its ISO"),
        (lambda: HolidayCalendar(None), "no holidays are known of the country None"),
        (lambda: HolidayCalendar("GBX"), "no holidays are known of the country 'GBX' (did you "),
        (
            lambda: HolidayCalendar("at"),
            "no holidays are known of the country 'at' (did you mean 'AT",
        ),
        (
            lambda: HolidayCalendar("GB-SCT"),
            (
                "no holidays are known of the country 'GB-SCT'; a part of one is said beside it: "
                "HolidayCalendar('GB', subdivision='SCT')"
            ),
        ),
        (
            lambda: holiday_calendars(["GB", "IE"]),
            (
                "a calendar is named by a code such as 'GB-SCT', not by ['GB', 'IE']; "
                "several are given one after the other: holiday_calendars('GB', 'IE')"
            ),
        ),
        (
            lambda: holiday_calendars("GB-SC"),
            "no holidays are known of 'SC' in GB; its parts: ENG, NIR, SCT, WLS",
        ),
        (lambda: holiday_calendars("MC-X"), "no holidays are known of 'X' in MC; its parts: none"),
        (lambda: HolidayCalendar("GB", weekend=range(7)), "weekend must name some days of the we"),
        (lambda: HolidayCalendar("GB", closed=["2026-06-12"]), "a day must be a date, such as"),
        (
            lambda: HolidayCalendar("GB", open=[CHRISTMAS]),
            "a day must be a date, such as date(2026, 12, 25), not date",
        ),
    ],
)
def test_what_is_no_calendar_is_refused(make, problem):
    """
    A slip in a code would count every holiday as a business day.
    """
    with pytest.raises(TimeError) as error:
        make()

    assert str(error.value).startswith(problem)


def test_a_calendar_has_a_name():
    """
    By which a method asks for it.
    """
    scotland = HolidayCalendar("GB", subdivision="SCT")

    assert ("GB-SCT", "<HolidayCalendar GB-SCT>") == (scotland.name, repr(scotland))


# -- spans that name their calendar -------------------------------------------------------------


def test_a_span_is_counted_on_the_calendar_it_names():
    """
    One desk works under several regulators.
    """
    calendars = holiday_calendars("GB", "IL") | {DEFAULT: WeekdayCalendar()}
    two = {name: Within(2, "business_days", calendar=name) for name in ("GB", "IL", None)}

    due = {name: within.after(CHRISTMAS, calendars).day for name, within in two.items()}

    assert {"GB": 29, "IL": 27, None: 25} == due


@pytest.mark.parametrize(
    "calendars", [None, {}, {"GB-ENG": WeekdayCalendar()}, {DEFAULT: WeekdayCalendar()}]
)
def test_a_span_is_not_counted_on_another_calendar(calendars):
    """
    The date would be wrong, and look right.
    """
    with pytest.raises(TimeError, match=r"there is no calendar 'GB'.* to count business days on; "):
        Within(2, "business_days", calendar="GB").after(CHRISTMAS, calendars)


def test_one_calendar_is_for_spans_that_name_none():
    """
    It is not known to be that of anywhere.
    """
    calendar = HolidayCalendar("GB")

    assert 29 == Within(2, "business_days").after(CHRISTMAS, calendar).day
    with pytest.raises(TimeError, match=r"there is no calendar 'GB' to count"):
        Within(2, "business_days", calendar="GB").after(CHRISTMAS, calendar)


def test_without_a_default_one_weekdays_count():
    """
    As they do for a desk that has no calendars at all.
    """
    assert 25 == Within(2, "business_days").after(CHRISTMAS, holiday_calendars("GB")).day


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"calendar": ""}, "calendar must be the name of one, such as 'GB', not ''"),
        ({"calendar": 7}, "calendar must be the name of one, such as 'GB', not 7"),
        ({"calendar": "GB", "unit": "days"}, "only business days are counted on a calendar, and "),
    ],
)
def test_a_name_that_means_nothing_is_refused(settings, problem):
    """
    Calendar days do not ask a calendar.
    """
    with pytest.raises(TimeError) as error:
        Within(2, **{"unit": "business_days"} | settings)

    assert str(error.value).startswith(problem)


def test_a_span_tells_its_calendar_only_where_it_has_one():
    """
    A method's pin is a digest of its settings, and must not change for what is not used.
    """
    plain = Within(2, "business_days")

    assert "calendar" not in repr(plain)
    assert "calendar='GB'" in repr(Within(2, "business_days", calendar="GB"))
    assert plain != Within(2, "business_days", calendar="GB")
    assert timedelta(days=2) == plain.after(datetime(2026, 1, 5, tzinfo=UTC)) - datetime(
        2026, 1, 5, tzinfo=UTC
    )
