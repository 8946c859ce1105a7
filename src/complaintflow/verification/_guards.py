"""
The test of the invariants: each guard is left out in turn, and somebody should notice.

A guard is a fact that an act needs, a fact that an edge is given for, or a fact that is cleared.
Without it the method may do the same as before: the rest of it implies the guard. Or it does
something else; then a sentence of the charter, an invariant or another check should say no.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import evolve, frozen

from complaintflow._invariants import Invariant
from complaintflow._method import Outcome, Rule
from complaintflow.verification._charter import articles
from complaintflow.verification._report import Finding, Guard, Noticed
from complaintflow.verification._space import Leg, Trace, Undecided
from complaintflow.verification._structure import (
    dead_edges,
    ends_of,
    named,
    overlaps,
    stale_facts,
)
from complaintflow.verification._subject import Subject
from complaintflow.verification._system import Arc, Branch, System

PAIRS_AT_MOST = 50_000
"""How many pairs of configurations are compared before a difference is given up as undecided."""


@frozen(eq=False)
class Change:
    """One guard, and each arc without it."""

    name: str
    change: Callable[[Arc], Arc]
    fact: str
    """The fact that is needed, given or cleared."""
    matters_with: bool = False
    """True: it makes a difference where the fact holds. False: where it is missing."""
    acts: frozenset[str] = frozenset()
    """The acts that it guards."""


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
                    yield Change(
                        f"{act} needs {need}", change, need, acts=frozenset({rule.trigger})
                    )
            for fact in sorted(part.clears):
                change = _not_clearing(subject, rule, only, fact)
                name = f"{act} clears {fact}"
                yield Change(name, change, fact, matters_with=True, acts=frozenset({rule.trigger}))
    for place, edge in enumerate(subject.method.edges):
        for fact in sorted(edge.given):
            change = _not_given(subject, place, fact)
            yield Change(f"{named(edge)}: {fact}", change, fact, acts=frozenset({edge.trigger}))


def _also_needed(rule: Rule, outcome: Outcome | None, need: str) -> bool:
    return outcome is not None and need in rule.needs


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


# -- who notices --------------------------------------------------------------------------------


def test_guards(subject: Subject) -> Iterator[Guard]:
    """Yield what becomes of a method without each of its guards."""
    reasons = dict(subject.method.accepted)
    noticing = Noticing(subject)
    for change in changes(subject):
        guard = noticing.without(change)
        yield (
            evolve(guard, accepted=reasons.get(guard.key))
            if guard.verdict == "unnoticed"
            else guard
        )


class Noticing:
    """What says no to a method that has lost a guard."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        method = subject.method
        departed = {departure.invariant for departure in method.departs}
        self.known = {
            f.key for check in (overlaps, stale_facts, dead_edges) for f in check(subject)
        }
        self.charter = [a for a in articles(method) if a.code not in departed]

    def without(self, change: Change) -> Guard:
        """Return what becomes of the method without a guard."""
        mutant = self.subject.changed(change.change)
        try:
            different = self._difference(mutant, change)
            if different is None:
                return Guard(change.name, "redundant")
            by, trace = self._noticed(mutant, change)
        except Undecided as why:
            return Guard(change.name, "undecided", str(why))
        verdict: Noticed = "caught" if by else "unnoticed"
        return Guard(change.name, verdict, by, mutant.told(trace or different))

    def _difference(self, mutant: Subject, change: Change) -> Trace | None:
        """Return the shortest story whose last step one of both takes, and the other does not."""
        bit = self.subject.system.bits([change.fact])
        if not bit:
            return None  # nothing but recommendations ask for it
        changed = {
            id(new)
            for (_, old), (_, arc) in zip(self.subject.arcs(), mutant.arcs(), strict=True)
            for was, new in zip(old.branches, arc.branches, strict=True)
            if was is not new or old.needs != arc.needs
        }
        has, lacks = (bit, 0) if change.matters_with else (0, bit)
        # Everything up to the first difference is the same in both.
        trace = mutant.first_taking(
            lambda _, branch: id(branch) in changed,
            has=has,
            lacks=[lacks],
            on=self.subject.space,
        )
        if trace is None or not change.matters_with:
            return trace
        return _apart(self.subject.system, mutant.system)

    def _noticed(self, mutant: Subject, change: Change) -> tuple[str, Trace | None]:
        for article in self.charter:
            if (trace := mutant.breaking(article.monitor)) is not None:
                return article.code, trace
        for invariant in self._likely_first(change):
            if (trace := mutant.counterexample(invariant)) is not None:
                return invariant.code, trace
        for stuck, code in ((True, "dead_end"), (False, "cannot_close")):
            if (trace := mutant.space.lost(ends_of(mutant), stuck=stuck)) is not None:
                return code, trace
        for finding in self._others(mutant, change):
            if finding.key not in self.known:
                return finding.code, None
        return "", None

    @staticmethod
    def _others(subject: Subject, change: Change | None) -> Iterator[Finding]:
        """Yield what the other checks say that may notice a lost guard."""
        yield from overlaps(subject)
        yield from dead_edges(subject)
        if change is None or change.matters_with:
            yield from stale_facts(subject, None if change is None else frozenset({change.fact}))

    def _likely_first(self, change: Change) -> list[Invariant]:
        """Return the untimed invariants, those first that speak of the act or the fact."""

        def is_far(invariant: Invariant) -> bool:
            named = {
                p.partition("/")[0]
                for p in (*invariant.acts, *invariant.others, *invariant.undone_by)
            }
            return not (change.acts & named or change.fact in invariant.facts)

        proved = [i for i in self.subject.method.invariants if i.within is None]
        return sorted(proved, key=is_far)


def _apart(method: System, mutant: System) -> Trace | None:
    """
    Return the shortest story that a method and a mutant do not end alike. None: there is none.

    Both go the same way; the mutant may hold one fact more.

    Raises:
        Undecided: there are too many pairs of configurations.
    """
    start = (method.start, 0, 0)
    came: dict[tuple[int, int, int], tuple[tuple[int, int, int], Leg] | None] = {start: None}
    waiting = [start]
    arcs = [
        list(zip(one, other, strict=True))
        for one, other in zip(method.arcs, mutant.arcs, strict=True)
    ]
    for here in waiting:
        node, mask, held = here
        for old, new in arcs[node]:
            taken, instead = old.taken(mask), new.taken(held)
            if instead is None and taken is None:
                continue
            branch = instead or taken
            assert branch is not None  # noqa: S101  (one of both is there)
            leg = Leg(new, branch, (node, held), (branch.target, branch.after(held)))
            if taken is None or instead is None or taken.edge != instead.edge:
                return _back(came, here, leg)
            there = (taken.target, taken.after(mask), instead.after(held))
            if there not in came:
                came[there] = (here, leg)
                waiting.append(there)
        if len(waiting) > PAIRS_AT_MOST:
            message = f"more than {PAIRS_AT_MOST} pairs of configurations would be compared"
            raise Undecided(message)
    return None


def _back(
    came: dict[tuple[int, int, int], tuple[tuple[int, int, int], Leg] | None],
    here: tuple[int, int, int],
    last: Leg,
) -> Trace:
    legs = [last]
    while (before := came[here]) is not None:
        here, leg = before
        legs.append(leg)
    return Trace(last.after, tuple(reversed(legs)))
