"""Counting: one case after the other, and of each only what is counted."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from inspect import iscoroutinefunction
from math import ceil
from statistics import median

from attrs import evolve

from complaintflow import _codec
from complaintflow._case import Case, Entry, Move
from complaintflow._desk._driving import run, settled
from complaintflow._time import must_be_aware, zone_of
from complaintflow.errors import EvidenceError
from complaintflow.ports import AsyncStore, Query, Store
from complaintflow.statistics._model import (
    PromiseCount,
    Refusal,
    Standing,
    StateTime,
    Statistics,
)
from complaintflow.statistics._refusals import count_refusals

CASES, ENTRIES = 200, 500
"""How many cases, and how many entries of one, are asked of a store at a time."""

NINE_IN_TEN = 0.9

Place = tuple[str, str]
"""A state of a method: the name of the method, and of the state."""

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
            are overdue.

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

        at: the moment to count for.

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
    if refusals is not None and method is not None:
        refusals = (refusal for refusal in refusals if refusal.method == method)
    return counting.result(refusals)


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
        since, begins, ends, is_over = case.opened_at, False, False, False
        place: Place | None = None
        for moment, move, pin in steps:
            method = pin.partition("/")[0] if pin is not None else place[0] if place else ""
            now = method, move.target
            if place is not None and now != place:
                # What is over takes no time, however late it is taken up again.
                if not is_over:
                    self._left[place].append((moment - since).total_seconds())
                since = moment
            place, is_over = now, move.ends
            begins = begins or move.begins_cycle
            ends = ends or move.ends
        stood = max((self._at - since).total_seconds(), 0.0)
        self._standing[(case.method, case.state), case.is_closed].append(stood)
        self._cases += 1
        self._closed += case.is_closed
        self._reopened += begins
        self._ended += begins or ends
        for promise in case.ledger.promises:
            is_overdue = promise.state == "open" and (promise.breached_at or promise.due < self._at)
            self._promises["overdue" if is_overdue else promise.state] += 1

    def result(self, refusals: Iterable[Refusal] | None) -> Statistics:
        """Return what was counted."""
        standings = [
            Standing(
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
            promises=PromiseCount(**self._promises),
            ended=self._ended,
            reopened=self._reopened,
            refusals=None if refusals is None else count_refusals(refusals),
        )


def _time(place: Place, lengths: list[float]) -> StateTime:
    ninth = lengths[ceil(NINE_IN_TEN * len(lengths)) - 1]
    return StateTime(
        *place,
        len(lengths),
        timedelta(seconds=median(lengths)),
        timedelta(seconds=ninth),
        timedelta(seconds=lengths[-1]),
    )
