"""What stands in for a host's acts and guards where only the document is at hand: for a check."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

from complaintflow._requirements import Reads, Requirement
from complaintflow.acts import Act, act

ABOUT_AN_ACT = "taken for an agent's act without evidence, that is no remedy and recognises nothing"
"""What is said of an act that is stood in for, and may not be so of the host's."""


def guard_for(code: str, name: str) -> Requirement:
    """Return a guard that always says no, which is what a check takes of one it cannot see into."""
    text = f"what the guard '{name}' asks is known to the host alone"
    return Requirement(code, text, lambda _: False, reads=get_args(Reads))


def act_for(trigger: str, outcomes: Iterable[str]) -> type[Act]:
    """Return an act without evidence, that can come out as a document says."""
    told = dict.fromkeys(outcomes, "known to the host alone")
    members: dict[str, Any] = {"__doc__": "An act of the host.", "__module__": __name__}
    if told:
        members["read_outcome"] = lambda _self, _ledger: next(iter(told))
    made: type[Act] = act(outcomes=told)(type(f"StandIn_{trigger}", (Act,), members))
    made.trigger = trigger
    return made
