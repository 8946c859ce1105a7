"""The system's own clock, a plain calendar, and two ways to know who acts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache

from complaintflow._actors import SYSTEM, SYSTEM_ID, Actor
from complaintflow.errors import TimeError, UnknownActor

_SATURDAY = 5


class SystemClock:
    """Tell the time of the machine it runs on."""

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        return datetime.now(UTC)


class WeekdayCalendar:
    """
    Count Monday to Friday as business days, except for holidays.

    Args:
        holidays: the days that do not count. Asked day by day and not copied: what a holiday
            library offers as a lazy collection will do.

    Raises:
        EvidenceError: *holidays* is no collection.

        TimeError: one of the holidays is not a plain date; it would never match.
    """

    def __init__(self, holidays: Collection[date] = ()) -> None:
        from complaintflow._given import a, look_over

        wanted = a(Collection, "a collection of dates, such as {date(2026, 12, 25)}")
        look_over("WeekdayCalendar", holidays=(wanted, holidays))
        for day in holidays:
            if not isinstance(day, date) or isinstance(day, datetime):
                message = f"a holiday must be a date, such as date(2026, 12, 25), not {day!r}"
                raise TimeError(message)
        self._holidays = holidays

    def is_business_day(self, day: date) -> bool:
        """
        Return whether *day* is a Monday to Friday, and no holiday.

        Raises:
            TimeError: it is no date.
        """
        if not isinstance(day, date):
            message = f"day must be a date, such as date(2026, 12, 25), not {day!r:.60}"
            raise TimeError(message)
        return day.weekday() < _SATURDAY and day not in self._holidays


class EverybodyMay:
    """
    Take everybody for a human who may do everything.

    `system` is the system itself. For trying out, and for hosts that check permissions before
    they record anything.
    """

    def actor(self, name: str) -> Actor:
        """
        Return a human of this name.

        Raises:
            UnknownActor: the name is blank.
        """
        if not isinstance(name, str) or not name.strip():
            raise UnknownActor(name)
        return SYSTEM if name == SYSTEM_ID else _human(name)


@lru_cache(maxsize=256)
def _human(name: str) -> Actor:
    return Actor(name)


class KnownActors:
    """
    Know the people it was given, and nobody else but `system`.

    Args:
        actors: whom it knows: actors, each known by its id, or a mapping from the names a host
            uses to actors. Where a name comes twice, the last one counts.

    Raises:
        EvidenceError: some of them are no actors.
    """

    def __init__(self, actors: Mapping[str, Actor] | Iterable[Actor]) -> None:
        from complaintflow._given import a, look_over

        look_over("KnownActors", actors=(a(Iterable, "actors, or a mapping of them"), actors))
        given = actors if isinstance(actors, Mapping) else tuple(actors)
        pairs = given.items() if isinstance(given, Mapping) else enumerate(given)
        wanted = a(Actor, "an actor, such as Actor('sam')")
        look_over("KnownActors", **{f"actors[{name!r}]": (wanted, each) for name, each in pairs})
        named = given if isinstance(given, Mapping) else {actor.id: actor for actor in given}
        self._actors: dict[str, Actor] = {SYSTEM_ID: SYSTEM, **named}

    def actor(self, name: str) -> Actor:
        """
        Return the actor known by a name.

        Raises:
            UnknownActor: it is none of those that were given.
        """
        if not isinstance(name, str) or name not in self._actors:
            raise UnknownActor(name)
        return self._actors[name]
