"""
An invariant as a judge.

Its table is the one that a proof multiplies and a desk watches, stepped by the library's only
`step`.
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from complaintflow._calendars import Calendars
from complaintflow._invariants import Invariant, Standing, begin, in_time, kind_of, letter, step
from complaintflow.audit._deeds import NOTHING, Reading, Readings
from complaintflow.audit._values import Activity, Verdict
from complaintflow.errors import Unmet

WORST = (Verdict.NOT_APPLICABLE, Verdict.KEPT, Verdict.PENDING, Verdict.BROKEN)
"""The verdicts of a place; of several cycles the last in this order counts."""


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
