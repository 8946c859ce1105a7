"""Asking: a case, its options, its history."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve

from complaintflow import _codec
from complaintflow._actors import Actor
from complaintflow._case import Case, Entry
from complaintflow._desk._wiring import Wiring, check_id, utc
from complaintflow._time import must_be_aware
from complaintflow.errors import EvidenceError
from complaintflow.ports import Query, Record, Snapshot

if TYPE_CHECKING:
    from complaintflow._engine._options import Option
    from complaintflow._method import Method

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


async def case_and_records(desk: Wiring, case_id: str) -> tuple[Snapshot, list[Record]]:
    """
    Return a case with its whole history, as both were at one moment.

    Later entries are left out. An erasure alone changes earlier ones: where one came in between,
    both are read again. What has no number for its version is for whoever checks to tell.
    """
    found = await desk.snapshot(case_id)
    while True:
        every = [record async for record in pages(desk, case_id)]
        records = [record for record in every if not _is_later(record, found)]
        if not any(each.trigger == "erase" for each in every if _is_later(each, found)):
            return found, records
        again = await desk.snapshot(case_id)
        if again.head == found.head:  # somebody has put it there, and the case knows of nothing
            return found, records
        found = again


def _is_later(record: Record, found: Snapshot) -> bool:
    at, of = record.version, found.version
    return isinstance(at, int) and isinstance(of, int) and at > of


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
    asked = desk.gathering("options")
    with asked:
        check_id(case_id)
    with asked:
        actor = await desk.actor(by)
    with asked:
        moment = None if at is None else utc(at)
    asked.end()
    method, case, _ = await desk.read(case_id)
    now = desk.moment(case, None) if moment is None else moment
    # Imported by those who ask.
    from complaintflow._engine._options import options

    return options(method, case, at=now, by=actor, calendar=desk.calendar)


async def history(
    desk: Wiring, case_id: str, *, after: int = 0, limit: int | None = None
) -> tuple[Entry, ...]:
    """Return the entries of a case, oldest first."""
    from complaintflow._given import COUNT, LIMIT, look_over

    asked = desk.gathering("history")
    with asked:
        check_id(case_id)
    with asked:
        look_over("history", after=(COUNT, after), limit=(LIMIT, limit))
    asked.end()
    method = desk.method_of(await desk.snapshot(case_id))
    records = await desk.store.history(case_id, after=after, limit=limit)
    return tuple([desk.entry(record, method) for record in records])


async def cases(desk: Wiring, query: Query, after: str | Case | None) -> tuple[Case, ...]:
    """Return the cases that match, on the page after a case."""
    _look_over(desk, query, after)
    if query.due_before is not None:
        if isinstance(after, Case) and after.due_at is not None:
            query = evolve(query, due_after=after.due_at)
        elif after is not None:
            told = "with due_before, give the last case of the page before itself: after=cases[-1]"
            raise EvidenceError("after", (told,))
    query = evolve(query, after=after.id if isinstance(after, Case) else after)
    asked = (query.state, query.owner, query.customer, query.method, query.after)
    if not all(_is_written(text) for text in asked if text is not None):
        return ()  # no case has it, as no store keeps it
    return tuple([_codec.case_of(found) for found in await desk.store.find(query)])


def _is_written(text: str) -> bool:
    """Return whether a text can be written down; half a character cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _look_over(desk: Wiring, query: Query, after: object) -> None:
    """Make sure that each thing asked for is of its type."""
    from complaintflow._given import FLAG, LIMIT, TEXT, a, look_over, or_none

    asked = desk.gathering("cases")
    with asked:
        look_over(
            "cases",
            state=(or_none(TEXT), query.state),
            owner=(or_none(TEXT), query.owner),
            customer=(or_none(TEXT), query.customer),
            method=(or_none(TEXT), query.method),
            is_closed=(or_none(FLAG), query.is_closed),
            limit=(LIMIT, query.limit),
            after=(or_none(a((str, Case), "a case, its id")), after),
        )
    if query.due_before is not None:
        with asked:
            must_be_aware(query.due_before, "due_before")
    asked.end()
