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
from typing import Any

from attrs import frozen

from complaintflow.audit._logs import Log, Progress, Rows
from complaintflow.audit._nodes import Node, Nodes, State
from complaintflow.audit._timed import Timed
from complaintflow.audit._values import Activity, Unusable
from complaintflow.errors import EARLIEST, LATEST, LogError, Unmet

SAMPLES = 5
"""How many lines that cannot be read are told."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

SPOILED = (IndexError, ValueError, TypeError, OverflowError, OSError)
"""What a line raises that is none. OSError: some systems say so of a time that cannot be."""


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


class _OutOfOrderError(Exception):
    """The lines of a log are not in the order of time."""


class _BlankError(ValueError):
    """A line that does not say which case or activity it is of."""


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
        self.cases: dict[str, Node] = {"": self.nowhere}
        """Where each case stands; a line that names none leads nowhere."""
        self.times: dict[str, datetime] = {}
        """The last time of each case, where the lines are not in the order of time."""
        self.last: datetime = BEFORE
        """The time of the last line, where the lines are in the order of time."""
        self.notes: dict[str, list[Note]] = {}
        self.unknown: Counter[str] = Counter()
        self.seen: set[str] = set()
        self.tied: set[str] = set()
        self.late: dict[str, tuple[bool, array[int]]] = {}
        """For each case to be read again, whether its times have an offset, and its lines."""
        self.lines = 0
        self.unusable = 0
        self.samples: list[Unusable] = []
        self.is_again = False
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
            told = [f"line {each.line}: {each.why}" for each in self.samples]
            why = "none of its lines can be read" if told else "it has no lines"
            raise LogError(f"log '{log.name}'", (why, *told))
        if self.late:
            self._read_again(log)
        del self.cases[""]

    def _read(self, log: Log, progress: Progress | None, *, in_order: bool) -> None:
        take = self._in_order if in_order else self._by_case
        with log.open(progress) as rows:
            while True:
                try:
                    take(rows)
                except rows.errors as error:  # the next line can still be read
                    self._spoil(rows.line(), str(error))
                else:
                    return

    def _in_order(self, log: Rows) -> None:
        """Fold lines whose times never go back."""
        case_at, activity_at, time_at = log.columns
        parse, cases, root = log.parse, self.cases, self.nodes.root
        unknown, aside = self.unknown, self.nodes.aside
        get = cases.get
        count, last, alone = 0, self.last, ""
        together, cases_then = BEFORE, set[str]()
        try:
            for row in log.rows:
                try:
                    case = row[case_at]
                    at = parse(row[time_at])
                    activity = row[activity_at]
                    if at > last:
                        last, alone = at, case
                        node = get(case, root)
                        onward = node.moves[activity]
                        if onward is not None:
                            cases[case] = onward
                            count += 1
                            continue
                        is_tied = False
                    elif at == last:
                        if last is not together:
                            together, cases_then = last, {alone}
                        node = get(case, root)
                        is_tied = case in cases_then
                        cases_then.add(case)
                    else:
                        raise _OutOfOrderError
                    if activity in unknown and node is not root and not is_tied:
                        unknown[activity] += 1
                        cases[case] = aside(node)
                    else:
                        self._look(case, node, activity, at, log.line(), is_tied=is_tied)
                    count += 1
                except SPOILED as error:
                    self._spoiled(log.line(), row, error)
        finally:
            self.lines += count
            self.last = last

    def _by_case(self, log: Rows) -> None:
        """Fold lines in any order; a case whose own lines go back is left to be read again."""
        case_at, activity_at, time_at = log.columns
        parse, cases, times, root = log.parse, self.cases, self.times, self.nodes.root
        count = 0
        try:
            for row in log.rows:
                try:
                    case = row[case_at]
                    at = parse(row[time_at])
                    activity = row[activity_at]
                    node = cases.get(case, root)
                    last = times.get(case, BEFORE)
                    if at > last:
                        times[case] = at
                        onward = node.moves[activity]
                        if onward is not None:
                            cases[case] = onward
                        else:
                            self._look(case, node, activity, at, log.line(), is_tied=False)
                    else:
                        if at < last and node is not self.nowhere:
                            self._put_off(case, has_offset=at.tzinfo is not None)
                            node = self.nowhere
                        self._look(case, node, activity, at, log.line(), is_tied=True)
                    count += 1
                except SPOILED as error:
                    self._spoiled(log.line(), row, error)
        finally:
            self.lines += count

    def _look(
        self, case: str, node: Node, name: str, at: datetime, line: int, *, is_tied: bool
    ) -> None:
        """Take a line that is new, or worth a word."""
        activity = self._activity(case, node, name, at, is_tied=is_tied)
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
        elif not (is_tied or onward.worse or (node is nodes.root and self.timed.monitors)):
            node.moves[name] = onward

    def _activity(
        self, case: str, node: Node, name: str, at: datetime, *, is_tied: bool
    ) -> Activity | None:
        """Return what the mapping knows of a line; None for nothing, ValueError for no line."""
        if not case:
            raise _BlankError("case")
        if not name.strip():
            if not is_tied and node is not self.nodes.root:
                self.cases[case] = self.nodes.aside(node)
            raise _BlankError("activity")
        if self.timed.monitors and not EARLIEST <= at.year <= LATEST:
            message = f"a time in the year {at.year} is not meant"
            raise ValueError(message)
        return self.activities.get(name) or self.activities.get(name.strip())

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
            told = culprit.name, self.nodes.monitors[rule].why(place, culprit)
            self._told[node, rule] = told
        return told

    def _note_timed(
        self, case: str, node: Node, activity: Activity, at: datetime, line: int
    ) -> None:
        first, aware = len(self.nodes.monitors), self.aware(at)
        is_opened = node.state.is_opened
        for number, now in self.timed.take(case, activity, aware, is_opened=is_opened):
            if now > self.timed.before(case, number):
                reasons = self.timed.monitors[number].why(None, None)
                note = Note(first + number, now, at, activity.name, line, reasons)
                self.notes.setdefault(case, []).append(note)

    # -- lines that cannot be read ----------------------------------------------------------------

    def _spoiled(self, line: int, row: object, error: Exception) -> None:
        if not row:
            return  # a blank line is no line
        if isinstance(error, IndexError):
            why = "it has too few columns"
        elif isinstance(error, _BlankError):
            why = f"it names no {error}"
        elif isinstance(error, TypeError):
            why = "its time has an offset and those before have none, or the other way round"
        else:
            why = str(error)
        self._spoil(line, why)

    def _spoil(self, line: int, why: str) -> None:
        self.unusable += 1
        if len(self.samples) < SAMPLES:
            self.samples.append(Unusable(line, why))

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
        with log.open() as rows:
            for case, name, at, line in lines_in(rows):
                has_offset, kept = self.late.get(case, _NOT_LATE)
                if kept is not None and name.strip() and (at.tzinfo is not None) == has_offset:
                    moment = (at if has_offset else at.replace(tzinfo=UTC)) - EPOCH
                    number = names.setdefault(name, len(names))
                    kept.extend((moment // MICROSECOND, number, line))

    # -- the end ----------------------------------------------------------------------------------

    def aware(self, at: datetime) -> datetime:
        """Return a time in UTC, from its own zone or the log's."""
        return (at if at.tzinfo is not None else at.replace(tzinfo=self.zone)).astimezone(UTC)

    def end(self) -> datetime:
        """Return the last time of the log, in UTC."""
        return max(map(self.aware, self.times.values() or [self.last]))


_NOT_LATE: tuple[bool, None] = (True, None)


def lines_in(log: Rows) -> Iterator[tuple[str, str, datetime, int]]:
    """Yield case, activity, time and line of every line that can be read."""
    while True:
        try:
            for row in log.rows:
                try:
                    at = log.parse(row[log.columns[2]])
                    yield row[log.columns[0]], row[log.columns[1]], at, log.line()
                except SPOILED:
                    continue  # it was told the first time
        except log.errors:
            continue
        return
