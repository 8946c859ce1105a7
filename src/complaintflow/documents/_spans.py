"""Spans of time and settings, as a document holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from attrs import frozen

from complaintflow._spelling import did_you_mean
from complaintflow._time import Within
from complaintflow.documents._kinds import (
    BIGGEST,
    LONG,
    NAME,
    NAMED,
    NOTHING,
    PLAIN,
    Const,
    Flag,
    Found,
    Key,
    ListOf,
    Path,
    Record,
    Schema,
    Text,
    kind_of,
    unreadable,
)
from complaintflow.errors import TimeError

_UNITS = {
    "hour": "hours",
    "day": "days",
    "business day": "business_days",
    "week": "weeks",
    "month": "months",
}
_SPAN = r"^[1-9][0-9]{0,4} (hour|day|business day|week|month)s?$"
_LENGTH = Text(LONG, _SPAN, hint="must be a span such as '14 days' or '5 business days'")


@frozen
class Span:
    """A span of time: `14 days`, or a table of the same and what else is to be said of it."""

    table_only: bool = False

    def read(self, value: object, path: Path, found: Found) -> Any:
        """Return the span."""
        if isinstance(value, Mapping):
            read = _SPAN_KEYS.read(value, path, found)
            if read is NOTHING or "span" not in read or len(read) < len(value):
                return NOTHING
            options = {key: each for key, each in read.items() if key != "span"}
        else:
            if not isinstance(value, str):
                return found.say(path, f"must be a span such as '14 days', not {kind_of(value)}")
            if _LENGTH.read(value, path, found) is NOTHING:
                return NOTHING
            read, options = {"span": value}, {}
        amount, _, unit = read["span"].partition(" ")
        zone = options.get("zone", "UTC")
        if zone != "UTC" and zone not in _zones():
            hint = did_you_mean(zone, _zones())
            return found.say((*path, "zone"), f"there is no time zone {zone!r}{hint}")
        try:
            return Within(int(amount), _UNITS[unit.removesuffix("s")], **options)  # type: ignore[arg-type]
        except TimeError as error:
            return found.say(path, str(error))

    def schema(self) -> Schema:
        """Return a string with a pattern, or an object."""
        table = _SPAN_KEYS.schema()
        return table if self.table_only else {"anyOf": [_LENGTH.schema(), table]}


_SPAN_KEYS = Record(
    {
        "span": Key(_LENGTH, "How long: `14 days`, `36 hours`, `5 business days`.", required=True),
        "zone": Key(NAME, "The IANA zone whose calendar counts. Left out: UTC."),
        "counts_start_day": Key(Flag(), "True: the day it starts on is the first one."),
        "end_of_day": Key(Flag(), "True: it lasts to the end of its last day."),
        "calendar": Key(NAME, "The host's name of the calendar whose business days count."),
        "closes": Key(
            Text(5, r"^[0-2][0-9]:[0-5][0-9]$", hint="must be a time of day such as '17:00'"),
            "The close of business: it lasts to this time of its last day.",
        ),
    }
)


@cache
def _zones() -> frozenset[str]:
    # Looked up among those there are: a name is never tried as a path, or as a package.
    from zoneinfo import available_timezones

    return frozenset(available_timezones())


# -- settings -----------------------------------------------------------------------------------


@frozen
class Setting:
    """What a method was configured with: kept as it is, for its cases are bound to it."""

    def read(self, value: object, path: Path, found: Found) -> Any:
        """Return the value: a span and a none stand in tables, a tuple is a list."""
        if isinstance(value, Mapping):
            if "none" in value:
                read = _NONE.read(value, path, found)
                return None if read == {"none": True} and len(value) == 1 else NOTHING
            return Span().read(value, path, found)
        if isinstance(value, list):
            return ListOf(_Item()).read(value, path, found)
        return _Scalar().read(value, path, found)

    def schema(self) -> Schema:
        """Return what a setting can be."""
        scalar = _Scalar().schema()
        each: list[Schema] = [
            ListOf(_Item()).schema(),
            Span(table_only=True).schema(),
            _NONE.schema(),
        ]
        return {"anyOf": [*scalar["anyOf"], *each]}


@frozen
class _Item:
    """What a list in a setting can hold."""

    def read(self, value: object, path: Path, found: Found) -> Any:
        kind = Span(table_only=True) if isinstance(value, Mapping) else _Scalar()
        return kind.read(value, path, found)

    def schema(self) -> Schema:
        return {"anyOf": [*_Scalar().schema()["anyOf"], Span(table_only=True).schema()]}


@frozen
class _Scalar:
    def read(self, value: object, path: Path, found: Found) -> Any:
        if isinstance(value, bool):
            return value
        if isinstance(value, str):
            if not re.search(PLAIN, value):
                return found.say(path, unreadable(value))
            return value
        # What is no number at all (`nan`) is of no size, either.
        if isinstance(value, int | float) and abs(value) <= BIGGEST:
            return value
        return found.say(path, f"must be a text, a number, true or false, not {kind_of(value)}")

    def schema(self) -> Schema:
        number = {"type": "number", "minimum": -BIGGEST, "maximum": BIGGEST}
        return {"anyOf": [{"type": "boolean"}, {"type": "string", "pattern": PLAIN}, number]}


_NONE = Record(
    {
        "none": Key(
            Const(value=True, why="must be true"), "True: it is set to nothing.", required=True
        )
    }
)

NAMED["span"] = Span()
NAMED["setting"] = Setting()
