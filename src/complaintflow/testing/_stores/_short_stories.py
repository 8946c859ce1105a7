"""
Every short story that can happen to a store, told to two stores, whose answers must agree.

Random stories find rare mistakes sometimes; all short ones find every mistake that a short story
can show, each time, and the shortest first.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache

from attrs import evolve

from complaintflow.adapters.memory import MemoryStore
from complaintflow.errors import Conflict
from complaintflow.ports import Notification, Query, Snapshot, Store
from complaintflow.testing._stores._changes import (
    A_MICROSECOND,
    NOW,
    a_change,
    claim_all,
    deliver_all,
)

Story = tuple[str, ...]


@lru_cache(maxsize=4)
def short_stories(length: int) -> tuple[Story, ...]:
    """
    Return every story of at most *length* steps, of one plot or the other.

    A step that changes nothing in the memory store is told as the last one only: what it may have
    changed in another store is looked for right after it.
    """
    found: dict[Story, None] = {}
    for plot in _PLOTS:
        waiting: list[tuple[Story, object]] = [((), _standing(()))]
        for story, standing in waiting:
            for step in plot:
                longer = (*story, step)
                found[longer] = None
                if len(longer) < length and (after := _standing(longer)) != standing:
                    waiting.append((longer, after))
    return tuple(sorted(found, key=len))


def _standing(story: Story) -> object:
    """Return what a story leaves in the memory store; how long leases last is told from then on."""
    store = MemoryStore()
    teller = _Teller(store, "story")
    for step in story:
        with suppress(Conflict):
            _STEPS[step](teller)
    now = teller.now
    held = {key: until - now for key, until in store._held.items() if until > now}  # noqa: SLF001
    cases = {
        case_id: (case.version, case.wake_at is not None and max(case.wake_at - now, timedelta(0)))
        for case_id, case in store._cases.items()  # noqa: SLF001
    }
    history = [record.personal for record in store.history(teller.a)]
    outbox = {key: told.attempts for key, told in store._outbox.items()}  # noqa: SLF001
    parked = dict(store._parked)  # noqa: SLF001
    return cases, history, outbox, held, parked, [told.key for told in teller.claimed]


def tell(story: Story, store: Store, name: str) -> dict[str, object]:
    """
    Have a story happen in a store, and return what the store answered, and what is in it then.

    Args:
        story: the steps.

        store: it may hold other cases, but nothing outstanding; nothing is when the story is over.

        name: makes the ids of this story its own.
    """
    teller = _Teller(store, name)
    answers: dict[str, object] = {}
    for number, step in enumerate(story, start=1):
        # So that the oldest notification is the one committed first, and the one made first.
        teller.now += A_MICROSECOND
        try:
            answers[f"{number}. {step}"] = _STEPS[step](teller)
        except Conflict as conflict:
            answers[f"{number}. {step}"] = f"Conflict on {conflict.case_id}"
        except Exception as error:
            error.add_note(f"in the story: {', '.join(story[:number])}")
            raise
    return answers | teller.look_around()


def compare(story: Story, told: dict[str, object], wanted: dict[str, object]) -> str:
    """Return the first difference between two tellings, in words. Empty: there is none."""
    for question, answer in wanted.items():
        if told[question] != answer:
            return (
                f"in the story: {', '.join(story)}\n"
                f"at:           {question}\n"
                f"the answer is {told[question]!r}\n"
                f"and should be {answer!r}"
            )
    return ""


class _Teller:
    def __init__(self, store: Store, name: str) -> None:
        self.store = store
        self.a, self.b = f"{name}-a", f"{name}-b"
        self.customer = name
        self.method = f"six_steps/1/{name}"
        self.now = NOW
        self.claimed: list[Notification] = []

    def version_of(self, case_id: str) -> int:
        case = self.store.load(case_id)
        return 0 if case is None else case.version

    def open(self, case_id: str) -> None:
        change = a_change(
            case_id,
            key="k",
            topics=("opened",),
            at=self.now,
            customer=self.customer,
            method=self.method,
            due_at=self.now,
            wake_at=self.now,
        )
        self.store.commit(change)

    def step(self, expected: int, key: str | None = None, *, erases: bool = False) -> None:
        change = a_change(
            self.a,
            expected,
            key=key,
            topics=("heard", "due"),
            at=self.now,
            state="heard",
            customer=self.customer,
            method=self.method,
            due_at=self.now + timedelta(minutes=5 * expected),
            wake_at=self.now + timedelta(minutes=5 * expected),
        )
        self.store.commit(evolve(change, erases=erases))

    def claim(self) -> list[Notification]:
        self.claimed = list(
            self.store.claim(now=self.now, until=self.now + timedelta(minutes=10), limit=2)
        )
        return self.claimed

    def settle(self, *, delivered: bool) -> None:
        key = self.claimed[0].key if self.claimed else "nobody-knows-it"
        self.store.settle(key, retry_at=None if delivered else self.now + timedelta(minutes=10))

    def park(self) -> None:
        self.store.settle(f"{self.a}:1:1", parked="no such mailbox")

    def release(self) -> None:
        for parked in self.store.parked():
            self.store.release(parked.notification.key)

    def wake(self) -> list[Snapshot]:
        until = self.now + timedelta(minutes=10)
        return list(self.store.wake(now=self.now, until=until, limit=1, methods=[self.method]))

    def wait(self) -> None:
        self.now += timedelta(minutes=10)

    def look_around(self) -> dict[str, object]:
        store, now = self.store, self.now
        seen: dict[str, object] = {}
        for case_id in (self.a, self.b):
            seen[f"load {case_id}"] = store.load(case_id)
            seen[f"history of {case_id}"] = list(store.history(case_id))
            seen[f"entry of {case_id} with a key"] = store.keyed(case_id, "k")
        seen["the second entry"] = list(store.history(self.a, after=1, limit=1))
        for name, query in {
            "every case": Query(customer=self.customer),
            "one case": Query(customer=self.customer, limit=1),
            "every case that is heard": Query(customer=self.customer, state="heard"),
            "every case that is due": Query(customer=self.customer, due_before=now),
            "every case due later": Query(
                customer=self.customer, due_before=now + timedelta(days=1)
            ),
        }.items():
            seen[name] = list(store.find(query))
        later = now + timedelta(days=1)
        seen["what is put aside"] = list(store.parked())
        seen["what can be woken"] = list(
            store.wake(now=now, until=later, limit=9, methods=[self.method])
        )
        for parked in store.parked():
            store.settle(parked.notification.key, retry_at=now)
            store.settle(parked.notification.key, parked="late")
        seen["what is put aside after a late failure"] = list(store.parked())
        self.release()
        seen["what can be claimed"] = claim_all(store, now)
        seen["what is outstanding"] = deliver_all(store, now + timedelta(days=1))
        return seen


_STEPS: dict[str, Callable[[_Teller], object]] = {
    "open a": lambda on: on.open(on.a),
    "open b": lambda on: on.open(on.b),
    "step on a": lambda on: on.step(on.version_of(on.a) or 1),
    "late step on a": lambda on: on.step(abs(on.version_of(on.a) - 1)),
    "step on a with a used key": lambda on: on.step(on.version_of(on.a) or 1, "k"),
    "claim": lambda on: on.claim(),
    "deliver": lambda on: on.settle(delivered=True),
    "fail": lambda on: on.settle(delivered=False),
    "wait": lambda on: on.wait(),
    "erase a": lambda on: on.step(on.version_of(on.a) or 1, erases=True),
    "wake": lambda on: on.wake(),
    "park": lambda on: on.park(),
    "release": lambda on: on.release(),
}

STEPS = tuple(_STEPS)
"""The names of the steps that stories are made of."""

_PLOTS: tuple[Story, ...] = (
    (
        *("open a", "open b", "step on a", "late step on a", "step on a with a used key"),
        *("claim", "deliver", "fail", "wait"),
    ),
    ("open a", "erase a", "wake", "claim", "park", "release", "wait"),
)
"""What is told together: every story of everything would be too many."""
