"""How a method reads the outcome of an act where it means something of its own by the words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from complaintflow._ledger import Ledger
from complaintflow._value import Value

Read = Callable[[Any, Ledger], str]


@frozen(eq=False, repr=False)
class Reading(Value):
    """What is known of a reading beside what it does."""

    name: str
    """Its name, for documents."""

    read: Read
    """What a rule's `reads` is."""

    evidence: tuple[tuple[str, Any], ...]
    """The fields of an act that it reads, each with the type it must have."""

    outcomes: tuple[str, ...]
    """How it lets an act come out, beside how the act reads itself."""


READINGS: dict[str, Reading] = {}
"""Every reading by its name: the closed set that a document can name."""


def _reading(evidence: Mapping[str, Any], *outcomes: str) -> Callable[[Read], Read]:
    def register(read: Read) -> Read:
        name: str = read.__name__
        READINGS[name] = Reading(name, read, tuple(evidence.items()), outcomes)
        return read

    return register


def reading_of(read: object) -> Reading | None:
    """Return what is known of a rule's `reads`; None where it is none of the vocabulary."""
    return next((each for each in READINGS.values() if each.read is read), None)


@_reading({"resolved": bool | None}, "satisfied", "not_satisfied", "unanswered")
def by_resolved(act: Any, _: Ledger) -> str:
    """Read a follow-up by whether it is resolved, and ask nothing else (000-52)."""
    if act.resolved is None:
        return "unanswered"
    return "satisfied" if act.resolved else "not_satisfied"


@_reading({"resolved": bool | None, "to": str | None}, "satisfied", "not_satisfied", "information")
def answer_by_resolved(act: Any, ledger: Ledger) -> str:
    """Read an answer to a follow-up likewise; one that does not say it is a mere word."""
    asked = ledger.question(act.to)
    if asked is None or asked.about != "follow_up":
        return str(act.read_outcome(ledger))
    if act.resolved is None:
        return "information"
    return "satisfied" if act.resolved else "not_satisfied"
