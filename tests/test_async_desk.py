"""
A desk that is awaited does what the other one does, and waits only where its wiring does.
"""

from __future__ import annotations

import asyncio
import inspect
import threading

import pytest

from complaintflow import (
    Actor,
    AsyncDesk,
    CaseExists,
    Conflict,
    Delivery,
    Desk,
    EvidenceError,
    Refused,
    UnknownActor,
)
from complaintflow.acts import ERASED, NoteMood
from complaintflow.adapters.memory import AsyncMemoryStore, MemoryStore
from complaintflow.methods import six_steps
from complaintflow.testing import FrozenClock, RecordingNotifier

from .conftest import LISTEN, MONDAY, OFFER, ROADS

SIX = six_steps()


class Waiting:
    """
    A store that is never there at once, and remembers in which thread it was asked.
    """

    def __init__(self):
        self.store = AsyncMemoryStore()
        self.threads = set()

    def __getattr__(self, name):
        async def call(*args, **kwargs):
            self.threads.add(threading.get_ident())
            await asyncio.sleep(0)
            return await getattr(self.store, name)(*args, **kwargs)

        return call


class Awaited(RecordingNotifier):
    """
    A notifier that has to be awaited.
    """

    async def notify(self, notification):
        """
        Take a notification, or fail when told to.
        """
        await asyncio.sleep(0)
        super().notify(notification)


def awaited(script):
    """
    Run a test that is a coroutine function, on a loop of its own.
    """

    def run():
        asyncio.run(script())

    run.__name__, run.__doc__ = script.__name__, script.__doc__
    return run


async def agreed(desk, case_id="t-1"):
    """
    Return a case with a promise that is due in 14 days.
    """
    await desk.open(case_id, customer="ana", complaint="It arrived broken", by="sam")
    for act in ROADS["agreed"]:
        case = await desk.record(case_id, act, by="sam")
    return case


@awaited
async def test_a_whole_complaint_is_handled_by_a_desk_that_is_awaited():
    """
    Opened, recorded, overdue, delivered, verified, erased; no thread but the loop's is used.
    """
    store, clock, notifier = Waiting(), FrozenClock(MONDAY), Awaited()
    desk = AsyncDesk(SIX, store=store, clock=clock, notifier=notifier)
    case = await agreed(desk)
    head = await desk.head("t-1")
    clock.advance(days=15)

    assert ("agreed", 7, (SIX,)) == (case.state, case.version, desk.methods)
    assert ["deadline_passed"] == [entry.trigger for entry in await desk.tick()]
    assert () == await desk.tick()
    notifier.fail_next()
    assert Delivery(0, 1) == await desk.deliver()
    clock.advance(minutes=1)
    assert Delivery(4, 0) == await desk.deliver()
    assert 8 == len(await desk.history("t-1"))
    assert [8] == [entry.version for entry in await desk.history("t-1", after=7, limit=5)]
    assert (await desk.verify("t-1", head=head)).is_whole
    assert [await desk.get("t-1")] == list(await desk.cases(owner="sam"))
    assert "keep_promise" in {o.trigger for o in await desk.options("t-1", by="sam") if o.ready}
    assert ERASED == (await desk.erase("t-1", reason="asked", by="sam")).customer
    assert {threading.get_ident()} == store.threads


@awaited
async def test_its_errors_are_those_of_a_desk():
    """
    And what is refused is told to whoever listens, awaited where that can be.
    """
    refused, seen = [], []

    async def on_refused(case, act, no):
        await asyncio.sleep(0)
        refused.append((case.id, act, no))

    async def observe(case, entry):
        await asyncio.sleep(0)
        seen.append(entry.trigger)

    desk = AsyncDesk(
        SIX,
        on_refused=on_refused,
        observers=[observe, lambda case, entry: seen.append(case.id)],
    )
    await desk.open("t-1", customer="ana", complaint="It broke", by="sam", key="mail-1")
    await desk.open("t-1", customer="ana", complaint="It broke", by="sam", key="mail-1")
    with pytest.raises(CaseExists):
        await desk.open("t-1", customer="ana", complaint="It broke", by="sam")
    with pytest.raises(Refused) as no:
        await desk.record("t-1", OFFER, by="sam")
    with pytest.raises(Conflict):
        await desk.record("t-1", LISTEN, by="sam", version=7)

    assert [("t-1", OFFER, no.value)] == refused
    assert ["open", "t-1"] == seen


@awaited
async def test_tasks_that_race_lose_nothing():
    """
    As threads do over a plain store.
    """
    desk = AsyncDesk(SIX, store=Waiting())
    await desk.open("t-1", customer="ana", complaint="It broke", by="sam")

    async def note(number):
        while True:
            try:
                return await desk.record("t-1", NoteMood("calm"), by="sam", key=f"m-{number}")
            except Conflict:
                continue

    await asyncio.gather(*(note(number % 5) for number in range(10)))

    assert [None, *(f"m-{n}" for n in range(5))] == sorted(
        (record.key for record in await desk._at.store.history("t-1")),
        key=lambda key: key or "",
    )


@awaited
async def test_whom_it_knows_may_have_to_be_looked_up():
    """
    The users of a host are in its database.
    """

    class People:
        async def actor(self, name):
            await asyncio.sleep(0)
            if name != "sam":
                raise UnknownActor(name)
            return Actor(name, may=["open"])

    desk = AsyncDesk(SIX, authority=People())
    await desk.open("t-1", customer="ana", complaint="It broke", by="sam")
    with pytest.raises(Refused):
        await desk.record("t-1", LISTEN, by="sam")
    with pytest.raises(UnknownActor):
        await desk.record("t-1", LISTEN, by="kim")


@awaited
async def test_what_keeps_failing_is_parked_and_released():
    """
    With a notifier of either kind.
    """
    notifier, clock = RecordingNotifier(), FrozenClock(MONDAY)
    desk = AsyncDesk(SIX, notifier=notifier, clock=clock, park_after=1)
    await agreed(desk)
    notifier.fail_next(1)

    assert Delivery(2, 0, 1) == await desk.deliver()
    (parked,) = await desk.parked()
    await desk.release(parked.notification.key, by="sam")
    assert Delivery(1, 0) == await desk.deliver()


@awaited
async def test_cases_move_from_desk_to_desk():
    """
    As a story, and as a whole store.
    """
    desk, other = AsyncDesk(SIX), AsyncDesk(SIX)
    case = await agreed(desk)
    story = await desk.export_story("t-1")

    assert 1 == await other.import_all([line async for line in desk.export_all()])
    assert case == await other.get("t-1")
    assert "agreed" == (await other.import_story(story, case_id="t-2")).state


@pytest.mark.parametrize(
    "wired",
    [
        {"store": AsyncMemoryStore()},
        {"notifier": Awaited()},
        {"authority": type("People", (), {"actor": AsyncMemoryStore.load})()},
        {"observers": [AsyncMemoryStore.load]},
        {"on_refused": AsyncMemoryStore.load},
    ],
    ids=lambda wired: next(iter(wired)),
)
def test_a_plain_desk_says_that_it_cannot_wait(wired):
    """
    Not by a coroutine that was never awaited, days later.
    """
    (name,) = wired
    with pytest.raises(EvidenceError, match=rf"^desk: {name} has to be awaited: Async"):
        Desk(SIX, **wired)


def test_a_plain_desk_does_not_wait_for_what_turns_out_to_be_awaited():
    """
    A lambda may hide a coroutine; one that answers at once is no harm.
    """

    async def at_once():
        return None

    async def later():
        await asyncio.sleep(0)

    seen = []
    clock = FrozenClock(MONDAY)
    desk = Desk(SIX, clock=clock, observers=[lambda *_: at_once()])
    desk.open("t-1", customer="ana", complaint="It broke", by="sam")
    store = MemoryStore()
    desk = Desk(SIX, store=store, clock=clock, observers=[lambda *_: later(), seen.append])
    with pytest.raises(EvidenceError, match="has to be awaited: AsyncDesk does that"):
        desk.open("t-2", customer="ana", complaint="It broke", by="sam")

    assert store.load("t-2") is not None


def test_both_desks_have_the_same_operations():
    """
    With the same names, and arguments of the same names and defaults.
    """
    plain, awaiting = (
        {
            name: [
                (each.name, each.kind, each.default)
                for each in inspect.signature(value).parameters.values()
            ]
            for name, value in vars(desk).items()
            if inspect.isfunction(value)
        }
        for desk in (Desk, AsyncDesk)
    )

    assert plain == awaiting
