"""
The time zone of whoever reads: times are told in it, and read in it where they name none.

It is the same for all that one command writes, so it need not be handed from page to page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, tzinfo

from complaintflow._time import zone_of

IN_ZONE = "The time zone of times, such as Europe/Berlin."
"""What `--zone` takes, in every command."""

_ZONE: ContextVar[tzinfo] = ContextVar("zone", default=UTC)


@contextmanager
def times_in(name: str) -> Iterator[None]:
    """
    Tell and read times in a zone, for as long as this goes on.

    Raises:
        TimeError: there is no such zone.
    """
    before = _ZONE.set(zone_of(name))
    try:
        yield
    finally:
        _ZONE.reset(before)


def zone() -> tzinfo:
    """Return the zone that times are told in; its name is its text."""
    return _ZONE.get()


def local(at: datetime) -> datetime:
    """Return a moment as the clocks of the zone show it."""
    return at.astimezone(zone())
