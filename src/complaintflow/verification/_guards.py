"""
The guards of a method, and the method without each of them.

A guard is a fact that an act needs, a fact that an edge is given for, or a fact that is cleared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import evolve, frozen

from complaintflow._method import Edge, Outcome, Rule
from complaintflow.verification._subject import Subject
from complaintflow.verification._system import Arc, Branch


def named(edge: Edge) -> str:
    """Return an edge as a text that tells it from the others."""
    act = edge.trigger if edge.outcome is None else f"{edge.trigger}/{edge.outcome}"
    given = f" given {' and '.join(sorted(edge.given))}" if edge.given else ""
    target = f" to {edge.target}" if edge.target else ""
    return f"{act} from {', '.join(edge.sources)}{target}{given}"


@frozen(eq=False)
class Change:
    """One guard, and each arc without it."""

    name: str
    change: Callable[[Arc], Arc]
    concerns: Callable[[Arc, Branch], bool]
    """Whether a step is guarded by it. Pure."""
    fact: str
    """The fact that is needed, given or cleared."""
    trigger: str
    """The act that it guards."""
    is_need: bool = False
    """True: without it everything is possible that was, and ends as it did."""
    is_given: bool = False
    """True: an edge is given for it."""
    matters_with: bool = False
    """True: it makes a difference where the fact holds. False: where it is missing."""

    @property
    def asks(self) -> bool:
        """True: it asks for the fact. False: it clears it."""
        return self.is_need or self.is_given


def changes(subject: Subject) -> Iterator[Change]:
    """Yield each guard of a method once: needs, then clearings, then what edges are given."""
    for rule in subject.method.rules:
        parts: tuple[tuple[Outcome | None, Rule | Outcome], ...] = (
            (None, rule),
            *((outcome, outcome) for outcome in rule.outcomes),
        )
        for outcome, part in parts:
            act = rule.trigger if outcome is None else f"{rule.trigger}/{outcome.name}"
            only = None if outcome is None else outcome.name
            for need in part.needs:
                if isinstance(need, str) and not _also_needed(rule, outcome, need):
                    change = _not_needing(subject, rule, only, need)
                    name, concerns = f"{act} needs {need}", _of(rule, only)
                    yield Change(name, change, concerns, need, rule.trigger, is_need=True)
            for fact in sorted(part.clears):
                change = _not_clearing(subject, rule, only, fact)
                name = f"{act} clears {fact}"
                yield Change(name, change, _of(rule, only), fact, rule.trigger, matters_with=True)
    for place, edge in enumerate(subject.method.edges):
        for fact in sorted(edge.given):
            change = _not_given(subject, place, fact)
            name, concerns = f"{named(edge)}: {fact}", _by(place)
            yield Change(name, change, concerns, fact, edge.trigger, is_given=True)


def _also_needed(rule: Rule, outcome: Outcome | None, need: str) -> bool:
    return outcome is not None and need in rule.needs


def _of(rule: Rule, outcome: str | None) -> Callable[[Arc, Branch], bool]:
    return lambda arc, _: _is_of(arc, rule, outcome)


def _by(edge: int) -> Callable[[Arc, Branch], bool]:
    return lambda _, branch: branch.edge == edge


def _is_of(arc: Arc, rule: Rule, outcome: str | None) -> bool:
    return arc.trigger == rule.trigger and outcome in (None, arc.outcome)


def _not_needing(
    subject: Subject, rule: Rule, outcome: str | None, fact: str
) -> Callable[[Arc], Arc]:
    bit = subject.system.bits([fact])
    own = {each.name for each in rule.outcomes if fact in each.needs}

    def change(arc: Arc) -> Arc:
        stays = outcome is None and arc.outcome in own
        if not _is_of(arc, rule, outcome) or stays or not arc.needs & bit:
            return arc
        return evolve(arc, needs=arc.needs & ~bit)

    return change


def _not_clearing(
    subject: Subject, rule: Rule, outcome: str | None, fact: str
) -> Callable[[Arc], Arc]:
    bit = subject.system.bits([fact])
    own = {each.name for each in rule.outcomes if fact in each.clears}

    def change(arc: Arc) -> Arc:
        stays = outcome is None and arc.outcome in own
        if not _is_of(arc, rule, outcome) or stays:
            return arc
        return evolve(arc, branches=tuple(_keeping(b, bit, fact) for b in arc.branches))

    return change


def _keeping(branch: Branch, bit: int, fact: str) -> Branch:
    move = branch.move
    if move.begins_cycle:
        return branch
    return evolve(branch, keep=branch.keep | bit, move=evolve(move, clears=move.clears - {fact}))


def _not_given(subject: Subject, edge: int, fact: str) -> Callable[[Arc], Arc]:
    bit = subject.system.bits([fact])

    def change(arc: Arc) -> Arc:
        if all(b.edge != edge for b in arc.branches):
            return arc
        return evolve(
            arc,
            branches=tuple(
                evolve(b, given=b.given & ~bit) if b.edge == edge else b for b in arc.branches
            ),
        )

    return change
