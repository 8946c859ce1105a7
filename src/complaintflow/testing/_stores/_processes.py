"""What a store promises to several processes at once."""

# ruff: noqa: SIM300
# These are tests: they assert, numbers are the point, and what is expected comes first.

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from threading import Barrier
from typing import Any, ClassVar

import pytest

from complaintflow.errors import Conflict
from complaintflow.ports import Store
from complaintflow.testing._stores._changes import NOW, TOMORROW, a_change, keys_of, versions_of

Connect = Callable[[], Store]
"""Opens a store once more, in a process of its own; can be pickled."""

WORKERS = 3
STEPS = 15
CASES = 30

PATIENCE = 60
"""How many seconds a process waits for the others; they may have failed."""

_barrier: Barrier


class ProcessesContract:
    """What holds for threads holds for processes, where a store is for several."""

    processes: ClassVar[bool] = False
    """True: the store is for several processes; the fixture `connect` has to be overridden."""

    @pytest.fixture
    def connect(self) -> Connect:
        """
        Return what opens the store of this test once more, in another process.

        It is pickled: a class and its arguments in a `functools.partial`, or a function of a
        module that can be imported. A store with `__exit__` is closed by it.
        """
        message = "a store for several processes needs the fixture `connect` in your subclass"
        raise NotImplementedError(message)

    def test_processes_lose_and_double_nothing(
        self, store: Store, request: pytest.FixtureRequest
    ) -> None:
        """A web server has several workers; a lock in one of them holds none of the others."""
        if not self.processes:
            pytest.skip("this store is for one process, or does not say that it is for several")
        connect: Connect = request.getfixturevalue("connect")
        for number in range(CASES):
            store.commit(a_change(f"other-{number:02}", topics=("opened",)))

        won, kept, claimed = _race(connect)

        assert 1 == sum(won), "of processes that open one case one wins"
        assert list(range(2, WORKERS * STEPS + 2)) == sorted(kept), "no step is lost or doubled"
        assert list(range(1, WORKERS * STEPS + 2)) == versions_of(store, "ticket-42")
        assert [f"other-{number:02}:1:1" for number in range(CASES)] == sorted(claimed), (
            "nothing is claimed twice"
        )


def _race(connect: Connect) -> tuple[list[bool], list[int], list[str]]:
    """Let processes open one case, step on it and claim; return who opened, kept and claimed."""
    # Not forked: a fork of a process with threads, or with an open database, is no fair test.
    context = multiprocessing.get_context("spawn")
    starting = (context.Barrier(WORKERS),)
    with ProcessPoolExecutor(
        WORKERS, mp_context=context, initializer=_begin, initargs=starting
    ) as pool:
        told = list(pool.map(_work, [connect] * WORKERS, range(WORKERS)))
    return (
        [won for won, _, _ in told],
        [version for _, kept, _ in told for version in kept],
        [key for _, _, claimed in told for key in claimed],
    )


def _begin(barrier: Barrier) -> None:
    global _barrier  # noqa: PLW0603  (a barrier cannot be sent with a task)
    _barrier = barrier


def _work(connect: Connect, number: int) -> tuple[bool, list[int], list[str]]:
    """Take part in the race, in a process of its own."""
    store: Any = connect()
    using: AbstractContextManager[Any] = store if hasattr(store, "__exit__") else nullcontext(store)
    with using:
        _barrier.wait(PATIENCE)
        won = _wins(store, 0, f"customer-{number}")
        _barrier.wait(PATIENCE)
        kept = _take_steps(store)
        _barrier.wait(PATIENCE)
        return won, kept, _claim_all(store)


def _wins(store: Store, expected: int, customer: str = "ana") -> bool:
    try:
        store.commit(a_change("ticket-42", expected, customer=customer))
    except Conflict:
        return False
    return True


def _take_steps(store: Store) -> list[int]:
    kept: list[int] = []
    for _ in range(100 * STEPS):
        case = store.load("ticket-42")
        if case is not None and _wins(store, case.version):
            kept.append(case.version + 1)
        if len(kept) == STEPS:
            break
    return kept


def _claim_all(store: Store) -> list[str]:
    claimed: list[str] = []
    while keys := keys_of(store.claim(now=NOW, until=TOMORROW, limit=2)):
        claimed += keys
    return claimed
