"""
A state machine for any method: random stories, and the charter asked after every step of them.

Steps are named after triggers, so that what Hypothesis shrinks a failure to can be read as a story.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from hypothesis.strategies import DrawFn

from complaintflow._actors import SYSTEM, Actor
from complaintflow._case import Entry
from complaintflow._engine import compiled, open_case
from complaintflow._method import Method
from complaintflow.acts import Act, Open, Speaker
from complaintflow.errors import Refused
from complaintflow.testing._attempts import START
from complaintflow.testing._following import follow
from complaintflow.testing._mirror import Mirror
from complaintflow.testing._shapes import (
    NOTHING_KNOWN,
    Known,
    make_any,
    make_one,
    pick,
    shapes_with,
)
from complaintflow.testing._story import Story
from complaintflow.testing._strategies import SOMEBODY, leads_on, ready_now

LEE, KIM, ROBO = Actor("lee"), Actor("kim", limits={"EUR": 20}), Actor("robo", "bot")
ANA = Actor("ana", "customer")

PEOPLE: dict[Speaker, tuple[Actor, ...]] = {
    "agent": (SOMEBODY, LEE, KIM, ROBO),
    "customer": (ANA, SOMEBODY),
    "colleague": (LEE, SOMEBODY, KIM),
    "system": (SYSTEM,),
}
"""Who can record whose acts in a story; only one of them has limits."""

CASES = 3
"""How many cases are told in turn."""

IDLE = 3
"""How many steps in a row may lead nowhere, where another could lead on."""

WEIGHT = 3
"""How much likelier an act is that leads on than one that does not."""


class _Machine(RuleBasedStateMachine):
    """What the machines of all methods have in common."""

    method: Method
    story: Story
    """The one that is told just now."""
    stories: list[Story]
    mirror: Mirror
    patience = 0
    idle = 0
    _now: tuple[object, ...] = ()
    _ready: dict[str, list[str | None]]
    _leading_on: frozenset[str] = frozenset()

    # -- what happens ---------------------------------------------------------------------------

    def begin(self, act: Open, patience: int, faults: int) -> None:
        """Open a case that is not left before it has some history, at a desk whose store fails."""
        self.mirror, self.stories = Mirror(self.method, faults), []
        self.patience = patience
        self.open(act)

    def open(self, act: Open) -> None:
        """Open a case, and go on with it."""
        case_id = f"t-{len(self.stories) + 1}"
        entry = open_case(self.method, case_id, act, at=START, by=SOMEBODY)
        self.story = Story(self.method, entry, self.mirror.keep)
        self.stories.append(self.story)
        self.story.probe()

    def turn_to(self, number: int) -> None:
        """Go on with another case."""
        self.idle += 1
        self.story = self.stories[number % len(self.stories)]

    def deliver(self, failures: int) -> None:
        """Hand notifications over, some of them in vain."""
        self.idle += 1
        self.mirror.deliver(failures)

    def teardown(self) -> None:
        """Look at what the desk has kept and told of all cases."""
        if hasattr(self, "mirror"):
            self.mirror.end()

    def record(self, act: Act, by: Actor) -> None:
        """Record an act, where it is possible, and try every other one."""
        leads_on = act.trigger in self.leading_on()
        self.idle = 0 if leads_on else self.idle + 1
        if isinstance(self.story.record(act, by), Entry):
            self.story.probe()

    def attempt(self, act: Act, by: Actor) -> None:
        """Try an act; where it is refused, go the way that is proposed, apart from the story."""
        self.idle += 1
        answer = self.story.attempt(act, by)
        if isinstance(answer, Refused) and isinstance(answer.way, tuple):
            follow(self.method, self.story.case, answer.way, act, at=self.story.now, by=by)

    def go_on(self, to: str) -> None:
        """Go the way that is proposed to an act that is not possible yet."""
        way = self.story.option(to, SOMEBODY).way
        if isinstance(way, tuple):
            self.story.go(way)
            self.story.probe()

    def pass_days(self, days: int) -> None:
        """Let time pass."""
        self.idle += 1
        self.story.now += timedelta(days=days)

    # -- what may come next ---------------------------------------------------------------------

    def ready(self) -> dict[str, list[str | None]]:
        """Return the acts that may be possible now, with their outcomes."""
        self._look()
        return self._ready

    def leading_on(self) -> frozenset[str]:
        """Return those of them that lead to other facts or another state, but to no end."""
        self._look()
        return self._leading_on

    def _look(self) -> None:
        now = (self.story.case.id, self.story.case.version, self.story.now)
        if self._now == now:
            return
        self._now, self._ready = now, {}
        case = self.story.case
        for trigger, outcome in ready_now(self.method, case, self.story.now):
            self._ready.setdefault(trigger, []).append(outcome)
        self._leading_on = frozenset(
            trigger
            for trigger, outcomes in self._ready.items()
            if any(leads_on(self.method, case, trigger, outcome) for outcome in outcomes)
        )

    def may_rest(self) -> bool:
        """Return whether the story may stand still; not for long, or nothing ever happens."""
        return self.idle < IDLE or not self.leading_on()

    def may_leave(self) -> bool:
        """Return whether another case may be turned to; one that never has a history is none."""
        return self.may_rest() and self.story.case.version > self.patience

    def may_try(self, trigger: str) -> bool:
        """Return whether an act that leads nowhere, or to an end, may be recorded now."""
        if trigger not in self.ready() or not self.may_rest():
            return False
        ends = not self.method.rule(trigger).in_way and not self.story.case.is_closed
        return not ends or self.story.case.version > self.patience

    @property
    def known(self) -> Known:
        """What the fields of an act can point to."""
        return Known(self.method, self.story.case)


def method_machine(method: Method) -> type[RuleBasedStateMachine]:
    """
    Return a Hypothesis state machine that tells random stories under a method.

    ::

        TestMine = method_machine(my_method()).TestCase

    Each rule is named after an act. After every step, the charter is asked about what was
    accepted, every other act is tried, and the history is replayed and written and read again.

    Up to three cases are told in turn. What is recorded is also done at a desk over a store that
    fails, by a client that tries again with the same key; notifications are delivered by one that
    fails too. At the end the desk has kept the same histories, and has told of each effect at
    least once and in order.

    Raises:
        EvidenceError: *method* is none.
    """
    compiled(method)
    rules: dict[str, Any] = {
        "rule_open": initialize(
            act=_opening(), patience=st.integers(0, 25), faults=st.integers(0, 999)
        )(_named(_open, "open")),
        "rule_open_another": precondition(_may_open)(
            rule(act=_opening())(_named(_open_another, "open_another"))
        ),
        "rule_turn_to": precondition(_may_turn)(
            rule(number=st.integers(0, CASES - 1))(_named(_turn_to, "turn_to"))
        ),
        "rule_deliver": _resting(rule(failures=st.integers(0, 2))(_named(_deliver, "deliver"))),
        "rule_attempt": _resting(
            rule(act=_any_act(), by=st.sampled_from([SOMEBODY, KIM, ROBO, ANA, SYSTEM]))(
                _named(_attempt, "attempt")
            )
        ),
        "rule_go_on": _resting(rule(to=_goal())(_named(_go_on, "go_on"))),
        "rule_days_pass": _resting(rule(days=st.integers(1, 60))(_named(_days_pass, "days_pass"))),
    }
    for trigger in method.triggers:
        rules[f"rule_{trigger}"] = _recording(trigger)
        for copy in range(WEIGHT):
            rules[f"rule_{trigger}_{copy}"] = _leading_on(trigger)
    name = "".join(word.title() for word in method.name.split("_"))
    return type(f"{name}Machine", (_Machine,), {"method": method, **rules})


def _named(function: Callable[..., None], name: str) -> Callable[..., None]:
    """Return a copy of a function that Hypothesis prints under a name."""

    def copy(self: _Machine, **values: Any) -> None:
        function(self, **values)

    copy.__name__ = copy.__qualname__ = name
    return copy


def _open(machine: _Machine, act: Open, patience: int, faults: int) -> None:
    machine.begin(act, patience, faults)


def _open_another(machine: _Machine, act: Open) -> None:
    machine.open(act)


def _turn_to(machine: _Machine, number: int) -> None:
    machine.turn_to(number)


def _deliver(machine: _Machine, failures: int) -> None:
    machine.deliver(failures)


def _record(machine: _Machine, act: Act, by: Actor) -> None:
    machine.record(act, by)


def _attempt(machine: _Machine, act: Act, by: Actor) -> None:
    machine.attempt(act, by)


def _go_on(machine: _Machine, to: str) -> None:
    machine.go_on(to)


def _days_pass(machine: _Machine, days: int) -> None:
    machine.pass_days(days)


def _resting(function: Any) -> Any:
    return precondition(_may_rest)(function)


def _may_rest(machine: _Machine) -> bool:
    return machine.may_rest()


def _may_open(machine: _Machine) -> bool:
    return len(machine.stories) < CASES and machine.may_leave()


def _may_turn(machine: _Machine) -> bool:
    return len(machine.stories) > 1 and machine.may_leave()


def _recording(trigger: str) -> Any:
    def may_try(machine: _Machine) -> bool:
        return machine.may_try(trigger)

    return precondition(may_try)(_rule_of(trigger))


def _leading_on(trigger: str) -> Any:
    def leads_on_now(machine: _Machine) -> bool:
        return trigger in machine.leading_on()

    return precondition(leads_on_now)(_rule_of(trigger))


def _rule_of(trigger: str) -> Any:
    return rule(act=_act_of(trigger), by=_recorder_of(trigger))(_named(_record, trigger))


# -- what is drawn ------------------------------------------------------------------------------


@st.composite
def _opening(draw: DrawFn) -> Open:
    opening: Open = make_any(draw, Open, NOTHING_KNOWN)
    return opening


@st.composite
def _act_of(draw: DrawFn, trigger: str) -> Act:
    """Draw an act with evidence for an outcome that is possible now, where there is such."""
    machine: _Machine = draw(st.runner())
    found, outcomes = machine.method.rule(trigger), machine.ready()[trigger]
    leading = [o for o in outcomes if leads_on(machine.method, machine.story.case, trigger, o)]
    outcome = pick(draw, leading or outcomes)
    shapes = shapes_with(found.act, outcome, found, machine.known)
    act: Act = (
        make_one(draw, found.act, shapes, machine.known)
        if shapes
        else make_any(draw, found.act, machine.known)
    )
    return act


@st.composite
def _recorder_of(draw: DrawFn, trigger: str) -> Actor:
    """Draw somebody who can record an act."""
    machine: _Machine = draw(st.runner())
    by: Actor = pick(draw, PEOPLE[machine.method.rule(trigger).act.spec.speaker])
    return by


@st.composite
def _goal(draw: DrawFn) -> str:
    """Draw an act that is not possible now."""
    machine: _Machine = draw(st.runner())
    names = machine.method.triggers
    far = [n for n in names if n not in machine.ready() and machine.method.rule(n).in_way]
    goal: str = pick(draw, far or names)
    return goal


@st.composite
def _any_act(draw: DrawFn) -> Act:
    """Draw any act of the method."""
    machine: _Machine = draw(st.runner())
    act: Act = make_any(draw, pick(draw, machine.method.rules).act, machine.known)
    return act
