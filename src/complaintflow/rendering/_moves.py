"""
What a method allows, state by state: read off the compiled machine that `decide` itself asks.

Nothing is modelled a second time. Also which facts are established wherever a state is reached,
so that a diagram need not repeat them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from complaintflow._engine import compiled
from complaintflow._method import Method, Rule
from complaintflow._requirements import Requirement

NOTHING: frozenset[str] = frozenset()


@frozen(eq=False)
class Moving:
    """One outcome of one act in one state, with one of the ways it can go."""

    rule: Rule
    outcome: str | None
    source: str
    target: str
    given: frozenset[str]
    """The facts by which it goes this way."""
    needs: tuple[Requirement, ...]
    """What the method asks for, recommendations included, in the order a refusal tells it."""
    establishes: frozenset[str]
    clears: frozenset[str]
    begins_cycle: bool
    is_rest: bool
    """True: it goes this way where it goes none of those before."""

    @property
    def facts(self) -> frozenset[str]:
        """The facts it cannot do without."""
        demanded = (need.fact for need in self.needs if not need.should)
        return frozenset(fact for fact in demanded if fact is not None)

    def after(self, facts: frozenset[str]) -> frozenset[str]:
        """Return what is established after it, where at least these facts were before it."""
        kept = NOTHING if self.begins_cycle else (facts | self.facts | self.given) - self.clears
        return kept | self.establishes


def moves_of(method: Method) -> tuple[Moving, ...]:
    """
    Return everything that can be taken, in the order of states, rules and edges.

    Of several ways that an act can go, the first whose facts are given is taken. One that an
    earlier one always precedes is none: what the act needs is given, unless it can be waived.
    """
    return tuple(
        move
        for state in method.states
        for rule in method.rules
        for move in _moves(method, rule, state.name)
    )


def _moves(method: Method, rule: Rule, state: str) -> Iterator[Moving]:
    event = compiled(method).acts[rule.act]
    for outcome, path in event.paths.items():
        sure = path.facts - method.waivable
        tried: list[frozenset[str]] = []
        for transition in event.transitions.get(state, ()):
            move = transition.moves.get(outcome)
            if move is None or any(given <= transition.given | sure for given in tried):
                continue
            yield Moving(
                rule,
                outcome,
                state,
                move.target,
                transition.given,
                # Not those of the path: rules of language, which can block, are no part of a road.
                method.requirements(rule, outcome),
                path.establishes,
                path.clears,
                path.begins_cycle,
                bool(tried) and not transition.given,
            )
            tried.append(transition.given)


def held(
    method: Method, moves: Iterable[Moving], *, within: Iterable[str]
) -> dict[str, frozenset[str]]:
    """
    Return the facts that are established wherever a state is reached by some moves.

    The greatest solution: a fact is taken to hold in every state until a move arrives without it.
    What was waived counts as established: it is not asked for again in its cycle.

    Args:
        method: the method.

        moves: how states are reached; all of them, or those that matter.

        within: the states that are reached.
    """
    everything = frozenset(fact.name for fact in method.facts)
    found = dict.fromkeys(within, everything)
    found[method.initial] = NOTHING
    taken = [move for move in moves if move.source in found and move.target in found]
    changing = True
    while changing:
        changing = False
        for move in taken:
            left = found[move.target] & move.after(found[move.source])
            if left != found[move.target]:
                found[move.target] = left
                changing = True
    return found


def reached(method: Method, moves: Iterable[Moving]) -> frozenset[str]:
    """Return the states that some moves lead to, the initial one included."""
    leads: dict[str, set[str]] = {}
    for move in moves:
        leads.setdefault(move.source, set()).add(move.target)
    found, ahead = {method.initial}, [method.initial]
    while ahead:
        new = leads.get(ahead.pop(), set()) - found
        found |= new
        ahead += new
    return frozenset(found)
