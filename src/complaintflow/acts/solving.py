"""Acts of finding a solution together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs

from complaintflow._evidence import (
    Expectation,
    Remedies,
    Remedy,
    Said,
    Told,
    as_expectation,
)
from complaintflow._ledger import Approval, Ledger, Proposal, Question
from complaintflow.acts._act import Act, Kept, act


@act(
    expectation=True,
    outcomes={
        "answered": "the customer says what they expect",
        "unknown": "the customer was asked and does not know",
        "unanswered": "no answer yet",
    },
    awaits="customer",
)
class AskExpectation(Act):
    """Ask what the customer would like to happen."""

    question: Said
    """What is asked."""
    expectation: Expectation | None = attrs.field(default=None, converter=as_expectation)
    """The answer; a text is taken for its words. None: it may come later, as an `Answer`."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell a wish from an explicit "don't know", and both from no answer."""
        if self.expectation is None:
            return "unanswered"
        return "unknown" if self.expectation.unknown else "answered"

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep the expectation, or the open question."""
        if self.expectation is None:
            asked = Question(f"q{entry.version}", self.question, "expectation")
            return ledger.but(questions=(*ledger.questions, asked))
        return ledger.hear(self.expectation.words, expectation=self.expectation)


@act(
    speaker="customer",
    expectation=True,
    outcomes={
        "expectation": "the customer says what they expect",
        "no_expectation": "the customer was asked what they expect and does not know",
        "information": "the customer answers another question",
    },
)
class Answer(Act):
    """Answer a question that was left open."""

    words: Told
    """The answer."""
    to: str | None = None
    """The question's id, as in `ledger.questions`. None: the oldest open one."""
    unknown: bool = False
    """True: the answer is that they do not know."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell what the answer is about by the question it answers."""
        asked = ledger.question(self.to)
        if asked is None or asked.about != "expectation":
            return "information"
        return "no_expectation" if self.unknown else "expectation"

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep the answer; one about the expectation is the expectation."""
        outcome = self.read_outcome(ledger)
        if outcome == "information":
            return ledger.answer_question(self.to, self.words)
        unknown = outcome == "no_expectation"
        expectation = Expectation(None if unknown else self.words, unknown=unknown)
        return ledger.answer_question(self.to, self.words, expectation=expectation)


@act(remedy=True)
class Offer(Act):
    """Offer remedies: the company's proposal."""

    remedies: Remedies
    """What is offered, at least one."""
    words: Said
    """What is said to the customer."""
    expires: datetime | None = None
    """Until when it can be accepted. None: until it is answered."""
    customer_need: str | None = None
    """What the customer needs, as weighed in the offer (003-53). None: not recorded."""
    company_constraint: str | None = None
    """What binds the company, as weighed in the offer (003-53). None: not recorded."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Put the offer on the table; it takes the place of an earlier one."""
        offer = Proposal("company", self.remedies, self.words, entry.version, self.expires)
        return ledger.but(proposals=(*ledger.proposals, offer))


@act(speaker="customer")
class Counter(Act):
    """The customer asks for something else instead."""

    words: Told
    """What they ask for, in their words."""
    remedies: tuple[Remedy, ...] = ()
    """The same, sorted into remedies. Empty: not sorted."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Put the counter-offer on the table."""
        asked = Proposal("customer", self.remedies, self.words, entry.version)
        return ledger.hear(self.words, proposals=(*ledger.proposals, asked))


@act(speaker="customer")
class Accept(Act):
    """The customer accepts the offer that stands."""

    words: Told | None = None
    """What they said. None: not written down."""

    def agreed(self, ledger: Ledger) -> tuple[Remedy, ...]:
        """Return what was offered last."""
        return () if ledger.offer is None else ledger.offer.remedies

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Promise what was offered."""
        return ledger.hear(self.words, promises=(*ledger.promises, *entry.promises))


@act(speaker="customer")
class Decline(Act):
    """The customer declines the offer that stands."""

    reason: Told | None = None
    """Why, in their words. None: they gave none."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """End the silence."""
        return ledger.hear(self.reason)


@act(remedy=True)
class AcceptAsk(Act):
    """Agree to what the customer asks for, as it is."""

    remedies: Remedies
    """What exactly is agreed to, at least one."""
    words: Said
    """What is said to the customer."""

    def agreed(self, ledger: Ledger) -> tuple[Remedy, ...]:
        """Return what is agreed to."""
        return self.remedies

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Promise it."""
        return ledger.but(promises=(*ledger.promises, *entry.promises))


@act
class RequestApproval(Act):
    """Ask a colleague to allow an offer above the limit, or the breaking of a promise."""

    reason: str
    """Why it should be allowed."""
    remedies: tuple[Remedy, ...] = ()
    """What would be offered."""
    promise: str | None = None
    """The promise that would be broken."""

    def problems(self) -> Iterator[str]:
        """Yield what is wrong with the values taken together."""
        if bool(self.remedies) == (self.promise is not None):
            yield "ask for either remedies or a promise to be broken"

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep the request."""
        asked = Approval(f"a{entry.version}", entry.by.id, self.remedies, self.promise)
        return ledger.but(approvals=(*ledger.approvals, asked))


@act(speaker="colleague")
class Approve(Act):
    """A second person allows what was asked for."""

    request: str | None = None
    """The request's id, as in `ledger.approvals`. None: the oldest undecided one."""
    note: str | None = None
    """What they said about it. None: nothing."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Grant the request."""
        return ledger.decide_approval(self.request, granted=True, by=entry.by.id)


@act(speaker="colleague")
class RefuseApproval(Act):
    """A second person does not allow what was asked for."""

    reason: str
    """Why not."""
    request: str | None = None
    """The request's id, as in `ledger.approvals`. None: the oldest undecided one."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Turn the request down."""
        return ledger.decide_approval(self.request, granted=False, by=entry.by.id)


@act
class DeclareDeadlock(Act):
    """Say that no agreement can be found, and what the customer can do now."""

    words: Said
    """What is said to the customer, with where else they can turn."""
    releases: tuple[str, ...] = ()
    """Promises the customer releases with it. What is not named stays tracked."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Release what was named."""
        return ledger.release(self.releases)
