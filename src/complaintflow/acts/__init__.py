"""
The vocabulary: every act a documented method knows, and the values acts carry.

The modules of acts are imported when one of their acts is first asked for, so that importing the
library does not pay for the whole vocabulary.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from complaintflow._evidence import (
    DONT_KNOW,
    ERASED,
    MOODS,
    Expectation,
    Mood,
    PlanItem,
    Remedy,
    Said,
    Told,
    evidence,
)
from complaintflow.acts._act import SPEAKERS, Act, ActSpec, Kept, Round, Speaker, act

if TYPE_CHECKING:
    from complaintflow.acts._satisfaction import Satisfaction
    from complaintflow.acts.always import (
        Correct,
        CustomerReplied,
        Lapse,
        Merge,
        NotReached,
        Reschedule,
        Resume,
        Waive,
        Withdraw,
    )
    from complaintflow.acts.bounds import (
        DeadlineNear,
        DeadlinePassed,
        Erase,
        Open,
    )
    from complaintflow.acts.evolving import ChangeMethod
    from complaintflow.acts.hearing import (
        AcknowledgeFeelings,
        AcknowledgeProblem,
        Apologize,
        AskQuestion,
        Empathize,
        Invite,
        Listen,
        NoteIssue,
        NoteMistake,
        NoteMood,
        NoteOurSide,
        NoteUnderstanding,
        RecogniseAnger,
        Reiterate,
    )
    from complaintflow.acts.keeping import (
        AssurePrevention,
        BreakPromise,
        Close,
        FollowUp,
        FollowUpNotApplicable,
        KeepPromise,
        Learn,
        ReleasePromise,
        Reopen,
        Thank,
    )
    from complaintflow.acts.owning import (
        Assure,
        Coordinate,
        HandOver,
        Mitigate,
        SuspendContact,
        TakeOwnership,
    )
    from complaintflow.acts.solving import (
        Accept,
        AcceptAsk,
        AgreePlan,
        AmendPlan,
        Answer,
        Approve,
        AskExpectation,
        ConfirmChallenges,
        ConfirmPlan,
        Counter,
        DeclareDeadlock,
        Decline,
        Offer,
        ProposePlan,
        RefuseApproval,
        RequestApproval,
        TakeAction,
    )

_MODULES = {
    "_satisfaction": ("Satisfaction",),
    "always": (
        "Correct",
        "CustomerReplied",
        "Lapse",
        "Merge",
        "NotReached",
        "Reschedule",
        "Resume",
        "Waive",
        "Withdraw",
    ),
    "bounds": (
        "DeadlineNear",
        "DeadlinePassed",
        "Erase",
        "Open",
    ),
    "evolving": ("ChangeMethod",),
    "hearing": (
        "AcknowledgeFeelings",
        "AcknowledgeProblem",
        "Apologize",
        "AskQuestion",
        "Empathize",
        "Invite",
        "Listen",
        "NoteIssue",
        "NoteMistake",
        "NoteMood",
        "NoteOurSide",
        "NoteUnderstanding",
        "RecogniseAnger",
        "Reiterate",
    ),
    "keeping": (
        "AssurePrevention",
        "BreakPromise",
        "Close",
        "FollowUp",
        "FollowUpNotApplicable",
        "KeepPromise",
        "Learn",
        "ReleasePromise",
        "Reopen",
        "Thank",
    ),
    "owning": (
        "Assure",
        "Coordinate",
        "HandOver",
        "Mitigate",
        "SuspendContact",
        "TakeOwnership",
    ),
    "solving": (
        "Accept",
        "AcceptAsk",
        "AgreePlan",
        "AmendPlan",
        "Answer",
        "Approve",
        "AskExpectation",
        "ConfirmChallenges",
        "ConfirmPlan",
        "Counter",
        "DeclareDeadlock",
        "Decline",
        "Offer",
        "ProposePlan",
        "RefuseApproval",
        "RequestApproval",
        "TakeAction",
    ),
}


def __getattr__(name: str) -> object:
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "DONT_KNOW",
    "ERASED",
    "MOODS",
    "SPEAKERS",
    "Accept",
    "AcceptAsk",
    "AcknowledgeFeelings",
    "AcknowledgeProblem",
    "Act",
    "ActSpec",
    "AgreePlan",
    "AmendPlan",
    "Answer",
    "Apologize",
    "Approve",
    "AskExpectation",
    "AskQuestion",
    "Assure",
    "AssurePrevention",
    "BreakPromise",
    "ChangeMethod",
    "Close",
    "ConfirmChallenges",
    "ConfirmPlan",
    "Coordinate",
    "Correct",
    "Counter",
    "CustomerReplied",
    "DeadlineNear",
    "DeadlinePassed",
    "DeclareDeadlock",
    "Decline",
    "Empathize",
    "Erase",
    "Expectation",
    "FollowUp",
    "FollowUpNotApplicable",
    "HandOver",
    "Invite",
    "KeepPromise",
    "Kept",
    "Lapse",
    "Learn",
    "Listen",
    "Merge",
    "Mitigate",
    "Mood",
    "NotReached",
    "NoteIssue",
    "NoteMistake",
    "NoteMood",
    "NoteOurSide",
    "NoteUnderstanding",
    "Offer",
    "Open",
    "PlanItem",
    "ProposePlan",
    "RecogniseAnger",
    "RefuseApproval",
    "Reiterate",
    "ReleasePromise",
    "Remedy",
    "Reopen",
    "RequestApproval",
    "Reschedule",
    "Resume",
    "Round",
    "Said",
    "Satisfaction",
    "Speaker",
    "SuspendContact",
    "TakeAction",
    "TakeOwnership",
    "Thank",
    "Told",
    "Waive",
    "Withdraw",
    "act",
    "evidence",
]
