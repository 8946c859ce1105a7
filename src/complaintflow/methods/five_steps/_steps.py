"""Where a case can be under the five steps, what can be established, and where acts lead."""

from __future__ import annotations

from complaintflow import acts
from complaintflow._method import Edge, State, stays
from complaintflow._requirements import Fact
from complaintflow.methods.common import common_edges

FACTS = (
    Fact("empathy_shown", "no empathy shown", cites="000-10"),
    Fact("heard", "{customer} has not been heard", cites=["000-20", "000-23"]),
    Fact("answered", "no question has been asked and answered", cites="000-30"),
    Fact("all_told", "{customer} was not asked whether there is anything else", cites="000-31"),
    Fact("our_side_noted", "the company's own account is not noted", cites="000-03"),
    Fact("understood", "{customer}'s point of view is not noted", cites=["000-32", "000-34"]),
    Fact("all_settled", "not every issue has been acted on", cites="000-44"),
    Fact(
        "follow_up_settled",
        "nobody followed up with {customer}, or said why that does not apply",
        cites=["000-50", "000-52"],
    ),
)

STATES = (
    State("received", "the customer is to be met with empathy", 1, cites="000-10"),
    State(
        "empathized", "the customer is to be listened to", 2, waits_for="customer", cites="000-20"
    ),
    State("heard", "questions are to be asked", 3, waits_for="customer", cites="000-30"),
    State("asked", "action is to be taken on every issue", 4, cites=["000-40", "000-44"]),
    State(
        "acted",
        "it is to be followed up with the customer",
        5,
        waits_for="customer",
        cites="000-50",
    ),
    State("closed", "it is resolved", final=True, waits_for="nobody"),
    State("withdrawn", "the customer took it back", final=True, waits_for="nobody"),
    State("lapsed", "the customer fell silent", final=True, waits_for="nobody"),
    State("merged", "it goes on in another case", final=True, waits_for="nobody"),
)

WORKING = tuple(state.name for state in STATES if not state.final)
WAITING = tuple(state.name for state in STATES if state.waits_for == "customer")
ENDED = tuple(state.name for state in STATES if state.final)

AFTER_LISTENING = ("heard", "asked", "acted")

ROAD = (
    Edge("received", "empathize", "empathized"),
    *stays(WORKING[1:], acts.Empathize),
    *stays(WORKING, acts.Apologize, acts.NoteOurSide),
    Edge("empathized", "listen", "heard", outcome="finished"),
    *stays(WORKING[1:], acts.Listen),
    Edge("heard", "ask_question", "asked", outcome="answered"),
    Edge("heard", "ask_question", "asked", outcome="all_told"),
    *stays(AFTER_LISTENING, acts.AskQuestion, acts.NoteUnderstanding),
    Edge("heard", "answer", "asked", outcome="information"),
    Edge("heard", "answer", "asked", outcome="all_told"),
    Edge(WORKING, "answer", "received", outcome="not_satisfied"),
    Edge(AFTER_LISTENING, "answer"),
    Edge("acted", "note_issue", "asked"),
    *stays(WORKING[:4], acts.NoteIssue),
    Edge("asked", "take_action", "acted", outcome="settled"),
    *stays(("asked",), acts.TakeAction),
    Edge("acted", "follow_up", "received", outcome="not_satisfied"),
    *stays(("acted",), acts.FollowUp, acts.FollowUpNotApplicable),
    Edge("acted", "close", "closed", outcome="resolved"),
    Edge(("acted", *ENDED), "reopen", "received"),
    *common_edges(
        initial="received",
        working=WORKING,
        waiting=(*WAITING, "asked"),  # as long as a question waits for its answer
        ended=ENDED,
        but=[acts.NoteIssue, acts.AskQuestion],
        promises=False,
    ),
)
"""Where each act leads from each state; the first line that fits is taken."""
