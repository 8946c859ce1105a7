"""
A complaint for the contenders that are not ours: guards, facts and records, and no library.

It asks what `six_steps` asks of the nine acts, in one guard for each act. That is kinder to them
than documented use, which would name each fact as a condition of its own. What it leaves out is
kinder still: no ledger, no deadlines of promises, no advice, and evidence that nobody checked.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from attrs import define

from benchmarks.stories import ACTS, LIMIT, Story

STATES = (
    "received",
    "heard",
    "acknowledged",
    "empathized",
    "consulted",
    "negotiating",
    "agreed",
    "closed",
)

EDGES = (
    ("listen", "received", "heard"),
    ("acknowledge_problem", "heard", "acknowledged"),
    ("empathize", "acknowledged", "empathized"),
    ("ask_expectation", "empathized", "consulted"),
    ("offer", "consulted", "negotiating"),
    ("accept", "negotiating", "agreed"),
    ("keep_promise", "agreed", "agreed"),
    ("learn", "agreed", "agreed"),
    ("close", "agreed", "closed"),
)
"""Trigger, source and target."""

GUARDS = {trigger: f"may_{trigger}" for trigger in ACTS}
"""The guard of each trigger, a method of `Complaint`."""

_ESTABLISHES = {
    "listen": {"heard"},
    "acknowledge_problem": {"recognised"},
    "empathize": {"empathy_shown"},
    "ask_expectation": {"expectation_known"},
    "offer": {"offered"},
    "accept": {"agreed"},
    "keep_promise": {"promises_settled"},
    "learn": set[str](),
    "close": set[str](),
}
_RECOGNISED = frozenset({"heard", "recognised"})
_TOGETHER = frozenset({"heard", "recognised", "empathy_shown", "expectation_known"})
_SETTLED = frozenset({"agreed", "promises_settled"})


@define(eq=False)
class Evidence:
    """What was said or done."""

    trigger: str
    words: str
    issue: str | None = None
    concern: str | None = None
    amount: Decimal | None = None
    promise: str | None = None


@define(eq=False)
class Record:
    """What is written down of an act."""

    version: int
    evidence: Evidence
    at: datetime
    by: str
    establishes: set[str]


class Complaint:
    """One complaint: what a host would write to have it guarded and recorded by a state machine."""

    state: str

    def __init__(self, evidence: Evidence, at: datetime, by: str) -> None:
        self.facts = set[str]()
        self.promises = set[str]()
        self.records = [Record(1, evidence, at, by, set())]

    def may_listen(self, evidence: Evidence, at: datetime, by: str) -> bool:
        """Ask for somebody on the staff."""
        return by in STAFF

    def may_acknowledge_problem(self, evidence: Evidence, at: datetime, by: str) -> bool:
        """Ask that the customer is heard."""
        return by in STAFF and "heard" in self.facts

    def may_empathize(self, evidence: Evidence, at: datetime, by: str) -> bool:
        """Ask for recognition, and for words that reflect an issue and a concern."""
        return (
            by in STAFF
            and self.facts >= _RECOGNISED
            and evidence.issue is not None
            and evidence.concern is not None
        )

    def may_ask_expectation(self, evidence: Evidence, at: datetime, by: str) -> bool:
        """Ask for empathy."""
        return by in STAFF and self.facts >= _RECOGNISED and "empathy_shown" in self.facts

    def may_offer(self, evidence: Evidence, at: datetime, by: str) -> bool:
        """Ask for the first four steps, and for an amount within the limit."""
        amount = evidence.amount
        return by in STAFF and self.facts >= _TOGETHER and (amount is None or amount <= STAFF[by])

    def may_accept(self, evidence: Evidence, at: datetime, by: str) -> bool:
        """Ask for an offer."""
        return by in STAFF and "offered" in self.facts

    def may_keep_promise(self, evidence: Evidence, at: datetime, by: str) -> bool:
        """Ask that the promise is outstanding."""
        return by in STAFF and evidence.promise in self.promises

    def may_learn(self, evidence: Evidence, at: datetime, by: str) -> bool:
        """Ask for somebody on the staff."""
        return by in STAFF

    def may_close(self, evidence: Evidence, at: datetime, by: str) -> bool:
        """Ask that what was agreed is done."""
        return by in STAFF and self.facts >= _SETTLED

    def record(self, evidence: Evidence, at: datetime, by: str) -> None:
        """Write down what was done, and what follows from it."""
        trigger = evidence.trigger
        establishes = _ESTABLISHES[trigger]
        self.facts |= establishes
        if trigger == "accept":
            self.promises.add(f"p{len(self.promises) + 1}")
        elif trigger == "keep_promise":
            self.promises.discard(evidence.promise or "")
        self.records.append(Record(len(self.records) + 1, evidence, at, by, establishes))


STAFF = {"sam": LIMIT}
"""Who may record, each with the most they may offer."""


@define(eq=False)
class Script:
    """A story as these complaints take it, evidence built beforehand."""

    opening: Evidence
    steps: tuple[tuple[str, Evidence, datetime], ...]
    """Trigger, evidence and moment of each act."""
    began: datetime


def script(story: Story) -> Script:
    """Return the story with its evidence built."""
    evidence = (
        Evidence("listen", story.account),
        Evidence("acknowledge_problem", story.acknowledgement),
        Evidence("empathize", story.sympathy, story.issue, story.concern),
        Evidence("ask_expectation", story.wish),
        Evidence("offer", story.offer, amount=story.amount),
        Evidence("accept", story.acceptance),
        Evidence("keep_promise", story.proof, promise="p1"),
        Evidence("learn", story.improvement),
        Evidence("close", "resolved"),
    )
    steps = ((each.trigger, each, at) for each, at in zip(evidence, story.moments[1:], strict=True))
    return Script(Evidence("open", story.complaint), tuple(steps), story.moments[0])


def check(complaint: Complaint) -> None:
    """Insist that a life has been lived to its end."""
    assert len(complaint.records) == 1 + len(ACTS), len(complaint.records)
    assert complaint.facts >= _SETTLED, complaint.facts
