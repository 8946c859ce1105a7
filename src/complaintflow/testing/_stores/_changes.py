"""What the contract puts into stores, and how it looks at what comes out."""

# It is part of tests: it asserts, and what is expected comes first.

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from typing import Any

import pytest
from attrs import evolve

from complaintflow.errors import Conflict
from complaintflow.ports import Change, Notification, Query, Record, Snapshot, Store
from complaintflow.testing._doubles import MONDAY_MORNING

# Every digit counts: a store that keeps seconds, or milliseconds, is found out by it.
NOW = MONDAY_MORNING + timedelta(microseconds=123_457)
SOON = NOW + timedelta(minutes=5)
TOMORROW = NOW + timedelta(days=1)
A_MICROSECOND = timedelta(microseconds=1)

WORDS = (
    "Zwei Wochen zu spät, und “kaputt” 😡",
    "طلبي لم يصل بعد",  # written from right to left
    "e\u0301 is not \u00e9",  # one letter, two spellings: neither becomes the other
    " two  spaces, a tab\t, and line ends\r\n\n ",
    """quotes: ' " ` \\ and what SQL knows: %s ? :a $1 -- ; {} NULL""",
    "x" * 100_000,
)
"""What people write."""

IDS = (
    "ticket-42",
    "42",
    "042",
    "4e2",
    "Ticket-42",
    "ticket_42",
    "ticket%42",
    "ticket 42",
    "ticket-42 ",
    "#42/a:b?c=d&e",
    'o\'brien "x" \\ ;--',
    "null",
    "ticket-é",
    "ticket-e\u0301",
    "ticket-ß",
    "ticket-ss",
    "苦情-42",
    "😡",
    "x" * 200,
)
"""Ids and keys that hosts may have; no two of them are the same."""


class Autumn(tzinfo):
    """A zone whose clocks are set back by an hour: what they show, they show twice."""

    def utcoffset(self, at: datetime | None) -> timedelta:
        return timedelta(hours=1 if at is not None and at.fold else 2)

    def dst(self, at: datetime | None) -> timedelta:
        return self.utcoffset(at) - timedelta(hours=1)

    def tzname(self, _at: datetime | None) -> str:
        return "Autumn"


def a_change(
    case_id: str,
    expected: int = 0,
    *,
    entries: int = 1,
    key: str | None = None,
    topics: Sequence[str] = (),
    at: datetime = NOW,
    **columns: Any,
) -> Change:
    """
    Return a step that opens a case, or takes it on from version *expected*.

    Args:
        case_id: the case.

        expected: the version it was decided on. 0: the case is opened.

        entries: how many entries the step has.

        key: the idempotency key of the last entry. None: it has none.

        topics: what the last entry notifies of, in order.

        at: when all of it happened.

        columns: what the snapshot has in other columns than usual, by name.
    """
    version = expected + entries
    usual = Snapshot(
        case_id=case_id,
        version=version,
        method="six_steps/1/0123abcd",
        state="received",
        customer="ana",
        owner="sam",
        is_closed=False,
        due_at=None,
        wake_at=None,
        updated_at=at,
        head=digest_of(version),
        text=f'{{"version":{version}}}',
    )
    records = (
        Record(
            case_id=case_id,
            version=number,
            at=at,
            trigger="open" if number == 1 else "listen",
            key=key if number == version else None,
            digest=digest_of(number),
            text=f'{{"entry":{number}}}',
            personal=f'{{"words":{number}}}',
        )
        for number in range(expected + 1, version + 1)
    )
    outbox = (
        Notification(
            key=f"{case_id}:{version}:{number}",
            case_id=case_id,
            version=version,
            topic=topic,
            to="customer",
            trigger="listen",
            at=at,
            state="received",
        )
        for number, topic in enumerate(topics, start=1)
    )
    return Change(case_id, expected, evolve(usual, **columns), tuple(records), tuple(outbox))


def digest_of(version: int) -> str:
    """Return what looks like the link of an entry; a store takes it as it is."""
    return f"{version:064x}"


def claim_all(store: Store, now: datetime, *, limit: int = 1_000) -> list[Notification]:
    """Claim what can be claimed at *now*, for an hour."""
    return list(store.claim(now=now, until=now + timedelta(hours=1), limit=limit))


def deliver_all(store: Store, now: datetime) -> list[Notification]:
    """Claim and settle until nothing is left, and return what was given out, in order."""
    given: list[Notification] = []
    while claimed := claim_all(store, now):
        for notification in claimed:
            store.settle(notification.key)
        given += claimed
        if len(given) > 10_000:  # noqa: PLR2004 (far more than any test puts in)
            message = "the store gives out for ever what was settled long ago"
            raise AssertionError(message)
    return given


@contextmanager
def kept_out(store: Store, case_id: str, expected: int) -> Iterator[None]:
    """Expect a conflict on a case, and that it leaves no trace."""
    before = all_of(store, case_id)
    with pytest.raises(Conflict) as conflict:
        yield

    assert (case_id, expected) == (conflict.value.case_id, conflict.value.expected)
    assert before == all_of(store, case_id)


def all_of(store: Store, case_id: str) -> tuple[object, ...]:
    """Return everything a store tells of a case without a change, and the other cases."""
    return store.load(case_id), list(store.history(case_id)), list(store.find(Query()))


def ids_of(cases: Sequence[Snapshot]) -> list[str]:
    return [case.case_id for case in cases]


def keys_of(notifications: Sequence[Notification]) -> list[str]:
    return [notification.key for notification in notifications]


def versions_of(store: Store, case_id: str) -> list[int]:
    return [record.version for record in store.history(case_id)]
