"""What the documented methods have in common: exits, exceptions, promises, approval."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from attrs import evolve

from complaintflow._deadlines import TimeLimit, counted_as, is_never_given, spans
from complaintflow._ledger import Ledger
from complaintflow._method import Edge, Outcome, Rule, stays
from complaintflow._requirements import (
    Advised,
    Requirement,
    another_case,
    another_owner,
    approval_open,
    approver_is_another,
    approver_may,
    attempts_made,
    break_approved,
    deadline_near,
    deadline_passed,
    entry_exists,
    fills,
    may_be_waived,
    nothing_outstanding,
    offer_answered,
    promise_open,
    promise_to_break,
    question_about,
    question_open,
    releases_are_open,
)
from complaintflow._time import Within
from complaintflow.acts import (
    Act,
    Answer,
    Approve,
    AskQuestion,
    BreakPromise,
    Coordinate,
    Correct,
    CustomerReplied,
    DeadlineNear,
    DeadlinePassed,
    HandOver,
    KeepPromise,
    Lapse,
    Merge,
    Mitigate,
    NoteIssue,
    NoteMood,
    NotReached,
    RefuseApproval,
    ReleasePromise,
    Reopen,
    RequestApproval,
    SuspendContact,
    TakeOwnership,
    Waive,
    Withdraw,
)
from complaintflow.acts.solving import ANSWERS

REMARKS: tuple[type[Act], ...] = (
    NoteMood,
    NoteIssue,
    TakeOwnership,
    HandOver,
    Coordinate,
    Mitigate,
    SuspendContact,
    AskQuestion,
    NotReached,
)
"""Acts that any method may record and need not ask anything of."""

PROMISES: tuple[type[Act], ...] = (
    KeepPromise,
    ReleasePromise,
    BreakPromise,
    RequestApproval,
    Approve,
    RefuseApproval,
)
"""Acts about promises, which outlive the close of a case."""

LEFT_OPEN = {
    "expectation": "ask_expectation/unanswered",
    "understanding": "ask_question/unanswered",
    "anything_else": "ask_question/unanswered",
    "restatement": "reiterate/unconfirmed",
    "follow_up": "follow_up/unanswered",
}
"""What a question can be about, each with what leaves such a one open."""

NOT_SATISFIED = Outcome("not_satisfied", begins_cycle=True, notify=[("reopened", "owner")])
"""What follows where a follow-up finds the customer not satisfied, in all four: it begins again."""

REOPENING = Rule(Reopen, begins_cycle=True, cites="editorial", notify=[("reopened", "owner")])
"""Beginning again without a follow-up; no document has it."""

HANDED = (("handed_over", "owner"),)
"""Who is told of a hand-over: the owner, who is then the new one."""

EDITORIAL = ("editorial",)
"""What no document says and we decided; CHECKLIST calls it so too."""


def remarks(
    *, but: Collection[type[Act]] = (), cites: Mapping[str, Iterable[str]] | None = None
) -> tuple[Rule, ...]:
    """
    Return the rules of acts that are recorded and lead nowhere.

    Args:
        but: acts the method has rules of its own for.

        cites: the clauses that some of them stand on, by trigger. None: they stand on none.
    """
    left_out, cited = {*but, HandOver}, cites or {}
    plain = (act for act in REMARKS if act not in left_out)
    another = another_owner(cites=EDITORIAL)
    handing = Rule(HandOver, needs=[another], in_way=False, notify=HANDED)
    return (
        *(Rule(act, in_way=act is AskQuestion, cites=cited.get(act.trigger, ())) for act in plain),
        *(() if HandOver in but else (handing,)),
        Rule(Waive, needs=[may_be_waived()], in_way=False),
        Rule(Correct, needs=[entry_exists()], in_way=False),
        Rule(
            DeadlineNear,
            needs=[deadline_near()],
            in_way=False,
            notify=[("deadline_near", "owner")],
        ),
        Rule(
            DeadlinePassed,
            needs=[deadline_passed()],
            in_way=False,
            notify=[("deadline_passed", "owner")],
        ),
    )


def answers(*outcomes: Outcome, reads: Callable[[Any, Ledger], str | None] | None = None) -> Rule:
    """
    Return the rule of an answer to a question that was left open.

    Args:
        outcomes: what follows from which answer.

        reads: how the method reads an answer. None: as `Answer` does.
    """
    return Rule(
        Answer,
        needs=[question_open()],
        outcomes=[_to_its_question(outcome) for outcome in outcomes],
        reads=reads,
    )


def _to_its_question(outcome: Outcome) -> Outcome:
    about = ANSWERS.get(outcome.name)
    if about is None:
        return outcome
    asked = question_about(about, asked_by=LEFT_OPEN[about])
    return evolve(outcome, needs=[asked, *outcome.needs])


def promises(*, cites: Iterable[str] = ()) -> tuple[Rule, ...]:
    """
    Return the rules of promises: kept, released by the customer, or broken with approval.

    Args:
        cites: the clauses that ask for promises to be kept.
    """
    settled = [Outcome("settled", establishes="promises_settled")]
    return (
        Rule(KeepPromise, needs=[promise_open()], outcomes=settled, cites=cites),
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
    another = approver_is_another(for_offers=second_person, cites=EDITORIAL)
    return (
        Rule(
            RequestApproval,
            needs=[promise_to_break()],
            cites=cites,
            notify=[("approval_requested", "approver")],
        ),
        Rule(
            Approve,
            needs=[approval_open(), another, approver_may()],
            in_way=False,
            cites=cites,
            notify=[("approval_given", "owner")],
        ),
        Rule(
            RefuseApproval,
            needs=[approval_open(), another],
            in_way=False,
            cites=cites,
            notify=[("approval_refused", "owner")],
        ),
    )


def retained_recorded(*, cites: Iterable[str]) -> Requirement:
    """Require that a close says whether the customer stays."""
    return fills(
        "retained",
        code="retained_recorded",
        text="whether {customer} stays is not recorded",
        cites=cites,
    )


NOTHING_AWAITED: tuple[Requirement, ...] = (
    nothing_outstanding(cites=EDITORIAL),
    offer_answered(cites=EDITORIAL),
)
"""What a merge needs where a method makes promises: the customer waits for nothing here."""


def exits(
    attempts: int, *, before_merging: Iterable[Requirement] = NOTHING_AWAITED
) -> tuple[Rule, ...]:
    """
    Return the rules of leaving: withdrawn, lapsed or merged; and of a word that comes later.

    Args:
        attempts: how often a silent customer is to be tried before the case may lapse.

        before_merging: what a merge needs, so that nothing the customer awaits is lost with it.
    """
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
            Merge,
            needs=[another_case(), *before_merging],
            in_way=False,
            notify=[("merged", "customer"), ("merged", "owner")],
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
    *,
    initial: str,
    working: Iterable[str],
    waiting: Iterable[str],
    ended: Iterable[str],
    but: Iterable[type[Act]] = (),
    promises: bool = True,
) -> tuple[Edge, ...]:
    """
    Return where the common acts lead, in a method with states `withdrawn`, `lapsed`, `merged`.

    Args:
        initial: the state a case is reopened in.

        working: the states that are not final.

        waiting: those of them that wait for the customer.

        ended: the final states.

        but: remarks the method has edges of its own for.

        promises: whether the method makes promises, so that they can be kept in any state.
    """
    working, waiting, ended = tuple(working), tuple(waiting), tuple(ended)
    anywhere, left_out = (*working, *ended), set(but)
    return (
        *stays(working, *(act for act in REMARKS if act not in left_out), Waive),
        *stays(anywhere, Correct, DeadlineNear, DeadlinePassed),
        *(stays(anywhere, *PROMISES) if promises else ()),
        Edge(working, "withdraw", "withdrawn"),
        Edge(waiting, "lapse", "lapsed"),
        Edge(working, "merge", "merged"),
        Edge("lapsed", "customer_replied", initial, outcome="after_silence"),
        Edge(anywhere, "customer_replied", outcome="word"),
    )


def first_response(
    within: Within | None, *, ends: str, text: str, cites: Iterable[str] = ()
) -> tuple[TimeLimit, ...]:
    """
    Return the time limit on the first answer to a complaint; none where none is set.

    Args:
        within: how soon. None: no time limit runs.

        ends: the trigger of the act that counts as an answer.

        text: the sentence where it has passed.

        cites: the clauses that ask for it.
    """
    if within is None:
        return ()
    return (TimeLimit("first_response", text, within, starts="open", ends=ends, cites=cites),)


def reminded(
    limits: Iterable[TimeLimit], before: Within | Sequence[Within] | None
) -> tuple[TimeLimit, ...]:
    """
    Return the same time limits, each with reminders so long before it passes.

    A setting is for all of them: what is longer than one of them is left out there, and what names
    no zone is counted in that of each.
    """
    return tuple(
        evolve(
            limit,
            reminders=[
                counted_as(each, limit.within)
                for each in spans(before)
                if limit.after_promises or not is_never_given(each, limit.within)
            ],
        )
        for limit in limits
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
