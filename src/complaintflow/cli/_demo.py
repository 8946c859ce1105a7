"""One complaint, handled from the first word to the last, on a desk over a SQLite file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import cast, get_type_hints

from rich.text import Text

from complaintflow import Case, Desk, Entry, Line, Method, Refused, methods
from complaintflow._evidence import Voice, voice_of
from complaintflow.acts import Expectation, Open
from complaintflow.adapters.notifiers import CallableNotifier
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.cli._description import filled
from complaintflow.cli._page import FAINT, HEAD, NO, YES, Page, clock, day, flat, moment, remark
from complaintflow.cli._reading import Script, Unusable, script_of
from complaintflow.cli._telling import put_case, put_promises, put_reasons, put_warnings, put_way
from complaintflow.ports import Notification

INDENT = 7
"""What is said and done stands beside the time of day."""


class StoryClock:
    """Tells the time of the story, whatever the day is."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the time of the line that is told."""
        return self.at


def stories() -> tuple[str, ...]:
    """Return the names of the methods that a story is shipped for."""
    folder = resources.files("complaintflow.cli") / "stories"
    return tuple(sorted(file.name.removesuffix(".jsonl") for file in folder.iterdir()))


def perform(page: Page, name: str, store: Path | None) -> None:
    """
    Put the story of a method on a page, while it is kept in a file.

    Raises:
        UnknownMethod: there is no such method.

        Unusable: no story is shipped for it, or the file exists already.

        StoreError: the file cannot be used.
    """
    method = methods.get(name)
    script = _script(method)
    if store is not None and os.path.exists(store):  # noqa: PTH110 (it raises nothing)
        # A desk that stands in the time of a story has no business among other cases.
        message = f"'{store}' exists already; name a new file"
        raise Unusable(message)
    path = store or Path(tempfile.mkdtemp(prefix="complaintflow-")) / "demo.sqlite3"
    told: list[Notification] = []
    with SqliteStore(path) as kept:
        case, refused = _play(page, method, script, kept, told)
    with SqliteStore(path) as kept:
        _read_back(page, Desk(method, store=kept), case.id, refused)
    _deliveries(page, told)
    page.write()
    remark(f"\nThe case is kept in {path}")


def _script(method: Method) -> Script:
    if method.name not in stories():
        message = f"no story is told of '{method.name}' yet; there are: {', '.join(stories())}"
        raise Unusable(message)
    story = resources.files("complaintflow.cli") / "stories" / f"{method.name}.jsonl"
    return script_of(story.read_text("utf-8"), method, method.name)


# -- the story ----------------------------------------------------------------------------------


def _play(
    page: Page, method: Method, script: Script, store: SqliteStore, told: list[Notification]
) -> tuple[Case, int]:
    """Record the story line by line and tell what came of it; return how much was refused, too."""
    entries: list[Entry] = []
    time = StoryClock(script.lines[0].at)
    desk = Desk(
        method,
        store=store,
        clock=time,
        notifier=CallableNotifier(told.append),
        observers=[lambda _, entry: entries.append(entry)],
    )
    page.title(f"{method.title}: one complaint, from the first word to the last")
    case: Case | None = None
    refused = 0
    for line in script.lines:
        new_day = case is None or line.at.date() != time.at.date()
        time.at = line.at
        _narrate(page, script.remarks.get(line.number), day(line.at) if new_day else None)
        for overdue in desk.tick():
            _tell_entry(page, overdue, desk.get(overdue.case_id))
        try:
            case = _open(desk, line) if case is None else desk.record(case.id, line.act, by=line.by)
        except Refused as no:
            refused += 1
            _tell_refused(page, line, no)
        else:
            _tell_entry(page, entries[-1], case)
    desk.deliver()
    return cast("Case", case), refused


def _open(desk: Desk, line: Line) -> Case:
    act = cast("Open", line.act)
    return desk.open(
        line.case or "demo",
        customer=act.customer,
        complaint=act.complaint,
        by=line.by,
        channel=act.channel,
        owner=act.owner,
    )


def _narrate(page: Page, words: str | None, today: str | None) -> None:
    if today is not None:
        page.heading(today)
    elif words is not None:
        page.blank()
    if words is not None:
        page.put((words, "italic"))


def _tell_entry(page: Page, entry: Entry, case: Case) -> None:
    outcome = f" ({entry.outcome})" if entry.outcome else ""
    moved = entry.version == 1 or entry.move.source != entry.state
    _headline(
        page, entry, f"{entry.trigger}{outcome}", Text(f"→ {entry.state}" if moved else "", YES)
    )
    notes = []
    for name, voice, value in _evidence(entry.act):
        if voice is None:
            notes.append(_note(name, value))
        else:
            who = flat(entry.by.id if voice == "agent" else case.customer)
            page.rows([(Text(f"{who}:", FAINT), f"“{flat(str(value))}”")], indent=INDENT)
    if notes:
        page.put_some(notes, indent=INDENT)
    put_promises(page, entry.promises, indent=INDENT)
    put_warnings(page, entry.warnings, indent=INDENT)


def _tell_refused(page: Page, line: Line, no: Refused) -> None:
    """Tell what was not said, and why not: of its evidence only the notes."""
    _headline(page, line, no.trigger, Text(f"refused while {no.state}", NO))
    notes = [_note(name, value) for name, voice, value in _evidence(line.act) if voice is None]
    if notes:
        page.put_some(notes, indent=INDENT)
    put_reasons(page, no.unmet, indent=INDENT)
    put_way(page, no.way, indent=INDENT)


def _headline(page: Page, told: Line | Entry, act: str, came: Text) -> None:
    by = Text(flat(told.by.id), FAINT)
    page.rows([(clock(told.at), by, Text(act, HEAD), came)], widths=[5, 4, 28])


def _note(name: str, value: object) -> str:
    words = name.replace("_", " ")
    if isinstance(value, bool):
        return words if value else f"not {words}"
    if isinstance(value, datetime):
        value = moment(value)
    if isinstance(value, tuple):
        value = "; ".join(map(str, value))
    return flat(str(value) if name in {"remedies", "items"} else f"{words}: {value}")


def _evidence(evidence: object) -> Iterator[tuple[str, Voice | None, object]]:
    """Yield the evidence that says something: its name, whose words it is, and its value."""
    hints = get_type_hints(type(evidence), include_extras=True)
    for field, value in filled(evidence):
        if isinstance(value, Expectation):
            yield from _evidence(value)
        elif field.name != "customer":
            yield field.name, voice_of(hints[field.name]), value


# -- afterwards ---------------------------------------------------------------------------------


def _read_back(page: Page, desk: Desk, case_id: str, refused: int) -> None:
    """Read the case from the file with a desk that has seen nothing of it."""
    case = desk.get(case_id)
    page.heading("The case, read back from the file by another desk")
    put_case(page, case, refused=refused)
    page.heading("Its history")
    rows = []
    for entry in desk.history(case_id):
        outcome = f" ({entry.outcome})" if entry.outcome else ""
        number = Text(f"{entry.version:>2}", style=FAINT)
        at, by = moment(entry.at), Text(flat(entry.by.id), style=FAINT)
        rows.append((number, at, by, f"{entry.trigger}{outcome}", entry.state))
    page.rows(rows, indent=2)


def _deliveries(page: Page, told: list[Notification]) -> None:
    page.heading("Who was told, after each step was kept")
    by_audience: dict[str, list[str]] = {}
    for notification in told:
        by_audience.setdefault(notification.to, []).append(notification.topic.replace("_", " "))
    rows = [(Text(to, style=FAINT), ", ".join(topics)) for to, topics in by_audience.items()]
    page.rows(rows, indent=2, widths=[8])
