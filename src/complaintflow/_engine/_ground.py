"""
What a way is made of: an outcome of an act as a step, and what the ledger says along the road.

The ledger is not that of today for the whole of a road: a word of the customer changes it, and so
does a new cycle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from attrs import frozen

from complaintflow._case import Case
from complaintflow._engine._machine import AskingEvent, RecordingTransition
from complaintflow._engine._path import Path
from complaintflow._engine._reasons import could_be_met
from complaintflow._requirements import Question, Requirement
from complaintflow._value import Value
from complaintflow.errors import Step, Way

NOW, SPOKEN, FRESH = range(3)
"""The ledger along a road: as it is; once the customer has spoken; once a new cycle has begun."""


@frozen(eq=False, repr=False)
class PossibleMove(Value):
    """One outcome of one act, as a step of the search."""

    event: AskingEvent
    outcome: str | None
    path: Path
    names: frozenset[str]
    """What a requirement that waits for it may call it."""

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    @classmethod
    def of(cls, event: AskingEvent, outcome: str | None) -> PossibleMove:
        """Return an outcome of an act as a step."""
        names = frozenset({event.name, f"{event.name}/{outcome}"})
        return cls(event, outcome, event.paths[outcome], names)

    def transition(self, state: str, facts: frozenset[str]) -> RecordingTransition | None:
        """Return where it leads from a configuration. None: nowhere."""
        for transition in self.event.transitions.get(state, ()):
            if self.outcome in transition.moves and transition.given <= facts:
                return transition
        return None


def names_of(steps: Iterable[Step]) -> frozenset[str]:
    """Return what a requirement that waits for one of some steps may call it."""
    return frozenset(
        name
        for step in steps
        for name in (
            step.trigger,
            f"{step.trigger}/{step.outcome}",
            *(f"{step.trigger}/{field}" for field, value in step.evidence if value is True),
        )
    )


class Ground:
    """What the ledger says on one stretch of the road."""

    def __init__(self, question: Question, case: Case) -> None:
        self.question = Question(
            question.method, case, None, question.at, question.by, question.calendar
        )
        self.waived = case.ledger.waived
        self._holding: dict[int, bool] = {}
        self._steps: dict[PossibleMove, Way] = {}

    def holds(self, requirement: Requirement) -> bool:
        """Return whether a requirement stands in nobody's way."""
        known = self._holding.get(id(requirement))
        if known is None:
            known = self._holding[id(requirement)] = (
                requirement.code in self.waived
                or requirement.waits is not None
                or could_be_met(requirement, self.question)
            )
        return known

    def steps(self, move: PossibleMove) -> Way:
        """Return a move as steps to take, one for each time it takes to come out so."""
        known = self._steps.get(move)
        if known is None:
            known = self._steps[move] = tuple(self._rounds(move))
        return known

    def _rounds(self, move: PossibleMove) -> Iterator[Step]:
        act = move.event.rule.act
        depends_on = ""
        if "customer" in (act.spec.speaker, act.spec.awaits):
            depends_on = "the customer"
        elif "colleague" in (act.spec.speaker, act.spec.awaits):
            depends_on = "a colleague"
        told = "" if move.outcome is None else act.spec.outcomes.get(move.outcome, "")
        wait, not_before = self.wait(move.path)
        says = "; ".join(filter(None, (told, wait)))
        rounds = act.rounds(move.outcome, self.question.ledger)
        for left, evidence in zip(range(len(rounds) - 1, -1, -1), rounds, strict=True):
            yield Step(
                act.trigger,
                None if left else move.outcome,
                "" if left else says,
                act.spec.speaker,
                evidence,
                not_before,
                depends_on,
            )

    def wait(self, path: Path) -> tuple[str, datetime | None]:
        """Return what a path has to wait for, in words, and until when; None: not known yet."""
        waiting: list[str] = []
        moments: list[datetime] = []
        for requirement in path.beyond:
            if requirement.waits is None or requirement.code in self.waived:
                continue
            moment = requirement.waits(self.question)
            if moment is None or not requirement.met(self.question):
                waiting.append(requirement.text)
                moments += [] if moment is None else [moment]
        return "; ".join(waiting), max(moments, default=None)
