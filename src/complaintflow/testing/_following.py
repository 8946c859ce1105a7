"""
Following a way: what a refusal proposes, done literally, and then the act it was proposed for.

The evidence of each step is as plain as will do; other evidence is tried where it does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs
from attrs import define

from complaintflow._actors import Actor
from complaintflow._case import Case, Entry
from complaintflow._method import Method
from complaintflow.acts import Act
from complaintflow.acts._act import fields_of
from complaintflow.errors import EvidenceError, Refused, Step, Way
from complaintflow.testing._attempts import LEE, LONG, RECORDED_BY, SAM, attempt, timed, varied
from complaintflow.testing._shapes import plain_acts


class AstrayError(AssertionError):
    """A way was followed and did not lead where it should."""


def follow(
    method: Method,
    case: Case,
    way: Way,
    act: Act | None = None,
    *,
    at: datetime | None = None,
    by: Actor = SAM,
) -> Case:
    """
    Do what a way proposes, literally, then the act it was proposed for; return the case after it.

    The evidence of a step is whatever has its outcome and what it settles already; where it leaves
    open which request or question an act is about, the act names none. A step that settles is
    taken until nothing is left to be settled. A last step that names the act itself is the act
    with its evidence amended.

    Args:
        method: the method.

        case: the case on which the act was refused.

        way: what the refusal proposed.

        act: the act that was refused. None: the way alone is followed.

        at: when. None: at the time of the case's last entry.

        by: who records what the agent says and does; a colleague is somebody else.

    Raises:
        AstrayError: a step, or the act after the last one, is refused whatever its evidence.
    """
    for entry in trail(method, case, way, act, at=at, by=by):
        case = case.apply(entry)
    return case


def trail(
    method: Method,
    case: Case,
    way: Way,
    act: Act | None = None,
    *,
    at: datetime | None = None,
    by: Actor = SAM,
) -> tuple[Entry, ...]:
    """Return the entries that following a way makes; see `follow`."""
    return _Walk(method, way, act, by, case.updated_at if at is None else at).to_the_end(case)


Reached = tuple[Case, tuple[Entry, ...]]
"""A case on the way, and the entries that led to it."""


@define
class _Walk:
    """One way being followed."""

    method: Method
    way: Way
    act: Act | None
    by: Actor
    at: datetime
    tries: int = 0
    furthest: int = -1
    reason: str = ""

    def to_the_end(self, case: Case) -> tuple[Entry, ...]:
        """Return the entries up to the end of the way."""
        steps = list(self.way)
        amended = None
        if steps and self.act is not None and self._is_act_itself(steps[-1]):
            amended = steps.pop()
        for reached, entries in self._walk(case, steps, 0):
            if self.act is None:
                return entries
            for entry in self._last(reached, amended):
                return (*entries, entry)
        told = ", ".join(map(str, self.way)) or "nothing"
        raise AstrayError(f"the way to {self.act} from {case.state} is {told}; but {self.reason}")

    def _is_act_itself(self, step: Step) -> bool:
        is_it = self.act is not None and step.trigger == self.act.trigger
        return is_it and step.outcome is None and not step.evidence

    def _last(self, case: Case, amended: Step | None) -> Iterator[Entry]:
        """Yield the entry of the act itself, with its evidence amended where that is a step."""
        place = len(self.way)
        if amended is not None:
            yield from self._entries(case, amended, place)
            return
        entry = None if self.act is None else self._attempt(case, self.act, place, None)
        if entry is not None:
            yield entry

    def _walk(self, case: Case, steps: list[Step], place: int) -> Iterator[Reached]:
        """Yield the cases to which steps can lead, with one evidence or another."""
        if not steps:
            yield case, ()
            return
        for onward, taken in self._take(case, steps[0], place):
            for reached, more in self._walk(onward, steps[1:], place + 1):
                yield reached, taken + more

    def _take(self, case: Case, step: Step, place: int) -> Iterator[Reached]:
        is_settled = False
        for entry in self._entries(case, step, place):
            if step.outcome in (None, entry.outcome):
                is_settled = True
                yield case.apply(entry), (entry,)
            elif not is_settled:
                again = attrs.evolve(step, evidence=())  # something else is still to be settled
                for reached, more in self._take(case.apply(entry), again, place):
                    yield reached, (entry, *more)
                return

    def _entries(self, case: Case, step: Step, place: int) -> Iterator[Entry]:
        """Yield the entries of a step that are possible, those with its outcome first."""
        found = plain_acts(self.method, step.trigger, case)
        for outcome in sorted(found, key=lambda had: had != step.outcome):
            if step.outcome not in (None, outcome, "settled"):
                continue
            for plain in varied(found[outcome]):
                if _names_more(plain, step):
                    continue
                for act in _said_otherwise(plain, case, dict(step.evidence)):
                    entry = self._attempt(case, act, place, step.not_before)
                    if entry is not None:
                        yield entry
                        break

    def _attempt(
        self, case: Case, act: Act, place: int, not_before: datetime | None
    ) -> Entry | None:
        self.tries += 1
        if self.tries > TRIES:
            return None
        now = max(case.updated_at, self.at, not_before or self.at)
        for at in (now, now + LONG):
            answer = attempt(self.method, case, act, at=at, by=self._recorder(act))
            if isinstance(answer, Entry):
                return answer
            if not {unmet.code for unmet in answer.unmet} & timed(self.method, act.trigger):
                break
        if place > self.furthest and isinstance(answer, Refused):
            told = "; ".join(unmet.text for unmet in answer.unmet)
            self.furthest = place
            self.reason = f"{act} is refused while {case.state}: {told}"
        return None

    def _recorder(self, act: Act) -> Actor:
        """Return who records a step: who wants the act, where they can; a colleague is another."""
        if self.act is not None and act.trigger == self.act.trigger:
            return self.by
        speaker = act.spec.speaker
        wanted = None if self.act is None else self.act.spec.speaker
        if speaker == "agent" and wanted != "colleague" and self.by.kind in ("human", "bot"):
            return self.by
        another = {SAM: LEE, LEE: SAM}.get(self.by, LEE)
        return another if speaker in ("agent", "colleague") else RECORDED_BY[speaker]


TRIES = 2000
"""How many acts are tried on a way, with one evidence or another."""


ANSWERING = frozenset({"request", "to"})
"""The fields that say what an act is an answer to; left out, they say it as well."""


def _names_more(act: Act, step: Step) -> bool:
    """Return whether an act says which of several it is about, where its step leaves that open."""
    settled = {name for name, _ in step.evidence}
    return any(
        f.default is None and f.name not in settled and getattr(act, f.name) is not None
        for f in fields_of(type(act))
        if f.name in ANSWERING
    )


def _said_otherwise(act: Act, case: Case, settled: dict[str, object]) -> Iterator[Act]:
    """Yield an act with the evidence that is settled, plain and in the customer's own words."""
    own = f"I see: {' '.join(case.ledger.accounts)}"
    said = {name: own for name in act.spec.said if getattr(act, name) is not None}
    for changes in (settled, said | settled):
        try:
            yield attrs.evolve(act, **changes)  # type: ignore[misc]
        except EvidenceError:
            continue
