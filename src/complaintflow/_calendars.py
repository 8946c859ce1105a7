"""Business days: which days count, how they are counted, and time that runs on them alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol

from complaintflow._spelling import did_you_mean
from complaintflow.errors import TimeError


class Calendar(Protocol):
    """
    Tells business days from the others.

    Pure: the same day always gets the same answer, so that a history replays to the same case.
    """

    def is_business_day(self, day: date) -> bool:
        """Return whether *day* counts when business days are counted."""
        ...


Calendars = Calendar | Mapping[str, Calendar]
"""
One calendar, for every span that names none; or calendars by their names.

In a mapping, `DEFAULT` is for the spans that name none.
"""

DEFAULT = "default"
"""The name of the calendar of spans that name none. Without it they count Monday to Friday."""

OpenOn = Callable[[date], bool]
"""Whether a day counts."""

CLOSED_FOR_GOOD = 1_000
"""After how many closed days in a row a calendar is taken to have no more business days."""

ONE_DAY = timedelta(days=1)


def business_days(name: str | None, calendars: Calendars | None) -> OpenOn:
    """
    Return which days count on the calendar of a name; None names the default one.

    Raises:
        TimeError: a calendar is named that is not among *calendars*. Another one in its place
            would give deadlines that are wrong and look right.
    """
    if isinstance(calendars, Mapping):
        known = calendars
    else:
        known = {} if calendars is None else {DEFAULT: calendars}
    if (found := known.get(DEFAULT if name is None else name)) is not None:
        try:
            return found.is_business_day
        except AttributeError:
            message = f"a calendar has to have is_business_day(day); {found!r:.40} has not"
            raise TimeError(message) from None
    if name is None:
        return _is_weekday
    message = (
        f"there is no calendar {name!r}{did_you_mean(name, known)} to count business days on; "
        f"give it by its name: calendar={{{name!r}: ...}}"
    )
    raise TimeError(message)


def _is_weekday(day: date) -> bool:
    return day.weekday() < 5  # noqa: PLR2004


def count_days(first: date, amount: int, open_on: OpenOn, *, step: int = 1) -> date:
    """
    Return the day on which so many days that count have been counted, *first* among them.

    Args:
        first: the day to begin with.

        amount: how many; at least one.

        open_on: which days count.

        step: 1 counts on, -1 counts back.

    Raises:
        TimeError: the calendar has no more business days.
    """
    for day in _open_days(first, open_on, step):
        amount -= 1
        if amount == 0:
            return day
    raise AssertionError  # pragma: no cover  (the days do not end, or raise)


def _open_days(first: date, open_on: OpenOn, step: int = 1) -> Iterator[date]:
    day, closed = first, 0
    while closed < CLOSED_FOR_GOOD:
        if open_on(day):
            closed = 0
            yield day
        else:
            closed += 1
        day += step * ONE_DAY
    where = "before" if step > 0 else "after"
    message = (
        f"the calendar has no business day in the {closed} days {where} {day.isoformat()}; "
        "open some days of it, or give another one"
    )
    raise TimeError(message)


# -- time that runs on business days alone ------------------------------------------------------


def business_time(start: datetime, end: datetime, zone: tzinfo, open_on: OpenOn) -> timedelta:
    """Return how much time there is on days that count, from one moment to a later one."""
    total, day = timedelta(0), start.astimezone(zone).date()
    while (begins := end_of(day - ONE_DAY, zone)) < end:
        if open_on(day):
            total += max(min(end, end_of(day, zone)) - max(start, begins), timedelta(0))
        day += ONE_DAY
    return total


def after_business_time(
    start: datetime, rest: timedelta, zone: tzinfo, open_on: OpenOn
) -> datetime:
    """Return the first moment, in UTC, by which so much time has run on days that count."""
    for day in _open_days(start.astimezone(zone).date(), open_on):
        begins = max(start, end_of(day - ONE_DAY, zone))
        left = end_of(day, zone) - begins
        if rest <= left:
            return (begins + rest).astimezone(UTC)
        rest -= max(left, timedelta(0))
    raise AssertionError  # pragma: no cover  (the days do not end, or raise)


# -- days on the clock of a zone ----------------------------------------------------------------


def end_of(day: date, zone: tzinfo) -> datetime:
    """Return the moment, in UTC, at which a day is over in a zone."""
    midnight = datetime.combine(day + ONE_DAY, time.min, tzinfo=zone)
    last = instant(midnight.replace(fold=1))
    # Where midnight comes twice, the day may have ended with the first one, or begun again.
    still = (last - timedelta(microseconds=1)).astimezone(zone).date() == day
    return last if still else instant(midnight)


def instant(wall: datetime) -> datetime:
    """Return a wall-clock time in UTC; one that the clocks skip is as much later."""
    at = wall.astimezone(UTC)
    exists = at.astimezone(wall.tzinfo).replace(tzinfo=None) == wall.replace(tzinfo=None)
    return at if exists else wall.replace(fold=0).astimezone(UTC)
