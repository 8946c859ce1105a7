"""What each act of the six steps needs, and what follows from it, clause by clause."""

from __future__ import annotations

from complaintflow import _requirements as ask
from complaintflow import acts
from complaintflow._method import Outcome, Rule
from complaintflow._requirements import Advised, Requirement
from complaintflow.methods.common import (
    NOT_SATISFIED,
    REOPENING,
    answers,
    approval,
    promises,
    retained_recorded,
)

TOGETHER = ("heard", "recognised", "empathy_shown", "expectation_known")
"""What comes before any offer: the first four steps."""


DONE = ("agreed", "promises_settled")
"""What comes before a follow-up: everything that was agreed is done."""


def conversation(sixth: str | None, *, language: bool) -> tuple[Rule, ...]:
    """Return the rules of steps 1 to 4: listen, acknowledge, empathise, and ask."""
    return (
        Rule(
            acts.Listen,
            outcomes=[Outcome("finished", establishes="heard")],
            cites=["003-10", "003-11"],
        ),
        Rule(
            acts.AcknowledgeProblem,
            needs=[
                "heard",
                *([Advised(_problem_named())] if language else []),
            ],
            establishes="recognised",
            cites="003-20",
        ),
        Rule(acts.Apologize, needs=["heard"], establishes="apologized", cites="003-22"),
        Rule(acts.Assure, needs=["heard"], establishes="process_promised", cites="003-23"),
        Rule(
            acts.Empathize,
            needs=[
                "heard",
                "recognised",
                ask.fills(
                    "issue",
                    "concern",
                    code="reflects_back",
                    text="say which issue and which concern the words reflect back",
                    cites="003-30",
                ),
                Advised(
                    ask.fills(
                        "impact",
                        code="impact_named",
                        text="what it did to {customer}'s experience is not said",
                        cites="003-31",
                    )
                ),
                Advised("apologized"),
                Advised("process_promised"),
            ],
            establishes="empathy_shown",
            cites=["003-30", "003-31"],
        ),
        Rule(
            acts.AskExpectation,
            needs=["heard", "recognised", "empathy_shown"],
            outcomes=[
                Outcome(
                    "answered",
                    needs=[Advised(ask.wish_sorted(cites="003-41"))],
                    establishes=["expectation_known", "ask_open"],
                ),
                Outcome("unknown", establishes="expectation_known", clears="ask_open"),
            ],
            cites=["003-40", "003-41"],
        ),
        answers(
            Outcome("expectation", establishes=["expectation_known", "ask_open"]),
            Outcome("no_expectation", establishes="expectation_known", clears="ask_open"),
            *(_FOLLOWED_UP if sixth == "follow_up" else ()),
        ),
    )


_FOLLOWED_UP = (Outcome("satisfied", needs=DONE, establishes="followed_up"), NOT_SATISFIED)
"""What follows from a follow-up, whether it is answered at once or later."""


def _problem_named() -> Requirement:
    return ask.takes_up_the_account(
        code="problem_named",
        text="the words take up nothing of what {customer} said",
        cites=["003-20", "003-21"],
    )


def resolution(*, second_person: bool) -> tuple[Rule, ...]:
    """Return the rules of step 5: offer, negotiate, and keep what was agreed."""
    may_offer = ask.within_authority(cites="003-54")
    return (
        Rule(
            acts.Offer,
            needs=[
                *TOGETHER,
                may_offer,
                ask.remedies_ahead(),
                Advised(
                    ask.fills(
                        "customer_need",
                        "company_constraint",
                        code="needs_weighed",
                        text="what {customer} needs and what binds the company is not said",
                        cites="003-53",
                    )
                ),
            ],
            establishes=["offered", "offer_open"],
            cites=["003-50", "003-52"],
            notify=[("offer_made", "customer")],
        ),
        Rule(
            acts.AcceptAsk,
            needs=[
                *(*TOGETHER, "ask_open", may_offer, ask.remedies_ahead()),
                ask.meets_the_ask(cites=["003-51", "003-52"]),
            ],
            establishes="agreed",
            clears=["ask_open", "offer_open", "promises_settled"],
            cites="003-51",
            notify=[("agreed", "customer"), ("agreed", "owner")],
        ),
        Rule(
            acts.Accept,
            needs=["offer_open", ask.offer_in_time()],
            establishes="agreed",
            clears=["ask_open", "offer_open", "promises_settled"],
            cites="003-52",
            notify=[("agreed", "customer"), ("agreed", "owner")],
        ),
        Rule(
            acts.Counter,
            needs=["expectation_known"],
            establishes="ask_open",
            clears="offer_open",
            cites="003-52",
            notify=[("countered", "owner")],
        ),
        Rule(
            acts.Decline,
            needs=["offer_open"],
            clears="offer_open",
            in_way=False,
            cites="003-52",
            notify=[("declined", "owner")],
        ),
        Rule(
            acts.DeclareDeadlock,
            needs=[*TOGETHER, "offered", ask.releases_are_open()],
            in_way=False,
            cites="003-52",
            notify=[("deadlocked", "customer"), ("deadlocked", "owner")],
        ),
        *approval(second_person=second_person, cites="003-54"),
        *promises(),
    )


def _closed(sixth: str | None, attempts: int) -> tuple[Outcome, ...]:
    """Return how a case can be closed: unconfirmed only where somebody should have confirmed it."""
    if sixth != "follow_up":
        return (Outcome("resolved"),)
    tried = ask.attempts_made(attempts, cites="editorial")
    return (Outcome("resolved", needs=["followed_up"]), Outcome("unconfirmed", needs=[tried]))


def ending(sixth: str | None, attempts: int) -> tuple[Rule, ...]:
    """Return the rules of step 6, whichever it is, and of the close."""
    return (
        *_sixth_step(sixth),
        Rule(
            acts.Close,
            needs=[
                *DONE,
                *([Advised("lesson_recorded")] if sixth == "learn" else []),
                Advised(retained_recorded(cites=["003-03", "003-55"])),
                Advised(
                    ask.fills(
                        "cost",
                        code="cost_recorded",
                        text="what it cost the company is not recorded",
                        cites="003-55",
                    )
                ),
            ],
            outcomes=_closed(sixth, attempts),
            in_way=False,
            notify=[("closed", "customer")],
        ),
        REOPENING,
    )


def _sixth_step(sixth: str | None) -> tuple[Rule, ...]:
    if sixth == "learn":
        return (Rule(acts.Learn, establishes="lesson_recorded", cites=["003-60", "003-61"]),)
    if sixth == "follow_up":
        return (Rule(acts.FollowUp, needs=DONE, outcomes=_FOLLOWED_UP, cites="editorial"),)
    return ()
