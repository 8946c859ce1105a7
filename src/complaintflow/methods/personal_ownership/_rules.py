"""What each act of personal ownership needs, and what follows from it, clause by clause."""

from __future__ import annotations

from attrs import evolve

from complaintflow import _requirements as ask
from complaintflow import acts
from complaintflow._method import Outcome, Rule
from complaintflow._requirements import Advised, Requirement
from complaintflow._time import Within
from complaintflow.methods.common import EDITORIAL, HANDED, NOT_SATISFIED, REOPENING, answers
from complaintflow.methods.common import retained_recorded as retained

BEFORE_SOLUTIONS = ("heard", "recognised", "restated", "owned")
"""What comes before any solution."""

TOLD = (("agreed", "customer"), ("agreed", "owner"))
"""Who is told of a settlement."""


def by_a_person(*rules: Rule) -> tuple[Rule, ...]:
    """Return the same rules, each recommending that a live person says it (002-24)."""
    person = Advised(ask.by_human(cites="002-24"))
    return tuple(evolve(rule, needs=[*rule.needs, person]) for rule in rules)


def listening(calm: Requirement, *, echoes: bool) -> tuple[Rule, ...]:
    """Return the rules of steps 1 and 2: hear the customer out, and say the issue back."""
    problem = ask.fills(
        "problem",
        code="real_problem",
        text="the real problem behind the words is not named",
        cites="002-14",
    )
    echo = ask.takes_up_the_account(
        code="account_taken_up",
        text="the restatement takes up nothing of what {customer} said",
        cites="002-26",
    )
    return (
        *by_a_person(
            Rule(acts.RecogniseAnger, establishes="recognised", cites=["002-15", "002-16"]),
            Rule(
                acts.Listen,
                outcomes=[Outcome("finished", needs=["recognised"], establishes="heard")],
                cites=["002-10", "002-11", "002-12"],
            ),
            Rule(
                acts.Reiterate,
                needs=[
                    *("heard", "recognised", calm, ask.not_pasted(cites="002-25")),
                    *([Advised(echo)] if echoes else []),
                    Advised(problem),
                ],
                outcomes=[
                    Outcome("confirmed", establishes=["restated", "restatement_confirmed"]),
                    Outcome("unconfirmed", establishes="restated"),
                    Outcome("rejected", clears=["heard", "restated", "restatement_confirmed"]),
                ],
                cites="002-25",
            ),
        ),
        Rule(
            acts.Reschedule,
            needs=["heard", ask.talk_ahead()],
            in_way=False,
            cites="002-17",
            notify=[("rescheduled", "customer")],
        ),
        Rule(
            acts.Resume,
            needs=[Advised(ask.calmer_than_when_put_off(cites="002-17"))],
            cites="002-17",
        ),
    )


def owning(words: tuple[str, ...], templates: tuple[str, ...]) -> tuple[Rule, ...]:
    """Return the rules of step 3: one person takes responsibility, and no case is passed on."""
    commitment = ask.fills(
        "commitment",
        code="commitment_named",
        text="say how you will work with {customer} until they are satisfied",
        cites="002-33",
    )
    statement = ask.fills(
        "statement",
        code="new_owner_speaks",
        text="the new owner's own words to {customer} are missing",
        cites="002-34",
    )
    own_words = ask.first_person(
        words=words,
        cites="002-34",
        field="statement",
        text="let the new owner say it for themselves, in the first person",
    )
    taken = ask.taken_before(cites="002-34")
    return (
        Rule(
            acts.TakeOwnership,
            needs=[
                *("heard", "restated", ask.owner_stays(cites="002-34")),
                ask.by_human(cites=["002-24", "002-32"]),
                ask.first_person(words=words, cites="002-32"),
                commitment,
                Advised("restatement_confirmed"),
                *([Advised(ask.unscripted(templates, cites="002-36"))] if templates else []),
            ],
            establishes="owned",
            cites=["002-32", "002-33"],
        ),
        Rule(
            acts.HandOver,
            needs=[
                *(statement, own_words, ask.another_owner(cites="002-34"), Advised(taken)),
                ask.by_human(cites=["002-24", "002-32"]),
            ],
            in_way=False,
            cites=["002-23", "002-34"],
            notify=HANDED,
        ),
    )


def asking(calm: Requirement) -> tuple[Rule, ...]:
    """Return the rules of step 4: the customer says what would be fair, and is asked first."""
    return (
        *by_a_person(
            Rule(
                acts.AskExpectation,
                needs=["heard", "restated", "owned", calm],
                outcomes=[
                    Outcome("answered", establishes=["expectation_known", "ask_open"]),
                    Outcome("unknown", establishes="expectation_known", clears="ask_open"),
                ],
                cites=["002-41", "002-43"],
            )
        ),
        answers(
            Outcome("expectation", establishes=["expectation_known", "ask_open"]),
            Outcome("no_expectation", establishes="expectation_known", clears="ask_open"),
            Outcome("confirmed", establishes="restatement_confirmed"),
            Outcome("rejected", clears=["heard", "restated", "restatement_confirmed", "owned"]),
            Outcome("satisfied", establishes="followed_up"),
            NOT_SATISFIED,
        ),
    )


def negotiating(calm: Requirement) -> tuple[Rule, ...]:
    """Return the rules of step 5: from the customer's proposal to a settlement, or to none."""
    may_settle = (calm, ask.redress_named(cites="002-52"), ask.within_authority())
    ahead = ask.remedies_ahead()
    may_accept = (*may_settle, ahead, ask.meets_the_ask(cites=["002-42", "002-50"]))
    agreed = ("ask_open", "offer_open", "promises_settled", "followed_up")
    return (
        *by_a_person(
            Rule(
                acts.Offer,
                needs=[
                    *(*BEFORE_SOLUTIONS, "expectation_known", *may_settle, ahead),
                    Advised(ask.below_the_ask(cites="002-51")),
                ],
                establishes=["offered", "offer_open"],
                cites=["002-40", "002-42", "002-50"],
                notify=[("offer_made", "customer")],
            ),
            Rule(
                acts.AcceptAsk,
                needs=[*BEFORE_SOLUTIONS, "expectation_known", "ask_open", *may_accept],
                establishes="agreed",
                clears=agreed,
                cites="002-52",
                notify=TOLD,
            ),
        ),
        Rule(
            acts.Accept,
            needs=["offer_open", ask.offer_in_time()],
            establishes="agreed",
            clears=agreed,
            cites="002-52",
            notify=TOLD,
        ),
        Rule(
            acts.Counter,
            needs=["expectation_known", Advised(ask.not_rising(cites="002-51"))],
            establishes="ask_open",
            clears="offer_open",
            cites="002-51",
            notify=[("countered", "owner")],
        ),
        Rule(
            acts.Decline,
            needs=["offer_open"],
            clears="offer_open",
            in_way=False,
            notify=[("declined", "owner")],
        ),
        Rule(
            acts.DeclareDeadlock,
            needs=[*BEFORE_SOLUTIONS, "expectation_known", "offered", ask.releases_are_open()],
            in_way=False,
            cites="002-50",
            notify=[("deadlocked", "customer"), ("deadlocked", "owner")],
        ),
    )


def returning(follow_up_after: Within, attempts: int) -> tuple[Rule, ...]:
    """Return the rules of step 6: come back after some weeks, and only then close."""
    in_time = ask.not_too_early(follow_up_after, cites="002-61")
    tried = ask.attempts_made(attempts, cites=EDITORIAL)
    return (
        *by_a_person(
            Rule(
                acts.FollowUp,
                needs=["agreed", in_time],
                outcomes=[Outcome("satisfied", establishes="followed_up"), NOT_SATISFIED],
                cites=["002-61", "002-62"],
            )
        ),
        Rule(
            acts.Close,
            needs=["agreed", "promises_settled", Advised(retained(cites="002-02"))],
            outcomes=[
                Outcome("resolved", needs=["followed_up"]),
                Outcome("unconfirmed", needs=[in_time, tried]),
            ],
            in_way=False,
            cites="002-60",
            notify=[("closed", "customer")],
        ),
        REOPENING,
    )
