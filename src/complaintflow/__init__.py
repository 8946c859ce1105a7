"""
Complaint resolution methods as state machines that say why not, and what next.

A :class:`Desk` keeps cases under one or more methods of `complaintflow.methods`; what is said and
done is recorded as acts of `complaintflow.acts`; storage and notifications come through
`complaintflow.ports`.
"""

from typing import TYPE_CHECKING

from complaintflow._actors import Actor
from complaintflow._case import Case, Effect, Entry, Move, Watched
from complaintflow._deadlines import Breach, Deadline, TimeLimit
from complaintflow._desk import Desk
from complaintflow._ledger import (
    Approval,
    Asked,
    Issue,
    Ledger,
    Mistake,
    Plan,
    Promise,
    Proposal,
)
from complaintflow._time import Within
from complaintflow.acts import Act, act
from complaintflow.errors import (
    UNDECIDED,
    CaseExists,
    ComplaintflowError,
    Conflict,
    DocumentError,
    EvidenceError,
    HistoryError,
    KeyReused,
    LimitReached,
    MethodError,
    NotDelivered,
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
    from complaintflow._chain import Flaw, Head, Verification, verify_history
    from complaintflow._desk._awaited import AsyncDesk
    from complaintflow._desk._limits import Limits
    from complaintflow._desk._migrating import MoveReport, StateMoves, Stuck
    from complaintflow._desk._passing import Delivery
    from complaintflow._engine import decide, due, open_case
    from complaintflow._engine._migration import Migration
    from complaintflow._engine._options import Option, options
    from complaintflow._engine._stock import machine
    from complaintflow._language import LanguageRule
    from complaintflow._method import Departure, Edge, Method, Origin, Outcome, Rule, State, stays
    from complaintflow._requirements import Advised, Fact, Requirement
    from complaintflow._story._lines import Line, line_of, read_story
    from complaintflow._story._replaying import Replayed, replay


_LATER = {
    "_chain": ("Flaw", "Head", "Verification", "verify_history"),
    "_desk._awaited": ("AsyncDesk",),
    "_desk._limits": ("Limits",),
    "_desk._migrating": ("MoveReport", "StateMoves", "Stuck"),
    "_desk._passing": ("Delivery",),
    "_engine": ("decide", "due", "open_case"),
    "_engine._migration": ("Migration",),
    "_engine._options": ("Option", "options"),
    "_engine._stock": ("machine",),
    "_language": ("LanguageRule",),
    "_method": (
        "Departure",
        "Edge",
        "Method",
        "Origin",
        "Outcome",
        "Rule",
        "State",
        "stays",
    ),
    "_requirements": ("Advised", "Fact", "Requirement"),
    "_story._lines": ("Line", "line_of", "read_story"),
    "_story._replaying": ("Replayed", "replay"),
}
"""What is loaded when it is first asked for, by the module it is in."""


def __getattr__(name: str) -> object:
    for module, names in _LATER.items():
        if name in names:
            from importlib import import_module

            found = getattr(import_module(f"complaintflow.{module}"), name)
            globals()[name] = found  # it is asked for once
            return found
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


__all__ = [
    "UNDECIDED",
    "Act",
    "Actor",
    "Advised",
    "Approval",
    "Asked",
    "AsyncDesk",
    "Breach",
    "Case",
    "CaseExists",
    "ComplaintflowError",
    "Conflict",
    "Deadline",
    "Delivery",
    "Departure",
    "Desk",
    "DocumentError",
    "Edge",
    "Effect",
    "Entry",
    "EvidenceError",
    "Fact",
    "Flaw",
    "Head",
    "HistoryError",
    "Issue",
    "KeyReused",
    "LanguageRule",
    "Ledger",
    "LimitReached",
    "Limits",
    "Line",
    "Method",
    "MethodError",
    "Migration",
    "Mistake",
    "Move",
    "MoveReport",
    "NotDelivered",
    "Option",
    "Origin",
    "Outcome",
    "Plan",
    "Promise",
    "Proposal",
    "Refused",
    "Replayed",
    "Requirement",
    "Rule",
    "State",
    "StateMoves",
    "Step",
    "StoreError",
    "StoryError",
    "Stuck",
    "TimeError",
    "TimeLimit",
    "UnknownAct",
    "UnknownActor",
    "UnknownCase",
    "UnknownMethod",
    "Unmet",
    "UnsupportedOption",
    "Verification",
    "Watched",
    "Within",
    "act",
    "decide",
    "due",
    "line_of",
    "machine",
    "open_case",
    "options",
    "read_story",
    "replay",
    "stays",
    "verify_history",
]
