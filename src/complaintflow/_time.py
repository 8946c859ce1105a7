"""Time as data: aware moments, and spans in the units that promises are made in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Literal, get_args

from attrs import field, frozen

from complaintflow._calendars import (
    ONE_DAY,
    Calendars,
    after_business_time,
    business_days,
    business_time,
    count_days,
    end_of,
    instant,
)
from complaintflow._spelling import did_you_mean
from complaintflow._value import Value
from complaintflow.errors import TimeError

EARLIEST, LATEST = 1900, 9000
"""The years a time can be of: far enough from the ends of the calendar to count from."""

Unit = Literal["hours", "days", "business_days", "weeks", "months"]
UNITS: tuple[Unit, ...] = get_args(Unit)


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


def zone_of(name: str) -> tzinfo:
    """
    Return the time zone of an IANA name, such as `Europe/Berlin`.

    Raises:
        TimeError: there is none; says which is meant.
    """
    if isinstance(name, str):
        try:
            return _zone(name)
        except TimeError:
            pass
    raise TimeError(_no_zone(name))


def _no_zone(name: object) -> str:
    """Return that there is no time zone of a name, and which is meant."""
    from zoneinfo import available_timezones

    meant = did_you_mean(name, sorted(available_timezones()))
    return f"there is no time zone {name!r}{meant}; name one such as 'Europe/Berlin', or 'UTC'"


def _time_of_day(value: time | str | None) -> object:
    if not isinstance(value, str):
        return value
    try:
        return time.fromisoformat(value)
    except ValueError:
        return value


@frozen(eq=False, repr=False)
class Within(Value):
    """
    A span of time, counted from a moment: `Within(14, "days")`.

    Hours are elapsed time, and nothing else is. All other units are counted on the calendar of
    *zone*: they end at the wall-clock time they started at, with the day where *end_of_day* is
    set, or at *closes*.
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

    calendar: str | None = field(default=None, kw_only=True, repr=False)
    """
    The name of the calendar whose business days count, as the host calls it: `'GB'`.

    None: the host's default one.
    """

    closes: time | None = field(
        default=None,
        kw_only=True,
        repr=False,
        converter=_time_of_day,
    )
    """The close of business: it lasts to this time of its last day; `time(17)` or `'17:00'`."""

    _elapsed: timedelta | None = field(default=None, init=False, eq=False, repr=False)
    """Its length, where no calendar has a say: hours, and whole days in UTC."""

    def __attrs_post_init__(self) -> None:
        if problems := tuple(self._problems()):
            raise TimeError("; ".join(problems))
        object.__setattr__(self, "_elapsed", self._length())

    def _problems(self) -> Iterator[str]:
        if type(self.amount) is not int or not 1 <= self.amount <= LONGEST:
            yield f"amount must be a whole number from 1 to {LONGEST}, not {self.amount!r}"
        for name in ("counts_start_day", "end_of_day"):
            if not isinstance(getattr(self, name), bool):
                yield f"{name} must be True or False, not {getattr(self, name)!r:.40}"
        if self._is_over_at_once():
            yield "one day that counts the first is over at once; set end_of_day=True"
        if self.unit not in UNITS:
            yield f"unit must be one of {', '.join(UNITS)}, not {self.unit!r}"
        try:
            _zone(self.zone)
        except (TimeError, TypeError):
            yield _no_zone(self.zone)
        if self.calendar is not None and not _is_name(self.calendar):
            yield f"calendar must be the name of one, such as 'GB', not {self.calendar!r:.40}"
        elif self.calendar is not None and self.unit != "business_days":
            yield (
                f"only business days are counted on a calendar, and not {self.unit}: leave the "
                "calendar out, or count business_days"
            )
        if self.closes is not None:
            yield from self._problems_of_closing(self.closes)

    def _problems_of_closing(self, closes: object) -> Iterator[str]:
        if not isinstance(closes, time) or closes.tzinfo is not None:
            yield f"closes must be a time of day in the span's zone, such as '17:00', not {closes}"
        if self.end_of_day or self.unit == "hours":
            yield "closes is for spans of days, and instead of end_of_day: leave one of them out"

    def _is_over_at_once(self) -> bool:
        one_day = self.amount == 1 and self.unit in ("days", "business_days")
        return one_day and self.counts_start_day and not self.end_of_day

    def _length(self) -> timedelta | None:
        if self.unit == "hours":
            return timedelta(hours=self.amount)
        plain = self.zone == "UTC" and not self.end_of_day and self.closes is None
        if not plain or self.unit not in ("days", "weeks"):
            return None
        days = self.amount * (7 if self.unit == "weeks" else 1)
        return timedelta(days=days - self.counts_start_day) or None

    def __repr__(self) -> str:
        # A method's pin is a digest of this: what is not said does not change it.
        told = super().__repr__().removesuffix(")")
        for name in ("calendar", "closes"):
            if (value := getattr(self, name)) is not None:
                told += f", {name}={str(value)!r}"
        return f"{told})"

    def __str__(self) -> str:
        unit = self.unit.replace("_", " ")
        return f"{self.amount} {unit[:-1] if self.amount == 1 else unit}"

    def after(self, start: datetime, calendar: Calendars | None = None) -> datetime:
        """
        Return the moment at which the span that starts at *start* ends, in UTC.

        Args:
            start: aware.

            calendar: tells business days: one calendar, or several by their names. None: Monday
                to Friday.

        Raises:
            TimeError: *start* is naive, the span names a calendar that is not there, or the
                calendar has no more business days.
        """
        start = must_be_aware(start, "start")
        if self._elapsed is not None:
            return in_utc(start) + self._elapsed
        local = start.astimezone(_zone(self.zone))
        return self._ends_on(self._last_day(local.date(), calendar), local.timetz())

    def before(self, end: datetime, calendar: Calendars | None = None) -> datetime:
        """
        Return the moment that lies the span before *end*, in UTC; `after`, counted back.

        The day of *end* is not counted, and the time of day stays.

        Raises:
            TimeError: as `after`.
        """
        end = must_be_aware(end, "end")
        if self.unit == "hours":
            return in_utc(end) - timedelta(hours=self.amount)
        local = end.astimezone(_zone(self.zone))
        day = local.date()
        if self.unit == "business_days":
            open_on = business_days(self.calendar, calendar)
            day = count_days(day - ONE_DAY, self.amount, open_on, step=-1)
        elif self.unit == "months":
            day = _months_later(day, -self.amount)
        else:
            day -= timedelta(days=self.amount * (7 if self.unit == "weeks" else 1))
        return instant(datetime.combine(day, local.timetz()))

    def resumed(
        self,
        due: datetime,
        stopped: datetime,
        at: datetime,
        calendar: Calendars | None = None,
    ) -> datetime:
        """
        Return when it ends, in UTC, if it was due at *due* and stood still from *stopped* to *at*.

        What was left of it runs on then. Of business days only time on days that count was
        left, and only on such days it runs on. What ends with a day, or at a time of day, does so
        again: with the one on which the rest is over.

        Raises:
            TimeError: as `after`.
        """
        for what, moment in (("due", due), ("stopped", stopped), ("at", at)):
            must_be_aware(moment, what)
        zone = _zone(self.zone)
        if self.unit == "business_days":
            open_on = business_days(self.calendar, calendar)
            rest = business_time(stopped, due, zone, open_on)
            over = after_business_time(at, rest, zone, open_on)
        else:
            open_on = None
            over = in_utc(at) + (due - stopped)
        if not self.end_of_day and self.closes is None:
            return over
        day = (over - timedelta(microseconds=1)).astimezone(zone).date()
        while (ends := self._ends_on(day, time(tzinfo=zone))) < over:
            day += ONE_DAY
            if open_on is not None:
                day = count_days(day, 1, open_on)
        return ends

    def _ends_on(self, day: date, started: time) -> datetime:
        if self.end_of_day:
            return end_of(day, _zone(self.zone))
        if self.closes is not None:
            started = self.closes.replace(tzinfo=_zone(self.zone))
        return instant(datetime.combine(day, started))

    def _last_day(self, first: date, calendar: Calendars | None) -> date:
        if self.unit == "business_days":
            first = first if self.counts_start_day else first + ONE_DAY
            return count_days(first, self.amount, business_days(self.calendar, calendar))
        if self.unit == "months":
            last = _months_later(first, self.amount)
            # Where the last month has no such day, its last one ends the span: BGB § 188 (2), (3).
            if last.day != first.day:
                return last
        else:
            last = first + timedelta(days=self.amount * (7 if self.unit == "weeks" else 1))
        return last - ONE_DAY if self.counts_start_day else last


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def in_utc(at: datetime) -> datetime:
    """Return an aware moment in UTC; two of the same zone would be compared by its clock."""
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def _months_later(day: date, months: int) -> date:
    # A month that is too short ends the span on its last day, as contracts count.
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    # Imported by those who count in months.
    import calendar as gregorian

    return date(year, month + 1, min(day.day, gregorian.monthrange(year, month + 1)[1]))
