"""Acts that are no step of any method: silence, exits, exceptions and corrections."""

from __future__ import annotations

from complaintflow._evidence import Told
from complaintflow._ledger import Ledger
from complaintflow.acts._act import Act, Kept, act


@act
class NotReached(Act):
    """The customer was tried, in vain."""

    channel: str
    """How they were tried: phone, e-mail, ..."""
    note: str | None = None
    """What happened. None: nothing to say."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Count the attempt."""
        return ledger.but(attempts=ledger.attempts + 1)


@act
class Lapse(Act):
    """Close the case because the customer fell silent; never as resolved."""

    reason: str
    """What it waited for."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Note the silence, which a word from the customer ends."""
        return ledger.but(lapsed=True)


@act(
    speaker="customer",
    outcomes={
        "word": "a word, and nothing follows from it",
        "after_silence": "the case had lapsed, and is taken up again",
    },
)
class CustomerReplied(Act):
    """A word from the customer that answers no question."""

    words: Told
    """What they said."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell a word that ends a silence from any other."""
        return "after_silence" if ledger.lapsed else "word"

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep the words; they end the silence."""
        return ledger.hear(self.words)


@act(speaker="customer")
class Withdraw(Act):
    """The customer takes the complaint back."""

    reason: Told | None = None
    """Why, in their words. None: they gave none."""
    releases: tuple[str, ...] = ()
    """Promises they release with it. What is not named stays tracked."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Release what was named."""
        return ledger.release(self.releases)


@act
class Waive(Act):
    """Do without a requirement for this cycle, where the method allows it. No fact follows."""

    requirement: str
    """The requirement's code."""
    reason: str
    """Why it is done without."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep the waiver until the cycle ends."""
        return ledger.but(waived=ledger.waived | {self.requirement})


@act
class Correct(Act):
    """Annotate an earlier entry. The entry, the facts and the state stay as they were."""

    entry: int
    """The version whose entry is corrected."""
    reason: str
    """What is wrong with it, and what is right."""


@act(speaker="system")
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
        return ledger.but(deadlines=tuple(d for d in ledger.deadlines if d.code != self.deadline))
