"""
The closed vocabulary of requirements, for methods of one's own.

Each maker returns a :class:`Requirement`; what none of them asks can be asked by building one.
"""

from complaintflow._requirements import (
    Advised,
    Fact,
    Question,
    Requirement,
    approval_open,
    approver_is_another,
    approver_may,
    attempts_made,
    break_approved,
    deadline_passed,
    entry_exists,
    fills,
    may_be_waived,
    offer_in_time,
    promise_open,
    question_open,
    releases_are_open,
    says,
    takes_up_the_account,
    within_authority,
)

__all__ = [
    "Advised",
    "Fact",
    "Question",
    "Requirement",
    "approval_open",
    "approver_is_another",
    "approver_may",
    "attempts_made",
    "break_approved",
    "deadline_passed",
    "entry_exists",
    "fills",
    "may_be_waived",
    "offer_in_time",
    "promise_open",
    "question_open",
    "releases_are_open",
    "says",
    "takes_up_the_account",
    "within_authority",
]
