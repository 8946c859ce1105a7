"""Where a case can be under personal ownership, what can be established, and where acts lead."""

from __future__ import annotations

from complaintflow import acts
from complaintflow._method import Edge, State, stays
from complaintflow._requirements import Fact
from complaintflow.methods.common import common_edges

FACTS = (
    Fact(
        "recognised",
        "it is not recognised how {customer} feels, and that there is a problem",
        cites=["002-15", "002-16"],
    ),
    Fact("heard", "{customer} has not been heard", cites=["002-10", "002-11"]),
    Fact("restated", "the issue has not been said back to {customer}", cites="002-25"),
    Fact("restatement_confirmed", "{customer} has not confirmed the restatement", cites="002-25"),
    Fact("owned", "nobody has taken responsibility personally", cites=["002-32", "002-34"]),
    Fact(
        "expectation_known", "what {customer} considers fair is unknown", cites=["002-40", "002-42"]
    ),
    Fact("ask_open", "no wish of {customer} waits to be accepted", cites="002-42"),
    Fact("offered", "no counter-offer has been made", cites="002-50"),
    Fact("offer_open", "no offer stands", cites="002-50"),
    Fact("agreed", "nothing is settled", cites="002-52"),
    Fact("promises_settled", "not everything that was promised is settled", cites="editorial"),
    Fact(
        "followed_up",
        "{customer} has not said, when asked later, that it is resolved and they are pleased",
        cites=["002-60", "002-61"],
    ),
)

STATES = (
    State("received", "the customer is to be listened to", 1, waits_for="customer", cites="002-10"),
    State(
        "heard",
        "the customer is to be calmer, and the issue said back",
        2,
        cites=["002-17", "002-25"],
    ),
    State("restated", "somebody is to take responsibility", 3, cites="002-32"),
    State(
        "owned", "the customer is to be asked what is fair", 4, waits_for="customer", cites="002-41"
    ),
    State("consulted", "it is the company's turn to answer", 5, cites="002-50"),
    State("negotiating", "an agreement is being sought", 5, waits_for="customer", cites="002-51"),
    State(
        "settled", "what was settled is to be done, and followed up", 6, cites=["002-60", "002-61"]
    ),
    State("waiting", "the talk is put off until the customer is calmer", waits_for="customer"),
    State("closed", "it is resolved and the customer is pleased", final=True, waits_for="nobody"),
    State("withdrawn", "the customer took it back", final=True, waits_for="nobody"),
    State("deadlocked", "no agreement was found", final=True, waits_for="nobody"),
    State("lapsed", "the customer fell silent", final=True, waits_for="nobody"),
    State("merged", "it goes on in another case", final=True, waits_for="nobody"),
)

WORKING = tuple(state.name for state in STATES if not state.final)
WAITING = tuple(state.name for state in STATES if state.waits_for == "customer")
ENDED = tuple(state.name for state in STATES if state.final)
OPEN_TALK = ("heard", "restated", "owned", "consulted", "negotiating")
TABLE = ("consulted", "negotiating")

ROAD = (
    *stays(("received", "heard"), acts.RecogniseAnger),
    Edge("received", "listen", "heard", outcome="finished"),
    *stays(WORKING, acts.Listen),
    Edge("heard", "reiterate", "restated", outcome="confirmed"),
    Edge("heard", "reiterate", "restated", outcome="unconfirmed"),
    Edge(("heard", "restated"), "reiterate", "received", outcome="rejected"),
    *stays(("restated",), acts.Reiterate),
    Edge("restated", "take_ownership", "owned"),
    *stays(("owned", "consulted", "negotiating", "settled"), acts.TakeOwnership),
    *stays(WORKING, acts.HandOver),
    Edge("owned", "ask_expectation", "consulted", outcome="answered"),
    Edge("owned", "ask_expectation", "consulted", outcome="unknown"),
    *stays(("owned", *TABLE), acts.AskExpectation),
    Edge("owned", "answer", "consulted", outcome="expectation"),
    Edge("owned", "answer", "consulted", outcome="no_expectation"),
    Edge(OPEN_TALK[1:], "answer", "received", outcome="rejected"),
    Edge(WORKING, "answer", "received", outcome="not_satisfied"),
    *stays(WORKING, acts.Answer),
    Edge(OPEN_TALK, "reschedule", "waiting", outcome="accepted"),
    *stays((*OPEN_TALK, "waiting"), acts.Reschedule),
    Edge("waiting", "resume", "negotiating", given=["owned", "offered"]),
    Edge("waiting", "resume", "consulted", given=["owned", "expectation_known"]),
    Edge("waiting", "resume", "owned", given=["owned"]),
    Edge("waiting", "resume", "restated", given=["restated"]),
    Edge("waiting", "resume", "heard"),
    Edge(TABLE, "offer", "negotiating"),
    Edge(TABLE, "counter", "negotiating"),
    Edge(TABLE, "accept_ask", "settled"),
    Edge("negotiating", "accept", "settled"),
    Edge("negotiating", "decline"),
    Edge("negotiating", "declare_deadlock", "deadlocked"),
    Edge("settled", "follow_up", "received", outcome="not_satisfied"),
    *stays(("settled",), acts.FollowUp),
    Edge("settled", "close", "closed", outcome="resolved"),
    Edge("settled", "close", "closed", outcome="unconfirmed"),
    Edge(("settled", *ENDED), "reopen", "received"),
    *common_edges(
        initial="received",
        working=WORKING,
        # Whoever hung up in anger is waited for, too, or who confirms nothing; not for ever.
        waiting=(*WAITING, "heard", "restated", "consulted"),
        ended=ENDED,
        but=[acts.TakeOwnership, acts.HandOver],
    ),
)
"""Where each act leads from each state; the first line that fits is taken."""
