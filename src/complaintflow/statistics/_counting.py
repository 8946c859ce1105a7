"""Counting: one case after the other, and of each only what is counted."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from inspect import iscoroutinefunction
from math import ceil
from pathlib import Path
from statistics import median

from attrs import evolve

from complaintflow import _codec
from complaintflow._case import Case, Entry, Move
from complaintflow._desk._driving import run, settled
from complaintflow._engine._machine import no_method
from complaintflow._method import Method
from complaintflow._time import must_be_aware, zone_of
from complaintflow.audit import Mapping
from complaintflow.audit._courses import courses
from complaintflow.audit._logs import Line, Progress
from complaintflow.errors import EvidenceError
from complaintflow.ports import AsyncStore, Query, Store
from complaintflow.statistics._model import (
    PromiseCount,
    Refusal,
    StateCount,
    StateTime,
    Statistics,
)
from complaintflow.statistics._refusals import count_refusals

CASES, ENTRIES = 200, 500
"""How many cases, and how many entries of one, are asked of a store at a time."""

NINE_IN_TEN = 0.9

Place = tuple[str, str]
"""A state of a method: the name of the method, and of the state."""

Turn = tuple[datetime, Place, bool, bool]
"""When a case came where, whether it is over there, and whether it began anew with that."""

Step = tuple[datetime, Move, str | None]
"""When an entry was made, what it did, and the pin it bound the case to. None: as before."""


def measure(
    histories: Iterable[Iterable[Entry]],
    *,
    at: datetime,
    refusals: Iterable[Refusal] | None = None,
    zone: str = "UTC",
) -> Statistics:
    """
    Count the cases of histories, such as stories replayed.

    Args:
        histories: one after the other, each with its oldest entry first.

        at: the moment to count for: how long a case has stood where it stands, and which promises
            are overdue. Nothing is undone that was done later.

        refusals: what was refused, as `read_refusals` returns it. None: nobody kept that.

        zone: the time zone that the moment is told in, such as `Europe/Berlin`. Lengths of time are
            the same in each.

    Raises:
        HistoryError: a history is empty, or an entry does not follow the one before.

        TimeError: *at* is naive, or there is no such zone.
    """
    counting = _Counting(must_be_aware(at), zone_of(zone))
    for history in histories:
        entries = tuple(history)
        steps = ((entry.at, entry.move, entry.bound_to) for entry in entries)
        counting.add(Case.replay(entries), steps)
    return counting.result(refusals)


def measure_store(
    store: Store,
    *,
    at: datetime,
    method: str | None = None,
    refusals: Iterable[Refusal] | None = None,
    zone: str = "UTC",
) -> Statistics:
    """
    Count the cases of a store, page by page.

    It needs no method, so cases under one that is gone are counted too; and it reads no word of
    any. What takes memory are the lengths of stays, eight bytes each.

    Args:
        store: the store. Cases that change meanwhile are counted as they are when their turn
            comes.

        at: the moment to count for, as for :func:`measure`: nothing is undone that was done later.

        method: only cases under the method of this name. None: all.

        refusals: what was refused, as `read_refusals` returns it. None: nobody kept that.

        zone: the time zone that the moment is told in, such as `Europe/Berlin`. Lengths of time are
            the same in each.

    Raises:
        StoreError: the store cannot be used, or holds what this version of the library cannot
            read.

        EvidenceError: it has to be awaited; `measure_store_async` counts it.

        TimeError: *at* is naive, or there is no such zone.
    """
    if iscoroutinefunction(store.find):
        raise EvidenceError("store", ("it has to be awaited: measure_store_async counts it",))
    return run(_measured(store, at, method, refusals, zone))


async def measure_store_async(
    store: AsyncStore,
    *,
    at: datetime,
    method: str | None = None,
    refusals: Iterable[Refusal] | None = None,
    zone: str = "UTC",
) -> Statistics:
    """
    Count the cases of a store that is awaited, as :func:`measure_store` counts those of another.

    Raises:
        StoreError: the store cannot be used, or holds what this version of the library cannot
            read.

        TimeError: *at* is naive, or there is no such zone.
    """
    return await _measured(store, at, method, refusals, zone)


def measure_log(
    log: str | Path | Iterable[Line],
    mapping: Mapping,
    method: Method,
    *,
    at: datetime | None = None,
    refusals: Iterable[Refusal] | None = None,
    zone: str = "UTC",
    progress: Progress | None = None,
) -> Statistics:
    """
    Count the cases of a helpdesk's log, as an audit of it against a method replays them.

    Only cases that the log leaves no doubt of are counted; how many it leaves in doubt is told. In
    doubt is a case that

    - began before the log, where the mapping says with what cases begin;
    - has gone astray from the method, or may have, by the order of lines of one time;
    - at any of its times could stand in several states, as an order or an outcome is not said, or
      could or could not have begun anew;
    - has a line that cannot be read;
    - is over in the log and not in the method, or begins in the log again while it is over in the
      method.

    A case begins with what opens it, and stands from each time of it in the state to which all
    its lines of that time lead; so a state that was only passed within one time has no stay. A line
    that does not name a case is passed over. What became of promises no log says. In memory are
    kept 16 bytes of each line meanwhile, and about 100 of each case.

    Args:
        log: as :func:`complaintflow.audit.audit` takes it.

        mapping: what the activities of the log stand for.

        method: the method that the cases are replayed by.

        at: the moment to count for: lines of a later time are left out. None: the last time of the
            log.

        refusals: what was refused, as `read_refusals` returns it; only those under the method are
            counted. None: nobody kept that.

        zone: the time zone that the moment is told in, such as `Europe/Berlin`. What zone the times
            of the log are of, the mapping says.

        progress: told how many bytes of a file have been read, and how many there are.

    Raises:
        EvidenceError: something given is of another type; every problem is listed.

        MappingError: the mapping does not fit the method; every problem is listed.

        LogError: the log cannot be read.

        TimeError: *at* is naive, or there is no such zone.
    """
    if not isinstance(method, Method):
        raise EvidenceError("method", (no_method(method),))
    there = zone_of(zone)
    if at is not None:
        must_be_aware(at)
    found = courses(log, mapping, method, until=at, progress=progress)
    counting = _Counting(at or found.end, there)
    final, untold = method.final, 0
    for turns in found.each:
        if turns:
            counting.go(
                (moment, (method.name, state), state in final, is_anew)
                for moment, state, is_anew in turns
            )
        else:
            untold += 1
    return counting.result(_under(method.name, refusals), untold=untold)


def _under(method: str, refusals: Iterable[Refusal] | None) -> Iterable[Refusal] | None:
    """Return the refusals under a method."""
    return None if refusals is None else [each for each in refusals if each.method == method]


async def _measured(
    store: Store | AsyncStore,
    at: datetime,
    method: str | None,
    refusals: Iterable[Refusal] | None,
    zone: str,
) -> Statistics:
    counting = _Counting(must_be_aware(at), zone_of(zone))
    query = Query(method=method, limit=CASES)
    while page := await settled(store.find(query)):
        for found in page:
            case = _codec.case_of(found)
            counting.add(case, [step async for step in _steps(store, found.case_id)])
        query = evolve(query, after=page[-1].case_id)
    return counting.result(refusals if method is None else _under(method, refusals))


async def _steps(store: Store | AsyncStore, case_id: str) -> AsyncGenerator[Step, None]:
    after = 0
    while records := await settled(store.history(case_id, after=after, limit=ENTRIES)):
        for record in records:
            yield _codec.move_from_text(record.text)
        after = records[-1].version


class _Counting:
    """What has been counted so far."""

    def __init__(self, at: datetime, zone: tzinfo) -> None:
        self._at, self._zone = at.astimezone(UTC), zone
        self._cases = self._closed = self._ended = self._reopened = 0
        self._promises: Counter[str] = Counter()
        self._left: defaultdict[Place, array[float]] = defaultdict(lambda: array("d"))
        self._standing: defaultdict[tuple[Place, bool], array[float]] = defaultdict(
            lambda: array("d")
        )

    def add(self, case: Case, steps: Iterable[Step]) -> None:
        """Count a case."""
        self.go(_turns(steps))
        for promise in case.ledger.promises:
            is_overdue = promise.state == "open" and (promise.breached_at or promise.due < self._at)
            self._promises["overdue" if is_overdue else promise.state] += 1

    def go(self, turns: Iterable[Turn]) -> None:
        """Count what a case went through; there is one turn at least."""
        begins = ends = is_over = False
        place: Place | None = None
        since = self._at
        for moment, now, is_over_now, is_anew in turns:
            if place is None:
                since = moment
            elif now != place:
                # What is over takes no time, however late it is taken up again.
                if not is_over:
                    self._left[place].append((moment - since).total_seconds())
                since = moment
            place, is_over = now, is_over_now
            begins = begins or is_anew
            ends = ends or is_over
        if place is not None:
            stood = max((self._at - since).total_seconds(), 0.0)
            self._standing[place, is_over].append(stood)
        self._cases += 1
        self._closed += is_over
        self._reopened += begins
        self._ended += begins or ends

    def result(
        self, refusals: Iterable[Refusal] | None, *, untold: int | None = None
    ) -> Statistics:
        """Return what was counted. *untold*: of a log; None: everything is told."""
        standings = [
            StateCount(
                *place,
                is_final,
                len(lengths),
                timedelta(seconds=median(lengths)),
                timedelta(seconds=max(lengths)),
            )
            for (place, is_final), lengths in self._standing.items()
        ]
        times = [_time(place, sorted(lengths)) for place, lengths in self._left.items()]
        return Statistics(
            at=self._at.astimezone(self._zone),
            cases=self._cases,
            closed=self._closed,
            standings=tuple(
                sorted(standings, key=lambda s: (s.method, s.is_final, -s.cases, s.state))
            ),
            times=tuple(sorted(times, key=lambda t: (t.method, -t.median, t.state))),
            promises=PromiseCount(**self._promises) if untold is None else None,
            ended=self._ended,
            reopened=self._reopened,
            refusals=None if refusals is None else count_refusals(refusals),
            untold=untold or 0,
        )


def _turns(steps: Iterable[Step]) -> Iterator[Turn]:
    method = ""
    for moment, move, pin in steps:
        method = method if pin is None else pin.partition("/")[0]
        yield moment, (method, move.target), move.ends, move.begins_cycle


def _time(place: Place, lengths: list[float]) -> StateTime:
    ninth = lengths[ceil(NINE_IN_TEN * len(lengths)) - 1]
    return StateTime(
        *place,
        len(lengths),
        timedelta(seconds=median(lengths)),
        timedelta(seconds=ninth),
        timedelta(seconds=lengths[-1]),
    )
