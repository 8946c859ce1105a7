"""Acts that are no step of any method: silence, exits, exceptions and corrections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from complaintflow._deadlines import Deadline
from complaintflow._evidence import Mood, Said, Told
from complaintflow._ledger import Ledger
from complaintflow.acts._act import Act, Kept, act


@act(public=["channel"])
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


@act(public=["into"])
class Merge(Act):
    """Close the case because it is about the same complaint as another one, which goes on."""

    into: str
    """The id of the case that goes on."""
    reason: str
    """How it is known that they are about the same complaint."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Note where it goes on; nothing else is taken along or lost."""
        return ledger.but(merged_into=self.into)


@act(speaker="customer", public=["releases"])
class Withdraw(Act):
    """The customer takes the complaint back."""

    reason: Told | None = None
    """Why, in their words. None: they gave none."""
    releases: Sequence[str] = ()
    """Promises they release with it. What is not named stays tracked."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Release what was named."""
        return ledger.release(tuple(self.releases))


@act(
    outcomes={
        "accepted": "the customer agrees to the other time",
        "declined": "the customer would rather go on now",
        "proposed": "the customer has not answered yet",
    },
    awaits="customer",
)
class Reschedule(Act):
    """Suggest another time to talk, when everyone is calmer (001-43)."""

    to: datetime
    """When to talk."""
    words: Said
    """What is said to the customer."""
    accepted: bool | None = None
    """Whether the customer agrees. None: not answered yet."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell what the customer said to it."""
        if self.accepted is None:
            return "proposed"
        return "accepted" if self.accepted else "declined"

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Note when to talk, and the mood it was put off in."""
        if self.accepted is not True:
            return ledger
        others = tuple(d for d in ledger.deadlines if d.code != "resume")
        talk = Deadline("resume", self.to, "the talk that was put off has not been resumed")
        return ledger.but(deadlines=(*others, talk), rescheduled_mood=ledger.mood)


@act
class Resume(Act):
    """Take up the talk that was put off."""

    mood: Mood
    """How the customer feels now."""
    willing: bool | None = None
    """Whether the customer is willing to work on a solution (001-45). None: not judged."""
    agent_calm: bool = True
    """Whether the agent is calm, by their own word: "everyone" is to be calmer (001-44)."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep the mood; nothing is put off any more."""
        return ledger.feel(
            self.mood,
            willing=ledger.willing if self.willing is None else self.willing,
            deadlines=tuple(d for d in ledger.deadlines if d.code != "resume"),
            rescheduled_mood=None,
        )


@act(public=["requirement"])
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
