"""What there is to see of a case, ready to be shown: texts, moments and how each of them stands."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from attrs import frozen

from complaintflow._deadlines import Deadline
from complaintflow._evidence._annotations import Voice
from complaintflow._value import Value
from complaintflow.acts import Speaker
from complaintflow.errors import Unmet

Kind = Literal["step", "opening", "offer", "waiver", "breach", "reminder", "reopening", "ending"]
"""
What a moment is in the story: a step, unless it is one of those that one looks for.

`offer` is also a counter-offer; `ending` is the step into a final state.
"""

Tone = Literal["plain", "good", "late", "bad"]
"""How something that followed is meant: as it should be, too late, or as it should not be."""

DutyStanding = Literal["open", "overdue", "kept", "kept_late", "released", "broken"]
"""What became of a promise."""


LEFT_OUT = "(left out)"
"""What stands where the name of the customer and words are left out."""


@frozen(eq=False, repr=False)
class Words(Value):
    """One thing that was said or written down."""

    label: str
    """The field it is the evidence of, as people write it; `'customer need'`."""
    voice: Voice | None
    """Who says it. None: it is a note for the record, or no text at all."""
    text: str
    """What was said, as it was written down."""


@frozen(eq=False, repr=False)
class Happening(Value):
    """Something that followed from a step: a promise was made or kept, an owner has changed."""

    text: str
    """What it is, in a line."""
    tone: Tone = "plain"
    """How it is meant."""


@frozen(eq=False, repr=False)
class Moment(Value):
    """One entry of the history."""

    number: int
    """Its place in the history; the first is 1."""
    at: datetime
    """When it happened."""
    by: str
    """Who recorded it."""
    speaker: Speaker
    """Whose word or deed it is."""
    act: str
    """What was done, as people write it; `'keep promise'`."""
    outcome: str | None
    """Which of its outcomes it had. None: it has only one."""
    kind: Kind
    """What it is in the story."""
    state: str
    """The state the case was in after it."""
    has_moved: bool
    """Whether that is another state than before."""
    cycle: int
    """The cycle it belongs to; the step that reopens a case is the first of the next one."""
    words: tuple[Words, ...] = ()
    """What was said and written down."""
    followed: tuple[Happening, ...] = ()
    """What came of it."""
    warnings: tuple[Unmet, ...] = ()
    """What the method recommends and the step did without, or should not have said."""

    @property
    def tag(self) -> str:
        """What one looks for it by, in a word; `'counter-offer'`. Empty: it is a step as any."""
        if self.kind == "offer" and self.speaker == "customer":
            return "counter-offer"
        return _TAGS.get(self.kind, "")


_TAGS: dict[Kind, str] = {
    "offer": "offer",
    "waiver": "waiver",
    "breach": "breach",
    "reminder": "reminder",
    "reopening": "reopened",
}


@frozen(eq=False, repr=False)
class Duty(Value):
    """A promise, from the moment it was made."""

    id: str
    """Its id in the case; `'p1'`."""
    what: str
    """What was promised."""
    who: str
    """Who is to keep it."""
    made_at: datetime
    """When it was made."""
    due: datetime
    """Until when it is to be kept."""
    standing: DutyStanding
    """What became of it."""
    ended_at: datetime | None = None
    """When it was kept, released or broken. None: it is outstanding."""
    late_by: str = ""
    """How late it is, or was kept; `'2 days'`. Empty: it is not."""


@frozen(eq=False, repr=False)
class Stretch(Value):
    """How long a case stood in one state."""

    state: str
    """The state."""
    cycle: int
    """The cycle it belongs to."""
    since: datetime
    """When the case came to it."""
    until: datetime | None
    """None: it still does."""


@frozen(eq=False, repr=False)
class Waypoint(Value):
    """One state of the road through the method."""

    state: str
    """Its name."""
    about: str
    """What it means to stand in it. Empty: the method was not given."""
    step: int | None
    """The number of the step that is due in it. None: no numbered step."""
    is_here: bool
    """Whether the case stands in it."""
    was_seen: bool
    """Whether the case has stood in it."""


@frozen(eq=False, repr=False)
class Chance(Value):
    """One act that somebody may do next, or may not yet."""

    act: str
    """What can be done, as people write it; `'keep promise'`."""
    about: str
    """What it is, in a sentence."""
    why_not: tuple[Unmet, ...] = ()
    """Empty: it may be done."""

    @property
    def is_ready(self) -> bool:
        """Whether it may be done now."""
        return not self.why_not


@frozen(eq=False, repr=False)
class Timeline(Value):
    """
    A case as a picture.

    Its texts are as people wrote them; what is made of it escapes them.
    """

    case: str
    """The id of the case."""
    customer: str
    """Whose complaint it is."""
    method: str
    """The title of the method, or its name where it was not given."""
    version: str
    """The version of the method."""
    at: datetime
    """The moment it was drawn for."""
    zone: str
    """The time zone that its pages tell days and times in; here they are in UTC."""
    opened_at: datetime
    """When it was opened."""
    state: str
    """The state it stands in."""
    is_closed: bool
    """True: it stands in a final state."""
    cycle: int
    """1, and one more with each reopening."""
    owner: str | None
    """Who is responsible. None: nobody yet."""
    has_personal_data: bool
    """False: the name of the customer and all words are left out; who acted stays."""
    road: tuple[Waypoint, ...]
    """The states of the road, and those it has stood in besides."""
    moments: tuple[Moment, ...]
    """What happened, oldest first."""
    stretches: tuple[Stretch, ...]
    """Where it stood, and how long, oldest first."""
    promises: tuple[Duty, ...]
    """What was promised, oldest first."""
    deadlines: tuple[Deadline, ...]
    """What is due and runs, but for promises; soonest first."""
    breaches: tuple[Happening, ...]
    """The time limits that were not kept, but for promises; oldest first."""
    chances: tuple[Chance, ...] | None
    """Every act of the method, ready or not. None: the method was not given."""

    def as_html(self) -> str:
        """
        Return it as one page of HTML that needs no other file and no network.

        It has no script, prints well, and is for light and dark, for a telephone, a keyboard and
        a reader of screens. Whatever people wrote is shown as they wrote it.
        """
        from complaintflow.rendering._timeline_html import as_html

        return as_html(self)

    def as_text(self, *, width: int = 80) -> str:
        """
        Return it as text for a terminal, without colour.

        Args:
            width: columns at most, 40 or more.
        """
        from complaintflow.rendering._timeline_text import as_text

        return as_text(self, width)
