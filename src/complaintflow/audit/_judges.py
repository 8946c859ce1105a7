"""
Judges: what one rule makes of a case, activity by activity.

A judge stands in a *place*, a small frozen value, and an activity leads from one place to one
or several: to several where the log leaves open what happened. What the places say together is
the verdict.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from complaintflow.audit._values import Activity, Verdict
from complaintflow.errors import Unmet

Place = Any
"""Where a judge stands; what it is, only the judge knows."""

BEGAN_BEFORE = Unmet("began_before", "the log does not have its beginning")
"""Why nothing can be said of a case."""


class Judge(Protocol):
    """One rule, as something to fold activities over."""

    code: str
    text: str
    cites: tuple[str, ...]

    def start(self, at: datetime | None) -> Place:
        """Return where a case begins."""
        ...

    def anywhere(self) -> frozenset[Place]:
        """Return where a case may stand that began before the log."""
        ...

    def is_relevant(self, activity: Activity) -> bool:
        """Return whether an activity can lead anywhere; others are left out of every order."""
        ...

    def step(self, place: Place, activity: Activity, at: datetime | None) -> frozenset[Place]:
        """Return where an activity leads."""
        ...

    def is_broken(self, place: Place) -> bool:
        """Return whether the rule is broken there, whatever follows."""
        ...

    def verdict(self, place: Place, until: datetime | None) -> Verdict:
        """Return what the rule says of a case that stands there when the log ends."""
        ...

    def why(self, place: Place, activity: Activity | None) -> tuple[Unmet, ...]:
        """Return what was missing: for an activity from there, or at the end there."""
        ...
