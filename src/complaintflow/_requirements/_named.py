"""What an act names must be there: asked of it in every method, whether its rule does so or not."""

from __future__ import annotations

from functools import cache

from complaintflow._requirements._base import Requirement
from complaintflow._requirements.exits import (
    deadline_near,
    deadline_passed,
    entry_exists,
    may_be_waived,
)
from complaintflow._requirements.promises import promise_open, releases_are_open
from complaintflow.acts import Act


@cache
def _asked() -> dict[type[Act], Requirement]:
    # Importing the library loads none of these; a method that has rules for them did.
    from complaintflow.acts.always import Correct, Waive, Withdraw
    from complaintflow.acts.bounds import DeadlineNear, DeadlinePassed
    from complaintflow.acts.keeping import BreakPromise, KeepPromise, ReleasePromise
    from complaintflow.acts.solving import DeclareDeadlock

    return {
        Withdraw: releases_are_open(),
        DeclareDeadlock: releases_are_open(),
        KeepPromise: promise_open(),
        ReleasePromise: promise_open(),
        BreakPromise: promise_open(),
        Waive: may_be_waived(),
        Correct: entry_exists(),
        DeadlineNear: deadline_near(),
        DeadlinePassed: deadline_passed(),
    }


NEVER_WAIVED = frozenset(
    {
        "releases_open",
        "promise_open",
        "may_be_waived",
        "entry_exists",
        "deadline_near",
        "deadline_passed",
    }
)
"""The codes of these requirements: a reason does not make a promise that nobody made."""


def asked_of(act: type[Act]) -> tuple[Requirement, ...]:
    """Return what is asked of an act in every method; nothing for most acts."""
    asked = _asked().get(act)
    return () if asked is None else (asked,)
