"""What each act of the five steps needs, and what follows from it, clause by clause."""

from __future__ import annotations

from complaintflow import _requirements as ask
from complaintflow import acts
from complaintflow._method import Outcome, Rule
from complaintflow._requirements import Advised, Requirement
from complaintflow.methods.common import NOT_SATISFIED, REOPENING, answers

RESOLVED = acts.Satisfaction(yes="resolved", no="resolved")
"""A follow-up asks whether it is resolved, and nothing else (000-52)."""


def steps(*, exclusive: bool, moods: bool) -> tuple[Rule, ...]:
    """Return the rules of steps 1 to 4: empathise, listen, ask, and act."""
    before = [Advised(ask.mood_noted(cites="000-13"))] if moods else []
    after = [Advised(_mood_after())] if moods else []
    alone = [ask.listens_to_one(cites="000-21")] if exclusive else []
    return (
        Rule(acts.Empathize, before, establishes="empathy_shown", cites=["000-01", "000-10"]),
        Rule(acts.Apologize, cites="000-12"),
        Rule(
            acts.Listen,
            needs=["empathy_shown", *alone, *after],
            outcomes=[Outcome("finished", establishes="heard")],
            cites=["000-20", "000-22"],
        ),
        Rule(acts.NoteIssue, clears=["all_settled", "follow_up_settled"], cites="000-31"),
        Rule(
            acts.AskQuestion,
            needs=["heard"],
            outcomes=[
                Outcome("answered", establishes="answered"),
                Outcome("all_told", establishes=["answered", "all_told"]),
            ],
            cites=["000-30", "000-31", "000-33"],
        ),
        answers(
            Outcome("information", establishes="answered"),
            Outcome("all_told", establishes=["answered", "all_told"]),
            Outcome("satisfied", needs=["all_settled"], establishes="follow_up_settled"),
            NOT_SATISFIED,
            reads=RESOLVED,
        ),
        Rule(acts.NoteOurSide, establishes="our_side_noted", cites="000-03"),
        Rule(acts.NoteUnderstanding, needs=["heard"], establishes="understood", cites="000-32"),
        Rule(
            acts.TakeAction,
            needs=[
                "empathy_shown",
                "heard",
                "answered",
                ask.issue_known(),
                Advised("all_told"),
                Advised(ask.primary_named(cites="000-31")),
                Advised("our_side_noted"),
                Advised("understood"),
            ],
            outcomes=[Outcome("settled", establishes="all_settled")],
            cites=["000-40", "000-41", "000-42", "000-43", "000-44"],
            notify=[("action_taken", "customer")],
        ),
    )


def ending() -> tuple[Rule, ...]:
    """Return the rules of step 5, following up or saying why not, and of the close."""
    return (
        Rule(
            acts.FollowUp,
            needs=["all_settled", _reached()],
            reads=RESOLVED,
            outcomes=[Outcome("satisfied", establishes="follow_up_settled"), NOT_SATISFIED],
            cites=["000-50", "000-51", "000-52"],
        ),
        Rule(
            acts.FollowUpNotApplicable,
            needs=["all_settled"],
            establishes="follow_up_settled",
            cites="000-50",
        ),
        Rule(
            acts.Close,
            needs=["all_settled"],
            outcomes=[Outcome("resolved", needs=["follow_up_settled"])],
            in_way=False,
            notify=[("closed", "customer")],
        ),
        REOPENING,
    )


def _mood_after() -> Requirement:
    return ask.fills(
        "mood",
        code="mood_after",
        text="how {customer} feels after the empathy is not noted",
        cites="000-13",
    )


def _reached() -> Requirement:
    return ask.fills(
        "channel",
        code="channel_recorded",
        text="say how {customer} was reached",
        cites="000-51",
    )
