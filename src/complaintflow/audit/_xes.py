"""XES, the interchange format of event logs (IEEE 1849), read as a stream."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import IO, NoReturn
from xml.parsers import expat

CHUNK = 1 << 16

XesLine = tuple[int, str, str, str]
"""The line in the file; case, activity and time."""

ANEW = "export the log anew, as XES or as CSV"


def xes_lines(
    content: IO[bytes], names: tuple[str, str, str], wrong: Callable[[str], Exception]
) -> Iterator[XesLine]:
    """
    Yield the events of a log, trace by trace; what an event does not say is an empty text.

    Args:
        content: the file, open for bytes.

        names: the keys of the attributes that name the case (of a trace), the activity and the
            time (of an event).

        wrong: makes an error of a sentence.
    """
    reader = _Reader(names, wrong)
    try:
        while chunk := content.read(CHUNK):
            reader.parser.Parse(chunk)
            while reader.found:
                yield reader.found.popleft()
        reader.parser.Parse(b"", True)  # noqa: FBT003 (that it is the last is said by position)
    except expat.ExpatError as error:
        told = expat.ErrorString(error.code)
        raise wrong(f"line {error.lineno}: it is no XML that can be read: {told}; {ANEW}") from None
    yield from reader.found
    if not reader.is_xes:
        raise wrong(f"it is XML, but no XES: there is no element 'log'; {ANEW}")


class _Reader:
    """What the parser has found, and where it stands."""

    def __init__(self, names: tuple[str, str, str], wrong: Callable[[str], Exception]) -> None:
        self.names = names
        self.wrong = wrong
        self.found: deque[XesLine] = deque()
        self.is_xes = False
        self.case = ""
        self.event: dict[str, str] | None = None
        self.waiting: list[XesLine] = []
        self.road: list[str] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.declared

    def declared(self, *_: object) -> NoReturn:
        """Refuse whatever could make a short file a long one, or read another."""
        raise self.wrong(
            "it declares a document type; XES needs none, and none is read: take it out"
        )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Note an attribute of the trace or the event that is open."""
        tag = tag.rpartition(" ")[2]
        inside = self.road[-1] if self.road else ""
        self.road.append(tag)
        if tag == "event":
            self.event = {}
        elif tag == "trace":
            self.case = ""
        elif tag == "log":
            self.is_xes = True
        elif inside == "event" and self.event is not None:
            self.event[attributes.get("key", "")] = attributes.get("value", "")
        elif inside == "trace" and attributes.get("key") == self.names[0]:
            self.case = attributes.get("value", "")

    def end(self, _: str) -> None:
        """Put an event aside until its trace has said which case it is."""
        tag = self.road.pop()
        if tag == "event" and self.event is not None:
            _, activity, time = self.names
            line = self.parser.CurrentLineNumber
            event = self.event
            self.event = None
            told = (line, self.case, event.get(activity, ""), event.get(time, ""))
            if self.case:
                self.found.append(told)
            else:
                self.waiting.append(told)
        elif tag == "trace":
            self.found.extend((line, self.case, *rest) for line, _, *rest in self.waiting)  # type: ignore[misc]
            self.waiting.clear()
