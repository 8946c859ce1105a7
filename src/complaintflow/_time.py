"""Time as data: aware moments, spans in the units that promises are made in, and deadlines."""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Literal, Protocol, get_args

from attrs import field, frozen

from complaintflow._value import Value
from complaintflow.errors import EARLIEST, LATEST, TimeError

Unit = Literal["hours", "days", "business_days", "weeks", "months"]
UNITS: tuple[Unit, ...] = get_args(Unit)


class Calendar(Protocol):
    """
    Tells business days from the others.

    Pure: the same day always gets the same answer, so that a history replays to the same case.
    """

    def is_business_day(self, day: date) -> bool:
        """Return whether *day* counts when business days are counted."""
        ...


def must_be_aware(at: object, what: str = "at") -> datetime:
    """
    Return *at* where it is a datetime with a time zone.

    Raises:
        TimeError: it is anything else.
    """
    if not isinstance(at, datetime):
        message = f"{what} must be a datetime with a time zone, not {type(at).__name__} ({at!r})"
        raise TimeError(message)
    if not EARLIEST <= at.year <= LATEST:
        message = f"{what} is {at.isoformat()}; a year from {EARLIEST} to {LATEST} is meant"
        raise TimeError(message)
    if at.tzinfo is not UTC and (at.tzinfo is None or at.utcoffset() is None):
        message = (
            f"{what} is {at.isoformat()} without a time zone; give an aware datetime, "
            "such as datetime.now(timezone.utc)"
        )
        raise TimeError(message)
    return at


LONGEST = 10_000
"""The most units a span can have."""

CLOSED_FOR_GOOD = 1_000
"""After how many closed days in a row a calendar is taken to have no more business days."""


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError):
        message = f"there is no time zone {name!r}"
        raise TimeError(message) from None


@frozen(eq=False, repr=False)
class Within(Value):
    """
    A span of time, counted from a moment: `Within(14, "days")`.

    Hours are elapsed time. All other units are counted on the calendar of *zone* and end at the
    wall-clock time they started at, or with the day where *end_of_day* is set.
    """

    amount: int
    """How many units; at least one."""

    unit: Unit = "days"
    """Hours, calendar days, business days, weeks or calendar months."""

    zone: str = field(default="UTC", kw_only=True)
    """IANA name of the zone whose calendar counts."""

    counts_start_day: bool = field(default=False, kw_only=True)
    """True: the day it starts on is the first one. False: the day after is."""

    end_of_day: bool = field(default=False, kw_only=True)
    """True: it lasts to the end of its last day. False: to the time of day it started at."""

    _elapsed: timedelta | None = field(default=None, init=False, eq=False, repr=False)
    """Its length, where no calendar has a say: hours, and whole days in UTC."""

    def __attrs_post_init__(self) -> None:
        problems = []
        if type(self.amount) is not int or not 1 <= self.amount <= LONGEST:
            problems.append(
                f"amount must be a whole number from 1 to {LONGEST}, not {self.amount!r}"
            )
        if self._is_over_at_once():
            problems.append("one day that counts the first is over at once; set end_of_day=True")
        if self.unit not in UNITS:
            problems.append(f"unit must be one of {', '.join(UNITS)}, not {self.unit!r}")
        try:
            _zone(self.zone)
        except (TimeError, TypeError):
            problems.append(f"there is no time zone {self.zone!r}")
        if problems:
            raise TimeError("; ".join(problems))
        object.__setattr__(self, "_elapsed", self._length())

    def _is_over_at_once(self) -> bool:
        one_day = self.amount == 1 and self.unit in {"days", "business_days"}
        return one_day and self.counts_start_day and not self.end_of_day

    def _length(self) -> timedelta | None:
        if self.unit == "hours":
            return timedelta(hours=self.amount)
        if self.zone != "UTC" or self.end_of_day or self.unit not in {"days", "weeks"}:
            return None
        days = self.amount * (7 if self.unit == "weeks" else 1)
        return timedelta(days=days - self.counts_start_day) or None

    def after(self, start: datetime, calendar: Calendar | None = None) -> datetime:
        """
        Return the moment at which the span that starts at *start* ends, in UTC.

        Business days are those of *calendar*; without one they are Monday to Friday.
        """
        start = must_be_aware(start, "start")
        if self._elapsed is not None:
            return (start if start.tzinfo is UTC else start.astimezone(UTC)) + self._elapsed
        local = start.astimezone(_zone(self.zone))
        day = self._last_day(local.date(), calendar)
        if self.end_of_day:
            return _end_of(day, local.tzinfo)
        return _instant(datetime.combine(day, local.timetz()))

    def _last_day(self, first: date, calendar: Calendar | None) -> date:
        if self.unit == "business_days":
            return self._last_business_day(first, calendar)
        if self.unit == "months":
            last = _months_later(first, self.amount)
        else:
            last = first + timedelta(days=self.amount * (7 if self.unit == "weeks" else 1))
        return last - timedelta(days=1) if self.counts_start_day else last

    def _last_business_day(self, first: date, calendar: Calendar | None) -> date:
        open_on = _weekday if calendar is None else calendar.is_business_day
        day = first if self.counts_start_day else first + timedelta(days=1)
        left, closed = self.amount, 0
        while closed < CLOSED_FOR_GOOD:
            if open_on(day):
                left, closed = left - 1, 0
                if left == 0:
                    return day
            else:
                closed += 1
            day += timedelta(days=1)
        message = f"the calendar has no business day in the {closed} days before {day.isoformat()}"
        raise TimeError(message)

    def __str__(self) -> str:
        unit = self.unit.replace("_", " ")
        return f"{self.amount} {unit[:-1] if self.amount == 1 else unit}"


def _end_of(day: date, zone: tzinfo | None) -> datetime:
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=zone)
    last = _instant(midnight.replace(fold=1))
    # Where midnight comes twice, the day may have ended with the first one, or begun again.
    still = (last - timedelta(microseconds=1)).astimezone(zone).date() == day
    return last if still else _instant(midnight)


def _instant(wall: datetime) -> datetime:
    """Return a wall-clock time in UTC; one that the clocks skip is as much later."""
    at = wall.astimezone(UTC)
    exists = at.astimezone(wall.tzinfo).replace(tzinfo=None) == wall.replace(tzinfo=None)
    return at if exists else wall.replace(fold=0).astimezone(UTC)


def _weekday(day: date) -> bool:
    return day.weekday() < 5  # noqa: PLR2004


def _months_later(day: date, months: int) -> date:
    # A month that is too short ends the span on its last day, as contracts count.
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, gregorian.monthrange(year, month + 1)[1]))


def _names(value: Iterable[str] | str) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@frozen(eq=False, repr=False)
class TimeLimit(Value):
    """How long something may take: from the acts that start it to the acts that end it."""

    code: str
    """Its name in the method; `'first_response'`."""

    text: str
    """What passing it means, for people; `'nobody has listened in time'`."""

    within: Within
    """The span."""

    starts: tuple[str, ...] = field(converter=_names)
    """The triggers that start it, anew each time; `open` stands for the start of every cycle."""

    ends: tuple[str, ...] = field(converter=_names)
    """The triggers that end it. The end of a case ends every time limit."""

    after_promises: bool = field(default=False, kw_only=True)
    """True: it is counted from the last promise due, where that is later than the act."""

    cites: tuple[str, ...] = field(default=(), converter=_names, kw_only=True)
    """The clauses it stands on."""


@frozen(eq=False, repr=False)
class Deadline(Value):
    """A moment until which something is due."""

    code: str
    """The time limit's code, or `'promise'`."""

    due: datetime
    """The last moment at which it is in time."""

    text: str
    """What passing it means, for people."""

    about: str | None = None
    """The promise it is about. None: it is the method's own."""
