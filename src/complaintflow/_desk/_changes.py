"""Steps as a store keeps them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from complaintflow import _codec
from complaintflow._case import Case, Entry
from complaintflow._time import in_utc
from complaintflow.ports import Change, Notification, Record, Snapshot


def change_of(
    head: str,
    case: Case,
    entries: Sequence[Entry],
    key: str | None = None,
    *,
    notify: bool = True,
    erases: bool = False,
) -> Change:
    """
    Return steps as a store keeps them: the case, its new entries, and who is to be told.

    Args:
        head: the last link of the chain before them.

        case: the case after them.

        entries: the steps, oldest first.

        key: the idempotency key of the last one. None: it has none.

        notify: whether anybody is told.

        erases: whether the words of all earlier entries go.
    """
    records = []
    for entry in entries:
        text, personal = _codec.entry_to_texts(entry, case.customer)
        head = _codec.link(head, text)
        records.append(
            Record(
                entry.case_id,
                entry.version,
                in_utc(entry.at),
                entry.trigger,
                key if entry is entries[-1] else None,
                head,
                text,
                personal,
            )
        )
    return Change(
        case.id,
        entries[0].version - 1,
        snapshot_of(case, head),
        tuple(records),
        tuple([n for entry in entries for n in _notifications(entry)]) if notify else (),
        erases,
    )


def snapshot_of(case: Case, head: str) -> Snapshot:
    """Return a case as a store keeps it, with the head of its chain."""
    return Snapshot(
        case.id,
        case.version,
        case.pin,
        case.state,
        case.customer,
        case.owner,
        case.is_closed,
        case.due_at,
        case.wake_at,
        in_utc(case.updated_at),
        head,
        _codec.case_to_text(case),
    )


def _notifications(entry: Entry) -> Iterator[Notification]:
    for number, effect in enumerate(entry.effects, start=1):
        yield Notification(
            f"{entry.case_id}:{entry.version}:{number}",
            entry.case_id,
            entry.version,
            effect.topic,
            effect.to,
            entry.trigger,
            in_utc(entry.at),
            entry.state,
        )
