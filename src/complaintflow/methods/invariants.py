"""
What the documented methods promise of the order of acts, as sentences that are proved.

`complaintflow.verification.check` proves them of each method, and without each of its guards: a
guard that is lost by mistake breaks a sentence here, or the method gives the reason why none does.
"""

from __future__ import annotations

from complaintflow._invariants import (
    Invariant,
    alternate_precedence,
    precedence,
    response,
    since,
)

EXPECTATION = (
    *("ask_expectation/answered", "ask_expectation/unknown"),
    *("answer/expectation", "answer/no_expectation"),
)
"""The ways in which it becomes known what the customer expects."""

WISH = ("ask_expectation/answered", "answer/expectation", "counter")
"""The ways in which the customer names a wish."""

NO_WISH = ("ask_expectation/unknown", "answer/no_expectation")
"""The ways in which the customer says that there is none."""

SETTLED = ("keep_promise/settled", "release_promise/settled", "break_promise/settled")
"""The ways in which the last promise is settled."""

AGREED = ("accept", "accept_ask")
"""The ways in which an agreement is reached that is no plan."""

SATISFIED = ("follow_up/satisfied", "answer/satisfied")
"""The ways in which a customer says that it is resolved."""

UNFINISHED = (
    *("withdraw", "lapse", "merge", "reopen"),
    *("follow_up/not_satisfied", "answer/not_satisfied"),
)
"""The ways in which a cycle ends before its duties do."""


# -- the five steps -----------------------------------------------------------------------------

ANSWERED = (
    *("ask_question/answered", "ask_question/all_told"),
    *("answer/information", "answer/all_told"),
)

FIVE_STEPS: tuple[Invariant, ...] = (
    precedence("empathize", "listen", cites=["000-10", "000-20"]),
    precedence(
        "listen/finished", ["ask_question", "note_understanding"], cites=["000-30", "000-32"]
    ),
    precedence(ANSWERED, "take_action", cites=["000-30", "000-40"]),
    response("note_issue", ["take_action/settled", *UNFINISHED], cites="000-44"),
    since(
        "take_action/settled",
        [*SATISFIED, "follow_up_not_applicable"],
        undone_by="note_issue",
        cites=["000-44", "000-52"],
        code="satisfied_before_settled",
        text="found resolved, or not to be followed up, before every issue is acted on",
    ),
    since(
        [*SATISFIED, "follow_up_not_applicable"],
        "close/resolved",
        undone_by="note_issue",
        cites=["000-50", "000-52"],
        code="close_before_follow_up",
        text="closed as resolved without a follow-up, or one that was before another issue",
    ),
)
"""The sentences of the five steps (document 000)."""

FIVE_STEPS_STRICTLY: tuple[Invariant, ...] = (
    precedence(["ask_question/all_told", "answer/all_told"], "take_action", cites="000-31"),
    precedence(["note_our_side"], "take_action", cites="000-03"),
    precedence(["note_understanding"], "take_action", cites="000-32"),
)
"""What the five steps promise besides, where what they recommend is demanded."""


# -- the seven A's ------------------------------------------------------------------------------

BOTH_AGREE = ("agree_plan/both", "confirm_plan/both")
NEW_PLAN = ("propose_plan", "amend_plan")

SEVEN_AS: tuple[Invariant, ...] = (
    precedence("acknowledge_feelings", "invite", cites=["001-10", "001-20"]),
    precedence("invite", "listen", cites=["001-20", "001-21"]),
    precedence("listen/finished", "apologize", cites=["001-22", "001-30"]),
    since(
        "apologize",
        [
            *("assure", "ask_expectation", "offer"),
            *("propose_plan", "amend_plan", "declare_deadlock", "close"),
        ],
        undone_by="note_mistake",
        code="on_without_apology",
        text="assured, planned or closed without an apology that covers the last mistake noted",
        cites=["001-30", "001-32", "001-75"],
    ),
    precedence(
        "assure",
        ["reschedule", "ask_expectation", "offer", "confirm_challenges"],
        cites=["001-40", "001-42", "001-45"],
    ),
    precedence(
        EXPECTATION,
        "counter",
        cites="001-46",
        code="counter_before_expectation",
        text="a counter-proposal before the expectation is known",
    ),
    precedence("offer", ["propose_plan", "declare_deadlock"], cites="001-46"),
    since("confirm_challenges/confirmed", "propose_plan", undone_by="note_issue", cites="001-50"),
    precedence(NEW_PLAN, ["agree_plan", "confirm_plan"], cites="001-51"),
    since("confirm_plan/one_side", "agree_plan/both", undone_by=NEW_PLAN, cites="001-51"),
    since("agree_plan/one_side", "confirm_plan/both", undone_by=NEW_PLAN, cites="001-51"),
    since(
        SETTLED,
        ["follow_up", "answer/satisfied", "thank", "assure_prevention", "close"],
        undone_by=BOTH_AGREE,
        cites=["001-70", "001-71", "001-74"],
        code="finished_before_kept",
        text="followed up, thanked or closed before the promises of the last plan are settled",
    ),
    since(
        SATISFIED,
        "close/resolved",
        undone_by=BOTH_AGREE,
        cites="001-71",
        code="close_before_satisfied",
        text="closed as resolved before the customer is satisfied with the last plan",
    ),
    since(
        BOTH_AGREE,
        "answer/satisfied",
        undone_by="amend_plan",
        cites="001-70",
        code="satisfied_before_agreed",
        text="the customer satisfied with a plan that is not agreed",
    ),
    precedence("thank", "close/resolved", cites="001-72"),
    precedence("assure_prevention", "close/resolved", cites="001-73"),
)
"""The sentences of the seven A's (document 001)."""


# -- personal ownership -------------------------------------------------------------------------

REJECTED = ("reiterate/rejected", "answer/rejected")
RESTATED = ("reiterate/confirmed", "reiterate/unconfirmed")

PERSONAL_OWNERSHIP: tuple[Invariant, ...] = (
    precedence("recognise_anger", "listen/finished", cites=["002-15", "002-16"]),
    since(
        "listen/finished",
        [*RESTATED, "reschedule", "take_ownership", "offer", "accept_ask"],
        undone_by=REJECTED,
        cites=["002-10", "002-17", "002-25"],
        code="on_before_heard",
        text="gone on before the account is heard, or heard anew after a rejected restatement",
    ),
    since(
        RESTATED,
        ["take_ownership", "offer", "accept_ask"],
        undone_by=REJECTED,
        cites=["002-25", "002-32"],
        code="on_before_restated",
        text="gone on before the issue is said back, and not rejected since",
    ),
    since(
        "take_ownership",
        ["ask_expectation", "offer", "accept_ask"],
        undone_by="answer/rejected",
        cites=["002-32", "002-41"],
        code="on_before_owned",
        text="asked or offered before somebody takes responsibility, and not rejected since",
    ),
    since(
        WISH,
        "accept_ask",
        undone_by=NO_WISH,
        cites="002-42",
        code="accept_ask_before_wish",
        text="a wish accepted that the customer has not named, or no longer has",
    ),
    precedence(
        EXPECTATION,
        "counter",
        cites=["002-40", "002-51"],
        code="counter_before_expectation",
        text="a counter-proposal before the expectation is known",
    ),
    since("offer", ["accept", "decline"], undone_by="counter", cites=["002-50", "002-51"]),
    alternate_precedence("offer", ["accept", "decline"], cites="002-50"),
    precedence("offer", "declare_deadlock", cites="002-50"),
    since(
        SATISFIED,
        "close/resolved",
        undone_by=AGREED,
        cites=["002-60", "002-61"],
        code="close_before_satisfied",
        text="closed as resolved before the customer is satisfied with what was settled",
    ),
)
"""The sentences of personal ownership (document 002)."""

PERSONAL_OWNERSHIP_STRICTLY: tuple[Invariant, ...] = (
    since(
        ["reiterate/confirmed", "answer/confirmed"],
        "take_ownership",
        undone_by=REJECTED,
        cites="002-25",
        code="owned_before_confirmed",
        text="responsibility taken before the customer has confirmed the restatement",
    ),
)
"""What personal ownership promises besides, where what it recommends is demanded."""


# -- the six steps ------------------------------------------------------------------------------

SIX_STEPS: tuple[Invariant, ...] = (
    precedence("listen/finished", "acknowledge_problem", cites=["003-10", "003-20"]),
    precedence("acknowledge_problem", "empathize", cites=["003-20", "003-30"]),
    precedence("empathize", "ask_expectation", cites=["003-30", "003-40"]),
    precedence(
        EXPECTATION,
        ["offer", "accept_ask", "counter"],
        cites=["003-42", "003-50"],
        code="offer_before_expectation",
        text="offered, accepted or countered before the expectation is known",
    ),
    since(
        WISH,
        "accept_ask",
        undone_by=NO_WISH,
        cites="003-51",
        code="accept_ask_before_wish",
        text="a wish accepted that the customer has not named, or no longer has",
    ),
    since("offer", ["accept", "decline"], undone_by="counter", cites=["003-50", "003-52"]),
    alternate_precedence("offer", ["accept", "decline"], cites="003-52"),
    precedence("offer", "declare_deadlock", cites="003-52"),
    since(
        SETTLED,
        "close",
        undone_by=AGREED,
        cites="editorial",
        code="close_before_kept",
        text="closed before what was agreed is settled",
    ),
)
"""The sentences of the six steps (document 003), whatever the sixth is."""

SIX_STEPS_STRICTLY: tuple[Invariant, ...] = (
    precedence("apologize", "empathize", cites="003-22"),
    precedence("assure", "empathize", cites="003-23"),
)
"""What the six steps promise besides, where what they recommend is demanded."""

LEARNT = precedence("learn", "close", cites="003-60")
"""What the six steps promise where the sixth is to learn, and that is demanded."""

FOLLOWED_UP: tuple[Invariant, ...] = (
    since(
        SETTLED,
        ["follow_up", "answer/satisfied"],
        undone_by=AGREED,
        cites="editorial",
        code="follow_up_before_kept",
        text="followed up before what was agreed is settled",
    ),
    precedence(
        AGREED,
        "answer/satisfied",
        cites="editorial",
        code="satisfied_before_agreed",
        text="the customer satisfied before anything is agreed",
    ),
    precedence(SATISFIED, "close/resolved", cites="editorial"),
)
"""What the six steps promise where the sixth is to follow up."""
