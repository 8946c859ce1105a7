"""
Tables: lines of text with a delimiter between their cells, in blocks.

Text without a quote, in which every line has as many cells as the others, is cut at once; any other
goes line by line through the reader of the standard library. What comes of it is the same.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import TextIO

from complaintflow.audit._blocks import Block, SpoiledError, Times, blocks_of

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
        start = self._start()
        self._is_over = False
        """True: the reader asked for a line where there is none."""
        first = start[-1] if start else ""
        self._waiting.extendleft(reversed(start))
        self.delimiter = delimiter or max(DELIMITERS, key=first.count)
        self._reader = csv.reader(self._lines(), delimiter=self.delimiter)

    def _start(self) -> list[str]:
        """Return the first line that is not blank, and those before it."""
        start = []
        for line in self._lines():
            start.append(line)
            if line.strip():
                break
        return start

    def header(self) -> list[str]:
        """
        Return the cells of the first line that is not blank; none where there is no such line.

        Raises:
            csv.Error: it cannot be read.
        """
        for row in self._reader:
            if self._is_over:
                message = "a quote in it is not closed; close it"
                raise csv.Error(message)
            if "".join(row).strip():
                return row
        return []

    def blocks(self, places: tuple[int, int, int], times: Times) -> Iterator[Block]:
        """
        Yield the lines that follow.

        Args:
            places: where in a line case, activity and time are, counted from 0.

            times: how they are written.
        """
        yield from blocks_of(self._one_by_one(places, times), times)
        while text := self._more():
            block = self._at_once(text, places, times)
            if block is not None:
                yield block
            else:
                self._waiting.extend(io.StringIO(text, newline=""))
                yield from blocks_of(self._one_by_one(places, times), times)

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
                self._is_over = True
                return
            yield self._waiting.popleft()

    # -- cells ------------------------------------------------------------------------------------

    def _at_once(self, text: str, places: tuple[int, int, int], times: Times) -> Block | None:
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
        cases, activities, written = (cells[place:-1:width] for place in places)
        return Block(cases, activities, times.of(written), range(first, first + count))

    def _one_by_one(
        self, places: tuple[int, int, int], times: Times
    ) -> Iterator[tuple[int, str, str, str | SpoiledError]]:
        """Yield the lines that wait, and of the text beyond what the last of them needs."""
        reader, waiting = self._reader, self._waiting
        case, activity, time = places
        while waiting:
            told: tuple[str, str, str | SpoiledError]
            before = reader.line_num
            try:
                row = next(reader)
                told = row[case], row[activity], row[time]
            except csv.Error as error:  # the next line can still be read
                told = "", "", SpoiledError(str(error))
            except IndexError:
                if not row:
                    continue  # a blank line is no line
                told = "", "", SpoiledError("it has too few columns")
            if self._is_over:  # within a quote
                told = "", "", SpoiledError("a quote in it is not closed")
            if reader.line_num > before + 1:
                told = self._long(told, times)
            yield (before + 1 + self._cut, *told)

    def _long(
        self, told: tuple[str, str, str | SpoiledError], times: Times
    ) -> tuple[str, str, str | SpoiledError]:
        """Return a line that goes over several; where it is none, how far it goes is told."""
        at = times.one(told[2])
        if not isinstance(at, SpoiledError):
            return told
        end = self._reader.line_num + self._cut
        why = f"{at}; it goes on to line {end}: is a quote not closed?"
        return *told[:2], SpoiledError(why)
