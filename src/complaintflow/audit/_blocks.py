"""
Blocks: some lines of a log at a time, column by column.

A log is long, and a statement for each of its cells would be most of the work. So whatever can be
said of a column at once is said of a block, and a line that is none stands in it as a time that
nobody can compare with another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from attrs import evolve, frozen

from complaintflow._time import EARLIEST, LATEST

LINES = 1_024
"""How many lines a block has that comes of single ones."""

NO_TIME = (ValueError, TypeError, OverflowError, OSError)
"""What a cell raises that says no time. OSError: some systems say so of one that cannot be."""


class SpoiledError(ValueError):
    """A line that cannot be read, in the place of its time; raised where that is compared."""

    def __lt__(self, _: object) -> bool:
        raise self

    __gt__ = __lt__


@frozen
class Block:
    """Some lines of a log."""

    cases: Sequence[str]
    activities: Sequence[str]
    times: Sequence[Any]
    """A datetime each; a SpoiledError for a line that cannot be read."""
    lines: Sequence[int]
    """Where each stands in its file."""

    def checked(self) -> Block:
        """Return the block; times that nobody means, such as the year 9999, are none in it."""
        return evolve(self, times=list(map(meant, self.times)))


def meant(at: datetime | SpoiledError) -> datetime | SpoiledError:
    """Return a time where it can be meant; and else what is wrong with it."""
    if isinstance(at, SpoiledError) or EARLIEST <= at.year <= LATEST:
        return at
    return SpoiledError(f"a time in the year {at.year} is not meant")


@frozen
class Times:
    """How the times of a log are written."""

    parse: Callable[[Any], datetime]
    """Returns the time that a cell says; see `NO_TIME` for what it raises."""
    told: str = ""
    """What a cell is not that says none. Empty: what was raised tells it."""

    def of(self, cells: Sequence[Any]) -> Sequence[datetime | SpoiledError]:
        """Return the time that each cell says; what is wrong with one that says none."""
        try:
            return list(map(self.parse, cells))
        except NO_TIME:
            return list(map(self.one, cells))

    def one(self, cell: Any) -> datetime | SpoiledError:  # noqa: ANN401 (whatever a log has)
        """Return the time that a cell says, or what is wrong with it."""
        if isinstance(cell, SpoiledError):
            return cell
        try:
            return self.parse(cell)
        except NO_TIME as error:
            if not self.told:
                return SpoiledError(str(error))
            if not str(cell).strip():
                return SpoiledError("it names no time")
            wanted = f"and not {self.told}; say how it is: [log] format"
            return SpoiledError(f"its time is {cell!r:.40}, {wanted}")


def blocks_of(told: Iterable[tuple[int, Any, Any, Any]], times: Times) -> Iterator[Block]:
    """Yield blocks of single lines, each its place, case, activity and the cell of its time."""
    waiting = iter(told)
    while some := list(islice(waiting, LINES)):
        lines, cases, activities, cells = zip(*some, strict=True)
        yield Block(cases, activities, times.of(cells), lines)
