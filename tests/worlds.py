"""
Worlds: one seed is one world, in which everything outside a desk goes wrong, in its own order.

A client tells the story of two complaints to two workers over one store. Calls of the store fail,
before they are made or after; the process dies, before or after; the other worker acts in between;
the notifier raises, before it has sent or after; the clock jumps, both ways. The client tries again
with the same key whatever it got no answer for. What must hold is looked at after each step, and
the whole of it when the world has calmed down.

``python -m tests.worlds 100000`` looks for a seed that fails; ``python -m tests.worlds --seed 17``
tells one again.
"""

# ruff: noqa: D102
# Methods of a port do what the port says.

import logging
import sys
from argparse import ArgumentParser
from functools import cache, lru_cache
from random import Random

from attrs import evolve
from tenacity import wait_exponential

from complaintflow import (
    Case,
    Conflict,
    Desk,
    Refused,
    StoreError,
    TimeLimit,
    Within,
    verify_history,
)
from complaintflow._codec import case_to_text, entry_from_texts, vocabulary
from complaintflow._desk._changes import snapshot_of
from complaintflow.acts import (
    Accept,
    AcceptAsk,
    AcknowledgeProblem,
    AskExpectation,
    DeadlinePassed,
    KeepPromise,
    Listen,
    Offer,
    Remedy,
    Reopen,
    Withdraw,
)
from complaintflow.adapters.memory import MemoryStore
from complaintflow.adapters.notifiers import CallableNotifier
from complaintflow.testing import FrozenClock

from .mutants import flat

STEPS = 10
"""How much happens in a world before it calms down."""

CASES = ("a", "b")

PAUSES = wait_exponential(multiplier=30, max=6 * 3600)
"""Without chance: a seed tells a world, and nothing else does."""

OFFER = Offer([Remedy("repair")], words="I would have it repaired")
TALK = (
    Listen(account="It arrived cracked"),
    AcknowledgeProblem(words="I see: it arrived cracked"),
    AskExpectation(question="What would help?", expectation="A new one"),
)
"""What a client tells first; then, in any order, what comes after."""
ONWARD = (
    OFFER,
    OFFER,
    OFFER,
    Accept(),
    AcceptAsk([Remedy("replacement")], words="You will have a new one"),
    KeepPromise("p1"),
    KeepPromise("p2"),
    Withdraw(),
    Reopen(reason="It broke again"),
)


class Died(BaseException):
    """
    The process is gone, and with it whatever it had in hand.
    """


class BrokenPromise(AssertionError):
    """
    Something that must hold does not.
    """


@cache
def method():
    """
    Return a method in which everything notifies, offers are to be answered, promises to be kept.
    """
    plain = flat()
    return evolve(
        plain,
        name="world",
        rules=[evolve(r, notify=[(r.trigger, "owner")]) for r in plain.rules],
        limits=[
            TimeLimit(
                "answered",
                "the offer is not answered",
                Within(2, "days"),
                starts="offer",
                ends="accept",
            )
        ],
        promises_within=Within(3, "days"),
    )


@cache
def words():
    """
    Return what the acts of the method are called in texts.
    """
    return vocabulary(method())


@lru_cache(maxsize=1000)
def read(text, personal):
    """
    Return an entry as the store has kept it; that of the prelude is read once for all worlds.
    """
    return entry_from_texts(text, personal, words(), method().name)


@cache
def prelude():
    """
    Return what is in the store when a world begins: case a, heard and asked, and all delivered.
    """
    store, clock = MemoryStore(), FrozenClock()
    desk = Desk(method(), store=store, clock=clock, notifier=CallableNotifier(lambda _: None))
    desk.open("a", customer="ana", complaint="Cracked", by="sam", key="open-a")
    for number, act in enumerate(TALK):
        desk.record("a", act, by="sam", key=f"talk-{number}")
    desk.deliver()
    return store


def begun(_fate, kind=MemoryStore):
    """
    Return a store that holds the prelude.
    """
    store = kind()
    store._cases, store._histories = dict(prelude()._cases), dict(prelude()._histories)
    return store


class Fate:
    """
    What goes wrong in one world, and when.
    """

    def __init__(self, seed):
        self.chance = Random(seed)
        self.is_calm = False
        self.log = []

    def tell(self, line):
        """
        Add a line to the story of this world.
        """
        self.log.append(line)

    def strike(self, where):
        """
        Let something go wrong, perhaps.
        """
        if self.is_calm:
            return
        drawn = self.chance.random()
        if drawn < 0.06:
            self.tell(f"    {where}: the store fails")
            raise StoreError(where)
        if drawn < 0.1:
            self.tell(f"    {where}: the process dies")
            raise Died(where)


class UncertainStore:
    """
    A store of which nobody knows, at times, whether it did what it was asked to.
    """

    def __init__(self, store, fate):
        self.store = store
        self.fate = fate
        self.between = None
        """What the other worker does before a change is kept. None: nothing."""

    def load(self, case_id):
        return self.store.load(case_id)

    def history(self, case_id, *, after=0, limit=None):
        return self.store.history(case_id, after=after, limit=limit)

    def keyed(self, case_id, key):
        return self.store.keyed(case_id, key)

    def find(self, query):
        return self.store.find(query)

    def commit(self, change):
        between, self.between = self.between, None
        if between is not None:
            between()
        self.fate.strike(f"before {change.case_id} is kept at {change.snapshot.version}")
        self.store.commit(change)
        self.fate.strike(f"after {change.case_id} was kept at {change.snapshot.version}")

    def wake(self, *, now, until, limit, methods):
        woken = self.store.wake(now=now, until=until, limit=limit, methods=methods)
        self.fate.strike("after cases were woken")
        return woken

    def claim(self, *, now, until, limit):
        claimed = self.store.claim(now=now, until=until, limit=limit)
        self.fate.strike("after notifications were claimed")
        return claimed

    def settle(self, key, *, retry_at=None, parked=None):
        self.fate.strike(f"before {key} is settled")
        self.store.settle(key, retry_at=retry_at, parked=parked)
        self.fate.strike(f"after {key} was settled")

    def release(self, key):
        self.fate.strike(f"before {key} is released")
        self.store.release(key)
        self.fate.strike(f"after {key} was released")

    def parked(self, *, after=None, limit=None):
        return self.store.parked(after=after, limit=limit)


class UnreliableNotifier:
    """
    Sends, or not, and says so, or not.
    """

    def __init__(self, fate):
        self.fate = fate
        self.sent = []

    def notify(self, notification):
        drawn = 1 if self.fate.is_calm else self.fate.chance.random()
        if drawn < 0.1:
            self.fate.tell(f"    {notification.key} is not sent")
            raise ConnectionError
        self.sent.append(notification)
        if drawn < 0.15:
            self.fate.tell(f"    {notification.key} is sent, and the line breaks")
            raise ConnectionError
        if drawn < 0.2:
            self.fate.tell(f"    {notification.key} is sent, and the process dies")
            raise Died


class World:
    """
    One seed, from the opening of two cases to the calm after it.

    Args:
        seed: everything that happens hangs on it, and on nothing else.

        desk: the class of the desks.

        store: makes the store behind, with the fate of the world.
    """

    def __init__(self, seed, *, desk=Desk, store=begun):
        self.seed = seed
        self.fate = Fate(seed)
        self.chance = self.fate.chance
        self.behind = store(self.fate)
        self.store = UncertainStore(self.behind, self.fate)
        self.notifier = UnreliableNotifier(self.fate)
        self.clock = FrozenClock()
        self.make_desk = lambda: desk(
            method(),
            store=self.store,
            notifier=self.notifier,
            clock=self.clock,
            pauses=PAUSES,
        )
        self.desk = self.make_desk()
        self.seen, self.sent = {}, 0
        """What was looked at already."""
        self.numbers = iter(range(10**6))
        self.told = {"a": len(TALK), "b": 0}
        self.open_intents = []
        """What the client wants recorded, and has no answer to yet: case, act, key."""
        self.acknowledged = []
        """What it was told is recorded: case, key, trigger."""

    @property
    def story(self):
        """
        What happened, line by line.
        """
        return "\n".join((f"world {self.seed}", *self.fate.log))

    def run(self):
        """
        Let everything happen, and look at it.

        Raises:
            BrokenPromise: something does not hold; the story is in its text.
        """
        try:
            self.open_intents.append(("b", None, "open-b"))
            for _ in range(STEPS):
                self.happen()
                self.look()
            self.calm_down()
            self.look()
            self.look_at_the_end()
        except BrokenPromise as broken:
            raise BrokenPromise(f"{broken}\n{self.story}") from None
        except Exception as error:
            raise BrokenPromise(f"nobody expected {error!r}\n{self.story}") from error

    # -- what happens ---------------------------------------------------------------------------

    def happen(self):
        """
        Let one thing happen.
        """
        drawn = self.chance.random()
        if drawn < 0.62:
            self.ask()
        elif drawn < 0.74:
            self.alone("tick", self.desk.tick)
        elif drawn < 0.88:
            self.alone("deliver", self.desk.deliver)
        else:
            hours = self.chance.choice((-30, -1, 5, 30, 60, 90))
            self.fate.tell(f"the clock jumps by {hours} hours")
            self.clock.advance(hours=hours)

    def alone(self, what, work):
        """
        Let a worker do something, and begin anew where it died.
        """
        self.fate.tell(what)
        try:
            work()
        except StoreError:
            pass
        except Died:
            self.desk = self.make_desk()

    def ask(self):
        """
        Let the client ask for something new, or again for what it has no answer to.
        """
        if not self.open_intents or self.chance.random() < 0.4:
            self.open_intents.append(self.new_intent())
        intent = self.chance.choice(self.open_intents)
        if self.chance.random() < 0.25:
            self.store.between = self.meanwhile
        self.alone(f"{intent[2]}: {intent[1] or 'open'}", lambda: self.send(intent))
        self.store.between = None

    def new_intent(self):
        case_id = "a" if self.chance.random() < 0.8 else "b"
        place = self.told[case_id]
        self.told[case_id] += 1
        act = TALK[place] if place < len(TALK) else self.chance.choice(ONWARD)
        return case_id, act, f"{case_id}-{next(self.numbers)}"

    def send(self, intent):
        """
        Send one wish, and note the answer; no answer is noted by nobody.
        """
        case_id, act, key = intent
        try:
            if act is None:
                self.desk.open(case_id, customer="ana", complaint="Cracked", by="sam", key=key)
            elif self.behind.load(case_id) is None:
                return
            else:
                self.desk.record(case_id, act, by="sam", key=key)
        except Conflict:
            self.fate.tell("    somebody else was quicker")
            return
        except Refused as refused:
            self.fate.tell(f"    refused for {', '.join(unmet.code for unmet in refused.unmet)}")
            self.open_intents.remove(intent)
            return
        if intent in self.open_intents:
            self.open_intents.remove(intent)
        self.acknowledged.append((case_id, key, "open" if act is None else act.trigger))

    def meanwhile(self):
        """
        Let the other worker do something while the first one is about to keep a step.
        """
        what = self.chance.choice(("tick", "deliver", "ask"))
        self.fate.tell(f"    meanwhile: {what}")
        other = self.desk if self.chance.random() < 0.5 else self.make_desk()
        try:
            if what == "ask":
                self.send(self.chance.choice(self.open_intents))
            elif what == "tick":
                other.tick()
            else:
                other.deliver()
        except (StoreError, Died):
            self.fate.tell("    the other worker is gone")

    def calm_down(self):
        """
        Let everything work, all wishes be answered, and whatever waits be done.
        """
        self.fate.is_calm = True
        self.fate.tell("it calms down")
        for intent in list(self.open_intents):
            if intent in self.open_intents:
                self.send(intent)
        self.clock.advance(days=12)  # more than it can have jumped back
        self.desk.tick()
        while self.desk.deliver().delivered:
            pass

    # -- what must hold -------------------------------------------------------------------------

    def must(self, holds, what):
        if not holds:
            raise BrokenPromise(what)

    def look(self):
        """
        Look at what has changed since the last time: at all of it, in the end.
        """
        for case_id in CASES:
            snapshot = self.behind.load(case_id)
            if snapshot is self.seen.get(case_id):
                continue
            self.seen[case_id] = snapshot
            records = self.behind.history(case_id)
            versions = [record.version for record in records]
            whole = versions == list(range(1, snapshot.version + 1))
            self.must(whole, f"{case_id}: {snapshot.version} is {versions}")
            keys = {record.key: record.trigger for record in records if record.key is not None}
            keyed = sum(record.key is not None for record in records)
            self.must(len(keys) == keyed, f"{case_id}: a key is kept twice")
            for at, key, trigger in self.acknowledged:
                if at == case_id:
                    kept = keys.get(key)
                    self.must(
                        kept == trigger, f"{key} was acknowledged as {trigger}, and is {kept}"
                    )
        if len(self.notifier.sent) != self.sent:
            self.sent = len(self.notifier.sent)
            self.look_at_what_was_sent()

    def look_at_what_was_sent(self):
        """
        Look whether what was sent is of kept steps, in order, and says the same each time.
        """
        last = dict.fromkeys(CASES, (0, 0))
        first = {}
        for sent in self.notifier.sent:
            case_id, version, number = sent.key.split(":")
            place = int(version), int(number)
            kept = self.behind.load(case_id)
            is_kept = kept is not None and place[0] <= kept.version
            self.must(is_kept, f"{sent.key} was sent, and there is no such entry")
            told = first.get(sent.key)
            if told is None:
                first[sent.key] = sent
                self.must(place > last[case_id], f"{sent.key} was sent after {last[case_id]}")
                last[case_id] = place
            else:
                same = evolve(told, attempts=0) == evolve(sent, attempts=0)
                self.must(same, f"{sent.key} says two things")

    def look_at_the_end(self):
        """
        Look at everything, when nothing more can happen.
        """
        sent = {told.key for told in self.notifier.sent}
        self.seen = {}
        self.look()
        for case_id in CASES:
            snapshot = self.behind.load(case_id)
            if snapshot is None:
                continue
            records = self.behind.history(case_id)
            entries = [read(record.text, record.personal) for record in records]
            case = self.fold(entries)
            self.must(
                case_to_text(case) == snapshot.text
                and snapshot_of(case, records[-1].digest) == snapshot,
                f"{case_id}: the history replays to another case",
            )
            seen = verify_history(records)
            self.must(seen.is_whole, f"{case_id}: {seen}")
            told = [
                f"{case_id}:{entry.version}:{number}"
                for entry in entries
                for number, _ in enumerate(entry.effects, start=1)
                if case_id != "a" or entry.version > len(TALK) + 1  # the prelude was delivered
            ]
            self.must(set(told) <= sent, f"never sent: {sorted(set(told) - sent)}")
            due = [d for d in case.deadlines if d.due < self.clock.now()]
            self.must(not due, f"{case_id}: {due} has passed, and is not recorded")
            self.look_for_doubles(case_id, entries)

    def fold(self, entries):
        """
        Return the case of a history in which every deadline that was recorded was one.
        """
        case = Case.open(entries[0])
        for entry in entries[1:]:
            if isinstance(entry.act, DeadlinePassed):
                running = [
                    d
                    for d in case.deadlines
                    if d.due < entry.at
                    and (d.code, d.about) == (entry.act.deadline, entry.act.promise)
                ]
                self.must(len(running) == 1, f"{entry}: {entry.act} had not passed, or twice")
            case = case.apply(entry)
        return case

    def look_for_doubles(self, case_id, entries):
        """
        Look for wishes that were recorded twice: each was asked for once, with a key of its own.
        """
        wanted = 1 + sum(entry.key is not None for entry in self.behind.history(case_id)[1:])
        passed = sum(isinstance(entry.act, DeadlinePassed) for entry in entries)
        self.must(
            len(entries) == wanted + passed,
            f"{case_id}: {len(entries)} entries of {wanted} wishes and {passed} deadlines",
        )


def search(seeds, **kwargs):
    """
    Return the first seed whose world breaks a promise, with its story; None where all hold.
    """
    for seed in seeds:
        try:
            World(seed, **kwargs).run()
        except BrokenPromise as broken:
            return seed, str(broken)
    return None


def main(arguments=None):
    """
    Run worlds from the command line; return 1 where one of them breaks a promise.
    """
    parser = ArgumentParser(prog="python -m tests.worlds", description=__doc__.split("\n\n")[0])
    parser.add_argument(
        "worlds", type=int, nargs="?", default=5000, help="how many (default: 5000)"
    )
    parser.add_argument("--first", type=int, default=0, help="the first seed (default: 0)")
    parser.add_argument("--seed", type=int, help="tell this world again, and no other")
    asked = parser.parse_args(arguments)
    logging.disable()
    if asked.seed is not None:
        world = World(asked.seed)
        try:
            world.run()
        except BrokenPromise as broken:
            print(broken)
            return 1
        print(world.story)
        return 0
    found = search(range(asked.first, asked.first + asked.worlds))
    if found is None:
        print(f"{asked.worlds} worlds, from {asked.first}: every promise is kept")
        return 0
    print(found[1])
    return 1


if __name__ == "__main__":
    sys.exit(main())
