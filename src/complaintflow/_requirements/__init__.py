"""
Requirements: named pure questions, asked before a step is taken.

The vocabulary is closed: a method picks from the makers and gives them its own code, sentence and
sources. What a requirement reads is declared, so that it is known where its answer can change.

What makes requirements is imported when it is asked for: to handle a case takes none of it.
"""

# ruff: noqa: F405  (what a type checker knows, and is there when it is asked for)

from typing import TYPE_CHECKING

from complaintflow._requirements._base import (
    Advised,
    Fact,
    Made,
    Met,
    Question,
    Reads,
    Requirement,
    holds,
)

if TYPE_CHECKING:
    from complaintflow._requirements._all import *  # noqa: F403


def __getattr__(name: str) -> object:
    if not name.startswith("__"):
        from importlib import import_module

        makers = import_module("complaintflow._requirements._all")
        if name in makers.__all__:
            return getattr(makers, name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


__all__ = [
    "VOCABULARY",
    "Advised",
    "Fact",
    "Made",
    "Met",
    "Question",
    "Reads",
    "Requirement",
    "another_case",
    "another_owner",
    "approval_open",
    "approver_is_another",
    "approver_may",
    "attempts_made",
    "below_the_ask",
    "break_approved",
    "by_human",
    "calm",
    "calmer",
    "calmer_than_when_put_off",
    "challenges_of_both",
    "covers_mistakes",
    "deadline_near",
    "deadline_passed",
    "entry_exists",
    "fills",
    "first_person",
    "holds",
    "is_calm",
    "issue_known",
    "issues_noted",
    "lines_ahead",
    "listens_to_one",
    "may_be_waived",
    "meets_the_ask",
    "mood_noted",
    "not_agreed_yet",
    "not_pasted",
    "not_rising",
    "not_too_early",
    "nothing_outstanding",
    "offer_answered",
    "offer_in_time",
    "owner_stays",
    "plan_ahead",
    "plan_answered",
    "pressing_first",
    "primary_named",
    "promise_open",
    "promise_to_break",
    "question_about",
    "question_open",
    "redress_named",
    "releases_are_open",
    "remedies_ahead",
    "says",
    "specific",
    "taken_before",
    "takes_up_the_account",
    "talk_ahead",
    "totals",
    "unscripted",
    "willing",
    "wish_sorted",
    "within_authority",
]
