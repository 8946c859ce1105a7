"""
A case as a picture: what happened, what was promised, and what may be done next.

:func:`timeline` draws it up from a case and its history; a :class:`Timeline` is written as one
file of HTML that needs nothing else, or as text for a terminal.
"""

from complaintflow.rendering._timeline import timeline
from complaintflow.rendering._timeline_model import (
    Chance,
    Duty,
    Happening,
    Moment,
    Stretch,
    Timeline,
    Waypoint,
    Words,
)

__all__ = [
    "Chance",
    "Duty",
    "Happening",
    "Moment",
    "Stretch",
    "Timeline",
    "Waypoint",
    "Words",
    "timeline",
]
