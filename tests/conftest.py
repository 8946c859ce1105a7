"""
What the tests have in common: stories, and short ways to get into the middle of one.
"""

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from complaintflow import Actor, Case, Refused, decide, open_case, options
from complaintflow.acts import (
    Accept,
    AcknowledgeProblem,
    Apologize,
    AskExpectation,
    Assure,
    Close,
    DeclareDeadlock,
    Empathize,
    Expectation,
    KeepPromise,
    Lapse,
    Learn,
    Listen,
    Merge,
    NotReached,
    Offer,
    Open,
    Remedy,
    Withdraw,
)
from complaintflow.methods import six_steps

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)

PEOPLE = {
    actor.id: actor
    for actor in (
        Actor("sam"),
        Actor("lee"),
        Actor("kim", limits={"EUR": 20}),
        Actor("pat", limits={"EUR": 100}),
        Actor("robo", "bot"),
        Actor("ana", "customer"),
        Actor("system", "system"),
    )
}
"""Agents with limits and without, a bot, the customer, and the keeper of the time."""

SPEAKERS = {"agent": "sam", "customer": "ana", "colleague": "lee", "system": "system"}
"""Who records an act when a test does not care."""


class Story:
    """
    A case under a method, told act by act; a step that is not wanted can be seen refused.
    """

    def __init__(self, method, *, opening=None, by="sam", at=MONDAY):
        self.method = method
        self.now = at
        opening = opening or Open(complaint="It arrived broken", customer="ana")
        entry = open_case(method, "t-1", opening, at=at, by=self.actor(by))
        self.entries = [entry]
        self.case = Case.open(entry)

    def __repr__(self):
        return "\n".join(map(str, self.entries))

    @property
    def state(self):
        """
        Where the case stands.
        """
        return self.case.state

    @property
    def facts(self):
        """
        What is established, sorted.
        """
        return sorted(self.case.facts)

    @property
    def ledger(self):
        """
        What is owed, asked, offered and promised.
        """
        return self.case.ledger

    def actor(self, by):
        """
        Return somebody by their name; whoever is not known is a human who may do everything.
        """
        return by if isinstance(by, Actor) else PEOPLE.get(by) or Actor(by)

    def wait(self, **span):
        """
        Let time pass: `story.wait(days=3)`.
        """
        self.now += timedelta(**span)
        return self

    def decide(self, act, *, by=None, at=None, calendar=None):
        """
        Return the entry of an act without recording it.
        """
        who = self.actor(by or SPEAKERS[act.spec.speaker])
        return decide(self.method, self.case, act, at=at or self.now, by=who, calendar=calendar)

    def record(self, *acts, by=None, at=None, calendar=None):
        """
        Record acts, and return the last entry.
        """
        for act in acts:
            entry = self.decide(act, by=by, at=at, calendar=calendar)
            self.case = self.case.apply(entry)
            self.entries.append(entry)
            self.now = max(self.now, entry.at)
        return self.entries[-1]

    def refused(self, act, *, by=None, at=None):
        """
        Return the refusal of an act; a test in which it is not refused is a failing one.
        """
        before = self.case
        with pytest.raises(Refused) as no:
            self.decide(act, by=by, at=at)

        assert before is self.case
        return no.value

    def unmet(self, act, *, by=None, at=None):
        """
        Return the codes of everything that an act is refused for, in order.
        """
        return [unmet.code for unmet in self.refused(act, by=by, at=at).unmet]

    def way(self, act, *, by=None, at=None):
        """
        Return the way a refusal shows, one text a step.
        """
        return [str(step) for step in self.refused(act, by=by, at=at).way]

    def warnings(self, act, *, by=None):
        """
        Record an act, and return the codes of what it did without.
        """
        return [unmet.code for unmet in self.record(act, by=by).warnings]

    def options(self, *, by="sam", at=None):
        """
        Return every act as it stands now, by its trigger.
        """
        found = options(self.method, self.case, at=at or self.now, by=self.actor(by))
        return {option.trigger: option for option in found}


LISTEN = Listen(account="It came two weeks late, and the teapot is cracked")
ACKNOWLEDGE = AcknowledgeProblem(words="A cracked teapot, two weeks late; thank you for telling us")
EMPATHIZE = Empathize(
    words="A cracked teapot, and no present for the day",
    issue="cracked teapot",
    concern="no present",
    impact="an empty table",
)
ASK = AskExpectation(
    question="What would help?", expectation=Expectation(words="A new one", kind="replacement")
)
OFFER = Offer(
    remedies=[Remedy("refund", "40.00", "EUR")],
    words="Would your money back do?",
    customer_need="a present",
    company_constraint="none are left",
)
CLOSE = Close(retained="yes", cost="40.00", currency="EUR")

ROADS = {
    "received": [],
    "heard": [LISTEN],
    "acknowledged": [LISTEN, ACKNOWLEDGE],
    "empathized": [LISTEN, ACKNOWLEDGE, EMPATHIZE],
    "consulted": [LISTEN, ACKNOWLEDGE, EMPATHIZE, ASK],
    "negotiating": [LISTEN, ACKNOWLEDGE, EMPATHIZE, ASK, OFFER],
    "agreed": [LISTEN, ACKNOWLEDGE, EMPATHIZE, ASK, OFFER, Accept()],
    "closed": [
        *(LISTEN, ACKNOWLEDGE, EMPATHIZE, ASK, OFFER, Accept()),
        *(KeepPromise("p1"), CLOSE),
    ],
    "withdrawn": [Withdraw()],
    "deadlocked": [
        *(LISTEN, ACKNOWLEDGE, EMPATHIZE, ASK, OFFER),
        DeclareDeadlock(words="We cannot agree; the ombudsman may help you"),
    ],
    "lapsed": [*[NotReached(channel="phone")] * 3, Lapse(reason="no account given")],
    "merged": [Merge(into="t-9", reason="They called about it, too")],
}
"""The shortest road of the six steps into each of their states."""

BEFORE = {
    EMPATHIZE: [Apologize(words="I am sorry"), Assure(words="We will find a fair solution")],
    CLOSE: [Learn(improvement="Teapots travel in straw from now on")],
}
"""What comes before them where it is demanded, and not only recommended."""


@pytest.fixture(scope="session")
def begin():
    """
    Return a function that opens a case: under a method, or under the six steps with settings.
    """
    built = cache(six_steps)  # a method is a value, and most tests ask for the same few

    def opened(method=None, *, opening=None, by="sam", **settings):
        return Story(method or built(**settings), opening=opening, by=by)

    return opened


@pytest.fixture(scope="session")
def story_in(begin):
    """
    Return a function that tells a story of the six steps up to a state.
    """

    def told(state, **settings):
        story = begin(**settings)
        polite = settings.get("strict", False)
        for act in ROADS[state]:
            story.record(*(BEFORE.get(act, ()) if polite else ()), act)

        assert state == story.state
        return story

    return told


@pytest.fixture
def story(begin):
    """
    Return a case of the six steps that was just opened.
    """
    return begin()
