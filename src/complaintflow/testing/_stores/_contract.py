"""
The contract of the `Store` port, as tests that a host runs against its own store.

One test for each promise, each named after what it promises; and a comparison with the memory
store over every short story. The broken stores of our own tests show that the contract notices.
"""

# ruff: noqa: SIM300
# These are tests: they assert, numbers are the point, and what is expected comes first.

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaintflow._help import tells_fields
from complaintflow.adapters.memory import MemoryStore
from complaintflow.ports import Store
from complaintflow.testing._overriding import overridden_in_silence
from complaintflow.testing._stores._cases import CasesContract
from complaintflow.testing._stores._changes import (
    NOW,
    SOON,
    TOMORROW,
    a_change,
    all_of,
    claim_all,
    deliver_all,
    kept_out,
)
from complaintflow.testing._stores._erasing import ErasingContract
from complaintflow.testing._stores._finding import FindingContract
from complaintflow.testing._stores._histories import HistoriesContract
from complaintflow.testing._stores._notifications import NotificationsContract
from complaintflow.testing._stores._parking import ParkingContract
from complaintflow.testing._stores._processes import ProcessesContract
from complaintflow.testing._stores._racing import RacingContract
from complaintflow.testing._stores._short_stories import STEPS, compare, short_stories, tell
from complaintflow.testing._stores._waking import WakingContract


@tells_fields
class StoreContract(
    CasesContract,
    HistoriesContract,
    FindingContract,
    WakingContract,
    NotificationsContract,
    ParkingContract,
    ErasingContract,
    RacingContract,
    ProcessesContract,
):
    """
    What every store promises: subclass it in a test module, and give it a store.

    ::

        class TestMyStore(StoreContract):
            @pytest.fixture
            def store(self, tmp_path):
                with MyStore(tmp_path / "cases") as store:
                    yield store

    The fixture `store` returns a store that holds nothing, anew for each test. A store that
    keeps cases beyond its own life also overrides the fixture `reopen`; one that several
    processes may use says ``processes = True``, and overrides `connect`. A promise that a store
    cannot keep is not removed but marked: override the test, mark it with
    ``@pytest.mark.xfail(reason=...)``, and call the test of this class.
    """

    story_length: ClassVar[int] = 4
    """How long the stories are of which every one is compared with the memory store."""

    long_stories: ClassVar[int] = 10
    """How many long stories, drawn by Hypothesis, are compared with the memory store."""

    one_story_in: ClassVar[int] = 1
    """
    Of the longest stories only one in so many is told; 1: all. Shorter ones are always told.

    For stores behind a network, where a few thousand stories are minutes. Which ones are told is
    the same each time, and no step is left out of all of them: a prime that is no divisor of the
    number of steps sees to that.
    """

    @pytest.fixture
    def store(self) -> Store:
        """Return an empty store, anew for each test. To be overridden."""
        message = "StoreContract needs a store: override the fixture `store` in your subclass"
        raise NotImplementedError(message)

    @pytest.fixture
    def reopen(self) -> Callable[[Store], Store] | None:
        """
        Return what gives up a store, as a process does that ends, and opens again what it kept.

        None: the store keeps nothing beyond its own life, and nothing is tested of that.
        """
        return None

    def test_no_promise_is_overridden_in_silence(self) -> None:
        """A contract with a promise struck out is another contract; who reads it should know."""
        struck_out = overridden_in_silence(type(self), StoreContract)

        assert [] == struck_out, "mark them with @pytest.mark.xfail(reason=...)"

    def test_what_was_committed_outlives_the_store(
        self, store: Store, reopen: Callable[[Store], Store] | None
    ) -> None:
        """A promise is kept for weeks; no process lives that long."""
        if reopen is None:
            pytest.skip("this store keeps nothing beyond its own life")
        store.commit(a_change("ticket-42", key="msg-1", due_at=SOON, topics=("opened", "heard")))
        store.commit(a_change("ticket-43", topics=("opened",)))
        (head, other) = store.claim(now=NOW, until=SOON, limit=10)
        store.settle(head.key, retry_at=TOMORROW)
        store.settle(other.key)
        before = all_of(store, "ticket-42")

        store = reopen(store)

        assert before == all_of(store, "ticket-42")
        assert store.keyed("ticket-42", "msg-1") is not None
        with kept_out(store, "ticket-42", 0):
            store.commit(a_change("ticket-42"))
        store.commit(a_change("ticket-42", 1))
        assert [] == claim_all(store, SOON)
        assert [(head.key, 1), ("ticket-42:1:2", 0)] == [
            (told.key, told.attempts) for told in deliver_all(store, TOMORROW)
        ]

    def test_every_short_story_ends_as_in_the_memory_store(self, store: Store) -> None:
        """What no test above thought of, and what a few steps can show."""
        for number, story in enumerate(short_stories(self.story_length)):
            if len(story) == self.story_length and number % self.one_story_in:
                continue
            name = f"story-{number}"
            difference = compare(story, tell(story, store, name), tell(story, MemoryStore(), name))

            assert not difference, difference

    def test_long_stories_end_as_in_the_memory_store(self, store: Store) -> None:
        """What takes more steps to show than can all be tried; a failing one is made short."""
        numbers = count()

        @settings(max_examples=self.long_stories, deadline=None, print_blob=False)
        @given(st.lists(st.sampled_from(STEPS), min_size=5, max_size=30))
        def tell_and_compare(steps: list[str]) -> None:
            story, name = tuple(steps), f"long-story-{next(numbers)}"
            difference = compare(story, tell(story, store, name), tell(story, MemoryStore(), name))

            assert not difference, difference

        tell_and_compare()
