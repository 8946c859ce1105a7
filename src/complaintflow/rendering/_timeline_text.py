"""A timeline as text, for a terminal or a mail."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from itertools import groupby

from complaintflow.rendering._timeline_model import (
    LEFT_OUT,
    Chance,
    Duty,
    Moment,
    Timeline,
    Words,
)
from complaintflow.rendering._timeline_times import as_clocks_show, day_and_time, time_of_day
from complaintflow.rendering._words import cited

NARROWEST = 40
"""Columns that are needed at least."""

IN = 7
"""Where what belongs to a moment stands: beside its time of day."""

# What people wrote is shown, but it does not steer the terminal it is shown on.
_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

_MARKS = {"good": "+", "late": "!", "bad": "x", "plain": "-"}

STANDING = {
    "open": "open",
    "overdue": "overdue",
    "kept": "kept",
    "kept_late": "kept late",
    "released": "released by the customer",
    "broken": "broken",
}
"""What became of a promise, in words."""

LEFT_OUT_TOLD = (
    "the customer's name and all words are left out, and with them who keeps a promise; "
    "who acted stays"
)
"""What is said of a timeline without personal data."""


def as_text(timeline: Timeline, width: int) -> str:
    """Return a timeline as text of lines that are at most so wide."""
    timeline = as_clocks_show(timeline)
    page = _Text(max(width, NARROWEST))
    _put_head(page, timeline)
    _put_promises(page, timeline.promises)
    if timeline.deadlines or timeline.breaches:
        page.heading("Time limits")
        for breach in timeline.breaches:
            page.put(f"x {breach.text}", indent=2, more=2)
        for deadline in timeline.deadlines:
            due = "stands still" if deadline.paused_at else f"until {day_and_time(deadline.due)}"
            page.put(f"- {due}, else: {deadline.text}", indent=2, more=2)
    page.heading(f"What happened, times in {timeline.zone}")
    cycles = [list(moments) for _, moments in groupby(timeline.moments, lambda m: m.cycle)]
    for moments in cycles:
        if len(cycles) > 1:
            page.put("")
            page.put(f"== cycle {moments[0].cycle} ".ljust(24, "="))
        for day, of_day in groupby(moments, lambda m: m.at.date()):
            page.put("")
            page.put(f"{day:%A} {day.day} {day:%B %Y}")
            for moment in of_day:
                _put_moment(page, moment)
    if timeline.chances is not None:
        _put_chances(page, timeline)
    return page.told()


class _Text:
    """Lines of text, wrapped as they come."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._lines: list[str] = []

    def put(self, text: str, *, indent: int = 0, more: int = 0) -> None:
        """Add a paragraph; its lines but the first stand *more* columns to the right."""
        plain = " ".join(_STEERING.sub(_visible, text).split())
        self._lines += textwrap.wrap(
            plain,
            self._width,
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent + more),
            break_on_hyphens=False,
        ) or [""]

    def heading(self, text: str) -> None:
        self._lines += ["", text, "-" * len(text)]

    def told(self) -> str:
        return "\n".join(self._lines) + "\n"


def _visible(found: re.Match[str]) -> str:
    return " " if found[0].isspace() else "\ufffd"


def _put_head(page: _Text, timeline: Timeline) -> None:
    page.put(f"{timeline.case}: {timeline.customer}")
    closed = ", and closed" if timeline.is_closed and timeline.state != "closed" else ""
    page.put(f"{timeline.method}, version {timeline.version}: {timeline.state}{closed}")
    again = "" if timeline.cycle == 1 else f", cycle {timeline.cycle}"
    owner = timeline.owner or "nobody yet"
    page.put(f"opened {day_and_time(timeline.opened_at)}{again}; the owner is {owner}")
    if not timeline.has_personal_data:
        page.put(LEFT_OUT_TOLD)
    road = (f"[{p.state}]" if p.is_here else p.state for p in timeline.road if p.step or p.was_seen)
    page.put("")
    page.put(" > ".join(road))


def _put_promises(page: _Text, promises: Iterable[Duty]) -> None:
    for number, promise in enumerate(promises):
        if number == 0:
            page.heading("Promises")
        late = f" by {promise.late_by}" if promise.late_by else ""
        who = "" if promise.who == LEFT_OUT else f", by {promise.who}"
        page.put(
            f"{promise.id}: {promise.what}{who}, until {day_and_time(promise.due)}; "
            f"{STANDING[promise.standing]}{late}",
            indent=2,
            more=4,
        )


def _put_moment(page: _Text, moment: Moment) -> None:
    outcome = f" ({moment.outcome})" if moment.outcome else ""
    moved = f" > {moment.state}" if moment.has_moved else ""
    tag = f" [{moment.tag}]" if moment.tag else ""
    page.put(
        f"{time_of_day(moment.at)}  {moment.act}{outcome}, by {moment.by}{moved}{tag}", more=IN
    )
    for words in moment.words:
        page.put(_said(words), indent=IN, more=2)
    for happening in moment.followed:
        page.put(f"{_MARKS[happening.tone]} {happening.text}", indent=IN, more=2)
    for warning in moment.warnings:
        cites = f" ({', '.join(map(cited, warning.cites))})" if warning.cites else ""
        page.put(f"{'!!' if warning.strong else '!'} {warning.text}{cites}", indent=IN, more=2)


def _said(words: Words) -> str:
    if words.voice is None:
        return f"{words.label}: {words.text}"
    return f"{words.voice}: \u201c{words.text}\u201d"


def waiting(timeline: Timeline) -> tuple[str, tuple[Chance, ...]]:
    """
    Return why nothing more may be done, and every act that has reasons of its own.

    The first is empty where the case is not over.
    """
    chances = timeline.chances or ()
    rest = tuple(chance for chance in chances if not chance.is_ready)
    if not timeline.is_closed:
        return "", rest
    can_reopen = any(chance.act == "reopen" for chance in chances)
    over = "the case is over: reopen it first" if can_reopen else "the case is over"
    own = tuple(each for each in rest if all(no.code != "not_now" for no in each.why_not))
    return over, own


def _put_chances(page: _Text, timeline: Timeline) -> None:
    page.heading("What may be done next")
    ready = [chance.act for chance in timeline.chances or () if chance.is_ready]
    page.put(", ".join(ready) or "nothing", indent=2)
    page.heading("And why not the rest")
    over, chances = waiting(timeline)
    if over:
        page.put(over, indent=2)
    for chance in chances:
        reasons = "; ".join(unmet.text for unmet in chance.why_not)
        page.put(f"{chance.act}: {reasons}", indent=2, more=2)
