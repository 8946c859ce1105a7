"""
Driving a method through everything that can be reached.

Nothing here is random: every act is made as plain as it can be, decided by the method itself, and
tried again with other evidence where the first would not do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from attrs import define, field, frozen

from complaintflow._case import Case, Entry
from complaintflow._ledger import Ledger
from complaintflow._method import Method
from complaintflow.acts import Act, Waive
from complaintflow.errors import Refused, Unmet
from complaintflow.testing._attempts import (
    attempt,
    evidence_free,
    first_entry,
    opened,
    timed,
    varied,
)
from complaintflow.testing._shapes import outcomes_of, plain_acts

Configuration = tuple[str, frozenset[str]]
"""What a method's behaviour depends on, evidence and ledger aside: the state and the facts."""

Key = tuple[Configuration, str, str | None]
"""A configuration, a trigger and an outcome."""


def configuration(case: Case) -> Configuration:
    """Return the state and the facts of a case."""
    return case.state, case.facts


@frozen
class Taken:
    """One step that was found possible."""

    case: Case
    """The case it was taken on."""
    entry: Entry


@define
class Exploration:
    """Every configuration of a method that was reached, and every step between them."""

    method: Method
    cases: dict[Configuration, list[Case]] = field(factory=dict)
    """Cases of each configuration; the one that took the fewest steps first."""
    steps: dict[Key, Taken] = field(factory=dict)
    """The steps that are possible, each with a case on which it is."""
    _in_vain: dict[tuple[str, str, str | None], int] = field(factory=dict)
    _facts: frozenset[str] = frozenset()
    _outcomes: dict[str, tuple[str | None, ...]] = field(factory=dict)
    _settled: set[Key] = field(factory=set)
    """What other cases of the same configuration need not try again."""
    _waits: dict[str, frozenset[str]] = field(factory=dict)
    _recipes: dict[tuple[str, str | None], list[tuple[Act, ...]]] = field(factory=dict)
    _hopeless: dict[tuple[str, str | None], frozenset[str]] = field(factory=dict)

    def run(self) -> Exploration:
        """Explore, breadth first."""
        self._facts = frozenset(fact.name for fact in self.method.facts)
        self._outcomes = {rule.trigger: outcomes_of(rule) for rule in self.method.rules}
        self._waits = {trigger: timed(self.method, trigger) for trigger in self._outcomes}
        waiting = deque([opened(self.method)])
        seen = set[tuple[object, ...]]()
        while waiting:
            case = waiting.popleft()
            here = configuration(case)
            news = {(here, *trait) for trait in traits(case.ledger)} - seen
            if not news:
                continue
            seen |= news
            self.cases.setdefault(here, []).append(case)
            for rule in self.method.rules:
                if rule.act is not Waive:
                    waiting.extend(self._take(case, rule.trigger))
        return self

    def _take(self, case: Case, trigger: str) -> Iterator[Case]:
        """Yield the cases after an act: the plainest and the fullest, for each outcome it has."""
        here = configuration(case)
        found = plain_acts(self.method, trigger, case)
        for outcome in self._outcomes[trigger]:
            key = (here, trigger, outcome)
            if key in self._settled:
                continue
            acts = found.get(outcome, ())
            answer = self._answer(case, acts, trigger, outcome)
            step = Taken(case, answer) if isinstance(answer, Entry) else None
            if not isinstance(answer, Entry) and key not in self.steps:
                if any(u.code in self._facts or u.code == "not_now" for u in answer):
                    self._settled.add(key)
                    continue
                step = self._prepared(case, trigger, outcome, answer)
            if step is None:
                continue
            self.steps.setdefault(key, step)
            onward = step.case.apply(step.entry)
            if configuration(onward) == here:
                self._settled.add(key)
            yield onward
            if step.case is case and len(acts) > 1:
                fullest = attempt(self.method, case, acts[-1])
                if isinstance(fullest, Entry):
                    yield case.apply(fullest)

    def hopeless(self, trigger: str, outcome: str | None) -> frozenset[str]:
        """Return what no evidence can bring."""
        known = self._hopeless.get((trigger, outcome))
        if known is None:
            known = evidence_free(self.method, trigger, outcome)
            self._hopeless[trigger, outcome] = known
        return known

    def _prepared(
        self, case: Case, trigger: str, outcome: str | None, lacking: tuple[Unmet, ...]
    ) -> Taken | None:
        """Bring about what the ledger lacks for a step, without leaving the configuration."""
        recipes = self._recipes.setdefault((trigger, outcome), [])
        for recipe in recipes:
            ready = self._cooked(case, recipe)
            step = None if ready is None else self._step(ready, trigger, outcome)
            if step is not None:
                return step
        # Where no evidence has the outcome, it is the same in most states.
        place = (case.state if lacking else "", trigger, outcome)
        self._in_vain[place] = tries = self._in_vain.get(place, 0) + 1
        if tries > IN_VAIN or not self._can_be_opened(case, lacking):
            return None
        for ready, recipe in islice(self._preparations(case, trigger, outcome), PREPARATIONS):
            step = self._step(ready, trigger, outcome)
            if step is not None:
                recipes.append(recipe)
                return step
        return None

    def _answer(
        self, case: Case, acts: Iterable[Act], trigger: str, outcome: str | None
    ) -> Entry | tuple[Unmet, ...]:
        hopeless, waits = self.hopeless(trigger, outcome), self._waits[trigger]
        return first_entry(self.method, case, acts, hopeless=hopeless, waits=waits)

    def _step(self, case: Case, trigger: str, outcome: str | None) -> Taken | None:
        acts = plain_acts(self.method, trigger, case).get(outcome, ())
        answer = self._answer(case, acts, trigger, outcome)
        return Taken(case, answer) if isinstance(answer, Entry) else None

    def _can_be_opened(self, case: Case, lacking: tuple[Unmet, ...]) -> bool:
        return all(
            any(self._is_possible(case, opener) for opener in unmet.satisfied_by)
            for unmet in lacking
            if unmet.satisfied_by
        )

    def _is_possible(self, case: Case, trigger: str) -> bool:
        found = plain_acts(self.method, trigger, case)
        return any(
            isinstance(self._answer(case, acts, trigger, outcome), Entry)
            for outcome, acts in found.items()
        )

    def _cooked(self, case: Case, recipe: Iterable[Act]) -> Case | None:
        here = configuration(case)
        for act in recipe:
            answer = attempt(self.method, case, act)
            if isinstance(answer, Refused):
                return None
            case = case.apply(answer)
        return case if configuration(case) == here else None

    def _preparations(
        self, case: Case, trigger: str, outcome: str | None
    ) -> Iterator[tuple[Case, tuple[Act, ...]]]:
        """Yield cases of the same configuration in whose ledger there is more; least more first."""
        needs = self.method.requirements(self.method.rule(trigger), outcome)
        openers = {t.partition("/")[0] for n in needs for t in (*n.satisfied_by, *n.openers)}
        waiting: deque[tuple[Case, tuple[Act, ...]]] = deque([(case, ())])
        while waiting:
            before, recipe = waiting.popleft()
            for opener in sorted(openers & self._outcomes.keys()):
                for acts in plain_acts(self.method, opener, before).values():
                    for act in islice(varied(acts), 16):
                        onward = self._cooked(before, [act])
                        if onward is not None:
                            yield onward, (*recipe, act)
                            waiting.append((onward, (*recipe, act)))


IN_VAIN = 3
"""How often preparing an act in a state is tried while it never leads anywhere."""

PREPARATIONS = 60
"""How many cases are looked at to bring about what the ledger lacks for a step."""


def traits(ledger: Ledger) -> Iterator[tuple[str, object]]:
    """Yield what of a ledger usually decides how acts come out."""
    plan = ledger.plan
    yield "lapsed", ledger.lapsed
    yield "outstanding", min(len(ledger.outstanding), 2)
    yield "issues", any(not issue.settled for issue in ledger.issues)
    yield "plan", plan and (plan.customer_agreed_at is None, plan.company_agreed_at is None)
    yield from (("asks", q.about) for q in ledger.questions if q.answer is None)


def explore(method: Method) -> Exploration:
    """Return everything that can be reached under a method without a waiver."""
    return Exploration(method).run()


def configurations(method: Method) -> dict[Configuration, Case]:
    """
    Return every reachable state with every set of facts it can be reached with, and a case in it.

    Found by deciding, breadth first: each case is one that took the fewest steps. Waivers apart.
    """
    return {where: cases[0] for where, cases in explore(method).cases.items()}
