"""Asking whether a case is what was recorded of it."""

from __future__ import annotations

from attrs import evolve

from complaintflow import _codec
from complaintflow._case import Case
from complaintflow._chain import Flaw, Head, Verification, verify_history
from complaintflow._desk._changes import snapshot_of
from complaintflow._desk._reading import case_and_records
from complaintflow._desk._wiring import Wiring
from complaintflow.errors import ComplaintflowError
from complaintflow.ports import Record, Snapshot


async def head(desk: Wiring, case_id: str) -> Head:
    """Return where the chain of a case stands."""
    found = await desk.snapshot(case_id)
    return Head(found.version, found.head)


async def verify(desk: Wiring, case_id: str, anchor: Head | None) -> Verification:
    """Check the history of a case, and the case against it."""
    found, records = await case_and_records(desk, case_id)
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
        kept = _codec.case_of(found)
    except ComplaintflowError as error:
        return Flaw(found.version, "case", f"{told}: {error}")
    wanted = snapshot_of(case, found.head)
    # Workers move the moment at which it wakes; a case that sleeps for ever, nobody has moved.
    wakes_at = found.wake_at and wanted.wake_at
    found = evolve(found, wake_at=wakes_at, text=wanted.text)
    return None if (kept, found) == (case, wanted) else flaw
