"""Acts of hearing and recognising."""

from __future__ import annotations

from typing import Literal

import attrs

from complaintflow._evidence import Mood, Said, Told
from complaintflow._ledger import Issue, Ledger, Question
from complaintflow.acts._act import Act, Kept, act


@act(speaker="customer")
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


@act(
    hearing="finished",
    outcomes={
        "finished": "the customer has said all they want to say",
        "unfinished": "the customer has more to say",
    },
    awaits="customer",
)
class Listen(Act):
    """Listen to the customer, for as long as it takes."""

    account: Told
    """What happened, in the customer's own words."""
    finished: bool = True
    """True: the customer has said all they want to say."""
    mood: Mood | None = None
    """How the customer feels. None: not noted."""
    notes: str | None = None
    """The agent's notes, where any were necessary (003-15)."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell a finished account from one that goes on."""
        return "finished" if self.finished else "unfinished"

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep the account and the mood."""
        return ledger.hear(self.account).feel(self.mood)


@act(recognition=True)
class AcknowledgeProblem(Act):
    """Say that there is a problem, and which."""

    words: Said
    """What is said to the customer."""


@act(recognition=True)
class Empathize(Act):
    """Show the customer that what happened to them is understood."""

    words: Said
    """What is said to the customer."""
    issue: str | None = None
    """The customer's issue that the words reflect back. None: not said."""
    concern: str | None = None
    """The customer's concern that the words reflect back. None: not said."""
    impact: str | None = None
    """What it did to the customer's experience. None: not said."""


@act
class Apologize(Act):
    """
    Apologise.

    An apology is no remedy and admits no fault by itself (000-12).
    """

    words: Said
    """What is said to the customer."""
    covers: tuple[str, ...] = ()
    """The mistakes it is for. Empty: the inconvenience, or the situation as such."""
    admits_fault: bool = False
    """True only where the company wants to admit fault."""


@act
class NoteIssue(Act):
    """Note one thing the customer complains about."""

    text: str
    """The issue, in a sentence."""
    whose: Literal["customer", "company"] = "customer"
    """Whose challenge it is."""
    urgency: Literal["pressing", "long_term"] | None = None
    """How urgent it is. None: not sorted."""
    primary: bool = False
    """True: it is what the complaint is mainly about."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Add the issue; there is one primary issue at most."""
        issues = ledger.issues
        if self.primary:
            issues = tuple(attrs.evolve(issue, primary=False) for issue in issues)
        new = Issue(f"i{len(issues) + 1}", self.text, self.whose, self.urgency, self.primary)
        return ledger.but(issues=(*issues, new))


@act
class NoteMood(Act):
    """Note how the customer feels."""

    mood: Mood
    """The mood, from calm to hostile."""
    note: str | None = None
    """What shows it. None: nothing was written down."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep the mood; the first of a cycle also as its opening mood."""
        return ledger.feel(self.mood)


@act(
    outcomes={"answered": "the customer has answered", "unanswered": "no answer yet"},
    awaits="customer",
)
class AskQuestion(Act):
    """Ask the customer something, to understand."""

    question: Said
    """What is asked."""
    answer: Told | None = None
    """The customer's answer. None: it may come later, as an `Answer`."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell a question that is answered at once from one that waits."""
        return "unanswered" if self.answer is None else "answered"

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep the question, and the answer as the customer's words."""
        asked = Question(f"q{entry.version}", self.question, "understanding", self.answer)
        ledger = ledger.but(questions=(*ledger.questions, asked))
        return ledger if self.answer is None else ledger.hear(self.answer)
