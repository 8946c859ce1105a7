"""Time limits as a method says them, deadlines as a case has them, and breaches, which stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Literal

import attrs
from attrs import field, frozen

from complaintflow._calendars import Calendars
from complaintflow._pieces import names, pairs, several, triggers
from complaintflow._time import Within
from complaintflow._value import Value

Standing = Literal["due", "due_soon", "overdue", "paused"]
"""
How a deadline stands at a moment.

`due`: there is time. `due_soon`: the first reminder's moment has come. `overdue`: it has passed,
and is to be recorded. `paused`: it stands still.
"""


def spans(value: Iterable[Within] | Within | None) -> tuple[Within, ...]:
    """Return one span, several or none as a tuple."""
    if value is None:
        return ()
    return (value,) if isinstance(value, Within) else several(value)


def problems_of_reminders(reminders: Iterable[object]) -> Iterator[str]:
    """Yield what is wrong with spans before a deadline."""
    for each in reminders:
        if not isinstance(each, Within):
            yield f"a reminder is a span before the deadline, such as Within(2), not {each!r:.40}"
        elif each.end_of_day or each.counts_start_day or each.closes is not None:
            yield (
                f"a reminder is counted back from the deadline, so {each} can have neither "
                "end_of_day, closes nor counts_start_day"
            )


def counted_as(reminder: Within, within: Within) -> Within:
    """Return a reminder that names neither zone nor calendar, with those of the span."""
    if not isinstance(reminder, Within) or reminder.unit == "hours":
        return reminder  # what is no span is told by the method that has it
    calendar = within.calendar if reminder.unit == "business_days" else None
    return attrs.evolve(
        reminder,
        zone=within.zone if reminder.zone == "UTC" else reminder.zone,
        calendar=reminder.calendar or calendar,
    )


def moments_before(
    due: datetime, reminders: Iterable[Within], start: datetime, calendar: Calendars | None
) -> tuple[datetime, ...]:
    """Return when to remind of a deadline, soonest first; what lies before *start* is left out."""
    moments = {span.before(due, calendar) for span in reminders}
    return tuple(sorted(moment for moment in moments if moment > start))


_HOURS: dict[str, tuple[int, float]] = {
    "hours": (1, 1),
    "days": (23, 25),
    "business_days": (23, float("inf")),
    "weeks": (7 * 24 - 1, 7 * 24 + 1),
    "months": (28 * 24 - 1, 31 * 24 + 1),
}
"""The fewest and the most hours of each unit: clocks are put on and back, and holidays come."""


def is_never_given(reminder: Within, within: Within) -> bool:
    """Return whether a reminder is so long before that the span has never begun by then."""
    to_its_end = within.end_of_day or within.closes is not None
    if reminder.unit == within.unit:
        return reminder.amount >= within.amount + to_its_end
    shortest, longest = _HOURS[reminder.unit][0], _HOURS[within.unit][1]
    return reminder.amount * shortest >= within.amount * longest + to_its_end * 25


@frozen(eq=False, repr=False)
class TimeLimit(Value):
    """
    How long something may take: from the acts that start it to the acts that end it.

    What makes no sense in one is told by the method that has it.
    """

    code: str
    """Its name in the method; `'first_response'`."""

    text: str
    """What passing it means, for people; `'nobody has listened in time'`."""

    within: Within
    """The span."""

    starts: tuple[str, ...] = field(converter=triggers)
    """
    The acts that start it, by trigger or class, anew each time.

    `open` stands for the start of every cycle.
    """

    ends: tuple[str, ...] = field(converter=triggers)
    """The acts that end it, by trigger or class. The end of a case ends every time limit."""

    after_promises: bool = field(default=False, kw_only=True)
    """True: it is counted from the last promise due, where that is later than the act."""

    recurs: bool = field(default=False, kw_only=True)
    """
    True: a duty that is due again and again. What ends it begins it anew, counted from there.

    One that was missed is a breach, and the next one is counted from it: there is no end to a
    duty in being late with it.
    """

    pausable: bool = field(default=False, kw_only=True)
    """True: it stands still in some states, and the rest runs on afterwards."""

    paused_in: tuple[str, ...] = field(default=(), converter=names, kw_only=True)
    """The states in which it stands still. Empty: those that wait for the customer."""

    reminders: tuple[Within, ...] = field(default=(), converter=spans, kw_only=True)
    """How long before it passes to remind of it; each of them once."""

    notify: tuple[tuple[str, str], ...] = field(default=(), converter=pairs, kw_only=True)
    """Who is told of what when it passes, topic and audience, beside what the rule of
    `deadline_passed` says for all."""

    remind: tuple[tuple[str, str], ...] = field(default=(), converter=pairs, kw_only=True)
    """Who is reminded of what, topic and audience, beside what the rule of `deadline_near` says
    for all."""

    cites: tuple[str, ...] = field(default=(), converter=names, kw_only=True)
    """The clauses it stands on."""

    def problems(self) -> Iterator[str]:
        """Yield what makes no sense in it, whatever the method; it is of its types."""
        if self.paused_in and not self.pausable:
            yield "it names states to stand still in, and is not pausable: set pausable=True"
        if self.recurs and not self.ends:
            yield "it recurs from each time it is done; name the acts that do it: ends=[...]"
        if self.recurs and self.after_promises:
            yield "what recurs is counted from the last time it was done, not from promises"
        if self.remind and not self.reminders:
            yield "it says whom to remind, and not when: reminders=[...]"
        yield from problems_of_reminders(self.reminders)
        for each in self.reminders:
            if "hours" not in (each.unit, self.within.unit) and each.zone != self.within.zone:
                yield (
                    f"the reminder {each} before is counted in {each.zone}, and the limit in "
                    f"{self.within.zone}: give it zone={self.within.zone!r}"
                )
        never = [each for each in self.reminders if is_never_given(each, self.within)]
        if never and not self.after_promises:
            before = " and ".join(f"{each} before" for each in never)
            yield f"a reminder {before} is never given: it runs for {self.within}"

    def deadline(
        self,
        start: datetime,
        calendar: Calendars | None = None,
        *,
        since: datetime | None = None,
    ) -> Deadline:
        """
        Return the deadline of the limit where it is counted from *start*. Pure.

        Reminders that would lie before *since* are left out; None: before *start*.
        """
        due = self.within.after(start, calendar)
        if not self.reminders:
            return Deadline(self.code, due, self.text)
        reminders = moments_before(due, self.reminders, since or start, calendar)
        return Deadline(self.code, due, self.text, None, reminders)

    def resumed(
        self, deadline: Deadline, at: datetime, calendar: Calendars | None = None
    ) -> Deadline:
        """Return a deadline of the limit that stood still, running on from a moment. Pure."""
        if deadline.paused_at is None:
            return deadline
        due = self.within.resumed(deadline.due, deadline.paused_at, at, calendar)
        # What was given is not given again, also where the others have moved.
        left = len(deadline.reminders) - deadline.reminded
        moments = sorted({span.before(due, calendar) for span in self.reminders})
        reminders = tuple(moments[-left:]) if left else ()
        return Deadline(self.code, due, deadline.text, deadline.about, reminders)


@frozen(eq=False, repr=False)
class Deadline(Value):
    """A moment until which something is due."""

    code: str
    """The time limit's code, or `'promise'`."""

    due: datetime
    """The last moment at which it is in time. Of a paused one: if it had not been paused."""

    text: str
    """What passing it means, for people."""

    about: str | None = None
    """The promise it is about. None: it is the method's own."""

    reminders: tuple[datetime, ...] = ()
    """When to remind of it, soonest first."""

    reminded: int = 0
    """How many of the reminders were given, or have been overtaken by a later one."""

    paused_at: datetime | None = None
    """Since when it stands still. None: it runs."""

    @property
    def reminds_at(self) -> datetime | None:
        """When to remind of it next. None: it stands still, or every reminder was given."""
        if self.paused_at is not None or self.reminded >= len(self.reminders):
            return None
        return self.reminders[self.reminded]

    @property
    def wakes_at(self) -> datetime | None:
        """When to look at it again: the next reminder, or when it is due. None: it stands still."""
        return None if self.paused_at is not None else (self.reminds_at or self.due)

    def has_passed(self, at: datetime) -> bool:
        """Return whether it is overdue at a moment; the last moment is in time."""
        return self.due < at and self.paused_at is None

    def is_near(self, at: datetime) -> bool:
        """Return whether a reminder is to be given at a moment: its own moment has passed."""
        reminds_at = self.reminds_at
        return reminds_at is not None and reminds_at < at <= self.due

    def standing(self, at: datetime) -> Standing:
        """Return how it stands at a moment."""
        if self.paused_at is not None:
            return "paused"
        if self.due < at:
            return "overdue"
        return "due_soon" if self.reminders and self.reminders[0] < at else "due"

    def paused(self, at: datetime) -> Deadline:
        """Return it standing still from a moment."""
        return attrs.evolve(self, paused_at=at.astimezone(UTC))

    def reminded_by(self, at: datetime) -> Deadline:
        """Return it with every reminder given whose moment has passed."""
        return attrs.evolve(self, reminded=sum(moment < at for moment in self.reminders))


@frozen(eq=False, repr=False)
class Breach(Value):
    """A deadline that was not kept. Permanent, whatever closes or reopens."""

    code: str
    """The time limit's code, or `'promise'`."""

    due: datetime
    """The last moment at which it would have been in time."""

    found_at: datetime
    """When it was recorded: it was found overdue, done late, or given up."""

    about: str | None = None
    """The promise it is about. None: it is the method's own."""
