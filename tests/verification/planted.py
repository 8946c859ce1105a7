"""
A small method that is clean, and every mistake that can be planted in it.
"""

from attrs import evolve

from complaintflow import Departure, Edge, Fact, Method, Outcome, Rule, State, stays
from complaintflow._requirements import Requirement
from complaintflow.acts import (
    AcknowledgeProblem,
    Apologize,
    Close,
    DeclareDeadlock,
    Empathize,
    Lapse,
    Learn,
    Listen,
    Offer,
    Reopen,
    Waive,
    Withdraw,
)
from complaintflow.invariants import never, precedence

STATES = (
    State("new", "it is new"),
    State("heard", "they were heard"),
    State("done", "something was done", waits_for="customer"),
    State("closed", "it is over", final=True),
    State("gone", "they left", final=True),
)
WORKING = ("new", "heard", "done")
FACTS = tuple(Fact(name, f"no {name}") for name in ("heard", "seen", "sorry"))
SMALL = Method(
    name="small",
    version="1",
    title="Small",
    initial="new",
    states=[*STATES[:2], evolve(STATES[2], waits_for="agent"), *STATES[3:]],
    facts=FACTS,
    rules=[
        Rule(Listen, outcomes=[Outcome("finished", establishes="heard")]),
        Rule(AcknowledgeProblem, establishes="seen"),
        Rule(Apologize, establishes="sorry"),
        Rule(Offer, ["heard", "seen"]),
        Rule(Close, ["sorry"]),
        Rule(Reopen, begins_cycle=True),
        Rule(Withdraw),
    ],
    edges=[
        Edge("new", "listen", "heard", outcome="finished"),
        *stays(["new"], Listen),
        *stays(["heard"], AcknowledgeProblem),
        Edge("heard", "offer", "done"),
        *stays(["done"], Apologize),
        Edge("done", "close", "closed"),
        Edge("closed", "reopen", "new"),
        Edge(WORKING, "withdraw", "gone"),
    ],
)


WAIVING = {
    "rules": [*SMALL.rules, Rule(Waive, in_way=False)],
    "edges": [*SMALL.edges, *stays(WORKING, Waive)],
}


def rule(act, *needs, **more):
    """
    Return the rule of one act, in place of the one that the small method has.
    """
    return [*(r for r in SMALL.rules if r.act is not act), Rule(act, needs, **more)]


def always_no(code, *reads):
    """
    Return a question that nobody can see into.
    """
    return Requirement(code, "no", lambda _: False, reads=reads)


CLOSING = {"rules": [r for r in SMALL.rules if r.act is not Close]}
TWICE = [*(e for e in SMALL.edges if e.trigger != "offer")]
BACK = [*SMALL.edges, Edge("done", "learn", "heard")]

PLANTED = {
    "unreachable_state": {
        "states": [*SMALL.states, State("limbo", "nowhere")],
        "edges": [*SMALL.edges, Edge("limbo", "withdraw", "gone")],
    },
    "act_never_possible": {
        "rules": rule(Close, "sorry", "seen", "heard", outcomes=()),
        "edges": [e for e in SMALL.edges if e.trigger != "apologize"]
        + [Edge("closed", "apologize")],
    },
    "outcome_never_possible": {
        "rules": rule(
            Listen,
            outcomes=[Outcome("finished", establishes="heard"), Outcome("unfinished", ["sorry"])],
        ),
    },
    "edge_never_taken": {
        "edges": [
            *SMALL.edges,
            *stays(["closed"], Learn),
            Edge("done", "listen", given=["sorry", "nothing"]),
        ],
        "facts": [*FACTS, Fact("nothing", "nothing")],
        "rules": [*SMALL.rules, Rule(Learn, establishes="nothing")],
    },
    "fact_never_established": {
        "facts": [*FACTS, Fact("told", "not told")],
        "invariants": [never("listen", without="told", watch="warn")],
    },
    "fact_never_used": {
        "facts": [*FACTS, Fact("told", "not told")],
        "rules": rule(AcknowledgeProblem, establishes=["seen", "told"]),
    },
    "dead_end": {
        "edges": [
            *(e for e in SMALL.edges if e.trigger not in ("apologize", "close", "withdraw")),
            Edge(["new", "heard"], "withdraw", "gone"),
        ],
        "rules": [r for r in SMALL.rules if r.act not in (Apologize, Close)],
    },
    "cannot_close": {
        "edges": [
            *(e for e in SMALL.edges if e.trigger not in ("close", "withdraw")),
            Edge(["new", "heard"], "withdraw", "gone"),
            Edge("closed", "close"),
        ],
    },
    "only_exits_left": {
        "edges": [
            *(e for e in SMALL.edges if e.trigger != "apologize"),
            *stays(["new"], Apologize),
        ],
    },
    "edges_overlap": {
        "edges": [
            *(e for e in SMALL.edges if e.trigger != "offer"),
            *stays(["heard"], Apologize, Learn),
            Edge("heard", "offer", "done", given=["sorry"]),
            Edge("heard", "offer", "new", given=["told"]),
            Edge("heard", "offer"),
        ],
        "facts": [*FACTS, Fact("told", "not told")],
        "rules": [*SMALL.rules, Rule(Learn, establishes="told")],
    },
    "stale_fact": {
        "rules": [*SMALL.rules, Rule(Learn)],
        "edges": [*SMALL.edges, Edge("done", "learn", "heard")],
    },
    "cycle_begins_midway": {
        "edges": [
            *(e for e in SMALL.edges if e.trigger != "reopen"),
            Edge("closed", "reopen", "heard"),
        ],
    },
    "charter": {
        "rules": rule(Offer, "seen"),
        "edges": [*SMALL.edges, *stays(["new"], AcknowledgeProblem), Edge("new", "offer", "done")],
    },
    "invariant": {"invariants": [precedence("apologize", "acknowledge_problem")]},
    "departure": {
        "departs": [Departure("I2", "there is nothing to recognise")],
        "rules": rule(Offer, "heard"),
    },
    "departure_unneeded": {"departs": [Departure("I1", "why not")]},
    "accepted_needlessly": {"accepted": [("stale_fact: close needs heard", "it is meant so")]},
    "dead_end_if_refused": {
        "rules": [r for r in rule(Close, always_no("perhaps", "ledger")) if r.act is not Apologize],
        "edges": [
            *(e for e in SMALL.edges if e.trigger not in ("withdraw", "apologize")),
            Edge(["new", "heard"], "withdraw", "gone"),
        ],
    },
    "cannot_close_if_refused": {
        "rules": rule(Close, "sorry", always_no("perhaps", "ledger")),
        "edges": [
            *(e for e in SMALL.edges if e.trigger != "withdraw"),
            Edge(["new", "heard"], "withdraw", "gone"),
        ],
    },
    "cannot_withdraw_if_refused": {
        "rules": rule(Withdraw, always_no("perhaps", "evidence", "ledger")),
    },
    "cannot_lapse_if_refused": {
        "states": [evolve(s, waits_for="customer") if s.name == "done" else s for s in STATES],
        "rules": [*SMALL.rules, Rule(Lapse, [always_no("perhaps", "ledger")])],
        "edges": [*SMALL.edges, Edge("done", "lapse", "gone")],
    },
    "never_resolved_if_refused": {"rules": rule(Close, always_no("perhaps", "ledger"))},
}


PLANTED_TOO = {
    "a question that reads evidence": (
        "cannot_close_if_refused: perhaps while done",
        {
            "rules": rule(Close, "sorry", always_no("perhaps", "evidence", "ledger")),
            "edges": PLANTED["cannot_close_if_refused"]["edges"],
        },
    ),
    "an outcome without any edge": (
        "outcome_never_possible: close/unconfirmed",
        {
            "rules": rule(Close, outcomes=[Outcome("resolved", ["sorry"]), Outcome("unconfirmed")]),
            "edges": [
                *(e for e in SMALL.edges if e.trigger != "close"),
                Edge("done", "close", "closed", outcome="resolved"),
            ],
        },
    ),
    "an edge that is given for an old fact": (
        "stale_fact: close from done to closed given sorry: sorry",
        {
            "rules": [*rule(Close), Rule(Learn)],
            "edges": [
                *(e for e in SMALL.edges if e.trigger != "close"),
                Edge("done", "learn", "heard"),
                Edge("done", "close", "closed", given=["sorry"]),
            ],
        },
    ),
    "a step back into one of two roads to where the fact is established": (
        "stale_fact: close needs sorry",
        {
            "rules": [
                *(r for r in SMALL.rules if r.act is not Reopen),
                *(Rule(Learn), Rule(Empathize)),
            ],
            "states": [*SMALL.states, State("written", "they wrote")],
            "edges": [
                *(e for e in SMALL.edges if e.trigger != "reopen"),
                Edge("new", "empathize", "written"),
                *stays(["written"], AcknowledgeProblem, Listen),
                Edge("written", "offer", "done"),
                Edge("written", "withdraw", "gone"),
                Edge("done", "learn", "heard"),
            ],
        },
    ),
    "a step back to where the fact is established": (
        "stale_fact: empathize needs sorry",
        {
            "rules": [*SMALL.rules, Rule(Learn), Rule(Empathize, ["sorry"])],
            "states": [*SMALL.states, State("kind", "they were kind")],
            "edges": [
                *(e for e in SMALL.edges if e.trigger != "close"),
                Edge("done", "empathize", "kind"),
                Edge("kind", "learn", "done"),
                Edge("kind", "close", "closed"),
                Edge("kind", "withdraw", "gone"),
            ],
        },
    ),
    "an act that relies on the fact and goes back": (
        "stale_fact: learn needs sorry",
        {
            "rules": [*SMALL.rules, Rule(Learn, ["sorry"])],
            "edges": [*SMALL.edges, Edge("done", "learn", "heard")],
        },
    ),
    "a fact that the act which begins the cycle establishes": (
        "stale_fact: close needs sorry",
        {
            "rules": [
                *(r for r in SMALL.rules if r.act is not Reopen),
                Rule(Learn),
                Rule(Reopen, begins_cycle=True, establishes="sorry"),
            ],
            "states": [*SMALL.states, State("kind", "they were kind")],
            "edges": [
                *(e for e in SMALL.edges if e.trigger not in ("apologize", "close")),
                Edge("done", "apologize", "kind"),
                Edge("done", "learn", "heard"),
                Edge(["done", "kind"], "close", "closed"),
                Edge("kind", "withdraw", "gone"),
            ],
        },
    ),
    "two exits, each behind a question of its own": (
        "dead_end_if_refused: every question while done",
        {
            "rules": [
                *rule(Close, always_no("perhaps", "ledger")),
                Rule(DeclareDeadlock, [always_no("maybe", "ledger")]),
            ],
            "edges": [
                *(e for e in SMALL.edges if e.trigger != "withdraw"),
                Edge("new", "withdraw", "gone"),
                Edge("done", "declare_deadlock", "gone"),
            ],
        },
    ),
    "two exits, and a question on the way to them": (
        "dead_end_if_refused: every question while done",
        {
            "rules": [
                *(r for r in SMALL.rules if r.act not in (Apologize, Close, Offer)),
                Rule(Offer, ["heard", "seen", always_no("likewise", "ledger")]),
                Rule(Close, [always_no("perhaps", "ledger")]),
                Rule(DeclareDeadlock, [always_no("maybe", "ledger")]),
            ],
            "edges": [
                *(e for e in SMALL.edges if e.trigger not in ("withdraw", "apologize")),
                Edge(["new", "heard"], "withdraw", "gone"),
                Edge("done", "declare_deadlock", "gone"),
            ],
        },
    ),
    "a question that is asked on the way in and on the way out": (
        "dead_end_if_refused: every question while done",
        {
            "rules": [
                *(r for r in SMALL.rules if r.act not in (Apologize, Close, Offer)),
                Rule(Offer, ["heard", "seen", always_no("perhaps", "ledger")]),
                Rule(Close, [always_no("perhaps", "ledger")]),
            ],
            "edges": [
                *(e for e in SMALL.edges if e.trigger not in ("withdraw", "apologize")),
                Edge(["new", "heard"], "withdraw", "gone"),
            ],
        },
    ),
}
