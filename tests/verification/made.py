"""
Methods that nobody would write: small random ones, and wide ones that allow everything.
"""

import os
import random
from collections import deque
from itertools import pairwise

import attrs

from complaintflow import (
    Actor,
    Case,
    Edge,
    Fact,
    Method,
    MethodError,
    Outcome,
    Refused,
    Rule,
    State,
    act,
    decide,
    open_case,
)
from complaintflow.acts import Act, Open, Reopen, Withdraw
from complaintflow.testing._attempts import START
from complaintflow.verification._exploring import Configuration

MANY = 4_000 if os.environ.get("COMPLAINTFLOW_HYPOTHESIS_PROFILE") == "thorough" else 100
"""How many random methods are compared."""

SAM = Actor("sam")


def deed(number):
    """
    Return an act whose outcome its evidence says, whatever the ledger holds.
    """

    class Deed(Act):
        """A deed."""

        comes_out: str = "well"

        def read_outcome(self, ledger):
            """Read it off."""
            return self.comes_out

    Deed.__name__ = Deed.__qualname__ = f"Deed{number}"
    return act(outcomes={"well": "it went well", "badly": "it did not"})(Deed)


DEEDS = [deed(number) for number in range(8)]


def a_method(seed, *, facts=5, states=4):
    """
    Return a method that nobody would write: whatever passes the checks of a definition.
    """
    chance = random.Random(seed)
    names = [f"f{n}" for n in range(facts)]
    working = [f"s{n}" for n in range(states)]

    def some(of, at_most=2):
        return chance.sample(of, chance.randint(0, min(at_most, len(of))))

    def change():
        earned = some(names)
        return {"establishes": earned, "clears": [f for f in some(names) if f not in earned]}

    deeds = chance.sample(DEEDS, chance.randint(3, len(DEEDS)))
    changes = {deed: [change(), change(), change()] for deed in deeds}
    earned = sorted({f for each in changes.values() for c in each for f in c["establishes"]})
    rules = [
        Rule(
            deed,
            some(earned),
            outcomes=[
                Outcome("well", some(earned, 1), **well, begins_cycle=chance.random() < 0.1),
                Outcome("badly", some(earned, 1), **badly),
            ],
            **whatever,
        )
        for deed, (whatever, well, badly) in changes.items()
    ]
    edges = []

    def edge(sources, deed, target, *, outcome=None, given=()):
        asked = frozenset(given)
        hidden = {
            source
            for e in edges
            for source in e.sources
            if e.trigger == deed.trigger and e.outcome in (None, outcome) and e.given <= asked
        }
        if left := [source for source in sources if source not in hidden]:
            edges.append(Edge(left, deed, target, outcome=outcome, given=asked))

    for deed in deeds:
        for _ in range(chance.randint(1, 3)):
            outcome = chance.choice([None, None, "well", "badly"])
            sources = chance.sample(working, chance.randint(1, states))
            edge(sources, deed, chance.choice([None, *working]), outcome=outcome, given=some(names))
    for here, there in pairwise(working):
        edge([here], chance.choice(deeds), there, outcome=chance.choice(["well", "badly"]))
    for deed in deeds:
        edge(working, deed, None)
    edges.append(Edge(working, "withdraw", "over"))
    try:
        return Method(
            name="made_up",
            version="1",
            title="Made up",
            initial="s0",
            states=[
                *(State(name, "open") for name in working),
                State("over", "it is over", final=True),
            ],
            facts=[Fact(name, f"no {name}") for name in names],
            rules=[*rules, Rule(Withdraw), Rule(Reopen, begins_cycle=True)],
            edges=[*edges, Edge("over", "reopen", "s0")],
        )
    except MethodError:
        return a_method(seed + 1_000_000, facts=facts, states=states)


def opened(method):
    """
    Return a case that was just opened.
    """
    opening = Open(complaint="x", customer="ana")
    return Case.open(open_case(method, "c", opening, at=START, by=SAM))


def answers(method, case):
    """
    Yield each entry that can be made of a case now, by asking `decide` for everything.
    """
    for rule in method.rules:
        if rule.act is Withdraw:
            says = [Withdraw()]
        elif rule.act is Reopen:
            says = [Reopen("again")]
        else:
            says = [rule.act("well"), rule.act("badly")]
        for asked in says:
            try:
                yield decide(method, case, asked, at=START, by=SAM)
            except Refused:
                continue


def by_deciding(method):
    """
    Return what can be reached, found by asking `decide` for every act in every configuration.
    """
    base = opened(method)
    start = Configuration(method.initial, frozenset())
    depths, steps, waiting = {start: 0}, {}, deque([start])
    while waiting:
        here = waiting.popleft()
        over = here.state in method.final
        case = attrs.evolve(base, state=here.state, facts=here.facts, is_closed=over)
        for entry in answers(method, case):
            after = case.apply(entry)
            there = Configuration(after.state, after.facts)
            steps[here, entry.trigger, entry.outcome] = there
            if there not in depths:
                depths[there] = depths[here] + 1
                waiting.append(there)
    return depths, steps


def changed(method, **changes):
    """
    Return a method with changes that no check of a definition has seen.
    """
    copy = attrs.evolve(method)
    for name, value in changes.items():
        object.__setattr__(copy, name, tuple(value))
    return copy


def wide(facts, *, states=10):
    """
    Return the worst case: every fact can be established in any order, anywhere, and all count.
    """
    working = [f"s{n}" for n in range(states)]
    names = [f"f{n}" for n in range(facts)]
    deeds = [deed(1_000 + n) for n in range(facts)]
    onward, end = deed(2_000), deed(2_001)
    return Method(
        name="wide",
        version="1",
        title="Wide",
        initial="s0",
        states=[
            *(State(name, "open") for name in working),
            State("done", "it is done", final=True),
            State("left", "they left", final=True),
        ],
        facts=[Fact(name, f"no {name}") for name in names],
        rules=[
            *(Rule(cls, establishes=name) for cls, name in zip(deeds, names, strict=True)),
            Rule(onward),
            Rule(end, names),
            Rule(Withdraw),
        ],
        edges=[
            *(Edge(working, cls) for cls in deeds),
            *(Edge(here, onward, there) for here, there in pairwise(working)),
            Edge(working[-1], onward, "s0"),
            Edge(working[-1], end, "done"),
            Edge(working, "withdraw", "left"),
        ],
    )
