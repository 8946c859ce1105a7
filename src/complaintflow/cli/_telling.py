"""Telling what came of a story: to people act by act, to programs as JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from attrs import evolve
from rich.text import Text

from complaintflow import Case, Promise, Replayed, Step, Unmet
from complaintflow.cli._description import Data, plain
from complaintflow.cli._page import BEWARE, FAINT, NO, Page, clock, day, flat, moment
from complaintflow.cli._show import clauses
from complaintflow.cli._zone import local
from complaintflow.errors import Undecided, Way

NARROW, WIDE = 4, 11
"""Where a line of the story has its time, and where its reasons stand."""


# -- for people ---------------------------------------------------------------------------------


def tell(page: Page, told: Iterable[Replayed]) -> None:
    """Put what came of each line on a page, and the case that they made."""
    today: date | None = None
    each = None
    refused = 0
    for each in told:
        on = local(each.line.at).date()
        if on != today:
            page.heading(day(each.line.at))
            today = on
        _tell_one(page, each)
        refused += each.refused is not None
    if each is not None:
        page.heading("The case")
        put_case(page, each.case, refused=refused)


def _tell_one(page: Page, told: Replayed) -> None:
    entry, refused = told.entry, told.refused
    outcome = f" ({entry.outcome})" if entry is not None and entry.outcome else ""
    came = (f"refused while {told.case.state}", NO) if entry is None else (entry.state, "")
    number = Text(f"{told.line.number:>{NARROW}}", style=FAINT)
    act = f"{told.line.act.trigger}{outcome}"
    who = flat(told.line.by.id)
    page.rows(
        [(number, clock(told.line.at), act, Text(who, style=FAINT), Text(came[0], style=came[1]))],
        widths=[NARROW, 5, 28, 8],
    )
    if refused is not None:
        put_reasons(page, refused.unmet, indent=WIDE + 2)
        put_way(page, refused.way, indent=WIDE + 2)
    if entry is not None:
        put_warnings(page, entry.warnings, indent=WIDE + 2)


def put_reasons(page: Page, unmet: Iterable[Unmet], *, indent: int) -> None:
    """Put every reason of a refusal on a page, with its clauses."""
    page.rows([(Text("-", style=NO), u.text, clauses(u.cites)) for u in unmet], indent=indent)


def put_way(page: Page, way: Way | Undecided | None, *, indent: int) -> None:
    """Put the way to a yes on a page."""
    if isinstance(way, Undecided):
        page.put("a way to it was looked for, and given up undecided", indent=indent)
    elif not way:
        page.put("there is no way to it from here", indent=indent)
    else:
        page.put(("the way to it: ", FAINT), " → ".join(map(_step, way)), indent=indent)


def _step(step: Step) -> str:
    told = str(evolve(step, not_before=None))
    if step.says and told == step.trigger:
        # An outcome or settled evidence says enough; where there is neither, the words are needed.
        told += f": {step.says}"
    if step.not_before is not None:
        told += f", not before {moment(step.not_before)}"
    return flat(told)


def put_warnings(page: Page, warnings: Iterable[Unmet], *, indent: int) -> None:
    """Put what a step did without on a page."""
    marks = {False: "!", True: "!!"}
    rows = [(Text(marks[w.strong], style=BEWARE), w.text, clauses(w.cites)) for w in warnings]
    page.rows(rows, indent=indent)


def put_case(page: Page, case: Case, *, refused: int = 0) -> None:
    """Put a case as it stands on a page."""
    history = f"{case.version} {'entry' if case.version == 1 else 'entries'}"
    if refused:
        acts = "the refused act is" if refused == 1 else f"the {refused} refused acts are"
        history += f"; {acts} not among them"
    rows = [
        ("case", flat(f"{case.id}, of {case.customer}")),
        ("state", f"{case.state}{', which is final' if case.is_closed else ''}"),
        ("cycle", str(case.cycle)),
        ("owner", flat(case.owner or "nobody yet")),
        ("history", history),
    ]
    page.rows([(Text(label, style=FAINT), text) for label, text in rows], indent=2, widths=[10])
    put_promises(page, case.ledger.promises, indent=2)


def put_promises(page: Page, promises: Iterable[Promise], *, indent: int) -> None:
    """Put promises on a page, with what became of them."""
    rows: list[tuple[str | Text, ...]] = []
    for promise in promises:
        label = Text(f"promise {promise.id}", style=FAINT)
        due = f"due {moment(promise.due)}"
        rows.append((label, flat(promise.what), flat(promise.who), due, _became(promise)))
    if not any(became for *_, became in rows):
        rows = [row[:-1] for row in rows]
    page.rows(rows, indent=indent)


def _became(promise: Promise) -> str:
    if promise.state == "open":
        return "" if promise.breached_at is None else "overdue"
    return promise.state.replace("_", " ")


# -- for programs -------------------------------------------------------------------------------


def data_of(told: Iterable[Replayed]) -> Iterator[Data]:
    """
    Yield what came of each line as data, and last the case: `{"case": {...}}`.

    The keys of a line, which stay: `line` (its number), `act`, `by`, `at`, `accepted`, `outcome`
    (null: the act has but one, or was refused), `state` (after it), `unmet` (each `code`, `text`,
    `cites`, `satisfied_by`; empty where it was accepted), `way` (empty: none is needed; null:
    there is none; `"undecided"`; or steps, each `act`, `outcome`, `says`, `who`, `evidence`,
    `not_before`, `depends_on`), and `warnings` (each `code`, `text`, `cites`, `strong`).

    Those of the case: `id`, `customer`, `method`, `state`, `is_closed`, `cycle`, `owner`,
    `facts`, `promises` (each `id`, `what`, `who`, `due`, `state`, `breached_at`), `deadlines`
    (each `code`, `due`, `text`, `about`, `reminders`, `paused_at`), `breaches` (each `code`,
    `due`, `found_at`, `about`) and `history`, the number of its entries.
    """
    case = None
    for each in told:
        case = each.case
        yield _line_data(each)
    if case is not None:
        yield {"case": _case_data(case)}


def _line_data(told: Replayed) -> Data:
    entry, refused = told.entry, told.refused
    return {
        "line": told.line.number,
        "act": told.line.act.trigger,
        "by": told.line.by.id,
        "at": told.line.at.isoformat(),
        "accepted": entry is not None,
        "outcome": None if entry is None else entry.outcome,
        "state": told.case.state,
        "unmet": [_unmet_data(unmet) for unmet in (() if refused is None else refused.unmet)],
        "way": [] if refused is None else _way_data(refused.way),
        "warnings": [
            {"code": w.code, "text": w.text, "cites": list(w.cites), "strong": w.strong}
            for w in (() if entry is None else entry.warnings)
        ],
    }


def _unmet_data(unmet: Unmet) -> Data:
    return {
        "code": unmet.code,
        "text": unmet.text,
        "cites": list(unmet.cites),
        "satisfied_by": list(unmet.satisfied_by),
    }


def _way_data(way: Way | Undecided | None) -> list[Data] | str | None:
    if isinstance(way, Undecided):
        return "undecided"
    if way is None:
        return None
    return [
        {
            "act": step.trigger,
            "outcome": step.outcome,
            "says": step.says,
            "who": step.who,
            "evidence": {name: plain(value) for name, value in step.evidence},
            "not_before": plain(step.not_before),
            "depends_on": step.depends_on,
        }
        for step in way
    ]


def _case_data(case: Case) -> Data:
    return {
        "id": case.id,
        "customer": case.customer,
        "method": case.pin,
        "state": case.state,
        "is_closed": case.is_closed,
        "cycle": case.cycle,
        "owner": case.owner,
        "facts": sorted(case.facts),
        "promises": [
            {
                "id": promise.id,
                "what": promise.what,
                "who": promise.who,
                "due": promise.due.isoformat(),
                "state": promise.state,
                "breached_at": plain(promise.breached_at),
            }
            for promise in case.ledger.promises
        ],
        "deadlines": [
            {
                "code": deadline.code,
                "due": deadline.due.isoformat(),
                "text": deadline.text,
                "about": deadline.about,
                "reminders": [at.isoformat() for at in deadline.reminders[deadline.reminded :]],
                "paused_at": deadline.paused_at and deadline.paused_at.isoformat(),
            }
            for deadline in case.deadlines
        ],
        "breaches": [
            {
                "code": breach.code,
                "due": breach.due.isoformat(),
                "found_at": breach.found_at.isoformat(),
                "about": breach.about,
            }
            for breach in case.breaches
        ],
        "history": case.version,
    }
