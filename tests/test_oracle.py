"""
The stock `transitions` machine as an oracle, and guards planted wrong to see them caught.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Literal, get_args, get_origin, get_type_hints

import attrs
import pytest
from hypothesis import settings
from transitions import MachineError

from complaintflow import Actor, Case, MethodError, Refused, decide, machine, methods, open_case
from complaintflow._engine import compiled
from complaintflow.acts import Open, Remedy
from complaintflow.methods import six_steps

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
AT_MOST = None if settings().max_examples > 100 else 500
"""How many configurations of a method are compared, the nearest first; None: all of them."""

WHO = {
    "agent": Actor("sam"),
    "customer": Actor("sam"),
    "colleague": Actor("lee"),
    "system": Actor("system", "system"),
}


PLAIN = {str: "words", bool: True, int: 1, datetime: AT.replace(year=2027)}


class Ticket:
    """
    A host's own model, as the stock machine wants it.
    """

    def __init__(self, state, facts):
        self.state = state
        self.facts = facts


def any_act(cls):
    """
    Return an act with whatever evidence its required fields allow.
    """

    def value_for(hint):
        if hint in PLAIN:
            return PLAIN[hint]
        if not get_args(hint):
            return filled(hint)
        first = get_args(hint)[0]
        if get_origin(hint) is Literal:
            return first
        return (value_for(first),) if get_origin(hint) is Sequence else value_for(first)

    def filled(what):
        hints = get_type_hints(what, include_extras=True)
        needed = [a for a in attrs.fields(what) if a.default is attrs.NOTHING]
        return what(**{a.name: value_for(hints[a.name]) for a in needed})

    if cls.trigger == "request_approval":
        return cls(reason="fair", remedies=[Remedy("repair")])
    return filled(cls)


def facts_only(method):
    """
    Let the shared machine of a method ask about facts alone, and read whatever outcome is set.
    """
    shared = compiled(method)
    for event in shared.acts.values():
        vars(event).update(  # it is fixed, but for those who insist
            wanted=None,
            reads=lambda act, ledger, event=event: event.wanted,
            promises=False,
            paths={
                outcome: attrs.evolve(path, musts=(), is_plain=True)
                for outcome, path in event.paths.items()
            },
        )
    return shared


def ours(method, shared, base, *, asked):
    """
    Return state and facts after a decision; None for a no.
    """
    (state, facts), trigger, outcome = asked
    event = shared.events[trigger]
    vars(event).update(wanted=outcome)
    case = attrs.evolve(base, state=state, facts=facts)
    act = ACTS[event.rule.act]
    try:
        entry = decide(method, case, act, at=AT, by=WHO[act.spec.speaker])
    except Refused:
        return None
    return entry.move.target, entry.move.after(facts)


def theirs(stock, configuration, trigger, outcome):
    """
    Return state and facts after the stock machine was fired; None for a no.
    """
    ticket = Ticket(*configuration)
    try:
        moved = stock.events[trigger].trigger(ticket, outcome=outcome)
    except MachineError:
        return None
    return (ticket.state, frozenset(ticket.facts)) if moved else None


def reachable(method, shared):
    """
    Yield every (state, facts) that can be reached, nearest first.
    """
    start = (method.initial, frozenset())
    seen, waiting = {start}, [start]
    for state, facts in waiting:
        yield state, facts
        for event in shared.acts.values():
            for transition in event.transitions.get(state, ()):
                for outcome, move in transition.moves.items():
                    if event.paths[outcome].facts <= facts and transition.given <= facts:
                        after = (move.target, move.after(facts))
                        if after not in seen:
                            seen.add(after)
                            waiting.append(after)


ACTS = {rule.act: any_act(rule.act) for method in methods.all() for rule in method.rules}


@pytest.mark.untraced
@pytest.mark.parametrize(
    "make", [methods.five_steps, methods.seven_as, methods.personal_ownership, methods.six_steps]
)
def test_the_stock_machine_agrees_on_every_configuration(make):
    """
    One definition, two machines: for each reachable state, facts, act and outcome both say the
    same, and lead to the same place.
    """
    method, stock = make(language=False), machine(make(language=False))
    shared = facts_only(method)
    opening = Open(complaint="x", customer="ana")
    base = Case.open(open_case(method, "t-1", opening, at=AT, by=WHO["agent"]))
    compared = 0
    for configuration in islice(reachable(method, shared), AT_MOST):
        for trigger, event in shared.events.items():
            for outcome in event.paths:
                asked = (configuration, trigger, outcome)
                assert theirs(stock, *asked) == ours(method, shared, base, asked=asked), asked
                compared += 1

    assert compared > 1_000


# -- planted bugs -------------------------------------------------------------------------------


def behaviour(method):
    """
    Return what a method allows: every reachable configuration, act and outcome, and where to.
    """
    shared = compiled(method)
    return {
        (configuration, trigger, outcome): (move.target, move.after(configuration[1]))
        for configuration in reachable(method, shared)
        for trigger, event in shared.events.items()
        for transition in reversed(event.transitions.get(configuration[0], ()))
        for outcome, move in transition.moves.items()
        if event.paths[outcome].facts <= configuration[1] and transition.given <= configuration[1]
    }


@pytest.fixture(scope="module")
def allowed():
    """
    Return what the six steps allow.
    """
    return behaviour(six_steps())


@pytest.mark.parametrize("remedy", ["offer", "accept_ask"])
@pytest.mark.parametrize(
    ("invariant", "facts"),
    [
        ("I1", {"heard"}),
        ("I2", {"recognised", "empathy_shown"}),  # both are recognition; either would do
        ("I3", {"expectation_known", "ask_open"}),
    ],
)
def test_a_remedy_without_its_guard_does_not_exist(remedy, invariant, facts):
    """
    I1, I2 and I3: no method can be built that offers before hearing, recognising and asking.
    """
    rules = [
        attrs.evolve(rule, needs=[need for need in rule.needs if need not in facts])
        if rule.trigger == remedy
        else rule
        for rule in six_steps().rules
    ]

    with pytest.raises(MethodError, match=f"charter {invariant}: {remedy}"):
        attrs.evolve(six_steps(), rules=rules)


def test_a_guard_that_the_engine_loses_is_seen(allowed):
    """
    Not only definitions can be wrong: an engine that forgets a guard allows something else.
    """
    method = six_steps()
    event = compiled(method).events["accept"]
    event.paths[None] = attrs.evolve(event.paths[None], facts=frozenset())

    assert behaviour(method) != allowed
