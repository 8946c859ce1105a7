"""
What can be reached when there are too many facts for every set of them: by a few at a time.

The search sees only the facts that a question names. A way that it finds is tried on the whole
method: where it fails for want of a fact, that fact is seen from then on. A way that holds is
real; where none is left, there is none. Whether an end can always be reached is not decided so.
"""

from __future__ import annotations

from collections.abc import Sequence

from complaintflow.verification._packed import Packed
from complaintflow.verification._space import At, Cube, Leg, Trace, Undecided
from complaintflow.verification._system import Arc, System

WIDEST = 20
"""The most facts that are searched by whole sets of them."""

FEW = 14
"""The most facts that are seen at a time, where there are more than that."""

KEPT = 6
"""Up to how many facts a search is kept for the next question."""


class Refined:
    """What can be reached, asked question by question."""

    def __init__(self, system: System, *, widest: int = WIDEST, rather: int = 0) -> None:
        """
        Be ready to be asked.

        Args:
            system: what is searched.

            widest: how many facts are seen at most.

            rather: facts, as bits, that are seen before others where any of them would do.
        """
        self.system = system
        self.widest = widest
        self.few = min(widest, FEW)
        self.rather = rather
        self._searched: dict[int, Packed] = {}

    def first(self, goals: Sequence[Cube]) -> Trace | None:
        """
        Return the shortest way to one of the goals.

        What is seen goes every way that there is, so none is shorter than the first that is real.
        """
        seen = 0
        for goal in goals:
            seen |= goal.has | goal.lacks
        while seen.bit_count() <= self.few:
            trace = self._seen(seen, goals)
            if trace is None:
                return None
            real, missed = self._tried(trace, goals)
            if real is not None:
                return real
            # One alone, as any of them shows that this is no way.
            wanted = missed & self.rather & ~seen or missed & ~seen
            seen |= wanted & -wanted
        message = f"it hangs on more than {self.few} facts at once"
        raise Undecided(message)

    def _seen(self, seen: int, goals: Sequence[Cube]) -> Trace | None:
        places = [i for i in range(len(self.system.facts)) if seen >> i & 1]

        def look(mask: int) -> int:
            return sum(1 << to for to, i in enumerate(places) if mask >> i & 1)

        looked = [Cube(goal.node, look(goal.has), look(goal.lacks)) for goal in goals]
        if len(places) > KEPT:
            return Packed(self.system.seen_through(seen), goals=looked).first(looked)
        known = self._searched.get(seen)
        if known is None:
            known = self._searched[seen] = Packed(self.system.seen_through(seen))
        return known.first(looked)

    def _tried(self, trace: Trace, goals: Sequence[Cube]) -> tuple[Trace | None, int]:
        """Return the way as the whole method goes it, or the facts it fails for want of."""
        here: At = (self.system.start, 0)
        legs = []
        for leg in trace.legs:
            arc = self._whole(here[0], leg.arc)
            wanted = next(b for b in arc.branches if b.edge == leg.branch.edge)
            taken = arc.taken(here[1])
            if taken is not wanted:
                missed = (arc.needs | wanted.given) & ~here[1]
                # Another branch comes first, for facts that were not seen.
                return None, missed or taken.given  # type: ignore[union-attr]
            there = (taken.target, taken.after(here[1]))
            legs.append(Leg(arc, taken, here, there))
            here = there
        assert any(goal.holds(here) for goal in goals)  # noqa: S101  (its facts are all seen)
        return Trace(here, tuple(legs)), 0

    def _whole(self, node: int, seen: Arc) -> Arc:
        """Return the arc that was seen in part."""
        return next(
            arc
            for arc in self.system.arcs[node]
            if (arc.trigger, arc.outcome) == (seen.trigger, seen.outcome)
        )

    def lost(
        self, ends: frozenset[int], *, stuck: bool, onward: System | None = None
    ) -> tuple[Trace, ...]:
        """Say that this is not decided so."""
        message = f"there are more than {self.widest} facts, and this is decided for fewer"
        raise Undecided(message)
