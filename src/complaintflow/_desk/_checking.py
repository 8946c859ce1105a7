"""Asking whether a case is what was recorded of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve, fields_dict

from complaintflow import _codec
from complaintflow._case import NOTHING, Case
from complaintflow._chain import Flaw, Head, Verification, verify_history
from complaintflow._desk._changes import snapshot_of
from complaintflow._desk._reading import case_and_records, pages
from complaintflow._desk._wiring import Wiring, check_id
from complaintflow.errors import ComplaintflowError, EvidenceError, StoreError
from complaintflow.ports import Record, Snapshot

LEASED_AT_MOST = timedelta(days=1)
"""How far ahead of now a case may be put to wake: leases are of minutes, and clocks differ."""


async def head(desk: Wiring, case_id: str) -> Head:
    """Return where the chain of a case stands."""
    found = await desk.snapshot(case_id)
    try:
        return Head(found.version, found.head)
    except EvidenceError as error:
        told = f"the head of case '{case_id}' is none: {'; '.join(error.problems)}; verify the case"
        raise StoreError(told) from None


async def verify(desk: Wiring, case_id: str, anchor: Head | None) -> Verification:
    """Check the history of a case, and the case against it."""
    check_id(case_id)
    if anchor is not None and await desk.store.load(case_id) is None:
        return await _of_what_is_gone(desk, case_id, anchor)
    found, records = await case_and_records(desk, case_id)
    seen = verify_history(records, anchor)
    if seen.is_whole:
        seen = evolve(seen, flaw=flaw_of_the_case(desk, found, records, seen))
    return seen


async def _of_what_is_gone(desk: Wiring, case_id: str, anchor: Head) -> Verification:
    """Check what is left of a case that was there when somebody kept a head of it."""
    seen = verify_history([record async for record in pages(desk, case_id)], anchor)
    if seen.is_whole:
        told = f"the case is gone, and its {anchor.version} entries are there"
        seen = evolve(seen, flaw=Flaw(anchor.version, "case", told))
    return seen


def flaw_of_the_case(
    desk: Wiring, found: Snapshot, records: list[Record], seen: Verification
) -> Flaw | None:
    """Return where a case is not what its whole history makes; None where it is."""
    if type(found.version) is not int:
        told = f"the case has {found.version!r:.40} for its version, which is no number"
        return Flaw(len(records) or 1, "case", told)
    if seen.head is None or seen.head.version < found.version:
        place = 1 if seen.head is None else seen.head.version + 1
        told = f"entry {place} is missing: the case has {found.version}"
        return Flaw(place, "missing", told)
    told = f"the case does not say what its {found.version} entries make of it"
    if seen.head.digest != found.head:
        return Flaw(found.version, "case", f"{told}: head")
    try:
        kept = _codec.case_of(found)
        case = _made_of(desk, records, kept)
    except ComplaintflowError as error:
        return Flaw(found.version, "case", f"{told}: {error}")
    differ = _columns_that_differ(found, snapshot_of(case, found.head), desk.now())
    if kept != case:
        differ.append("text")
    return Flaw(found.version, "case", f"{told}: {', '.join(differ)}") if differ else None


def _made_of(desk: Wiring, records: list[Record], kept: Case) -> Case:
    """
    Return the case that a whole history makes.

    Only a desk that serves the method can tell all of it. Of another case, what the public texts
    of the entries tell stands in the case that is kept.
    """
    pin, facts, cycle = kept.pin, NOTHING, 1
    for record in records:
        at, move, bound_to = _codec.move_from_text(record.text)
        pin, facts = bound_to or pin, move.after(facts)
        cycle += move.begins_cycle
    method = desk.by_pin.get(pin)
    if method is not None:
        return Case.replay(desk.entry(record, method) for record in records)
    last = records[-1]
    return evolve(
        kept,
        id=last.case_id,
        pin=pin,
        state=move.target,
        facts=facts,
        cycle=cycle,
        version=last.version,
        updated_at=at,
        is_closed=move.ends,
    )


def _columns_that_differ(found: Snapshot, wanted: Snapshot, now: datetime) -> list[str]:
    """Return the columns in which a case is not what is wanted; its text is compared as a case."""
    names = [name for name in fields_dict(Snapshot) if name not in {"wake_at", "text"}]
    differ = [name for name in names if getattr(found, name) != getattr(wanted, name)]
    if not _may_wake_at(found.wake_at, wanted.wake_at, now):
        differ.append("wake_at")
    return differ


def _may_wake_at(found: datetime | None, wanted: datetime | None, now: datetime) -> bool:
    """Return whether a case wakes when it should, or at the end of the lease of a worker."""
    if found is None or wanted is None:
        return found is wanted
    return wanted <= found and found - max(wanted, now) <= LEASED_AT_MOST
