"""
A team as a picture: a year of complaints is made up, counted and drawn.

Run it: `python examples/team_statistics.py`; with the name of a file, such as `team.png`, it is
drawn too. The dice are always thrown alike, so what it prints does not change.
"""

import contextlib
import random
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from complaintflow import Desk, Refused
from complaintflow.acts import (
    Accept,
    AcknowledgeProblem,
    Act,
    AskExpectation,
    Close,
    Empathize,
    KeepPromise,
    Learn,
    Listen,
    Offer,
    Remedy,
    Reopen,
    Withdraw,
)
from complaintflow.adapters.memory import MemoryStore
from complaintflow.methods import six_steps
from complaintflow.statistics import RefusalLog, Statistics, measure_store, read_refusals

END = datetime(2026, 12, 31, 18, tzinfo=UTC)
CASES = 120


class Calendar:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = END - timedelta(days=365)

    def now(self) -> datetime:
        """Return the time it was set to."""
        return self.at


def conversation() -> list[tuple[Act, float]]:
    """Return what is usually said, and after how many hours at most."""
    words = "Thank you for telling me; we value that, and I am sorry."
    return [
        (Listen(account="It came late, and broken", mood="upset"), 30),
        (AcknowledgeProblem(words=words), 8),
        (Empathize(words=words, issue="late", concern="a gift", impact="no gift"), 4),
        (AskExpectation(question="What would help?", expectation="A new one"), 60),
        (Offer([Remedy("replacement")], words="We send a new one."), 24),
        (Accept(), 90),
        (KeepPromise("p1"), 400),
        (Learn(improvement="We look before we promise."), 20),
        (Close(), 20),
    ]


def handle(desk: Desk, clock: Calendar, number: int, dice: random.Random) -> None:
    """Handle one complaint as far as the year goes, with a step out of order now and then."""
    clock.at = END - timedelta(days=dice.uniform(1, 365))
    case_id = f"c-{number:03}"
    desk.open(case_id, customer="Ana", complaint="It came late", by="sam")
    for act, hours in conversation():
        if dice.random() < 0.12:
            attempt(desk, case_id, dice.choice([Offer([Remedy("gift")], words="Here."), Close()]))
        clock.at += timedelta(hours=dice.triangular(0.1, hours, hours / 6))
        if clock.at > END:
            return
        if dice.random() < 0.02:
            attempt(desk, case_id, Withdraw())
            return
        attempt(desk, case_id, act)
    if dice.random() < 0.12 and clock.at + timedelta(days=5) < END:
        clock.at += timedelta(days=5)
        attempt(desk, case_id, Reopen(reason="It broke again"))


def attempt(desk: Desk, case_id: str, act: Act) -> None:
    """Record an act; where it is refused, the log has it."""
    with contextlib.suppress(Refused):
        desk.record(case_id, act, by="sam")


def count() -> Statistics:
    """Make up a year of complaints, and count them."""
    dice, clock, store = random.Random(7), Calendar(), MemoryStore()  # noqa: S311
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "refusals.jsonl"
        desk = Desk(six_steps(), store=store, clock=clock, on_refused=RefusalLog(log, clock=clock))
        for number in range(CASES):
            handle(desk, clock, number, dice)
        clock.at = END
        desk.tick()
        return measure_store(store, at=END, refusals=read_refusals(log))


if __name__ == "__main__":
    counted = count()
    print(f"{counted.cases} cases, {counted.open} of them open")
    for standing in counted.standings:
        print(f"  {standing.cases:3} {standing.state}")
    if counted.promises is not None:
        print(f"{counted.promises.on_time:.0%} of the promises were kept in time")
    print(f"{counted.reopen_rate:.0%} of the cases that ended began anew")
    for reason in counted.refusals or ():
        print(f"  refused {reason.refusals:3} times: {reason.code}")
    if len(sys.argv) > 1:
        from complaintflow.statistics.plots import plot

        plot(counted, sys.argv[1], is_dark="--dark" in sys.argv)
