"""Acts of hearing and recognising."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import attrs

from complaintflow._evidence import Mood, Said, Told
from complaintflow._ledger import Issue, Ledger, Mistake, Question
from complaintflow.acts._act import Act, Kept, act


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
class AcknowledgeFeelings(Act):
    """Say that the customer's feelings are seen, without judging them (001-10)."""

    words: Said
    """What is said to the customer."""
    feeling: str
    """The feeling that the words name."""
    problem: str | None = None
    """The problem that the words say there is (001-24). None: not said."""
    mission: str | None = None
    """What the agent commits to (001-14). None: not said."""


@act(recognition=True)
class RecogniseAnger(Act):
    """Recognise that the customer is angry, and has a right to be (002-15)."""

    words: Said
    """What is said to the customer."""
    problem: str
    """The problem behind the anger (002-16)."""


@act
class Invite(Act):
    """Invite the customer to say everything they think and feel (001-20)."""

    words: Said
    """What is said to the customer."""


@act(
    outcomes={
        "confirmed": "the customer confirms it",
        "rejected": "the customer says that is not it",
        "unconfirmed": "the customer has not answered yet",
    },
    awaits="customer",
)
class Reiterate(Act):
    """Say the issue back in one's own words (002-25)."""

    words: Said
    """What is said to the customer."""
    problem: str | None = None
    """The real problem, as it turned out behind the words (002-14). None: not said."""
    confirmed: bool | None = None
    """Whether the customer confirms it. None: it may come later, as an `Answer`."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell a confirmed restatement from a rejected one, and both from one that waits."""
        if self.confirmed is None:
            return "unconfirmed"
        return "confirmed" if self.confirmed else "rejected"

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep the open question where it was not answered at once."""
        if self.confirmed is not None:
            return ledger.but(attempts=0)
        asked = Question(f"q{entry.version}", self.words, "restatement")
        return ledger.but(questions=ledger.ask_question(asked))


@act
class NoteMistake(Act):
    """Note a mistake of the company. It owes an apology (001-32)."""

    text: str
    """What went wrong on the company's side."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Add the mistake."""
        new = Mistake(f"m{len(ledger.mistakes) + 1}", self.text)
        return ledger.but(mistakes=(*ledger.mistakes, new))


@act
class NoteOurSide(Act):
    """Note the company's own account of what happened; a story has two sides (000-03)."""

    account: str
    """What happened, as the company sees it. It takes nothing from the customer's account."""


@act
class NoteUnderstanding(Act):
    """Note how the customer sees it, once the agent fully understands (000-32, 000-34)."""

    point_of_view: str
    """The customer's point of view."""


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


@act(public=["covers"])
class Apologize(Act):
    """
    Apologise.

    An apology is no remedy and admits no fault by itself (000-12).
    """

    words: Said
    """What is said to the customer."""
    covers: Sequence[str] = ()
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
    willing: bool | None = None
    """Whether the customer is willing to work on a solution (001-45). None: not judged."""
    note: str | None = None
    """What shows it. None: nothing was written down."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep the mood; the first of a cycle also as its opening mood."""
        willing = ledger.willing if self.willing is None else self.willing
        return ledger.feel(self.mood, willing=willing)


@act(
    outcomes={
        "answered": "the customer has answered",
        "all_told": "the customer was asked for anything else, and has answered",
        "unanswered": "no answer yet",
    },
    awaits="customer",
)
class AskQuestion(Act):
    """Ask the customer something, to understand."""

    question: Said
    """What is asked."""
    answer: Told | None = None
    """The customer's answer. None: it may come later, as an `Answer`."""
    about: Literal["understanding", "anything_else"] = "understanding"
    """`anything_else` where it asks whether there is more (000-31)."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell a question that is answered at once from one that waits."""
        if self.answer is None:
            return "unanswered"
        return "all_told" if self.about == "anything_else" else "answered"

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep the question, and the answer as the customer's words."""
        asked = Question(f"q{entry.version}", self.question, self.about, self.answer)
        questions = ledger.ask_question(asked)
        if self.answer is None:
            return ledger.but(questions=questions)
        return ledger.hear(self.answer, questions=questions)
