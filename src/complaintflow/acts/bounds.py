"""
Acts that the library itself knows.

A case is opened, a deadline is near or has passed, words are erased.
"""

from __future__ import annotations

from complaintflow._evidence import Told
from complaintflow._ledger import Ledger
from complaintflow.acts._act import Act, Kept, act


@act(speaker="customer", public=["channel", "owner"])
class Open(Act):
    """The complaint arrives. Its words are the customer's, and are not heard by arriving."""

    complaint: Told
    """What the customer wrote or said first."""
    customer: str
    """The host's name for the customer; it appears in refusals."""
    channel: str | None = None
    """How it arrived: phone, e-mail, ... None: not recorded."""
    owner: str | None = None
    """Who is responsible. None: the human who records the opening."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep the words, and who owns the case."""
        owner = self.owner or (entry.by.id if entry.by.kind == "human" else None)
        return ledger.but(owner=owner, accounts=(self.complaint,))


@act(speaker="system", public=["deadline", "promise"])
class DeadlineNear(Act):
    """A deadline is near, and somebody is reminded; recorded once for each reminder."""

    deadline: str
    """The time limit's code, or `promise`."""
    promise: str | None = None
    """The promise that is to be kept. None: it is the method's own time limit."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Note that the reminder was given."""
        return ledger.remind(self.deadline, self.promise, entry.at)


@act(speaker="system", public=["deadline", "promise"])
class DeadlinePassed(Act):
    """A deadline has passed; recorded once, and permanent."""

    deadline: str
    """The time limit's code, or `promise`."""
    promise: str | None = None
    """The promise that is overdue. None: it is the method's own time limit."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Record the breach, or stop the time limit."""
        if self.promise is not None:
            return ledger.breach(self.promise, entry.at)
        # One that recurs is running again by now.
        return ledger.but(
            deadlines=tuple(
                d for d in ledger.deadlines if d.code != self.deadline or not d.has_passed(entry.at)
            )
        )


@act
class Erase(Act):
    """
    Erase the personal data of a case: names and words, of this entry's past and for good.

    No method has a rule for it: it is possible in every state of every case. What was done stays
    on the record, and so does this entry; `[erased]` stands where the words were.
    """

    reason: str
    """Why, such as a customer's request. Goes itself with the next erasure."""
