"""Rules with a span of time: where they stand hangs on when, so each case has its own places."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from attrs import define

from complaintflow.audit._judges import Place
from complaintflow.audit._nodes import (
    Group,
    Places,
    beside,
    standing,
    together,
    verdict_of,
)
from complaintflow.audit._rule_judge import RuleJudge
from complaintflow.audit._values import Activity, Verdict


@define
class _Clock:
    """Where one rule stands in one case."""

    at: datetime
    """The time of the group."""
    base: Places
    group: Group
    now: Places
    is_first: bool


class Timed:
    """The rules with a span of time, for every case that concerns them."""

    def __init__(self, judges: tuple[RuleJudge, ...], activities: tuple[Activity, ...]) -> None:
        self.judges = judges
        self.order = {activity.name: place for place, activity in enumerate(activities)}
        self.concerned = {
            activity.name: tuple(
                number for number, judge in enumerate(judges) if judge.is_relevant(activity)
            )
            for activity in activities
        }
        self._cases: dict[str, list[_Clock]] = {}
        self._last: tuple[str, datetime, bool] | None = None
        """The case and the time of the last activity, and whether the case was opened by then."""
        self._orders: defaultdict[int, dict[Group, Places]] = defaultdict(dict)
        """What is known of that time, for each rule."""

    def begin_anew(self) -> None:
        """Forget every case."""
        self._cases.clear()
        self._last = None

    def begin(self, case: str, at: datetime) -> None:
        """Note when a case began."""
        self._last = None
        if self.judges:
            self._cases[case] = [
                _Clock(at, places, (), places, is_first=True)
                for places in (frozenset({each.start(at)}) for each in self.judges)
            ]

    def take(
        self, case: str, activity: Activity, at: datetime, *, is_opened: bool
    ) -> tuple[tuple[int, int], ...]:
        """Return each rule that an activity concerns, with how it stands now."""
        if self._last != (case, at, is_opened):
            self._last = (case, at, is_opened)
            self._orders.clear()
        found = []
        for number in self.concerned[activity.name]:
            judge, clock = self.judges[number], self._cases[case][number]
            if at > clock.at:
                clock.base, clock.group, clock.at = clock.now, (), at
                clock.is_first = False
            clock.group = beside(clock.group, activity, self.order)
            base = judge.anywhere() if clock.is_first and not is_opened else clock.base

            def step(place: Place, each: Activity, rule: RuleJudge = judge) -> Places:
                return rule.step(place, each, at)

            clock.now = together(base, clock.group, step, self._orders[number])
            found.append((number, standing(judge, clock.now)))
        return tuple(found)

    def before(self, case: str, number: int) -> int:
        """Return how a rule stood before the time of the last activity that concerned it."""
        return standing(self.judges[number], self._cases[case][number].base)

    def forget(self, case: str) -> None:
        """Begin a case anew."""
        self._cases.pop(case, None)

    def verdicts(self, case: str, until: datetime) -> tuple[Verdict, ...]:
        """Return the verdict of each rule for a case whose log ends at a time."""
        return tuple(
            verdict_of(judge, clock.now, until)
            for judge, clock in zip(self.judges, self._cases[case], strict=True)
        )
