"""
A state machine for any method: random stories, and the charter asked after every step of them.

Steps are named after triggers, so that what Hypothesis shrinks a failure to can be read as a story.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from complaintflow import _codec
from complaintflow._actors import SYSTEM, Actor
from complaintflow._case import Case, Entry
from complaintflow._engine import Option, decide, open_case, options
from complaintflow._method import Method, Outcome
from complaintflow._method import Rule as MethodRule
from complaintflow.acts import Act, Open
from complaintflow.errors import Refused
from complaintflow.testing._charter import Charter
from complaintflow.testing._exploring import START, configurations, follow
from complaintflow.testing._shapes import (
    NOTHING_KNOWN,
    Known,
    make,
    make_any,
    pick,
    plain_acts,
    shapes_with,
)
from complaintflow.testing._strategies import SOMEBODY, kept, leads_on, ready_now

PEOPLE = (
    SOMEBODY,
    Actor("lee"),
    Actor("kim", limits={"EUR": 20}),
    Actor("robo", "bot"),
    Actor("ana", "customer"),
    SYSTEM,
)
"""Who acts in a story; only one of them has limits."""

REMARKS = 2
"""How many remarks in a row are made, before the story goes on."""


class Story:
    """
    A case and its history, with every promise of the library checked at every step.

    Raises `AssertionError` where one is broken.
    """

    def __init__(self, method: Method, act: Open, *, at: datetime = START) -> None:
        self.method = method
        self.words = _codec.vocabulary(method)
        self.now = at
        entry = open_case(method, "t-1", act, at=at, by=SOMEBODY)
        self.history = [entry]
        self.case = Case.open(entry)
        self.charter = Charter(method)
        self.charter.take(entry)

    # -- acting ---------------------------------------------------------------------------------

    def attempt(self, act: Act, by: Actor) -> Entry | Refused:
        """Return the entry of an act, or its refusal, with all that must hold of either."""
        try:
            answer: Entry | Refused = decide(self.method, self.case, act, at=self.now, by=by)
        except Refused as refused:
            answer = refused
        option = self.option(act.trigger, by)
        if isinstance(answer, Refused):
            self._check_refusal(answer)
            return answer
        assert option.ready, f"{answer} is accepted, and its option says it is not ready"
        assert answer.outcome is None or answer.outcome in option.outcomes, (
            f"{answer} is accepted, and its option knows only {option.outcomes}"
        )
        broken = self.charter.broken_by(answer)
        assert not broken, "; ".join(broken)
        return answer

    def record(self, act: Act, by: Actor) -> Entry | Refused:
        """Record an act, where it is not refused."""
        answer = self.attempt(act, by)
        if isinstance(answer, Entry):
            self.take(answer)
        return answer

    def take(self, entry: Entry) -> None:
        """Go on with an entry that was accepted, and check what came of it."""
        before, self.case = self.case, self.case.apply(entry)
        self.history.append(entry)
        self.charter.take(entry)
        self.now = max(self.now, entry.at)
        lost = self.charter.lost_by(before, entry, self.case)
        assert not lost, "; ".join(lost)
        self._check_step(before, entry)
        self._check_case()

    def option(self, trigger: str, by: Actor) -> Option:
        """Return an act as it stands now."""
        found = options(self.method, self.case, at=self.now, by=by)
        return next(option for option in found if option.trigger == trigger)

    def probe(self) -> None:
        """Try the plainest and the fullest act of every outcome, possible or not."""
        for by in (SOMEBODY, SYSTEM):
            found = {o.trigger: o for o in options(self.method, self.case, at=self.now, by=by)}
            for trigger, option in found.items():
                for outcome, acts in plain_acts(self.method, trigger, self.case).items():
                    for act in {id(a): a for a in (acts[0], acts[-1])}.values():
                        self._probe(act, by, option, outcome)

    def _probe(self, act: Act, by: Actor, option: Option, outcome: str | None) -> None:
        try:
            entry = decide(self.method, self.case, act, at=self.now, by=by)
        except Refused as refused:
            self._check_refusal(refused)
            return
        assert option.ready, f"{entry} is accepted, and its option says it is not ready"
        assert outcome is None or outcome in option.outcomes, (
            f"{entry} is accepted, and its option knows only {option.outcomes}"
        )
        broken = self.charter.broken_by(entry)
        assert not broken, "; ".join(broken)

    # -- checking -------------------------------------------------------------------------------

    def _check_refusal(self, refused: Refused) -> None:
        assert refused.unmet, f"{refused.trigger} is refused for nothing"
        assert refused.state == self.case.state
        known = {*self.method.triggers, "open"}
        for unmet in refused.unmet:
            assert unmet.text.strip(), f"{unmet.code} has no sentence"
            assert "{customer}" not in unmet.text, f"{unmet.code} names nobody: {unmet.text}"
            assert known.issuperset(unmet.satisfied_by), f"{unmet.code}: {unmet.satisfied_by}"

    def _check_step(self, before: Case, entry: Entry) -> None:
        """Compare state and facts with what the definition says, read without the engine."""
        found = by_definition(self.method, before, entry.trigger, entry.outcome)
        assert found is not None, f"{entry} was accepted where the definition knows no such step"
        assert found == (self.case.state, self.case.facts), (
            f"{entry} leads to {self.case.state} with {sorted(self.case.facts)}, "
            f"and the definition says {found[0]} with {sorted(found[1])}"
        )
        assert self.case.version == before.version + 1
        assert self.case.cycle == before.cycle + entry.move.begins_cycle

    def _check_case(self) -> None:
        case = self.case
        assert case == Case.replay(self.history), "the history replays to another case"
        assert [entry.version for entry in self.history] == list(range(1, case.version + 1))
        assert case.is_closed == (case.state in self.method.final)
        deadlines = case.deadlines
        assert list(deadlines) == sorted(deadlines, key=lambda d: (d.due, d.code, d.about or ""))
        assert not (case.is_closed and case.ledger.deadlines), "a time limit outlived the case"
        text = _codec.case_to_text(case)
        assert _codec.case_from_text(text) == case, "a case is not read as it was written"
        assert _codec.case_to_text(_codec.case_from_text(text)) == text
        entry = self.history[-1]
        told = _codec.entry_to_text(entry)
        read = _codec.entry_from_text(told, self.words, self.method.name)
        assert read == kept(entry), "an entry is not read as it was written"
        assert _codec.entry_to_text(read) == told


def by_definition(
    method: Method, case: Case, trigger: str, outcome: str | None
) -> tuple[str, frozenset[str]] | None:
    """Return where a definition leads, by state and facts alone. None: nowhere."""
    found = method.rule(trigger)
    parts: list[MethodRule | Outcome] = [found, *(o for o in found.outcomes if o.name == outcome)]
    needs = {need for part in parts for need in part.needs if isinstance(need, str)}
    if not needs <= case.facts | case.ledger.waived:
        return None
    for edge in method.edges:
        if (
            edge.trigger == trigger
            and case.state in edge.sources
            and edge.outcome in (None, outcome)
            and edge.given <= case.facts
        ):
            begins = any(part.begins_cycle for part in parts)
            facts = frozenset() if begins else case.facts
            for part in parts:
                facts -= part.clears
            for part in parts:
                facts |= part.establishes
            return edge.target or case.state, facts
    return None


# -- the machine --------------------------------------------------------------------------------


class _Machine(RuleBasedStateMachine):
    """What the machines of all methods have in common."""

    method: Method
    story: Story
    patience = 0
    remarks = 0
    _ready: tuple[object, dict[str, list[str | None]]] = ((), {})

    def begin(self, act: Open, patience: int) -> None:
        self.story = Story(self.method, act)
        self.patience = patience
        self.story.probe()

    @rule(days=st.integers(1, 60))
    def days_pass(self, days: int) -> None:
        self.story.now += timedelta(days=days)

    def act(self, act: Act, by: Actor) -> None:
        before = self.story.case
        answer = self.story.record(act, by)
        if isinstance(answer, Refused):
            return
        is_news = (before.state, before.facts) != (self.story.case.state, self.story.case.facts)
        self.remarks = 0 if is_news else self.remarks + 1
        self.story.probe()

    # -- what may come next ---------------------------------------------------------------------

    def is_welcome(self, trigger: str) -> bool:
        """Return whether an act is tried now: often what leads on, seldom what ends the story."""
        story = self.story
        ready = self.ready().get(trigger)
        if ready is None:
            return False
        if any(leads_on(self.method, story.case, trigger, outcome) for outcome in ready):
            return True
        if self.method.rule(trigger).in_way or story.case.is_closed:
            return self.remarks < REMARKS
        return self.remarks < REMARKS and story.case.version > self.patience

    def ready(self) -> dict[str, list[str | None]]:
        """Return the acts that may be possible now, with their outcomes."""
        now = (self.story.case.version, self.story.now)
        if self._ready[0] != now:
            found: dict[str, list[str | None]] = {}
            for trigger, outcome in ready_now(self.method, self.story.case, self.story.now):
                found.setdefault(trigger, []).append(outcome)
            self._ready = (now, found)
        return self._ready[1]

    @property
    def known(self) -> Known:
        return Known(self.method, self.story.case)


def method_machine(method: Method) -> type[RuleBasedStateMachine]:
    """
    Return a Hypothesis state machine that tells random stories under a method.

    ::

        TestMine = method_machine(my_method()).TestCase

    Each rule is named after an act. After every step, the charter is asked about what was
    accepted, every other act is tried, and the history is replayed and written and read again.
    """
    rules: dict[str, Any] = {f"act_{name}": _rule_of(name) for name in method.triggers}
    rules["attempt"] = _attempt
    opening = initialize(act=_opening(), patience=st.integers(0, 25))(_begin)
    name = "".join(word.title() for word in method.name.split("_"))
    return type(f"{name}Machine", (_Machine,), {"method": method, "open": opening, **rules})


def _begin(self: _Machine, act: Open, patience: int) -> None:
    self.begin(act, patience)


_begin.__name__ = "open"


@st.composite
def _opening(draw: st.DrawFn) -> Open:
    opening: Open = make_any(draw, Open, NOTHING_KNOWN)
    return opening


@st.composite
def _next_act(draw: st.DrawFn, trigger: str) -> Act:
    """Draw an act with evidence for an outcome that is possible now."""
    machine: _Machine = draw(st.runner())
    found = machine.method.rule(trigger)
    outcome = pick(draw, machine.ready()[trigger])
    shapes = shapes_with(found.act, outcome, found, machine.known)
    if not shapes:
        act: Act = make_any(draw, found.act, machine.known)
        return act
    made: Act = make(draw, found.act, pick(draw, shapes), machine.known)
    return made


@st.composite
def _next_attempt(draw: st.DrawFn) -> Act:
    """Draw any act of the method."""
    machine: _Machine = draw(st.runner())
    act: Act = make_any(draw, pick(draw, machine.method.rules).act, machine.known)
    return act


def _rule_of(trigger: str) -> Callable[..., None]:
    def take(self: _Machine, act: Act, by: Actor) -> None:
        self.act(act, by)

    take.__name__ = trigger
    act = _next_act(trigger)
    ruled = rule(act=act, by=st.sampled_from(PEOPLE))(take)
    return precondition(lambda self: self.is_welcome(trigger))(ruled)


@rule(act=_next_attempt(), by=st.sampled_from(PEOPLE))
def _attempt(self: _Machine, act: Act, by: Actor) -> None:
    """Try any act; where it is refused, go the way that is proposed."""
    story = self.story
    answer = story.attempt(act, by)
    if isinstance(answer, Refused) and by == SOMEBODY and isinstance(answer.way, tuple):
        follow(self.method, evolve(story.case, updated_at=story.now), answer.way, act, by=by)


_attempt.__name__ = "attempt"

__all__ = ["configurations", "follow", "method_machine"]
