"""The page: text on its way to a reader, with colour on a terminal and without it in a pipe."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import StringIO
from typing import TextIO

import typer
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from complaintflow.cli._zone import local

PIPE_WIDTH = 80
"""Columns where the reader is no terminal."""

WIDEST = 100
"""Columns at most: longer lines are hard to read."""

UNREADABLE = 141
"""The exit code where the reader has gone: what a shell reports of a broken pipe."""

HEAD, FAINT, YES, NO, BEWARE = "bold", "dim", "green", "red", "yellow"

# What people wrote is shown, but it does not steer the terminal it is shown on.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ASCII = str.maketrans(
    {"→": ">", "✓": "+", "✗": "x", "·": "-", "─": "-", "“": '"', "”": '"'}
    | {"┃": "|", "│": "|", "┆": ":", "▼": "v", "←": "<", "↺": "^", "↷": ">", "↶": "-"}
)


# At the end of a line, with what switches a style on and off.
_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_BLANKS = re.compile(r"(?: |\x1b\[[0-9;]*m)+$")


def _styles(end: re.Match[str]) -> str:
    return "".join(_STYLE.findall(end[0]))


def clean(text: str) -> str:
    """Return text without what would steer a terminal."""
    return _STEERING.sub("\ufffd", text)


def flat(text: str) -> str:
    """Return clean text on one line."""
    return " ".join(clean(text).split())


def clock(at: datetime) -> str:
    """Return the time of day."""
    return f"{local(at):%H:%M}"


def day(at: datetime) -> str:
    """Return the day."""
    here = local(at)
    return f"{here:%A} {here.day} {here:%B %Y}"


def moment(at: datetime) -> str:
    """Return day and time, short."""
    here = local(at)
    return f"{here:%a} {here.day} {here:%b}, {here:%H:%M}"


def in_full(at: datetime) -> str:
    """Return day and time with the year, as both are typed."""
    return f"{local(at):%Y-%m-%d %H:%M}"


Part = str | Text | tuple[str, str]
"""A text: plain, styled, or with one style for all of it."""

Row = Sequence[str | Text]


class Page:
    """Lines of text, collected and written at once."""

    def __init__(self) -> None:
        terminal = sys.stdout is not None and sys.stdout.isatty()
        self._text = StringIO()
        self._console = Console(
            file=self._text,
            width=_width(terminal=terminal),
            force_terminal=True if terminal else None,
            highlight=False,
            markup=False,
            emoji=False,
        )

    @property
    def width(self) -> int:
        """How many columns there are."""
        return self._console.width

    def put(self, *parts: Part, indent: int = 0) -> None:
        """Add a paragraph of texts, each plain or with a style, indented by so many columns."""
        self._print(line(*parts), indent)

    def put_some(self, notes: Sequence[str], *, indent: int = 0) -> None:
        """Add as many notes as one line has room for, and an ellipsis for the others."""
        room = self._console.width - indent
        for some in range(len(notes), 0, -1):
            told = "; ".join((*notes[:some], *(["…"] if some < len(notes) else [])))
            if len(told) <= room or some == 1:
                self.put((told, FAINT), indent=indent)
                return

    def rows(self, rows: Iterable[Row], *, indent: int = 0, widths: Sequence[int] = ()) -> None:
        """
        Add rows of cells in columns; a cell that is too long goes on below.

        Args:
            rows: the cells.

            indent: columns to the left.

            widths: the least widths of the first columns, so that several tables stand alike.
        """
        told = [
            [cell if isinstance(cell, Text) else Text(clean(cell)) for cell in row] for row in rows
        ]
        if not told:
            return
        table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
        for place in range(len(told[0])):
            least = widths[place] if place < len(widths) else None
            table.add_column(overflow="fold", min_width=least)
        for row in told:
            table.add_row(*row)
        self._print(table, indent)

    def blank(self) -> None:
        """Add an empty line."""
        self._console.print()

    def heading(self, text: str) -> None:
        """Add an empty line and a heading."""
        self.blank()
        self.put((text, HEAD))

    def title(self, text: str, about: str = "") -> None:
        """Add the first heading, underlined, and a word about what follows."""
        self.put((text, HEAD))
        self.put(("─" * min(len(text), self._console.width), FAINT))
        if about:
            self.put((about, FAINT))

    def told(self) -> str:
        """Return everything that was put on the page."""
        lines = self._text.getvalue().splitlines()
        return "".join(f"{_BLANKS.sub(_styles, each.rstrip())}\n" for each in lines)

    def write(self) -> None:
        """Write everything that was put on the page."""
        write(self.told())

    def _print(self, what: RenderableType, indent: int) -> None:
        self._console.print(Padding(what, (0, 0, 0, indent)))


def line(*parts: Part) -> Text:
    """Return one text of several, each plain or with a style."""
    told = Text()
    for part in parts:
        if isinstance(part, Text):
            told.append_text(part)
        elif isinstance(part, tuple):
            told.append(clean(part[0]), style=part[1])
        else:
            told.append(clean(part))
    return told


def _width(*, terminal: bool) -> int:
    if not terminal:
        return PIPE_WIDTH
    return max(60, min(shutil.get_terminal_size((PIPE_WIDTH, 24)).columns, WIDEST))


def write(text: str) -> None:
    """
    Write text to the reader.

    Raises:
        Exit: the reader has gone, or cannot take it.
    """
    _send(sys.stdout, text)


def write_bytes(content: bytes) -> None:
    """Write what is no text, such as a picture, to a pipe or a file."""
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _close(sys.stdout)
        raise typer.Exit(UNREADABLE) from None
    except OSError as error:
        _close(sys.stdout)
        complain(f"the output cannot be written: {error.strerror}")
        raise typer.Exit(2) from None


def write_data(data: object, *, indent: int | None = None) -> None:
    """Write data as JSON."""
    write(json.dumps(data, ensure_ascii=not _is_utf8(sys.stdout), indent=indent) + "\n")


def complain(text: str) -> None:
    """Write a message for the one at the keyboard; wrapped there, and in a pipe as it is."""
    told = f"complaintflow: {clean(text)}"
    if sys.stderr is not None and sys.stderr.isatty():
        told = "\n".join(_wrapped(each) for each in told.split("\n"))
    _send(sys.stderr, told + "\n")


def _wrapped(text: str) -> str:
    return textwrap.fill(
        text,
        _width(terminal=True),
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def remark(text: str) -> None:
    """Write something that is worth knowing, and no part of what was asked for."""
    _send(sys.stderr, clean(text) + "\n")


def _is_utf8(file: TextIO | None) -> bool:
    return (getattr(file, "encoding", None) or "ascii").lower().replace("-", "") == "utf8"


def _send(file: TextIO | None, text: str) -> None:
    if file is None:
        return  # it was closed before we started: nobody wants to know
    if not _is_utf8(file):
        encoding = getattr(file, "encoding", None) or "ascii"
        text = text.translate(_ASCII).encode(encoding, "replace").decode(encoding)
    else:
        # Half a pair of surrogates is no character: JSON writes it as it is written here.
        text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    try:
        file.write(text)
        file.flush()
    except BrokenPipeError:
        _close(file)
        raise typer.Exit(UNREADABLE) from None
    except OSError as error:
        _close(file)
        if file is sys.stdout:
            complain(f"the output cannot be written: {error.strerror}")
        raise typer.Exit(2) from None


def _close(file: TextIO) -> None:
    # Python flushes again when it ends, and would complain about what we know already.
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, file.fileno())
    os.close(sink)
