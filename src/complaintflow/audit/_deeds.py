"""In how many ways the deeds of a log can be read: with which outcomes, and what these do."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from complaintflow._engine._machine import MethodMachine
from complaintflow.audit._values import REOPENING, Deed

NOTHING: frozenset[str] = frozenset()


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
