"""Stand-ins for what a desk is wired to: a clock that is moved, a notifier that remembers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from complaintflow._help import tells_fields
from complaintflow._time import must_be_aware
from complaintflow.ports import Notification

MONDAY_MORNING = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""When a frozen clock starts, if nothing else is said; an ordinary Monday, at nine."""


class FrozenClock:
    """
    Stand still until it is moved.

    Args:
        at: what it shows first; aware.

    Raises:
        TimeError: *at* is naive.
    """

    def __init__(self, at: datetime = MONDAY_MORNING) -> None:
        self._now = must_be_aware(at).astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment it shows, in UTC."""
        return self._now

    def advance(
        self,
        *,
        weeks: float = 0,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
        microseconds: float = 0,
    ) -> datetime:
        """
        Move it on, and return the new moment, in UTC.

        A day is 24 hours. Negative amounts move it back, as clocks that are set right do.
        """
        self._now += timedelta(
            weeks=weeks,
            days=days,
            hours=hours,
            minutes=minutes,
            seconds=seconds,
            microseconds=microseconds,
        )
        return self._now

    def move_to(self, at: datetime) -> datetime:
        """
        Set it, and return the new moment, in UTC.

        Raises:
            TimeError: *at* is naive.
        """
        self._now = must_be_aware(at).astimezone(UTC)
        return self._now


@tells_fields
class RecordingNotifier:
    """Remember what it is asked to deliver, and fail when it is told to."""

    def __init__(self) -> None:
        self.delivered: list[Notification] = []
        """What it took, oldest first."""
        self.failed: list[Notification] = []
        """What it was asked to deliver while it had to fail, oldest first."""
        self._failures_left = 0

    def fail_next(self, n: int = 1) -> None:
        """Raise at the next *n* calls of `notify`; 0 ends it. A later call replaces an earlier."""
        self._failures_left = n

    def notify(self, notification: Notification) -> None:
        """
        Take a notification.

        Raises:
            ConnectionError: it was told to fail.
        """
        if self._failures_left > 0:
            self._failures_left -= 1
            self.failed.append(notification)
            message = f"{notification.key!r} is not delivered: this notifier was told to fail"
            raise ConnectionError(message)
        self.delivered.append(notification)

    @property
    def topics(self) -> list[str]:
        """The topics of what it took, oldest first."""
        return [notification.topic for notification in self.delivered]
