"""What comes of the lines of a story under a method: each is decided anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from complaintflow import _codec
from complaintflow._calendars import Calendars
from complaintflow._case import Case, Entry
from complaintflow._engine import decide, erase_case, open_case
from complaintflow._engine._moving import move_case, retold
from complaintflow._given import TEXT, a, look_over, or_none
from complaintflow._method import Method
from complaintflow._story._lines import A_METHOD, METHODS, Line
from complaintflow._value import Value
from complaintflow.acts.bounds import Erase, Open
from complaintflow.acts.evolving import ChangeMethod
from complaintflow.errors import ComplaintflowError, Refused, StoryError, UnknownMethod


@frozen(eq=False, repr=False)
class Replayed(Value):
    """One line of a story, decided: either an entry or a refusal."""

    line: Line
    """What was to be recorded."""
    case: Case
    """The case after it; where it was refused, as it was."""
    entry: Entry | None = None
    """What was recorded. None: it was refused."""
    refused: Refused | None = None
    """Why not. None: it was recorded."""


def replay(
    method: Method,
    story: Iterable[Line],
    *,
    moves_to: Iterable[Method] = (),
    case_id: str | None = None,
    calendar: Calendars | None = None,
) -> Iterator[Replayed]:
    """
    Yield what comes of each line of a story under a method; a refused line changes nothing.

    A line that moves the case is decided anew as well: nothing is marked as done that was not.

    Args:
        method: the method to decide by.

        story: its lines, the opening one first.

        moves_to: the methods that the story may move the case to.

        case_id: the id of the case. None: the one the story gives, else `story`.

        calendar: tells business days. None: Monday to Friday.

    Raises:
        EvidenceError: *method* is no method, *story* no sequence of lines that were read, or
            *case_id* no text, or *moves_to* no methods.

        StoryError: a line happens before the one above it, or moves the case where there is no
            way, or whoever opens the case may not.
    """
    others = tuple(moves_to) if isinstance(moves_to, Iterable) else moves_to
    look_over(
        "replay",
        method=(A_METHOD, method),
        moves_to=(METHODS, others),
        story=(a(Iterable, "the lines of a story, as read_story returns them"), story),
        case_id=(or_none(TEXT), case_id),
    )
    methods = {each.pin: each for each in (method, *others)}
    return _replayed(method, methods, _lines_of(story), case_id, calendar)


def _lines_of(story: Iterable[Line]) -> Iterator[Line]:
    for place, line in enumerate(story):
        look_over("replay", **{f"story[{place}]": (a(Line, "a line, read by read_story"), line)})
        yield line


def _replayed(
    method: Method,
    methods: Mapping[str, Method],
    lines: Iterator[Line],
    case_id: str | None,
    calendar: Calendars | None,
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
        act, at, by = line.act, line.at, line.by
        try:
            if isinstance(act, Erase):
                entry = erase_case(case, act, at=at, by=by)
            elif isinstance(act, ChangeMethod):
                entry = move_case(
                    retold(act, case, methods[case.pin], _target(act, methods)),
                    case,
                    reason=act.reason,
                    at=at,
                    by=by,
                    calendar=calendar,
                    history=entries,
                )
            else:
                entry = decide(methods[case.pin], case, act, at=at, by=by, calendar=calendar)
        except Refused as refused:
            yield Replayed(line, case, refused=refused)
        except ComplaintflowError as error:
            raise StoryError("the story", (f"line {line.number}: {error}",)) from None
        else:
            if isinstance(act, Erase):
                entries = [_codec.silent_entry(each, case.customer) for each in entries]
                case = Case.replay(entries)
            entries.append(entry)
            case = case.apply(entry)
            yield Replayed(line, case, entry)


def _target(act: ChangeMethod, methods: Mapping[str, Method]) -> Method:
    if act.to not in methods:
        raise UnknownMethod(act.to, tuple(methods))
    return methods[act.to]
