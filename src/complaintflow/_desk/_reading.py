"""Asking: a case, its options, its history, and whether that is whole."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime

from attrs import evolve

from complaintflow import _codec
from complaintflow._actors import Actor
from complaintflow._case import Case, Entry
from complaintflow._chain import Flaw, Head, Verification, verify_history
from complaintflow._desk._changes import snapshot_of
from complaintflow._desk._wiring import Wiring, utc
from complaintflow._engine import Option, options
from complaintflow._method import Method
from complaintflow._time import must_be_aware
from complaintflow.errors import ComplaintflowError, EvidenceError
from complaintflow.ports import Query, Record, Snapshot

PAGE = 500
"""How many records are read at a time."""


async def pages(desk: Wiring, case_id: str) -> AsyncGenerator[Record, None]:
    """Yield the whole history of a case, oldest first, read in pages."""
    after, page = 0, PAGE
    while page == PAGE:
        records = await desk.store.history(case_id, after=after, limit=PAGE)
        for record in records:
            yield record
            after = record.version
        page = len(records)


async def get(desk: Wiring, case_id: str) -> Case:
    """Return a case as it is."""
    return desk.memory.case(await desk.snapshot(case_id))


async def method_of(desk: Wiring, case_id: str) -> Method:
    """Return the method that a case is bound to."""
    return desk.method_of(await desk.snapshot(case_id))


async def options_(
    desk: Wiring, case_id: str, *, by: str | Actor, at: datetime | None
) -> tuple[Option, ...]:
    """Return every act of the case's method, ready or not."""
    actor = await desk.actor(by)
    bound = await desk.read(case_id)
    moment = desk.moment(bound.case, None) if at is None else utc(at)
    return options(bound.method, bound.case, at=moment, by=actor, calendar=desk.calendar)


async def history(
    desk: Wiring, case_id: str, *, after: int = 0, limit: int | None = None
) -> tuple[Entry, ...]:
    """Return the entries of a case, oldest first."""
    method = desk.method_of(await desk.snapshot(case_id))
    records = await desk.store.history(case_id, after=after, limit=limit)
    return tuple([desk.entry(record, method) for record in records])


async def cases(desk: Wiring, query: Query, after: str | Case | None) -> tuple[Case, ...]:
    """Return the cases that match, on the page after a case."""
    if query.due_before is not None:
        due_before = must_be_aware(query.due_before, "due_before")
        query = evolve(query, due_before=due_before)
        if isinstance(after, Case) and after.due_at is not None:
            query = evolve(query, due_after=after.due_at)
        elif after is not None:
            told = "with due_before, give the last case of the page before itself: after=cases[-1]"
            raise EvidenceError("after", (told,))
    query = evolve(query, after=after.id if isinstance(after, Case) else after)
    return tuple([_codec.case_from_text(found.text) for found in await desk.store.find(query)])


async def head(desk: Wiring, case_id: str) -> Head:
    """Return where the chain of a case stands."""
    found = await desk.snapshot(case_id)
    return Head(found.version, found.head)


async def verify(desk: Wiring, case_id: str, anchor: Head | None) -> Verification:
    """Check the history of a case, and the case against it."""
    found = await desk.snapshot(case_id)
    records = [record async for record in pages(desk, case_id) if record.version <= found.version]
    seen = verify_history(records, anchor)
    if seen.is_whole:
        seen = evolve(seen, flaw=flaw_of_the_case(desk, found, records, seen))
    return seen


def flaw_of_the_case(
    desk: Wiring, found: Snapshot, records: list[Record], seen: Verification
) -> Flaw | None:
    """Return where a case is not what its whole history makes; None where it is."""
    if seen.head is None or seen.head.version < found.version:
        place = 1 if seen.head is None else seen.head.version + 1
        told = f"entry {place} is missing: the case has {found.version}"
        return Flaw(place, "missing", told)
    told = f"the case does not say what its {found.version} entries make of it"
    flaw = Flaw(found.version, "case", told)
    method = desk.by_pin.get(found.method)
    if seen.head.digest != found.head:
        return flaw
    if method is None:
        return None  # only a desk that serves the method can tell more
    try:
        case = Case.replay(desk.entry(record, method) for record in records)
        kept = _codec.case_from_text(found.text)
    except ComplaintflowError as error:
        return Flaw(found.version, "case", f"{told}: {error}")
    wanted = snapshot_of(case, found.head)
    found = evolve(found, wake_at=wanted.wake_at, text=wanted.text)
    return None if (kept, found) == (case, wanted) else flaw
