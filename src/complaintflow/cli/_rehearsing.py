"""Who walks, and when: a clock that can be set, and people of whom one may offer only so much."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from attrs import frozen

from complaintflow import Actor, Case
from complaintflow.adapters.system import EverybodyMay, SystemClock
from complaintflow.cli._page import in_full
from complaintflow.errors import TimeError


class WalkClock:
    """
    Tells the time: the machine's, or one that was set and stands still.

    Args:
        at: the time it begins with: a rehearsal, which may go ahead of the machine's. None: the
            machine's time.
    """

    def __init__(self, at: datetime | None = None) -> None:
        self._at = at
        self.rehearses = at is not None
        """Whether it may go ahead of the machine's time."""

    def now(self) -> datetime:
        """Return the time it is, in UTC."""
        return SystemClock().now() if self._at is None else self._at.astimezone(UTC)

    def now_on(self, case: Case) -> datetime:
        """Return the time it is for a case: not before its last entry."""
        return max(self.now(), case.updated_at)

    def set(self, at: datetime | None) -> None:
        """
        Let it be another time. None: the machine's.

        Raises:
            TimeError: it is still to come, and this is no rehearsal.
        """
        if at is not None and not self.rehearses and at > SystemClock().now():
            message = (
                f"{in_full(at)} is still to come; only a walk that begins with --at is a "
                "rehearsal, and goes ahead of the clock"
            )
            raise TimeError(message)
        self._at = at


@frozen
class Staff:
    """Everybody may do everything, but for one who may offer only so much."""

    name: str
    limits: Mapping[str, Decimal] | None = None
    """The most that they may offer, by currency. None: there is no limit."""

    def actor(self, name: str) -> Actor:
        """
        Return a human of this name.

        Raises:
            UnknownActor: the name is blank.
        """
        if name == self.name and self.limits is not None:
            return Actor(name, limits=self.limits)
        return EverybodyMay().actor(name)
