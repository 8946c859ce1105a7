"""From a text to plain data: what is no TOML, or no JSON, is told with its line."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Literal, get_args

from attrs import frozen

from complaintflow.documents._lines import SCANNERS, Lines
from complaintflow.errors import DocumentError, DocumentProblem

Format = Literal["toml", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)

LONGEST_TEXT = 1_000_000
"""The most characters of a document; the documented methods have some twenty thousand."""


@frozen
class Parsed:
    """A document as plain data, and the lines of its pieces."""

    data: Mapping[str, object]
    lines: Lines


def parse(text: str, form: Format, *, subject: str, file: str) -> Parsed:
    """
    Return what a text says.

    Raises:
        DocumentError: it is not of this format.
    """
    if len(text) > LONGEST_TEXT:
        problem = DocumentProblem(
            f"it is longer than {LONGEST_TEXT} characters; name the document of one method",
            file=file,
        )
        raise DocumentError(subject, (problem,))
    try:
        # A mark at the beginning is no part of the text.
        plain = text.removeprefix("\ufeff")
        data = _toml(plain) if form == "toml" else _json(plain)
        return Parsed(data, SCANNERS[form](plain))
    except RecursionError:
        problem = DocumentProblem("it is nested too deeply", file=file)
    except _Unreadable as error:
        problem = DocumentProblem(str(error), "", error.line, file)
    raise DocumentError(subject, (problem,))


class _Unreadable(Exception):
    """A text is not of its format."""

    def __init__(self, text: str, line: int | None = None) -> None:
        super().__init__(text)
        self.line = line


def _toml(text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\s*\(at (?:line (\d+), column \d+|end of document)\)", str(error))
        line = int(found[1]) if found and found[1] else text.count("\n") + 1
        told = str(error)[: found.start()] if found else str(error)
        # A text on one line that has none of its quotes at the end of it.
        if re.fullmatch(r"(illegal|found invalid) character '\\n'", told, re.IGNORECASE):
            told = "a quote is not closed on its line"
        raise _Unreadable(f"it is no TOML: {told[:1].lower()}{told[1:]}", line) from None
    except (ValueError, OverflowError) as error:
        # Such as a date that is none, or a number of more digits than Python reads.
        raise _Unreadable(f"it holds a value that cannot be read: {error}") from None


def _json(text: str) -> Mapping[str, object]:
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        told = f"{error.msg[:1].lower()}{error.msg[1:]}"
        raise _Unreadable(f"it is no JSON: {told}", error.lineno) from None
    except ValueError as error:
        raise _Unreadable(f"it holds a value that cannot be read: {error}") from None
    if not isinstance(data, dict):
        raise _Unreadable("it must be a table of keys: {...}")
    return data


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in made if names.count(name) > 1)
        message = f"the key {twice!r:.60} stands twice in one table; take one out"
        raise _Unreadable(message)
    return made


def _no_number(name: str) -> object:
    message = f"{name} is no number; write one, or leave it out"
    raise _Unreadable(message)
