"""
What a front door is given, looked at whole before anything is done.

Imported by what needs it when it is called, so that importing the library does not pay for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf

from complaintflow.errors import (
    ComplaintflowError,
    EvidenceError,
    TimeError,
    UnknownActor,
    UnknownCase,
    UnknownMethod,
)

OF_WHAT_WAS_GIVEN = (EvidenceError, TimeError, UnknownActor, UnknownCase, UnknownMethod)
"""What is said of an argument by looking at it alone."""

MOST = 2**31 - 1
"""As far as every database counts: versions have four bytes in some."""

Wanted = tuple[Callable[[object], bool], str]
"""Whether a value fits, and what to call one that does."""


def _counts(value: object) -> bool:
    return type(value) is int and 0 <= value <= MOST


def _tells(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(each, str) for each in value)


def _measures(value: object) -> bool:
    return type(value) in {int, float} and 0 <= value < inf  # type: ignore[operator]


def or_none(wanted: Wanted, meaning: str = "") -> Wanted:
    """Return what may be left out too, and what it means to leave it out."""
    fits, told = wanted
    return lambda value: value is None or fits(value), f"{told}, or None{meaning}"


def a(cls: type | tuple[type, ...], told: str) -> Wanted:
    """Return what wants an instance of a class."""
    return lambda value: isinstance(value, cls), told


TEXT: Wanted = a(str, "a text")
FUNCTION: Wanted = callable, "a function"
FLAG: Wanted = a(bool, "True or False")
COUNT: Wanted = _counts, f"a whole number from 0 to {MOST}"
TEXTS: Wanted = _tells, "texts, such as those of a list"
NUMBER: Wanted = _measures, "a number of at least 0"
LIMIT = or_none(COUNT, " for all")


class Gathering:
    """
    What is wrong with everything that was given, told at the end and at once.

    What is looked at `with` it may raise: an error about what was given waits for the `end`.
    """

    def __init__(self, asked: str) -> None:
        self._asked = asked
        self._found: list[ComplaintflowError] = []

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: object, traceback: object) -> bool:
        if isinstance(error, OF_WHAT_WAS_GIVEN):
            self._found.append(error)
            return True
        return False

    def end(self) -> None:
        """
        Return where nothing was wrong.

        Raises:
            ComplaintflowError: one thing was; it is told as it is alone.

            EvidenceError: more were; all of them are listed.
        """
        if len(self._found) == 1:
            raise self._found[0]
        if self._found:
            raise EvidenceError(self._asked, tuple(_all_of(self._found)))


def _all_of(errors: Iterable[ComplaintflowError]) -> Iterable[str]:
    for error in errors:
        yield from error.problems if isinstance(error, EvidenceError) else (str(error),)


def look_over(asked: str, **given: tuple[Wanted, object]) -> None:
    """
    Make sure that each thing given, by its name, is what is wanted.

    Raises:
        EvidenceError: some are not; all of them are listed.
    """
    problems = tuple(
        f"{name} must be {told}, not {value!r:.80}"
        for name, ((fits, told), value) in given.items()
        if not fits(value)
    )
    if problems:
        raise EvidenceError(asked, problems)
