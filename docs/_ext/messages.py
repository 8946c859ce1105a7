"""
What the library says when something is wrong, provoked while the page is built.

In a page:

    ```{messages} definitions
    ```

    ```{refusals}
    ```

`messages` runs what stands in `docs/messages/ROOM.toml`, one mistake after the other, and shows
each with the words it is answered with. `refusals` lists every requirement of every documented
method, what it says when it is not met, and what would meet it.
"""
# ruff: noqa: INP001  (a folder of Sphinx extensions is no package)

from __future__ import annotations

import contextlib
import os
import shlex
import sys
import tempfile
import tomllib
import traceback
from collections.abc import Iterator
from functools import cache
from itertools import chain, repeat
from pathlib import Path
from typing import Any
from unittest.mock import patch

from attrs import frozen
from attrs.exceptions import FrozenInstanceError
from docutils import nodes
from method_tables import Row, Table
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata
from typer.main import get_command
from typer.testing import CliRunner

import complaintflow
from complaintflow.cli._commands import app as command_line
from complaintflow.cli._methods import every_method, names
from complaintflow.errors import ComplaintflowError, UnsupportedOption

ROOMS = Path(__file__).parents[1] / "messages"
OURS = Path(complaintflow.__file__).parent
ANSWERS = (
    ComplaintflowError,
    FrozenInstanceError,
    ModuleNotFoundError,
    TypeError,
    UnsupportedOption,
)
"""What something done wrong in Python may be answered with. No other is ours."""


# What a command is made of takes a while to look at, and is the same for each.
_made = cache(get_command)


@frozen
class Mistake:
    """One thing done wrong: in Python, or at the command line with the file it reads."""

    title: str = ""
    """Empty: it goes with the one before it, under the same title."""

    python: str = ""
    command: str = ""
    file: str = ""
    text: str = ""
    last: int | None = None
    """Of a long answer, how many lines are shown. None: all."""
    is_brief: bool = False
    """True: it is a line of Python among others, and shown as at Python's prompt."""

    @property
    def told(self) -> str:
        """What it is called where it goes wrong."""
        return self.title or self.python or self.command


@frozen
class Answer:
    """What a mistake was answered with."""

    error: type[BaseException] | None
    """The exception. None: it was a command, which prints."""

    text: str
    status: int | None = None


@contextlib.contextmanager
def elsewhere() -> Iterator[None]:
    """Stand in a folder of one's own, for what is read, written and imported by name alone."""
    before, path = set(sys.modules), list(sys.path)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        yield
        sys.path[:] = path
        for name in sys.modules.keys() - before:
            if (getattr(sys.modules[name], "__file__", None) or "").startswith(folder):
                del sys.modules[name]


def mistakes(room: str) -> tuple[str, list[Mistake]]:
    """
    Return what comes before the mistakes of a room, as Python, and the mistakes.

    Each line of `tries` is a mistake; the first of them has the title.
    """
    told = tomllib.loads((ROOMS / f"{room}.toml").read_text("utf-8"))
    found = []
    for each in told["mistake"]:
        if "tries" in each:
            titles = chain([each["title"]], repeat(""))
            lines = zip(each["tries"], titles, strict=False)
            found += [Mistake(title, python=line, is_brief=True) for line, title in lines]
        else:
            found.append(Mistake(**each))
    return told.get("first", ""), found


def rooms() -> list[str]:
    """Return the names of all rooms."""
    return sorted(path.stem for path in ROOMS.glob("*.toml"))


def answers(room: str) -> Iterator[tuple[Mistake, Answer]]:
    """
    Make every mistake of a room, and yield it with its answer.

    Raises:
        AssertionError: a mistake was no mistake, or was answered by something not ours.
    """
    first, found = mistakes(room)
    with elsewhere():
        known: dict[str, Any] = {"__name__": "helpdesk"}
        exec(first, known)  # noqa: S102  (our own page)
        for mistake in found:
            yield mistake, answered(mistake, known)


def answered(mistake: Mistake, known: dict[str, Any]) -> Answer:
    """Make one mistake, and return its answer."""
    if mistake.command:
        if mistake.file:
            Path(mistake.file).write_text(mistake.text, "utf-8")
        _, *words = shlex.split(mistake.command)
        plain = {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
        with patch("typer.testing._get_command", _made):
            result = CliRunner().invoke(command_line, words, prog_name="complaintflow", env=plain)
        is_told = result.exception is None or isinstance(result.exception, SystemExit)
        if result.exit_code not in {1, 2} or not is_told:
            raise AssertionError(mistake.told, result.output) from result.exception
        return Answer(None, shortened(result.output.strip()), result.exit_code)
    try:
        exec(mistake.python, known)  # noqa: S102  (our own page)
    except ANSWERS as error:
        *_, raised = traceback.extract_tb(error.__traceback__)
        is_ours = OURS in Path(raised.filename).parents
        if not (is_ours and (raised.line or "").startswith("raise ")):  # a slip of the page itself
            raise AssertionError(mistake.told) from error
        return Answer(type(error), shortened(str(error)))
    raise AssertionError(mistake.told)


def shortened(text: str) -> str:
    """Return a text without the folder it happens to be made in."""
    return text.replace(f"{Path.cwd()}{os.sep}", "")


class Messages(SphinxDirective):
    """The mistakes of a room, and their answers."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return a title, what was done, and what was said, for each."""
        room = self.arguments[0]
        self.env.note_dependency(str(ROOMS / f"{room}.toml"))
        return self.parse_text_to_nodes(
            "\n\n".join(self.shown(*each) for each in answers(room)), allow_section_headings=True
        )

    def shown(self, mistake: Mistake, answer: Answer) -> str:
        """Return one of them as a piece of the page."""
        told = [f"### {mistake.title}"] if mistake.title else []
        if mistake.command:
            if mistake.file:
                told += [f"`{mistake.file}`:", fenced("text", mistake.text.strip())]
            lines = answer.text.splitlines()
            if mistake.last is not None:
                lines = ["...", *lines[-mistake.last :]]
            text = "\n".join([f"$ {mistake.command}", *lines])
            told += [fenced("console", text), f"Exit code {answer.status}."]
        else:
            error = answer.error.__name__ if answer.error else ""
            text, said = mistake.python.strip(), f"{error}: {answer.text}"
            if mistake.is_brief:
                told += [fenced("pycon", f">>> {text}\n{said}")]
            else:
                told += [fenced("python", text), fenced("text", said)]
        return "\n\n".join(told)


def fenced(language: str, text: str) -> str:
    """Return a text as a block of the page."""
    return f"````{language}\n{text}\n````"


class Refusals(Table):
    """Every requirement of every documented method, with its words."""

    header = ("code", "says", "what meets it", "in")

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        return self.table(self.rows())

    def rows(self) -> Iterator[Row]:
        """Yield a row for each code and its words."""
        everywhere = len(names())
        for (code, text), (acts, methods) in sorted(refusals().items()):
            where = "all" if len(methods) == everywhere else ", ".join(f"`{m}`" for m in methods)
            meets = ", ".join(f"`{act}`" for act in sorted(acts)) or "what the act itself says"
            yield f"`{code}`", text.replace("{customer}", "*the customer*"), meets, where


def refusals() -> dict[tuple[str, str], tuple[set[str], dict[str, None]]]:
    """Return what is asked under which code, by which acts it is met, and in which methods."""
    found: dict[tuple[str, str], tuple[set[str], dict[str, None]]] = {}
    for method in every_method():
        for rule in method.rules:
            for outcome in (None, *(each.name for each in rule.outcomes)):
                for need in method.requirements(rule, outcome):
                    acts, methods = found.setdefault((need.code, need.text), (set(), {}))
                    acts.update(need.satisfied_by)
                    methods[method.name] = None
    return found


def setup(app: Sphinx) -> ExtensionMetadata:
    """
    Add the directives.
    """
    app.add_directive("messages", Messages)
    app.add_directive("refusals", Refusals)
    return {"parallel_read_safe": False}
