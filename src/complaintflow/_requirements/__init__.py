"""
Requirements: named pure questions, asked before a step is taken.

The vocabulary is closed: a method picks from the makers and gives them its own code, sentence and
sources. What a requirement reads is declared, so that it is known where its answer can change.
"""

from complaintflow._requirements._base import (
    Advised,
    Fact,
    Met,
    Question,
    Reads,
    Requirement,
)
from complaintflow._requirements._made import VOCABULARY, Made
from complaintflow._requirements.authority import (
    approval_open,
    approver_is_another,
    approver_may,
    break_approved,
    owner_stays,
    promise_to_break,
    totals,
    within_authority,
)
from complaintflow._requirements.content import (
    by_human,
    fills,
    first_person,
    lines_ahead,
    not_pasted,
    redress_named,
    remedies_ahead,
    says,
    specific,
    takes_up_the_account,
    talk_ahead,
    wish_sorted,
)
from complaintflow._requirements.exits import (
    attempts_made,
    deadline_passed,
    entry_exists,
    may_be_waived,
)
from complaintflow._requirements.feelings import (
    calm,
    calmer,
    calmer_than_when_put_off,
    is_calm,
    willing,
)
from complaintflow._requirements.promises import (
    not_too_early,
    promise_open,
    releases_are_open,
)
from complaintflow._requirements.readings import (
    READINGS,
    Reading,
    answer_by_resolved,
    by_resolved,
    reading_of,
)
from complaintflow._requirements.table import (
    below_the_ask,
    challenges_of_both,
    covers_mistakes,
    issue_known,
    not_agreed_yet,
    not_rising,
    offer_in_time,
    plan_ahead,
    pressing_first,
    primary_named,
    question_about,
    question_open,
)

__all__ = [
    "READINGS",
    "VOCABULARY",
    "Advised",
    "Fact",
    "Made",
    "Met",
    "Question",
    "Reading",
    "Reads",
    "Requirement",
    "answer_by_resolved",
    "approval_open",
    "approver_is_another",
    "approver_may",
    "attempts_made",
    "below_the_ask",
    "break_approved",
    "by_human",
    "by_resolved",
    "calm",
    "calmer",
    "calmer_than_when_put_off",
    "challenges_of_both",
    "covers_mistakes",
    "deadline_passed",
    "entry_exists",
    "fills",
    "first_person",
    "is_calm",
    "issue_known",
    "lines_ahead",
    "may_be_waived",
    "not_agreed_yet",
    "not_pasted",
    "not_rising",
    "not_too_early",
    "offer_in_time",
    "owner_stays",
    "plan_ahead",
    "pressing_first",
    "primary_named",
    "promise_open",
    "promise_to_break",
    "question_about",
    "question_open",
    "reading_of",
    "redress_named",
    "releases_are_open",
    "remedies_ahead",
    "says",
    "specific",
    "takes_up_the_account",
    "talk_ahead",
    "totals",
    "willing",
    "wish_sorted",
    "within_authority",
]
