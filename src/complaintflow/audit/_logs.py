"""
Logs: the lines of a helpdesk's export, in blocks of cases, activities and times.

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
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Protocol

from attrs import frozen

from complaintflow._spelling import did_you_mean
from complaintflow.audit._blocks import Block, SpoiledError, Times, blocks_of
from complaintflow.audit._tables import DELIMITERS, Table
from complaintflow.audit._values import Shape
from complaintflow.audit._xes import xes_lines
from complaintflow.errors import LogError

Progress = Callable[[int, int], None]
"""Is told how many bytes of a file were read, and how many there are."""

Line = tuple[str, str, datetime]
"""Case, activity and time."""

STANDARD_INPUT = "-"

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


class Log(Protocol):
    """Lines that can be read as often as one likes."""

    @property
    def name(self) -> str:
        """What messages call it."""
        ...

    def open(self, progress: Progress | None = None) -> Any:  # noqa: ANN401 (a context of Iterator[Block])
        """Return a context in which the blocks are read from the beginning."""
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
        if why := _unlike_a_file(path):
            raise LogError(f"log '{path}'", (why,))
        yield _File(str(path), path, shape)


def _unlike_a_file(path: Path) -> str:
    """Return why there is no file under a path that could be read. Empty: there is one."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return "there is no such file; name one, or - for standard input"
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        return f"it cannot be read: {why}; name another file"
    return "it is a folder, not a file; name the file in it" if path.is_dir() else ""


@frozen
class _Memory:
    lines: Iterable[Line]
    name: str = "the log"

    @contextmanager
    def open(self, progress: Progress | None = None) -> Iterator[Iterator[Block]]:
        """Return a context in which the lines are read."""
        yield blocks_of(self._told(), Times(_moment))

    def _told(self) -> Iterator[tuple[int, Any, Any, Any]]:
        for place, line in enumerate(self.lines, 1):
            try:
                case, activity, at, *_ = line
            except (TypeError, ValueError):
                why = f"it is {line!r:.40}, not a case, an activity and a time"
                yield place, "", "", SpoiledError(why)
                continue
            if not isinstance(activity, str):
                at = SpoiledError(f"its activity is {activity!r:.40}, not a text")
                activity = ""
            if not isinstance(case, Hashable):
                case, at = "", SpoiledError(f"its case is {case!r:.40}, not a text")
            yield place, case, activity, at


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
    def open(self, progress: Progress | None = None) -> Iterator[Iterator[Block]]:
        """Return a context in which the lines are read; every trouble of a file is a LogError."""
        try:
            with ExitStack() as opened:
                yield self._blocks(self._bytes(progress, opened), opened)
        except (EOFError, zlib.error):
            raise self._wrong(
                "it ends in the middle; the file is not whole: copy or export it anew"
            ) from None
        except gzip.BadGzipFile as error:
            raise self._wrong(
                f"it is no gzip file: {error}; name it without .gz, or compress it"
            ) from None
        except UnicodeError as error:
            why = error.reason if isinstance(error, UnicodeDecodeError) else error
            raise self._encoded_otherwise(f"({why})", "cp1252") from None
        except OSError as error:
            raise self._wrong(f"it cannot be read: {error.strerror or error}") from None

    def _blocks(self, content: io.BufferedReader, opened: ExitStack) -> Iterator[Block]:
        start = content.peek(256)
        if not start:
            raise self._wrong("it is empty; export it anew")
        encoding = self.shape.encoding
        is_utf_8 = encoding.lower().replace("_", "-") in {"utf-8", "utf8"}
        if is_utf_8 and (found := _utf_16(start)):
            raise self._encoded_otherwise("and it looks like UTF-16", found)
        if is_utf_8 and start.startswith(BOM):
            content.read(len(BOM))  # and not `utf-8-sig`, which is decoded by Python
        if start.removeprefix(BOM).lstrip()[:1] == b"<":
            return self._xes(content)
        return self._csv(opened.enter_context(io.TextIOWrapper(content, encoding, newline="")))

    def _xes(self, content: io.BufferedReader) -> Iterator[Block]:
        shape = self.shape
        names = (
            str(shape.case or "concept:name"),
            str(shape.activity or "concept:name"),
            str(shape.time or "time:timestamp"),
        )
        return blocks_of(xes_lines(content, names, self._wrong), times_of(shape.format))

    def _csv(self, text: io.TextIOWrapper) -> Iterator[Block]:
        shape = self.shape
        table = Table(text, shape.delimiter)
        if isinstance(shape.case, int):
            places = (shape.case - 1, int(shape.activity or 0) - 1, int(shape.time or 0) - 1)
        else:
            try:
                header = [name.strip() for name in table.header()]
            except csv.Error as error:
                raise self._wrong(f"its header cannot be read: {error}") from None
            if not header:
                raise self._wrong("it has no lines; export it anew")
            places = self._places(header)
        return table.blocks(places, times_of(shape.format))

    def _places(self, header: list[str]) -> tuple[int, int, int]:
        """Return where the three columns are; every one that is missing is told at once."""
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

    def _encoded_otherwise(self, why: str, perhaps: str) -> LogError:
        told = f"it is not {self.shape.encoding} {why}"
        return self._wrong(f'{told}; say what it is in the mapping: [log] encoding = "{perhaps}"')

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


def times_of(written: str) -> Times:
    """Return how times are written, by the word of a mapping for it."""
    if written == "iso":
        return Times(datetime.fromisoformat, "as ISO 8601 has it")
    if written == "unix":
        return Times(lambda text: datetime.fromtimestamp(float(text), UTC), "seconds since 1970")
    if written == "unix_ms":
        return Times(
            lambda text: datetime.fromtimestamp(float(text) / 1000, UTC),
            "milliseconds since 1970",
        )
    known: dict[str, datetime] = {}

    def parse(text: str) -> datetime:
        at = known.get(text)
        if at is None:
            if len(known) >= REMEMBERED:
                known.clear()
            at = known[text] = datetime.strptime(text, written)  # noqa: DTZ007 (the log's zone)
        return at

    return Times(parse, f"written as {written!r}")


def _utf_16(start: bytes) -> str:
    """Return which kind of UTF-16 the beginning of a file is. Empty: it is not."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    # Without a mark: the names of columns are Latin letters, each with a zero beside it.
    zeros = [start[place:8:2].count(0) for place in (0, 1)]
    few, many = min(zeros), max(zeros)
    if few or many < len(start[:8]) // 2:
        return ""
    return "utf-16-be" if zeros[0] else "utf-16-le"


BOM = b"\xef\xbb\xbf"
"""What some programs write before UTF-8."""

REMEMBERED = 50_000
"""How many written times are remembered: `strptime` is slow, and times come in clusters."""
