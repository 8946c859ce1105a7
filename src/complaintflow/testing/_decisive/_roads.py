"""
Roads: for each state and set of facts a real case that stands there, with its history.

The nearest first. Evidence is as plain as it can be, and decided by the method itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain, islice

from attrs import define, field, frozen

from complaintflow._case import Case, Entry
from complaintflow._method import Method
from complaintflow.acts import Act, Waive
from complaintflow.errors import Refused, Way
from complaintflow.testing._attempts import (
    LONG,
    attempt,
    evidence_free,
    opened,
    opening_of,
    timed,
    varied,
)
from complaintflow.testing._exploring import Configuration, configuration, traits
from complaintflow.testing._following import AstrayError, trail
from complaintflow.testing._shapes import plain_acts
from complaintflow.verification._exploring import Configuration as Abstract
from complaintflow.verification._exploring import Reachable, explore

PATIENCE = 8
"""How often an act is tried, although it leads nowhere new, for what it may tell the ledger."""

IN_VAIN = 2
"""How often preparing an act in a state is tried while it never leads anywhere."""

RECIPES = 6
"""How many ways of making one act possible are remembered."""

MANY = 10**9

PREPARATIONS = 40
"""How many cases are looked at to bring about what a ledger lacks."""


@frozen
class Road:
    """A case, and how it came about."""

    case: Case
    history: tuple[Entry, ...]
    traits: frozenset[object] = field(init=False)
    """What of its ledger usually decides how acts come out."""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "traits", frozenset(traits(self.case.ledger)))

    def on(self, entry: Entry) -> Road:
        """Return the road that is one entry longer."""
        return Road(self.case.apply(entry), (*self.history, entry))


_Barred = dict[tuple[Configuration, frozenset[object], str, str | None], Road]
"""Roads on which an act was not possible that facts and state allow, by where it would lead."""


@define
class Roads:
    """The nearest road to everything that can be reached under a method."""

    method: Method
    nearest: dict[Configuration, list[Road]] = field(factory=dict)
    """To each state and facts that were reached, the nearest first."""
    _seen: set[tuple[Configuration, object]] = field(factory=set)
    _telling: dict[tuple[str, str | None], int] = field(factory=dict)
    """How often an act is still tried for what it may change in the ledger alone."""
    _recipes: dict[tuple[str, str | None], tuple[tuple[Act, ...], ...]] = field(factory=dict)
    """What was done before that made an act possible, where facts and state were not enough."""
    _in_vain: dict[tuple[object, ...], int] = field(factory=dict)
    """How often preparing an act in a state has led nowhere."""
    _abstract: Reachable = field(init=False)
    _triggers: frozenset[str] = field(init=False)
    _plain: dict[str, dict[str | None, tuple[Act, ...]]] = field(factory=dict)
    """The acts that were made for the last case that was asked about."""
    _plain_for: Case | None = None
    _hopeless: dict[tuple[str, str | None], frozenset[str]] = field(factory=dict)
    _openers: dict[tuple[str, str | None], tuple[str, ...]] = field(factory=dict)
    _timed: dict[str, frozenset[str]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._abstract = explore(self.method)
        self._triggers = frozenset(r.trigger for r in self.method.rules if r.act is not Waive)

    def build(self) -> Roads:
        """Go every road, breadth first; what the ledger stands in the way of is tried at last."""
        waiting = deque[Road]()
        barred: _Barred = {}
        self._arrive(Road(opened(self.method), (opening_of(self.method),)), waiting)
        while waiting or barred:
            if waiting:
                self._go_on(waiting.popleft(), waiting, barred)
                continue
            key = next(iter(barred))
            road, (there, _, trigger, outcome) = barred.pop(key), key
            if not self._would_tell(there, road):
                continue
            # Where one has been before, what did it elsewhere is tried, and no more.
            ready = (
                self._cooked_before(road, trigger, outcome)
                if there in self.nearest
                else self.prepared(road, trigger, outcome)
            )
            for longer, entry in islice(ready, 1):
                self._arrive(longer.on(entry), waiting)
        return self

    def _would_tell(self, there: Configuration, road: Road) -> bool:
        return any((there, trait) not in self._seen for trait in road.traits)

    def _go_on(self, road: Road, waiting: deque[Road], barred: _Barred) -> None:
        here = configuration(road.case)
        for there, trigger, outcome in self._onward(here):
            tells = self._telling.setdefault((trigger, outcome), PATIENCE)
            if not tells and not self._would_tell(there, road):
                continue
            entry = self.entry(road.case, trigger, outcome)
            if entry is None:
                barred.setdefault((there, road.traits, trigger, outcome), road)
                continue
            onward = road.on(entry)
            if onward.traits != road.traits:
                self._telling[trigger, outcome] = MANY
            elif there in self.nearest and tells:
                self._telling[trigger, outcome] -= 1
            self._arrive(onward, waiting)

    def _arrive(self, road: Road, waiting: deque[Road]) -> None:
        """Go on from a road, where it is the first to its state and facts with such a ledger."""
        there = configuration(road.case)
        news = {(there, trait) for trait in road.traits} - self._seen
        if news:
            self._seen |= news
            self.nearest.setdefault(there, []).append(road)
            waiting.append(road)

    def _onward(self, here: Configuration) -> Iterator[tuple[Configuration, str, str | None]]:
        """Yield where acts lead by state and facts alone, each with its trigger and outcome."""
        for passage in self._abstract.passages(Abstract(*here)):
            if passage.trigger in self._triggers:
                after = passage.after
                yield (after.state, after.facts), passage.trigger, passage.outcome

    # -- finding evidence that will do ----------------------------------------------------------

    def acts(self, case: Case, trigger: str, outcome: str | None) -> tuple[Act, ...]:
        """Return acts with an outcome, the plainest first."""
        if case is not self._plain_for:
            self._plain, self._plain_for = {}, case
        if trigger not in self._plain:
            self._plain[trigger] = plain_acts(self.method, trigger, case)
        return self._plain[trigger].get(outcome, ())

    def entry(self, case: Case, trigger: str, outcome: str | None) -> Entry | None:
        """Return the entry of the plainest act that is possible; None where none is."""
        hopeless, waits = self._hopeless_of(trigger, outcome), self._timed_of(trigger)
        for act in self.acts(case, trigger, outcome):
            for wait in (timedelta(0), LONG):
                answer = attempt(self.method, case, act, at=case.updated_at + wait)
                if isinstance(answer, Entry):
                    return answer
                lacking = {unmet.code for unmet in answer.unmet}
                if not lacking & waits:
                    break
            if lacking & hopeless:
                break
        return None

    def prepared(
        self, road: Road, trigger: str, outcome: str | None
    ) -> Iterator[tuple[Road, Entry]]:
        """Yield roads to the same state and facts on which an act is possible, with its entry."""
        acts = self.acts(road.case, trigger, outcome)
        # Where no evidence has the outcome, it is the same in most states.
        place = (road.case.state, road.traits, trigger, outcome) if acts else (trigger, outcome)
        if self._in_vain.get(place, 0) >= IN_VAIN:
            return
        for act in acts[:1]:
            answer = attempt(self.method, road.case, act)
            if isinstance(answer, Refused) and isinstance(answer.way, tuple):
                for longer, entry in self._advised(road, answer.way, act, outcome):
                    self._learn(road, longer, trigger, outcome)
                    yield longer, entry
        yield from self._cooked_before(road, trigger, outcome)
        others = self._said_otherwise(road) if self._waits_for_word(road, trigger, acts) else ()
        for longer in chain(self.preparations(road, trigger, outcome), others):
            found = self.entry(longer.case, trigger, outcome)
            if found is not None:
                self._learn(road, longer, trigger, outcome)
                self._in_vain[place] = -MANY
                yield longer, found
        self._in_vain[place] = self._in_vain.get(place, 0) + 1

    def _learn(self, road: Road, longer: Road, trigger: str, outcome: str | None) -> None:
        """Remember what made an act possible."""
        known = self._recipes.get((trigger, outcome), ())
        recipe = tuple(e.act for e in longer.history[len(road.history) :])
        if recipe not in known and len(known) < RECIPES:
            self._recipes[trigger, outcome] = (*known, recipe)

    def _cooked_before(
        self, road: Road, trigger: str, outcome: str | None
    ) -> Iterator[tuple[Road, Entry]]:
        """Yield roads on which what made an act possible elsewhere makes it possible here."""
        for recipe in self._recipes.get((trigger, outcome), ()):
            yield from self._cooked(road, recipe, trigger, outcome)

    def _cooked(
        self, road: Road, recipe: tuple[Act, ...], trigger: str, outcome: str | None
    ) -> Iterator[tuple[Road, Entry]]:
        """Yield the road on which a recipe was followed that did it elsewhere, if it does here."""
        longer: Road | None = road
        for act in recipe:
            longer = None if longer is None else self._staying(longer, act)
        entry = None if longer is None else self.entry(longer.case, trigger, outcome)
        if longer is not None and entry is not None:
            yield longer, entry

    def _advised(
        self, road: Road, way: Way, act: Act, outcome: str | None
    ) -> Iterator[tuple[Road, Entry]]:
        """Yield the road that a refusal proposes, where it leaves state and facts as they are."""
        try:
            *steps, last = trail(self.method, road.case, way, act)
        except AstrayError:
            return
        longer = road
        for entry in steps:
            longer = longer.on(entry)
        if last.outcome == outcome and configuration(longer.case) == configuration(road.case):
            yield longer, last

    def preparations(self, road: Road, trigger: str, outcome: str | None) -> Iterator[Road]:
        """Yield longer roads to the same state and facts, with more in the ledger."""
        return islice(self._longer(road, self._openers_of(trigger, outcome)), PREPARATIONS)

    def _longer(self, road: Road, openers: Iterable[str]) -> Iterator[Road]:
        waiting = deque([road])
        while waiting:
            before = waiting.popleft()
            for opener in openers:
                for acts in plain_acts(self.method, opener, before.case).values():
                    for act in islice(varied(acts), 16):
                        longer = self._staying(before, act)
                        if longer is not None:
                            yield longer
                            waiting.append(longer)

    def _staying(self, road: Road, act: Act) -> Road | None:
        answer = attempt(self.method, road.case, act)
        if isinstance(answer, Refused):
            return None
        longer = road.on(answer)
        is_there = configuration(longer.case) == configuration(road.case)
        return longer if is_there and longer.case.ledger != road.case.ledger else None

    def detours(self, road: Road, trigger: str, outcome: str | None) -> Iterator[Road]:
        """
        Yield roads to the same state and facts on which something was done earlier.

        What has made the act possible elsewhere is done on the way, the latest first: what is
        told to nobody any more once a case is closed can be told before.
        """
        for recipe in self._recipes.get((trigger, outcome), ()):
            for cut in range(len(road.history) - 1, 0, -1):
                before = road.history[:cut]
                longer: Road | None = Road(Case.replay(before), before)
                for act in recipe:
                    longer = None if longer is None else self._staying(longer, act)
                for entry in road.history[cut:]:
                    longer = None if longer is None else self.again(longer, entry)
                if longer is not None and configuration(longer.case) == configuration(road.case):
                    yield longer

    def _waits_for_word(self, road: Road, trigger: str, acts: tuple[Act, ...]) -> bool:
        """Return whether an act waits for what somebody could do, or for time to make up for it."""
        answer = attempt(self.method, road.case, acts[0]) if acts else None
        return isinstance(answer, Refused) and any(
            unmet.satisfied_by and unmet.code in self._timed_of(trigger) for unmet in answer.unmet
        )

    def _said_otherwise(self, road: Road) -> Iterator[Road]:
        """Yield roads to the same state and facts on which other evidence was given on the way."""
        for cut in range(len(road.history) - 1, 0, -1):
            before, entry = road.history[:cut], road.history[cut]
            start = Road(Case.replay(before), before)
            for act in islice(varied(self.acts(start.case, entry.trigger, entry.outcome)), 16):
                answer = attempt(self.method, start.case, act, at=entry.at, by=entry.by)
                longer = start.on(answer) if isinstance(answer, Entry) else None
                for later in road.history[cut + 1 :]:
                    longer = None if longer is None else self.again(longer, later)
                if longer is not None and configuration(longer.case) == configuration(road.case):
                    yield longer

    def again(self, road: Road, entry: Entry) -> Road | None:
        """Return the road on which an entry's act is done once more; None where it cannot be."""
        at = max(entry.at, road.case.updated_at)
        answer = attempt(self.method, road.case, entry.act, at=at, by=entry.by)
        return road.on(answer) if isinstance(answer, Entry) else None

    def _hopeless_of(self, trigger: str, outcome: str | None) -> frozenset[str]:
        known = self._hopeless.get((trigger, outcome))
        if known is None:
            known = evidence_free(self.method, trigger, outcome)
            self._hopeless[trigger, outcome] = known
        return known

    def _timed_of(self, trigger: str) -> frozenset[str]:
        if trigger not in self._timed:
            self._timed[trigger] = timed(self.method, trigger)
        return self._timed[trigger]

    def _openers_of(self, trigger: str, outcome: str | None) -> tuple[str, ...]:
        known = self._openers.get((trigger, outcome))
        if known is None:
            needs = self.method.requirements(self.method.rule(trigger), outcome)
            named = (t.partition("/")[0] for n in needs for t in (*n.satisfied_by, *n.openers))
            known = tuple(sorted(set(named) & self._triggers))
            self._openers[trigger, outcome] = known
        return known
