"""How a follow-up is read: by which answers it is settled that the customer is satisfied."""

from __future__ import annotations

from attrs import field, frozen

from complaintflow._ledger import Asked, Ledger
from complaintflow._pieces import names
from complaintflow._value import Value
from complaintflow.acts._act import Act


@frozen(eq=False, repr=False)
class Satisfaction(Value):
    """
    The library's reading of a `FollowUp`, and of an `Answer` to one, by what a document asks.

    As `Rule.reads` it earns what the charter asks for, as the acts' own reading does; an answer to
    any other question is left to the act.
    """

    yes: tuple[str, ...] = field(converter=names)
    """The fields that have to say yes, all of them: `resolved`, `pleased`."""

    no: tuple[str, ...] = field(converter=names)
    """The fields of which one no is enough."""

    def of(self, act: Act, asked: Asked | None = None) -> str:
        """
        Return what an act says to the follow-up; `unanswered` where it does not say.

        Args:
            act: the follow-up, or an answer to one.

            asked: the question it answers, with what was said to it before. None: nothing was.
        """
        if any(getattr(act, name) is False for name in self.no):
            return "not_satisfied"
        is_yes = all(_said(name, act, asked) for name in self.yes)
        return "satisfied" if is_yes else "unanswered"

    def __call__(self, act: Act, ledger: Ledger) -> str | None:
        """Return the outcome of a follow-up, or of an answer."""
        if act.trigger == "answer":
            asked = ledger.question(getattr(act, "to", None))
            if asked is None or asked.about != "follow_up":
                return act.read_outcome(ledger)
            return self.of(act, asked)
        return self.of(act)


def _said(name: str, act: Act, asked: Asked | None) -> bool:
    """Return whether an act says yes, or leaves a yes standing that was said before."""
    now = getattr(act, name)
    return bool(getattr(asked, name, None) if now is None else now)


BOTH = Satisfaction(yes=["resolved", "pleased"], no=["resolved", "pleased"])
"""How the acts themselves read it: both questions are asked, and one no is enough (002-62)."""
