"""
A method as a judge: where a case can be by what its log says.

It takes the paths and transitions of the compiled method, as a decision does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from attrs import frozen

from complaintflow._case import Move
from complaintflow._engine._machine import AskingEvent, compiled
from complaintflow._engine._path import Path
from complaintflow._method import Method
from complaintflow._spelling import listed
from complaintflow.audit._deeds import NOTHING, Readings
from complaintflow.audit._judges import BEGAN_BEFORE
from complaintflow.audit._values import Activity, Deed, Verdict
from complaintflow.errors import Unmet


@frozen
class Possibility:
    """One way in which a method can stand in a case, by what its log says."""

    state: str
    facts: frozenset[str]
    waived: bool = False
    """True: something was done without in this cycle; the log does not say what."""
    is_closed: bool = False
    """True: the log says that the case is over, and nothing has reopened it since."""
    is_anew: bool = False
    """True: the case has begun anew at least once."""


@frozen
class ReplayPlace:
    """Every possibility of where a case can be by what its log says; none once it deviated."""

    could_be: frozenset[Possibility]
    is_touched: bool = False
    is_known: bool = True
    """False: the case began before the log."""


class ReplayJudge:
    """
    A method as a judge: it asks whether the case could have gone so.

    What a log cannot show is read in favour of the case: requirements beyond facts are met, an
    outcome that is not said was one that fits, and where something was waived it was the right
    thing. Only the first deviation counts, as after it everything looks wrong.
    """

    def __init__(self, method: Method, readings: Readings, *, over: bool) -> None:
        self.method = method
        self.machine = compiled(method)
        self.readings = readings
        self.over = over
        self.code = method.name
        self.text = (
            f"the case did not go as {method.title[0].lower()}{method.title[1:]} would have it"
        )
        self.cites: tuple[str, ...] = ()

    def start(self, at: datetime | None) -> ReplayPlace:
        """Return where a case begins."""
        return ReplayPlace(frozenset({Possibility(self.method.initial, NOTHING)}))

    def anywhere(self) -> frozenset[ReplayPlace]:
        """Return that nothing can be said."""
        return frozenset({ReplayPlace(frozenset(), is_known=False)})

    def is_relevant(self, activity: Activity) -> bool:
        """Return whether an activity does anything that a method could ask for."""
        return activity != Activity(activity.name)

    def step(
        self, place: ReplayPlace, activity: Activity, at: datetime | None
    ) -> frozenset[ReplayPlace]:
        """Return where an activity leads: its acts in their order, then its facts."""
        if not place.is_known or not place.could_be:
            return frozenset({place})
        could_be: Iterable[Possibility] = place.could_be
        for deed in activity.deeds:
            if deed.trigger != "open":
                could_be = [onward for each in could_be for onward in self._onward(each, deed)]
        return frozenset(
            {
                ReplayPlace(
                    frozenset(
                        Possibility(
                            each.state,
                            (each.facts - activity.clears) | activity.establishes,
                            each.waived,
                            activity.closes or (each.is_closed and not activity.reopens),
                            each.is_anew or activity.reopens,
                        )
                        for each in could_be
                    ),
                    place.is_touched or bool(activity.deeds),
                )
            }
        )

    def _onward(self, here: Possibility, deed: Deed) -> Iterator[Possibility]:
        event = self.machine.events[deed.trigger]
        for reading in self.readings.of(deed):
            path = event.paths[reading.outcome]
            if self._missing(path, here):
                continue
            for transition in event.transitions.get(here.state, ()):
                move = transition.moves.get(reading.outcome)
                if move is not None and transition.given <= here.facts:
                    waived = (here.waived and not move.begins_cycle) or deed.trigger == "waive"
                    reopens = self._reopens(here.state, move)
                    yield Possibility(
                        move.target,
                        move.after(here.facts),
                        waived,
                        here.is_closed and not reopens,
                        here.is_anew or reopens,
                    )
                    break

    def _reopens(self, state: str, move: Move) -> bool:
        final = self.method.final
        return move.begins_cycle or (state in final and move.target not in final)

    def _missing(self, path: Path, here: Possibility) -> frozenset[str]:
        missing = path.facts - here.facts
        return missing - self.method.waivable if here.waived else missing

    def is_broken(self, place: ReplayPlace) -> bool:
        """Return whether the case has deviated."""
        return place.is_known and not place.could_be

    def verdict(self, place: ReplayPlace, until: datetime | None) -> Verdict:
        """Return kept for a case that came to an end, and pending for one that goes well so far."""
        if not place.is_known:
            return Verdict.CANNOT_TELL
        if not place.could_be:
            return Verdict.BROKEN
        if not place.is_touched:
            return Verdict.NOT_APPLICABLE
        if any(each.state in self.method.final for each in place.could_be):
            return Verdict.KEPT
        is_over = self.over or all(each.is_closed for each in place.could_be)
        return Verdict.BROKEN if is_over else Verdict.PENDING

    def states(self, place: ReplayPlace) -> frozenset[str]:
        """Return the states that the case could stand in. Empty: it deviated, or nobody knows."""
        return frozenset(each.state for each in place.could_be)

    def why(self, place: ReplayPlace, activity: Activity | None) -> tuple[Unmet, ...]:
        """Return what the act needed that deviated: from where the least was missing."""
        if not place.is_known:
            return (BEGAN_BEFORE,)
        if activity is None:
            states = " or ".join(sorted({each.state for each in place.could_be}))
            return (Unmet("not_over", f"the case was over while {states}"),)
        could_be, deeds = place.could_be, iter(activity.deeds)
        while True:
            deed = next(deeds)
            if deed.trigger != "open":
                onward = frozenset(o for each in could_be for o in self._onward(each, deed))
                if not onward:
                    return self._lacking(deed, could_be)
                could_be = onward

    def _lacking(self, deed: Deed, could_be: frozenset[Possibility]) -> tuple[Unmet, ...]:
        event = self.machine.events[deed.trigger]
        tried = [
            (here, reading.outcome)
            for here in sorted(could_be, key=lambda each: (each.state, sorted(each.facts)))
            for reading in self.readings.of(deed)
        ]
        here, outcome = min(
            tried,
            key=lambda each: (
                not _has_edge(event, each[1], each[0]),
                len(self._missing(event.paths[each[1]], each[0])),
            ),
        )
        path, state = event.paths[outcome], here.state
        missing = self._missing(path, here)
        unmet = [
            Unmet(
                need.code,
                need.text.replace("{customer}", "the customer"),
                need.cites,
                need.satisfied_by,
            )
            for need in path.requirements
            if need.fact in missing
        ]
        if not unmet or (state in self.method.final and not _has_edge(event, outcome, here)):
            unmet.append(self._not_now(event, deed, state))
        return tuple(unmet)

    def _not_now(self, event: AskingEvent, deed: Deed, state: str) -> Unmet:
        where = dict.fromkeys(
            name
            for name in self.machine.states
            for transition in event.transitions.get(name, ())
            if deed.outcome is None or deed.outcome in transition.moves
        )
        about = "" if deed.outcome is None else f" ({deed.outcome})"
        told = f"it is possible while {listed(where, 'or')}" if where else "it never is"
        over = "the case is over; " if state in self.method.final else ""
        return Unmet(
            "not_now", f"{over}{deed.trigger}{about} is not possible while {state}: {told}"
        )


def _has_edge(event: AskingEvent, outcome: str | None, here: Possibility) -> bool:
    return any(
        outcome in transition.moves and transition.given <= here.facts
        for transition in event.transitions.get(here.state, ())
    )
