"""
A timeline as one page of HTML.

It is built as a tree and written by the standard library, so that there is no string to forget to
escape: whatever is put into a tree as text comes out as text. A library of templates would only
do as much where its escaping is switched on, and it is one thing more to install.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib import resources
from itertools import groupby
from xml.etree.ElementTree import Element, tostring

from complaintflow.errors import Unmet
from complaintflow.rendering._timeline_lanes import lanes
from complaintflow.rendering._timeline_model import Chance, Duty, Moment, Timeline, Waypoint, Words
from complaintflow.rendering._timeline_text import LEFT_OUT_TOLD, STANDING, waiting
from complaintflow.rendering._timeline_times import as_clocks_show, day_and_time, time_of_day
from complaintflow.rendering._timeline_tree import Child, element
from complaintflow.rendering._words import cited

# What is drawn asks for nothing, runs nothing and sends nothing, even if it were not escaped.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def as_html(timeline: Timeline) -> str:
    """Return a timeline as a page of HTML."""
    timeline = as_clocks_show(timeline)
    title = f"{timeline.case}: {timeline.method}"
    page = element(
        "html",
        element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", content=POLICY, **{"http-equiv": "Content-Security-Policy"}),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="color-scheme", content="light dark"),
            element("title", title),
            element("style", _style()),
        ),
        element(
            "body",
            element("a", "Skip to what happened", href="#history", class_="skip"),
            element("main", *_parts(timeline)),
        ),
        lang="en",
    )
    return f"<!doctype html>\n{tostring(page, encoding='unicode', method='html')}\n"


def _style() -> str:
    file = resources.files("complaintflow.rendering") / "timeline.css"
    return file.read_text("utf-8")


def _parts(timeline: Timeline) -> Iterator[Element]:
    yield _head(timeline)
    yield _road(timeline.road)
    yield _section("glance", "At a glance", lanes(timeline))
    if timeline.promises:
        yield _section("promises", "Promises", _promises(timeline.promises))
    if timeline.deadlines or timeline.breaches:
        yield _section("limits", "Time limits", _limits(timeline))
    yield _section("history", "What happened", *_history(timeline))
    if timeline.chances is not None:
        ready = [chance for chance in timeline.chances if chance.is_ready]
        yield _section("next", "What may be done next", _ready(ready))
        yield _section("not-yet", "And why not the rest", *_waiting(timeline))


def _section(name: str, title: str, *parts: Child) -> Element:
    heading = f"{name}-title"
    return element(
        "section",
        element("h2", title, id=heading),
        *parts,
        id=name,
        tabindex="-1",
        **{"aria-labelledby": heading},
    )


# -- the head -------------------------------------------------------------------------------------


def _head(timeline: Timeline) -> Element:
    facts: list[tuple[str, Child]] = [
        ("Opened", _time(timeline.opened_at)),
        ("Owner", timeline.owner or "nobody yet"),
        ("Cycle", str(timeline.cycle)),
        ("Entries", str(len(timeline.moments))),
        ("Drawn for", _time(timeline.at)),
    ]
    closed = "closed" if timeline.is_closed else "open"
    left_out = element("p", f"{LEFT_OUT_TOLD.capitalize()}.", class_="note")
    return element(
        "header",
        element("p", f"{timeline.method}, version {timeline.version}", class_="over"),
        element(
            "h1",
            element("span", timeline.case, class_="id"),
            " ",
            element("span", timeline.customer, class_="who", dir="auto"),
        ),
        element(
            "p",
            element("span", timeline.state.replace("_", " "), class_=f"state {closed}"),
            element("span", f" {closed}", class_="unseen") if timeline.is_closed else None,
        ),
        element(
            "dl",
            *(element("div", element("dt", name), element("dd", value)) for name, value in facts),
            class_="facts",
        ),
        None if timeline.has_personal_data else left_out,
    )


def _road(road: Iterable[Waypoint]) -> Element:
    return element(
        "nav",
        element("ol", *map(_place, road), class_="road"),
        **{"aria-label": "The road through the method"},
    )


def _place(place: Waypoint) -> Element:
    name = "here" if place.is_here else "seen" if place.was_seen else "ahead"
    told = {"here": "the case stands here", "seen": "it was here", "ahead": "not yet"}[name]
    here = {"aria-current": "step"} if place.is_here else {}
    return element(
        "li",
        element("span", "" if place.step is None else str(place.step), class_="step"),
        element("span", place.state.replace("_", " "), class_="name"),
        element("span", f", {told}", class_="unseen"),
        class_=name,
        title=place.about or None,
        **here,
    )


# -- promises and time limits ---------------------------------------------------------------------


def _promises(promises: Iterable[Duty]) -> Element:
    names = ("", "What", "Who", "Until", "What became of it")
    return element(
        "table",
        element("thead", element("tr", *(element("th", n, scope="col") for n in names))),
        element("tbody", *map(_promise, promises)),
        class_="promises",
    )


def _promise(promise: Duty) -> Element:
    late = f" by {promise.late_by}" if promise.late_by else ""
    ended = None
    if promise.ended_at is not None:
        ended = element("span", " ", _time(promise.ended_at), class_="faint")
    return element(
        "tr",
        element("th", promise.id, scope="row"),
        element("td", promise.what, dir="auto"),
        element("td", promise.who, dir="auto"),
        element("td", _time(promise.due)),
        element(
            "td",
            element(
                "span", f"{STANDING[promise.standing]}{late}", class_=f"tag {promise.standing}"
            ),
            ended,
        ),
    )


def _limits(timeline: Timeline) -> Element:
    running = []
    for deadline in timeline.deadlines:
        until = "stands still" if deadline.paused_at else ("until ", _time(deadline.due))
        parts = until if isinstance(until, tuple) else (until,)
        running.append(element("li", *parts, ", else: ", deadline.text))
    return element(
        "ul",
        *(
            element("li", element("span", "missed", class_="tag broken"), " ", breach.text)
            for breach in timeline.breaches
        ),
        *running,
        class_="limits",
    )


# -- what happened --------------------------------------------------------------------------------


def _history(timeline: Timeline) -> Iterator[Element]:
    yield element("p", f"Times are in {timeline.zone}.", class_="note")
    cycles = [list(moments) for _, moments in groupby(timeline.moments, lambda m: m.cycle)]
    for moments in cycles:
        if len(cycles) > 1:
            yield element("h3", f"Cycle {moments[0].cycle}", class_="cycle")
        for day, of_day in groupby(moments, lambda moment: moment.at.date()):
            yield element(
                "h4" if len(cycles) > 1 else "h3",
                f"{day:%A} {day.day} {day:%B %Y}",
                class_="day",
            )
            yield element("ol", *map(_moment, of_day), class_="moments")


def _moment(moment: Moment) -> Element:
    outcome = f" ({moment.outcome})" if moment.outcome else ""
    return element(
        "li",
        element("time", time_of_day(moment.at), datetime=moment.at.isoformat()),
        element(
            "div",
            element(
                "p",
                element("strong", f"{moment.act}{outcome}"),
                element("span", " by ", element("bdi", moment.by), class_="faint"),
                element("span", f" → {moment.state.replace('_', ' ')}", class_="moved")
                if moment.has_moved
                else None,
                element("span", moment.tag, class_=f"tag {moment.kind}") if moment.tag else None,
                class_="act",
            ),
            *map(_words, moment.words),
            *(
                element("p", happening.text, class_=f"followed {happening.tone}", dir="auto")
                for happening in moment.followed
            ),
            *map(_warning, moment.warnings),
        ),
        class_=f"moment {moment.kind}",
        value=str(moment.number),
    )


def _words(words: Words) -> Element:
    if words.voice is None:
        label = element("span", f"{words.label}: ", class_="faint")
        return element("p", label, words.text, class_="noted", dir="auto")
    return element(
        "blockquote",
        element("span", f"{words.voice}: ", class_="voice"),
        element("span", words.text, dir="auto"),
        class_=words.voice,
    )


def _warning(warning: Unmet) -> Element:
    strong = "strong warning: " if warning.strong else "warning: "
    return element("p", element("b", strong), warning.text, _cites(warning.cites), class_="warning")


def _cites(cites: Iterable[str]) -> Element | None:
    told = ", ".join(map(cited, cites))
    return element("span", f" {told}", class_="cites") if told else None


# -- what may be done next ------------------------------------------------------------------------


def _ready(chances: Iterable[Chance]) -> Element:
    return element(
        "dl",
        *(
            element("div", element("dt", chance.act), element("dd", chance.about))
            for chance in chances
        ),
        class_="chances",
    )


def _waiting(timeline: Timeline) -> Iterator[Element]:
    over, chances = waiting(timeline)
    if over:
        yield element("p", over)
    yield element(
        "dl",
        *(
            element(
                "div",
                element("dt", chance.act),
                *(element("dd", unmet.text, _cites(unmet.cites)) for unmet in chance.why_not),
            )
            for chance in chances
        ),
        class_="chances not-yet",
    )


def _time(at: datetime) -> Element:
    return element("time", day_and_time(at), datetime=at.isoformat())
