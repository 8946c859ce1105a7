"""
The fold: every line of a log, over one small value for each case.

What has been seen before and is worth no word takes a few dictionary look-ups; everything else is
looked at. A log whose lines are in the order of time is read once, and no time is kept of a case.
Where the lines are in another order it is read anew, with the last time of each case; cases whose
own lines are not in order are read once more, whole, and sorted.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from operator import length_hint
from typing import Any

from attrs import frozen

from complaintflow.audit._blocks import Block, SpoiledError, meant
from complaintflow.audit._logs import Log, Progress
from complaintflow.audit._nodes import Node, Nodes, State
from complaintflow.audit._timed import Timed
from complaintflow.audit._values import Activity, Unusable
from complaintflow.errors import LogError, Unmet

SAMPLES = 5
"""How many lines that cannot be read are told."""

OTHER_KIND = "its time has an offset and those before have none, or the other way round"
"""What is wrong with a time that cannot be compared with the first one of its log."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@frozen
class Note:
    """Where a rule was first broken in a case, or first became doubtful."""

    rule: int
    standing: int
    at: datetime
    activity: str
    line: int
    reasons: tuple[Unmet, ...]


class _Before:
    """A time before any other, with an offset or without."""

    def __lt__(self, _: object) -> bool:
        return True


BEFORE: Any = _Before()


def _before(block: Block) -> datetime:
    """Return what is before any time that is like the first one of a block."""
    found: datetime = BEFORE
    for case, activity, at in zip(block.cases, block.activities, block.times, strict=True):
        if not (isinstance(at, SpoiledError) or blank(case, activity)):
            found = datetime.min.replace(tzinfo=UTC if at.tzinfo is not None else None)
            break
    return found


class _OutOfOrderError(Exception):
    """The lines of a log are not in the order of time."""


class Cases(dict[str, Node]):
    """Where each case stands; one that is new stands where every case begins."""

    def __init__(self, root: Node) -> None:
        super().__init__()
        self.root = root

    def __missing__(self, case: str) -> Node:
        """Return where every case begins."""
        return self.root


class _BlankError(ValueError):
    """A line that does not say which case or activity it is of."""


def blank(case: str, activity: str) -> str:
    """Return what a line does not name. Empty: it names both."""
    if not case:
        return "case"
    return "" if activity.strip() else "activity"


def no_lines(log: Log, samples: Iterable[Unusable]) -> LogError:
    """Return what is wrong with a log of which no line can be read."""
    told = [f"line {each.line}: {each.why}" for each in samples]
    why = "none of its lines can be read" if told else "it has no lines"
    return LogError(f"log '{log.name}'", (why, *told))


def in_utc(at: datetime, zone: tzinfo) -> datetime:
    """Return a time in UTC; one that is written without a zone is one of *zone*."""
    return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)


def _must_name(case: str, activity: str) -> None:
    if lacks := blank(case, activity):
        raise _BlankError(lacks)


SPOILED = (TypeError, SpoiledError, _BlankError)
"""What a line raises that is none. TypeError: its time cannot be compared with those before."""


class Fold:
    """Where every case stands, and what was noted on the way."""

    def __init__(
        self, nodes: Nodes, timed: Timed, activities: Iterable[Activity], zone: tzinfo
    ) -> None:
        self.nodes = nodes
        self.timed = timed
        self.activities = {activity.name: activity for activity in activities}
        self.zone = zone
        self.nowhere = Node((), (), State((), (), is_opened=True), is_first=False)
        """Stands for a case that is read again."""
        self._told: dict[tuple[Node, int], tuple[str, tuple[Unmet, ...]]] = {}
        self._begin()

    def _begin(self) -> None:
        self.cases = Cases(self.nodes.root)
        self.cases[""] = self.nowhere  # a line that names no case leads nowhere
        self.times: dict[str, datetime] = {}
        """The last time of each case, where the lines are not in the order of time."""
        self.before: datetime = BEFORE
        """Before any time that is like the first one: with an offset, or without."""
        self.last: datetime = BEFORE
        """The time of the last line, where the lines are in the order of time."""
        self.alone = ""
        """The case of the first line that has the last time."""
        self.together: datetime = BEFORE
        """The last time that several lines had."""
        self.cases_then: set[str] = set()
        """The cases of these lines."""
        self.notes: dict[str, list[Note]] = {}
        self.unknown: Counter[str] = Counter()
        self.seen: set[str] = set()
        self.tied: set[str] = set()
        self.late: dict[str, tuple[bool, array[int]]] = {}
        """For each case to be read again, whether its times have an offset, and its lines."""
        self.lines = 0
        self.unusable = 0
        self.samples: list[Unusable] = []
        self.doubts: dict[str, dict[str, int]] = {}
        """For each case the activities of lines that cannot be read, and the first line of each."""
        self.is_again = False
        self.nodes.begin_anew()
        self.timed.begin_anew()

    # -- reading ----------------------------------------------------------------------------------

    def read(self, log: Log, progress: Progress | None = None) -> None:
        """
        Fold a log.

        Raises:
            LogError: no line of it can be read.
        """
        try:
            self._read(log, progress, in_order=True)
        except _OutOfOrderError:
            self._begin()
            self._read(log, progress, in_order=False)
        if not self.lines:
            raise no_lines(log, self.samples)
        if self.late:
            self._read_again(log)
        del self.cases[""]

    def _read(self, log: Log, progress: Progress | None, *, in_order: bool) -> None:
        take = self._in_order if in_order else self._by_case
        with log.open(progress) as blocks:
            for block in blocks:
                take(block)

    def _in_order(self, block: Block) -> None:
        """Fold lines whose times never go back."""
        if any(isinstance(meant(block.times[end]), SpoiledError) for end in (0, -1)):
            block = block.checked()  # where both ends are good, so is what is between, in order
        cases, root, nowhere = self.cases, self.nodes.root, self.nowhere
        unknown, aside = self.unknown, self.nodes.aside
        last, alone = self.last, self.alone
        waiting = iter(block.cases)
        for case, activity, at in zip(waiting, block.activities, block.times, strict=True):
            try:
                if at > last:
                    node = cases[case]
                    onward = node.moves[activity]
                    if onward is not None:
                        cases[case] = onward
                    elif activity in unknown and node is not root and node is not nowhere:
                        unknown[activity] += 1
                        cases[case] = aside(node)
                    else:
                        line = block.lines[-1 - length_hint(waiting)]
                        self._look(case, node, activity, at, line, is_tied=False)
                    last, alone = at, case  # what is no line says nothing of the time
                    continue
                is_tied = self._is_tied(case, activity, at, last, alone)
                node = cases[case]
                moved = None if is_tied else node.moves[activity]
                if moved is not None:
                    cases[case] = moved
                else:
                    line = block.lines[-1 - length_hint(waiting)]
                    self._look(case, node, activity, at, line, is_tied=is_tied)
            except SPOILED as error:
                self._spoiled(case, activity, block.lines[-1 - length_hint(waiting)], at, error)
        self.lines += len(block.lines)
        self.last, self.alone = last, alone

    def _is_tied(self, case: str, activity: str, at: datetime, last: datetime, alone: str) -> bool:
        """Return whether a line, not later than the last one, has the time of one of its case."""
        _must_name(case, activity)
        if at < last:
            raise _OutOfOrderError
        if last is not self.together:
            self.together, self.cases_then = last, {alone}
        is_tied = case in self.cases_then
        self.cases_then.add(case)
        return is_tied

    def _by_case(self, block: Block) -> None:
        """Fold lines in any order; a case whose own lines go back is left to be read again."""
        block = block.checked()
        cases, times = self.cases, self.times
        if self.before is BEFORE:
            self.before = _before(block)
        before = self.before
        waiting = iter(block.cases)
        for case, activity, at in zip(waiting, block.activities, block.times, strict=True):
            try:
                node = cases[case]
                last = times.get(case, before)
                if at > last:
                    onward = node.moves[activity]
                    if onward is not None:
                        times[case] = at
                        cases[case] = onward
                        continue
                    _must_name(case, activity)
                    times[case] = at
                    is_tied = False
                else:
                    is_tied = True
                    _must_name(case, activity)
                    if at < last and node is not self.nowhere:
                        self._put_off(case, has_offset=at.tzinfo is not None)
                        node = self.nowhere
                line = block.lines[-1 - length_hint(waiting)]
                self._look(case, node, activity, at, line, is_tied=is_tied)
            except SPOILED as error:
                self._spoiled(case, activity, block.lines[-1 - length_hint(waiting)], at, error)
        self.lines += len(block.lines)

    def _look(
        self, case: str, node: Node, name: str, at: datetime, line: int, *, is_tied: bool
    ) -> None:
        """Take a line that is new, or worth a word."""
        _must_name(case, name)
        activity = self.activities.get(name) or self.activities.get(name.strip())
        self._count(name, activity)
        if node is self.nowhere:
            return
        nodes = self.nodes
        if case not in self.cases:
            self.timed.begin(case, self.aware(at))
        if is_tied:
            self.tied.add(case)
        if activity is None:
            self.cases[case] = node if is_tied else nodes.aside(node)
            return
        onward = (nodes.beside if is_tied else nodes.later)(node, activity)
        self.cases[case] = onward
        if is_tied:
            self._take_back(case, at)
        self._note(case, onward, at, line)
        if self.timed.concerned[activity.name]:
            self._note_timed(case, onward, activity, at, line)
        elif not (is_tied or onward.worse or (node is nodes.root and self.timed.judges)):
            node.moves[name] = onward

    def _count(self, name: str, activity: Activity | None) -> None:
        if self.is_again:
            return
        if activity is None:
            self.unknown[name] += 1
        else:
            self.seen.add(activity.name)

    # -- notes ------------------------------------------------------------------------------------

    def _take_back(self, case: str, at: datetime) -> None:
        """Take back what was noted of a time of which more is said now."""
        kept = [note for note in self.notes.get(case, ()) if note.at != at]
        if kept:
            self.notes[case] = kept
        else:
            self.notes.pop(case, None)

    def _note(self, case: str, node: Node, at: datetime, line: int) -> None:
        """Note each rule that stands worse than before."""
        for rule in node.worse:
            name, reasons = self._why(node, rule)
            note = Note(rule, node.state.standings[rule], at, name, line, reasons)
            self.notes.setdefault(case, []).append(note)

    def _why(self, node: Node, rule: int) -> tuple[str, tuple[Unmet, ...]]:
        """Return the activity that broke a rule, and what was missing; looked for once."""
        told = self._told.get((node, rule))
        if told is None:
            place, culprit = self.nodes.culprit(node, rule)
            told = culprit.name, self.nodes.judges[rule].why(place, culprit)
            self._told[node, rule] = told
        return told

    def _note_timed(
        self, case: str, node: Node, activity: Activity, at: datetime, line: int
    ) -> None:
        first, aware = len(self.nodes.judges), self.aware(at)
        is_opened = node.state.is_opened
        for number, now in self.timed.take(case, activity, aware, is_opened=is_opened):
            if now > self.timed.before(case, number):
                reasons = self.timed.judges[number].why(None, None)
                note = Note(first + number, now, at, activity.name, line, reasons)
                self.notes.setdefault(case, []).append(note)

    # -- lines that cannot be read ----------------------------------------------------------------

    def _spoiled(
        self,
        case: str,
        name: str,
        line: int,
        at: datetime | SpoiledError,
        error: Exception,
    ) -> None:
        at = meant(at)
        activity = self.activities.get(name) or self.activities.get(name.strip())
        if case and activity is not None:
            self.doubts.setdefault(case, {}).setdefault(activity.name, line)
        if isinstance(at, SpoiledError):
            why = str(at)
        elif isinstance(error, _BlankError):
            why = f"it names no {error}"
        else:
            why = OTHER_KIND
        self.lines -= 1
        self.unusable += 1
        if len(self.samples) < SAMPLES:
            self.samples.append(Unusable(line, why))

    def doubted(self, case: str) -> dict[int, int]:
        """Return the rules that unreadable lines of a case could be about, and the first line."""
        found: dict[int, int] = {}
        untimed = len(self.nodes.judges)
        for name, line in self.doubts.get(case, {}).items():
            timed = (untimed + number for number in self.timed.concerned[name])
            for rule in (*self.nodes.concerned(name), *timed):
                found[rule] = min(line, found.get(rule, line))
        return found

    # -- cases out of order -----------------------------------------------------------------------

    def _put_off(self, case: str, *, has_offset: bool) -> None:
        """Leave a case to be read again: whatever was noted of it was noted too early."""
        self.cases[case] = self.nowhere
        self.late[case] = (has_offset, array("q"))
        self.notes.pop(case, None)
        self.timed.forget(case)

    def _read_again(self, log: Log) -> None:
        """Read the lines of the cases that were not in the order of time, and fold them sorted."""
        self.is_again = True
        names: dict[str, int] = {}
        self._collect(log, names)
        name_of = list(names)
        for case, (has_offset, lines) in self.late.items():
            node, last = self.nodes.root, BEFORE
            self.timed.begin(case, self._moment(min(lines[::3]), has_offset=True))
            # Stable: lines of one time stay as they stand in the file.
            for place in sorted(range(0, len(lines), 3), key=lines.__getitem__):
                moment, name, line = lines[place : place + 3]
                at = self._moment(moment, has_offset=has_offset)
                self._look(case, node, name_of[name], at, line, is_tied=at == last)
                node, last = self.cases[case], at

    @staticmethod
    def _moment(microseconds: int, *, has_offset: bool) -> datetime:
        at = EPOCH + microseconds * MICROSECOND
        return at if has_offset else at.replace(tzinfo=None)

    def _collect(self, log: Log, names: dict[str, int]) -> None:
        """Keep time, activity and line of every line of these cases, in 24 bytes each."""
        with log.open() as blocks:
            for case, name, at, line in lines_in(blocks):
                has_offset, kept = self.late.get(case, _NOT_LATE)
                if kept is not None and name.strip() and (at.tzinfo is not None) == has_offset:
                    moment = (at if has_offset else at.replace(tzinfo=UTC)) - EPOCH
                    number = names.setdefault(name, len(names))
                    kept.extend((moment // MICROSECOND, number, line))

    # -- the end ----------------------------------------------------------------------------------

    def aware(self, at: datetime) -> datetime:
        """Return a time in UTC, from its own zone or the log's."""
        return in_utc(at, self.zone)

    def end(self) -> datetime:
        """Return the last time of the log, in UTC."""
        return max(map(self.aware, self.times.values() or [self.last]))


_NOT_LATE: tuple[bool, None] = (True, None)


def lines_in(blocks: Iterable[Block]) -> Iterator[tuple[str, str, datetime, int]]:
    """Yield case, activity, time and line of every line that can be read."""
    for block in blocks:
        times = block.checked().times
        for case, activity, at, line in zip(
            block.cases, block.activities, times, block.lines, strict=True
        ):
            if not isinstance(at, SpoiledError):  # it was told the first time
                yield case, activity, at, line
