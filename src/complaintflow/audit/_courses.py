"""Courses: when each case of a log came to which state, as far as the log leaves no doubt."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from attrs import frozen

from complaintflow._method import Method
from complaintflow._time import zone_of
from complaintflow.audit._audit import closing, fitted, vocabulary
from complaintflow.audit._blocks import SpoiledError
from complaintflow.audit._deeds import Readings
from complaintflow.audit._logs import Line, Log, Progress, log_of
from complaintflow.audit._nodes import Node, Nodes
from complaintflow.audit._replay_judge import ReplayJudge
from complaintflow.audit._values import Activity, Mapping
from complaintflow.errors import LogError

Turn = tuple[datetime, str]
"""When a case came to stand in a state, in UTC, and its name."""


@frozen
class Courses:
    """The courses of the cases of a log."""

    told: tuple[tuple[Turn, ...], ...]
    """Of each case that the log leaves no doubt of: its turns, oldest first."""
    untold: int
    """How many cases it leaves in doubt: begun before it, gone astray, or read in several ways."""
    end: datetime
    """The last time of the log, in UTC."""


def courses(
    log: str | Path | Iterable[Line],
    mapping: Mapping,
    method: Method,
    progress: Progress | None = None,
) -> Courses:
    """
    Return the courses of the cases of a log, as an audit of it against a method replays them.

    Raises:
        EvidenceError, MappingError, LogError: as :func:`audit` raises them.
    """
    machine, _ = fitted(log, mapping, method, progress)
    activities = tuple(closing(each, machine) for each in mapping.activities)
    judge = ReplayJudge(method, Readings(machine, vocabulary()), over=mapping.shape.complete)
    walk = _Walk(judge, activities)
    with log_of(log, mapping.shape) as lines:
        cases, doubted = _read(lines, mapping, progress)
    if not cases:
        raise LogError(f"log '{lines.name}'", ("none of its lines can be read",))
    found = [() if case in doubted else walk.turns(each) for case, each in cases.items()]
    told = tuple(turns for turns in found if turns)
    end = max(at for each in cases.values() for at, _ in each)
    return Courses(told, len({*cases, *doubted}) - len(told), end)


def _read(
    log: Log, mapping: Mapping, progress: Progress | None
) -> tuple[dict[str, list[tuple[datetime, str]]], set[str]]:
    """Return the lines of each case, and the cases that have lines which cannot be read."""
    zone = zone_of(mapping.shape.zone)
    cases: dict[str, list[tuple[datetime, str]]] = {}
    doubted: set[str] = set()
    with log.open(progress) as blocks:
        for block in blocks:
            block = block.checked()  # noqa: PLW2901  (the same lines, looked at)
            for case, name, at in zip(block.cases, block.activities, block.times, strict=True):
                if not case:
                    continue
                if isinstance(at, SpoiledError) or not name.strip():
                    doubted.add(case)
                else:
                    moment = at if at.tzinfo is not None else at.replace(tzinfo=zone)
                    cases.setdefault(case, []).append((moment.astimezone(UTC), name))
    return cases, doubted


class _Walk:
    """Replays one case after the other."""

    def __init__(self, judge: ReplayJudge, activities: tuple[Activity, ...]) -> None:
        self._judge = judge
        self._activities = {activity.name: activity for activity in activities}
        self._nodes = Nodes((judge,), activities)

    def turns(self, lines: list[tuple[datetime, str]]) -> tuple[Turn, ...]:
        """Return when a case came to which state. Empty: the log leaves a doubt of it."""
        nodes, node = self._nodes, self._nodes.root
        found: list[tuple[datetime, Node]] = []
        for at, name in sorted(lines, key=lambda line: line[0]):
            is_tied = bool(found) and at == found[-1][0]
            activity = self._activities.get(name) or self._activities.get(name.strip())
            if activity is not None:
                node = (nodes.beside if is_tied else nodes.later)(node, activity)
            elif not is_tied:
                node = nodes.aside(node)
            if is_tied:
                found.pop()
            found.append((at, node))
        turns = [(at, self._state(each)) for at, each in found]
        certain = tuple((at, state) for at, state in turns if state is not None)
        return certain if node.state.is_opened and len(certain) == len(turns) else ()

    def _state(self, node: Node) -> str | None:
        """Return the state that a case stands in at a node. None: the log does not say."""
        could_be = [self._judge.states(place) for place in node.state.now[0]]
        whole = frozenset[str]().union(*could_be)
        return min(whole) if all(could_be) and len(whole) == 1 else None
