"""Where the answers of a walk come from: a keyboard, or a script that is told as if by one."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from complaintflow.cli._page import clean, write
from complaintflow.cli._reading import REMARK, STANDARD_INPUT, read_text


class Gone(Exception):
    """There are no more answers: the keyboard was left, or the script has ended."""


class Ended(Gone):
    """
    A script has ended.

    Args:
        where: after which line of it.

        asked: what was asked then.
    """

    def __init__(self, where: str, asked: str) -> None:
        super().__init__(where, asked)
        self.where, self.asked = where, asked


class Answers(Protocol):
    """Answers, one line at a time."""

    @property
    def place(self) -> str | None:
        """Where the last answer stands, if that cannot be answered anew. None: it can."""
        ...

    def next(self, prompt: str) -> str:
        """
        Return the answer to a prompt.

        Raises:
            Gone: there is none any more.
        """
        ...


class Keyboard:
    """
    Answers from the terminal, with editing, recall and completion where it has them.

    Args:
        words: what the Tab key completes.
    """

    place = None
    """Somebody sits there, and can answer anew."""

    def __init__(self, words: Sequence[str]) -> None:
        with contextlib.suppress(ImportError):  # not everywhere
            import readline

            readline.set_completer(_Completer(words))
            readline.set_completer_delims(" ,")
            readline.parse_and_bind("tab: complete")

    def next(self, prompt: str) -> str:
        """Return what is typed; Ctrl-C and Ctrl-D leave."""
        while True:
            try:
                return input(prompt)
            except UnicodeDecodeError:
                write("That was no text in the terminal's encoding; type it again.\n")
            except (EOFError, KeyboardInterrupt):
                write("\n")
                raise Gone from None


class _Completer:
    def __init__(self, words: Sequence[str]) -> None:
        self._words = words

    def __call__(self, begun: str, place: int) -> str | None:
        found = [word for word in self._words if word.startswith(begun)]
        return found[place] if place < len(found) else None


class Script:
    """
    Answers from a text, line by line; it writes what a terminal would show.

    Lines that begin with `#` are remarks: they are written, and answer nothing.

    Args:
        name: what it is called, where something in it cannot be used.

        lines: its lines.
    """

    def __init__(self, name: str, lines: Iterable[str]) -> None:
        self._name = name
        self._lines: Iterator[tuple[int, str]] = enumerate(lines, 1)
        self._number = 0

    @classmethod
    def read(cls, path: str) -> Script:
        """
        Return the script that a file holds; `-` reads standard input.

        Raises:
            Unusable: there is no such file, or it holds no text.
        """
        name = "standard input" if path == STANDARD_INPUT else path
        return cls(name, read_text(path).removesuffix("\n").split("\n"))

    @property
    def place(self) -> str:
        """The line that was answered last."""
        return f"{self._name}, line {self._number}"

    def next(self, prompt: str) -> str:
        """Return the next line that is no remark."""
        for number, line in self._lines:
            self._number = number
            if line.startswith(REMARK):
                write(f"{clean(line)}\n")
                continue
            write(f"{prompt}{clean(line)}".rstrip() + "\n")
            return line
        asked = prompt.strip().removesuffix(">").partition(" [")[0]
        raise Ended(f"{self._name}: the answers end after line {self._number}", asked)


def is_a_terminal() -> bool:
    """Return whether somebody sits at a keyboard, and sees what is written."""
    return all(file is not None and file.isatty() for file in (sys.stdin, sys.stdout))
