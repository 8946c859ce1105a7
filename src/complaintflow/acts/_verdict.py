"""How a follow-up is read: by which answers it is settled that the customer is satisfied."""

from __future__ import annotations

from attrs import field, frozen

from complaintflow._ledger import Ledger
from complaintflow._pieces import names
from complaintflow._value import Value
from complaintflow.acts._act import Act


@frozen(eq=False, repr=False)
class Verdict(Value):
    """
    The library's reading of a `FollowUp`, and of an `Answer` to one, by what a document asks.

    As `Rule.reads` it earns what the charter asks for, as the acts' own reading does; an answer to
    any other question is left to the act.
    """

    yes: tuple[str, ...] = field(converter=names)
    """The fields that have to say yes, all of them: `resolved`, `pleased`."""

    no: tuple[str, ...] = field(converter=names)
    """The fields of which one no is enough."""

    def of(self, act: Act) -> str:
        """Return what an act says to the follow-up; `unanswered` where it does not say."""
        if any(getattr(act, name) is False for name in self.no):
            return "not_satisfied"
        return "satisfied" if all(getattr(act, name) for name in self.yes) else "unanswered"

    def __call__(self, act: Act, ledger: Ledger) -> str | None:
        """Return the outcome of a follow-up, or of an answer."""
        if act.trigger == "answer":
            asked = ledger.question(getattr(act, "to", None))
            if asked is None or asked.about != "follow_up":
                return act.read_outcome(ledger)
        return self.of(act)


BOTH = Verdict(yes=["resolved", "pleased"], no=["resolved", "pleased"])
"""How the acts themselves read it: both questions are asked, and one no is enough (002-62)."""
