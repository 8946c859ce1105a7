"""
The test of the invariants: each guard is left out in turn, and somebody should notice.

Without a guard a method may do the same as before: the rest of it implies the guard. Or it does
something else; then a sentence of the charter, an invariant or another check should say no.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TypeVar

from attrs import evolve

from complaintflow._invariants import Invariant
from complaintflow.verification._charter import Article, articles
from complaintflow.verification._guards import Change, changes
from complaintflow.verification._monitoring import Walk
from complaintflow.verification._report import Finding, Guard, Noticed, Turn
from complaintflow.verification._space import Leg, Trace, Undecided
from complaintflow.verification._stale import stale_facts
from complaintflow.verification._structure import dead_edges, lost_ends, overlaps
from complaintflow.verification._subject import Subject, monitor_of
from complaintflow.verification._system import Arc, Branch, System

T = TypeVar("T")

PAIRS_AT_MOST = 50_000
"""How many pairs of configurations are compared before a difference is given up as undecided."""


def guards_of(subject: Subject) -> Iterator[Guard]:
    """Yield what becomes of a method without each of its guards."""
    reasons = dict(subject.method.accepted)
    noticing = _Noticing(subject)
    for change in changes(subject):
        guard = noticing.without(change)
        if guard.verdict == "unnoticed":
            guard = evolve(guard, accepted=reasons.get(guard.key))
        yield guard


class _Sentence:
    """A sentence of the charter or of the method, and how it is asked of a method less a guard."""

    def __init__(self, subject: Subject, sentence: Article | Invariant) -> None:
        self.subject = subject
        self.sentence = sentence
        self.code = sentence.code
        if isinstance(sentence, Article):
            self.acts, self.facts = sentence.acts, frozenset[str]()
            self.undoing = frozenset[str]()
        else:
            patterns = (*sentence.acts, *sentence.others, *sentence.undone_by)
            self.acts = frozenset(pattern.partition("/")[0] for pattern in patterns)
            self.undoing = frozenset(p.partition("/")[0] for p in sentence.undone_by)
            self.facts = frozenset(sentence.facts)

    @cached_property
    def walk(self) -> Walk | None:
        """The walk along the whole method. None: it is too long, or the facts are asked."""
        if isinstance(self.sentence, Article):
            return self.subject.walk(self.sentence.monitor)
        if self.sentence.template == "never":
            return None
        return self.subject.walk(monitor_of(self.sentence, self.subject.method))

    @cached_property
    def is_kept(self) -> bool:
        """True: the whole method keeps it. What it does not keep notices nothing."""
        if self.walk is not None:
            return self.walk.broken is None
        try:
            return self._in(self.subject) is None
        except Undecided:
            return False

    def _in(self, subject: Subject) -> Trace | None:
        if isinstance(self.sentence, Article):
            return subject.breaking(self.sentence.monitor)
        return subject.counterexample(self.sentence)

    def broken_by(self, mutant: Subject, change: Change) -> Trace | None:
        """Return the shortest story of a method less a guard that breaks it. None: none does."""
        if change.is_need and self.walk is not None and self.walk.begins_alike(mutant.system):
            return self.walk.without_a_guard(mutant.system)
        return self._in(mutant)


class _Noticing:
    """What says no to a method that has lost a guard."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        method = subject.method
        departed = {departure.invariant for departure in method.departs}
        stated: list[Article | Invariant] = [
            *(article for article in articles(method) if article.code not in departed),
            *(invariant for invariant in method.invariants if invariant.within is None),
        ]
        sentences = [_Sentence(subject, each) for each in stated]
        self.sentences = [sentence for sentence in sentences if sentence.is_kept]
        cleared = frozenset(change.fact for change in changes(subject) if change.matters_with)
        self.known = _decided(finding.key for finding in self._others(subject, cleared))
        self.known_lost = _decided((code, trace.end[0]) for code, trace in lost_ends(subject))

    def without(self, change: Change) -> Guard:
        """Return what becomes of the method without a guard."""
        mutant = self.subject.changed(change.change)
        try:
            different = self._difference(mutant, change)
            if different is None:
                return Guard(change.name, "redundant")
            by, story = self._noticed(mutant, change)
        except Undecided as why:
            return Guard(change.name, "undecided", str(why))
        verdict: Noticed = "caught" if by else "unnoticed"
        return Guard(change.name, verdict, by, story or mutant.told(different))

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
        if trace is None or change.is_need:
            return trace
        return _apart(self.subject, mutant)

    def _noticed(self, mutant: Subject, change: Change) -> tuple[str, tuple[Turn, ...]]:
        """Return what says no, and its story; an empty name where nothing does."""
        asking = [self._other_checks, self._sentences]
        # What an edge is given for is mostly missed where the edges are looked at.
        for ask in asking if change.is_given else reversed(asking):
            by, story = ask(mutant, change)
            if by:
                return by, story
        return "", ()

    def _sentences(self, mutant: Subject, change: Change) -> tuple[str, tuple[Turn, ...]]:
        for sentence in self._likely_first(change):
            if (trace := sentence.broken_by(mutant, change)) is not None:
                return sentence.code, mutant.told(trace)
        return "", ()

    def _other_checks(self, mutant: Subject, change: Change) -> tuple[str, tuple[Turn, ...]]:
        for code, trace in lost_ends(mutant):
            if (code, trace.end[0]) not in self.known_lost:
                return code, mutant.told(trace)
        cleared = frozenset({change.fact} if change.matters_with else ())
        for finding in self._others(mutant, cleared):
            if finding.key not in self.known:
                return finding.code, finding.story
        return "", ()

    def _likely_first(self, change: Change) -> list[_Sentence]:
        """Return the sentences, those first that speak of the act or the fact."""
        return sorted(
            self.sentences,
            key=lambda s: (
                not (change.matters_with and change.trigger in s.undoing),
                not (change.trigger in s.acts or change.fact in s.facts),
            ),
        )

    @staticmethod
    def _others(subject: Subject, cleared: frozenset[str]) -> Iterator[Finding]:
        """Yield what the other checks say that may notice a lost guard, or a lost clearing."""
        yield from overlaps(subject)
        yield from dead_edges(subject)
        yield from stale_facts(subject, cleared)


def _decided(found: Iterable[T]) -> frozenset[T]:
    """Return what was found; nothing where it was not decided."""
    try:
        return frozenset(found)
    except Undecided:
        return frozenset()


Pair = tuple[int, int, int]
"""A node, the facts that hold in the method, and those that hold without a guard."""


def _apart(subject: Subject, mutant: Subject) -> Trace | None:
    """
    Return the shortest story that a method and a mutant do not end alike. None: there is none.

    Both go the same way, with the same facts up to some step; from there each has its own.

    Raises:
        Undecided: there are too many pairs of configurations.
    """
    start: Pair = (subject.system.start, 0, 0)
    came: dict[Pair, tuple[Pair, Arc, Branch] | None] = {start: None}
    waiting = [start]
    arcs = _told_apart(subject.system, mutant.system)
    for here in waiting:
        node, mask, held = here
        for old, new in arcs[node]:
            taken, instead = old.taken(mask), new.taken(held)
            branch = instead or taken
            if branch is None:
                continue
            if taken is None or instead is None or taken.target != instead.target:
                return _back(came, here, new, branch)
            there = (taken.target, taken.after(mask), instead.after(held))
            if there not in came:
                came[there] = (here, new, instead)
                waiting.append(there)
        if len(waiting) > PAIRS_AT_MOST:
            message = f"more than {PAIRS_AT_MOST} pairs of configurations would be compared"
            raise Undecided(message)
    return None


def _told_apart(method: System, mutant: System) -> list[list[tuple[Arc, Arc]]]:
    """Return the arcs of both, those that do the same only once."""
    found = []
    for one, other in zip(method.arcs, mutant.arcs, strict=True):
        pairs: dict[object, tuple[Arc, Arc]] = {}
        for arcs in zip(one, other, strict=True):
            told = tuple(
                (arc.needs, tuple((b.given, b.keep, b.add, b.target) for b in arc.branches))
                for arc in arcs
            )
            pairs.setdefault(told, arcs)
        found.append(list(pairs.values()))
    return found


def _back(
    came: dict[Pair, tuple[Pair, Arc, Branch] | None], here: Pair, arc: Arc, branch: Branch
) -> Trace:
    node, _, held = here
    legs = [Leg(arc, branch, (node, held), (branch.target, branch.after(held)))]
    while (how := came[here]) is not None:
        after = (here[0], here[2])
        here, arc, branch = how
        legs.append(Leg(arc, branch, (here[0], here[2]), after))
    return Trace(legs[0].after, tuple(reversed(legs)))
