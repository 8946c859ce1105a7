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

from complaintflow import _codec
from complaintflow._actors import SYSTEM, Actor
from complaintflow._case import Case, Entry
from complaintflow._engine import decide, open_case
from complaintflow._engine._options import Option, options
from complaintflow._evidence import ERASED
from complaintflow._method import Method, Outcome
from complaintflow._method import Rule as MethodRule
from complaintflow.acts import Act, Open, Speaker
from complaintflow.errors import Refused, Way
from complaintflow.testing._charter import Charter
from complaintflow.testing._exploring import START, configurations, follow, trail
from complaintflow.testing._mirror import Mirror
from complaintflow.testing._shapes import (
    NOTHING_KNOWN,
    Known,
    make_any,
    make_one,
    pick,
    plain_acts,
    shapes_with,
)
from complaintflow.testing._strategies import SOMEBODY, kept, leads_on, ready_now

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


class Story:
    """
    A case and its history, with every promise of the library checked at every step.

    Raises `AssertionError` where one is broken.
    """

    def __init__(
        self, method: Method, entry: Entry, keep: Callable[[Entry, Case], None] | None = None
    ) -> None:
        self.method = method
        self.keep = keep
        self.words = _codec.vocabulary(method)
        self.triggers = frozenset(method.triggers)
        self.now = entry.at
        self.history = [entry]
        self.case = Case.open(entry)
        self.charter = Charter(method)
        self.charter.take(entry)
        if keep is not None:
            keep(entry, self.case)

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
        if self.keep is not None:
            self.keep(entry, self.case)

    def go(self, way: Way) -> None:
        """Record what a way proposes, with the plainest evidence that will do."""
        for entry in trail(self.method, self.case, way, at=self.now):
            broken = self.charter.broken_by(entry)
            assert not broken, "; ".join(broken)
            self.take(entry)

    def option(self, trigger: str, by: Actor) -> Option:
        """Return an act as it stands now."""
        found = options(self.method, self.case, at=self.now, by=by)
        return next(option for option in found if option.trigger == trigger)

    def probe(self) -> None:
        """Try the plainest and the fullest act of every outcome, possible or not."""
        for by in (SOMEBODY, SYSTEM):
            found = {o.trigger: o for o in options(self.method, self.case, at=self.now, by=by)}
            for rule_ in self.method.rules:
                if (rule_.act.spec.speaker == "system") != (by is SYSTEM):
                    continue
                for outcome, acts in plain_acts(self.method, rule_.trigger, self.case).items():
                    for act in {id(a): a for a in (acts[0], acts[-1])}.values():
                        self._probe(act, by, found[rule_.trigger], outcome)

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
        for unmet in refused.unmet:
            assert unmet.text.strip(), f"{unmet.code} has no sentence"
            assert "{customer}" not in unmet.text, f"{unmet.code} names nobody: {unmet.text}"
            assert self.triggers.issuperset(unmet.satisfied_by), (
                f"{unmet.code}: {unmet.satisfied_by}"
            )

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
        told, personal = _codec.entry_to_texts(entry, case.customer)
        read = _codec.entry_from_texts(told, personal, self.words, self.method.name)
        assert read == kept(entry), "an entry is not read as it was written"
        silent = _codec.entry_from_texts(told, None, self.words, self.method.name)
        assert silent == _codec.silent_entry(silent, ERASED), "not all words of it are erased"


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
    """
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


__all__ = ["configurations", "follow", "method_machine"]
