"""
Driving a method through everything that can be reached, and along the ways it proposes.

Nothing here is random: every act is made as plain as it can be, decided by the method itself, and
tried again with other evidence where the first would not do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

import attrs
from attrs import define, field, frozen

from complaintflow._actors import SYSTEM, Actor
from complaintflow._case import Case, Entry
from complaintflow._engine import compiled, decide, open_case
from complaintflow._ledger import Ledger
from complaintflow._method import Method
from complaintflow.acts import Act, Open, Speaker, Waive
from complaintflow.acts._act import fields_of
from complaintflow.errors import EvidenceError, Refused, Step, Unmet, Way
from complaintflow.testing._shapes import PLAIN, outcomes_of, plain_acts

START = datetime(2020, 1, 6, 9, tzinfo=UTC)
"""When stories begin: so long ago that all of it has happened by any desk's clock."""
LONG = timedelta(days=400)

SAM, LEE, ANA = Actor("sam"), Actor("lee"), Actor("ana", "customer")
RECORDED_BY: dict[Speaker, Actor] = {
    "agent": SAM,
    "customer": ANA,
    "colleague": LEE,
    "system": SYSTEM,
}
"""Who records whose acts here: nobody has limits."""

Configuration = tuple[str, frozenset[str]]
"""What a method's behaviour depends on, evidence and ledger aside: the state and the facts."""

Key = tuple[Configuration, str, str | None]
"""A configuration, a trigger and an outcome."""


def opening_of(method: Method, *, at: datetime = START) -> Entry:
    """Return the entry that opens a case."""
    return open_case(method, "t-1", Open(complaint=PLAIN, customer="ana"), at=at, by=SAM)


def opened(method: Method, *, at: datetime = START) -> Case:
    """Return a case that was just opened."""
    return Case.open(opening_of(method, at=at))


def attempt(
    method: Method, case: Case, act: Act, *, at: datetime | None = None, by: Actor | None = None
) -> Entry | Refused:
    """Return the entry of an act, or its refusal; recorded by whoever can, where *by* is None."""
    who = RECORDED_BY[act.spec.speaker] if by is None else by
    try:
        return decide(method, case, act, at=case.updated_at if at is None else at, by=who)
    except Refused as refused:
        return refused


def configuration(case: Case) -> Configuration:
    """Return the state and the facts of a case."""
    return case.state, case.facts


# -- finding evidence that will do --------------------------------------------------------------


def evidence_free(method: Method, trigger: str, outcome: str | None) -> frozenset[str]:
    """Return the codes of what an act needs for an outcome that no evidence can bring."""
    needs = method.requirements(method.rule(trigger), outcome)
    codes = {n.code for n in needs if "evidence" not in n.reads}
    return frozenset({*codes, "not_now", "not_theirs", "not_allowed"})


def first_entry(
    method: Method,
    case: Case,
    acts: Iterable[Act],
    *,
    hopeless: frozenset[str],
    waits: frozenset[str],
) -> Entry | tuple[Unmet, ...]:
    """
    Return the entry of the first act that is not refused, else what the first one lacked.

    Args:
        method: the method.

        case: the case.

        acts: the acts to try.

        hopeless: the codes for which no other act needs to be tried.

        waits: the codes that time can bring, and is waited for.
    """
    unmet: tuple[Unmet, ...] | None = None
    for act in acts:
        for at in (case.updated_at, case.updated_at + LONG):
            answer = attempt(method, case, act, at=at)
            if isinstance(answer, Entry):
                return answer
            unmet = answer.unmet if unmet is None else unmet
            lacking = {u.code for u in answer.unmet}
            if not lacking & waits:
                break
        if lacking & hopeless:
            break
    return unmet or ()


def timed(method: Method, trigger: str) -> frozenset[str]:
    """Return the codes of what an act needs that time can bring."""
    paths = compiled(method).events[trigger].paths.values()
    return frozenset(r.code for path in paths for r in path.requirements if "time" in r.reads)


# -- exploring ----------------------------------------------------------------------------------


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


# -- following a way ----------------------------------------------------------------------------


class AstrayError(AssertionError):
    """A way was followed and did not lead where it should."""


def follow(
    method: Method,
    case: Case,
    way: Way,
    act: Act | None = None,
    *,
    at: datetime | None = None,
    by: Actor = SAM,
) -> Case:
    """
    Do what a way proposes, literally, then the act it was proposed for; return the case after it.

    The evidence of a step is whatever has its outcome and what it settles already; where it leaves
    open which request or question an act is about, the act names none. A step that settles is
    taken until nothing is left to be settled. A last step that names the act itself is the act
    with its evidence amended.

    Args:
        method: the method.

        case: the case on which the act was refused.

        way: what the refusal proposed.

        act: the act that was refused. None: the way alone is followed.

        at: when. None: at the time of the case's last entry.

        by: who records what the agent says and does; a colleague is somebody else.

    Raises:
        AstrayError: a step, or the act after the last one, is refused whatever its evidence.
    """
    for entry in trail(method, case, way, act, at=at, by=by):
        case = case.apply(entry)
    return case


def trail(
    method: Method,
    case: Case,
    way: Way,
    act: Act | None = None,
    *,
    at: datetime | None = None,
    by: Actor = SAM,
) -> tuple[Entry, ...]:
    """Return the entries that following a way makes; see `follow`."""
    return _Walk(method, way, act, by, case.updated_at if at is None else at).to_the_end(case)


Reached = tuple[Case, tuple[Entry, ...]]
"""A case on the way, and the entries that led to it."""


@define
class _Walk:
    """One way being followed."""

    method: Method
    way: Way
    act: Act | None
    by: Actor
    at: datetime
    tries: int = 0
    furthest: int = -1
    reason: str = ""

    def to_the_end(self, case: Case) -> tuple[Entry, ...]:
        """Return the entries up to the end of the way."""
        steps = list(self.way)
        amended = None
        if steps and self.act is not None and self._is_act_itself(steps[-1]):
            amended = steps.pop()
        for reached, entries in self._walk(case, steps, 0):
            if self.act is None:
                return entries
            for entry in self._last(reached, amended):
                return (*entries, entry)
        told = ", ".join(map(str, self.way)) or "nothing"
        raise AstrayError(f"the way to {self.act} from {case.state} is {told}; but {self.reason}")

    def _is_act_itself(self, step: Step) -> bool:
        is_it = self.act is not None and step.trigger == self.act.trigger
        return is_it and step.outcome is None and not step.evidence

    def _last(self, case: Case, amended: Step | None) -> Iterator[Entry]:
        """Yield the entry of the act itself, with its evidence amended where that is a step."""
        place = len(self.way)
        if amended is not None:
            yield from self._entries(case, amended, place)
            return
        entry = None if self.act is None else self._attempt(case, self.act, place, None)
        if entry is not None:
            yield entry

    def _walk(self, case: Case, steps: list[Step], place: int) -> Iterator[Reached]:
        """Yield the cases to which steps can lead, with one evidence or another."""
        if not steps:
            yield case, ()
            return
        for onward, taken in self._take(case, steps[0], place):
            for reached, more in self._walk(onward, steps[1:], place + 1):
                yield reached, taken + more

    def _take(self, case: Case, step: Step, place: int) -> Iterator[Reached]:
        is_settled = False
        for entry in self._entries(case, step, place):
            if step.outcome in (None, entry.outcome):
                is_settled = True
                yield case.apply(entry), (entry,)
            elif not is_settled:
                again = attrs.evolve(step, evidence=())  # something else is still to be settled
                for reached, more in self._take(case.apply(entry), again, place):
                    yield reached, (entry, *more)
                return

    def _entries(self, case: Case, step: Step, place: int) -> Iterator[Entry]:
        """Yield the entries of a step that are possible, those with its outcome first."""
        found = plain_acts(self.method, step.trigger, case)
        for outcome in sorted(found, key=lambda had: had != step.outcome):
            if step.outcome not in (None, outcome, "settled"):
                continue
            for plain in varied(found[outcome]):
                if _names_more(plain, step):
                    continue
                for act in _said_otherwise(plain, case, dict(step.evidence)):
                    entry = self._attempt(case, act, place, step.not_before)
                    if entry is not None:
                        yield entry
                        break

    def _attempt(
        self, case: Case, act: Act, place: int, not_before: datetime | None
    ) -> Entry | None:
        self.tries += 1
        if self.tries > TRIES:
            return None
        now = max(case.updated_at, self.at, not_before or self.at)
        for at in (now, now + LONG):
            answer = attempt(self.method, case, act, at=at, by=self._recorder(act))
            if isinstance(answer, Entry):
                return answer
            if not {unmet.code for unmet in answer.unmet} & timed(self.method, act.trigger):
                break
        if place > self.furthest and isinstance(answer, Refused):
            told = "; ".join(unmet.text for unmet in answer.unmet)
            self.furthest = place
            self.reason = f"{act} is refused while {case.state}: {told}"
        return None

    def _recorder(self, act: Act) -> Actor:
        """Return who records a step: who wants the act, where they can; a colleague is another."""
        if self.act is not None and act.trigger == self.act.trigger:
            return self.by
        speaker = act.spec.speaker
        wanted = None if self.act is None else self.act.spec.speaker
        if speaker == "agent" and wanted != "colleague" and self.by.kind in ("human", "bot"):
            return self.by
        another = {SAM: LEE, LEE: SAM}.get(self.by, LEE)
        return another if speaker in ("agent", "colleague") else RECORDED_BY[speaker]


TRIES = 2000
"""How many acts are tried on a way, with one evidence or another."""


ANSWERING = frozenset({"request", "to"})
"""The fields that say what an act is an answer to; left out, they say it as well."""


def varied(acts: tuple[Act, ...]) -> tuple[Act, ...]:
    """Return acts in an order in which those come first that fill other fields than the others."""
    first: dict[frozenset[str], Act] = {}
    for act in acts:
        filled = (f.name for f in fields_of(type(act)) if getattr(act, f.name) != f.default)
        first.setdefault(frozenset(filled), act)
    return tuple(dict.fromkeys((*first.values(), *acts)))


def _names_more(act: Act, step: Step) -> bool:
    """Return whether an act says which of several it is about, where its step leaves that open."""
    settled = {name for name, _ in step.evidence}
    return any(
        f.default is None and f.name not in settled and getattr(act, f.name) is not None
        for f in fields_of(type(act))
        if f.name in ANSWERING
    )


def _said_otherwise(act: Act, case: Case, settled: dict[str, object]) -> Iterator[Act]:
    """Yield an act with the evidence that is settled, plain and in the customer's own words."""
    own = f"I see: {' '.join(case.ledger.accounts)}"
    said = {name: own for name in act.spec.said if getattr(act, name) is not None}
    for changes in (settled, said | settled):
        try:
            yield attrs.evolve(act, **changes)  # type: ignore[misc]
        except EvidenceError:
            continue
