"""
A store that could not keep a deadline that passed is asked again, and not in five minutes.
"""

import asyncio
from datetime import timedelta

import pytest
from attrs import evolve

from complaintflow import AsyncDesk, Desk, StoreError
from complaintflow._desk import _passing
from complaintflow._desk._passing import LEASE, TRIES
from complaintflow.adapters.memory import AsyncMemoryStore, MemoryStore
from complaintflow.methods import six_steps
from complaintflow.testing import FrozenClock
from complaintflow.worker import work

from .conftest import MONDAY
from .test_desk import agreed

SIX = six_steps()


class Failing(MemoryStore):
    """
    A store that does not keep the next steps of some cases, and counts what it was asked for.
    """

    def __init__(self):
        super().__init__()
        self.fails = {}
        self.asked = []
        self.is_down = False

    def commit(self, change):
        """
        Keep a step, or fail.
        """
        self.asked.append(change.case_id)
        if self.fails.get(change.case_id, 0) > 0:
            self.fails[change.case_id] -= 1
            raise StoreError("the connection was cut")
        super().commit(change)

    def load(self, case_id):
        """
        Return a case, or fail.
        """
        if self.is_down:
            raise StoreError("nothing answers")
        return super().load(case_id)


@pytest.fixture
def clock():
    """
    Return a clock that stands still.
    """
    return FrozenClock(MONDAY)


@pytest.fixture
def store(clock):
    """
    Return a store with two cases in which a promise is overdue.
    """
    store = Failing()
    for case_id in ("t-1", "t-2"):
        agreed(Desk(SIX, store=store, clock=clock), case_id)
    clock.advance(days=15)
    store.asked.clear()
    return store


@pytest.fixture
def desk(store, clock):
    """
    Return a desk over it.
    """
    return Desk(SIX, store=store, clock=clock)


def recorded(entries):
    """
    Return the cases that entries are of.
    """
    return [entry.case_id for entry in entries]


def test_it_is_tried_again_in_the_same_tick(desk, store):
    """
    A connection that was cut is another one by then.
    """
    store.fails = {"t-1": 1}

    assert ["t-2", "t-1"] == recorded(desk.tick())
    assert () == desk.tick()


def test_it_is_tried_again_when_it_ticks_next(desk, store):
    """
    The store gives it to nobody else meanwhile.
    """
    store.fails = {"t-1": 2}
    other = Desk(SIX, store=store, clock=desk._at._clock)

    assert ["t-2"] == recorded(desk.tick())
    assert () == other.tick()
    assert ["t-1"] == recorded(desk.tick(limit=1))
    assert {} == desk._at.owed


def test_what_cannot_be_kept_at_all_is_left_until_its_lease_ends(desk, store, clock):
    """
    It is not tried in every round, for ever.
    """
    store.fails = {"t-1": 99}
    for _ in range(9):
        desk.tick()
    assert 1 + TRIES == store.asked.count("t-1")
    clock.advance(seconds=LEASE.total_seconds() + 1)
    store.fails = {}

    assert ["t-1"] == recorded(desk.tick())


def test_a_lease_that_has_ended_is_nobodys(desk, store, clock):
    """
    Then the store says whose turn it is.
    """
    store.fails = {"t-1": 2}
    desk.tick()
    clock.advance(seconds=LEASE.total_seconds() + 1)
    other = Desk(SIX, store=store, clock=clock)

    assert ["t-1"] == recorded(other.tick())
    assert () == desk.tick()
    assert {} == desk._at.owed


def test_what_others_have_done_by_then_is_done(desk, store, clock):
    """
    It was recorded, or it is bound to a method that this desk does not have.
    """
    store.fails = {"t-1": 2, "t-2": 2}
    assert () == desk.tick()
    other = Desk(SIX, store=store, clock=clock)
    passed = other.get("t-1").to_record(clock.now())[0]
    other.record("t-1", passed, by="system")
    moved = evolve(store.load("t-2"), method="six_steps/9/elsewhere")
    store._cases["t-2"] = moved

    assert () == desk.tick()
    assert {} == desk._at.owed


def test_a_store_that_answers_nobody_is_asked_later(desk, store):
    """
    Nothing is forgotten by it.
    """
    store.fails = {"t-1": 1, "t-2": 1}
    store.is_down = True
    assert () == desk.tick()
    store.is_down = False

    assert ["t-1", "t-2"] == sorted(recorded(desk.tick()))


def test_a_lost_answer_is_no_second_entry(clock, store, monkeypatch):
    """
    The step was kept, and the store could not say so.
    """
    desk = Desk(SIX, store=store, clock=clock)
    keep = MemoryStore.commit
    lost = iter([True])

    def commit(change):
        keep(store, change)
        if next(lost, False):
            raise StoreError("whether it was kept is not known")

    monkeypatch.setattr(store, "commit", commit)

    assert ["t-2"] == recorded(desk.tick())
    assert () == desk.tick()
    for case_id in ("t-1", "t-2"):
        entries = desk.history(case_id)
        assert 1 == sum(entry.trigger == "deadline_passed" for entry in entries)


def test_a_worker_that_is_to_stop_at_once_has_done_it(desk, store):
    """
    A cron job does not come back for it.
    """
    store.fails = {"t-1": 1}

    assert 2 == work(desk, once=True).recorded


def test_a_desk_that_is_awaited_tries_again_too(clock, store):
    """
    The same, without threads.
    """

    class Awaited(AsyncMemoryStore):
        """
        A store that fails once.
        """

        fails = 1

        async def commit(self, change):
            """
            Keep a step, or fail.
            """
            if change.expected and self.fails:
                self.fails -= 1
                raise StoreError("the connection was cut")
            await super().commit(change)

    async def ticked():
        kept = Awaited()
        desk = AsyncDesk(SIX, store=kept, clock=clock)
        await desk.import_all(Desk(SIX, store=store).export_all())
        return await desk.tick()

    assert ["t-2", "t-1"] == recorded(asyncio.run(ticked()))


def test_its_lease_is_as_long_as_the_docs_say():
    """
    Five minutes.
    """
    assert timedelta(minutes=5) == LEASE


def test_a_long_tick_takes_every_batch_under_a_lease_of_its_own(desk, store, clock, monkeypatch):
    """
    In a backlog of more than five minutes the later ones would be over before they began.
    """
    monkeypatch.setattr(_passing, "WOKEN", 1)
    other = Desk(SIX, store=store, clock=clock)
    by_others, moments = [], []

    def commit(change):
        if moments:
            by_others.extend(other.tick())
        MemoryStore.commit(store, change)
        moments.append(clock.advance(minutes=6))

    monkeypatch.setattr(store, "commit", commit)
    began = clock.now()

    entries = desk.tick()

    assert [] == by_others
    assert [("t-1", began), ("t-2", moments[0])] == [(e.case_id, e.at) for e in entries]


def test_what_a_tick_could_not_record_is_left_to_another_tick(desk, store, clock, monkeypatch):
    """
    Else one that takes longer than a lease would begin again for ever.
    """
    monkeypatch.setattr(_passing, "WOKEN", 1)

    def commit(change):
        store.asked.append(change.case_id)
        clock.advance(minutes=6)
        raise ValueError("odd")

    monkeypatch.setattr(store, "commit", commit)

    assert () == desk.tick()
    assert ["t-1", "t-2"] == store.asked
