"""The contenders that are not ours, each as its own README shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from benchmarks.complaint import (
    EDGES,
    GUARDS,
    STATES,
    Complaint,
    Evidence,
    Script,
    check,
    script,
)
from benchmarks.stories import Story

Lives = Callable[[], None]


def by_hand(stories: list[Story]) -> Lives:
    """Return lives by a dispatch table and a class with slots."""
    table = {
        (source, trigger): (getattr(Slotted, GUARDS[trigger]), target)
        for trigger, source, target in EDGES
    }

    def live(story: Script) -> Complaint:
        complaint = Slotted(story.opening, story.began, "sam")
        for trigger, evidence, at in story.steps:
            guard, target = table[complaint.state, trigger]
            if not guard(complaint, evidence, at, "sam"):
                raise ValueError(trigger)
            complaint.state = target
            complaint.record(evidence, at, "sam")
        return complaint

    return _lives(stories, live)


class Slotted(Complaint):
    """A complaint as a hand-written dispatch would keep it."""

    __slots__ = ("facts", "promises", "records", "state")

    def __init__(self, evidence: Evidence, at: datetime, by: str) -> None:
        super().__init__(evidence, at, by)
        self.state = "received"


def transitions_shared(stories: list[Story]) -> Lives:
    """Return lives by one machine of `transitions` that each complaint is added to."""
    from transitions import Machine

    machine = Machine(
        model=None,
        states=list(STATES),
        transitions=[
            {
                "trigger": trigger,
                "source": source,
                "dest": target,
                "conditions": GUARDS[trigger],
                "after": "record",
            }
            for trigger, source, target in EDGES
        ],
        initial="received",
    )

    def live(story: Script) -> Complaint:
        complaint = Complaint(story.opening, story.began, "sam")
        machine.add_model(complaint)
        _fire(complaint, story)
        # Its README says so; without it the machine would keep every complaint alive.
        machine.remove_model(complaint)
        return complaint

    return _lives(stories, live)


def transitions_each(stories: list[Story]) -> Lives:
    """Return lives by a machine of `transitions` for each complaint."""
    from transitions import Machine

    class Mechanical(Complaint):
        def __init__(self, evidence: Evidence, at: datetime, by: str) -> None:
            super().__init__(evidence, at, by)
            self.machine = Machine(model=self, states=list(STATES), initial="received")
            for trigger, source, target in EDGES:
                self.machine.add_transition(
                    trigger, source, target, conditions=[GUARDS[trigger]], after="record"
                )

    def live(story: Script) -> Complaint:
        complaint = Mechanical(story.opening, story.began, "sam")
        _fire(complaint, story)
        return complaint

    return _lives(stories, live)


def _fire(complaint: Complaint, story: Script) -> None:
    for trigger, evidence, at in story.steps:
        if not getattr(complaint, trigger)(evidence, at, "sam"):
            raise ValueError(trigger)


def statemachine(stories: list[Story]) -> Lives:
    """Return lives by a state chart of `python-statemachine` for each complaint."""
    from statemachine import State, StateChart

    class Chart(Complaint, StateChart):  # type: ignore[type-arg]
        received = State(initial=True)
        heard = State()
        acknowledged = State()
        empathized = State()
        consulted = State()
        negotiating = State()
        agreed = State()
        closed = State(final=True)

        listen = received.to(heard, cond="may_listen", on="record")
        acknowledge_problem = heard.to(acknowledged, cond="may_acknowledge_problem", on="record")
        empathize = acknowledged.to(empathized, cond="may_empathize", on="record")
        ask_expectation = empathized.to(consulted, cond="may_ask_expectation", on="record")
        offer = consulted.to(negotiating, cond="may_offer", on="record")
        accept = negotiating.to(agreed, cond="may_accept", on="record")
        keep_promise = agreed.to(agreed, internal=True, cond="may_keep_promise", on="record")
        learn = agreed.to(agreed, internal=True, cond="may_learn", on="record")
        close = agreed.to(closed, cond="may_close", on="record")

        def __init__(self, evidence: Evidence, at: datetime, by: str) -> None:
            Complaint.__init__(self, evidence, at, by)
            StateChart.__init__(self)

    def live(story: Script) -> Complaint:
        complaint = Chart(story.opening, story.began, "sam")
        for trigger, evidence, at in story.steps:
            complaint.send(trigger, evidence=evidence, at=at, by="sam")
        return complaint

    return _lives(stories, live)


def _lives(stories: list[Story], live: Callable[[Script], Complaint]) -> Lives:
    scripts = [script(story) for story in stories]

    def lives() -> None:
        for each in scripts:
            live(each)

    for each in scripts:
        check(live(each))
    return lives
