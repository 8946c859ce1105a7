"""
Strategies: acts, evidence, histories, cases, people and moments, drawn by Hypothesis.

Each draws from the widest domain that the library promises to handle; what is wanted narrower is
said by keyword.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar, get_args

from attrs import evolve
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from complaintflow._actors import SYSTEM, Actor, Kind
from complaintflow._case import Case, Entry
from complaintflow._engine import compiled, decide, open_case
from complaintflow._engine._options import options
from complaintflow._method import Method, Rule
from complaintflow.acts import Act, Open, Speaker
from complaintflow.errors import Refused
from complaintflow.testing._made_up import methods
from complaintflow.testing._shapes import (
    BOOLEANS,
    CURRENCIES,
    MOMENTS,
    NOTHING_KNOWN,
    TEXTS,
    Fields,
    Known,
    library,
    make_any,
    make_one,
    outcome_of,
    pick,
    shapes_with,
)

T = TypeVar("T")

KINDS: tuple[Kind, ...] = get_args(Kind)

RECORDERS: dict[Speaker, Kind] = {
    "agent": "human",
    "customer": "customer",
    "colleague": "human",
    "system": "system",
}
"""Who can record whose acts, if nobody else is named."""

SOMEBODY = Actor("sam")

PAUSES = st.just(timedelta(0)) | st.timedeltas(timedelta(0), timedelta(days=60))


# -- evidence -----------------------------------------------------------------------------------


def evidence(cls: type[T]) -> SearchStrategy[T]:
    """
    Return values of an evidence class, such as `Remedy`: whatever its annotations allow.

    Amounts of money are positive where the class also has a field `currency`.
    """
    return _evidence(cls)


@st.composite
def _evidence(draw: DrawFn, cls: type[T]) -> T:
    value: T = make_any(draw, cls, NOTHING_KNOWN)
    return value


def moments() -> SearchStrategy[datetime]:
    """
    Return aware moments of any zone.

    They exist, UTC can tell them, and something can still be counted from them.
    """
    return MOMENTS


def acts(
    method: Method | None = None,
    *,
    trigger: str | None = None,
    outcome: str | None = None,
    case: Case | None = None,
) -> SearchStrategy[Act]:
    """
    Return acts: of a method, hosts' own among them, or of the whole vocabulary of the library.

    Args:
        method: whose acts. None: those of `complaintflow.acts`.

        trigger: only this act. None: any but the one that opens a case.

        outcome: only acts with this outcome, as *method* and the ledger of *case* read it. None:
            any. Nothing is drawn where no evidence has it.

        case: the case that fields point into: `promise`, `to`, `request` and other names of
            ids; now and then they point nowhere. None: they always do.

    Raises:
        UnknownAct: *method* has no act of this name.

        LookupError: the library has no act of this name.
    """
    known = Known(method, case)
    choices = [
        (rule, act_class, shapes_with(act_class, outcome, rule, known) if outcome else ())
        for rule, act_class in _classes(method, trigger)
    ]
    possible = [choice for choice in choices if choice[2]] if outcome else choices
    return _acts(possible, known, outcome) if possible else st.nothing()


def _classes(method: Method | None, trigger: str | None) -> list[tuple[Rule | None, type[Act]]]:
    if trigger == Open.trigger:
        return [(None, Open)]
    if method is not None:
        rules = method.rules if trigger is None else (method.rule(trigger),)
        return [(rule, rule.act) for rule in rules]
    found = [c for c in library() if c is not Open and trigger in (None, c.trigger)]
    if not found:
        message = f"the library has no act '{trigger}'"
        raise LookupError(message)
    return [(None, act_class) for act_class in found]


@st.composite
def _acts(
    draw: DrawFn,
    choices: list[tuple[Rule | None, type[Act], tuple[Fields, ...]]],
    known: Known,
    outcome: str | None,
) -> Act:
    rule, act_class, shapes = pick(draw, choices)
    if outcome is None:
        act: Act = make_any(draw, act_class, known)
        return act
    made: Act = make_one(draw, act_class, shapes, known)
    assume(outcome_of(made, rule, known.ledger) == outcome)
    return made


# -- people -------------------------------------------------------------------------------------


def actors(
    *,
    kind: Kind | None = None,
    limits: SearchStrategy[dict[str, Decimal] | None] | None = None,
    may: SearchStrategy[frozenset[str] | None] | None = None,
) -> SearchStrategy[Actor]:
    """
    Return whoever may act.

    Args:
        kind: only people, bots, customers or systems. None: any of them.

        limits: what they may offer. None: any limits, or none.

        may: the triggers they may record. None: everything, or a part of the vocabulary.
    """
    return st.builds(
        Actor,
        TEXTS,
        st.sampled_from(KINDS) if kind is None else st.just(kind),
        _limits() if limits is None else limits,
        _may() if may is None else may,
    )


@lru_cache(maxsize=1)
def _limits() -> SearchStrategy[dict[str, Decimal] | None]:
    amounts = st.decimals(min_value=0, max_value=10**12, places=2)
    return st.none() | st.dictionaries(st.just("EUR") | CURRENCIES, amounts, max_size=3)


@lru_cache(maxsize=1)
def _may() -> SearchStrategy[frozenset[str] | None]:
    return st.none() | st.frozensets(st.sampled_from([c.trigger for c in library()]))


@lru_cache(maxsize=4)
def recorders(speaker: Speaker) -> SearchStrategy[Actor]:
    """Return people without limits who can record what a speaker says or does."""
    return actors(kind=RECORDERS[speaker], limits=st.none(), may=st.none())


# -- histories ----------------------------------------------------------------------------------


def histories(
    method: Method, *, min_size: int = 1, max_size: int = 30
) -> SearchStrategy[tuple[Entry, ...]]:
    """
    Return histories under a method: an opening, and what was legal after it, oldest first.

    Every entry was decided; `Case.replay` makes the case of them.

    Args:
        method: the method.

        min_size: at least so many entries; fewer only where nothing more was possible.

        max_size: at most so many.

    Raises:
        EvidenceError: *method* is none.
    """
    compiled(method)
    return _histories(method, min_size, max_size)


@st.composite
def _histories(draw: DrawFn, method: Method, min_size: int, max_size: int) -> tuple[Entry, ...]:
    size = draw(st.integers(min_size, max_size))
    at = draw(MOMENTS.filter(lambda moment: moment.year < 8900))  # noqa: PLR2004  (room to go on)
    opening = make_any(draw, Open, NOTHING_KNOWN)
    opened = open_case(method, draw(TEXTS), opening, at=at, by=draw(recorders("agent")))
    history = [opened]
    case = Case.open(opened)
    for _ in range(3 * size):
        if len(history) >= size:
            break
        entry = _next_entry(draw, method, case)
        if entry is not None:
            history.append(entry)
            case = case.apply(entry)
    return tuple(history)


def _next_entry(draw: DrawFn, method: Method, case: Case) -> Entry | None:
    """Draw what might come next; None where its evidence would not do."""
    at = case.updated_at.astimezone(UTC) + draw(PAUSES)
    ready = ready_now(method, case, at)
    onward = [choice for choice in ready if leads_on(method, case, *choice)]
    goes_on: bool = draw(BOOLEANS)
    trigger, outcome = pick(draw, onward if onward and goes_on else ready)
    rule, known = method.rule(trigger), Known(method, case)
    shapes = shapes_with(rule.act, outcome, rule, known)
    if not shapes:
        return None
    act = make_one(draw, rule.act, shapes, known)
    try:
        return decide(method, case, act, at=at, by=draw(recorders(rule.act.spec.speaker)))
    except Refused:
        return None


def ready_now(method: Method, case: Case, at: datetime) -> list[tuple[str, str | None]]:
    """Return the acts that may be possible now, each with an outcome it could have."""
    found = list(options(method, case, at=at, by=SOMEBODY))
    if case.to_record(at):
        found += options(method, case, at=at, by=SYSTEM)
    return [
        (option.trigger, outcome)
        for option in found
        if option.ready
        for outcome in option.outcomes or (None,)
    ]


def leads_on(method: Method, case: Case, trigger: str, outcome: str | None) -> bool:
    """Return whether a step brings a case further: to new facts or another state, and no end."""
    event = compiled(method).events[trigger]
    path = event.paths[outcome]
    for transition in event.transitions.get(case.state, ()):
        move = transition.moves.get(outcome)
        if move is not None and transition.given <= case.facts:
            is_new = move.target != case.state or not path.establishes <= case.facts
            return is_new and not move.ends and not move.begins_cycle
    return False


def cases(method: Method, *, max_size: int = 30) -> SearchStrategy[Case]:
    """Return cases under a method after at most *max_size* entries."""
    return histories(method, max_size=max_size).map(Case.replay)


def kept(entry: Entry) -> Entry:
    """Return an entry as a store gives it back: who it was, not what they may do."""
    return evolve(entry, by=Actor(entry.by.id, entry.by.kind))


__all__ = [
    "actors",
    "acts",
    "cases",
    "evidence",
    "histories",
    "methods",
    "moments",
]
