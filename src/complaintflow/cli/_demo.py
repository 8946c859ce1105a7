"""Complaints, handled from the first word to the last, on one desk over a SQLite file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import cast, get_type_hints

from attrs import frozen
from rich.text import Text

from complaintflow import Case, Desk, Entry, Line, Method, Refused
from complaintflow._evidence._annotations import Voice
from complaintflow._evidence._words import voice_of
from complaintflow.acts import Expectation, Open
from complaintflow.adapters.notifiers import CallableNotifier
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.cli._description import filled
from complaintflow.cli._methods import method_of
from complaintflow.cli._opening import file_of
from complaintflow.cli._page import (
    BEWARE,
    FAINT,
    HEAD,
    NO,
    YES,
    Page,
    Row,
    clock,
    day,
    flat,
    moment,
    remark,
    write,
)
from complaintflow.cli._reading import REMARK, Script, Unusable, script_of
from complaintflow.cli._telling import put_case, put_promises, put_reasons, put_warnings, put_way
from complaintflow.ports import Notification

INDENT = 7
"""What is said and done stands beside the time of day."""

SIGNS = (
    ("→ heard", YES, "the state that an act leads to; no sign: it stays"),
    ("refused", NO, "not yet: every reason is told, and the way to a yes"),
    ("!", BEWARE, "done all the same, and a warning is kept; !! is a strong one"),
    ("003-12", FAINT, "a clause of the document that the method is made from"),
)
"""How a story is marked, and what it means."""


class StoryClock:
    """Tells the time of the story, whatever the day is."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the time of the line that is told."""
        return self.at


@frozen
class Story:
    """A story that is shipped: what it is about, and what happens."""

    method: Method
    title: str
    script: Script

    @property
    def names(self) -> int:
        """How many columns the names of those who act take."""
        return max(len(flat(line.by.id)) for line in self.script.lines)

    @property
    def begins(self) -> datetime:
        """The time of its first line."""
        return self.script.lines[0].at


@frozen
class Performed:
    """What came of a story."""

    story: Story
    page: Page
    case: Case
    refused: int
    warned: int


def stories() -> tuple[str, ...]:
    """Return the names of the methods that a story is shipped for."""
    folder = resources.files("complaintflow.cli") / "stories"
    return tuple(sorted(file.name.removesuffix(".jsonl") for file in folder.iterdir()))


def perform(names: Sequence[str], store: str | None) -> None:
    """
    Tell the stories of some methods, in the order of their days, while they are kept in a file.

    Raises:
        UnknownMethod: there is no such method.

        Unusable: no story is shipped for it, or the file exists already.

        StoreError: the file cannot be used.
    """
    told = sorted(map(_story, names), key=lambda story: story.begins)
    path = _new_file(store)
    with SqliteStore(path) as kept:
        stage = Stage([story.method for story in told], kept)
        performed = [stage.play(story) for story in told]
    with SqliteStore(path) as kept:
        desk = Desk(*(story.method for story in told), store=kept)
        if len(performed) == 1:
            _read_back(performed[0], desk)
            performed[0].page.write()
        else:
            _write_all(performed, desk)
    remark(f"\nThe {'case is' if len(performed) == 1 else 'cases are'} kept in {path}")


def _new_file(store: str | None) -> Path:
    if store is None:
        return Path(tempfile.mkdtemp(prefix="complaintflow-")) / "demo.sqlite3"
    file = file_of(store)
    if file is None:
        raise Unusable(f"'{store}' is no file; a demo is kept in one, such as demo.db")
    if os.path.exists(file):  # noqa: PTH110  (it raises nothing)
        # A desk that stands in the time of a story has no business among other cases.
        raise Unusable(f"'{file}' exists already; name a new file")
    return file


def _story(name: str) -> Story:
    method = method_of(name)
    if name not in stories():
        message = f"no story is told of '{name}' yet; there are: {', '.join(stories())}"
        raise Unusable(message)
    file = resources.files("complaintflow.cli") / "stories" / f"{name}.jsonl"
    # The first comment is the title, and no word of the narrator's.
    title, _, told = file.read_text("utf-8").partition("\n")
    return Story(method, title.strip(f"{REMARK} "), script_of(told, method, name))


# -- the story ----------------------------------------------------------------------------------


class Stage:
    """A desk for all methods over one store, on which stories are told one after the other."""

    def __init__(self, every: Sequence[Method], store: SqliteStore) -> None:
        self._entries: list[Entry] = []
        self._told: list[Notification] = []
        self._time = StoryClock(datetime.min.replace(tzinfo=UTC))
        self._desk = Desk(
            *every,
            store=store,
            clock=self._time,
            notifier=CallableNotifier(self._told.append),
            observers=[lambda _, entry: self._entries.append(entry)],
        )

    def play(self, story: Story) -> Performed:
        """Record a story line by line, and tell what comes of it."""
        page = Page()
        page.title(f"{story.method.title}: {story.title}")
        self._entries.clear()
        self._told.clear()
        case: Case | None = None
        refused = 0
        for line in story.script.lines:
            new_day = case is None or line.at.date() != self._time.at.date()
            self._time.at = line.at
            words = story.script.remarks.get(line.number)
            _narrate(page, words, day(line.at) if new_day else None)
            for overdue in self._desk.tick():
                _tell_entry(page, overdue, self._desk.get(overdue.case_id), story.names)
            try:
                case = self._record(story, case, line)
            except Refused as no:
                refused += 1
                _tell_refused(page, line, no, story.names)
            else:
                _tell_entry(page, self._entries[-1], case, story.names)
        self._desk.deliver()
        _deliveries(page, self._told)
        warned = sum(len(entry.warnings) for entry in self._entries)
        return Performed(story, page, cast("Case", case), refused, warned)

    def _record(self, story: Story, case: Case | None, line: Line) -> Case:
        if case is not None:
            return self._desk.record(case.id, line.act, by=line.by)
        act = cast("Open", line.act)
        return self._desk.open(
            line.case or story.method.name,
            customer=act.customer,
            complaint=act.complaint,
            by=line.by,
            channel=act.channel,
            owner=act.owner,
            method=story.method.name,
        )


def _narrate(page: Page, words: str | None, today: str | None) -> None:
    if today is not None:
        page.heading(today)
    elif words is not None:
        page.blank()
    if words is not None:
        page.put((words, "italic"))


def _tell_entry(page: Page, entry: Entry, case: Case, names: int) -> None:
    outcome = f" ({entry.outcome})" if entry.outcome else ""
    moved = entry.version == 1 or entry.move.source != entry.state
    came = Text(f"→ {entry.state}" if moved else "", YES)
    _headline(page, entry, f"{entry.trigger}{outcome}", came, names)
    notes = []
    for name, voice, value in _evidence(entry.act):
        if voice is None or not isinstance(value, str):
            notes.append(_note(name, value))
        else:
            who = flat(entry.by.id if voice == "agent" else case.customer)
            page.rows([(Text(f"{who}:", FAINT), f"“{flat(value)}”")], indent=INDENT)
    if notes:
        page.put_some(notes, indent=INDENT)
    put_promises(page, entry.promises, indent=INDENT)
    put_warnings(page, entry.warnings, indent=INDENT)


def _tell_refused(page: Page, line: Line, no: Refused, names: int) -> None:
    """Tell what was not said, and why not: of its evidence only the notes."""
    _headline(page, line, no.trigger, Text(f"refused while {no.state}", NO), names)
    notes = [
        _note(name, value)
        for name, voice, value in _evidence(line.act)
        if voice is None or not isinstance(value, str)
    ]
    if notes:
        page.put_some(notes, indent=INDENT)
    put_reasons(page, no.unmet, indent=INDENT)
    put_way(page, no.way, indent=INDENT)


def _headline(page: Page, told: Line | Entry, act: str, came: Text, names: int) -> None:
    by = Text(flat(told.by.id), FAINT)
    page.rows([(clock(told.at), by, Text(act, HEAD), came)], widths=[5, names, 28])


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


def _deliveries(page: Page, told: Sequence[Notification]) -> None:
    page.heading("Who was told, after each step was kept")
    by_audience: dict[str, list[str]] = {}
    for notification in told:
        by_audience.setdefault(notification.to, []).append(notification.topic.replace("_", " "))
    rows = [(Text(to, style=FAINT), ", ".join(topics)) for to, topics in by_audience.items()]
    page.rows(rows, indent=2, widths=[8])


# -- afterwards ---------------------------------------------------------------------------------


def _read_back(performed: Performed, desk: Desk) -> None:
    """Read a case from the file with a desk that has seen nothing of it."""
    page, case = performed.page, desk.get(performed.case.id)
    page.heading("The case, read back from the file by another desk")
    put_case(page, case, refused=performed.refused)
    page.heading("Its history")
    rows = []
    for entry in desk.history(case.id):
        outcome = f" ({entry.outcome})" if entry.outcome else ""
        number = Text(f"{entry.version:>2}", style=FAINT)
        at, by = moment(entry.at), Text(flat(entry.by.id), style=FAINT)
        rows.append((number, at, by, f"{entry.trigger}{outcome}", entry.state))
    page.rows(rows, indent=2)


def _write_all(every: Sequence[Performed], desk: Desk) -> None:
    """Write what there is to read, the stories, and what the file holds after them."""
    page = Page()
    _contents(page, every)
    page.write()
    for each in every:
        write("\n\n")
        each.page.write()
    page = Page()
    page.blank()
    page.title("All of them, read back from the file by another desk")
    _kept(page, every, desk)
    page.write()


def _contents(page: Page, every: Sequence[Performed]) -> None:
    page.title("Complaints, one for each method")
    rows = []
    for number, each in enumerate(every, start=1):
        warnings = f"{each.warned} warning{'' if each.warned == 1 else 's'}"
        begins = f"{each.story.begins:%B}"
        rows.append(
            (
                Text(str(number), style=FAINT),
                Text(each.story.method.title, style=HEAD),
                each.story.title,
                Text(begins, style=FAINT),
                Text(f"{each.refused} refused", style=NO),
                Text(warnings, style=BEWARE),
            )
        )
    page.rows(rows)
    page.blank()
    for sign, style, means in SIGNS:
        page.rows([(Text(sign, style=style), means)], indent=2, widths=[11])


def _kept(page: Page, every: Sequence[Performed], desk: Desk) -> None:
    names = ("case", "customer", "method", "state", "entries", "promises")
    rows: list[Row] = [[Text(name, style=FAINT) for name in names]]
    for each in every:
        case = desk.get(each.case.id)
        became = ", ".join(p.state.replace("_", " ") for p in case.ledger.promises)
        rows.append(
            (
                flat(case.id),
                flat(case.customer),
                each.story.method.name,
                case.state,
                str(case.version),
                became or "none",
            )
        )
    page.rows(rows)
    page.blank()
    page.put("One at a time, with its history: complaintflow demo six_steps")
