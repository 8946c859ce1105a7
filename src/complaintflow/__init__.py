"""
Complaint resolution methods as state machines that say why not, and what next.

A :class:`Desk` keeps cases under one or more methods of `complaintflow.methods`; what is said and
done is recorded as acts of `complaintflow.acts`; storage and notifications come through
`complaintflow.ports`.
"""

from typing import TYPE_CHECKING

from complaintflow._actors import Actor
from complaintflow._case import Case, Effect, Entry, Move, Watched
from complaintflow._desk import Delivery, Desk
from complaintflow._engine import Option, decide, machine, open_case, options
from complaintflow._language import LanguageRule
from complaintflow._ledger import (
    Approval,
    Issue,
    Ledger,
    Mistake,
    Plan,
    Promise,
    Proposal,
    Question,
)
from complaintflow._method import Departure, Edge, Method, Outcome, Rule, State, stays
from complaintflow._requirements import Advised, Fact, Requirement
from complaintflow._time import Deadline, TimeLimit, Within
from complaintflow.acts import Act, act
from complaintflow.errors import (
    UNDECIDED,
    CaseExists,
    ComplaintflowError,
    Conflict,
    EvidenceError,
    HistoryError,
    KeyReused,
    MethodError,
    Refused,
    Step,
    StoreError,
    StoryError,
    TimeError,
    UnknownAct,
    UnknownActor,
    UnknownCase,
    UnknownMethod,
    Unmet,
    UnsupportedOption,
)

if TYPE_CHECKING:
    from complaintflow._story import Line, Told, line_of, read_story, replay


def __getattr__(name: str) -> object:
    # Stories are for exports and replays; the desk at work does without them.
    if name in {"Line", "Told", "line_of", "read_story", "replay"}:
        from complaintflow import _story

        return getattr(_story, name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


__all__ = [
    "UNDECIDED",
    "Act",
    "Actor",
    "Advised",
    "Approval",
    "Case",
    "CaseExists",
    "ComplaintflowError",
    "Conflict",
    "Deadline",
    "Delivery",
    "Departure",
    "Desk",
    "Edge",
    "Effect",
    "Entry",
    "EvidenceError",
    "Fact",
    "HistoryError",
    "Issue",
    "KeyReused",
    "LanguageRule",
    "Ledger",
    "Line",
    "Method",
    "MethodError",
    "Mistake",
    "Move",
    "Option",
    "Outcome",
    "Plan",
    "Promise",
    "Proposal",
    "Question",
    "Refused",
    "Requirement",
    "Rule",
    "State",
    "Step",
    "StoreError",
    "StoryError",
    "TimeError",
    "TimeLimit",
    "Told",
    "UnknownAct",
    "UnknownActor",
    "UnknownCase",
    "UnknownMethod",
    "Unmet",
    "UnsupportedOption",
    "Watched",
    "Within",
    "act",
    "decide",
    "line_of",
    "machine",
    "open_case",
    "options",
    "read_story",
    "replay",
    "stays",
]
