"""Courses: when each case of a log came to which state, as far as the log leaves no doubt."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from attrs import frozen

from complaintflow._method import Method
from complaintflow._time import zone_of
from complaintflow.audit._audit import closing, fitted, vocabulary
from complaintflow.audit._blocks import SpoiledError
from complaintflow.audit._deeds import Readings
from complaintflow.audit._fold import (
    EPOCH,
    MICROSECOND,
    OTHER_KIND,
    SAMPLES,
    blank,
    in_utc,
    no_lines,
)
from complaintflow.audit._logs import Line, Log, Progress, log_of
from complaintflow.audit._nodes import Node, Nodes, State
from complaintflow.audit._replay_judge import ReplayJudge
from complaintflow.audit._values import Activity, Mapping, Unusable

Turn = tuple[datetime, str, bool]
"""A time of a case, in UTC; the state it stands in since, and whether it has ever begun anew."""


@frozen
class Courses:
    """The courses of the cases of a log."""

    each: Iterator[tuple[Turn, ...]]
    """Of one case after the other its turns, oldest first. Empty: the log leaves it in doubt."""
    end: datetime
    """The last time of the log, in UTC."""


def courses(
    log: str | Path | Iterable[Line],
    mapping: Mapping,
    method: Method,
    *,
    until: datetime | None = None,
    progress: Progress | None = None,
) -> Courses:
    """
    Return the courses of the cases of a log, as an audit of it against a method replays them.

    Of each line its time and its activity are kept in memory, in sixteen bytes.

    Args:
        log: as :func:`audit` takes it.

        mapping: what the activities of the log stand for.

        method: the method that they are replayed by.

        until: lines of a later time are left out; aware. None: there is none.

        progress: as :func:`audit` takes it.

    Raises:
        EvidenceError, MappingError, LogError: as :func:`audit` raises them.
    """
    machine, _ = fitted(log, mapping, method, progress)
    activities = tuple(closing(each, machine) for each in mapping.activities)
    found = _Lines(mapping, until)
    with log_of(log, mapping.shape) as lines:
        found.read(lines, progress)
    judge = ReplayJudge(method, Readings(machine, vocabulary()), over=mapping.shape.complete)
    walk = _Walk(judge, activities, tuple(found.names))
    each = (walk.turns(told, is_whole=case not in found.cut) for case, told in found.cases.items())
    return Courses(each, EPOCH + found.end * MICROSECOND)


class _Lines:
    """The lines of each case, as far as they can be read."""

    def __init__(self, mapping: Mapping, until: datetime | None) -> None:
        self._zone = zone_of(mapping.shape.zone)
        self._until = None if until is None else (until - EPOCH) // MICROSECOND
        self._has_offset: bool | None = None
        """Whether times have an offset, as the first one has it. None: there was none yet."""
        self.cases: dict[str, array[int] | None] = {}
        """Of each case time and activity in turn. None: it has a line that cannot be read."""
        self.cut: set[str] = set()
        """The cases that have lines which are left out."""
        self.names: dict[str, int] = {}
        """The number of each activity."""
        self.end: int
        """The last time, in microseconds since 1970."""

    def read(self, log: Log, progress: Progress | None) -> None:
        """
        Read a log.

        Raises:
            LogError: no line of it can be read.
        """
        end: int | None = None
        samples: list[Unusable] = []
        with log.open(progress) as blocks:
            for block in blocks:
                times = block.checked().times
                for case, name, at, line in zip(
                    block.cases, block.activities, times, block.lines, strict=True
                ):
                    if why := self._wrong(case, name, at):
                        if case:
                            self.cases[case] = None
                        if len(samples) < SAMPLES:
                            samples.append(Unusable(line, why))
                    else:
                        moment = (in_utc(at, self._zone) - EPOCH) // MICROSECOND
                        end = moment if end is None else max(end, moment)
                        self._take(case, name, moment)
        if end is None:
            raise no_lines(log, samples)
        self.end = end

    def _wrong(self, case: str, name: str, at: datetime | SpoiledError) -> str:
        """Return why a line cannot be read. Empty: it can."""
        if isinstance(at, SpoiledError):
            return str(at)
        if lacks := blank(case, name):
            return f"it names no {lacks}"
        has_offset = at.tzinfo is not None
        if self._has_offset is None:
            self._has_offset = has_offset
        return "" if self._has_offset == has_offset else OTHER_KIND

    def _take(self, case: str, name: str, moment: int) -> None:
        if self._until is not None and moment > self._until:
            self.cut.add(case)
            return
        kept = self.cases.get(case, _NEW)
        if kept is _NEW:
            kept = self.cases[case] = array("q")
        if kept is not None:
            kept.extend((moment, self.names.setdefault(name, len(self.names))))


_NEW: array[int] = array("q")


class _Walk:
    """Replays one case after the other."""

    def __init__(
        self, judge: ReplayJudge, activities: tuple[Activity, ...], names: tuple[str, ...]
    ) -> None:
        self._judge = judge
        self._final = judge.method.final
        known = {activity.name: activity for activity in activities}
        self._activities = [known.get(name) or known.get(name.strip()) for name in names]
        self._nodes = Nodes((judge,), activities)
        self._known: dict[State, tuple[str, bool] | None] = {}

    def turns(self, lines: array[int] | None, *, is_whole: bool) -> tuple[Turn, ...]:
        """Return when a case came to which state. Empty: the log leaves a doubt of it."""
        turns: list[Turn] = []
        for moment, node in self._nodes_of(lines or _NEW):
            if node.state.is_opened:  # what comes before it opens is no part of it
                stands = self._stands(node)
                if stands is None:
                    return ()
                turns.append((EPOCH + moment * MICROSECOND, *stands))
        is_over = is_whole and self._judge.over
        return () if turns and is_over and turns[-1][1] not in self._final else tuple(turns)

    def _nodes_of(self, lines: array[int]) -> Iterator[tuple[int, Node]]:
        """Yield each time of a case, and where it stands after all that happened then."""
        nodes, node = self._nodes, self._nodes.root
        last: int | None = None
        for place in sorted(range(0, len(lines), 2), key=lines.__getitem__):
            moment, activity = lines[place], self._activities[lines[place + 1]]
            if last is not None and moment > last:
                yield last, node
            if activity is not None:
                node = (nodes.beside if moment == last else nodes.later)(node, activity)
            elif moment != last:
                node = nodes.aside(node)
            last = moment
        if last is not None:
            yield last, node

    def _stands(self, node: Node) -> tuple[str, bool] | None:
        """Return in which state a case stands, and whether it began anew. None: in doubt."""
        if node.state not in self._known:
            self._known[node.state] = self._certain(node.state)
        stands = self._known[node.state]
        if stands is None or stands[0] not in self._final:
            return stands
        # A log that opens what the method holds to be over knows more than its mapping tells.
        begins = any(
            each.reopens or (each.opens and not node.is_first)
            for each, _ in node.group
            if not each.closes
        )
        return None if begins else stands

    def _certain(self, state: State) -> tuple[str, bool] | None:
        places = state.now[0]
        found = {(each.state, each.is_anew) for place in places for each in place.could_be}
        if len(found) != 1 or not all(place.could_be for place in places):
            return None
        [(name, is_anew)] = found
        is_closed = any(each.is_closed for place in places for each in place.could_be)
        return None if is_closed and name not in self._final else (name, is_anew)
