"""
At a glance: how long a case stood where, and how long each promise took, along one line of time.

Everything in it is told elsewhere on the page, in words; so a reader of screens is given one
sentence for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from xml.etree.ElementTree import Element

from complaintflow.rendering._timeline_model import Duty, Stretch, Timeline
from complaintflow.rendering._timeline_text import STANDING
from complaintflow.rendering._timeline_times import time_of_day
from complaintflow.rendering._timeline_tree import element

LEGIBLE = 9.0
"""From so many hundredths of the width on, a stretch has room for its name."""


class _Scale:
    """Places moments between the first and the last one, in hundredths of the width."""

    def __init__(self, first: datetime, last: datetime) -> None:
        self._first = first.timestamp()
        self._length = last.timestamp() - self._first or 1.0

    def at(self, moment: datetime) -> float:
        """Return the place of a moment; one that lies outside stands at the end."""
        place = (moment.timestamp() - self._first) / self._length * 100
        return min(max(place, 0.0), 100.0)


def lanes(timeline: Timeline) -> Element:
    """Return the lanes of a case: one of its states, and one of each promise."""
    ends = [timeline.at, *(promise.due for promise in timeline.promises)]
    first, last = timeline.opened_at, max(ends, key=datetime.timestamp)
    scale = _Scale(first, last)
    lane = element(
        "div",
        *(_stretch(stretch, scale, timeline) for stretch in timeline.stretches),
        *_reopenings(timeline, scale),
        class_="lane states",
    )
    return element(
        "figure",
        element("p", "Where it stood", class_="label"),
        lane,
        *(part for promise in timeline.promises for part in _promise(promise, scale, timeline)),
        element("div", *(element("span", end) for end in _ends(first, last)), class_="axis"),
        _key(timeline),
        class_="lanes",
        role="img",
        **{"aria-label": _told(timeline)},
    )


def _key(timeline: Timeline) -> Element | None:
    """Return what the marks mean, where there are any."""
    parts: list[Element] = []
    if timeline.promises:
        parts += [element("span", class_="mark due"), element("span", "due")]
    if timeline.cycle > 1:
        parts += [element("span", class_="mark reopened"), element("span", "reopened")]
    return element("p", *parts, class_="key") if parts else None


def _told(timeline: Timeline) -> str:
    seen = [stretch.state.replace("_", " ") for stretch in timeline.stretches]
    became = [f"{promise.id} {STANDING[promise.standing]}" for promise in timeline.promises]
    promises = f" Promises: {', '.join(became)}." if became else ""
    return f"It stood in turn: {', '.join(seen)}.{promises}"


def _stretch(stretch: Stretch, scale: _Scale, timeline: Timeline) -> Element:
    left = scale.at(stretch.since)
    width = scale.at(stretch.until or timeline.at) - left
    is_over = stretch.until is None and timeline.is_closed
    name = stretch.state.replace("_", " ")
    return element(
        "span",
        name if width >= LEGIBLE else "",
        class_="stretch over" if is_over else "stretch",
        style=f"left:{left:.2f}%;width:{width:.2f}%",
        title=name,
    )


def _reopenings(timeline: Timeline, scale: _Scale) -> Iterator[Element]:
    for before, after in pairwise(timeline.stretches):
        if after.cycle > before.cycle:
            place = scale.at(after.since)
            title = f"cycle {after.cycle} begins"
            yield element("span", class_="mark reopened", style=f"left:{place:.2f}%", title=title)


def _promise(promise: Duty, scale: _Scale, timeline: Timeline) -> Iterator[Element]:
    left = scale.at(promise.made_at)
    until = promise.ended_at or max(timeline.at, promise.made_at, key=datetime.timestamp)
    due = scale.at(promise.due)
    yield element(
        "p",
        f"{promise.id}  ",
        element("bdi", promise.what),
        element("span", f" {STANDING[promise.standing]}", class_=f"tag {promise.standing}"),
        class_="label",
    )
    yield element(
        "div",
        element(
            "span",
            class_=f"bar {promise.standing}",
            style=f"left:{left:.2f}%;width:{scale.at(until) - left:.2f}%",
        ),
        element("span", class_="mark due", style=f"left:{due:.2f}%", title="due"),
        class_="lane",
    )


def _ends(first: datetime, last: datetime) -> tuple[str, str]:
    """Return what stands at the two ends: days; within a single day, times."""
    if first.date() == last.date():
        return f"{_day(first)}, {time_of_day(first)}", time_of_day(last)
    return _day(first), _day(last)


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"
