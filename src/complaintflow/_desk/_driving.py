"""
One script for two desks: coroutines that wait where their store does, and only there.

A plain store is given the shape of an awaited one, whose answers are there at once. A coroutine
over it never waits, so that a `Desk` can run it to its end with a single push.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Coroutine, Iterator, Sequence
from datetime import datetime
from inspect import isawaitable
from typing import Any, TypeVar

from complaintflow.errors import EvidenceError
from complaintflow.ports import (
    Change,
    Notification,
    Parked,
    Query,
    Record,
    Snapshot,
    Store,
)

T = TypeVar("T")


class AtOnce:
    """A plain store in the shape of an awaited one."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def load(self, case_id: str) -> Snapshot | None:
        return self.store.load(case_id)

    async def commit(self, change: Change) -> None:
        self.store.commit(change)

    async def history(
        self, case_id: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[Record]:
        return self.store.history(case_id, after=after, limit=limit)

    async def keyed(self, case_id: str, key: str) -> Record | None:
        return self.store.keyed(case_id, key)

    async def find(self, query: Query) -> Sequence[Snapshot]:
        return self.store.find(query)

    async def wake(
        self, *, now: datetime, until: datetime, limit: int, methods: Sequence[str]
    ) -> Sequence[Snapshot]:
        return self.store.wake(now=now, until=until, limit=limit, methods=methods)

    async def claim(self, *, now: datetime, until: datetime, limit: int) -> Sequence[Notification]:
        return self.store.claim(now=now, until=until, limit=limit)

    async def settle(
        self, key: str, *, retry_at: datetime | None = None, parked: str | None = None
    ) -> None:
        self.store.settle(key, retry_at=retry_at, parked=parked)

    async def release(self, key: str) -> None:
        self.store.release(key)

    async def parked(
        self, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[Parked]:
        return self.store.parked(after=after, limit=limit)


async def settled(answer: T | Awaitable[T]) -> T:
    """Return what a function of the host's has answered, once it has."""
    return await answer if isawaitable(answer) else answer


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never waits, and return what it returns."""
    try:
        work.send(None)
    except StopIteration as end:
        answer: T = end.value
        return answer
    work.close()
    told = "something it is wired to has to be awaited: AsyncDesk does that"
    raise EvidenceError("desk", (told,))


def run_all(work: AsyncGenerator[T, None]) -> Iterator[T]:
    """Yield what an asynchronous generator yields that never waits."""
    try:
        while True:
            try:
                yield run(anext(work))
            except StopAsyncIteration:
                return
    finally:
        run(work.aclose())
