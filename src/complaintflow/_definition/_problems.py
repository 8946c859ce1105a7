"""What is wrong with a definition: a sentence for people, and what it is about as data."""

from __future__ import annotations

from typing import Self

from attrs import frozen

About = tuple[str | int, ...]
"""
A field of the method, and the piece in it that is meant: by its name, or an edge by its place.
Empty: the definition as a whole.
"""


class MethodProblem(str):
    """A sentence that says what is wrong with a definition."""

    __slots__ = ("about", "unknown")

    about: About
    """What it is about."""
    unknown: tuple[str, str] | None
    """The kind of a name that nobody knows, and the name. None: it is about something else."""

    def __new__(cls, told: str, about: About = (), unknown: tuple[str, str] | None = None) -> Self:
        """Return a sentence about something."""
        made = super().__new__(cls, told)
        made.about, made.unknown = about, unknown
        return made


@frozen
class Where:
    """A place in a definition: what sentences call it, and what it is."""

    called: str
    about: About = ()

    def says(self, told: str, unknown: tuple[str, str] | None = None) -> MethodProblem:
        """Return a problem of this place."""
        return MethodProblem(f"{self.called}: {told}", self.about, unknown)

    def within(self, more: str) -> Where:
        """Return a place in this place, which is about the same."""
        return Where(f"{self.called}: {more}", self.about)
