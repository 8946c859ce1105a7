"""Cases from one desk to another: as stories, decided anew, and whole stores, taken as they are."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterable, Iterator
from datetime import datetime
from typing import Any, TypeVar

import attrs

from complaintflow import _codec
from complaintflow._case import Case, Entry
from complaintflow._chain import Head, verify_history
from complaintflow._desk._changes import change_of
from complaintflow._desk._checking import flaw_of_the_case
from complaintflow._desk._reading import PAGE, case_and_records, history
from complaintflow._desk._vouching import vouched_for
from complaintflow._desk._wiring import Wiring, log
from complaintflow._evidence._checks import text_problem
from complaintflow._given import TEXT, a, look_over, or_none
from complaintflow._method import Method
from complaintflow.acts.bounds import Erase
from complaintflow.errors import (
    CaseExists,
    ComplaintflowError,
    Conflict,
    EvidenceError,
    LimitReached,
    StoreError,
    StoryError,
    TimeError,
)
from complaintflow.ports import Change, Query, Record, Snapshot

T = TypeVar("T")

TITLE = "complaintflow export"
"""What the first line of an export says."""

_ANEW = "take the file as export_all() wrote it, or export it anew"


# -- stories ------------------------------------------------------------------------------------


async def export_story(desk: Wiring, case_id: str) -> str:
    """Return the history of a case as a story."""
    from complaintflow._story._lines import line_of

    return "".join([line_of(entry) + "\n" for entry in await history(desk, case_id)])


async def import_story(
    desk: Wiring, story: str, *, method: str | None, case_id: str | None
) -> Case:
    """Open a case from a story; every line is decided anew."""
    from complaintflow._story._lines import read_story
    from complaintflow._story._replaying import replay

    asked = desk.gathering("import_story")
    with asked:
        look_over("import_story", story=(TEXT, story), case_id=(or_none(TEXT), case_id))
    with asked:
        chosen = _told_under(desk, story) if method is None else desk.named(method)
    asked.end()
    case: Case | None = None
    entries: list[Entry] = []
    every = tuple(desk.by_pin.values())
    lines = read_story(story.split("\n"), chosen, moves_to=every)
    lines = await vouched_for(desk, lines)
    for told in replay(chosen, lines, moves_to=every, case_id=case_id, calendar=desk.calendar):
        if told.refused is not None or told.entry is None:
            raise StoryError("the story", (f"line {told.line.number}: {told.refused}",))
        try:
            _check_limits(desk, case, told.case, told.entry)
        except (LimitReached, TimeError) as error:
            raise StoryError("the story", (f"line {told.line.number}: {error}",)) from None
        if isinstance(told.line.act, Erase) and case is not None:
            entries = [_codec.silent_entry(entry, case.customer) for entry in entries]
        case = told.case
        entries.append(told.entry)
    if case is None or await desk.store.load(case.id) is not None:
        raise CaseExists("story" if case is None else case.id)
    try:
        await desk.store.commit(change_of(_codec.START, case, entries, notify=False))
    except Conflict:
        raise CaseExists(case.id) from None
    return case


def _check_limits(desk: Wiring, before: Case | None, after: Case, entry: Entry) -> None:
    """Make sure that a line of a story is no more than the desk takes of anybody."""
    desk.limits.check_moment(entry.at, desk.now())
    change = change_of(_codec.START, after, [entry], notify=False)
    if before is not None:
        desk.limits.check(before, entry, after, change)
        return
    names = {"case_id": after.id, "customer": after.customer, "owner": after.owner}
    desk.limits.check_texts(entry.act, change, by=entry.by.id, **names)


def _told_under(desk: Wiring, story: str) -> Method:
    """Return the method that a story says, in the settings of this desk where it has others."""
    from complaintflow._story._lines import opened_under

    pin = opened_under(story.split("\n")) if isinstance(story, str) else None
    if pin is None:
        return desk.named(None)
    return desk.by_pin.get(pin) or desk.named(pin.partition("/")[0])


# -- whole stores -------------------------------------------------------------------------------


async def export_all(desk: Wiring) -> AsyncGenerator[str, None]:
    """Yield the lines of an export: a title, and each case with its records."""
    yield _line({"export": TITLE, "format": _codec.FORMAT})
    query = Query(limit=PAGE)
    while page := await desk.store.find(query):
        for case in page:
            # Read again: as it is now, with no more records than it has.
            found, records = await case_and_records(desk, case.case_id)
            yield _line({"case": attrs.asdict(found)}, case.case_id)
            for record in records:
                yield _line({"entry": attrs.asdict(record)}, case.case_id)
        query = attrs.evolve(query, after=page[-1].case_id)


def _line(data: dict[str, object], case_id: str = "") -> str:
    try:
        told = json.dumps(data, ensure_ascii=False, default=datetime.isoformat)
    except TypeError:
        message = (
            f"case '{case_id}' cannot be exported: a column of it, or of one of its entries, holds "
            "neither a text, a number nor a time; correct it in the database, or restore the case "
            "from a backup"
        )
        raise StoreError(message) from None
    return f"{told}\n"


async def import_all(desk: Wiring, lines: Iterable[str]) -> int:
    """Take over the cases of an export, and return how many were new."""
    wanted = a(Iterable, "lines of text, as Desk.export_all() yields them")
    look_over("import_all", lines=(wanted, lines))
    new = 0
    for number, told, records in _cases_in(lines):
        case = _awake(told)
        seen = verify_history(records, _head_of(number, case))
        flaw = seen.flaw or flaw_of_the_case(desk, case, records, seen)
        wrong = _key_of_two(records) if flaw is None else str(flaw)
        if wrong is not None:
            raise _unusable(number, f"case '{case.case_id}' is not whole: {wrong}; {_ANEW}")
        there = await desk.store.load(case.case_id)
        if there is None:
            await desk.store.commit(Change(case.case_id, 0, case, tuple(records)))
            new += 1
        elif there.head != case.head:
            if not await _went_on_from(desk, there, case):
                raise CaseExists(case.case_id)
            passed = "case %s has gone on since it was exported, and is passed over"
            log.info(passed, case.case_id, extra={"case": case.case_id})
    return new


async def _went_on_from(desk: Wiring, there: Snapshot, case: Snapshot) -> bool:
    """Return whether a case that is there is the one that comes in, and has more entries."""
    if there.version <= case.version:
        return False
    records = await desk.store.history(case.case_id, after=case.version - 1, limit=1)
    return [record.digest for record in records] == [case.head]


def _key_of_two(records: list[Record]) -> str | None:
    """Return what is wrong where two entries have one key, which is no part of the chain."""
    seen: dict[str, int] = {}
    for record in records:
        key, version = record.key, record.version
        if key is not None and (first := seen.setdefault(key, version)) != version:
            return f"entries {first} and {version} have the same key {key!r:.60}"
    return None


def _head_of(number: int, case: Snapshot) -> Head:
    try:
        return Head(case.version, case.head)
    except EvidenceError as error:
        raise _unusable(number, f"it cannot be read: {error}; {_ANEW}") from None


def _awake(case: Snapshot) -> Snapshot:
    """Return a case that wakes when it says itself, and not when a lease of another store ends."""
    try:
        wakes_at = _codec.case_from_text(case.text, case.case_id).wake_at
    except ComplaintflowError:
        return case  # what is wrong with it is told when it is checked
    return attrs.evolve(case, wake_at=wakes_at)


def _cases_in(lines: Iterable[str]) -> Iterator[tuple[int, Snapshot, list[Record]]]:
    started, found, records = 0, None, list[Record]()
    for number, line in enumerate(lines, start=1):
        data = _read(number, line)
        if number == 1:
            _check_title(data)
        elif "case" in data:
            if found is not None:
                yield started, found, records
            started, found, records = number, _made(number, Snapshot, data["case"]), []
        elif "entry" in data and found is not None:
            record = _made(number, Record, data["entry"])
            if record.key is not None and text_problem(record.key):
                raise _unusable(
                    number, f"it cannot be read: its key is {record.key!r:.40}; {_ANEW}"
                )
            records.append(record)
        else:
            raise _unusable(number, f"it is neither a case nor an entry of one; {_ANEW}")
    if found is not None:
        yield started, found, records


def _check_title(data: dict[str, Any]) -> None:
    if data.get("export") != TITLE:
        raise _unusable(1, "this is no export of a store; Desk.export_all() writes one")
    try:
        _codec.check_format(data.get("format"))
    except StoreError as error:
        raise _unusable(1, str(error)) from None


def _read(number: int, line: str) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except (TypeError, ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise _unusable(number, f"it is no line of an export; {_ANEW}")
    return data


def _made(number: int, cls: type[T], data: object) -> T:
    try:
        given = dict(data)  # type: ignore[call-overload]
        for name in ("due_at", "wake_at", "updated_at", "at"):
            if given.get(name) is not None:
                given[name] = datetime.fromisoformat(given[name])
        return cls(**given)
    except (TypeError, ValueError) as error:
        raise _unusable(number, f"it cannot be read: {error}; {_ANEW}") from None


def _unusable(number: int, why: str) -> StoryError:
    return StoryError("the export", (f"line {number}: {why}",))
