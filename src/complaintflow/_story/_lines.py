"""
How a story is written: one line of JSON for each act, read and written here.

Every problem of every line is told at once, and what only follows from another one is not.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import define, evolve, frozen

from complaintflow import _codec
from complaintflow._actors import Actor
from complaintflow._case import Entry
from complaintflow._given import Wanted, a, look_over
from complaintflow._method import Method
from complaintflow._spelling import cut
from complaintflow._time import must_be_aware
from complaintflow._value import Value
from complaintflow.acts import Act
from complaintflow.acts.bounds import Open
from complaintflow.acts.evolving import ChangeMethod
from complaintflow.errors import (
    EvidenceError,
    StoreError,
    StoryError,
    TimeError,
    UnknownAct,
)

ENVELOPE = ("act", "at", "by", "case", "format", "key")
"""What a line says besides the evidence of its act."""

OPENED_UNDER = "method"
"""What the first line says besides: what the case was bound to, as name/version/digest."""

A_METHOD = a(Method, "a method, built by calling it, such as six_steps()")
LINES: Wanted = (
    lambda lines: isinstance(lines, Iterable) and not isinstance(lines, str | bytes),
    "lines of text, such as an open file or text.split('\\n')",
)


METHODS: Wanted = (
    lambda given: isinstance(given, tuple) and all(isinstance(each, Method) for each in given),
    "methods, such as those of a list",
)


@frozen(eq=False, repr=False)
class Line(Value):
    """One line of a story, read."""

    number: int
    """Its place in the file; the first is 1."""
    act: Act
    """What is said or done."""
    by: Actor
    """Who records it."""
    at: datetime
    """When."""
    case: str | None = None
    """The id of the case; only the opening line has one. None: it does not say."""


def read_story(
    lines: Iterable[str], method: Method, *, moves_to: Iterable[Method] = ()
) -> tuple[Line, ...]:
    """
    Return the lines of a story; blank ones and comments, which begin with `#`, are passed over.

    A line without `at` happens at the time of the line before it.

    Args:
        lines: its lines, as text.

        method: the method that it is told under.

        moves_to: the methods that it may move the case to.

    Raises:
        EvidenceError: *lines* is no sequence of lines, *method* no method, or *moves_to* none.

        StoryError: lines are no JSON, have no act the method knows, or evidence that cannot be
            used; or they are not one story: its first act is not `open`, it opens twice, it goes
            back in time, a line is of another case, or the case is moved to a method that was not
            given. Every problem of every line is listed with its number; what only follows from
            another one is not.
    """
    others = tuple(moves_to) if isinstance(moves_to, Iterable) else moves_to
    look_over(
        "read_story", lines=(LINES, lines), method=(A_METHOD, method), moves_to=(METHODS, others)
    )
    problems: list[str] = []
    told: list[Line] = []
    course = _Course(_words_of(method), {each.pin: each for each in (method, *others)})
    for number, text in enumerate(lines, start=1):
        if not isinstance(text, str):
            problems.append(f"line {number}: it must be text, not {cut(text)}")
        elif text.strip() and not text.lstrip().startswith("#"):
            found: list[str] = []
            data = _read_object(text, found)
            at = None if data is None else _read_time(data.get("at"), course.last, found)
            line = None if data is None else _read_line(number, data, at, course.words, found)
            found += course.go_on(data, at)
            told += [] if line is None else [line]
            problems += [f"line {number}: {problem}" for problem in found]
    if not course.is_begun and not problems:
        problems.append("it is empty; its first line must be the act 'open'")
    if problems:
        raise StoryError("the story", tuple(problems))
    return tuple(told)


@frozen(eq=False, repr=False)
class _Words(Value):
    known: _codec.Vocabulary
    method: str
    is_lost: bool = False
    """True: the case was moved to a method that nobody knows, so any act may be one of it."""


def _words_of(method: Method) -> _Words:
    return _Words(_codec.vocabulary(method), method.name)


@define
class _Course:
    """What the lines so far say together, as far as each of them can be read."""

    words: _Words
    """Of the method that the case is bound to by now."""
    methods: Mapping[str, Method]
    """Where it may go, by pin."""
    is_begun: bool = False
    """True: there was a line."""
    is_open: bool = False
    """True: one of them opened the case."""
    first: dict[str, Any] | None = None
    """The first line. None: it cannot be read."""
    last: datetime | None = None
    """The time of the last line that has one."""

    def go_on(self, data: dict[str, Any] | None, at: datetime | None) -> Iterator[str]:
        """Go on with a line, and yield what is wrong with it beside those before it."""
        is_first, self.is_begun = not self.is_begun, True
        self.last = at or self.last
        if data is None:
            return
        trigger, case = data.get("act"), data.get("case")
        if is_first:
            self.first = data
            is_known = isinstance(trigger, str) and trigger in self.words.known
            if is_known and trigger != Open.trigger:
                yield f"the first act must be 'open', not '{trigger}'"
        elif trigger == Open.trigger and self.is_open:
            yield "a story opens one case, once; tell another case in a story of its own"
        self.is_open |= trigger == Open.trigger
        known = None if self.first is None else self.first.get("case")
        if self.first is not None and case != known and _is_id(case) and _is_id(known or "none"):
            opened = "no id" if known is None else f"'{known}'"
            yield (
                f"it is of case '{case}', and the story's has {opened}; each has a story of its own"
            )
        if trigger == ChangeMethod.trigger and isinstance(to := data.get("to"), str):
            yield from self._move(to)

    def _move(self, to: str) -> Iterator[str]:
        if to in self.methods:
            self.words = _words_of(self.methods[to])
            return
        self.words = evolve(self.words, is_lost=True)
        known = ", ".join(self.methods)
        yield f"it moves the case to {to}, and the methods at hand are {known}; give that one, too"


def _read_object(text: str, found: list[str]) -> dict[str, Any] | None:
    try:
        data = json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, found))
    except json.JSONDecodeError as error:
        found.append(f"it is not JSON: {error.msg} at column {error.colno}")
        return None
    except ValueError as error:
        found.append(f"it is not JSON that can be read: {error}")
        return None
    except RecursionError:
        found.append("it is nested too deeply")
        return None
    if not isinstance(data, dict):
        found.append('it must be an object such as {"act": "listen", ...}')
        return None
    return data


def _object(pairs: list[tuple[str, Any]], found: list[str]) -> dict[str, Any]:
    """Return an object of JSON; of a name that stands there twice one would be lost."""
    for name, times in Counter(name for name, _ in pairs).items():
        if times > 1:
            found.append(f"{name} is said {times} times")
    return dict(pairs)


def _read_line(
    number: int, data: dict[str, Any], at: datetime | None, words: _Words, found: list[str]
) -> Line | None:
    try:
        _codec.check_format(data.get("format", _codec.FORMAT))
    except StoreError as error:
        found.append(str(error))
    by = _read_actor(data.get("by"), found)
    case = data.get("case")
    if case is not None and not _is_id(case):
        found.append(f"case must be the id of the case, not {cut(case)}")
    if data.get("act") == Open.trigger and not _is_id(data.get(OPENED_UNDER, "any")):
        told = f"method must be the name of one, or its pin, not {cut(data[OPENED_UNDER])}"
        found.append(told)
    act = _read_act(data, words, found)
    if found or act is None or by is None or at is None:
        return None
    return Line(number, act, by, at, case)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _read_act(data: dict[str, Any], words: _Words, found: list[str]) -> Act | None:
    trigger = data.get("act")
    if not isinstance(trigger, str):
        found.append("act must name what was done, such as 'listen'")
        return None
    beside = (*ENVELOPE, OPENED_UNDER) if trigger == Open.trigger else ENVELOPE
    evidence = {name: value for name, value in data.items() if name not in beside}
    try:
        return _codec.act_from_data(trigger, evidence, words.known, words.method)
    except UnknownAct as error:
        found += [] if words.is_lost else [str(error)]
    except EvidenceError as error:
        found.extend(f"{trigger}: {problem}" for problem in error.problems)
    return None


def _read_time(value: object, last: datetime | None, found: list[str]) -> datetime | None:
    if value is None and last is not None:
        return last
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        found.append(
            f"at must be a time with a zone, such as '2026-01-05T09:00:00Z', not {cut(value)}"
        )
        return None
    try:
        at = must_be_aware(at)
    except TimeError as error:
        found.append(str(error))
        return None
    if last is not None and at < last:
        above = f"the line above it, at {last.isoformat()}"
        found.append(f"at is {at.isoformat()}, before {above}; put them in the order of time")
    return at


def _read_actor(value: object, found: list[str]) -> Actor | None:
    given = {"id": value} if isinstance(value, str) else value
    name = given.get("id") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not isinstance(name, str) or not name.strip():
        found.append('by must name whoever recorded it, such as \'sam\' or {"id": "sam"}')
        return None
    if unknown := sorted(given.keys() - {"id", "kind", "limits", "may"}):
        found.append(f"by has no {', '.join(map(repr, unknown))}; it has: id, kind, limits, may")
    may = given.get("may")
    if may is not None and not (isinstance(may, list) and all(isinstance(m, str) for m in may)):
        found.append('by.may must be a list of triggers, such as ["listen", "waive:CODE"]')
        may = None
    try:
        return Actor(name, given.get("kind", "human"), given.get("limits"), may)
    except EvidenceError as error:
        found.extend(f"by.{problem}" for problem in error.problems)
        return None


def opened_under(lines: Iterable[str]) -> str | None:
    """Return what the first line of a story says its case was bound to. None: it does not."""
    for text in lines:
        if text.strip() and not text.lstrip().startswith("#"):
            pin = (_read_object(text, []) or {}).get(OPENED_UNDER)
            return pin if _is_id(pin) else None
    return None


def line_of(entry: Entry) -> str:
    """
    Return an entry as a line of a story.

    Raises:
        EvidenceError: *entry* is no entry.
    """
    look_over("line_of", entry=(a(Entry, "an entry, as Desk.history(id) returns them"), entry))
    by: object = entry.by.id
    if entry.by.kind != "human":
        by = {"id": entry.by.id, "kind": entry.by.kind}
    opening: dict[str, object] = {}
    if isinstance(entry.act, Open):
        opening = {
            "case": entry.case_id,
            "format": _codec.FORMAT,
            OPENED_UNDER: entry.bound_to,
        }
    at = entry.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    line = {"act": entry.trigger, "by": by, "at": at, **opening, **_codec.act_to_data(entry.act)}
    told = json.dumps(line, ensure_ascii=False)
    # Some ways of reading lines end one at these, too; JSON has them as escapes as well.
    return _OTHER_ENDS.sub(lambda end: f"\\u{ord(end[0]):04x}", told)


_OTHER_ENDS = re.compile("[\x7f-\x9f\u2028\u2029]")
