"""A method as text: what it asks, in the order in which it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import NOTHING
from rich.text import Text

from complaintflow import (
    Case,
    Edge,
    LanguageRule,
    Method,
    Origin,
    Outcome,
    Requirement,
    Rule,
    State,
    TimeLimit,
)
from complaintflow._help import about
from complaintflow.cli._answers import shown
from complaintflow.cli._description import before, phrased, span, told
from complaintflow.cli._evidence import Wanted, carried_by, wanted_of
from complaintflow.cli._page import BEWARE, FAINT, HEAD, Page, Row, line
from complaintflow.rendering import diagram_of
from complaintflow.rendering._text import drawn
from complaintflow.rendering._words import cited

LABELS = 14
"""The width of the column of labels, most of which are names of outcomes."""


def show(page: Page, method: Method, at: Case | None = None) -> None:
    """Put everything a method says on a page, with where a case stands in it."""
    page.title(f"{method.title} ({method.name}, version {method.version})")
    _departures(page, method)
    _origin(page, method)
    _road(page, method, at)
    _states(page, method)
    _acts(page, method)
    _time(page, method)
    _language(page, method)
    _invariants(page, method)
    _notes(page, method)


def clauses(cites: Iterable[str]) -> Text:
    """Return clause ids as a faint text."""
    return Text(", ".join(map(cited, cites)), style=FAINT)


def _departures(page: Page, method: Method) -> None:
    if not method.departs:
        return
    page.put(("It departs from the charter of the library:", BEWARE))
    page.rows([(Text(d.invariant, style=BEWARE), d.reason) for d in method.departs], indent=2)
    page.blank()


def _origin(page: Page, method: Method) -> None:
    rows: list[Row] = [("variant", method.variant)] if method.variant else []
    if method.source or not method.origins:
        rows.append(("source", method.source or "no document; it is the host's own"))
    rows += [("read in", _read_in(origin)) for origin in method.origins]
    if not method.departs:
        rows.append(("charter", "kept in full"))
    rows.append(("promises", f"due within {method.promises_within}, where they name no time"))
    if method.promise_reminders:
        rows.append(("", f"reminded of {before(method.promise_reminders)}"))
    page.rows(rows, widths=[LABELS])
    if method.settings:
        page.heading("Settings")
        page.rows([(name, _value(value)) for name, value in method.settings], indent=2)


def _read_in(origin: Origin) -> Text:
    published = f", {origin.published}" if origin.published else ""
    checked = f"; compared on {origin.checked}" if origin.checked else ""
    return line(f"{origin.title}{published}", (f" ({origin.confidence}{checked})", FAINT))


def _value(value: object) -> str:
    words = {None: "none", True: "yes", False: "no"}
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return words[value] if value is None or isinstance(value, bool) else str(value)


# -- the road -----------------------------------------------------------------------------------


def _road(page: Page, method: Method, at: Case | None) -> None:
    page.heading("The road, and what leads off it and back")
    for line_ in drawn(diagram_of(method, at=at), page.width):
        page.put(line_)


# -- states -------------------------------------------------------------------------------------


def _states(page: Page, method: Method) -> None:
    page.heading("States, in the order of the road")
    page.rows([_state(method, state) for state in method.states], indent=2)


def _state(method: Method, state: State) -> Row:
    traits = []
    if state.name == method.initial:
        traits.append("a case begins here")
    if state.waits_for == "customer":
        traits.append("waits for the customer")
    if state.inferred:
        traits.append("inferred: the document does not say so")
    about = line(state.about, *((f"; {trait}", FAINT) for trait in traits))
    step = "end" if state.final else "" if state.step is None else str(state.step)
    return (Text(step, style=FAINT), Text(state.name), about, clauses(state.cites))


# -- acts ---------------------------------------------------------------------------------------


def _acts(page: Page, method: Method) -> None:
    page.heading("Acts")
    page.put(("“…” is what a refusal says where a need is not met, or a warning.", FAINT))
    for rule in method.rules:
        page.blank()
        page.put((rule.trigger, HEAD), (_traits(rule), FAINT))
        page.put(about(rule.act), indent=2)
        rows = [(Text(label, style=FAINT), text) for label, text in _says(method, rule)]
        page.rows(_once(rows), indent=2, widths=[LABELS])
    page.heading("What acts carry")
    for cls in carried_by(rule.act for rule in method.rules):
        page.put((cls.__name__, HEAD), f"  {about(cls)}", indent=2)
        page.rows([(_evidence(wanted),) for wanted in wanted_of(cls)], indent=4)


def _traits(rule: Rule) -> str:
    spec = rule.act.spec
    traits = [] if spec.speaker == "agent" else [f"the {spec.speaker}'s"]
    traits += [word for word in ("remedy", "recognition") if getattr(spec, word)]
    return "".join(f"  {trait}" for trait in (*traits, clauses(rule.cites).plain) if trait)


def _once(rows: Iterable[tuple[Text, Text]]) -> Iterator[Row]:
    """Yield the rows, each label only where it begins."""
    last = ""
    for label, text in rows:
        yield ("" if label.plain == last else label, text)
        last = label.plain


def _says(method: Method, rule: Rule) -> Iterator[tuple[str, Text]]:
    """Yield what a method says of an act: what it needs, what follows, and where it leads."""
    common = method.requirements(rule)
    for wanted in wanted_of(rule.act):
        yield "evidence", _evidence(wanted)
    for need in sorted(common, key=lambda need: need.should):
        yield ("should have" if need.should else "needs"), _need(need)
    for verb, what in _consequences(method, rule):
        yield verb, Text(what)
    for outcome in rule.outcomes:
        for need in method.requirements(rule, outcome.name):
            if need not in common:
                yield outcome.name, line("should have " if need.should else "needs ", _need(need))
        for verb, what in _consequences(method, outcome):
            yield outcome.name, Text(f"{verb} {what}")
    for edge in method.edges:
        if edge.trigger == rule.trigger:
            yield ("stays in" if edge.target is None else "leads"), Text(_lead(method, edge))


def _evidence(wanted: Wanted) -> Text:
    """Return what one field of evidence holds, and what it is where nothing is said."""
    is_left_out = wanted.default in (None, ())
    default = "optional" if is_left_out else f"else {shown(wanted.default)}"
    told = wanted.kind if wanted.default is NOTHING else f"{wanted.kind}; {default}"
    return line(f"{wanted.name}: ", (told, FAINT))


def _need(need: Requirement) -> Text:
    return line(f"{need.code}, else “{told(need.text)}”", (_in_brackets(need.cites), FAINT))


def _in_brackets(cites: tuple[str, ...]) -> str:
    return f" ({clauses(cites)})" if cites else ""


def _consequences(method: Method, part: Rule | Outcome) -> Iterator[tuple[str, str]]:
    for verb, names in (("establishes", part.establishes), ("clears", part.clears)):
        if names:
            yield verb, ", ".join(fact.name for fact in method.facts if fact.name in names)
    if part.begins_cycle:
        yield "begins", "a new cycle, in which every duty is fresh"
    if part.notify:
        yield "tells", ", ".join(f"the {to} ({topic})" for topic, to in part.notify)


def _lead(method: Method, edge: Edge) -> str:
    outcome = f"{edge.outcome}: " if edge.outcome else ""
    target = f" → {edge.target}" if edge.target else ""
    given = f", where {' and '.join(sorted(edge.given))}" if edge.given else ""
    return f"{outcome}{_where(method, edge.sources)}{target}{given}"


def _where(method: Method, names: Sequence[str]) -> str:
    every = [state.name for state in method.states]
    if len(names) == len(every):
        return "any state"
    if set(names) == set(every) - method.final:
        return "any state but the final ones"
    if set(names) == method.final:
        return "any final state"
    return ", ".join(names)


# -- the rest -----------------------------------------------------------------------------------


_AFTER = ", or the last promise due"


def _time(page: Page, method: Method) -> None:
    page.heading("Time limits")
    if not method.limits:
        page.put("none", indent=2)
    for limit in method.limits:
        page.put((limit.code, HEAD), (_in_brackets(limit.cites), FAINT), indent=2)
        rows = (
            ("within", span(limit.within)),
            ("from", ", ".join(limit.starts) + (_AFTER if limit.after_promises else "")),
            ("until", ", ".join(limit.ends) or "the end of the case"),
            ("else", f"“{told(limit.text)}”"),
            *_more(limit),
        )
        page.rows(_labelled(rows), indent=4, widths=[LABELS - 2])
    page.heading("What can be waived, with a reason")
    page.put(", ".join(sorted(method.waivable)) or "nothing", indent=2)


def _more(limit: TimeLimit) -> Iterator[tuple[str, str]]:
    if limit.recurs:
        yield "again", "each time it is done, and each time it is missed"
    if limit.pausable:
        where = ", ".join(limit.paused_in) or "every state that waits for the customer"
        yield "paused", f"in {where}"
    if limit.notify:
        yield "tells", notices(limit.notify)
    if limit.reminders:
        yield "reminds", before(limit.reminders)
    if limit.remind:
        yield "", notices(limit.remind)


def notices(of: Iterable[tuple[str, str]]) -> str:
    """Return who is told of what, as words."""
    return ", ".join(f"the {to} of {topic}" for topic, to in of)


def _language(page: Page, method: Method) -> None:
    page.heading("Language")
    if not method.language:
        page.put("nothing", indent=2)
    for rule in method.language:
        does = "  refuses" if rule.blocks else "  warns"
        page.put((rule.code, HEAD), (does + _in_brackets(rule.cites), FAINT), indent=2)
        page.put(phrased(rule), indent=4)
        page.rows(_labelled(_reach(rule)), indent=4, widths=[LABELS - 2])


def _labelled(rows: Iterable[tuple[str, str]]) -> Iterator[Row]:
    for label, text in rows:
        yield (Text(label, style=FAINT), text)


def _reach(rule: LanguageRule) -> Iterator[tuple[str, str]]:
    yield "wants one of" if rule.wanted else "looks for", ", ".join(rule.phrases)
    what = "what is written for the record" if rule.notes else "what is said to the customer"
    yield "in", f"{what}, by {' or '.join(rule.acts) or 'any act'}"
    if rule.until:
        yield "until", f"{' and '.join(sorted(rule.until))}"
    if not rule.own_words:
        yield "except", "words of the customer's own account"
    if rule.unless:
        yield "unless", f"it also says {', '.join(rule.unless)}"
    if rule.nothing_taken_up:
        yield "only", "where nothing of the customer's account is taken up"
    if rule.whole:
        yield "only", "where nothing else is said"
    if rule.where_limits:
        yield "only", "by actors with limits"
    if rule.strong_from:
        yield "strongly", f"from the mood {rule.strong_from} on"


_WATCHES = {None: "", "warn": "  warned of", "refuse": "  refused"}


def _invariants(page: Page, method: Method) -> None:
    page.heading("Never, whatever happens")
    if not method.invariants:
        page.put("nothing is stated", indent=2)
    for invariant in method.invariants:
        span_ = "" if invariant.each_cycle else "  in the whole history"
        page.put(
            (invariant.code, HEAD),
            (_WATCHES[invariant.watch] + span_ + _in_brackets(invariant.cites), FAINT),
            indent=2,
        )
        page.put(invariant.text, indent=4)
    if method.accepted:
        page.heading("What a check finds, and is meant to be so")
        page.rows([(Text(key, style=FAINT), reason) for key, reason in method.accepted], indent=2)


def _notes(page: Page, method: Method) -> None:
    if method.notes:
        page.heading("Held by how it is built")
        page.rows([(Text(clause, style=FAINT), text) for clause, text in method.notes], indent=2)
