"""The contract of the `AsyncStore` port: that of `Store`, with every call awaited on one loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from datetime import datetime
from threading import Thread
from typing import Any, TypeVar

import pytest

from complaintflow._help import tells_fields
from complaintflow.ports import (
    AsyncStore,
    Change,
    Notification,
    Parked,
    Query,
    Record,
    Snapshot,
    Store,
)
from complaintflow.testing._stores._contract import StoreContract

T = TypeVar("T")


class Driven:
    """An asynchronous store, called from any thread: each call is a task of one loop."""

    def __init__(self, store: AsyncStore, loop: asyncio.AbstractEventLoop) -> None:
        self.awaited = store
        self.loop = loop

    def run(self, awaited: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(awaited, self.loop).result()

    def load(self, case_id: str) -> Snapshot | None:
        return self.run(self.awaited.load(case_id))

    def commit(self, change: Change) -> None:
        self.run(self.awaited.commit(change))

    def history(
        self, case_id: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[Record]:
        return self.run(self.awaited.history(case_id, after=after, limit=limit))

    def keyed(self, case_id: str, key: str) -> Record | None:
        return self.run(self.awaited.keyed(case_id, key))

    def find(self, query: Query) -> Sequence[Snapshot]:
        return self.run(self.awaited.find(query))

    def wake(
        self, *, now: datetime, until: datetime, limit: int, methods: Sequence[str]
    ) -> Sequence[Snapshot]:
        return self.run(self.awaited.wake(now=now, until=until, limit=limit, methods=methods))

    def claim(self, *, now: datetime, until: datetime, limit: int) -> Sequence[Notification]:
        return self.run(self.awaited.claim(now=now, until=until, limit=limit))

    def settle(
        self, key: str, *, retry_at: datetime | None = None, parked: str | None = None
    ) -> None:
        self.run(self.awaited.settle(key, retry_at=retry_at, parked=parked))

    def release(self, key: str) -> None:
        self.run(self.awaited.release(key))

    def parked(self, *, after: str | None = None, limit: int | None = None) -> Sequence[Parked]:
        return self.run(self.awaited.parked(after=after, limit=limit))


@contextmanager
def a_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Run a loop in a thread of its own, until the block ends."""
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        thread = Thread(target=loop.run_forever)
        thread.start()
        try:
            yield loop
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()


@tells_fields
class AsyncStoreContract(StoreContract):
    """
    What every asynchronous store promises: subclass it, and give it a way to open one.

    ::

        class TestMyAsyncStore(AsyncStoreContract):
            @pytest.fixture
            def opening(self, tmp_path):
                return lambda: MyAsyncStore.open(tmp_path / "cases")

    The fixture `opening` returns a function that returns an asynchronous context manager, which
    gives a store. What it opens first holds nothing. All of it runs on one loop; the threads of
    the racing tests are tasks there. Where a store keeps cases beyond its own life, and
    *opening* opens the same ones again, say so with `outlives = True`.
    """

    outlives = False
    """True: what one store has kept, the next one that is opened has too."""

    @pytest.fixture
    def opening(self) -> Callable[[], AbstractAsyncContextManager[AsyncStore]]:
        """Return what opens a store, the first time an empty one. To be overridden."""
        message = "AsyncStoreContract needs a store: override the fixture `opening`"
        raise NotImplementedError(message)

    @pytest.fixture
    def _opened(
        self, opening: Callable[[], AbstractAsyncContextManager[AsyncStore]]
    ) -> Iterator[Callable[[], Store]]:
        with a_loop() as loop:
            stack = AsyncExitStack()

            async def turn() -> AsyncStore:
                await stack.aclose()
                return await stack.enter_async_context(opening())

            def opened() -> Store:
                return Driven(asyncio.run_coroutine_threadsafe(turn(), loop).result(), loop)

            try:
                yield opened
            finally:
                asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result()

    @pytest.fixture
    def store(self, _opened: Callable[[], Store]) -> Store:
        """Return an empty store, driven through the loop."""
        return _opened()

    @pytest.fixture
    def reopen(self, _opened: Callable[[], Store]) -> Callable[[Store], Store] | None:
        """Return what gives up the store, and opens what it kept; None where it keeps nothing."""
        return (lambda _: _opened()) if self.outlives else None
