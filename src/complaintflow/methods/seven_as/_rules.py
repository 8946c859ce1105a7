"""What each act of the seven A's needs, and what follows from it, clause by clause."""

from __future__ import annotations

from typing import Literal

from complaintflow import _requirements as ask
from complaintflow import acts
from complaintflow._method import Outcome, Rule
from complaintflow._requirements import Advised
from complaintflow.methods.common import EDITORIAL, NOT_SATISFIED, REOPENING, answers

BEFORE_SOLUTIONS = ("feelings_acknowledged", "heard", "apologized", "assured")
"""What comes before any solution: the first four A's, as far as they are not the discussion."""

TALK = (ask.calm(cites="001-45"), ask.willing(cites="001-45"))
"""What it takes to discuss solutions: somebody calm enough, and willing."""

DONE = ("plan_agreed", "promises_settled")
"""What comes before the check-in: everything that was agreed is done."""

NOTHING_AWAITED = (ask.nothing_outstanding(cites=EDITORIAL), ask.plan_answered(cites=EDITORIAL))
"""What it takes to merge a case: the customer waits for nothing here."""

SATISFIED = acts.Satisfaction(yes="pleased", no=["pleased", "resolved"])
"""A check-in asks whether the customer is satisfied with the result, and nothing else (001-71)."""


def hearing() -> tuple[Rule, ...]:
    """Return the rules of steps 1 to 4: acknowledge, air, apologise and assure."""
    return (
        Rule(
            acts.AcknowledgeFeelings,
            needs=[
                ask.fills(
                    "problem",
                    code="problem_named",
                    text="say that there is a problem, and which",
                    cites="001-24",
                ),
                Advised(
                    ask.fills(
                        "mission",
                        code="mission_named",
                        text="what you commit yourself to is not said",
                        cites="001-14",
                    )
                ),
            ],
            establishes="feelings_acknowledged",
            cites=["001-02", "001-10"],
        ),
        Rule(acts.Invite, needs=["feelings_acknowledged"], establishes="invited", cites="001-20"),
        Rule(
            acts.Listen,
            needs=["feelings_acknowledged", "invited"],
            outcomes=[Outcome("finished", establishes="heard")],
            cites=["001-21", "001-22"],
        ),
        Rule(acts.NoteMistake, clears="apologized", in_way=False, cites="001-32"),
        Rule(
            acts.Apologize,
            needs=["heard", ask.covers_mistakes(cites=["001-32", "001-33"])],
            establishes="apologized",
            cites=["001-30", "001-33"],
        ),
        Rule(
            acts.Assure,
            needs=["heard", "apologized"],
            establishes="assured",
            cites=["001-40", "001-41"],
        ),
        Rule(
            acts.Reschedule,
            needs=["assured", ask.talk_ahead()],
            in_way=False,
            cites=["001-42", "001-43"],
            notify=[("rescheduled", "customer")],
        ),
        Rule(
            acts.Resume,
            needs=[Advised(ask.calmer_than_when_put_off(cites="001-44"))],
            cites="001-44",
        ),
    )


def discussing() -> tuple[Rule, ...]:
    """Return the rules of the second half of step 4: solutions are discussed."""
    return (
        Rule(
            acts.AskExpectation,
            needs=[*BEFORE_SOLUTIONS, *TALK],
            outcomes=[
                Outcome("answered", establishes="expectation_known"),
                Outcome("unknown", establishes="expectation_known"),
            ],
            cites="001-46",
        ),
        answers(
            Outcome("expectation", establishes="expectation_known"),
            Outcome("no_expectation", establishes="expectation_known"),
            Outcome("satisfied", needs=DONE, establishes="checked_in"),
            NOT_SATISFIED,
            reads=SATISFIED,
        ),
        Rule(
            acts.Offer,
            needs=[
                *BEFORE_SOLUTIONS,
                *TALK,
                "expectation_known",
                ask.specific(cites="001-47"),
                ask.pressing_first(cites="001-48"),
                ask.within_authority(),
                ask.remedies_ahead(),
            ],
            establishes="offered",
            cites=["001-46", "001-47", "001-49"],
            notify=[("offer_made", "customer")],
        ),
        Rule(
            acts.Counter,
            needs=["expectation_known"],
            cites="001-46",
            notify=[("countered", "owner")],
        ),
        Rule(
            acts.ConfirmChallenges,
            needs=["assured", ask.challenges_of_both(cites="001-50")],
            outcomes=[Outcome("confirmed", establishes="challenges_clear")],
            cites="001-50",
        ),
        Rule(acts.NoteIssue, clears="challenges_clear", in_way=False, cites="001-50"),
    )


def planning() -> tuple[Rule, ...]:
    """Return the rules of step 5: both agree on a plan, in writing, or on none."""
    in_writing = (
        *(ask.lines_ahead(cites="001-52"), ask.issues_noted(cites=["001-50", "001-53"])),
        ask.pressing_first(lines="items", cites="001-48"),
    )
    return (
        Rule(
            acts.ProposePlan,
            needs=[
                *(*BEFORE_SOLUTIONS, *TALK, "expectation_known", "offered", "challenges_clear"),
                *in_writing,
            ],
            establishes="plan_proposed",
            clears=["plan_agreed", "customer_agreed", "company_agreed"],
            cites=["001-45", "001-51", "001-52", "001-53"],
            notify=[("plan_proposed", "customer")],
        ),
        _agreement(acts.AgreePlan, of="customer", with_="company"),
        _agreement(acts.ConfirmPlan, of="company", with_="customer"),
        Rule(
            acts.AmendPlan,
            needs=[*BEFORE_SOLUTIONS, "expectation_known", "plan_agreed", *in_writing],
            establishes="plan_proposed",
            clears=["plan_agreed", "customer_agreed", "company_agreed"],
            in_way=False,
            cites="001-60",
            notify=[("plan_amended", "customer")],
        ),
        Rule(
            acts.DeclareDeadlock,
            needs=[*BEFORE_SOLUTIONS, "expectation_known", "offered", ask.releases_are_open()],
            in_way=False,
            cites="editorial",
            notify=[("deadlocked", "customer"), ("deadlocked", "owner")],
        ),
    )


def _agreement(act: type[acts.Act], *, of: Literal["customer", "company"], with_: str) -> Rule:
    """Return the rule of one side's agreement; the second one makes the promises."""
    return Rule(
        act,
        needs=[
            "plan_proposed",
            ask.not_agreed_yet(of, cites="001-51"),
            ask.plan_ahead(cites="001-52"),
        ],
        establishes=f"{of}_agreed",
        outcomes=[
            Outcome(
                "both",
                needs=[f"{with_}_agreed"],
                establishes="plan_agreed",
                clears=["promises_settled", "checked_in"],
                notify=[("agreed", "customer"), ("agreed", "owner")],
            )
        ],
        cites="001-51",
    )


def accomplishing(attempts: int) -> tuple[Rule, ...]:
    """Return the rules of step 7: check in, thank, assure of prevention, and only then close."""
    return (
        Rule(
            acts.FollowUp,
            needs=DONE,
            reads=SATISFIED,
            outcomes=[Outcome("satisfied", establishes="checked_in"), NOT_SATISFIED],
            cites=["001-70", "001-71"],
        ),
        Rule(acts.Thank, needs=DONE, establishes="thanked", cites="001-72"),
        Rule(
            acts.AssurePrevention,
            needs=[
                *DONE,
                Advised(
                    ask.fills(
                        "preventive_action",
                        code="prevention_named",
                        text="what is done to prevent it is not recorded",
                        cites="001-73",
                    )
                ),
            ],
            establishes="prevention_assured",
            cites="001-73",
        ),
        Rule(
            acts.Close,
            needs=[*DONE, "apologized"],
            outcomes=[
                Outcome("resolved", needs=["checked_in", "thanked", "prevention_assured"]),
                Outcome("unconfirmed", needs=[ask.attempts_made(attempts, cites="editorial")]),
            ],
            in_way=False,
            cites=["001-74", "001-75"],
            notify=[("closed", "customer"), ("closed", "team")],
        ),
        REOPENING,
    )
