"""
Five thousand worlds in which everything goes wrong, and five mistakes that they find.
"""

# ruff: noqa: D102
# Methods of a port do what the port says, or what is wrong with their class.

import logging
from contextlib import suppress
from datetime import timedelta

import pytest
from attrs import evolve

from complaintflow import Desk, Refused, decide
from complaintflow._actors import SYSTEM
from complaintflow._desk._changes import change_of
from complaintflow._desk._passing import LEASE
from complaintflow.acts import DeadlinePassed
from complaintflow.adapters.memory import MemoryStore

from .worlds import BrokenPromise, World, begun, main, search

WORLDS = 5000
"""How many worlds are looked at in each run; `make worlds` looks at more."""


@pytest.fixture(autouse=True, scope="module")
def silence():
    """
    A desk logs what goes wrong; here it is ten things a second.
    """
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


# -- desks and stores with a mistake ------------------------------------------------------------


class Between:
    """
    Stands between a desk and its store.
    """

    def __init__(self, store):
        self.store = store

    def __getattr__(self, name):
        return getattr(self.store, name)


class ForgetfulStore(Between):
    """
    Knows no keys.
    """

    def keyed(self, case_id, key):
        return None


class ForgetsKeys(Desk):
    """
    Takes idempotency keys of acts, and does not look whether it has seen them.
    """

    def __init__(self, *methods, store, **options):
        super().__init__(*methods, store=ForgetfulStore(store), **options)


class KeepsKeysTwice(MemoryStore):
    """
    Keeps a key beside an entry, and does not mind another entry with the same one.
    """

    def commit(self, change):
        super().commit(evolve(change, records=[evolve(r, key=None) for r in change.records]))
        self._histories[change.case_id][-len(change.records) :] = change.records


class TellingStore(Between):
    """
    Tells people what it is about to keep.
    """

    def __init__(self, store, notifier):
        super().__init__(store)
        self.notifier = notifier

    def commit(self, change):
        for notification in change.outbox:
            try:
                self.notifier.notify(notification)
            except ConnectionError:
                with suppress(ConnectionError):
                    self.notifier.notify(notification)
        self.store.commit(evolve(change, outbox=()))


class SendsFirst(Desk):
    """
    Tells people what it is about to keep.
    """

    def __init__(self, *methods, store, notifier, **options):
        telling = TellingStore(store, notifier)
        super().__init__(*methods, store=telling, notifier=notifier, **options)


class HastyNotifier(Between):
    """
    Says that a notification was delivered, and delivers it.
    """

    def __init__(self, store, notifier):
        super().__init__(store)
        self.notifier = notifier

    def notify(self, notification):
        self.store.settle(notification.key)
        self.notifier.notify(notification)


class MarksBeforeItSends(Desk):
    """
    Says that a notification was delivered, and delivers it.
    """

    def __init__(self, *methods, store, notifier, **options):
        hasty = HastyNotifier(store, notifier)
        super().__init__(*methods, store=store, notifier=hasty, **options)


class SetsTimersOnce(Desk):
    """
    Sets a timer when an offer is made, and lets it go off whatever came in between.
    """

    def __init__(self, *methods, store, clock, **options):
        super().__init__(*methods, store=store, clock=clock, observers=[self.set_timer], **options)
        self.store, self.clock = store, clock
        self.timers = vars(store).setdefault("timers", [])

    def set_timer(self, case, entry):
        if entry.deadlines:
            self.timers.append(case)

    def tick(self, *, limit=None):
        now = self.clock.now()
        for old in tuple(self.timers):
            found = self.store.load(old.id)
            case = self.get(old.id)
            deadline = old.deadlines[0]
            if deadline.due >= now or case.is_closed:
                continue
            self.timers.remove(old)
            act = DeadlinePassed(deadline.code, deadline.about)
            method = self.methods[0]
            moment = max(now, case.updated_at)
            try:
                entry = decide(method, old, act, at=moment, by=SYSTEM)
            except Refused:
                continue
            entry = evolve(entry, version=case.version + 1)
            self.store.commit(change_of(found.head, case.apply(entry), [entry]))
        return super().tick(limit=limit)


class MarksTimersFirst(MemoryStore):
    """
    Keeps that a deadline has passed in one transaction, and whom to tell of it in the next.
    """

    fate = None

    def commit(self, change):
        passed = change.records[-1].trigger == "deadline_passed"
        super().commit(evolve(change, outbox=()) if passed else change)
        if passed:
            self.fate.strike(f"between two transactions of {change.case_id}")
            self._outbox.update((told.key, told) for told in change.outbox)


def marking_timers_first(fate):
    """
    Return a store that marks timers first, in a world where that may go wrong.
    """
    store = begun(fate, MarksTimersFirst)
    store.fate = fate
    return store


MISTAKES = {
    "keys are kept and not looked at": {
        "desk": ForgetsKeys,
        "store": lambda fate: begun(fate, KeepsKeysTwice),
    },
    "people are told before the step is kept": {"desk": SendsFirst},
    "a notification is marked as sent before it is": {"desk": MarksBeforeItSends},
    "a timer goes off although the offer was answered, or made anew": {"desk": SetsTimersOnce},
    "a passed deadline is kept in one transaction, whom to tell in the next": {
        "store": marking_timers_first
    },
}


# -- the worlds ---------------------------------------------------------------------------------


@pytest.mark.untraced
def test_every_promise_is_kept_in_every_world():
    """
    Nothing lost, nothing doubled, all in order: whatever fails, dies, jumps or comes in between.
    """
    found = search(range(WORLDS))

    assert found is None, found[1]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_known_mistake_is_found(mistake):
    """
    Worlds in which nothing is ever found might be worlds in which nothing happens.
    """
    found = search(range(WORLDS), **MISTAKES[mistake])

    assert found is not None


def test_a_world_happens_the_same_each_time():
    """
    A seed that fails is worth something only if it fails again.
    """
    first, second = World(17), World(17)
    first.run()
    second.run()

    assert first.story == second.story
    assert first.notifier.sent == second.notifier.sent
    assert first.behind.__dict__.keys() == second.behind.__dict__.keys()
    # But for the salts, by which nobody can tell what was said.
    assert [evolve(case, head="") for case in first.behind._cases.values()] == [
        evolve(case, head="") for case in second.behind._cases.values()
    ]


def test_much_happens_in_the_worlds():
    """
    Each kind of misfortune is met, and what is at stake: offers, promises, passed deadlines.
    """
    told = []
    for seed in range(150):
        world = World(seed)
        world.run()
        told.append(world.story)
        told += [entry.trigger for entry in world.behind.history("a")]
    everything = "\n".join(told)

    for what in (
        *("the store fails", "the process dies", "meanwhile: tick", "meanwhile: ask"),
        *("somebody else was quicker", "the line breaks", "is not sent", "jumps by -30"),
        *("accept", "keep_promise", "deadline_passed", "reopen"),
    ):
        assert what in everything, what


def test_a_claim_outlives_a_jump_of_the_clock():
    """
    What a dead worker has claimed is free again when its lease ends, and the calm waits for it.
    """
    assert LEASE < timedelta(days=12)


def test_a_world_that_fails_tells_its_story(capsys, monkeypatch):
    """
    From the command line: the seed, what broke, and all that led to it.
    """
    assert main(["20"]) == 0
    assert "20 worlds, from 0: every promise is kept" in capsys.readouterr().out

    assert main(["--seed", "3"]) == 0
    assert capsys.readouterr().out.startswith("world 3\n")

    def broken(_self):
        raise BrokenPromise("it is broken")

    monkeypatch.setattr(World, "look_at_the_end", broken)

    assert main(["--seed", "3"]) == 1
    assert "it is broken\nworld 3\n" in capsys.readouterr().out
    assert main(["1", "--first", "5"]) == 1
    assert "it is broken\nworld 5\n" in capsys.readouterr().out
    logging.disable()
