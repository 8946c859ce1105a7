"""From a method to plain data: the same pieces, in the order and the words of the format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import time
from typing import Any

import attrs
from attrs import define, evolve, field

from complaintflow._deadlines import TimeLimit
from complaintflow._invariants import Invariant
from complaintflow._method import Edge, Method, Need, Outcome, Rule
from complaintflow._requirements import VOCABULARY, Advised, Requirement
from complaintflow._time import Within
from complaintflow.acts import Satisfaction
from complaintflow.documents._format import INVARIANT, VERSION, parameters
from complaintflow.documents._kinds import Path, told
from complaintflow.documents._reading import Data, Reading, invariant_of, library_acts
from complaintflow.errors import DocumentError, DocumentProblem

MANY_STATES = 4
"""How many states get a name of their own, also where they are sources but once."""

IN_A_LINE = 5
"""How many acts are said to go the same way in one line."""


def data_of(method: Method, guards: Mapping[str, Requirement]) -> Data:
    """
    Return a method as plain data from which the very same one is read.

    Raises:
        DocumentError: something in it is none of the vocabulary, and not registered; or is of a
            kind that a document cannot hold. All of it is listed.
    """
    writing = _Writing(method, guards)
    data = writing.data()
    if not writing.problems:
        writing.check(data)
    if writing.problems:
        places = tuple(DocumentProblem(text, told(path)) for path, text in writing.problems)
        raise DocumentError(f"method '{method.name}' as a document", places)
    return data


@define
class _Writing:
    """A method being written."""

    method: Method
    guards: Mapping[str, Requirement]
    problems: list[tuple[Path, str]] = field(factory=list)
    _requirements: dict[str, Data] = field(factory=dict)
    _names: list[tuple[Requirement, str]] = field(factory=list)
    _groups: dict[tuple[str, ...], str] = field(factory=dict)

    def data(self) -> Data:
        """Return the method as plain data."""
        method = self.method
        self._groups = _groups_of(method)
        acts = {rule.trigger: self._act(rule) for rule in method.rules}
        settings = {name: self._setting(name, value) for name, value in method.settings}
        plain = {
            "format": VERSION,
            "name": method.name,
            "version": method.version,
            "title": method.title,
            "variant": method.variant,
            "source": method.source,
            "initial": method.initial,
            "promises_within": _span(method.promises_within),
            "promise_reminders": [_span(each) for each in method.promise_reminders],
            "waivable": sorted(method.waivable),
            "origins": [_filled(origin) for origin in method.origins],
            "departures": {each.invariant: each.reason for each in method.departs},
            "settings": settings,
            "states": {state.name: _filled(state, "name") for state in method.states},
            "groups": {name: list(states) for states, name in self._groups.items()},
            "facts": {fact.name: _filled(fact, "name") for fact in method.facts},
            "requirements": self._requirements,
            "acts": acts,
            "road": {"edges": list(self._edges())},
            "limits": {limit.code: _limit(limit) for limit in method.limits},
            "language": {rule.code: _filled(rule, "code") for rule in method.language},
            "invariants": {each.code: _invariant(each) for each in method.invariants},
            "accepted": dict(method.accepted),
            "notes": dict(method.notes),
        }
        return {key: each for key, each in plain.items() if each not in ("", [], {})}

    def _say(self, path: Path, text: str) -> None:
        self.problems.append((path, text))

    def check(self, data: Data) -> None:
        """Read it again; what comes out otherwise is a problem."""
        method = self.method
        reading = Reading(library_acts() | {r.trigger: r.act for r in method.rules}, self.guards)
        again = reading.method(data)
        self.problems += reading.found.problems
        if again is None:
            return
        for each in attrs.fields(Method):
            if each.eq and getattr(again, each.name) != getattr(method, each.name):
                self.problems.append(
                    ((each.name,), "cannot be written so that it is read the same")
                )
        if again.pin != method.pin:
            self.problems.append(
                (("settings",), "cannot be written so that they are read the same")
            )

    # -- acts -----------------------------------------------------------------------------------

    def _act(self, rule: Rule) -> Data:
        path: Path = ("acts", rule.trigger)
        part = self._part(rule, path)
        if rule.reads is not None and not isinstance(rule.reads, Satisfaction):
            self._say(
                (*path, "reads"),
                "is a function, and no Satisfaction; an act of your own can read its own outcome",
            )
        outcomes = {o.name: self._part(o, (*path, "outcomes", o.name)) for o in rule.outcomes}
        return part | _but_defaults(
            outcomes=outcomes or None,
            reads=_filled(rule.reads) if isinstance(rule.reads, Satisfaction) else None,
            in_way=None if rule.in_way else False,
            notify=part.pop("notify", None),
            cites=_names(rule.cites),
        )

    def _part(self, part: Rule | Outcome, path: Path) -> Data:
        demanded = [need for need in part.needs if not isinstance(need, Advised)]
        advised = [need.need for need in part.needs if isinstance(need, Advised)]
        return _but_defaults(
            needs=_names(self._named(demanded, (*path, "needs"))),
            recommends=_names(self._named(advised, (*path, "recommends"))),
            establishes=_names(self._in_order(part.establishes)),
            clears=_names(self._in_order(part.clears)),
            begins_cycle=part.begins_cycle or None,
            notify=_told(part.notify) or None,
        )

    def _in_order(self, facts: Iterable[str]) -> list[str]:
        order = [fact.name for fact in self.method.facts]
        return sorted(facts, key=order.index)

    # -- requirements ---------------------------------------------------------------------------

    def _named(self, needs: Iterable[Need], path: Path) -> list[str]:
        named = []
        for place, need in enumerate(needs):
            if isinstance(need, Requirement):
                named.append(self._name_of(need, (*path, place)))
            else:
                named.append(str(need))
        return named

    def _name_of(self, need: Requirement, path: Path) -> str:
        for known, name in self._names:
            if known == need and _does_the_same(known, need):
                return name
        guard = next(
            (name for name, each in self.guards.items() if _is_guard(each, need)),
            None,
        )
        written = {"guard": guard} if guard is not None else self._asked(need, path)
        name = self._free(guard or need.code)
        self._names.append((need, name))
        if written is not None:
            if written.get("code") == name:
                del written["code"]
            self._requirements[name] = written
        return name

    def _free(self, name: str) -> str:
        taken = {*(fact.name for fact in self.method.facts), *(known for _, known in self._names)}
        number, free = 2, name
        while free in taken:
            free, number = f"{name}_{number}", number + 1
        return free

    def _asked(self, need: Requirement, path: Path) -> Data | None:
        made = need.made_by
        if made is None or made.maker not in VOCABULARY:
            self._say(
                path,
                f"'{need.code}' is none of the vocabulary, and not registered; hand it over by "
                f"a name: guards={{'{need.code}': ...}}",
            )
            return None
        arguments = dict(made.arguments)
        many = next((each.name for each in parameters(made.maker) if each.is_many), None)
        given = {key: each for key, each in arguments.items() if key != many}
        fresh = VOCABULARY[made.maker](*arguments.get(many or "", ()), **given)  # type: ignore[misc]
        changed = {
            key: getattr(need, key)
            for key in ("satisfied_by", "opened_by")
            if getattr(need, key) != getattr(fresh, key)
        }
        if evolve(fresh, **changed) != need or not made.did(need):
            self._say(
                path,
                f"'{need.code}' was changed after {made.maker}(...) made it; hand it over by a "
                f"name: guards={{'{need.code}': ...}}",
            )
            return None
        return {
            "ask": made.maker,
            **{key: _plain(each) for key, each in arguments.items() if each != ()},
            **{key: list(each) for key, each in changed.items()},
        }

    # -- the road -------------------------------------------------------------------------------

    def _edges(self) -> Iterator[Data]:
        """Yield the edges; those in a row that differ in act, or in outcome, are one line."""
        rows: list[tuple[Edge, list[str], list[str | None]]] = []
        for edge in self.method.edges:
            if rows:
                before, triggers, outcomes = rows[-1]
                alike = evolve(edge, trigger=before.trigger, outcome=before.outcome) == before
                is_short = len(outcomes) == 1 and len(triggers) < IN_A_LINE
                if alike and edge.outcome == before.outcome and is_short:
                    triggers.append(edge.trigger)
                    continue
                named = None not in {edge.outcome, *outcomes}
                if alike and edge.trigger == before.trigger and len(triggers) == 1 and named:
                    outcomes.append(edge.outcome)
                    continue
            rows.append((edge, [edge.trigger], [edge.outcome]))
        for edge, triggers, outcomes in rows:
            sources = self._groups.get(edge.sources)
            yield _but_defaults(
                **{"from": sources or _names(edge.sources)},
                act=_names(triggers),
                outcome=_names([each for each in outcomes if each is not None]),
                given=_names(self._in_order(edge.given)),
                to=edge.target,
            )

    # -- settings -------------------------------------------------------------------------------

    def _setting(self, name: str, value: object) -> object:
        if value is None:
            return {"none": True}
        if isinstance(value, Within):
            span = _span(value)
            return {"span": span} if isinstance(span, str) else span
        if isinstance(value, tuple):
            return [self._setting(name, each) for each in value]
        if type(value) not in (bool, int, float, str):
            self._say(
                ("settings", str(name)),
                f"cannot hold {value!r:.60}; a text, a number, a flag, a "
                "span, None or a tuple of these can be written",
            )
        return value


def _is_guard(guard: Requirement, need: Requirement) -> bool:
    return guard == need and _does_the_same(guard, need)


def _does_the_same(one: Requirement, other: Requirement) -> bool:
    if one.made_by is not None and one.made_by.did(one) and other.made_by is not None:
        return other.made_by.did(other)
    return one.met is other.met


def _groups_of(method: Method) -> dict[tuple[str, ...], str]:
    """Return names for the sets of states that many edges start in, in the order of the states."""
    order = [state.name for state in method.states]
    known = _known_groups(method)
    used = Counter(edge.sources for edge in method.edges)
    worthy = [
        sources
        for sources, times in used.items()
        if len(sources) > 1 and (times > 1 or len(sources) >= MANY_STATES or sources in known)
    ]
    worthy.sort(key=lambda s: (-len(s), *map(order.index, s)))
    names: dict[tuple[str, ...], str] = {}
    for sources in worthy:
        name = wanted = known.get(sources) or _group_name(method, sources)
        number = 2
        while name in names.values() or name in order:
            name, number = f"{wanted}_{number}", number + 1
        names[sources] = name
    return names


def _known_groups(method: Method) -> dict[tuple[str, ...], str]:
    states = method.states
    return {
        tuple(s.name for s in states if s.waits_for == "customer"): "customers_turn",
        tuple(s.name for s in states if s.final): "ended",
        tuple(s.name for s in states if not s.final): "open",
        tuple(s.name for s in states): "any",
    }


def _group_name(method: Method, sources: tuple[str, ...]) -> str:
    working = [state.name for state in method.states if not state.final]
    if list(sources) == working[-len(sources) :]:
        return f"from_{sources[0]}_on"
    between = "or" if len(sources) == 2 else "to"  # noqa: PLR2004
    return f"{sources[0]}_{between}_{sources[-1]}"


# -- plain values -------------------------------------------------------------------------------


def _names(names: Iterable[str]) -> str | list[str] | None:
    """Return one name as it is, several as a list, none as nothing."""
    listed = list(names)
    if len(listed) > 1:
        return listed
    return listed[0] if listed else None


def _but_defaults(**each: object) -> Data:
    return {key: value for key, value in each.items() if value is not None}


def _told(notify: Iterable[tuple[str, str]]) -> list[Data]:
    told: list[tuple[str, list[str]]] = []
    for topic, to in notify:
        if told and told[-1][0] == topic:
            told[-1][1].append(to)
        else:
            told.append((topic, [to]))
    return [{"topic": topic, "to": _names(to)} for topic, to in told]


def _span(within: Within) -> str | Data:
    options = _filled(within, "amount", "unit")
    return {"span": str(within), **options} if options else str(within)


def _limit(limit: TimeLimit) -> Data:
    spans = {"reminders": [_span(each) for each in limit.reminders]}
    told = {key: _told(getattr(limit, key)) for key in ("notify", "remind")}
    given = {key: each for key, each in (spans | told).items() if each}
    return _filled(limit, "code", "reminders", "notify", "remind") | given


def _invariant(invariant: Invariant) -> Data:
    told = ("acts", "others", "undone_by", "facts", "within")
    read = {each: getattr(invariant, each) for each in told}
    given = {key: each for key, each in read.items() if each}
    usual = invariant_of(invariant.code, {"template": invariant.template, **given}).text
    written = _filled(invariant, "code", *(["text"] if invariant.text == usual else []))
    return {key: written[key] for key in INVARIANT.keys if key in written}


def _plain(value: object) -> Any:
    if isinstance(value, Within):
        return _span(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, frozenset):
        return _names(sorted(value))
    return _names(value) if isinstance(value, tuple) else value


def _filled(record: object, *but: str) -> Data:
    """Return the fields of a record that are not at their default."""
    return {
        each.name: _plain(getattr(record, each.name))
        for each in attrs.fields(type(record))  # type: ignore[arg-type]
        if each.init and each.name not in but
        if getattr(record, each.name) not in (each.default, ())
    }
