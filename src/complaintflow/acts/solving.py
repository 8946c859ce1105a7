"""Acts of finding a solution together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import attrs

from complaintflow._evidence import Expectation, PlanItem, Remedy, Said, Told
from complaintflow._evidence._values import PlanItems, Remedies, as_expectation
from complaintflow._ledger import Approval, Asked, Ledger, Proposal
from complaintflow.acts._act import Act, Kept, Round, act
from complaintflow.acts._satisfaction import BOTH


@act(
    expectation=("answered", "unknown"),
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

    if TYPE_CHECKING:  # a plain text is converted while running alone

        def __init__(
            self, question: Said, expectation: Expectation | str | None = None
        ) -> None: ...

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell a wish from an explicit "don't know", and both from no answer."""
        if self.expectation is None:
            return "unanswered"
        return "unknown" if self.expectation.unknown else "answered"

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep the expectation, or the open question."""
        if self.expectation is None:
            asked = Asked(f"q{entry.version}", self.question, "expectation")
            return ledger.but(questions=ledger.ask_question(asked))
        return ledger.hear(self.expectation.words, expectation=self.expectation)


@act(
    speaker="customer",
    expectation=("expectation", "no_expectation"),
    outcomes={
        "expectation": "the customer says what they expect",
        "no_expectation": "the customer was asked what they expect and does not know",
        "all_told": "the customer was asked for anything else, and answers",
        "confirmed": "the customer confirms the restatement",
        "rejected": "the customer says the restatement is not it",
        "satisfied": "the problem is resolved and the customer is pleased",
        "not_satisfied": "the problem is not resolved, or the customer is not pleased",
        "information": "the customer answers another question",
        "unanswered": "a word, and no answer yet: the question stays open",
    },
    public=["to"],
)
class Answer(Act):
    """Answer a question that was left open."""

    words: Told
    """The answer."""
    to: str | None = None
    """The question's id, as in `ledger.questions`. None: the oldest open one."""
    unknown: bool = False
    """True: the answer is that they do not know what to expect."""
    confirms: bool | None = None
    """Whether it confirms a restatement. None: it is no answer to one."""
    resolved: bool | None = None
    """Whether the problem is resolved. None: it is no answer to a follow-up."""
    pleased: bool | None = None
    """Whether the customer is pleased. None: it is no answer to a follow-up."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell what the answer is about by the question it answers."""
        asked = ledger.question(self.to)
        about = None if asked is None else asked.about
        if about == "expectation":
            return "no_expectation" if self.unknown else "expectation"
        if about == "anything_else":
            return "all_told"
        if about == "restatement":
            return _CONFIRMS[self.confirms]
        if about == "follow_up":
            return BOTH.of(self, asked)
        return "information"

    @classmethod
    def rounds(cls, outcome: str | None, ledger: Ledger) -> tuple[Round, ...]:
        """Return the question that such an answer is to; nothing settled where none is open."""
        about = ANSWERS.get(outcome or "")
        for asked in ledger.questions:
            if asked.answer is None and asked.about == about:
                return ((("to", asked.id),),)
        return ((),)

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep the answer; one about the expectation is the expectation."""
        if entry.outcome == "unanswered":  # as the method reads it
            return ledger.half_answer(
                self.to, self.words, resolved=self.resolved, pleased=self.pleased
            )
        outcome = self.read_outcome(ledger)
        if outcome not in {"expectation", "no_expectation"}:
            return ledger.answer_question(self.to, self.words)
        unknown = outcome == "no_expectation"
        expectation = Expectation(None if unknown else self.words, unknown=unknown)
        return ledger.answer_question(self.to, self.words, expectation=expectation)


_CONFIRMS = {True: "confirmed", False: "rejected", None: "unanswered"}

ANSWERS = {
    "expectation": "expectation",
    "no_expectation": "expectation",
    "all_told": "anything_else",
    "confirmed": "restatement",
    "rejected": "restatement",
    "satisfied": "follow_up",
    "not_satisfied": "follow_up",
    "information": "understanding",
}
"""What the question is about that an answer with this outcome answers."""


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
        offer = Proposal("company", tuple(self.remedies), self.words, entry.version, self.expires)
        return ledger.but(proposals=(*ledger.proposals, offer))


@act(speaker="customer")
class Counter(Act):
    """The customer asks for something else instead."""

    words: Told
    """What they ask for, in their words."""
    remedies: Sequence[Remedy] = ()
    """The same, sorted into remedies. Empty: not sorted."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Put the counter-offer on the table."""
        asked = Proposal("customer", tuple(self.remedies), self.words, entry.version)
        return ledger.hear(self.words, proposals=(*ledger.proposals, asked))


@act(speaker="customer")
class Accept(Act):
    """The customer accepts the offer that stands."""

    words: Told | None = None
    """What they said. None: not written down."""

    def agreed(self, ledger: Ledger) -> tuple[Remedy, ...]:
        """Return what was offered last."""
        offer = ledger.offer
        return () if offer is None else offer.remedies

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Promise what was offered."""
        promised = (*ledger.promises, *entry.promises)
        return ledger.hear(self.words, promises=promised, agreed_at=entry.at)


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
        return tuple(self.remedies)

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Promise it."""
        return ledger.but(promises=(*ledger.promises, *entry.promises), agreed_at=entry.at)


@act(
    remedy=True,
    outcomes={
        "settled": "it is the last issue that had no action",
        "remaining": "other issues still have none",
        "pending": "the action is not done yet",
    },
    public=["issue", "kind"],
)
class TakeAction(Act):
    """Do what is necessary about an issue (000-40)."""

    issue: str
    """The issue's id, as in `ledger.issues`."""
    kind: str
    """What kind of action; `apology_only` and `education` are among them (000-42, 000-43)."""
    words: Said
    """What is said to the customer about it."""
    result: Literal["done", "none_needed", "pending"] = "done"
    """Whether it is done, or turned out not to be needed, or is still to be done."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell whether every issue has its action now."""
        if self.result == "pending":
            return "pending"
        others = any(not i.settled and i.id != self.issue for i in ledger.issues)
        return "remaining" if others else "settled"

    @classmethod
    def rounds(cls, outcome: str | None, ledger: Ledger) -> tuple[Round, ...]:
        """Return each issue without action, to settle them all; one to come where there is none."""
        open_issues = [issue.id for issue in ledger.issues if not issue.settled]
        if outcome != "settled" or not open_issues:
            return ((),)
        return tuple((("issue", issue),) for issue in open_issues)

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Note that the issue has its action."""
        return ledger if self.result == "pending" else ledger.settle_issue(self.issue)


@act(
    outcomes={
        "confirmed": "both see the same challenges",
        "unconfirmed": "the customer has not confirmed them",
    },
    awaits="customer",
)
class ConfirmChallenges(Act):
    """Go through the challenges both sides face, and see that both see the same (001-50)."""

    words: Said
    """What is said to the customer."""
    confirmed: bool | None = None
    """Whether the customer confirms them. None: not answered yet."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell confirmed challenges from others."""
        return "confirmed" if self.confirmed else "unconfirmed"


@act(remedy=True)
class ProposePlan(Act):
    """Put the solutions that were discussed into a plan, in writing (001-51)."""

    items: PlanItems
    """What, who and until when; at least one line."""
    document: Said
    """The plan in writing, as the customer reads it: the text itself, or where it is."""
    words: Said | None = None
    """What is said to the customer with it. None: nothing."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Put the plan on the table; nobody has agreed to it yet."""
        return ledger.put_plan(tuple(self.items), self.document)


@act(remedy=True)
class AmendPlan(Act):
    """Change a plan that was agreed; both must agree to it again (001-60)."""

    items: PlanItems
    """The lines that take the place of those still owed; at least one."""
    document: Said
    """The plan in writing, as the customer reads it: the text itself, or where it is."""
    reason: Said
    """Why it is changed, as told to the customer."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Put the new plan on the table; what the old one owes is owed until both agree."""
        return ledger.put_plan(tuple(self.items), self.document, amends=True)


_AGREEMENT = {
    "both": "the other side has agreed before",
    "one_side": "the other side has not agreed yet",
}


@act(speaker="customer", outcomes=_AGREEMENT)
class AgreePlan(Act):
    """The customer agrees to the plan."""

    words: Told | None = None
    """What they said. None: not written down."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell the second agreement from the first."""
        both = ledger.plan is not None and ledger.plan.company_agreed_at is not None
        return "both" if both else "one_side"

    def agreed(self, ledger: Ledger) -> tuple[PlanItem, ...]:
        """Return the lines of the plan, where the company has agreed."""
        both = self.read_outcome(ledger) == "both"
        return ledger.plan.items if both and ledger.plan is not None else ()

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Note the agreement; with the second one the plan is promised."""
        return ledger.keep_plan(entry.promises, customer_agreed_at=entry.at)


@act(outcomes=_AGREEMENT)
class ConfirmPlan(Act):
    """The company agrees to the plan."""

    words: Said
    """What is said to the customer."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell the second agreement from the first."""
        both = ledger.plan is not None and ledger.plan.customer_agreed_at is not None
        return "both" if both else "one_side"

    def agreed(self, ledger: Ledger) -> tuple[PlanItem, ...]:
        """Return the lines of the plan, where the customer has agreed."""
        both = self.read_outcome(ledger) == "both"
        return ledger.plan.items if both and ledger.plan is not None else ()

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Note the agreement; with the second one the plan is promised."""
        return ledger.keep_plan(entry.promises, company_agreed_at=entry.at)


@act(public=["promise"])
class RequestApproval(Act):
    """Ask a colleague to allow an offer above the limit, or the breaking of a promise."""

    reason: str
    """Why it should be allowed."""
    remedies: Sequence[Remedy] = ()
    """What would be offered."""
    promise: str | None = None
    """The promise that would be broken."""

    def problems(self) -> Iterator[str]:
        """Yield what is wrong with the values taken together."""
        if bool(self.remedies) == (self.promise is not None):
            yield "ask for either remedies or a promise to be broken"

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep the request."""
        asked = Approval(f"a{entry.version}", entry.by.id, tuple(self.remedies), self.promise)
        return ledger.but(approvals=(*ledger.approvals, asked))


@act(speaker="colleague", public=["request"])
class Approve(Act):
    """A second person allows what was asked for."""

    request: str | None = None
    """The request's id, as in `ledger.approvals`. None: the latest undecided one."""
    note: str | None = None
    """What they said about it. None: nothing."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Grant the request."""
        return ledger.decide_approval(self.request, granted=True, by=entry.by.id)


@act(speaker="colleague", public=["request"])
class RefuseApproval(Act):
    """A second person does not allow what was asked for."""

    reason: str
    """Why not."""
    request: str | None = None
    """The request's id, as in `ledger.approvals`. None: the latest undecided one."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Turn the request down."""
        return ledger.decide_approval(self.request, granted=False, by=entry.by.id)


@act(public=["releases"])
class DeclareDeadlock(Act):
    """Say that no agreement can be found, and what the customer can do now."""

    words: Said
    """What is said to the customer, with where else they can turn."""
    releases: Sequence[str] = ()
    """Promises the customer releases with it. What is not named stays tracked."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Release what was named."""
        return ledger.release(tuple(self.releases))
