"""Reading a file or standard input: a story, or a text; and saying all that is wrong with it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from attrs import frozen

from complaintflow import ComplaintflowError, Line, Method, Replayed, StoryError, read_story, replay

STANDARD_INPUT = "-"
REMARK = "#"


class Unusable(ComplaintflowError):
    """What was given to the command cannot be used."""


def cannot_be_written(file: Path, error: OSError | ValueError) -> Unusable:
    """Return why a file cannot be written, and what can be done."""
    if isinstance(error, FileNotFoundError):
        why = f"there is no folder '{file.parent}'; make it first, or name another file"
    else:
        why = f"{getattr(error, 'strerror', None) or error}; name another file"
    return Unusable(f"'{file}' cannot be written: {why}")


@frozen
class Script:
    """A story as a file tells it."""

    name: str
    lines: tuple[Line, ...]
    remarks: dict[int, str]
    """What the narrator says before a line, by the number of the line."""
    moves_to: tuple[Method, ...] = ()
    """The methods that it may move the case to."""


def read_script(path: str, method: Method, *, moves_to: tuple[Method, ...] = ()) -> Script:
    """
    Return the story that a file tells; its comments are the narrator's.

    Raises:
        Unusable: there is no such file, or it holds no text.

        StoryError: lines of it cannot be used; all of them are listed.
    """
    name = "standard input" if path == STANDARD_INPUT else path
    return script_of(read_text(path), method, name, moves_to=moves_to)


def read_text(path: str) -> str:
    """
    Return the text of a file.

    Raises:
        Unusable: there is no such file, or it holds no text.
    """
    name = "standard input" if path == STANDARD_INPUT else path
    return _text(_content(path), name)


def script_of(text: str, method: Method, name: str, *, moves_to: tuple[Method, ...] = ()) -> Script:
    """
    Return the story that a text tells.

    Raises:
        StoryError: lines of it cannot be used; all of them are listed.
    """
    # Not `splitlines`: JSON may hold the other line ends of Unicode as they are.
    lines = text.split("\n")
    try:
        told = read_story(lines, method, moves_to=moves_to)
    except StoryError as error:
        raise StoryError(name, error.problems) from None
    return Script(name, told, _remarks(lines, [line.number for line in told]), moves_to)


def play(script: Script, method: Method) -> tuple[Replayed, ...]:
    """
    Return what comes of each line under a method.

    Raises:
        StoryError: a line happens before the one above it, moves the case where there is no way,
            or is refused to whoever opens.
    """
    try:
        return tuple(replay(method, script.lines, moves_to=script.moves_to))
    except StoryError as error:
        raise StoryError(script.name, error.problems) from None


def _remarks(lines: Iterable[str], numbers: Iterable[int]) -> dict[int, str]:
    told: dict[int, list[str]] = {}
    ahead = list(numbers)
    for number, line in enumerate(lines, start=1):
        if line.lstrip().startswith(REMARK):
            before = next((n for n in ahead if n > number), 0)
            told.setdefault(before, []).append(line.strip().strip(f"{REMARK} "))
    return {number: " ".join(words) for number, words in told.items()}


def _content(path: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if path == STANDARD_INPUT else Path(path).read_bytes()
    except FileNotFoundError:
        message = f"there is no file '{path}'; name one, or - for a pipe"
    except IsADirectoryError:
        message = f"'{path}' is a folder, not a file"
    except (OSError, ValueError) as error:
        message = f"'{path}' cannot be read: {getattr(error, 'strerror', None) or error}"
    raise Unusable(message)


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        message = (
            f"{name} is not UTF-8: line {number} holds the byte 0x{content[error.start]:02x}; "
            "save it as UTF-8"
        )
        raise Unusable(message) from None
