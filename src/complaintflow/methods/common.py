"""What the documented methods have in common: exits, exceptions, promises, approval."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from complaintflow._method import Edge, Outcome, Rule, stays
from complaintflow._requirements import (
    Advised,
    Requirement,
    approval_open,
    approver_is_another,
    approver_may,
    attempts_made,
    break_approved,
    deadline_passed,
    entry_exists,
    may_be_waived,
    promise_open,
    question_open,
    releases_are_open,
)
from complaintflow.acts import (
    Answer,
    Approve,
    AskQuestion,
    BreakPromise,
    Coordinate,
    Correct,
    CustomerReplied,
    DeadlinePassed,
    HandOver,
    KeepPromise,
    Lapse,
    Mitigate,
    NoteIssue,
    NoteMood,
    NotReached,
    RefuseApproval,
    ReleasePromise,
    RequestApproval,
    TakeOwnership,
    Waive,
    Withdraw,
)

EDITORIAL = ("editorial",)
"""What no document says and we decided; CHECKLIST calls it so too."""


def remarks() -> tuple[Rule, ...]:
    """Return the rules of acts that are recorded and lead nowhere."""
    acts = (NoteMood, NoteIssue, TakeOwnership, HandOver, Coordinate, Mitigate, NotReached)
    return (
        *(Rule(act, in_way=False) for act in acts),
        Rule(AskQuestion),
        Rule(Waive, needs=[may_be_waived()], in_way=False),
        Rule(Correct, needs=[entry_exists()], in_way=False),
        Rule(
            DeadlinePassed,
            needs=[deadline_passed()],
            in_way=False,
            notify=[("deadline_passed", "owner")],
        ),
    )


def answers(*outcomes: Outcome) -> Rule:
    """Return the rule of an answer to a question that was left open."""
    return Rule(Answer, needs=[question_open()], outcomes=outcomes)


def promises() -> tuple[Rule, ...]:
    """Return the rules of promises: kept, released by the customer, or broken with approval."""
    settled = [Outcome("settled", establishes="promises_settled")]
    return (
        Rule(KeepPromise, needs=[promise_open()], outcomes=settled),
        Rule(ReleasePromise, needs=[promise_open()], outcomes=settled, in_way=False),
        Rule(
            BreakPromise,
            needs=[promise_open(), break_approved(cites=EDITORIAL)],
            outcomes=settled,
            in_way=False,
            notify=[("promise_broken", "owner")],
        ),
    )


def approval(*, second_person: bool, cites: Iterable[str] = ()) -> tuple[Rule, ...]:
    """Return the rules of asking a colleague, and of their answer."""
    another = [approver_is_another(cites=EDITORIAL)] if second_person else []
    return (
        Rule(
            RequestApproval,
            cites=cites,
            notify=[("approval_requested", "approver")],
        ),
        Rule(
            Approve,
            needs=[approval_open(), *another, approver_may()],
            in_way=False,
            cites=cites,
            notify=[("approval_given", "owner")],
        ),
        Rule(
            RefuseApproval,
            needs=[approval_open(), *another],
            in_way=False,
            cites=cites,
            notify=[("approval_refused", "owner")],
        ),
    )


def exits(attempts: int) -> tuple[Rule, ...]:
    """Return the rules of leaving: withdrawn, or lapsed; and of a word that comes later."""
    return (
        Rule(
            Withdraw,
            needs=[releases_are_open()],
            in_way=False,
            notify=[("withdrawn", "owner")],
        ),
        Rule(
            Lapse,
            needs=[attempts_made(attempts, cites=EDITORIAL)],
            in_way=False,
            notify=[("lapsed", "owner")],
        ),
        Rule(
            CustomerReplied,
            outcomes=[
                Outcome("word", notify=[("customer_replied", "owner")]),
                Outcome("after_silence", begins_cycle=True, notify=[("reopened", "owner")]),
            ],
            in_way=False,
        ),
    )


def common_edges(
    *, initial: str, working: Iterable[str], waiting: Iterable[str], ended: Iterable[str]
) -> tuple[Edge, ...]:
    """Return where the common acts lead, in a method with a state `withdrawn` and one `lapsed`."""
    working, waiting, ended = tuple(working), tuple(waiting), tuple(ended)
    anywhere = (*working, *ended)
    return (
        *stays(
            working,
            NoteMood,
            NoteIssue,
            TakeOwnership,
            HandOver,
            Coordinate,
            Mitigate,
            AskQuestion,
            NotReached,
            Waive,
        ),
        *stays(
            anywhere,
            Correct,
            DeadlinePassed,
            KeepPromise,
            ReleasePromise,
            BreakPromise,
            RequestApproval,
            Approve,
            RefuseApproval,
        ),
        Edge(working, "withdraw", "withdrawn"),
        Edge(waiting, "lapse", "lapsed"),
        Edge("lapsed", "customer_replied", initial, outcome="after_silence"),
        Edge(anywhere, "customer_replied", outcome="word"),
    )


def strictly(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the same rules with every recommendation made a requirement."""
    return tuple(
        evolve(
            rule,
            needs=[_demanded(need) for need in rule.needs],
            outcomes=[
                evolve(outcome, needs=[_demanded(need) for need in outcome.needs])
                for outcome in rule.outcomes
            ],
        )
        for rule in rules
    )


def _demanded(need: str | Requirement | Advised) -> str | Requirement:
    return need.need if isinstance(need, Advised) else need
