"""Where a case can be under the six steps, what can be established, and where acts lead."""

from __future__ import annotations

from complaintflow import acts
from complaintflow._method import Edge, State, stays
from complaintflow._requirements import Fact
from complaintflow.methods.common import common_edges

FACTS = (
    Fact("heard", "{customer} has not been heard", cites=["003-10", "003-11", "003-12"]),
    Fact("recognised", "the problem is not recognised", cites=["003-12", "003-20"]),
    Fact("apologized", "no apology is recorded", cites="003-22"),
    Fact("process_promised", "no fair solution has been promised", cites="003-23"),
    Fact("empathy_shown", "no empathy shown", cites="003-30"),
    Fact("expectation_known", "what {customer} expects is unknown", cites=["003-42", "003-44"]),
    Fact("ask_open", "no wish of {customer} waits to be accepted", cites="003-51"),
    Fact("offered", "nothing has been offered", cites="003-50"),
    Fact("offer_open", "no offer stands", cites="003-50"),
    Fact("agreed", "nothing is agreed", cites="003-52"),
    Fact("promises_settled", "not everything that was promised is settled", cites="editorial"),
    Fact("lesson_recorded", "no improvement is recorded", cites="003-60"),
    Fact("followed_up", "{customer} has not said that it is resolved", cites="editorial"),
)

STATES = (
    State("received", "the customer is to be listened to", 1, waits_for="customer", cites="003-10"),
    State("heard", "the problem is to be acknowledged", 2, cites="003-20"),
    State("acknowledged", "issue and concern are to be reflected back", 3, cites="003-30"),
    State(
        "empathized",
        "the customer is to be asked what they expect",
        4,
        waits_for="customer",
        cites="003-40",
    ),
    State("consulted", "a resolution is to be offered", 5, cites="003-50"),
    State("negotiating", "an agreement is being sought", 5, waits_for="customer", cites="003-52"),
    State("agreed", "what was agreed is to be done", 6, inferred=True, cites="003-01"),
    State("closed", "it is resolved", final=True, waits_for="nobody"),
    State("withdrawn", "the customer took it back", final=True, waits_for="nobody"),
    State("deadlocked", "no agreement was found", final=True, waits_for="nobody", cites="003-52"),
    State("lapsed", "the customer fell silent", final=True, waits_for="nobody"),
    State("merged", "it goes on in another case", final=True, waits_for="nobody"),
)

WORKING = tuple(state.name for state in STATES if not state.final)
WAITING = tuple(state.name for state in STATES if state.waits_for == "customer")
ENDED = tuple(state.name for state in STATES if state.final)
AFTER_HEARING = WORKING[1:]
AFTER_RECOGNITION = WORKING[2:]
AFTER_EMPATHY = WORKING[3:6]


def road(sixth: str | None) -> tuple[Edge, ...]:
    """Return where each act leads from each state; the first line that fits is taken."""
    main_road = (
        Edge("received", "listen", "heard", outcome="finished"),
        Edge(WORKING, "listen"),
        Edge("heard", "acknowledge_problem", "acknowledged"),
        *stays(AFTER_RECOGNITION, acts.AcknowledgeProblem),
        *stays(AFTER_HEARING, acts.Apologize, acts.Assure),
        Edge("acknowledged", "empathize", "empathized"),
        *stays(WORKING[3:], acts.Empathize),
        Edge("empathized", "ask_expectation", "consulted", outcome="answered"),
        Edge("empathized", "ask_expectation", "consulted", outcome="unknown"),
        *stays(AFTER_EMPATHY, acts.AskExpectation),
        Edge("empathized", "answer", "consulted", outcome="expectation"),
        Edge("empathized", "answer", "consulted", outcome="no_expectation"),
        Edge(WORKING, "answer"),
        Edge(("consulted", "negotiating"), "offer", "negotiating"),
        Edge(("consulted", "negotiating"), "counter", "negotiating"),
        Edge(("consulted", "negotiating"), "accept_ask", "agreed"),
        Edge("negotiating", "accept", "agreed"),
        Edge("negotiating", "decline"),
        Edge("negotiating", "declare_deadlock", "deadlocked"),
        Edge("agreed", "close", "closed", outcome="resolved"),
    )
    sixth_step = {
        "learn": stays(("agreed", "closed"), acts.Learn),
        "follow_up": (
            Edge("agreed", "follow_up", "received", outcome="not_satisfied"),
            Edge("agreed", "follow_up"),
            Edge(WORKING, "answer", "received", outcome="not_satisfied"),
            Edge("agreed", "close", "closed", outcome="unconfirmed"),
        ),
    }
    return (
        *sixth_step.get(sixth or "", ()),
        *main_road,
        Edge(("agreed", *ENDED), "reopen", "received"),
        *common_edges(initial="received", working=WORKING, waiting=WAITING, ended=ENDED),
    )
