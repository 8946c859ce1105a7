"""
Stories: the history of a case as JSON Lines, one act per line, the first of them `open`.

::

    {"act": "open", "by": "sam", "at": "2026-01-05T09:00Z", "customer": "ana", "complaint": "..."}
    {"act": "listen", "by": "sam", "at": "2026-01-05T09:05Z", "account": "..."}

A line is decided anew when it is read, so a story says what was done and not what came of it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, get_args

from attrs import frozen

from complaintflow import _codec
from complaintflow._actors import Actor, Kind
from complaintflow._calendars import Calendars
from complaintflow._case import Case, Entry
from complaintflow._engine import decide, erase_case, open_case
from complaintflow._given import TEXT, Wanted, a, look_over, or_none
from complaintflow._method import Method
from complaintflow._time import must_be_aware
from complaintflow._value import Value
from complaintflow.acts import Act
from complaintflow.acts.bounds import Erase, Open
from complaintflow.errors import (
    ComplaintflowError,
    EvidenceError,
    Refused,
    StoreError,
    StoryError,
    TimeError,
    UnknownAct,
)

ENVELOPE = ("act", "at", "by", "case", "format", "key")
"""What a line says besides the evidence of its act."""

A_METHOD = a(Method, "a method, built by calling it, such as six_steps()")
LINES: Wanted = (
    lambda lines: isinstance(lines, Iterable) and not isinstance(lines, str | bytes),
    "lines of text, such as an open file or text.split('\\n')",
)

KINDS: tuple[str, ...] = get_args(Kind)


@frozen(eq=False, repr=False)
class Line(Value):
    """One line of a story, read."""

    number: int
    """Its place in the file; the first is 1."""
    act: Act
    by: Actor
    at: datetime
    case: str | None = None
    """The id of the case; only the opening line has one. None: it does not say."""


@frozen(eq=False, repr=False)
class Replayed(Value):
    """One line of a story, decided: either an entry or a refusal."""

    line: Line
    case: Case
    """The case after it; where it was refused, as it was."""
    entry: Entry | None = None
    refused: Refused | None = None


def read_story(lines: Iterable[str], method: Method) -> tuple[Line, ...]:
    """
    Return the lines of a story; blank ones and comments, which begin with `#`, are passed over.

    A line without `at` happens at the time of the line before it.

    Raises:
        EvidenceError: *lines* is no sequence of lines, or *method* no method.

        StoryError: lines are no JSON, have no act the method knows, or evidence that cannot be
            used; every problem of every line is listed with its number.
    """
    look_over("read_story", lines=(LINES, lines), method=(A_METHOD, method))
    problems: list[str] = []
    told: list[Line] = []
    words = _codec.vocabulary(method)
    last: datetime | None = None
    for number, text in enumerate(lines, start=1):
        if not isinstance(text, str):
            problems.append(f"line {number}: it must be text, not {text!r:.40}")
        elif text.strip() and not text.lstrip().startswith("#"):
            found: list[str] = []
            data = _read_object(text, found)
            at = None if data is None else _read_time(data.get("at"), last, found)
            if data is not None:
                last = at or last
                line = _read_line(number, data, at, _Words(words, method.name), found)
                told += [] if line is None else [line]
            problems += [f"line {number}: {problem}" for problem in found]
    if not problems:
        problems += _whole(told)
    if problems:
        raise StoryError("the story", tuple(problems))
    return tuple(told)


def _whole(told: list[Line]) -> Iterator[str]:
    if not told:
        yield "it is empty; its first line must be the act 'open'"
        return
    if not isinstance(told[0].act, Open):
        yield f"line {told[0].number}: the first act must be 'open', not '{told[0].act.trigger}'"
    for line in told[1:]:
        if isinstance(line.act, Open):
            yield f"line {line.number}: a story opens one case, once"
        if line.case is not None and line.case != told[0].case:
            opened = "no id" if told[0].case is None else f"'{told[0].case}'"
            yield f"line {line.number}: it is of case '{line.case}', and the story's has {opened}"


@frozen(eq=False, repr=False)
class _Words(Value):
    known: _codec.Vocabulary
    method: str


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
    if case is not None and (not isinstance(case, str) or not case.strip()):
        found.append(f"case must be the id of the case, not {case!r:.40}")
    act = _read_act(data, words, found)
    if found or act is None or by is None or at is None:
        return None
    return Line(number, act, by, at, case)


def _read_act(data: dict[str, Any], words: _Words, found: list[str]) -> Act | None:
    trigger = data.get("act")
    if not isinstance(trigger, str):
        found.append("act must name what was done, such as 'listen'")
        return None
    evidence = {name: value for name, value in data.items() if name not in ENVELOPE}
    try:
        return _codec.act_from_data(trigger, evidence, words.known, words.method)
    except UnknownAct as error:
        found.append(str(error))
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
            f"at must be a time with a zone, such as '2026-01-05T09:00:00Z', not {value!r:.40}"
        )
        return None
    try:
        return must_be_aware(at)
    except TimeError as error:
        found.append(str(error))
        return None


def _read_actor(value: object, found: list[str]) -> Actor | None:
    given = {"id": value} if isinstance(value, str) else value
    name = given.get("id") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not isinstance(name, str) or not name.strip():
        found.append('by must name whoever recorded it, such as \'sam\' or {"id": "sam"}')
        return None
    if unknown := sorted(given.keys() - {"id", "kind", "limits", "may"}):
        found.append(f"by has no {', '.join(map(repr, unknown))}; it has: id, kind, limits, may")
    kind = given.get("kind", "human")
    if kind not in KINDS:
        found.append(f"by.kind must be one of {', '.join(KINDS)}, not {kind!r:.40}")
    limits = given.get("limits")
    if limits is not None and not _are_amounts(limits):
        found.append('by.limits must map currencies to amounts, such as {"EUR": "50"}')
    may = given.get("may")
    if may is not None and not (isinstance(may, list) and all(isinstance(m, str) for m in may)):
        found.append('by.may must be a list of triggers, such as ["listen", "waive:CODE"]')
    if found:
        return None
    return Actor(name, kind, limits, may)


def _are_amounts(limits: object) -> bool:
    if not isinstance(limits, dict):
        return False
    try:
        return all(Decimal(str(amount)).is_finite() for amount in limits.values())
    except InvalidOperation:
        return False


def replay(
    method: Method,
    story: Iterable[Line],
    *,
    case_id: str | None = None,
    calendar: Calendars | None = None,
) -> Iterator[Replayed]:
    """
    Yield what comes of each line of a story under a method; a refused line changes nothing.

    Args:
        method: the method to decide by.

        story: its lines, the opening one first.

        case_id: the id of the case. None: the one the story gives, else `story`.

        calendar: tells business days. None: Monday to Friday.

    Raises:
        EvidenceError: *method* is no method, *story* no sequence of lines that were read, or
            *case_id* no text.

        StoryError: a line happens before the one above it, or whoever opens the case may not.
    """
    look_over(
        "replay",
        method=(A_METHOD, method),
        story=(a(Iterable, "the lines of a story, as read_story returns them"), story),
        case_id=(or_none(TEXT), case_id),
    )
    return _replayed(method, _lines_of(story), case_id, calendar)


def _lines_of(story: Iterable[Line]) -> Iterator[Line]:
    for place, line in enumerate(story):
        look_over("replay", **{f"story[{place}]": (a(Line, "a line, read by read_story"), line)})
        yield line


def _replayed(
    method: Method, lines: Iterator[Line], case_id: str | None, calendar: Calendars | None
) -> Iterator[Replayed]:
    first = next(lines, None)
    if first is None or not isinstance(first.act, Open):
        raise StoryError("the story", ("its first act must be 'open'",))
    name = (first.case or "story") if case_id is None else case_id
    try:
        entry = open_case(method, name, first.act, at=first.at, by=first.by, calendar=calendar)
    except ComplaintflowError as error:
        raise StoryError("the story", (f"line {first.number}: {error}",)) from None
    case = Case.open(entry)
    yield Replayed(first, case, entry)
    entries = [entry]
    for line in lines:
        try:
            if isinstance(line.act, Erase):
                entry = erase_case(case, line.act, at=line.at, by=line.by)
            else:
                entry = decide(method, case, line.act, at=line.at, by=line.by, calendar=calendar)
        except Refused as refused:
            yield Replayed(line, case, refused=refused)
        except ComplaintflowError as error:
            raise StoryError("the story", (f"line {line.number}: {error}",)) from None
        else:
            if isinstance(line.act, Erase):
                entries = [_codec.silent_entry(each, case.customer) for each in entries]
                case = Case.replay(entries)
            entries.append(entry)
            case = case.apply(entry)
            yield Replayed(line, case, entry)


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
        opening = {"case": entry.case_id, "format": _codec.FORMAT}
    at = entry.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    line = {"act": entry.trigger, "by": by, "at": at, **opening, **_codec.act_to_data(entry.act)}
    told = json.dumps(line, ensure_ascii=False)
    # Some ways of reading lines end one at these, too; JSON has them as escapes as well.
    return _OTHER_ENDS.sub(lambda end: f"\\u{ord(end[0]):04x}", told)


_OTHER_ENDS = re.compile("[\x7f-\x9f\u2028\u2029]")
