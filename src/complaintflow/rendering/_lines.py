"""Lines of text: clean, and no wider than there is room for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# What is no character in XML, or would steer a terminal or turn the text around.
_STEERING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def clean(text: str) -> str:
    """Return a text on one line, with nothing in it but what can be read."""
    return " ".join(_STEERING.sub("\ufffd", text).split())


def columns(text: str) -> int:
    """Return how many columns a text takes: the signs of some scripts are two wide, marks none."""
    return sum(map(_columns, text))


def _columns(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def wrapped(text: str, width: int, *, indent: str = "") -> list[str]:
    """Return a text as lines of so many columns; those after the first are indented."""
    lines: list[str] = []
    line = ""
    for word in _pieces(clean(text), max(width - len(indent), 2)):
        longer = f"{line} {word}" if line.strip() else line + word
        if columns(longer) > width and line.strip():
            lines.append(line)
            longer = indent + word
        line = longer
    return [*lines, line] if line.strip() else lines


def _pieces(text: str, width: int) -> Iterator[str]:
    """Yield the words of a text, those that are too long in pieces."""
    for word in text.split():
        piece = ""
        for sign in word:
            if columns(piece + sign) > width:
                yield piece
                piece = ""
            piece += sign
        yield piece
