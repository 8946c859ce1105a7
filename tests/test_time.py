"""
Spans of time: units, zones, clocks that are put forward and back, and calendars.
"""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from complaintflow import TimeError, TimeLimit, Within
from complaintflow._calendars import after_business_time, business_time
from complaintflow._time import UNITS, must_be_aware
from complaintflow.acts import Listen

MONDAY = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
ZONES = sorted(zoneinfo.available_timezones())


class Open247:
    """
    A calendar of a shop that never closes.
    """

    def is_business_day(self, day):
        """
        Return that it is open.
        """
        return True


class ClosedOn:
    """
    A calendar of a shop that closes on weekends and on some days besides.
    """

    def __init__(self, *days):
        self.days = days

    def is_business_day(self, day):
        """
        Return whether it is open.
        """
        return day.weekday() < 5 and day not in self.days


def utc(*moment):
    """
    Return a moment in UTC.
    """
    return datetime(*moment, tzinfo=UTC)


def local(zone, *moment, fold=0):
    """
    Return a moment by the clock of a zone.
    """
    return datetime(*moment, tzinfo=zoneinfo.ZoneInfo(zone), fold=fold)


# -- units --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("within", "due"),
    [
        (Within(4, "hours"), utc(2026, 1, 5, 13, 30)),
        (Within(100, "hours"), utc(2026, 1, 9, 13, 30)),
        (Within(1, "days"), utc(2026, 1, 6, 9, 30)),
        (Within(14), utc(2026, 1, 19, 9, 30)),
        (Within(5, "business_days"), utc(2026, 1, 12, 9, 30)),
        (Within(2, "weeks"), utc(2026, 1, 19, 9, 30)),
        (Within(1, "months"), utc(2026, 2, 5, 9, 30)),
        (Within(12, "months"), utc(2027, 1, 5, 9, 30)),
        (Within(13, "months"), utc(2027, 2, 5, 9, 30)),
    ],
    ids=lambda value: str(value) if isinstance(value, Within) else "",
)
def test_a_span_ends_so_many_units_later(within, due):
    """
    The day it starts on is not counted, and the time of day stays.
    """
    assert due == within.after(MONDAY)


@pytest.mark.parametrize(
    ("within", "due"),
    [
        (Within(2, "days", counts_start_day=True), utc(2026, 1, 6, 9, 30)),
        (Within(5, "business_days", counts_start_day=True), utc(2026, 1, 9, 9, 30)),
        (Within(2, "weeks", counts_start_day=True), utc(2026, 1, 18, 9, 30)),
        (Within(1, "months", counts_start_day=True), utc(2026, 2, 4, 9, 30)),
    ],
    ids=lambda value: str(value) if isinstance(value, Within) else "",
)
def test_the_day_it_starts_on_can_be_the_first_one(within, due):
    """
    "Within five working days, the day of receipt included" ends a day earlier.
    """
    assert due == within.after(MONDAY)


@pytest.mark.parametrize(
    ("within", "due"),
    [
        (Within(1, "days", end_of_day=True), utc(2026, 1, 7)),
        (Within(1, "days", end_of_day=True, counts_start_day=True), utc(2026, 1, 6)),
        (Within(1, "business_days", end_of_day=True), utc(2026, 1, 7)),
        (Within(1, "weeks", end_of_day=True), utc(2026, 1, 13)),
        (Within(1, "months", end_of_day=True), utc(2026, 2, 6)),
    ],
    ids=lambda value: f"{value} {value.counts_start_day}" if isinstance(value, Within) else "",
)
def test_a_span_can_last_to_the_end_of_its_last_day(within, due):
    """
    Then it ends with midnight, whenever it started.
    """
    assert due == within.after(MONDAY)


def test_hours_are_elapsed_time_whatever_the_calendar_says():
    """
    Neither the end of the day nor the first day mean anything to an hour.
    """
    plain = Within(4, "hours").after(MONDAY)
    adorned = Within(4, "hours", zone="Europe/Paris", end_of_day=True, counts_start_day=True)

    assert plain == adorned.after(MONDAY)


@pytest.mark.parametrize(
    ("within", "text"),
    [
        (Within(1, "hours"), "1 hour"),
        (Within(14), "14 days"),
        (Within(1, "business_days"), "1 business day"),
        (Within(3, "business_days"), "3 business days"),
        (Within(1, "months"), "1 month"),
    ],
    ids=str,
)
def test_a_span_reads_as_one_says_it(within, text):
    """
    It is quoted in the description of a method.
    """
    assert text == str(within)


# -- month ends ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        (utc(2026, 1, 31, 12), 1, utc(2026, 2, 28, 12)),
        (utc(2028, 1, 31, 12), 1, utc(2028, 2, 29, 12)),
        (utc(2028, 2, 29, 12), 12, utc(2029, 2, 28, 12)),
        (utc(2026, 3, 31, 12), 1, utc(2026, 4, 30, 12)),
        (utc(2026, 12, 31, 12), 2, utc(2027, 2, 28, 12)),
        (utc(2026, 11, 30, 12), 1, utc(2026, 12, 30, 12)),
    ],
)
def test_a_month_that_is_too_short_ends_the_span_on_its_last_day(start, months, due):
    """
    As contracts count: a month from January 31st is the end of February.
    """
    assert due == Within(months, "months").after(start)


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        (utc(2026, 1, 1, 12), 1, utc(2026, 2, 1)),
        (utc(2026, 1, 28, 12), 1, utc(2026, 2, 28)),
        (utc(2026, 1, 29, 12), 1, utc(2026, 3, 1)),
        (utc(2026, 1, 30, 12), 1, utc(2026, 3, 1)),
        (utc(2026, 1, 31, 12), 1, utc(2026, 3, 1)),
        (utc(2028, 1, 29, 12), 1, utc(2028, 2, 29)),
        (utc(2028, 1, 30, 12), 1, utc(2028, 3, 1)),
        (utc(2026, 3, 31, 12), 1, utc(2026, 5, 1)),
        (utc(2026, 8, 31, 12), 6, utc(2027, 3, 1)),
        (utc(2026, 3, 1, 12), 1, utc(2026, 4, 1)),
    ],
)
def test_a_month_from_its_first_day_lasts_to_the_day_before_the_same_day(start, months, due):
    """
    Or to the last one of a month that has no such day: BGB § 188 (2) and (3), SI 2018/1082 1.4.
    """
    within = Within(months, "months", counts_start_day=True, end_of_day=True)

    assert due == within.after(start)


# -- business days ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (utc(2026, 1, 9, 12), 1, utc(2026, 1, 12, 12)),
        (utc(2026, 1, 10, 12), 1, utc(2026, 1, 12, 12)),
        (utc(2026, 1, 11, 12), 2, utc(2026, 1, 13, 12)),
        (utc(2026, 1, 5, 12), 10, utc(2026, 1, 19, 12)),
    ],
)
def test_without_a_calendar_business_days_are_monday_to_friday(start, days, due):
    """
    A plain answer where the host brings none of its own.
    """
    assert due == Within(days, "business_days").after(start)


def test_business_days_are_those_of_the_calendar():
    """
    Epiphany is a holiday in Vienna and none in Berlin.
    """
    within = Within(2, "business_days")
    holiday = ClosedOn(date(2026, 1, 6))

    assert utc(2026, 1, 7, 9, 30) == within.after(MONDAY)
    assert utc(2026, 1, 8, 9, 30) == within.after(MONDAY, holiday)
    assert utc(2026, 1, 7, 9, 30) == within.after(MONDAY, Open247())


def test_a_start_on_a_closed_day_is_not_the_first_business_day():
    """
    Counting the start day counts it only when it is one that counts.
    """
    saturday = utc(2026, 1, 10, 12)
    within = Within(2, "business_days", counts_start_day=True)

    assert utc(2026, 1, 13, 12) == within.after(saturday)
    assert utc(2026, 1, 11, 12) == within.after(saturday, Open247())


def test_calendar_days_do_not_ask_the_calendar():
    """
    Fourteen days are fourteen days, also over Christmas.
    """
    never = ClosedOn(*(MONDAY.date() + timedelta(days=n) for n in range(40)))

    assert utc(2026, 1, 19, 9, 30) == Within(14, "days").after(MONDAY, never)


# -- zones, and clocks that are put forward and back --------------------------------------------


def test_the_calendar_that_counts_is_that_of_the_zone():
    """
    When it is Monday evening in London, it is Tuesday in Auckland.
    """
    evening = utc(2026, 1, 5, 20)
    there = Within(1, "days", zone="Pacific/Auckland", end_of_day=True).after(evening)
    here = Within(1, "days", zone="Europe/London", end_of_day=True).after(evening)

    assert (utc(2026, 1, 7, 11), utc(2026, 1, 7)) == (there, here)


def test_the_result_is_in_utc_whatever_the_start_was_in():
    """
    Deadlines of one case are compared and sorted as they are.
    """
    start = datetime(2026, 1, 5, 9, 30, tzinfo=timezone(timedelta(hours=-5)))

    for unit in UNITS:
        due = Within(1, unit).after(start)

        assert (UTC, timedelta(0)) == (due.tzinfo, due.utcoffset())
    assert utc(2026, 1, 6, 14, 30) == Within(1, "days").after(start)


def test_a_day_over_a_clock_change_keeps_its_time_of_day():
    """
    Tomorrow at noon is 23 hours away when the clock is put forward, and 25 when it is put back.
    """
    day = Within(1, "days", zone="Europe/Berlin")
    hours = Within(24, "hours", zone="Europe/Berlin")
    spring = local("Europe/Berlin", 2026, 3, 28, 12)
    autumn = local("Europe/Berlin", 2026, 10, 24, 12)

    assert utc(2026, 3, 29, 10) == day.after(spring)
    assert utc(2026, 10, 25, 11) == day.after(autumn)
    assert [utc(2026, 3, 29, 11), utc(2026, 10, 25, 10)] == [
        hours.after(spring),
        hours.after(autumn),
    ]


@pytest.mark.parametrize(
    ("unit", "start", "due"),
    [
        ("days", (2026, 3, 28, 2, 30), utc(2026, 3, 29, 1, 30)),
        ("business_days", (2026, 3, 28, 2, 30), utc(2026, 3, 29, 1, 30)),
        ("weeks", (2026, 3, 22, 2, 30), utc(2026, 3, 29, 1, 30)),
        ("months", (2020, 2, 29, 2, 30), utc(2020, 3, 29, 1, 30)),
    ],
)
def test_a_time_that_the_clock_skips_is_the_one_after_the_gap(unit, start, due):
    """
    02:30 does not exist on the last Sunday of March; nobody loses time by that.
    """
    within = Within(1, unit, zone="Europe/Berlin")

    assert due == within.after(local("Europe/Berlin", *start), Open247())


def test_a_time_that_happens_twice_is_the_first_one():
    """
    02:30 happens twice on the last Sunday of October; the customer was promised "by 02:30".
    """
    start = local("Europe/Berlin", 2026, 10, 24, 2, 30)

    assert utc(2026, 10, 25, 0, 30) == Within(1, "days", zone="Europe/Berlin").after(start)


def test_a_start_in_the_hour_that_happens_twice_is_the_moment_it_is():
    """
    Both half past ones of that night lead to the same half past one of the next.
    """
    within = Within(1, "days", zone="Europe/Lisbon")
    first = local("Europe/Lisbon", 2026, 10, 25, 1, 30)
    second = local("Europe/Lisbon", 2026, 10, 25, 1, 30, fold=1)

    assert timedelta(hours=1) == second.astimezone(UTC) - first.astimezone(UTC)
    assert [utc(2026, 10, 26, 1, 30)] * 2 == [within.after(first), within.after(second)]


def test_a_skipped_time_is_the_one_after_the_gap_from_whichever_hour_it_started():
    """
    Started in the second half past one of October, due at the half past one March does not have.
    """
    within = Within(154, "days", zone="Europe/Lisbon")
    first = local("Europe/Lisbon", 2025, 10, 26, 1, 30)
    second = local("Europe/Lisbon", 2025, 10, 26, 1, 30, fold=1)

    assert [utc(2026, 3, 29, 1, 30)] * 2 == [within.after(first), within.after(second)]


def test_the_end_of_a_day_whose_midnight_is_skipped_is_when_the_next_day_begins():
    """
    In Beirut the clock goes from 24:00 to 01:00.
    """
    start = local("Asia/Beirut", 2026, 3, 27, 12)
    due = Within(1, "days", zone="Asia/Beirut", end_of_day=True).after(start)

    assert local("Asia/Beirut", 2026, 3, 29, 1).astimezone(UTC) == due


def test_the_end_of_a_day_whose_midnight_happens_twice_is_the_first_one():
    """
    In Havana the clock goes from 01:00 back to 00:00, and the new day has begun before that.
    """
    start = local("America/Havana", 2026, 10, 30, 12)
    due = Within(1, "days", zone="America/Havana", end_of_day=True).after(start)

    assert local("America/Havana", 2026, 11, 1, 0).astimezone(UTC) == due


def test_a_day_that_was_gone_back_to_ends_with_its_second_midnight():
    """
    In St. John's the clock went from 00:01 back to 23:01 of the day before.
    """
    start = local("America/St_Johns", 2010, 11, 6, 23, 30, fold=1)
    today = Within(1, "days", zone="America/St_Johns", counts_start_day=True, end_of_day=True)

    assert utc(2010, 11, 7, 3, 30) == today.after(start)


@given(
    amount=st.integers(1, 400),
    unit=st.sampled_from(UNITS),
    zone=st.sampled_from(ZONES),
    counts_start_day=st.booleans(),
    end_of_day=st.booleans(),
    start=st.datetimes(
        min_value=datetime(1950, 1, 1),
        max_value=datetime(2100, 1, 1),
        timezones=st.sampled_from([UTC, *map(zoneinfo.ZoneInfo, ZONES[::40])]),
    ),
)
def test_every_span_is_over_after_it_started(
    *, amount, unit, zone, counts_start_day, end_of_day, start
):
    """
    In every zone, over every change of the clock: aware, in UTC, and later than the start.
    """
    assume(end_of_day or amount > 1 or not counts_start_day)  # for these see the next test
    due = Within(
        amount, unit, zone=zone, counts_start_day=counts_start_day, end_of_day=end_of_day
    ).after(start)

    assert UTC is due.tzinfo
    assert start < due


@pytest.mark.parametrize("unit", ["days", "business_days"])
def test_no_span_is_over_the_moment_it_starts(unit):
    """
    "Within one day, today included" lasts to the end of today, or says that it cannot be meant.
    """
    with pytest.raises(TimeError, match=r"one day that counts the first is over at once"):
        Within(1, unit, counts_start_day=True)

    assert MONDAY < Within(1, unit, counts_start_day=True, end_of_day=True).after(MONDAY)


@given(
    zone=st.sampled_from(ZONES),
    unit=st.sampled_from(["days", "weeks", "months", "business_days"]),
    start=st.datetimes(
        min_value=datetime(2012, 1, 1),
        max_value=datetime(2100, 1, 1),
        timezones=st.just(UTC),
    ),
)
def test_an_end_of_day_is_the_beginning_of_a_day(zone, unit, start):
    """
    A moment before it, it is still the day that was promised.
    """
    there = zoneinfo.ZoneInfo(zone)
    due = Within(2, unit, zone=zone, end_of_day=True).after(start)
    before = (due - timedelta(microseconds=1)).astimezone(there)

    assert due.astimezone(there).date() > before.date()


@given(
    zone=st.sampled_from(ZONES),
    amount=st.integers(1, 60),
    start=st.datetimes(
        min_value=datetime(2012, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)
    ),
)
def test_a_longer_span_is_never_over_earlier(zone, amount, start):
    """
    One more day is one more day, also in the week in which the clocks change.
    """
    shorter = Within(amount, "days", zone=zone).after(start)

    assert shorter < Within(amount + 1, "days", zone=zone).after(start)


# -- every change of a clock, in every zone -------------------------------------------------------

QUARTER = timedelta(minutes=15)


@cache
def changes(first=2025, last=2027):
    """
    Return every zone with each moment, to the quarter of an hour, at which its clock is changed.
    """
    found = []
    start, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last, 1, 1, tzinfo=UTC)
    for name in ZONES:
        zone, day = zoneinfo.ZoneInfo(name), start
        while day < end:
            after = day + timedelta(days=1)
            if day.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
                before = day
                while before.astimezone(zone).utcoffset() == day.astimezone(zone).utcoffset():
                    before += QUARTER
                found.append((name, before))
            day = after
    return found


def test_a_day_over_any_change_of_a_clock_ends_at_the_same_time_of_day():
    """
    Or, where the clock skips that time, as much later: checked for each quarter of an hour around
    every change of two years, in every zone.
    """
    skipped = twice = 0
    for name, change in changes():
        zone = zoneinfo.ZoneInfo(name)
        within = Within(1, "days", zone=name)
        for quarter in range(-12, 13):
            start = change + quarter * QUARTER - timedelta(days=1)
            wall = start.astimezone(zone)
            due = within.after(start)
            there = due.astimezone(zone)
            wanted = (wall + timedelta(days=1)).replace(tzinfo=None)

            later = there.replace(tzinfo=None) - wanted
            if later:
                gap = zone.utcoffset(wanted.replace(fold=1)) - zone.utcoffset(wanted)
                assert later == gap, (name, start)
                skipped += 1
            assert there.fold == 0, (name, start)
            twice += zone.utcoffset(wanted.replace(fold=1)) < zone.utcoffset(wanted)
    assert skipped > 500, "clocks that are put forward"
    assert twice > 500, "clocks that are put back"


def test_hours_over_any_change_of_a_clock_are_hours():
    """
    Elapsed time knows no clocks.
    """
    for name, change in changes():
        start = (change - timedelta(hours=3)).astimezone(zoneinfo.ZoneInfo(name))

        assert change + timedelta(hours=3) == Within(6, "hours", zone=name).after(start)
        assert start == Within(6, "hours", zone=name).before(change + timedelta(hours=3))


def test_a_day_with_any_change_of_a_clock_ends_with_the_day():
    """
    However many hours it has.
    """
    for name, change in changes():
        zone = zoneinfo.ZoneInfo(name)
        within = Within(1, "days", zone=name, end_of_day=True)
        due = within.after(change - timedelta(days=1))
        before = (due - timedelta(microseconds=1)).astimezone(zone)

        assert due.astimezone(zone).date() > before.date()
        wanted = (change - timedelta(days=1)).astimezone(zone).date() + timedelta(days=1)
        assert wanted == before.date(), (name, change)


def test_business_time_over_any_change_of_a_clock_is_the_time_that_passes():
    """
    Where every day counts there is no difference, and no quarter of an hour is lost or doubled.
    """
    for name, change in changes():
        zone = zoneinfo.ZoneInfo(name)
        start, end = change - timedelta(hours=30), change + timedelta(hours=20)

        assert end - start == business_time(start, end, zone, lambda _: True)
        assert end == after_business_time(start, end - start, zone, lambda _: True)


@given(
    zone=st.sampled_from(ZONES).map(zoneinfo.ZoneInfo),
    start=st.integers(0, 4 * 24 * 365),
    length=st.integers(0, 4 * 24 * 12),
    closed=st.sets(st.integers(0, 6), max_size=6),
)
def test_business_time_is_the_sum_of_its_quarters_of_an_hour(zone, start, length, closed):
    """
    Counted one by one, in every zone; and run on from the start, it ends where it ended.
    """

    def open_on(day):
        return day.weekday() not in closed

    begin = datetime(2026, 1, 1, tzinfo=UTC) + start * QUARTER
    quarters = [begin + n * QUARTER for n in range(length)]
    counted = [q for q in quarters if open_on(q.astimezone(zone).date())]
    total = business_time(begin, begin + length * QUARTER, zone, open_on)

    assert len(counted) * QUARTER == total
    if counted:
        assert counted[-1] + QUARTER == after_business_time(begin, total, zone, open_on)


@given(
    zone=st.sampled_from(ZONES),
    unit=st.sampled_from(UNITS),
    amount=st.integers(1, 30),
    ends=st.sampled_from([{}, {"end_of_day": True}, {"closes": "17:00"}]),
    start=st.datetimes(datetime(2012, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    stopped=st.floats(0, 1),
    pause=st.timedeltas(timedelta(0), timedelta(days=90)),
)
def test_standing_still_never_takes_time_away(*, zone, unit, amount, ends, start, stopped, pause):
    """
    In every zone and unit: a longer pause never ends earlier, and a pause of no length changes
    nothing.
    """
    within = Within(amount, unit, zone=zone, **({} if unit == "hours" else ends))
    due = within.after(start)
    moment = start + (due - start) * stopped
    none = within.resumed(due, moment, moment)
    some = within.resumed(due, moment, moment + pause)
    more = within.resumed(due, moment, moment + pause + timedelta(days=1))

    assert none == due
    assert due <= some <= more
    if unit == "hours":
        assert some - due == pause


@pytest.mark.parametrize(
    ("within", "before"),
    [
        (Within(4, "hours"), utc(2026, 1, 5, 5, 30)),
        (Within(1), utc(2026, 1, 4, 9, 30)),
        (Within(2, "weeks"), utc(2025, 12, 22, 9, 30)),
        (Within(1, "months"), utc(2025, 12, 5, 9, 30)),
        (Within(13, "months"), utc(2024, 12, 5, 9, 30)),
        (Within(1, "business_days"), utc(2026, 1, 2, 9, 30)),
        (Within(6, "business_days"), utc(2025, 12, 26, 9, 30)),
    ],
    ids=str,
)
def test_a_span_can_be_counted_back(within, before):
    """
    To be reminded two business days before something is due.
    """
    assert before == within.before(MONDAY)


def test_a_span_is_counted_back_by_the_clock_of_its_zone():
    """
    A day before noon is noon, also on the day after the clock was put forward.
    """
    noon = local("Europe/Berlin", 2026, 3, 29, 12)

    assert local("Europe/Berlin", 2026, 3, 28, 12) == Within(1, zone="Europe/Berlin").before(noon)
    with pytest.raises(TimeError, match="end is 2026-01-05T00:00:00 without a time zone"):
        Within(1).before(datetime(2026, 1, 5))


def test_counting_back_asks_the_calendar():
    """
    The day before a holiday, and not the holiday.
    """
    friday = date(2026, 1, 2)

    assert utc(2026, 1, 1, 9, 30) == Within(1, "business_days").before(MONDAY, ClosedOn(friday))
    with pytest.raises(TimeError, match="has no business day in the 1000 days after 2023-"):
        Within(1, "business_days").before(MONDAY, NeverOpen())


@given(
    zone=st.sampled_from(ZONES),
    unit=st.sampled_from(UNITS),
    amount=st.integers(1, 400),
    end=st.datetimes(datetime(2012, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
)
def test_a_span_counted_back_is_before(zone, unit, amount, end):
    """
    And a longer one is never later.
    """
    before = Within(amount, unit, zone=zone).before(end)

    assert UTC is before.tzinfo
    assert Within(amount + 1, unit, zone=zone).before(end) < before < end


@pytest.mark.parametrize(
    ("within", "due"),
    [
        (Within(1, closes="17:00"), utc(2026, 1, 6, 17)),
        (Within(3, "business_days", closes=time(17)), utc(2026, 1, 8, 17)),
        (Within(2, "business_days", closes="17:00", counts_start_day=True), utc(2026, 1, 6, 17)),
        (Within(1, closes="17:00", zone="America/New_York"), utc(2026, 1, 6, 22)),
    ],
    ids=lambda value: f"{value!r}" if isinstance(value, Within) else "",
)
def test_a_span_can_last_to_the_close_of_business(within, due):
    """
    "By close of business on the third business day following the day on which it is received".
    """
    assert due == within.after(MONDAY)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"closes": "5 pm"}, "closes must be a time of day in the span's zone, such as '17:00'"),
        ({"closes": time(17, tzinfo=UTC)}, "closes must be a time of day in the span's zone"),
        ({"closes": 17}, "closes must be a time of day in the span's zone"),
        ({"closes": "17:00", "end_of_day": True}, "closes is for spans of days, and instead of"),
        ({"closes": "17:00", "unit": "hours"}, "closes is for spans of days, and instead of"),
        ({"closes": "17:00", "counts_start_day": True}, "one day that counts the first is over"),
    ],
    ids=str,
)
def test_a_close_of_business_that_makes_no_sense_is_refused(settings, problem):
    """
    When it is written down.
    """
    with pytest.raises(TimeError) as error:
        Within(1, **settings)

    assert str(error.value).startswith(problem)


# -- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"amount": 0}, "amount must be a whole number from 1 to 10000, not 0"),
        ({"amount": -3}, "amount must be a whole number from 1 to 10000, not -3"),
        ({"amount": 1.5}, "amount must be a whole number from 1 to 10000, not 1.5"),
        ({"amount": "14"}, "amount must be a whole number from 1 to 10000, not '14'"),
        ({"amount": True}, "amount must be a whole number from 1 to 10000, not True"),
        (
            {"amount": 1, "unit": "fortnights"},
            "unit must be one of hours, days, business_days, weeks, months, not 'fortnights'",
        ),
        (
            {"amount": 1, "zone": "Vienna"},
            (
                "there is no time zone 'Vienna' (did you mean 'Europe/Vienna'?); "
                "name one such as 'Europe/Berlin', or 'UTC'"
            ),
        ),
        *(
            (
                {"amount": 1, "zone": zone},
                f"there is no time zone {zone!r}; name one such as 'Europe/Berlin', or 'UTC'",
            )
            for zone in ("../etc/passwd", "", None)
        ),
        (
            {"amount": 1, "unit": []},
            "unit must be one of hours, days, business_days, weeks, months, not []",
        ),
        ({"amount": 1, "end_of_day": "no"}, "end_of_day must be True or False, not 'no'"),
        ({"amount": 2, "counts_start_day": 1}, "counts_start_day must be True or False, not 1"),
    ],
    ids=str,
)
def test_a_span_that_makes_no_sense_is_refused(settings, problem):
    """
    When it is written down, and not when the first promise is made.
    """
    with pytest.raises(TimeError) as error:
        Within(**settings)

    assert problem == str(error.value)


def test_everything_that_is_wrong_with_a_span_is_told_at_once():
    """
    Three mistakes are one error.
    """
    with pytest.raises(TimeError) as error:
        Within(0, "eons", zone="Mars/Olympus")

    assert (
        "amount must be a whole number from 1 to 10000, not 0; "
        "unit must be one of hours, days, business_days, weeks, months, not 'eons'; "
        "there is no time zone 'Mars/Olympus'; name one such as 'Europe/Berlin', or 'UTC'"
    ) == str(error.value)


class Nowhere(tzinfo):
    """
    A zone that does not know its offset.
    """

    def utcoffset(self, _):
        """
        Return that nobody knows.
        """


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (
            datetime(2026, 1, 5, 9),
            (
                "start is 2026-01-05T09:00:00 without a time zone; give an aware datetime, "
                "such as datetime.now(timezone.utc)"
            ),
        ),
        (
            datetime(2026, 1, 5, 9, tzinfo=Nowhere()),
            (
                "start is 2026-01-05T09:00:00 without a time zone; give an aware datetime, "
                "such as datetime.now(timezone.utc)"
            ),
        ),
        (
            date(2026, 1, 5),
            "start must be a datetime with a time zone, not date (datetime.date(2026, 1, 5))",
        ),
        (
            "2026-01-05",
            "start must be a datetime with a time zone, not str ('2026-01-05')",
        ),
    ],
)
def test_a_start_without_a_zone_is_refused(at, sentence):
    """
    A naive time could be any of many moments, and a deadline must be one.
    """
    with pytest.raises(TimeError) as error:
        Within(1, "days").after(at)

    assert sentence == str(error.value)


def test_an_aware_moment_is_returned_as_it_is():
    """
    What is fine is not rewritten.
    """
    assert MONDAY is must_be_aware(MONDAY)


def test_spans_are_values():
    """
    Two equal ones configure the same method.
    """
    assert Within(14, "days") == Within(14)
    assert Within(14, "days") != Within(14, "days", zone="Europe/Paris")
    assert 1 == len({Within(14), Within(14, "days")})


def test_a_time_limit_takes_one_trigger_or_several():
    """
    A lone text is one name, never its letters.
    """
    limit = TimeLimit("late", "nobody came", Within(1), starts=["open", "reopen"], ends=["listen"])

    assert (("open", "reopen"), ("listen",)) == (limit.starts, limit.ends)
    assert ("open",) == TimeLimit("late", "x", Within(1), starts="open", ends="listen").starts
    assert ("listen",) == TimeLimit("late", "x", Within(1), starts=Listen, ends=[Listen]).starts
    assert ("000-06",) == TimeLimit(
        "late", "x", Within(1), starts=["open"], ends=["listen"], cites="000-06"
    ).cites


class NeverOpen:
    """
    A calendar of somebody who has closed for good.
    """

    def is_business_day(self, day):
        """Say no."""
        return False


@pytest.mark.parametrize("options", [{}, {"counts_start_day": True}, {"end_of_day": True}])
def test_a_calendar_that_never_opens_is_told(options):
    """
    Looking for the next open day would go on to the end of all days.
    """
    with pytest.raises(TimeError, match=r"^the calendar has no business day in the 1000 days bef"):
        Within(2, "business_days", **options).after(MONDAY, NeverOpen())


def test_a_calendar_that_closes_for_two_years_is_waited_for():
    """
    A long pause is no mistake.
    """

    class Refurbishing:
        def is_business_day(self, day):
            return day >= date(2028, 1, 3)

    assert datetime(2028, 1, 4, 9, 30, tzinfo=UTC) == Within(2, "business_days").after(
        MONDAY, Refurbishing()
    )


@pytest.mark.parametrize("year", [1, 1899, 9001, 9999])
@pytest.mark.parametrize("hours", [-12, 0, 14])
def test_a_year_that_cannot_be_meant_is_refused(year, hours):
    """
    A slip of a key, or a database's idea of "never"; nothing can be counted from it.
    """
    at = datetime(year, 1, 1, tzinfo=timezone(timedelta(hours=hours)))
    with pytest.raises(TimeError) as error:
        must_be_aware(at)

    assert f"at is {at.isoformat()}; a year from 1900 to 9000 is meant" == str(error.value)


@pytest.mark.parametrize("at", [datetime(1900, 1, 1), datetime(9000, 12, 31, 23, 59)], ids=str)
@pytest.mark.parametrize("unit", UNITS)
def test_the_longest_span_can_be_counted_from_every_year(unit, at):
    """
    A method that is valid decides about every time that is.
    """
    for hours in (-12, 14):
        start = at.replace(tzinfo=timezone(timedelta(hours=hours)))
        for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
            span = Within(10_000, unit, zone=zone, end_of_day=unit != "hours")

            assert start < span.after(start)
