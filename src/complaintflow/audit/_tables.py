"""
Tables: lines of text with a delimiter between their cells, in blocks.

Text without a quote, in which every line has as many cells as the others, is cut at once; any other
goes line by line through the reader of the standard library. What comes of it is the same.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TextIO

from complaintflow.audit._blocks import Block, SpoiledError, blocks_of, times_of

DELIMITERS = ",;\t|"
"""What is tried as the delimiter; of those that a header has as often, the first."""

SIZE = 1 << 13
"""How many characters are read at a time; what is made of them has to stay in a small cache."""


class Table:
    """
    A text that is read once from its beginning: its header, where it has one, then its blocks.

    Args:
        text: open, and the ends of its lines as they are.

        delimiter: what stands between two cells. None: what the first line has most of.
    """

    def __init__(self, text: TextIO, delimiter: str | None) -> None:
        self._text = text
        self._rest = ""
        """What was read beyond the last end of a line."""
        self._waiting = deque[str]()
        """Lines that have to go through the reader."""
        self._cut = 0
        """How many lines did not."""
        first = next(self._lines(), "")
        self._waiting.appendleft(first)
        self.delimiter = delimiter or max(DELIMITERS, key=first.count)
        self._reader = csv.reader(self._lines(), delimiter=self.delimiter)

    def header(self) -> list[str]:
        """
        Return the cells of the first line; none where there is no line.

        Raises:
            csv.Error: it cannot be read.
        """
        return next(self._reader, [])

    def blocks(
        self, places: tuple[int, int, int], parse: Callable[[Any], datetime]
    ) -> Iterator[Block]:
        """
        Yield the lines that follow.

        Args:
            places: where in a line case, activity and time are, counted from 0.

            parse: returns the time that a cell says; see `NO_TIME` for what it raises.
        """
        yield from blocks_of(self._one_by_one(places), parse)
        while text := self._more():
            block = self._at_once(text, places, parse)
            if block is not None:
                yield block
            else:
                self._waiting.extend(io.StringIO(text, newline=""))
                yield from blocks_of(self._one_by_one(places), parse)

    # -- text -------------------------------------------------------------------------------------

    def _more(self) -> str:
        """Return the next lines, whole; nothing at the end."""
        parts = [self._rest]
        while part := self._text.read(SIZE):
            end = part.rfind("\n") + 1 or part.rfind("\r", 0, -1) + 1
            if end:
                self._rest = part[end:]
                return "".join((*parts, part[:end]))
            parts.append(part)
        self._rest = ""
        return "".join(parts)

    def _lines(self) -> Iterator[str]:
        """Yield lines, one by one, for as long as somebody asks for them."""
        while True:
            if not self._waiting:
                self._waiting.extend(io.StringIO(self._more(), newline=""))
            if not self._waiting:
                return
            yield self._waiting.popleft()

    # -- cells ------------------------------------------------------------------------------------

    def _at_once(
        self, text: str, places: tuple[int, int, int], parse: Callable[[Any], datetime]
    ) -> Block | None:
        """Return a text as a block; None where its lines have to go through the reader."""
        if '"' in text or len(text) > csv.field_size_limit():
            return None
        text = text.replace("\r\n", "\n")
        if "\r" in text:
            return None
        if not text.endswith("\n"):
            text += "\n"
        between = self.delimiter
        # The end of a line becomes a cell of its own, and then has to be where it is expected.
        count, width = text.count("\n"), text.count(between, 0, text.index("\n")) + 2
        cells = text.replace("\n", f"{between}\n{between}").split(between)
        is_even = len(cells) == count * width + 1 and cells[width - 1 :: width].count("\n") == count
        if not (is_even and 0 < max(places) < width - 1):
            return None
        first = self._reader.line_num + self._cut + 1
        self._cut += count
        cases, activities, times = (cells[place:-1:width] for place in places)
        return Block(cases, activities, times_of(times, parse), range(first, first + count))

    def _one_by_one(
        self, places: tuple[int, int, int]
    ) -> Iterator[tuple[int, str, str, str | SpoiledError]]:
        """Yield the lines that wait, and of the text beyond what the last of them needs."""
        reader, waiting = self._reader, self._waiting
        case, activity, time = places
        while waiting:
            told: tuple[str, str, str | SpoiledError]
            try:
                row = next(reader)
                told = row[case], row[activity], row[time]
            except csv.Error as error:  # the next line can still be read
                told = "", "", SpoiledError(str(error))
            except IndexError:
                if not row:
                    continue  # a blank line is no line
                told = "", "", SpoiledError("it has too few columns")
            yield (reader.line_num + self._cut, *told)
