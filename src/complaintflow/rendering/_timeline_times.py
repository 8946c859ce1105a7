"""Moments and lengths of time, as people write them; and a whole timeline by their own clocks."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any

import attrs

from complaintflow._time import zone_of
from complaintflow.rendering._timeline_model import Timeline


def as_clocks_show(timeline: Timeline) -> Timeline:
    """
    Return a timeline with every moment as the clocks of its zone show it: to be told, as it is.

    Two of its moments are not to be compared: where clocks are put back, an hour comes twice.
    """
    told: Timeline = _shown(timeline, zone_of(timeline.zone))
    return told


def _shown(value: Any, zone: tzinfo) -> Any:  # noqa: ANN401 (whatever a timeline holds)
    if isinstance(value, datetime):
        return value.astimezone(zone)
    if isinstance(value, tuple):
        return tuple(_shown(each, zone) for each in value)
    if attrs.has(type(value)):
        fields = attrs.fields(type(value))
        told = {field.alias: _shown(getattr(value, field.name), zone) for field in fields}
        return attrs.evolve(value, **told)
    return value


def day_and_time(at: datetime) -> str:
    """Return a moment as people write it, by its own clock."""
    return f"{at:%a} {at.day} {at:%b %Y}, {time_of_day(at)}"


def time_of_day(at: datetime) -> str:
    """Return the time of a clock; with its offset from UTC in an hour that comes twice."""
    comes_twice = at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset()
    return f"{at:%H:%M}{at:%z}" if comes_twice else f"{at:%H:%M}"


def span(length: timedelta) -> str:
    """Return a length of time in its largest unit, of which there are two or more."""
    seconds = abs(length.total_seconds())
    for unit, size in (("week", 604_800), ("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count = int(seconds // size)
        if count >= 2 or (count and unit == "minute"):  # noqa: PLR2004  (13 days say more than a week)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"
