"""
Business days of countries and their parts, after the library `holidays`.

Needs the extra `calendars`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from complaintflow._extras import extra
from complaintflow._spelling import did_you_mean
from complaintflow.errors import TimeError

with extra("calendars"):
    import holidays

if TYPE_CHECKING:
    from holidays import HolidayBase

WEEK = frozenset(range(7))


@lru_cache(maxsize=512)
def _year(country: str, subdivision: str | None, year: int) -> HolidayBase:
    # One year at a time, whole and never to change: a lazy one that fills itself is asked by
    # several threads while it does.
    return holidays.country_holidays(country, subdiv=subdivision, years=year, expand=False)


class HolidayCalendar:
    """
    Count as business days what a country, or a part of one, does not have off.

    Pure, and safe to share between threads. What the holidays of a year are is what the installed
    version of `holidays` knows; deadlines that were counted once stay as they are.

    Args:
        country: its ISO 3166-1 code; `'GB'`.

        subdivision: the part of it, by its ISO 3166-2 code without the country; `'SCT'`. None:
            what the whole country has off.

        weekend: the days of the week that do not count, Monday being 0. None: those of the
            country, with the working weekends that some have.

        closed: more days that do not count: an outing, the days between the years.

        open: days that count whatever else is said of them.

    Raises:
        TimeError: there is no such country or part, or the days are none; all problems are
            listed.
    """

    def __init__(
        self,
        country: str,
        *,
        subdivision: str | None = None,
        weekend: Iterable[int] | None = None,
        closed: Iterable[date] = (),
        open: Iterable[date] = (),  # noqa: A002  (a calendar is open or closed)
    ) -> None:
        self._country, self._subdivision = country, subdivision
        self._weekend = None if weekend is None else frozenset(weekend)
        self._closed, self._open = frozenset(closed), frozenset(open)
        problems = [*_problems_of_place(country, subdivision)]
        if self._weekend is not None and not self._weekend < WEEK:
            problems.append("weekend must name some days of the week, from 0 (Monday) to 6")
        problems += [
            f"a day must be a date, such as date(2026, 12, 25), not {day!r}"
            for day in (*self._closed, *self._open)
            if not isinstance(day, date) or isinstance(day, datetime)
        ]
        if problems:
            raise TimeError("; ".join(problems))

    @property
    def name(self) -> str:
        """Its code: `'GB'`, `'GB-SCT'`."""
        return self._country + (f"-{self._subdivision}" if self._subdivision else "")

    def is_business_day(self, day: date) -> bool:
        """Return whether *day* counts."""
        if day in self._open or day in self._closed:
            return day in self._open
        known = _year(self._country, self._subdivision, day.year)
        if self._weekend is None:
            return known.is_working_day(day)
        return day.weekday() not in self._weekend and day not in known

    def __repr__(self) -> str:
        return f"<HolidayCalendar {self.name}>"


def holiday_calendars(*names: str) -> dict[str, HolidayCalendar]:
    """
    Return calendars by their codes, as a desk takes them: `holiday_calendars("GB-SCT", "IE")`.

    Raises:
        TimeError: there is no such country or part.
    """
    made = {}
    for name in names:
        if not isinstance(name, str):
            message = (
                f"a calendar is named by a code such as 'GB-SCT', not by {name!r:.40}; several are "
                "given one after the other: holiday_calendars('GB', 'IE')"
            )
            raise TimeError(message)
        country, _, subdivision = name.partition("-")
        made[name] = HolidayCalendar(country, subdivision=subdivision or None)
    return made


def _problems_of_place(country: str, subdivision: str | None) -> Iterable[str]:
    known = holidays.list_supported_countries()
    if country not in known:
        yield f"no holidays are known of the country {country!r}{_meant(country, known)}"
    elif subdivision is not None and subdivision not in known[country]:
        parts = ", ".join(known[country]) or "none"
        yield f"no holidays are known of {subdivision!r} in {country}; its parts: {parts}"


def _meant(country: object, known: Mapping[str, Iterable[str]]) -> str:
    whole, _, part = str(country).upper().partition("-")
    if part and whole in known:
        return (
            f"; a part of one is said beside it: HolidayCalendar({whole!r}, subdivision={part!r})"
        )
    return f"{did_you_mean(str(country).upper(), known)}; give its ISO 3166 code"
