"""
Which time limits run after a step: what it starts, ends and begins anew, and what stands still.

Worked out in the decision and kept on the entry, so that the fold of a history stays a stranger
to methods.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import frozen

from complaintflow._calendars import Calendars
from complaintflow._case import Effect, Move
from complaintflow._deadlines import Deadline, TimeLimit
from complaintflow._ledger import Promise
from complaintflow._method import Method, Rule
from complaintflow._requirements import Question
from complaintflow._value import Value
from complaintflow.acts.bounds import DeadlineNear, DeadlinePassed


@frozen(eq=False, repr=False)
class ActLimits(Value):
    """What one act does to the time limits of its method, worked out once."""

    starts: tuple[TimeLimit, ...]
    """Those that it starts."""
    ends: frozenset[str]
    """The codes of those that it ends."""
    again: tuple[TimeLimit, ...]
    """Those that recur, and that it ends: they begin anew."""
    is_of_time: bool
    """True: it records what time has brought."""


def act_limits_of(method: Method, rule: Rule) -> ActLimits | None:
    """Return what the act of a rule does to the time limits of a method. None: that has none."""
    if not method.limits:
        return None
    trigger = rule.trigger
    ends = tuple(limit for limit in method.limits if trigger in limit.ends)
    return ActLimits(
        starts=tuple(limit for limit in method.limits if trigger in limit.starts),
        ends=frozenset(limit.code for limit in ends),
        again=tuple(each for each in ends if each.recurs and trigger not in each.starts),
        is_of_time=issubclass(rule.act, DeadlinePassed | DeadlineNear),
    )


@frozen(eq=False, repr=False)
class MethodLimits(Value):
    """The time limits of a method, and where they stand still."""

    by_code: dict[str, TimeLimit]
    opening: tuple[TimeLimit, ...]
    """Those that the opening of a case starts, and so does every new cycle."""
    paused_in: dict[str, frozenset[str]]
    """In which states each of those that can be paused stands still, by its code."""

    def at_opening(
        self, state: str, at: datetime, calendar: Calendars | None
    ) -> tuple[Deadline, ...] | None:
        """Return the time limits that run once a case is opened in a state; None for none."""
        if not self.opening:
            return None
        deadlines = _start(self.opening, at, (), calendar)
        return self.standing(deadlines, state, at, calendar) if self.paused_in else deadlines

    def running(
        self,
        question: Question,
        act_limits: ActLimits,
        move: Move,
        promises: tuple[Promise, ...],
    ) -> tuple[Deadline, ...] | None:
        """Return the time limits running after a step; None where none started or ended."""
        before, at, calendar = question.case.ledger.deadlines, question.at, question.calendar
        if move.ends:
            return () if before else None
        kept = (
            () if move.begins_cycle else tuple(d for d in before if d.code not in act_limits.ends)
        )
        starting = self.opening if move.begins_cycle else act_limits.starts
        awaited = question.case.ledger.awaited + promises if starting else ()
        started = _start(starting, at, awaited, calendar)
        if act_limits.again and not move.begins_cycle:
            running = {deadline.code for deadline in before}
            again = [limit for limit in act_limits.again if limit.code in running]
            started += _start(again, at, (), calendar)
        if act_limits.is_of_time:
            started += self._missed(question)
        if started:
            fresh = {deadline.code for deadline in started}
            kept = (*(d for d in kept if d.code not in fresh), *started)
        if self.paused_in:
            kept = self.standing(kept, move.target, at, calendar)
        return None if kept == before else kept

    def _missed(self, question: Question) -> tuple[Deadline, ...]:
        """Return the next deadline of a recurring duty whose last one has passed."""
        act, at, calendar = question.act, question.at, question.calendar
        limit = self.by_code.get(act.deadline)
        if limit is None or not limit.recurs or isinstance(act, DeadlineNear):
            return ()
        due = next(d.due for d in question.case.ledger.deadlines if d.code == limit.code)
        following = limit.deadline(due, calendar)
        # Nobody looked for so long that the next one has passed as well: it is one breach.
        return (following if following.due > at else limit.deadline(at, calendar),)

    def standing(
        self,
        deadlines: tuple[Deadline, ...],
        state: str,
        at: datetime,
        calendar: Calendars | None,
    ) -> tuple[Deadline, ...]:
        """Return deadlines as they stand in a state: paused, running on, or as they were."""
        found = []
        for deadline in deadlines:
            where = self.paused_in.get(deadline.code)
            if where is None or deadline.has_passed(at):
                found.append(deadline)
            elif state not in where:
                found.append(self.by_code[deadline.code].resumed(deadline, at, calendar))
            else:
                found.append(deadline if deadline.paused_at else deadline.paused(at))
        return tuple(found)

    def stands_still(self, code: str, state: str) -> bool:
        """Return whether a time limit is paused in a state."""
        return state in self.paused_in.get(code, ())

    def effects(self, question: Question) -> tuple[Effect, ...]:
        """Return whom a time limit tells of what time has brought."""
        act = question.act
        limit = self.by_code.get(act.deadline)
        if limit is None:
            return ()
        told = limit.notify if isinstance(act, DeadlinePassed) else limit.remind
        return tuple([Effect(topic, to) for topic, to in told])


def method_limits_of(method: Method) -> MethodLimits:
    """Return the time limits of a method."""
    return MethodLimits(
        by_code={limit.code: limit for limit in method.limits},
        opening=tuple(limit for limit in method.limits if "open" in limit.starts),
        paused_in=_pauses(method),
    )


def _pauses(method: Method) -> dict[str, frozenset[str]]:
    """Return in which states each pausable time limit stands still, by its code."""
    waiting = [state.name for state in method.states if state.waits_for == "customer"]
    return {
        limit.code: frozenset(limit.paused_in or waiting)
        for limit in method.limits
        if limit.pausable
    }


def _start(
    limits: Iterable[TimeLimit],
    at: datetime,
    promises: tuple[Promise, ...],
    calendar: Calendars | None,
) -> tuple[Deadline, ...]:
    """Return the deadlines of time limits that start at a moment, with what is promised then."""
    last = max([at, *(promise.due for promise in promises)])
    return tuple(
        [
            limit.deadline(last if limit.after_promises else at, calendar, since=at)
            for limit in limits
        ]
    )
