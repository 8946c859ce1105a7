"""What each field of each piece of a definition must be: one table, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, Literal

import attrs

from complaintflow._evidence import Mood
from complaintflow._evidence._checks import Problem, check_for, kind_of, text_problem
from complaintflow._spelling import nearest
from complaintflow._time import Within
from complaintflow.acts import Act

Check = Callable[[Any], Problem]

AUDIENCES = ("customer", "owner", "approver", "team")
"""Who can be told of something, in every method; a host may have others."""

_ALIKE = 0.8
"""How alike a name must be to one of these to be a slip, and no audience of a host's own."""


def _is(fits: Callable[[object], bool], wanted: str) -> Check:
    return lambda value: None if fits(value) else f"must be {wanted}, not {kind_of(value)}"


def _names(wanted: str) -> Check:
    """Return the check for one name or several, as they are kept."""

    def check(value: Any) -> Problem:
        if not isinstance(value, tuple | frozenset):
            return f"must be {wanted}, not {kind_of(value)}"
        unfit = [each for each in value if text_problem(each)]
        return f"must be {wanted}, not {', '.join(map(kind_of, unfit))}" if unfit else None

    return check


def _spans(value: Any) -> Problem:
    items = value if isinstance(value, tuple) else (value,)
    unfit = ", ".join(kind_of(each) for each in items if not isinstance(each, Within))
    return f"must be spans before a deadline such as Within(1), not {unfit}" if unfit else None


def _of_names(choices: Any, wanted: str) -> Check:
    """Return the check for several of a closed set of names."""
    one, many = check_for(choices), _names(wanted)

    def check(value: Any) -> Problem:
        return many(value) or next(filter(None, map(one, value)), None)

    return check


def _pairs(fits: Callable[[Any, Any], bool], wanted: str) -> Check:
    def check(value: Any) -> Problem:
        if not isinstance(value, tuple):
            return f"must be {wanted}, not {kind_of(value)}"
        unfit = ", ".join(
            kind_of(each)
            for each in value
            if not (isinstance(each, tuple) and len(each) == 2 and fits(*each))  # noqa: PLR2004
        )
        return f"must be {wanted}, not {unfit}" if unfit else None

    return check


def _is_text(value: object) -> bool:
    return text_problem(value) is None


_topics = _pairs(
    lambda topic, to: _is_text(topic) and _is_text(to),
    "topics with their audiences, such as [('offer_made', 'customer')]",
)


def _told(value: Any) -> Problem:
    """Check who is told of what: whoever is nearly one of ours is meant to be it."""
    if problem := _topics(value):
        return problem
    slips = filter(None, (slip_of(to) for _, to in value))
    return next((f"must name an audience; {slip}" for slip in slips), None)


def slip_of(to: object) -> Problem:
    """Return what is wrong with the name of an audience that is nearly one of ours."""
    near = None if to in AUDIENCES else nearest(to, AUDIENCES, alike=_ALIKE)
    return f"there is no '{to}' (did you mean '{near}'?)" if near else None


def _telling(placeholder: str) -> Check:
    """Return the check for a sentence in which one placeholder may stand, and no other."""

    def check(value: Any) -> Problem:
        if problem := text_problem(value):
            return problem
        for name in _PLACEHOLDER.findall(value):
            if name != placeholder:
                return f"holds '{{{name}}}', which stands for nothing; '{{{placeholder}}}' does"
        return None

    return check


_PLACEHOLDER = re.compile(r"\{(\w*)\}")


def _in_a_pin(value: Any) -> Problem:
    problem = text_problem(value)
    if problem is None and "/" in value:
        return f"must hold no '/', which parts name, version and settings in a pin, not '{value}'"
    return problem


def _is_act(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Act) and bool(value.trigger)


def _pieces(kind: str) -> Check:
    """Return the check for several pieces; each of them is looked at by itself."""

    def check(value: Any) -> Problem:
        if isinstance(value, tuple):
            return None
        if type(value).__name__ == kind:
            return f"must be a sequence of {kind}, and is a single one: put it in [ ]"
        return f"must be a sequence of {kind}, not {kind_of(value)}"

    return check


def _or_none(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


TEXT, TEXT_OR_NONE, FLAG = text_problem, check_for(str | None), check_for(bool)
TEXT_OR_EMPTY: Check = lambda value: None if value == "" else text_problem(value)  # noqa: E731
NAMES, CITES, ACTS = _names("names"), _names("ids of clauses"), _names("acts, by trigger or class")
FACTS, STATES, CODES = (
    _names("names of facts"),
    _names("names of states"),
    _names("codes of requirements"),
)
SPAN = _is(lambda value: isinstance(value, Within), "a span such as Within(14, 'days')")
FUNCTION = _is(callable, "a function")
NEEDS = _is(lambda value: isinstance(value, tuple), "facts by name, and requirements")
TEXTS = _pairs(lambda key, text: _is_text(key) and _is_text(text), "texts by name")

FIELDS: dict[str, dict[str, Check]] = {
    "Method": {
        "name": _in_a_pin,
        "version": _in_a_pin,
        "title": TEXT,
        "initial": TEXT,
        "states": _pieces("State"),
        "facts": _pieces("Fact"),
        "rules": _pieces("Rule"),
        "edges": _pieces("Edge"),
        "source": TEXT_OR_EMPTY,
        "waivable": CODES,
        "departs": _pieces("Departure"),
        "limits": _pieces("TimeLimit"),
        "promises_within": SPAN,
        "promise_reminders": _spans,
        "language": _pieces("LanguageRule"),
        "settings": _pairs(lambda key, _: _is_text(key), "values by name"),
        "notes": TEXTS,
        "variant": TEXT_OR_EMPTY,
        "origins": _pieces("Origin"),
        "invariants": _pieces("Invariant"),
        # Their reasons are looked at by themselves.
        "accepted": _pairs(lambda key, _: _is_text(key), "reasons by the key of a finding"),
    },
    "State": {
        "name": TEXT,
        "about": TEXT,
        "step": check_for(int | None),
        "final": FLAG,
        "waits_for": check_for(Literal["agent", "customer", "nobody"]),
        "inferred": FLAG,
        "cites": CITES,
    },
    "Fact": {"name": TEXT, "unmet": _telling("customer"), "cites": CITES},
    "Outcome": {
        "name": TEXT,
        "needs": NEEDS,
        "establishes": FACTS,
        "clears": FACTS,
        "begins_cycle": FLAG,
        "notify": _told,
    },
    "Rule": {
        "act": _is(_is_act, "a class under @act"),
        "needs": NEEDS,
        "establishes": FACTS,
        "clears": FACTS,
        "begins_cycle": FLAG,
        "outcomes": _pieces("Outcome"),
        "in_way": FLAG,
        "cites": CITES,
        "notify": _told,
        "reads": _or_none(FUNCTION),
    },
    "Satisfaction": {"yes": _names("names of fields"), "no": _names("names of fields")},
    "Requirement": {
        "code": TEXT,
        "text": _telling("customer"),
        "met": FUNCTION,
        "cites": CITES,
        "reads": _of_names(
            Literal["facts", "ledger", "evidence", "time", "authority"], "what the answer reads"
        ),
        "fact": TEXT_OR_NONE,
        "should": FLAG,
        "satisfied_by": ACTS,
        "opened_by": ACTS,
        "standing": _or_none(FUNCTION),
        "steps": _or_none(FUNCTION),
        "waits": _or_none(FUNCTION),
        "tell": _or_none(FUNCTION),
        "made_by": _or_none(
            _is(lambda value: type(value).__name__ == "Made", "left to the makers of requirements")
        ),
    },
    "Edge": {
        "sources": STATES,
        "trigger": _is(_is_text, "an act, by trigger or class"),
        "target": TEXT_OR_NONE,
        "outcome": TEXT_OR_NONE,
        "given": FACTS,
    },
    "Departure": {"invariant": TEXT, "reason": TEXT},
    "Origin": {
        "title": TEXT,
        "where": TEXT_OR_NONE,
        "published": TEXT_OR_NONE,
        "checked": TEXT_OR_NONE,
        "confidence": check_for(Literal["primary", "secondary", "hearsay"]),
        "says": TEXT_OR_NONE,
    },
    "TimeLimit": {
        "code": TEXT,
        "text": _telling("customer"),
        "within": SPAN,
        "starts": ACTS,
        "ends": ACTS,
        "after_promises": FLAG,
        "recurs": FLAG,
        "pausable": FLAG,
        "paused_in": STATES,
        "reminders": _spans,
        "notify": _told,
        "remind": _told,
        "cites": CITES,
    },
    "LanguageRule": {
        "code": TEXT,
        "phrases": _names("one text or several that say something"),
        "text": _telling("phrase"),
        "cites": CITES,
        "acts": ACTS,
        "until": FACTS,
        "own_words": FLAG,
        "wanted": FLAG,
        "notes": FLAG,
        "whole": FLAG,
        "unless": _names("one text or several that say something"),
        "nothing_taken_up": FLAG,
        "blocks": FLAG,
        "strong_from": check_for(Mood | None),
        "where_limits": FLAG,
    },
    "Invariant": {
        "code": TEXT,
        "text": TEXT,
        "template": TEXT,
        "acts": ACTS,
        "others": ACTS,
        "undone_by": ACTS,
        "facts": FACTS,
        "within": _or_none(SPAN),
        "each_cycle": FLAG,
        "watch": check_for(Literal["warn", "refuse"] | None),
        "cites": CITES,
    },
}
"""The check of each field, by the name of its class. What it has beside these is its own."""


def unfit(piece: Any) -> dict[str, str]:
    """Return what is wrong with the types of a piece, by field; a sentence without its subject."""
    found = {}
    cls: type = type(piece)
    for name, default, check in _checks(cls):
        value = getattr(piece, name)
        # Most fields of most pieces are at their defaults, which need no look.
        if value is not default and (problem := check(value)):
            found[name] = f"{name} {problem}"
    return found


@cache
def _checks(cls: type[Any]) -> tuple[tuple[str, object, Check], ...]:
    defaults = {each.name: each.default for each in attrs.fields(cls)}
    return tuple((name, defaults[name], check) for name, check in FIELDS[cls.__name__].items())
