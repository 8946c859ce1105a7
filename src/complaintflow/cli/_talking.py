"""The talk at the terminal: what is said, what is asked, and how to go back or to leave."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.text import Text

from complaintflow.cli._answers import NotUnderstood, understood
from complaintflow.cli._listening import Answers, Gone
from complaintflow.cli._page import BEWARE, FAINT, Page, Part
from complaintflow.cli._reading import Unusable

MARK = ":"
"""What a command begins with, where a text could be the answer."""

GOES_ON = "\\"
"""The end of a line that goes on below."""

LEFT_OUT = "-"
"""The answer that leaves a field out."""

COMMANDS = (
    (":back", "the question before"),
    (":drop", "leave the form; nothing of it is recorded"),
    (":quit", "leave the walk; what was recorded is kept"),
    ("Enter", "what stands in [ ]"),
    (LEFT_OUT, "leave a field out"),
    (GOES_ON, "at the end of a line: the text goes on below"),
    ("::", "at the beginning: a text that begins with a colon"),
)


MEANT = {
    "back": ":back",
    "cancel": ":drop",
    "drop": ":drop",
    "exit": ":quit",
    "help": ":help",
    "quit": ":quit",
    "undo": ":back",
}
"""What commands are taken for, where a text could be the answer."""


class Back(Exception):
    """The question before is to be asked again."""


class Dropped(Exception):
    """The form is left without being sent."""


class Talk:
    """
    A talk with whoever sits at the terminal, or with the script in their place.

    Args:
        answers: where the answers come from.
    """

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._is_new_to_forms = True

    def say(self, *parts: Part, indent: int = 0) -> None:
        """Write one paragraph."""
        page = Page()
        page.put(*parts, indent=indent)
        page.write()

    def explain(self, text: str, *, indent: int = 0) -> None:
        """Write what a question is about."""
        self.say((text, FAINT), indent=indent)

    def explain_forms(self, *, indent: int = 0) -> None:
        """Write how a form is left, before the first one of a talk."""
        if self._is_new_to_forms:
            self.explain(":help tells how to go back, or to leave", indent=indent)
        self._is_new_to_forms = False

    def hint_at(self, answer: str, *, indent: int = 0) -> None:
        """Write which command may have been meant by an answer that is taken as a text."""
        if command := MEANT.get(answer.casefold()):
            told = f"'{answer}' is taken as the answer; the command is {command}"
            back = "" if command == ":back" else ", and :back asks again"
            self.explain(f"{told}{back}", indent=indent)

    def object_to(self, text: str, *, indent: int = 0) -> None:
        """
        Write why an answer cannot be used, and what can be done.

        Raises:
            Unusable: it stands in a script. What follows it there was meant for another question.
        """
        if self._answers.place is not None:
            raise Unusable(f"{self._answers.place}: {text}")
        self.say(("? ", BEWARE), text, indent=indent)

    def ask(self, prompt: str, *, indent: int = 0) -> str:
        """
        Return an answer that is no command, on one line or several, without space around it.

        Raises:
            Back, Dropped, Gone: it was the command to do so, or there are no more answers.
        """
        answer = self._answers.next(f"{' ' * indent}{prompt}> ")
        while answer.endswith(GOES_ON):
            more = self._answers.next(f"{' ' * indent}...> ")
            answer = f"{answer.removesuffix(GOES_ON)}\n{more}"
        answer = answer.strip()
        if not answer.startswith(MARK):
            return answer
        if answer.startswith(MARK * 2):
            return answer.removeprefix(MARK)
        return self._command(answer, prompt, indent)

    def _command(self, answer: str, prompt: str, indent: int) -> str:
        name = answer.removeprefix(MARK).strip().casefold()
        ways_out = {"back": Back, "drop": Dropped, "quit": Gone}
        if name in ways_out:
            raise ways_out[name]
        if name != "help":
            every = ", ".join(f"{MARK}{each}" for each in (*ways_out, "help"))
            self.object_to(f"there is no command {answer:.40}; there are {every}", indent=indent)
        page = Page()
        page.rows([(Text(each), Text(means, FAINT)) for each, means in COMMANDS], indent=indent)
        page.write()
        return self.ask(prompt, indent=indent)

    def agrees(self, question: str, *, yes: bool, indent: int = 0) -> bool:
        """
        Return the answer to a question of yes or no; Enter gives *yes*.

        Raises:
            Back, Dropped, Gone: it was the command to do so, or there are no more answers.
        """
        while True:
            answer = self.ask(f"{question} [{'yes' if yes else 'no'}]", indent=indent)
            if not answer:
                return yes
            try:
                return bool(understood(bool, answer, now=_NEVER))
            except NotUnderstood as error:
                self.object_to(str(error), indent=indent)


_NEVER = datetime.min.replace(tzinfo=UTC)
"""The time that an answer of yes or no is given at: it does not matter."""
