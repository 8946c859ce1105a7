"""From a method to its diagram: what is the road, what leads off it, and what goes together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from complaintflow._case import Case
from complaintflow._engine import compiled
from complaintflow._method import Method, State
from complaintflow._requirements import Requirement
from complaintflow._spelling import did_you_mean
from complaintflow.acts import Act
from complaintflow.errors import EvidenceError, UnknownMethod
from complaintflow.rendering._model import Diagram, Need, Node, Passage, Place, Role
from complaintflow.rendering._moves import NOTHING, Moving, held, moves_of, reached


def diagram_of(method: Method, *, at: Case | str | None = None) -> Diagram:
    """
    Return what there is to draw of a method, and where a case stands in it.

    Pure, and the same each time. Every transition of the method is in exactly one passage.

    Args:
        method: the method.

        at: the state to mark, by its name; or the case that stands in it. None: none is marked.

    Raises:
        UnknownMethod: the case is bound to another method, or to another version of it.

        EvidenceError: the method has no such state.
    """
    here = _here(method, at)
    every = moves_of(method)
    places = _places(method, every)
    # Where a road ends is after it, wherever the method lists it.
    ahead = sorted(method.states, key=lambda state: places[state.name] == "end")
    order = {state.name: place for place, state in enumerate(ahead)}
    moves = [_Sorted(move, _role(move, places, order)) for move in every]
    road = _road(method, moves, places)
    promising = any(rule.act.agreed is not Act.agreed for rule in method.rules)
    return Diagram(
        name=method.name,
        version=method.version,
        title=method.title,
        variant=method.variant,
        source=method.source,
        origins=method.origins,
        departs=method.departs,
        nodes=tuple(
            Node(
                state,
                places[state.name],
                state.name == method.initial,
                _ordered(method, road.always[state.name]),
                is_here=state.name == here,
            )
            for state in method.states
        ),
        passages=tuple(_passages(method, _worked_out(moves, road), road)),
        limits=method.limits,
        promises_within=method.promises_within if promising else None,
    )


def _here(method: Method, at: Case | str | None) -> str | None:
    """Return the state to mark."""
    if isinstance(at, Case):
        if at.pin != method.pin:
            raise UnknownMethod(at.pin, (method.pin,))
        return at.state
    names = [state.name for state in method.states]
    if at is not None and at not in names:
        there_are = f"{did_you_mean(at, names)}; it has: {', '.join(names)}"
        raise EvidenceError("at", (f"{method.name} has no state {at!r:.40}{there_are}",))
    return at


# -- where a state stands -----------------------------------------------------------------------


def _places(method: Method, moves: Iterable[Moving]) -> dict[str, Place]:
    """
    Return where each state stands.

    The road is the numbered states, where their numbers count from 1 without a gap; otherwise, all
    that is not final: a number here and there tells no road. It ends in the final states that are
    numbered; where none is, in the first one that the road leads to.
    """
    steps = {state.step for state in method.states if state.step is not None}
    numbered = bool(steps) and steps == set(range(1, len(steps) + 1))
    road = {
        state.name
        for state in method.states
        if not state.final
        and (state.step is not None or not numbered or state.name == method.initial)
    }
    led_to = {move.target for move in moves if move.source in road}
    final = [state for state in method.states if state.final]
    ends = [state.name for state in final if state.step is not None] or [
        state.name for state in final if state.name in led_to
    ][:1]

    def place(state: State) -> Place:
        if state.final:
            return "end" if state.name in ends else "exit"
        return "road" if state.name in road else "aside"

    return {state.name: place(state) for state in method.states}


# -- what a passage does ------------------------------------------------------------------------


@frozen(eq=False)
class _Road:
    """What is established where."""

    always: Mapping[str, frozenset[str]]
    """Whatever led to a state."""
    onward: Mapping[str, frozenset[str]]
    """By the road to a state, as long as nothing takes it back."""


@frozen(eq=False)
class _Sorted:
    """A move, and what it does."""

    move: Moving
    role: Role
    brings: frozenset[str] = NOTHING
    loses: frozenset[str] = NOTHING


def _role(  # noqa: PLR0911  (one return for each role)
    move: Moving, places: Mapping[str, Place], order: Mapping[str, int]
) -> Role:
    here, there = places[move.source], places[move.target]
    if move.begins_cycle:
        return "back"
    if move.source == move.target:
        return "stays"
    if there == "exit":
        return "exit"
    if here in {"end", "exit"}:
        return "back"
    if there == "aside":
        return "aside"
    if here == "aside":
        return "returns"
    return "onward" if order[move.source] < order[move.target] else "back"


def _road(method: Method, moves: Sequence[_Sorted], places: Mapping[str, Place]) -> _Road:
    everything = [each.move for each in moves]
    always = held(method, everything, within=places)
    ahead = [each.move for each in moves if each.role in {"onward", "exit", "aside"}]
    return _Road(always, always | held(method, ahead, within=reached(method, ahead)))


def _worked_out(moves: Iterable[_Sorted], road: _Road) -> Iterator[_Sorted]:
    """Yield moves with those told apart that leave a state as it is: at work, undoing, idle."""
    by_state: dict[str, list[_Sorted]] = {}
    for each in moves:
        by_state.setdefault(each.move.source, []).append(each)
    for state, here in by_state.items():
        wanted = _wanted(here, road.onward[state])
        for each in here:
            brings = wanted & each.move.establishes
            loses = road.onward[state] & (each.move.clears - each.move.establishes)
            if each.role != "stays":
                yield each
            elif brings and each.move.rule.in_way:
                yield _Sorted(each.move, "here", brings)
            elif loses:
                yield _Sorted(each.move, "undoes", loses=loses)
            else:
                yield each


def _wanted(here: Iterable[_Sorted], holds: frozenset[str]) -> frozenset[str]:
    """Return the facts that the passages onward need, and those by which these can be brought."""
    wanted = _asked((each.move for each in here if each.role == "onward"), holds)
    while True:
        working = (
            each.move
            for each in here
            if each.role == "stays" and each.move.rule.in_way and each.move.establishes & wanted
        )
        more = wanted | _asked(working, holds)
        if more == wanted:
            return wanted
        wanted = more


def _asked(moves: Iterable[Moving], holds: frozenset[str]) -> frozenset[str]:
    """Return the facts that moves ask for or recommend, and that are not established yet."""
    return frozenset(
        need.fact
        for move in moves
        for need in move.needs
        if need.fact is not None and need.fact not in holds
    )


# -- what goes together -------------------------------------------------------------------------


@frozen
class _Way:
    """What tells a passage from the others, but for its outcomes and sources."""

    role: Role
    act: str
    target: str | None = None
    given: frozenset[str] = NOTHING
    is_rest: bool = False
    begins_cycle: bool = False
    brings: frozenset[str] = NOTHING
    loses: frozenset[str] = NOTHING
    needs: tuple[Requirement, ...] = ()

    @classmethod
    def of(cls, each: _Sorted) -> _Way:
        """Return how a move goes."""
        move, role, act = each.move, each.role, each.move.rule.trigger
        if role == "stays":
            return cls(role, act)
        if role == "undoes":
            return cls(role, act, loses=each.loses)
        if role == "here":
            return cls(role, act, brings=each.brings, needs=move.needs)
        return cls(
            role,
            act,
            move.target,
            move.given,
            move.is_rest,
            move.begins_cycle,
            needs=move.needs,
        )


def _passages(method: Method, moves: Iterable[_Sorted], road: _Road) -> Iterator[Passage]:
    """Yield the moves as passages: together are outcomes that go one way, and sources that do."""
    outcomes: dict[tuple[_Way, str], dict[str | None, None]] = {}
    for each in moves:
        outcomes.setdefault((_Way.of(each), each.move.source), {})[each.move.outcome] = None
    sources: dict[tuple[_Way, tuple[str | None, ...], str], list[str]] = {}
    for (way, source), named in outcomes.items():
        alone = source if way.role in {"onward", "here"} else ""
        sources.setdefault((way, tuple(named), alone), []).append(source)
    for (way, found, _), where in sources.items():
        always = frozenset.intersection(*(road.always[source] for source in where))
        onward = frozenset.intersection(*(road.onward[source] for source in where))
        rule = method.rule(way.act)
        yield Passage(
            role=way.role,
            act=way.act,
            speaker=rule.act.spec.speaker,
            outcomes=found,
            is_whole=len(found) == len(compiled(method).events[way.act].paths),
            sources=tuple(where),
            target=way.target,
            given=_ordered(method, way.given),
            is_rest=way.is_rest,
            needs=tuple(_need(n, onward) for n in way.needs if n.fact not in always),
            brings=_ordered(method, way.brings),
            loses=_ordered(method, way.loses),
            begins_cycle=way.begins_cycle,
            cites=rule.cites,
        )


def _need(need: Requirement, onward: frozenset[str]) -> Need:
    again = need.fact is not None and need.fact in onward
    return Need(need.code, need.text, need.fact is not None, need.should, again, need.cites)


def _ordered(method: Method, facts: frozenset[str]) -> tuple[str, ...]:
    return tuple(fact.name for fact in method.facts if fact.name in facts)
