"""
Judges: what one rule makes of a case, activity by activity.

A judge stands in a *place*, a small frozen value, and an activity leads from one place to one
or several: to several where the log leaves open what happened. What the places say together is
the verdict. The tables of the invariants are the library's only ones, stepped by its only `step`;
a replay takes the paths and transitions of the compiled method.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Protocol

from attrs import frozen

from complaintflow._calendars import Calendars
from complaintflow._case import Move
from complaintflow._engine._machine import AskingEvent, MethodMachine, Path, compiled
from complaintflow._invariants import Invariant, Standing, begin, in_time, kind_of, letter, step
from complaintflow._method import Method
from complaintflow._spelling import listed
from complaintflow.audit._values import REOPENING, Activity, Deed, Verdict
from complaintflow.errors import Unmet

NOTHING: frozenset[str] = frozenset()
Place = Any
"""Where a judge stands; what it is, only the judge knows."""

WORST = (Verdict.NOT_APPLICABLE, Verdict.KEPT, Verdict.PENDING, Verdict.BROKEN)
"""The verdicts of a place; of several cycles the last in this order counts."""


BEGAN_BEFORE = Unmet("began_before", "the log does not have its beginning")


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


@frozen
class Reading:
    """One way to read a deed: the act with one outcome, and what that does to the facts."""

    trigger: str
    outcome: str | None
    establishes: frozenset[str]
    clears: frozenset[str]
    begins_cycle: bool


class Readings:
    """How the deeds of a log can be read; by a method, where there is one."""

    def __init__(self, machine: MethodMachine | None, outcomes: dict[str, tuple[str, ...]]) -> None:
        self.machine = machine
        self.outcomes = outcomes
        self._known: dict[Deed, tuple[Reading, ...]] = {}

    def of(self, deed: Deed) -> tuple[Reading, ...]:
        """Return every way to read a deed."""
        known = self._known.get(deed)
        if known is None:
            known = self._known[deed] = tuple(self._read(deed))
        return known

    def _read(self, deed: Deed) -> Iterator[Reading]:
        event = None if self.machine is None else self.machine.events.get(deed.trigger)
        if event is not None:
            outcomes = event.paths if deed.outcome is None else (deed.outcome,)
            for outcome in outcomes:
                path = event.paths[outcome]
                yield Reading(
                    deed.trigger, outcome, path.establishes, path.clears, path.begins_cycle
                )
        else:
            open_ones = self.outcomes.get(deed.trigger, ()) if deed.outcome is None else ()
            for named in open_ones or (deed.outcome,):
                begins = deed.trigger in REOPENING
                yield Reading(deed.trigger, named, NOTHING, NOTHING, begins_cycle=begins)


@frozen
class RulePlace:
    """Where an invariant stands in a case."""

    standing: Standing
    facts: frozenset[str] = NOTHING
    """Those that the invariant asks for."""
    before: Verdict = Verdict.NOT_APPLICABLE
    """What earlier cycles came to."""
    is_closed: bool = False


class RuleJudge:
    """An invariant as a judge."""

    def __init__(
        self, invariant: Invariant, readings: Readings, calendar: Calendars | None, *, over: bool
    ) -> None:
        self.invariant = invariant
        self.readings = readings
        self.calendar = calendar
        self.over = over
        self.code = invariant.code
        self.text = invariant.text
        self.cites = invariant.cites
        self.asked = frozenset(invariant.facts)

    def start(self, at: datetime | None) -> RulePlace:
        """Return where a case begins."""
        return RulePlace(begin(self.invariant, at))

    def anywhere(self) -> frozenset[RulePlace]:
        """
        Return every place that is not broken, with any facts: nothing is known of the past.

        Of the facts, all and all but one stand for every set. What happens later establishes or
        clears a fact whether or not it was there; so a set with several missing answers as the one
        does that misses only the last of them to be touched.
        """
        table = self.invariant.table
        seen, waiting = {table.start}, [table.start]
        while waiting:
            for place in set(table.next[waiting.pop()]) - seen:
                seen.add(place)
                waiting.append(place)
        facts = [self.asked, *(self.asked - {fact} for fact in self.asked)]
        return frozenset(
            RulePlace(Standing(place), some)
            for place in seen
            if not table.broken[place]
            for some in facts
        )

    def is_relevant(self, activity: Activity) -> bool:
        """Return whether an activity can lead anywhere, or begin or end anything."""
        rows = self.invariant.table.next
        is_chained = any(row[0] != place for place, row in enumerate(rows))
        readings = [
            each
            for deed in activity.deeds
            if deed.trigger != "open"
            for each in self.readings.of(deed)
        ]
        facts = activity.establishes | activity.clears
        facts = facts.union(*(each.establishes | each.clears for each in readings))
        return (
            activity.opens
            or activity.closes
            or activity.reopens
            or (is_chained and bool(readings))
            or not self.asked.isdisjoint(facts)
            or any(
                each.begins_cycle or kind_of(self.invariant, each.trigger, each.outcome)
                for each in readings
            )
        )

    def step(
        self, place: RulePlace, activity: Activity, at: datetime | None
    ) -> frozenset[RulePlace]:
        """Return where an activity leads: its acts in their order, then its facts."""
        readings = [self.readings.of(deed) for deed in activity.deeds if deed.trigger != "open"]
        is_said = any(each.begins_cycle for several in readings for each in several)
        places = {self._again(place, at) if activity.reopens and not is_said else place}
        for several in readings:
            places = {self._read(each, reading, at) for each in places for reading in several}
        return frozenset(self._after(each, activity) for each in places)

    def _read(self, place: RulePlace, reading: Reading, at: datetime | None) -> RulePlace:
        """Read an act. One that begins a cycle is the last of the old one, as for a proof."""
        read = letter(self.invariant, reading.trigger, reading.outcome, place.facts)
        standing = step(self.invariant, place.standing, read, at=at, calendar=self.calendar)
        onward = RulePlace(standing, place.facts, place.before, place.is_closed)
        if reading.begins_cycle:
            onward = self._again(onward, at)
        facts = (onward.facts - reading.clears) | (reading.establishes & self.asked)
        return RulePlace(onward.standing, facts, onward.before, onward.is_closed)

    def _after(self, place: RulePlace, activity: Activity) -> RulePlace:
        facts = (place.facts - activity.clears) | (activity.establishes & self.asked)
        before = place.before
        if activity.closes and not place.is_closed:
            before = self._worse(before, self._ended(place))
        closed = place.is_closed or activity.closes
        return RulePlace(place.standing, facts, before, closed)

    def _again(self, place: RulePlace, at: datetime | None) -> RulePlace:
        """Return a place at the beginning of another cycle."""
        if not self.invariant.each_cycle:
            return RulePlace(place.standing, NOTHING, place.before)
        before = self._worse(place.before, self._verdict(place))
        return RulePlace(begin(self.invariant, at), NOTHING, before)

    def _ended(self, place: RulePlace) -> Verdict:
        """Return what a history comes to that ends there."""
        table, here = self.invariant.table, place.standing.place
        if not table.kept[here]:
            return Verdict.BROKEN
        return Verdict.KEPT if table.touched[here] else Verdict.NOT_APPLICABLE

    def _verdict(self, place: RulePlace) -> Verdict:
        """Return what a cycle comes to: judged when it was closed, or else now."""
        if place.is_closed and not self.invariant.table.broken[place.standing.place]:
            return place.before
        return self._ended(place)

    @staticmethod
    def _worse(*verdicts: Verdict) -> Verdict:
        return max(verdicts, key=WORST.index)

    def is_broken(self, place: RulePlace) -> bool:
        """Return whether it is broken for good, in this cycle or an earlier one."""
        return place.before is Verdict.BROKEN or self.invariant.table.broken[place.standing.place]

    def verdict(self, place: RulePlace, until: datetime | None) -> Verdict:
        """Return what the cycles come to together."""
        if place.is_closed or self.over:
            return self._worse(place.before, self._verdict(place))
        standing = in_time(self.invariant, place.standing, until, self.calendar)
        now = self._ended(RulePlace(standing))
        if now is Verdict.BROKEN and not self.invariant.table.broken[standing.place]:
            now = Verdict.PENDING
        return self._worse(place.before, now)

    def why(self, place: RulePlace | None, activity: Activity | None) -> tuple[Unmet, ...]:
        """Return the sentence of the invariant."""
        return (Unmet(self.code, self.invariant.text, self.cites),)


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
