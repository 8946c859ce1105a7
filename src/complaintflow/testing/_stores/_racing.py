"""What a store promises to several threads at once."""

# ruff: noqa: SIM300
# These are tests: they assert, numbers are the point, and what is expected comes first.

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile
from threading import Barrier
from typing import ClassVar, TypeVar

import pytest

from complaintflow.errors import Conflict
from complaintflow.ports import Change, Store
from complaintflow.testing._stores._changes import (
    NOW,
    SOON,
    TOMORROW,
    a_change,
    deliver_all,
    keys_of,
    versions_of,
)

T = TypeVar("T")


def _at_once(workers: int, work: Callable[[int], T]) -> list[T]:
    """Call *work* with 0, 1, 2, ... in as many threads, which start together."""
    barrier = Barrier(workers)

    def wait_and_work(number: int) -> T:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(workers) as threads:
        return list(threads.map(wait_and_work, range(workers)))


def _wins(store: Store, change: Change) -> bool:
    try:
        store.commit(change)
    except Conflict:
        return False
    return True


def _versions_to_decide_on(store: Store, case_id: str) -> Iterator[int]:
    """Yield the version of a case, again and again, until that cannot be right any more."""
    for _ in range(100):
        case = store.load(case_id)
        assert case is not None
        yield case.version
    message = "a hundred conflicts in a row, and the other threads had not so many steps to take"
    raise AssertionError(message)


class RacingContract:
    """However threads race, one wins, and nothing is lost or doubled."""

    threads: ClassVar[bool] = True
    """False: the store says in its documentation that one thread only may use it."""

    def _needs_threads(self) -> None:
        if not self.threads:
            pytest.skip("this store says that it is for one thread only")

    def test_of_threads_that_open_one_case_one_wins(self, store: Store) -> None:
        """And what the others brought is nowhere."""
        self._needs_threads()
        changes = [
            a_change("ticket-42", customer=f"customer-{n}", topics=("opened",)) for n in range(4)
        ]

        won = _at_once(4, lambda number: _wins(store, changes[number]))

        assert 1 == sum(won)
        assert changes[won.index(True)].snapshot == store.load("ticket-42")
        assert [1] == versions_of(store, "ticket-42")
        assert ["ticket-42:1:1"] == keys_of(deliver_all(store, NOW))

    def test_of_threads_with_one_decision_each_one_wins(self, store: Store) -> None:
        """A promise is made by one of two agents, and the other hears that there is one."""
        self._needs_threads()
        store.commit(a_change("ticket-42"))

        for version in range(1, 16):
            changes = [a_change("ticket-42", version, owner=f"agent-{n}") for n in range(4)]
            won = _at_once(4, lambda number, offered=changes: _wins(store, offered[number]))  # type: ignore[misc]

            assert 1 == sum(won)
            assert changes[won.index(True)].snapshot == store.load("ticket-42")

        assert list(range(1, 17)) == versions_of(store, "ticket-42")

    def test_of_threads_with_one_message_one_records_it(self, store: Store) -> None:
        """However they raced, one key is one entry."""
        self._needs_threads()
        store.commit(a_change("ticket-42"))

        def record_once(_number: int) -> bool:
            for version in _versions_to_decide_on(store, "ticket-42"):
                if store.keyed("ticket-42", "msg-1") is not None:
                    break
                if _wins(store, a_change("ticket-42", version, key="msg-1")):
                    return True
            return False

        assert 1 == sum(_at_once(4, record_once))
        assert [1, 2] == versions_of(store, "ticket-42")

    def test_threads_that_try_again_lose_no_step(self, store: Store) -> None:
        """Reading again and deciding anew is all it takes."""
        self._needs_threads()
        store.commit(a_change("ticket-42", topics=("opened",)))

        def take_ten_steps(_number: int) -> None:
            left = 10
            for version in _versions_to_decide_on(store, "ticket-42"):
                left -= _wins(store, a_change("ticket-42", version, topics=("heard",)))
                if left == 0:
                    break

        _at_once(4, take_ten_steps)

        assert list(range(1, 42)) == versions_of(store, "ticket-42")
        assert list(range(1, 42)) == [told.version for told in deliver_all(store, NOW)]

    def test_threads_claim_nothing_twice(self, store: Store) -> None:
        """Each e-mail is sent by one of them."""
        self._needs_threads()
        for number in range(40):
            store.commit(a_change(f"ticket-{number:02}", topics=("opened",)))

        def claim_until_nothing_is_left(_number: int) -> list[str]:
            claims = (store.claim(now=NOW, until=TOMORROW, limit=3) for _ in range(50))
            return [key for claimed in takewhile(len, claims) for key in keys_of(claimed)]

        claimed = [key for keys in _at_once(4, claim_until_nothing_is_left) for key in keys]

        assert [f"ticket-{number:02}:1:1" for number in range(40)] == sorted(claimed)

    def test_threads_wake_nothing_twice(self, store: Store) -> None:
        """Each overdue promise is looked at by one of them."""
        self._needs_threads()
        method = ""
        for number in range(40):
            change = a_change(f"ticket-{number:02}", wake_at=NOW)
            method = change.snapshot.method
            store.commit(change)

        def wake_until_nothing_is_left(_number: int) -> list[str]:
            wakings = (
                store.wake(now=SOON, until=TOMORROW, limit=3, methods=[method]) for _ in range(50)
            )
            return [case.case_id for woken in takewhile(len, wakings) for case in woken]

        woken = [case for cases in _at_once(4, wake_until_nothing_is_left) for case in cases]

        assert [f"ticket-{number:02}" for number in range(40)] == sorted(woken)
