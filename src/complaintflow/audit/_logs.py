"""
Logs: the lines of a helpdesk's export, one after the other, as (case, activity, time).

A file is read again from its beginning where the audit has to look twice; nothing of it is kept.
"""

from __future__ import annotations

import csv
import gzip
import io
import shutil
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import IO, Any, Protocol

from attrs import frozen

from complaintflow.audit._values import Shape
from complaintflow.audit._xes import xes_lines
from complaintflow.errors import LogError, did_you_mean

Progress = Callable[[int, int], None]
"""Is told how many bytes of a file were read, and how many there are."""

Line = tuple[str, str, datetime]
"""Case, activity and time."""

STANDARD_INPUT = "-"

DELIMITERS = ",;\t|"
"""What is tried as the delimiter; of those that a header has as often, the first."""

USUAL: dict[str, tuple[str, ...]] = {
    "case": (
        *("case", "case id", "case_id", "caseid", "case:concept:name"),
        *("ticket", "ticket id", "ticket_id", "ticket number", "id"),
    ),
    "activity": ("activity", "concept:name", "action", "event", "event name", "task"),
    "time": (
        *("time", "timestamp", "time:timestamp", "date", "datetime", "complete timestamp"),
        *("created", "created at", "created_at", "start timestamp"),
    ),
}
"""What columns are usually called, the likeliest first."""


@frozen
class Rows:
    """A log that is open: its lines, and how to read them."""

    rows: Iterator[Sequence[Any]]
    columns: tuple[int, int, int]
    """The places of case, activity and time in a row."""
    parse: Callable[[Any], datetime]
    """Return the time that a cell says; ValueError where it says none."""
    line: Callable[[], int]
    """Return the number of the last line read."""
    errors: tuple[type[Exception], ...] = ()
    """What a line that cannot be split raises; the next one can still be read."""


class Log(Protocol):
    """Lines that can be read as often as one likes."""

    @property
    def name(self) -> str:
        """What messages call it."""
        ...

    def open(self, progress: Progress | None = None) -> Any:  # noqa: ANN401 (a context of Rows)
        """Return a context in which the lines are read from the beginning."""
        ...


@contextmanager
def log_of(source: str | Path | Iterable[Line], shape: Shape) -> Iterator[Log]:
    """
    Open a log: of a file by its path, of standard input (`-`), or of lines in memory.

    Raises:
        LogError: there is no such file.
    """
    if not isinstance(source, str | Path):
        # What can be read but once is kept; whatever can be read again is.
        yield _Memory(source if iter(source) is not source else list(source))
    elif str(source) == STANDARD_INPUT:
        with tempfile.TemporaryFile() as kept:
            shutil.copyfileobj(sys.stdin.buffer, kept)
            yield _File("standard input", kept, shape)
    else:
        path = Path(source)
        for is_wrong, why in (
            (path.is_dir(), "it is a folder, not a file"),
            (not path.exists(), "there is no such file"),
        ):
            if is_wrong:
                raise LogError(f"log '{path}'", (why,))
        yield _File(str(path), path, shape)


@frozen
class _Memory:
    lines: Iterable[Line]
    name: str = "the log"

    @contextmanager
    def open(self, progress: Progress | None = None) -> Iterator[Rows]:
        """Return a context in which the lines are read."""
        place = 0

        def counted() -> Iterator[Line]:
            nonlocal place
            for line in self.lines:
                place += 1
                yield line

        yield Rows(counted(), (0, 1, 2), _moment, lambda: place)


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    message = f"its time is {value!r:.40}, not a datetime"
    raise ValueError(message)


@frozen
class _File:
    name: str
    path: Path | IO[bytes]
    """A path, or a temporary file that is read from its beginning each time."""
    shape: Shape

    @contextmanager
    def open(self, progress: Progress | None = None) -> Iterator[Rows]:
        """Return a context in which the lines are read; every trouble of a file is a LogError."""
        try:
            with ExitStack() as opened:
                yield self._rows(self._bytes(progress, opened), opened)
        except (EOFError, zlib.error):
            raise self._wrong("it ends in the middle; the file is not whole") from None
        except gzip.BadGzipFile as error:
            raise self._wrong(f"it is no gzip file: {error}") from None
        except UnicodeError as error:
            why = error.reason if isinstance(error, UnicodeDecodeError) else error
            raise self._wrong(
                f"it is not {self.shape.encoding} ({why}); say what it is in the mapping: "
                '[log] encoding = "cp1252"'
            ) from None
        except OSError as error:
            raise self._wrong(f"it cannot be read: {error.strerror or error}") from None

    def _rows(self, content: io.BufferedReader, opened: ExitStack) -> Rows:
        start = content.peek(256)
        if not start:
            raise self._wrong("it is empty")
        encoding = self.shape.encoding
        if start.startswith(BOM) and encoding.lower().replace("_", "-") in {"utf-8", "utf8"}:
            content.read(len(BOM))  # and not `utf-8-sig`, which is decoded by Python
        if start.removeprefix(BOM).lstrip()[:1] == b"<":
            return self._xes(content)
        return self._csv(opened.enter_context(io.TextIOWrapper(content, encoding, newline="")))

    def _xes(self, content: io.BufferedReader) -> Rows:
        shape = self.shape
        names = (
            str(shape.case or "concept:name"),
            str(shape.activity or "concept:name"),
            str(shape.time or "time:timestamp"),
        )
        place = 0

        def counted() -> Iterator[Sequence[str]]:
            nonlocal place
            for line, *told in xes_lines(content, names, self._wrong):
                place = line
                yield told

        return Rows(counted(), (0, 1, 2), parser_of(self.shape.format), lambda: place)

    def _csv(self, text: io.TextIOWrapper) -> Rows:
        first = text.readline()
        delimiter = self.shape.delimiter or max(DELIMITERS, key=first.count)
        is_whole = first.count('"') % 2 == 0
        if isinstance(self.shape.case, int) or not is_whole:
            rows, before = csv.reader(chain((first,), text), delimiter=delimiter), 0
        else:
            rows, before = csv.reader(text, delimiter=delimiter), 1
        try:
            columns = self._columns(csv.reader([first], delimiter=delimiter) if before else rows)
        except csv.Error as error:
            raise self._wrong(f"its header cannot be read: {error}") from None
        return Rows(
            rows,
            columns,
            parser_of(self.shape.format),
            lambda: rows.line_num + before,
            (csv.Error,),
        )

    def _columns(self, rows: Iterator[list[str]]) -> tuple[int, int, int]:
        """Return the places of the three columns; every one that is missing is told at once."""
        shape = self.shape
        if isinstance(shape.case, int):
            return (shape.case - 1, int(shape.activity or 0) - 1, int(shape.time or 0) - 1)
        header = [name.strip() for name in next(rows, [])]
        problems: list[str] = []
        places = []
        for what, usual in USUAL.items():
            said = getattr(self.shape, what)
            names = [said] if said is not None else list(usual)
            lower = [name.casefold() for name in header]
            found = [
                i
                for name in names
                for i, each in enumerate(header if said is not None else lower)
                if each == name
            ]
            if not found and said is not None:
                near = did_you_mean(said, header)
                problems.append(
                    f"it has no column '{said}'{near}, which the mapping says is {what}"
                )
            elif not found:
                problems.append(
                    f"no column is called as {what} usually is; say which is: [log] {what}"
                )
            elif said is not None and len(found) > 1:
                problems.append(
                    f"it has {len(found)} columns '{said}'; give each a name of its own"
                )
            places += found[:1]
        if problems:
            told = ", ".join(f"'{name}'" for name in header)
            other = max(DELIMITERS, key=told.count)
            if len(header) == 1 and other in told:
                told += f"; is {other!r} the delimiter? say it: [log] delimiter"
            problems.append(f"its columns are {told}")
            raise LogError(f"log '{self.name}'", tuple(problems))
        case, activity, time = places
        return case, activity, time

    def _bytes(self, progress: Progress | None, opened: ExitStack) -> io.BufferedReader:
        """Return the content, unpacked; whatever is opened for it is left on the stack."""
        raw: Any = self.path
        if isinstance(self.path, Path):
            raw = opened.enter_context(self.path.open("rb", buffering=0))
        counted = opened.enter_context(_Counted(raw, progress))
        content: Any = opened.enter_context(io.BufferedReader(counted, 1 << 18))
        if content.peek(2)[:2] != b"\x1f\x8b" and not self.name.endswith(".gz"):
            return content  # type: ignore[no-any-return]
        unpacked: Any = opened.enter_context(gzip.GzipFile(fileobj=content))
        return opened.enter_context(io.BufferedReader(unpacked, 1 << 16))

    def _wrong(self, why: str) -> LogError:
        return LogError(f"log '{self.name}'", (why,))


class _Counted(io.RawIOBase):
    """A file that tells how far it has been read; to close this leaves the file open."""

    def __init__(self, raw: Any, progress: Progress | None) -> None:  # noqa: ANN401 (any file)
        self._raw = raw
        self._progress = progress
        self._done = 0
        self._total = raw.seek(0, io.SEEK_END)
        raw.seek(0)

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 (as RawIOBase has it)
        """Read, and tell how far."""
        count: int = self._raw.readinto(buffer)
        self._done += count
        if self._progress is not None:
            self._progress(self._done, self._total)
        return count


def parser_of(written: str) -> Callable[[Any], datetime]:
    """Return the function that reads a time as it is written; ValueError where it is not."""
    if written == "iso":
        return datetime.fromisoformat
    if written in {"unix", "unix_ms"}:
        scale = 1 if written == "unix" else 1000
        return lambda text: datetime.fromtimestamp(float(text) / scale, UTC)
    known: dict[str, datetime] = {}

    def parse(text: str) -> datetime:
        at = known.get(text)
        if at is None:
            if len(known) >= REMEMBERED:
                known.clear()
            at = known[text] = datetime.strptime(text, written)  # noqa: DTZ007 (the log's zone)
        return at

    return parse


BOM = b"\xef\xbb\xbf"
"""What some programs write before UTF-8."""

REMEMBERED = 50_000
"""How many written times are remembered: `strptime` is slow, and times come in clusters."""
